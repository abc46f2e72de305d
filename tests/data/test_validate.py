"""Findings: near-duplicates found and not falsely found, and one document for each other kind."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from argmine.data import ISSUES, Corpus, Finding, validate
from argmine.data.similar import closest_earlier, jaccard, words
from argmine.data.validate import CHECKS
from argmine.errors import InputError
from argmine.schema import Document, LabelScheme, Mention, Position, Sentence

AUTHORING = Path(__file__).parents[2] / "corpus" / "AUTHORING.md"


def document(name: str, sentences: Iterable[str], positions: Iterable[Position] = (), mentions: Iterable[Mention] = ()) -> Document:
    text, spans = "", []
    for sentence in sentences:
        start = len(text) + bool(text)
        text = f"{text} {sentence}" if text else sentence
        spans.append(Sentence(start, len(text)))
    return Document(name, text, tuple(spans), tuple(mentions), positions=tuple(positions), date="1999-01-02")


def found(corpus: Corpus, kind: str, **options: object) -> list[str]:
    return [str(finding) for finding in validate(corpus, kinds=[kind], **options)]  # type: ignore[arg-type]


def test_near_duplicates_are_found_across_and_within_documents() -> None:
    first = "Norway called on the two sides to keep to the timetable that they had signed."
    swapped = "Sweden called on the two sides to keep to the timetable that they had signed."
    cased = "NORWAY called on the two sides to KEEP to the timetable they had signed!"
    snow = "Snow fell on Helsinki and on the delegates who had come."
    corpus = Corpus((document("a-01", [first, snow, cased]), document("b-01", [swapped])))
    assert found(corpus, "near-duplicate") == [
        f"a-01:2: near-duplicate: shares 92% of its words with a-01:0, {first!r}",
        f"b-01:0: near-duplicate: shares 86% of its words with a-01:0, {first!r}",
    ]
    assert found(corpus, "near-duplicate", similarity=0.9) == [f"a-01:2: near-duplicate: shares 92% of its words with a-01:0, {first!r}"]


def test_near_duplicates_are_not_falsely_found() -> None:
    short = "The talks will go on."
    related = "Norway called on the two sides to release the prisoners whom they still held in the north."
    other = "Norway called on the two sides to keep to the timetable that they had signed."
    corpus = Corpus((document("a-01", [short, short, related]), document("b-01", [short, other])))
    assert found(corpus, "near-duplicate") == []


def test_the_least_similarity_counts() -> None:
    # Three words of five in common: exactly 0.6, which is not below it in floating point either.
    sets = [frozenset("abcd"), frozenset("abce")]
    assert list(closest_earlier(sets, 0.6)) == [(1, 0, 0.6)]


@settings(deadline=None)
@given(
    st.lists(st.frozensets(st.sampled_from("abcdefghij"), max_size=9), max_size=25),
    st.sampled_from([0.05, 0.2, 1 / 3, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]),
)
def test_the_fast_way_equals_the_plain_one(sets: list[frozenset[str]], threshold: float) -> None:
    plain = []
    for later, members in enumerate(sets):
        scored = [(jaccard(members, sets[earlier]), -earlier) for earlier in range(later)]
        similarity, place = max(scored, default=(0.0, 0))
        if similarity >= threshold:
            plain.append((later, -place, similarity))
    assert list(closest_earlier(sets, threshold)) == plain


def test_ten_thousand_sentences_are_quick_and_planted_copies_are_found() -> None:
    chance = random.Random(7)
    vocabulary = [f"w{index}" for index in range(8000)]
    weights = [1 / (rank + 3) for rank in range(8000)]
    sentences = [" ".join(chance.choices(vocabulary, weights, k=chance.randint(6, 40))) for _ in range(10_000)]
    planted = chance.sample(range(5000), 50)
    for place, source in enumerate(planted, 9000):
        sentences[place] = sentences[source].rpartition(" ")[0] + " changed"
    corpus = Corpus(tuple(document(f"d-{i:03}", sentences[i * 20 : i * 20 + 20]) for i in range(500)))
    start = time.perf_counter()
    findings = validate(corpus, kinds=["near-duplicate"])
    assert time.perf_counter() - start < 10
    places = {(int(f.document[2:]) * 20 + (f.sentence or 0)) for f in findings}
    expected = set()
    for place, source in enumerate(planted, 9000):
        if jaccard(frozenset(words(sentences[place])), frozenset(words(sentences[source]))) >= 0.6:
            expected.add(place)
    assert len(expected) > 40
    assert expected <= places


def test_repeated_text() -> None:
    corpus = Corpus((document("a-01", ["One day.", "Two days."]), document("a-02", ["One day, two  days"]), document("a-03", ["One day."])))
    assert found(corpus, "repeated text") == ["a-02: repeated text: has the words of a-01"]


def test_no_position() -> None:
    corpus = Corpus((document("a-01", ["One.", "Two."]), document("a-02", ["One."], [Position("RUS", "demand", 0)])))
    assert found(corpus, "no position") == ["a-01: no position: none of its 2 sentences has a position"]


def test_actor_without_mention() -> None:
    positions = [Position("RUS", "demand", 0), Position("UKRA", "demand", 0)]
    mentions = [Mention(0, 6, "RUS", "gold"), Mention(11, 15, "UKR", "gold")]
    corpus = Corpus((document("a-01", ["Moscow and Kyiv ask."], positions, mentions),))
    assert found(corpus, "actor without mention") == [
        "a-01:0: actor without mention: actor 'UKRA' is not one of 'RUS', 'UKR'; did you mean 'UKR'?"
    ]
    bare = Corpus((document("a-01", ["They ask."], [Position("RUS", "demand", 0)]),))
    assert found(bare, "actor without mention") == ["a-01:0: actor without mention: actor 'RUS' is not mentioned in the document"]


def test_unknown_actor() -> None:
    positions = [Position("RUS", "demand", 1, target="XYZ")]
    mentions = [Mention(0, 6, "RUSS", "gold"), Mention(8, 10, "RUSS", "gold")]
    corpus = Corpus((document("a-01", ["Moscow.", "It asks."], positions, mentions),))
    assert found(corpus, "unknown actor") == []
    assert found(corpus, "unknown actor", known={"RUS"}) == [
        "a-01:0: unknown actor: actor 'RUSS' is not in the registry",
        "a-01:1: unknown actor: actor 'XYZ' is not in the registry",
    ]


def test_unknown_issue() -> None:
    positions = [Position("RUS", "demand", 0, issue="sanction"), Position("UKR", "demand", 0, issue="aid"), Position("USA", "demand", 0)]
    (finding,) = found(Corpus((document("a-01", ["They ask."], positions),)), "unknown issue")
    assert finding.startswith("a-01:0: unknown issue: issue 'sanction' is not one of 'ceasefire', ")
    assert finding.endswith("; did you mean 'sanctions'?")


def test_rare_label() -> None:
    scheme = LabelScheme("two", ("demand", "refusal"))
    positions = [Position(f"A{i}", "demand", 0) for i in range(9)] + [Position("B", "refusal", 0)]
    corpus = Corpus((document("a-01", ["They ask."], positions),), scheme)
    assert found(corpus, "rare label") == ["corpus: rare label: label 'refusal' is 10.0% of the positions, less than 15%"]
    assert found(corpus, "rare label", share=0.1) == []
    assert len(found(Corpus((), scheme), "rare label")) == 2


def test_no_cue_and_no_date() -> None:
    positions = [Position("RUS", "demand", 0, cue="ask"), Position("UKR", "demand", 0)]
    corpus = Corpus((replace(document("a-01", ["They ask."], positions), date=None),))
    assert found(corpus, "no cue") == ["a-01:0: no cue: UKR demand has no cue"]
    assert found(corpus, "no date") == ["a-01: no date: has no date"]


def test_findings_are_in_the_order_of_the_corpus() -> None:
    corpus = Corpus((document("b-01", ["One."]), document("a-01", ["Two.", "Three."], [Position("RUS", "demand", 1, issue="x")])))
    findings = validate(corpus, known=())
    assert all(isinstance(finding, Finding) for finding in findings)
    assert [(f.document, f.sentence, f.kind) for f in findings] == [
        *[("", None, "rare label")] * 3,
        ("a-01", 1, "actor without mention"),
        ("a-01", 1, "unknown actor"),
        ("a-01", 1, "unknown issue"),
        ("a-01", 1, "no cue"),
        ("b-01", None, "no position"),
    ]


def test_unknown_kinds_and_shares() -> None:
    with pytest.raises(InputError, match=r"^kind of finding 'near duplicate' is not one of .*; did you mean 'near-duplicate'\?$"):
        validate(Corpus(()), kinds=["near duplicate"])
    with pytest.raises(InputError, match=r"^similarity 60 is not above 0 and at most 1$"):
        validate(Corpus(()), similarity=60)
    assert {finding.kind for finding in validate(Corpus(()))} <= set(CHECKS)


@pytest.mark.skipif(not AUTHORING.is_file(), reason="the author's guide is not beside the package")
def test_issues_are_those_of_the_authors_guide() -> None:
    listed = re.search(r"\*\*Issues\*\*, a small closed list: (.*?)\.\n", AUTHORING.read_text(encoding="utf-8"), re.DOTALL)
    assert listed
    assert tuple(re.split(r",\s+", listed.group(1))) == ISSUES
