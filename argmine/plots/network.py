"""Who addresses which positions to whom, as a picture."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from argmine.analysis.counts import many, most_frequent
from argmine.analysis.network import position_network
from argmine.analysis.table import label_order
from argmine.errors import InputError
from argmine.plots.base import INK, PALE, Display, dress, looks
from argmine.plots.positions import label_legend

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from networkx import DiGraph
    from numpy.typing import NDArray

__all__ = ["Edge", "NetworkDisplay", "Node"]

# A name is centred on its node where that lies less than this across, and up or down, from the middle.
_MIDDLE = np.array([0.1, 0.35])


@dataclass(frozen=True, slots=True)
class Node:
    """An actor in the picture.

    Attributes:
        actor, name: its identifier and what is written beside it.
        count: how many positions it takes or is addressed by.
    """

    actor: str
    name: str
    count: int


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """The positions of one label that an actor addresses to another."""

    actor: str
    target: str
    label: str
    count: int


class NetworkDisplay(Display):
    """Who demands of, refuses, concedes to and sets conditions to whom.

    Nodes are actors on an ellipse, their area by the positions that they take or that are addressed to them; the four with most of
    these are far apart, which leaves room for their edges, and others near the one they have most to do with. An edge goes from who
    takes positions to whom they are addressed, one for each label: its colour and dashes tell the label, its width grows with the
    number of positions. Parallel edges bend apart. The layout depends on the network alone.

    .. image:: /pictures/NetworkDisplay.png
       :alt: Actors on an ellipse, joined by coloured, bent arrows for demands, concessions, refusals and conditions.

    Args:
        nodes: in the order around the ellipse, from the left, clockwise.
        edges: between these nodes.
        note: what is not shown.

    Attributes:
        nodes, edges, note: as given.

    >>> from argmine.analysis import positions_table
    >>> said = {"actor": "UKR", "label": "demand", "target": "RUS"}
    >>> table = positions_table({"document": "wire-1", "sentence": 0, "text": "", "positions": [said]})
    >>> NetworkDisplay.from_positions(table).frame()
      actor target   label  count
    0   UKR    RUS  demand      1
    """

    def __init__(self, nodes: Sequence[Node], edges: Sequence[Edge], note: str = "") -> None:
        self.nodes, self.edges, self.note = tuple(nodes), tuple(edges), note

    @classmethod
    def from_positions(cls, table: pd.DataFrame, top: int = 12, least: int = 1, *, ax: Axes | None = None) -> NetworkDisplay:
        """Draw the network that `argmine.analysis.position_network` makes of a table of positions; see `from_graph`."""
        return cls.from_graph(position_network(table), top, least, ax=ax)

    @classmethod
    def from_graph(cls, graph: DiGraph, top: int = 12, least: int = 1, *, ax: Axes | None = None) -> NetworkDisplay:
        """Draw a network.

        Args:
            graph: as `argmine.analysis.position_network` makes it; its edges have a ``label`` and a ``count``.
            top: how many actors are shown, those with the most positions that have a target; a note tells of the others.
            least: how many positions an edge must stand for to be shown, where a picture is too dense.
            ax: where to draw.

        Raises:
            InputError: for a graph without an edge to show, or whose edges lack these attributes; ``top`` below 1.
        """
        edges = [_edge(actor, target, data) for actor, target, data in graph.edges(data=True) if actor != target]
        if not edges:
            raise InputError("no position in the network has a target; there is no edge to draw")
        counts = Counter(actor for e in edges for actor in (e.actor, e.target) for _ in range(e.count))
        shown = most_frequent(counts.elements(), top)
        kept = sorted(e for e in edges if e.actor in shown and e.target in shown and e.count >= least)
        if not kept:
            raise InputError(f"no edge among the {len(shown)} actors to show stands for {many(least, 'position')}; ask for less, or more actors")
        nodes = [Node(actor, str(graph.nodes[actor].get("label") or actor), counts[actor]) for actor in _around(shown, kept)]
        left, out = len(counts) - len(shown), sum(e.count for e in edges) - sum(e.count for e in kept)
        actors = f"{many(left, 'actor')}, " if left else ""
        note = f"not shown: {actors}{many(out, 'position')}" if out else ""
        return cls(nodes, kept, note).plot(ax)

    def _draw(self, ax: Axes, size: float) -> None:
        labels = label_order(e.label for e in self.edges)
        names = [textwrap.wrap(node.name, 13, max_lines=2, placeholder="…") for node in self.nodes]
        places = _places(ax, size, names)
        most = max(node.count for node in self.nodes)
        radii = {node.actor: size * (0.35 + 0.45 * np.sqrt(node.count / most)) for node in self.nodes}
        self._draw_edges(ax, size, dict(zip(radii, places, strict=True)), radii)
        for node, (x, y), out, lines in zip(self.nodes, places, _ring(len(names)), names, strict=True):
            radius = radii[node.actor]
            ax.scatter([x], [y], (2 * radius) ** 2, PALE, edgecolors=INK, linewidths=0.8, zorder=3)
            across, up = np.where(np.abs(out) < _MIDDLE, 0, np.sign(out)).astype(int)
            ax.annotate(
                "\n".join(lines), (x, y), out * (radius + size * 0.3), textcoords="offset points", fontsize=size * 0.95, color=INK, zorder=4,
                ha=("center", "left", "right")[across], va=("center", "bottom", "top")[up],
            )  # fmt: skip
        dress(ax, size, x=self.note)
        ax.set_xticks([])
        ax.set_yticks([])
        ax.spines[:].set_visible(False)
        label_legend(ax, size, labels, lines=True)

    def _draw_edges(self, ax: Axes, size: float, places: Mapping[str, tuple[float, float]], radii: Mapping[str, float]) -> None:
        from matplotlib.patches import FancyArrowPatch

        look, most = looks(label_order(e.label for e in self.edges)), max(e.count for e in self.edges)
        for edge, bend in zip(self.edges, _bends(self.edges, places), strict=True):
            width = size / 10 * (0.8 + 2.4 * edge.count / most)
            ax.add_patch(
                FancyArrowPatch(
                    places[edge.actor], places[edge.target], connectionstyle=f"arc3,rad={bend}", arrowstyle="-|>", mutation_scale=size * 0.6 + 2 * width,
                    shrinkA=radii[edge.actor] + 1, shrinkB=radii[edge.target] + 1, color=look[edge.label].color, linewidth=width,
                    linestyle=look[edge.label].dash, zorder=2, joinstyle="miter", capstyle="butt",
                )
            )  # fmt: skip

    def frame(self) -> pd.DataFrame:
        """One row an edge."""
        return pd.DataFrame([astuple(e) for e in self.edges], columns=[f.name for f in fields(Edge)])


def _edge(actor: str, target: str, data: Mapping[str, Any]) -> Edge:
    for key in ("label", "count"):
        if key not in data:
            raise InputError(f"the edge from {actor!r} to {target!r} has no {key!r}; argmine.analysis.position_network makes networks that have")
    return Edge(str(actor), str(target), str(data["label"]), int(data["count"]))


def _around(actors: Sequence[str], edges: Sequence[Edge]) -> list[str]:
    """The actors in their order around: the first four, which have most edges, far apart; each other near the one it has most to do with."""
    ties: Counter[frozenset[str]] = Counter()
    for e in edges:
        ties[frozenset((e.actor, e.target))] += e.count
    n = len(actors)
    slots = dict(zip(actors, dict.fromkeys(n * quarter // 4 for quarter in (0, 2, 1, 3)), strict=False))
    for actor in actors[len(slots) :]:
        near = slots[max(slots, key=lambda other: ties[frozenset((actor, other))])]
        free = sorted(set(range(n)) - set(slots.values()))
        slots[actor] = min(free, key=lambda slot: min((slot - near) % n, (near - slot) % n))
    return sorted(slots, key=slots.__getitem__)


def _ring(n: int) -> NDArray[np.float64]:
    """Directions from the middle, shape (n, 2), clockwise from the left."""
    angles = np.pi - 2 * np.pi * np.arange(n) / n
    return np.column_stack([np.cos(angles), np.sin(angles)])


def _places(ax: Axes, size: float, names: Sequence[Sequence[str]]) -> list[tuple[float, float]]:
    """The nodes' places in points from the middle, as far out as leaves room for names; sets the Axes' limits."""
    room = np.array([ax.bbox.width, ax.bbox.height]) / ax.figure.dpi * 36
    ax.set_xlim(-room[0], room[0])
    ax.set_ylim(-room[1], room[1])
    out = _ring(len(names))
    texts = size * np.array([(0.58 * max(map(len, name)), 1.25 * len(name)) for name in names])
    # A name in the middle of its node reaches half as far.
    texts[np.abs(out) < _MIDDLE] /= 2
    reach = (room - texts - size * 1.2) / np.maximum(np.abs(out), 0.05)
    radius = np.maximum(reach.min(axis=0), room * 0.35)
    return [(float(x), float(y)) for x, y in out * radius]


def _bends(edges: Sequence[Edge], places: Mapping[str, tuple[float, float]]) -> list[float]:
    """How far each edge bends, as ``arc3`` takes it: all between two nodes apart, and the closer the nodes, the more to the inner side."""
    pairs: dict[tuple[str, str], list[Edge]] = {}
    for e in edges:
        pairs.setdefault((min(e.actor, e.target), max(e.actor, e.target)), []).append(e)
    size = np.maximum(np.abs(list(places.values())).max(axis=0), 1e-9)
    bends = {}
    for (first, second), parallel in pairs.items():
        a, b = np.array(places[first]) / size, np.array(places[second]) / size
        near = 1 - min(1.0, float(np.hypot(*(b - a))) / 2)
        spread = (0.12 + 0.12 * near) * (np.arange(len(parallel)) - (len(parallel) - 1) / 2)
        inward = spread + near * (spread.max() + 0.08)
        (dx, dy), middle = b - a, a + b
        side = 1 if dx * middle[1] - dy * middle[0] >= 0 else -1
        for e, bend in zip(parallel, inward, strict=True):
            bends[e] = float(side * bend if e.actor == first else -side * bend)
    return [bends[e] for e in edges]

