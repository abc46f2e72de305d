"""Intervals cover what they promise, by simulation; kappa, average precision, alpha and MASI agree with libraries and hand-worked tables."""

from __future__ import annotations

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, cohen_kappa_score, precision_recall_fscore_support

from argmine.errors import InputError
from argmine.evaluation.agreement import _alpha, _masi, masi_distance
from argmine.evaluation.bootstrap import f1_of, interval
from argmine.evaluation.metrics import average_precision, cohen_kappa, evaluate


@pytest.mark.parametrize("n", [20, 60, 120])
def test_the_interval_covers_the_truth_as_often_as_it_says(n: int) -> None:
    """Documents of unlike length and difficulty; the truth is F1 over very many of them."""
    draw = np.random.default_rng(0)

    def documents(size: int) -> np.ndarray:
        asked, skill = draw.poisson(6, size) + 1, draw.beta(6, 4, size)
        hits = draw.binomial(asked, skill)
        return np.stack([hits, draw.poisson(2 * (1 - skill) * 3), asked - hits], axis=1)

    truth = float(f1_of(documents(400_000).sum(0)))
    covered = [low <= truth <= high for low, high in (interval(documents(n), draws=500, random_state=i) for i in range(1000))]
    assert 0.93 <= np.mean(covered) <= 0.97


def test_an_interval_of_equal_documents_is_a_point() -> None:
    assert interval([[1, 1, 0]] * 9) == pytest.approx((2 / 3, 2 / 3))
    with pytest.raises(InputError, match="at least one document"):
        interval(np.zeros((0, 3)))
    with pytest.raises(InputError, match="level 95"):
        interval([[1, 1, 0]], level=95)


MATRICES = st.lists(st.tuples(*[st.booleans()] * 3, *[st.floats(0.001, 0.999)] * 3), min_size=2, max_size=40)


@given(MATRICES)
def test_figures_are_those_of_scikit_learn(rows: list[tuple[float, ...]]) -> None:
    table = np.array(rows, dtype=float)
    gold, likely = table[:, :3].astype(int), table[:, 3:]
    figures = evaluate(gold, likely, labels=("a", "b", "c"))
    p, r, f, n = precision_recall_fscore_support(gold, likely >= 0.5, zero_division=0)
    assert figures.precision == pytest.approx(p, abs=1e-12) and figures.recall == pytest.approx(r, abs=1e-12)
    assert figures.f1 == pytest.approx(f, abs=1e-12) and list(figures.support) == n.tolist()
    assert figures.average_precision is not None and figures.brier == pytest.approx(np.mean((gold - likely) ** 2), abs=1e-12)
    for k in range(3):
        if gold[:, k].any():
            assert figures.average_precision[k] == pytest.approx(average_precision_score(gold[:, k], likely[:, k]), abs=1e-12)
        if len({*gold[:, k], *(likely[:, k] >= 0.5)}) == 2:
            assert figures.kappa[k] == pytest.approx(cohen_kappa_score(gold[:, k], likely[:, k] >= 0.5), abs=1e-12)


def test_kappa_by_hand() -> None:
    """Cohen's own form of the table: 20 both yes, 15 both no, 5 and 10 apart: observed 0.7, by chance 0.5."""
    first = [1] * 20 + [1] * 5 + [0] * 10 + [0] * 15
    second = [1] * 20 + [0] * 5 + [1] * 10 + [0] * 15
    assert cohen_kappa(first, second) == pytest.approx(0.4, abs=1e-12)
    assert cohen_kappa([0, 0], [0, 0]) == 1.0
    with pytest.raises(InputError, match="at least one unit"):
        cohen_kappa([], [])


def test_labels_have_no_average_precision() -> None:
    figures = evaluate([[1, 0], [0, 1]], [[1, 0], [1, 1]], labels=("a", "b"))
    assert figures.average_precision is None and figures.ece is None and "kappa" in str(figures)
    assert np.isnan(average_precision([0, 0], [0.2, 0.3]))
    assert evaluate([[1, 0]], [[0.5, 0.2]], labels=("a", "b")).as_dict()["labels"]["b"]["average_precision"] is None


@pytest.mark.parametrize(
    ("first", "second", "distance"),
    [(0b0, 0b0, 0.0), (0b0, 0b1, 1.0), (0b11, 0b01, 1 - 1 / 2 * 2 / 3), (0b011, 0b110, 1 - 1 / 3 * 1 / 3), (0b0111, 0b0011, 1 - 2 / 3 * 2 / 3), (0b01, 0b10, 1.0)],
)  # fmt: skip
def test_masi_by_hand(first: int, second: int, distance: float) -> None:
    """Passonneau (2006): Jaccard times 1, 2/3, 1/3 or 0."""
    assert masi_distance(first, second) == pytest.approx(distance, abs=1e-12) == masi_distance(second, first)


def test_alpha_of_sets_by_hand() -> None:
    """Alpha is one less observed over expected disagreement (Krippendorff 2004), with MASI between the sets."""
    votes = np.array([(0b01, 0b01), (0b11, 0b01), (0b10, 0b10), (0b00, 0b01)])
    observed = np.mean([masi_distance(a, b) for a, b in votes])
    values = votes.ravel()
    pairs = [masi_distance(a, b) for i, a in enumerate(values) for j, b in enumerate(values) if i != j]
    assert _alpha(votes, _masi) == pytest.approx(1 - observed / np.mean(pairs), abs=1e-12)


def test_nominal_alpha_is_the_librarys() -> None:
    votes = np.random.default_rng(0).integers(0, 2, size=(50, 2))
    assert _alpha(votes) == pytest.approx(krippendorff.alpha(reliability_data=votes.T, level_of_measurement="nominal"), abs=1e-12)
