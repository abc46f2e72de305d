"""Learning curves and training histories: drawn points, bands and marks against records."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from argmine.errors import InputError
from argmine.plots import LearningCurveDisplay, TrainingHistoryDisplay

RECORDS = [
    {"benchmark": "learning_curve", "share": 0.5, "reports": 100, "draws": 1, "end_to_end": 0.5, "gold": 0.6},
    {"benchmark": "learning_curve", "share": 0.1, "reports": 20, "draws": 1, "end_to_end": 0.2, "gold": 0.3},
    {"benchmark": "learning_curve", "share": 0.1, "reports": 20, "draws": 1, "end_to_end": 0.4, "gold": 0.3},
]


def axes() -> Axes:
    return Figure(figsize=(6.4, 4.8)).subplots()


def test_several_records_of_a_size_make_a_band() -> None:
    ax = axes()
    display = LearningCurveDisplay.from_records(RECORDS, ax=ax)
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["end to end", "gold"]
    end_to_end, gold = ax.lines
    np.testing.assert_allclose(end_to_end.get_xydata(), [[20, 0.3], [100, 0.5]])
    np.testing.assert_allclose(gold.get_xydata(), [[20, 0.3], [100, 0.6]])
    assert end_to_end.get_marker() != gold.get_marker() and end_to_end.get_color() != gold.get_color()
    # From the least of a size to its greatest.
    band, _ = ax.collections
    corners = {tuple(corner) for corner in band.get_paths()[0].vertices.round(9).tolist()}
    assert corners == {(20, 0.2), (20, 0.4), (100, 0.5)}
    assert ax.get_xlabel() == "reports" and ax.get_xlim()[0] == 0
    rows = display.frame().to_numpy().tolist()
    expected = [
        ["end_to_end", 20, 0.3, 0.2, 0.4, 2],
        ["end_to_end", 100, 0.5, 0.5, 0.5, 1],
        ["gold", 20, 0.3, 0.3, 0.3, 2],
        ["gold", 100, 0.6, 0.6, 0.6, 1],
    ]
    for row, wanted in zip(rows, expected, strict=True):
        assert row[0] == wanted[0] and row[1:] == pytest.approx(wanted[1:])


def test_one_record_a_size_makes_no_band() -> None:
    ax = axes()
    LearningCurveDisplay.from_records(RECORDS[:2], measures=["gold"], ax=ax)
    assert len(ax.lines) == 1 and not ax.collections


def test_another_unit() -> None:
    ax = axes()
    display = LearningCurveDisplay.from_records([{"share": 0.25, "f1": 0.5}], unit="share", ax=ax)
    assert display.frame()["measure"].tolist() == ["f1"] and ax.get_xlabel() == "share" and ax.lines[0].get_xdata().tolist() == [0.25]


def test_the_kept_learning_curve_can_be_drawn(root: Path) -> None:
    kept = [json.loads(line) for line in (root / "benchmarks/results/learning_curve.jsonl").read_text(encoding="utf-8").splitlines()]
    frame = LearningCurveDisplay.from_records(kept, ax=axes()).frame()
    part = frame[frame["measure"] == "corpus_test"]
    assert part["mean"].tolist() == [row["corpus_test"] for row in kept] and part["size"].tolist() == [row["reports"] for row in kept]
    assert not {"share", "draws"} & set(frame["measure"])


HISTORY = [
    {"epoch": 0, "step": 5, "loss": 0.9, "dev": None},
    {"epoch": 0, "step": 10, "loss": 0.7, "dev": {"dev_loss": 0.6, "macro_f1": 0.4, "micro_f1": 0.4}},
    {"epoch": 1, "step": 20, "loss": 0.5, "dev": {"dev_loss": 0.5, "macro_f1": 0.6, "micro_f1": 0.6}},
    {"epoch": 2, "step": 30, "loss": 0.3, "dev": {"dev_loss": 0.7, "macro_f1": 0.6, "micro_f1": 0.7}},
]


def test_a_history_by_hand() -> None:
    ax = axes()
    display = TrainingHistoryDisplay.from_history(HISTORY, ax=ax)
    upper, lower = display.axes_
    assert set(ax.child_axes) == {upper, lower} and upper.get_position().y0 > lower.get_position().y1
    f1 = upper.lines[0].get_xydata()
    np.testing.assert_allclose(f1, [[0.5, np.nan], [1, 0.4], [2, 0.6], [3, 0.6]])
    loss, dev_loss = lower.lines[:2]
    np.testing.assert_allclose(loss.get_xydata(), [[0.5, 0.9], [1, 0.7], [2, 0.5], [3, 0.3]])
    np.testing.assert_allclose(dev_loss.get_xydata(), [[0.5, np.nan], [1, 0.6], [2, 0.5], [3, 0.7]])
    assert loss.get_marker() != dev_loss.get_marker() and loss.get_linestyle() != dev_loss.get_linestyle()
    # Of equals the first is kept, as by keep_best.
    assert display.best == 2
    assert [list(panel.lines[-1].get_xdata()) for panel in display.axes_] == [[2, 2], [2, 2]]
    (mark,) = upper.texts
    assert mark.get_text() == "best 0.600" and mark.xy == (2, 1)
    frame = display.frame()
    np.testing.assert_allclose(frame[["epoch", "macro_f1"]], f1)
    np.testing.assert_allclose(frame[["epoch", "loss"]], loss.get_xydata())
    np.testing.assert_allclose(frame[["epoch", "dev_loss"]], dev_loss.get_xydata())
    assert frame["step"].tolist() == [5, 10, 20, 30]


def test_records_and_their_dicts_are_alike() -> None:
    from argmine.training.loop import Record

    records = [Record(r["epoch"], r["step"], r["loss"], 0.1, 1.0, r["dev"]) for r in HISTORY]  # type: ignore[arg-type]
    frames = [TrainingHistoryDisplay.from_history(h, ax=axes()).frame() for h in (records, [r.as_dict() for r in records], HISTORY)]
    assert frames[0].equals(frames[1]) and frames[0].equals(frames[2])


def test_without_a_dev_set_there_is_one_panel() -> None:
    ax = axes()
    display = TrainingHistoryDisplay.from_history([r | {"dev": None} for r in HISTORY], ax=ax)
    (panel,) = display.axes_
    assert display.best is None and len(panel.lines) == 1 and panel.lines[0].get_ydata().tolist() == [0.9, 0.7, 0.5, 0.3]
    assert [t.get_text() for t in panel.get_legend().get_texts()] == ["training loss"]


def test_bad_records() -> None:
    with pytest.raises(InputError, match="no records to draw"):
        LearningCurveDisplay.from_records([])
    with pytest.raises(InputError, match=r"record 0: record .* lacks 'sentences'"):
        LearningCurveDisplay.from_records(RECORDS, unit="sentences")
    with pytest.raises(InputError, match="record 1: gold None is not a finite number"):
        LearningCurveDisplay.from_records([RECORDS[0], RECORDS[1] | {"gold": None}])
    with pytest.raises(InputError, match="one with a figure to draw"):
        LearningCurveDisplay.from_records([{"reports": 5, "share": 0.5}])
    with pytest.raises(InputError, match="no records to draw"):
        TrainingHistoryDisplay.from_history([])
    with pytest.raises(InputError, match=r"record 0: record .* lacks 'dev'"):
        TrainingHistoryDisplay.from_history([{"epoch": 0, "step": 1, "loss": 0.5}])
    with pytest.raises(InputError, match="record 0: loss nan is not a finite number"):
        TrainingHistoryDisplay.from_history([HISTORY[0] | {"loss": float("nan")}])
