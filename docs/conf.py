"""The site's settings: ``sphinx-build -W --keep-going -b html docs OUT``. Nothing is fetched from anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import click
from sphinx.application import Sphinx

import argmine
from argmine.cli import main
from argmine.models.encoder import DEFAULT_TRAINING
from argmine.render import document_html
from argmine.schema import FOUR_LABELS

ROOT = Path(__file__).resolve().parent.parent
# Files of the repository that are pages of the site: they are included there, not copied.
PAGES = {
    "benchmarks/README.md": "/benchmarks.md",
    "corpus/AUTHORING.md": "/authoring.md",
    "corpus/GUIDELINES.md": "/guidelines.md",
    "corpus/README.md": "/data-card.md",
    "README.md": "/index.md",
}
LINK = re.compile(r"\[([^\]\n]+)\]\((?![a-z]+:|[#/])([^)#\s]+)(#[^)\s]+)?\)")

project = "argmine"
author = "The argmine authors"
project_copyright = f"{author}; MIT, the corpus CC BY 4.0"
release = argmine.__version__
extensions = ["sphinx.ext.autodoc", "sphinx.ext.napoleon", "myst_parser"]
exclude_patterns = ["_build"]

highlight_language = "text"

html_theme = "furo"
html_title = f"argmine {release}"
html_static_path = ["style"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False

myst_heading_anchors = 4

# A name in single backticks in a docstring is a link where it can be one.
default_role = "py:obj"
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
autodoc_type_aliases = {name: name for name in ("Arrays", "ArrayLike", "DataFrame", "Floats", "Interval", "Labels", "Predictions", "Source")}
python_maximum_signature_line_length = 90
napoleon_numpy_docstring = False
napoleon_use_param = False
napoleon_use_rtype = False
# As a list: as objects of their own they would stand twice where a class lists its fields.
napoleon_custom_sections = [("Attributes", "params_style")]

# What autodoc writes, and what the source has.
SIGNATURES = (
    (r"TypeAliasForwardRef\('(\w+)'\)", r"\1"),
    (r"~numpy\.ndarray\[tuple\[~typing\.Any, \.\.\.\], ~numpy\.dtype\[~?(?:numpy\.|typing\.)?(\w+)\]\]", r"NDArray[\1]"),
    (r"\bFloats\b", "NDArray[float64]"),
    (r"\bLabels\b", "NDArray[int8]"),
    (r"\bArrays\b", "dict[str, NDArray]"),
    (r"\b(?:pd|np)\.", ""),
    (r"<function (\w+)>", r"\1"),
    ("<factory>", "..."),
    (re.escape(repr(FOUR_LABELS)), "FOUR_LABELS"),
    (re.escape(repr(FOUR_LABELS.labels)), "FOUR_LABELS.labels"),
    (re.escape(repr(DEFAULT_TRAINING)), "DEFAULT_TRAINING"),
)


def relinked(text: str, folder: PurePosixPath) -> str:
    """Links that leave the docs, turned into links to the pages that include their files, or into paths in the repository.

    Args:
        text: Markdown.
        folder: where its file is, from the repository's root.
    """

    def link(match: re.Match[str]) -> str:
        name, target, anchor = match.groups()
        path = (ROOT / folder / target).resolve()
        if not path.exists() or path.is_relative_to(ROOT / "docs"):
            return match.group()
        inside = path.relative_to(ROOT).as_posix()
        if inside in PAGES:
            return f"[{name}]({PAGES[inside]}{anchor or ''})"
        return f"`{inside}`" if inside.endswith(name) else f"{name} (`{inside}`)"

    return LINK.sub(link, text)


def help_sections(command: click.Command, name: str, parent: click.Context | None = None) -> Iterator[str]:
    """A section for each command, with what its ``--help`` prints."""
    context = click.Context(command, parent, name, terminal_width=84, **command.context_settings)
    yield f"## {context.command_path}\n\n```text\n{command.get_help(context)}\n```\n"
    for key, sub in getattr(command, "commands", {}).items():
        yield from help_sections(sub, key, context)


def labelled_sample() -> str:
    """The sample report as Jupyter shows it."""
    sample = ROOT / "argmine" / "sample" / "istanbul.txt"
    report = argmine.load("linear").label(sample.read_text(encoding="utf-8"), sample.stem, "2025-06-02")
    return f"```{{raw}} html\n{document_html(report)}\n```"


# What stands in for a mark in a page's source.
MADE = {"<!-- help -->": lambda: "\n".join(help_sections(main, "argmine")), "<!-- labelled sample -->": labelled_sample}


def read_page(app: Sphinx, page: str, source: list[str]) -> None:
    """Fill in what is made at build time, and turn the links that leave the docs."""
    text = source[0]
    for mark, make in MADE.items():
        if mark in text:
            text = text.replace(mark, make())
    source[0] = relinked(text, PurePosixPath("docs", page).parent)


def read_included(app: Sphinx, path: Path, page: str, source: list[str]) -> None:
    source[0] = relinked(source[0], PurePosixPath(Path(app.srcdir, path).resolve().relative_to(ROOT).as_posix()).parent)


def plain(app: Sphinx, what: str, name: str, member: object, options: object, arguments: str | None, result: str | None) -> tuple[str, ...] | None:
    """A signature in the words of the source, where autodoc has only what they stand for."""
    if arguments is None:
        return None
    both = f"{arguments}\n{result or ''}"
    for found, shown in SIGNATURES:
        both = re.sub(found, shown, both)
    return tuple(both.split("\n"))


def bare(app: Sphinx, what: str, name: str, value: object, options: object, lines: list[str]) -> None:
    """A constant's docstring would be its type's; the pages say what it is."""
    if what == "data":
        lines.clear()


def skips(app: Sphinx, what: str, name: str, member: Any, skip: bool, options: object) -> bool | None:
    """Leave out scikit-learn's requests, and a tuple's fields, which its class's docstring explains."""
    return True if re.fullmatch("set_.+_request", name) or str(member.__doc__).startswith("Alias for field") else None


def setup(app: Sphinx) -> None:
    app.connect("source-read", read_page)
    app.connect("include-read", read_included)
    app.connect("autodoc-process-signature", plain)
    app.connect("autodoc-process-docstring", bare)
    app.connect("autodoc-skip-member", skips)
