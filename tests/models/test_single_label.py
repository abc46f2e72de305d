"""In a scheme of one label a row, `predict`, `predict_proba` and a miner follow one rule."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from argmine.errors import InputError
from argmine.models.base import PositionClassifier
from argmine.models.linear import LinearClassifier
from argmine.pipeline import Miner
from argmine.schema import ActorSentence, LabelScheme, Span

ONE = LabelScheme("moves", ("push", "pull", "wait"), multilabel=False)
MANY = LabelScheme("moves", ONE.labels)
UNIT = st.floats(0, 1, width=32)


class Fixed(PositionClassifier):
    """The same probabilities for every row."""

    def __init__(self, scheme: LabelScheme, probabilities: Sequence[float], thresholds: Sequence[float]) -> None:
        self.scheme_, self.thresholds_ = scheme, np.array(thresholds)
        self.probabilities = np.array(probabilities)

    def fit(self, X: object, y: object = None) -> Fixed:
        return self

    def _probabilities(self, X: Sequence[ActorSentence]) -> np.ndarray:
        return np.tile(self.probabilities, (len(X), 1))


@given(arrays(float, (6, 3), elements=UNIT), arrays(float, 3, elements=UNIT))
def test_the_label_is_the_best_of_those_that_reach(probabilities: np.ndarray, thresholds: np.ndarray) -> None:
    chosen = Fixed(ONE, [0, 0, 0], thresholds).decide(probabilities)
    reaching = Fixed(MANY, [0, 0, 0], thresholds).decide(probabilities)
    assert np.array_equal(reaching, (probabilities >= thresholds).astype(int))
    assert np.array_equal(chosen.sum(axis=1), reaching.any(axis=1)) and (chosen <= reaching).all()
    for p, row, allowed in zip(probabilities, chosen, reaching, strict=True):
        for k in np.flatnonzero(row):
            assert all(p[k] - thresholds[k] >= p[j] - thresholds[j] for j in np.flatnonzero(allowed))


def test_a_label_with_a_low_threshold_may_win_over_a_more_probable_one() -> None:
    row = [ActorSentence("x", "NOR")]
    model = Fixed(ONE, [0.6, 0.4, 0.1], [0.5, 0.2, 0.5])
    assert model.predict(row).tolist() == [[0, 1, 0]]
    assert model.predict_proba(row).tolist() == [[0.6, 0.4, 0.1]]
    assert model.predict([]).shape == (0, 3)


@pytest.mark.parametrize("scheme", [ONE, MANY], ids=["one", "many"])
def test_a_miner_follows_the_same_rule(scheme: LabelScheme) -> None:
    model = Fixed(scheme, [0.6, 0.4, 0.1], [0.5, 0.2, 0.5])
    report = Miner(model).label("Moscow refuses the ceasefire requested by Kyiv.")
    labels = {actor: [p.label for p in report.positions if p.actor == actor] for actor in ("RUS", "UKR")}
    expected = ["pull"] if scheme is ONE else ["push", "pull"]
    assert labels == {"RUS": expected, "UKR": expected}
    assert {round(p.probability, 6) for p in report.positions if p.label == "pull"} == {0.4}


def test_a_fitted_model_gives_one_label_where_cues_of_two_meet() -> None:
    verbs = ["zorks", "blicks", "grumbs"]
    X = [ActorSentence(f"Norway {verbs[i % 3]} it.", "NOR", (Span(0, 6),), document=f"d{i}") for i in range(60)]
    y = np.eye(3, dtype=int)[[i % 3 for i in range(60)]]
    both = [ActorSentence("Norway zorks blicks it.", "NOR", (Span(0, 6),))]
    one, many = (LinearClassifier(scheme=s).fit(X, y) for s in (ONE, MANY))
    assert np.array_equal(one.predict(X), y)
    assert np.array_equal(one.predict_proba(both), many.predict_proba(both))
    for model in (one, many):
        model.thresholds_ = np.minimum(model.thresholds_, model.predict_proba(both)[0])
    assert many.predict(both).sum() == 3 and one.predict(both).sum() == 1


def test_a_matrix_with_two_labels_a_row_is_refused() -> None:
    rows = [ActorSentence("x", "NOR"), ActorSentence("y", "NOR")]
    with pytest.raises(InputError, match="row 1 of y has 2 labels; 'moves' allows one a row"):
        LinearClassifier(scheme=ONE).fit(rows, np.array([[1, 0, 0], [0, 1, 1]]))
