"""Sparse features of an actor-sentence: words and cues before, between and after the actor's mentions, and who owns the cues."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

from argmine.actors.tokens import Token
from argmine.actors.words import SPEECH
from argmine.features.cues import SentenceCues, sentence_cues
from argmine.schema import ActorSentence, Span

__all__ = ["features", "weight"]

_AFTER, _BEFORE = 8, 4
# How much a block of features counts against the penalty: few cues that someone owns against very many words.
_WEIGHTS = {"w": 0.1, "b": 0.1, "own": 0.4, "other": 0.4, "none:named": 0.4, "none:resolved": 0.4, "none:speaker": 0.4, "none:salient": 0.4}
_OTHER_WEIGHT = 0.15


def weight(feature: str) -> float:
    """The scale of a feature before the penalty.

    >>> weight("own=refusal"), weight("w=river")
    (0.4, 0.1)
    """
    return _WEIGHTS.get(feature.split("=", 1)[0], _OTHER_WEIGHT)


def features(row: ActorSentence) -> list[str]:
    """The names of the features that an actor-sentence has, each once or more.

    >>> row = ActorSentence("Moscow rejects it.", "RUS", (Span(0, 6),))
    >>> "own=refusal" in features(row), "v=rejects" in features(row)
    (True, True)
    """
    read = sentence_cues(row.text, tuple(sorted({*row.mentions, *row.others})))
    own = _own_words(read, row.mentions)
    out = list(_shared(row.text, tuple(read.mentions)))
    out += _cues(read, row)
    out += _around(read, row, own)
    out += _setting(row, own, read)
    return out


@lru_cache(maxsize=512)
def _shared(text: str, mentions: tuple[Span, ...]) -> tuple[str, ...]:
    """Features that every actor of the sentence shares: its words and pairs of words."""
    read = sentence_cues(text, mentions)
    norms = _masked(read)
    out = [f"w={n}" for n in dict.fromkeys(norms)]
    out += [f"b={a}_{b}" for a, b in pairwise(norms)]
    out += [f"cue={h.cue.label}:{h.cue.kind}:{int(h.real)}" for h in read.hits]
    out.append(f"len={min(len(norms) // 8, 6)}")
    if read.question:
        out.append("question")
    return tuple(out)


def _masked(read: SentenceCues) -> list[str]:
    """The sentence's words with numbers as ``#`` and each mention as ``@``."""
    out, skip = [], -1
    for i, word in enumerate(read.words):
        if i <= skip:
            continue
        if i in read.at:
            skip = read.at[i][2]
            out.append("@")
        else:
            out.append(_plain(word))
    return out


def _plain(word: Token) -> str:
    return "#" if word.norm.isdigit() else word.norm


def _own_words(read: SentenceCues, mentions: Iterable[Span]) -> list[tuple[int, int]]:
    """The first and last word index of each of the actor's mentions."""
    wanted = set(mentions)
    return sorted({(first, last) for span, first, last in read.at.values() if span in wanted})


def _cues(read: SentenceCues, row: ActorSentence) -> Iterator[str]:
    """Who owns each cue: this actor, another, or nobody that the sentence names."""
    for hit in read.hits:
        who = f"none:{row.how}" if hit.owner is None else "own" if hit.owner in row.mentions else "other"
        state = "" if hit.real else ":neg" if hit.negated else ":unreal"
        yield f"{who}={hit.cue.label}{state}"
        yield f"{who}={hit.cue.kind}:{hit.cue.text}{state}"


def _around(read: SentenceCues, row: ActorSentence, own: list[tuple[int, int]]) -> Iterator[str]:
    """Words after and before each mention of the actor, up to the next mention of another, and the first verb-like word."""
    for first, last in own[:3]:
        after = _told(read, row, range(last + 1, len(read.words)), _AFTER)
        after = after[: after.index("@O") + 1] if "@O" in after else after
        yield from (f"a={w}" for w in after)
        yield from (f"a2={a}_{b}" for a, b in zip(["@A", *after], after, strict=False))
        yield from (f"a3={a}_{b}_{c}" for a, b, c in zip(["@A", *after], after, after[1:], strict=False))
        yield from (f"v={w}" for w in after[:3])
        before = _told(read, row, range(first - 1, -1, -1), _BEFORE)[::-1]
        yield from (f"p={w}" for w in before)
        if before:
            yield f"p1={before[-1]}"
            yield "p2=" + "_".join(before[-2:])


def _told(read: SentenceCues, row: ActorSentence, indices: Iterable[int], most: int) -> list[str]:
    """So many words in this order, each mention as one: ``@A``, the actor's, or ``@O``, another's. A name says nothing of the next text's actors."""
    named = {j: span for span, first, last in read.at.values() for j in range(first, last + 1)}
    out: list[str] = []
    inside = None
    for j in indices:
        span = named.get(j)
        if len(out) == most:
            break
        if span is None or span != inside:
            out.append(_plain(read.words[j]) if span is None else "@A" if span in row.mentions else "@O")
        inside = span
    return out


def _setting(row: ActorSentence, own: list[tuple[int, int]], read: SentenceCues) -> Iterator[str]:
    """How the actor came to the sentence, where it stands in it, quotation; and for an unnamed one, all words and cues."""
    yield f"how={row.how}"
    yield f"others={min(len(row.others), 3)}"
    owner = any(hit.real and hit.owner in row.mentions for hit in read.hits)
    yield f"first={'owner' if owner else len(_told(read, row, range(own[0][0]), 3)) if own else 'none'}"
    if row.quoted:
        inside = any(m in q for m in row.mentions for q in row.quoted)
        yield f"quoted={'mention' if inside else 'beside'}:{row.how}"
    for hit in read.hits:
        if row.how in ("speaker", "salient"):
            yield f"{row.how}={hit.cue.kind}:{hit.cue.text}:{int(hit.real)}"
    if not own:
        yield from (f"{row.how}-w={w}" for w in dict.fromkeys(_masked(read)))
    if read.words and read.words[-1].norm in SPEECH:
        yield "ends=speech"
