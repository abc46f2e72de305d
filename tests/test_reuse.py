"""Somebody else's corpus: the benchmark's conversion of event records, and the whole way from a folder to labelled text."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import reuse
from click.testing import CliRunner

import argmine
from argmine.cli import main
from argmine.data import Corpus
from argmine.models.folder import load_classifier
from argmine.schema import Document, LabelScheme, Mention, Position, Sentence

PHRASES = {"PUSH": "zorks", "PULL": "blicks", "WAIT": "grumbs"}


def record(event: str, text: str | None, source: object, target: object = None, number: int = 1) -> dict[str, Any]:
    """An event record of the shape that the PLOVER file has; made up."""
    return {
        "id": f"MADE-UP-{event}-{number}", "date": "2000-01-01", "source": source, "target": target, "event": event,
        "text": text, "language": "en", "eventText": "", "context": "aid", "textInfo": {"markup": ""},
    }  # fmt: skip


def actor(words: str, code: str, sector: str | None = None) -> dict[str, str]:
    return {"actorText": words, "code": code} | ({"sector": sector} if sector else {})


@pytest.fixture
def records() -> list[dict[str, Any]]:
    """A compound source, a sentence of two events, an elided actor, a target that is a text, and records without text or source."""
    lorn, vask = actor(" Lornish  rebels", "LRN", "REBabc"), actor("Vask", "VSK", "***")
    shared = "Vask sent bread to Mura but barred its doctors."
    return [
        {"id": "MADE-UP-DOCUMENT", "event": "DOCUMENT", "eventText": "about this file"},
        record("PUSH", "The Lornish rebels zork Vask , said Vask.", [lorn], [vask]),
        record("AID", shared, [vask], [actor("Mura", "MUR")]),
        record("REJECT", f" {shared}\n", [vask], [actor("Mura", "MUR")]),
        record("AID", "Mura and Tol gave bread.", [actor("Mura", "MUR"), actor("Tol ... helpers", "TOL", "CVL")], "diplomatic"),
        record("AID", "Bread came.", None, [vask]),
        record("PULL", "Nobody of note pulled.", [actor("Ghosts", "GHO")], ""),
    ]


def by_text(corpus: Corpus) -> dict[str, Document]:
    return {document.text: document for document in corpus}


def test_records_become_sentences_with_given_mentions(records: list[dict[str, Any]]) -> None:
    corpus = reuse.to_corpus(records, multilabel=True)
    assert corpus.mentions == "given" and corpus.scheme.labels == ("AID", "PULL", "PUSH", "REJECT")
    assert len(corpus) == 4
    pushed = next(d for d in corpus if "zork" in d.text)
    # The first place of each whole word; identifiers in capitals, code and sector.
    assert [(pushed.text[m.start : m.end], m.start, m.actor) for m in pushed.mentions] == [
        ("Lornish rebels", 4, "LRN_REBABC"),
        ("Vask", 24, "VSK"),
    ]
    assert [(p.actor, p.label, p.target) for p in pushed.positions] == [("LRN_REBABC", "PUSH", "VSK")]


def test_compound_and_elided_actors(records: list[dict[str, Any]]) -> None:
    given = by_text(reuse.to_corpus(records, multilabel=True))["Mura and Tol gave bread."]
    assert {p.triple for p in given.positions} == {(0, "MUR", "AID"), (0, "TOL_CVL", "AID")}
    assert {given.text[m.start : m.end] for m in given.mentions} == {"Mura", "Tol"}


def test_a_source_that_the_sentence_lacks_still_has_a_row(records: list[dict[str, Any]]) -> None:
    corpus = reuse.to_corpus(records, multilabel=True)
    (row,) = [row for row in corpus.X if row.actor == "GHO"]
    assert row.mentions == ()


@pytest.mark.parametrize(("multilabel", "labels"), [(True, ["AID", "REJECT"]), (False, ["AID"])])
def test_one_sentence_of_two_events(records: list[dict[str, Any]], multilabel: bool, labels: list[str]) -> None:
    corpus = reuse.to_corpus(records, multilabel)
    shared = by_text(corpus)["Vask sent bread to Mura but barred its doctors."]
    assert [p.label for p in shared.positions] == labels
    rows = corpus.y[[i for i, row in enumerate(corpus.X) if row.document == shared.id]]
    assert rows.sum(axis=1).tolist() == [len(labels), 0]


@pytest.mark.parametrize("multilabel", [True, False])
def test_the_folder_holds_it_all(records: list[dict[str, Any]], multilabel: bool) -> None:
    corpus = reuse.to_corpus(records, multilabel)
    assert reuse.through_a_folder(corpus) == corpus


def event_records() -> list[dict[str, Any]]:
    """Ten sentences of each event, told by a made-up verb."""
    texts = {event: [f"Ada {verb} the {i} nuts that Bob has." for i in range(10)] for event, verb in PHRASES.items()}
    both = [actor("Ada", "ADA")], [actor("Bob", "BOB")]
    return [record(event, text, *both, number=i) for event, found in texts.items() for i, text in enumerate(found)]


@pytest.mark.parametrize("multilabel", [True, False])
@pytest.mark.parametrize("model", ["tfidf", "linear"])
def test_planted_events_are_found_out_of_fold(model: str, multilabel: bool) -> None:
    row = reuse.measure(model, reuse.to_corpus(event_records(), multilabel), epochs=1)
    assert row["macro_f1"] > 0.95 and row["macro_f1_with_source"] > 0.95
    assert (row["sentences"], row["events"], row["kinds"]) == (30, 30, 3)


@pytest.mark.parametrize("multilabel", [True, False])
def test_the_whole_way_on_the_command_line(multilabel: bool, tiny_encoder: str, tmp_path: Path) -> None:
    """A corpus of 15 labels, mentions given, one sentence a document: trained on, judged on, and used on raw text."""
    both = [actor("Norway", "NOR")], [actor("Chad", "TCD")]
    made = [record(f"E{e:02}", f"Norway {'abcdefghijklmno'[e]}orks the {i} plan that Chad read.", *both, number=i) for e in range(15) for i in range(4)]
    reuse.to_corpus(made, multilabel).write(tmp_path / "corpus")
    (tmp_path / "report.txt").write_text("Norway aorks the plan. Chad read.", encoding="utf-8")

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(main, list(arguments), catch_exceptions=False)
        assert result.exit_code == 0, result.stderr
        return result.stdout

    corpus, model = str(tmp_path / "corpus"), str(tmp_path / "model")
    run("train", "--corpus", corpus, "--model", "encoder", "--base", tiny_encoder, "--epochs", "1", "--out", model)
    figures = json.loads(run("evaluate", "--corpus", corpus, "--model", model, "--format", "json"))
    assert len(figures["rows"]["labels"]) == 15 and figures["rows"]["labels"]["E00"]["support"] == 4
    lines = [json.loads(line) for line in run("label", str(tmp_path / "report.txt"), "--model", model, "--format", "jsonl").splitlines()]
    assert [line["actors"][0] for line in lines] == ["NOR", "TCD"]
    assert load_classifier(model).scheme_.multilabel == multilabel
    assert "language model" not in (tmp_path / "model" / "README.md").read_text(encoding="utf-8")


def test_labels_without_a_cue_are_not_found() -> None:
    """Out of fold means that: where each text is new and says nothing, no system is right by having seen it."""
    draw = np.random.default_rng(0)
    letters = ["".join(draw.choice(list("bcdfgklmnprst"), 8)) for _ in range(30)]
    made = [record(list(PHRASES)[i % 3], f"Ada {word}.", [actor("Ada", "ADA")], number=i) for i, word in enumerate(letters)]
    corpus = reuse.to_corpus(made, multilabel=False)
    assert all(reuse.measure(model, corpus, epochs=1)["macro_f1"] < 0.7 for model in ("tfidf", "linear"))


def test_folds_part_sentences_and_share_events() -> None:
    corpus = reuse.to_corpus(event_records(), multilabel=False)
    dealt = reuse.folds(corpus)
    events = {document.id: document.positions[0].label for document in corpus}
    counts = {(fold, event): sum(dealt[d] == fold and events[d] == event for d in dealt) for fold in range(5) for event in PHRASES}
    assert set(counts.values()) == {2}


def test_without_the_data_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["reuse.py", str(tmp_path)])
    with pytest.raises(SystemExit, match=rf"^{re.escape(str(tmp_path))}: no PLOVER_GSR_CAMEO\.json there; skipped$"):
        reuse.main()


def moves(n: int = 60) -> Corpus:
    """One sentence a document, actors of the registry, three labels of which a row has at most one."""
    scheme = LabelScheme("moves", tuple(PHRASES), multilabel=False)
    documents = []
    for i in range(n):
        label, verb = list(PHRASES.items())[i % 3]
        text = f"Norway {verb} the {i} nuts that Chad has."
        mentions = (Mention(0, 6, "NOR", "gold"), Mention(text.index("Chad"), text.index("Chad") + 4, "TCD", "gold"))
        head = {"title": "T", "date": "2000-01-01", "negotiation": f"n{i % 6}", "register": "news", "kind": "ordinary"}
        documents.append(
            Document(f"d-{i:02}", text, (Sentence(0, len(text)),), mentions, positions=(Position("NOR", label, 0, target="TCD"),), **head)
        )
    return Corpus(tuple(documents), scheme, name="moves", mentions="given")


def test_train_save_load_and_label_with_other_labels(tmp_path: Path) -> None:
    moves().write(tmp_path / "corpus")
    corpus = argmine.load_corpus(tmp_path / "corpus")
    model = argmine.LinearClassifier(scheme=corpus.scheme).fit(corpus.X, corpus.y, groups=list(corpus.groups))
    argmine.save(model, tmp_path / "model", corpus_digest=corpus.digest)
    again = load_classifier(tmp_path / "model")
    assert again.scheme_ == corpus.scheme and np.array_equal(again.predict(corpus.X), model.predict(corpus.X))
    report = argmine.load(tmp_path / "model").label("Chad grumbs the new nuts that Norway has.\n\nNorway blicks the nuts that Chad has.")
    assert [(p.sentence, p.actor, p.label, p.target) for p in report.positions] == [(0, "TCD", "WAIT", "NOR"), (1, "NOR", "PULL", "TCD")]
    assert "WAIT" in report._repr_html_()
    assert [len(r["positions"]) for r in report.records()] == [1, 1]
