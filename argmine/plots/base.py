"""What all Displays share: the Axes they draw on, letters that fit these, and one look for each label."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from numbers import Real
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from argmine.errors import InputError, say
from argmine.evaluation.calibration import check_cells
from argmine.render import PALETTE, palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure
    from matplotlib.legend import Legend
    from pandas import DataFrame
    from typing_extensions import Self

__all__ = [
    "GRID", "INK", "PALE", "Display", "Floats", "Look", "dress", "heat_map", "letters", "looks", "matrices", "number_of", "panels",
    "put_legend", "room", "slant", "value_of",
]  # fmt: skip

Floats = NDArray[np.float64]

# Text and marks that stand for no label; lines that guide the eye; areas behind.
INK, GRID, PALE = "#333333", "#BBBBBB", "#E6E6E6"

_MARKERS = dict(zip(PALETTE, "os^D", strict=True))
_DASHES: Mapping[str, Any] = {"demand": "-", "concession": (0, (6, 1.5)), "refusal": (0, (1.5, 1)), "condition": (0, (5, 1, 1, 1))}
# Seven markers beside six spare colours: 42 names before two look alike.
_SPARE_MARKERS = "vPX<>*h"


class Look(NamedTuple):
    """How a label looks everywhere: told apart by marker and dash where there are no colours."""

    color: str
    marker: str
    dash: Any


def looks(names: Iterable[str]) -> dict[str, Look]:
    """A look for each name: the four labels have their own, others spare ones in order.

    >>> looks(["refusal", "claim"])["refusal"].marker, looks(["refusal", "claim"])["claim"].color
    ('^', '#E69F00')
    """
    names = list(dict.fromkeys(names))
    colors, dashes = palette(names), list(_DASHES.values())
    spare = {name: i for i, name in enumerate(n for n in names if n not in PALETTE)}
    markers = _MARKERS | {name: _SPARE_MARKERS[i % len(_SPARE_MARKERS)] for name, i in spare.items()}
    lines = {**_DASHES, **{name: dashes[i % len(dashes)] for name, i in spare.items()}}
    return {name: Look(colors[name], markers[name], lines[name]) for name in names}


class Display:
    """A figure that keeps its numbers: drawn by `plot`, handed over by `frame`.

    Subclasses are made from numbers, and write ``_draw`` and ``frame``. Letters and marks suit the size that the Axes have when drawn on;
    no setting of matplotlib is changed.

    Attributes:
        ax_, figure_: what was drawn on last, and the figure that it is in.
    """

    ax_: Axes
    figure_: Figure | SubFigure

    def plot(self, ax: Axes | None = None) -> Self:
        """Draw, and return the Display.

        Args:
            ax: where; a figure of its own if None. A Display of several panels sets them into these Axes.
        """
        if ax is None:
            from matplotlib import pyplot

            _, ax = pyplot.subplots(layout="constrained")
        self.ax_, self.figure_ = ax, ax.figure
        self._draw(ax, letters(ax))
        return self

    def _draw(self, ax: Axes, size: float) -> None:
        raise NotImplementedError

    def frame(self) -> DataFrame:
        """What is drawn, as a table."""
        raise NotImplementedError


def letters(ax: Axes) -> float:
    """The size of letters in points: 9.5 where Axes have a notebook's figure to themselves, 7 in a column of print.

    >>> from matplotlib.figure import Figure
    >>> [round(letters(Figure(figsize=(width, 3)).subplots()), 1) for width in (6.4, 3.3)]
    [9.5, 7.1]
    """
    return float(np.clip(4.5 + ax.bbox.width / ax.figure.dpi, 6.5, 9.5))


def room(ax: Axes, parts: int, *, across: bool = False) -> float:
    """The height, or width, of one of several equal parts of the Axes, in points.

    >>> from matplotlib.figure import Figure
    >>> room(Figure(figsize=(4, 2)).add_axes((0, 0, 1, 1)), 6)
    24.0
    """
    return float((ax.bbox.width if across else ax.bbox.height) / ax.figure.dpi * 72 / max(1, parts))


def dress(ax: Axes, size: float, *, x: str = "", y: str = "") -> None:
    """Name the axes, take the frame's upper and right side away, and bring all letters to one size."""
    ax.set_xlabel(x, fontsize=size)
    ax.set_ylabel(y, fontsize=size)
    ax.tick_params(labelsize=size * 0.95, width=0.6, length=size / 3)
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["bottom", "left"]].set_linewidth(0.6)


def put_legend(ax: Axes, size: float, *, above: bool = False, **settings: Any) -> Legend:
    """A legend without a frame; above the Axes it has as many columns as fit."""
    plain: dict[str, Any] = {
        "fontsize": size * 0.95, "title_fontsize": size * 0.95, "frameon": False, "handlelength": 2.4, "columnspacing": 1.2,
        "handletextpad": 0.5, "labelspacing": 0.3,
    }  # fmt: skip
    if above:
        lengths = [len(name) * 0.55 + settings.get("handlelength", 2.4) + 1.7 for name in ax.get_legend_handles_labels()[1]]
        wide = room(ax, 1, across=True) / size
        rows = 1 if sum(lengths) <= wide else -(-len(lengths) // max(1, int(wide / max(lengths))))
        plain |= {"loc": "lower left", "bbox_to_anchor": (0, 1), "borderaxespad": 0.2, "ncols": max(1, -(-len(lengths) // rows))}
    return ax.legend(**plain | settings)


def slant(ax: Axes, size: float, names: Sequence[str]) -> None:
    """Slant the names under the x axis if they would not fit side by side, or set them upright if they would not fit so either."""
    wide = room(ax, len(names), across=True)
    if max(map(len, names), default=0) * size * 0.58 > wide:
        for text in ax.get_xticklabels():
            text.set(rotation=35 if wide > 1.8 * size else 90, ha="right", va="center", rotation_mode="anchor", fontsize=min(size, wide * 0.85))


def panels(ax: Axes, shares: Sequence[float], gap: float, *, across: bool = False) -> list[Axes]:
    """Panels within some Axes, which then show nothing else.

    Args:
        ax: the Axes.
        shares: the panels' heights relative to each other, from the top; or widths, from the left.
        gap: between two, in points.
        across: side by side.
    """
    ax.set_axis_off()
    between = min(gap / room(ax, 1, across=across), 0.5 / len(shares))
    sizes = np.asarray(shares, dtype=float) / np.sum(shares) * (1 - between * (len(shares) - 1))
    starts = np.cumsum([0.0, *(sizes[:-1] + between)])
    bounds = [(a, 0.0, b, 1.0) if across else (0.0, 1 - a - b, 1.0, b) for a, b in zip(starts, sizes, strict=True)]
    return [ax.inset_axes(b) for b in bounds]


def matrices(gold: ArrayLike, values: ArrayLike, labels: Sequence[str], what: str = "probabilities") -> tuple[NDArray[np.bool_], Floats]:
    """Gold labels and the values beside them, both of shape (n_rows, n_labels).

    Raises:
        InputError: if shapes differ or don't fit the labels, gold is not 0 or 1, or a value is not between 0 and 1.

    >>> matrices([[1, 0]], [[0.5, 0.5]], ["demand"])
    Traceback (most recent call last):
    argmine.errors.InputError: labels ['demand'] is not a list of 2 different names, one a column
    """
    y, x = check_cells(gold, values, what)
    if y.ndim != 2:
        raise InputError(say(f"shape of gold and {what}", y.shape, "(n_rows, n_labels)"))
    columns = y.shape[1]
    if isinstance(labels, str) or not len(labels) == len(set(labels)) == columns:
        names = labels if isinstance(labels, str) else list(labels)
        raise InputError(say("labels", names, f"a list of {columns} different names, one a column"))
    outside = x[(x < 0) | (x > 1)]
    if outside.size:
        raise InputError(say(f"one of the {what}", float(outside[0]), "between 0 and 1"))
    return y.astype(bool), x


def value_of(row: object, name: str, where: str) -> Any:
    """A field of a record that is a mapping or an object.

    Raises:
        InputError: if it has none of that name.

    >>> value_of({"f1": 0.5}, "f1", "wire"), value_of(0.5j, "imag", "number")
    (0.5, 0.5)
    """
    found = row.get(name, row) if isinstance(row, Mapping) else getattr(row, name, row)
    if found is row:
        raise InputError(say("record", row, f"complete: it lacks {name!r}", where=where))
    return found


def number_of(row: object, name: str, where: str) -> Any:
    """A field of a record that must be a finite number.

    Raises:
        InputError: if it is none, or not there.

    >>> number_of({"f1": "high"}, "f1", "record 3")
    Traceback (most recent call last):
    argmine.errors.InputError: record 3: f1 'high' is not a finite number
    """
    value = value_of(row, name, where)
    if not isinstance(value, Real) or not np.isfinite(float(value)):
        raise InputError(say(name, value, "a finite number", where=where))
    return value


def heat_map(ax: Axes, size: float, shares: Floats, texts: Sequence[Sequence[str]], rows: Sequence[str], columns: Sequence[str]) -> None:
    """A table on coloured cells.

    Args:
        ax, size: where, and the size of letters.
        shares: between 0 (white) and 1 (dark), shape (n_rows, n_columns); NaN for no colour.
        texts: one a cell; a second line is left out where the cells are too low for it.
        rows, columns: the names at the left and beneath.
    """
    ax.pcolormesh(np.ma.masked_invalid(shares), cmap="Blues", vmin=0, vmax=1, edgecolors="white", linewidth=size / 8)
    ax.set_ylim(len(rows), 0)
    ax.set_xticks(np.arange(len(columns)) + 0.5, columns)
    ax.set_yticks(np.arange(len(rows)) + 0.5, rows)
    longest = max(len(part) for line in texts for text in line for part in text.split("\n"))
    lane = room(ax, len(rows))
    letter = min(size, lane * 0.8, room(ax, len(columns), across=True) / (0.65 * longest))
    for i, line in enumerate(texts):
        for k, text in enumerate(line):
            color = "white" if shares[i, k] > 0.65 else INK
            shown = text if lane > 2.8 * letter else text.split("\n")[0]
            ax.text(k + 0.5, i + 0.5, shown, ha="center", va="center", fontsize=letter, color=color)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    ax.tick_params(axis="y", labelsize=min(size * 0.95, lane * 0.85))
    slant(ax, size, columns)
