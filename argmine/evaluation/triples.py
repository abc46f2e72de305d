"""Triples from any system against annotated ones: (sentence, actor, label), with optional triples scored neither way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from argmine.evaluation.bootstrap import interval

__all__ = ["GoldDocument", "TripleScore", "align", "read_gold", "score_triples"]

Pair = tuple[str, str]


@dataclass(frozen=True)
class GoldDocument:
    """An annotated text: for each sentence its stretch, its (actor, label) pairs, and the optional ones."""

    id: str
    text: str
    spans: tuple[tuple[int, int], ...]
    positions: tuple[frozenset[Pair], ...]
    optional: tuple[frozenset[Pair], ...]


def read_gold(records: Iterable[Mapping[str, Any]]) -> list[GoldDocument]:
    """Documents from records ``{"id", "text", "sentences": [{"start", "end", "positions", "optional"}]}``."""
    out = []
    for d in records:
        optional = tuple(frozenset((a, lab) for a, lab in s.get("optional", ())) for s in d["sentences"])
        positions = tuple(frozenset((a, lab) for a, lab in s["positions"]) - o for s, o in zip(d["sentences"], optional, strict=True))
        out.append(GoldDocument(d["id"], d["text"], tuple((s["start"], s["end"]) for s in d["sentences"]), positions, optional))
    return out


def align(spans: Sequence[tuple[int, int]], start: int, end: int) -> int | None:
    """The index of the annotated sentence that shares most characters with a stretch, the first among equals.

    >>> align([(0, 10), (11, 30)], 8, 25)
    1
    """
    shared = [(min(end, b) - max(start, a), -i) for i, (a, b) in enumerate(spans)]
    most, index = max(shared, default=(0, 0))
    return -index if most > 0 else None


@dataclass
class TripleScore:
    """Counts a document, and the figures that follow from them.

    ``counts`` has, a document, (hits, false alarms, misses) under each view: ``triple``, ``sentence+label``, each label, and
    ``sentence+condition`` and the like: whether a sentence has the label, whoever the actor is.
    """

    counts: list[dict[str, tuple[int, int, int]]] = field(default_factory=list)

    def figures(self, view: str = "triple") -> dict[str, float]:
        """Precision, recall and F1 of one view."""
        tp, fp, fn = np.array([c.get(view, (0, 0, 0)) for c in self.counts]).reshape(-1, 3).sum(axis=0)
        return {
            "precision": _ratio(tp, tp + fp),
            "recall": _ratio(tp, tp + fn),
            "f1": _ratio(2 * tp, 2 * tp + fp + fn),
            "asked": int(tp + fn),
            "found": int(tp + fp),
        }

    def interval(self, view: str = "triple", random_state: int = 0, draws: int = 2000) -> tuple[float, float]:
        """95 % bootstrap interval of F1 over documents; see `argmine.evaluation.bootstrap.interval`."""
        return interval([c.get(view, (0, 0, 0)) for c in self.counts], draws=draws, random_state=random_state)


def score_triples(gold: Iterable[GoldDocument], predicted: Mapping[str, Sequence[Mapping[str, Any]]]) -> TripleScore:
    """Score sentences of any system, in the form that ``argmine label`` prints, by document.

    A predicted sentence counts for the annotated sentence with which it shares most characters. An optional triple is
    neither asked for nor counted against.
    """
    score = TripleScore()
    for document in gold:
        got: dict[int, set[Pair]] = {}
        for row in predicted.get(document.id, ()):
            index = align(document.spans, row["start"], row["end"])
            got.setdefault(-1 - row["start"] if index is None else index, set()).update((p["actor"], p["label"]) for p in row["positions"])
        score.counts.append(_count(document, got))
    return score


def _count(document: GoldDocument, got: Mapping[int, set[Pair]]) -> dict[str, tuple[int, int, int]]:
    totals: dict[str, list[int]] = {}
    for index in {*range(len(document.spans)), *got}:
        asked = set(document.positions[index]) if index >= 0 else set()
        spare = set(document.optional[index]) if index >= 0 else set()
        found = got.get(index, set())
        _add(totals, "triple", asked, spare, found)
        _add(totals, "sentence+label", {lab for _, lab in asked}, {lab for _, lab in spare}, {lab for _, lab in found})
        for label in {lab for _, lab in asked | found}:
            of_label = [{p for p in part if p[1] == label} for part in (asked, spare, found)]
            _add(totals, label, *of_label)
            _add(totals, f"sentence+{label}", *({lab for _, lab in part} for part in of_label))
    return {view: (a, b, c) for view, (a, b, c) in totals.items()}


def _add(totals: dict[str, list[int]], view: str, asked: set[Any], spare: set[Any], found: set[Any]) -> None:
    row = totals.setdefault(view, [0, 0, 0])
    row[0] += len(asked & found)
    row[1] += len(found - asked - spare)
    row[2] += len(asked - found)


def _ratio(a: float, b: float) -> float:
    return float(a / b) if b else 0.0
