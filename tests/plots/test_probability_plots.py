"""Precision and recall, reliability, risk and coverage: drawn points against figures worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from sklearn.metrics import average_precision_score

from argmine.errors import InputError
from argmine.evaluation.calibration import RiskCoverage, expected_calibration_error, risk_coverage
from argmine.plots import PrecisionRecallDisplay, ReliabilityDisplay, RiskCoverageDisplay
from argmine.render import PALETTE

PAIR = ("demand", "refusal")
GOLD = np.array([[1, 1], [0, 0], [1, 0], [0, 0]])
P = np.array([[0.9, 0.4], [0.8, 0.6], [0.7, 0.1], [0.1, 0.3]])


def axes() -> Axes:
    return Figure(figsize=(6.4, 4.8)).subplots()


def lines(ax: Axes) -> dict[str, object]:
    """The lines that the legend names."""
    handles, names = ax.get_legend_handles_labels()
    return dict(zip(names, handles, strict=True))


def texts_of_legend(ax: Axes) -> list[str]:
    return [t.get_text() for t in ax.get_legend().get_texts()]


def test_precision_and_recall_by_hand() -> None:
    ax = axes()
    display = PrecisionRecallDisplay.from_predictions(GOLD, P, PAIR, [0.75, 0.3], ax=ax)
    drawn = lines(ax)
    # Average precision: 1 * 1/2 + 2/3 * 1/2; the one refusal comes second.
    assert list(drawn) == ["demand (AP 0.83)", "refusal (AP 0.50)"] == texts_of_legend(ax)
    demand, refusal = drawn.values()
    # At 0.1, 0.7, 0.8, 0.9, and at nothing found.
    np.testing.assert_allclose(demand.get_xydata(), [[1, 0.5], [1, 2 / 3], [0.5, 0.5], [0.5, 1], [0, 1]])
    np.testing.assert_allclose(refusal.get_xydata(), [[1, 0.25], [1, 1 / 3], [1, 0.5], [0, 0], [0, 1]])
    # 0.75 is reached from 0.8 on; 0.3 by itself.
    assert demand.get_markevery() == [2] and refusal.get_markevery() == [1]
    assert (demand.get_color(), demand.get_marker()) == (PALETTE["demand"], "o")
    assert (refusal.get_color(), refusal.get_marker()) == (PALETTE["refusal"], "^")
    assert demand.get_linestyle() != refusal.get_linestyle()
    frame = display.frame()
    assert frame[frame["marked"]][["label", "threshold", "recall"]].to_numpy().tolist() == [["demand", 0.8, 0.5], ["refusal", 0.3, 1.0]]
    np.testing.assert_allclose(frame.loc[frame["label"] == "demand", ["recall", "precision"]], demand.get_xydata())
    assert frame["threshold"].tolist() == [0.1, 0.7, 0.8, 0.9, np.inf, 0.1, 0.3, 0.4, 0.6, np.inf]


def test_lines_of_equal_f1() -> None:
    ax = axes()
    PrecisionRecallDisplay.from_predictions(GOLD, P, PAIR, ax=ax)
    guides = [line for line in ax.lines if line not in lines(ax).values()]
    assert len(guides) == 4
    for line, f1 in zip(guides, (0.2, 0.4, 0.6, 0.8), strict=True):
        recall, precision = line.get_xydata().T
        np.testing.assert_allclose(2 * recall * precision / (recall + precision), f1)
    ends = {t.get_text(): t.xy for t in ax.texts}
    assert ends["F1 0.8"] == (1, pytest.approx(2 / 3)) and list(ends) == ["F1 0.2", "F1 0.4", "F1 0.6", "F1 0.8"]
    assert [line.get_marker() for line in lines(ax).values()] == ["None", "None"]


def test_a_label_without_a_gold_row_has_no_curve() -> None:
    ax = axes()
    display = PrecisionRecallDisplay.from_predictions([[1, 0]], [[0.9, 0.5]], PAIR, 0.5, ax=ax)
    assert texts_of_legend(ax)[1] == "refusal (no gold row)" and len(lines(ax)["refusal (no gold row)"].get_xydata()) == 0
    assert set(display.frame()["label"]) == {"demand"}


def test_a_threshold_above_all_is_marked_where_nothing_is_found() -> None:
    display = PrecisionRecallDisplay.from_predictions(GOLD, P, PAIR, 0.95, ax=axes())
    assert display.frame().query("marked")["recall"].tolist() == [0.0, 0.0]


@given(
    st.lists(st.tuples(st.booleans(), st.sampled_from([0.1, 0.4, 0.5, 0.9])), min_size=1, max_size=20),
    st.sampled_from([0.05, 0.4, 0.45, 0.9]),
)
def test_the_mark_is_precision_and_recall_at_the_threshold(cells: list[tuple[bool, float]], threshold: float) -> None:
    gold, p = (np.array(part).reshape(-1, 1) for part in zip(*cells, strict=True))
    display = PrecisionRecallDisplay.from_predictions(gold, p, ["claim"], threshold, ax=axes())
    if not gold.any():
        assert display.frame().empty
        return
    found = p >= threshold
    (row,) = display.frame().query("marked").itertuples()
    assert row.recall == pytest.approx((found & gold).sum() / gold.sum())
    assert row.precision == pytest.approx((found & gold).sum() / found.sum() if found.any() else 1)
    assert display.curves["claim"].average_precision == pytest.approx(average_precision_score(gold, p))


def test_reliability_by_hand() -> None:
    ax = axes()
    # Two bins of two: 0.2 stated, none gold; 0.7 stated, half gold.
    display = ReliabilityDisplay.from_predictions([0, 0, 1, 0], [0.1, 0.3, 0.6, 0.8], bins=2, ax=ax)
    upper, lower = display.axes_
    points = lines(lower)["all labels (ECE 0.200)"]
    np.testing.assert_allclose(points.get_xydata(), [[0.2, 0], [0.7, 0.5]])
    (intervals,) = lower.collections
    # Wilson's interval of 0 of 2 and of 1 of 2.
    z2 = 1.96**2
    half = np.sqrt(z2 * (0.25 / 2 + z2 / 16)) / (1 + z2 / 2)
    expected = [[[0.2, 0], [0.2, z2 / (2 + z2)]], [[0.7, 0.5 - half], [0.7, 0.5 + half]]]
    np.testing.assert_allclose(intervals.get_segments(), expected, atol=1e-12)
    frame = display.frame()
    assert frame[["name", "cells"]].to_numpy().tolist() == [["all labels", 2], ["all labels", 2]]
    np.testing.assert_allclose(frame[["stated", "observed"]], points.get_xydata())
    np.testing.assert_allclose(frame[["low", "high"]], [[0, z2 / (2 + z2)], [0.5 - half, 0.5 + half]], atol=1e-12)
    assert lower.get_legend().get_title().get_text() == "2 bins"
    # The panel above counts in 25 steps: 0.1 is in the third.
    edges = upper.patches[0].get_xy()
    assert edges[(edges[:, 0] >= 0.08) & (edges[:, 0] <= 0.12), 1].max() == 1 and edges[:, 1].max() == 1
    assert upper.get_yscale() == "log" and upper.get_xlim() == lower.get_xlim() == (0, 1)


def test_reliability_names_powers_of_ten_even_where_all_bins_hold_alike() -> None:
    probabilities = np.linspace(0.3, 1, 900)
    upper, _ = ReliabilityDisplay.from_predictions(np.arange(900) % 2, probabilities, bins=9, ax=axes()).axes_
    upper.figure.canvas.draw()
    low, high = upper.get_ylim()
    shown = [t.get_text() for t, y in zip(upper.get_yticklabels(), upper.get_yticks(), strict=True) if low <= y <= high and t.get_text()]
    assert low < 1 and [text.count("10^") for text in shown] == [1, 1]
    assert not any(t.get_text() for t in upper.get_yticklabels(minor=True))


def test_each_label_has_its_points_and_its_error() -> None:
    ax = axes()
    display = ReliabilityDisplay.from_predictions(GOLD, P, PAIR, bins=2, ax=ax)
    demand, refusal = lines(display.axes_[1]).values()
    # Demand: (0.1, 0.7) none and one gold; (0.8, 0.9) one gold. Refusal: (0.1, 0.3) none; (0.4, 0.6) one.
    np.testing.assert_allclose(demand.get_xydata(), [[0.4, 0.5], [0.85, 0.5]])
    np.testing.assert_allclose(refusal.get_xydata(), [[0.2, 0], [0.5, 0.5]])
    assert texts_of_legend(display.axes_[1]) == ["demand (ECE 0.225)", "refusal (ECE 0.100)"]
    assert (demand.get_color(), refusal.get_marker()) == (PALETTE["demand"], "^")
    assert [to_hex(p.get_edgecolor()).upper() for p in display.axes_[0].patches] == [PALETTE[label] for label in PAIR]
    assert not any(p.get_fill() for p in display.axes_[0].patches)


@given(st.lists(st.tuples(st.integers(0, 1), st.sampled_from([0.0, 0.1, 0.25, 0.5, 1.0])), min_size=1, max_size=40), st.integers(1, 15))
def test_the_drawn_bins_give_the_calibration_error(cells: list[tuple[int, float]], bins: int) -> None:
    gold, p = map(np.array, zip(*cells, strict=True))
    display = ReliabilityDisplay.from_predictions(gold, p, bins=bins, ax=axes())
    frame = display.frame()
    error = (frame["cells"] * (frame["stated"] - frame["observed"]).abs()).sum() / len(p)
    assert display.parts["all labels"].error == expected_calibration_error(gold, p, bins) == pytest.approx(error)
    assert frame["cells"].sum() == len(p)
    assert (frame["low"] <= frame["observed"] + 1e-12).all() and (frame["observed"] <= frame["high"] + 1e-12).all()


def test_risk_and_coverage_by_hand() -> None:
    ax = axes()
    first, second = RiskCoverage(np.array([0.5, 1.0]), np.array([0.0, 0.25])), risk_coverage([1, 0], [0, 0], [0.9, 0.1])
    display = RiskCoverageDisplay.from_curves({"rules": first, "linear": second}, ax=ax)
    rules, linear = lines(ax).values()
    assert rules.get_xydata().tolist() == [[0.5, 0], [1, 0.25]] and linear.get_xydata().tolist() == [[0.5, 1], [1, 0.5]]
    assert texts_of_legend(ax) == ["rules (0.250)", "linear (0.500)"]
    assert rules.get_color() != linear.get_color() and rules.get_marker() != linear.get_marker()
    assert display.frame().to_numpy().tolist() == [["rules", 0.5, 0], ["rules", 1, 0.25], ["linear", 0.5, 1], ["linear", 1, 0.5]]
    assert ax.get_ylim() == (0, pytest.approx(1.1))


def test_few_decisions_do_not_set_the_scale() -> None:
    ax = axes()
    RiskCoverageDisplay.from_curves({"rules": RiskCoverage(np.array([0.01, 0.5, 1.0]), np.array([1.0, 0.1, 0.2]))}, ax=ax)
    assert ax.get_ylim() == (0, pytest.approx(0.22))


def test_bad_input() -> None:
    with pytest.raises(InputError, match="one for each of demand, refusal"):
        PrecisionRecallDisplay.from_predictions(GOLD, P, PAIR, [0.5] * 3)
    with pytest.raises(InputError, match="one number"):
        PrecisionRecallDisplay.from_predictions(GOLD, P, PAIR, float("nan"))
    with pytest.raises(InputError, match="shape of gold"):
        PrecisionRecallDisplay.from_predictions(GOLD, P[:2], PAIR)
    with pytest.raises(InputError, match="bins 0 is not a number of at least 1"):
        ReliabilityDisplay.from_predictions(GOLD, P, bins=0)
    with pytest.raises(InputError, match="between 0 and 1"):
        ReliabilityDisplay.from_predictions([1], [1.2])
    with pytest.raises(InputError, match="different names"):
        ReliabilityDisplay.from_predictions(GOLD, P, ["demand"])
    with pytest.raises(InputError, match="one shape for all three"):
        RiskCoverageDisplay.from_predictions([1], [1, 0], [0.5])
    with pytest.raises(InputError, match="no curve to draw"):
        RiskCoverageDisplay.from_curves({})
