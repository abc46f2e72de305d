"""What a corpus is made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from argmine.data.corpus import Corpus
from argmine.data.records import SPLITS
from argmine.errors import InputError, say
from argmine.plots.base import INK, PALE, Display, dress, looks, panels, put_legend, room

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

    from argmine.schema import Document

__all__ = ["CompositionDisplay"]

_ALLOWED = {"by": ("register", "kind", "negotiation"), "unit": ("sentences", "documents"), "stack": ("positions", "split")}
_PARTS = {"positions": ("with a position", "without"), "split": SPLITS}
# How strong a part's colour is, first to last.
_STRENGTH = (1.0, 0.55, 0.25)

Counts = Counter[tuple[str, str]]


class CompositionDisplay(Display):
    """Sentences or documents by register above, positions by label beneath.

    Bars above are divided by whether the sentence (or document) has a position, or by split, and then those beneath are, too. Registers
    are in order of size; those beyond the ``most`` largest are one bar.

    .. image:: /pictures/CompositionDisplay.png
       :alt: Bars of sentences by register, the part with positions dark; beneath them bars of positions by label.

    Args:
        table: one row a bar's part, in the order drawn: ``panel``, ``bar``, ``part``, ``count``.

    Attributes:
        table: as given.
        axes_: the two panels, upper first.

    >>> from argmine.schema import Document, Position, Sentence
    >>> sentences = Sentence(0, 15), Sentence(16, 25)
    >>> report = Document("a", "Moscow refuses. It rains.", sentences, positions=(Position("RUS", "refusal", 0),), register="wire")
    >>> CompositionDisplay.from_corpus(Corpus((report,))).frame().query("count > 0")
           panel      bar             part  count
    0  sentences     wire  with a position      1
    1  sentences     wire          without      1
    4  positions  refusal              all      1
    """

    axes_: list[Axes]

    def __init__(self, table: DataFrame) -> None:
        self.table = table

    @classmethod
    def from_corpus(
        cls, corpus: Corpus, by: str = "register", unit: str = "sentences", stack: str = "positions", most: int = 10, *,
        ax: Axes | None = None,
    ) -> CompositionDisplay:  # fmt: skip
        """Count and draw.

        Args:
            corpus: of any label scheme.
            by: ``register``, ``kind`` or ``negotiation``.
            unit: what is counted above: ``sentences`` or ``documents``.
            stack: what divides the bars: ``positions`` or ``split``.
            most: how many bars are above before the rest are one.
            ax: where to draw.

        Raises:
            InputError: for another value of these, an empty corpus, or ``split`` where the corpus has no splits.
        """
        for what, came in (("by", by), ("unit", unit), ("stack", stack)):
            if came not in _ALLOWED[what]:
                raise InputError(say(what, came, _ALLOWED[what]))
        if most < 1:
            raise InputError(say("most", most, "a number of at least 1"))
        if not len(corpus) or (stack == "split" and not corpus.splits):
            missing = "splits" if len(corpus) else "documents"
            raise InputError(f"corpus {corpus.name!r} has no {missing}; there is nothing to count by {stack}")
        above, beneath = _count(corpus, by, unit, stack)
        bars, above = _pooled(above, most)
        rows = [(unit, bar, part, above[bar, part]) for bar in bars for part in _PARTS[stack]]
        parts = _PARTS[stack] if stack == "split" else ("all",)
        rows += [("positions", label, part, beneath[label, part]) for label in corpus.scheme.labels for part in parts]
        import pandas as pd

        return cls(pd.DataFrame(rows, columns=["panel", "bar", "part", "count"])).plot(ax)

    def _draw(self, ax: Axes, size: float) -> None:
        tables = [part for _, part in self.table.groupby("panel", sort=False)]
        heights = [max(2, part["bar"].nunique()) for part in tables]
        self.axes_ = panels(ax, heights, gap=size * 3.8)
        label_colors = {name: look.color for name, look in looks(tables[1]["bar"]).items()}
        for panel, table, colors in zip(self.axes_, tables, ({}, label_colors), strict=True):
            _bars(panel, size, table, colors)
        put_legend(self.axes_[0], size, above=True, handlelength=1.5)

    def frame(self) -> DataFrame:
        """One row a bar's part, in the order drawn."""
        return self.table.copy()


def _count(corpus: Corpus, by: str, unit: str, stack: str) -> tuple[Counts, Counts]:
    """How many units of each group and part, and how many positions of each label and part."""
    above, beneath = Counts(), Counts()
    for document in corpus:
        group = str(getattr(document, by)) or "not named"
        split = corpus.splits.get(document.negotiation, "")
        units, carrying = _units(document, unit)
        shares = {split: units} if stack == "split" else dict(zip(_PARTS[stack], (carrying, units - carrying), strict=True))
        for part, n in shares.items():
            above[group, part] += n
        for p in document.positions:
            beneath[p.label, split if stack == "split" else "all"] += 1
    return above, beneath


def _pooled(counts: Counts, most: int) -> tuple[list[str], Counts]:
    """The bars from the largest down, those beyond ``most`` as one."""
    sizes = Counter[str]()
    for (bar, _), n in counts.items():
        sizes[bar] += n
    bars = sorted(sizes, key=lambda bar: (-sizes[bar], bar))
    if len(bars) <= most + 1:
        return bars, counts
    kept, rest = bars[:most], f"{len(bars) - most} others"
    pooled = Counts()
    for (bar, part), n in counts.items():
        pooled[bar if bar in kept else rest, part] += n
    return [*kept, rest], pooled


def _units(document: Document, unit: str) -> tuple[int, int]:
    """How many units a document is, and how many of them have a position."""
    if unit == "documents":
        return 1, int(bool(document.positions))
    return len(document.sentences), len({p.sentence for p in document.positions})


def _bars(ax: Axes, size: float, table: DataFrame, colors: dict[str, str]) -> None:
    """Horizontal bars of several parts each, the first bar at the top, and their sums."""
    bars: Sequence[str] = list(table["bar"].unique())
    wide = table.pivot(index="bar", columns="part", values="count").loc[bars, table["part"].unique()]
    high = room(ax, len(bars))
    done = wide.sum(axis=1) * 0
    for (part, counts), strength in zip(wide.items(), _STRENGTH, strict=False):
        shades = [_shade(colors.get(bar, INK), strength) for bar in bars]
        ax.barh(range(len(bars)), counts, left=done, height=0.75, color=shades, label=str(part))
        done = done + counts
    for row, total in enumerate(done):
        ax.annotate(
            f"{total:,}", (total, row), (size * 0.3, 0), textcoords="offset points", va="center", color=INK,
            fontsize=min(size * 0.85, high * 0.8),
        )  # fmt: skip
    ax.set_ylim(len(bars) - 0.5, -0.5)
    ax.set_yticks(range(len(bars)), bars)
    ax.grid(axis="x", color=PALE, linewidth=0.6)
    ax.set_axisbelow(True)
    ax.margins(x=0.12)
    dress(ax, size, x=str(table["panel"].iloc[0]))
    ax.tick_params(axis="y", length=0, labelsize=min(size * 0.95, high * 0.8))


def _shade(color: str, strength: float) -> tuple[float, ...]:
    """A colour mixed with white: 1 is the colour itself."""
    from matplotlib.colors import to_rgb

    return tuple(strength * c + 1 - strength for c in to_rgb(color))
