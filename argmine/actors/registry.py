"""The registry: which names, offices and persons stand for which actor, and when.

The tables in ``argmine/actors/data`` have one row an actor and kind of name. A user's table has the same columns
and may add actors, or names to known ones:

======== ==================================================================================================
column   meaning
======== ==================================================================================================
actor    identifier, ``RUS`` or ``NORTHERN_ALLIANCE``
kind     a key of `KINDS`
names    the names, separated by ``|``; the first of the actor's own row is the one that is shown
office   for a person: the office held, in lower case
from     first day, month or year in which the names hold, or empty
until    last day, month or year, or empty
context  actors or lower-case words, one of which the document must also name for these names to hold, or empty
source   where a fact is not common knowledge
======== ==================================================================================================
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date as calendar_date
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path

from argmine.errors import FormatError, InputError, say
from argmine.schema import check_actor

__all__ = ["COLUMNS", "KINDS", "Alias", "Registry", "common_words", "default_registry", "lint", "not_actors"]

COLUMNS = ("actor", "kind", "names", "office", "from", "until", "context", "source")
KINDS = {
    "state": "the actor itself: a state or territory",
    "organisation": "the actor itself: an international organisation, or an organ that acts for itself",
    "bloc": "the actor itself: a group of states",
    "group": "the actor itself: an armed group, a party, a people",
    "alias": "a further name, often with a context",
    "adjective": "the adjective: Russian",
    "people": "its members: Turks",
    "prefix": "the first part of a compound adjective: Russo-",
    "capital": "the capital, for the government",
    "seat": "a building or address, for the government",
    "organ": "a named part that speaks for it",
    "title": "an office that means this actor",
    "person": "an office holder",
}
HEADS = ("state", "organisation", "bloc", "group")
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_TABLES = ("states.tsv", "organisations.tsv", "persons.tsv")


@dataclass(frozen=True, slots=True)
class Alias:
    """One name of one actor.

    Attributes:
        actor: the actor that it stands for.
        kind: a key of `KINDS`.
        text: the name as written in the table.
        office: the office held, for a person.
        start: the first date on which it holds, ISO, or empty.
        until: the last date, or empty.
        context: actors and words, one of which the document must name besides; empty for none.
        where: file and line of the table.
        table: 0 for the shipped tables, 1 and up for a user's, in the order given; a later one goes before.
    """

    actor: str
    kind: str
    text: str
    office: str = ""
    start: str = ""
    until: str = ""
    context: frozenset[str] = frozenset()
    where: str = ""
    table: int = 0

    def holds(self, date: str | None) -> bool:
        """Whether the name holds on an ISO date; without a date it may.

        >>> Alias("SUN", "state", "USSR", until="1991").holds("1991-05-02")
        True
        >>> Alias("SUN", "state", "USSR", until="1991").holds("1992")
        False
        """
        if not date:
            return True
        return self.start[: len(date)] <= date[: len(self.start)] and (not self.until or date[: len(self.until)] <= self.until)


@dataclass(frozen=True)
class Registry:
    """All names, in the tables' order; later tables add to earlier ones."""

    aliases: tuple[Alias, ...]

    @classmethod
    def read(cls, *tables: str | Path) -> Registry:
        """The shipped registry with the given tables added.

        Args:
            tables: paths of TSV files with the columns of this module.

        Raises:
            FormatError: naming file and line, what came and what is allowed.
            InputError: for a file that is not there or not UTF-8.

        >>> Registry.read().name("RUS")
        'Russia'
        """
        if not tables:
            return default_registry()
        own = (replace(a, table=n) for n, t in enumerate(tables, 1) for a in _read(Path(t)))
        return cls((*default_registry().aliases, *own))

    @cached_property
    def names(self) -> dict[str, str]:
        """The name to show for each actor."""
        shown: dict[str, str] = {}
        for alias in self.aliases:
            if alias.kind in HEADS:
                shown.setdefault(alias.actor, alias.text.removeprefix("the "))
        return shown

    @cached_property
    def types(self) -> dict[str, str]:
        """The kind of each actor itself, one of state, organisation, bloc and group."""
        return {alias.actor: alias.kind for alias in reversed(self.aliases) if alias.kind in HEADS}

    def name(self, actor: str) -> str:
        """The name to show for an actor; for an unknown one, its identifier in plain letters.

        >>> default_registry().name("NORTHERN_LIGHTS")
        'Northern Lights'
        """
        return self.names.get(actor) or (actor if len(actor) <= 4 else actor.replace("_", " ").title())

    def __contains__(self, actor: object) -> bool:
        return actor in self.types


def _read(path: Path) -> Iterator[Alias]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: the table of actors can't be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: the table of actors is not UTF-8 (byte {error.start}); save it as UTF-8") from None
    rows = csv.reader(text.split("\n"), delimiter="\t", quoting=csv.QUOTE_NONE)
    head = next(rows, [])
    if tuple(head) != COLUMNS:
        raise FormatError(say("header", "\t".join(head), "the tab-separated columns " + ", ".join(COLUMNS), where=f"{path}:1"))
    for number, row in enumerate(rows, 2):
        if row:
            yield from _aliases(row, f"{path.name}:{number}")


def _aliases(row: list[str], where: str) -> Iterator[Alias]:
    if len(row) != len(COLUMNS):
        raise FormatError(say("row", len(row), f"of {len(COLUMNS)} cells, separated by tabs", where=where))
    actor, kind, names, office, start, until, context, _ = (cell.strip() for cell in row)
    check_actor(actor, where)
    if kind not in KINDS:
        raise FormatError(say("kind", kind, KINDS, where=where))
    for date in (start, until):
        if date and not _is_date(date):
            raise FormatError(say("date", date, "of the form 2025, 2025-06 or 2025-06-02", where=where))
    if start and until and start[: len(until)] > until[: len(start)]:
        raise FormatError(say("until", until, f"on or after {start}, the first day", where=where))
    if not any(any(c.isalnum() for c in name) for name in names.split("|")):
        raise FormatError(say("names", names, "one or more names separated by '|'", where=where))
    for name in names.split("|"):
        if any(c.isalnum() for c in name):
            yield Alias(actor, kind, name.strip(), office, start, until, frozenset(context.split()), where)


def _is_date(date: str) -> bool:
    try:
        calendar_date.fromisoformat((date + "-01-01")[:10])
    except ValueError:
        return False
    return bool(_DATE.fullmatch(date))


@cache
def default_registry() -> Registry:
    """The registry that ships with argmine, read once."""
    folder = files("argmine.actors") / "data"
    return Registry(tuple(a for name in _TABLES for a in _read(Path(str(folder / name)))))


@cache
def common_words() -> frozenset[str]:
    """Names that in lower case are ordinary words: ``turkey``, ``may``, ``us``."""
    return frozenset(word.lower() for word in _first_column("common_words.tsv"))


@cache
def not_actors() -> tuple[str, ...]:
    """Names that hold an actor's name but mean none: ``Korean Peninsula``, ``Washington Post``."""
    return tuple(_first_column("not_actors.tsv"))


def _first_column(table: str) -> list[str]:
    text = (files("argmine.actors") / "data" / table).read_text(encoding="utf-8")
    return [line.split("\t")[0] for line in text.splitlines()[1:] if line]


def lint(registry: Registry, today: str) -> list[str]:
    """What a maintainer of the tables should look at, one sentence each.

    Duplicates, names that stand for several actors at one time without a context, and offices that have run out (an
    open-ended holder whose office has a later holder).

    Args:
        registry: the tables.
        today: ISO date; only names that hold on it or held before are compared.
    """
    return [*_duplicates(registry.aliases), *_ambiguous(registry.aliases), *_run_out(registry.aliases, today)]


def _duplicates(aliases: Iterable[Alias]) -> Iterator[str]:
    seen: dict[tuple[str, ...], Alias] = {}
    for a in aliases:
        first = seen.setdefault((a.actor, a.kind, a.text, a.office, a.start), a)
        if first is not a:
            yield f"{a.where}: duplicate: {a.text!r} is given for {a.actor} as {a.kind} at {first.where} too"


def _ambiguous(aliases: Iterable[Alias]) -> Iterator[str]:
    shared: dict[str, list[Alias]] = defaultdict(list)
    for a in aliases:
        if a.kind != "person" and not a.context:
            shared[a.text.casefold()].append(a)
    for same in shared.values():
        for i, a in enumerate(same):
            for b in same[i + 1 :]:
                if a.actor != b.actor and (not a.until or b.start <= a.until) and (not b.until or a.start <= b.until):
                    yield f"{b.where}: ambiguous: {b.text!r} stands for {b.actor} and, at {a.where}, for {a.actor} at the same time; give one a context"


def _run_out(aliases: Iterable[Alias], today: str) -> Iterator[str]:
    single = {
        "president",
        "prime minister",
        "foreign minister",
        "defence minister",
        "chancellor",
        "secretary of state",
        "secretary-general",
    }
    holders: dict[tuple[str, str], dict[str, Alias]] = defaultdict(dict)
    for a in aliases:
        if a.kind == "person" and a.office in single and a.start and a.start <= today:
            holders[a.actor, a.office].setdefault(a.where, a)
    for (actor, office), rows in holders.items():
        for a in rows.values():
            later = [b for b in rows.values() if b.start > a.start]
            if later and not a.until:
                yield f"{a.where}: run out: {a.text!r} is {office} of {actor} without an end, but {later[0].text!r} follows in {later[0].start}"
