"""What becomes of each system when the text changes: one sentence changed by hand, a poor transmission, another kind of text.

    python benchmarks/robustness.py [--models rules tfidf linear …] [--kept FOLDER] [--failures N] [--documents N]

Metamorphic pairs: see ``metamorphic.py``. Noise: the corpus's test split from raw text, after articles were dropped, words glued and capitals
lost. Registers: F1 on the test split by group of registers, and the same for models that learned without that group.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import metamorphic
import numpy as np
import quality
import systems
import tables

import argmine
from argmine.data import Corpus
from argmine.evaluation.triples import GoldDocument
from argmine.models.base import PositionClassifier
from argmine.pipeline import Miner
from argmine.schema import Document

LEVELS = (0.0, 0.1, 0.3, 0.6)
GROUPS = {
    "archive": ("memorandum of conversation", "telegram"),
    "official": ("communique", "joint statement", "readout"),
    "posts": ("posts",),
    "press": ("background", "fact box", "news analysis", "newspaper", "op-ed"),
    "speech": ("council speech", "interview", "press briefing"),
    "wire": ("agency note", "live blog", "machine-translated wire", "wire", "wire leads"),
}
# Which systems are fitted again for each group.
REFITTED: dict[str, Callable[[], PositionClassifier]] = {"tfidf": systems.TfidfLogistic, "linear": argmine.LinearClassifier}
_ARTICLE = re.compile(r"\b(?:the|an?)\s+(?=\w)", re.IGNORECASE)
_CAPITALISED = re.compile(r"\b[A-Z]\w*")


def gold_of(document: Document) -> GoldDocument:
    """An annotated document in the form that systems are scored by."""
    positions: list[set[tuple[str, str]]] = [set() for _ in document.sentences]
    for p in document.positions:
        positions[p.sentence].add((p.actor, p.label))
    spans = tuple((s.start, s.end) for s in document.sentences)
    return GoldDocument(document.id, document.text, spans, tuple(map(frozenset, positions)), (frozenset(),) * len(spans))


def noised(gold: GoldDocument, rate: float, draw: np.random.Generator) -> GoldDocument:
    """The document as a poor transmission might give it, its sentences' stretches moved along.

    With this probability each: an article is dropped; a capitalised word loses its capital, or the space after it (one or the other).
    """
    keep, text = [True] * len(gold.text), list(gold.text)
    for match in _ARTICLE.finditer(gold.text):
        if draw.random() < rate:
            keep[match.start() : match.end()] = [False] * (match.end() - match.start())
    for match in _CAPITALISED.finditer(gold.text):
        if draw.random() < rate:
            start, end = match.span()
            if draw.random() < 0.5:
                text[start] = text[start].lower()
            elif gold.text[end : end + 1] == " " and gold.text[end + 1 : end + 2].isalnum():
                keep[end] = False
    at = [0, *map(int, np.cumsum(keep))]
    spans = tuple((at[start], at[end]) for start, end in gold.spans)
    return replace(gold, text="".join(c for c, kept in zip(text, keep, strict=True) if kept), spans=spans)


def pairs_row(name: str, miner: Miner, failures: int) -> dict[str, Any]:
    rates, failed = metamorphic.measure(miner)
    for pair in failed[:failures]:
        for text, gold in ((pair["text"], pair["positions"]), (pair["changed"], pair["changed_positions"])):
            print(f"  {pair['kind']}: {text}\n    gold {gold} found {sorted(metamorphic.triples(miner, text))}")
    pass_rate = {k: round(v, 3) for k, v in rates.items()}
    return {"benchmark": "metamorphic", "model": name, "pairs": len(metamorphic.read_pairs()), "pass_rate": pass_rate}


def noise_row(name: str, miner: Miner, test: Corpus) -> dict[str, Any]:
    """F1 on triples from raw text at each level of noise; every system reads the same noise."""
    found: dict[str, Any] = {}
    for level in LEVELS:
        draw = np.random.default_rng(0)
        score = quality.end_to_end(miner, [noised(gold_of(d), level, draw) for d in test])
        found[str(level)] = score.figures() | {"interval": score.interval()}
    return {"benchmark": "noise", "model": name, "levels": found}


def f1_on(model: PositionClassifier, part: Corpus) -> dict[str, Any]:
    score = quality.score_rows(part.y, model.predict(part.X), [row.document for row in part.X])
    return {"f1": score.figures()["f1"], "interval": score.interval()}


def register_rows(name: str, model: PositionClassifier, test: Corpus, learn: Corpus) -> Iterator[dict[str, Any]]:
    """F1 on each group of the test split, also by a model that learned without the group, where fitting it is cheap."""
    for group, registers in GROUPS.items():
        part = test.select(lambda d, inside=registers: d.register in inside)
        if not len(part):
            continue
        without = None
        if name in REFITTED:
            rest = learn.select(lambda d, inside=registers: d.register not in inside)
            without = f1_on(REFITTED[name]().fit(rest.X, rest.y, groups=list(rest.groups)), part)["f1"]
        counts = {"documents": len(part), "positions": part.stats()["positions"]}
        single = {r: f1_on(model, part.select(register=r))["f1"] for r in sorted({d.register for d in part})}
        yield {
            "benchmark": "registers",
            "model": name,
            "group": group,
            **counts,
            **f1_on(model, part),
            "without": without,
            "registers": single,
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", nargs="+", default=["tfidf", "rules", "linear", "encoder"], help="systems, or paths of model folders")
    parser.add_argument("--kept", type=Path, help="a folder of your own for fitted baselines (pickle files), not to fit them again")
    parser.add_argument("--failures", type=int, default=0, help="print this many failed pairs")
    parser.add_argument("--documents", type=int, help="a small try: the first N of each split; nothing is kept")
    a = parser.parse_args()
    learn, test = systems.corpora()
    if a.documents is not None:
        chosen = [{d.id for d in part.documents[: a.documents]} for part in (learn, test)]
        learn, test = (part.select(lambda d, ids=ids: d.id in ids) for part, ids in zip((learn, test), chosen, strict=True))
    for name in systems.present(a.models):
        model = systems.classifier(name, a.kept)
        miner = Miner(model)
        found = {
            "metamorphic": [pairs_row(name, miner, a.failures)],
            "noise": [noise_row(name, miner, test)],
            "registers": list(register_rows(name, model, test, learn)),
        }
        for benchmark, rows in found.items():
            print(*map(json.dumps, rows), sep="\n", flush=True)
            if a.documents is None:
                tables.keep(benchmark, rows)
    if a.documents is None:
        tables.refresh("metamorphic", "noise", "registers")


if __name__ == "__main__":
    main()
