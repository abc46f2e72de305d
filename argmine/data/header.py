"""What a corpus says of itself: name, label scheme, mentions and licence (``corpus.json``), and its splits (``splits.json``)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from argmine.data.records import LINE, LINES, SPLITS, Record, Rule, check_record
from argmine.errors import FormatError, say
from argmine.schema import FOUR_LABELS, LabelScheme

__all__ = ["MENTIONS", "Header", "header_record", "read_header", "read_splits", "splits_record"]

MENTIONS = Rule(("found", "given"), lambda value: value in ("found", "given"))

_TEXT = Rule("a text", lambda value: isinstance(value, str) and not re.search("[\ud800-\udfff]", value))
_LABELS = Rule("a list of labels, each given once", lambda value: bool(value) and LINES.holds(value))
_FLAG = Rule("true or false", lambda value: isinstance(value, bool))

_ABOUT: Mapping[str, Rule] = dict.fromkeys(("licence", "version", "description", "source", "citation", "homepage", "language"), _TEXT)
_HEADER: Mapping[str, Rule] = {"name": LINE, "scheme": LINE, "labels": _LABELS, "multilabel": _FLAG, "mentions": MENTIONS, **_ABOUT}
_SPLITS: Mapping[str, Rule] = dict.fromkeys(SPLITS, LINES)


class Header(NamedTuple):
    """What a corpus is called, the labels that it is annotated with, what else it says of itself, and how rows come by mentions."""

    name: str
    scheme: LabelScheme
    about: dict[str, str]
    mentions: str = "found"


def read_header(record: object, where: str, name: str) -> Header:
    """Read the content of ``corpus.json``; every key may be left out.

    Args:
        record: what was read.
        where: its file, for messages.
        name: the corpus's name, if the record has none.

    Raises:
        FormatError: for an unknown key or a value that is not allowed.

    >>> read_header({"labels": ["claim", "premise"], "multilabel": False}, "corpus.json", "essays").scheme
    LabelScheme(name='essays', labels=('claim', 'premise'), multilabel=False)
    >>> read_header({}, "corpus.json", "talks").scheme == FOUR_LABELS
    True
    """
    given = check_record(record, _HEADER, "corpus", where, needed=())
    name = given.get("name", name)
    labels = tuple(given.get("labels", FOUR_LABELS.labels))
    called = given.get("scheme", FOUR_LABELS.name if labels == FOUR_LABELS.labels else name)
    about = {key: given[key] for key in _ABOUT if key in given}
    return Header(name, LabelScheme(called, labels, given.get("multilabel", True)), about, given.get("mentions", "found"))


def header_record(header: Header) -> Record:
    """The content of ``corpus.json``, in one order of keys: the inverse of `read_header`.

    Raises:
        FormatError: for a value that ``corpus.json`` may not have.

    >>> header_record(Header("talks", LabelScheme("claims", ("claim",)), {"licence": "MIT"}))
    {'name': 'talks', 'scheme': 'claims', 'labels': ['claim'], 'multilabel': True, 'licence': 'MIT'}
    """
    name, scheme, about, mentions = header
    record = {"name": name, "scheme": scheme.name, "labels": list(scheme.labels), "multilabel": scheme.multilabel, **about}
    if mentions != "found":
        record["mentions"] = mentions
    read_header(record, f"corpus {name!r}", name)
    return {key: record[key] for key in _HEADER if key in record}


def read_splits(record: object, negotiations: Iterable[str], where: str) -> dict[str, str]:
    """Read the content of ``splits.json``: the split of each negotiation.

    Raises:
        FormatError: for a negotiation that the corpus lacks, or that is in two splits or in none.

    >>> read_splits({"train": ["oslo"], "dev": [], "test": ["aceh"]}, ["aceh", "oslo"], "splits.json")
    {'oslo': 'train', 'aceh': 'test'}
    >>> read_splits({"train": ["oslo"], "dev": ["oslo"], "test": []}, ["oslo"], "splits.json")
    Traceback (most recent call last):
    argmine.errors.FormatError: splits.json: negotiation 'oslo' is not in one split, but in 'train' and 'dev'
    """
    known = sorted(set(negotiations))
    splits: dict[str, str] = {}
    for split, names in check_record(record, _SPLITS, "list of splits", where).items():
        for name in names:
            if name not in known:
                raise FormatError(say("negotiation", name, known, where=where))
            if name in splits:
                raise FormatError(say("negotiation", name, f"in one split, but in {splits[name]!r} and {split!r}", where=where))
            splits[name] = split
    for name in known:
        if name not in splits:
            raise FormatError(say("negotiation", name, "in a split; add it to train, dev or test", where=where))
    return splits


def splits_record(splits: Mapping[str, str]) -> Record:
    """The content of ``splits.json``: the inverse of `read_splits`.

    >>> splits_record({"oslo": "train", "aceh": "test"})
    {'train': ['oslo'], 'dev': [], 'test': ['aceh']}
    """
    record: Record = {split: [] for split in SPLITS}
    for name in sorted(splits):
        record.setdefault(splits[name], []).append(name)
    return record
