"""The picture of a network: nodes, arrows and names, measured."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch

from argmine.analysis import position_network, positions_table
from argmine.errors import InputError
from argmine.plots import NetworkDisplay
from argmine.render import PALETTE

pytest.importorskip("networkx")

# Who addresses what to whom, and how often.
TIES = [("A", "B", "demand", 4), ("A", "B", "refusal", 1), ("B", "A", "concession", 2), ("C", "A", "demand", 1), ("D", None, "demand", 3)]


def made(ties: list[tuple[str, str | None, str, int]]) -> pd.DataFrame:
    lines = []
    for number, (actor, target, label, count) in enumerate(ties):
        position = {"actor": actor, "name": f"Party {actor}", "label": label, "target": target}
        lines += [{"document": "d", "sentence": 100 * number + copy, "text": "", "positions": [position]} for copy in range(count)]
    return positions_table(lines)


def crowd(actors: int) -> pd.DataFrame:
    """Two hubs that do everything to each other, and others that each demand something of one of them."""
    hubs = [(a, b, label, 5) for a, b in (("H0", "H1"), ("H1", "H0")) for label in PALETTE]
    return made([*hubs, *((f"LONG_NAME_{i:02}", f"H{i % 2}", "demand", 1) for i in range(actors - 2))])  # type: ignore[list-item]


def axes(width: float = 6.4) -> Axes:
    return Figure(figsize=(width, width * 0.75), dpi=100, layout="constrained").subplots()


def arrows(ax: Axes) -> list[FancyArrowPatch]:
    return [p for p in ax.patches if isinstance(p, FancyArrowPatch)]


def nodes(ax: Axes) -> dict[str, tuple[float, float, float]]:
    """Where each named node is, and its area."""
    found = {}
    for text in ax.texts:
        (circle,) = (c for c in ax.collections if isinstance(c, PathCollection) and np.allclose(c.get_offsets()[0], text.xy))
        found[text.get_text()] = (*text.xy, float(circle.get_sizes()[0]))
    return found


def test_edges_tell_label_and_count() -> None:
    ax = axes()
    display = NetworkDisplay.from_positions(made(TIES), ax=ax)
    drawn = {(e.actor, e.target, e.label): p for e, p in zip(display.edges, arrows(ax), strict=True)}
    assert set(drawn) == {("A", "B", "demand"), ("A", "B", "refusal"), ("B", "A", "concession"), ("C", "A", "demand")}
    assert all(to_hex(p.get_edgecolor()).upper() == to_hex(p.get_facecolor()).upper() == PALETTE[label] for (*_, label), p in drawn.items())
    widths = {key: p.get_linewidth() for key, p in drawn.items()}
    one, two, four = widths["A", "B", "refusal"], widths["B", "A", "concession"], widths["A", "B", "demand"]
    assert widths["C", "A", "demand"] == one < two < four and four - two == pytest.approx(2 * (two - one))
    assert display.frame().values.tolist() == [["A", "B", "demand", 4], ["A", "B", "refusal", 1], ["B", "A", "concession", 2], ["C", "A", "demand", 1]]
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["demand", "concession", "refusal"]


def test_arrows_lead_from_actor_to_target() -> None:
    ax = axes()
    NetworkDisplay.from_positions(made([("A", "B", "demand", 1)]), ax=ax)
    (arrow,) = arrows(ax)
    x, y, _ = nodes(ax)["Party A"]
    u, v, _ = nodes(ax)["B"]
    # The two strongest face each other from left to right.
    assert x < 0 < u and y == pytest.approx(0, abs=1e-6) and v == pytest.approx(0, abs=1e-6)
    begin, _, end = arrow.get_path().vertices[:3]
    assert begin[0] < 0 < end[0] and arrow.get_arrowstyle().__class__.__name__ == "CurveFilledB"


def test_nodes_grow_with_their_positions_and_who_has_no_edge_is_left_out() -> None:
    ax = axes()
    NetworkDisplay.from_positions(made(TIES), ax=ax)
    areas = {name: area for name, (_, _, area) in nodes(ax).items()}
    # A has 4 + 1 + 2 + 1, B 4 + 1 + 2, C 1.
    assert set(areas) == {"Party A", "Party B", "Party C"} and areas["Party A"] > areas["Party B"] > areas["Party C"]


def test_the_layout_depends_on_the_network_alone() -> None:
    table = made(TIES)
    graph = position_network(table)
    turned = type(graph)()
    turned.add_nodes_from(reversed(list(graph.nodes(data=True))))
    turned.add_edges_from(reversed(list(graph.edges(keys=True, data=True))))
    pictures = []
    for network in (graph, turned, position_network(table.sample(frac=1, random_state=0))):
        ax = axes()
        NetworkDisplay.from_graph(network, ax=ax)
        pictures.append((nodes(ax), [p.get_path().vertices.tolist() for p in arrows(ax)]))
    assert pictures[0] == pictures[1] == pictures[2]


@pytest.mark.parametrize("width", [6.4, 3.3])
@pytest.mark.parametrize("actors", [2, 3, 12])
def test_parallel_edges_bend_apart(actors: int, width: float) -> None:
    ax = axes(width)
    display = NetworkDisplay.from_positions(crowd(actors), ax=ax)
    ax.figure.draw_without_rendering()
    middles: dict[frozenset[str], list[np.ndarray]] = {}
    for edge, arrow in zip(display.edges, arrows(ax), strict=True):
        begin, bend, end = ax.transData.transform(arrow.get_path().vertices[:3]) / ax.figure.dpi * 72
        middles.setdefault(frozenset((edge.actor, edge.target)), []).append((begin + 2 * bend + end) / 4)
    parallel = middles[frozenset(("H0", "H1"))]
    widest = max(p.get_linewidth() for p in arrows(ax))
    assert len(parallel) == 8
    assert min(np.hypot(*(a - b)) for a, b in combinations(parallel, 2)) > 1.5 * widest


@pytest.mark.parametrize("width", [6.4, 3.3])
@pytest.mark.parametrize("actors", [3, 7, 12])
def test_names_are_covered_by_nothing_and_cut_nowhere(actors: int, width: float) -> None:
    ax = axes(width)
    NetworkDisplay.from_positions(crowd(actors), ax=ax)
    figure = ax.figure
    figure.draw_without_rendering()
    boxes = [t.get_window_extent() for t in ax.texts]
    circles = [(ax.transData.transform(c.get_offsets()[0]), c.get_sizes()[0] ** 0.5 / 2 * figure.dpi / 72) for c in ax.collections]
    assert len(boxes) == len(circles) == actors
    for box in boxes:
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= figure.bbox.width and box.y1 <= figure.bbox.height
        for (x, y), radius in circles:
            assert np.hypot(x - np.clip(x, box.x0, box.x1), y - np.clip(y, box.y0, box.y1)) >= radius
    for one, other in combinations(boxes, 2):
        assert not one.shrunk(0.98, 0.9).overlaps(other.shrunk(0.98, 0.9))


def test_the_rest_is_told() -> None:
    ax = axes()
    display = NetworkDisplay.from_positions(made(TIES), top=2, ax=ax)
    assert ax.get_xlabel() == "not shown: 1 actor, 1 position" and [n.actor for n in display.nodes] == ["A", "B"]
    display = NetworkDisplay.from_positions(made(TIES), least=2, ax=axes())
    assert [(e.label, e.count) for e in display.edges] == [("demand", 4), ("concession", 2)] and display.note == "not shown: 2 positions"


def test_a_graph_read_back_gives_the_same_picture(tmp_path: Any) -> None:
    import networkx

    from argmine.analysis import write_graph

    graph = position_network(made(TIES))
    write_graph(graph, tmp_path / "ties.gexf")
    write_graph(graph, tmp_path / "ties.graphml")
    display = NetworkDisplay.from_graph(graph, ax=axes())
    for read in (networkx.read_gexf(tmp_path / "ties.gexf"), networkx.read_graphml(tmp_path / "ties.graphml")):
        other = NetworkDisplay.from_graph(read, ax=axes())
        assert (other.nodes, other.edges) == (display.nodes, display.edges)


def test_what_cannot_be_drawn_is_said() -> None:
    with pytest.raises(InputError, match="no position in the network has a target"):
        NetworkDisplay.from_positions(made([("A", None, "demand", 1)]))
    with pytest.raises(InputError, match="no edge among the 3 actors to show stands for 9 positions"):
        NetworkDisplay.from_positions(made(TIES), least=9)
    graph = position_network(made(TIES))
    for *_, data in graph.edges(data=True):
        del data["count"]
    with pytest.raises(InputError, match="the edge from 'A' to 'B' has no 'count'"):
        NetworkDisplay.from_graph(graph)
