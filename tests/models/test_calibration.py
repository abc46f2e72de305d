"""Calibrated probabilities keep the ranking and recover planted truth; conformal sets keep their promise, and no more than it."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from sklearn.model_selection import GroupKFold

from argmine.errors import InputError
from argmine.evaluation.calibration import expected_calibration_error
from argmine.models import calibration
from argmine.models.calibration import Calibrator, ConformalSets, Curve


def sigmoid_truth(x: np.ndarray) -> np.ndarray:
    return np.asarray(expit(0.6 * x - 1))


def step_truth(x: np.ndarray) -> np.ndarray:
    return np.where(x > 1, 0.6, np.where(x > -1, 0.3, 0.02))


TRUTHS = {"sigmoid": sigmoid_truth, "step": step_truth, "constant": lambda x: 0 * x + 0.1}


def rows(truth: object, n: int = 3000, seed: int = 0) -> tuple[np.ndarray, np.ndarray, list[str]]:
    draw = np.random.default_rng(seed)
    x = draw.normal(0, 2.5, (n, 1))
    return x, (draw.random((n, 1)) < truth(x)).astype(int), [f"document {i % 60}" for i in range(n)]  # type: ignore[operator]


@pytest.mark.parametrize("name", TRUTHS)
def test_planted_probabilities_are_recovered(name: str) -> None:
    calibrator = Calibrator().fit(*rows(TRUTHS[name]))
    x = rows(TRUTHS[name], seed=1)[0]
    before, after = expit(x), calibrator.transform(x)
    assert np.abs(after - TRUTHS[name](x)).mean() < 0.03 < np.abs(before - TRUTHS[name](x)).mean()


def test_a_truth_that_no_sigmoid_fits_gets_an_isotonic_curve() -> None:
    assert Calibrator().fit(*rows(step_truth)).curves_[0].method == "isotonic"


@pytest.mark.parametrize("seed", range(6))
def test_the_choice_is_made_on_held_out_groups(seed: int) -> None:
    x, y, groups = rows(sigmoid_truth, n=400, seed=seed)
    held_out = {"sigmoid": np.zeros(400), "isotonic": np.zeros(400)}
    for seen, held in GroupKFold(4).split(x, groups=groups):
        for method, p in held_out.items():
            p[held] = getattr(calibration, f"_{method}")(x[seen, 0], y[seen, 0])(x[held, 0])
    best = min(held_out, key=lambda method: expected_calibration_error(y[:, 0], held_out[method]))
    assert Calibrator(folds=4).fit(x, y, groups).curves_[0].method == best


def test_rows_of_a_group_do_not_vouch_for_each_other() -> None:
    # Decision values name the document and documents are all yes or all no: only folds of single rows would find that out.
    x = np.repeat(np.arange(20.0), 30)[:, None] * 0.1
    y = np.repeat(np.random.default_rng(1).integers(0, 2, 20), 30)[:, None]
    by_document = Calibrator().fit(x, y, [str(v) for v in x[:, 0]]).transform(x)
    assert np.abs(by_document - y.mean()).mean() < 0.2


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(-30, 30), st.integers(0, 1)), min_size=2, max_size=40), st.lists(st.floats(-1e6, 1e6), min_size=2))
def test_probabilities_rise_with_the_decision_value(seen: list[tuple[float, int]], new: list[float]) -> None:
    x, y = np.array(seen)[:, :1], np.array(seen)[:, 1:]
    ordered = np.sort(new)[:, None]
    for groups in ([str(i % 3) for i in range(len(x))], ["one"] * len(x)):
        p = Calibrator().fit(x, y, groups).transform(ordered)
        assert (np.diff(p[:, 0]) >= -1e-12).all() and p.min() >= 1e-6 and p.max() <= 1 - 1e-6


@pytest.mark.parametrize("method", ["sigmoid", "isotonic"])
@pytest.mark.parametrize("truth", [step_truth, lambda x: expit(-x)], ids=["step", "reversed"])
def test_no_ranking_is_lost(method: str, truth: object) -> None:
    x, y, _ = rows(truth, n=1000)
    p = getattr(calibration, f"_{method}")(x[:, 0], y[:, 0])(x[:, 0])
    assert np.array_equal(np.argsort(p, kind="stable"), np.argsort(x[:, 0], kind="stable"))


@pytest.mark.parametrize("method", ["sigmoid", "isotonic"])
def test_decision_values_that_mislead_are_given_the_base_rate(method: str) -> None:
    x, y, _ = rows(lambda x: 0.3 * expit(-3 * x), n=1000)
    p = getattr(calibration, f"_{method}")(x[:, 0], y[:, 0])(x[:, 0])
    assert np.abs(p - y.mean()).mean() < 0.02


def test_a_label_is_calibrated_by_its_own_column() -> None:
    x, y, groups = rows(sigmoid_truth)
    other, gold, _ = rows(step_truth, seed=3)
    both = Calibrator().fit(np.hstack([x, other]), np.hstack([y, gold]), groups)
    assert both.curves_ == (Calibrator().fit(x, y, groups).curves_ + Calibrator().fit(other, gold, groups).curves_)
    assert both.transform(np.zeros((0, 2))).shape == (0, 2)


@pytest.mark.parametrize("value", [0, 1])
def test_a_label_of_one_kind_only_stays_short_of_certainty(value: int) -> None:
    x, y, groups = rows(sigmoid_truth, n=200)
    p = Calibrator().fit(x, np.full_like(y, value), groups).transform(x)
    assert (np.abs(p - value) < 0.05).all() and (np.abs(p - value) > 1 / 300).all()


@pytest.mark.parametrize("truth", [sigmoid_truth, step_truth], ids=["sigmoid", "step"])
def test_state_round_trip(truth: object) -> None:
    x, y, groups = rows(truth)
    fitted = Calibrator(folds=3).fit(x, y, groups)
    again = Calibrator.from_state(json.loads(json.dumps(fitted.to_state())))
    assert again.folds == 3 and np.array_equal(again.transform(x), fitted.transform(x))


@pytest.mark.parametrize(
    "curve",
    [
        {"slope": -1.0, "offset": 0.0, "knots": []},
        {"slope": 1.0, "offset": float("nan"), "knots": []},
        {"slope": 1.0, "offset": 0.0, "knots": [[0.0, 0.5], [1.0, 0.4]]},
        {"slope": 1.0, "offset": 0.0, "knots": [[0.0, 0.5], [float("nan"), 0.6]]},
    ],
)
def test_a_state_that_does_not_rise_is_refused(curve: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="do not rise"):
        Calibrator.from_state({"folds": 5, "curves": [curve]})


def test_a_curve_by_hand() -> None:
    x = np.array([-9.0, 0.0, 0.5, 9.0])
    assert Curve(2.0, 1.0)(x) == pytest.approx(np.clip(expit(2 * x + 1), 1e-6, 1 - 1e-6))
    assert Curve(2.0, 1.0, ((0.0, 0.2), (1.0, 0.8)))(x) == pytest.approx(0.99 * np.array([0.2, 0.2, 0.5, 0.8]) + 0.01 * expit(2 * x + 1))


DRAWS = 4000  # columns: each is a calibration set of its own


def conformal_draws(seen: int, new: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities that rank well but are not calibrated, so that the promise cannot come from them; a fifth are yes."""
    draw = np.random.default_rng(seed)
    gold = np.zeros((seen + new, DRAWS), dtype=int)
    gold[: seen // 5] = 1
    gold[seen : seen + new // 5] = 1
    return expit(draw.normal(1.5 * gold - 1, 1.5)) ** 2, gold


@pytest.mark.parametrize("coverage", [0.8, 0.9])
def test_marginal_coverage_is_what_is_promised(coverage: float) -> None:
    # 95 rows have no rank at exactly the promise: ceil(96 * 0.8) / 96 = 77 / 96; 0.9: 87 / 96. The next rank is 0.0104 away.
    p, gold = conformal_draws(95, 95)
    order = np.random.default_rng(1).permuted(np.tile(np.arange(190)[:, None], DRAWS), axis=0)
    p, gold = np.take_along_axis(p, order, axis=0), np.take_along_axis(gold, order, axis=0)
    no, yes = ConformalSets(coverage, class_conditional=False).fit(p[:95], gold[:95]).sets(p[95:])
    covered = np.where(gold[95:] == 1, yes, no).mean(axis=0)
    exact = np.ceil(96 * coverage) / 96
    error = covered.std() / np.sqrt(DRAWS)
    assert covered.mean() == pytest.approx(exact, abs=4 * error) and 4 * error < 0.006


def test_class_conditional_coverage_is_kept_in_both_classes() -> None:
    # 19 yes and 79 no: ranks 18 of 20 and 72 of 80, both exactly 0.9; one off is 0.05 and 0.0125.
    draw = np.random.default_rng(2)
    gold = np.repeat([1, 0, 1, 0], [19, 79, 50, 50])[:, None] * np.ones(DRAWS, dtype=int)
    p = expit(draw.normal(1.5 * gold - 1, 1.5)) ** 2
    no, yes = ConformalSets(0.9).fit(p[:98], gold[:98]).sets(p[98:])
    for covered in (yes[:50].mean(axis=0), no[50:].mean(axis=0)):
        error = covered.std() / np.sqrt(DRAWS)
        assert covered.mean() == pytest.approx(0.9, abs=4 * error) and 4 * error < 0.006


def test_the_pooled_promise_leaves_rare_labels_out_and_the_mondrian_one_does_not() -> None:
    p, gold = conformal_draws(200, 200)
    found = {}
    for conditional in (False, True):
        _, yes = ConformalSets(0.8, class_conditional=conditional).fit(p[:200], gold[:200]).sets(p[200:])
        found[conditional] = yes[:40].mean()
    assert found[False] < 0.7 < 0.79 < found[True]


def test_too_few_rows_for_the_promise_leave_everything_open() -> None:
    # The best rank of 8 rows promises 8/9 < 0.9; of 9 rows 9/10.
    p = np.linspace(0.6, 0.9, 9)[:, None]
    for n, value_is_free in ((8, True), (9, False)):
        _, yes = ConformalSets(0.9).fit(p[:n], np.ones((n, 1))).sets([[0.0]])
        assert yes.item() == value_is_free
    no, _ = ConformalSets(0.9).fit(p, np.ones((9, 1))).sets([[1.0]])
    assert no.all()


def test_a_rounded_product_costs_no_rank() -> None:
    # 100 * 0.55 is 55.000000000000007: the 55th of 99 is enough.
    p = np.arange(1, 100)[:, None] / 100
    assert ConformalSets(0.55).fit(p, np.ones((99, 1))).least_yes_ == pytest.approx([0.45])


def test_equal_probabilities_are_treated_alike() -> None:
    p, gold = np.full((50, 1), 0.3), (np.arange(50) % 3 == 0).astype(int)[:, None]
    no, yes = ConformalSets(0.8).fit(p, gold).sets(p)
    assert no.all() and yes.all()


@given(st.integers(0, 10**6), st.sampled_from([True, False]))
@settings(max_examples=30, deadline=None)
def test_a_larger_promise_never_shrinks_a_set(seed: int, conditional: bool) -> None:
    draw = np.random.default_rng(seed)
    p, gold = draw.random((40, 2)), draw.integers(0, 2, (40, 2))
    small, large = (ConformalSets(c, class_conditional=conditional).fit(p, gold).sets(p) for c in (0.6, 0.85))
    assert all((a <= b).all() for a, b in zip(small, large, strict=True))


@pytest.mark.parametrize(
    ("decisions", "gold", "groups", "message"),
    [
        (np.zeros((2, 1)), np.zeros((3, 1)), ["a", "b"], "shape of gold"),
        (np.zeros(2), np.zeros(2), ["a", "b"], "n_rows, n_labels"),
        (np.zeros((0, 1)), np.zeros((0, 1)), [], "at least one cell"),
        (np.zeros((2, 1)), np.full((2, 1), 2), ["a", "b"], "gold 2 is not 0 or 1"),
        (np.full((2, 1), -np.inf), np.zeros((2, 1)), ["a", "b"], "one of the decisions -inf is not a finite number"),
        (np.zeros((2, 1)), np.zeros((2, 1)), ["a"], "1 groups for 2 rows"),
    ],
)
def test_bad_rows_are_named(decisions: np.ndarray, gold: np.ndarray, groups: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Calibrator().fit(decisions, gold, groups)


def test_other_bad_input_is_named() -> None:
    x, y, groups = rows(sigmoid_truth, n=50)
    fitted = Calibrator().fit(x, y, groups)
    with pytest.raises(InputError, match="one column a label"):
        fitted.transform(np.zeros((3, 2)))
    with pytest.raises(InputError, match="nan is not a finite number"):
        fitted.transform([[float("nan")]])
    with pytest.raises(InputError, match=r"coverage 1\.0 is not"):
        ConformalSets(1.0)
    conformal = ConformalSets(0.5)
    with pytest.raises(InputError, match=r"probability 1\.5 is not"):
        conformal.fit([[1.5]], [[1]])
    conformal.fit([[0.5]], [[1]])
    with pytest.raises(InputError, match="probability nan is not"):
        conformal.sets([[float("nan")]])
    with pytest.raises(InputError, match="one column a label"):
        conformal.sets([[0.1, 0.2]])
