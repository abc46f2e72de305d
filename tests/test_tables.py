"""The tables in the pages are those that the kept results give."""

from __future__ import annotations

from pathlib import Path

import pytest
import tables


@pytest.mark.parametrize("name", tables.SECTIONS)
def test_table_is_fresh(name: str, root: Path) -> None:
    page, make = tables.SECTIONS[name]
    text = (root / page).read_text(encoding="utf-8")
    assert tables.filled(name, text, make) == text


def test_every_script_is_described(root: Path) -> None:
    text = (root / "benchmarks" / "README.md").read_text(encoding="utf-8")
    scripts = {p.name for p in (root / "benchmarks").glob("*.py")}
    assert all(f"`{name}" in text or f"benchmarks/{name}" in text for name in scripts)


def test_the_claims_hold() -> None:
    """The floors that the README's figures must not fall under."""
    found = {r["model"]: r for r in tables.rows("quality")}
    assert found["rules"]["reports"]["end_to_end"]["f1"] >= 0.35
    assert found["linear"]["reports"]["end_to_end"]["f1"] >= 0.40
    assert found["linear"]["reports"]["gold_actors"]["f1"] >= 0.40
    assert found["linear"]["sentences"]["sentence+label"]["f1"] >= 0.60
    assert found["linear"]["reports"]["found_actors"]["recall"] >= 0.95
    assert found["linear"]["reports"]["found_actors"]["candidates_a_sentence"] <= 3
    speeds = {r["model"]: r for r in tables.rows("speed")}
    assert speeds["linear"]["sentences_per_second"] >= 500 and speeds["linear"]["peak_mb"] < 600
