"""Whether a system follows hand-written changes of a sentence; ``robustness.py`` runs this for each.

A pair passes when the changed sentence's positions changed as they should, given what the system said of the first one:
swapped actors swap, a passive or a report keeps them, a question or a "not" removes what the annotator removed. A pair whose
first sentence gives none of its annotated positions can't show anything and counts as failed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from argmine.pipeline import Miner

HERE = Path(__file__).parent

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
