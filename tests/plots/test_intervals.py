"""Groups, systems and differences: where dots, intervals, lines and texts are drawn."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from argmine.errors import InputError
from argmine.evaluation.compare import Comparison, approximate_randomisation
from argmine.plots import ComparisonDisplay, GroupsDisplay

GROUPS = {
    "wire": {"f1": 0.7, "low": 0.6, "high": 0.8, "support": 40},
    "speech": SimpleNamespace(f1=0.75, low=0.7, high=0.9, support=1090),
    "posts": {"f1": 0.7, "low": None, "high": None, "support": 9},
}


def axes(width: float = 6.4) -> Axes:
    return Figure(figsize=(width, width * 0.75), dpi=100).subplots()


def dots(ax: Axes) -> PathCollection:
    (found,) = (c for c in ax.collections if isinstance(c, PathCollection))
    return found


def intervals(ax: Axes) -> list[list[list[float]]]:
    """The two ends of each; a row without an interval has none."""
    (found,) = (c for c in ax.collections if isinstance(c, LineCollection))
    return [segment.tolist() for segment in found.get_segments()]


def names(ax: Axes) -> list[str]:
    return [t.get_text() for t in ax.get_yticklabels()]


def test_groups_are_drawn_best_first() -> None:
    ax = axes()
    display = GroupsDisplay.from_figures(GROUPS, whole={"f1": 0.72}, ax=ax)
    assert names(ax) == ["speech", "wire", "posts"] and ax.get_yticks().tolist() == [0, 1, 2] and ax.get_ylim() == (2.5, -0.5)
    assert dots(ax).get_offsets().tolist() == [[0.75, 0], [0.7, 1], [0.7, 2]]
    assert intervals(ax) == [[[0.7, 0], [0.9, 0]], [[0.6, 1], [0.8, 1]], []]
    (whole,) = ax.lines
    assert list(whole.get_xdata()) == [0.72, 0.72]
    # The texts at the right are level with their dots.
    written = {t.get_text(): t.get_position() for t in ax.texts if t.get_text() not in ("n", "all 0.72")}
    assert written == {"1,090": (1.02, 0), "40": (1.02, 1), "9": (1.02, 2)}
    assert {"n", "all 0.72"} <= {t.get_text() for t in ax.texts}
    frame = display.frame()
    assert frame["group"].tolist() == names(ax) and frame["support"].tolist() == [1090, 40, 9]
    np.testing.assert_allclose(frame["f1"], dots(ax).get_offsets()[:, 0])
    assert frame[["low", "high"]].to_numpy()[:2].tolist() == [[0.7, 0.9], [0.6, 0.8]] and frame.loc[2, ["low", "high"]].isna().all()


def test_the_whole_may_be_a_number_or_left_out() -> None:
    ax, bare = axes(), axes()
    GroupsDisplay.from_figures(GROUPS, 0.5, ax=ax)
    GroupsDisplay.from_figures(GROUPS, ax=bare)
    assert list(ax.lines[0].get_xdata()) == [0.5, 0.5] and not bare.lines
    assert not any(t.get_text().startswith("all") for t in bare.texts)


def test_many_groups_in_a_column_do_not_touch() -> None:
    ax = axes(3.3)
    GroupsDisplay.from_figures({f"register {i}": {"f1": i / 20, "low": 0, "high": 1, "support": i} for i in range(20)}, ax=ax)
    ax.figure.draw_without_rendering()
    boxes = sorted((t.get_window_extent().extents for t in ax.get_yticklabels()), key=lambda box: box[1])
    assert all(above[1] >= below[3] - 1.5 for below, above in pairwise(boxes))
    assert dots(ax).get_sizes()[0] ** 0.5 < 6


FIGURES = {
    "rules": {"F1": (0.5, 0.45, 0.55), "precision": (0.6, 0.5, 0.7)},
    "linear": {"F1": [0.6, None, None]},
}


def test_each_measure_has_a_panel_with_all_systems() -> None:
    ax = axes()
    display = ComparisonDisplay.from_figures(FIGURES, ax=ax)
    f1, precision = display.axes_
    assert set(ax.child_axes) == {f1, precision} and not ax.axison
    assert [panel.get_title() for panel in display.axes_] == ["F1", "precision"]
    assert names(f1) == ["rules", "linear"] and names(precision) == ["", ""]
    np.testing.assert_array_equal(dots(f1).get_offsets(), [[0.5, 0], [0.6, 1]])
    assert intervals(f1) == [[[0.45, 0], [0.55, 0]], []] and intervals(precision)[0] == [[0.5, 0], [0.7, 0]]
    # Linear has no precision: no dot in its row.
    drawn = np.ma.filled(dots(precision).get_offsets().astype(float), np.nan)
    assert drawn[0].tolist() == [0.6, 0] and np.isnan(drawn[1, 0])
    assert f1.get_xlim() == precision.get_xlim() and f1.get_ylim() == precision.get_ylim() == (1.5, -0.5)
    assert display.frame()[["measure", "system", "value"]].to_numpy().tolist() == [
        ["F1", "rules", 0.5],
        ["F1", "linear", 0.6],
        ["precision", "rules", 0.6],
    ]


def test_panels_may_have_scales_of_their_own() -> None:
    figures = {"rules": {"F1": (0.5, 0.4, 0.6), "seconds": (50, 40, 60)}}
    own = ComparisonDisplay.from_figures(figures, same_scale=False, ax=axes()).axes_
    assert own[0].get_xlim()[1] < 1 < 30 < own[1].get_xlim()[0]
    ((low, high),) = {panel.get_xlim() for panel in ComparisonDisplay.from_figures(figures, ax=axes()).axes_}
    assert low < 0.4 and high > 60


def test_one_measure_needs_no_panels() -> None:
    ax = axes()
    display = ComparisonDisplay.from_figures({"rules": {"F1": (0.5, 0.45, 0.55)}}, ax=ax)
    assert display.axes_ == [ax] and ax.get_title() == "F1" and dots(ax).get_offsets().tolist() == [[0.5, 0]]


def test_differences_stand_about_zero() -> None:
    ax = axes()
    found = {
        "rules": Comparison(0.2, 0.0001, (0.1, 0.3)),
        "linear": Comparison(-0.02, 0.4, (-0.06, 0.02)),
        "setfit": Comparison(-0.1, 0.01, (-0.2, -0.05)),
    }
    display = ComparisonDisplay.from_differences(found, ax=ax)
    assert dots(ax).get_offsets().tolist() == [[0.2, 0], [-0.02, 1], [-0.1, 2]]
    assert intervals(ax) == [[[0.1, 0], [0.3, 0]], [[-0.06, 1], [0.02, 1]], [[-0.2, 2], [-0.05, 2]]]
    # Hollow where the interval has zero in it.
    assert [to_hex(c) for c in dots(ax).get_facecolor()] == ["#333333", "#ffffff", "#333333"]
    (zero,) = ax.lines
    assert list(zero.get_xdata()) == [0, 0]
    assert [t.get_text() for t in ax.texts] == ["<0.001", "0.400", "0.010", "p"]
    assert ax.get_xlabel() == "difference in F1, 95 % interval" and names(ax) == list(found)
    assert display.frame()["p_value"].tolist() == [0.0001, 0.4, 0.01]


def test_a_difference_without_an_interval_is_a_hollow_dot() -> None:
    ax = axes()
    test = approximate_randomisation([[3, 0, 1]] * 4, [[2, 1, 2]] * 4, draws=100)
    frame = ComparisonDisplay.from_differences({"rules": test}, ax=ax).frame()
    assert np.isnan(frame.loc[0, "low"]) and frame.loc[0, "value"] == test.difference
    assert to_hex(dots(ax).get_facecolor()[0]) == "#ffffff"


@pytest.mark.parametrize(
    ("figures", "message"),
    [
        ({}, "no group to draw"),
        ({"wire": {"f1": 0.5, "low": 0.4, "high": 0.6}}, "group 'wire': record .* lacks 'support'"),
        ({"wire": {"f1": 0.5, "low": 0.6, "high": 0.4, "support": 1}}, "a low that is not above the high"),
        ({"wire": {"f1": None, "low": 0.4, "high": 0.6, "support": 1}}, "a finite value"),
        ({"wire": {"f1": "high", "low": 0.4, "high": 0.6, "support": 1}}, "three numbers"),
    ],
)
def test_bad_groups(figures: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        GroupsDisplay.from_figures(figures)


def test_bad_figures() -> None:
    with pytest.raises(InputError, match=r"the whole: record .* lacks 'f1'"):
        GroupsDisplay.from_figures(GROUPS, whole={"macro": 1})
    for empty in ({}, {"rules": {}}):
        with pytest.raises(InputError, match="no figure to draw"):
            ComparisonDisplay.from_figures(empty)
    for figure in (0.5, (0.5, 0.4), "abc"):
        with pytest.raises(InputError, match=r"rules, F1: figure .* is not three numbers: value, low, high"):
            ComparisonDisplay.from_figures({"rules": {"F1": figure}})  # type: ignore[dict-item]
    with pytest.raises(InputError, match="no figure to draw"):
        ComparisonDisplay.from_differences({})
