"""How models are made from a corpus: the recipes by name, and the shipped ones among them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from argmine.data.corpus import Corpus
from argmine.data.unlabelled import digest, read_taught
from argmine.errors import InputError, say
from argmine.evaluation.calibration import expected_calibration_error
from argmine.evaluation.metrics import evaluate
from argmine.models.base import Floats, PositionClassifier
from argmine.models.bases import MINILM
from argmine.models.encoder import DEFAULT_TRAINING, EncoderClassifier
from argmine.models.folder import save
from argmine.models.linear import LinearClassifier

__all__ = ["RECIPES", "train_model"]

RECIPES = {
    "default": "the shipped encoder: MiniLM on top of a linear first reader, taught by a larger encoder where there are its answers",
    "linear": "the linear model alone, for bulk work and small machines",
}


def train_model(
    corpus: Corpus, folder: str | Path, recipe: str = "default", *, base: str = MINILM, epochs: int | None = None,
    random_state: int = 0, device: str = "cpu", checkpoints: str | Path | None = None, taught: str | Path | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Train a model on a corpus, judge it on the corpus's test split, and save it.

    The encoder learns from the train split, and stops, calibrates and chooses thresholds on dev; the linear model needs no dev and learns
    from both at once. Without splits the encoder holds some documents out in place of dev, and nothing
    is judged.

    Args:
        corpus: with any label scheme.
        folder: the model folder to write.
        recipe: one of `RECIPES`.
        base, epochs, device: of the encoder.
        random_state: seed of everything.
        checkpoints: a folder from which a broken-off training of the encoder goes on.
        taught: a folder of unlabelled reports with a teacher's answers, which the encoder learns as well (`argmine.data.unlabelled`).

    Returns:
        The figures, as kept in the model folder.

    Raises:
        InputError: for an unknown recipe, a corpus without documents, or a setting that is not the recipe's.
        ModelError: for a base that can't be loaded.

    >>> from tempfile import TemporaryDirectory
    >>> from argmine.data import load_corpus
    >>> with TemporaryDirectory() as folder:
    ...     figures = train_model(load_corpus().select(register="readout"), folder, "linear")
    ...     sorted(path.name for path in Path(folder).iterdir()), figures["reports"] > 30
    (['README.md', 'model.json', 'weights.safetensors'], True)
    """
    if recipe not in RECIPES:
        raise InputError(say("recipe", recipe, RECIPES))
    if not len(corpus):
        raise InputError(f"corpus {corpus.name!r} has no documents; a model needs some to learn from")
    parts = {name: corpus.select(split=name) for name in ("train", "dev", "test")} if corpus.splits else {}
    if recipe == "linear" and taught:
        raise InputError(f"taught is {str(taught)!r}, and the linear model learns from labels only; leave it away, or train the default recipe")
    answers = read_taught(taught, corpus.scheme) if taught else None
    model: PositionClassifier
    if recipe == "linear":
        learned = corpus.select(lambda d: corpus.splits[d.negotiation] != "test") if parts else corpus
        model = LinearClassifier(random_state=random_state, scheme=corpus.scheme).fit(learned.X, learned.y, groups=_groups(learned))
    else:
        learned = parts["train"] if parts else corpus
        training = replace(DEFAULT_TRAINING, random_state=random_state, device=device, epochs=DEFAULT_TRAINING.epochs if epochs is None else epochs)
        dev = (parts["dev"].X, parts["dev"].y, list(parts["dev"].groups)) if parts and len(parts["dev"]) else None
        model = EncoderClassifier(base, training=training, scheme=corpus.scheme)
        model.fit(
            learned.X, learned.y, groups=_groups(learned), dev=dev, folder=checkpoints, rationales=learned.rationales, taught=answers
        )  # fmt: skip
    figures: dict[str, Any] = {"reports": len(learned), "rows": len(learned.X)}
    if corpus.about.get("description"):
        figures["description"] = corpus.about["description"]
    if taught and answers:
        figures["taught"] = {"rows": len(answers[0]), "sha256": digest(taught)}
    if parts and isinstance(model, EncoderClassifier) and len(parts["dev"]):
        figures["dev"] = judge(model, parts["dev"], model.dev_probabilities_)
    if parts and len(parts["test"]):
        figures["test"] = judge(model, parts["test"])
    save(model, folder, corpus_digest=corpus.digest, figures=figures)
    return figures


def _groups(corpus: Corpus) -> list[str]:
    """What must not be on both sides of a split: negotiations, or documents where all are on one."""
    return list(corpus.groups) if len(set(corpus.groups)) > 1 else [row.document for row in corpus.X]


def judge(model: PositionClassifier, corpus: Corpus, probabilities: Floats | None = None) -> dict[str, Any]:
    """A model's figures on annotated documents, with annotated and found actors as rows.

    Args:
        model: fitted.
        corpus: annotated documents.
        probabilities: of the corpus's rows, where they are known already.

    Returns:
        `Figures.as_dict`, and ``ece``, the expected calibration error over all cells (15 equal-mass bins).
    """
    p = model.predict_proba(corpus.X) if probabilities is None else probabilities
    found = evaluate(corpus.y, model.decide(p), groups=[row.document for row in corpus.X], labels=corpus.scheme.labels)
    return found.as_dict() | {"ece": expected_calibration_error(corpus.y, p)}
