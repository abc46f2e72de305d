"""``argmine evaluate`` and ``argmine compare``: any system's positions against a corpus's."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import argmine
from argmine.cli.base import ACTORS, FOLDER, output
from argmine.errors import InputError, say

if TYPE_CHECKING:
    from argmine.data import Corpus
    from argmine.evaluation.metrics import Figures
    from argmine.evaluation.positions import PositionFigures

__all__ = ["compare", "evaluate"]

_SPLIT = click.option("--split", type=click.Choice(["test", "dev", "train", "all"]), help="[default: test, or all of a corpus without splits]")
_FORMAT = click.option("--format", "form", type=click.Choice(["text", "json", "html"]), default="text", show_default=True)
_OUT = click.option("--out", type=click.Path(dir_okay=False), help="Write there instead of standard output.")
_GROUPS = ("label", "actor", "register", "negotiation", "named", "actors", "quotation", "length")


@click.command()
@FOLDER
@ACTORS
@click.option("--model", default=None, help="A shipped model (linear, encoder, rules) or a model folder.  [default: encoder]")
@click.option("--predicted", default=None, metavar="JSONL", help="Any system's positions, as argmine label prints them; instead of --model.")
@_SPLIT
@click.option("--by", multiple=True, type=click.Choice(_GROUPS), help="Show the figures of these groups; may be given again.  [text: label]")
@click.option("--errors", type=click.IntRange(min=0), default=0, show_default=True, help="Show so many false and so many missed positions.")
@_FORMAT
@_OUT
def evaluate(
    folder: str | None, actors: tuple[str, ...], model: str | None, predicted: str | None, split: str | None, by: tuple[str, ...], errors: int, form: str,
    out: str | None,
) -> None:  # fmt: skip
    """Judge positions on annotated documents, in three views: end to end from raw text, with gold actors, and how many actors were found."""
    if model and predicted:
        raise InputError("--model and --predicted are both given; one system is judged at a time, two by argmine compare")
    judged, split = _documents(folder, split, actors)
    system = predicted or model or "encoder"
    figures, rows = _judged(system, judged, file=predicted is not None)
    with output(out) as stream:
        if form == "json":
            record = {"system": system, "corpus": judged.name, "split": split, **figures.as_dict(by or _GROUPS), "rows": rows.as_dict() if rows else None}
            record["wrong"] = [asdict(r) for r in _shown(figures, errors)]
            stream.write(json.dumps(record, ensure_ascii=False) + "\n")
        elif form == "html":
            from argmine.evaluation.report import evaluation_html

            title = f"{system} on {judged.name} ({split})"
            stream.write(evaluation_html(figures, title, by or _GROUPS, errors=errors or 50, pictures=_group_picture(figures)) + "\n")
        else:
            stream.write(_text(figures, rows, [name for name in by if name != "label"], errors))


@click.command()
@click.argument("first")
@click.argument("second")
@FOLDER
@ACTORS
@_SPLIT
@_FORMAT
@_OUT
def compare(first: str, second: str, folder: str | None, actors: tuple[str, ...], split: str | None, form: str, out: str | None) -> None:
    """Compare two systems on the same annotated documents: FIRST and SECOND are models, or JSON-lines files of their positions."""
    from argmine.evaluation.compare import compare_positions

    judged, split = _documents(folder, split, actors)
    one, two = (_judged(system, judged, file=Path(system).is_file())[0] for system in (first, second))
    tests = compare_positions(one, two)
    with output(out) as stream:
        if form == "json":
            both = {"first": first, "second": second, "corpus": judged.name, "split": split, "documents": len(judged)}
            stream.write(json.dumps(both | {"tests": {name: asdict(t) for name, t in tests.items()}}) + "\n")
        elif form == "html":
            from argmine.evaluation.report import comparison_html

            stream.write(comparison_html(one, two, (first, second), tests, _difference_picture(tests)) + "\n")
        else:
            lines = [
                f"first: {first}, second: {second}; {len(judged)} documents, end to end; p-values by approximate randomisation, in brackets Holm's",
                f"{'':12s}{'first':>7s}{'second':>8s}{'difference':>12s}  {'95 % interval':18s}p",
            ]
            lines += [
                f"{name:12s}{t.first:7.3f}{t.second:8.3f}{t.difference:+12.3f}  {f'[{t.low:+.3f}, {t.high:+.3f}]':18s}{t.p_randomisation:.4f} ({t.p_holm:.4f})"
                for name, t in tests.items()
            ]
            stream.write("\n".join(lines) + "\n")


def _documents(folder: str | None, split: str | None, actors: tuple[str, ...]) -> tuple[Corpus, str]:
    """The annotated documents that are judged on, and their split's name."""
    corpus = argmine.load_corpus(folder, actors)
    split = split or ("test" if corpus.splits else "all")
    judged = corpus if split == "all" else corpus.select(split=split)
    if not len(judged):
        raise InputError(f"corpus {corpus.name!r} has no documents in the split {split!r}; name another with --split, or --split all")
    return judged, split


def _judged(system: str, corpus: Corpus, file: bool) -> tuple[PositionFigures, Figures | None]:
    """A system's figures on triples, and, of a model, on the rows that it classifies."""
    from argmine.evaluation.metrics import evaluate as evaluate_rows
    from argmine.evaluation.positions import evaluate_positions
    from argmine.pipeline import Miner

    if file:
        return evaluate_positions(corpus, Path(system), labels=corpus.scheme.labels), None
    miner = Miner(argmine.load(system).classifier, corpus.registry)
    labels = miner.classifier.scheme_.labels
    if labels != corpus.scheme.labels:
        raise InputError(say("labels of the model", ", ".join(labels), "those of the corpus: " + ", ".join(corpus.scheme.labels)))
    probabilities = miner.classifier.predict_proba(corpus.X)
    decided = miner.classifier.decide(probabilities)
    told: dict[str, list[dict[str, Any]]] = {d.id: [] for d in corpus}
    spans = {d.id: d.sentences for d in corpus}
    for row, p, given in zip(corpus.X, probabilities, decided, strict=True):
        positions = [{"actor": row.actor, "label": labels[k], "probability": float(p[k])} for k in given.nonzero()[0]]
        sentence = spans[row.document][row.sentence]
        told[row.document].append({"start": sentence.start, "end": sentence.end, "actors": [row.actor], "positions": positions})
    # Where mentions are given, there is nothing to find: what is read is what is told.
    found = told if corpus.mentions == "given" else {d.id: list(miner.label(d.text, d.id, d.date).records()) for d in corpus}
    rows = evaluate_rows(corpus.y, probabilities, groups=[r.document for r in corpus.X], thresholds=miner.classifier.thresholds_, labels=labels)
    return evaluate_positions(corpus, found, told, labels), rows


def _text(figures: PositionFigures, rows: Figures | None, groupings: list[str], errors: int) -> str:
    parts = [str(figures)]
    for name in groupings:
        lines = [
            f"  {group:28.28s} F1 {s.f1:.3f} {f'[{s.low:.2f}, {s.high:.2f}]' if s.documents > 1 else '':12s}  {s.asked:5d} annotated in {s.documents} documents"
            for group, s in figures.by(name).items()
        ]
        parts.append("\n".join([f"by {name}:", *lines]))
    if rows is not None:
        parts.append(f"actor-sentences, annotated and found pairs:\n{rows}")
    shown = list(_shown(figures, errors))
    if shown:
        parts.append("\n".join(f"{'false' if r.predicted else 'missed'} {r.label}, {r.actor} ({r.error}): {' '.join(r.text.split())}" for r in shown))
    return "\n\n".join(parts) + "\n"


def _shown(figures: PositionFigures, errors: int) -> Iterator[Any]:
    wrong = figures.errors()
    yield from [r for r in wrong if r.predicted][:errors]
    yield from [r for r in wrong if r.gold][:errors]


def _group_picture(figures: PositionFigures) -> dict[str, str]:
    from argmine.plots import GroupsDisplay

    return {"F1 by label, end to end": _png(lambda ax: GroupsDisplay.from_figures(figures.by("label"), figures.whole, ax=ax))} if figures.rows else {}


def _difference_picture(tests: Mapping[str, Any]) -> dict[str, str]:
    from argmine.evaluation.compare import Comparison
    from argmine.plots import ComparisonDisplay

    differences = {name: Comparison(t.difference, t.p_randomisation, (t.low, t.high)) for name, t in tests.items()}
    return {"Differences of F1, with 95 % intervals": _png(lambda ax: ComparisonDisplay.from_differences(differences, ax=ax))}


def _png(draw: Callable[[Any], object]) -> str:
    """A picture as base64 text; no window and no global state of matplotlib's is touched."""
    import base64
    import io

    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 3.2), dpi=110, layout="constrained")
    draw(figure.subplots())
    data = io.BytesIO()
    figure.savefig(data, format="png")
    return base64.b64encode(data.getvalue()).decode()
