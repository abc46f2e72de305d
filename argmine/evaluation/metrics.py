"""Figures for judged predictions: precision, recall and F1, per label and over all, with intervals over groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from argmine.errors import InputError
from argmine.schema import FOUR_LABELS

__all__ = ["Figures", "evaluate"]

_DRAWS = 2000


@dataclass(frozen=True)
class Figures:
    """Results of one comparison of gold and predicted labels.

    Attributes:
        labels: the labels, in the columns' order.
        precision, recall, f1, support: one value a label; 0 where a label was neither asked for nor found.
        micro_f1: F1 over all (row, label) pairs: F1 on triples.
        macro_f1: the mean of ``f1`` over labels that were asked for or found.
        interval: 95 % bootstrap interval of ``micro_f1`` over groups, or None without groups.
    """

    labels: tuple[str, ...]
    precision: tuple[float, ...]
    recall: tuple[float, ...]
    f1: tuple[float, ...]
    support: tuple[int, ...]
    micro_f1: float
    macro_f1: float
    interval: tuple[float, float] | None = None

    def as_dict(self) -> dict[str, Any]:
        """The figures as plain values, for JSON."""
        rows = {
            name: {"precision": p, "recall": r, "f1": f, "support": s}
            for name, p, r, f, s in zip(self.labels, self.precision, self.recall, self.f1, self.support, strict=True)
        }
        return {"micro_f1": self.micro_f1, "macro_f1": self.macro_f1, "interval": self.interval, "labels": rows}

    def __str__(self) -> str:
        lines = [f"{'':12s}{'P':>7s}{'R':>7s}{'F1':>7s}{'n':>7s}"]
        rows = zip(self.labels, self.precision, self.recall, self.f1, self.support, strict=True)
        lines += [f"{name:12s}{p:7.3f}{r:7.3f}{f:7.3f}{n:7d}" for name, p, r, f, n in rows]
        span = f"  [{self.interval[0]:.3f}, {self.interval[1]:.3f}]" if self.interval else ""
        return "\n".join([*lines, f"micro F1 {self.micro_f1:.3f}{span}, macro F1 {self.macro_f1:.3f}"])


def evaluate(
    gold: ArrayLike, predicted: ArrayLike, *, groups: Sequence[str] | None = None, thresholds: ArrayLike = 0.5,
    labels: Sequence[str] = FOUR_LABELS.labels, random_state: int = 0,
) -> Figures:  # fmt: skip
    """Compare a gold label matrix with predictions.

    Args:
        gold: 0 or 1, shape (n_rows, n_labels).
        predicted: labels or probabilities of the same shape; a label is given where the value reaches its threshold.
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
    f1 = _ratio(2 * tp, 2 * tp + fp + fn)
    present = (tp + fp + fn) > 0
    return Figures(
        tuple(labels), _floats(_ratio(tp, tp + fp)), _floats(_ratio(tp, tp + fn)), _floats(f1), tuple(int(n) for n in tp + fn),
        float(_ratio(2 * tp.sum(), 2 * tp.sum() + fp.sum() + fn.sum())), float(f1[present].mean()) if present.any() else 0.0,
        _interval(asked, found, groups, random_state) if groups is not None else None,
    )  # fmt: skip


def _ratio(a: Any, b: Any) -> NDArray[np.float64]:
    return np.asarray(np.divide(a, b, out=np.zeros(np.shape(b)), where=np.asarray(b) > 0))


def _floats(values: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(float(v) for v in values)


def _interval(asked: NDArray[np.bool_], found: NDArray[np.bool_], groups: Sequence[str], seed: int) -> tuple[float, float]:
    _, index = np.unique(np.asarray(groups), return_inverse=True)
    sums = np.stack([np.bincount(index, weights=part.sum(1)) for part in (asked & found, asked, found)], axis=1)
    draws = np.random.default_rng(seed).integers(0, len(sums), size=(_DRAWS, len(sums)))
    tp, gold, got = np.moveaxis(sums[draws].sum(axis=1), 1, 0)
    low, high = np.quantile(_ratio(2 * tp, gold + got), [0.025, 0.975])
    return float(low), float(high)
