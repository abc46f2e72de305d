"""Which labels are taken for which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from argmine.errors import InputError, say
from argmine.plots.base import Display, Floats, dress, heat_map, matrices
from argmine.schema import FOUR_LABELS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

__all__ = ["ConfusionDisplay"]

_NONE = "none"


class ConfusionDisplay(Display):
    """Gold labels against predicted ones, where a row may have several labels or none.

    A label that both have counts on the diagonal. What gold labels a row has beside are shared equally over what predicted labels it has
    beside, or go to the column "none" where there are none; predicted labels of a row without such gold labels go to the row "none"
    (a row and a column for this have Heydarian, Doyle & Samavi 2022, too). A gold label's row therefore sums to its support; counts
    may be fractions. Beneath a count above 0 stands its share of the row, which is also the colour.

    Rows to which neither gives a label are counted at "none", "none", in text only: they are most of a corpus, so that no share is of them.

    .. image:: /pictures/ConfusionDisplay.png
       :alt: A square table of four labels and "none", gold against predicted, darkest on its diagonal.

    Args:
        counts: shape (n_labels + 1, n_labels + 1), gold in rows, "none" last.
        labels: the names, without "none".

    Attributes:
        counts, labels: as given.
        shares: each count over its row's sum, shape (n_labels + 1, n_labels + 1); NaN at "none", "none" and in a row without counts.

    >>> gold = [[1, 0], [1, 0], [0, 1], [0, 0]]
    >>> predicted = [[1, 0], [0, 1], [0, 0], [0, 0]]
    >>> ConfusionDisplay.from_predictions(gold, predicted, labels=["demand", "refusal"]).frame()
             demand  refusal  none
    demand      1.0      1.0   0.0
    refusal     0.0      0.0   1.0
    none        0.0      0.0   1.0
    """

    def __init__(self, counts: Floats, labels: Sequence[str]) -> None:
        self.counts = counts
        self.labels = tuple(labels)
        shown = counts.copy()
        shown[-1, -1] = np.nan
        sums = np.nansum(shown, axis=1, keepdims=True)
        self.shares = np.divide(shown, sums, out=np.full(counts.shape, np.nan), where=sums > 0)

    @classmethod
    def from_predictions(
        cls, gold: ArrayLike, predicted: ArrayLike, labels: Sequence[str] = FOUR_LABELS.labels, *, ax: Axes | None = None
    ) -> ConfusionDisplay:
        """Count and draw.

        Args:
            gold, predicted: 0 or 1, shape (n_rows, n_labels).
            labels: the names of the columns.
            ax: where to draw.

        Raises:
            InputError: if shapes differ or don't fit the labels, a cell is neither 0 nor 1, or a label is called "none".
        """
        y, given = matrices(gold, predicted, labels, "predictions")
        if not np.isin(given, (0, 1)).all():
            raise InputError(say("prediction", float(given[~np.isin(given, (0, 1))][0]), "0 or 1; a probability wants a threshold first"))
        if _NONE in labels:
            raise InputError(say("label", _NONE, "free: it stands for no label"))
        return cls(_count(y, given.astype(bool)), labels).plot(ax)

    def _draw(self, ax: Axes, size: float) -> None:
        names = (*self.labels, _NONE)
        texts = [
            [_number(count) + (f"\n{share:.0%}" if share > 0 else "") for count, share in zip(*row, strict=True)]
            for row in zip(self.counts, self.shares, strict=True)
        ]
        dress(ax, size, x="predicted", y="gold")
        heat_map(ax, size, self.shares, texts, names, names)

    def frame(self) -> DataFrame:
        """The counts: gold labels are the index, predicted ones the columns."""
        import pandas as pd

        names = [*self.labels, _NONE]
        return pd.DataFrame(self.counts, index=names, columns=names)


def _count(gold: np.ndarray, predicted: np.ndarray) -> Floats:
    n = gold.shape[1]
    missed, extra = gold & ~predicted, predicted & ~gold
    counts = np.zeros((n + 1, n + 1))
    counts[:n, :n] = missed.T.astype(float) @ (extra / np.maximum(1, extra.sum(axis=1, keepdims=True)))
    counts[np.arange(n), np.arange(n)] += (gold & predicted).sum(axis=0)
    counts[:n, n] = missed[~extra.any(axis=1)].sum(axis=0)
    counts[n, :n] = extra[~missed.any(axis=1)].sum(axis=0)
    counts[n, n] = (~(gold | predicted).any(axis=1)).sum()
    return counts


def _number(count: float) -> str:
    """A count, with a decimal if it is no whole number.

    >>> _number(1234.0), _number(2 / 3)
    ('1,234', '0.7')
    """
    return f"{count:,.0f}" if abs(count - round(count)) < 1e-9 else f"{count:,.1f}"
