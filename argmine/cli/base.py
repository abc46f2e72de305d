"""What all commands share: the group that they hang in, one form of errors, and output that is complete or not there."""

from __future__ import annotations

import io
import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import click

import argmine
from argmine.errors import ArgmineError, InputError

__all__ = ["ACTORS", "FOLDER", "main", "output"]


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


FOLDER = click.option("--corpus", "folder", default=None, help="A corpus folder; the shipped corpus if not given.")

ACTORS = click.option("--actors", multiple=True, metavar="TSV", help="A table of further actors; may be given again.")


@contextmanager
def output(out: str | None) -> Iterator[IO[str]]:
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
