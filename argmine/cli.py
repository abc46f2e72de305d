"""The command line: ``argmine label | train | evaluate | corpus … | actors …``.

Exit codes: 0 all well, 1 some input could not be used (each said in one line on standard error), 2 the call itself is wrong.
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import stat
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date as calendar_date
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

import argmine
from argmine.errors import ArgmineError, InputError, say
from argmine.schema import check_date, document_name

if TYPE_CHECKING:
    from argmine.pipeline import LabelledDocument, Miner

__all__ = ["main"]

_COLUMNS = ("document", "sentence", "actor", "name", "label", "probability", "target", "text")


class _Group(click.Group):
    """Prints the errors that argmine raises on purpose as one line, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ArgmineError as error:
            click.echo(f"argmine: {error}", err=True)
            ctx.exit(2)
        except BrokenPipeError:
            with suppress(OSError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(1)
        except OSError as error:
            click.echo(f"argmine: {error.filename or 'a file'}: can't be read or written ({error.strerror})", err=True)
            ctx.exit(2)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(argmine.__version__, prog_name="argmine")
def main() -> None:
    """Who demands, concedes, refuses or sets conditions, in diplomatic reporting."""


@main.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--model", default="encoder", show_default=True, help="A shipped model (linear, encoder, rules) or a model folder.")
@click.option("--actors", multiple=True, metavar="TSV", help="A table of further actors; may be given again.")
@click.option("--format", "form", type=click.Choice(["jsonl", "csv", "html", "text"]), help="[default: text on a terminal, else jsonl]")
@click.option(
    "--out", type=click.Path(dir_okay=False), help="Write there instead of standard output; the file appears when it is complete."
)
@click.option("--date", default=None, help="The reports' date (2025-06-02), if known; it helps to tell office holders apart.")
@click.option("--min-confidence", type=click.FloatRange(0, 1), default=0.0, help="Leave out positions that are less probable than this.")
def label(
    files: tuple[str, ...], model: str, actors: tuple[str, ...], form: str | None, out: str | None, date: str | None, min_confidence: float
) -> None:
    """Label reports: FILE... are plain texts in UTF-8, one report each; - is standard input."""
    if date is not None:
        check_date(date, "--date")
    _check_files(files, out)
    miner = argmine.load(model, actors, min_confidence)
    form = form or ("text" if out is None and sys.stdout.isatty() else "jsonl")
    failed: list[str] = []
    with _output(out) as stream:
        _WRITERS[form](_labelled(miner, files, date, failed), stream)
        if out is not None and len(failed) == len(files):
            raise InputError(f"--out {out}: no file could be labelled; it is left as it was")
    if failed:
        click.echo(f"argmine: {len(failed)} of {len(files)} files could not be labelled", err=True)
        sys.exit(1)


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


@contextmanager
def _output(out: str | None) -> Iterator[IO[str]]:
    """Standard output, or a file that replaces ``out`` only once everything is written."""
    if out is None:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
        yield sys.stdout
        return
    target = Path(out).resolve()
    if target.exists() and not target.is_file():
        raise InputError(f"--out {out}: not a regular file; name a file to write, or leave --out away for standard output")
    try:
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o644
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        raise InputError(f"--out {out}: can't be written ({error.strerror})") from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="") as stream:
            yield stream
        Path(name).chmod(mode)
        Path(name).replace(target)
    finally:
        Path(name).unlink(missing_ok=True)


def _write_jsonl(reports: Iterable[LabelledDocument], stream: IO[str]) -> None:
    for report in reports:
        for record in report.records():
            stream.write(json.dumps(record, ensure_ascii=False) + "\n")


def _write_csv(reports: Iterable[LabelledDocument], stream: IO[str]) -> None:
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for report in reports:
        for p in report.positions:
            row = (
                report.document.id,
                p.sentence,
                p.actor,
                report.names[p.actor],
                p.label,
                f"{p.probability:.4f}",
                p.target or "",
                report.document.sentence_text(p.sentence),
            )
            writer.writerow([_no_formula(cell) for cell in row])


def _no_formula(cell: object) -> object:
    """A text that a spreadsheet would run as a formula, made plain text by an apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _write_html(reports: Iterable[LabelledDocument], stream: IO[str]) -> None:
    from argmine.render import page_html

    labelled = list(reports)
    if labelled:
        stream.write(page_html(labelled))


def _write_text(reports: Iterable[LabelledDocument], stream: IO[str]) -> None:
    from argmine.render import document_text

    color = stream.isatty() and "NO_COLOR" not in os.environ
    for report in reports:
        stream.write(document_text(report, color=color) + "\n")


_WRITERS: dict[str, Callable[[Iterable[Any], IO[str]], None]] = {
    "jsonl": _write_jsonl,
    "csv": _write_csv,
    "html": _write_html,
    "text": _write_text,
}


@main.command()
@click.option("--corpus", "folder", default=None, help="A corpus folder; the shipped corpus if not given.")
@click.option("--model", "kind", type=click.Choice(["encoder", "linear"]), help="What to train.  [default: encoder]")
@click.option("--recipe", type=click.Choice(["default", "linear"]), help="How a shipped model is made; instead of --model.")
@click.option("--out", required=True, type=click.Path(file_okay=False), help="The model folder to write.")
@click.option("--base", default=None, help="The encoder to start from: a folder or a hub's identifier.  [default: the packaged MiniLM]")
@click.option("--epochs", type=click.IntRange(min=1), default=None, help="Passes over the training data.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of everything random.")
@click.option("--device", default="cpu", show_default=True, help="As torch names it: cpu, cuda, cuda:1.")
@click.option("--checkpoints", type=click.Path(file_okay=False), help="Where a training is kept while it runs.  [default: OUT.training]")
@click.option("--resume", is_flag=True, help="Go on with a training that was broken off.")
@click.option("--taught", type=click.Path(), help="A folder of unlabelled reports with a teacher's answers.  [default, with the shipped corpus: the shipped ones]")
def train(
    folder: str | None, kind: str | None, recipe: str | None, out: str, base: str | None, epochs: int | None, seed: int, device: str,
    checkpoints: str | None, resume: bool, taught: str | None,
) -> None:  # fmt: skip
    """Train a classifier on a corpus's train split (or all of it, without splits) and save it as a model folder.

    While the encoder trains, checkpoints and a log are kept; --resume goes on from them, and ends with the same weights.
    """
    from argmine.data.unlabelled import read_taught, shipped_unlabelled
    from argmine.models.bases import MINILM
    from argmine.models.recipes import train_model

    if kind and recipe:
        raise InputError("--model and --recipe are both given; --recipe alone says which model is made, and how")
    recipe = recipe or {None: "default", "encoder": "default", "linear": "linear"}[kind]
    if recipe == "linear" and (base or epochs or resume or checkpoints or taught):
        raise InputError(
            "--base, --epochs, --checkpoints, --resume and --taught are the encoder's; the linear model is trained in one go, in seconds"
        )
    kept = Path(checkpoints or f"{out.rstrip('/')}.training")
    broken_off = recipe != "linear" and any(kept.glob("step-*"))
    if resume and not broken_off:
        raise InputError(f"--resume: there is no training to go on with in {kept}; leave --resume away to begin one")
    if broken_off and not resume:
        raise InputError(f"{kept}: a training was broken off here; add --resume to go on with it, or remove the folder to begin anew")
    learned = argmine.load_corpus(folder)
    answers = Path(taught) if taught else shipped_unlabelled() if folder is None and recipe == "default" else None
    figures = train_model(
        learned, out, recipe, base=base or MINILM, epochs=epochs, random_state=seed, device=device,
        checkpoints=None if recipe == "linear" else kept, taught=read_taught(answers, learned.scheme) if answers else None,
    )  # fmt: skip
    for path in kept.glob("step-*") if recipe != "linear" else ():
        shutil.rmtree(path)
    click.echo(json.dumps({"model": out, "recipe": recipe, **figures}))


@main.command()
@click.option("--corpus", "folder", default=None, help="A corpus folder; the shipped corpus if not given.")
@click.option("--model", default="encoder", show_default=True, help="A shipped model (linear, encoder, rules) or a model folder.")
@click.option("--split", type=click.Choice(["test", "dev", "train", "all"]), help="[default: test, or all of a corpus without splits]")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def evaluate(folder: str | None, model: str, split: str | None, form: str) -> None:
    """Judge a model on annotated documents: F1 per label and over all, with annotated and found actors as rows."""
    from argmine.evaluation.calibration import expected_calibration_error

    corpus = argmine.load_corpus(folder)
    split = split or ("test" if corpus.splits else "all")
    judged = corpus if split == "all" else corpus.select(split=split)
    if not len(judged):
        raise InputError(f"corpus {corpus.name!r} has no documents in the split {split!r}; name another with --split, or --split all")
    classifier = argmine.load(model).classifier
    if classifier.scheme_.labels != corpus.scheme.labels:
        raise InputError(
            say("labels of the model", ", ".join(classifier.scheme_.labels), "those of the corpus: " + ", ".join(corpus.scheme.labels))
        )
    p = classifier.predict_proba(judged.X)
    groups = [row.document for row in judged.X]
    figures = argmine.evaluate(judged.y, classifier.decide(p), groups=groups, labels=corpus.scheme.labels)
    ece = expected_calibration_error(judged.y, p)
    if form == "json":
        record = {"model": model, "corpus": corpus.name, "split": split, "documents": len(judged), **figures.as_dict(), "ece": ece}
        click.echo(json.dumps(record))
    else:
        click.echo(
            f"{len(judged)} documents of {corpus.name!r} ({split}), {len(judged.X)} actor-sentences\n{figures}\nexpected calibration error {ece:.3f}"
        )


@main.group()
def corpus() -> None:
    """Look at, check and extend a corpus folder."""


_FOLDER = click.option("--corpus", "folder", default=None, help="A corpus folder; the shipped corpus if not given.")


@corpus.command()
@_FOLDER
def validate(folder: str | None) -> None:
    """Read a corpus strictly, and list what wants a look; exit code 1 if its format is broken."""
    from argmine.actors.registry import default_registry
    from argmine.data.validate import validate as find

    try:
        loaded = argmine.load_corpus(folder)
    except ArgmineError as error:
        click.echo(f"argmine: {error}", err=True)
        sys.exit(1)
    findings = find(loaded, known=default_registry())
    for finding in findings:
        click.echo(str(finding))
    click.echo(f"{len(loaded)} documents read; {len(findings)} findings to look at", err=True)


@corpus.command()
@_FOLDER
def stats(folder: str | None) -> None:
    """Print the composition of a corpus as JSON."""
    click.echo(json.dumps(argmine.load_corpus(folder).stats(), indent=2, ensure_ascii=False))


@corpus.command()
@_FOLDER
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

    import_markup([Path(f) for f in files], Path(folder))
    click.echo(f"{len(files)} reports are in {folder}")


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


@main.group()
def actors() -> None:
    """Look at and check the registry of actors."""


@actors.command()
@click.option("--actors", "tables", multiple=True, metavar="TSV", help="Further tables to check with the shipped ones.")
@click.option("--today", default=None, help="The date to check offices on.  [default: today]")
def lint(tables: tuple[str, ...], today: str | None) -> None:
    """List duplicates, ambiguous names, and offices that have run out; exit code 1 if there are any."""
    from argmine.actors.registry import Registry
    from argmine.actors.registry import lint as check

    findings = check(Registry.read(*tables), check_date(today, "--today") if today else calendar_date.today().isoformat())
    for finding in findings:
        click.echo(finding)
    sys.exit(bool(findings))


@actors.command("show")
@click.argument("name")
def show_actor(name: str) -> None:
    """Print the rows of one actor (RUS), or of every actor that has a NAME."""
    from argmine.actors.registry import default_registry

    registry = default_registry()
    wanted = {name.upper()} if name.upper() in registry else {a.actor for a in registry.aliases if a.text.casefold() == name.casefold()}
    if not wanted:
        raise InputError(say("actor", name, registry.types))
    for a in registry.aliases:
        if a.actor in wanted:
            click.echo("\t".join((a.actor, a.kind, a.text, a.office, a.start, a.until, " ".join(sorted(a.context)))))


if __name__ == "__main__":
    main()
