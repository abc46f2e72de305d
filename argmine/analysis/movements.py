"""What changes between reports: who moved on which issue, and what is still open.

Reports are ordered by their dates alone: two reports of one day, or two sentences of one report, have no order, so that
"later" always means on a later day. Positions without a date are left out; a missing issue, or a missing negotiation, is
taken as one of its own, so that positions without an issue are compared with each other: look at their texts, or give
``issue`` a value first. A conditional concession counts as a concession. What differs within an issue is not told apart.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator
from typing import Any

import pandas as pd

from argmine.analysis.table import check_columns, dated, or_none
from argmine.errors import InputError, say

__all__ = ["MOVEMENTS", "open_issues", "who_moved"]

_MOVED = ("negotiation", "issue", "actor", "name", "movement", "target", "from_date", "to_date", "from_text", "to_text")
_OPEN = ("negotiation", "issue", "since", "last_date", "actors", "targets", "demands", "refusals", "text")
_NEEDED = ("negotiation", "issue", "date", "actor", "name", "label", "target", "text")

# The first position of each day, of an actor on an issue.
_Days = dict[Any, Any]
# The days of (actor,), (actor, label) and (actor, label, target).
_Said = dict[tuple[Any, ...], _Days]
# The positions that a movement leads from and to, and towards whom it is.
_Movement = tuple[Any, Any, Any]


def _issues(table: pd.DataFrame) -> Iterator[tuple[Any, Any, list[Any]]]:
    """Each negotiation's issues with their positions, by date."""
    check_columns(table, *_NEEDED)
    for (negotiation, issue), rows in dated(table).groupby(["negotiation", "issue"], dropna=False, sort=False):
        yield or_none(negotiation), or_none(issue), list(rows.itertuples(index=False))


def _said(rows: list[Any]) -> _Said:
    said: _Said = {}
    for row in rows:
        key = row.actor, row.label, or_none(row.target)
        for part in (key[:1], key[:2], key):
            said.setdefault(part, {}).setdefault(row.date, row)
    return said


def _turns(before: _Days, after: _Days) -> Iterator[tuple[Any, Any]]:
    """Each ``after`` that follows a ``before``, with the last one of these, if no other ``after`` is between."""
    earlier, later = sorted(before), sorted(after)
    for previous, day in zip([None, *later], later, strict=False):
        place = bisect_left(earlier, day) - 1
        if place >= 0 and (previous is None or earlier[place] >= previous):
            yield before[earlier[place]], after[day]


def _dropped(said: _Said, actor: str) -> Iterator[_Movement]:
    demands = said.get((actor, "demand"))
    if demands:
        last = max(demands)
        later = [day for day in said[actor,] if day > last]
        if later:
            yield demands[last], said[actor,][min(later)], demands[last].target


def _met(said: _Said, actor: str) -> Iterator[_Movement]:
    concessions = said.get((actor, "concession"), {})
    demanding = [key[0] for key in said if key[1:] == ("demand", actor) and key[0] != actor] if concessions else []
    for other in demanding:
        for demand, concession in _turns(said[other, "demand", actor], concessions):
            yield demand, concession, other


def _turned(before: str, after: str) -> Callable[[_Said, str], Iterator[_Movement]]:
    def turned(said: _Said, actor: str) -> Iterator[_Movement]:
        one, two = said.get((actor, before), {}), said.get((actor, after), {})
        # A day on which the actor does both does not say which came first.
        both = one.keys() & two.keys()
        for earlier, later in _turns({d: one[d] for d in one.keys() - both}, {d: two[d] for d in two.keys() - both}):
            yield earlier, later, later.target

    return turned


_FIND: dict[str, Callable[[_Said, str], Iterator[_Movement]]] = {
    "demand dropped": _dropped,
    "demand met": _met,
    "softened": _turned("refusal", "concession"),
    "hardened": _turned("concession", "refusal"),
}
MOVEMENTS = tuple(_FIND)


def who_moved(table: pd.DataFrame) -> pd.DataFrame:
    """Movements on the issues of each negotiation, in the order of the days on which they end.

    demand dropped
        an actor's last demand on an issue, and the actor's first position on it on a later day: the actor was reported on
        the issue again, and no more with a demand. An actor who is not reported on the issue again has dropped nothing.
        Demands of different targets are not told apart.
    demand met
        a demand of a target, and that target's first concession on the issue on a later day; whom it is made to is not
        looked at. ``actor`` is the target, who moved, and ``target`` the one who demanded. After the concession only a demand
        of its day or later can be met anew.
    softened
        an actor's refusal on an issue, and the actor's concession on it on a later day, with no other day of either between.
    hardened
        the same from a concession to a refusal. Days on which the actor does both are passed over.

    Args:
        table: of positions with the four labels.

    Returns:
        A frame with ``negotiation``, ``issue``, ``actor`` (who moved), ``name``, ``movement`` (one of `MOVEMENTS`), ``target``
        (towards whom, where known), ``from_date``, ``to_date``, and the sentences ``from_text`` and ``to_text``: the first
        of each day.

    Raises:
        InputError: if there are positions, but none has a date.

    >>> from argmine.analysis import positions_table
    >>> labels = {"wire-1": "refusal", "wire-2": "concession"}
    >>> lines = [{"document": d, "sentence": 0, "text": d, "positions": [{"actor": "RUS", "label": label}]} for d, label in labels.items()]
    >>> moved = who_moved(positions_table(lines, {"wire-1": "2025-06-01", "wire-2": "2025-06-02"}))
    >>> moved[["actor", "movement", "from_text", "to_text"]].values.tolist()
    [['RUS', 'softened', 'wire-1', 'wire-2']]
    """
    found = []
    for negotiation, issue, rows in _issues(table):
        said = _said(rows)
        for actor in dict.fromkeys(row.actor for row in rows):
            for movement, find in _FIND.items():
                for one, two, target in find(said, actor):
                    name = or_none(said[actor,][min(said[actor,])].name)
                    found.append((negotiation, issue, actor, name, movement, or_none(target), one.date, two.date, one.text, two.text))
    order = ["to_date", "from_date", "negotiation", "issue", "actor", "movement"]
    return _frame(found, _MOVED, ("from_date", "to_date")).sort_values(order, kind="stable", ignore_index=True)


_ANSWERS = ("anyone", "target")


def open_issues(table: pd.DataFrame, answered_by: str = "anyone") -> pd.DataFrame:
    """The issues with a demand or a refusal that no concession on a later day answers; the longest open first.

    A demand or refusal is answered by a later concession on the same issue of any other actor, or with
    ``answered_by="target"`` only of the one whom it is addressed to (of any other, where that is not known). A refusal is
    also answered by a later concession of the actor who refused. How far a concession goes is not told apart.

    Args:
        table: of positions with the four labels.
        answered_by: whose concession answers, ``anyone`` or ``target``.

    Returns:
        A frame with ``negotiation`` and ``issue``; of the unanswered demands and refusals: the day of the first (``since``) and
        the last (``last_date``), ``actors`` and ``targets`` (tuples of identifiers, each once), the counts ``demands`` and
        ``refusals``, and the ``text`` of the first.

    Raises:
        InputError: for another ``answered_by``, or if there are positions, but none has a date.

    >>> from argmine.analysis import positions_table
    >>> said = {"actor": "UKR", "label": "demand", "target": "RUS", "issue": "ceasefire"}
    >>> line = {"document": "wire-1", "sentence": 0, "text": "Kyiv demands a truce.", "positions": [said]}
    >>> open_issues(positions_table([line], {"wire-1": "2025-06-01"}))[["issue", "actors", "demands"]].values.tolist()
    [['ceasefire', ('UKR',), 1]]
    """
    if answered_by not in _ANSWERS:
        raise InputError(say("answered_by", answered_by, _ANSWERS))
    found = []
    for negotiation, issue, rows in _issues(table):
        last = {row.actor: row.date for row in rows if row.label == "concession"}
        hard = [row for row in rows if row.label in ("demand", "refusal")]
        rest = [row for row in hard if not any(last[a] > row.date for a in _answering(row, last, answered_by))]
        if rest:
            labels = [row.label for row in rest]
            targets = (row.target for row in rest if or_none(row.target))
            who = tuple(dict.fromkeys(row.actor for row in rest)), tuple(dict.fromkeys(targets))
            found.append(
                (negotiation, issue, rest[0].date, rest[-1].date, *who, labels.count("demand"), labels.count("refusal"), rest[0].text)
            )  # fmt: skip
    return _frame(found, _OPEN, ("since", "last_date")).sort_values(["since", "negotiation", "issue"], kind="stable", ignore_index=True)


def _answering(row: Any, conceding: Collection[str], answered_by: str) -> Iterator[str]:
    """Those of the conceding actors whose concession would answer a demand or refusal."""
    target = or_none(row.target) if answered_by == "target" else None
    for actor in conceding:
        if actor == row.actor:
            if row.label == "refusal":
                yield actor
        elif target is None or actor == target:
            yield actor


def _frame(rows: list[tuple[Any, ...]], columns: tuple[str, ...], days: tuple[str, ...]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(columns), dtype=object)
    types = dict.fromkeys(days, "datetime64[us]") | {column: "int64" for column in ("demands", "refusals") if column in columns}
    return frame.astype(types)
