"""A corpus may give its mentions: then its rows are the annotated actors, and nothing is read."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from argmine.data import Corpus, load_corpus, rows
from argmine.errors import FormatError
from argmine.schema import Document, LabelScheme, Mention, Position, Sentence, Span

Files = dict[str, Any]
CLAIMS = LabelScheme("claims", ("claim", "premise"), multilabel=False)


def document(texts: list[str], mentions: list[tuple[int, str, str]], positions: tuple[Position, ...] = ()) -> Document:
    """Sentences of one paragraph; a mention is its sentence, its words there and its actor."""
    starts = [sum(len(text) + 1 for text in texts[:i]) for i in range(len(texts))]
    sentences = tuple(Sentence(start, start + len(text)) for start, text in zip(starts, texts, strict=True))
    places = [(starts[i] + texts[i].index(words), words, actor) for i, words, actor in mentions]
    found = tuple(Mention(start, start + len(words), actor, "gold") for start, words, actor in places)
    head = {"title": "T", "negotiation": "a", "register": "wire", "kind": "ordinary"}
    return Document("a-01", " ".join(texts), sentences, found, positions=positions, **head)


@pytest.fixture
def strangers() -> Document:
    """Actors that no registry knows, one that it knows but the annotation leaves out, and one that has a position unmentioned."""
    texts = ["Ada tells Bob, near Moscow.", "Nobody came.", "Snow fell."]
    positions = (Position("ADA", "demand", 0), Position("CYD", "refusal", 2))
    return document(texts, [(0, "Ada", "ADA"), (0, "Bob", "BOB")], positions)


def test_rows_are_the_annotated_actors(strangers: Document) -> None:
    corpus = Corpus((strangers,), mentions="given")
    assert [(r.sentence, r.actor) for r in corpus.X] == [(0, "ADA"), (0, "BOB"), (2, "CYD")]
    assert corpus.X[0].mentions == (Span(0, 3),) and corpus.X[0].others == (Span(10, 13),)
    assert corpus.y.tolist() == [[1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0]]
    assert list(corpus.groups) == ["a"] * 3


def test_found_mentions_stay_the_default(strangers: Document) -> None:
    """Beside the annotated actors there is the one that only the reader finds."""
    found = {(r.sentence, r.actor) for r in Corpus((strangers,)).X}
    assert {(0, "ADA"), (0, "BOB"), (0, "RUS"), (2, "CYD")} <= found


def test_a_found_mention_gets_the_annotated_actor() -> None:
    """The reader takes "they" for the two states just named, and makes up a name for the miners; the annotator knows better."""
    texts = ["Norway and Chad heard the coal miners.", "They refuse to go on.", "The envoy to Moscow left."]
    mentions = [(0, "the coal miners", "MINERS_UNION"), (1, "They", "MINERS_UNION"), (2, "The envoy to Moscow", "NOR")]
    rows = Corpus((document(texts, mentions, (Position("MINERS_UNION", "refusal", 1),)),)).rows
    by_pair = {(r.sentence, r.actor): (r.mentions, list(y)) for r, y in zip(rows.X, rows.y, strict=True)}
    assert by_pair[1, "MINERS_UNION"] == ((Span(0, 4),), [0, 0, 1, 0])
    assert not by_pair[1, "NOR"][0] and not by_pair[1, "TCD"][0]
    assert {actor for sentence, actor in by_pair if sentence == 0} == {"NOR", "TCD", "MINERS_UNION"}
    assert by_pair[2, "RUS"][0] == (Span(13, 19),), "a name within a longer mention is still a candidate"


def test_nothing_is_read(strangers: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> Document:
        raise AssertionError("the text was read for actors")

    monkeypatch.setattr(rows, "read_actors", refuse)
    assert len(Corpus((strangers,), mentions="given").X) == 3


def test_every_annotated_actor_of_a_long_list_has_a_row() -> None:
    names = [f"Actor{i}" for i in range(14)]
    crowd = document([" ".join(names)], [(0, name, name.upper()) for name in names if name != "Actor1"])
    assert len(Corpus((crowd,), mentions="given").X) == 13


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(st.sampled_from(["ADA", "BOB", "CYD"]), unique=True), min_size=1, max_size=5))
def test_rows_follow_the_mentions_alone(actors: list[list[str]]) -> None:
    texts = [" ".join(["So", *names]) + "." for names in actors]
    made = document(texts, [(i, name, name) for i, names in enumerate(actors) for name in names])
    corpus = Corpus((made,), mentions="given")
    assert [(r.sentence, r.actor) for r in corpus.X] == [(i, name) for i, names in enumerate(actors) for name in names]
    assert corpus.y.shape == (len(corpus.X), 4)


def test_it_is_kept_by_every_form(strangers: Document, tmp_path: Path) -> None:
    corpus = Corpus((strangers,), splits={"a": "train"}, name="talks", mentions="given")
    corpus.write(tmp_path)
    assert json.loads((tmp_path / "corpus.json").read_text(encoding="utf-8"))["mentions"] == "given"
    assert load_corpus(tmp_path) == corpus
    assert Corpus.from_datasets(corpus.to_datasets()) == corpus
    assert corpus.split()[0].mentions == "given"


def test_found_mentions_go_unsaid(strangers: Document, tmp_path: Path) -> None:
    Corpus((strangers,), name="talks").write(tmp_path)
    assert "mentions" not in json.loads((tmp_path / "corpus.json").read_text(encoding="utf-8"))


def test_the_digest_tells_them_apart(strangers: Document) -> None:
    found = Corpus((strangers,))
    assert found.digest != replace(found, mentions="given").digest


@pytest.mark.parametrize(
    ("value", "message"), [("gven", "did you mean 'given'"), (True, "'found', 'given'"), (["given"], "'found', 'given'")]
)
def test_another_value_is_refused(value: object, message: str, files: Files, write: Callable[[Files], Path]) -> None:
    files["corpus.json"]["mentions"] = value
    with pytest.raises(FormatError, match=rf"corpus\.json: mentions .* is not one of .*{message}"):
        load_corpus(write(files))
    with pytest.raises(FormatError, match="mentions"):
        Corpus((), mentions=value)  # type: ignore[arg-type]


def test_two_labels_where_one_is_allowed_are_refused() -> None:
    both = (Position("ADA", "claim", 0), Position("ADA", "premise", 0))
    made = document(["Ada speaks."], [(0, "Ada", "ADA")], both)
    with pytest.raises(FormatError, match="document 'a-01', sentence 0: position 'ADA premise' is not alone"):
        Corpus((made,), CLAIMS)
    assert Corpus((made,), replace(CLAIMS, multilabel=True)).stats()["positions"] == 2
    apart = replace(made, positions=(both[0], Position("BOB", "premise", 0)))
    assert Corpus((apart,), CLAIMS).stats()["positions"] == 2


def test_two_labels_in_a_file_are_refused(files: Files, write: Callable[[Files], Path]) -> None:
    files["corpus.json"]["multilabel"] = False
    first = files["aceh.jsonl"][0]["positions"]
    first.append({**first[0], "label": "condition"})
    with pytest.raises(FormatError, match=r"aceh\.jsonl:1: position 'IDN condition' is not alone"):
        load_corpus(write(files))
