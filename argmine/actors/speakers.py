"""Who speaks: the issuer of a statement or readout, and the speaker of each quotation."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from argmine.actors.words import SPEECH
from argmine.schema import Mention, Sentence, Span

__all__ = ["first_person", "issuers", "quotation_speakers", "signed"]

_STATEMENT = re.compile(
    r"\b(statement|declaration|communiqu[ée]|remarks|speech|address|press (?:call|briefing|gaggle|conference)|briefing"
    r"|resolution|conclusions|testimony|interview|message|memorandum)\b",
    re.I,
)
_READOUT = re.compile(r"\b(readout|read-out|telephone conversation|phone call)\b", re.I)
_JOINT = re.compile(r"\b(joint|trilateral|quadrilateral|leaders|ministers|between|parties|agreement)\b", re.I)
_TOPIC = re.compile(r"\b(on|regarding|concerning|about|calling|following|after|at|in|with|we)\b", re.I)
_VERB = re.compile(r"\b(" + "|".join(sorted(SPEECH)) + r")\b", re.I)
_MANY_ISSUERS = 8
# How far from a quotation, in characters, its speaker is looked for.
_REACH_BEFORE, _REACH_AFTER = 300, 160
_SIGNATURE = re.compile(r"^[—–-] ?\w|(?<!\w)@\w{3,}")
_LONGEST_SIGNATURE = 140


def issuers(text: str, sentences: Sequence[Sentence], mentions: Sequence[Mention]) -> tuple[str, ...]:
    """The actors in whose name the whole text speaks, or none: for statements, readouts and speeches.

    A joint text has all actors of its heading; where the heading names none, those of the first sentence that does.

    >>> issuers("Joint Statement by Norway and Chad", [Sentence(0, 34)], [Mention(19, 25, "NOR"), Mention(30, 34, "TCD")])
    ('NOR', 'TCD')
    """
    if not sentences:
        return ()
    head = text[sentences[0].start : sentences[0].end]
    readout, statement = _READOUT.search(head), _STATEMENT.search(head)
    if not (readout or statement) or len(head) > 300:
        return ()
    joint = bool(_JOINT.search(head)) and not readout
    for sentence in sentences[:3]:
        here = [m for m in mentions if sentence.start <= m.start < sentence.end]
        if not here:
            continue
        actors = list(dict.fromkeys(m.actor for m in here))
        if not joint:
            return tuple(actors[:1])
        topic = _TOPIC.search(text, here[0].end, sentence.end) if sentence is sentences[0] else None
        named = list(dict.fromkeys(m.actor for m in here if not topic or m.start < topic.start()))
        return tuple((named if len(named) > 1 or topic else actors)[:_MANY_ISSUERS])
    return ()


def first_person(sentences: Sequence[Sentence], mentions: Sequence[Mention]) -> tuple[str, ...]:
    """Who says "we" in an interview or a speech without a heading that tells: the party of the first person introduced."""
    opening = sentences[min(3, len(sentences) - 1)].end if sentences else 0
    return next(((m.actor,) for m in mentions if m.kind in ("person", "description") and m.end <= opening), ())


def signed(text: str, sentences: Sequence[Sentence], mentions: Sequence[Mention], turns: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The speakers of each sentence where posts are signed beneath: a short line with a handle, or after a dash.

    What stands between two such lines is spoken by the party that the second one names.
    """
    marks = [i for i, s in enumerate(sentences) if s.end - s.start <= _LONGEST_SIGNATURE and _SIGNATURE.search(text[s.start : s.end])]
    named = [(i, next((m.actor for m in _within(mentions, sentences[i])), None)) for i in marks]
    if sum(actor is not None for _, actor in named) < 2:
        return turns
    start = 0
    for index, actor in named:
        if actor:
            turns[start:index] = [turn or (actor,) for turn in turns[start:index]]
        start = index + 1
    return turns


def quotation_speakers(
    text: str, sentences: Sequence[Sentence], quotations: Sequence[Span], mentions: Sequence[Mention]
) -> list[str | None]:
    """The actor who speaks each quotation, or None.

    Looked for beside the nearest verb of speech in the sentence where the quotation ends, then in the one where it begins,
    then in an attribution line beneath; else the speaker goes on from the quotation before in the same paragraph or the next.
    """
    outside = [m for m in mentions if not any(m.start >= q.start and m.end <= q.end for q in _near(quotations, m))]
    speakers: list[str | None] = []
    last: tuple[int, str] | None = None
    at = 0
    for quote in quotations:
        while at < len(sentences) - 1 and sentences[at].end <= quote.start:
            at += 1
        opening = sentences[at]
        stop = at
        while stop < len(sentences) - 1 and sentences[stop].end < quote.end:
            stop += 1
        speaker = _beside(text, sentences[stop], quote, outside) or _beside(text, opening, quote, outside)
        if speaker is None and stop + 1 < len(sentences):
            below = sentences[stop + 1]
            if text[below.start] in "—–-" or text[below.start : below.end].startswith("@"):
                speaker = next((m.actor for m in outside if below.start <= m.start < below.end), None)
        if speaker is None and last and opening.paragraph - last[0] <= 1:
            speaker = last[1]
        if speaker is not None:
            last = (sentences[stop].paragraph, speaker)
        speakers.append(speaker)
    return speakers


def _near(quotations: Sequence[Span], mention: Mention) -> Sequence[Span]:
    """The one quotation that can hold the mention: the first that does not end before it."""
    index = bisect_left(quotations, mention.end, key=lambda q: q.end)
    return quotations[index : index + 1]


def _beside(text: str, sentence: Sentence, quote: Span, outside: Sequence[Mention]) -> str | None:
    """The mention that a verb of speech (or a colon) outside the quotation, and near it, makes its speaker."""
    reach = Span(max(sentence.start, quote.start - _REACH_BEFORE), min(sentence.end, quote.end + _REACH_AFTER))
    here = _within(outside, reach)
    after = [m for m in here if m.start >= quote.end]
    verb = _VERB.search(text, quote.end, reach.end) if after else None
    if verb:
        subjects = [m for m in after if m.end <= verb.start()]
        return (subjects[-1:] or [m for m in after if m.start >= verb.end()] or after)[0].actor
    before = [m for m in here if m.end <= quote.start]
    verbs = list(_VERB.finditer(text, reach.start, max(reach.start, quote.start))) if before else []
    if verbs:
        subjects = [m for m in before if m.end <= verbs[-1].start()]
        return (subjects[-1:] or before)[0].actor
    if before and text[reach.start : quote.start].rstrip().endswith((":", ",")):
        return before[0].actor
    return None


def _within(mentions: Sequence[Mention], span: Span) -> Sequence[Mention]:
    """The mentions that begin in a stretch of text."""
    low = bisect_left(mentions, span.start, key=lambda m: m.start)
    return mentions[low : bisect_left(mentions, span.end, low, key=lambda m: m.start)]
