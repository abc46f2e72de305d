"""What each part of the encoder is worth: the recipe with one thing changed, at equal cost.

    python benchmarks/encoder_variants.py [FOLDER] [--share S] [--epochs N] [--only NAME ...] [--teacher FOLDER]

Every variant learns from the same share of the train split, in about as many passes of the encoder (one that reads every pair alone
gets fewer epochs for it), and is calibrated on dev. Choices are made on dev; FOLDER, with annotated real reports, is only measured.
``--teacher`` adds a larger encoder from a local folder, as many epochs but far more work.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import quality
import tables

import argmine
from argmine.data import Corpus
from argmine.evaluation.triples import read_gold
from argmine.models.encoder import DEFAULT_TRAINING, EncoderClassifier
from argmine.pipeline import Miner

# One line a variant: what is changed, in the classifier's settings and in its training's.
VARIANTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "recipe": ({}, {}),
    "one pass for every (sentence, actor)": ({"by_pair": True}, {}),
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


def measure(name: str, parts: dict[str, Corpus], folder: Path | None, epochs: int, settings: dict[str, Any], training: dict[str, Any]) -> dict[str, Any]:  # fmt: skip
    """Train one variant, and judge it."""
    train, dev, test = parts["train"], parts["dev"], parts["test"]
    if settings.get("by_pair"):
        epochs = max(1, round(epochs * len({(r.document, r.sentence) for r in train.X}) / len(train.X)))
    model = EncoderClassifier(**settings, training=replace(DEFAULT_TRAINING, epochs=epochs, **training))
    began = time.perf_counter()
    model.fit(train.X, train.y, groups=list(train.groups), dev=(dev.X, dev.y, list(dev.groups)))
    row: dict[str, Any] = {"variant": name, "epochs": epochs, "seconds": time.perf_counter() - began, "train_reports": len(train)}
    row["dev"] = argmine.evaluate(dev.y, model.decide(model.dev_probabilities_)).micro_f1
    row["corpus_test"] = argmine.evaluate(test.y, model.predict(test.X)).micro_f1
    for part in ("reports", "sentences") if folder else ():
        gold = read_gold(json.loads((folder / f"{part}.json").read_text(encoding="utf-8")))
        score = quality.end_to_end(Miner(model), gold)
        row[part] = {"end_to_end": score.figures()["f1"], "sentence+label": score.figures("sentence+label")["f1"]}
    return row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--share", type=float, default=0.25, help="of the train split's reports")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--only", nargs="+", default=list(VARIANTS), choices=list(VARIANTS))
    parser.add_argument("--teacher", help="folder of a larger encoder, trained for as many epochs: not at equal cost")
    a = parser.parse_args()
    train, dev, test = argmine.load_corpus().split()
    chosen = set(random.Random(0).sample([d.id for d in train], round(a.share * len(train))))
    parts = {"train": train.select(lambda d: d.id in chosen), "dev": dev, "test": test}
    variants = {name: VARIANTS[name] for name in a.only}
    if a.teacher:
        variants["a larger encoder"] = ({"base": a.teacher}, {})
    for name, (settings, training) in variants.items():
        row = measure(name, parts, a.folder, a.epochs, settings, training)
        print(json.dumps(row), flush=True)
        tables.keep("encoder_variants", [row], by="variant")


if __name__ == "__main__":
    main()
