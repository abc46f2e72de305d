"""How learning goes: with more data, and over epochs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from argmine.errors import InputError, say
from argmine.plots.base import GRID, INK, Display, Look, dress, looks, number_of, panels, put_legend, value_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

__all__ = ["LearningCurveDisplay", "TrainingHistoryDisplay"]


class LearningCurveDisplay(Display):
    """Figures against how much was learned from.

    A point is the mean of the records of one size; where there are several, a band runs from their least to their greatest.

    .. image:: /pictures/LearningCurveDisplay.png
       :alt: Curves of F1 that rise with the number of reports and flatten.

    Args:
        table: one row a measure and size: ``measure``, ``size``, ``mean``, ``low``, ``high``, ``records``.
        unit: what sizes count.

    Attributes:
        table, unit: as given.

    >>> records = [{"reports": 50, "f1": 0.4}, {"reports": 50, "f1": 0.5}, {"reports": 100, "f1": 0.6}]
    >>> LearningCurveDisplay.from_records(records).frame()
      measure  size  mean  low  high  records
    0      f1    50  0.45  0.4   0.5        2
    1      f1   100  0.60  0.6   0.6        1
    """

    def __init__(self, table: DataFrame, unit: str = "reports") -> None:
        self.table = table
        self.unit = unit

    @classmethod
    def from_records(
        cls, records: Iterable[Mapping[str, Any]], measures: Sequence[str] | None = None, unit: str = "reports", *, ax: Axes | None = None
    ) -> LearningCurveDisplay:
        """Group by size and draw.

        Args:
            records: rows as ``benchmarks/learning_curve.py`` keeps them: a size, and figures.
            measures: the figures to draw; all fractional numbers but ``share`` if None.
            unit: the key of the size.
            ax: where to draw.

        Raises:
            InputError: if there is no record, or one lacks its size or a measure, or has no number there.
        """
        rows = list(records)
        if not rows:
            raise InputError("there are no records to draw; one a size and draw is needed")
        if measures is None:
            measures = [key for key, value in rows[0].items() if isinstance(value, float) and key not in (unit, "share")]
        if not measures:
            raise InputError(say("record", rows[0], "one with a figure to draw"))
        import pandas as pd

        sizes = pd.Series([number_of(row, unit, f"record {i}") for i, row in enumerate(rows)], name="size")
        parts = []
        for measure in measures:
            values = pd.Series([float(number_of(row, measure, f"record {i}")) for i, row in enumerate(rows)])
            found = values.groupby(sizes).agg(mean="mean", low="min", high="max", records="size").reset_index()
            parts.append(found.assign(measure=measure)[["measure", "size", "mean", "low", "high", "records"]])
        return cls(pd.concat(parts, ignore_index=True), unit).plot(ax)

    def _draw(self, ax: Axes, size: float) -> None:
        for measure, look in looks(self.table["measure"]).items():
            part = self.table[self.table["measure"] == measure]
            ax.plot(
                part["size"], part["mean"], label=measure.replace("_", " "), color=look.color, linestyle=look.dash, linewidth=size / 7,
                marker=look.marker, markersize=size * 0.6,
            )  # fmt: skip
            if (part["records"] > 1).any():
                ax.fill_between(part["size"], part["low"], part["high"], color=look.color, alpha=0.18, linewidth=0)
        ax.grid(axis="y", color=GRID, linewidth=0.4, alpha=0.7)
        ax.set_xlim(left=0)
        dress(ax, size, x=self.unit, y="score")
        put_legend(ax, size, above=True)

    def frame(self) -> DataFrame:
        """One row a measure and size: mean, least and greatest, and of how many records."""
        return self.table.copy()


class TrainingHistoryDisplay(Display):
    """A training's epochs: macro F1 on the dev set above, the losses beneath.

    Macro F1 is with each label at its best threshold; the training loss is the mean over the rows since the last record. A dotted line
    marks the best record, the first among equals, whose weights are kept. Without a dev set there is one panel. A point stands at the
    end of what it reports: 1 is the end of the first epoch.

    .. image:: /pictures/TrainingHistoryDisplay.png
       :alt: Two panels over four epochs: dev macro F1 rises; the training loss falls, and the dev loss falls and turns.

    Args:
        table: one row a record: ``epoch``, ``step``, ``loss``, ``dev_loss``, ``macro_f1``.

    Attributes:
        table: as given; epochs are fractional, NaN where a record has no dev figures.
        best: the row of the best record; None without dev figures.
        axes_: the panels, upper first.

    >>> history = [
    ...     {"epoch": 0, "step": 10, "loss": 0.5, "dev": {"dev_loss": 0.4, "macro_f1": 0.6}},
    ...     {"epoch": 1, "step": 20, "loss": 0.3, "dev": {"dev_loss": 0.3, "macro_f1": 0.7}},
    ... ]
    >>> display = TrainingHistoryDisplay.from_history(history)
    >>> display.frame()
       epoch  step  loss  dev_loss  macro_f1
    0    1.0    10   0.5       0.4       0.6
    1    2.0    20   0.3       0.3       0.7
    >>> display.best
    1
    """

    axes_: list[Axes]

    def __init__(self, table: DataFrame) -> None:
        self.table = table
        self.best = int(table["macro_f1"].argmax()) if table["macro_f1"].notna().any() else None

    @classmethod
    def from_history(cls, history: Iterable[object], *, ax: Axes | None = None) -> TrainingHistoryDisplay:
        """Draw a training's records.

        Args:
            history: `argmine.training.Record` objects, as a fitted encoder's ``history_`` has them, or their ``as_dict()``.
            ax: where to draw.

        Raises:
            InputError: if there is no record, or one lacks a field, or has no number there.
        """
        rows = [(f"record {i}", row) for i, row in enumerate(history)]
        if not rows:
            raise InputError("there are no records to draw; a history has at least one")
        import pandas as pd

        table = pd.DataFrame({name: [number_of(row, name, where) for where, row in rows] for name in ("epoch", "step", "loss")})
        devs = [(where, value_of(row, "dev", where)) for where, row in rows]
        for name in ("dev_loss", "macro_f1"):
            table[name] = [float("nan") if dev is None else number_of(dev, name, where) for where, dev in devs]
        # Within an epoch a record has made fewer steps than the epoch will have.
        table["epoch"] = table["step"] / (table["step"] / (table["epoch"] + 1)).max()
        return cls(table).plot(ax)

    def _draw(self, ax: Axes, size: float) -> None:
        from matplotlib.ticker import MaxNLocator

        self.axes_ = panels(ax, (1,) if self.best is None else (1, 1), gap=size * 1.2)
        lines = {"loss": (self.axes_[-1], "training loss")}
        if self.best is not None:
            lines |= {"dev_loss": (self.axes_[1], "dev loss"), "macro_f1": (self.axes_[0], "dev macro F1")}
        shown = looks(("loss", "dev_loss")) | {"macro_f1": Look(INK, "o", "-")}
        for name, (panel, label) in lines.items():
            look = shown[name]
            panel.plot(
                self.table["epoch"], self.table[name], label=label, color=look.color, marker=look.marker, linestyle=look.dash,
                linewidth=size / 7, markersize=size * 0.6,
            )  # fmt: skip
        for panel in self.axes_:
            panel.margins(x=0.06)
            panel.xaxis.set_major_locator(MaxNLocator(integer=True))
            panel.grid(axis="y", color=GRID, linewidth=0.4, alpha=0.7)
            dress(panel, size)
        dress(self.axes_[-1], size, x="epochs", y="loss")
        put_legend(self.axes_[-1], size)
        if self.best is not None:
            self._mark_best(size)

    def _mark_best(self, size: float) -> None:
        row = self.table.iloc[self.best]
        upper = self.axes_[0]
        dress(upper, size, y="dev macro F1")
        upper.tick_params(labelbottom=False)
        for panel in self.axes_:
            panel.axvline(row["epoch"], color=INK, linewidth=0.8, linestyle=":", zorder=1)
        upper.annotate(
            f"best {row['macro_f1']:.3f}", (row["epoch"], 1), (0, size * 0.4), xycoords=("data", "axes fraction"), textcoords="offset points",
            ha="center", fontsize=size * 0.9, color=INK,
        )  # fmt: skip

    def frame(self) -> DataFrame:
        """One row a record: epochs and steps done, loss, dev loss, macro F1."""
        return self.table.copy()
