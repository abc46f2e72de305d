"""``argmine train``: from a corpus to a model folder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import click

import argmine
from argmine.cli.base import ACTORS, FOLDER
from argmine.errors import InputError

__all__ = ["train"]


@click.command()
@FOLDER
@ACTORS
@click.option("--model", "kind", type=click.Choice(["encoder", "linear"]), help="What to train.  [default: encoder]")
@click.option("--recipe", type=click.Choice(["default", "linear"]), help="How a shipped model is made; instead of --model.")
@click.option("--out", required=True, type=click.Path(file_okay=False), help="The model folder to write.")
@click.option("--base", default=None, help="The encoder to start from: a folder or a hub's identifier.  [default: the packaged MiniLM]")
@click.option("--epochs", type=click.IntRange(min=1), default=None, help="Passes over the training data.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of everything random.")
@click.option("--device", default=None, help="As torch names it: cpu, cuda, cuda:1.  [default: cpu]")
@click.option("--checkpoints", type=click.Path(file_okay=False), help="Where a training is kept while it runs.  [default: OUT.training]")
@click.option("--resume", is_flag=True, help="Go on with a training that was broken off.")
@click.option("--taught", type=click.Path(), help="A folder of unlabelled reports with a teacher's answers.  [default, with the shipped corpus: the shipped ones]")
def train(
    folder: str | None, actors: tuple[str, ...], kind: str | None, recipe: str | None, out: str, base: str | None, epochs: int | None, seed: int, device: str | None,
    checkpoints: str | None, resume: bool, taught: str | None,
) -> None:  # fmt: skip
    """Train a classifier on a corpus's train split (or all of it, without splits) and save it as a model folder.

    While the encoder trains, checkpoints and a log are kept; --resume goes on from them, and ends with the same weights.
    """
    from argmine.data.unlabelled import shipped_unlabelled
    from argmine.models.bases import MINILM
    from argmine.models.recipes import train_model

    if kind and recipe:
        raise InputError("--model and --recipe are both given; --recipe alone says which model is made, and how")
    recipe = recipe or {None: "default", "encoder": "default", "linear": "linear"}[kind]
    if recipe == "linear" and (base or epochs or resume or checkpoints or taught or device):
        raise InputError(
            "--base, --epochs, --device, --checkpoints, --resume and --taught are the encoder's; the linear model is trained in one go, in seconds"
        )
    kept = Path(checkpoints or f"{out.rstrip('/')}.training")
    broken_off = recipe != "linear" and any(kept.glob("step-*"))
    if resume and not broken_off:
        raise InputError(f"--resume: there is no training to go on with in {kept}; leave --resume away to begin one")
    if broken_off and not resume:
        raise InputError(f"{kept}: a training was broken off here; add --resume to go on with it, or remove the folder to begin anew")
    learned = argmine.load_corpus(folder, actors)
    answers = Path(taught) if taught else shipped_unlabelled() if folder is None and recipe == "default" else None
    figures = train_model(
        learned, out, recipe, base=base or MINILM, epochs=epochs, random_state=seed, device=device or "cpu",
        checkpoints=None if recipe == "linear" else kept, taught=answers,
    )  # fmt: skip
    for path in kept.glob("step-*") if recipe != "linear" else ():
        shutil.rmtree(path)
    click.echo(json.dumps({"model": out, "recipe": recipe, **figures}))
