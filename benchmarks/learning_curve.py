"""Whether more of the same corpus still helps: the linear model from 10, 25, 50, 75 and 100 % of the reports.

    python benchmarks/learning_curve.py [FOLDER] [--draws N]

Reports are drawn at random from the train and dev splits, N times; each row is a mean over draws. FOLDER has annotated real reports
(see benchmarks/README.md); without it only the corpus's own test split is judged.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
from pathlib import Path

import quality
import tables

import argmine
from argmine.data import Corpus
from argmine.evaluation.triples import read_gold
from argmine.pipeline import Miner

SHARES = (0.10, 0.25, 0.50, 0.75, 1.00)


def fitted(corpus: Corpus) -> argmine.LinearClassifier:
    return argmine.LinearClassifier().fit(corpus.X, corpus.y, groups=list(corpus.groups))


def scores(model: argmine.LinearClassifier, test: Corpus, folder: Path | None) -> dict[str, float]:
    """F1 on the corpus's test split, and on real reports and sentences where they are at hand."""
    figures = {"corpus_test": argmine.evaluate(test.y, model.predict(test.X)).micro_f1}
    if folder:
        miner = Miner(model)
        reports, sentences = (
            read_gold(json.loads((folder / f"{part}.json").read_text(encoding="utf-8"))) for part in ("reports", "sentences")
        )
        figures["reports_end_to_end"] = quality.end_to_end(miner, reports).figures()["f1"]
        figures["reports_gold_actors"] = quality.with_gold_actors(miner, reports)[0].figures()["f1"]
        figures["sentences_sentence_label"] = quality.end_to_end(miner, sentences).figures("sentence+label")["f1"]
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--draws", type=int, default=3)
    a = parser.parse_args()
    corpus = argmine.load_corpus()
    test = corpus.select(split="test")
    learn = [d.id for d in corpus if corpus.splits[d.negotiation] != "test"]
    rows = []
    for share in SHARES:
        drawn = []
        for seed in range(a.draws if share < 1 else 1):
            chosen = set(random.Random(seed).sample(learn, round(share * len(learn))))
            drawn.append(scores(fitted(corpus.select(lambda d, chosen=chosen: d.id in chosen)), test, a.folder))
        row = {"benchmark": "learning_curve", "share": share, "reports": round(share * len(learn)), "draws": len(drawn)}
        rows.append(row | {key: round(statistics.mean(d[key] for d in drawn), 4) for key in drawn[0]})
        print(json.dumps(rows[-1]), flush=True)
    tables.keep("learning_curve", rows, "benchmark")
    tables.refresh("learning_curve")


if __name__ == "__main__":
    main()
