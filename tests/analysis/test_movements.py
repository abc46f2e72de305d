"""Who moved and what is open, on the known talks and on small variations of them."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argmine.analysis import MOVEMENTS, open_issues, positions_table, who_moved
from argmine.errors import InputError


def made(*positions: tuple[int, str, str, str | None, str | None]) -> pd.DataFrame:
    """A table from day, actor, label, target, issue; one report a position."""
    lines = [
        {"document": f"d{i}", "sentence": 0, "text": f"{label} of day {day}", "positions": [{"actor": a, "label": label, "target": target, "issue": issue}]}
        for i, (day, a, label, target, issue) in enumerate(positions)
    ]  # fmt: skip
    return positions_table(lines, {f"d{i}": f"2024-01-{p[0]:02}" for i, p in enumerate(positions)})


def short(moved: pd.DataFrame) -> list[tuple[str, str, str | None, int, int]]:
    return [(r.actor, r.movement, r.target, r.from_date.day, r.to_date.day) for r in moved.itertuples()]


def test_known_talks(talks: pd.DataFrame) -> None:
    moved = who_moved(talks)
    assert [(r.issue, *rest) for r, rest in zip(moved.itertuples(), short(moved), strict=True)] == [
        ("borders", "SOUTH", "hardened", "NORTH", 1, 5),
        ("ceasefire", "NORTH", "demand dropped", "SOUTH", 1, 5),
        ("ceasefire", "SOUTH", "demand met", "NORTH", 1, 5),
        ("ceasefire", "SOUTH", "softened", "NORTH", 1, 5),
    ]
    assert set(moved["negotiation"]) == {"north-south"} and set(moved["movement"]) == set(MOVEMENTS)
    softened = moved.iloc[3]
    assert (softened["name"], softened["from_text"], softened["to_text"]) == (
        "South", "Southland refuses a ceasefire.", "Southland accepts a ceasefire.",
    )  # fmt: skip
    assert moved.iloc[1]["to_text"] == "Northland agrees to observers."


def test_the_order_of_rows_does_not_matter(talks: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(who_moved(talks.iloc[::-1]), who_moved(talks))
    a, b = open_issues(talks.iloc[::-1]), open_issues(talks)
    columns = ["issue", "since", "last_date", "demands", "refusals"]
    pd.testing.assert_frame_equal(a[columns], b[columns])


def test_a_demand_is_not_dropped_in_silence() -> None:
    assert short(who_moved(made((1, "A", "demand", "B", "x")))) == []
    assert short(who_moved(made((1, "A", "demand", "B", "x"), (2, "A", "refusal", "B", "y")))) == []
    assert short(who_moved(made((1, "A", "demand", "B", "x"), (1, "A", "refusal", "B", "x")))) == []
    assert short(who_moved(made((1, "A", "demand", "B", "x"), (2, "A", "refusal", "B", "x"), (3, "A", "demand", "C", "x")))) == []
    dropped = made((1, "A", "demand", "B", "x"), (2, "A", "demand", "C", "x"), (4, "A", "condition", "B", "x"), (5, "A", "condition", "B", "x"))
    assert short(who_moved(dropped)) == [("A", "demand dropped", "C", 2, 4)]


def test_a_demand_is_met_by_its_target_only_and_anew_only_after_another() -> None:
    rows = (1, "A", "demand", "B", "x"), (2, "A", "demand", "B", "x"), (3, "C", "concession", "A", "x")
    assert short(who_moved(made(*rows))) == []
    rows = (*rows, (4, "B", "concession", "C", "x"), (5, "B", "concession", "A", "x"))
    assert short(who_moved(made(*rows))) == [("B", "demand met", "A", 2, 4)]
    rows = (*rows, (5, "A", "demand", "B", "x"), (6, "B", "concession", "A", "x"))
    assert short(who_moved(made(*rows))) == [("B", "demand met", "A", 2, 4), ("B", "demand met", "A", 5, 6)]


def test_turns_are_between_clear_days() -> None:
    rows = [(1, "refusal"), (2, "refusal"), (3, "refusal"), (3, "concession"), (4, "concession"), (5, "concession"), (6, "refusal")]
    table = made(*((day, "A", label, "B", "x") for day, label in rows))
    assert short(who_moved(table)) == [("A", "softened", "B", 2, 4), ("A", "hardened", "B", 5, 6)]


def test_issues_and_negotiations_are_apart_and_a_missing_one_is_one() -> None:
    apart = made((1, "A", "refusal", "B", "x"), (2, "A", "concession", "B", None))
    assert short(who_moved(apart)) == []
    one = made((1, "A", "refusal", None, None), (2, "A", "concession", None, None))
    moved = who_moved(one)
    assert short(moved) == [("A", "softened", None, 1, 2)] and moved["issue"].tolist() == [None]
    assert short(who_moved(one.assign(negotiation=["m", "n"]))) == []


def test_known_open_issues(talks: pd.DataFrame) -> None:
    frame = open_issues(talks)
    rows = [(r.issue, r.since.day, r.last_date.day, r.actors, r.targets, r.demands, r.refusals) for r in frame.itertuples()]
    nameless = (None, 5, 12, ("COAST", "NORTH"), ("SOUTH",), 1, 2)
    borders = ("borders", 12, 12, ("SOUTH",), ("NORTH",), 0, 1)
    assert rows == [nameless, borders]
    assert frame.iloc[0]["text"] == "The Coast wants to be heard."
    # The mediator is not the one of whom the prisoners are demanded.
    strict = open_issues(talks, answered_by="target")
    assert strict["issue"].tolist() == ["prisoners", None, "borders"]
    assert strict.iloc[0][["since", "last_date", "demands", "refusals"]].tolist() == [pd.Timestamp(2024, 3, 1), pd.Timestamp(2024, 3, 8), 2, 0]


def test_whose_concession_answers() -> None:
    own_demand = made((1, "A", "demand", "B", "x"), (2, "A", "concession", "B", "x"))
    assert len(open_issues(own_demand)) == 1
    own_refusal = made((1, "A", "refusal", "B", "x"), (2, "A", "concession", "B", "x"))
    assert len(open_issues(own_refusal)) == len(open_issues(own_refusal, "target")) == 0
    of_nobody = made((1, "A", "demand", None, "x"), (2, "C", "concession", None, "x"))
    assert len(open_issues(of_nobody)) == len(open_issues(of_nobody, "target")) == 0
    same_day = made((1, "A", "demand", "B", "x"), (1, "B", "concession", "A", "x"))
    assert len(open_issues(same_day)) == 1


def test_what_has_no_date(talks: pd.DataFrame) -> None:
    half = talks.assign(date=talks["date"].where(talks["document"] != "r4"))
    assert "softened" not in set(who_moved(half)["movement"])
    for function in (who_moved, open_issues):
        with pytest.raises(InputError, match="none of the 16 positions has a date"):
            function(talks.assign(date=pd.NaT))
        assert len(function(positions_table([]))) == 0
    with pytest.raises(InputError, match="answered_by 'targets' is not one of 'anyone', 'target'; did you mean 'target'"):
        open_issues(talks, answered_by="targets")


LABELS = ("demand", "concession", "refusal", "condition")
said = st.tuples(st.integers(1, 6), st.sampled_from("AB"), st.sampled_from(LABELS), st.sampled_from(["A", "B", None]), st.sampled_from(["x", None]))


@given(st.lists(said, max_size=15), st.integers(1, 9))
def test_time_only_orders(positions: list[tuple[int, str, str, str | None, str | None]], factor: int) -> None:
    table = made(*positions)
    later = table.assign(date=pd.Timestamp(2030, 1, 1) + (table["date"] - pd.Timestamp(2024, 1, 1)) * factor)
    moved, again = who_moved(table), who_moved(later)
    same = [c for c in moved.columns if not c.endswith("date")]
    assert (moved["from_date"] < moved["to_date"]).all()
    assert sorted(map(str, moved[same].values.tolist())) == sorted(map(str, again[same].values.tolist()))


@given(st.lists(said, max_size=15))
def test_who_asks_for_the_target_finds_no_less_open(positions: list[tuple[int, str, str, str | None, str | None]]) -> None:
    table = made(*positions)
    anyone, target = open_issues(table), open_issues(table, "target")
    assert set(anyone["issue"].map(str)) <= set(target["issue"].map(str))
    assert anyone[["demands", "refusals"]].sum().sum() <= target[["demands", "refusals"]].sum().sum() <= len(positions)
