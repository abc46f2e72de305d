"""Calibration error, Brier score and the risk-coverage curve, against tables worked by hand and simulated forecasters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss

from argmine.errors import InputError
from argmine.evaluation.calibration import brier_score, expected_calibration_error, risk_coverage

CELLS = st.lists(st.tuples(st.integers(0, 1), st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0])), min_size=1, max_size=40)


def test_calibration_error_by_hand() -> None:
    # Three bins of two: |0.2 - 0|, |0.5 - 0.5|, |0.85 - 1|, each with a third of the mass.
    gold, p = [0, 0, 1, 0, 1, 1], [0.1, 0.3, 0.4, 0.6, 0.8, 0.9]
    assert expected_calibration_error(gold, p, bins=3) == pytest.approx((0.2 + 0.0 + 0.15) / 3)
    assert expected_calibration_error(gold, p, bins=1) == pytest.approx(abs(3.1 / 6 - 0.5))


def test_bins_hold_equal_mass_not_equal_width() -> None:
    # Of equal-width bins all cells would share the first, and the error would vanish.
    gold, p = [0] * 50 + [1] + [0] * 49, [0.001] * 50 + [0.019] * 50
    assert expected_calibration_error(gold, p, bins=2) == pytest.approx((50 * 0.001 + abs(50 * 0.019 - 1)) / 100)


def test_a_matrix_is_flattened() -> None:
    draw = np.random.default_rng(0)
    p = draw.random((30, 4))
    gold = (draw.random((30, 4)) < p).astype(int)
    assert expected_calibration_error(gold, p) == expected_calibration_error(gold.ravel(), p.ravel())
    assert brier_score(gold, p) == pytest.approx(brier_score_loss(gold.ravel(), p.ravel()))


@given(CELLS, st.randoms())
def test_the_order_of_rows_does_not_matter(cells: list[tuple[int, float]], random: object) -> None:
    shuffled = list(cells)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    here, there = (expected_calibration_error(*zip(*c, strict=True), bins=4) for c in (cells, shuffled))
    assert here == pytest.approx(there, abs=1e-12)


@given(CELLS)
def test_errors_are_bounded(cells: list[tuple[int, float]]) -> None:
    gold, p = map(np.array, zip(*cells, strict=True))
    error = expected_calibration_error(gold, p)
    # One bin is the least that bins can find; the mean distance of single cells is the most.
    assert abs((p - gold).mean()) - 1e-12 <= error <= np.abs(p - gold).mean() + 1e-12


def forecasts(seed: int, n: int = 6000) -> tuple[np.ndarray, np.ndarray, float]:
    """Outcomes of true probabilities, and the calibration error that sampling alone gives: 15 half-normal gaps."""
    draw = np.random.default_rng(seed)
    p = draw.beta(0.6, 2.0, n)
    spread = [np.sqrt((q * (1 - q)).sum()) / len(q) for q in np.array_split(np.sort(p), 15)]
    return (draw.random(n) < p).astype(int), p, float(np.sqrt(2 / np.pi) * np.mean(spread))


def test_a_perfect_forecaster_errs_as_sampling_does() -> None:
    ratios = [expected_calibration_error(gold, p) / expected for gold, p, expected in map(forecasts, range(40))]
    # A gap's standard deviation is 0.76 of its mean; 15 gaps and 40 forecasters leave 3 % around 1.
    assert np.mean(ratios) == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("distort", [np.sqrt, np.square, lambda p: 0.5 + 0.5 * p], ids=["high", "low", "shifted"])
def test_a_distorted_forecaster_errs_more(distort: object) -> None:
    gold, p, expected = forecasts(0)
    distorted = distort(p)  # type: ignore[operator]
    true_gap = np.abs(distorted - p).mean()
    assert expected_calibration_error(gold, distorted) > 4 * expected
    assert expected_calibration_error(gold, distorted) == pytest.approx(true_gap, abs=2 * expected)


def test_risk_coverage_by_hand() -> None:
    # By confidence: right | wrong, right (tied) | wrong.
    curve = risk_coverage([1, 0, 1, 1], [1, 1, 1, 0], [0.9, 0.5, 0.5, 0.2])
    assert curve.coverage.tolist() == [0.25, 0.75, 1.0]
    assert curve.risk.tolist() == pytest.approx([0, 1 / 3, 2 / 4])
    assert [curve.accuracy_at(c) for c in (0.1, 0.25, 0.26, 0.75, 1)] == pytest.approx([1, 1, 2 / 3, 2 / 3, 1 / 2])


def test_accuracy_at_a_rounded_share_is_that_of_the_point_it_means() -> None:
    n = 10
    curve = risk_coverage(np.ones(n), [1] * 7 + [0] * 3, np.arange(n)[::-1])
    assert curve.accuracy_at(0.1 * 7) == 1.0  # 0.1 * 7 is above 0.7


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=1, max_size=30))
def test_the_curve_is_what_a_cut_at_each_confidence_gives(decisions: list[tuple[bool, int]]) -> None:
    right, sure = map(np.array, zip(*decisions, strict=True))
    curve = risk_coverage(np.ones(len(right)), right.astype(int), sure)
    cuts = sorted(set(sure.tolist()), reverse=True)
    assert curve.coverage == pytest.approx([(sure >= c).mean() for c in cuts])
    assert curve.risk == pytest.approx([(~right[sure >= c]).mean() for c in cuts])


@settings(max_examples=20)
@given(st.integers(0, 1000))
def test_a_true_confidence_beats_a_random_one(seed: int) -> None:
    draw = np.random.default_rng(seed)
    p = draw.uniform(0.5, 1, 2000)
    right = draw.random(2000) < p
    assert risk_coverage(np.ones(2000), right, p).accuracy_at(0.3) > risk_coverage(np.ones(2000), right, draw.random(2000)).accuracy_at(0.3)


@pytest.mark.parametrize(
    ("gold", "p", "message"),
    [
        ([0, 1], [0.5], "shape of gold"),
        ([], [], "at least one cell"),
        ([0, 2], [0.5, 0.5], "gold 2 is not 0 or 1"),
        ([0, 1], [0.5, float("nan")], "is not a finite number"),
        ([0, 1], [0.5, 1.5], "probability 1.5 is not between 0 and 1"),
        ([0, 1], [-0.1, 1.0], "probability -0.1 is not between 0 and 1"),
    ],
)
def test_bad_input_is_named(gold: list[int], p: list[float], message: str) -> None:
    for figure in (brier_score, expected_calibration_error):
        with pytest.raises(InputError, match=message):
            figure(gold, p)


def test_bad_settings_are_named() -> None:
    with pytest.raises(InputError, match="bins 0 is not"):
        expected_calibration_error([1], [1.0], bins=0)
    with pytest.raises(InputError, match="one shape for all three"):
        risk_coverage([1], [1], [0.5, 0.6])
    with pytest.raises(InputError, match="a confidence that is a number"):
        risk_coverage([1], [1], [float("nan")])
    with pytest.raises(InputError, match="coverage 0 is not"):
        risk_coverage([1], [1], [0.5]).accuracy_at(0)
