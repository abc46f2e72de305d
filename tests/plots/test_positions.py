"""Positions by actor, day and issue: where bars and marks are, and in which colours, against numbers counted by hand."""

from __future__ import annotations

from itertools import combinations, pairwise

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex
from matplotlib.dates import num2date
from matplotlib.figure import Figure

from argmine.analysis import positions_table
from argmine.errors import InputError
from argmine.plots import PositionsMatrixDisplay, PositionsPerActorDisplay, TimelineDisplay
from argmine.render import PALETTE

LABELS = ("demand", "concession", "refusal", "condition")
NAMES = {"A": "Arcadia", "B": "Bohemia", "C": "Cathay"}
# Day of March, actor, label, issue, and how many of them.
COUNTS = [
    (1, "A", "demand", "trade", 2),
    (1, "A", "refusal", "trade", 1),
    (1, "A", "concession", "borders", 1),
    (1, "A", "condition", "borders", 1),
    (4, "A", "demand", "trade", 1),
    (4, "A", "refusal", None, 1),
    (4, "A", "concession", "trade", 1),
    (4, "B", "concession", "trade", 1),
    (9, "B", "demand", "borders", 1),
    (9, "C", "demand", "aid", 1),
]  # fmt: skip


def made(counts: list[tuple[int, str, str, str | None, int]], year: int = 2024) -> pd.DataFrame:
    """A table with one report a day, counted from 1 March."""
    lines = []
    for number, (day, actor, label, issue, count) in enumerate(counts):
        for copy in range(count):
            position = {"actor": actor, "name": NAMES.get(actor, actor), "label": label, "issue": issue}
            lines.append({"document": f"day-{day}", "sentence": 100 * number + copy, "text": "", "positions": [position]})
    days = {f"day-{day}": f"{pd.Timestamp(year, 3, 1) + pd.Timedelta(days=day - 1):%Y-%m-%d}" for day, *_ in counts}
    return positions_table(lines, days)


@pytest.fixture
def table() -> pd.DataFrame:
    return made(COUNTS)


def crowd(actors: int, days: int = 1) -> pd.DataFrame:
    """Every actor with all labels on all days; names as long as they are shown."""
    return made(
        [(d, f"PARTY_WITH_A_LONG_NAME_{a:02}", label, f"issue number {a:02}", 1) for d in range(1, days + 1) for a in range(actors) for label in LABELS]
    )


def axes(width: float = 6.4) -> Axes:
    return Figure(figsize=(width, width * 0.75), dpi=100, layout="constrained").subplots()


def bars(ax: Axes) -> dict[tuple[float, str], tuple[float, float]]:
    """The row and label of each horizontal bar that is to be seen, and where it begins and ends."""
    label = {color: name for name, color in PALETTE.items()}
    return {
        (round(p.get_y() + p.get_height() / 2, 6), label[to_hex(p.get_facecolor()).upper()]): tuple(sorted((p.get_x(), p.get_x() + p.get_width())))
        for p in ax.patches
        if p.get_width()
    }  # type: ignore[misc]


def names(ax: Axes) -> list[str]:
    return [t.get_text() for t in ax.get_yticklabels()]


def apart(ax: Axes) -> None:
    """Names do not overlap, and nothing that is written is cut off."""
    ax.figure.draw_without_rendering()
    boxes = sorted((t.get_window_extent().extents for t in ax.get_yticklabels()), key=lambda box: box[1])
    assert all(above[1] >= below[3] - 1 for below, above in pairwise(boxes))
    legend = ax.get_legend()
    for box in (*boxes, ax.xaxis.label.get_window_extent().extents, *([legend.get_window_extent().extents] if legend else [])):
        assert box[0] >= -1 and box[1] >= -1 and box[2] <= ax.figure.bbox.width + 1 and box[3] <= ax.figure.bbox.height + 1


def test_hard_bars_go_left_and_soft_ones_right(table: pd.DataFrame) -> None:
    ax = axes()
    display = PositionsPerActorDisplay.from_positions(table, ax=ax)
    assert names(ax) == ["Arcadia", "Bohemia", "Cathay"] and ax.get_ylim() == (2.5, -0.5)
    assert bars(ax) == {
        (0, "demand"): (-3, 0),
        (0, "refusal"): (-5, -3),
        (0, "condition"): (-6, -5),
        (0, "concession"): (0, 2),
        (1, "demand"): (-1, 0),
        (1, "concession"): (0, 1),
        (2, "demand"): (-1, 0),
    }
    assert ax.lines[0].get_xdata() == [0, 0]
    assert ax.xaxis.get_major_formatter()(-4, 0) == "4"
    assert ax.get_xlabel() == "hard  ←  positions  →  soft"
    assert [t.get_text() for t in ax.get_legend().get_texts()] == list(LABELS)
    frame = display.frame()
    assert display.ax_ is ax and display.figure_ is ax.figure and frame["count"].sum() == len(table)
    assert frame[frame["actor"] == "A"].set_index("label")["count"].to_dict() == {"demand": 3, "concession": 2, "refusal": 2, "condition": 1}


def test_the_rest_is_told(table: pd.DataFrame) -> None:
    ax = axes()
    display = PositionsPerActorDisplay.from_positions(table, top=1, ax=ax)
    assert names(ax) == ["Arcadia"] and display.frame()["actor"].unique().tolist() == ["A"]
    assert ax.get_xlabel().endswith("not shown: 2 actors (3 positions)")


def test_labels_of_another_scheme_stand_outermost_left(table: pd.DataFrame) -> None:
    ax = axes()
    PositionsPerActorDisplay.from_positions(table.replace({"label": {"condition": "claim"}}), ax=ax)
    (claim,) = (p for p in ax.patches if to_hex(p.get_facecolor()).upper() == "#E69F00" and p.get_width())
    assert (claim.get_x(), claim.get_width()) == (-5, -1)


def test_sides_can_be_chosen(table: pd.DataFrame) -> None:
    ax = axes()
    PositionsPerActorDisplay.from_positions(table, soft=["concession", "condition"], hard=["refusal"], ax=ax)
    found = bars(ax)
    assert found[0, "condition"] == (2, 3) and found[0, "refusal"] == (-2, 0) and found[0, "demand"] == (-5, -2)


def marks(ax: Axes) -> dict[str, list[tuple[int, float, float]]]:
    """The marks of each label: day of March, height, area."""
    found = {}
    for c in ax.collections:
        if isinstance(c, PathCollection):
            label = {color: name for name, color in PALETTE.items()}[to_hex(c.get_facecolor()[0]).upper()]
            found[label] = [(num2date(x).day, round(float(y), 6), s) for (x, y), s in zip(c.get_offsets(), c.get_sizes(), strict=True)]
    return found


def test_marks_stand_at_their_day_in_their_lane(table: pd.DataFrame) -> None:
    ax = axes()
    display = TimelineDisplay.from_positions(table, ax=ax)
    assert names(ax) == ["Arcadia", "Bohemia", "Cathay"]
    found = marks(ax)
    where = {label: [(day, round(height)) for day, height, _ in rows] for label, rows in found.items()}
    assert where == {
        "demand": [(1, 0), (4, 0), (9, 1), (9, 2)],
        "concession": [(1, 0), (4, 0), (4, 1)],
        "refusal": [(1, 0), (4, 0)],
        "condition": [(1, 0)],
    }
    # Two demands have twice the area of one, and their number beside them.
    assert found["demand"][0][2] == pytest.approx(2 * found["demand"][1][2])
    assert [(t.get_text(), num2date(ax.convert_xunits(t.xy[0])).day) for t in ax.texts] == [("2", 1)]
    # Labels keep their order within every lane.
    offsets = {label: {round(height - round(height), 6) for _, height, _ in rows} for label, rows in found.items()}
    assert all(len(o) == 1 for o in offsets.values())
    assert {label: o.pop() for label, o in offsets.items()} == {"demand": -0.3, "concession": -0.1, "refusal": 0.1, "condition": 0.3}
    assert len(display.frame()) == 10 and display.frame()["count"].sum() == len(table)


def test_shapes_differ_as_colours_do(table: pd.DataFrame) -> None:
    ax = axes()
    TimelineDisplay.from_positions(table, ax=ax)
    shapes = [c.get_paths()[0].vertices.tobytes() for c in ax.collections if isinstance(c, PathCollection)]
    assert len(shapes) == len(set(shapes)) == 4


@pytest.mark.parametrize(("width", "actors", "part"), [(6.4, 3, 0.0), (6.4, 12, 0.0), (3.3, 3, 0.0), (3.3, 12, 0.45)])
def test_marks_of_one_day_do_not_hide_each_other(width: float, actors: int, part: float) -> None:
    ax = axes(width)
    TimelineDisplay.from_positions(crowd(actors, days=4), ax=ax)
    ax.figure.draw_without_rendering()
    points = ax.bbox.height / ax.figure.dpi * 72 / actors
    lane = [(height * points, area**0.5) for rows in marks(ax).values() for day, height, area in rows if day == 1 and round(height) == 0]
    assert len(lane) == 4
    for (y, one), (z, other) in combinations(lane, 2):
        assert abs(y - z) >= (1 - part) * (one + other) / 2


def test_ticks_are_the_reports_days_where_they_fit(table: pd.DataFrame) -> None:
    ax = axes()
    TimelineDisplay.from_positions(table, ax=ax)
    assert [t.get_text() for t in ax.get_xticklabels()] == ["1 Mar", "4 Mar", "9 Mar"] and ax.get_xlabel() == "2024"
    lines = next(c for c in ax.collections if not isinstance(c, PathCollection))
    assert [num2date(segment[0][0]).day for segment in lines.get_segments()] == [1, 4, 9]


def test_one_day_alone_can_be_drawn(table: pd.DataFrame) -> None:
    ax = axes()
    TimelineDisplay.from_positions(table[table["document"] == "day-9"], ax=ax)
    left, right = (num2date(x) for x in ax.get_xlim())
    assert (left.day, right.day) == (8, 10) and [t.get_text() for t in ax.get_xticklabels()] == ["9 Mar"]


def test_what_has_no_date_is_told(table: pd.DataFrame) -> None:
    ax = axes()
    display = TimelineDisplay.from_positions(table.assign(date=table["date"].where(table["document"] != "day-4")), ax=ax)
    assert ax.get_xlabel().endswith("without a date: 4 positions") and display.frame()["count"].sum() == len(table) - 4
    with pytest.raises(InputError, match="none of the 11 positions has a date"):
        TimelineDisplay.from_positions(table.assign(date=pd.NaT), ax=ax)


def test_many_days_are_drawn_by_longer_periods() -> None:
    busy = made([(day, "A", "demand", None, 1) for day in range(1, 71)])
    ax = axes()
    # 1 March 2024 is a Friday: the first week has three days of the 70, the last four.
    frame = TimelineDisplay.from_positions(busy, ax=ax).frame()
    assert frame["count"].tolist() == [3, *[7] * 9, 4] and frame["date"].iloc[0] == pd.Timestamp(2024, 2, 26)
    assert "by week" in ax.get_xlabel()
    assert TimelineDisplay.from_positions(busy, by="month", ax=axes()).frame()["count"].tolist() == [31, 30, 9]
    assert len(TimelineDisplay.from_positions(busy, by="date", ax=axes()).frame()) == 70
    with pytest.raises(InputError, match="by 'day' is not one of"):
        TimelineDisplay.from_positions(busy, by="day", ax=axes())


def cells(ax: Axes) -> dict[tuple[int, int, str], float]:
    """The row, column and label of each bar, and its height; every bar stands on its cell's foot."""
    found = {}
    for p in ax.patches:
        label = {color: name for name, color in PALETTE.items()}[to_hex(p.get_facecolor()).upper()]
        assert p.get_y() - round(p.get_y()) == pytest.approx(0.42) and p.get_height() < 0
        found[round(p.get_y()), round(p.get_x() + p.get_width() / 2), label] = -p.get_height()
    return found


def test_cells_hold_bars_of_one_scale(table: pd.DataFrame) -> None:
    ax = axes()
    display = PositionsMatrixDisplay.from_positions(table, ax=ax)
    assert names(ax) == ["Arcadia", "Bohemia", "Cathay"]
    # Trade has 6 positions, borders 3, aid and none 1 each, in the order of the alphabet.
    assert [t.get_text() for t in ax.get_xticklabels()] == ["trade", "borders", "aid", "no issue"]
    heights = cells(ax)
    unit = heights[0, 0, "demand"] / 3
    assert {key: round(height / unit, 6) for key, height in heights.items()} == {
        (0, 0, "demand"): 3, (0, 0, "refusal"): 1, (0, 0, "concession"): 1, (0, 1, "concession"): 1, (0, 1, "condition"): 1, (0, 3, "refusal"): 1,
        (1, 0, "concession"): 1, (1, 1, "demand"): 1, (2, 2, "demand"): 1,
    }  # fmt: skip
    assert heights[0, 0, "demand"] <= 0.84
    assert sorted(t.get_text() for t in ax.texts) == ["1"] * 8 + ["3"]
    frame = display.frame()
    assert len(frame) == 3 * 4 * 4 and frame["count"].sum() == len(table)


def test_bars_of_a_cell_stand_side_by_side(table: pd.DataFrame) -> None:
    ax = axes()
    PositionsMatrixDisplay.from_positions(table, ax=ax)
    spans = sorted((p.get_x(), p.get_x() + p.get_width()) for p in ax.patches if round(p.get_y()) == 0 and p.get_x() < 0.5)
    assert len(spans) == 3 and spans[0][0] > -0.5 and spans[-1][1] < 0.5
    assert all(right <= left for (_, right), (left, _) in pairwise(spans))


def test_the_matrix_tells_what_it_cuts(table: pd.DataFrame) -> None:
    ax = axes()
    PositionsMatrixDisplay.from_positions(table, top=2, top_issues=1, ax=ax)
    # Of 11 positions, Arcadia and Bohemia take 10, and 6 of these are on trade.
    assert ax.get_xlabel() == "not shown: 1 actor, 3 issues (5 positions)"
    small = axes(3.3)
    PositionsMatrixDisplay.from_positions(crowd(12), ax=small)
    assert small.get_xlabel() == "highest bar: 1 position" and not small.texts


@pytest.mark.parametrize("width", [6.4, 3.3])
@pytest.mark.parametrize("display", [PositionsPerActorDisplay, TimelineDisplay, PositionsMatrixDisplay])
def test_twelve_actors_fit(display: type[PositionsPerActorDisplay], width: float) -> None:
    ax = axes(width)
    display.from_positions(crowd(13, days=3), ax=ax)
    assert len(names(ax)) == 12 and all(len(name) <= 24 for name in names(ax))
    apart(ax)


@pytest.mark.parametrize("display", [PositionsPerActorDisplay, TimelineDisplay, PositionsMatrixDisplay])
def test_wrong_tables_are_refused(display: type[PositionsPerActorDisplay], table: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="the table has no positions"):
        display.from_positions(table.iloc[:0])
    with pytest.raises(InputError, match="lacks 'label'"):
        display.from_positions(table.drop(columns="label"))
    with pytest.raises(InputError, match="number to show 0 is not at least 1"):
        display.from_positions(table, top=0)
