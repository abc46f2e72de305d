"""The search finds a planted setting, through the same loop, and repeats itself."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from typing import Any

import pytest
from tiny_training import CONFIG, Planted, Tiny

from argmine.errors import InputError, MissingExtraError
from argmine.training import Run, TrainingConfig, make_accelerator, search, train

FIT, DEV = Planted(48, 0), Planted(30, 1)
BASE = replace(CONFIG, epochs=2)
SPACE: dict[str, Any] = {"learning_rate": (1e-6, 1e-2, "log"), "batch_size": (6, 24), "weight_decay": [0.0, 0.1]}


def tiny(config: TrainingConfig) -> Run:
    return train(Tiny(), FIT, DEV, config)


def test_search_finds_what_learns() -> None:
    pytest.importorskip("optuna")
    best, trials = search(tiny, SPACE, 8, config=BASE, metric="dev_loss")
    assert [trial.number for trial in trials] == list(range(8))
    finished = min(trials, key=lambda trial: trial.value)
    assert finished.settings == {name: getattr(best, name) for name in SPACE} and best.epochs == 2
    assert best.learning_rate > 1e-4  # below, nothing is learnt in two epochs
    for trial in trials:
        assert 1e-6 <= trial.settings["learning_rate"] <= 1e-2 and trial.settings["batch_size"] in range(6, 25)
        assert trial.value == min(figures["dev_loss"] for figures in trial.dev)
    # The same loop: the best trial again, without the search.
    assert [record.dev for record in tiny(best)] == list(finished.dev)


def test_search_repeats_itself_in_silence(capfd: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("optuna")
    first, second, other = (search(tiny, SPACE, 3, seed, config=BASE)[1] for seed in (1, 1, 2))
    assert first == second != other
    assert capfd.readouterr() == ("", "")


def test_a_hopeless_trial_is_pruned() -> None:
    pytest.importorskip("optuna")
    _, trials = search(tiny, {"learning_rate": [1e-2, 1e-7]}, 10, config=replace(BASE, epochs=3), metric="dev_loss")
    pruned = [trial for trial in trials if trial.pruned]
    assert pruned and all(len(trial.dev) < 3 for trial in pruned)
    assert all(len(trial.dev) == 3 for trial in trials[:5])  # the first five make the median


@pytest.mark.parametrize(
    ("space", "message"),
    [
        ({"learning_rat": (0.1, 0.2)}, "did you mean 'learning_rate'"),
        ({"gamma": (2.0, 1.0)}, "search space: gamma: range (2.0, 1.0) is not a list of choices"),
        ({"gamma": (1.0, 2.0, "lin")}, "is not a list of choices"),
        ({"loss": []}, "is not a list of choices"),
        ({"learning_rate": (0.0, 1.0, "log")}, "with a low above 0"),
        ({"loss": ["bce", "focall"]}, "did you mean 'focal'"),
        ({"warmup": (0.0, 2.0)}, "warmup 2.0 is not a number from 0 to 1"),
        ({"loss": ("bce", "focal")}, "is not a list of choices"),
    ],
)
def test_a_wrong_space_is_named(space: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        search(tiny, space, 1)


def test_wrong_uses_are_named() -> None:
    with pytest.raises(InputError, match="trials 0 is not"):
        search(tiny, SPACE, 0)
    with pytest.raises(InputError, match="metric 'f1' is not one of"):
        search(tiny, SPACE, 1, metric="f1")


def test_a_run_without_dev_figures_is_named() -> None:
    pytest.importorskip("optuna")
    with pytest.raises(InputError, match="make_run must give its run a dev set"):
        search(lambda config: train(Tiny(), FIT, None, config), SPACE, 1, config=BASE)


def test_missing_extras_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    monkeypatch.setitem(sys.modules, "accelerate", None)
    with pytest.raises(MissingExtraError, match=re.escape("pip install 'argmine[search]'")):
        search(tiny, SPACE, 1)
    with pytest.raises(MissingExtraError, match=re.escape("pip install 'argmine[scale]'")):
        make_accelerator()


def test_losses_of_different_kinds_are_not_compared() -> None:
    pytest.importorskip("optuna")
    with pytest.raises(InputError, match="gamma can't be searched by dev_loss"):
        search(tiny, {"gamma": (0.0, 8.0)}, 2, config=BASE, metric="dev_loss")
    best, _ = search(tiny, {"positive_weight": [1.0, (1.0, 1.0, 2.0, 2.0)]}, 2, config=BASE)
    assert best.epochs == 2
