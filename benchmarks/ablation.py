"""What each part of the corpus is worth: the linear model without one register, without one kind, without ten negotiations at a time.

    python benchmarks/ablation.py FOLDER

Each row says what is left out and how the scores change against the whole (negative: it was worth having). FOLDER has annotated
real reports (see benchmarks/README.md).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import tables
from learning_curve import fitted, scores

import argmine
from argmine.data import Corpus

BLOCK = 10


def parts(corpus: Corpus) -> Iterator[tuple[str, str, set[str]]]:
    """What is left out: its sort, its name, and the documents."""
    for key in ("register", "kind"):
        for value in sorted({getattr(d, key) for d in corpus}):
            yield key, value, {d.id for d in corpus if getattr(d, key) == value}
    talks = sorted({d.negotiation for d in corpus})
    for start in range(0, len(talks), BLOCK):
        block = set(talks[start : start + BLOCK])
        yield "negotiations", ", ".join(sorted(block)), {d.id for d in corpus if d.negotiation in block}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    a = parser.parse_args()
    if not (a.folder / "reports.json").exists():
        sys.exit(f"{a.folder}: no reports.json there; skipped")
    corpus = argmine.load_corpus()
    test = corpus.select(split="test")
    learn = corpus.select(lambda d: corpus.splits[d.negotiation] != "test")
    whole = scores(fitted(learn), test, a.folder)
    rows = [{"benchmark": "ablation", "without": "nothing", "reports": len(learn), **{k: round(v, 4) for k, v in whole.items()}}]
    print(json.dumps(rows[0]), flush=True)
    for sort, name, left_out in parts(learn):
        found = scores(fitted(learn.select(lambda d, out=left_out: d.id not in out)), test, a.folder)
        rows.append(
            {
                "benchmark": "ablation",
                "without": sort,
                "name": name,
                "reports": len(left_out),
                **{k: round(found[k] - whole[k], 4) for k in whole},
            }
        )
        print(json.dumps(rows[-1]), flush=True)
    tables.keep("ablation", rows, "benchmark")
    tables.refresh("ablation")


if __name__ == "__main__":
    main()
