"""Reports and corpora for people: pages, fragments for notebooks, coloured text for a terminal, tables for a spreadsheet.

Stands above the units and knows them by their types only, so that they can show themselves through it.
"""

from __future__ import annotations

import csv
import hashlib
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import IO, TYPE_CHECKING, Any
from unicodedata import category, normalize

if TYPE_CHECKING:
    from jinja2 import Environment

    from argmine.data.corpus import Corpus
    from argmine.pipeline import LabelledDocument
    from argmine.schema import Document, Position

__all__ = [
    "COLUMNS",
    "PALETTE",
    "annotated_html",
    "corpus_html",
    "document_html",
    "document_text",
    "fill",
    "page_html",
    "palette",
    "positions_csv",
]

# One colour a label (Okabe and Ito's colour-blind safe palette), everywhere in argmine; others take the rest in turn.
PALETTE = {"demand": "#0072B2", "concession": "#009E73", "refusal": "#D55E00", "condition": "#CC79A7"}
COLUMNS = ("document", "sentence", "actor", "name", "label", "probability", "target", "cue", "text")
_SPARE = ("#E69F00", "#56B4E9", "#7F7F7F", "#8C6D31", "#5254A3", "#AD494A")
_ANSI = {"demand": "34", "concession": "32", "refusal": "31", "condition": "35"}
# What begins a formula, after NFKC has made full-width and small forms plain; the minus sign U+2212 has no plain form.
_FORMULA = ("=", "+", "-", "@", "\u2212")
_INVISIBLE = ("Cc", "Cf", "Zs", "Zl", "Zp")


@dataclass(frozen=True, slots=True)
class _Mark:
    """A position as it is shown; an annotated one has no probability."""

    actor: str
    name: str
    label: str
    sentence: int
    text: str
    probability: float | None
    target: str
    cue: str


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(loader=PackageLoader("argmine"), autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined)


def fill(template: str, script: str | None = None, **values: object) -> str:
    """A template of ``argmine/templates``, filled; every value is escaped.

    Args:
        template: the template's name. A page extends ``base.html`` and fills its blocks ``title``, ``style``, ``aside`` and ``content``.
        script: the name of the one script that the page may run. ``base.html`` embeds it, and forbids all others.
        values: what the template shows.
    """
    from markupsafe import Markup

    environment = _environment()
    loader = environment.loader
    code = loader.get_source(environment, script)[0].strip() if script and loader else ""
    digest = b64encode(hashlib.sha256(code.encode()).digest()).decode()
    allowed = f"'sha256-{digest}'" if code else "'none'"
    return environment.get_template(template).render(script=Markup(code), scripts_allowed=Markup(allowed), **values)


def palette(labels: Iterable[str]) -> dict[str, str]:
    """A colour for every label: the fixed ones, then spare ones in order.

    >>> palette(["refusal", "WAIT"])["WAIT"]
    '#E69F00'
    """
    spare = [label for label in dict.fromkeys(labels) if label not in PALETTE]
    return PALETTE | {label: _SPARE[i % len(_SPARE)] for i, label in enumerate(spare)}


def _marks(document: Document, positions: Iterable[Position], names: Mapping[str, str], annotated: bool) -> Iterator[_Mark]:
    def name(actor: str) -> str:
        return names.get(actor) or document.names.get(actor) or actor

    for p in positions:
        yield _Mark(
            p.actor, name(p.actor), p.label, p.sentence, document.sentence_text(p.sentence), None if annotated else p.probability,
            name(p.target) if p.target else "", p.cue or "",
        )  # fmt: skip


def _view(document: Document, positions: Iterable[Position], names: Mapping[str, str], annotated: bool = False) -> dict[str, Any]:
    """What the templates show of a report: its paragraphs as lists of (sentence, text, marks), and all marks in order."""
    marks = list(_marks(document, positions, names, annotated))
    by_sentence: dict[int, list[_Mark]] = {}
    for mark in marks:
        by_sentence.setdefault(mark.sentence, []).append(mark)
    numbered = groupby(enumerate(document.sentences), key=lambda pair: pair[1].paragraph)
    return {
        "title": document.title or document.id,
        "about": [fact for fact in (document.date, document.register, document.negotiation) if fact],
        "blocks": [[(i, document.sentence_text(i), by_sentence.get(i, [])) for i, _ in block] for _, block in numbered],
        "marks": marks,
        "counts": Counter(mark.label for mark in marks),
        "cues": any(mark.cue for mark in marks),
        "n_sentences": len(document.sentences),
    }


def _legend(views: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """What all reports shown together share: labels with their numbers and colours, and actors, the most frequent first."""
    marks = [mark for view in views for mark in view["marks"]]
    counts = Counter(mark.label for mark in marks)
    colors = palette(counts)
    actors = Counter(mark.actor for mark in marks).most_common()
    names = {mark.actor: mark.name for mark in reversed(marks)}
    return {
        "colors": colors,
        "labels": {label: number for number, label in enumerate(label for label in colors if counts[label])},
        "label_counts": counts,
        "actors": {actor: number for number, (actor, _) in enumerate(actors)},
        "actor_counts": [(names[actor], count) for actor, count in actors],
        "n_marks": len(marks),
    }


def page_html(reports: Iterable[LabelledDocument]) -> str:
    """One self-contained page with all reports: marked text, a table of positions, and filters by label and actor.

    The page asks for nothing from anywhere and can be read without its script.
    """
    views = [_view(r.document, r.positions, r.names) for r in reports]
    return fill("page.html", script="page.js", reports=views, legend=_legend(views))


def document_html(report: LabelledDocument) -> str:
    """The marked text as a fragment, for Jupyter."""
    return _fragment(_view(report.document, report.positions, report.names))


def annotated_html(document: Document) -> str:
    """A document's text with its annotated positions marked, as a fragment, for Jupyter."""
    return _fragment(_view(document, document.positions, document.names, annotated=True))


def _fragment(view: dict[str, Any]) -> str:
    return fill("fragment.html", report=view, legend=_legend([view]))


def corpus_html(corpus: Corpus) -> str:
    """A corpus's figures as a table, for Jupyter: all of it, each split, and each register, the largest first."""
    stats = corpus.stats()
    parts: list[tuple[str, list[tuple[str, dict[str, Any]]]]] = [("", [("all", stats)])]
    for key in ("split", "register"):
        rows = [(value, corpus.select(**{key: value}).stats()) for value in stats[key]]
        rows.sort(key=lambda row: -row[1]["documents"])
        parts.append((key, [(value or "not given", figures) for value, figures in rows]))
    return fill("corpus.html", name=corpus.name, labels=list(stats["label"]), colors=palette(stats["label"]), parts=parts)


def positions_csv(reports: Iterable[LabelledDocument], stream: IO[str], formulas: bool = False) -> None:
    """Write one row a position, under a row of column names.

    Every cell is quoted. A text that a spreadsheet could run as a formula (OWASP, CSV Injection), or that begins with an
    apostrophe, gets an apostrophe before it: taking one apostrophe from every cell that begins with one gives the texts back.

    Args:
        reports: labelled documents; they are written as they come.
        stream: where to; open files with ``newline=""``.
        formulas: leave such texts as they are, for readers that are no spreadsheets.
    """
    writer = csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for report in reports:
        for p in report.positions:
            name, text = report.names[p.actor], report.document.sentence_text(p.sentence)
            row = (report.document.id, str(p.sentence), p.actor, name, p.label, f"{p.probability:.4f}", p.target or "", p.cue or "", text)
            writer.writerow(row if formulas else map(_plain, row))


def _plain(cell: str) -> str:
    """The text, guarded by an apostrophe if a spreadsheet could run it or if it begins with one.

    >>> _plain("=1+1"), _plain(" ＝1+1"), _plain("'no'"), _plain("no")
    ("'=1+1", "' ＝1+1", "''no'", 'no')
    """
    begin = next((i for i, c in enumerate(cell) if category(c) not in _INVISIBLE), len(cell))
    runs = category(cell[:1] or "a") == "Cc" or normalize("NFKC", cell[begin : begin + 1]).startswith(_FORMULA)
    return f"'{cell}" if runs or cell.startswith("'") else cell


def document_text(report: LabelledDocument, color: bool = False) -> str:
    """The report for a terminal: every sentence, with its positions beneath it.

    Args:
        report: a labelled document.
        color: whether to use ANSI colours.
    """

    def paint(text: str, code: str) -> str:
        return f"\x1b[{code}m{_printable(text)}\x1b[0m" if color else _printable(text)

    lines = [paint(f"{report.document.id}: {len(report.positions)} positions in {len(report.document.sentences)} sentences", "1"), ""]
    for index, positions in enumerate(report.by_sentence):
        text = " ".join(report.document.sentence_text(index).split())
        lines.append(paint(text, "4;" + _ANSI.get(positions[0].label, "36") if positions else "2"))
        for p in positions:
            target = f" -> {p.target}" if p.target else ""
            fact = f"{p.label:<10} {report.names[p.actor]} ({p.actor}){target}  {p.probability:.2f}"
            lines.append("    " + paint(fact, _ANSI.get(p.label, "36")))
    return "\n".join(lines) + "\n"


def _printable(text: str) -> str:
    """The text without control characters, which could steer the terminal."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)
