"""How far two annotators agree, label by label."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from argmine.evaluation.agreement import Agreement, agreement
from argmine.plots.base import Display, dress, heat_map
from argmine.schema import FOUR_LABELS, Document

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

__all__ = ["AgreementDisplay"]


class AgreementDisplay(Display):
    """Krippendorff's alpha of each label, and how its positions fall to both annotators or to one.

    The first column is alpha, coloured from 0 (or less) to 1. The others count the positions that both layers have, only the first and only
    the second, coloured by their share of the label's positions in either layer. The last row, "all", has alpha over all decisions and
    the sums of the counts; beneath stands alpha over whole sets of labels (MASI). See `argmine.evaluation.agreement` for the units.

    .. image:: /pictures/AgreementDisplay.png
       :alt: A table of labels by alpha, both, only first and only second; the columns alpha and both are dark.

    Args:
        result: of `argmine.evaluation.agreement.agreement`.
        names: of the two layers.

    Attributes:
        result, names: as given.

    >>> result = Agreement(1, 10, {"demand": 0.8}, overall=0.8, masi=0.8, f1=0.75, counts={"demand": (3, 1, 1)})
    >>> AgreementDisplay.from_agreement(result).frame()
            alpha  both  only first  only second
    demand    0.8     3           1            1
    all       0.8     3           1            1
    """

    def __init__(self, result: Agreement, names: tuple[str, str] = ("first", "second")) -> None:
        self.result = result
        self.names = names

    @classmethod
    def from_agreement(cls, result: Agreement, names: tuple[str, str] = ("first", "second"), *, ax: Axes | None = None) -> AgreementDisplay:
        """Draw the figures of an agreement.

        Args:
            result: of `argmine.evaluation.agreement.agreement`.
            names: of the two layers.
            ax: where to draw.
        """
        return cls(result, names).plot(ax)

    @classmethod
    def from_layers(
        cls, first: Sequence[Document], second: Sequence[Document], labels: Sequence[str] = FOUR_LABELS.labels,
        names: tuple[str, str] = ("first", "second"), *, ax: Axes | None = None,
    ) -> AgreementDisplay:  # fmt: skip
        """Compare two annotations of the same documents, and draw.

        Args:
            first, second: annotated documents, as `argmine.data.importer.read_layer` reads them.
            labels: the scheme's labels.
            names: of the two layers.
            ax: where to draw.

        Raises:
            InputError: if no document is in both layers, or a text differs.
            MissingExtraError: without the package ``krippendorff``.
        """
        return cls.from_agreement(agreement(first, second, labels), names, ax=ax)

    def _draw(self, ax: Axes, size: float) -> None:
        table = self.frame()
        alpha, counts = table["alpha"].to_numpy(), table.iloc[:, 1:].to_numpy()
        shares = np.column_stack([np.clip(alpha, 0, 1), counts / np.maximum(1, counts.sum(axis=1, keepdims=True))])
        texts = [
            [f"{a:.2f}", *(f"{n:,}\n{share:.0%}" for n, share in zip(row, part, strict=True))]
            for a, row, part in zip(alpha, counts, shares[:, 1:], strict=True)
        ]
        r = self.result
        dress(ax, size, x=f"{r.documents:,} documents, {r.units:,} units; label sets: {r.masi:.2f} (MASI)")
        heat_map(ax, size, shares, texts, list(table.index), list(table.columns))
        ax.axvline(1, color="white", linewidth=size / 2)
        ax.axhline(len(table) - 1, color="white", linewidth=size / 2)

    def frame(self) -> DataFrame:
        """Alpha and counts, one row a label and one for all."""
        import pandas as pd

        counts = {label: self.result.counts[label] for label in self.result.alpha}
        rows = {label: [self.result.alpha[label], *counts[label]] for label in counts}
        rows["all"] = [self.result.overall, *np.sum(list(counts.values()), axis=0).tolist()]
        columns = ["alpha", "both", f"only {self.names[0]}", f"only {self.names[1]}"]
        return pd.DataFrame.from_dict(rows, orient="index", columns=columns)
