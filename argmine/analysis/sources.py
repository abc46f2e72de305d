"""Where positions come from: labelled reports, annotated documents, JSON lines of ``argmine label``; and a table of dates."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import date as calendar_date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from argmine.actors.registry import default_registry
from argmine.data.reader import parse_json
from argmine.data.records import COUNT, DAY, LINE, RECORDS, Record, Rule, check_record, check_value
from argmine.errors import FormatError, InputError, say
from argmine.schema import Document

if TYPE_CHECKING:
    from argmine.pipeline import LabelledDocument

__all__ = ["Item", "Source", "Told", "read_dates", "read_source"]

Item: TypeAlias = "str | Path | Document | LabelledDocument | Mapping[str, Any]"
Source: TypeAlias = "Item | Iterable[Item]"

_TEXT = Rule("a text", lambda value: isinstance(value, str))
_PROBABILITY = Rule("a number from 0 to 1", lambda value: type(value) in (int, float) and 0 <= value <= 1)

_LIST = Rule("a list", lambda value: isinstance(value, list))

# The lines of `argmine label`; `issue` may be added to them.
_SENTENCE = {"document": _TEXT, "sentence": COUNT, "start": COUNT, "end": COUNT, "text": _TEXT, "actors": _LIST, "positions": RECORDS}
_POSITION = {
    "actor": LINE, "name": _TEXT, "label": LINE, "probability": _PROBABILITY, "mentions": _LIST,
    "target": LINE.or_null(), "issue": LINE.or_null(), "cue": _TEXT.or_null(),
}  # fmt: skip


class Told(NamedTuple):
    """A sentence with its positions, each a mapping with the columns of the table that it has.

    Attributes:
        where: file and line, or the document, for messages.
        report: the columns that the document gives: ``document``, ``date``, ``negotiation``, ``register``.
    """

    where: str
    report: Mapping[str, Any]
    sentence: int
    text: str
    positions: list[Mapping[str, Any]]


def read_source(source: Source) -> Iterator[Told]:
    """The sentences that a source tells of, in its order; those of documents only where they have positions.

    Raises:
        FormatError: for a line that breaks the format, by file and line, or a sentence that is given twice.
        InputError: for a file that can't be read, or something that is no source.
    """
    seen: dict[tuple[str, int], str] = {}
    for told in _told(source):
        key = told.report["document"], told.sentence
        if key in seen:
            raise FormatError(say(f"sentence {key[1]} of document", key[0], f"given once; see {seen[key]}", where=told.where))
        seen[key] = told.where
        yield told


def _told(source: Source) -> Iterator[Told]:
    items: Any = [source] if _is_item(source) else source
    for number, item in enumerate(items, 1):
        if isinstance(item, str | Path):
            yield from _from_lines(Path(item))
        elif isinstance(item, Mapping):
            yield _from_record(item, f"record {number}")
        elif _is_item(item):
            yield from _from_document(item)
        else:
            raise InputError(say("source of positions", item, "a labelled report, a document, a record of argmine label or a path"))


def _is_item(source: object) -> bool:
    return isinstance(source, str | Path | Mapping | Document) or isinstance(getattr(source, "document", None), Document)


def _from_document(item: Document | LabelledDocument) -> Iterator[Told]:
    document = item if isinstance(item, Document) else item.document
    report = {
        "document": document.id, "date": document.date, "negotiation": document.negotiation or None, "register": document.register or None,
    }  # fmt: skip
    sentences: dict[int, list[Mapping[str, Any]]] = {}
    for p in item.positions:
        columns = {key: getattr(p, key) for key in ("actor", "label", "probability", "target", "issue", "cue")}
        sentences.setdefault(p.sentence, []).append({**columns, "name": _name(p.actor, item.names.get(p.actor))})
    for sentence, positions in sentences.items():
        yield Told(f"document {document.id!r}", report, sentence, document.sentence_text(sentence), positions)


def _from_lines(path: Path) -> Iterator[Told]:
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _from_record(parse_json(line.rstrip(b"\r\n"), path, number), f"{path}:{number}")
    except OSError as error:
        raise InputError(say("file", str(path), f"readable: {error.strerror}")) from None


def _from_record(record: Any, where: str) -> Told:
    check_record(record, _SENTENCE, "sentence", where, ("document", "sentence", "text", "positions"))
    positions: list[Record] = [check_record(p, _POSITION, "position", where, ("actor", "label")) for p in record["positions"]]
    named = [{**p, "name": _name(p["actor"], p.get("name"))} for p in positions]
    return Told(where, {"document": record["document"]}, record["sentence"], record["text"], list(named))


def _name(actor: str, name: str | None) -> str:
    """The name to show, on one line: a name that was found in a text may run over two."""
    return " ".join((name or default_registry().name(actor)).split())


def read_dates(dates: Mapping[str, Any] | str | Path | None) -> dict[str, str]:
    """The ISO day of each document, from a mapping or a table; one without a day is left out.

    Args:
        dates: document to ISO day or `datetime.date`, or the path of a TSV or CSV table with the columns ``document`` and ``date``.

    Raises:
        FormatError: for a date that is no day, a document with two of them, or a table without these columns, by file and line.
        InputError: for a file that can't be read.

    >>> read_dates({"wire-1": "2025-06-02", "wire-2": None})
    {'wire-1': '2025-06-02'}
    """
    if dates is None:
        return {}
    rows = _dates_of(Path(dates)) if isinstance(dates, str | Path) else ((f"date of {name!r}", name, day) for name, day in dates.items())
    found: dict[str, str] = {}
    for where, document, day in rows:
        if day in (None, ""):
            continue
        iso = day.isoformat()[:10] if isinstance(day, calendar_date) else day
        check_value("date", iso, DAY, where)
        if found.setdefault(document, iso) != iso:
            raise FormatError(say("date", iso, f"the one that {document!r} has already, {found[document]}", where=where))
    return found


def _dates_of(path: Path) -> Iterator[tuple[str, str, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(say("file", str(path), f"readable: {error.strerror}")) from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: the table of dates is not UTF-8; save it as UTF-8 first") from None
    lines = text.splitlines()
    rows = csv.DictReader(lines, delimiter="\t" if lines and "\t" in lines[0] else ",")
    for column in ("document", "date"):
        if column not in (rows.fieldnames or ()):
            raise FormatError(say("columns", list(rows.fieldnames or ()), f"a table of dates: they lack {column!r}", where=f"{path}:1"))
    for row in rows:
        yield f"{path}:{rows.line_num}", row["document"], row["date"]
