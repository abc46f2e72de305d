"""Are probabilities worth their name: calibration error, Brier score, and the risk that is left when the unsure are passed on."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from argmine.errors import InputError, say

__all__ = ["RiskCoverage", "brier_score", "check_cells", "expected_calibration_error", "risk_coverage"]

Floats = NDArray[np.float64]


def expected_calibration_error(gold: ArrayLike, probabilities: ArrayLike, bins: int = 15) -> float:
    """Mean distance between stated and observed frequency, over bins of equally many cells (Naeini et al. 2015; Nixon et al. 2019).

    Arrays of any shape are flattened: a matrix gives the error over all cells, a column that of one label. Equal
    probabilities share a bin, so that the order of rows does not matter; heavy ties leave fewer bins. Even a perfect
    forecaster has an error above 0 on finite data, about ``0.8 * sqrt(p * (1 - p) / cells_a_bin)`` a bin.

    Args:
        gold: 0 or 1.
        probabilities: in [0, 1], of the same shape.
        bins: how many.

    Raises:
        InputError: if shapes differ, there are no cells, or a value is out of range.

    >>> round(expected_calibration_error([0, 0, 0, 1], [0.1, 0.1, 0.6, 0.6], bins=2), 3)
    0.1
    """
    y, p = _checked(gold, probabilities)
    if bins < 1:
        raise InputError(say("bins", bins, "a number of at least 1"))
    index = np.searchsorted(np.sort(p), p) * bins // len(p)
    gaps = np.bincount(index, weights=p - y, minlength=bins)
    return float(np.abs(gaps).sum() / len(p))


def brier_score(gold: ArrayLike, probabilities: ArrayLike) -> float:
    """Mean squared distance between probability and outcome (Brier 1950), over all cells of arrays of any shape; lower is better.

    Raises:
        InputError: if shapes differ, there are no cells, or a value is out of range.

    >>> brier_score([0, 1], [0.5, 1.0])
    0.125
    """
    y, p = _checked(gold, probabilities)
    return float(np.mean((p - y) ** 2))


class RiskCoverage(NamedTuple):
    """What is gained by passing on the least confident decisions.

    Attributes:
        coverage: the share of decisions that are kept, rising to 1; one point for each distinct confidence.
        risk: the share of errors among those.
    """

    coverage: Floats
    risk: Floats

    def accuracy_at(self, coverage: float) -> float:
        """The share of right decisions among the most confident, at the least coverage on the curve that is as large as asked.

        Raises:
            InputError: if coverage is not in (0, 1].
        """
        if not 0 < coverage <= 1:
            raise InputError(say("coverage", coverage, "a share above 0 and up to 1"))
        # A share like 0.7 may lie a rounding error above the point 7 / 10 that it means.
        return float(1 - self.risk[np.searchsorted(self.coverage, coverage - 1e-12)])


def risk_coverage(gold: ArrayLike, predicted: ArrayLike, confidence: ArrayLike) -> RiskCoverage:
    """Error rate among the most confident decisions, at each share of them (El-Yaniv & Wiener 2010).

    Decisions of equal confidence are kept or passed on together.

    Args:
        gold, predicted: labels, arrays of the same shape, flattened: one decision a cell.
        confidence: of the same shape; larger is surer, e.g. the probability's distance from its threshold.

    Raises:
        InputError: if shapes differ, there are no cells, or a confidence is not a number.

    >>> curve = risk_coverage([1, 0, 1, 1], [1, 0, 0, 1], [0.9, 0.8, 0.1, 0.3])
    >>> curve.coverage.tolist(), curve.risk.tolist()
    ([0.25, 0.5, 0.75, 1.0], [0.0, 0.0, 0.0, 0.25])
    >>> curve.accuracy_at(0.7)
    1.0
    """
    y, got, sure = np.asarray(gold), np.asarray(predicted), np.asarray(confidence, dtype=float)
    if not y.shape == got.shape == sure.shape:
        raise InputError(say("shapes of gold, predicted and confidence", (y.shape, got.shape, sure.shape), "one shape for all three"))
    if y.size == 0 or np.isnan(sure).any():
        raise InputError("a curve needs at least one decision, each with a confidence that is a number")
    order = np.argsort(-sure, axis=None, kind="stable")
    errors, sure = np.cumsum((y != got).ravel()[order]), sure.ravel()[order]
    kept = np.append(np.flatnonzero(sure[1:] != sure[:-1]), len(sure) - 1) + 1
    return RiskCoverage(kept / len(sure), errors[kept - 1] / kept)


def check_cells(gold: ArrayLike, values: ArrayLike, what: str = "probabilities") -> tuple[NDArray[Any], Floats]:
    """Both as arrays, if they are of one shape with at least one cell, gold is 0 or 1 and every value finite.

    Raises:
        InputError: otherwise.

    >>> check_cells([0, 2], [0.1, 0.2])
    Traceback (most recent call last):
    argmine.errors.InputError: gold 2 is not 0 or 1
    """
    y, x = np.asarray(gold), np.asarray(values, dtype=float)
    if y.shape != x.shape or y.size == 0:
        raise InputError(say("shape of gold", y.shape, f"that of the {what}, {x.shape}, with at least one cell"))
    if not np.isin(y, (0, 1)).all():
        raise InputError(say("gold", y[~np.isin(y, (0, 1))].flat[0].item(), "0 or 1"))
    if not np.isfinite(x).all():
        raise InputError(say(f"one of the {what}", float(x[~np.isfinite(x)].flat[0]), "a finite number"))
    return y.astype(np.int8), x


def _checked(gold: ArrayLike, probabilities: ArrayLike) -> tuple[NDArray[Any], Floats]:
    y, p = check_cells(gold, probabilities)
    if p.min() < 0 or p.max() > 1:
        raise InputError(say("probability", float(p.min() if p.min() < 0 else p.max()), "between 0 and 1"))
    return y.ravel(), p.ravel()
