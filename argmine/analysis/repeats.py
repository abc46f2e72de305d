"""Positions that repeat each other, merged."""

from __future__ import annotations

import numpy as np
import pandas as pd

from argmine.analysis.table import check_columns
from argmine.data.similar import closest_earlier, words
from argmine.errors import InputError, say

__all__ = ["merge_repeats"]

_SAME = ["negotiation", "actor", "label", "target", "issue"]


def merge_repeats(table: pd.DataFrame, similarity: float = 0.6) -> pd.DataFrame:
    """One row for all positions that repeat each other.

    Two positions repeat each other if they share negotiation, actor, label, target (or both have none) and issue. Without an
    issue their sentences must also be similar: by date, each joins the most similar earlier one, if the words that the two
    share make up at least ``similarity`` of all their words (Jaccard 1912, on sets of words without regard to case).

    Args:
        table: of positions.
        similarity: above 0, up to 1; 1 joins only sentences with the same words.

    Returns:
        The earliest of each, in full, so that all of `argmine.analysis` reads the result again (``date`` is the first date),
        with the columns ``last_date``, ``count`` (of positions) and ``documents`` (a tuple, each once). Earliest first,
        what has no date last.

    Raises:
        InputError: for a similarity out of its range, or a table that lacks a column.

    >>> from argmine.analysis import positions_table
    >>> said = {"actor": "UKR", "label": "demand", "target": "RUS", "issue": "ceasefire"}
    >>> lines = [{"document": name, "sentence": 0, "text": name, "positions": [said]} for name in ("wire-2", "wire-1")]
    >>> merged = merge_repeats(positions_table(lines, {"wire-1": "2025-06-01", "wire-2": "2025-06-02"}))
    >>> merged[["date", "last_date", "count", "documents"]].astype(str).values.tolist()
    [['2025-06-01', '2025-06-02', '2', "('wire-1', 'wire-2')"]]
    """
    check_columns(table, *_SAME, "document", "date", "text")
    if not 0 < similarity <= 1:
        raise InputError(say("similarity", similarity, "above 0 and at most 1"))
    ordered = table.sort_values("date", kind="stable").reset_index(drop=True)
    same = ordered.groupby(_SAME, dropna=False, sort=False).ngroup().to_numpy()
    leaders = np.unique(same, return_index=True)[1][same] if len(same) else same
    for places in _without_issue(ordered, same):
        leaders[places] = places
        sets = [frozenset(words(text)) for text in ordered["text"].iloc[places]]
        for later, earlier, _ in closest_earlier(sets, similarity):
            leaders[places[later]] = leaders[places[earlier]]
    groups = ordered.groupby(leaders, sort=True)
    firsts = ordered.iloc[np.unique(leaders)].reset_index(drop=True)
    return firsts.assign(
        last_date=groups["date"].max().to_numpy(),
        count=groups.size().to_numpy(),
        documents=[tuple(dict.fromkeys(documents)) for _, documents in groups["document"]],
    )


def _without_issue(ordered: pd.DataFrame, same: np.ndarray) -> list[np.ndarray]:
    """The rows of each group whose positions have no issue."""
    missing = np.flatnonzero(ordered["issue"].isna())
    return [missing[same[missing] == number] for number in np.unique(same[missing])]
