"""One made-up negotiation, known to the day, that all of argmine.analysis is tested on.

Six reports; two of them of one day, one without a position. NORTH and SOUTH talk about four matters:

ceasefire   1 March NORTH demands it of SOUTH, which refuses. 5 March SOUTH concedes it (with a condition), and NORTH, which
            demands no more, concedes something, too. So SOUTH softened and met NORTH's demand, and NORTH dropped it.
prisoners   1 March NORTH demands them, in another report of that day SOUTH concedes some: no order, so nothing is met. 8 March
            NORTH repeats the demand. 12 March the MEDIATOR, of whom nothing was demanded, concedes something.
borders     1 March SOUTH concedes, 5 March it refuses: it hardened. 12 March it does both, which tells nothing.
no issue    5 March COAST, in its one appearance, demands something of nobody in particular. 8 and 12 March NORTH refuses, in
            almost the same words.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from argmine.analysis import positions_table

# document: day, and the positions: actor, label, target, issue, text.
TALKS: dict[str, tuple[str, list[tuple[str, str, str | None, str | None, str]]]] = {
    "r1": ("2024-03-01", [
        ("NORTH", "demand", "SOUTH", "ceasefire", "Northland demands a ceasefire."),
        ("SOUTH", "refusal", "NORTH", "ceasefire", "Southland refuses a ceasefire."),
        ("NORTH", "demand", "SOUTH", "prisoners", "Northland wants its prisoners back."),
        ("SOUTH", "concession", "NORTH", "borders", "Southland will open a crossing."),
    ]),
    "r2": ("2024-03-01", [("SOUTH", "concession", "NORTH", "prisoners", "Southland frees ten prisoners.")]),
    "r3": ("2024-03-04", []),
    "r4": ("2024-03-05", [
        ("SOUTH", "concession", "NORTH", "ceasefire", "Southland accepts a ceasefire."),
        ("SOUTH", "condition", "NORTH", "ceasefire", "It must be watched, says Southland."),
        ("NORTH", "concession", "SOUTH", "ceasefire", "Northland agrees to observers."),
        ("SOUTH", "refusal", "NORTH", "borders", "Southland closes the crossing."),
        ("COAST", "demand", None, None, "The Coast wants to be heard."),
    ]),
    "r5": ("2024-03-08", [
        ("NORTH", "demand", "SOUTH", "prisoners", "Northland still wants its prisoners."),
        ("NORTH", "refusal", "SOUTH", None, "Northland will not pay for the bridge."),
    ]),
    "r6": ("2024-03-12", [
        ("NORTH", "refusal", "SOUTH", None, "Northland will not pay for the new bridge."),
        ("SOUTH", "refusal", "NORTH", "borders", "Southland refuses new crossings."),
        ("SOUTH", "concession", "NORTH", "borders", "Southland reopens the old crossing."),
        ("MEDIATOR", "concession", "NORTH", "prisoners", "The mediator will pay for the journey of the prisoners."),
    ]),
}  # fmt: skip


def records(talks: dict[str, Any] = TALKS) -> list[dict[str, Any]]:
    """The talks in the format of ``argmine label``: one record a sentence, the first of each report without a position."""
    found: list[dict[str, Any]] = []
    for document, (_, positions) in talks.items():
        found.append({"document": document, "sentence": 0, "start": 0, "end": 9, "text": "It rains.", "positions": []})
        for number, (actor, label, target, issue, text) in enumerate(positions, 1):
            position = {
                "actor": actor, "name": actor.title(), "label": label, "probability": 0.5 + number / 10, "mentions": [], "target": target, "issue": issue,
            }  # fmt: skip
            found.append({"document": document, "sentence": number, "start": 10, "end": 20, "text": text, "positions": [position]})
    return found


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    """The talks as a file of JSON lines."""
    path = tmp_path / "talks.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records()), encoding="utf-8")
    return path


@pytest.fixture
def dates() -> dict[str, str]:
    return {document: day for document, (day, _) in TALKS.items()}


@pytest.fixture
def talks(dates: dict[str, str]) -> pd.DataFrame:
    """The talks as a table of 16 positions."""
    return positions_table(records(), dates, negotiation="north-south")
