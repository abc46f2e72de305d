"""What holds for every Display for evaluation: where it draws, what it leaves alone, and that it is loaded when asked for."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from argmine import plots
from argmine.data.corpus import Corpus
from argmine.errors import InputError
from argmine.evaluation.agreement import Agreement
from argmine.evaluation.compare import Comparison
from argmine.plots.base import Display, letters, looks, matrices, number_of, panels, put_legend, room, slant
from argmine.render import PALETTE
from argmine.schema import Document, Position, Sentence

GOLD, P = [[1, 0], [0, 1], [0, 0]], [[0.9, 0.2], [0.1, 0.7], [0.6, 0.2]]
PAIR = ("demand", "refusal")
REPORT = Document("a", "Moscow refuses.", (Sentence(0, 15),), positions=(Position("RUS", "refusal", 0),), register="wire")
ALPHAS = Agreement(1, 9, {"demand": 0.5}, 0.5, 0.5, 0.5, {"demand": (1, 1, 1)})
EPOCH = {"epoch": 0, "step": 3, "loss": 0.5, "dev": {"dev_loss": 0.4, "macro_f1": 0.6}}
FIGURE = {"f1": 0.5, "low": 0.4, "high": 0.6, "support": 3}

MAKE: dict[str, Callable[[Axes | None], Display]] = {
    "agreement": lambda ax: plots.AgreementDisplay.from_agreement(ALPHAS, ax=ax),
    "comparison": lambda ax: plots.ComparisonDisplay.from_figures({"rules": {"F1": (0.5, 0.4, 0.6), "P": (0.6, 0.5, 0.7)}}, ax=ax),
    "differences": lambda ax: plots.ComparisonDisplay.from_differences({"rules": Comparison(0.1, 0.2, (-0.1, 0.3))}, ax=ax),
    "composition": lambda ax: plots.CompositionDisplay.from_corpus(Corpus((REPORT,)), ax=ax),
    "confusion": lambda ax: plots.ConfusionDisplay.from_predictions(GOLD, np.array(P) > 0.5, PAIR, ax=ax),
    "cues": lambda ax: plots.CueMapDisplay.from_embeddings(np.eye(3), ["demand", "refusal", "demand"], ["asks", "rejects", "urges"], ax=ax),
    "groups": lambda ax: plots.GroupsDisplay.from_figures({"wire": FIGURE}, 0.5, ax=ax),
    "learning": lambda ax: plots.LearningCurveDisplay.from_records([{"reports": 5, "f1": 0.5}], ax=ax),
    "precision": lambda ax: plots.PrecisionRecallDisplay.from_predictions(GOLD, P, PAIR, 0.5, ax=ax),
    "reliability": lambda ax: plots.ReliabilityDisplay.from_predictions(GOLD, P, bins=2, ax=ax),
    "risk": lambda ax: plots.RiskCoverageDisplay.from_predictions([1, 0], [1, 1], [0.9, 0.2], ax=ax),
    "training": lambda ax: plots.TrainingHistoryDisplay.from_history([EPOCH], ax=ax),
}


@pytest.fixture(autouse=True)
def no_figure_is_left() -> Iterator[None]:
    pyplot.close("all")
    yield
    pyplot.close("all")


@pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
def test_it_draws_on_the_given_axes_and_opens_no_figure(make: Callable[[Axes | None], Display]) -> None:
    figure, (left, right) = pyplot.subplots(1, 2)
    untouched = len(left.get_children())
    before = mpl.rcParams.copy()
    display = make(right)
    assert display.ax_ is right and display.figure_ is figure
    assert pyplot.get_fignums() == [figure.number] and figure.axes == [left, right]
    assert len(left.get_children()) == untouched
    assert mpl.rcParams == before
    assert display.plot(left) is display and display.ax_ is left


@pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
def test_it_makes_one_figure_where_it_gets_no_axes(make: Callable[[Axes | None], Display]) -> None:
    display = make(None)
    (number,) = pyplot.get_fignums()
    assert display.figure_ is pyplot.figure(number)
    assert type(display.figure_.get_layout_engine()).__name__ == "ConstrainedLayoutEngine"
    assert display.figure_.get_size_inches().tolist() == mpl.rcParams["figure.figsize"]


@pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
def test_it_draws_within_a_part_of_a_figure(make: Callable[[Axes | None], Display]) -> None:
    whole = Figure(figsize=(8, 4), layout="constrained")
    part, _ = whole.subfigures(1, 2)
    assert make(part.subplots()).figure_ is part
    whole.draw_without_rendering()


@pytest.mark.parametrize("width", [3.3, 6.4])
@pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
def test_no_letter_is_too_small_or_outside_the_figure(make: Callable[[Axes | None], Display], width: float) -> None:
    figure = Figure(figsize=(width, width * 0.75), dpi=100, layout="constrained")
    make(figure.subplots())
    figure.draw_without_rendering()
    shown = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text() and _is_drawn(t)]
    assert shown
    for text in shown:
        box = text.get_window_extent()
        assert 4.5 <= text.get_fontsize() <= 10, text
        assert box.x0 >= -1 and box.y0 >= -1 and box.x1 <= width * 100 + 1 and box.y1 <= width * 75 + 1, text


def _is_drawn(text: Text) -> bool:
    """Tick labels beyond the limits, and those of Axes that only hold panels, are not."""
    ax = text.axes
    if ax is None or not isinstance(ax, Axes):
        return False
    ticks = [label for axis in (ax.xaxis, ax.yaxis) for tick in axis.get_major_ticks() for label in (tick.label1, tick.label2)]
    if text in ticks:
        x, y = ax.transData.inverted().transform(text.get_window_extent().get_points().mean(axis=0))
        inside = min(ax.get_xlim()) <= x <= max(ax.get_xlim()) or min(ax.get_ylim()) <= y <= max(ax.get_ylim())
        return ax.axison and inside
    return True


def test_importing_plots_loads_no_matplotlib() -> None:
    code = "import sys, argmine.plots as p; print(*{'matplotlib', 'pandas', 'torch'} & {*sys.modules}, 'ConfusionDisplay' in dir(p))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "True\n"


def test_drawing_loads_no_torch() -> None:
    code = "import sys; from argmine.plots import TrainingHistoryDisplay, ConfusionDisplay, CompositionDisplay; print('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_public_names_all_load_with_a_picture_and_an_example() -> None:
    for name in plots.__all__:
        display = getattr(plots, name)
        assert f".. image:: /pictures/{name}.png" in display.__doc__ and ":alt:" in display.__doc__ and ">>>" in display.__doc__
    with pytest.raises(AttributeError, match="no attribute 'ConfusedDisplay'"):
        plots.ConfusedDisplay  # noqa: B018


def test_labels_look_alike_everywhere_and_unlike_each_other() -> None:
    few, many = looks(["refusal"]), looks(["refusal", *(f"claim {i}" for i in range(42))])
    assert few["refusal"] == many["refusal"] == looks(PALETTE)["refusal"]
    assert few["refusal"].color == PALETTE["refusal"] and list(few) == ["refusal"]
    assert len({(look.color, look.marker) for look in many.values()}) == 43


@pytest.mark.parametrize(("width", "size"), [(20, 9.5), (6.4, 4.5 + 6.4 * 0.775), (3.3, 4.5 + 3.3 * 0.775), (1, 6.5)])
def test_letters_grow_with_the_axes(width: float, size: float) -> None:
    # 0.775 of the figure's width is the Axes'.
    assert letters(Figure(figsize=(width, 3)).subplots()) == pytest.approx(size)


def test_panels_share_the_axes() -> None:
    ax = Figure(figsize=(4, 2), dpi=72).add_axes((0, 0, 1, 1))
    upper, lower = panels(ax, (1, 3), gap=14.4)
    # A tenth of 144 points is the gap.
    assert [p.get_position().bounds for p in (upper, lower)] == [pytest.approx((0, 0.775, 1, 0.225)), pytest.approx((0, 0, 1, 0.675))]
    assert not ax.axison and upper.axison
    left, right = panels(ax, (1, 1), gap=28.8, across=True)
    assert [p.get_position().bounds for p in (left, right)] == [pytest.approx((0, 0, 0.45, 1)), pytest.approx((0.55, 0, 0.45, 1))]
    assert room(ax, 4) == 36 and room(ax, 4, across=True) == 72


def test_names_are_slanted_only_where_they_would_touch() -> None:
    for width, rotation in ((6, 0), (2, 35), (0.5, 90)):
        ax = Figure(figsize=(width, 2)).subplots()
        ax.set_xticks([0, 1, 2], ["concession", "refusal", "condition"])
        slant(ax, 8, ["concession", "refusal", "condition"])
        assert {label.get_rotation() for label in ax.get_xticklabels()} == {rotation}


def test_a_legend_above_has_as_many_columns_as_fit() -> None:
    columns = []
    for width in (6.4, 3.3, 1):
        ax = Figure(figsize=(width, 3)).subplots()
        for name in ("demand", "concession", "refusal", "condition"):
            ax.plot([0, 1], label=name)
        columns.append(put_legend(ax, 9, above=True)._ncols)
    assert columns == [4, 2, 1]


def test_checks_say_what_is_wrong() -> None:
    with pytest.raises(InputError, match=r"labels \['demand', 'demand'\] is not a list of 2 different names"):
        matrices([[1, 0]], [[1, 0]], ["demand", "demand"])
    with pytest.raises(InputError, match="labels 'ab' is not a list"):
        matrices([[1, 0]], [[1, 0]], "ab")
    with pytest.raises(InputError, match=r"shape of gold and probabilities \(2,\) is not \(n_rows, n_labels\)"):
        matrices([1, 0], [0.5, 0.5], ["demand"])
    with pytest.raises(InputError, match=r"one of the probabilities 1.5 is not between 0 and 1"):
        matrices([[1]], [[1.5]], ["demand"])
    for value in (None, "0.5", float("nan")):
        with pytest.raises(InputError, match=r"row 1: f1 .* is not a finite number"):
            number_of({"f1": value}, "f1", "row 1")
    with pytest.raises(InputError, match=r"row 1: record {} is not complete: it lacks 'f1'"):
        number_of({}, "f1", "row 1")
