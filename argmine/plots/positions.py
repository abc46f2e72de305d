"""Positions over actors, issues and time, from the table that `argmine.analysis.positions_table` makes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from argmine.analysis.counts import count_by, keep_most, many
from argmine.analysis.table import HARD, PERIODS, SOFT, check_columns, dated, label_order, starts
from argmine.plots.base import GRID, INK, PALE, Display, dress, looks, put_legend, slant

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["PositionsMatrixDisplay", "PositionsPerActorDisplay", "TimelineDisplay", "label_legend", "short"]

NO_ISSUE = "no issue"
# How many days, weeks or months a timeline has room for.
_MOST_DATES = 60


class PositionsPerActorDisplay(Display):
    """How many positions each actor takes: soft ones to the right of a line, hard ones to its left.

    A diverging stacked bar chart (Heiberger & Robbins 2014, "Design of Diverging Stacked Bar Charts for Likert Scales and Other
    Applications", Journal of Statistical Software 57). Concessions are soft, demands and refusals hard. A condition is neither; it stands outermost on the hard side,
    since it asks for something first, and leaves demands and refusals to begin at the line. The most frequent actors come first.

    .. image:: /pictures/PositionsPerActorDisplay.png
       :alt: A row an actor; from a middle line, bars of demands, refusals and conditions go left, bars of concessions right.

    Args:
        counts: one row an actor and label, actors in the order drawn: ``actor``, ``name``, ``label``, ``count``.
        soft, hard: the labels on either side of the line; others stand outermost on the hard side.
        note: what is not shown.

    Attributes:
        counts, soft, hard, note: as given.

    >>> from argmine.analysis import positions_table
    >>> said = [{"actor": "RUS", "label": "refusal"}, {"actor": "RUS", "label": "demand"}, {"actor": "UKR", "label": "demand"}]
    >>> table = positions_table({"document": "wire-1", "sentence": 0, "text": "", "positions": said})
    >>> PositionsPerActorDisplay.from_positions(table).frame()
      actor     name    label  count
    0   RUS   Russia   demand      1
    1   RUS   Russia  refusal      1
    2   UKR  Ukraine   demand      1
    3   UKR  Ukraine  refusal      0
    """

    def __init__(self, counts: pd.DataFrame, soft: Sequence[str] = SOFT, hard: Sequence[str] = HARD, note: str = "") -> None:
        self.counts = counts
        self.soft, self.hard, self.note = tuple(soft), tuple(hard), note

    @classmethod
    def from_positions(
        cls, table: pd.DataFrame, top: int = 12, soft: Sequence[str] = SOFT, hard: Sequence[str] = HARD, *, ax: Axes | None = None
    ) -> PositionsPerActorDisplay:
        """Count and draw.

        Args:
            table: of positions.
            top: how many actors are shown; a note tells of the others.
            soft, hard: the labels on either side of the line.
            ax: where to draw.

        Raises:
            InputError: for a table that lacks a column or is empty, or ``top`` below 1.
        """
        shown, note = keep_most(table, actor=top)
        return cls(count_by(shown, "actor"), soft, hard, note).plot(ax)

    def _draw(self, ax: Axes, size: float) -> None:
        from matplotlib.ticker import MaxNLocator

        wide = self.counts.pivot(index="actor", columns="label", values="count").loc[self.counts["actor"].unique()]
        labels = label_order(self.counts["label"])
        look = looks(labels)
        left = [*(n for n in labels if n in self.hard), *(n for n in labels if n not in (*self.hard, *self.soft))]
        thick = min(0.75, 2.5 * size * len(wide) / _points(ax)[1])
        for side, sign in ((left, -1), ([n for n in labels if n in self.soft], 1)):
            done = np.zeros(len(wide))
            for label in side:
                counts = sign * wide[label].to_numpy()
                ax.barh(range(len(wide)), counts, left=done, height=thick, color=look[label].color, edgecolor="white", linewidth=0.5)
                done = done + counts
        ax.axvline(0, color=INK, linewidth=0.8)
        ax.grid(axis="x", color=PALE, linewidth=0.6)
        ax.set_axisbelow(True)
        ax.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True))
        ax.xaxis.set_major_formatter(lambda x, _: f"{abs(x):g}")
        ax.spines["left"].set_visible(False)
        _dress(ax, size, "hard  ←  positions  →  soft", self.note)
        _lanes(ax, size, self.counts)
        label_legend(ax, size, labels, "s")

    def frame(self) -> pd.DataFrame:
        """One row an actor and label, actors in the order drawn."""
        return self.counts.copy()


class TimelineDisplay(Display):
    """The positions of a negotiation over time: a lane an actor, a mark a label and day.

    Each label has its own colour, shape and height in the lane, so that marks of one day don't hide each other. A mark's area grows
    with the number of positions of that actor, label and day, as far as the lane allows; where days leave room, a number above 1
    stands beside it. Thin lines are the days of reports. Positions without a date are left out, and their number told. The most
    frequent actors come first.

    .. image:: /pictures/TimelineDisplay.png
       :alt: A lane an actor over the days of the reports, with coloured marks for demands, concessions, refusals and conditions.

    Args:
        counts: one row an actor, label and day with a position, actors in the order drawn: ``actor``, ``name``, ``date``, ``label``, ``count``.
        note: what is not shown.

    Attributes:
        counts, note: as given.

    >>> from argmine.analysis import positions_table
    >>> line = {"document": "wire-1", "sentence": 0, "text": "", "positions": [{"actor": "RUS", "label": "refusal"}]}
    >>> TimelineDisplay.from_positions(positions_table(line, dates={"wire-1": "2025-06-02"})).frame()
      actor    name       date    label  count
    0   RUS  Russia 2025-06-02  refusal      1
    """

    def __init__(self, counts: pd.DataFrame, note: str = "") -> None:
        self.counts, self.note = counts, note

    @classmethod
    def from_positions(cls, table: pd.DataFrame, top: int = 12, by: str | None = None, *, ax: Axes | None = None) -> TimelineDisplay:
        """Count and draw.

        Args:
            table: of positions, of one negotiation or those that are to share the lanes.
            top: how many actors are shown; a note tells of the others.
            by: what a mark stands for: a ``date``, a ``week`` (from Monday), a ``month`` or a ``year``; if None, the shortest of
                them that gives at most 60 different ones, so that marks keep apart.
            ax: where to draw.

        Raises:
            InputError: for a table that lacks a column, is empty or has no date, another period, or ``top`` below 1.
        """
        check_columns(table, "date")
        rows = dated(table)
        shown, note = keep_most(rows, actor=top)
        fitting = (period for period in PERIODS if starts(shown["date"], period).nunique() <= _MOST_DATES)
        period = by or next(fitting, "year")
        counts = count_by(shown.assign(date=starts(shown["date"], period)), "actor", "date")
        grouped = f"by {period}" if period != "date" else ""
        undated = f"without a date: {many(len(table) - len(rows), 'position')}" if len(rows) < len(table) else ""
        return cls(counts[counts["count"] > 0].reset_index(drop=True), "\n".join(filter(None, (grouped, note, undated)))).plot(ax)

    def _draw(self, ax: Axes, size: float) -> None:
        days = np.sort(self.counts["date"].unique())
        labels = label_order(self.counts["label"])
        lanes = {actor: i for i, actor in enumerate(self.counts["actor"].unique())}
        lane = _points(ax)[1] / len(lanes)
        step = min(0.8 / len(labels), 2 * size / lane)
        # The width of a mark of one position, and the most that any has, in points.
        one = float(np.clip(0.75 * step * lane, 0.45 * size, 0.8 * size))
        largest = float(np.clip(0.95 * step * lane, 1.2 * one, 2.5 * size))
        for i in range(1, len(lanes), 2):
            ax.axhspan(i - 0.5, i + 0.5, color=PALE, alpha=0.5, linewidth=0, zorder=0)
        pad = (days[-1] - days[0]) * 0.05 or np.timedelta64(1, "D")
        ax.set_xlim(days[0] - pad, days[-1] + pad)
        # Points between the two closest days.
        gap = _points(ax)[0] * 0.9 * (np.diff(days).min() / (days[-1] - days[0]) if len(days) > 1 else 1)
        if gap > size * 0.8:
            ax.vlines(days, -0.5, len(lanes) - 0.5, color=GRID, linewidth=0.5, zorder=0.5)
        for row, (label, look) in enumerate(looks(labels).items()):
            marks = self.counts[self.counts["label"] == label]
            heights = marks["actor"].map(lanes) + (row - (len(labels) - 1) / 2) * step
            width = np.minimum(np.sqrt(marks["count"]) * one, largest)
            ax.scatter(marks["date"], heights, width**2, c=look.color, marker=look.marker, edgecolors="white", linewidths=0.4, zorder=3 - row / 10)
            for day, height, count, wide in zip(marks["date"], heights, marks["count"], width, strict=True):
                if count > 1 and gap > largest + size:
                    ax.annotate(
                        f"{count}", (day, height), (wide / 2 + 1, 0), textcoords="offset points", va="center", fontsize=size * 0.75, color=INK
                    )
        _date_ticks(ax, size, days, gap, self.note)
        _lanes(ax, size, self.counts)
        label_legend(ax, size, labels)

    def frame(self) -> pd.DataFrame:
        """One row an actor, label and day with a position, actors in the order drawn."""
        return self.counts.copy()


class PositionsMatrixDisplay(Display):
    """Which actor takes how many positions of which label on which issue.

    A cell has a small bar for each label, in the labels' order, as high as the label's positions are many; all cells have one scale.
    The most frequent actors and issues come first; a note tells what is cut. Positions without an issue have a column of their own.

    .. image:: /pictures/PositionsMatrixDisplay.png
       :alt: A grid of actors by issues; the cells hold small coloured bars for demands, concessions, refusals and conditions.

    Args:
        counts: one row an actor, issue and label, actors and issues in the order drawn: ``actor``, ``name``, ``issue``, ``label``, ``count``.
        note: what is not shown.

    Attributes:
        counts, note: as given.

    >>> from argmine.analysis import positions_table
    >>> line = {"document": "wire-1", "sentence": 0, "text": "", "positions": [{"actor": "RUS", "label": "refusal", "issue": "ceasefire"}]}
    >>> PositionsMatrixDisplay.from_positions(positions_table(line)).frame()
      actor    name      issue    label  count
    0   RUS  Russia  ceasefire  refusal      1
    """

    def __init__(self, counts: pd.DataFrame, note: str = "") -> None:
        self.counts, self.note = counts, note

    @classmethod
    def from_positions(cls, table: pd.DataFrame, top: int = 12, top_issues: int = 12, *, ax: Axes | None = None) -> PositionsMatrixDisplay:
        """Count and draw.

        Args:
            table: of positions.
            top, top_issues: how many actors and issues are shown.
            ax: where to draw.

        Raises:
            InputError: for a table that lacks a column or is empty, or a number below 1.
        """
        check_columns(table, "issue")
        rows = table.assign(issue=table["issue"].where(table["issue"].notna(), NO_ISSUE))
        shown, note = keep_most(rows, actor=top, issue=top_issues)
        return cls(count_by(shown, "actor", "issue"), note).plot(ax)

    def _draw(self, ax: Axes, size: float) -> None:
        actors, issues, labels = self.counts["actor"].unique(), list(self.counts["issue"].unique()), label_order(self.counts["label"])
        places = [{name: i for i, name in enumerate(names)} for names in (actors, issues)]
        step, most = 0.84 / len(labels), self.counts["count"].max()
        width, height = (points / len(names) for points, names in zip(_points(ax), (issues, actors), strict=True))
        numbered = width * step > size * 0.65 and height > size * 2.6
        tall = 0.84 - (size * 0.8 / height if numbered else 0)
        for row, (label, look) in enumerate(looks(labels).items()):
            cells = self.counts[(self.counts["label"] == label) & (self.counts["count"] > 0)]
            x = cells["issue"].map(places[1]) + (row - (len(labels) - 1) / 2) * step
            feet = cells["actor"].map(places[0]) + 0.42
            ax.bar(x, -tall * cells["count"] / most, step * 0.9, feet, color=look.color, linewidth=0)
            for at, foot, count in zip(x, feet, cells["count"], strict=True):
                if numbered:
                    ax.text(at, foot - tall * count / most, f"{count}", ha="center", va="bottom", fontsize=size * 0.75, color=INK)
        for draw, names in ((ax.axhline, actors), (ax.axvline, issues)):
            for edge in np.arange(len(names) + 1) - 0.5:
                draw(edge, color=GRID, linewidth=0.5, zorder=0, clip_on=False)
        ax.set_xlim(-0.5, len(issues) - 0.5)
        ax.set_xticks(range(len(issues)), [short(issue) for issue in issues])
        _dress(ax, size, "" if numbered else f"highest bar: {many(most, 'position')}", self.note)
        _lanes(ax, size, self.counts)
        slant(ax, size, [short(issue) for issue in issues])
        ax.spines[:].set_visible(False)
        ax.tick_params(length=0)
        label_legend(ax, size, labels, "s")

    def frame(self) -> pd.DataFrame:
        """One row an actor, issue and label, in the order drawn."""
        return self.counts.copy()


def short(name: str, most: int = 24) -> str:
    """The name, cut to some characters.

    >>> short("Families of the Children of Benghazi")
    'Families of the Childre…'
    """
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"


def label_legend(ax: Axes, size: float, labels: Sequence[str], marker: str | None = None, lines: bool = False) -> None:
    """The labels' looks above the Axes, in a row if they fit: with one marker or each its own, or as lines with their dashes."""
    from matplotlib.lines import Line2D

    handles = [
        Line2D(
            [], [], color=look.color, label=label, linestyle=look.dash if lines else "none", linewidth=size / 5,
            marker="" if lines else marker or look.marker, markersize=size * 0.75,
        )
        for label, look in looks(labels).items()
    ]  # fmt: skip
    length = 2.6 if lines else 1.0
    wide = sum(0.55 * len(label) + length + 1.7 for label in labels) * size
    # Held at the right, it may reach over the names at the left.
    columns = len(labels) if wide < 1.29 * _points(ax)[0] else -(-len(labels) // 2)
    put_legend(ax, size, above=True, handles=handles, handlelength=length, ncols=columns, loc="lower right", bbox_to_anchor=(1, 1))


def _points(ax: Axes) -> tuple[float, float]:
    """Width and height of the Axes in points."""
    return ax.bbox.width / ax.figure.dpi * 72, ax.bbox.height / ax.figure.dpi * 72


def _dress(ax: Axes, size: float, *texts: str) -> None:
    """Dress the Axes, with some lines under them; long ones are held at the right, and reach under the names at the left."""
    lines = [line for text in texts for line in text.splitlines()]
    dress(ax, size, x="\n".join(lines))
    if 0.55 * size * max(map(len, lines), default=0) > 0.6 * _points(ax)[0]:
        ax.xaxis.label.set(horizontalalignment="right", x=1)


def _lanes(ax: Axes, size: float, counts: pd.DataFrame) -> None:
    """A lane for each actor, the first at the top, with its name."""
    names = counts.drop_duplicates("actor")["name"].map(short)
    room = _points(ax)[1] / len(names)
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.set_yticks(range(len(names)), names)
    ax.tick_params(axis="y", length=0, labelsize=min(size * 0.95, room * 0.95))


def _date_ticks(ax: Axes, size: float, days: Any, gap: float, note: str) -> None:
    """A tick a day where the names of days fit, else as many as do; the year under them if there is but one."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    stamps = pd.DatetimeIndex(days)
    years = sorted({stamp.year for stamp in stamps})
    if len(years) == 1 and gap > size * 3.6:
        ax.set_xticks(days, [f"{stamp.day} {stamp:%b}" for stamp in stamps])
        _dress(ax, size, str(years[0]), note)
        return
    locator = AutoDateLocator(minticks=3, maxticks=max(3, int(_points(ax)[0] / size / 5)))  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    _dress(ax, size, note)
    ax.xaxis.get_offset_text().set_fontsize(size * 0.95)
