"""Hugging Face data sets: features, rows, and the way back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from datasets import ClassLabel, Dataset, DatasetDict, concatenate_datasets, load_from_disk

from argmine.data import Corpus, load_corpus
from argmine.errors import FormatError


@pytest.fixture
def corpus(folder: Path) -> Corpus:
    return load_corpus(folder)


@pytest.fixture
def datasets(corpus: Corpus) -> DatasetDict:
    return corpus.to_datasets()


def test_one_row_a_sentence_with_nested_annotations(datasets: DatasetDict) -> None:
    assert {split: len(part) for split, part in datasets.items()} == {"train": 1, "test": 3}
    row = datasets["test"][0]
    assert row["mentions"] == [{"text": "Jakarta", "start": 0, "actor": "IDN"}]
    assert row["positions"] == [{"actor": "IDN", "label": 2, "cue": "ruled out", "target": "GAM", "issue": "status"}]
    assert [row[key] for key in ("document", "negotiation", "date", "split", "sentence")] == ["aceh-01", "aceh", "2005-02-22", "test", 0]
    positions = datasets["test"].features["positions"]
    # A list in `datasets` before version 4.
    label = (positions[0] if isinstance(positions, list) else positions.feature)["label"]
    assert isinstance(label, ClassLabel)
    assert label.names == ["demand", "concession", "refusal", "condition"]
    assert datasets["test"].info.license == "CC BY 4.0"
    assert datasets["test"][1]["positions"] == []


def test_back_to_an_equal_corpus(corpus: Corpus, datasets: DatasetDict) -> None:
    again = Corpus.from_datasets(datasets)
    assert (again, again.digest) == (corpus, corpus.digest)


def test_back_from_disk_shuffled_regrouped_and_with_a_column_more(corpus: Corpus, datasets: DatasetDict, tmp_path: Path) -> None:
    datasets.save_to_disk(str(tmp_path / "saved"))
    together = concatenate_datasets(list(load_from_disk(str(tmp_path / "saved")).values())).shuffle(seed=7)
    together = together.add_column("length", [len(text) for text in together["text"]]).with_format("numpy")
    assert Corpus.from_datasets(together).digest == corpus.digest


def test_without_splits_there_is_one_data_set(corpus: Corpus) -> None:
    unsplit = replace(corpus, splits={})
    datasets = unsplit.to_datasets()
    assert list(datasets) == ["train"]
    assert set(datasets["train"]["split"]) == {None}
    assert Corpus.from_datasets(datasets) == unsplit


def test_another_scheme_travels_along(corpus: Corpus) -> None:
    scheme = replace(corpus.scheme, name="six", labels=("plea", *corpus.scheme.labels, "threat"), multilabel=False)
    other = replace(corpus, scheme=scheme, name="other")
    assert Corpus.from_datasets(other.to_datasets()) == other


def test_an_empty_corpus(corpus: Corpus) -> None:
    empty = corpus.select(lambda d: False)
    assert Corpus.from_datasets(empty.to_datasets()) == empty
    with pytest.raises(FormatError, match=r"^data sets \[\] is not at least one$"):
        Corpus.from_datasets(DatasetDict())


def test_labels_as_texts_and_no_header_will_do(corpus: Corpus, datasets: DatasetDict) -> None:
    rows = [dict(row) for part in datasets.values() for row in part]
    for row in rows:
        row["positions"] = [{**p, "label": corpus.scheme.labels[p["label"]]} for p in row["positions"]]
    plain = Corpus.from_datasets(Dataset.from_list(rows))
    assert (plain.name, plain.documents, plain.splits) == ("dataset", corpus.documents, corpus.splits)


@pytest.mark.parametrize("description", ["", "Talks, in JSON.", "[1]"])
def test_another_description_leaves_labels_and_a_plain_name(description: str, corpus: Corpus, datasets: DatasetDict) -> None:
    for part in datasets.values():
        part.info.description = description
    plain = Corpus.from_datasets(datasets)
    assert (plain.name, plain.scheme, plain.about, plain.digest) == ("dataset", corpus.scheme, {}, corpus.digest)


def test_missing_sentences_and_contradictions_are_faults(datasets: DatasetDict) -> None:
    part = datasets["test"]
    with pytest.raises(FormatError, match=r"^test\[1\]: sentence 2 is not 1, the next of 'aceh-01'$"):
        Corpus.from_datasets(part.select([0, 2]))
    with pytest.raises(FormatError, match=r"^test\[0\]: sentence \{.* is not complete: it lacks 'paragraph'$"):
        Corpus.from_datasets(part.remove_columns("paragraph"))
    titled = part.map(lambda row, index: {"title": f"Title {index}"}, with_indices=True)
    with pytest.raises(FormatError, match=r"^test\[1\]: row of document 'aceh-01' is not as its first row, test\[0\], tells"):
        Corpus.from_datasets(titled)
    torn = part.map(lambda row, index: {"split": ("dev", "test", "test")[index]}, with_indices=True)
    with pytest.raises(FormatError, match=r"^column 'split': negotiation 'aceh' is not in one split, but in 'dev' and 'test'$"):
        Corpus.from_datasets(torn)
    half = part.map(lambda row, index: {"split": (None, "test", "test")[index]}, with_indices=True)
    with pytest.raises(FormatError, match=r"^column 'split': key of a list of splits 'None' is not one of 'train', 'dev', 'test'$"):
        Corpus.from_datasets(half)
