"""Agreement against a table worked by hand, and against the package's own figure."""

from __future__ import annotations

from itertools import pairwise

import pytest

from argmine.errors import InputError
from argmine.evaluation.agreement import agreement
from argmine.schema import Document, Mention, Position, Sentence


def layer(*triples: tuple[int, str, str], text: str = "Norway asks. Chad waits. Norway left. Chad left.") -> Document:
    stops = [0, 13, 25, 38, len(text) + 1]
    sentences = tuple(Sentence(a, b - 1) for a, b in pairwise(stops))
    mentions = (Mention(0, 6, "NOR"), Mention(13, 17, "TCD"), Mention(25, 31, "NOR"), Mention(38, 42, "TCD"))
    return Document("a-01", text, sentences, mentions, positions=tuple(Position(actor, label, i) for i, actor, label in triples))


def test_by_hand() -> None:
    found = agreement([layer((0, "NOR", "demand"), (1, "TCD", "refusal"))], [layer((0, "NOR", "demand"), (2, "NOR", "demand"))])
    assert (found.documents, found.units) == (1, 4)
    assert found.counts["demand"] == (1, 0, 1) and found.counts["refusal"] == (0, 1, 0)
    assert found.f1 == pytest.approx(2 * 1 / (2 * 1 + 1 + 1))
    # Demand: 4 units, 1 disagreement; 3 of 8 votes are yes: observed 2/8, expected 2*3*5/(8*7).
    assert found.alpha["demand"] == pytest.approx(1 - (2 / 8) / (2 * 3 * 5 / 56))
    assert found.alpha["condition"] == 1.0


def test_equal_layers_agree() -> None:
    one = layer((0, "NOR", "demand"), (1, "TCD", "refusal"))
    assert agreement([one], [one]).overall == 1.0 == agreement([one], [one]).f1


def test_layers_must_share_texts() -> None:
    with pytest.raises(InputError, match="share no document"):
        agreement([layer()], [])
    with pytest.raises(InputError, match="other sentences"):
        agreement([layer()], [layer(text="Norway asks. Chad waits. Norway left. Chad rests.")])
