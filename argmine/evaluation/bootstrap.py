"""Percentile intervals over draws of whole documents: sentences of one report are not independent of each other."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, stdtrit

from argmine.errors import InputError, say

__all__ = ["f1_of", "interval", "ratio", "tails"]

Floats = NDArray[np.float64]


def ratio(a: ArrayLike, b: ArrayLike) -> Floats:
    """``a / b``, and 0 where ``b`` is 0."""
    return np.asarray(np.divide(a, b, out=np.zeros(np.shape(b)), where=np.asarray(b) > 0), dtype=float)


def f1_of(counts: ArrayLike) -> Floats:
    """F1 from (hits, false alarms, misses) along the last axis; 0 where all three are 0.

    >>> f1_of([[2, 1, 1], [0, 0, 0]]).round(3)
    array([0.667, 0.   ])
    """
    hits, alarms, misses = np.moveaxis(np.asarray(counts, dtype=float), -1, 0)
    return ratio(2 * hits, 2 * hits + alarms + misses)


def tails(n: int, level: float = 0.95) -> tuple[float, float]:
    """The quantiles of the draws between which an interval lies: a little wider than the level, for few documents spread too little.

    Hesterberg (2015), *What teachers should know about the bootstrap*, section 4.3: the expanded percentile interval, as wide as Student's would be.

    Args:
        n: how many documents are drawn from, at least 2.
        level: how often the interval should cover the truth.

    >>> [round(q, 4) for n in (10, 1000) for q in tails(n)]
    [0.0086, 0.9914, 0.0248, 0.9752]
    """
    low = float(ndtr(np.sqrt(n / (n - 1)) * stdtrit(n - 1, (1 - level) / 2)))
    return low, 1 - low


def interval(
    counts: ArrayLike, figure: Callable[[Floats], Floats] = f1_of, level: float = 0.95, draws: int = 2000, random_state: int = 0
) -> tuple[float, float]:  # fmt: skip
    """Percentile bootstrap interval of a figure of summed counts (Efron & Tibshirani 1993, chapter 13), expanded for few documents (`tails`).

    Documents are drawn with replacement, as many as there are; of a single one the interval is its own figure.

    Args:
        counts: one row a document, shape (n_documents, n_counts).
        figure: of the sums, shape (draws, n_counts), a value each; F1 of (hits, false alarms, misses) if not given.
        level: how often the interval should cover the truth.
        draws: how many.
        random_state: seed of the draws.

    Raises:
        InputError: without documents, or for a level outside (0, 1).

    >>> low, high = interval([[3, 1, 1]] * 50 + [[1, 1, 2]] * 50)
    >>> 0.55 < low < 0.615 < high < 0.67
    True
    """
    table = np.asarray(counts, dtype=float)
    if table.ndim != 2 or not len(table):
        raise InputError(say("shape of counts", table.shape, "(n_documents, n_counts), with at least one document"))
    if not 0 < level < 1:
        raise InputError(say("level", level, "a share between 0 and 1"))
    n = len(table)
    times = np.random.default_rng(random_state).multinomial(n, np.full(n, 1 / n), size=draws)
    low, high = np.quantile(figure(times @ table), tails(n, level) if n > 1 else (0, 1))
    return float(low), float(high)
