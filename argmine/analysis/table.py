"""The table of positions: one row a position, from whatever source, and what is read from it everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from argmine.analysis.sources import Source, read_dates, read_source
from argmine.errors import InputError, say
from argmine.schema import FOUR_LABELS

__all__ = ["COLUMNS", "HARD", "PERIODS", "SOFT", "check_columns", "dated", "label_order", "names_of", "or_none", "positions_table", "starts"]

COLUMNS = (
    "document", "date", "negotiation", "register", "sentence", "text", "actor", "name", "label", "probability", "target", "issue", "cue",
)  # fmt: skip
# A condition is neither: it says under what the other two would change.
SOFT, HARD = ("concession",), ("demand", "refusal")
PERIODS = {"date": "D", "week": "W", "month": "M", "year": "Y"}


def positions_table(
    source: Source, dates: Mapping[str, Any] | str | Path | None = None, negotiation: str | Mapping[str, str] | None = None
) -> pd.DataFrame:
    """The positions of any source as a table, one row a position, in the source's order.

    Args:
        source: labelled reports, annotated documents (such as a Corpus), records in the format of ``argmine label``, or paths of
            JSON lines in it; one, or any number of them. Positions in JSON lines may also have an ``issue`` and a ``cue``.
        dates: each document's ISO day, or the path of a TSV or CSV table with the columns ``document`` and ``date``; goes before
            the documents' own dates. Documents that it lacks keep theirs, or have none.
        negotiation: of the documents that name none themselves: one for all, or each document's.

    Returns:
        A frame with `COLUMNS`. What is not known is None, or NaN as a probability and NaT as a date.

    Raises:
        FormatError: for a line that breaks the format, by file and line, a sentence that is given twice, or a date that is no day.
        InputError: for a file that can't be read, or something that is no source.

    >>> record = {"document": "wire-1", "sentence": 3, "text": "Moscow refuses.", "positions": [{"actor": "RUS", "label": "refusal"}]}
    >>> table = positions_table([record], dates={"wire-1": "2025-06-02"}, negotiation="istanbul")
    >>> table.loc[0, ["date", "negotiation", "name", "label", "target"]].tolist()
    [Timestamp('2025-06-02 00:00:00'), 'istanbul', 'Russia', 'refusal', None]
    """
    days = read_dates(dates)
    rows = []
    for told in read_source(source):
        document = told.report["document"]
        named = negotiation.get(document) if isinstance(negotiation, Mapping) else negotiation
        report = {
            **told.report, "sentence": told.sentence, "text": told.text, "date": days.get(document) or told.report.get("date"),
            "negotiation": told.report.get("negotiation") or named,
        }  # fmt: skip
        rows += [{**report, **position} for position in told.positions]
    # Plain objects with None, whichever way this version of pandas likes to keep texts.
    columns = {key: pd.Series([row.get(key) for row in rows], dtype=object) for key in COLUMNS}
    types = {"date": "datetime64[us]", "sentence": "int64", "probability": "float64"}
    return pd.DataFrame(columns).astype(types)


def check_columns(table: pd.DataFrame, *columns: str) -> None:
    """Refuse a table that lacks some of these columns.

    Raises:
        InputError: naming the first one.

    >>> check_columns(pd.DataFrame({"actor": ["RUS"]}), "actor", "label")
    Traceback (most recent call last):
    argmine.errors.InputError: table with columns ['actor'] is not a table of positions: it lacks 'label'; positions_table makes one
    """
    for column in columns:
        if column not in table.columns:
            raise InputError(say("table with columns", list(table.columns), f"a table of positions: it lacks {column!r}; positions_table makes one"))


def dated(table: pd.DataFrame) -> pd.DataFrame:
    """The positions that have a date, earliest first, in the table's order within a day.

    Raises:
        InputError: if there are positions, but none has a date.
    """
    rows = table[table["date"].notna()]
    if len(table) and not len(rows):
        raise InputError(f"none of the {len(table)} positions has a date; give them with positions_table(…, dates=…)")
    return rows.sort_values("date", kind="stable")


def starts(dates: pd.Series, by: str) -> pd.Series:
    """The first day of the period that each date is in: itself for ``date``, the Monday for ``week``.

    Raises:
        InputError: for a period that is not one of `PERIODS`.

    >>> starts(pd.Series(pd.to_datetime(["2025-06-05"])), "week").dt.day.tolist()
    [2]
    """
    if by not in PERIODS:
        raise InputError(say("by", by, PERIODS))
    return dates.dt.to_period(PERIODS[by]).dt.start_time


def label_order(labels: Iterable[str]) -> list[str]:
    """The labels in the order of the four, then others in the order in which they come.

    >>> label_order(["claim", "refusal", "demand", "claim"])
    ['demand', 'refusal', 'claim']
    """
    found = dict.fromkeys(labels)
    return [label for label in FOUR_LABELS.labels if label in found] + [label for label in found if label not in FOUR_LABELS.labels]


def names_of(table: pd.DataFrame) -> dict[str, str]:
    """The name to show for each actor that has a position: the first in the table."""
    rows = table.dropna(subset=["name"]).drop_duplicates("actor")
    return dict(zip(rows["actor"], rows["name"], strict=True))


def or_none(value: Any) -> Any:
    """The value, with pandas' several kinds of missing ones as None."""
    return None if pd.isna(value) else value
