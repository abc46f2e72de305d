"""Paragraphs by hand: ``|`` stands right before each paragraph but the first, and is no part of the text."""

from __future__ import annotations

import textwrap

import pytest

from argmine.text import paragraphs, sentences

PROSE = (
    "The two delegations came to Geneva on Monday for a third round of talks about the exchange of prisoners. "
    "Neither side would say how long they were ready to stay in the city. The envoy of the United Nations called the mood "
    "sober, and said that he had met both of them for an hour. On Tuesday they will turn to the question of the "
    "crossings, which President John F. Kennedy once called the hardest of all."
)
CASES = [
    "Talks fail|\n\nThe envoys left. They were tired.",
    "Talks fail|\n \t\n\nThe envoys left.|\r\n\r\nThey were tired.",
    "Talks fail|\nThe envoys left.|\nThey were tired.",
    "One|\u2029two|\fthree",
    "They agreed to:|\n- withdraw|\n- meet again",
    "1.\nThe Parties withdraw.|\n2.\n\nThe Parties meet.",
    "  indented  |\n\n  again  ",
    "The president said that the two delegations\nwill meet again in Oslo next week.",
    "The president said that the two delegations\r\nwill meet again in Oslo next week.",
    "The president said that the two delegations\u2028will meet again in Oslo next week.",
    "MR. LUND: We met.|\nQ   And then?|\nMR. LUND: We left.",
    "",
    " \n\n \t ",
]


@pytest.mark.parametrize("case", CASES)
def test_breaks(case: str) -> None:
    text = case.replace("|", "")
    assert [text[p.start : p.end] for p in paragraphs(text)] == [piece.strip() for piece in case.split("|") if piece.strip()]


@pytest.mark.parametrize("width", [45, 60, 72, 80, 100])
def test_wrapping_changes_no_sentence(width: int) -> None:
    text = PROSE + "\n\n" + PROSE
    wrapped = "\n\n".join(textwrap.fill(p, width, break_on_hyphens=False) for p in text.split("\n\n"))
    assert len(paragraphs(wrapped)) == 2
    assert [wrapped[s.start : s.end].split() for s in sentences(wrapped)] == [text[s.start : s.end].split() for s in sentences(text)]


@pytest.mark.parametrize("width", [60, 80])
def test_headline_above_wrapped_text_stands_alone(width: int) -> None:
    text = "Kyiv and Moscow to meet again\n" + textwrap.fill(PROSE, width) + "\n— Dmytro K. (@dk_mfa) May 17, 2025"
    found = paragraphs(text)
    assert [text[p.start : p.end] for p in (found[0], found[-1])] == [text.split("\n")[0], text.split("\n")[-1]]
    assert len(found) == 3


def test_sentences_name_their_paragraph() -> None:
    text = "Talks fail\n\nThe envoys left. They were tired.\n\nNobody signed."
    assert [s.paragraph for s in sentences(text)] == [0, 1, 1, 2]
