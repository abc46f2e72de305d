"""Positions from any system against annotated ones: triples in three views, by group, and the errors one by one.

Everything follows from one table with a row for each (document, sentence, actor, label) that is annotated or predicted. No model is
needed: predictions are records in the form that ``argmine label --format jsonl`` prints.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from argmine.errors import InputError, say
from argmine.evaluation.bootstrap import f1_of, interval, ratio
from argmine.evaluation.judged import Judged, Reached, annotated, judge
from argmine.evaluation.predictions import Predictions, read_predictions
from argmine.evaluation.triples import GoldDocument
from argmine.schema import FOUR_LABELS, Document

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["GROUPINGS", "FoundActors", "Judged", "PositionFigures", "Score", "evaluate_positions"]

# By what positions are put into groups: fields of `Judged`.
GROUPINGS = ("label", "actor", "register", "negotiation", "named", "actors", "quotation", "length")


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1 of some positions, with the 95 % bootstrap interval of F1 over documents.

    Attributes:
        precision, recall, f1: 0 where there is nothing to divide by.
        low, high: the interval, see `argmine.evaluation.bootstrap.interval`.
        asked, found, hits: how many positions are annotated, predicted, and both.
        documents: how many documents have any of them.
    """

    precision: float
    recall: float
    f1: float
    low: float
    high: float
    asked: int
    found: int
    hits: int
    documents: int

    @property
    def support(self) -> int:
        """How many positions are annotated."""
        return self.asked


@dataclass(frozen=True, slots=True)
class FoundActors:
    """How many annotated (sentence, actor) pairs a system can reach at all, and at what cost.

    Attributes:
        recall: the share of annotated pairs among those that the system read for.
        low, high: 95 % bootstrap interval of the recall over documents.
        candidates: pairs a sentence that it read for.
    """

    recall: float
    low: float
    high: float
    candidates: float


@dataclass(frozen=True)
class PositionFigures:
    """What comes of judging positions.

    Attributes:
        documents: the judged documents, those without any position too.
        rows: end to end, one a position that is annotated or predicted.
        told: the same where the system was told the annotated (sentence, actor) pairs, or None: the view *gold actors*.
        found: the view *found actors*, or None where the predictions do not say whom the system read for.
        labels: the scheme's labels.
    """

    documents: tuple[str, ...]
    rows: tuple[Judged, ...]
    told: tuple[Judged, ...] | None = None
    found: FoundActors | None = None
    labels: tuple[str, ...] = FOUR_LABELS.labels

    @cached_property
    def whole(self) -> Score:
        """Over all positions, end to end."""
        return self._score(self.rows)

    @cached_property
    def gold_actors(self) -> Score | None:
        """Over all positions where the system was told the annotated pairs."""
        return None if self.told is None else self._score(self.told)

    @property
    def macro_f1(self) -> float:
        """The mean F1, end to end, of the labels that are annotated or predicted."""
        return float(np.mean([s.f1 for s in self.by("label").values()])) if self.rows else 0.0

    def by(self, grouping: str) -> dict[str, Score]:
        """The figures of each group, end to end: largest first, labels in the scheme's order.

        Groups of a position's own property (its label, its actor) hold the positions that have it, groups of a sentence's or document's those
        in it. Positions of which the property is not known are left out. A group's interval is over the documents that have any of it.

        Raises:
            InputError: for a grouping that is not one of `GROUPINGS`.
        """
        if grouping not in GROUPINGS:
            raise InputError(say("grouping", grouping, GROUPINGS))
        groups: dict[str, list[Judged]] = {}
        for row in self.rows:
            groups.setdefault(getattr(row, grouping), []).append(row)
        groups.pop("", None)
        place = {label: i for i, label in enumerate(self.labels)} if grouping == "label" else {}
        order = sorted(groups, key=lambda g: (place.get(g, 0), -len(groups[g]), g))
        return {group: self._score(groups[group], part=True) for group in order}

    def counts(self, grouping: str | None = None, group: str = "") -> NDArray[np.int64]:
        """(hits, false alarms, misses) of each document, shape (n_documents, 3), of all positions or one group's: what two systems are compared by."""
        rows = self.rows if grouping is None else [r for r in self.rows if getattr(r, grouping) == group]
        return _counts(rows, self.documents)

    def errors(self, kind: str | None = None) -> tuple[Judged, ...]:
        """False and missed positions, the surest false ones first, then the missed ones in the order of the text.

        ``Judged.error`` says of a false position whether it ``belongs to another actor``, ``is another label`` (the actor has another
        one there), stands where ``the sentence has another position``, or where ``the sentence has none``; of a missed one whether the
        ``not read for this actor`` (nothing was predicted for the stretch, or the actor was not read for), it was ``given to another actor``, ``given
        another label``, or ``not seen``.

        Args:
            kind: only these.
        """
        wrong = [r for r in self.rows if r.error and kind in (None, r.error)]
        return tuple(sorted(wrong, key=lambda r: (r.gold, -(r.probability or 0.0) if r.predicted else 0.0)))

    def confusions(self) -> dict[str, dict[str, int]]:
        """How many errors there are of each kind and label, commonest kinds first."""
        kinds = Counter(r.error for r in self.rows if r.error)
        cells = Counter((r.error, r.label) for r in self.rows if r.error)
        return {kind: {label: cells[kind, label] for label in self.labels} for kind, _ in kinds.most_common()}

    def frame(self) -> DataFrame:
        """The rows as a pandas table."""
        from pandas import DataFrame

        return DataFrame([asdict(row) for row in self.rows], columns=list(Judged.__dataclass_fields__))

    def as_dict(self, groupings: Iterable[str] = GROUPINGS) -> dict[str, Any]:
        """All figures as plain values, for JSON."""
        return {
            "documents": len(self.documents),
            "end_to_end": asdict(self.whole),
            "gold_actors": asdict(self.gold_actors) if self.gold_actors else None,
            "found_actors": asdict(self.found) if self.found else None,
            "macro_f1": self.macro_f1,
            "by": {grouping: {g: asdict(s) for g, s in self.by(grouping).items()} for grouping in groupings},
            "errors": self.confusions(),
        }

    def __str__(self) -> str:
        lines = [f"{len(self.documents)} documents, 95 % intervals over documents", _line("view", None), _line("end to end", self.whole)]
        if self.gold_actors:
            lines.append(_line("gold actors", self.gold_actors))
        if self.found:
            span = f"{self.found.recall:.3f} [{self.found.low:.2f}, {self.found.high:.2f}]"
            lines.append(f"found actors: {span} of the annotated pairs, at {self.found.candidates:.2f} candidates a sentence")
        lines += ["", _line("label", None), *(_line(label, score) for label, score in self.by("label").items())]
        return "\n".join([*lines, f"macro F1 {self.macro_f1:.3f}"])

    def _score(self, rows: Sequence[Judged], part: bool = False) -> Score:
        counts = _counts(rows, self.documents)
        if part:
            # A draw without any of them would have an F1 of 0.
            counts = counts[counts.sum(1) > 0]
        hits, alarms, misses = (int(n) for n in counts.sum(0))
        low, high = interval(counts)
        return Score(
            hits / max(1, hits + alarms), hits / max(1, hits + misses), float(f1_of(counts.sum(0))), low, high,
            hits + misses, hits + alarms, hits, int((counts.sum(1) > 0).sum()),
        )  # fmt: skip


def _line(name: str, score: Score | None) -> str:
    if score is None:
        return f"{name:14s}{'P':>7s}{'R':>7s}{'F1':>7s}  {'interval':14s}{'gold':>6s}{'found':>7s}"
    span = f"[{score.low:.2f}, {score.high:.2f}]" if score.documents > 1 else "one document"
    return f"{name:14s}{score.precision:7.3f}{score.recall:7.3f}{score.f1:7.3f}  {span:14s}{score.asked:6d}{score.found:7d}"


def evaluate_positions(
    gold_documents: Iterable[Document | GoldDocument | Mapping[str, Any]], predicted_documents: Predictions, told: Predictions | None = None,
    labels: Sequence[str] = FOUR_LABELS.labels,
) -> PositionFigures:  # fmt: skip
    """Judge any system's positions: end to end, with gold actors, and how many actors were found.

    A predicted sentence counts for the annotated sentence with which it shares most characters. A triple (sentence, actor, label) counts once.
    Optional triples, where the annotation has them, are neither asked for nor counted against.

    Args:
        gold_documents: annotated documents: a corpus, `argmine.Document`, or records ``{"id", "text", "sentences": [{"start", "end", "positions", "optional"}]}``.
        predicted_documents: records as ``argmine label`` prints them, one a sentence: a mapping from document to records, the records in any order,
            or the path of a JSON-lines file. Records may say in ``actors`` whom the sentence was read for: without it there is no view
            *found actors*. An annotated document without a record counts as missed.
        told: the same from the system when told which (sentence, actor) pairs are annotated, for the view *gold actors*.
        labels: the scheme's.

    Raises:
        InputError: if nothing is annotated, a predicted document is not among the annotated ones, or a predicted label not among the labels.
        FormatError: for a record that is not in the form.

    >>> from argmine.schema import Position, Sentence
    >>> text = "Moscow refuses. Kyiv insists."
    >>> gold = Document("a", text, (Sentence(0, 15), Sentence(16, 29)), positions=(Position("RUS", "refusal", 0), Position("UKR", "demand", 1)))
    >>> said = {"document": "a", "start": 0, "end": 15, "positions": [{"actor": "RUS", "label": "refusal"}, {"actor": "RUS", "label": "demand"}]}
    >>> figures = evaluate_positions([gold], [said])
    >>> figures.whole.precision, figures.whole.recall, [(r.label, r.error) for r in figures.errors()]
    (0.5, 0.5, [('demand', 'is another label'), ('demand', 'not read for this actor')])
    """
    documents = [annotated(d) for d in gold_documents]
    if not documents:
        raise InputError("there is no annotated document; figures need at least one")
    names = tuple(d.gold.id for d in documents)
    predicted = read_predictions(predicted_documents, names, labels)
    given = None if told is None else read_predictions(told, names, labels)
    judged = [judge(d, predicted.get(d.gold.id, ())) for d in documents]
    says_whom = any("actors" in record for records in predicted.values() for record in records)
    return PositionFigures(
        names, tuple(row for rows, _ in judged for row in rows),
        None if given is None else tuple(row for d in documents for row in judge(d, given.get(d.gold.id, ()))[0]),
        _found([reached for _, reached in judged]) if says_whom else None, tuple(labels),
    )  # fmt: skip


def _found(documents: Sequence[Reached]) -> FoundActors:
    counts = np.array([(d.hits, d.asked) for d in documents], dtype=float)
    low, high = interval(counts, lambda sums: ratio(sums[..., 0], sums[..., 1]))
    candidates = sum(d.candidates for d in documents) / max(1, sum(d.sentences for d in documents))
    return FoundActors(float(ratio(*counts.sum(0))), low, high, candidates)


def _counts(rows: Iterable[Judged], documents: Sequence[str]) -> NDArray[np.int64]:
    """(hits, false alarms, misses) of each document, shape (n_documents, 3)."""
    place = {name: i for i, name in enumerate(documents)}
    counts = np.zeros((len(documents), 3), dtype=np.int64)
    for row in rows:
        counts[place[row.document], 0 if row.gold and row.predicted else 1 if row.predicted else 2] += 1
    return counts
