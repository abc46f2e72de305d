"""How fast each system labels text, side by side in one run: sentences a second, one report, load time, peak memory.

    python benchmarks/speed.py READOUTS.jsonl [--documents N] [--models rules linear …] [--kept FOLDER]

READOUTS.jsonl has one ``{"id", "text"}`` a line. Each system runs in a process of its own. The ratio is against the rules, which always run.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import pickle
import re
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import tables

# `systems` is imported in functions only: a process that measures imports this file first, and loading is part of what it measures.
REPORT_SENTENCES = 30
LOADS = 3


def load(model: str, fitted: bytes | None) -> tuple[Any, float]:
    """A miner that has labelled a sentence, and the seconds that it took, imports included."""
    began = time.perf_counter()
    import argmine

    miner = argmine.Miner(pickle.loads(fitted)) if fitted else argmine.load(model)
    miner.label("Moscow refuses the ceasefire requested by Kyiv.")
    return miner, time.perf_counter() - began


def seconds_to_load(model: str, fitted: bytes | None) -> float:
    return load(model, fitted)[1]


def run(model: str, fitted: bytes | None, texts: list[str]) -> dict[str, float]:
    """One system's figures; ``fitted`` is a pickled baseline, or None for a model that argmine loads by name."""
    miner, loaded = load(model, fitted)
    report = one_report(texts)
    reports = []
    for _ in range(5):
        began = time.perf_counter()
        miner.label(report)
        reports.append(time.perf_counter() - began)
    began, n = time.perf_counter(), 0
    for text in texts:
        n += len(miner.label(text).document.sentences)
    took = time.perf_counter() - began
    return {
        "sentences": n,
        "sentences_per_second": n / took,
        "report_milliseconds": 1000 * statistics.median(reports),
        "load_seconds": loaded,
        "peak_mb": peak_mb(),
    }


def peak_mb() -> float:
    """The most memory that this process has used; on Linux not by ``getrusage``, which counts what its parent had used before."""
    status = Path("/proc/self/status")
    if status.exists():
        return float(re.findall(r"VmHWM:\s*(\d+) kB", status.read_text())[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def in_a_process(function: Callable[..., Any], *arguments: Any) -> Any:
    """What a function gives in a process of its own, that has imported nothing yet."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(function, arguments)


def one_report(texts: list[str]) -> str:
    """The first 30 sentences of the texts, or as many as there are."""
    from argmine.text import sentences

    text = "\n\n".join(texts)[:100_000]
    return text[: sentences(text)[:REPORT_SENTENCES][-1].end]


def fitted_baseline(model: str, kept: Path | None) -> bytes | None:
    import systems

    return pickle.dumps(systems.classifier(model, kept)) if model in systems.BASELINES else None


def present(models: list[str] | None) -> list[str]:
    import systems

    return list(systems.present(dict.fromkeys(("rules", *(models or systems.NAMES)))))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("readouts", type=Path)
    parser.add_argument("--documents", type=int, default=400)
    parser.add_argument("--models", nargs="+", help="systems, or paths of model folders; all that can run here if not given")
    parser.add_argument("--kept", type=Path, help="a folder of your own for fitted baselines (pickle files), not to fit them again")
    a = parser.parse_args()
    if not a.readouts.exists():
        sys.exit(f"{a.readouts}: not there; skipped")
    lines = a.readouts.read_text(encoding="utf-8").splitlines()[: a.documents]
    texts = [json.loads(line)["text"] for line in lines]
    rows: list[dict[str, Any]] = []
    for model in present(a.models):
        fitted = fitted_baseline(model, a.kept)
        row = {"benchmark": "speed", "model": model, **in_a_process(run, model, fitted, texts)}
        loads = [row["load_seconds"], *(in_a_process(seconds_to_load, model, fitted) for _ in range(LOADS - 1))]
        row["load_seconds"] = statistics.median(loads)
        rows.append(row | {"ratio_to_rules": row["sentences_per_second"] / (rows[0] if rows else row)["sentences_per_second"]})
        print(json.dumps(rows[-1]), flush=True)
    # Figures of several runs on one machine are not side by side: the rows of other runs go.
    tables.keep("speed", rows, "benchmark")
    tables.refresh("speed", "figures")


if __name__ == "__main__":
    main()
