"""Labelled text for people: as a page, as a fragment for notebooks, and in colour for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment

    from argmine.pipeline import LabelledDocument

__all__ = ["PALETTE", "document_html", "document_text", "page_html"]

# One colour a label (Okabe and Ito's colour-blind safe palette), everywhere in argmine; others take the rest in turn.
PALETTE = {"demand": "#0072B2", "concession": "#009E73", "refusal": "#D55E00", "condition": "#CC79A7"}
_SPARE = ("#E69F00", "#56B4E9", "#7F7F7F", "#8C6D31", "#5254A3", "#AD494A")
_ANSI = {"demand": "34", "concession": "32", "refusal": "31", "condition": "35"}


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(loader=PackageLoader("argmine"), autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined)


def palette(labels: Iterable[str]) -> dict[str, str]:
    """A colour for every label: the fixed ones, then spare ones in order."""
    spare = [label for label in dict.fromkeys(labels) if label not in PALETTE]
    return PALETTE | {label: _SPARE[i % len(_SPARE)] for i, label in enumerate(spare)}


def _blocks(report: LabelledDocument) -> Iterator[list[dict[str, Any]]]:
    """The report's paragraphs, each a list of sentences with the positions to mark."""
    block: list[dict[str, Any]] = []
    paragraph = None
    for index, sentence in enumerate(report.document.sentences):
        if paragraph is not None and sentence.paragraph != paragraph:
            yield block
            block = []
        paragraph = sentence.paragraph
        positions = report.by_sentence[index]
        block.append(
            {
                "index": index,
                "text": report.document.sentence_text(index),
                "positions": positions,
                "labels": list(dict.fromkeys(p.label for p in positions)),
            }
        )
    if block:
        yield block


def _actors(report: LabelledDocument) -> list[dict[str, Any]]:
    """The table of positions: actors by how many they have, each with its positions in order."""
    counts = Counter(p.actor for p in report.positions)
    return [
        {
            "actor": actor,
            "name": report.names[actor],
            "positions": [(p, report.document.sentence_text(p.sentence)) for p in report.positions if p.actor == actor],
        }
        for actor, _ in counts.most_common()
    ]


def _context(report: LabelledDocument) -> dict[str, Any]:
    return {
        "id": report.document.id, "title": report.document.title or report.document.id, "blocks": list(_blocks(report)), "actors": _actors(report),
        "names": report.names, "counts": Counter(p.label for p in report.positions), "n_sentences": len(report.document.sentences),
    }  # fmt: skip


def page_html(reports: Iterable[LabelledDocument]) -> str:
    """One self-contained page with all reports: marked text, legend, and a table of positions for each actor."""
    contexts = [_context(r) for r in reports]
    labels = [label for c in contexts for label in c["counts"]]
    return _environment().get_template("page.html").render(reports=contexts, palette=palette(labels))


def document_html(report: LabelledDocument) -> str:
    """The marked text as a fragment, for Jupyter."""
    context = _context(report)
    return _environment().get_template("fragment.html").render(report=context, palette=palette(context["counts"]))


def document_text(report: LabelledDocument, color: bool = False) -> str:
    """The report for a terminal: each sentence that has positions, with them beneath.

    Args:
        report: a labelled document.
        color: whether to use ANSI colours.
    """

    def paint(text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if color else text

    lines = [paint(f"{report.document.id}: {len(report.positions)} positions in {len(report.document.sentences)} sentences", "1"), ""]
    for index, positions in enumerate(report.by_sentence):
        text = _printable(" ".join(report.document.sentence_text(index).split()))
        if not positions:
            lines.append(paint(text, "2") if color else text)
            continue
        lines.append(paint(text, "4;" + _ANSI.get(positions[0].label, "36")))
        for p in positions:
            target = f" -> {p.target}" if p.target else ""
            lines.append(
                "    " + paint(f"{p.label:<10} {report.names[p.actor]} ({p.actor}){target}  {p.probability:.2f}", _ANSI.get(p.label, "36"))
            )
    return "\n".join(lines) + "\n"


def _printable(text: str) -> str:
    """The text without control characters, which could steer the terminal."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)
