"""Positions that repeat each other, on the known talks and on random ones."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argmine.analysis import merge_repeats, positions_table
from argmine.errors import InputError


def found(table: pd.DataFrame) -> dict[tuple[str, str, str | None], tuple[str, str, int, tuple[str, ...]]]:
    return {
        (r.actor, r.label, r.issue): (f"{r.date:%d}", f"{r.last_date:%d}", r.count, r.documents)
        for r in table.itertuples()
    }  # fmt: skip


def test_known_talks(talks: pd.DataFrame) -> None:
    merged = merge_repeats(talks)
    assert len(merged) == 12 and merged["count"].sum() == len(talks) == 16
    repeated = {key: value for key, value in found(merged).items() if value[2] > 1}
    assert repeated == {
        ("NORTH", "demand", "prisoners"): ("01", "08", 2, ("r1", "r5")),
        ("SOUTH", "concession", "borders"): ("01", "12", 2, ("r1", "r6")),
        ("SOUTH", "refusal", "borders"): ("05", "12", 2, ("r4", "r6")),
        ("NORTH", "refusal", None): ("08", "12", 2, ("r5", "r6")),
    }
    bridge = merged[(merged["actor"] == "NORTH") & (merged["label"] == "refusal")].iloc[0]
    assert bridge["text"] == "Northland will not pay for the bridge."
    assert merged["date"].is_monotonic_increasing


def test_without_an_issue_the_words_decide(talks: pd.DataFrame) -> None:
    # The two refusals share 7 of 8 words.
    assert len(merge_repeats(talks, similarity=7 / 8)) == 12
    assert len(merge_repeats(talks, similarity=0.88)) == 13


def test_target_label_and_negotiation_keep_apart(talks: pd.DataFrame) -> None:
    demand = talks.iloc[[0]]
    others = [demand.assign(target=None), demand.assign(target="COAST"), demand.assign(label="refusal"), demand.assign(negotiation=None)]
    assert len(merge_repeats(pd.concat([demand, *others]))) == 5
    assert len(merge_repeats(pd.concat([demand.assign(target=None)] * 2))) == 1


def test_a_chain_of_similar_texts_is_one(talks: pd.DataFrame) -> None:
    texts = ["we ask for a b c d", "we ask for a b c e", "we ask for a b f e", "you say no"]
    rows = pd.concat([talks.iloc[[0]].assign(issue=None, text=text, document=text) for text in texts])
    assert merge_repeats(rows)["count"].tolist() == [3, 1]


def test_undated_ones_come_last(talks: pd.DataFrame) -> None:
    rows = talks.assign(date=talks["date"].where(talks["document"] != "r1"))
    merged = merge_repeats(rows)
    prisoners = merged[(merged["issue"] == "prisoners") & (merged["actor"] == "NORTH")].iloc[0]
    assert f"{prisoners['date']:%d} {prisoners['last_date']:%d}" == "08 08" and prisoners["documents"] == ("r5", "r1")
    assert merged["date"].isna().tolist() == [False] * 10 + [True] * 2


def test_merging_again_changes_nothing(talks: pd.DataFrame) -> None:
    once = merge_repeats(talks)
    assert merge_repeats(once)["count"].tolist() == [1] * len(once)


def test_empty_and_wrong(talks: pd.DataFrame) -> None:
    empty = merge_repeats(positions_table([]))
    assert len(empty) == 0 and {"last_date", "count", "documents"} <= set(empty.columns)
    with pytest.raises(InputError, match="similarity 0 is not above 0"):
        merge_repeats(talks, similarity=0)
    with pytest.raises(InputError, match="lacks 'issue'"):
        merge_repeats(talks.drop(columns="issue"))


@given(
    st.lists(
        st.tuples(st.sampled_from("AB"), st.sampled_from(["demand", "refusal"]), st.sampled_from([None, "x"]), st.integers(0, 3), st.sampled_from(["a b", "a b c", "z"])),
        max_size=20,
    )
)  # fmt: skip
def test_every_position_is_in_just_one_row(rows: list[tuple[str, str, str | None, int, str]]) -> None:
    lines = [
        {"document": f"d{i}", "sentence": 0, "text": text, "positions": [{"actor": actor, "label": label, "issue": issue}]}
        for i, (actor, label, issue, _, text) in enumerate(rows)
    ]
    merged = merge_repeats(positions_table(lines, {f"d{i}": f"2024-01-0{day + 1}" for i, (*_, day, _) in enumerate(rows)}))
    assert sorted(d for documents in merged["documents"] for d in documents) == sorted(f"d{i}" for i in range(len(rows)))
    assert (merged["date"] <= merged["last_date"]).all()
    with_issue = merged[merged["issue"].notna()]
    assert not with_issue.duplicated(["actor", "label", "issue"]).any()
