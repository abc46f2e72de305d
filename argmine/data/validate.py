"""What is no fault of a corpus's format, but wants a look: each kind of finding is one row of a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from argmine.actors.candidates import read_actors
from argmine.data.corpus import Corpus
from argmine.data.similar import closest_earlier, words
from argmine.errors import InputError, say
from argmine.schema import Document
from argmine.text import quotations

__all__ = ["CHECKS", "ISSUES", "Finding", "validate"]

ISSUES = (
    "ceasefire",
    "territory",
    "security guarantees",
    "prisoners and detainees",
    "sanctions",
    "recognition",
    "arms control",
    "inspections",
    "borders",
    "trade",
    "aid",
    "refugees",
    "elections",
    "format of talks",
    "troop withdrawal",
    "disarmament",
    "power sharing",
    "status",
    "justice",
    "human rights",
    "energy",
    "water",
    "fisheries",
    "finance",
    "climate",
    "migration",
    "aviation",
    "bases",
    "military operations",
    "access",
    "mediation",
    "membership",
    "implementation",
    "technology",
    "other",
)
_SHORT = 6


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at.

    Attributes:
        document: the document's identifier; empty for a finding on the whole corpus.
        sentence: the sentence's index in the document, from 0; None for a finding on the whole document.
        kind: which check found it, a key of `CHECKS`.
        message: what was found.

    >>> print(Finding("oslo-01", 3, "no cue", "NOR demand has no cue"))
    oslo-01:3: no cue: NOR demand has no cue
    """

    document: str
    sentence: int | None
    kind: str
    message: str

    def __str__(self) -> str:
        place = self.document or "corpus"
        return f"{place}{'' if self.sentence is None else f':{self.sentence}'}: {self.kind}: {self.message}"


@dataclass(frozen=True, slots=True)
class _Limits:
    """What `validate` was asked to hold the corpus to."""

    known: Container[str] | None
    similarity: float
    share: float


_Hit = tuple[str, int | None, str]
_Check = Callable[[Corpus, _Limits], Iterator[_Hit]]


def _near_duplicates(corpus: Corpus, limits: _Limits) -> Iterator[_Hit]:
    places: list[tuple[str, int, str]] = []
    sets: list[frozenset[str]] = []
    for document in corpus:
        for number in range(len(document.sentences)):
            text = document.sentence_text(number)
            found = words(text)
            if len(found) >= _SHORT:
                places.append((document.id, number, text))
                sets.append(frozenset(found))
    for later, earlier, similarity in closest_earlier(sets, limits.similarity):
        name, number, text = places[earlier]
        yield *places[later][:2], f"shares {similarity:.0%} of its words with {name}:{number}, {text!r}"


def _repeated_texts(corpus: Corpus, limits: _Limits) -> Iterator[_Hit]:
    first: dict[str, str] = {}
    for document in corpus:
        text = " ".join(words(document.text))
        if text in first:
            yield document.id, None, f"has the words of {first[text]}"
        first.setdefault(text, document.id)


def _without_position(corpus: Corpus, limits: _Limits) -> Iterator[_Hit]:
    for document in corpus:
        if not document.positions:
            yield document.id, None, f"none of its {len(document.sentences)} sentences has a position"


def _unmentioned(corpus: Corpus, limits: _Limits) -> Iterator[_Hit]:
    for document in corpus:
        mentioned = sorted({mention.actor for mention in document.mentions})
        for position in document.positions:
            if position.actor not in mentioned:
                yield document.id, position.sentence, say("actor", position.actor, mentioned or "mentioned in the document")


def _actors(document: Document) -> Iterator[tuple[str, int]]:
    """Every actor of a mention or a position, and the sentence where it stands."""
    for number, mentions in enumerate(document.mentions_by_sentence):
        yield from ((mention.actor, number) for mention in mentions)
    for position in document.positions:
        yield from ((actor, position.sentence) for actor in (position.actor, position.target) if actor is not None)


def _unregistered(corpus: Corpus, limits: _Limits) -> Iterator[_Hit]:
    if limits.known is None:
        return
    for document in corpus:
        first: dict[str, int] = {}
        for actor, number in _actors(document):
            first[actor] = min(number, first.get(actor, number))
        for actor, number in first.items():
            if actor not in limits.known:
                yield document.id, number, say("actor", actor, "in the registry")


def _other_issues(corpus: Corpus, limits: _Limits) -> Iterator[_Hit]:
    for document in corpus:
        for position in document.positions:
            if position.issue is not None and position.issue not in ISSUES:
                yield document.id, position.sentence, say("issue", position.issue, ISSUES)


def _rare_labels(corpus: Corpus, limits: _Limits) -> Iterator[_Hit]:
    counts = Counter(position.label for document in corpus for position in document.positions)
    for label in corpus.scheme.labels:
        share = counts[label] / counts.total() if counts else 0.0
        if share < limits.share:
            yield "", None, f"label {label!r} is {share:.1%} of the positions, less than {limits.share:.0%}"


def _uncued(corpus: Corpus, limits: _Limits) -> Iterator[_Hit]:
    for document in corpus:
        for position in document.positions:
            if position.cue is None:
                yield document.id, position.sentence, f"{position.actor} {position.label} has no cue"


def _undated(corpus: Corpus, limits: _Limits) -> Iterator[_Hit]:
    for document in corpus:
        if document.date is None:
            yield document.id, None, "has no date"


def _read_differently(corpus: Corpus, limits: _Limits) -> Iterator[_Hit]:
    """Annotated mentions that the resolver reads as other actors: a fault of either."""
    reader = corpus.reader
    for document in corpus:
        found = read_actors(replace(document, quotations=quotations(document.text)), reader).mentions_by_sentence
        for number, (annotated, read) in enumerate(zip(document.mentions_by_sentence, found, strict=True)):
            for start, end in sorted({(m.start, m.end) for m in annotated}):
                ours = {m.actor for m in annotated if (m.start, m.end) == (start, end)}
                theirs = {m.actor for m in read if m.start < end and start < m.end}
                if theirs and not ours & theirs:
                    yield (
                        document.id,
                        number,
                        f"{document.text[start:end]!r} is {', '.join(sorted(ours))}, read as {', '.join(sorted(theirs))}",
                    )


CHECKS: Mapping[str, _Check] = {
    "near-duplicate": _near_duplicates,
    "repeated text": _repeated_texts,
    "no position": _without_position,
    "actor without mention": _unmentioned,
    "unknown actor": _unregistered,
    "unknown issue": _other_issues,
    "rare label": _rare_labels,
    "no cue": _uncued,
    "no date": _undated,
    "read differently": _read_differently,
}


def validate(
    corpus: Corpus,
    known: Container[str] | None = None,
    *,
    kinds: Iterable[str] = tuple(CHECKS),
    similarity: float = 0.6,
    share: float = 0.15,
) -> list[Finding]:
    """Find what wants a look in a corpus: it need not be wrong.

    Args:
        corpus: what is looked at.
        known: the actors that there are, such as a registry; without it no actor is unknown.
        kinds: the checks to make, keys of `CHECKS`; all of them by default.
        similarity: from which Jaccard similarity of their words sentences of six words and more are near-duplicates.
        share: the share of the positions that each label should reach.

    Returns:
        The findings, by document and sentence; those on the whole corpus first.

    Raises:
        InputError: for an unknown kind, or a number that is not between 0 and 1.

    >>> report = Document("a-01", "", (), date="1999-01-02")
    >>> [str(finding) for finding in validate(Corpus((report,)), kinds=["no position"])]
    ['a-01: no position: none of its 0 sentences has a position']
    """
    kinds = tuple(kinds)
    for kind in kinds:
        if kind not in CHECKS:
            raise InputError(say("kind of finding", kind, CHECKS))
    for name, number in (("similarity", similarity), ("share", share)):
        if not 0 < number <= 1:
            raise InputError(say(name, number, "above 0 and at most 1"))
    limits = _Limits(known, similarity, share)
    hits = ((kind, *hit) for kind in kinds for hit in CHECKS[kind](corpus, limits))
    findings = [Finding(document, sentence, kind, message) for kind, document, sentence, message in hits]
    return sorted(findings, key=lambda f: (f.document, -1 if f.sentence is None else f.sentence, kinds.index(f.kind)))
