"""How often a model names the right words and the right addressee of a position, on the corpus's test split.

    python benchmarks/explanations.py [--models encoder linear]

Over the annotated positions of the test split whose row a model labels rightly: *words* is the mean overlap of the named with the annotated cue (F1 over
words; 1 is the same stretch), *addressee* the share where the named one is the annotated one (nobody where nobody is annotated), beside
the share for the rule "the one other actor that the sentence names".
"""

from __future__ import annotations

import argparse
import json
from typing import Any

import numpy as np
import tables

import argmine
from argmine.data.similar import words
from argmine.schema import ActorSentence


def overlap(named: str, annotated: str) -> float:
    """F1 of the words of two stretches."""
    one, two = set(words(named)), set(words(annotated))
    return 2 * len(one & two) / max(1, len(one) + len(two))


def measure(name: str) -> dict[str, Any]:
    """One model's row."""
    model = argmine.load(name).classifier
    _, _, test = argmine.load_corpus().split()
    rows = test.X
    found = model.predict(rows) & test.y
    explained = model.explain(rows)
    beside: dict[tuple[str, int], list[int]] = {}
    for i, row in enumerate(rows):
        beside.setdefault((row.document, row.sentence), []).append(i)
    gold = {(d.id, p.sentence, p.actor, p.label): p for d in test for p in d.positions}
    cues, targets, by_rule = [], [], []
    for i, k in np.argwhere(found):
        row, label = rows[i], model.scheme_.labels[k]
        position = gold[row.document, row.sentence, row.actor, label]
        others = {j: rows[j].actor for j in beside[row.document, row.sentence] if j != i}
        cue = explained.cues[i][k]
        if position.cue:
            cues.append(overlap(row.text[cue.start : cue.end] if cue else "", position.cue))
        by_rule.append(_only_other([rows[j] for j in others]) == position.target)
        if explained.addressed is not None:
            targets.append(explained.addressee(int(k), others) == position.target)
    return {
        "benchmark": "explanations", "model": name, "positions": len(by_rule), "words": float(np.mean(cues)),
        "addressee": float(np.mean(targets)) if targets else None, "addressee_by_rule": float(np.mean(by_rule)),
    }  # fmt: skip


def _only_other(others: list[ActorSentence]) -> str | None:
    named = {row.actor for row in others if row.mentions}
    return named.pop() if len(named) == 1 else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", nargs="+", default=["linear", "encoder"])
    for name in parser.parse_args().models:
        row = measure(name)
        print(json.dumps(row), flush=True)
        tables.keep("explanations", [row])
    tables.refresh("explanations")


if __name__ == "__main__":
    main()
