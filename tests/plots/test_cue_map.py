"""The map of cues: planted groups stay apart, and texts stand beside their points without touching."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from sklearn.decomposition import PCA

from argmine.errors import InputError
from argmine.plots import CueMapDisplay
from argmine.render import PALETTE

LABELS = [*["demand"] * 20, *["refusal"] * 20]
TEXTS = [f"{'urges' if label == 'demand' else 'rejects'} {i}" for i, label in enumerate(LABELS)]


def planted(seed: int = 0) -> np.ndarray:
    """Two groups of 20, far apart."""
    draw = np.random.default_rng(seed).normal(size=(40, 8))
    draw[:20, 0] += 30
    return draw


def axes(width: float = 6.4) -> Axes:
    return Figure(figsize=(width, width * 0.75), dpi=100, layout="constrained").subplots()


def test_planted_groups_stay_apart() -> None:
    x = CueMapDisplay.from_embeddings(planted(), LABELS, TEXTS, ax=axes()).coordinates
    within = max(np.linalg.norm(x[part] - x[part].mean(axis=0), axis=1).max() for part in (slice(20), slice(20, 40)))
    assert np.linalg.norm(x[:20].mean(axis=0) - x[20:].mean(axis=0)) > 1.5 * within


def test_one_seed_gives_one_map() -> None:
    maps = [CueMapDisplay.from_embeddings(planted(), LABELS, TEXTS, random_state=1, ax=axes()).coordinates for _ in range(2)]
    np.testing.assert_array_equal(*maps)


def test_few_points_are_the_first_two_components() -> None:
    vectors = planted()[10:30]
    display = CueMapDisplay.from_embeddings(vectors, LABELS[10:30], TEXTS[10:30], ax=axes())
    expected = PCA(2, svd_solver="full").fit_transform(vectors)
    np.testing.assert_allclose(np.abs(display.coordinates), np.abs(expected))


def test_points_are_drawn_by_label() -> None:
    ax = axes()
    display = CueMapDisplay(planted()[:, :2], LABELS, TEXTS).plot(ax)
    demand, refusal = ax.collections
    np.testing.assert_allclose(demand.get_offsets(), display.coordinates[:20])
    np.testing.assert_allclose(refusal.get_offsets(), display.coordinates[20:])
    assert [to_hex(c.get_facecolor()[0]).upper() for c in (demand, refusal)] == [PALETTE["demand"], PALETTE["refusal"]]
    assert len(demand.get_paths()[0].vertices) != len(refusal.get_paths()[0].vertices)
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["demand", "refusal"]
    frame = display.frame()
    np.testing.assert_allclose(frame[["x", "y"]], display.coordinates)
    assert frame["label"].tolist() == LABELS and frame["text"].tolist() == TEXTS
    assert sorted(frame.loc[frame["written"], "text"]) == sorted(t.get_text() for t in ax.texts)


def test_written_texts_belong_to_their_points() -> None:
    ax = axes()
    display = CueMapDisplay.from_embeddings(planted(), LABELS, TEXTS, most=6, ax=ax)
    assert 2 <= len(ax.texts) == len(display.written_) <= 6
    for i, text in zip(display.written_, ax.texts, strict=True):
        assert text.get_text() == TEXTS[i] and tuple(text.xy) == tuple(display.coordinates[i])
    assert {LABELS[i] for i in display.written_} == {"demand", "refusal"}
    assert len(CueMapDisplay(display.coordinates, LABELS, TEXTS, most=2).plot(axes()).written_) == 2
    # The written points are marked in their label's shape.
    assert {tuple(line.get_xydata()[0]) for line in ax.lines} == {tuple(display.coordinates[i]) for i in display.written_}
    assert {line.get_marker() for line in ax.lines} == {"o", "^"}


def test_points_among_their_like_are_written_first() -> None:
    # A refusal in the midst of demands is no typical one.
    x = np.concatenate([np.random.default_rng(0).normal(size=(30, 2)), np.random.default_rng(1).normal(size=(12, 2)) + 20])
    labels = ["refusal", *["demand"] * 29, *["refusal"] * 12]
    display = CueMapDisplay(x, labels, [f"cue {i}" for i in range(42)], most=4).plot(axes())
    assert len(display.written_) == 4 and 0 not in display.written_


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.sampled_from([3.3, 6.4]), st.integers(3, 60))
def test_texts_touch_neither_each_other_nor_the_frame(seed: int, width: float, n: int) -> None:
    draw = np.random.default_rng(seed)
    texts = ["m" * int(k) for k in draw.integers(1, 60, n)]
    ax = axes(width)
    CueMapDisplay(draw.normal(size=(n, 2)), draw.choice(["demand", "claim"], n).tolist(), texts).plot(ax)
    ax.figure.draw_without_rendering()
    boxes = [t.get_window_extent() for t in ax.texts]
    frame = ax.get_window_extent()
    for i, box in enumerate(boxes):
        assert frame.x0 <= box.x0 and box.x1 <= frame.x1 and frame.y0 <= box.y0 and box.y1 <= frame.y1
        assert not any(box.overlaps(other) for other in boxes[:i])


def test_long_texts_are_shortened() -> None:
    ax = axes()
    CueMapDisplay(np.array([[0.0, 0], [1, 1], [2, 0]]), ["demand"] * 3, ["insists " * 9, "asks", "urges"]).plot(ax)
    assert all(len(t.get_text()) <= 32 for t in ax.texts) and any(t.get_text().endswith("…") for t in ax.texts)


@pytest.mark.parametrize(
    ("vectors", "labels", "texts", "message"),
    [
        ([[0, 0], [1, 1]], ["demand"] * 2, ["asks"] * 2, "at least 3 cues and 2 dimensions"),
        ([[0], [1], [2]], ["demand"] * 3, ["asks"] * 3, "at least 3 cues and 2 dimensions"),
        ([0, 1, 2], ["demand"] * 3, ["asks"] * 3, r"shape of the vectors \(3,\)"),
        ([[0, 0], [1, 1], [0, np.nan]], ["demand"] * 3, ["asks"] * 3, "nan is not a finite number"),
        (np.eye(3), ["demand"] * 2, ["asks"] * 3, "3 vectors, 2 labels and 3 texts"),
    ],
)
def test_bad_input(vectors: object, labels: list[str], texts: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        CueMapDisplay.from_embeddings(vectors, labels, texts)
