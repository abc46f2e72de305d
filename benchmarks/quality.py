"""How well the shipped systems read annotated real reports: one JSON row a system, in the three views.

    python benchmarks/quality.py FOLDER [--models rules linear] [--errors N]

FOLDER holds ``reports.json``, ``sentences.json`` and ``speeches.json`` (see benchmarks/README.md). *End to end* gives the text alone.
*Found actors* says how many annotated (sentence, actor) pairs are among the candidates, at how many candidates a sentence.
*Gold actors* adds the annotated pairs to the found ones as rows.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

import argmine
from argmine.actors.candidates import actor_sentences
from argmine.evaluation.triples import GoldDocument, TripleScore, align, read_gold, score_triples
from argmine.pipeline import Miner, read_document

RESULTS = Path(__file__).parent / "results"


def end_to_end(miner: Miner, gold: list[GoldDocument]) -> TripleScore:
    return score_triples(gold, {d.id: list(miner.label(d.text, d.id).records()) for d in gold})


def with_gold_actors(miner: Miner, gold: list[GoldDocument]) -> tuple[TripleScore, float, float]:
    """Triples with the annotated pairs as rows too; the share of annotated pairs among the found ones; candidates a sentence."""
    predicted, wanted, reached, candidates, sentences = {}, 0, 0, 0, 0
    for d in gold:
        document = read_document(d.text, d.id)
        found = {
            (align(d.spans, document.sentences[r.sentence].start, document.sentences[r.sentence].end), r.actor)
            for r in actor_sentences(document)
        }
        pairs = {(i, actor) for i, p in enumerate(d.positions) for actor, _ in p}
        wanted, reached = wanted + len(pairs), reached + len(pairs & found)
        candidates, sentences = candidates + len(found), sentences + len(d.spans)
        of_gold = {i: align([(s.start, s.end) for s in document.sentences], *span) for i, span in enumerate(d.spans)}
        rows = actor_sentences(document, [(of_gold[i], actor) for i, actor in sorted(pairs) if of_gold[i] is not None])
        labels = miner.classifier.predict(rows)
        predicted[d.id] = [
            {
                "start": document.sentences[row.sentence].start,
                "end": document.sentences[row.sentence].end,
                "positions": [{"actor": row.actor, "label": miner.classifier.scheme_.labels[k]} for k in y.nonzero()[0]],
            }
            for row, y in zip(rows, labels, strict=True)
        ]
    return score_triples(gold, predicted), reached / max(wanted, 1), candidates / max(sentences, 1)


def measure(name: str, folder: Path) -> dict[str, object]:
    miner = argmine.load(name)
    row: dict[str, object] = {"benchmark": "quality", "model": name}
    for part in ("reports", "sentences", "speeches"):
        gold = read_gold(json.loads((folder / f"{part}.json").read_text(encoding="utf-8")))
        whole, (given, reach, load) = end_to_end(miner, gold), with_gold_actors(miner, gold)
        row[part] = {
            "end_to_end": whole.figures() | {"interval": whole.interval()},
            "gold_actors": given.figures() | {"interval": given.interval()},
            "sentence+label": whole.figures("sentence+label"),
            "labels": {label: whole.figures(label) for label in miner.classifier.scheme_.labels},
            "found_actors": {"recall": reach, "candidates_a_sentence": load},
        }
    return row


def kinds_of_error(name: str, folder: Path, most: int) -> list[tuple[str, int]]:
    """The commonest kinds of error end to end: missed or false, label, and whether the actor or the label was at fault."""
    miner, kinds = argmine.load(name), Counter()
    gold = read_gold(json.loads((folder / "reports.json").read_text(encoding="utf-8")))
    for d in gold:
        report = miner.label(d.text, d.id)
        found: dict[int, set[tuple[str, str]]] = {}
        reach: dict[int, set[str]] = {}
        spans = [(s.start, s.end) for s in report.document.sentences]
        of = [align(d.spans, *span) for span in spans]
        for p in report.positions:
            found.setdefault(of[p.sentence] if of[p.sentence] is not None else -1, set()).add((p.actor, p.label))
        for r in actor_sentences(report.document):
            reach.setdefault(of[r.sentence] if of[r.sentence] is not None else -1, set()).add(r.actor)
        for i, asked in enumerate(d.positions):
            got = found.get(i, set())
            for actor, label in asked - got:
                why = (
                    "actor not among the candidates"
                    if actor not in reach.get(i, set())
                    else "given to another actor"
                    if label in {lab for _, lab in got}
                    else "given another label"
                    if actor in {a for a, _ in got}
                    else "not seen"
                )
                kinds[f"missed {label}: {why}"] += 1
            for actor, label in got - asked - d.optional[i]:
                why = (
                    "belongs to another actor"
                    if label in {lab for _, lab in asked}
                    else "is another label"
                    if actor in {a for a, _ in asked}
                    else "the sentence has another position"
                    if asked
                    else "the sentence has none"
                )
                kinds[f"false {label}: {why}"] += 1
    return kinds.most_common(most)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--models", nargs="+", default=["rules", "linear"])
    parser.add_argument("--errors", type=int, default=0, help="print this many kinds of error")
    a = parser.parse_args()
    if not (a.folder / "reports.json").exists():
        sys.exit(f"{a.folder}: no reports.json there; skipped")
    rows = []
    for name in a.models:
        rows.append(measure(name, a.folder))
        print(json.dumps(rows[-1]))
        for kind, n in kinds_of_error(name, a.folder, a.errors) if a.errors else []:
            print(f"{n:5d}  {kind}")
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "quality.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    main()
