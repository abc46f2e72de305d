"""The confusion of several labels a row, and its table on coloured cells, against counts worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure

from argmine.errors import InputError
from argmine.plots import ConfusionDisplay

LABELS = ("demand", "concession", "refusal")
# Rows: gold | predicted.
ROWS = [
    ([1, 0, 0], [1, 0, 0]),  # both
    ([1, 0, 0], [0, 1, 1]),  # a demand shared by two
    ([1, 1, 0], [0, 0, 1]),  # two for one
    ([1, 1, 0], [1, 0, 1]),  # one on the diagonal, the other taken for a refusal
    ([0, 1, 0], [0, 0, 0]),  # missed
    ([0, 1, 0], [0, 1, 1]),  # one more than asked for
    ([0, 0, 0], [0, 0, 1]),  # false
    ([0, 0, 0], [0, 0, 0]),
    ([0, 0, 0], [0, 0, 0]),
]
COUNTS = [[2, 0.5, 1.5, 0], [0, 1, 2, 1], [0, 0, 0, 0], [0, 0, 2, 2]]


def axes(width: float = 6.4) -> Axes:
    return Figure(figsize=(width, width * 0.75)).subplots()


def display(ax: Axes | None = None) -> ConfusionDisplay:
    gold, predicted = zip(*ROWS, strict=True)
    return ConfusionDisplay.from_predictions(np.array(gold, dtype=bool), np.array(predicted, dtype=bool), LABELS, ax=ax or axes())


def test_counts_by_hand() -> None:
    shown = display()
    assert shown.counts.tolist() == COUNTS
    frame = shown.frame()
    assert list(frame.index) == list(frame.columns) == [*LABELS, "none"]
    assert frame.to_numpy().tolist() == COUNTS


def test_cells_show_counts_and_shares_of_the_row() -> None:
    ax = axes()
    display(ax)
    (mesh,) = (c for c in ax.collections if isinstance(c, QuadMesh))
    colours = np.ma.filled(mesh.get_array().reshape(4, 4).astype(float), np.nan)
    third, nan = 0.25, np.nan
    expected = [[0.5, 0.125, 0.375, 0], [0, third, 0.5, third], [nan] * 4, [0, 0, 1, nan]]
    np.testing.assert_allclose(colours, expected)
    texts = {t.get_position(): t.get_text() for t in ax.texts}
    assert texts[0.5, 0.5] == "2\n50%" and texts[1.5, 0.5] == "0.5\n12%" and texts[3.5, 0.5] == "0"
    assert texts[2.5, 3.5] == "2\n100%" and texts[3.5, 3.5] == "2"
    assert [t.get_text() for t in ax.get_yticklabels()] == [*LABELS, "none"] == [t.get_text() for t in ax.get_xticklabels()]
    assert ax.get_ylim() == (4, 0) and (ax.get_xlabel(), ax.get_ylabel()) == ("predicted", "gold")


def test_letters_are_white_on_dark_cells_only_and_fit() -> None:
    ax = axes(3.3)
    display(ax)
    colours = {t.get_position(): t.get_color() for t in ax.texts}
    assert colours[2.5, 3.5] == "white" and colours[0.5, 0.5] == "#333333"
    many = [f"label {i}" for i in range(20)]
    small = axes(3.3)
    ConfusionDisplay.from_predictions(np.eye(20), np.eye(20), many, ax=small)
    assert {t.get_text() for t in small.texts} <= {"1", "0"} and max(t.get_fontsize() for t in small.texts) < 6
    assert {t.get_rotation() for t in small.get_xticklabels()} == {90}


MATRICES = st.integers(1, 12).flatmap(lambda n: st.tuples(*[arrays(bool, (n, 3))] * 2))


@given(MATRICES)
def test_rows_sum_to_support_and_nothing_is_lost(pair: tuple[np.ndarray, np.ndarray]) -> None:
    gold, predicted = pair
    counts = ConfusionDisplay.from_predictions(gold, predicted, LABELS, ax=axes()).counts
    np.testing.assert_allclose(counts[:3].sum(axis=1), gold.sum(axis=0))
    np.testing.assert_allclose(np.diag(counts)[:3], (gold & predicted).sum(axis=0))
    assert counts[3, 3] == (~(gold | predicted).any(axis=1)).sum()
    # What is predicted and stands in no gold label's row was predicted where no gold label was left.
    assert counts[3, :3].sum() == (predicted & ~gold)[~(gold & ~predicted).any(axis=1)].sum()


@given(MATRICES)
def test_with_one_label_a_row_it_is_the_plain_confusion_matrix(pair: tuple[np.ndarray, np.ndarray]) -> None:
    # The first label of each row alone, or none.
    gold, predicted = (m & (m.cumsum(axis=1) == 1) for m in pair)
    names = [np.where(m.any(axis=1), m.argmax(axis=1), 3) for m in (gold, predicted)]
    plain = np.zeros((4, 4))
    np.add.at(plain, tuple(names), 1)
    np.testing.assert_allclose(ConfusionDisplay.from_predictions(gold, predicted, LABELS, ax=axes()).counts, plain)


@pytest.mark.parametrize(
    ("gold", "predicted", "labels", "message"),
    [
        ([[1, 0]], [[1, 0, 0]], LABELS[:2], "shape of gold"),
        ([[1, 0]], [[0.7, 0]], LABELS[:2], "prediction 0.7 is not 0 or 1; a probability wants a threshold first"),
        ([[1, 0]], [[1, 0]], LABELS, "a list of 2 different names"),
        ([[1, 0]], [[1, 0]], ("demand", "none"), "label 'none' is not free"),
        ([1, 0], [1, 0], LABELS[:2], r"\(n_rows, n_labels\)"),
    ],
)
def test_bad_input(gold: object, predicted: object, labels: tuple[str, ...], message: str) -> None:
    with pytest.raises(InputError, match=message):
        ConfusionDisplay.from_predictions(gold, predicted, labels)
