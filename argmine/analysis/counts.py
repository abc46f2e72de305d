"""Positions counted, the most frequent first."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from argmine.analysis.table import check_columns, label_order, names_of
from argmine.errors import InputError, say

__all__ = ["count_by", "keep_most", "many", "most_frequent"]


def most_frequent(values: Iterable[str], top: int) -> list[str]:
    """The most frequent values first, of equally frequent ones the first in the alphabet.

    Raises:
        InputError: if ``top`` is below 1.

    >>> most_frequent(["UKR", "TUR", "RUS", "UKR"], 2)
    ['UKR', 'RUS']
    """
    if top < 1:
        raise InputError(say("number to show", top, "at least 1"))
    counts = pd.Series(list(values), dtype=object).value_counts()
    return sorted(counts.index, key=lambda value: (-counts[value], value))[:top]


def keep_most(table: pd.DataFrame, **top: int) -> tuple[pd.DataFrame, str]:
    """The positions of the most frequent values of some columns, and a note of what is left out, empty if that is nothing.

    Raises:
        InputError: for a table that lacks a column or is empty, or a number below 1.

    >>> table = pd.DataFrame({"actor": ["UKR", "UKR", "RUS"], "name": ["Ukraine", "Ukraine", "Russia"], "label": "demand"})
    >>> keep_most(table, actor=1)[1]
    'not shown: 1 actor (1 position)'
    """
    check_columns(table, "actor", "name", "label")
    if not len(table):
        raise InputError("the table has no positions; there is nothing to draw")
    rows, cut = table, []
    for column, most in top.items():
        names = most_frequent(table[column], most)
        rows = rows[rows[column].isin(names)]
        if len(names) < table[column].nunique():
            cut.append(many(table[column].nunique() - len(names), column))
    return rows, f"not shown: {', '.join(cut)} ({many(len(table) - len(rows), 'position')})" if cut else ""


def count_by(table: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """The positions by ``actor``, further columns and label, with the actors' names.

    Returns:
        One row for every combination, also of ``count`` 0: the most frequent first, dates and labels in order.

    >>> table = pd.DataFrame({"actor": ["RUS", "UKR", "UKR"], "name": "x", "label": ["refusal", "demand", "demand"]})
    >>> count_by(table, "actor").values.tolist()
    [['UKR', 'x', 'demand', 2], ['UKR', 'x', 'refusal', 0], ['RUS', 'x', 'demand', 0], ['RUS', 'x', 'refusal', 1]]
    """
    keys = [*columns, "label"]
    orders = [sorted(table[c].unique()) if c == "date" else most_frequent(table[c], len(table)) for c in columns]
    every = pd.MultiIndex.from_product([*orders, label_order(table["label"])], names=keys)
    frame = table.groupby(keys).size().reindex(every, fill_value=0).rename("count").reset_index()
    names = names_of(table)
    frame.insert(1, "name", [names.get(actor, actor) for actor in frame["actor"]])
    return frame


def many(n: int, thing: str) -> str:
    """A number of things.

    >>> many(1, "actor"), many(1200, "position")
    ('1 actor', '1,200 positions')
    """
    return f"{n:,} {thing}{'' if n == 1 else 's'}"
