"""Unlabelled reports with a teacher's answers: what is read, what is left out, and that no test data is among them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import argmine
from argmine.data.similar import closest_earlier, words
from argmine.data.unlabelled import ANSWERS, REPORTS, read_reports, read_taught, shipped_unlabelled, unlabelled_rows
from argmine.errors import FormatError, InputError
from argmine.schema import FOUR_LABELS

REPORT = {"document": "a-01", "date": "1999-01-02", "register": "wire", "report": "Norway refuses. Chad waits."}
ANSWER = {"document": "a-01", "sentence": 0, "actor": "NOR", "probabilities": [0.1, 0.0, 0.9, 0.0]}


def _folder(path: Path, reports: list[object], answers: list[object]) -> Path:
    for name, records in ((REPORTS, reports), (ANSWERS, answers)):
        (path / name).write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    return path


def test_rows_with_an_answer_are_read(tmp_path: Path) -> None:
    gone = ANSWER | {"actor": "PER"}
    rows, soft = read_taught(_folder(tmp_path, [REPORT], [ANSWER, gone]), FOUR_LABELS)
    assert [(r.document, r.sentence, r.actor, r.text) for r in rows] == [("a-01", 0, "NOR", "Norway refuses.")]
    assert soft.tolist() == [ANSWER["probabilities"]]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (ANSWER | {"probabilities": [0.1, 0.9]}, "4 numbers from 0 to 1"),
        (ANSWER | {"probabilities": [0.1, 0.0, 1.9, 0.0]}, "4 numbers from 0 to 1"),
        ({"document": "a-01"}, "just document, sentence, actor, probabilities"),
        ([1], "just document"),
    ],
)
def test_a_bad_answer_is_named(answer: object, message: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=rf"answers\.jsonl:1: .*{message}"):
        read_taught(_folder(tmp_path, [REPORT], [answer]), FOUR_LABELS)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"answers\.jsonl: can't be read"):
        read_taught(tmp_path, FOUR_LABELS)


def test_the_shipped_reports_are_of_negotiations_that_the_corpus_lacks() -> None:
    folder = shipped_unlabelled()
    assert folder is not None
    reports, corpus = read_reports(folder), argmine.load_corpus()
    assert len({d.id for d in reports}) == len(reports) > 100
    assert not {d.id.rsplit("-", 1)[0] for d in reports} & {d.negotiation for d in corpus}


def test_no_sentence_of_the_shipped_reports_is_one_of_the_judged_splits() -> None:
    """Sentences of eight words and more that share most of their words with one of dev or test would leak it."""
    folder = shipped_unlabelled()
    assert folder is not None
    _, dev, test = argmine.load_corpus().split()
    judged = [d.sentence_text(i) for part in (dev, test) for d in part for i in range(len(d.sentences))]
    fresh = list(dict.fromkeys(row.text for row in unlabelled_rows(read_reports(folder))))
    sets = [frozenset(w) for w in map(words, [*judged, *fresh]) if len(w) >= 8]
    n = sum(len(words(text)) >= 8 for text in judged)
    assert not [(a, b) for a, b, _ in closest_earlier(sets, 0.7) if a >= n > b]


def test_the_shipped_answers_fit_the_shipped_reports() -> None:
    """The reader may change after the teacher answered; when many rows have lost their answer, it is time to ask again."""
    folder = shipped_unlabelled()
    assert folder is not None
    rows, soft = read_taught(folder, argmine.load_corpus().scheme)
    assert len(rows) > 0.97 * len(unlabelled_rows(read_reports(folder)))
    assert 0.03 < float(np.mean(soft > 0.5)) < 0.3
