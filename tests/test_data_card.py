"""The data card's figures on agreement are those that the command prints today."""

from __future__ import annotations

from pathlib import Path

from argmine.data.importer import read_layer
from argmine.evaluation.agreement import agreement


def test_agreement_in_the_card_is_fresh(root: Path) -> None:
    first, second = (read_layer(root / "corpus" / "layers" / name) for name in ("first", "second"))
    found = str(agreement(first, second))
    assert found in (root / "corpus" / "README.md").read_text(encoding="utf-8")
