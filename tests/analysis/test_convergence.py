"""The share of soft behaviour, against figures worked by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from argmine.analysis import convergence, positions_table
from argmine.errors import InputError


def test_known_talks(talks: pd.DataFrame) -> None:
    frame = convergence(talks, window=2)
    assert frame["date"].dt.day.tolist() == [1, 5, 8, 12] and set(frame["negotiation"]) == {"north-south"}
    assert frame["soft"].tolist() == [2, 2, 0, 2]
    assert frame["hard"].tolist() == [3, 2, 2, 2]
    assert frame["share"].tolist() == pytest.approx([2 / 5, 2 / 4, 0, 2 / 4])
    assert frame["cumulative"].tolist() == pytest.approx([2 / 5, 4 / 9, 4 / 11, 6 / 15])
    assert frame["windowed"].tolist() == pytest.approx([2 / 5, 4 / 9, 2 / 6, 2 / 6])


def test_nothing_to_divide_is_not_a_number(talks: pd.DataFrame) -> None:
    condition = talks[talks["label"] == "condition"].assign(date=pd.Timestamp(2024, 2, 1))
    frame = convergence(pd.concat([condition, talks]), window=1)
    assert frame.iloc[0][["soft", "hard"]].tolist() == [0, 0]
    assert np.isnan(frame.iloc[0][["share", "cumulative", "windowed"]].astype(float)).all()
    assert frame.iloc[1]["cumulative"] == pytest.approx(2 / 5)


def test_negotiations_do_not_mix(talks: pd.DataFrame) -> None:
    other = talks.assign(negotiation=None, date=talks["date"] + pd.Timedelta(days=1), label="concession")
    frame = convergence(pd.concat([other, talks]), window=2)
    known = frame[frame["negotiation"] == "north-south"]
    assert known["cumulative"].tolist() == pytest.approx([2 / 5, 4 / 9, 4 / 11, 6 / 15])
    assert known["windowed"].tolist() == pytest.approx([2 / 5, 4 / 9, 2 / 6, 2 / 6])
    rest = frame[frame["negotiation"].isna()]
    assert rest["negotiation"].tolist() == [None] * 4 and rest["cumulative"].tolist() == [1.0] * 4


@pytest.mark.parametrize(
    ("by", "days", "soft"),
    [("week", ["2024-02-26", "2024-03-04", "2024-03-11"], [2, 2, 2]), ("month", ["2024-03-01"], [6]), ("year", ["2024-01-01"], [6])],
)
def test_longer_periods(talks: pd.DataFrame, by: str, days: list[str], soft: list[int]) -> None:
    frame = convergence(talks, by=by)
    assert frame["date"].dt.strftime("%Y-%m-%d").tolist() == days and frame["soft"].tolist() == soft


def test_labels_of_another_scheme(talks: pd.DataFrame) -> None:
    frame = convergence(talks, soft=["condition"], hard=["concession"])
    assert frame["share"].fillna(-1).tolist() == pytest.approx([0, 1 / 3, -1, 0])


def test_wrong_arguments(talks: pd.DataFrame) -> None:
    with pytest.raises(InputError, match=r"by 'weeks' is not one of .*; did you mean 'week'"):
        convergence(talks, by="weeks")
    with pytest.raises(InputError, match="window 0 is not a number of rows from 1"):
        convergence(talks, window=0)
    assert len(convergence(positions_table([]))) == 0
