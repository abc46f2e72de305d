"""The corpus as an object: order, splits, selection, figures, digest, writing."""

from __future__ import annotations

import copy
import importlib
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import argmine.data
from argmine.data import Corpus, load_corpus, reader
from argmine.errors import FormatError, InputError
from argmine.schema import Document, LabelScheme, Mention, Position

Files = dict[str, Any]
Write = Callable[[Files], Path]
Snapshot = Callable[[Path], dict[str, bytes]]


@pytest.fixture
def corpus(folder: Path) -> Corpus:
    return load_corpus(folder)


def test_length_iteration_order_and_plain_repr(corpus: Corpus) -> None:
    assert [document.id for document in corpus] == ["aceh-01", "oslo-01"]
    assert len(corpus) == 2
    assert repr(corpus) == ("Corpus 'talks': 2 documents, 4 sentences, 2 positions (demand 1, concession 0, refusal 1, condition 0)")


def test_split_is_by_negotiation(corpus: Corpus) -> None:
    train, dev, test = corpus.split()
    assert [[d.id for d in part] for part in (train, dev, test)] == [["oslo-01"], [], ["aceh-01"]]
    assert (train.splits, dev.splits, test.splits) == ({"oslo": "train"}, {}, {"aceh": "test"})
    assert train.scheme == corpus.scheme
    assert [len(part) for part in train.split()] == [1, 0, 0]


def test_split_without_splits_says_what_is_missing(corpus: Corpus) -> None:
    with pytest.raises(InputError, match=r"^corpus 'talks' has no splits; name each negotiation once in its splits\.json, as in \{'train'"):
        replace(corpus, splits={}).split()


def test_select(corpus: Corpus) -> None:
    assert [d.id for d in corpus.select(register="wire")] == ["aceh-01"]
    assert [d.id for d in corpus.select(split="train", kind="hard")] == ["oslo-01"]
    assert [d.id for d in corpus.select(lambda d: "Helsinki" in d.text)] == ["aceh-01"]
    assert len(corpus.select(lambda d: "Helsinki" in d.text, register="readout")) == 0
    assert corpus.select(negotiation="oslo").splits == {"oslo": "train"}
    assert corpus.select() == corpus
    with pytest.raises(InputError, match=r"^field 'regiser' is not one of 'id', 'title', .*; did you mean 'register'\?$"):
        corpus.select(regiser="wire")


def test_stats(corpus: Corpus) -> None:
    stats = corpus.stats()
    aceh = {"documents": 1, "sentences": 3, "positions": 1, "without_position": pytest.approx(2 / 3)}
    oslo = {"documents": 1, "sentences": 1, "positions": 1, "without_position": 0}
    assert stats["label"] == {"demand": 1, "concession": 0, "refusal": 1, "condition": 0}
    assert stats["without_position"] == 0.5
    assert stats["register"] == {"readout": oslo, "wire": aceh}
    assert stats["kind"] == {"hard": oslo, "ordinary": aceh}
    assert stats["negotiation"] == {"aceh": aceh, "oslo": oslo}
    assert stats["split"] == {"test": aceh, "train": oslo}
    for group in ("register", "kind", "negotiation", "split"):
        assert sum(figures["sentences"] for figures in stats[group].values()) == stats["sentences"]


def test_two_documents_of_one_identifier(corpus: Corpus) -> None:
    with pytest.raises(InputError, match=r"^corpus 'talks': document 'oslo-01' is not given once$"):
        replace(corpus, documents=(*corpus.documents, corpus.documents[1]))


def test_labels_and_splits_are_checked_at_the_door(corpus: Corpus) -> None:
    with pytest.raises(FormatError, match=r"^document 'aceh-01', sentence 0: label 'refusal' is not one of 'claim'$"):
        replace(corpus, scheme=LabelScheme("claims", ("claim",)))
    with pytest.raises(FormatError, match=r"^corpus 'talks': negotiation 'oslo' is not in a split; add it to train, dev or test$"):
        replace(corpus, splits={"aceh": "train"})
    with pytest.raises(FormatError, match=r"^corpus 'talks': key of a list of splits 'validation' is not one of 'train', 'dev', 'test'$"):
        replace(corpus, splits={"aceh": "validation", "oslo": "train"})


def test_equality_hash_copy_and_pickle(corpus: Corpus, folder: Path) -> None:
    other = load_corpus(folder)
    assert (other, hash(other)) == (corpus, hash(corpus))
    assert copy.deepcopy(corpus) == corpus == pickle.loads(pickle.dumps(corpus))
    assert replace(corpus, name="other") != corpus


def test_digest_is_of_the_content_alone(corpus: Corpus, files: Files, write: Write) -> None:
    # Written down, so that another platform or version of Python must agree.
    assert corpus.digest == "aa8da655aa299af8f32e0639a2dced2c7aea705439d5734efa8265a6f1587e9b"
    files["documents.jsonl"].reverse()
    files["aceh.jsonl"][2]["mentions"].reverse()
    files["splits.json"] = dict(reversed(files["splits.json"].items()))
    files["corpus.json"] = {"name": "other"}
    assert load_corpus(write(files)).digest == corpus.digest


def change_cue(document: Document) -> Document:
    return replace(document, positions=tuple(replace(p, cue="a vote") for p in document.positions))


CHANGES: dict[str, Callable[[Document], Document]] = {
    "title": lambda d: replace(d, title="Other"),
    "date": lambda d: replace(d, date=None),
    "annotators": lambda d: replace(d, annotators=2),
    "mention": lambda d: replace(d, mentions=d.mentions[1:]),
    "actor": lambda d: replace(d, mentions=(replace(d.mentions[0], actor="GAM"), *d.mentions[1:])),
    "cue": change_cue,
    "no position": lambda d: replace(d, positions=()),
    "sentence": lambda d: replace(d, sentences=d.sentences[:2]),
}


@pytest.mark.parametrize("name", CHANGES)
def test_digest_sees_every_change(name: str, corpus: Corpus) -> None:
    aceh, oslo = corpus.documents
    assert replace(corpus, documents=(CHANGES[name](aceh), oslo)).digest != corpus.digest


def test_digest_sees_splits_and_labels(corpus: Corpus) -> None:
    other = [replace(corpus, splits={"aceh": "train", "oslo": "test"}), replace(corpus, splits={})]
    other.append(replace(corpus, scheme=replace(corpus.scheme, multilabel=False)))
    other.append(replace(corpus, scheme=replace(corpus.scheme, labels=corpus.scheme.labels[::-1])))
    assert len({corpus.digest, *(o.digest for o in other)}) == 5


def test_written_corpus_is_read_as_the_same(corpus: Corpus, tmp_path: Path) -> None:
    corpus.write(tmp_path / "new" / "folder")
    again = load_corpus(tmp_path / "new" / "folder")
    assert (again, again.digest, again.about) == (corpus, corpus.digest, {"licence": "CC BY 4.0"})
    assert sorted(p.name for p in (tmp_path / "new" / "folder").iterdir()) == [
        "aceh.jsonl",
        "corpus.json",
        "documents.jsonl",
        "oslo.jsonl",
        "splits.json",
    ]
    assert b"\r" not in (tmp_path / "new" / "folder" / "aceh.jsonl").read_bytes()
    assert "Helsinki – all" in (tmp_path / "new" / "folder" / "aceh.jsonl").read_text(encoding="utf-8")


def test_write_over_itself_changes_nothing_twice(corpus: Corpus, folder: Path, snapshot: Snapshot) -> None:
    corpus.write(folder)
    first = snapshot(folder)
    load_corpus(folder).write(folder)
    assert snapshot(folder) == first


def test_write_into_the_folder_of_another_corpus(corpus: Corpus, folder: Path, snapshot: Snapshot) -> None:
    before = snapshot(folder)
    with pytest.raises(InputError, match=r"is not free: it holds oslo\.jsonl, which this corpus has not; remove them or take another"):
        corpus.select(negotiation="aceh").write(folder)
    with pytest.raises(InputError, match=r"is not free: it holds splits\.json, which"):
        replace(corpus, splits={}).write(folder)
    assert snapshot(folder) == before


UNWRITABLE: dict[str, tuple[Callable[[Document], Document], str]] = {
    "found mention": (lambda d: replace(d, mentions=(Mention(0, 7, "IDN"),)), "its mentions would be changed"),
    "mention between sentences": (lambda d: replace(d, mentions=(Mention(25, 26, "IDN", "gold"),)), "its mentions would be changed"),
    "mention over two sentences": (lambda d: replace(d, mentions=(Mention(20, 30, "IDN", "gold"),)), "is not the text from 20"),
    "predicted position": (
        lambda d: replace(d, positions=(Position("IDN", "refusal", 0, 0.9),)),
        "its positions would be changed",
    ),
    "position in no sentence": (lambda d: replace(d, positions=(Position("IDN", "refusal", 9),)), "its positions would be changed"),
    "text of its own": (lambda d: replace(d, text=d.text + "\n"), "its text would be changed"),
    "no negotiation": (lambda d: replace(d, negotiation="Aceh talks"), "negotiation 'Aceh talks' is not a name for a file"),
    "no sentences": (lambda d: replace(d, text="", sentences=(), mentions=(), positions=()), "it has no sentences"),
}


@pytest.mark.parametrize("name", UNWRITABLE)
def test_a_document_that_the_format_cannot_hold_is_not_written(name: str, corpus: Corpus, tmp_path: Path) -> None:
    change, message = UNWRITABLE[name]
    spoilt = replace(corpus, documents=(change(corpus.documents[0]), corpus.documents[1]), splits={})
    with pytest.raises((FormatError, InputError), match=message) as caught:
        spoilt.write(tmp_path / "new")
    assert "aceh-01" in str(caught.value)
    assert not (tmp_path / "new").exists()


def test_a_failed_write_leaves_the_folder_as_it_was(
    corpus: Corpus, folder: Path, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = snapshot(folder)
    write_bytes = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if "oslo" in path.name:
            raise OSError(28, "No space left on device")
        return write_bytes(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        replace(corpus, name="other").write(folder)
    assert snapshot(folder) == before


def test_the_shipped_corpus_is_looked_up_in_two_places(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "files", lambda package: tmp_path / "package")
    monkeypatch.setattr(reader, "__file__", str(tmp_path / "checkout" / "argmine" / "data" / "reader.py"))
    with pytest.raises(InputError) as caught:
        load_corpus()
    places = [tmp_path / "package" / "shipped", tmp_path / "checkout" / "corpus"]
    assert str(caught.value) == (
        f"the shipped corpus is missing: neither {places[0]} nor {places[1]} has a documents.jsonl; load_corpus(path) reads another"
    )
    for place in reversed(places):
        load_corpus(folder).write(place)
        replace(load_corpus(place), name=place.name).write(place)
        assert load_corpus().name == place.name


def test_the_package_is_light() -> None:
    code = "import sys, argmine.data; print(sorted({'datasets', 'pyarrow', 'torch', 'pandas'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_public_names_are_functions_whatever_was_imported_before() -> None:
    importlib.import_module("argmine.data.validate")

    assert all(callable(getattr(argmine.data, name)) or name == "ISSUES" for name in argmine.data.__all__)
    assert set(argmine.data.__all__) <= set(dir(argmine.data))
    with pytest.raises(AttributeError, match="no attribute 'load'"):
        argmine.data.load  # noqa: B018
