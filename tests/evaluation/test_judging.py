"""Judging positions: hand-worked figures in three views, by group and by kind of error; parity with the other scorer; bad input."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from argmine.errors import FormatError, InputError
from argmine.evaluation.compare import compare_positions
from argmine.evaluation.positions import GROUPINGS, evaluate_positions
from argmine.evaluation.report import comparison_html, evaluation_html
from argmine.evaluation.triples import read_gold, score_triples
from argmine.schema import Document, Mention, Position, Sentence

TEXT = "Moscow refuses the truce that Kyiv asked for. They said “never again” to all of it. Oslo waited."
SPANS = ((0, 45), (46, 83), (84, 96))


def annotated(name: str = "a", register: str = "wire") -> Document:
    """Russia refuses and Ukraine demands in the first sentence; "they", Russia, refuse in the second, a quotation; nothing in the third."""
    mentions = (Mention(0, 6, "RUS"), Mention(30, 34, "UKR"), Mention(46, 50, "RUS"), Mention(84, 88, "NOR"))
    positions = (Position("RUS", "refusal", 0), Position("UKR", "demand", 0), Position("RUS", "refusal", 1))
    sentences = tuple(Sentence(*span) for span in SPANS)
    return Document(name, TEXT, sentences, mentions, positions=positions, register=register, negotiation="talks")


def said(index: int, *pairs: tuple[str, str, float], name: str = "a", actors: tuple[str, ...] | None = None) -> dict[str, object]:
    start, end = SPANS[index]
    record: dict[str, object] = {
        "document": name, "start": start, "end": end, "positions": [{"actor": a, "label": lab, "probability": p} for a, lab, p in pairs]
    }  # fmt: skip
    return record | ({"actors": list(actors)} if actors is not None else {})


# Hit: RUS refusal. False: RUS demand (Ukraine's), NOR concession in the last (nothing there). Missed: UKR demand, and all of the second sentence.
SYSTEM = [
    said(0, ("RUS", "refusal", 0.9), ("RUS", "demand", 0.6), actors=("RUS", "UKR")),
    said(1, actors=("UKR",)),
    said(2, ("NOR", "concession", 0.7), actors=("NOR",)),
]


def test_end_to_end_by_hand() -> None:
    figures = evaluate_positions([annotated()], SYSTEM)
    whole = figures.whole
    assert (whole.hits, whole.found, whole.asked) == (1, 3, 3)
    assert (whole.precision, whole.recall, whole.f1) == pytest.approx((1 / 3, 1 / 3, 1 / 3), abs=1e-12)
    assert {label: s.f1 for label, s in figures.by("label").items()} == pytest.approx({"demand": 0, "concession": 0, "refusal": 2 / 3})
    assert figures.macro_f1 == pytest.approx(2 / 9, abs=1e-12)
    assert figures.counts().tolist() == [[1, 2, 2]]
    assert figures.counts("label", "refusal").tolist() == [[1, 0, 1]]


def test_found_actors_by_hand() -> None:
    """Of (0, RUS), (0, UKR), (1, RUS) two were read for, at four candidates in three sentences."""
    found = evaluate_positions([annotated()], SYSTEM).found
    assert found is not None
    assert (found.recall, found.candidates) == pytest.approx((2 / 3, 4 / 3), abs=1e-12)
    assert evaluate_positions([annotated()], [said(0)]).found is None


def test_gold_actors_are_judged_apart() -> None:
    told = [said(0, ("RUS", "refusal", 0.9), ("UKR", "demand", 0.9)), said(1, ("RUS", "refusal", 0.8))]
    figures = evaluate_positions([annotated()], SYSTEM, told)
    assert figures.gold_actors is not None and figures.gold_actors.f1 == 1.0
    assert figures.whole.f1 == pytest.approx(1 / 3)
    assert evaluate_positions([annotated()], SYSTEM).gold_actors is None


def test_groups_by_hand() -> None:
    figures = evaluate_positions([annotated(), annotated("b", "speech")], [*SYSTEM, said(0, ("UKR", "demand", 0.9), name="b")])
    by = {name: {g: (s.hits, s.found, s.asked) for g, s in figures.by(name).items()} for name in GROUPINGS}
    assert by["actor"] == {"RUS": (1, 2, 4), "UKR": (1, 1, 2), "NOR": (0, 1, 0)}
    assert by["register"] == {"wire": (1, 3, 3), "speech": (1, 1, 3)}
    assert by["negotiation"] == {"talks": (2, 4, 6)}
    # "They" is no name; Norway's name stands in the last sentence.
    assert by["named"] == {"named": (2, 4, 4), "not named": (0, 0, 2)}
    assert by["quotation"] == {"no quotation": (2, 4, 4), "quotation": (0, 0, 2)}
    assert by["actors"] == {"several actors": (2, 3, 4), "one actor": (0, 1, 2)}
    assert by["length"] == {"up to 15 words": (2, 4, 6)}
    assert list(by["label"]) == ["demand", "concession", "refusal"]
    with pytest.raises(InputError, match="did you mean 'actor'"):
        figures.by("actr")


def test_a_groups_interval_is_over_the_documents_that_have_it() -> None:
    """Two of forty documents are speeches, both half right: a draw without them says nothing of speeches."""
    gold = [annotated(f"d{i:02d}", "speech" if i < 2 else "wire") for i in range(40)]
    system = [said(0, ("RUS", "refusal", 0.9), ("RUS", "demand", 0.6), name=d.id) for d in gold]
    speech = evaluate_positions(gold, system).by("register")["speech"]
    assert (speech.documents, speech.low, speech.high) == (2, pytest.approx(speech.f1), pytest.approx(speech.f1))


def test_kinds_of_error_by_hand() -> None:
    figures = evaluate_positions([annotated()], SYSTEM)
    assert [(r.actor, r.label, r.error) for r in figures.errors()] == [
        ("NOR", "concession", "the sentence has none"),
        ("RUS", "demand", "belongs to another actor"),
        ("UKR", "demand", "given to another actor"),
        ("RUS", "refusal", "not read for this actor"),
    ]
    swapped = evaluate_positions([annotated()], [said(1, ("RUS", "demand", 0.9)), said(0, ("UKR", "condition", 0.5), actors=("UKR", "RUS"))])
    assert {(r.sentence, r.actor, r.label): r.error for r in swapped.errors()} == {
        (1, "RUS", "demand"): "is another label", (1, "RUS", "refusal"): "given another label",
        (0, "UKR", "condition"): "is another label", (0, "UKR", "demand"): "given another label", (0, "RUS", "refusal"): "not seen",
    }  # fmt: skip
    assert figures.confusions()["the sentence has none"] == {"demand": 0, "concession": 1, "refusal": 0, "condition": 0}
    assert [r.error for r in figures.errors("the sentence has none")] == ["the sentence has none"]
    assert len(figures.frame()) == 5 and figures.frame()["gold"].sum() == 3


def test_a_sentence_that_meets_none_is_a_false_alarm_and_optional_ones_do_not_count() -> None:
    gold = [{"id": "a", "text": TEXT, "sentences": [{"start": 0, "end": 45, "positions": [["RUS", "refusal"]], "optional": [["UKR", "demand"]]}]}]
    system = [said(0, ("UKR", "demand", 0.9), ("RUS", "refusal", 0.9)), said(2, ("NOR", "demand", 0.4))]
    figures = evaluate_positions(gold, system)
    assert (figures.whole.hits, figures.whole.found, figures.whole.asked) == (1, 2, 1)
    (wrong,) = figures.errors()
    assert (wrong.sentence, wrong.text) == (-1, "Oslo waited.")


ACTORS, LABELS = ("RUS", "UKR"), ("demand", "refusal")
PAIRS = st.sets(st.tuples(st.sampled_from(ACTORS), st.sampled_from(LABELS)))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(PAIRS, PAIRS, PAIRS), min_size=1, max_size=6))
def test_counts_are_those_of_the_other_scorer(sentences: list[tuple[set[tuple[str, str]], ...]]) -> None:
    text = "abcd " * len(sentences)
    spans = [(5 * i, 5 * i + 4) for i in range(len(sentences))]
    records = [
        {"start": s, "end": e, "positions": sorted(asked), "optional": sorted(optional)}
        for (s, e), (asked, optional, _) in zip(spans, sentences, strict=True)
    ]
    gold = [{"id": "a", "text": text, "sentences": records}]
    system = [
        {"document": "a", "start": s, "end": e, "positions": [{"actor": a, "label": lab} for a, lab in sorted(found)]}
        for (s, e), (_, _, found) in zip(spans, sentences, strict=True)
    ]
    other = score_triples(read_gold(gold), {"a": system})
    assert evaluate_positions(gold, system).counts().tolist() == [list(other.counts[0].get("triple", (0, 0, 0)))]


def test_a_file_is_read_like_its_records(tmp_path: Path) -> None:
    path = tmp_path / "system.jsonl"
    path.write_text("\n".join(json.dumps(r) for r in SYSTEM) + "\n", encoding="utf-8")
    assert evaluate_positions([annotated()], path).rows == evaluate_positions([annotated()], SYSTEM).rows
    assert evaluate_positions([annotated()], {"a": SYSTEM}).rows == evaluate_positions([annotated()], SYSTEM).rows


@pytest.mark.parametrize(
    ("line", "error", "message"),
    [
        ("{", FormatError, r"s\.jsonl:2: not JSON"),
        ("[]", FormatError, r"s\.jsonl:2: not a predicted sentence"),
        ('{"document": "a", "start": "0", "end": 4, "positions": []}', FormatError, "start and end must be whole numbers"),
        ('{"document": "a", "start": 0, "end": 4, "positions": [{"actor": "RUS"}]}', FormatError, "an actor and a label"),
        ('{"document": "aa", "start": 0, "end": 4, "positions": []}', InputError, r"s\.jsonl:2: document 'aa' .*did you mean 'a'"),
    ],
)
def test_a_bad_line_is_named(line: str, error: type[Exception], message: str, tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    path.write_text(json.dumps(SYSTEM[0]) + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(error, match=message):
        evaluate_positions([annotated()], path)


def test_nothing_annotated_and_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no annotated document"):
        evaluate_positions([], SYSTEM)
    with pytest.raises(InputError, match="can't be read"):
        evaluate_positions([annotated()], tmp_path / "none.jsonl")


def test_two_systems_are_compared_on_the_same_documents() -> None:
    """On forty copies of the report one system is right, the other misses one of three positions: nothing is left to chance."""
    gold = [annotated(f"d{i:02d}") for i in range(40)]
    whole = [(0, ("RUS", "refusal", 0.9), ("UKR", "demand", 0.9)), (1, ("RUS", "refusal", 0.9))]
    good = evaluate_positions(gold, [said(i, *pairs, name=d.id) for d in gold for i, *pairs in whole])
    worse = evaluate_positions(gold, [said(i, *pairs, name=d.id) for d in gold for i, *pairs in whole[:1]])
    tests = compare_positions(good, worse, draws=1000)
    assert list(tests) == ["all", "demand", "refusal"]
    assert tests["all"].difference == pytest.approx(1 - 0.8) and tests["all"].low == pytest.approx(0.2)
    assert (tests["demand"].difference, tests["demand"].p_holm) == (0, 1)
    assert tests["refusal"].p_randomisation < 0.01 and tests["refusal"].p_holm == pytest.approx(3 * tests["refusal"].p_randomisation)
    # 40 positions that only the first has right: two-sided binomial.
    assert tests["all"].p_mcnemar == pytest.approx(2 * 0.5**40, rel=1e-9)
    with pytest.raises(InputError, match="judged on other documents"):
        compare_positions(good, evaluate_positions(gold[:3], []))
    page = comparison_html(good, worse, ("good & fast", "<worse>"), tests)
    assert "good &amp; fast" in page and "<worse>" not in page and "+0.200" in page


def test_the_page_has_every_figure_and_error() -> None:
    figures = evaluate_positions([annotated()], SYSTEM)
    page = evaluation_html(figures, "a system")
    assert f"{figures.whole.f1:.3f}" in page and "66.7 % of the annotated" in page
    for row in figures.errors():
        assert row.error in page and row.text in page
    assert "http" not in page.replace("http-equiv", "")


def test_figures_are_plain_values() -> None:
    record = json.loads(json.dumps(evaluate_positions([annotated()], SYSTEM).as_dict()))
    assert record["end_to_end"]["hits"] == 1 and set(record["by"]) == set(GROUPINGS)
    assert "end to end" in str(evaluate_positions([annotated()], SYSTEM))
    assert not math.isnan(record["macro_f1"]) and np.isfinite(record["end_to_end"]["low"])


def test_labels_outside_the_scheme_and_empty_files_are_no_bad_system(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"record 0: label 'demands' is not one of .* did you mean 'demand'"):
        evaluate_positions([annotated()], [said(0, ("RUS", "demands", 0.9))])
    (tmp_path / "theirs.jsonl").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="the file has no record"):
        evaluate_positions([annotated()], tmp_path / "theirs.jsonl")
