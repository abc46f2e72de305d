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


def read_rows(documents: Iterable[Document], scheme: LabelScheme, reader: Reader | None = None) -> Rows:
    """The rows of annotated documents: every candidate that reading finds, and every annotated (sentence, actor) pair.

    Documents are read as raw text is: annotated mentions are not shown to the reader, so that a model learns from actors
    found as they will be found.

    Args:
        documents: with annotated mentions and positions.
        scheme: the columns of the label matrix.
        reader: for actors; the shipped registry's if None.
    """
    X: list[ActorSentence] = []
    parts, groups = [np.zeros((0, len(scheme.labels)), np.int8)], []
    for document in documents:
        read = read_actors(replace(document, quotations=quotations(document.text)), reader)
        rows = actor_sentences(read, ((p.sentence, p.actor) for p in document.positions))
        X += rows
        parts.append(label_matrix(rows, document, scheme))
        groups += [document.negotiation or document.id] * len(rows)
    return Rows(X, np.concatenate(parts), np.array(groups, dtype=str))


def label_matrix(rows: Iterable[ActorSentence], document: Document, scheme: LabelScheme) -> NDArray[np.int8]:
    """0 or 1 for each row of one document and each label of the scheme, shape (n_rows, n_labels)."""
    gold = {p.triple for p in document.positions}
    return np.array([[(r.sentence, r.actor, label) in gold for label in scheme.labels] for r in rows], dtype=np.int8).reshape(
        -1, len(scheme.labels)
    )
