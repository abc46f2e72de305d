"""Figures with their intervals: of groups, of systems, of differences between systems."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from argmine.errors import InputError, say
from argmine.evaluation.compare import Comparison
from argmine.plots.base import GRID, INK, PALE, Display, dress, panels, room, value_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from pandas import DataFrame

__all__ = ["ComparisonDisplay", "GroupsDisplay"]


Interval = tuple[float, float | None, float | None]


class _Figure(NamedTuple):
    value: float
    low: float
    high: float


def _checked(figure: Sequence[Any], where: str) -> _Figure:
    """A figure and its interval, which is NaN if it came as None; the value may lie outside, as a bootstrap's may."""
    try:
        value, low, high = (np.nan if v is None else float(v) for v in figure)
    except (TypeError, ValueError):
        raise InputError(say("figure", figure, "three numbers: value, low, high", where=where)) from None
    if not np.isfinite(value) or low > high:
        raise InputError(say("figure", figure, "a finite value, and a low that is not above the high", where=where))
    return _Figure(value, low, high)


def _dots(ax: Axes, size: float, figures: Sequence[_Figure], filled: Sequence[bool] | None = None) -> None:
    """A dot and its interval a row, the first at the top, over lines that lead the eye to the names."""
    value, low, high = np.array(figures, dtype=float).reshape(-1, 3).T
    rows = np.arange(len(figures))
    face = INK if filled is None else [INK if full else "white" for full in filled]
    lane = room(ax, len(figures))
    dot = min(size * 0.62, lane * 0.7)
    ax.hlines(rows, low, high, color=INK, linewidth=size / 7, zorder=2)
    ax.scatter(value, rows, s=dot**2, color=face, edgecolors=INK, linewidths=size / 10, zorder=3)
    ax.set_ylim(len(figures) - 0.5, -0.5)
    ax.grid(axis="y", color=PALE, linewidth=0.6)
    ax.set_axisbelow(True)
    dress(ax, size)
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0, labelsize=min(size * 0.95, lane * 0.85))


def _beside(ax: Axes, size: float, texts: Sequence[str], head: str) -> None:
    """A column of texts at the right of the rows, and its head."""
    across = ax.get_yaxis_transform()
    for row, text in enumerate(texts):
        ax.text(1.02, row, text, transform=across, va="center", fontsize=min(size * 0.9, room(ax, len(texts)) * 0.85), color=INK)
    ax.annotate(head, (1.02, 1), (0, size * 0.4), xycoords="axes fraction", textcoords="offset points", fontsize=size * 0.9, color=INK)


class GroupsDisplay(Display):
    """F1 by group with 95 % intervals, best first; the whole as an upright line, the support at the right.

    .. image:: /pictures/GroupsDisplay.png
       :alt: A column of groups, each a dot with its interval, about a dashed line for the whole; support at the right.

    Args:
        table: one row a group: ``group``, ``f1``, ``low``, ``high``, ``support``, in the order to draw.
        whole: F1 over all groups.

    Attributes:
        table, whole: as given.

    >>> wire = {"f1": 0.7, "low": 0.6, "high": 0.8, "support": 40}
    >>> speech = {"f1": 0.75, "low": 0.7, "high": 0.8, "support": 90}
    >>> GroupsDisplay.from_figures({"wire": wire, "speech": speech}, whole=0.73).frame()
        group    f1  low  high  support
    0  speech  0.75  0.7   0.8       90
    1    wire  0.70  0.6   0.8       40
    """

    def __init__(self, table: DataFrame, whole: float | None = None) -> None:
        self.table = table
        self.whole = whole

    @classmethod
    def from_figures(cls, figures: Mapping[str, object], whole: object = None, *, ax: Axes | None = None) -> GroupsDisplay:
        """Sort and draw.

        Args:
            figures: by group, objects or mappings with ``f1``, ``low``, ``high``, ``support``, as
                `argmine.evaluation.positions.PositionFigures.by` gives them; ``low`` and ``high`` may be None.
            whole: F1 over all groups: a number, or such an object; no line if None.
            ax: where to draw.

        Raises:
            InputError: if there is no group, one lacks a field, or a figure is no number.
        """
        if not figures:
            raise InputError("there is no group to draw; give a mapping of groups to their figures")
        import pandas as pd

        rows = []
        for name, figure in figures.items():
            where = f"group {name!r}"
            f1, low, high, support = (value_of(figure, key, where) for key in ("f1", "low", "high", "support"))
            rows.append((name, *_checked((f1, low, high), where), int(support)))
        table = pd.DataFrame(rows, columns=["group", "f1", "low", "high", "support"])
        table = table.sort_values("f1", ascending=False, kind="stable", ignore_index=True)
        if whole is None or isinstance(whole, int | float):
            return cls(table, whole).plot(ax)
        return cls(table, float(value_of(whole, "f1", "the whole"))).plot(ax)

    def _draw(self, ax: Axes, size: float) -> None:
        _dots(ax, size, list(self.table[["f1", "low", "high"]].itertuples(index=False, name=None)))
        ax.set_yticks(range(len(self.table)), self.table["group"])
        if self.whole is not None:
            ax.axvline(self.whole, color=INK, linewidth=size / 12, linestyle=(0, (4, 2)), zorder=1)
            ax.annotate(
                f"all {self.whole:.2f}", (self.whole, 1), (0, size * 0.4), xycoords=("data", "axes fraction"), textcoords="offset points",
                ha="center", fontsize=size * 0.9, color=INK,
            )  # fmt: skip
        _beside(ax, size, [f"{n:,}" for n in self.table["support"]], "n")
        ax.set_xlabel("F1, 95 % interval", fontsize=size)

    def frame(self) -> DataFrame:
        """One row a group, in the order drawn: F1, interval, support."""
        return self.table.copy()


class ComparisonDisplay(Display):
    """Systems beneath each other on one or several measures, dots with intervals; or their differences from a system, about zero.

    Each measure has a panel. Of differences (`from_differences`), a dot is hollow where the interval contains zero, and p-values stand at
    the right.

    .. image:: /pictures/ComparisonDisplay.png
       :alt: Three panels of dots with intervals, one dot a system, the systems' names at the left.

    .. image:: /pictures/ComparisonDisplay-differences.png
       :alt: A column of systems, each a dot with its interval, to the right of a line at zero; p-values at the right.

    Args:
        table: one row a measure and system: ``measure``, ``system``, ``value``, ``low``, ``high``; with ``p_value`` for differences.
        same_scale: whether all panels have one scale.

    Attributes:
        table, same_scale: as given.
        axes_: the panels, from the left.

    >>> figures = {"rules": {"F1": (0.52, 0.49, 0.55)}, "linear": {"F1": (0.61, 0.58, 0.64)}}
    >>> ComparisonDisplay.from_figures(figures).frame()
      measure  system  value   low  high
    0      F1   rules   0.52  0.49  0.55
    1      F1  linear   0.61  0.58  0.64
    """

    axes_: list[Axes]

    def __init__(self, table: DataFrame, same_scale: bool = True) -> None:
        self.table = table
        self.same_scale = same_scale

    @classmethod
    def from_figures(
        cls, figures: Mapping[str, Mapping[str, Interval]], same_scale: bool = True, *, ax: Axes | None = None
    ) -> ComparisonDisplay:
        """Draw systems side by side.

        Args:
            figures: for each system, by measure, (value, low, high); ``low`` and ``high`` may be None. A system may lack a measure.
            same_scale: whether all panels have one scale, as for F1 under several views; else each has its own.
            ax: where to draw.

        Raises:
            InputError: if there is no figure, or one is not three numbers.
        """
        rows = []
        for measure in dict.fromkeys(m for part in figures.values() for m in part):
            for system, part in figures.items():
                if measure in part:
                    rows.append((measure, system, *_checked(part[measure], f"{system}, {measure}")))
        return cls(_table(rows, ["measure", "system", "value", "low", "high"]), same_scale).plot(ax)

    @classmethod
    def from_differences(
        cls, differences: Mapping[str, Comparison], measure: str = "difference in F1", *, ax: Axes | None = None
    ) -> ComparisonDisplay:
        """Draw paired differences.

        Args:
            differences: by system, from `argmine.evaluation.compare.paired_bootstrap`.
            measure: what the differences are of.
            ax: where to draw.

        Raises:
            InputError: if there is none, or a figure is no number.
        """
        rows = [
            (measure, system, *_checked((d.difference, *(d.interval or (None, None))), system), d.p_value)
            for system, d in differences.items()
        ]
        return cls(_table(rows, ["measure", "system", "value", "low", "high", "p_value"])).plot(ax)

    def _draw(self, ax: Axes, size: float) -> None:
        systems, measures = list(self.table["system"].unique()), list(self.table["measure"].unique())
        self.axes_ = panels(ax, [1] * len(measures), gap=size, across=True) if len(measures) > 1 else [ax]
        for panel, measure in zip(self.axes_, measures, strict=True):
            part = self.table[self.table["measure"] == measure].set_index("system").reindex(systems)
            differences = "p_value" in part
            filled = ((part["low"] > 0) | (part["high"] < 0)).tolist() if differences else None
            _dots(panel, size, list(part[["value", "low", "high"]].itertuples(index=False, name=None)), filled)
            panel.set_yticks(range(len(systems)), systems if panel is self.axes_[0] else [])
            panel.grid(axis="x", color=PALE, linewidth=0.6)
            if differences:
                panel.axvline(0, color=GRID, linewidth=size / 9, zorder=1)
                _beside(panel, size, [_p(p) for p in part["p_value"]], "p")
                panel.set_xlabel(f"{measure}, 95 % interval", fontsize=size)
            else:
                panel.set_title(measure, fontsize=min(size, room(panel, 1, across=True) / (0.62 * max(map(len, measures)))))
        for panel in self.axes_ if len(measures) > 1 else ():
            # Labels at both ends would touch those of the next panel.
            panel.locator_params(axis="x", nbins=4, steps=[2, 5, 10])
        if self.same_scale and len(measures) > 1:
            limits = np.array([panel.get_xlim() for panel in self.axes_])
            for panel in self.axes_:
                panel.set_xlim(limits[:, 0].min(), limits[:, 1].max())

    def frame(self) -> DataFrame:
        """One row a measure and system, in the order drawn: value and interval; p-values of differences."""
        return self.table.copy()


def _table(rows: Sequence[tuple[object, ...]], columns: list[str]) -> DataFrame:
    if not rows:
        raise InputError("there is no figure to draw; give a mapping of systems to their figures")
    import pandas as pd

    return pd.DataFrame(rows, columns=columns)


def _p(value: float) -> str:
    return "<0.001" if value < 0.001 else f"{value:.3f}"
