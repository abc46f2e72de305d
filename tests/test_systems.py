"""The systems that benchmarks set side by side, how they are scored, and how results are kept."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import numpy as np
import pytest
import quality
import robustness
import systems
import tables
from hypothesis import given, settings
from hypothesis import strategies as st

import argmine
from argmine.evaluation.triples import GoldDocument
from argmine.schema import FOUR_LABELS, ActorSentence, Span

CUES = {"demand": "demands", "concession": "accepts", "refusal": "refuses", "condition": "insists on"}


def planted(n: int) -> tuple[list[ActorSentence], np.ndarray, list[str]]:
    """Rows in which a label's cue follows its actor's name, and as many in which it follows another's."""
    draw = np.random.default_rng(0)
    X, y = [], []
    for i in range(n):
        label = FOUR_LABELS.labels[i % 4]
        first, second = draw.choice(["Moscow", "Kyiv", "Ankara", "Doha"], 2, replace=False)
        text = f"{first} {CUES[label]} the plan of {second}."
        spans = Span(0, len(first)), Span(len(text) - 1 - len(second), len(text) - 1)
        own = i // 4 % 2
        X.append(ActorSentence(text, "X", (spans[own],), (spans[1 - own],), document=f"d{i // 8}"))
        y.append([int(own == 0 and label == other) for other in FOUR_LABELS.labels])
    return X, np.array(y, np.int8), [row.document for row in X]


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("tfidf", systems.TfidfLogistic),
        ("spacy", lambda: systems.SpacyTextcat(epochs=12)),
        ("setfit", lambda: systems.SetFit(shots=8, steps=2)),
    ],
)
def test_a_baseline_learns_whose_cue_it_is_and_can_be_kept(name: str, make: object) -> None:
    if why := systems.why_absent(name):
        pytest.skip(why)
    X, y, groups = planted(160)
    model = make().fit(X, y, groups)  # type: ignore[operator]
    assert argmine.evaluate(y, model.predict(X)).micro_f1 > 0.9
    again = pickle.loads(pickle.dumps(model))
    assert np.allclose(again.predict_proba(X[:8]), model.predict_proba(X[:8]), atol=1e-5)


def test_majority_gives_named_actors_the_commonest_label() -> None:
    X = [ActorSentence("A refuses.", "A", (Span(0, 1),)), ActorSentence("It did.", "A", how="salient")] * 4
    y = np.array([[0, 0, 1, 0], [1, 0, 0, 0]] * 3 + [[1, 0, 0, 0], [0, 0, 0, 0]])
    model = systems.Majority().fit(X, y)
    assert model.predict(X[:2]).tolist() == [[1, 0, 0, 0], [0, 0, 0, 0]]
    assert model.predict_proba(X[:1]).tolist() == [[0.25, 0, 0.75, 0]]


def test_every_system_runs_from_raw_text() -> None:
    X, y, groups = planted(80)
    for model in (systems.Majority(), systems.TfidfLogistic()):
        report = argmine.Miner(model.fit(X, y, groups)).label("Moscow refuses the plan of Kyiv. It rained.")
        assert {p.sentence for p in report.positions} == {0}


def test_marks_cover_overlapping_and_missing_mentions() -> None:
    row = ActorSentence("The Kyiv government agreed.", "UKR", (Span(0, 19),), (Span(4, 8),))
    assert systems.marked(row) == "@ agreed."
    assert systems.marked(ActorSentence("We agreed.", "UKR", how="speaker")) == "@speaker We agreed."


def test_scores_of_rows_are_those_of_evaluate() -> None:
    draw = np.random.default_rng(0)
    gold, predicted = (draw.integers(0, 2, (60, 4)) for _ in range(2))
    score = quality.score_rows(gold, predicted, [f"d{i // 7}" for i in range(60)])
    figures = argmine.evaluate(gold, predicted)
    assert score.figures()["f1"] == pytest.approx(figures.micro_f1)
    assert [score.figures(k)["f1"] for k in FOUR_LABELS.labels] == pytest.approx(figures.f1)
    found = quality.macro(score)
    assert found["f1"] == pytest.approx(figures.macro_f1)
    assert found["interval"][0] < found["f1"] < found["interval"][1]


def test_gold_actors_leave_optional_triples_out() -> None:
    text = "Moscow refuses the ceasefire requested by Kyiv."
    spans = ((0, len(text)),)
    whole = GoldDocument("a", text, spans, (frozenset({("RUS", "refusal")}),), (frozenset(),))
    spared = GoldDocument("a", text, spans, whole.positions, (frozenset({("UKR", "demand")}),))
    miner = argmine.load("rules")
    first, second = (quality.with_gold_actors(miner, [d]) for d in (whole, spared))
    assert first.score.figures()["f1"] == pytest.approx(2 / 3) and second.score.figures()["f1"] == 1
    assert len(first.cells.gold) == len(second.cells.gold) + 1
    assert quality.calibration(first.cells)["accuracy"] < quality.calibration(second.cells)["accuracy"] == 1
    assert second.reached == 1


def test_a_given_actor_that_is_not_found_counts_as_unreached() -> None:
    d = GoldDocument("a", "It rained.", ((0, 10),), (frozenset({("RUS", "refusal")}),), (frozenset(),))
    found = quality.with_gold_actors(argmine.load("rules"), [d])
    assert found.reached == 0 and found.score.counts[0]["triple"] == (0, 0, 1)


def test_pairs_are_tested_against_the_best_model_there_is() -> None:
    good, bad = [(3, 0, 0)] * 12, [(1, 2, 2)] * 12
    counts = {name: dict.fromkeys(quality.COMPARED, good if name == "linear" else bad) for name in ("tfidf", "linear", "rules")}
    found = list(quality.paired(counts))
    assert {r["model"] for r in found} == {"linear"} and {r["against"] for r in found} == {"tfidf", "rules"}
    assert all(r["difference"] > 0.5 and r["p_randomisation"] < r["p_holm"] < 0.01 for r in found)
    assert list(quality.paired({"linear": counts["linear"]})) == []


SENTENCES = st.lists(st.text(alphabet="abc ABC the a.", min_size=1, max_size=30), min_size=1, max_size=6)


@settings(deadline=None, max_examples=50)
@given(SENTENCES, st.sampled_from([0.1, 0.6, 1.0]), st.integers(0, 5))
def test_noise_moves_stretches_with_their_sentences(parts: list[str], rate: float, seed: int) -> None:
    text, spans = "", []
    for part in parts:
        spans.append((len(text), len(text) + len(part)))
        text += part + "\n"
    gold = GoldDocument("a", text, tuple(spans), (frozenset(),) * len(spans), (frozenset(),) * len(spans))
    assert robustness.noised(gold, 0.0, np.random.default_rng(seed)) == gold
    found = robustness.noised(gold, rate, np.random.default_rng(seed))
    assert len(found.text) <= len(text)
    for (start, end), part in zip(found.spans, parts, strict=True):
        left = iter(part.lower())
        assert all(c in left for c in found.text[start:end].lower()), "a sentence holds only what it held before"


def test_noise_does_what_it_says() -> None:
    text = "The Kremlin rejected a plan."
    gold = GoldDocument("a", text, ((0, len(text)),), (frozenset(),), (frozenset(),))
    found = {robustness.noised(gold, 1.0, np.random.default_rng(seed)).text for seed in range(20)}
    assert found == {"kremlin rejected plan.", "Kremlinrejected plan."}


def test_every_register_is_in_one_group() -> None:
    listed = [r for registers in robustness.GROUPS.values() for r in registers]
    assert sorted(listed) == sorted({d.register for d in argmine.load_corpus()})


def test_kept_rows_replace_those_of_the_same_systems_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "RESULTS", tmp_path)
    tables.keep("quality", [{"model": "linear", "f": 1}, {"model": "tfidf", "f": 2}])
    tables.keep("quality", [{"model": "linear", "f": 3}, {"model": "my-model", "f": 4}])
    lines = (tmp_path / "quality.jsonl").read_text(encoding="utf-8").splitlines()
    assert sorted((r["model"], r["f"]) for r in map(json.loads, lines)) == [("linear", 3), ("my-model", 4), ("tfidf", 2)]
    assert [r["model"] for r in tables.rows("quality")] == ["tfidf", "linear", "my-model"]
    tables.keep("reuse", [{"labels": "single", "model": "linear", "f": 1}, {"labels": "multi", "model": "linear", "f": 2}], "labels", "model")
    tables.keep("reuse", [{"labels": "multi", "model": "linear", "f": 3}], "labels", "model")
    assert [(r["labels"], r["f"]) for r in tables.rows("reuse")] == [("single", 1), ("multi", 3)]


def test_an_absent_system_says_why(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(systems.NEEDS, "spacy", ("no_such_package",))
    assert list(systems.present(["spacy", "tfidf"])) == ["tfidf"]
    assert capsys.readouterr().err == "spacy: skipped, the package no-such-package is not installed\n"
