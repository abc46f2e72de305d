"""What each part of the encoder is worth: the recipe with one thing changed, at equal cost.

    python benchmarks/encoder_variants.py [FOLDER] [--share S] [--epochs N] [--only NAME ...]
    python benchmarks/encoder_variants.py [FOLDER] --teacher BASE [--answers FILE]

Every variant learns from the same share of the train split, in about as many passes of the encoder (one that reads every pair alone
gets fewer epochs for it), and is calibrated on dev. Choices are made on dev; FOLDER, with annotated real reports, is only measured. The recipe
learns from a teacher's answers to unlabelled reports too, but with a share below 1 no variant does: the teacher has seen the whole split.
``--teacher`` trains that teacher, a larger encoder from a local folder, on the whole train split, judges it, and writes its answers.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import quality
import tables
from torch import Tensor

import argmine
from argmine.data import Corpus
from argmine.data.unlabelled import ANSWERS, Taught, read_reports, read_taught, shipped_unlabelled, unlabelled_rows
from argmine.evaluation.triples import read_gold
from argmine.features.encoder import MARKS
from argmine.models.bases import Base
from argmine.models.encoder import DEFAULT_TRAINING, EncoderClassifier
from argmine.models.folder import load_classifier
from argmine.models.reader import ActorReader
from argmine.pipeline import Miner

# One line a variant: what is changed, in the classifier's settings and in its training's.
VARIANTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "recipe": ({}, {}),
    "without a teacher": ({"taught": False}, {}),
    "without a teacher, no rationales": ({"taught": False, "cue_weight": 0.0, "addressed_weight": 0.0}, {}),
    "no rationales": ({"cue_weight": 0.0, "addressed_weight": 0.0}, {}),
    "rationales: cues alone": ({"addressed_weight": 0.0}, {}),
    "rationales: what is addressed alone": ({"cue_weight": 0.0}, {}),
    "cues count three times as much": ({"cue_weight": 0.3}, {}),
    "one pass for every (sentence, actor)": ({"by_pair": True}, {}),
    "the same, mean of the sentence for the actor's states": ({"by_pair": True, "of_sentence": True}, {}),
    "no linear first reader": ({"first_reader": False}, {}),
    "no context": ({"before": 0, "alone": 0.0}, {}),
    "two sentences before": ({"before": 2}, {}),
    "one before, one after": ({"after": 1}, {}),
    "context in every training sentence": ({"alone": 0.0}, {}),
    "no noise": ({"noise": 0.0}, {}),
    "no names hidden": ({"masking": 0.0}, {}),
    "focal loss": ({}, {"loss": "focal"}),
    "positives count 3": ({}, {"positive_weight": 3.0}),
    "label smoothing 0.05": ({}, {"smoothing": 0.05}),
    "no layer-wise decay": ({}, {"layer_decay": 1.0}),
    "three layers frozen": ({"frozen_layers": 3}, {}),
    "all of the change kept": ({"rank": None}, {}),
    "rank 8": ({"rank": 8}, {}),
}
TEACHER = "the teacher: a larger encoder, as many epochs"


class SentenceReader(ActorReader):
    """The network with the mean of the sentence in place of the actor's mentions: only marks and facts tell actors apart."""

    def _read(
        self, ids: Tensor, attention: Tensor, marks: Tensor, asked: Tensor, reading: Tensor, facts: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        return super()._read(ids, attention, marks, marks[:, :, MARKS.index("sentence")][reading], reading, facts)


class SentenceClassifier(EncoderClassifier):
    """The encoder model with that network."""

    def _prepare(self) -> Base:
        base = super()._prepare()
        self.module_.__class__ = SentenceReader
        return base


def fitted(parts: dict[str, Corpus], epochs: int, settings: dict[str, Any], training: dict[str, Any], taught: Taught | None = None) -> EncoderClassifier:
    """One variant, trained."""
    train, dev = parts["train"], parts["dev"]
    kind = SentenceClassifier if settings.get("of_sentence") else EncoderClassifier
    model = kind(**{k: v for k, v in settings.items() if k != "of_sentence"}, training=replace(DEFAULT_TRAINING, epochs=epochs, **training))
    model.fit(train.X, train.y, groups=list(train.groups), dev=(dev.X, dev.y, list(dev.groups)), rationales=train.rationales, taught=taught)
    return model


def judged(name: str, model: EncoderClassifier, parts: dict[str, Corpus], folder: Path | None, seconds: float) -> dict[str, Any]:
    """One variant's row."""
    dev, test = parts["dev"], parts["test"]
    row: dict[str, Any] = {"variant": name, "epochs": model.training.epochs, "seconds": seconds, "train_reports": len(parts["train"])}
    row["dev"] = argmine.evaluate(dev.y, model.decide(model.dev_probabilities_)).micro_f1
    row["corpus_test"] = argmine.evaluate(test.y, model.predict(test.X)).micro_f1
    for part in ("reports", "sentences") if folder else ():
        gold = read_gold(json.loads((folder / f"{part}.json").read_text(encoding="utf-8")))
        score = quality.end_to_end(Miner(model), gold)
        row[part] = {"end_to_end": score.figures()["f1"], "sentence+label": score.figures("sentence+label")["f1"]}
    return row


def variant(name: str, parts: dict[str, Corpus], folder: Path | None, epochs: int) -> dict[str, Any]:
    """Train one variant, and judge it."""
    settings, training = dict(VARIANTS[name][0]), VARIANTS[name][1]
    train = parts["train"]
    whole = len(train) == len(argmine.load_corpus().select(split="train"))
    wanted = settings.pop("taught", True)
    folder_of_answers = shipped_unlabelled() if whole and wanted else None
    if not settings and not training and epochs == DEFAULT_TRAINING.epochs and folder_of_answers:
        return shipped(name, parts, folder)
    if settings.get("by_pair"):
        epochs = max(1, round(epochs * len({(r.document, r.sentence) for r in train.X}) / len(train.X)))
    began = time.perf_counter()
    taught = read_taught(folder_of_answers, train.scheme) if folder_of_answers else None
    model = fitted(parts, epochs, settings, training, taught)
    return judged(name, model, parts, folder, time.perf_counter() - began)


def shipped(name: str, parts: dict[str, Corpus], folder: Path | None) -> dict[str, Any]:
    """What the recipe makes of the whole train split is there already: the shipped model, if this corpus is its own."""
    place = Path(str(resources.files("argmine.pretrained"))) / "encoder"
    if json.loads((place / "model.json").read_text(encoding="utf-8"))["corpus"] != argmine.load_corpus().digest:
        raise SystemExit("the shipped encoder was trained on another corpus; train it again first: argmine train --recipe default")
    model = load_classifier(place)
    model.dev_probabilities_ = model.predict_proba(parts["dev"].X)
    return judged(name, model, parts, folder, sum(r.seconds for r in model.history_))


def teach(base: str, parts: dict[str, Corpus], folder: Path | None, epochs: int, answers: Path) -> dict[str, Any]:
    """Train the teacher, let it answer the unlabelled reports, and judge it."""
    began = time.perf_counter()
    teacher = fitted(parts, epochs, {"base": base, "rank": None}, {"learning_rate": 6e-5})
    seconds = time.perf_counter() - began
    rows = unlabelled_rows(read_reports(answers.parent))
    records = [
        {"document": row.document, "sentence": row.sentence, "actor": row.actor, "probabilities": [round(float(x), 4) for x in p]}
        for row, p in zip(rows, teacher.predict_proba(rows), strict=True)
    ]
    answers.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    return judged(TEACHER, teacher, parts, folder, seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--share", type=float, default=1.0, help="of the train split's reports")
    parser.add_argument("--epochs", type=int, default=DEFAULT_TRAINING.epochs)
    parser.add_argument("--only", nargs="*", default=list(VARIANTS), choices=list(VARIANTS))
    parser.add_argument("--teacher", metavar="BASE", help="folder of a larger encoder to train as a teacher, at far more work; nothing else is done")
    parser.add_argument("--answers", type=Path, help="where the teacher's answers go, beside the unlabelled reports  [default: the shipped ones]")
    a = parser.parse_args()
    unlabelled = shipped_unlabelled()
    answers = a.answers or (unlabelled / ANSWERS if unlabelled else None)
    if a.teacher and (a.share < 1 or answers is None):
        parser.error("--teacher learns from the whole train split, and needs a folder of unlabelled reports to answer")
    train, dev, test = argmine.load_corpus().split()
    chosen = set(random.Random(0).sample([d.id for d in train], round(a.share * len(train))))
    parts = {"train": train.select(lambda d: d.id in chosen), "dev": dev, "test": test}
    taught = (teach(a.teacher, parts, a.folder, a.epochs, answers) for _ in range(1)) if a.teacher and answers else None
    for row in taught or (variant(name, parts, a.folder, a.epochs) for name in a.only):
        print(json.dumps(row), flush=True)
        budget = f"{len(parts['train'])} reports, {a.epochs} epochs"
        tables.keep("encoder_variants", [row | {"budget": budget}], "variant", "budget")
        tables.refresh("variants")


if __name__ == "__main__":
    main()
