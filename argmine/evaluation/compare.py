"""Is one system better than another on the same documents: paired intervals and tests."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import bdtr

from argmine.errors import InputError, say
from argmine.evaluation.bootstrap import f1_of, tails
from argmine.evaluation.positions import PositionFigures

__all__ = ["Comparison", "PairedTest", "approximate_randomisation", "compare_positions", "holm", "mcnemar", "paired_bootstrap"]

Floats = NDArray[np.float64]

# Sums that are equal on paper may differ in the last bits.
_TIE = 1e-12


@dataclass(frozen=True)
class Comparison:
    """The difference between two systems, first less second.

    Attributes:
        difference: of F1, between -1 and 1.
        p_value: two-sided.
        interval: 95 % interval of the difference, or None from a test that gives none.
    """

    difference: float
    p_value: float
    interval: tuple[float, float] | None = None


def paired_bootstrap(counts_a: ArrayLike, counts_b: ArrayLike, draws: int = 10_000, random_state: int = 0) -> Comparison:
    """Difference of F1 over draws of whole documents, the same for both systems (Efron & Tibshirani 1993).

    The interval is the percentile interval (chapter 13), expanded for few documents (`argmine.evaluation.bootstrap.tails`). The p-value is
    the share of draws whose distance from the difference found is at least as large as the difference itself (chapter 16, by shifting to the
    null). With fewer than some 30 documents it is too sure of itself; `approximate_randomisation` is exact then.

    Args:
        counts_a, counts_b: (hits, false alarms, misses) of each document, shape (n_documents, 3), as
            `argmine.evaluation.positions.PositionFigures.counts` gives them; the same documents in the same order.
        draws: how many.
        random_state: seed of the draws.

    Raises:
        InputError: if shapes differ or a count is negative or not finite.

    >>> better, worse = [[3, 0, 1], [2, 1, 0]] * 20, [[2, 1, 2], [2, 1, 0]] * 20
    >>> result = paired_bootstrap(better, worse)
    >>> round(result.difference, 3), result.interval[0] > 0, result.p_value < 0.01
    (0.167, True, True)
    """
    a, b = _paired(counts_a, counts_b, draws)
    n = len(a)
    times = np.random.default_rng(random_state).multinomial(n, np.full(n, 1 / n), size=draws)
    drawn = f1_of(times @ a) - f1_of(times @ b)
    found = _difference(a, b)
    low, high = np.quantile(drawn, tails(n) if n > 1 else (0, 1))
    return Comparison(found, _share_as_large(drawn - found, found), (float(low), float(high)))


def approximate_randomisation(counts_a: ArrayLike, counts_b: ArrayLike, draws: int = 10_000, random_state: int = 0) -> Comparison:
    """Two-sided test of equal F1: how often is the difference as large when each document's pair is swapped at random?

    Noreen (1989), as Yeh (2000) applies it to F1. Exact, up to the number of draws, for any number of documents. It gives no
    interval.

    Args:
        counts_a, counts_b: (hits, false alarms, misses) of each document, shape (n_documents, 3), in the same order.
        draws: how many.
        random_state: seed of the draws.

    Raises:
        InputError: if shapes differ or a count is negative or not finite.

    >>> approximate_randomisation([[3, 0, 1]] * 4, [[2, 1, 2]] * 4, draws=1000).p_value > 0.1  # 2 of 16 ways to swap at the least
    True
    """
    a, b = _paired(counts_a, counts_b, draws)
    swapped = np.random.default_rng(random_state).integers(0, 2, size=(draws, len(a)))
    moved = swapped @ (b - a)
    found = _difference(a, b)
    return Comparison(found, _share_as_large(f1_of(a.sum(axis=0) + moved) - f1_of(b.sum(axis=0) - moved), found))


def holm(p_values: ArrayLike) -> Floats:
    """P-values adjusted for how many there are, in their order: rejecting below 5 % errs in one family in twenty (Holm 1979).

    Raises:
        InputError: if they are not a list of numbers between 0 and 1.

    >>> holm([0.01, 0.04, 0.03]).round(3)
    array([0.03, 0.06, 0.06])
    """
    p = np.asarray(p_values, dtype=float)
    if p.ndim != 1 or not ((p >= 0) & (p <= 1)).all():
        raise InputError(say("p_values", p.tolist(), "a list of numbers between 0 and 1"))
    order = np.argsort(p, kind="stable")
    out = np.empty(len(p))
    out[order] = np.maximum.accumulate(np.minimum(1, p[order] * np.arange(len(p), 0, -1)))
    return out


def mcnemar(correct_a: ArrayLike, correct_b: ArrayLike) -> float:
    """Two-sided p-value of equal accuracy, from decisions where just one system is right (McNemar 1947, by the exact binomial).

    It takes decisions to be independent; where those of a document hang together, `approximate_randomisation` over
    documents is the safer test.

    Args:
        correct_a, correct_b: whether each decision is right, arrays of one shape, one decision a cell.

    Raises:
        InputError: if shapes differ or a cell is neither 0 nor 1.

    >>> mcnemar([1, 1, 1, 1, 1, 0], [0, 0, 0, 0, 0, 0])
    0.0625
    """
    a, b = np.asarray(correct_a), np.asarray(correct_b)
    if a.shape != b.shape:
        raise InputError(say("shape of correct_b", b.shape, f"that of correct_a, {a.shape}"))
    if not (np.isin(a, (0, 1)).all() and np.isin(b, (0, 1)).all()):
        raise InputError("correct_a and correct_b must say of each decision whether it is right: true or false, 1 or 0")
    only_a, only_b = int(((a == 1) & (b == 0)).sum()), int(((a == 0) & (b == 1)).sum())
    return min(1.0, 2 * float(bdtr(min(only_a, only_b), only_a + only_b, 0.5)))


def _paired(counts_a: ArrayLike, counts_b: ArrayLike, draws: int) -> tuple[Floats, Floats]:
    a, b = np.asarray(counts_a, dtype=float), np.asarray(counts_b, dtype=float)
    if a.shape != b.shape or a.ndim != 2 or a.shape[1] != 3 or len(a) == 0:
        raise InputError(
            f"counts_a has shape {a.shape} and counts_b {b.shape}; both must be (n_documents, 3): hits, false alarms, misses, document by document"
        )
    for name, counts in (("counts_a", a), ("counts_b", b)):
        wrong = counts[~(np.isfinite(counts) & (counts >= 0))]
        if wrong.size:
            raise InputError(say(f"a count in {name}", float(wrong[0]), "a finite number of at least 0"))
    if draws < 1:
        raise InputError(say("draws", draws, "a number of at least 1"))
    return a, b


def _difference(a: Floats, b: Floats) -> float:
    return float(f1_of(a.sum(axis=0)) - f1_of(b.sum(axis=0)))


def _share_as_large(under_null: Floats, found: float) -> float:
    # The data themselves are one of the draws: a p-value is never 0 (Noreen 1989).
    as_large = int((np.abs(under_null) >= abs(found) - _TIE).sum())
    return (as_large + 1) / (len(under_null) + 1)


@dataclass(frozen=True, slots=True)
class PairedTest:
    """Two systems on the same positions.

    Attributes:
        first, second: F1 of both.
        difference: first less second, with its 95 % interval ``low`` to ``high`` (`paired_bootstrap`).
        p_bootstrap, p_randomisation: two-sided p-values of equal F1.
        p_mcnemar: of equally many right decisions, over positions that are annotated or that either system gives. Positions of
            one report are taken as independent, which they are not: the other two are to be trusted first.
        p_holm: ``p_randomisation``, adjusted for how many tests there are in the table.
    """

    first: float
    second: float
    difference: float
    low: float
    high: float
    p_bootstrap: float
    p_randomisation: float
    p_mcnemar: float
    p_holm: float


def compare_positions(first: PositionFigures, second: PositionFigures, draws: int = 10_000, random_state: int = 0) -> dict[str, PairedTest]:
    """Compare two systems end to end: over all positions, and label by label.

    Args:
        first, second: judged on the same documents.
        draws, random_state: of the bootstrap and the randomisation.

    Raises:
        InputError: if the documents differ.

    >>> from argmine.evaluation.positions import evaluate_positions
    >>> gold = [{"id": "a", "text": "No.", "sentences": [{"start": 0, "end": 3, "positions": [["RUS", "refusal"]]}]}]
    >>> good = evaluate_positions(gold, [{"document": "a", "start": 0, "end": 3, "positions": [{"actor": "RUS", "label": "refusal"}]}])
    >>> compare_positions(good, evaluate_positions(gold, []), draws=100)["all"].difference
    1.0
    """
    if first.documents != second.documents:
        raise InputError("the two systems were judged on other documents; both must be judged on the same ones, in the same order")
    labels = [label for label in first.labels if label in first.by("label") or label in second.by("label")]
    tests: list[PairedTest] = []
    for label in [None, *labels]:
        counts = [f.counts() if label is None else f.counts("label", label) for f in (first, second)]
        drawn = paired_bootstrap(counts[0], counts[1], draws, random_state)
        by_chance = approximate_randomisation(counts[0], counts[1], draws, random_state).p_value
        f1 = [float(f1_of(c.sum(axis=0))) for c in counts]
        low, high = drawn.interval or (float("nan"), float("nan"))
        right = mcnemar(*_right(first, second, label))
        tests.append(PairedTest(f1[0], f1[1], drawn.difference, low, high, drawn.p_value, by_chance, right, by_chance))
    adjusted = holm([test.p_randomisation for test in tests])
    return {name: replace(test, p_holm=float(p)) for name, test, p in zip(["all", *labels], tests, adjusted, strict=True)}


def _right(first: PositionFigures, second: PositionFigures, label: str | None) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """For each position that is annotated or that either system gives: whether each system is right about it."""
    tables = [{(r.document, r.sentence, r.actor, r.label, r.text): r for r in f.rows if label in (None, r.label)} for f in (first, second)]
    keys = sorted({*tables[0], *tables[1]})
    # What a system's table lacks is neither annotated nor given by it: rightly.
    right = [[key not in t or t[key].gold == t[key].predicted for key in keys] for t in tables]
    return np.array(right[0], dtype=bool), np.array(right[1], dtype=bool)
