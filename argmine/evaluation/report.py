"""Figures as a page: what ``argmine evaluate`` and ``argmine compare`` write with ``--format html``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from argmine.evaluation.compare import PairedTest
from argmine.evaluation.positions import GROUPINGS, PositionFigures
from argmine.render import fill, palette

__all__ = ["comparison_html", "evaluation_html"]

_TITLES = {
    "label": "By label", "actor": "By actor", "register": "By register", "negotiation": "By negotiation", "named": "Is the actor named in the sentence?",
    "actors": "How many actors are in the sentence?", "quotation": "Is there a quotation in the sentence?", "length": "How long is the sentence?",
}  # fmt: skip


def evaluation_html(
    figures: PositionFigures, title: str, groupings: Iterable[str] = GROUPINGS, most: int = 20, errors: int = 50, pictures: Mapping[str, str] | None = None
) -> str:  # fmt: skip
    """One self-contained page: the views, figures by group, pictures, and the errors with their text.

    Args:
        figures: of one system.
        title: the page's.
        groupings: see `argmine.evaluation.positions.GROUPINGS`.
        most: how many groups of each grouping.
        errors: how many false and how many missed positions, the surest false ones first.
        pictures: PNG images as base64 text, by what they show.

    >>> from argmine.evaluation.positions import evaluate_positions
    >>> gold = [{"id": "a", "text": "No.", "sentences": [{"start": 0, "end": 3, "positions": [["RUS", "refusal"]]}]}]
    >>> "<h1>rules &lt;1&gt;</h1>" in evaluation_html(evaluate_positions(gold, []), "rules <1>")
    True
    """
    tables = {_TITLES[name]: figures.by(name) for name in groupings}
    wrong = figures.errors()
    listed = {"False positions": [r for r in wrong if r.predicted][:errors], "Missed positions": [r for r in wrong if r.gold][:errors]}
    return fill(
        "evaluation.html", title=title, figures=figures, tables={name: list(t.items())[:most] for name, t in tables.items() if t},
        cut={name: len(t) - most for name, t in tables.items()}, kinds=figures.confusions(), errors=listed, pictures=pictures or {},
        colors=palette(figures.labels),
    )  # fmt: skip


def comparison_html(
    first: PositionFigures, second: PositionFigures, names: tuple[str, str], tests: Mapping[str, PairedTest], pictures: Mapping[str, str] | None = None
) -> str:  # fmt: skip
    """One self-contained page: two systems side by side, the paired tests, and the positions that only one of them has right.

    Args:
        first, second: figures on the same documents.
        names: of the two systems.
        tests: see `argmine.evaluation.compare.compare_positions`.
        pictures: PNG images as base64 text, by what they show.
    """
    sides = []
    for name, own, other in ((names[0], first, second), (names[1], second, first)):
        wrong = {(r.document, r.sentence, r.actor, r.label) for r in other.errors()}
        sides.append((name, [r for r in own.rows if not r.error and (r.document, r.sentence, r.actor, r.label) in wrong][:50]))
    return fill(
        "comparison.html", names=names, figures=(first, second), tests=tests, only=sides, pictures=pictures or {}, colors=palette(first.labels)
    )  # fmt: skip
