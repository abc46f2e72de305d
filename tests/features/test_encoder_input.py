"""What the encoder reads: stretches stay on their words, through tokens and noise; context is cut before the sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from argmine.features.encoder import FACTS, MARKS, Reading, assemble, facts, noised, readings
from argmine.schema import ActorSentence, Span

START, STOP = 1, 2
WORDS = st.lists(st.sampled_from(["the", "a", "Norway", "Chad", "refuses", "talks", "Ünal", "İzmir", "ß", "🙂"]), min_size=1, max_size=12)


def pieces(texts: Sequence[str]) -> tuple[list[list[int]], list[list[tuple[int, int]]]]:
    """A tokenizer of whole words: a word's id is its length plus ten."""
    spans = [[m.span() for m in re.finditer(r"\w+|[^\w\s]", text)] for text in texts]
    return [[b - a + 10 for a, b in s] for s in spans], spans


def a_reading(words: Sequence[str]) -> Reading:
    text, mentions = "", []
    for word in words:
        if word[0].isupper():
            mentions.append(Span(len(text), len(text) + len(word)))
        text += word + " "
    own = tuple(mentions[:1])
    return Reading(text.rstrip(), "It was before.", "It came after.", tuple(mentions), own, (), (own, tuple(mentions[1:])), (0, 1))


@given(WORDS, st.integers(0, 2**32 - 1))
@settings(max_examples=300, deadline=None)
def test_noise_keeps_every_mention_on_its_words(words: Sequence[str], seed: int) -> None:
    before = a_reading(words)
    after = noised(before, np.random.default_rng(seed), 0.5)
    assert [after.text[s.start : s.end].lower() for s in after.mentions] == [before.text[s.start : s.end].lower() for s in before.mentions]
    assert [len(spans) for spans in after.asked] == [len(spans) for spans in before.asked]
    letters = iter(before.text.lower())
    assert all(c in letters for c in after.text.lower())


@given(WORDS, st.integers(0, 2**32 - 1))
@settings(max_examples=200, deadline=None)
def test_cues_stay_on_their_words_through_noise_and_tokens(words: Sequence[str], seed: int) -> None:
    reading = a_reading(words)
    cues = tuple((k, Span(m.start(), m.end())) for k, m in enumerate(re.finditer(r"refuses|talks", reading.text)))
    reading = noised(replace(reading, cues=(cues, ())), np.random.default_rng(seed), 0.5)
    (tokens,) = assemble([reading], pieces, START, STOP, 64)
    shown = [reading.text[span.start : span.end].lower() for _, span in reading.cues[0]]
    assert all(words in ("refuses", "talks") for words in shown) and len(shown) == len(cues) and reading.cues[1] == ()
    for (_, places), word in zip(tokens.cues[0], shown, strict=True):
        # A cue that lost the space before it is one token with the name.
        assert len(places) == 1 and tokens.ids[places[0]] >= len(word) + 10


def test_noise_drops_articles_glues_words_and_lowers_capitals() -> None:
    reading = a_reading(["the", "Norway", "refuses", "the", "talks"])
    texts = {noised(reading, np.random.default_rng(seed), 0.5).text for seed in range(60)}
    assert any("Norwayrefuses" in t for t in texts) and any("norway" in t for t in texts) and any("refuses talks" in t for t in texts)
    assert noised(reading, np.random.default_rng(0), 0.0) == reading


def test_marks_stand_on_the_mentions() -> None:
    reading = a_reading(["Norway", "refuses", "talks", "Chad"])
    (tokens,) = assemble([reading], pieces, START, STOP, 64)
    column = MARKS.index
    first = int(np.flatnonzero(tokens.marks[:, column("sentence")])[0])
    assert tokens.ids.tolist() == [
        START,
        *pieces([reading.before])[0][0],
        STOP,
        *pieces([reading.text])[0][0],
        STOP,
        *pieces([reading.after])[0][0],
        STOP,
    ]
    assert np.flatnonzero(tokens.marks[:, column("own")]).tolist() == [first]
    assert np.flatnonzero(tokens.marks[:, column("mention")]).tolist() == [first + 3]
    assert np.flatnonzero(tokens.marks[:, column("refusal:real")]).tolist() == [first + 1]
    assert [np.flatnonzero(row).tolist() for row in tokens.asked] == [[first], [first + 3]]


@given(st.integers(4, 40))
def test_context_is_cut_before_the_sentence(longest: int) -> None:
    reading = a_reading(["Norway", "refuses", "the", "talks"])
    (tokens,) = assemble([reading], pieces, START, STOP, longest)
    assert len(tokens.ids) <= longest
    assert tokens.marks[:, MARKS.index("sentence")].sum() == min(4, longest - 3)


def test_one_pass_a_sentence_or_one_a_row() -> None:
    text = "Norway refuses the talks with Chad."
    norway, chad = Span(0, 6), Span(30, 34)
    rows = [
        ActorSentence(text, "NOR", (norway,), (chad,)), ActorSentence("Chad left.", "TCD", (Span(0, 4),)), ActorSentence(text, "TCD", (chad,), (norway,)),
        ActorSentence(text, "MLI", (), (norway, chad), how="speaker"),
    ]  # fmt: skip
    assert [r.rows for r in readings(rows)] == [(0, 2, 3), (1,)]
    alone = readings(rows, by_pair=True)
    assert [(r.rows, r.own) for r in alone] == [((0,), (norway,)), ((1,), (Span(0, 4),)), ((2,), (chad,)), ((3,), ())]


def test_facts_say_who_owns_the_cue() -> None:
    text = "Norway refuses the talks with Chad."
    for actor, own, other, owner in (("NOR", Span(0, 6), Span(30, 34), "own"), ("TCD", Span(30, 34), Span(0, 6), "other")):
        found = {name for name, value in zip(FACTS, facts(ActorSentence(text, actor, (own,), (other,))), strict=True) if value}
        assert f"{owner}:refusal:real" in found
