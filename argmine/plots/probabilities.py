"""What thresholds do, whether probabilities are worth their name, and what passing on the unsure gains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.metrics import average_precision_score, precision_recall_curve

from argmine.errors import InputError, say
from argmine.evaluation.calibration import RiskCoverage, check_cells, expected_calibration_error, risk_coverage
from argmine.plots.base import GRID, INK, Display, Floats, Look, dress, looks, matrices, panels, put_legend
from argmine.schema import FOUR_LABELS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

__all__ = ["PrecisionRecallDisplay", "ReliabilityDisplay", "RiskCoverageDisplay"]

_F1_LINES = (0.2, 0.4, 0.6, 0.8)
_EVERYTHING = "all labels"
# Of fewer decisions the risk is mostly chance; it may leave the frame.
_FEW = 0.05


class _Curve(NamedTuple):
    """Precision and recall at each threshold, rising; the last point is recall 0, where nothing is found."""

    threshold: Floats
    precision: Floats
    recall: Floats
    average_precision: float
    marked: int | None


class PrecisionRecallDisplay(Display):
    """Precision against recall of each label as its threshold falls, one curve a label.

    Average precision, the mean of precision over the steps of recall, stands in the legend. The point of each label's threshold is marked;
    grey lines join points of equal F1. A label without a gold row has no curve.

    .. image:: /pictures/PrecisionRecallDisplay.png
       :alt: Four falling curves of precision against recall, each with its threshold marked, over grey lines of equal F1.

    Args:
        curves: one a label.

    Attributes:
        curves: one a label: ``threshold``, ``precision``, ``recall``, ``average_precision``, and ``marked``, the index of the marked
            point or None.

    >>> gold, probabilities = [[1], [0], [1], [0]], [[0.9], [0.8], [0.7], [0.1]]
    >>> display = PrecisionRecallDisplay.from_predictions(gold, probabilities, ["demand"], thresholds=0.5)
    >>> round(display.curves["demand"].average_precision, 3)
    0.833
    >>> display.frame().query("marked").round(3)
        label  threshold  precision  recall  marked
    1  demand        0.7      0.667     1.0    True
    """

    def __init__(self, curves: Mapping[str, _Curve]) -> None:
        self.curves = dict(curves)

    @classmethod
    def from_predictions(
        cls, gold: ArrayLike, probabilities: ArrayLike, labels: Sequence[str] = FOUR_LABELS.labels, thresholds: ArrayLike | None = None, *,
        ax: Axes | None = None,
    ) -> PrecisionRecallDisplay:  # fmt: skip
        """Compute the curves and draw them.

        Args:
            gold: 0 or 1, shape (n_rows, n_labels).
            probabilities: in [0, 1], of the same shape.
            labels: the names of the columns.
            thresholds: one for all labels, or one a label: where to put the marks; none if None.
            ax: where to draw.

        Raises:
            InputError: if shapes differ or don't fit the labels, or a value is out of range.
        """
        y, p = matrices(gold, probabilities, labels)
        cuts: Sequence[float | None] = [None] * len(labels)
        if thresholds is not None:
            given = np.asarray(thresholds, dtype=float)
            if given.shape not in ((), (len(labels),)) or not np.isfinite(given).all():
                raise InputError(say("thresholds", given.tolist(), f"one number, or one for each of {', '.join(labels)}"))
            cuts = np.broadcast_to(given, len(labels)).tolist()
        return cls({label: _curve(y[:, k], p[:, k], cuts[k]) for k, label in enumerate(labels)}).plot(ax)

    def _draw(self, ax: Axes, size: float) -> None:
        recall = np.linspace(0.01, 1, 200)
        for f1 in _F1_LINES:
            reached = recall > f1 / 2 + 1e-9
            precision = f1 * recall[reached] / (2 * recall[reached] - f1)
            ax.plot(recall[reached], precision, color=GRID, linewidth=0.6, zorder=1)
            ax.annotate(
                f"F1 {f1}", (1, f1 / (2 - f1)), (2, 0), textcoords="offset points", fontsize=size * 0.8, color=INK, va="center",
                annotation_clip=False,
            )  # fmt: skip
        for label, look in looks(self.curves).items():
            curve = self.curves[label]
            name = f"{label} (AP {curve.average_precision:.2f})" if len(curve.recall) else f"{label} (no gold row)"
            ax.plot(
                curve.recall, curve.precision, label=name, color=look.color, linestyle=look.dash, linewidth=size / 7, drawstyle="steps-post",
                marker=None if curve.marked is None else look.marker, markevery=[curve.marked], markersize=size * 0.8, markeredgecolor="white",
                clip_on=False,
            )  # fmt: skip
        ax.set(xlim=(0, 1), ylim=(0, 1.02))
        dress(ax, size, x="recall", y="precision")
        put_legend(ax, size, loc="lower left", frameon=True, edgecolor="none", borderpad=0.1)

    def frame(self) -> DataFrame:
        """One row a point: label, threshold, precision, recall, and whether it is marked. The threshold of the last point is infinite."""
        import pandas as pd

        parts = [
            pd.DataFrame(
                {
                    "label": label, "threshold": c.threshold, "precision": c.precision, "recall": c.recall,
                    "marked": np.arange(len(c.recall)) == (-1 if c.marked is None else c.marked),
                }
            )
            for label, c in self.curves.items()
        ]  # fmt: skip
        return pd.concat(parts, ignore_index=True)


def _curve(gold: np.ndarray, probabilities: Floats, threshold: float | None) -> _Curve:
    if not gold.any():
        return _Curve(np.zeros(0), np.zeros(0), np.zeros(0), float("nan"), None)
    precision, recall, cuts = precision_recall_curve(gold, probabilities)
    marked = None if threshold is None else int(np.searchsorted(cuts, threshold))
    return _Curve(np.append(cuts, np.inf), precision, recall, float(average_precision_score(gold, probabilities)), marked)


class _Bins(NamedTuple):
    """The bins that are not empty: how many cells, their mean probability, the share of them that is gold, and its interval."""

    cells: NDArray[np.int64]
    stated: Floats
    observed: Floats
    low: Floats
    high: Floats
    error: float


class ReliabilityDisplay(Display):
    """Observed frequency against stated probability, in bins of equally many cells: on the diagonal, probabilities mean what they say.

    The bins are those of `argmine.evaluation.calibration.expected_calibration_error`, whose value (ECE) stands in the legend: the mean
    distance from the diagonal, by cells. Upright lines are 95 % intervals of the frequency (Wilson 1927), which take cells to be
    independent. The upper panel counts cells by probability, on a logarithmic scale. Where most probabilities are near 0, most bins are,
    too; more bins show the rest.

    .. image:: /pictures/ReliabilityDisplay.png
       :alt: Points of observed against stated frequency about a diagonal, with a histogram of the probabilities above.

    Args:
        parts: the bins, by name.
        values: the probabilities, by name.
        bins: how many bins were asked for; equal probabilities share one, so that some may be empty.

    Attributes:
        parts: by name the bins: ``cells``, ``stated``, ``observed``, ``low``, ``high``, and ``error``, the calibration error.
        values, bins: as given.
        axes_: the two panels, upper first.

    >>> display = ReliabilityDisplay.from_predictions([0, 0, 0, 1], [0.1, 0.1, 0.6, 0.6], bins=2)
    >>> display.frame().iloc[:, :4]
             name  cells  stated  observed
    0  all labels      2     0.1       0.0
    1  all labels      2     0.6       0.5
    >>> round(display.parts["all labels"].error, 3)
    0.1
    """

    axes_: list[Axes]

    def __init__(self, parts: Mapping[str, _Bins], values: Mapping[str, Floats], bins: int = 15) -> None:
        self.parts = dict(parts)
        self.values = dict(values)
        self.bins = bins

    @classmethod
    def from_predictions(
        cls, gold: ArrayLike, probabilities: ArrayLike, labels: Sequence[str] | None = None, bins: int = 15, *, ax: Axes | None = None
    ) -> ReliabilityDisplay:
        """Bin and draw.

        Args:
            gold: 0 or 1; of any shape, or (n_rows, n_labels) with labels.
            probabilities: in [0, 1], of the same shape.
            labels: the names of the columns, for points of each label; all cells together if None.
            bins: how many.
            ax: where to draw.

        Raises:
            InputError: if shapes differ or don't fit the labels, or a value is out of range.
        """
        if labels is None:
            y, p = check_cells(gold, probabilities)
            columns = {_EVERYTHING: (y.ravel(), p.ravel())}
        else:
            y, p = matrices(gold, probabilities, labels)
            columns = {label: (y[:, k], p[:, k]) for k, label in enumerate(labels)}
        parts = {name: _bins(*column, bins) for name, column in columns.items()}
        return cls(parts, {name: column[1] for name, column in columns.items()}, bins).plot(ax)

    def _draw(self, ax: Axes, size: float) -> None:
        from matplotlib.ticker import NullFormatter

        self.axes_ = upper, lower = panels(ax, (1, 4.5), gap=size * 0.8)
        shown = {_EVERYTHING: Look(INK, "o", "-")} if _EVERYTHING in self.parts else looks(self.parts)
        edges = np.linspace(0, 1, 26).tolist()
        for name, look in shown.items():
            upper.hist(
                self.values[name], bins=edges, log=True, histtype="step", fill=len(shown) == 1, color=look.color, linestyle=look.dash,
                linewidth=size / 9,
            )  # fmt: skip
        lower.plot([0, 1], [0, 1], color=GRID, linewidth=0.8, zorder=1)
        for name, look in shown.items():
            part = self.parts[name]
            lower.vlines(part.stated, part.low, part.high, color=look.color, linewidth=size / 12, alpha=0.6)
            lower.plot(
                part.stated, part.observed, color=look.color, marker=look.marker, markersize=size * 0.5, linestyle="none", clip_on=False,
                label=f"{name} (ECE {part.error:.3f})", alpha=0.8, markeredgewidth=0, zorder=3,
            )  # fmt: skip
        for panel in self.axes_:
            panel.set_xlim(0, 1)
        lower.set_ylim(0, 1)
        dress(upper, size, y="cells")
        dress(lower, size, x="stated probability", y="observed frequency")
        upper.tick_params(labelbottom=False)
        # From one cell on: within a decade the scale would have no power of ten to name.
        upper.set_ylim(bottom=0.7)
        upper.yaxis.set_minor_formatter(NullFormatter())
        put_legend(lower, size, loc="upper left", title=f"{self.bins} bins")

    def frame(self) -> DataFrame:
        """One row a bin: name, cells, stated and observed frequency, and the interval of the latter."""
        import pandas as pd

        parts = [
            pd.DataFrame({"name": name, "cells": b.cells, "stated": b.stated, "observed": b.observed, "low": b.low, "high": b.high})
            for name, b in self.parts.items()
        ]
        return pd.concat(parts, ignore_index=True)


def _bins(gold: np.ndarray, probabilities: Floats, bins: int) -> _Bins:
    error = expected_calibration_error(gold, probabilities, bins)
    index = np.searchsorted(np.sort(probabilities), probabilities) * bins // len(probabilities)
    count = np.bincount(index, minlength=bins)
    full = count > 0
    n = count[full]
    stated, observed = (np.bincount(index, weights=values, minlength=bins)[full] / n for values in (probabilities, gold))
    # Wilson's interval.
    z2 = 1.96**2
    middle = (observed + z2 / (2 * n)) / (1 + z2 / n)
    half = np.sqrt(z2 * (observed * (1 - observed) / n + z2 / (4 * n * n))) / (1 + z2 / n)
    return _Bins(n, stated, observed, np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1), error)


class RiskCoverageDisplay(Display):
    """The share of errors among the decisions that are kept, as the least confident are passed on to a reader (El-Yaniv & Wiener 2010).

    The mark at the right end is the risk when all are kept, which the legend gives as well. A curve that falls to the left knows when it
    is unsure. Below 5 % coverage, where few decisions are left, it may leave the frame. See `argmine.evaluation.calibration.risk_coverage`.

    .. image:: /pictures/RiskCoverageDisplay.png
       :alt: Curves of risk against coverage, rising to the right.

    Args:
        curves: by name.

    Attributes:
        curves: as given.

    >>> display = RiskCoverageDisplay.from_predictions([1, 0, 1, 1], [1, 0, 0, 1], [0.9, 0.8, 0.1, 0.3], name="rules")
    >>> display.frame().tail(2)
        name  coverage  risk
    2  rules      0.75  0.00
    3  rules      1.00  0.25
    """

    def __init__(self, curves: Mapping[str, RiskCoverage]) -> None:
        self.curves = dict(curves)

    @classmethod
    def from_predictions(
        cls, gold: ArrayLike, predicted: ArrayLike, confidence: ArrayLike, name: str | None = None, *, ax: Axes | None = None
    ) -> RiskCoverageDisplay:
        """Compute one curve and draw it.

        Args:
            gold, predicted: labels, arrays of the same shape: one decision a cell.
            confidence: of the same shape; larger is surer, e.g. the probability's distance from its threshold.
            name: for the legend.
            ax: where to draw.

        Raises:
            InputError: if shapes differ, there are no cells, or a confidence is not a number.
        """
        return cls.from_curves({name or "decisions": risk_coverage(gold, predicted, confidence)}, ax=ax)

    @classmethod
    def from_curves(cls, curves: Mapping[str, RiskCoverage], *, ax: Axes | None = None) -> RiskCoverageDisplay:
        """Draw several systems' curves.

        Args:
            curves: by name, from `argmine.evaluation.calibration.risk_coverage`.
            ax: where to draw.

        Raises:
            InputError: if there is none.
        """
        if not curves:
            raise InputError("there is no curve to draw; give a mapping of names to curves of risk_coverage")
        return cls(curves).plot(ax)

    def _draw(self, ax: Axes, size: float) -> None:
        for name, look in looks(self.curves).items():
            coverage, risk = self.curves[name]
            ax.plot(
                coverage, risk, label=f"{name} ({risk[-1]:.3f})", color=look.color, linestyle=look.dash, linewidth=size / 7,
                marker=look.marker, markevery=[-1], markersize=size * 0.7,
            )  # fmt: skip
        ax.set_xlim(0, 1.02)
        ax.set_ylim(0, 1.1 * max(1e-3, *(float(c.risk[c.coverage >= _FEW].max()) for c in self.curves.values())))
        dress(ax, size, x="coverage: share of decisions kept", y="risk: share of errors among them")
        put_legend(ax, size, loc="upper left", title="risk of all")

    def frame(self) -> DataFrame:
        """One row a point: name, coverage, risk."""
        import pandas as pd

        return pd.concat([pd.DataFrame({"name": name, **curve._asdict()}) for name, curve in self.curves.items()], ignore_index=True)
