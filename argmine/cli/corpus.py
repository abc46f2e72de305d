"""``argmine corpus``: look at, check and extend a corpus folder."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

import argmine
from argmine.cli.base import ACTORS, FOLDER
from argmine.errors import ArgmineError

__all__ = ["corpus"]


@click.group()
def corpus() -> None:
    """Look at, check and extend a corpus folder."""


@corpus.command()
@FOLDER
@ACTORS
def validate(folder: str | None, actors: tuple[str, ...]) -> None:
    """Read a corpus strictly, and list what wants a look; exit code 1 if its format is broken."""
    from argmine.actors.registry import default_registry
    from argmine.data.validate import validate as find

    try:
        loaded = argmine.load_corpus(folder, actors)
    except ArgmineError as error:
        click.echo(f"argmine: {error}", err=True)
        sys.exit(1)
    findings = find(loaded, known=loaded.registry or default_registry())
    for finding in findings:
        click.echo(str(finding))
    click.echo(f"{len(loaded)} documents read; {len(findings)} findings to look at", err=True)


@corpus.command()
@FOLDER
def stats(folder: str | None) -> None:
    """Print the composition of a corpus as JSON."""
    click.echo(json.dumps(argmine.load_corpus(folder).stats(), indent=2, ensure_ascii=False))


@corpus.command()
@FOLDER
@click.argument("report")
def show(folder: str | None, report: str) -> None:
    """Print one report in the authors' format."""
    from argmine.data.importer import export_markup

    click.echo(export_markup(argmine.load_corpus(folder), report))


@corpus.command("import")
@click.option("--corpus", "folder", required=True, help="The corpus folder to add to.")
@click.argument("files", nargs=-1, required=True)
def import_(folder: str, files: tuple[str, ...]) -> None:
    """Add reports written in the authors' format to a corpus folder; a fault in any of them leaves it untouched."""
    from argmine.data.importer import import_markup

    imported = import_markup([Path(f) for f in files], Path(folder))
    try:
        click.echo(f"{len(imported)} reports imported; {len(argmine.load_corpus(folder))} are in {folder}")
    except ArgmineError as error:
        click.echo(f"{len(imported)} reports imported into {folder}")
        click.echo(f"argmine: the corpus can't be read yet: {error}", err=True)


@corpus.command()
@click.argument("folder")
def describe(folder: str) -> None:
    """Write a corpus folder's croissant.json, and the head of its README by which datasets.load_dataset finds the splits."""
    from argmine.data.metadata import describe as write

    write(folder)
    click.echo(f"{folder}: croissant.json and the head of README.md are written")


@corpus.command()
@click.argument("first")
@click.argument("second")
def agree(first: str, second: str) -> None:
    """Agreement of two annotation layers, FIRST and SECOND: corpus folders, or folders of reports in the authors' format."""
    from argmine.data.importer import read_layer
    from argmine.evaluation.agreement import agreement

    click.echo(str(agreement(read_layer(first), read_layer(second))))
