"""Paired tests: tables worked by hand, and what they promise over many simulated pairs of systems."""

from __future__ import annotations

from itertools import product
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argmine.errors import InputError
from argmine.evaluation.compare import approximate_randomisation, holm, mcnemar, paired_bootstrap

# Share of a document's triples that a system finds, and false alarms a triple.
BETTER, WORSE = (0.7, 0.3), (0.6, 0.4)


def documents(draw: np.random.Generator, n: int, *systems: tuple[float, float]) -> list[np.ndarray]:
    """Counts of systems on the same documents, some longer or harder than others, shape (n, 3) each."""
    asked = draw.poisson(6, n) + 1
    ease = draw.uniform(-0.2, 0.2, n)
    out = []
    for recall, alarms in systems:
        hits = draw.binomial(asked, recall + ease)
        out.append(np.stack([hits, draw.poisson(alarms * asked), asked - hits], axis=1))
    return out


def true_f1(recall: float, alarms: float) -> float:
    return 2 * recall / (1 + recall + alarms)


def f1(counts: np.ndarray) -> float:
    hits, alarms, misses = np.asarray(counts).sum(axis=0)
    return float(2 * hits / (2 * hits + alarms + misses))


def test_the_interval_covers_the_true_difference() -> None:
    draw, sets = np.random.default_rng(0), 1000
    truth = true_f1(*BETTER) - true_f1(*WORSE)
    covered = 0
    for i in range(sets):
        low, high = paired_bootstrap(*documents(draw, 60, BETTER, WORSE), draws=400, random_state=i).interval or (0, 0)
        covered += low <= truth <= high
    assert 0.93 <= covered / sets <= 0.97


@pytest.mark.parametrize("test", [paired_bootstrap, approximate_randomisation])
def test_equal_systems_differ_significantly_one_time_in_twenty(test: object) -> None:
    draw, sets = np.random.default_rng(1), 1000
    p = np.array([test(*documents(draw, 60, BETTER, BETTER), draws=300, random_state=i).p_value for i in range(sets)])  # type: ignore[operator]
    # Three standard errors of 1,000 sets.
    assert (p <= 0.05).mean() == pytest.approx(0.05, abs=0.021)
    assert (p <= 0.5).mean() == pytest.approx(0.5, abs=0.048)


@pytest.mark.parametrize("test", [paired_bootstrap, approximate_randomisation])
def test_a_real_difference_is_found_and_its_sign_follows_the_order(test: object) -> None:
    a, b = documents(np.random.default_rng(2), 150, BETTER, WORSE)
    ahead, behind = test(a, b, draws=999), test(b, a, draws=999)  # type: ignore[operator]
    assert ahead.difference == pytest.approx(f1(a) - f1(b)) and behind.difference == -ahead.difference
    assert max(ahead.p_value, behind.p_value) < 0.01
    assert test(a, a, draws=99).p_value == 1  # type: ignore[operator]


def test_interval_and_p_value_agree() -> None:
    draw = np.random.default_rng(3)
    results = [paired_bootstrap(*documents(draw, 40, BETTER, WORSE), draws=1000) for _ in range(60)]
    agree = [(r.p_value < 0.05) == (not r.interval[0] <= 0 <= r.interval[1]) for r in results if r.interval]
    assert np.mean(agree) > 0.9


def test_documents_are_drawn_whole_and_in_pairs() -> None:
    # On each document the systems are equal, so that no draw of pairs can tell them apart, while single triples could.
    a = documents(np.random.default_rng(4), 30, BETTER)[0]
    assert paired_bootstrap(a, a.copy()).interval == (0.0, 0.0)


def test_randomisation_against_all_swaps() -> None:
    a, b = documents(np.random.default_rng(5), 9, BETTER, WORSE)
    found = abs(f1(a) - f1(b))
    swaps = np.array(list(product((False, True), repeat=9)))[:, :, None]
    exact = np.mean([abs(f1(np.where(s, b, a)) - f1(np.where(s, a, b))) >= found - 1e-12 for s in swaps])
    assert approximate_randomisation(a, b, draws=40_000).p_value == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 40_000))


def test_randomness_is_passed_in() -> None:
    a, b = documents(np.random.default_rng(6), 40, BETTER, WORSE)
    assert paired_bootstrap(a, b, draws=200, random_state=7) == paired_bootstrap(a, b, draws=200, random_state=7)
    assert paired_bootstrap(a, b, draws=200, random_state=7) != paired_bootstrap(a, b, draws=200, random_state=8)


def test_nothing_asked_and_nothing_found_is_no_difference() -> None:
    result = paired_bootstrap(np.zeros((3, 3)), np.zeros((3, 3)), draws=50)
    assert (result.difference, result.interval, result.p_value) == (0.0, (0.0, 0.0), 1.0)


def test_holm_by_hand() -> None:
    # Holm's steps: 0.005 * 4, 0.01 * 3, then 0.03 * 2 carries over to 0.04.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.7]).tolist() == [1.0, 1.0]
    assert holm([]).tolist() == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_rejects_what_the_stepwise_rule_rejects(p: list[float]) -> None:
    rejected = set()
    for step, i in enumerate(np.argsort(p, kind="stable")):
        if p[i] * (len(p) - step) > 0.05:
            break
        rejected.add(int(i))
    assert set(np.flatnonzero(holm(p) <= 0.05).tolist()) == rejected
    assert (holm(p) >= p).all() and (holm(p) <= np.minimum(1, np.array(p) * len(p)) + 1e-12).all()


def test_mcnemar_by_hand() -> None:
    a, b = [1] * 9 + [0] * 2 + [1] * 5 + [0] * 3, [0] * 9 + [1] * 2 + [1] * 5 + [0] * 3
    tail = sum(comb(11, k) for k in range(3)) / 2**11
    assert mcnemar(a, b) == pytest.approx(2 * tail) == mcnemar(b, a)
    assert mcnemar(np.array(a).reshape(-1, 1), np.array(b).reshape(-1, 1)) == mcnemar(a, b)
    assert mcnemar([1, 0], [1, 0]) == mcnemar([1, 0], [0, 1]) == 1.0


def test_mcnemar_keeps_its_level() -> None:
    draw = np.random.default_rng(8)
    p = np.array([mcnemar(*(draw.random((2, 150)) < 0.7)) for _ in range(2000)])
    # The exact test errs on the safe side, by less than half at some 60 differing decisions.
    assert 0.02 < (p <= 0.05).mean() < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 2000)


@pytest.mark.parametrize("test", [paired_bootstrap, approximate_randomisation])
@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        ([[1, 0, 0]], [[1, 0, 0], [1, 0, 0]], "must be .n_documents, 3."),
        ([[1, 0]], [[1, 0]], "must be .n_documents, 3."),
        (np.zeros((0, 3)), np.zeros((0, 3)), "must be .n_documents, 3."),
        ([[1, 0, -1]], [[1, 0, 0]], "counts_a -1.0 is not a finite number"),
        ([[1, 0, 0]], [[1, float("nan"), 0]], "counts_b nan is not a finite number"),
    ],
)
def test_bad_counts_are_named(test: object, a: object, b: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        test(a, b)  # type: ignore[operator]


def test_other_bad_input_is_named() -> None:
    with pytest.raises(InputError, match="draws 0 is not"):
        paired_bootstrap([[1, 0, 0]], [[1, 0, 0]], draws=0)
    with pytest.raises(InputError, match=r"p_values .* is not a list of numbers"):
        holm([0.5, 1.5])
    with pytest.raises(InputError, match="shape of correct_b"):
        mcnemar([1, 0], [1])
    with pytest.raises(InputError, match="whether it is right"):
        mcnemar([1, 2], [1, 0])
