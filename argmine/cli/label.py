"""``argmine label``: reports in, positions out."""

from __future__ import annotations

import json
import os
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

import argmine
from argmine.cli.base import ACTORS, output
from argmine.errors import InputError, LanguageWarning
from argmine.render import document_text, page_html, positions_csv
from argmine.schema import check_date, document_name

if TYPE_CHECKING:
    from argmine.pipeline import LabelledDocument, Miner

__all__ = ["label"]


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--model", default="encoder", show_default=True, help="A shipped model (linear, encoder, rules) or a model folder.")
@ACTORS
@click.option("--format", "form", type=click.Choice(["jsonl", "csv", "html", "text"]), help="[default: text on a terminal, else jsonl]")
@click.option(
    "--out", type=click.Path(dir_okay=False), help="Write there instead of standard output; the file appears when it is complete."
)
@click.option("--date", default=None, help="The reports' date (2025-06-02), if known; it helps to tell office holders apart.")
@click.option("--min-confidence", type=click.FloatRange(0, 1), default=0.0, help="Leave out positions that are less probable than this.")
@click.option("--formulas", is_flag=True, help="csv: leave texts as they are that a spreadsheet would run as formulas.")
def label(
    files: tuple[str, ...], model: str, actors: tuple[str, ...], form: str | None, out: str | None, date: str | None, min_confidence: float,
    formulas: bool,
) -> None:  # fmt: skip
    """Label reports: FILE... are plain texts in UTF-8, one report each; - is standard input."""
    if date is not None:
        check_date(date, "--date")
    _check_files(files, out)
    miner = argmine.load(model, actors, min_confidence)
    form = form or ("text" if out is None and sys.stdout.isatty() else "jsonl")
    if formulas and form != "csv":
        raise InputError(f"--formulas is for csv, and the format is {form}; leave it away, or add --format csv")
    failed: list[str] = []
    with _warnings_as_lines(), output(out) as stream:
        reports = _labelled(miner, files, date, failed)
        if formulas:
            positions_csv(reports, stream, formulas=True)
        else:
            _WRITERS[form](reports, stream)
        if out is not None and len(failed) == len(files):
            raise InputError(f"--out {out}: no file could be labelled; it is left as it was")
    if failed:
        click.echo(f"argmine: {len(failed)} of {len(files)} files could not be labelled", err=True)
        sys.exit(1)


@contextmanager
def _warnings_as_lines() -> Iterator[None]:
    """Every warning about a report's language is one line on standard error; other warnings stay as they are."""
    shown = warnings.showwarning

    def show(message: Warning | str, category: type[Warning], *place: Any, **more: Any) -> None:
        if issubclass(category, LanguageWarning):
            click.echo(f"argmine: {message}", err=True)
        else:
            shown(message, category, *place, **more)

    with warnings.catch_warnings():
        warnings.simplefilter("always", LanguageWarning)
        warnings.showwarning = show
        yield


def _check_files(files: tuple[str, ...], out: str | None) -> None:
    """Refuse what would lose something: output over an input, two reports of one name, no name for the output."""
    if out == "":
        raise InputError("--out is empty; name a file to write, or leave it away for standard output")
    if out is not None and any(Path(f).resolve() == Path(out).resolve() for f in files if f != "-"):
        raise InputError(f"--out {out}: this is one of the reports; name another file")
    twice = [name for name, n in Counter(document_name(f) for f in files).items() if n > 1]
    if twice:
        raise InputError(
            f"two reports are called {twice[0]!r}, so their rows could not be told apart; rename one, or label them in two calls"
        )


def _labelled(miner: Miner, files: Iterable[str], date: str | None, failed: list[str]) -> Iterator[LabelledDocument]:
    """The reports that can be labelled, in order; what is wrong with the others goes to standard error at once."""
    from tqdm.auto import tqdm

    from argmine.pipeline import read_text

    for path in tqdm(list(files), unit="report", disable=not sys.stderr.isatty() or len(list(files)) < 2):
        try:
            if path == "-":
                yield miner.label(_standard_input(), name="-", date=date)
            else:
                yield miner.label(read_text(path), name=document_name(path), date=date)
        except InputError as error:
            failed.append(path)
            message = str(error) if path in str(error) else f"{path}: {str(error).split(': ', 1)[-1]}"
            click.echo(f"argmine: {message}", err=True)


def _standard_input() -> str:
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"-: byte {error.start} of standard input is not UTF-8; convert it first: iconv -f WINDOWS-1252 -t UTF-8"
        ) from None


def _write_jsonl(reports: Iterable[LabelledDocument], stream: IO[str]) -> None:
    for report in reports:
        for record in report.records():
            stream.write(json.dumps(record, ensure_ascii=False) + "\n")


def _write_html(reports: Iterable[LabelledDocument], stream: IO[str]) -> None:
    labelled = list(reports)
    if labelled:
        stream.write(page_html(labelled))


def _write_text(reports: Iterable[LabelledDocument], stream: IO[str]) -> None:
    color = stream.isatty() and "NO_COLOR" not in os.environ
    for report in reports:
        stream.write(document_text(report, color=color) + "\n")


_WRITERS: dict[str, Callable[[Iterable[Any], IO[str]], None]] = {
    "jsonl": _write_jsonl,
    "csv": positions_csv,
    "html": _write_html,
    "text": _write_text,
}
