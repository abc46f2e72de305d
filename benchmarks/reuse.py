"""Whether argmine learns somebody else's corpus with other labels: the events of news sentences, beside plain TF-IDF.

    python benchmarks/reuse.py FOLDER [--models tfidf linear encoder] [--epochs N]

FOLDER holds ``PLOVER_GSR_CAMEO.json``, the PLOVER gold standard records (Open Event Data Alliance 2016; CC BY-SA 4.0). They become
a corpus folder of one sentence a document, with source and target as given mentions and the event as the source's label, which
`argmine.load_corpus` reads back. Labels are single (each sentence's first event) or multi (all of them). Five folds, no
sentence in two of them; F1 is of all out-of-fold predictions together: over (sentence, event), and over (sentence, source, event).
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import tables
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline

import argmine
from argmine.data import Corpus
from argmine.models.base import PositionClassifier
from argmine.schema import Document, LabelScheme, Mention, Position, Sentence

RECORDS = "PLOVER_GSR_CAMEO.json"
FOLDS = 5
_ABOUT = {"licence": "CC-BY-SA-4.0", "source": "PLOVER gold standard records, Open Event Data Alliance 2016"}

Record = dict[str, Any]


def actors(record: Record, role: str) -> list[tuple[str, str]]:
    """Identifier and words of each actor that a record has as source or target; it may have a list, a text or nothing there."""
    listed = record.get(role)
    found = listed if isinstance(listed, list) else []
    return [(re.sub("[^A-Z0-9]+", "_", f"{a['code']} {a.get('sector', '')}".upper()).strip("_"), a["actorText"]) for a in found]


def mention(actor: str, words: str, text: str) -> Mention | None:
    """The first place of the actor's words, or of as many of the first of them as the text has in a row."""
    parts = words.split()
    for n in range(len(parts), 0, -1):
        found = re.search(rf"(?<!\w){re.escape(' '.join(parts[:n]))}(?!\w)", text)
        if found:
            return Mention(*found.span(), actor, "gold")
    return None


def to_document(number: int, text: str, records: list[Record]) -> Document:
    """One sentence with the events that are recorded of it; records of one sentence share its mentions.

    It is named by its first event and a number: the records' own identifiers are not all different.
    """
    named = [found for record in records for role in ("source", "target") for found in actors(record, role)]
    mentions = {m for actor, words in named if (m := mention(actor, words, text))}
    positions: dict[tuple[str, str], Position] = {}
    for record in records:
        targets = {actor for actor, _ in actors(record, "target")}
        target = targets.pop() if len(targets) == 1 else None
        for actor, _ in actors(record, "source"):
            positions.setdefault((actor, record["event"]), Position(actor, record["event"], 0, target=target))
    name = f"{records[0]['event'].lower()}-{number:04}"
    return Document(
        name, text, (Sentence(0, len(text)),), tuple(mentions), positions=tuple(positions.values()), title=records[0]["id"], date=records[0]["date"],
        negotiation="plover", register="news", kind="ordinary", language=records[0]["language"], annotators=1,
    )  # fmt: skip


def to_corpus(records: list[Record], multilabel: bool) -> Corpus:
    """The records as a corpus: all events of a sentence, or the first one.

    Records without a text document the file; an event without a source has nobody to label.
    """
    events = [r for r in records if r.get("text") and actors(r, "source")]
    by_text: dict[str, list[Record]] = {}
    for record in events:
        by_text.setdefault(" ".join(record["text"].split()), []).append(record)
    scheme = LabelScheme("events", tuple(sorted({r["event"] for r in events})), multilabel)
    documents = tuple(to_document(i, text, found if multilabel else found[:1]) for i, (text, found) in enumerate(by_text.items()))
    return Corpus(documents, scheme, name="plover-gsr", about=_ABOUT, mentions="given")


def through_a_folder(corpus: Corpus) -> Corpus:
    """The corpus as a new user would have it: written as a folder, and loaded."""
    with tempfile.TemporaryDirectory() as folder:
        corpus.write(folder)
        return argmine.load_corpus(folder)


def folds(corpus: Corpus) -> dict[str, int]:
    """The fold of each document: dealt in order of their names, which begin with the event, so that all folds have some of each."""
    return {document.id: i % FOLDS for i, document in enumerate(corpus)}


def by_sentence(corpus: Corpus, labels: np.ndarray) -> np.ndarray:
    """The labels of a sentence, from those of its rows: what any of its actors has."""
    place = {document.id: i for i, document in enumerate(corpus)}
    out = np.zeros((len(corpus), labels.shape[1]), dtype=np.int8)
    np.maximum.at(out, [place[row.document] for row in corpus.X], labels)
    return out


def of_rows(make: Callable[[LabelScheme], PositionClassifier]) -> Callable[[Corpus], tuple[np.ndarray, np.ndarray]]:
    """Out-of-fold labels of a classifier of argmine, by sentence and by row."""

    def predict(corpus: Corpus) -> tuple[np.ndarray, np.ndarray]:
        X, y, dealt = corpus.X, corpus.y, folds(corpus)
        names = [row.document for row in X]
        fold = np.array([dealt[name] for name in names])
        predicted = np.zeros_like(y)
        for k in range(FOLDS):
            seen, held = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
            model = make(corpus.scheme).fit([X[i] for i in seen], y[seen], groups=[names[i] for i in seen])
            predicted[held] = model.predict([X[i] for i in held])
        return by_sentence(corpus, predicted), predicted

    return predict


def tfidf(corpus: Corpus) -> tuple[np.ndarray, np.ndarray]:
    """Out-of-fold labels of sentences by a logistic regression on words and pairs of words; they go to the actor named first.

    A sentence gets its likeliest event, and of several also those that are likelier than not.
    """
    gold, texts = by_sentence(corpus, corpus.y), np.array([document.text for document in corpus], dtype=object)
    fold = np.array(list(folds(corpus).values()))
    predicted = np.zeros_like(gold)
    for k in range(FOLDS):
        seen, held = fold != k, fold == k
        regression = LogisticRegression(C=10, class_weight="balanced", max_iter=1000)
        words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
        if corpus.scheme.multilabel:
            model = make_pipeline(words, OneVsRestClassifier(regression)).fit(texts[seen], gold[seen])
            chances = model.predict_proba(texts[held])
            predicted[held] = (chances > 0.5) | (chances == chances.max(axis=1, keepdims=True))
        else:
            model = make_pipeline(words, regression).fit(texts[seen], gold[seen].argmax(1))
            predicted[held] = np.eye(gold.shape[1], dtype=np.int8)[model.predict(texts[held])]
    first = {row.document: i for i, row in reversed(list(enumerate(corpus.X)))}
    rows = np.zeros_like(corpus.y)
    for document, labels in zip(corpus, predicted, strict=True):
        rows[first[document.id]] = labels
    return predicted, rows


def systems(epochs: int) -> dict[str, Callable[[Corpus], tuple[np.ndarray, np.ndarray]]]:
    def encoder(scheme: LabelScheme) -> PositionClassifier:
        from argmine.models.encoder import DEFAULT_TRAINING, EncoderClassifier

        return EncoderClassifier(training=replace(DEFAULT_TRAINING, epochs=epochs), scheme=scheme)

    return {"tfidf": tfidf, "linear": of_rows(lambda scheme: argmine.LinearClassifier(scheme=scheme)), "encoder": of_rows(encoder)}


def measure(model: str, corpus: Corpus, epochs: int) -> dict[str, object]:
    """One row of results."""
    sentences, rows = systems(epochs)[model](corpus)
    labels, gold = corpus.scheme.labels, by_sentence(corpus, corpus.y)
    whole = argmine.evaluate(gold, sentences, groups=[d.id for d in corpus], labels=labels)
    placed = argmine.evaluate(corpus.y, rows, labels=labels)
    return {
        "benchmark": "reuse", "data": corpus.name, "labels": "multi" if corpus.scheme.multilabel else "single", "model": model,
        "sentences": len(corpus), "events": int(gold.sum()), "kinds": len(labels),
        "macro_f1": round(whole.macro_f1, 4), "micro_f1": round(whole.micro_f1, 4), "interval": [round(v, 4) for v in whole.interval or ()],
        "macro_f1_with_source": round(placed.macro_f1, 4), "micro_f1_with_source": round(placed.micro_f1, 4),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--models", nargs="+", default=["tfidf", "linear", "encoder"], choices=list(systems(0)))
    parser.add_argument("--epochs", type=int, default=8, help="of the encoder")
    a = parser.parse_args()
    if not (a.folder / RECORDS).exists():
        sys.exit(f"{a.folder}: no {RECORDS} there; skipped")
    records = json.loads((a.folder / RECORDS).read_text(encoding="utf-8"))
    for multilabel in (False, True):
        corpus = through_a_folder(to_corpus(records, multilabel))
        for model in a.models:
            row = measure(model, corpus, a.epochs)
            print(json.dumps(row), flush=True)
            tables.keep("reuse", [row], "data", "labels", "model")
            tables.refresh("reuse")


if __name__ == "__main__":
    main()
