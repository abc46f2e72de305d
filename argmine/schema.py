"""The units of argmine: frozen, checked once where they enter, and trusted below."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date as calendar_date
from functools import cached_property
from pathlib import Path

from argmine.errors import FormatError, InputError, say
from argmine.render import annotated_html

__all__ = [
    "FOUR_LABELS",
    "ActorSentence",
    "Document",
    "LabelScheme",
    "Mention",
    "Position",
    "Rationale",
    "Sentence",
    "Span",
    "check_actor",
    "check_date",
    "document_name",
]

ACTOR_ID = re.compile(r"[A-Z0-9](?:[A-Z0-9_]*[A-Z0-9])?")


def check_actor(actor: str, where: str = "") -> str:
    """Return ``actor`` if it is an identifier in capitals, digits and ``_``.

    Raises:
        FormatError: with the form that is allowed.
    """
    if not ACTOR_ID.fullmatch(actor):
        raise FormatError(say("actor", actor, "an identifier in capitals such as 'RUS' or 'NORTHERN_ALLIANCE'", where=where))
    return actor


def check_date(date: str, where: str = "") -> str:
    """Return ``date`` if it is an ISO day.

    Raises:
        InputError: with the form that is allowed.
    """
    try:
        calendar_date.fromisoformat(date)
    except (TypeError, ValueError):
        raise InputError(say("date", date, "a day like 2025-06-02", where=where)) from None
    return date


def document_name(path: str | Path) -> str:
    """The name of the document that a file holds: the file's without ``.txt``.

    >>> document_name("reports/istanbul.txt")
    'istanbul'
    """
    return Path(path).name.removesuffix(".txt")


@dataclass(frozen=True, slots=True)
class LabelScheme:
    """The labels that data are annotated with; a data set names its own.

    Attributes:
        name: what the scheme is called.
        labels: the labels, in the order of every label matrix's columns.
        multilabel: whether one actor-sentence may carry several labels.
    """

    name: str
    labels: tuple[str, ...]
    multilabel: bool = True

    def check(self, label: str, where: str = "") -> str:
        """Return ``label`` if the scheme has it.

        >>> FOUR_LABELS.check("refusal")
        'refusal'
        """
        if label not in self.labels:
            raise FormatError(say("label", label, self.labels, where=where))
        return label


FOUR_LABELS = LabelScheme("positions", ("demand", "concession", "refusal", "condition"))


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of text, ``text[start:end]``, in characters."""

    start: int
    end: int

    def __contains__(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Whether the two stretches share a character."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True, order=True)
class Sentence(Span):
    """One sentence of a document: its stretch of the text, and the paragraph that it stands in."""

    paragraph: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Mention(Span):
    """A stretch of text that refers to an actor.

    Attributes:
        actor: the actor's identifier. A collective has one mention for each member.
        kind: how it refers: ``name``, ``adjective``, ``capital``, ``person``, ``description``,
            ``pronoun``, ``collective``, ``speaker``; ``gold`` for an annotated one.
    """

    actor: str = ""
    kind: str = "name"


@dataclass(frozen=True, slots=True)
class Position:
    """One actor's position in one sentence.

    Attributes:
        actor: who demands, concedes, refuses or sets the condition.
        label: which of the scheme's labels.
        sentence: the sentence's index in the document, from 0.
        probability: the classifier's, 1.0 for an annotated position.
        target: the actor whom it is addressed to, or against, where known.
        cue: the words that express it, where known.
        issue: what it is about, where known.
    """

    actor: str
    label: str
    sentence: int
    probability: float = 1.0
    target: str | None = None
    cue: str | None = None
    issue: str | None = None

    @property
    def triple(self) -> tuple[int, str, str]:
        """The ``(sentence, actor, label)`` on which two annotators, or an annotator and a system, may agree."""
        return self.sentence, self.actor, self.label


@dataclass(frozen=True, slots=True)
class Rationale:
    """Why an actor-sentence has its labels: annotators' rationales, for learning only (Zaidan, Eisner & Piatko 2007).

    Attributes:
        cues: the words that express the actor's positions, each with its label's column in the scheme.
        addressed: the columns of the labels of other actors' positions that are addressed to this actor.
    """

    cues: tuple[tuple[int, Span], ...] = ()
    addressed: tuple[int, ...] = ()


@dataclass(frozen=True, repr=False)
class Document:
    """One report: its text, sentences, mentions, and positions where they are annotated.

    Sentences are in order and disjoint; offsets count characters of ``text``. ``speakers`` has, for each sentence, the
    actors who speak it: of its quotation, or the issuers of a statement. ``names`` has the actors that no table knows.
    """

    id: str
    text: str
    sentences: tuple[Sentence, ...]
    mentions: tuple[Mention, ...] = ()
    quotations: tuple[Span, ...] = ()
    speakers: tuple[tuple[str, ...], ...] = ()
    positions: tuple[Position, ...] = ()
    date: str | None = None
    negotiation: str = ""
    register: str = ""
    kind: str = ""
    title: str = ""
    language: str = "en"
    annotators: int = 0
    names: dict[str, str] = field(default_factory=dict, compare=False)

    def sentence_text(self, index: int) -> str:
        """The text of sentence ``index``: an exact slice."""
        sentence = self.sentences[index]
        return self.text[sentence.start : sentence.end]

    @cached_property
    def mentions_by_sentence(self) -> tuple[tuple[Mention, ...], ...]:
        """The mentions that begin in each sentence, in order."""
        rows: list[list[Mention]] = [[] for _ in self.sentences]
        index = 0
        for mention in sorted(self.mentions):
            while index < len(rows) and mention.start >= self.sentences[index].end:
                index += 1
            if index < len(rows) and mention.start >= self.sentences[index].start:
                rows[index].append(mention)
        return tuple(map(tuple, rows))

    def __repr__(self) -> str:
        about = ", ".join(fact for fact in (self.register, self.date) if fact)
        counts = f"{len(self.sentences)} sentences, {len(self.mentions)} mentions, {len(self.positions)} positions"
        return f"<Document {self.id!r}{f' ({about})' if about else ''}: {counts}>"

    def _repr_html_(self) -> str:
        return annotated_html(self)


@dataclass(frozen=True, slots=True)
class ActorSentence:
    """A sentence as read for one actor, with its context: the row that classifiers see.

    Attributes:
        text: the sentence.
        actor: the actor that it is read for.
        mentions: stretches of ``text`` that refer to the actor.
        others: stretches of ``text`` that refer to other actors.
        quoted: stretches of ``text`` that stand within a quotation.
        before: the sentences before it, nearest last.
        after: the sentences after it, nearest first.
        how: how the actor came to the sentence: ``named``, ``resolved`` (pronoun, description,
            collective), ``speaker`` (of the quotation or statement) or ``salient`` (named just before).
        register: the kind of text, where known.
        document: the document's name.
        sentence: the sentence's index in its document.
    """

    text: str
    actor: str
    mentions: tuple[Span, ...] = ()
    others: tuple[Span, ...] = ()
    quoted: tuple[Span, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    how: str = "named"
    register: str = ""
    document: str = ""
    sentence: int = 0
