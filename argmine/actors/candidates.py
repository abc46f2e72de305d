"""From a document to its actor-sentences: which actors each sentence is read for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from argmine.actors.resolver import Reader
from argmine.schema import ActorSentence, Document, Span

__all__ = ["actor_sentences", "read_actors"]

_BEFORE, _AFTER = 2, 1
_SALIENT = 2
_MOST = 10
_HOW = {"pronoun": "resolved", "description": "resolved", "collective": "resolved", "speaker": "speaker"}


def read_actors(document: Document, reader: Reader | None = None) -> Document:
    """The document as a reader reads it: its mentions, speakers and unlisted actors, in place of any annotated ones."""
    reading = (reader or Reader.default()).read(document.text, document.sentences, document.quotations, document.date)
    return replace(document, mentions=reading.mentions, speakers=reading.speakers, names=reading.names)


def actor_sentences(document: Document, extra: Iterable[tuple[int, str]] = ()) -> list[ActorSentence]:
    """The rows that classifiers see: every sentence for every actor that is named in it, resolved from it, speaks it, or was salient just before.

    Args:
        document: with mentions and speakers.
        extra: further ``(sentence, actor)`` pairs that must have a row, such as annotated ones.

    Returns:
        Rows in the order of sentences; within one, named actors first.
    """
    wanted: dict[int, list[str]] = {}
    for number, actor in extra:
        wanted.setdefault(number, []).append(actor)
    texts = [document.sentence_text(i) for i in range(len(document.sentences))]
    quoted = _quoted(document)
    rows: list[ActorSentence] = []
    last: list[str] = []
    for index in range(len(texts)):
        spans, how = _reached(document, index, last)
        last = list(spans) or last
        chosen = list(how)[:_MOST]
        chosen += [a for a in dict.fromkeys(wanted.get(index, ())) if a not in chosen]
        for actor in chosen:
            own = spans.get(actor, ())
            others = sorted({s for ss in spans.values() for s in ss} - set(own))
            rows.append(
                ActorSentence(
                    text=texts[index], actor=actor, mentions=own, others=tuple(others), quoted=quoted[index],
                    before=tuple(texts[max(0, index - _BEFORE) : index]), after=tuple(texts[index + 1 : index + 1 + _AFTER]),
                    how=how.get(actor, "salient"), register=document.register, document=document.id, sentence=index,
                )
            )  # fmt: skip
    return rows


def _reached(document: Document, index: int, last: list[str]) -> tuple[dict[str, tuple[Span, ...]], dict[str, str]]:
    """The stretches of a sentence that mention each actor, and how every candidate came to it, in order of preference."""
    start, end = document.sentences[index].start, document.sentences[index].end
    spans: dict[str, dict[Span, None]] = {}
    how: dict[str, str] = {}
    for m in document.mentions_by_sentence[index]:
        spans.setdefault(m.actor, {})[Span(m.start - start, min(m.end, end) - start)] = None
        how[m.actor] = "named" if how.get(m.actor) == "named" else _HOW.get(m.kind, "named")
    for actor in document.speakers[index] if document.speakers else ():
        how.setdefault(actor, "speaker")
    # Where somebody speaks, what nobody in the sentence says is the speaker's.
    if len(spans) <= 1 and "speaker" not in how.values():
        for actor in last[:_SALIENT]:
            how.setdefault(actor, "salient")
    return {actor: tuple(found) for actor, found in spans.items()}, how


def _quoted(document: Document) -> list[tuple[Span, ...]]:
    """For each sentence, the stretches of it that stand in quotations."""
    out: list[tuple[Span, ...]] = []
    q = 0
    for s in document.sentences:
        while q < len(document.quotations) and document.quotations[q].end <= s.start:
            q += 1
        here, k = [], q
        while k < len(document.quotations) and document.quotations[k].start < s.end:
            quote = document.quotations[k]
            here.append(Span(max(quote.start, s.start) - s.start, min(quote.end, s.end) - s.start))
            k += 1
        out.append(tuple(here))
    return out
