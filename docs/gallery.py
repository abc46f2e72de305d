"""Draw every Display of argmine.plots on the project's own data, into docs/pictures.

    python docs/gallery.py [CLASSNAME ...] [--print FOLDER]

With --print, the same pictures as they stand in a column of print (3.3 inches wide) go into a folder, for looking at.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

import argmine
from argmine import plots
from argmine.data.importer import read_layer
from argmine.evaluation.calibration import risk_coverage
from argmine.evaluation.compare import Comparison
from argmine.models.bases import load_base
from argmine.schema import FOUR_LABELS

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
RESULTS = ROOT / "benchmarks" / "results"
LABELS = FOUR_LABELS.labels
N_CUES = 400


def kept(name: str) -> list[dict[str, Any]]:
    """The rows of a benchmark's results."""
    return [json.loads(line) for line in (RESULTS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


@cache
def corpus() -> argmine.Corpus:
    return argmine.load_corpus()


@cache
def read_test(model: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gold labels of the test split, a shipped model's probabilities, and its thresholds; from the other splits the models have learned."""
    test, classifier = corpus().select(split="test"), argmine.load(model).classifier
    return test.y, classifier.predict_proba(test.X), classifier.thresholds_


def confusion(ax: Axes) -> object:
    gold, probabilities, thresholds = read_test("linear")
    return plots.ConfusionDisplay.from_predictions(gold, probabilities >= thresholds, LABELS, ax=ax)


def precision_recall(ax: Axes) -> object:
    gold, probabilities, thresholds = read_test("linear")
    return plots.PrecisionRecallDisplay.from_predictions(gold, probabilities, LABELS, thresholds, ax=ax)


def reliability(ax: Axes) -> object:
    gold, probabilities, _ = read_test("linear")
    return plots.ReliabilityDisplay.from_predictions(gold, probabilities, bins=150, ax=ax)


def risk(ax: Axes) -> object:
    """Of the positions that the model gives, surest first, how many are wrong?"""
    gold, probabilities, thresholds = read_test("linear")
    curves = {}
    for k, label in enumerate(LABELS):
        given = probabilities[:, k] >= thresholds[k]
        curves[label] = risk_coverage(gold[given, k], np.ones(given.sum()), probabilities[given, k])
    return plots.RiskCoverageDisplay.from_curves(curves, ax=ax)


def learning_curve(ax: Axes) -> object:
    measures = ["corpus_test", "reports_end_to_end", "sentences_sentence_label"]
    return plots.LearningCurveDisplay.from_records(kept("learning_curve"), measures, ax=ax)


def history(ax: Axes) -> object:
    model = json.loads((ROOT / "argmine" / "pretrained" / "encoder" / "model.json").read_text(encoding="utf-8"))
    return plots.TrainingHistoryDisplay.from_history(model["state"]["history"], ax=ax)


def groups(ax: Axes) -> object:
    rows = [row for row in kept("registers") if row["model"] == "encoder"]
    figures = {r["group"]: {"f1": r["f1"], "low": r["interval"][0], "high": r["interval"][1], "support": r["positions"]} for r in rows}
    whole = next(row for row in kept("quality") if row["model"] == "encoder")["corpus_test"]["gold_actors"]
    return plots.GroupsDisplay.from_figures(figures, whole, ax=ax)


def comparison(ax: Axes) -> object:
    views = {"corpus test": ("corpus_test", "gold_actors"), "reports": ("reports", "end_to_end"), "speeches": ("speeches", "end_to_end")}
    figures = {
        row["model"]: {name: (row[text][view]["f1"], *row[text][view]["interval"]) for name, (text, view) in views.items()}
        for row in kept("quality")
    }
    return plots.ComparisonDisplay.from_figures(figures, ax=ax)


def differences(ax: Axes) -> object:
    found = {
        row["against"]: Comparison(row["difference"], row["p_holm"], tuple(row["interval"]))
        for row in kept("paired")
        if (row["model"], row["text"], row["view"]) == ("encoder", "reports", "triple")
    }
    return plots.ComparisonDisplay.from_differences(found, "encoder's F1 less another's", ax=ax)


def agreement(ax: Axes) -> object:
    first, second = (read_layer(ROOT / "corpus" / "layers" / name) for name in ("first", "second"))
    return plots.AgreementDisplay.from_layers(first, second, ax=ax)


def composition(ax: Axes) -> object:
    return plots.CompositionDisplay.from_corpus(corpus(), ax=ax)


@cache
def embedded_cues() -> tuple[np.ndarray, list[str], list[str]]:
    """Some cues of up to four words, as the packaged MiniLM reads them: the mean over their pieces, at length 1."""
    import torch

    cues = sorted({(p.label, p.cue) for d in corpus() for p in d.positions if p.cue and len(p.cue.split()) <= 4})
    chosen = np.random.default_rng(0).choice(len(cues), N_CUES, replace=False)
    labels, texts = zip(*(cues[i] for i in chosen), strict=True)
    base, vectors = load_base(), []
    ids, _ = base.pieces(list(texts))
    with torch.no_grad():
        for part in ids:
            vectors.append(base.body(torch.tensor([[base.start, *part, base.stop]])).last_hidden_state[0].mean(dim=0).numpy())
    found = np.stack(vectors)
    return found / np.linalg.norm(found, axis=1, keepdims=True), list(labels), list(texts)


def cue_map(ax: Axes) -> object:
    return plots.CueMapDisplay.from_embeddings(*embedded_cues(), ax=ax)


# What draws a picture on Axes, and its height over its width; the picture's name is the Display's, or begins with it.
EXAMPLES: dict[str, tuple[Callable[[Axes], object], float]] = {
    "AgreementDisplay": (agreement, 0.6),
    "ComparisonDisplay": (comparison, 0.5),
    "ComparisonDisplay-differences": (differences, 0.5),
    "CompositionDisplay": (composition, 0.85),
    "ConfusionDisplay": (confusion, 0.7),
    "CueMapDisplay": (cue_map, 0.75),
    "GroupsDisplay": (groups, 0.5),
    "LearningCurveDisplay": (learning_curve, 0.75),
    "PrecisionRecallDisplay": (precision_recall, 0.75),
    "ReliabilityDisplay": (reliability, 0.75),
    "RiskCoverageDisplay": (risk, 0.75),
    "TrainingHistoryDisplay": (history, 0.75),
}


def all_examples() -> dict[str, tuple[Callable[[Axes], object], float]]:
    """These and those of gallery_positions.py, where it is."""
    path = Path(__file__).with_name("gallery_positions.py")
    if not path.is_file():
        return EXAMPLES
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {**EXAMPLES, **module.EXAMPLES}


def save(figure: Figure, path: Path, dpi: int) -> None:
    """As a PNG of 128 colours, which a chart does not miss."""
    buffer = BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi)
    pyplot.close(figure)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.open(buffer).convert("RGB").quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="CLASSNAME", help="the Displays to draw; all if none is named")
    parser.add_argument("--print", dest="printed", type=Path, metavar="FOLDER", help="also draw for a column of print, into this folder")
    a = parser.parse_args()
    examples = all_examples()
    for name in a.names or examples:
        draw, shape = examples[name]
        sizes = [(6.4, 100, PICTURES)] + ([(3.3, 300, a.printed)] if a.printed else [])
        for width, dpi, folder in sizes:
            figure, ax = pyplot.subplots(figsize=(width, width * shape), layout="constrained")
            draw(ax)
            save(figure, folder / f"{name}.png", dpi)


if __name__ == "__main__":
    main()
