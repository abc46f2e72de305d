"""The network of positions, and its way through files."""

from __future__ import annotations

import builtins
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest

from argmine.analysis import position_network, write_graph
from argmine.errors import InputError, MissingExtraError

networkx = pytest.importorskip("networkx")


def test_known_talks(talks: pd.DataFrame) -> None:
    graph = position_network(talks)
    assert {(a, b, d["label"]): d["count"] for a, b, d in graph.edges(data=True)} == {
        ("NORTH", "SOUTH", "demand"): 3,
        ("NORTH", "SOUTH", "concession"): 1,
        ("NORTH", "SOUTH", "refusal"): 2,
        ("SOUTH", "NORTH", "refusal"): 3,
        ("SOUTH", "NORTH", "concession"): 4,
        ("SOUTH", "NORTH", "condition"): 1,
        ("MEDIATOR", "NORTH", "concession"): 1,
    }
    # Sentences 1 and 3 of r1, and 1 of r5.
    assert graph.edges["NORTH", "SOUTH", "NORTH-demand-SOUTH"] == {
        "label": "demand", "count": 3, "weight": 3, "probability": pytest.approx((0.6 + 0.8 + 0.6) / 3, abs=1e-4),
        "first_date": "2024-03-01", "last_date": "2024-03-08", "documents": "r1; r5",
    }  # fmt: skip
    assert graph.nodes["NORTH"] == {"label": "North", "demand": 3, "concession": 1, "refusal": 2, "condition": 0, "without_target": 0}
    assert graph.nodes["COAST"] == {"label": "Coast", "demand": 1, "concession": 0, "refusal": 0, "condition": 0, "without_target": 1}


def test_who_is_only_addressed_has_a_name_and_who_addresses_itself_no_edge(talks: pd.DataFrame) -> None:
    rows = talks.iloc[[0, 1]].assign(target=["RUS", "SOUTH"])
    graph = position_network(rows)
    assert graph.nodes["RUS"] == {"label": "Russia", "demand": 0, "refusal": 0, "without_target": 0}
    assert list(graph.edges(keys=True)) == [("NORTH", "RUS", "NORTH-demand-RUS")] and graph.nodes["SOUTH"]["without_target"] == 1


def test_what_is_not_known_is_left_out(talks: pd.DataFrame) -> None:
    graph = position_network(talks.iloc[[0]].assign(date=pd.NaT, probability=float("nan")))
    assert dict(graph.edges["NORTH", "SOUTH", "NORTH-demand-SOUTH"]) == {"label": "demand", "count": 1, "weight": 1, "documents": "r1"}


@pytest.fixture
def odd(talks: pd.DataFrame) -> Any:
    """The talks with what is hard to write: letters that XML knows, an edge without dates, a label with a space."""
    rows = talks.assign(name=talks["name"].replace({"North": "Côte <d'Or> & \"Nord\""}))
    claim = rows.iloc[[0]].assign(label="vague claim", date=pd.NaT, probability=float("nan"), document="ü.txt")
    return position_network(pd.concat([rows, claim]))


def contents(graph: Any) -> tuple[dict[str, Any], dict[tuple[str, str, str], dict[str, Any]]]:
    return dict(graph.nodes(data=True)), {(a, b, key): data for a, b, key, data in graph.edges(keys=True, data=True)}


def test_graphml_round_trip(odd: Any, tmp_path: Path) -> None:
    path = tmp_path / "talks.graphml"
    write_graph(odd, path)
    read = networkx.read_graphml(path, force_multigraph=True)
    assert read.is_directed() and contents(read) == contents(odd)


def test_gexf_round_trip(odd: Any, tmp_path: Path) -> None:
    path = tmp_path / "talks.GEXF"
    before = contents(odd)
    write_graph(odd, path)
    assert contents(odd) == before
    nodes, edges = contents(networkx.read_gexf(path))
    for (_, _, key), data in edges.items():
        assert data.pop("id") == key
    assert (nodes, edges) == before


@pytest.mark.parametrize("suffix", ["gexf", "graphml"])
def test_files_are_what_gephi_and_visone_ask_for(odd: Any, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"talks.{suffix}"
    write_graph(odd, str(path))
    root = ElementTree.parse(path).getroot()
    edges = [e for e in root.iter() if e.tag.endswith("}edge")]
    identifiers = [e.attrib["id"] for e in edges]
    # Identifiers of XML: unique, without spaces.
    assert len(edges) == 8 and len(set(identifiers)) == 8 and all(re.fullmatch(r"[\w.-]+", i) for i in identifiers)
    graph = next(e for e in root.iter() if e.tag.endswith("}graph"))
    assert "directed" in (graph.get("edgedefault"), graph.get("defaultedgetype"))
    declared = {e.get("attr.name") or e.get("title"): e.get("attr.type") or e.get("type") for e in root.iter() if e.tag.endswith(("}key", "}attribute"))}
    assert set(declared.values()) <= {"string", "int", "long", "double"}
    assert declared["count"] in ("int", "long") and declared["probability"] == "double" and declared["documents"] == "string"


def test_a_graph_without_edges_is_written_too(talks: pd.DataFrame, tmp_path: Path) -> None:
    graph = position_network(talks[talks["actor"] == "COAST"])
    for name, read in (("a.gexf", networkx.read_gexf), ("a.graphml", networkx.read_graphml)):
        write_graph(graph, tmp_path / name)
        assert dict(read(tmp_path / name).nodes(data=True)) == dict(graph.nodes(data=True))


def test_wrong_places_are_named(odd: Any, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"suffix of .*talks\.dot '\.dot' is not one of '\.gexf', '\.graphml'"):
        write_graph(odd, tmp_path / "talks.dot")
    with pytest.raises(InputError, match="is not writable: No such file"):
        write_graph(odd, tmp_path / "nowhere" / "talks.gexf")


def test_without_networkx_the_extra_is_named(talks: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    plain = builtins.__import__

    def refuse(name: str, *rest: Any) -> Any:
        if name == "networkx":
            raise ImportError(name)
        return plain(name, *rest)

    monkeypatch.setattr(builtins, "__import__", refuse)
    for call in (lambda: position_network(talks), lambda: write_graph(None, tmp_path / "a.gexf")):
        with pytest.raises(MissingExtraError, match=r"need the package networkx; install it with: pip install 'argmine\[plot-network\]'"):
            call()
