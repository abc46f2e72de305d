"""What machines read of the corpus: Croissant metadata, and loading through `datasets`."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import datasets

from argmine.data import load_corpus
from argmine.data.metadata import composition, croissant, readme_head

CORPUS = Path(__file__).resolve().parents[2] / "corpus"


def test_datasets_loads_the_folder(tmp_path: Path) -> None:
    loaded = datasets.load_dataset(str(CORPUS), cache_dir=str(tmp_path))
    corpus = load_corpus(CORPUS)
    sizes = {name: sum(len(d.sentences) for d in part) for name, part in zip(("train", "validation", "test"), corpus.split(), strict=True)}
    assert {name: len(part) for name, part in loaded.items()} == sizes
    labels = {p["label"] for row in loaded["test"] for p in row["positions"]}
    assert labels == set(corpus.scheme.labels)
    reports = datasets.load_dataset(str(CORPUS), "documents", cache_dir=str(tmp_path))["train"]
    assert len(reports) == len(corpus)


def test_the_metadata_are_fresh() -> None:
    """`argmine corpus describe corpus` has been run since the corpus changed."""
    corpus = load_corpus(CORPUS)
    kept = json.loads((CORPUS / "croissant.json").read_text(encoding="utf-8"))
    assert kept == croissant(corpus, CORPUS)
    card = (CORPUS / "README.md").read_text(encoding="utf-8")
    assert card.startswith(readme_head(corpus)) and composition(corpus) in card


def test_croissant_checksums_and_fields() -> None:
    kept = json.loads((CORPUS / "croissant.json").read_text(encoding="utf-8"))
    files = [d for d in kept["distribution"] if d["@type"] == "cr:FileObject"]
    assert all(hashlib.sha256((CORPUS / f["contentUrl"]).read_bytes()).hexdigest() == f["sha256"] for f in files)
    fields = {f["@id"] for f in kept["recordSet"][0]["field"]}
    row = json.loads((CORPUS / "oslo.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert fields == {f"sentences/{key}" for key in row}
