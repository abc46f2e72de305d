"""The classifiers keep scikit-learn's contract, find planted truth, and survive saving."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GroupKFold, cross_val_score

from argmine.data import load_corpus
from argmine.data.unlabelled import digest, shipped_unlabelled
from argmine.errors import InputError, ModelError
from argmine.evaluation.metrics import evaluate
from argmine.models.base import PositionClassifier, best_thresholds
from argmine.models.folder import load_classifier, save
from argmine.models.linear import LinearClassifier
from argmine.models.rules import RuleClassifier
from argmine.schema import ActorSentence, LabelScheme, Span

VERBS = {"demands": 0, "accepts": 1, "zorks": 2, "blicks": 3}


def planted(n: int = 160, seed: int = 0) -> tuple[list[ActorSentence], np.ndarray, list[str]]:
    """Sentences of two actors; a made-up verb after the first carries a label for it alone."""
    draw = np.random.default_rng(seed)
    X, y, groups = [], [], []
    for i in range(n):
        verb = list(VERBS)[i % 4]
        thing = draw.choice(["plan", "map", "list", "text", "road"])
        text = f"Norway {verb} the {thing} that Chad read."
        norway, chad = Span(0, 6), Span(text.index("Chad"), text.index("Chad") + 4)
        X += [
            ActorSentence(text, "NOR", (norway,), (chad,), document=f"d{i}"),
            ActorSentence(text, "TCD", (chad,), (norway,), document=f"d{i}"),
        ]
        y += [np.eye(4, dtype=int)[VERBS[verb]], np.zeros(4, dtype=int)]
        groups += [f"g{i % 8}"] * 2
    return X, np.array(y), groups


@pytest.fixture(scope="module")
def fitted() -> LinearClassifier:
    X, y, groups = planted()
    return LinearClassifier().fit(X, y, groups=groups)


def test_linear_recovers_planted_cues(fitted: LinearClassifier) -> None:
    X, y, _ = planted(seed=1)
    assert fitted.score(X, y) > 0.98
    assert any("zorks" in name for name, _ in fitted.strongest("refusal", 10))


def test_linear_is_deterministic(fitted: LinearClassifier) -> None:
    X, y, groups = planted()
    again = LinearClassifier().fit(X, y, groups=groups)
    assert np.array_equal(again.coef_, fitted.coef_) and np.array_equal(again.thresholds_, fitted.thresholds_)


@pytest.mark.parametrize("model", [RuleClassifier(), LinearClassifier(C=2.0)], ids=["rules", "linear"])
def test_contract(model: PositionClassifier) -> None:
    X, y, groups = planted(40)
    copy = clone(model)
    assert copy.get_params() == model.get_params()
    copy.fit(X, y)
    probabilities = copy.predict_proba(X)
    assert probabilities.shape == (80, 4) and ((probabilities >= 0) & (probabilities <= 1)).all()
    assert np.array_equal(copy.predict(X), (probabilities >= copy.thresholds_).astype(int))
    assert copy.predict_proba([]).shape == (0, 4)
    assert len(cross_val_score(clone(model), X, y, groups=groups, cv=GroupKFold(4))) == 4


def test_unfitted_says_so() -> None:
    with pytest.raises(Exception, match="not fitted"):
        LinearClassifier().predict([ActorSentence("x", "NOR")])


@pytest.mark.parametrize(
    ("y", "message"),
    [(np.zeros((3, 4)), "has shape (3, 4)"), (np.zeros(2), "has shape (2,)"), (np.full((2, 4), 2), "y in row 0, column 0 2 is not 0 or 1")],
)
def test_a_wrong_label_matrix_is_named(y: np.ndarray, message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        LinearClassifier().fit([ActorSentence("x", "NOR"), ActorSentence("y", "NOR")], y)


def test_a_label_without_positives_is_never_given() -> None:
    X, y, groups = planted(40)
    y[:, 3] = 0
    model = LinearClassifier().fit(X, y, groups=groups)
    assert model.predict(X)[:, 3].sum() == 0


@pytest.mark.parametrize("kind", ["linear", "rules"])
def test_round_trip(kind: str, fitted: LinearClassifier, tmp_path: Path) -> None:
    model = fitted if kind == "linear" else RuleClassifier().fit([])
    save(model, tmp_path / "m", corpus_digest="abc", figures={"f1": 0.5})
    assert sorted(p.name for p in (tmp_path / "m").iterdir()) == ["README.md", "model.json", "weights.safetensors"]
    again = load_classifier(tmp_path / "m")
    X, _, _ = planted(20, seed=2)
    assert np.allclose(again.predict_proba(X), model.predict_proba(X), atol=5e-3)
    assert np.array_equal(again.predict(X), model.predict(X))
    assert json.loads((tmp_path / "m" / "model.json").read_text(encoding="utf-8"))["corpus"] == "abc"


def damage(folder: Path, how: str) -> None:
    record = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    if how == "kind":
        record["kind"] = "liner"
    elif how == "format":
        record["format"] = 99
    elif how == "state":
        del record["state"]
    elif how == "weights":
        (folder / "weights.safetensors").write_bytes(b"\x80\x04pickle")
    elif how == "missing":
        (folder / "weights.safetensors").unlink()
    (folder / "model.json").write_text(json.dumps(record), encoding="utf-8")


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("kind", "did you mean 'linear'"),
        ("format", "the one that this version reads"),
        ("state", "damaged"),
        ("weights", "damaged"),
        ("missing", "is missing"),
    ],
)
def test_a_bad_folder_is_refused(how: str, message: str, fitted: LinearClassifier, tmp_path: Path) -> None:
    save(fitted, tmp_path)
    damage(tmp_path, how)
    with pytest.raises(ModelError, match=message):
        load_classifier(tmp_path)


def test_saving_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is not one of"):
        save(object(), tmp_path)  # type: ignore[arg-type]


def test_thresholds_have_the_best_f1() -> None:
    draw = np.random.default_rng(0)
    gold = (draw.random((200, 3)) < 0.3).astype(np.int8)
    p = np.clip(gold * 0.3 + draw.random((200, 3)) * 0.7, 0, 1)
    chosen = best_thresholds(gold, p)
    for k in range(3):

        def f1(threshold: float, k: int = k) -> float:
            found = p[:, k] >= threshold
            return 2 * (found & (gold[:, k] == 1)).sum() / (found.sum() + gold[:, k].sum())

        assert f1(chosen[k]) >= max(f1(t) for t in np.linspace(0, 1, 301)) - 1e-12


def test_another_label_scheme(tmp_path: Path) -> None:
    scheme = LabelScheme("stance", ("for", "against"))
    X, y, groups = planted()
    model = LinearClassifier(scheme=scheme).fit(X, y[:, :2], groups=groups)
    assert model.score(X, y[:, :2]) > 0.98
    save(model, tmp_path)
    assert load_classifier(tmp_path).scheme_ == scheme


@pytest.mark.parametrize("name", ["encoder", "linear"])
def test_the_shipped_model_was_trained_on_the_shipped_corpus(name: str, root: Path) -> None:
    record = json.loads((root / "argmine" / "pretrained" / name / "model.json").read_text(encoding="utf-8"))
    assert record["corpus"] == load_corpus().digest
    if name == "encoder":
        folder = shipped_unlabelled()
        assert folder is not None and record["figures"]["taught"]["sha256"] == digest(folder)


def test_a_label_that_every_row_has_is_always_given() -> None:
    X, y, groups = planted(40)
    y[:, 3] = 1
    model = LinearClassifier().fit(X, y, groups=groups)
    assert model.predict(X)[:, 3].all() and (model.predict_proba(X)[:, 3] > 0.5).all()


def test_score_refuses_labels_that_do_not_fit(tmp_path: Path) -> None:
    X, y, groups = planted(40)
    model = LinearClassifier().fit(X, y, groups=groups)
    with pytest.raises(InputError, match="y has shape"):
        model.score(X, y[:, :1])


@pytest.mark.parametrize("figures", [{"test": 0.7}, {"reports": 2}, {"dev": {"micro_f1": 0.5}}])
def test_figures_that_no_card_can_show_are_refused_and_nothing_is_written(figures: dict[str, object], tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="not of the form that a card shows"):
        save(RuleClassifier().fit([]), tmp_path / "m", corpus_digest="0" * 64, figures=figures)
    assert not (tmp_path / "m").exists()


def test_figures_without_probabilities_are_shown(tmp_path: Path) -> None:
    _, y, groups = planted(40)
    measured = evaluate(y, y, groups=groups).as_dict()
    save(RuleClassifier().fit([]), tmp_path, figures={"test": measured})
    assert "| 1.000" in (tmp_path / "README.md").read_text(encoding="utf-8")
