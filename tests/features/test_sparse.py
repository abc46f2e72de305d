"""The linear model's features: what stands around an actor, and nothing of who it is."""

from __future__ import annotations

import pytest

from argmine.features.sparse import features
from argmine.schema import ActorSentence, Span


def row(text: str, own: str, other: str = "") -> ActorSentence:
    def spans(name: str) -> tuple[Span, ...]:
        return tuple(Span(i, i + len(name)) for i in range(len(text)) if name and text.startswith(name, i))

    return ActorSentence(text, "X", spans(own), spans(other))


@pytest.mark.parametrize(
    "text",
    [
        "{a} said {a} rejects it.",
        "Envoys of {a} told {b} that {a} and {b} must sign.",
        "What {b} and {a} asked for, {a} refuses unless {b} leaves.",
    ],
)
def test_names_leave_no_trace(text: str) -> None:
    """The same sentence with other names, of one word or of several, has the same features."""
    names = [("Moscow", "Kyiv"), ("Oslo", "Chad"), ("the Free Aceh Movement", "the Republic of Indonesia")]
    made = [row(text.format(a=a, b=b), a, b if "{b}" in text else "") for a, b in names]
    first, *others = [set(features(r)) for r in made]
    assert all(first == found for found in others)
    assert not any(word in f for f in first for word in ("moscow", "kyiv"))
