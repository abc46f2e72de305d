"""What a corpus is made of: bars against counts of a small corpus, and of one with another label scheme."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from argmine.data.corpus import Corpus
from argmine.errors import InputError
from argmine.plots import CompositionDisplay
from argmine.render import PALETTE
from argmine.schema import Document, LabelScheme, Position, Sentence


def report(name: str, negotiation: str, register: str, n: int, *positions: tuple[int, str]) -> Document:
    """A report of n sentences, with positions given by sentence and label."""
    sentences = tuple(Sentence(3 * i, 3 * i + 2) for i in range(n))
    given = tuple(Position("RUS", label, i) for i, label in positions)
    return Document(name, "ab " * n, sentences, positions=given, negotiation=negotiation, register=register)


CORPUS = Corpus(
    (
        report("a-1", "a", "wire", 4, (0, "demand"), (0, "refusal"), (2, "demand")),
        report("a-2", "a", "speech", 2),
        report("b-1", "b", "wire", 3, (1, "condition")),
        report("c-1", "c", "", 1, (0, "demand")),
    ),
    splits={"a": "train", "b": "dev", "c": "test"},
)


def axes() -> Axes:
    return Figure(figsize=(6.4, 4.8)).subplots()


def bars(panel: Axes) -> dict[tuple[str, str], tuple[float, float]]:
    """By name and part, where each bar begins and how long it is; every bar is about its row."""
    names, found = [t.get_text() for t in panel.get_yticklabels()], {}
    for container in panel.containers:
        for row, patch in enumerate(container.patches):
            assert patch.get_y() + patch.get_height() / 2 == pytest.approx(row)
            found[names[row], container.get_label()] = (patch.get_x(), patch.get_width())
    return found


def test_bars_by_hand() -> None:
    display = CompositionDisplay.from_corpus(CORPUS, ax=axes())
    upper, lower = display.axes_
    assert bars(upper) == {
        ("wire", "with a position"): (0, 3), ("wire", "without"): (3, 4), ("speech", "with a position"): (0, 0),
        ("speech", "without"): (0, 2), ("not named", "with a position"): (0, 1), ("not named", "without"): (1, 0),
    }  # fmt: skip
    assert bars(lower) == {("demand", "all"): (0, 3), ("concession", "all"): (0, 0), ("refusal", "all"): (0, 1), ("condition", "all"): (0, 1)}
    assert [t.get_text() for t in upper.texts] == ["7", "2", "1"] and [t.xy for t in upper.texts] == [(7, 0), (2, 1), (1, 2)]
    assert [t.get_text() for t in lower.texts] == ["3", "0", "1", "1"]
    assert [t.get_text() for t in upper.get_legend().get_texts()] == ["with a position", "without"] and lower.get_legend() is None
    assert (upper.get_xlabel(), lower.get_xlabel()) == ("sentences", "positions") and upper.get_ylim() == (2.5, -0.5)
    frame = display.frame()
    drawn = {(r.bar, r.part): r.count_ for r in frame.rename(columns={"count": "count_"}).itertuples()}
    assert drawn == {key: width for panel in display.axes_ for key, (_, width) in bars(panel).items()}


def test_bars_by_split() -> None:
    display = CompositionDisplay.from_corpus(CORPUS, unit="documents", stack="split", ax=axes())
    upper, lower = display.axes_
    assert bars(upper)["wire", "train"] == (0, 1) and bars(upper)["wire", "dev"] == (1, 1) and bars(upper)["wire", "test"] == (2, 0)
    assert [bars(lower)["demand", split] for split in ("train", "dev", "test")] == [(0, 2), (2, 0), (2, 1)]
    assert bars(lower)["condition", "dev"] == (0, 1)
    # Ink, and paler ink from split to split; labels in their own colours.
    shades = [container.patches[0].get_facecolor()[0] for container in upper.containers]
    assert shades == sorted(shades) and len(set(shades)) == 3
    assert lower.containers[0].patches[0].get_facecolor()[:3] == pytest.approx(to_rgb(PALETTE["demand"]))
    pale = 0.55 * np.array(to_rgb(PALETTE["refusal"])) + 0.45
    assert lower.containers[1].patches[2].get_facecolor()[:3] == pytest.approx(tuple(pale))


def test_documents_with_and_without_positions() -> None:
    upper = CompositionDisplay.from_corpus(CORPUS, unit="documents", ax=axes()).axes_[0]
    assert bars(upper)["wire", "with a position"] == (0, 2) and bars(upper)["speech", "without"] == (0, 1)


def test_small_groups_are_one_bar() -> None:
    documents = [report(f"d-{i}", f"n{i}", f"register {i}", 9 - i, (0, "demand")) for i in range(5)]
    upper = CompositionDisplay.from_corpus(Corpus(tuple(documents)), most=2, ax=axes()).axes_[0]
    drawn = bars(upper)
    assert [name for name, part in drawn if part == "without"] == ["register 0", "register 1", "3 others"]
    assert drawn["3 others", "with a position"] == (0, 3) and drawn["3 others", "without"] == (3, 15)
    # A single group beyond the largest has its own name.
    upper = CompositionDisplay.from_corpus(Corpus(tuple(documents)), most=4, ax=axes()).axes_[0]
    assert len({name for name, _ in bars(upper)}) == 5 and "register 4" in {name for name, _ in bars(upper)}


def test_other_groups_and_other_labels() -> None:
    scheme = LabelScheme("claims", ("claim", "premise"), multilabel=False)
    corpus = Corpus((report("a-1", "a", "essay", 2, (0, "premise"), (1, "claim")), report("b-1", "b", "essay", 1)), scheme)
    display = CompositionDisplay.from_corpus(corpus, by="negotiation", ax=axes())
    upper, lower = display.axes_
    assert [[t.get_text() for t in panel.get_yticklabels()] for panel in (upper, lower)] == [["a", "b"], ["claim", "premise"]]
    colours = [p.get_facecolor()[:3] for p in lower.containers[0].patches]
    assert colours == [pytest.approx(to_rgb("#E69F00")), pytest.approx(to_rgb("#56B4E9"))]


def test_the_whole_corpus_is_drawn() -> None:
    from argmine import load_corpus

    corpus = load_corpus()
    frame, stats = CompositionDisplay.from_corpus(corpus, most=30, ax=axes()).frame(), corpus.stats()
    counts = frame.groupby(["panel", "bar"])["count"].sum()
    assert counts["sentences"].to_dict() == {name: part["sentences"] for name, part in stats["register"].items()}
    assert counts["positions"].to_dict() == stats["label"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"by": "registers"}, "did you mean 'register'"),
        ({"unit": "positions"}, "unit 'positions' is not one of 'sentences', 'documents'"),
        ({"stack": "splits"}, "did you mean 'split'"),
        ({"most": 0}, "most 0 is not a number of at least 1"),
    ],
)
def test_bad_settings(settings: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        CompositionDisplay.from_corpus(CORPUS, **settings)  # type: ignore[arg-type]


def test_nothing_to_count() -> None:
    with pytest.raises(InputError, match="corpus 'corpus' has no documents"):
        CompositionDisplay.from_corpus(Corpus(()))
    with pytest.raises(InputError, match="corpus 'corpus' has no splits"):
        CompositionDisplay.from_corpus(Corpus(CORPUS.documents), stack="split")
