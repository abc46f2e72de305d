"""Hand-written changes of a sentence: swapped actors, negation, passive, report, question, lost capitals."""

from __future__ import annotations

from collections import Counter

import metamorphic
import pytest

import argmine

FLOORS = {"rules": 0.70, "linear": 0.60, "encoder": 0.70}


def test_the_pairs() -> None:
    kinds = Counter(pair["kind"] for pair in metamorphic.read_pairs())
    assert sum(kinds.values()) >= 60
    assert min(kinds[k] for k in ("swap", "negate", "passive")) >= 15


@pytest.mark.parametrize("model", FLOORS)
def test_pass_rate(model: str) -> None:
    rates, _ = metamorphic.measure(argmine.load(model))
    assert rates["all"] >= FLOORS[model]
