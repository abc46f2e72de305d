"""Agreement as a table on coloured cells, against two layers worked by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from argmine.errors import InputError
from argmine.evaluation.agreement import Agreement, agreement
from argmine.plots import AgreementDisplay
from argmine.schema import Document, Mention, Position, Sentence

RESULT = Agreement(3, 50, {"demand": 0.8, "refusal": -0.1}, overall=0.6, masi=0.7, f1=0.5, counts={"demand": (6, 3, 1), "refusal": (0, 1, 1)})


def axes() -> Axes:
    return Figure(figsize=(6.4, 4.8)).subplots()


def test_cells_by_hand() -> None:
    ax = axes()
    display = AgreementDisplay.from_agreement(RESULT, names=("Ann", "Ben"), ax=ax)
    assert [t.get_text() for t in ax.get_xticklabels()] == ["alpha", "both", "only Ann", "only Ben"]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["demand", "refusal", "all"]
    (mesh,) = ax.collections
    # Alpha below 0 has no colour of its own; counts are coloured by their share of the row.
    expected = [[0.8, 0.6, 0.3, 0.1], [0, 0, 0.5, 0.5], [0.6, 0.5, 1 / 3, 1 / 6]]
    np.testing.assert_allclose(mesh.get_array().reshape(3, 4), expected)
    assert mesh.get_clim() == (0, 1)
    texts = {t.get_position(): t.get_text() for t in ax.texts}
    assert [texts[0.5, y] for y in (0.5, 1.5, 2.5)] == ["0.80", "-0.10", "0.60"]
    assert [texts[x, 2.5] for x in (1.5, 2.5, 3.5)] == ["6\n50%", "4\n33%", "2\n17%"]
    assert ax.get_xlabel() == "3 documents, 50 units; label sets: 0.70 (MASI)"
    frame = display.frame()
    assert frame.to_numpy().tolist() == [[0.8, 6, 3, 1], [-0.1, 0, 1, 1], [0.6, 6, 4, 2]]
    assert list(frame.index) == ["demand", "refusal", "all"] and list(frame.columns) == ["alpha", "both", "only Ann", "only Ben"]


def test_layers_are_compared() -> None:
    pytest.importorskip("krippendorff")
    text = "Moscow refuses. Kyiv waits."
    first = Document(
        "a", text, (Sentence(0, 15), Sentence(16, 27)), mentions=(Mention(0, 6, "RUS"), Mention(16, 20, "UKR")),
        positions=(Position("RUS", "refusal", 0), Position("UKR", "demand", 1)),
    )  # fmt: skip
    second = replace(first, positions=(Position("RUS", "refusal", 0),))
    display = AgreementDisplay.from_layers([first], [second], ("demand", "refusal"), ax=axes())
    assert display.result == agreement([first], [second], ("demand", "refusal"))
    assert display.frame().iloc[:, 1:].to_numpy().tolist() == [[0, 1, 0], [1, 0, 0], [1, 1, 0]]
    with pytest.raises(InputError, match="share no document"):
        AgreementDisplay.from_layers([first], [])
