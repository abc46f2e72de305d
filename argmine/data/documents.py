"""Documents from the records of the corpus format, and back: each the exact inverse of the other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from operator import attrgetter

from argmine.data.records import HEAD, SENTENCE, Record, check_mentions, check_position, check_record
from argmine.errors import FormatError, InputError, say
from argmine.schema import Document, LabelScheme, Mention, Position, Sentence

__all__ = ["Located", "document_records", "head_record", "in_order", "read_document"]

Located = tuple[str, Record]

_ANNOTATED = ("text", "sentences", "mentions", "positions")


def in_order(document: Document) -> Document:
    """The document with its mentions and positions in the order of the text: the same object if they are already.

    >>> in_order(Document("a-01", "Kyiv", (), (Mention(3, 4), Mention(0, 4)))).mentions[0]
    Mention(start=0, end=4, actor='', kind='name')
    """
    mentions = tuple(sorted(document.mentions))
    positions = tuple(sorted(document.positions, key=attrgetter("triple")))
    if (mentions, positions) == (document.mentions, document.positions):
        return document
    return replace(document, mentions=mentions, positions=positions)


def _check_place(row: Record, sentences: list[Sentence], where: str) -> None:
    """Refuse a sentence that is out of its place in the document."""
    if row["sentence"] != len(sentences):
        raise FormatError(say("sentence", row["sentence"], f"{len(sentences)}, the next of {row['document']!r}", where=where))
    if sentences and row["paragraph"] < sentences[-1].paragraph:
        raise FormatError(say("paragraph", row["paragraph"], f"{sentences[-1].paragraph} or later, as the one before it", where=where))


def read_document(head: Located, rows: Iterable[Located], scheme: LabelScheme) -> Document:
    """Build a document from its record and those of its sentences.

    Its text is the sentences of a paragraph joined by one space, and the paragraphs joined by a blank line.

    Args:
        head: where the document's record stands, and the record.
        rows: the same for its sentences, in order.
        scheme: the labels that are allowed.

    Raises:
        FormatError: naming where, what came and what is allowed.

    >>> from argmine.schema import FOUR_LABELS
    >>> head = {"document": "a-01", "title": "T", "date": "1999-01-02", "negotiation": "a", "register": "wire",
    ...         "kind": "hard", "language": "en", "annotators": 1}
    >>> row = {"document": "a-01", "sentence": 0, "paragraph": 0, "text": "Moscow refuses.",
    ...        "mentions": [{"text": "Moscow", "start": 0, "actor": "RUS"}], "positions": []}
    >>> read_document(("documents.jsonl:1", head), [("a.jsonl:1", row)], FOUR_LABELS).mentions
    (Mention(start=0, end=6, actor='RUS', kind='gold'),)
    """
    where, record = head
    check_record(record, HEAD, "document", where)
    text = ""
    sentences: list[Sentence] = []
    mentions: list[Mention] = []
    positions: list[Position] = []
    for here, row in rows:
        check_record(row, SENTENCE, "sentence", here)
        _check_place(row, sentences, here)
        check_mentions(row["mentions"], row["text"], here)
        if sentences:
            text += " " if row["paragraph"] == sentences[-1].paragraph else "\n\n"
        start, number = len(text), len(sentences)
        text += row["text"]
        sentences.append(Sentence(start, len(text), row["paragraph"]))
        mentions += [Mention(start + m["start"], start + m["start"] + len(m["text"]), m["actor"], "gold") for m in row["mentions"]]
        for index, item in enumerate(row["positions"]):
            position = check_position(item, row["positions"][:index], row["text"], scheme, here)
            positions.append(Position(sentence=number, **position))
    if not sentences:
        raise FormatError(say("document", record["document"], "in its negotiation's file: it has no sentences", where=where))
    named = {key: value for key, value in record.items() if key != "document"}
    annotated = Document(record["document"], text, tuple(sentences), tuple(mentions), positions=tuple(positions), **named)
    return in_order(annotated)


def head_record(document: Document) -> Record:
    """The document's line of ``documents.jsonl``.

    >>> head_record(Document("a-01", "", (), negotiation="a"))["negotiation"]
    'a'
    """
    return {key: getattr(document, "id" if key == "document" else key) for key in HEAD}


def _sentence_records(document: Document) -> list[Record]:
    rows: list[Record] = []
    for number, (sentence, mentions) in enumerate(zip(document.sentences, document.mentions_by_sentence, strict=True)):
        row: Record = {"document": document.id, "sentence": number, "paragraph": sentence.paragraph, "text": document.sentence_text(number)}
        row["mentions"] = [{"text": document.text[m.start : m.end], "start": m.start - sentence.start, "actor": m.actor} for m in mentions]
        row["positions"] = []
        rows.append(row)
    for p in document.positions:
        if 0 <= p.sentence < len(rows):
            rows[p.sentence]["positions"].append({"actor": p.actor, "label": p.label, "cue": p.cue, "target": p.target, "issue": p.issue})
    return rows


def document_records(document: Document, scheme: LabelScheme) -> tuple[Record, list[Record]]:
    """The records that `read_document` builds this very document from; quotations and speakers are no part of them.

    Raises:
        FormatError: if a value breaks the format.
        InputError: if the format cannot hold the document, such as one with predicted positions or found mentions.
    """
    head, rows = head_record(document), _sentence_records(in_order(document))
    where = f"document {document.id!r}"
    rebuilt = read_document((where, head), [(f"{where}, sentence {number}", row) for number, row in enumerate(rows)], scheme)
    given = in_order(document)
    for field in _ANNOTATED:
        if getattr(rebuilt, field) != getattr(given, field):
            allowed = (
                f"as the corpus format keeps it: its {field} would be changed (sentences are joined by one space, paragraphs by a "
                "blank line; mentions stand within sentences and are of kind 'gold'; positions have probability 1)"
            )
            raise InputError(say("document", document.id, allowed))
    return head, rows
