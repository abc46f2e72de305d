"""How fast the shipped systems label text, side by side in one run: sentences a second, load time, peak memory.

    python benchmarks/speed.py READOUTS.jsonl [--documents N] [--models rules linear]

READOUTS.jsonl has one ``{"id", "text"}`` a line. Each system runs in a process of its own. The ratio is against the rules.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import sys
import time
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


def run(model: str, texts: list[str]) -> dict[str, float]:
    began = time.perf_counter()
    import argmine

    miner = argmine.load(model)
    miner.label("Moscow refuses the ceasefire requested by Kyiv.")
    loaded = time.perf_counter() - began
    began, n = time.perf_counter(), 0
    for text in texts:
        n += len(miner.label(text).document.sentences)
    took = time.perf_counter() - began
    return {
        "sentences": n,
        "sentences_per_second": n / took,
        "load_seconds": loaded,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("readouts", type=Path)
    parser.add_argument("--documents", type=int, default=400)
    parser.add_argument("--models", nargs="+", default=["rules", "linear"])
    a = parser.parse_args()
    if not a.readouts.exists():
        sys.exit(f"{a.readouts}: not there; skipped")
    lines = a.readouts.read_text(encoding="utf-8").splitlines()[: a.documents]
    texts = [json.loads(line)["text"] for line in lines]
    rows = []
    for model in a.models:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            rows.append({"benchmark": "speed", "model": model, **pool.apply(run, (model, texts))})
        rows[-1]["ratio_to_first"] = rows[-1]["sentences_per_second"] / rows[0]["sentences_per_second"]
        print(json.dumps(rows[-1]))
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "speed.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    main()
