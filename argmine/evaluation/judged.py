"""The table that judging positions rests on: one row for each (document, sentence, actor, label) that is annotated or predicted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from argmine.actors.words import FIRST_PERSON, PRONOUNS
from argmine.evaluation.triples import GoldDocument, Pair, align, read_gold
from argmine.schema import Document
from argmine.text import quotations

__all__ = ["Annotated", "Judged", "Reached", "annotated", "judge"]

_LENGTHS = ((15, "up to 15 words"), (30, "16 to 30 words"), (10**9, "more than 30 words"))


@dataclass(frozen=True, slots=True)
class Judged:
    """One position that is annotated, predicted, or both.

    Attributes:
        document, sentence, actor, label: which; ``sentence`` is the annotated one's index, -1 where a predicted sentence meets none.
        gold: whether it is annotated.
        predicted: whether the system gives it.
        probability: the system's, where it gives it and says so.
        error: empty for a hit, else what went wrong, see `PositionFigures.errors`.
        text: the sentence.
        register, negotiation: the document's.
        named: whether a name or noun of the actor stands in the sentence: ``named``, or ``not named`` (pronoun, speaker, context);
            empty where mentions are not annotated.
        actors: ``one actor`` or ``several actors`` with an annotated mention or position in the sentence.
        quotation: ``quotation`` or ``no quotation`` in the sentence.
        length: of the sentence, in classes of words.
    """

    document: str
    sentence: int
    actor: str
    label: str
    gold: bool
    predicted: bool
    probability: float | None = None
    error: str = ""
    text: str = ""
    register: str = ""
    negotiation: str = ""
    named: str = ""
    actors: str = ""
    quotation: str = ""
    length: str = ""


@dataclass(frozen=True)
class Annotated:
    """One annotated document, as judging needs it.

    Attributes:
        gold: its sentences and triples.
        register, negotiation: where they are known.
        named: for each sentence the actors that a name or noun of it mentions, and all that it mentions; None where mentions are not annotated.
        quoted: for each sentence whether a quotation stands in it.
    """

    gold: GoldDocument
    register: str = ""
    negotiation: str = ""
    named: tuple[tuple[frozenset[str], frozenset[str]], ...] | None = None
    quoted: tuple[bool, ...] = ()

    def about(self, index: int, actor: str) -> dict[str, Any]:
        """What is known of a sentence, and of an actor in it, as fields of `Judged`."""
        start, end = self.gold.spans[index]
        text = self.gold.text[start:end]
        out = {
            "text": text, "register": self.register, "negotiation": self.negotiation,
            "length": next(name for most, name in _LENGTHS if len(text.split()) <= most),
            "quotation": "quotation" if self.quoted[index] else "no quotation",
        }  # fmt: skip
        if self.named is not None:
            by_name, mentioned = self.named[index]
            there = mentioned | {a for a, _ in self.gold.positions[index]}
            out |= {"named": "named" if actor in by_name else "not named", "actors": "one actor" if len(there) < 2 else "several actors"}
        return out


def annotated(document: Document | GoldDocument | Mapping[str, Any]) -> Annotated:
    """An annotated document in whatever form it comes; see `argmine.evaluation.positions.evaluate_positions`."""
    if not isinstance(document, Document):
        gold = document if isinstance(document, GoldDocument) else read_gold([document])[0]
        return Annotated(gold, quoted=_quoted(gold))
    positions: list[set[Pair]] = [set() for _ in document.sentences]
    for p in document.positions:
        positions[p.sentence].add((p.actor, p.label))
    spans = tuple((s.start, s.end) for s in document.sentences)
    gold = GoldDocument(document.id, document.text, spans, tuple(map(frozenset, positions)), (frozenset(),) * len(spans))
    named = []
    for mentions in document.mentions_by_sentence:
        names = {m.actor for m in mentions if document.text[m.start : m.end].lower() not in {*PRONOUNS, *FIRST_PERSON}}
        named.append((frozenset(names), frozenset(m.actor for m in mentions)))
    return Annotated(gold, document.register, document.negotiation, tuple(named) if document.mentions else None, _quoted(gold))


def _quoted(gold: GoldDocument) -> tuple[bool, ...]:
    found = quotations(gold.text)
    return tuple(any(q.start < end and start < q.end for q in found) for start, end in gold.spans)


@dataclass(frozen=True, slots=True)
class Reached:
    """Of one document: annotated pairs, those of them that the system read for, all that it read for, and sentences."""

    asked: int
    hits: int
    candidates: int
    sentences: int


def judge(document: Annotated, records: Sequence[Mapping[str, Any]]) -> tuple[list[Judged], Reached]:
    """The rows of one document, and how far its pairs were reached; ``records`` are checked already."""
    gold = document.gold
    said: dict[int, dict[Pair, float | None]] = {}
    read: dict[int, set[str]] = {}
    stray: dict[int, str] = {}
    for record in records:
        index = align(gold.spans, record["start"], record["end"])
        if index is None:
            # A predicted sentence that meets no annotated one has a negative number of its own.
            index = -1 - record["start"]
            stray[index] = gold.text[record["start"] : record["end"]]
        said.setdefault(index, {}).update({(p["actor"], p["label"]): p.get("probability") for p in record["positions"]})
        read.setdefault(index, set()).update(record.get("actors") or (), (p["actor"] for p in record["positions"]))
    whole = any("actors" in record for record in records)
    rows: list[Judged] = []
    for index in [*range(len(gold.spans)), *sorted(stray)]:
        asked, optional = (gold.positions[index], gold.optional[index]) if index >= 0 else (frozenset(), frozenset())
        given = said.get(index, {})
        for pair in sorted(asked | (set(given) - optional)):
            about: dict[str, Any] = document.about(index, pair[0]) if index >= 0 else {"text": stray[index]}
            in_reach = index in read and (pair[0] in read[index] or not whole)
            error = _error(pair, asked, set(given) - optional, in_reach)
            rows.append(Judged(gold.id, max(index, -1), pair[0], pair[1], pair in asked, pair in given, given.get(pair), error, **about))
    pairs = {(i, actor) for i, p in enumerate(gold.positions) for actor, _ in p}
    reached = {(i, actor) for i, actors in read.items() for actor in actors}
    return rows, Reached(len(pairs), len(pairs & reached), len(reached), len(gold.spans))


def _error(pair: Pair, asked: frozenset[Pair], said: set[Pair], in_reach: bool) -> str:
    """What went wrong with one position; see `argmine.evaluation.positions.PositionFigures.errors`."""
    actor, label = pair
    if pair in asked and pair in said:
        return ""
    others = asked if pair in said else said - asked
    same_label, same_actor = label in {lab for _, lab in others}, actor in {a for a, _ in others}
    if pair in said:
        alone = "the sentence has another position" if asked else "the sentence has none"
        return "belongs to another actor" if same_label else "is another label" if same_actor else alone
    missed = "not seen" if in_reach else "not read for this actor"
    return "given to another actor" if same_label else "given another label" if same_actor else missed
