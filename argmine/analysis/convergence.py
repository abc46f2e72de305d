"""Whether the parties come closer: the share of soft behaviour over time."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from argmine.analysis.table import HARD, SOFT, check_columns, dated, or_none, starts
from argmine.errors import InputError, say

__all__ = ["convergence"]


def convergence(
    table: pd.DataFrame, by: str = "date", window: int = 3, soft: Collection[str] = SOFT, hard: Collection[str] = HARD
) -> pd.DataFrame:
    """The share of soft behaviour among soft and hard, over time, for each negotiation.

    After bargaining process analysis, which compares soft with hard strategies phase by phase and in several phases found more
    agreement the softer they were (Hopmann 1974, "Bargaining in Arms Control Negotiations: The Seabeds Denuclearization Treaty",
    International Organization 28). Its categories are finer: here a concession is soft, a demand or a refusal hard, and a
    condition neither. The share soft / (soft + hard) stands for their ratio, which is infinite where nothing is hard.

    Every position counts once: merge repeats first (`merge_repeats`) to count what is new. For one actor's course, or one
    issue's, hand over its rows only. Positions without a date are left out, and those without a negotiation are one.

    Args:
        table: of positions.
        by: what a row stands for: ``date``, ``week`` (from Monday), ``month`` or ``year``.
        window: how many rows the windowed share looks back over, its own included; dates without a position have no row.
        soft, hard: the labels that count as such, for another scheme than the four labels.

    Returns:
        A frame with ``negotiation``, ``date`` (first day of the period), the counts ``soft`` and ``hard``, and three shares:
        ``share`` of the row alone, ``cumulative`` from the first row to this, ``windowed`` of the last ``window`` rows. NaN
        where there is nothing to divide.

    Raises:
        InputError: for another period, a window below 1, or if no position has a date.

    >>> from argmine.analysis import positions_table
    >>> labels = {"wire-1": "refusal", "wire-2": "concession"}
    >>> lines = [{"document": d, "sentence": 0, "text": d, "positions": [{"actor": "RUS", "label": label}]} for d, label in labels.items()]
    >>> convergence(positions_table(lines, {"wire-1": "2025-06-01", "wire-2": "2025-06-02"}))[["share", "cumulative"]].values.tolist()
    [[0.0, 0.0], [1.0, 0.5]]
    """
    check_columns(table, "date", "negotiation", "label")
    if window < 1:
        raise InputError(say("window", window, "a number of rows from 1"))
    rows = dated(table)
    behaviour = pd.DataFrame(
        {
            "negotiation": rows["negotiation"],
            "date": starts(rows["date"], by),
            "soft": rows["label"].isin(list(soft)).astype(int),
            "hard": rows["label"].isin(list(hard)).astype(int),
        }
    )
    counts = behaviour.groupby(["negotiation", "date"], dropna=False).sum()
    talks = counts.groupby(level="negotiation", dropna=False, group_keys=False)
    summed = {
        "share": counts,
        "cumulative": talks.cumsum(),
        "windowed": talks.apply(lambda part: part.rolling(window, min_periods=1).sum()),
    }
    shares = {name: part["soft"] / (part["soft"] + part["hard"]) for name, part in summed.items()}
    frame = counts.assign(**shares).reset_index()
    return frame.assign(negotiation=pd.Series([or_none(name) for name in frame["negotiation"]], dtype=object))
