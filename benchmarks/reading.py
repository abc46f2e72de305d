"""What each way to read faster gains and costs: the shipped encoder with its gate, without it, and in bfloat16, side by side in one run.

    python benchmarks/reading.py READOUTS.jsonl [FOLDER] [--documents N]

The gate leaves rows to the linear first reader that it finds hopeless (`EncoderClassifier`). READOUTS.jsonl has one ``{"id", "text"}`` a line, for
speed; FOLDER has annotated real reports. The ratio is against reading without the gate. Rows are those of the corpus's test split; the gate was fitted on dev.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import time
from pathlib import Path
from typing import Any

import quality
import tables
import torch

import argmine

WAYS = ("all rows", "with the gate, as shipped", "with the gate, bfloat16")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("readouts", type=Path)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--documents", type=int, default=40)
    a = parser.parse_args()
    if not a.readouts.exists():
        sys.exit(f"{a.readouts}: not there; skipped")
    texts = [json.loads(line)["text"] for line in a.readouts.read_text(encoding="utf-8").splitlines()[: a.documents]]
    test = argmine.load_corpus().select(split="test")
    gold = quality.read_parts(a.folder, None).get("reports", [])
    miner = argmine.load()
    model: Any = miner.classifier
    shipped = model.gate_
    rows: list[dict[str, Any]] = []
    for way in WAYS:
        model.gate_ = 0.0 if way == "all rows" else shipped
        with torch.autocast("cpu", torch.bfloat16) if "bfloat16" in way else contextlib.nullcontext():
            miner.label(texts[0])
            began = time.perf_counter()
            sentences = sum(len(miner.label(text).document.sentences) for text in texts)
            speed = sentences / (time.perf_counter() - began)
            row: dict[str, Any] = {"benchmark": "reading", "way": way, "sentences_per_second": speed}
            row["ratio"] = speed / (rows[0]["sentences_per_second"] if rows else speed)
            row["corpus_test"] = argmine.evaluate(test.y, model.predict(test.X)).micro_f1
            if gold:
                row["reports"] = quality.end_to_end(miner, gold).figures()["f1"]
        passed = model.first_.predict_proba(test.X).max(1) >= model.gate_
        row |= {"read": float(passed.mean()), "lost": float(1 - passed[test.y.any(1)].mean())}
        rows.append(row)
        print(json.dumps(row), flush=True)
    tables.keep("reading", rows, "benchmark")
    tables.refresh("reading")


if __name__ == "__main__":
    main()
