"""From decision values to probabilities that mean what they say, and to sets of labels with a promise."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from argmine.errors import InputError, say
from argmine.evaluation.calibration import check_cells, expected_calibration_error
from argmine.models.base import Floats, Labels

__all__ = ["Calibrator", "ConformalSets", "Curve"]

_LEAST = 1e-6
_LEAST_SLOPE = 1e-3
# The sigmoid's share in an isotonic curve, which breaks the ties of its blocks.
_SIGMOID_SHARE = 0.01
# By less, the errors' own noise decides; and a sigmoid has no plateaus.
_MARGIN = 0.005


@dataclass(frozen=True)
class Curve:
    """A non-decreasing function from log odds to probability, for one label.

    Attributes:
        slope, offset: of the sigmoid; the slope is above 0.
        knots: (log odds, probability) points of the isotonic curve, rising; none for a sigmoid alone.
    """

    slope: float
    offset: float
    knots: tuple[tuple[float, float], ...] = ()

    @property
    def method(self) -> str:
        """``"isotonic"`` or ``"sigmoid"``."""
        return "isotonic" if self.knots else "sigmoid"

    def __call__(self, decisions: Floats) -> Floats:
        """Probabilities in [1e-6, 1 - 1e-6], of the decisions' shape."""
        smooth = expit(decisions * self.slope + self.offset)
        if self.knots:
            x, p = zip(*self.knots, strict=True)
            smooth = (1 - _SIGMOID_SHARE) * np.interp(decisions, x, p) + _SIGMOID_SHARE * smooth
        return np.asarray(np.clip(smooth, _LEAST, 1 - _LEAST))


class Calibrator:
    """Calibrated probabilities, a sigmoid or an isotonic curve for each label, whichever has the smaller error on held-out groups (the sigmoid within 0.005).

    The sigmoid is Platt's (1999), a temperature with an offset. The isotonic curve (Zadrozny & Elkan 2002) runs in straight
    lines between its blocks and is mixed with 1 % of the sigmoid, so that it ranks rows as their decision values do instead
    of tying whole blocks. Both are fitted to Platt's smoothed targets, which keep short of certainty.

    Args:
        folds: how many folds the choice between the two uses; fewer where there are fewer groups, and with one group a sigmoid is taken.

    Attributes:
        curves_: one `Curve` a label.

    >>> decisions = np.linspace(-3, 3, 40)[:, None]
    >>> gold = (decisions > 1).astype(int)
    >>> calibrator = Calibrator().fit(decisions, gold, groups=[f"document {i % 8}" for i in range(40)])
    >>> calibrator.transform([[-2], [0.9], [2]])[:, 0].round(2)
    array([0.03, 0.04, 0.93])
    """

    curves_: tuple[Curve, ...]

    def __init__(self, folds: int = 5) -> None:
        self.folds = folds

    def fit(self, decisions: ArrayLike, gold: ArrayLike, groups: Sequence[str]) -> Calibrator:
        """Learn one curve a label.

        Args:
            decisions: log odds for rows that the model was not fitted to, shape (n_rows, n_labels).
            gold: 0 or 1, of the same shape.
            groups: one a row, what must not be on both sides of a fold (document, negotiation).

        Raises:
            InputError: if shapes differ or a value is out of range.
        """
        y, x = _matrices(gold, decisions, "decisions")
        if len(groups) != len(y):
            raise InputError(f"there are {len(groups)} groups for {len(y)} rows; one group a row is needed")
        self.curves_ = tuple(self._choose(x[:, k], y[:, k], groups) for k in range(y.shape[1]))
        return self

    def _choose(self, x: Floats, y: Labels, groups: Sequence[str]) -> Curve:
        folds = min(self.folds, len(set(groups)))
        if folds < 2:
            return _sigmoid(x, y)
        errors = {}
        for method, fit in _METHODS.items():
            held_out = np.zeros(len(y))
            for seen, held in GroupKFold(folds).split(x, groups=groups):
                held_out[held] = fit(x[seen], y[seen])(x[held])
            errors[method] = expected_calibration_error(y, held_out)
        better = errors["isotonic"] < errors["sigmoid"] - _MARGIN
        return _METHODS["isotonic" if better else "sigmoid"](x, y)

    def transform(self, decisions: ArrayLike) -> Floats:
        """Probabilities in [1e-6, 1 - 1e-6], non-decreasing in the decision value, shape (n_rows, n_labels).

        Raises:
            InputError: if there is not one column a label, or a value is not finite.
        """
        x = np.asarray(decisions, dtype=float)
        if x.ndim != 2 or x.shape[1] != len(self.curves_):
            raise InputError(say("shape of the decisions", x.shape, f"(n_rows, {len(self.curves_)}), one column a label"))
        if not np.isfinite(x).all():
            raise InputError(say("one of the decisions", float(x[~np.isfinite(x)][0]), "a finite number"))
        return np.stack([curve(x[:, k]) for k, curve in enumerate(self.curves_)], axis=1)

    def to_state(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        rows = [{"slope": c.slope, "offset": c.offset, "knots": [list(knot) for knot in c.knots]} for c in self.curves_]
        return {"folds": self.folds, "curves": rows}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Calibrator:
        """The inverse of `to_state`.

        Raises:
            ValueError: if a curve would not rise.
        """
        calibrator = cls(folds=int(state["folds"]))
        calibrator.curves_ = tuple(
            Curve(float(row["slope"]), float(row["offset"]), tuple((float(x), float(p)) for x, p in row["knots"]))
            for row in state["curves"]
        )
        for curve in calibrator.curves_:
            knots = np.array(curve.knots).reshape(-1, 2)
            if not (curve.slope > 0 and np.isfinite([curve.slope, curve.offset]).all() and (np.diff(knots, axis=0) >= 0).all()):
                raise ValueError("its calibration curves do not rise")
        return calibrator


def _targets(y: Labels) -> Floats:
    """Platt's smoothed targets: Laplace's rule within each class, so that few rows without an exception do not make certainty."""
    positives, negatives = int(y.sum()), int(len(y) - y.sum())
    return np.where(y == 1, (positives + 1) / (positives + 2), 1 / (negatives + 2))


def _sigmoid(x: Floats, y: Labels) -> Curve:
    target = _targets(y)
    # Each row counts as a yes with the weight of its target and as a no with the rest.
    rows, weights = np.tile(x, 2)[:, None], np.concatenate([target, 1 - target])
    model = LogisticRegression(C=1e6, max_iter=1000).fit(rows, np.repeat([1, 0], len(x)), sample_weight=weights)
    slope = float(model.coef_[0, 0])
    if slope > _LEAST_SLOPE:
        return Curve(slope, float(model.intercept_[0]))
    # Decision values that say nothing: the base rate for all, ranked as they were.
    return Curve(_LEAST_SLOPE, float(logit(target.mean()) - _LEAST_SLOPE * x.mean()))


def _isotonic(x: Floats, y: Labels) -> Curve:
    steps, smooth = IsotonicRegression().fit(x, _targets(y)), _sigmoid(x, y)
    return Curve(smooth.slope, smooth.offset, tuple(zip(steps.X_thresholds_.tolist(), steps.y_thresholds_.tolist(), strict=True)))


_METHODS: dict[str, Callable[[Floats, Labels], Curve]] = {"sigmoid": _sigmoid, "isotonic": _isotonic}


class ConformalSets:
    """For each row and label the values, no and yes, that cannot be ruled out: split conformal prediction.

    With rows exchangeable with those of `fit`, the set of a label contains its true value with probability of at
    least ``coverage`` (Vovk et al. 2005; Angelopoulos & Bates 2021). Rows of one document are alike, so calibration rows
    should come from many documents; the promise is for a row of another such draw, not for each document.

    Args:
        coverage: the promise, above 0 and below 1.
        class_conditional: promise it separately among the rows where a label holds and where it does not (Mondrian), so that
            a rare label is not covered by its many absences alone.

    Attributes:
        least_no_, least_yes_: the least probability of no, or of yes, with which that value is in the set; shape (n_labels,). 0 where
            there are too few calibration rows for the promise, and the value is always in.

    >>> probabilities = np.array([[0.1, 0.2, 0.3, 0.6, 0.4, 0.7, 0.8, 0.9, 0.95]]).T
    >>> gold = np.array([[0, 0, 0, 0, 1, 1, 1, 1, 1]]).T
    >>> no, yes = ConformalSets(coverage=0.8, class_conditional=False).fit(probabilities, gold).sets([[0.1], [0.5], [0.9]])
    >>> no[:, 0].tolist(), yes[:, 0].tolist()
    ([True, True, False], [False, True, True])
    """

    least_no_: Floats
    least_yes_: Floats

    def __init__(self, coverage: float = 0.9, class_conditional: bool = True) -> None:
        if not 0 < coverage < 1:
            raise InputError(say("coverage", coverage, "a share above 0 and below 1"))
        self.coverage = coverage
        self.class_conditional = class_conditional

    def fit(self, probabilities: ArrayLike, gold: ArrayLike) -> ConformalSets:
        """Find the thresholds.

        Args:
            probabilities: for rows that neither the model nor its calibration has seen, shape (n_rows, n_labels).
            gold: 0 or 1, of the same shape.

        Raises:
            InputError: if shapes differ or a value is out of range.
        """
        y, p = _matrices(gold, probabilities, "probabilities")
        _check_range(p)
        of_truth = np.where(y == 1, p, 1 - p)
        seen = [(y == value) | (not self.class_conditional) for value in (0, 1)]
        self.least_no_, self.least_yes_ = (np.array([self._least(of_truth[rows[:, k], k]) for k in range(y.shape[1])]) for rows in seen)
        return self

    def _least(self, of_truth: Floats) -> float:
        # The promise counts the new row among the n + 1; the small term undoes products like 100 * 0.55 = 55.000000000000007.
        rank = math.ceil((len(of_truth) + 1) * self.coverage - 1e-9)
        return float(np.sort(of_truth)[-rank]) if rank <= len(of_truth) else 0.0

    def sets(self, probabilities: ArrayLike) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Whether each set contains no, and whether it contains yes, both of the probabilities' shape (n_rows, n_labels).

        Both: undecided, to be read by a human. Neither: both values are less probable than true ones used to be.

        Raises:
            InputError: if there is not one column a label, or a value is out of range.
        """
        p = np.asarray(probabilities, dtype=float)
        if p.ndim != 2 or p.shape[1] != len(self.least_yes_):
            raise InputError(say("shape of the probabilities", p.shape, f"(n_rows, {len(self.least_yes_)}), one column a label"))
        _check_range(p)
        return 1 - p >= self.least_no_, p >= self.least_yes_

    def to_state(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "coverage": self.coverage, "class_conditional": self.class_conditional,
            "least_no": self.least_no_.tolist(), "least_yes": self.least_yes_.tolist(),
        }  # fmt: skip

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> ConformalSets:
        """The inverse of `to_state`."""
        sets = cls(float(state["coverage"]), bool(state["class_conditional"]))
        sets.least_no_, sets.least_yes_ = np.array(state["least_no"], dtype=float), np.array(state["least_yes"], dtype=float)
        return sets


def _matrices(gold: ArrayLike, values: ArrayLike, what: str) -> tuple[Labels, Floats]:
    y, x = check_cells(gold, values, what)
    if y.ndim != 2:
        raise InputError(say(f"shape of gold and {what}", y.shape, "(n_rows, n_labels)"))
    return y, x


def _check_range(p: Floats) -> None:
    outside = p[~((p >= 0) & (p <= 1))]
    if outside.size:
        raise InputError(say("probability", float(outside[0]), "between 0 and 1"))
