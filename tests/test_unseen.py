"""The benchmark on real text that nobody had looked at: what two readers' answers mean, and which sentences are scored."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import unseen

from argmine.models.rules import RuleClassifier
from argmine.pipeline import Miner

SENTENCES = ("Mr. President, we thank you.", "We demand that the bridge be opened.", "We refuse to sign the paper.", "We call on all to pay.")
NAME = "UNSC_2014_SPV.1_spch003_FR_neg"


def speech(folder: Path) -> Path:
    with (folder / "base.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, ["Speech", "Sentence_ID", "Full_Sentence"])
        rows.writeheader()
        rows.writerows({"Speech": NAME, "Sentence_ID": i, "Full_Sentence": s} for i, s in enumerate(SENTENCES, 1))
    return folder


def annotated(sentence: int, first: list[str], second: list[str]) -> dict[str, object]:
    return {"source": "speeches", "document": NAME, "sentence": sentence, "first": first, "second": second}


def test_a_speech_is_read_whole_under_its_speaker(tmp_path: Path) -> None:
    text, spans = unseen.speeches(speech(tmp_path))[NAME]
    assert text.startswith("Statement by the representative of France in the United Nations Security Council, 2014\n")
    assert [text[slice(*spans[i])] for i in (1, 2, 3, 4)] == list(SENTENCES)


def test_what_one_reader_alone_says_or_doubts_is_optional(tmp_path: Path) -> None:
    texts = unseen.speeches(speech(tmp_path))
    lines = [annotated(2, ["FRA demand", "RUS refusal"], ["FRA demand", "UKR demand"]), annotated(3, ["FRA refusal?"], ["FRA refusal"])]
    (gold,) = unseen.gold_documents(texts, lines)
    assert gold.positions == (frozenset({("FRA", "demand")}), frozenset())
    assert gold.optional == (frozenset({("RUS", "refusal"), ("UKR", "demand")}), frozenset({("FRA", "refusal")}))
    agreed = unseen.agreement(lines, "demand")
    assert agreed == {"f1": 1.0, "first": 1, "second": 1, "both": 1}
    assert unseen.agreement(lines)["f1"] == 2 * 1 / (2 + 2)


def test_only_annotated_sentences_are_scored(tmp_path: Path) -> None:
    texts = unseen.speeches(speech(tmp_path))
    gold = list(unseen.gold_documents(texts, [annotated(1, [], []), annotated(3, ["FRA refusal"], ["FRA refusal"])]))
    figures = unseen.read(Miner(RuleClassifier().fit([])), gold).figures()
    # The demands of the second and fourth sentence are found, and count neither way.
    assert (figures["found"], figures["asked"], figures["f1"]) == (1, 1, 1.0)


def test_the_annotations_are_whole() -> None:
    lines = [json.loads(line) for line in unseen.ANNOTATIONS.read_text(encoding="utf-8").splitlines()]
    places = [(a["source"], a["document"], a["sentence"]) for a in lines]
    assert len(set(places)) == len(places) and {a["source"] for a in lines} == {"speeches", "readouts", "statements"}
    labels = {label for a in lines for reader in ("first", "second") for _, label in unseen.triples(a[reader])[1]}
    assert labels == {"demand", "concession", "refusal", "condition"}
    assert all("text" not in a for a in lines), "places and labels only: the texts are other people's"
