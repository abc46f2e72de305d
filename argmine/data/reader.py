"""The strict reader of a corpus folder: the first fault stops it, and is named with file, line and what is allowed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from argmine.data.documents import Located, read_document
from argmine.data.header import Header, read_header, read_splits
from argmine.data.records import HEAD, SENTENCE, Record, Rule, check_record
from argmine.errors import FormatError, say
from argmine.schema import Document, LabelScheme

__all__ = ["CORPUS", "DOCUMENTS", "SPLITS_FILE", "Contents", "parse_json", "read_documents", "read_folder", "read_header_of", "shipped_places"]

DOCUMENTS = "documents.jsonl"
CORPUS = "corpus.json"
SPLITS_FILE = "splits.json"


class Contents(NamedTuple):
    """What a corpus folder holds."""

    documents: tuple[Document, ...]
    header: Header
    splits: dict[str, str]


def shipped_places() -> tuple[Path, Path]:
    """Where the shipped corpus may be: a wheel carries it inside the package, a checkout has it beside the package."""
    return Path(str(files("argmine.data") / "shipped")), Path(__file__).resolve().parents[2] / "corpus"


def _pairs(pairs: list[tuple[str, Any]]) -> Record:
    record = dict(pairs)
    if len(record) < len(pairs):
        raise ValueError(f"an object with one key twice, among {', '.join(key for key, _ in pairs)}")
    return record


def _constant(name: str) -> Any:
    raise ValueError(f"{name}, which JSON has not")


def parse_json(data: bytes, path: Path, line: int | None = None) -> Any:
    """Read one JSON value, more strictly than `json` does: no key twice, no NaN.

    Args:
        data: its bytes, in UTF-8.
        path: the file, for messages.
        line: the line that the bytes stand on; None for a whole file.

    Raises:
        FormatError: with line and column, from 1.

    >>> parse_json(b'{"name": oslo}', Path("corpus.json"))
    Traceback (most recent call last):
    argmine.errors.FormatError: corpus.json:1: JSON at column 10 '{"name": oslo}' is not valid: Expecting value
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        number = line or data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        strange = data[error.start : error.start + 8]
        raise FormatError(say(f"byte at column {column}", strange, "UTF-8", where=f"{path}:{number}")) from error
    try:
        return json.loads(text, object_pairs_hook=_pairs, parse_constant=_constant)
    except json.JSONDecodeError as error:
        near = text[max(0, error.pos - 30) : error.pos + 30]
        where = f"{path}:{line or error.lineno}"
        raise FormatError(say(f"JSON at column {error.colno}", near, f"valid: {error.msg}", where=where)) from error
    except (ValueError, RecursionError) as error:
        raise FormatError(say("JSON", text, f"valid: {error}", where=f"{path}:{line or 1}")) from error


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FormatError(say("file", str(path), f"readable: {error.strerror}")) from error


def _read_lines(path: Path, rules: Mapping[str, Rule], what: str) -> Iterator[Located]:
    """Yield the records of a file of JSON lines, and where each stands."""
    # Not splitlines: a sentence separator such as U+2028 may stand in a JSON string.
    lines = _read_bytes(path).split(b"\n")
    for number, line in enumerate(lines, 1):
        if line or number < len(lines):
            where = f"{path}:{number}"
            yield where, check_record(parse_json(line, path, number), rules, what, where)


def _read_heads(folder: Path) -> dict[str, Located]:
    heads: dict[str, Located] = {}
    for where, record in _read_lines(folder / DOCUMENTS, HEAD, "document"):
        name = record["document"]
        if name in heads:
            raise FormatError(say("document", name, f"listed once; see {heads[name][0]}", where=where))
        heads[name] = where, record
    return heads


def _check_row(row: Record, negotiation: str, heads: Mapping[str, Located], where: str) -> None:
    """Refuse a sentence whose document is not listed, or belongs to another file."""
    name = row["document"]
    if name not in heads:
        raise FormatError(say("document", name, heads or f"listed in {DOCUMENTS}", where=where))
    other = heads[name][1]["negotiation"]
    if other != negotiation:
        raise FormatError(say("document", name, f"of negotiation {negotiation!r}, but of {other!r} in {DOCUMENTS}", where=where))


def read_documents(folder: Path, scheme: LabelScheme) -> tuple[Document, ...]:
    """Read the documents of a corpus folder, in the order of ``documents.jsonl``.

    Raises:
        FormatError: naming file and line, what came and what is allowed.
    """
    if not (folder / DOCUMENTS).is_file():
        raise FormatError(say("folder", str(folder), f"a corpus: it has no {DOCUMENTS}"))
    heads = _read_heads(folder)
    rows: dict[str, list[Located]] = {name: [] for name in heads}
    files = sorted({f"{record['negotiation']}.jsonl" for _, record in heads.values()})
    for path in sorted(folder.glob("*.jsonl")):
        if path.name == DOCUMENTS:
            continue
        if path.name not in files:
            raise FormatError(say("sentence file", path.name, files or "expected: there are no documents", where=str(folder)))
        for where, row in _read_lines(path, SENTENCE, "sentence"):
            _check_row(row, path.stem, heads, where)
            rows[row["document"]].append((where, row))
    return tuple(read_document(head, rows[name], scheme) for name, head in heads.items())


def read_header_of(folder: Path) -> Header:
    """Read ``corpus.json``; without one a corpus has its folder's name and the four labels."""
    path = folder / CORPUS
    record = parse_json(_read_bytes(path), path) if path.is_file() else {}
    return read_header(record, str(path), folder.resolve().name or "corpus")


def read_folder(folder: Path) -> Contents:
    """Read a corpus folder: its documents, its header, and its splits, which are empty without ``splits.json``.

    Raises:
        FormatError: naming file and line, what came and what is allowed.
    """
    header = read_header_of(folder)
    documents = read_documents(folder, header.scheme)
    path = folder / SPLITS_FILE
    if not path.is_file():
        return Contents(documents, header, {})
    return Contents(documents, header, read_splits(parse_json(_read_bytes(path), path), (d.negotiation for d in documents), str(path)))
