"""Figures against scikit-learn and hand-worked tables."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score, precision_recall_fscore_support

from argmine.errors import InputError
from argmine.evaluation.metrics import evaluate
from argmine.evaluation.triples import read_gold, score_triples


def test_agrees_with_scikit_learn() -> None:
    draw = np.random.default_rng(0)
    gold, found = (draw.random((500, 4)) < 0.2).astype(int), (draw.random((500, 4)) < 0.25).astype(int)
    result = evaluate(gold, found)
    p, r, f, s = precision_recall_fscore_support(gold, found, zero_division=0)
    for ours, theirs in ((result.precision, p), (result.recall, r), (result.f1, f), (result.support, s)):
        assert np.allclose(ours, theirs, atol=1e-12)
    assert result.micro_f1 == pytest.approx(f1_score(gold, found, average="micro"), abs=1e-12)
    assert result.macro_f1 == pytest.approx(f1_score(gold, found, average="macro"), abs=1e-12)


def test_interval_holds_the_figure_and_is_repeatable() -> None:
    draw = np.random.default_rng(1)
    gold = (draw.random((300, 4)) < 0.2).astype(int)
    found = np.where(draw.random((300, 4)) < 0.2, 1 - gold, gold)
    groups = [f"d{i // 10}" for i in range(300)]
    first, second = (evaluate(gold, found, groups=groups) for _ in range(2))
    assert first.interval == second.interval and first.interval is not None
    assert first.interval[0] < first.micro_f1 < first.interval[1]


def test_thresholds_turn_probabilities_into_labels() -> None:
    assert evaluate([[1, 0, 0, 0]], [[0.4, 0.45, 0, 0]], thresholds=[0.3, 0.5, 0.5, 0.5]).micro_f1 == 1.0


def test_other_shapes_are_refused() -> None:
    with pytest.raises(InputError, match="both must be"):
        evaluate([[1, 0]], [[1, 0, 0, 0]])


GOLD = read_gold(
    [
        {
            "id": "a",
            "text": "One. Two. Three.",
            "sentences": [
                {"start": 0, "end": 4, "positions": [["NOR", "demand"]], "optional": [["TCD", "demand"]]},
                {"start": 5, "end": 9, "positions": []},
                {"start": 10, "end": 16, "positions": [["NOR", "refusal"], ["NOR", "condition"]]},
            ],
        }
    ]
)


def test_triples_by_hand() -> None:
    rows = [
        {"start": 0, "end": 4, "positions": [{"actor": "NOR", "label": "demand"}, {"actor": "TCD", "label": "demand"}]},
        {"start": 5, "end": 9, "positions": [{"actor": "NOR", "label": "demand"}]},
        {"start": 9, "end": 16, "positions": [{"actor": "TCD", "label": "refusal"}]},
    ]
    score = score_triples(GOLD, {"a": rows})
    assert score.figures() == {"precision": 1 / 3, "recall": 1 / 3, "f1": 1 / 3, "asked": 3, "found": 3}
    assert score.figures("sentence+label")["f1"] == pytest.approx(2 * 2 / (3 + 3))
    assert score.figures("sentence+refusal")["f1"] == 1.0 and score.figures("sentence+demand")["f1"] == pytest.approx(2 / 3)
    assert score.figures("refusal") == {"precision": 0.0, "recall": 0.0, "f1": 0.0, "asked": 1, "found": 1}


def test_nothing_found_is_zero() -> None:
    assert score_triples(GOLD, {}).figures()["f1"] == 0.0
