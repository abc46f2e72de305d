"""Where the cues of labels lie to each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE
from sklearn.neighbors import NearestNeighbors

from argmine.errors import InputError, say
from argmine.plots.base import INK, Display, Floats, dress, looks, put_legend
from argmine.render import PALETTE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.transforms import Bbox
    from pandas import DataFrame

__all__ = ["CueMapDisplay"]

# By fewer points t-SNE's neighbourhoods say nothing.
_FEW = 30
_COMPONENTS = 50
_LONGEST = 32


class CueMapDisplay(Display):
    """A map of cues in two dimensions, by label, with some of their texts.

    With at least 30 points: t-SNE (van der Maaten & Hinton 2008) of the first 50 principal components, begun from the first two;
    neighbours on the map are alike, but distances between groups mean little. With fewer: the first two principal components. Texts are
    written beside points whose neighbours have their label, short ones first, as many as fit without touching one another.

    .. image:: /pictures/CueMapDisplay.png
       :alt: A scatter of cues in four colours and marker shapes, some with their words; like labels lie together.

    Args:
        coordinates: shape (n_cues, 2).
        labels, texts: one a cue.
        most: how many texts to write at most.

    Attributes:
        coordinates, labels, texts, most: as given.
        written_: the indices of the cues whose texts are written.

    >>> vectors = [[0, 0, 0], [3, 0, 0], [0, 1, 0]]
    >>> display = CueMapDisplay.from_embeddings(vectors, ["demand", "refusal", "demand"], ["urges", "rejects", "asks"])
    >>> display.frame()[["label", "text"]].values.tolist()
    [['demand', 'urges'], ['refusal', 'rejects'], ['demand', 'asks']]
    >>> display.coordinates.shape
    (3, 2)
    """

    written_: list[int]

    def __init__(self, coordinates: Floats, labels: Sequence[str], texts: Sequence[str], most: int = 12) -> None:
        self.coordinates = coordinates
        self.labels = tuple(labels)
        self.texts = tuple(texts)
        self.most = most
        self.written_ = []

    @classmethod
    def from_embeddings(
        cls, vectors: ArrayLike, labels: Sequence[str], texts: Sequence[str], random_state: int = 0, most: int = 12, *,
        ax: Axes | None = None,
    ) -> CueMapDisplay:  # fmt: skip
        """Bring vectors to two dimensions and draw.

        Args:
            vectors: shape (n_cues, n_dimensions).
            labels, texts: one a cue.
            random_state: seed of t-SNE.
            most: how many texts to write at most.
            ax: where to draw.

        Raises:
            InputError: if there are fewer than three cues or two dimensions, a value is not finite, or labels or texts are not one a
                cue.
        """
        x = np.asarray(vectors, dtype=float)
        if x.ndim != 2 or min(x.shape[0] - 1, x.shape[1]) < 2:
            raise InputError(say("shape of the vectors", x.shape, "(n_cues, n_dimensions) with at least 3 cues and 2 dimensions"))
        if not np.isfinite(x).all():
            raise InputError(say("one of the vectors' values", float(x[~np.isfinite(x)][0]), "a finite number"))
        if not len(x) == len(labels) == len(texts):
            raise InputError(f"there are {len(x)} vectors, {len(labels)} labels and {len(texts)} texts; one of each a cue is needed")
        return cls(_flat(x, random_state), labels, texts, most).plot(ax)

    def _draw(self, ax: Axes, size: float) -> None:
        ordered = looks(sorted(set(self.labels), key=_place))
        names = np.array(self.labels)
        for label, look in ordered.items():
            x, y = self.coordinates[names == label].T
            ax.scatter(x, y, s=(size * 0.5) ** 2, color=look.color, marker=look.marker, label=label, alpha=0.6, linewidths=0)
        ax.set(xticks=[], yticks=[])
        ax.margins(0.06)
        dress(ax, size)
        ax.spines[:].set_visible(False)
        put_legend(ax, size, above=True, handlelength=1, handletextpad=0.4, markerscale=1.6)
        self._write(ax, size * 0.9)
        for i in self.written_:
            look = ordered[self.labels[i]]
            ax.plot(
                *self.coordinates[i], color=look.color, marker=look.marker, markersize=size * 0.6, markeredgecolor=INK,
                markeredgewidth=size / 12, zorder=4,
            )  # fmt: skip

    def _write(self, ax: Axes, size: float) -> None:
        """Write texts beside their points, the most typical first, where they touch neither one another nor the frame."""
        from matplotlib.patheffects import withStroke

        # The layout must be settled first: what would touch depends on the Axes' final size.
        ax.figure.canvas.figure.draw_without_rendering()
        halo, middle = [withStroke(linewidth=size / 3, foreground="white")], np.mean(ax.get_xlim())
        self.written_ = []
        taken: list[Bbox] = []
        for i in _typical_first(self.coordinates, self.labels, self.texts):
            side = 1 if self.coordinates[i, 0] < middle else -1
            note = ax.annotate(
                _shortened(self.texts[i]), self.coordinates[i], (side * size * 0.65, 0), textcoords="offset points",
                ha="left" if side > 0 else "right", va="center", fontsize=size, color=INK, path_effects=halo,
            )  # fmt: skip
            box = note.get_window_extent().padded(size * 0.6 * ax.figure.dpi / 72)
            if any(box.overlaps(other) for other in taken) or not (ax.bbox.contains(*box.min) and ax.bbox.contains(*box.max)):
                note.remove()
                continue
            self.written_.append(i)
            taken.append(box)
            if len(taken) == self.most:
                break

    def frame(self) -> DataFrame:
        """One row a cue: label, text, its place, and whether the text is written."""
        import pandas as pd

        table = pd.DataFrame({"label": self.labels, "text": self.texts, "x": self.coordinates[:, 0], "y": self.coordinates[:, 1]})
        return table.assign(written=np.isin(np.arange(len(table)), self.written_))


def _flat(x: Floats, random_state: int) -> Floats:
    few = len(x) < _FEW
    flat = PCA(2 if few else min(_COMPONENTS, *x.shape), random_state=random_state, svd_solver="full").fit_transform(x)
    if few:
        return np.asarray(flat)
    return np.asarray(TSNE(perplexity=min(30, (len(x) - 1) / 3), init="pca", random_state=random_state).fit_transform(flat), dtype=float)


def _place(label: str) -> tuple[int, str]:
    """The four labels in their order, then others by name."""
    return (list(PALETTE).index(label) if label in PALETTE else len(PALETTE)), label


def _typical_first(places: Floats, labels: Sequence[str], texts: Sequence[str]) -> list[int]:
    """The points by the share of their ten nearest that have their label, short texts first, and one of each label in turn."""
    names, lengths = np.array(labels), np.array([len(text) for text in texts])
    k = min(10, len(names) - 1)
    nearest = NearestNeighbors(n_neighbors=k).fit(places).kneighbors(return_distance=False)
    shares = (names[nearest] == names[:, None]).mean(axis=1)
    turn = np.zeros(len(names), dtype=int)
    for label in set(labels):
        own = np.flatnonzero(names == label)
        turn[own[np.lexsort((lengths[own], -shares[own]))]] = np.arange(len(own))
    return [int(i) for i in np.lexsort((names, turn))]


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"
