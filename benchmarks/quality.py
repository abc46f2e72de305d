"""How well each system reads, on the corpus's test split and on annotated real reports: one JSON row a system.

    python benchmarks/quality.py [FOLDER] [--models tfidf linear …] [--kept FOLDER] [--errors N] [--documents N]
    python benchmarks/quality.py --lono [--folds 20]

FOLDER holds ``reports.json``, ``sentences.json`` and ``speeches.json`` (see benchmarks/README.md). *End to end* gives the text alone.
*Found actors* says how many annotated (sentence, actor) pairs are among the candidates, at how many candidates a sentence.
*Gold actors* adds the annotated pairs to the found ones as rows. ``--lono`` fits every system anew without some negotiations and judges it
on those, over the whole corpus.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import systems
import tables
from sklearn.model_selection import GroupKFold

import argmine
from argmine.actors.candidates import actor_sentences
from argmine.evaluation.bootstrap import f1_of, interval
from argmine.evaluation.calibration import expected_calibration_error, risk_coverage
from argmine.evaluation.compare import approximate_randomisation, holm, paired_bootstrap
from argmine.evaluation.triples import GoldDocument, TripleScore, align, read_gold, score_triples
from argmine.models.base import Floats, Labels, PositionClassifier
from argmine.models.folder import add_figures
from argmine.pipeline import Miner, read_document
from argmine.schema import FOUR_LABELS

PARTS = ("reports", "sentences", "speeches")
LABELS = FOUR_LABELS.labels
# What two systems are compared by: domestic actors are annotated in the single sentences, so that there the actor is left aside.
COMPARED = {"corpus_test": "triple", "reports": "triple", "sentences": "sentence+label", "speeches": "triple"}
LONO: dict[str, Callable[[], PositionClassifier]] = {
    "rules": argmine.RuleClassifier,
    "tfidf": systems.TfidfLogistic,
    "linear": argmine.LinearClassifier,
}


class Cells(NamedTuple):
    """Decisions, one a (row, label) that is judged: what is right, the probability, the threshold, and whether what is right is in the conformal set."""

    gold: Labels
    probabilities: Floats
    thresholds: Floats
    covered: Labels | None


class GivenActors(NamedTuple):
    """What comes of the annotated (sentence, actor) pairs as rows beside the found ones.

    Attributes:
        score: of the triples.
        reached: the share of annotated pairs that are among the found ones.
        candidates: found pairs a sentence.
        cells: all decisions but those on optional triples.
    """

    score: TripleScore
    reached: float
    candidates: float
    cells: Cells


def end_to_end(miner: Miner, gold: list[GoldDocument]) -> TripleScore:
    return score_triples(gold, {d.id: list(miner.label(d.text, d.id).records()) for d in gold})


def with_gold_actors(miner: Miner, gold: list[GoldDocument]) -> GivenActors:
    predicted, wanted, reached, candidates, sentences = {}, 0, 0, 0, 0
    asked, stated = [], []
    model = miner.classifier
    for d in gold:
        document = read_document(d.text, d.id)
        spans = [(s.start, s.end) for s in document.sentences]
        found = {(align(d.spans, *spans[r.sentence]), r.actor) for r in actor_sentences(document)}
        pairs = {(i, actor) for i, p in enumerate(d.positions) for actor, _ in p}
        wanted, reached = wanted + len(pairs), reached + len(pairs & found)
        candidates, sentences = candidates + len(found), sentences + len(d.spans)
        of_gold = {i: align(spans, *span) for i, span in enumerate(d.spans)}
        rows = actor_sentences(document, [(of_gold[i], actor) for i, actor in sorted(pairs) if of_gold[i] is not None])
        probabilities = model.predict_proba(rows)
        predicted[d.id] = []
        for row, p in zip(rows, probabilities, strict=True):
            start, end = spans[row.sentence]
            given = [{"actor": row.actor, "label": LABELS[k]} for k in np.flatnonzero(p >= model.thresholds_)]
            predicted[d.id].append({"start": start, "end": end, "positions": given})
            asked.append(_asked(d, align(d.spans, start, end), row.actor))
        stated.append(probabilities)
    cells = _cells(np.array(asked), np.concatenate(stated), model)
    return GivenActors(score_triples(gold, predicted), reached / max(wanted, 1), candidates / max(sentences, 1), cells)


def _asked(d: GoldDocument, index: int | None, actor: str) -> list[int]:
    """For each label 1, 0, or -1 where the triple is optional."""
    if index is None:
        return [0] * len(LABELS)
    return [-1 if (actor, k) in d.optional[index] else int((actor, k) in d.positions[index]) for k in LABELS]


def _cells(asked: Labels, probabilities: Floats, model: PositionClassifier) -> Cells:
    judged = asked >= 0
    covered = None
    if hasattr(model, "conformal_"):
        no, yes = model.conformal_.sets(probabilities)
        covered = np.where(asked == 1, yes, no)[judged]
    return Cells(asked[judged], probabilities[judged], np.broadcast_to(model.thresholds_, asked.shape)[judged], covered)


def score_rows(gold: Labels, predicted: Labels, documents: Sequence[str]) -> TripleScore:
    """Counts a document from label matrices: F1 on triples where every annotated pair has a row."""
    score, of = TripleScore(), np.asarray(documents)
    for document in dict.fromkeys(documents):
        y, p = gold[of == document].astype(bool), predicted[of == document].astype(bool)
        counts = np.stack([(y & p).sum(0), (~y & p).sum(0), (y & ~p).sum(0)], axis=1)
        views = {"triple": counts.sum(0), **dict(zip(LABELS, counts, strict=True))}
        score.counts.append({view: tuple(map(int, c)) for view, c in views.items()})
    return score


def macro(score: TripleScore) -> dict[str, Any]:
    """The mean F1 of the labels that were asked for or found, with its 95 % bootstrap interval over documents."""
    table = np.array([[n for label in LABELS for n in c.get(label, (0, 0, 0))] for c in score.counts], dtype=float)

    def figure(sums: Floats) -> Floats:
        counts = sums.reshape(len(sums), len(LABELS), 3)
        return np.asarray(f1_of(counts).sum(1) / np.maximum((counts.sum(2) > 0).sum(1), 1))

    return {"f1": float(figure(table.sum(0)[None])[0]), "interval": list(interval(table, figure))}


def summary(score: TripleScore) -> dict[str, Any]:
    """Macro F1 and every label's figures, each with its interval."""
    labels = {label: score.figures(label) | {"interval": score.interval(label)} for label in LABELS}
    return {"macro": macro(score), "labels": labels}


def calibration(cells: Cells) -> dict[str, float]:
    """Calibration error in 15 bins of equally many decisions; accuracy of all, and of the 80 % farthest from their thresholds.

    Of a model with conformal sets also how often the true value is in its set, where a label holds and where it does not.
    """
    curve = risk_coverage(cells.gold, cells.probabilities >= cells.thresholds, np.abs(cells.probabilities - cells.thresholds))
    error = expected_calibration_error(cells.gold, cells.probabilities)
    figures = {"ece": error, "accuracy": curve.accuracy_at(1), "accuracy_at_80": curve.accuracy_at(0.8)}
    if cells.covered is not None:
        figures |= {"covered_yes": float(cells.covered[cells.gold == 1].mean()), "covered_no": float(cells.covered[cells.gold == 0].mean())}
    return figures


def on_corpus(model: PositionClassifier, most: int | None) -> tuple[dict[str, Any], TripleScore]:
    """The figures on the corpus's test split, annotated and found pairs as rows."""
    _, test = systems.corpora()
    if most is not None:
        chosen = {d.id for d in test.documents[:most]}
        test = test.select(lambda d: d.id in chosen)
    probabilities = model.predict_proba(test.X)
    score = score_rows(test.y, probabilities >= model.thresholds_, [row.document for row in test.X])
    given = score.figures() | {"interval": score.interval()}
    cells = _cells(test.y, probabilities, model)
    return {"gold_actors": given, **summary(score), "calibration": calibration(cells)}, score


def on_real(miner: Miner, gold: list[GoldDocument]) -> tuple[dict[str, Any], TripleScore]:
    """The figures on annotated texts in the three views; single labels are end to end."""
    whole, given = end_to_end(miner, gold), with_gold_actors(miner, gold)
    figures = {
        "end_to_end": whole.figures() | {"interval": whole.interval()},
        "gold_actors": given.score.figures() | {"interval": given.score.interval()},
        "sentence+label": whole.figures("sentence+label") | {"interval": whole.interval("sentence+label")},
        "sentence+labels": {
            label: whole.figures(f"sentence+{label}") | {"interval": whole.interval(f"sentence+{label}")} for label in LABELS
        },
        **summary(whole),
        "found_actors": {"recall": given.reached, "candidates_a_sentence": given.candidates},
        "calibration": calibration(given.cells),
    }
    return figures, whole


def read_parts(folder: Path | None, most: int | None) -> dict[str, list[GoldDocument]]:
    if folder is None or not (folder / "reports.json").exists():
        return {}
    return {part: read_gold(json.loads((folder / f"{part}.json").read_text(encoding="utf-8")))[:most] for part in PARTS}


def measure(name: str, miner: Miner, parts: dict[str, list[GoldDocument]], most: int | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """One system's figures, and its (hits, false alarms, misses) a document, by which systems are compared."""
    found = {"corpus_test": on_corpus(miner.classifier, most), **{part: on_real(miner, gold) for part, gold in parts.items()}}
    counts = {part: [c.get(COMPARED[part], (0, 0, 0)) for c in score.counts] for part, (_, score) in found.items()}
    figures = {part: rows for part, (rows, _) in found.items()}
    return {"benchmark": "quality", "model": name, **figures}, {"benchmark": "counts", "model": name, **counts}


def paired(counts: dict[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The encoder, or while there is none the linear model, against every other system on the same documents."""
    first = next((name for name in ("encoder", "linear") if name in counts), None)
    others = [name for name in counts if name != first]
    for part in COMPARED if first and others else ():
        pairs = [(counts[first][part], counts[other][part]) for other in others]
        by_chance = [approximate_randomisation(*pair).p_value for pair in pairs]
        for other, pair, p, adjusted in zip(others, pairs, by_chance, holm(by_chance), strict=True):
            drawn = paired_bootstrap(*pair)
            yield {
                "benchmark": "paired", "model": first, "against": other, "text": part, "view": COMPARED[part], "difference": drawn.difference,
                "interval": drawn.interval, "p_bootstrap": drawn.p_value, "p_randomisation": p, "p_holm": float(adjusted),
            }  # fmt: skip


def lono(name: str, folds: int | None, most: int | None) -> dict[str, Any]:
    """One system on all documents of the corpus, each read by a fit that saw nothing of its negotiation."""
    corpus = argmine.load_corpus()
    chosen = {d.id for d in corpus.documents[:most]}
    corpus = corpus.select(lambda d: d.id in chosen)
    X, y, groups = corpus.rows
    predicted, blocks = np.zeros_like(y), min(folds or len(set(groups)), len(set(groups)))
    for fit, held in GroupKFold(blocks).split(X, groups=groups):
        model = LONO[name]().fit([X[i] for i in fit], y[fit], groups=list(groups[fit]))
        predicted[held] = model.predict([X[i] for i in held])
    score = score_rows(y, predicted, [row.document for row in X])
    figures = {"gold_actors": score.figures() | {"interval": score.interval()}, **summary(score)}
    return {"benchmark": "lono", "model": name, "negotiations": len(set(groups)), "folds": blocks, **figures}


def kinds_of_error(miner: Miner, documents: list[GoldDocument], most: int) -> list[tuple[str, int]]:
    """The commonest kinds of error end to end: missed or false, label, and whether the actor or the label was at fault."""
    kinds: Counter[str] = Counter()
    for d in documents:
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
                kinds[f"missed {label}: {_why_missed(actor, label, got, reach.get(i, set()))}"] += 1
            for actor, label in got - asked - d.optional[i]:
                kinds[f"false {label}: {_why_false(actor, label, asked)}"] += 1
    return kinds.most_common(most)


def _why_missed(actor: str, label: str, got: set[tuple[str, str]], reach: set[str]) -> str:
    if actor not in reach:
        return "actor not among the candidates"
    if label in {lab for _, lab in got}:
        return "given to another actor"
    return "given another label" if actor in {a for a, _ in got} else "not seen"


def _why_false(actor: str, label: str, asked: frozenset[tuple[str, str]]) -> str:
    if label in {lab for _, lab in asked}:
        return "belongs to another actor"
    if actor in {a for a, _ in asked}:
        return "is another label"
    return "the sentence has another position" if asked else "the sentence has none"


def compare_systems(a: argparse.Namespace) -> None:
    parts = read_parts(a.folder, a.documents)
    if not parts:
        print(f"{a.folder or 'no folder given'}: no reports.json there; only the corpus is judged, nothing is kept", file=sys.stderr)
    kept = bool(parts) and a.documents is None
    for name in systems.present(a.models or systems.NAMES):
        miner = Miner(systems.classifier(name, a.kept))
        row, counts = measure(name, miner, parts, a.documents)
        print(json.dumps(row), flush=True)
        for kind, n in kinds_of_error(miner, parts["reports"], a.errors) if a.errors and parts else ():
            print(f"{n:5d}  {kind}")
        if kept:
            tables.keep("quality", [row])
            tables.keep("counts", [counts])
    if kept:
        tables.keep("paired", list(paired({row["model"]: row for row in tables.rows("counts")})), "benchmark")
        tables.refresh("quality", "labels", "calibration", "paired", "figures")


def write_cards() -> None:
    """Put the kept figures on real texts into the cards of the shipped models."""
    for row in (row for row in tables.rows("quality") if row["model"] in tables.OWN):
        folder = Path(str(resources.files("argmine.pretrained"))) / row["model"]
        if (folder / "model.json").exists():
            views = ("end_to_end", "gold_actors", "sentence+label")
            real = {part: {view: {k: row[part][view][k] for k in ("f1", "interval")} for view in views} for part in PARTS if part in row}
            add_figures(folder, {"real": real})


def leave_negotiations_out(a: argparse.Namespace) -> None:
    folds = None if a.folds == "all" else int(a.folds)
    for name in a.models or LONO:
        if name not in LONO:
            print(f"{name}: skipped, it is too slow to fit {a.folds} times", file=sys.stderr)
            continue
        row = lono(name, folds, a.documents)
        print(json.dumps(row), flush=True)
        if a.documents is None:
            tables.keep("lono", [row])
            tables.refresh("lono")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--models", nargs="+", help="systems, or paths of model folders; all that can run here if not given")
    parser.add_argument("--kept", type=Path, help="a folder of your own for fitted baselines (pickle files), not to fit them again")
    parser.add_argument("--errors", type=int, default=0, help="print this many kinds of error")
    parser.add_argument("--documents", type=int, help="a small try: the first N texts of each part; nothing is kept")
    parser.add_argument("--lono", action="store_true", help="leave negotiations out")
    parser.add_argument("--folds", default="20", help="into how many blocks negotiations are put, or all for one each")
    parser.add_argument(
        "--cards", action="store_true", help="measure nothing: put the kept figures on real texts into the shipped models' cards"
    )
    a = parser.parse_args()
    if a.cards:
        write_cards()
        return
    (leave_negotiations_out if a.lono else compare_systems)(a)


if __name__ == "__main__":
    main()
