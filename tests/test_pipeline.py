"""The main job, from text to positions, offline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

import argmine
from argmine.errors import InputError, ModelError
from argmine.models.base import Explained, PositionClassifier
from argmine.pipeline import Miner, read_document
from argmine.schema import FOUR_LABELS, ActorSentence, Span


@pytest.mark.parametrize("model", ["encoder", "linear", "rules"])
def test_labels_offline(model: str, offline: None) -> None:
    report = argmine.load(model).label("Moscow refuses the ceasefire requested by Kyiv.")
    assert {(p.actor, p.label) for p in report.positions} == {("RUS", "refusal"), ("UKR", "demand")}


def test_the_sample_report(root: Path) -> None:
    text = (root / "argmine" / "sample" / "istanbul.txt").read_text(encoding="utf-8")
    found = {(p.actor, p.label) for p in argmine.load("rules").label(text).positions}
    assert {("RUS", "refusal"), ("UKR", "demand"), ("RUS", "concession"), ("UKR", "concession"), ("UKR", "refusal")} <= found


def test_stream_keeps_order_and_names(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt"):
        (tmp_path / name).write_text(f"Norway rejected {name}.", encoding="utf-8")
    reports = list(argmine.load("rules").stream([tmp_path / "b.txt", tmp_path / "a.txt"]))
    assert [r.document.id for r in reports] == ["b", "a"]


def test_notebook_view_is_escaped() -> None:
    page = argmine.load("rules").label("Norway rejected <b>it</b>.")._repr_html_()
    assert "<b>it" not in page and "Norway" in page and "refusal" in page


def test_byte_order_mark_and_windows_lines(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(b"\xef\xbb\xbfNorway rejected it.\r\n\r\nChad agreed to it.\r\n")
    (report,) = argmine.load("rules").stream([path])
    assert [report.document.sentence_text(i) for i in range(2)] == ["Norway rejected it.", "Chad agreed to it."]


@pytest.mark.parametrize("text", ["", "   ", "… — !"])
def test_nothing_to_read(text: str) -> None:
    with pytest.raises(InputError, match="empty or has no words"):
        read_document(text)


def test_less_probable_positions_are_left_out() -> None:
    text = "Moscow refuses the ceasefire requested by Kyiv. Norway may accept the text, its minister hinted."
    everything = argmine.load("linear").label(text).positions
    least = sorted(p.probability for p in everything)[1]
    assert list(argmine.load("linear", min_confidence=least).label(text).positions) == [p for p in everything if p.probability >= least]
    with pytest.raises(InputError, match="min_confidence 2 is not a probability from 0 to 1"):
        argmine.load("linear", min_confidence=2)


def test_unknown_model() -> None:
    with pytest.raises(ModelError, match="did you mean 'linear'"):
        argmine.load("linaer")


def test_date_decides_between_office_holders() -> None:
    text = "The Minister of Norway met Secretary Baker."
    of = {date: {m.actor for m in read_document(text, date=date).mentions} for date in ("1990-05-01", "2020-05-01")}
    assert of == {"1990-05-01": {"NOR", "USA"}, "2020-05-01": {"NOR"}}


def test_rows_of_learning_and_labelling_are_made_alike() -> None:
    """A document with its mentions taken away is read for the same candidates as its raw text."""
    from dataclasses import replace

    from argmine.actors.candidates import actor_sentences, read_actors
    from argmine.text import quotations

    document = argmine.load_corpus().documents[0]
    bare = read_actors(replace(document, mentions=(), quotations=quotations(document.text)))
    raw = read_document(document.text, document.id, document.date)
    assert [(s.start, s.end) for s in raw.sentences] == [(s.start, s.end) for s in document.sentences]
    rows, expected = ([(r.sentence, r.actor, r.mentions) for r in actor_sentences(d)] for d in (bare, raw))
    assert rows == expected


class _Urges(PositionClassifier):
    """Everybody in a sentence of Norway's is addressed, Chad most; Norway alone demands, with the sentence's second word."""

    scheme_, thresholds_ = FOUR_LABELS, np.full(4, 0.5)

    def fit(self, X: object, y: object = None) -> _Urges:
        return self

    def _probabilities(self, X: Sequence[ActorSentence]) -> np.ndarray:
        return np.array([[float(row.actor == "NOR"), 0, 0, 0] for row in X])

    def explain(self, X: Sequence[ActorSentence]) -> Explained:
        word = [Span(row.text.index(" ") + 1, row.text.index(" ", row.text.index(" ") + 1)) for row in X]
        addressed = np.array([[{"TCD": 0.9, "MLI": 0.6, "NOR": 1.0}.get(row.actor, 0.05)] * 4 for row in X])
        return Explained([(w, None, None, None) for w in word], addressed)


def test_words_and_target_are_the_classifiers() -> None:
    report = Miner(_Urges()).label("Norway urges Mali and Chad to sign. Norway urges Peru to sign. Peru waits for Chad.")
    assert [(p.actor, p.cue, p.target) for p in report.positions] == [("NOR", "urges", "TCD"), ("NOR", "urges", None)]
    first = next(report.records())
    assert first["positions"][0]["cue"] == "urges" and set(first["actors"]) == {"NOR", "MLI", "TCD"}
    assert report.names == {"NOR": "Norway", "TCD": "Chad"}


def test_without_a_head_for_it_the_only_other_actor_is_the_target() -> None:
    report = argmine.load("rules").label("Norway demands that Chad sign. Norway demands that Chad and Mali sign.")
    assert [(p.cue, p.target) for p in report.positions if p.actor == "NOR"] == [("demands that", "TCD"), ("demands that", None)]
