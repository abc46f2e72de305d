"""A small corpus of two negotiations, as records that a test may spoil before they are written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Files = dict[str, Any]


def head(name: str, negotiation: str, **values: Any) -> dict[str, Any]:
    base = {"document": name, "title": "A day of talks", "date": "2005-02-22", "negotiation": negotiation, "register": "wire"}
    return {**base, "kind": "ordinary", "language": "en", "annotators": 1, **values}


def sentence(document: str, number: int, paragraph: int, text: str, mentions: str = "", *positions: dict[str, Any]) -> dict[str, Any]:
    """A record; ``mentions`` is like ``Jakarta=IDN``, the first occurrence of each."""
    found = [part.split("=") for part in mentions.split(";") if part]
    marked = [{"text": words, "start": text.index(words), "actor": actor} for words, actor in found]
    row = {"document": document, "sentence": number, "paragraph": paragraph, "text": text}
    return {**row, "mentions": marked, "positions": list(positions)}


def position(actor: str, label: str, cue: str | None, target: str | None = None, issue: str | None = None) -> dict[str, Any]:
    return {"actor": actor, "label": label, "cue": cue, "target": target, "issue": issue}


@pytest.fixture
def files() -> Files:
    """What a corpus folder holds: a list is JSON lines, anything else is JSON."""
    refusal = position("IDN", "refusal", "ruled out", "GAM", "status")
    return {
        "documents.jsonl": [
            head("oslo-01", "oslo", register="readout", kind="hard"),
            head("aceh-01", "aceh"),
        ],
        "aceh.jsonl": [
            sentence("aceh-01", 0, 0, "Jakarta ruled out a vote.", "Jakarta=IDN", refusal),
            sentence("aceh-01", 1, 0, "Snow fell on Helsinki – all day."),
            sentence("aceh-01", 2, 1, "The rebels and Jakarta meet again.", "The rebels=GAM;Jakarta=IDN"),
        ],
        "oslo.jsonl": [
            sentence(
                "oslo-01",
                0,
                0,
                "Norway called on the two sides to keep to it.",
                "Norway=NOR;the two sides=ISR;the two sides=PSE",
                position("NOR", "demand", "called on", None, "implementation"),
            ),
        ],
        "corpus.json": {"name": "talks", "licence": "CC BY 4.0"},
        "splits.json": {"train": ["oslo"], "dev": [], "test": ["aceh"]},
    }


@pytest.fixture
def write(tmp_path: Path) -> Callable[[Files], Path]:
    """Write the records into a folder of their own."""

    def put(files: Files) -> Path:
        folder = tmp_path / "talks"
        folder.mkdir(exist_ok=True)
        for name, content in files.items():
            lines = content if isinstance(content, list) else [content]
            texts = [line if isinstance(line, bytes) else json.dumps(line, ensure_ascii=False).encode() for line in lines]
            (folder / name).write_bytes(b"".join(text + b"\n" for text in texts))
        return folder

    return put


@pytest.fixture
def folder(files: Files, write: Callable[[Files], Path]) -> Path:
    """The folder of the corpus as it is."""
    return write(files)


@pytest.fixture
def snapshot() -> Callable[[Path], dict[str, bytes]]:
    """What a folder holds, to compare."""
    return lambda folder: {path.name: path.read_bytes() for path in folder.iterdir()}
