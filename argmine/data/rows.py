"""From annotated documents to what a classifier learns from: actor-sentences, a label matrix, and groups."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from argmine.actors.candidates import actor_sentences, read_actors
from argmine.actors.resolver import Reader
from argmine.actors.words import FIRST_PERSON, PRONOUNS
from argmine.schema import ActorSentence, Document, LabelScheme, Mention, Rationale, Span
from argmine.text import quotations

__all__ = ["Rows", "label_matrix", "read_rationales", "read_rows", "reconciled"]


class Rows(NamedTuple):
    """Actor-sentences, their labels of shape (n_rows, n_labels), and the negotiation of each."""

    X: list[ActorSentence]
    y: NDArray[np.int8]
    groups: NDArray[np.str_]


def read_rows(documents: Iterable[Document], scheme: LabelScheme, reader: Reader | None = None, *, given: bool = False) -> Rows:
    """The rows of annotated documents: every candidate that reading finds, and every annotated (sentence, actor) pair.

    Documents are read as raw text is, and then every found mention that overlaps an annotated one gets the annotated actor: a wrongly resolved
    "they" would be a row with a position's words and without its label, beside a row with the label and without the words. Candidates
    that no annotation speaks of stay, as they will be found; who speaks a sentence stays as read, too. Where mentions are given, nothing is read: the rows are the actors
    that the annotation mentions in a sentence or gives a position in it.

    Args:
        documents: with annotated mentions and positions.
        scheme: the columns of the label matrix.
        reader: for actors; the shipped registry's if None.
        given: whether mentions are the annotated ones.
    """
    X: list[ActorSentence] = []
    parts, groups = [np.zeros((0, len(scheme.labels)), np.int8)], []
    for document in documents:
        quoting = replace(document, quotations=quotations(document.text))
        rows = _given_rows(quoting) if given else _found_rows(quoting, reader)
        X += rows
        parts.append(label_matrix(rows, document, scheme))
        groups += [document.negotiation or document.id] * len(rows)
    return Rows(X, np.concatenate(parts), np.array(groups, dtype=str))


def _found_rows(document: Document, reader: Reader | None) -> list[ActorSentence]:
    found = read_actors(document, reader)
    known = replace(found, mentions=reconciled(found, document))
    return actor_sentences(known, ((p.sentence, p.actor) for p in document.positions))


def reconciled(found: Document, gold: Document) -> tuple[Mention, ...]:
    """Found mentions with the actors that the annotation gives their stretches, and the annotated ones that were not found.

    A found name within a longer annotated mention stays ("the envoy to Moscow"), unless its identifier was made up by the reader.

    >>> text = "They refuse."
    >>> gold = Document("a", text, (), mentions=(Mention(0, 4, "FARC"),))
    >>> reconciled(Document("a", text, (), mentions=(Mention(0, 4, "COL", "pronoun"),)), gold)
    (Mention(start=0, end=4, actor='FARC', kind='pronoun'),)
    """
    stretches: dict[Span, list[Mention]] = {}
    for m in found.mentions:
        stretches.setdefault(Span(m.start, m.end), []).append(m)
    out: set[Mention] = set()
    for span, here in stretches.items():
        same = _same(span, gold.mentions, 0.0 if here[0].actor in found.names else 0.5)
        out |= {Mention(span.start, span.end, g.actor, here[0].kind) for g in same} or set(here)
    missed = [g for g in gold.mentions if not any(m.overlaps(g) and m.actor == g.actor for m in out)]
    return tuple(sorted(out | {replace(g, kind=_kind(gold.text[g.start : g.end])) for g in missed}))


def _same(span: Span, mentions: Iterable[Mention], least: float) -> list[Mention]:
    """The annotated mention, or a collective's members, that share most with a stretch, if it is more than ``least`` of what both cover."""
    shares = [(min(span.end, m.end) - max(span.start, m.start)) / (max(span.end, m.end) - min(span.start, m.start)) for m in mentions]
    most = max(shares, default=0.0)
    return [m for m, share in zip(mentions, shares, strict=True) if share == most > least]


def _kind(text: str) -> str:
    """How a mention that the reader missed is taken to be found."""
    norm = text.lower()
    return "speaker" if norm in FIRST_PERSON else "pronoun" if norm in PRONOUNS else "name"


def _given_rows(document: Document) -> list[ActorSentence]:
    mentioned = {(i, m.actor): None for i, mentions in enumerate(document.mentions_by_sentence) for m in mentions}
    pairs = mentioned | {(p.sentence, p.actor): None for p in document.positions}
    # Actors that were named just before are candidates where actors are found, but not annotated.
    return [row for row in actor_sentences(document, pairs) if (row.sentence, row.actor) in pairs]


def label_matrix(rows: Iterable[ActorSentence], document: Document, scheme: LabelScheme) -> NDArray[np.int8]:
    """0 or 1 for each row of one document and each label of the scheme, shape (n_rows, n_labels)."""
    gold = {p.triple for p in document.positions}
    return np.array([[(r.sentence, r.actor, label) in gold for label in scheme.labels] for r in rows], dtype=np.int8).reshape(
        -1, len(scheme.labels)
    )


def read_rationales(rows: Iterable[ActorSentence], documents: Iterable[Document], scheme: LabelScheme) -> list[Rationale | None]:
    """For each row the cues of its positions and what is addressed to its actor; None where a position has no cue.

    >>> from argmine.schema import Position, Sentence
    >>> text = "Oslo urges Chad to stop."
    >>> gold = Document("a", text, (Sentence(0, 24),), positions=(Position("NOR", "demand", 0, cue="urges", target="TCD"),))
    >>> rows = [ActorSentence(text, actor, document="a") for actor in ("NOR", "TCD")]
    >>> read_rationales(rows, [gold], LabelScheme("two", ("refusal", "demand")))
    [Rationale(cues=((1, Span(start=5, end=10)),), addressed=()), Rationale(cues=(), addressed=(1,))]
    """
    column = {label: k for k, label in enumerate(scheme.labels)}
    cues: dict[tuple[str, int, str], list[tuple[int, Span] | None]] = {}
    addressed: dict[tuple[str, int, str], set[int]] = {}
    for d in documents:
        for p in d.positions:
            start = d.sentence_text(p.sentence).find(p.cue) if p.cue else -1
            cue = (column[p.label], Span(start, start + len(p.cue or ""))) if start >= 0 else None
            cues.setdefault((d.id, p.sentence, p.actor), []).append(cue)
            if p.target:
                addressed.setdefault((d.id, p.sentence, p.target), set()).add(column[p.label])
    out: list[Rationale | None] = []
    for row in rows:
        key = (row.document, row.sentence, row.actor)
        known = [cue for cue in cues.get(key, ()) if cue is not None]
        whole = len(known) == len(cues.get(key, ()))
        out.append(Rationale(tuple(known), tuple(sorted(addressed.get(key, ())))) if whole else None)
    return out
