"""The baseline that can be read: a label where the actor owns a cue of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from argmine.features.cues import CueHit, sentence_cues
from argmine.models.base import Floats, PositionClassifier
from argmine.schema import FOUR_LABELS, ActorSentence, LabelScheme

__all__ = ["RuleClassifier"]


class RuleClassifier(PositionClassifier):
    """Labels an actor-sentence by the cue table alone; it learns nothing.

    A cue counts where it is asserted and its owner is one of the actor's mentions; a cue that the sentence gives to nobody
    ("Hamas must release…", "the time has come") counts for the speaker of the sentence. A negated acceptance
    ("will not agree") is a refusal.

    >>> from argmine.schema import Span
    >>> row = ActorSentence("Moscow refuses the ceasefire requested by Kyiv.", "RUS", (Span(0, 6),), (Span(42, 46),))
    >>> RuleClassifier().fit([]).predict([row])
    array([[0, 0, 1, 0]], dtype=int8)
    """

    def fit(self, X: Sequence[ActorSentence], y: object = None, groups: object = None) -> RuleClassifier:
        """Set the label scheme; the rules themselves are in ``features/cues.tsv``."""
        self.scheme_ = FOUR_LABELS
        self.thresholds_ = np.full(len(FOUR_LABELS.labels), 0.5)
        return self

    def _probabilities(self, X: Sequence[ActorSentence]) -> Floats:
        out = np.zeros((len(X), len(self.scheme_.labels)))
        for i, row in enumerate(X):
            for hit in sentence_cues(row.text, tuple(sorted({*row.mentions, *row.others}))).hits:
                label = _label(hit)
                if label and _owns(row, hit):
                    out[i, self.scheme_.labels.index(label)] = 1.0
        return out

    def to_state(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Settings and arrays for the model folder: none beyond the tables."""
        return {}, {}

    @classmethod
    def from_state(cls, state: dict[str, Any], arrays: dict[str, Any], scheme: LabelScheme = FOUR_LABELS) -> RuleClassifier:
        """The inverse of `to_state`."""
        return cls().fit([])


def _label(hit: CueHit) -> str | None:
    """The label that a cue gives, or None where it is not asserted."""
    if hit.real:
        return hit.cue.label
    if hit.negated and hit.cue.label == "concession" and hit.cue.kind == "verb":
        return "refusal"
    return None


def _owns(row: ActorSentence, hit: CueHit) -> bool:
    if hit.owner is None:
        return row.how == "speaker"
    return hit.owner in row.mentions
