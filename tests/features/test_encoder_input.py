"""What the encoder reads: stretches stay on their words, through tokens and noise; context is cut before the sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from argmine.features.encoder import FACTS, MARKS, Reading, assemble, facts, noised, readings, spellings
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


def spelt_otherwise(name: str) -> list[str]:
    return [name[:i] + new + name[i + len(old) :] for i, old, new in spellings(name)]


def between(reading: Reading) -> str:
    """The text without its mentions, in small letters."""
    edges = [0, *(edge for m in reading.mentions for edge in (m.start, m.end)), len(reading.text)]
    return "".join(reading.text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True)).lower()


@given(WORDS, st.integers(0, 2**32 - 1))
@settings(max_examples=300, deadline=None)
def test_noise_keeps_every_mention_on_its_words(words: Sequence[str], seed: int) -> None:
    before = a_reading(words)
    after = noised(before, np.random.default_rng(seed), 0.5)
    for was, now in zip(before.mentions, after.mentions, strict=True):
        name, found = before.text[was.start : was.end], after.text[now.start : now.end]
        assert found.lower() in (name.lower(), *(spelt.lower() for spelt in spelt_otherwise(name)))
        assert found[0] == name[0] or after.text == after.text.lower()
    assert [len(spans) for spans in after.asked] == [len(spans) for spans in before.asked]
    letters = iter(between(before))
    assert all(c in letters for c in between(after))


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
        # A cue that was glued to its neighbour is one token with it, unless that is a name.
        assert len(places) == 1 and tokens.ids[places[0]] >= len(word) + 10


def test_a_name_within_a_name_stays_on_its_words() -> None:
    """ "Norway's envoy Yushkov": all three stretches, spelt otherwise or not, and the asked actor's among them."""
    text = "Norway envoy Yushkov refuses."
    spans = (Span(0, 6), Span(0, 20), Span(13, 20))
    reading = Reading(text, "", "", spans, (), (), (spans[:1], spans[1:]), (0, 1))
    shown = set()
    for seed in range(200):
        after = noised(reading, np.random.default_rng(seed), 0.9)
        assert len(after.mentions) == 3 and [len(spans) for spans in after.asked] == [1, 2]
        shown.add(tuple(after.text[s.start : s.end].replace(" ", "").lower() for s in after.mentions))
    assert ("norvay", "norvayenvoyyushkov", "yushkov") in shown and any(found[2] == "iushkov" or found[2] == "yuchkov" for found in shown)


def test_noise_drops_articles_glues_words_spells_otherwise_and_lowers_capitals() -> None:
    reading = a_reading(["the", "Norway", "refuses", "the", "talks"])
    texts = {noised(reading, np.random.default_rng(seed), 0.5).text for seed in range(200)}
    assert any("norway" in t for t in texts) and any("refuses talks" in t for t in texts)
    assert any("Norwayrefuses" in t for t in texts) and any("refusesthe" in t for t in texts) and any("Norvay" in t for t in texts)
    assert noised(reading, np.random.default_rng(0), 0.0) == reading


@given(WORDS)
def test_names_glued_to_their_neighbours_are_read_apart(words: Sequence[str]) -> None:
    apart = a_reading(words)
    # Only spaces beside a name are lost: between two other words nothing shows the seam.
    beside = {i for m in apart.mentions for i in (m.start - 1, m.end)}
    kept = [c != " " or i not in beside for i, c in enumerate(apart.text)]
    place = np.cumsum([0, *kept])

    def move(spans: Sequence[Span]) -> tuple[Span, ...]:
        return tuple(Span(int(place[s.start]), int(place[s.end])) for s in spans)

    text = "".join(c for c, k in zip(apart.text, kept, strict=True) if k)
    glued = replace(apart, text=text, mentions=move(apart.mentions), own=move(apart.own), asked=tuple(move(a) for a in apart.asked))
    (one,), (other,) = assemble([apart], pieces, START, STOP, 64), assemble([glued], pieces, START, STOP, 64)
    assert one.ids.tolist() == other.ids.tolist()
    assert (one.marks == other.marks).all() and (one.asked == other.asked).all()
    assert [glued.text[a:b] for a, b in other.offsets] == [apart.text[a:b] for a, b in one.offsets]


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
