"""A corpus as Hugging Face data sets, one row a sentence, and back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from argmine.data.documents import Located, document_records, read_document
from argmine.data.header import Header, header_record, read_header, read_splits
from argmine.data.reader import Contents
from argmine.data.records import HEAD, SENTENCE, SPLITS, Record, check_record
from argmine.errors import FormatError, say
from argmine.schema import Document

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict, Features

__all__ = ["read_datasets", "to_datasets"]

_UNSPLIT = "train"


def _features(labels: Iterable[str]) -> Features:
    from datasets import ClassLabel, Features, Value

    text, count = Value("string"), Value("int64")
    columns: dict[str, Any] = {key: count if key == "annotators" else text for key in HEAD}
    columns |= {"split": text, "sentence": count, "paragraph": count, "text": text}
    columns["mentions"] = [{"text": text, "start": count, "actor": text}]
    columns["positions"] = [{"actor": text, "label": ClassLabel(names=list(labels)), "cue": text, "target": text, "issue": text}]
    return Features(columns)


def to_datasets(documents: Iterable[Document], header: Header, splits: Mapping[str, str]) -> DatasetDict:
    """One data set a split, one row a sentence: the document's fields, its split, the sentence, its mentions and positions.

    Labels are a `ClassLabel` of the scheme's names. A corpus without splits is one data set, ``train``, whose
    ``split`` is null. The header travels as JSON in the data sets' description.

    Raises:
        FormatError, InputError: for a document that the corpus format cannot hold.
    """
    from datasets import Dataset, DatasetDict, DatasetInfo, NamedSplit

    rows: dict[str, list[Record]] = {split: [] for split in SPLITS}
    for document in documents:
        split = splits.get(document.negotiation)
        head, sentences = document_records(document, header.scheme)
        rows[split or _UNSPLIT] += [{**head, "split": split, **sentence} for sentence in sentences]
    features, about = _features(header.scheme.labels), header_record(header)
    parts = {split: part for split, part in rows.items() if part} or {_UNSPLIT: []}
    described = {"description": json.dumps(about, ensure_ascii=False), "license": header.about.get("licence", "")}
    made = DatasetDict()
    for split, part in parts.items():
        columns = {column: [row[column] for row in part] for column in features}
        info = DatasetInfo(features=features, **described)
        made[split] = Dataset.from_dict(columns, features=features, info=info, split=NamedSplit(split))
    return made


def _header(part: Dataset) -> Header:
    """The header in a data set's description; without one, what its features and its name say."""
    try:
        record = json.loads(part.info.description)
    except ValueError:
        record = None
    given: Record = record if isinstance(record, dict) else {}
    labels = _label_names(part)
    if labels:
        given.setdefault("labels", labels)
    return read_header(given, "description of the data set", part.info.dataset_name or "dataset")


def _label_names(part: Dataset) -> list[str]:
    """The names that the labels' numbers stand for; empty where labels are strings."""
    positions = part.features.get("positions")
    inner = positions[0] if isinstance(positions, list) else getattr(positions, "feature", {})
    return list(getattr(inner.get("label"), "names", []))


def _named(position: Record, names: list[str]) -> Record:
    label = position["label"]
    return {**position, "label": names[label]} if isinstance(label, int) and 0 <= label < len(names) else position


def _rows(name: str, part: Dataset) -> Iterator[Located]:
    names = _label_names(part)
    for index, row in enumerate(part.with_format(None)):
        yield f"{name}[{index}]", {**row, "positions": [_named(p, names) for p in row.get("positions") or []]}


def read_datasets(dataset: Dataset | DatasetDict) -> Contents:
    """Read what `to_datasets` made, also after shuffling or regrouping its rows; columns of your own are left out.

    Raises:
        FormatError: naming the row, what came and what is allowed; also if sentences of a document are missing.
    """
    parts = dataset if isinstance(dataset, dict) else {str(dataset.split or "row"): dataset}
    if not parts:
        raise FormatError(say("data sets", list(parts), "at least one"))
    header = _header(next(iter(parts.values())))
    heads: dict[str, Located] = {}
    rows: dict[str, list[Located]] = {}
    found: dict[str | None, list[str]] = {}
    for where, row in (located for name, part in parts.items() for located in _rows(name, part)):
        head = check_record({key: row[key] for key in HEAD if key in row}, HEAD, "document", where)
        sentence = check_record({key: row[key] for key in SENTENCE if key in row}, SENTENCE, "sentence", where)
        first = heads.setdefault(head["document"], (where, head))
        if head != first[1]:
            raise FormatError(say("row of document", head["document"], f"as its first row, {first[0]}, tells of the document", where=where))
        rows.setdefault(head["document"], []).append((where, sentence))
        names = found.setdefault(row.get("split"), [])
        if head["negotiation"] not in names:
            names.append(head["negotiation"])
    documents = [read_document(heads[name], sorted(rows[name], key=lambda r: r[1]["sentence"]), header.scheme) for name in heads]
    return Contents(tuple(documents), header, _splits(found))


def _splits(found: Mapping[str | None, list[str]]) -> dict[str, str]:
    """The split of each negotiation, from the negotiations that were found with each value of the column."""
    if set(found) <= {None}:
        return {}
    record: Record = {split: [] for split in SPLITS} | {str(split): names for split, names in found.items()}
    return read_splits(record, (name for names in found.values() for name in names), "column 'split'")
