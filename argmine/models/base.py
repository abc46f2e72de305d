"""What every classifier of argmine shares: scikit-learn's contract over actor-sentences and a label matrix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from argmine.errors import InputError, say
from argmine.features.cues import sentence_cues
from argmine.schema import FOUR_LABELS, ActorSentence, LabelScheme, Span

__all__ = ["Explained", "PositionClassifier", "best_thresholds", "check_rows"]

Floats = NDArray[np.float64]
Labels = NDArray[np.int8]

# From which probability on a position is said to be addressed to an actor: on dev, the one by which most addressees are named rightly.
_ADDRESSED = 0.1


class Explained(NamedTuple):
    """What speaks for the labels of some rows.

    Attributes:
        cues: for each row and label the stretch of the row's text that would express it, or None.
        addressed: how likely a position of another actor with that label is addressed to the row's actor, shape (n_rows, n_labels);
            None from a model that can't tell.
    """

    cues: list[tuple[Span | None, ...]]
    addressed: Floats | None = None

    def addressee(self, label: int, others: Mapping[int, str]) -> str | None:
        """The actor to whom a position with this label is most likely addressed; None where nobody is likely enough, or the model can't tell.

        Args:
            label: its column.
            others: the places of the other actors' rows of the sentence, with these actors.

        >>> Explained([(), ()], np.array([[0.2, 0.0], [0.6, 0.0]])).addressee(0, {0: "TCD", 1: "MLI"})
        'MLI'
        """
        if self.addressed is None:
            return None
        likely, best = max(((float(self.addressed[place, label]), actor) for place, actor in others.items()), default=(0.0, ""))
        return best if likely >= _ADDRESSED else None


class PositionClassifier(BaseEstimator):  # type: ignore[misc]
    """Independent probabilities of the labels for each actor-sentence; a label is given where its probability reaches its threshold.

    Where the scheme allows one label a row, it is the one, of those that reach their thresholds, whose probability is furthest
    above its threshold. "None" is no class: where no label reaches its threshold, none is given.

    Subclasses implement ``fit`` (which sets ``scheme_`` and ``thresholds_``) and ``_probabilities``.
    """

    scheme_: LabelScheme
    thresholds_: Floats

    def predict_proba(self, X: Sequence[ActorSentence]) -> Floats:
        """Probabilities, shape (n_rows, n_labels), columns in the scheme's order."""
        check_is_fitted(self, "thresholds_")
        if len(X) == 0:
            return np.zeros((0, len(self.scheme_.labels)))
        return self._probabilities(X)

    def predict(self, X: Sequence[ActorSentence]) -> Labels:
        """The label matrix, 0 or 1, shape (n_rows, n_labels): what `decide` makes of `predict_proba`."""
        return self.decide(self.predict_proba(X))

    def decide(self, probabilities: Floats) -> Labels:
        """The labels that are given at these probabilities, 0 or 1, shape (n_rows, n_labels).

        A label is given where its probability reaches its threshold; in a scheme of one label a row, only the one that is
        furthest above it (the first among equals).

        >>> model = PositionClassifier()
        >>> model.scheme_, model.thresholds_ = LabelScheme("claims", ("claim", "premise"), multilabel=False), np.array([0.5, 0.2])
        >>> model.decide(np.array([[0.6, 0.4], [0.6, 0.1], [0.4, 0.1]]))
        array([[0, 1], [1, 0], [0, 0]], dtype=int8)
        """
        given = probabilities >= self.thresholds_
        if not self.scheme_.multilabel:
            # Not the ratio: by that, a rare label with a tiny threshold beats all others.
            best = (probabilities - self.thresholds_).argmax(axis=1)
            given &= np.arange(given.shape[1]) == best[:, None]
        return given.astype(np.int8)

    def explain(self, X: Sequence[ActorSentence]) -> Explained:
        """The words in which each label is seen, and whom it is addressed to.

        Unless a subclass knows better, the words are those of the cue table: the first of the label whose owner is the actor, else the first of the label.

        >>> row = ActorSentence("Moscow refuses the ceasefire requested by Kyiv.", "RUS", (Span(0, 6),), (Span(42, 46),))
        >>> from argmine.models.rules import RuleClassifier
        >>> found = RuleClassifier().fit([]).explain([row])
        >>> [row.text[cue.start : cue.end] if cue else None for cue in found.cues[0]], found.addressed
        (['requested', None, 'refuses', None], None)
        """
        return Explained([tuple(_cue(row, label) for label in self.scheme_.labels) for row in X])

    def score(self, X: Sequence[ActorSentence], y: Labels) -> float:
        """F1 over all (row, label) pairs, which is F1 on triples when every gold pair has a row."""
        check_is_fitted(self, "thresholds_")
        gold, predicted = check_rows(X, y, self.scheme_), self.predict(X)
        return 2 * int((predicted & gold).sum()) / max(1, int(predicted.sum()) + int(gold.sum()))

    def _probabilities(self, X: Sequence[ActorSentence]) -> Floats:
        raise NotImplementedError

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "thresholds_")


def _cue(row: ActorSentence, label: str) -> Span | None:
    hits = [h for h in sentence_cues(row.text, tuple(sorted({*row.mentions, *row.others}))).hits if h.cue.label == label]
    best = min(hits, key=lambda h: h.owner not in row.mentions, default=None)
    return Span(best.start, best.end) if best else None


def check_rows(X: Sequence[ActorSentence], y: object, scheme: LabelScheme = FOUR_LABELS) -> Labels:
    """The label matrix, if it fits the rows.

    Raises:
        InputError: if shapes differ, a cell is neither 0 nor 1, or a row has two labels where the scheme allows one.
    """
    matrix = np.asarray(y)
    wanted = (len(X), len(scheme.labels))
    if matrix.shape != wanted:
        raise InputError(
            f"y has shape {matrix.shape}; a matrix of 0 and 1 of shape {wanted} is needed, one column for each of {', '.join(scheme.labels)}"
        )
    strange = ~np.isin(matrix, (0, 1))
    if strange.any():
        row, column = np.argwhere(strange)[0]
        raise InputError(say(f"y in row {row}, column {column}", matrix[row].tolist()[column], "0 or 1"))
    if not scheme.multilabel and (matrix.sum(axis=1) > 1).any():
        row = int(np.flatnonzero(matrix.sum(axis=1) > 1)[0])
        raise InputError(f"row {row} of y has {int(matrix[row].sum())} labels; {scheme.name!r} allows one a row")
    return matrix.astype(np.int8)


def best_thresholds(gold: Labels, probabilities: Floats) -> Floats:
    """For each label the threshold with the best F1; 0.5 for a label without a positive row.

    A threshold lies halfway between two neighbouring probabilities; among equals the one nearest 0.5 wins.

    >>> best_thresholds(np.array([[0], [1], [1]]), np.array([[0.1], [0.3], [0.8]]))
    array([0.2])
    """
    out = np.full(gold.shape[1], 0.5)
    for column in range(gold.shape[1]):
        order = np.argsort(-probabilities[:, column], kind="stable")
        sorted_p, hits = probabilities[order, column], np.cumsum(gold[order, column])
        if not hits.size or hits[-1] == 0:
            continue
        f1 = 2 * hits / (np.arange(1, len(hits) + 1) + hits[-1])
        following = np.append(sorted_p[1:], 0.0)
        f1 = np.where(sorted_p > following, f1, -1.0)
        cuts = (sorted_p + following) / 2
        best = np.flatnonzero(f1 >= f1.max() - 1e-12)
        out[column] = cuts[best[np.argmin(np.abs(cuts[best] - 0.5))]]
    return out
