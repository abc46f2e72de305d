"""Whose turn it is: the speakers of every sentence, and whom "we" and "our" mean in it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from argmine.actors.speakers import first_person, issuers, quotation_speakers, signed
from argmine.actors.tokens import Token
from argmine.actors.words import FIRST_PERSON
from argmine.schema import Mention, Sentence, Span

__all__ = ["read_speakers"]

_TURN = re.compile(r"(?P<q>Q|QUESTION|REPORTER)(?:\b|:)|(?P<who>[^\W\d_][^:\n\"“]{1,70}):\s")


def read_speakers(
    text: str, words: Sequence[Token], sentences: Sequence[Sentence], quotations: Sequence[Span], third: list[Mention]
) -> tuple[list[Mention], tuple[tuple[str, ...], ...]]:
    """The mentions by "we" and "our", and the speakers of every sentence.

    Args:
        text: the document.
        words: its words.
        sentences: its sentences, in order.
        quotations: its quotations, in order.
        third: the mentions by name, description and pronoun of the third person, in order.
    """
    issuing = issuers(text, sentences, third)
    spoken = quotation_speakers(text, sentences, quotations, third)
    turns = _turns(text, sentences, third, issuing)
    speakers: list[tuple[str, ...]] = []
    q = 0
    for sentence, turn in zip(sentences, turns, strict=True):
        while q < len(quotations) and quotations[q].end <= sentence.start:
            q += 1
        inside = [s for quote, s in zip(quotations[q : q + 8], spoken[q : q + 8], strict=True) if s and quote.overlaps(sentence)]
        speakers.append(tuple(dict.fromkeys(inside)) or turn)
    guest = () if issuing else first_person(sentences, third)
    out, at, q = [], 0, 0
    for word in words:
        if word.norm not in FIRST_PERSON or text[word.start : word.end] == "US":
            continue
        while at < len(sentences) - 1 and sentences[at].end <= word.start:
            at += 1
        while q < len(quotations) and quotations[q].end <= word.start:
            q += 1
        within = q < len(quotations) and quotations[q].start <= word.start
        who = (spoken[q],) if within else turns[at] or guest
        out += [Mention(word.start, word.end, actor, "speaker") for actor in who if actor]
    return out, tuple(speakers)


def _turns(text: str, sentences: Sequence[Sentence], mentions: Sequence[Mention], issuing: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Who speaks each sentence outside quotations: the turn of a transcript, else the issuers."""
    turns, current, transcript, at = [], issuing, False, 0
    known: dict[str, tuple[str, ...]] = {}
    for index, sentence in enumerate(sentences):
        while at < len(mentions) and mentions[at].start < sentence.start:
            at += 1
        turn = _TURN.match(text, sentence.start, sentence.end)
        if turn and turn["q"]:
            current, transcript = (), True
        elif turn and index and (transcript or turn["who"].isupper()):
            named = at < len(mentions) and mentions[at].end <= turn.end()
            current = known.setdefault(turn["who"], (mentions[at].actor,) if named else issuing)
            transcript = True
        turns.append(current)
    return signed(text, sentences, mentions, turns)
