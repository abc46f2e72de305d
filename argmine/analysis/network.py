"""Who demands of, refuses, concedes to or sets conditions to whom, as a directed network."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from argmine.actors.registry import default_registry
from argmine.analysis.table import check_columns, label_order, names_of
from argmine.errors import InputError, MissingExtraError, say

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["position_network", "write_graph"]

_WRITERS = {".gexf": "write_gexf", ".graphml": "write_graphml"}


def _networkx() -> Any:
    try:
        import networkx
    except ImportError:
        raise MissingExtraError(
            "networks of positions need the package networkx; install it with: pip install 'argmine[plot-network]'"
        ) from None
    return networkx


def position_network(table: pd.DataFrame) -> MultiDiGraph:
    """A network of the actors: an edge from who takes a position to whom it is addressed to, for each label.

    All attributes are strings, whole numbers or floats, under the names that Gephi, visone and networkx's measures look for;
    what is not known has no attribute.

    - A node is an actor, with its name as ``label``, its positions counted by label (``demand``, …; 0 for none), and how many
      of them have no target (``without_target``), or itself: these make no edge.
    - An edge has ``label``, ``count`` and the same as ``weight``, the mean ``probability``, ``first_date`` and ``last_date`` (ISO
      days) and ``documents`` (each once, joined by "; "). Its key is unique in the graph: ``RUS-refusal-UKR``.

    Args:
        table: of positions.

    Raises:
        MissingExtraError: without the package networkx.
        InputError: for a table that lacks a column.

    >>> from argmine.analysis import positions_table
    >>> said = {"actor": "UKR", "label": "demand", "target": "RUS", "probability": 0.75}
    >>> graph = position_network(positions_table({"document": "wire-1", "sentence": 0, "text": "", "positions": [said]}))
    >>> graph.edges["UKR", "RUS", "UKR-demand-RUS"]
    {'label': 'demand', 'count': 1, 'weight': 1, 'probability': 0.75, 'documents': 'wire-1'}
    >>> graph.nodes["RUS"]
    {'label': 'Russia', 'demand': 0, 'without_target': 0}
    """
    check_columns(table, "document", "date", "actor", "name", "label", "probability", "target")
    graph = _networkx().MultiDiGraph()
    labels, names = label_order(table["label"]), names_of(table)
    addressed = table[table["target"].notna() & (table["target"] != table["actor"])]
    counts = table.groupby(["actor", "label"]).size()
    outgoing = addressed.groupby("actor").size()
    for actor in sorted({*table["actor"], *addressed["target"]}):
        by_label = {label: int(counts.get((actor, label), 0)) for label in labels}
        silent = sum(by_label.values()) - int(outgoing.get(actor, 0))
        graph.add_node(actor, label=names.get(actor) or default_registry().name(actor), **by_label, without_target=silent)
    for (actor, target, label), rows in addressed.groupby(["actor", "target", "label"]):
        key = re.sub(r"\s+", "_", f"{actor}-{label}-{target}")
        graph.add_edge(actor, target, key=key, label=label, **_attributes(rows))
    return graph


def _attributes(rows: pd.DataFrame) -> dict[str, str | int | float]:
    dates, probability = rows["date"].dropna(), rows["probability"].mean()
    attributes: dict[str, Any] = {"count": len(rows), "weight": len(rows)}
    if not pd.isna(probability):
        attributes["probability"] = round(float(probability), 4)
    if len(dates):
        attributes |= {"first_date": f"{dates.min():%Y-%m-%d}", "last_date": f"{dates.max():%Y-%m-%d}"}
    return {**attributes, "documents": "; ".join(dict.fromkeys(rows["document"]))}


def write_graph(graph: MultiDiGraph, path: str | Path) -> None:
    """Write a network of positions for Gephi, visone and other programs.

    ``networkx.read_gexf`` and ``networkx.read_graphml`` read it back with the same nodes, edges, keys and attributes, but for two
    things of theirs: GEXF gives each edge its key once more as ``id``, and a graph without parallel edges comes back as a
    DiGraph, from GraphML unless ``force_multigraph=True``.

    Args:
        graph: as `position_network` makes it.
        path: ends in ``.gexf`` (GEXF 1.2) or ``.graphml``.

    Raises:
        MissingExtraError: without the package networkx.
        InputError: for another suffix, or a place that can't be written.

    >>> write_graph(None, "talks.gml")
    Traceback (most recent call last):
    argmine.errors.InputError: suffix of talks.gml '.gml' is not one of '.gexf', '.graphml'; did you mean '.graphml'?
    """
    path = Path(path)
    if path.suffix.lower() not in _WRITERS:
        raise InputError(say(f"suffix of {path}", path.suffix, _WRITERS))
    networkx = _networkx()
    if path.suffix.lower() == ".gexf":
        # Else the writer would number the edges.
        graph = graph.copy()
        for *_, key, attributes in graph.edges(keys=True, data=True):
            attributes["id"] = key
    try:
        getattr(networkx, _WRITERS[path.suffix.lower()])(graph, path)
    except OSError as error:
        raise InputError(say("file", str(path), f"writable: {error.strerror}")) from None
