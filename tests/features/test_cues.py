"""Cues and their owners, one sentence a rule of the reading."""

from __future__ import annotations

import pytest

from argmine.features.cues import SentenceCues, forms
from argmine.schema import FOUR_LABELS, Span


def cues(text: str, *names: str) -> set[tuple[str, str | None]]:
    """The asserted cues of a sentence: label, and the owner's words."""
    spans = []
    for name in names:
        start = text.index(name)
        spans.append(Span(start, start + len(name)))
    read = SentenceCues(text, spans)
    return {(h.cue.label, text[h.owner.start : h.owner.end] if h.owner else None) for h in read.hits if h.real}


CASES = [
    ("Moscow refuses the truce requested by Kyiv.", ("Moscow", "Kyiv"), {("refusal", "Moscow"), ("demand", "Kyiv")}),
    ("The truce was rejected by Moscow.", ("Moscow",), {("refusal", "Moscow")}),
    ("Tehran's refusal surprised Vienna.", ("Tehran", "Vienna"), {("refusal", "Tehran")}),
    ("The refusal of Tehran surprised Vienna.", ("Tehran", "Vienna"), {("refusal", "Tehran")}),
    ("Kyiv says Moscow refuses to meet.", ("Kyiv", "Moscow"), {("refusal", "Moscow")}),
    ("Hamas must release them, Paris said.", ("Hamas", "Paris"), {("demand", "Paris")}),
    ("Hamas must release them.", ("Hamas",), {("demand", None)}),
    ("Oslo did not reject the map.", ("Oslo",), set()),
    ("Oslo has not ruled out a visit.", ("Oslo",), set()),
    ("Would Oslo accept the map?", ("Oslo",), set()),
    ("Oslo could accept the map.", ("Oslo",), set()),
    ("Oslo will free them only if Bern pays.", ("Oslo", "Bern"), {("concession", "Oslo"), ("condition", "Oslo")}),
    ("If it rains, nobody comes.", (), set()),
    ("Moscowrefuses the truce, and the termsplease nobody.", ("Moscow",), {("refusal", "Moscow")}),
    ("Hamas, Israeli officials said, demands a list.", ("Hamas", "Israeli officials"), {("demand", "Hamas")}),
]


@pytest.mark.parametrize(("text", "names", "expected"), CASES, ids=[c[0] for c in CASES])
def test_owner(text: str, names: tuple[str, ...], expected: set[tuple[str, str | None]]) -> None:
    assert cues(text, *names) == expected


def test_the_table_names_labels_of_the_scheme(root: object) -> None:
    lines = (root / "argmine/features/cues.tsv").read_text(encoding="utf-8").splitlines()[1:]  # type: ignore[operator]
    cells = [line.split("\t") for line in lines]
    assert all(len(c) == 3 and c[0] in (*FOUR_LABELS.labels, "none") and c[1] in ("verb", "noun", "phrase", "condition") for c in cells)
    assert len({tuple(c) for c in cells}) == len(cells)


def test_forms_of_verbs() -> None:
    assert forms("drop") == ("drop", "drops", "dropped", "dropping")
    assert forms("push") == ("push", "pushes", "pushed", "pushing")
    assert forms("pledge")[2:] == ("pledged", "pledging")
