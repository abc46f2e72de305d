"""Whether each classifier follows hand-written changes of a sentence: a JSON row a system, with the pass rate of each kind of change.

    python benchmarks/metamorphic.py [--models rules linear] [--failures N]

A pair passes when the changed sentence's positions changed as they should, given what the system said of the first one:
swapped actors swap, a passive or a report keeps them, a question or a "not" removes what the annotator removed. A pair whose
first sentence gives none of its annotated positions can't show anything and counts as failed.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import argmine
from argmine.pipeline import Miner

HERE = Path(__file__).parent
RESULTS = HERE / "results"

Pairs = set[tuple[str, str]]


def read_pairs() -> list[dict[str, Any]]:
    lines = (HERE / "metamorphic_pairs.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def triples(miner: Miner, text: str) -> Pairs:
    return {(p.actor, p.label) for p in miner.label(text).positions}


def passes(miner: Miner, pair: dict[str, Any]) -> bool:
    """Whether the annotated positions that the system found in the first sentence change as annotated.

    Each found position must stay, go, or move to the other actor; what was found beside the annotated ones is not judged.
    """
    gold, changed_gold = ({tuple(p) for p in pair[key]} for key in ("positions", "changed_positions"))
    before, after = triples(miner, pair["text"]), triples(miner, pair["changed"])
    seen: Pairs = before & gold
    if not seen:
        return False
    if pair["kind"] == "swap":
        first, second = sorted({actor for actor, _ in gold | changed_gold})[:2]
        other = {first: second, second: first}
        return {(other.get(actor, actor), label) for actor, label in seen} <= after and not (seen - changed_gold) & after
    return seen & changed_gold <= after and not (seen - changed_gold) & after


def measure(miner: Miner) -> tuple[dict[str, float], list[dict[str, Any]]]:
    """The pass rate of each kind and of all, and the pairs that failed."""
    pairs = read_pairs()
    results = [(pair["kind"], passes(miner, pair)) for pair in pairs]
    kinds = sorted({kind for kind, _ in results})
    rates = {kind: sum(ok for k, ok in results if k == kind) / sum(k == kind for k, _ in results) for kind in kinds}
    return {"all": sum(ok for _, ok in results) / len(results), **rates}, [p for p, (_, ok) in zip(pairs, results, strict=True) if not ok]


def rows(models: list[str], failures: int) -> Iterator[dict[str, Any]]:
    for name in models:
        miner = argmine.load(name)
        rates, failed = measure(miner)
        yield {
            "benchmark": "metamorphic",
            "model": name,
            "pairs": len(read_pairs()),
            "pass_rate": {k: round(v, 3) for k, v in rates.items()},
        }
        for pair in failed[:failures]:
            print(f"  {pair['kind']}: {pair['text']}\n    gold {pair['positions']} found {sorted(triples(miner, pair['text']))}")
            print(f"    {pair['changed']}\n    gold {pair['changed_positions']} found {sorted(triples(miner, pair['changed']))}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", nargs="+", default=["rules", "linear"])
    parser.add_argument("--failures", type=int, default=0, help="print this many failed pairs")
    a = parser.parse_args()
    kept = []
    for row in rows(a.models, a.failures):
        kept.append(row)
        print(json.dumps(row))
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "metamorphic.jsonl").write_text("".join(json.dumps(row) + "\n" for row in kept), encoding="utf-8")


if __name__ == "__main__":
    main()
