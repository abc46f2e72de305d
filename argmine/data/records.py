"""What the records of the corpus format hold: tables of keys and rules, and the checks that every reader shares.

Sources of records are JSON lines (`argmine.data.reader`), the authors' markup (`argmine.data.markup`) and rows of a
Hugging Face data set (`argmine.data.huggingface`); all of them pass through here, so that one fault has one message.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from argmine.errors import FormatError, say
from argmine.schema import LabelScheme, check_actor

__all__ = [
    "HEAD",
    "KINDS",
    "LINE",
    "LINES",
    "MENTION",
    "POSITION",
    "SENTENCE",
    "SPLITS",
    "Record",
    "Rule",
    "check_cue",
    "check_mentions",
    "check_once",
    "check_position",
    "check_record",
    "check_value",
]

Record = dict[str, Any]

KINDS = ("ordinary", "hard")
SPLITS = ("train", "dev", "test")

# Breaks are those of str.splitlines; half a surrogate pair could be read from JSON, but never be written as UTF-8.
_LINE = re.compile("(?!\\s)[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029\ud800-\udfff]+(?<!\\s)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_SLUG = re.compile(r"(?!documents$)[a-z0-9][a-z0-9_-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Rule:
    """What a value may be.

    Attributes:
        allowed: a phrase that follows "is not", or the values that are allowed.
        holds: whether a value is allowed.
        null: whether null is allowed as well.
    """

    allowed: str | tuple[str, ...]
    holds: Callable[[Any], bool]
    null: bool = False

    def or_null(self) -> Rule:
        """The same rule, with null allowed."""
        return Rule(self.allowed, self.holds, null=True)


def _is_line(value: object) -> bool:
    return isinstance(value, str) and _LINE.fullmatch(value) is not None


def _is_day(value: object) -> bool:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _are_lines(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_line, value)) and len(set(value)) == len(value)


LINE = Rule("a line of text: not empty, without a line break or spaces around it", _is_line)
LINES = Rule("a list of names, each given once", _are_lines)
COUNT = Rule("a whole number from 0", lambda value: type(value) is int and value >= 0)
DAY = Rule("a day like 2025-06-02", _is_day)
SLUG = Rule(
    "a name for a file, in small letters, digits, '-' and '_', and not 'documents'",
    lambda value: isinstance(value, str) and _SLUG.fullmatch(value) is not None,
)
KIND = Rule(KINDS, lambda value: value in KINDS)
RECORDS = Rule("a list of objects", lambda value: isinstance(value, list))

HEAD: Mapping[str, Rule] = {
    "document": LINE,
    "title": LINE,
    "date": DAY.or_null(),
    "negotiation": SLUG,
    "register": LINE,
    "kind": KIND,
    "language": LINE,
    "annotators": COUNT,
}
SENTENCE: Mapping[str, Rule] = {
    "document": LINE,
    "sentence": COUNT,
    "paragraph": COUNT,
    "text": LINE,
    "mentions": RECORDS,
    "positions": RECORDS,
}
MENTION: Mapping[str, Rule] = {"text": LINE, "start": COUNT, "actor": LINE}
POSITION: Mapping[str, Rule] = {
    "actor": LINE,
    "label": LINE,
    "cue": LINE.or_null(),
    "target": LINE.or_null(),
    "issue": LINE.or_null(),
}


def check_value(key: str, value: Any, rule: Rule, where: str) -> None:
    """Refuse a value that its rule does not allow.

    >>> check_value("date", "June 2025", DAY, "documents.jsonl:3")
    Traceback (most recent call last):
    argmine.errors.FormatError: documents.jsonl:3: date 'June 2025' is not a day like 2025-06-02
    """
    if not (rule.null and value is None) and not rule.holds(value):
        raise FormatError(say(key, value, rule.allowed, where=where))


def check_record(record: object, rules: Mapping[str, Rule], what: str, where: str, needed: Collection[str] | None = None) -> Record:
    """Return a record that is an object with exactly these keys, each with a value that its rule allows.

    Args:
        record: what was read.
        rules: the keys that are known, and what their values may be.
        what: what the record is called in messages.
        where: its file and line.
        needed: the keys that it must have; all of them, if None.

    Raises:
        FormatError: for an unknown key, a missing one, or a value that is not allowed.

    >>> check_record({"text": "Moscow", "begin": 0}, MENTION, "mention", "oslo.jsonl:2")
    Traceback (most recent call last):
    argmine.errors.FormatError: oslo.jsonl:2: key of a mention 'begin' is not one of 'text', 'start', 'actor'
    """
    if not isinstance(record, dict):
        raise FormatError(say(what, record, "an object", where=where))
    for key in record:
        if key not in rules:
            raise FormatError(say(f"key of a {what}", key, rules, where=where))
    for key in rules if needed is None else needed:
        if key not in record:
            raise FormatError(say(what, record, f"complete: it lacks {key!r}", where=where))
    for key, value in record.items():
        check_value(key, value, rules[key], where)
    return record


def check_once(what: str, items: Sequence[Any], where: str) -> None:
    """Refuse an item that comes twice.

    >>> check_once("mention", ["Kyiv", "Moscow", "Kyiv"], "oslo.jsonl:2")
    Traceback (most recent call last):
    argmine.errors.FormatError: oslo.jsonl:2: mention 'Kyiv' is not given once
    """
    for index, item in enumerate(items):
        if item in items[:index]:
            raise FormatError(say(what, item, "given once", where=where))


def check_mentions(mentions: Sequence[object], text: str, where: str) -> None:
    """Refuse a mention that is no stretch of its sentence, names no actor, or comes twice.

    >>> check_mentions([{"text": "Kyiv", "start": 0, "actor": "UKR"}], "In Kyiv", "oslo.jsonl:2")
    Traceback (most recent call last):
    argmine.errors.FormatError: oslo.jsonl:2: mention 'Kyiv' is not the text from 0, 'In K'; did you mean 3?
    """
    for item in mentions:
        mention = check_record(item, MENTION, "mention", where)
        check_actor(mention["actor"], where)
        words, start = mention["text"], mention["start"]
        if not text.startswith(words, start):
            found = text.find(words)
            hint = f"; did you mean {found}?" if found >= 0 else ""
            stretch = text[start : start + len(words)]
            raise FormatError(say("mention", words, f"the text from {start}, {stretch!r}{hint}", where=where))
    check_once("mention", mentions, where)


def check_cue(cue: str, text: str, where: str) -> None:
    """Refuse a cue that its sentence lacks, or that could be at two places of it, overlapping ones included.

    >>> check_cue("no", "Moscow said no, and no again", "oslo.jsonl:2")
    Traceback (most recent call last):
    argmine.errors.FormatError: oslo.jsonl:2: cue 'no' is not found once in its sentence, but more often; take a longer stretch
    """
    first = text.find(cue)
    if first < 0:
        close = re.search(re.escape(cue), text, re.IGNORECASE)
        hint = f"; did you mean {close.group()!r}?" if close else ""
        raise FormatError(say("cue", cue, f"a stretch of its sentence, {text!r}{hint}", where=where))
    if text.find(cue, first + 1) >= 0:
        raise FormatError(say("cue", cue, "found once in its sentence, but more often; take a longer stretch", where=where))


def check_position(item: object, earlier: Sequence[Record], text: str, scheme: LabelScheme, where: str) -> Record:
    """Return a position record that the scheme allows in this sentence.

    Args:
        item: what was read.
        earlier: the positions of the same sentence that are before it.
        text: the sentence.
        scheme: the labels that are allowed.
        where: its file and line.

    Raises:
        FormatError: for an unknown label, an actor or target that is no identifier, a cue that is not found once,
            an actor and label that the sentence already has, or a second label where the scheme has one an actor.

    >>> from argmine.schema import FOUR_LABELS
    >>> demand = {"actor": "UKR", "label": "demands", "cue": "asks", "target": None, "issue": None}
    >>> check_position(demand, [], "Kyiv asks.", FOUR_LABELS, "oslo.jsonl:2")
    Traceback (most recent call last):
    argmine.errors.FormatError: oslo.jsonl:2: label 'demands' is not one of 'demand', 'concession', 'refusal', 'condition'; ...
    """
    position = check_record(item, POSITION, "position", where)
    check_actor(position["actor"], where)
    scheme.check(position["label"], where)
    if position["target"] is not None:
        check_actor(position["target"], f"{where}: target")
    if position["cue"] is not None:
        check_cue(position["cue"], text, where)
    pair = position["actor"], position["label"]
    for other in earlier:
        if pair == (other["actor"], other["label"]):
            raise FormatError(say("position", " ".join(pair), "given once in its sentence", where=where))
        if pair[0] == other["actor"] and not scheme.multilabel:
            raise FormatError(say("position", " ".join(pair), f"alone: {scheme.name!r} allows one label an actor", where=where))
    return position
