"""What the shipped corpus promises: size, variety, balance, splits, agreement."""

from __future__ import annotations

from collections import Counter

import pytest

import argmine
from argmine.actors.registry import default_registry
from argmine.data import ISSUES, validate
from argmine.data.importer import read_layer
from argmine.evaluation.agreement import agreement


@pytest.fixture(scope="module")
def corpus() -> argmine.Corpus:
    return argmine.load_corpus()


def test_size(corpus: argmine.Corpus) -> None:
    stats = corpus.stats()
    assert stats["documents"] >= 320 and stats["sentences"] >= 6500
    assert len(stats["negotiation"]) >= 60
    assert min(stats["label"].values()) >= 500


def test_registers(corpus: argmine.Corpus) -> None:
    registers = Counter(d.register for d in corpus)
    assert len(registers) >= 12
    assert max(registers.values()) / len(corpus) <= 0.20


def test_two_kinds(corpus: argmine.Corpus) -> None:
    stats = corpus.stats()["kind"]
    assert set(stats) == {"ordinary", "hard"}
    assert 0.60 <= stats["ordinary"]["documents"] / len(corpus) <= 0.75
    assert stats["ordinary"]["without_position"] >= 0.74
    assert 0.58 <= stats["hard"]["without_position"] <= 0.72


def test_every_split_has_every_label_and_register(corpus: argmine.Corpus) -> None:
    parts = corpus.split()
    negotiations = [{d.negotiation for d in part} for part in parts]
    assert not negotiations[0] & negotiations[1] and not negotiations[0] & negotiations[2] and not negotiations[1] & negotiations[2]
    everywhere = {d.register for d in corpus}
    for part in parts:
        assert {p.label for d in part for p in d.positions} == set(corpus.scheme.labels)
        assert {d.register for d in part} == everywhere


def test_nothing_is_repeated(corpus: argmine.Corpus) -> None:
    found = validate(corpus, kinds=("near-duplicate", "repeated text", "no position"))
    assert [f for f in found if f.kind == "repeated text"] == []
    assert sum(f.kind == "near-duplicate" for f in found) <= 0.01 * sum(len(d.sentences) for d in corpus)


def test_annotation_is_complete(corpus: argmine.Corpus) -> None:
    assert validate(corpus, kinds=("no cue", "no date", "unknown issue", "rare label")) == []
    assert all(p.issue in (*ISSUES, None) for d in corpus for p in d.positions)
    assert sum(len(d.mentions) for d in corpus) > sum(len(d.sentences) for d in corpus)


def test_most_actors_are_in_the_registry(corpus: argmine.Corpus) -> None:
    known = default_registry()
    actors = [p.actor for d in corpus for p in d.positions]
    assert sum(a in known for a in actors) / len(actors) >= 0.93


def test_two_layers_agree(corpus: argmine.Corpus, root: object) -> None:
    first, second = (read_layer(root / "corpus" / "layers" / name) for name in ("first", "second"))  # type: ignore[operator]
    found = agreement(first, second)
    assert found.documents >= 0.25 * len(corpus)
    assert found.overall >= 0.80 and min(found.alpha.values()) >= 0.80
    twice = {d.id for d in corpus if d.annotators == 2}
    assert twice == {d.id for d in second}
    assert len({corpus.select(id=name).documents[0].register for name in twice}) >= 12
