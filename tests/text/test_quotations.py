"""Quotations by hand: ⟦ and ⟧ stand around each, and are no part of the text."""

from __future__ import annotations

import re

import pytest

from argmine.text import quotations

STRAIGHT = [
    'He said ⟦"no"⟧ and ⟦"never"⟧.',
    '⟦"We refuse,"⟧ he said. ⟦"We always did."⟧',
    'He called it (⟦"a mistake"⟧).',
    'They met at the ⟦"palace."⟧He said nothing.',
    'He left.⟦"We refuse,"⟧ she said.',
    'He said ⟦" we refuse. "⟧ and left.',
    '⟦"We refuse. "⟧he said.',
    '⟦"He told us "no" and left,"⟧ she said.',
    'It is the ⟦"anti-"terror" law"⟧ again.',
    'The plan ⟦"Agenda 2030"⟧ stands.',
    'A 12" pipe, a 5\'2" envoy and the ⟦"plan"⟧ arrived.',
    "He said ⟦''no''⟧ and ⟦``never''⟧.",
    'An empty "" is none.',
    'He wrote ⟦"Peace"⟧—then ⟦"War"⟧, then ⟦"Peace"⟧…',
]
CURLY = [
    "He said ⟦“no”⟧ and ⟦„nie“⟧ and ⟦«non»⟧ and ⟦»nein«⟧ and ⟦”nej”⟧.",
    "⟦« Nous refusons »⟧, dit-il.",
    "⟦“He told us “no” and left,”⟧ she said.",
    "⟦“He told us ‘no’ and left,”⟧ she said.",
    "⟦«He read “The Plan” aloud,»⟧ she said.",
    '⟦“We refuse,"⟧ he said.',
    "他说⟦「我们拒绝『条约』」⟧。",
    "A stray closing mark” is none.",
]
SINGLE = [
    "⟦‘We refuse,’⟧ he said.",
    "⟦'We refuse,'⟧ he said.",
    "The parties’ envoys and the states' envoys don’t agree, don't they?",
    "⟦‘The parties’ claims don’t count,’⟧ he said of the rebels’ plan.",
    "⟦'The parties' claims don't count,'⟧ he said of the rebels' plan.",
    "The ‘90s and the '90s were the parties’ and the envoys' best years.",
    "Rock 'n' roll and get 'em.",
    "⟦‘He read “The Plan” aloud,’⟧ she said.",
    "The so-called ⟦‘peace plan’⟧ and the ⟦'road map'⟧ failed.",
    "She said ⟦“the parties’ plan”⟧ and ⟦‘no’⟧.",
]
PARAGRAPHS = [
    "⟦“We refuse.⟧\n\n⟦“We always did.⟧\n\n⟦“We always will,”⟧ he said.",
    '⟦"We refuse.⟧\n\n⟦"We always did,"⟧ he said.',
    "⟦“We refuse.⟧\n\n⟦We always did.⟧\n\n⟦We always will,”⟧ he said.",
    "⟦“He said “no” to us.⟧\n\n⟦“He left,”⟧ she said.",
    "⟦“We refuse, he said.⟧\n\nThe envoy left.",
    '⟦"We refuse, he said.⟧ ⟦"We always did."⟧',
    "⟦“Never again.⟧\n⟦Never here.”⟧\n— Dmytro K. (@dk_mfa) May 17, 2025",
    "⟦“We refuse⟧",
    "⟦“We read ‘The Plan’⟧\n\n⟦‘and’ tore it up”⟧ and ⟦‘left’⟧.",
]
CASES = {"straight": STRAIGHT, "curly": CURLY, "single": SINGLE, "paragraphs": PARAGRAPHS}


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{group}-{i}") for group, cases in CASES.items() for i, case in enumerate(cases)])
def test_spans(case: str) -> None:
    text = case.replace("⟦", "").replace("⟧", "")
    assert [text[q.start : q.end] for q in quotations(text)] == re.findall("⟦(.*?)⟧", case, re.DOTALL)
