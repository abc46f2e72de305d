"""From annotated documents to what a classifier learns from: actor-sentences, a label matrix, and groups."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from argmine.actors.candidates import actor_sentences, read_actors
from argmine.actors.resolver import Reader
from argmine.schema import ActorSentence, Document, LabelScheme
from argmine.text import quotations

__all__ = ["Rows", "label_matrix", "read_rows"]


class Rows(NamedTuple):
    """Actor-sentences, their labels of shape (n_rows, n_labels), and the negotiation of each."""

    X: list[ActorSentence]
    y: NDArray[np.int8]
    groups: NDArray[np.str_]


def read_rows(documents: Iterable[Document], scheme: LabelScheme, reader: Reader | None = None, *, given: bool = False) -> Rows:
    """The rows of annotated documents: every candidate that reading finds, and every annotated (sentence, actor) pair.

    Documents are read as raw text is: annotated mentions are not shown to the reader, so that a model learns from actors
    found as they will be found. Where mentions are given, nothing is read: the rows are the actors that the annotation
    mentions in a sentence or gives a position in it.

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
    return actor_sentences(read_actors(document, reader), ((p.sentence, p.actor) for p in document.positions))


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
