"""What the encoder reads: tokens of a sentence and its context, marks on them, and facts about the actor.

One *reading* is one pass of the encoder. It serves every actor of a sentence, each with a head of its own on the actor's mentions, or, read
pair by pair, one actor only, whose mentions then bear another mark than everybody else's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from argmine.actors.tokens import segments
from argmine.features.cues import CueHit, sentence_cues
from argmine.schema import FOUR_LABELS, ActorSentence, Rationale, Span

__all__ = ["FACTS", "HOW", "MARKS", "Reading", "Tokens", "assemble", "facts", "noised", "readings", "spellings"]

HOW = ("named", "resolved", "speaker", "salient")
_STATES = ("real", "negated", "unreal")
_OWNERS = ("own", "other", "none")
# Marks on tokens: whose mention it is, whether it is quoted, the sentence itself (not its context), and cues by label and state.
MARKS = ("own", "mention", "quoted", "sentence", *(f"{label}:{state}" for label in FOUR_LABELS.labels for state in _STATES))
FACTS = (
    *HOW,
    "mentioned",
    "others",
    "quoted",
    "question",
    *(f"{who}:{label}:{state}" for who in _OWNERS for label in FOUR_LABELS.labels for state in _STATES),
)
_COLUMN = {name: i for i, name in enumerate(MARKS)}
_FACT = {name: i for i, name in enumerate(FACTS)}
# Words are glued so many times more rarely than articles are dropped.
_GLUE = 10
# Letters of names, and how another transliteration has them.
_SPELLINGS = (
    ("sky", "skiy"), ("sky", "ski"), ("iy", "y"), ("yi", "i"), ("kh", "h"), ("zh", "j"), ("dj", "j"), ("ou", "u"), ("oo", "u"), ("ee", "i"), ("ei", "ey"),
    ("ya", "ia"), ("yu", "iu"), ("sh", "ch"), ("ch", "tch"), ("q", "k"), ("w", "v"), ("ks", "x"), ("ss", "s"), ("mm", "m"), ("gh", "g"), ("aa", "a"),
)  # fmt: skip
_ARTICLE = re.compile(r"\b(?:the|an?)\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Reading:
    """One pass of the encoder: a text with its context, and the rows that it answers.

    Attributes:
        text: the sentence.
        before, after: its context, in the order of the text.
        mentions: every actor's mentions.
        own: the mentions that bear the mark of the one actor that is asked about; empty where all actors are read at once.
        quoted: stretches in quotation.
        asked: for each row, the mentions of its actor.
        rows: for each row, its index among the rows given.
        cues: for each row, the words that express its positions, with their labels' columns; empty where none are known.
    """

    text: str
    before: str
    after: str
    mentions: tuple[Span, ...]
    own: tuple[Span, ...]
    quoted: tuple[Span, ...]
    asked: tuple[tuple[Span, ...], ...]
    rows: tuple[int, ...]
    cues: tuple[tuple[tuple[int, Span], ...], ...] = ()


def readings(
    rows: Sequence[ActorSentence], *, by_pair: bool = False, before: int = 1, after: int = 0, rationales: Sequence[Rationale | None] = ()
) -> list[Reading]:  # fmt: skip
    """The passes that answer some rows: one a sentence, or one a row.

    Args:
        rows: actor-sentences, in any order.
        by_pair: one pass for every row, with its actor's mentions marked.
        before, after: how many sentences of context.
        rationales: one a row, or none at all.

    >>> text = "Moscow refuses what Kyiv asked."
    >>> rows = [ActorSentence(text, "RUS", (Span(0, 6),), (Span(20, 24),)), ActorSentence(text, "UKR", (Span(20, 24),), (Span(0, 6),))]
    >>> [r.rows for r in readings(rows)], len(readings(rows, by_pair=True))
    ([(0, 1)], 2)
    """
    groups: dict[Any, list[int]] = {}
    for i, row in enumerate(rows):
        mentions = tuple(sorted({*row.mentions, *row.others}))
        key = (row.text, mentions, row.before, row.after, row.quoted)
        groups.setdefault((key, i) if by_pair else key, []).append(i)
    out = []
    for indices in groups.values():
        row = rows[indices[0]]
        out.append(
            Reading(
                row.text, " ".join(row.before[-before:] if before else ()), " ".join(row.after[:after]),
                tuple(sorted({*row.mentions, *row.others})), row.mentions if by_pair else (), row.quoted,
                tuple(rows[i].mentions for i in indices), tuple(indices), tuple(_cues(rationales[i]) for i in indices if rationales),
            )
        )  # fmt: skip
    return out


def _cues(rationale: Rationale | None) -> tuple[tuple[int, Span], ...]:
    return rationale.cues if rationale else ()


def facts(row: ActorSentence) -> NDArray[np.float32]:
    """What is known of the actor in the sentence beside the text: shape (len(FACTS),), 0 or 1 each but for the count of others.

    >>> row = ActorSentence("Moscow rejects it.", "RUS", (Span(0, 6),))
    >>> [name for name, value in zip(FACTS, facts(row)) if value]
    ['named', 'mentioned', 'own:refusal:real']
    """
    out = np.zeros(len(FACTS), dtype=np.float32)
    read = sentence_cues(row.text, tuple(sorted({*row.mentions, *row.others})))
    out[_FACT[row.how]] = 1
    out[_FACT["mentioned"]] = bool(row.mentions)
    out[_FACT["others"]] = min(len(row.others), 3) / 3
    out[_FACT["quoted"]] = bool(row.quoted)
    out[_FACT["question"]] = bool(read.question)
    for hit in read.hits:
        who = "none" if hit.owner is None else "own" if hit.owner in row.mentions else "other"
        out[_FACT[f"{who}:{hit.cue.label}:{_state(hit)}"]] = 1
    return out


def _state(hit: CueHit) -> str:
    return "real" if hit.real else "negated" if hit.negated else "unreal"


def noised(reading: Reading, draw: np.random.Generator, rate: float) -> Reading:
    """The reading as a poor transmission might give it: articles dropped, words glued together, names spelt otherwise, capitals lost.

    Only the sentence is changed, all stretches move with it. ``rate`` is the share of articles that are dropped and of names that are spelt
    otherwise, and the chance that capitals are lost; of the spaces, a tenth as many are dropped.
    """
    changes = {m.start(): (m.end(), "") for m in _ARTICLE.finditer(reading.text) if draw.random() < rate}
    changes |= {i: (i + 1, "") for i, c in enumerate(reading.text) if c == " " and draw.random() < rate / _GLUE}
    for span in reading.mentions:
        if draw.random() < rate and (others := spellings(reading.text[span.start : span.end])):
            at, old, new = others[draw.integers(len(others))]
            changes[span.start + at] = (span.start + at + len(old), new)
    text = reading.text.lower() if len(reading.text.lower()) == len(reading.text) and draw.random() < rate else reading.text
    out, place = "", [0] * (len(text) + 1)
    i = 0
    while i < len(text):
        end, new = changes.get(i, (i + 1, text[i]))
        place[i:end] = [len(out)] * (end - i)
        out += new
        i = end
    place[len(text)] = len(out)

    def move(spans: Iterable[Span]) -> tuple[Span, ...]:
        return tuple(Span(place[s.start], place[s.end]) for s in spans if place[s.start] < place[s.end])

    return replace(
        reading, text=out, mentions=move(reading.mentions), own=move(reading.own), quoted=move(reading.quoted),
        asked=tuple(move(spans) for spans in reading.asked), cues=tuple(tuple((k, moved) for k, span in cues for moved in move([span])) for cues in reading.cues),
    )  # fmt: skip


def spellings(name: str) -> list[tuple[int, str, str]]:
    """How a name might be transliterated otherwise: where, which letters, and others for them; nothing for what begins without a capital.

    >>> spellings("Zelensky"), spellings("they")
    ([(5, 'sky', 'skiy'), (5, 'sky', 'ski')], [])
    """
    if not name[:1].isupper():
        return []
    return [(i, old, new) for old, new in _SPELLINGS for i in range(1, len(name)) if name.startswith(old, i)]


@dataclass(frozen=True)
class Tokens:
    """One reading as the encoder takes it.

    Attributes:
        ids: token ids with the special ones, shape (length,).
        marks: 0 or 1, shape (length, len(MARKS)).
        asked: 0 or 1, shape (n_rows, length): the tokens of each row's actor.
        first, offsets: where the sentence begins, and the characters of its tokens, shape (n, 2).
        cues: for each row the columns of labels and the indices of the tokens that express them.
    """

    ids: NDArray[np.int64]
    marks: NDArray[np.float32]
    asked: NDArray[np.float32]
    first: int
    offsets: NDArray[np.int64]
    cues: tuple[tuple[tuple[int, NDArray[np.int64]], ...], ...] = ()

    @cached_property
    def own(self) -> NDArray[np.bool_]:
        """Which tokens belong to any actor's mention, shape (length,)."""
        return (self.marks[:, _COLUMN["own"]] + self.marks[:, _COLUMN["mention"]]) > 0


Pieces = Callable[[Sequence[str]], tuple[list[list[int]], list[list[tuple[int, int]]]]]


def assemble(batch: Sequence[Reading], pieces: Pieces, start: int, stop: int, longest: int) -> list[Tokens]:
    """Readings as tokens: start, context before, stop, sentence, stop, context after; the context is cut first.

    A name that was glued to its neighbour is read apart from it.

    Args:
        batch: what to read.
        pieces: texts to token ids and their (start, end) characters, without special tokens.
        start, stop: ids of the special tokens around a text.
        longest: most tokens of one reading, special ones too.
    """
    if not batch:
        return []
    cuts = [segments(r.text, r.mentions) for r in batch]
    read = zip(*pieces([part for r, cut in zip(batch, cuts, strict=True) for part in (r.before, r.after, *(r.text[s.start : s.end] for s in cut))]), strict=True)
    out = []
    for reading, cut in zip(batch, cuts, strict=True):
        (before, _), (after, _) = next(read), next(read)
        parts = [(s.start, *next(read)) for s in cut]
        text = [i for _, ids, _ in parts for i in ids][: longest - 3]
        offsets = [(at + a, at + b) for at, _, places in parts for a, b in places][: len(text)]
        room = longest - 3 - len(text)
        before = before[len(before) - min(len(before), room) :]
        after = after[: max(0, room - len(before) - 1)]
        tail = [*after, stop] if after else []
        whole = np.array([start, *before, stop, *text, stop, *tail])
        out.append(_marked(reading, whole, len(before) + 2, offsets))
    return out


def _marked(reading: Reading, ids: NDArray[np.int64], first: int, offsets: Sequence[tuple[int, int]]) -> Tokens:
    """The reading's tokens with their marks; ``first`` is where the sentence begins."""
    starts, ends = (np.array([o[k] for o in offsets], dtype=int) for k in (0, 1))
    marks = np.zeros((len(ids), len(MARKS)), dtype=np.float32)
    asked = np.zeros((len(reading.asked), len(ids)), dtype=np.float32)
    inside = slice(first, first + len(offsets))

    def within(span: Span) -> NDArray[np.bool_]:
        return (starts < span.end) & (ends > span.start)

    marks[inside, _COLUMN["sentence"]] = 1
    for name, spans in (("own", reading.own), ("mention", set(reading.mentions) - set(reading.own)), ("quoted", reading.quoted)):
        for span in spans:
            marks[inside, _COLUMN[name]][within(span)] = 1
    for hit in sentence_cues(reading.text, reading.mentions).hits:
        marks[inside, _COLUMN[f"{hit.cue.label}:{_state(hit)}"]][within(Span(hit.start, hit.end))] = 1
    for i, spans in enumerate(reading.asked):
        for span in spans:
            asked[i, inside][within(span)] = 1
    cues = tuple(tuple((k, first + np.flatnonzero(within(span))) for k, span in row) for row in reading.cues)
    return Tokens(ids, marks, asked, first, np.array(offsets, dtype=np.int64).reshape(-1, 2), cues)
