"""The table of positions: the same from every source, and a fault in a file is one sentence with its place."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from time import perf_counter

import pandas as pd
import pytest

import argmine
from argmine.analysis import COLUMNS, positions_table
from argmine.analysis.table import label_order
from argmine.errors import ArgmineError, FormatError, InputError
from argmine.schema import Document, Position, Sentence

TEXT = "Moscow refuses the ceasefire requested by Kyiv. It rained.\n\nAnkara demands talks."


def test_talks_as_a_table(talks: pd.DataFrame) -> None:
    assert tuple(talks.columns) == COLUMNS
    assert talks["document"].value_counts().to_dict() == {"r1": 4, "r2": 1, "r4": 5, "r5": 2, "r6": 4}
    first = talks.iloc[0]
    assert first[["document", "sentence", "text", "actor", "name", "label", "target", "issue"]].tolist() == [
        "r1", 1, "Northland demands a ceasefire.", "NORTH", "North", "demand", "SOUTH", "ceasefire",
    ]  # fmt: skip
    assert first["date"] == pd.Timestamp(2024, 3, 1) and first["negotiation"] == "north-south" and first["probability"] == 0.6
    coast = talks[talks["actor"] == "COAST"].iloc[0]
    assert coast["target"] is None and coast["issue"] is None and coast["cue"] is None and coast["register"] is None


def test_types_do_not_depend_on_the_rows(talks: pd.DataFrame) -> None:
    empty = positions_table([])
    assert empty.dtypes.to_dict() == talks.dtypes.to_dict() == positions_table(talks_without_anything()).dtypes.to_dict()
    assert pd.api.types.is_datetime64_any_dtype(empty["date"])


def talks_without_anything() -> dict[str, object]:
    return {"document": "a", "sentence": 0, "text": "", "positions": [{"actor": "RUS", "label": "demand"}]}


def test_what_is_not_known_is_missing() -> None:
    row = positions_table(talks_without_anything()).iloc[0]
    assert row["name"] == "Russia" and pd.isna(row["date"]) and pd.isna(row["probability"])
    assert row[["negotiation", "register", "target", "issue", "cue"]].tolist() == [None] * 5


def test_texts_and_names_may_run_over_lines() -> None:
    position = {"actor": "FPI", "name": "Front\n Populaire", "label": "demand"}
    row = positions_table({"document": " a", "sentence": 0, "text": "Two\nlines", "positions": [position]}).iloc[0]
    assert (row["document"], row["name"], row["text"]) == (" a", "Front Populaire", "Two\nlines")


def test_reports_and_their_lines_give_one_table(tmp_path: Path) -> None:
    report = argmine.load("rules").label(TEXT, name="wire-1")
    assert len(report.positions) == 3
    path = tmp_path / "wire.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in report.records()), encoding="utf-8")
    table = positions_table(report)
    assert table["actor"].tolist() == ["RUS", "UKR", "TUR"] and table["name"].tolist() == ["Russia", "Ukraine", "Türkiye"]
    assert table["sentence"].tolist() == [0, 0, 2] and table["text"].tolist()[2] == "Ankara demands talks."
    for source in ([report], list(report.records()), path, str(path), [path]):
        other = positions_table(source)
        pd.testing.assert_frame_equal(other.drop(columns="probability"), table.drop(columns="probability"))
        assert (other["probability"] - table["probability"]).abs().max() < 1e-4


def test_annotated_documents_bring_date_issue_and_cue() -> None:
    document = Document(
        "d", "It rains. Thule refuses.", (Sentence(0, 9), Sentence(10, 24)), date="1648-10-24", negotiation="thule", register="wire",
        positions=(Position("THULE", "refusal", 1, target="UKR", cue="refuses", issue="trade"),), names={"THULE": "Ultima Thule"},
    )  # fmt: skip
    rows = positions_table([document], dates={"other": "2020-01-01"}, negotiation="another").to_dict("records")
    assert rows == [
        {
            "document": "d", "date": pd.Timestamp(1648, 10, 24), "negotiation": "thule", "register": "wire", "sentence": 1, "text": "Thule refuses.",
            "actor": "THULE", "name": "Ultima Thule", "label": "refusal", "probability": 1.0, "target": "UKR", "issue": "trade", "cue": "refuses",
        }
    ]  # fmt: skip
    assert positions_table(document, dates={"d": date(1648, 5, 15)})["date"].tolist() == [pd.Timestamp(1648, 5, 15)]


def test_the_shipped_corpus_is_a_source() -> None:
    corpus = argmine.load_corpus().select(negotiation="istanbul-2025")
    table = positions_table(corpus)
    assert len(table) == sum(len(d.positions) for d in corpus)
    assert table["date"].notna().all() and set(table["name"]) >= {"Russia", "Ukraine"}


@pytest.mark.parametrize(("name", "separator"), [("dates.tsv", "\t"), ("dates.csv", ",")])
def test_dates_from_a_table(lines: Path, tmp_path: Path, name: str, separator: str) -> None:
    path = tmp_path / name
    rows = [("date", "note", "document"), ("2024-03-01", "x", "r1"), ("", "", "r4"), ("2024-03-12", "y", "r6"), ("2001-01-01", "", "not-there")]
    path.write_text("\ufeff" + "\n".join(separator.join(row) for row in rows), encoding="utf-8")
    table = positions_table(lines, dates=path)
    days = table.groupby("document")["date"].first()
    assert days["r1"] == pd.Timestamp(2024, 3, 1) and days["r6"] == pd.Timestamp(2024, 3, 12)
    assert days[["r2", "r4", "r5"]].isna().all()


def test_negotiations_by_document(lines: Path) -> None:
    table = positions_table(lines, negotiation={"r1": "spring"})
    assert table.groupby("document", dropna=False)["negotiation"].first().to_dict() == {"r1": "spring", "r2": None, "r4": None, "r5": None, "r6": None}


GOOD = '{"document": "a", "sentence": 0, "text": "", "positions": []}'
FAULTS = {
    '{"document": "a", "sentence": 0, "text": "", "positions": [}': "JSON at column 60 .* is not valid",
    '{"document": "a", "sentnce": 1, "text": "", "positions": []}': "key of a sentence 'sentnce' is not one of .*; did you mean 'sentence'",
    '{"document": "a", "sentence": 1, "text": ""}': "is not complete: it lacks 'positions'",
    '{"document": "a", "sentence": 0, "text": "", "positions": []}': "sentence 0 of document 'a' is not given once; see .*lines.jsonl:1",
    '{"document": "a", "sentence": 1, "text": "", "positions": [{"actor": "RUS"}]}': "is not complete: it lacks 'label'",
    '{"document": "a", "sentence": 1, "text": "", "positions": [{"actor": "RUS", "label": "demand", "probability": 2}]}': "probability 2 is not a number from 0 to 1",
    "[1]": "sentence .* is not an object",
}  # fmt: skip


@pytest.mark.parametrize(("line", "message"), FAULTS.items())
def test_a_bad_line_is_named(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_text(f"{GOOD}\n\n{line}\n", encoding="utf-8")
    with pytest.raises(FormatError, match=rf"lines\.jsonl:3: .*{message}") as raised:
        positions_table(path)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("document\tday\n", r"dates.tsv:1: columns .* lack 'date'"),
        ("document\tdate\na\t2024-3-1\n", r"dates.tsv:2: date '2024-3-1' is not a day like 2025-06-02"),
        ("document\tdate\na\t2024-03-01\nb\t\na\t2024-03-02\n", r"dates.tsv:4: date '2024-03-02' is not the one that 'a' has already, 2024-03-01"),
    ],
)
def test_a_bad_date_is_named(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "dates.tsv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(FormatError, match=message):
        positions_table([], dates=path)


def test_other_faults_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="source of positions 3 is not a labelled report"):
        positions_table([3])  # type: ignore[list-item]
    with pytest.raises(InputError, match=r"gone.jsonl' is not readable: No such file"):
        positions_table(tmp_path / "gone.jsonl")
    with pytest.raises(InputError, match=r"gone.tsv' is not readable"):
        positions_table([], dates=tmp_path / "gone.tsv")
    with pytest.raises(ArgmineError, match="date of 'a': date '1 March' is not a day"):
        positions_table([], dates={"a": "1 March"})
    with pytest.raises(FormatError, match="record 2: sentence 0 of document 'a' is not given once"):
        positions_table([talks_without_anything()] * 2)


def test_labels_of_another_scheme_come_last() -> None:
    assert label_order(["claim", "condition", "attack", "demand"]) == ["demand", "condition", "claim", "attack"]


def test_a_thousand_reports_become_a_table_and_a_timeline_in_time(tmp_path: Path) -> None:
    """25,000 sentences with 15,000 positions on 300 days, from JSON lines to pictures' artists: the floor is a minute."""
    from matplotlib.figure import Figure

    from argmine.plots import TimelineDisplay

    labels, actors = ("demand", "concession", "refusal", "condition"), [f"A{i}" for i in range(40)]
    path, days = tmp_path / "many.jsonl", {}
    with path.open("w", encoding="utf-8") as stream:
        for d in range(1000):
            days[f"r{d}"] = f"2024-{d % 12 + 1:02d}-{d % 25 + 1:02d}"
            for s in range(25):
                positions = [{"actor": actors[(d * s) % 40], "label": labels[(d + s) % 4]}] if s % 5 < 3 else []
                record = {"document": f"r{d}", "sentence": s, "start": 0, "end": 9, "text": f"Sentence {s} of report {d}.", "positions": positions}
                stream.write(json.dumps(record) + "\n")
    start = perf_counter()
    table = positions_table(path, days)
    figure = Figure(layout="constrained")
    TimelineDisplay.from_positions(table, ax=figure.subplots())
    figure.canvas.draw()
    assert len(table) == 15_000 and perf_counter() - start < 60
