"""Figures for judged predictions: precision, recall and F1, per label and over all, with intervals over groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from argmine.errors import InputError
from argmine.evaluation.bootstrap import interval, ratio
from argmine.evaluation.calibration import brier_score, expected_calibration_error
from argmine.schema import FOUR_LABELS

__all__ = ["Figures", "average_precision", "cohen_kappa", "evaluate"]


@dataclass(frozen=True)
class Figures:
    """Results of one comparison of gold and predicted labels.

    Attributes:
        labels: the labels, in the columns' order.
        precision, recall, f1, support: one value a label; 0 where a label was neither asked for nor found.
        micro_f1: F1 over all (row, label) pairs: F1 on triples.
        macro_f1: the mean of ``f1`` over labels that were asked for or found.
        interval: 95 % bootstrap interval of ``micro_f1`` over groups, or None without groups.
        kappa: Cohen's kappa of gold and predicted, one value a label.
        average_precision: one value a label, NaN where a label was not asked for; None where labels were judged, not probabilities.
        ece, brier: expected calibration error (15 equal-mass bins) and Brier score over all cells; None without probabilities.
    """

    labels: tuple[str, ...]
    precision: tuple[float, ...]
    recall: tuple[float, ...]
    f1: tuple[float, ...]
    support: tuple[int, ...]
    micro_f1: float
    macro_f1: float
    interval: tuple[float, float] | None = None
    kappa: tuple[float, ...] = ()
    average_precision: tuple[float, ...] | None = None
    ece: float | None = None
    brier: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """The figures as plain values, for JSON."""
        columns: dict[str, tuple[float | None, ...]] = {
            "precision": self.precision, "recall": self.recall, "f1": self.f1, "support": self.support, "kappa": self.kappa
        }  # fmt: skip
        if self.average_precision is not None:
            # JSON has no NaN.
            columns["average_precision"] = tuple(None if x != x else x for x in self.average_precision)
        rows = {label: {name: values[k] for name, values in columns.items()} for k, label in enumerate(self.labels)}
        return {
            "micro_f1": self.micro_f1, "macro_f1": self.macro_f1, "interval": self.interval, "labels": rows, "ece": self.ece, "brier": self.brier
        }  # fmt: skip

    def __str__(self) -> str:
        lines = [f"{'':12s}{'P':>7s}{'R':>7s}{'F1':>7s}{'kappa':>7s}{'AP':>7s}{'n':>7s}"]
        ap = self.average_precision or (float("nan"),) * len(self.labels)
        rows = zip(self.labels, self.precision, self.recall, self.f1, self.kappa, ap, self.support, strict=True)
        lines += [f"{name:12s}{p:7.3f}{r:7.3f}{f:7.3f}{k:7.3f}{_shown(a):>7s}{n:7d}" for name, p, r, f, k, a, n in rows]
        span = f"  [{self.interval[0]:.3f}, {self.interval[1]:.3f}]" if self.interval else ""
        lines.append(f"micro F1 {self.micro_f1:.3f}{span}, macro F1 {self.macro_f1:.3f}")
        if self.ece is not None and self.brier is not None:
            lines.append(f"expected calibration error {self.ece:.3f}, Brier score {self.brier:.4f}")
        return "\n".join(lines)


def evaluate(
    gold: ArrayLike, predicted: ArrayLike, *, groups: Sequence[str] | None = None, thresholds: ArrayLike = 0.5,
    labels: Sequence[str] = FOUR_LABELS.labels, random_state: int = 0,
) -> Figures:  # fmt: skip
    """Compare a gold label matrix with predictions.

    Args:
        gold: 0 or 1, shape (n_rows, n_labels).
        predicted: labels or probabilities of the same shape; a label is given where the value reaches its threshold. Values other than 0 and 1
            are taken for probabilities, and give average precision, calibration error and Brier score as well.
        groups: one a row; the interval is over draws of whole groups (documents, negotiations).
        thresholds: one for all labels, or one a label.
        labels: the names of the columns.
        random_state: seed of the bootstrap (2,000 draws).

    Raises:
        InputError: if shapes differ.

    >>> round(evaluate([[1, 0], [0, 1]], [[1, 0], [1, 1]], labels=("demand", "refusal")).micro_f1, 3)
    0.8
    """
    y, p = np.asarray(gold), np.asarray(predicted, dtype=float)
    if y.shape != p.shape or y.ndim != 2 or y.shape[1] != len(labels):
        raise InputError(
            f"gold has shape {y.shape} and predicted {p.shape}; both must be (n_rows, {len(labels)}), one column for each of {', '.join(labels)}"
        )
    if not np.isin(y, (0, 1)).all() or not np.isfinite(p).all():
        raise InputError("gold must be 0 and 1, and predicted finite numbers; a NaN would count as no label")
    if groups is not None and len(groups) != len(y):
        raise InputError(f"there are {len(groups)} groups for {len(y)} rows; one group a row is needed")
    found = p >= np.asarray(thresholds)
    asked = y.astype(bool)
    tp, fp, fn = (asked & found).sum(0), (~asked & found).sum(0), (asked & ~found).sum(0)
    f1 = ratio(2 * tp, 2 * tp + fp + fn)
    present = (tp + fp + fn) > 0
    likely = p if p.size and not np.isin(p, (0, 1)).all() and p.min() >= 0 and p.max() <= 1 else None
    return Figures(
        tuple(labels), _floats(ratio(tp, tp + fp)), _floats(ratio(tp, tp + fn)), _floats(f1), tuple(int(n) for n in tp + fn),
        float(ratio(2 * tp.sum(), 2 * tp.sum() + fp.sum() + fn.sum())), float(f1[present].mean()) if present.any() else 0.0,
        _interval(asked, found, groups, random_state) if groups is not None else None,
        tuple(cohen_kappa(asked[:, k], found[:, k]) for k in range(len(labels))),
        None if likely is None else tuple(average_precision(asked[:, k], likely[:, k]) for k in range(len(labels))),
        None if likely is None else expected_calibration_error(y, likely), None if likely is None else brier_score(y, likely),
    )  # fmt: skip


def cohen_kappa(first: ArrayLike, second: ArrayLike) -> float:
    """Agreement of two raters beyond chance (Cohen 1960): 1 if they always agree, 0 if as often as chance; 1 where both know one value only.

    Args:
        first, second: a category of each unit, shape (n_units,).

    Raises:
        InputError: if shapes differ or there are no units.

    >>> cohen_kappa([1, 1, 0, 0], [1, 0, 0, 0])
    0.5
    """
    a, b = np.asarray(first), np.asarray(second)
    if a.shape != b.shape or a.ndim != 1 or not len(a):
        raise InputError(f"first has shape {a.shape} and second {b.shape}; both must be (n_units,), with at least one unit")
    agreed = float(np.mean(a == b))
    by_chance = sum(float(np.mean(a == value)) * float(np.mean(b == value)) for value in np.union1d(a, b))
    return 1.0 if by_chance == 1 else (agreed - by_chance) / (1 - by_chance)


def average_precision(gold: ArrayLike, probabilities: ArrayLike) -> float:
    """The mean of precision over the recall steps, as scikit-learn defines it; NaN where nothing is positive.

    Args:
        gold: 0 or 1, shape (n,).
        probabilities: or any score, of the same shape.

    >>> round(average_precision([0, 1, 1], [0.1, 0.4, 0.3]), 3), average_precision([0, 0], [0.1, 0.2])
    (1.0, nan)
    """
    from sklearn.metrics import average_precision_score

    y = np.asarray(gold)
    return float(average_precision_score(y, probabilities)) if y.any() else float("nan")


def _shown(value: float) -> str:
    return "–" if value != value else f"{value:.3f}"


def _floats(values: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(float(v) for v in values)


def _interval(asked: NDArray[np.bool_], found: NDArray[np.bool_], groups: Sequence[str], seed: int) -> tuple[float, float]:
    _, index = np.unique(np.asarray(groups), return_inverse=True)
    parts = (asked & found, ~asked & found, asked & ~found)
    return interval(np.stack([np.bincount(index, weights=part.sum(1)) for part in parts], axis=1), random_state=seed)
