"""``argmine actors``: look at and check the registry of actors."""

from __future__ import annotations

import sys
from datetime import date as calendar_date

import click

from argmine.cli.base import ACTORS
from argmine.errors import InputError, say
from argmine.schema import check_date

__all__ = ["actors"]


@click.group()
def actors() -> None:
    """Look at and check the registry of actors."""


@actors.command()
@ACTORS
@click.option("--today", default=None, help="The date to check offices on.  [default: today]")
def lint(actors: tuple[str, ...], today: str | None) -> None:
    """List duplicates, ambiguous names, and offices that have run out; exit code 1 if there are any."""
    from argmine.actors.registry import Registry
    from argmine.actors.registry import lint as check

    findings = check(Registry.read(*actors), check_date(today, "--today") if today else calendar_date.today().isoformat())
    for finding in findings:
        click.echo(finding)
    click.echo(f"{len(findings)} findings", err=True)
    sys.exit(bool(findings))


@actors.command("show")
@ACTORS
@click.argument("name")
def show_actor(name: str, actors: tuple[str, ...]) -> None:
    """Print the rows of one actor (RUS), or of every actor that has a NAME."""
    from argmine.actors.registry import Registry

    registry = Registry.read(*actors)
    wanted = {name.upper()} if name.upper() in registry else {a.actor for a in registry.aliases if a.text.casefold() == name.casefold()}
    if not wanted:
        raise InputError(say("actor", name, registry.types))
    for a in registry.aliases:
        if a.actor in wanted:
            click.echo("\t".join((a.actor, a.kind, a.text, a.office, a.start, a.until, " ".join(sorted(a.context)))))
