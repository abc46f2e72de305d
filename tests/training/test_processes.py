"""Two processes equal one, and one process equals another of the same seed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_training
from tiny_training import Planted, Tiny, answers, digest, make, plain

from argmine.errors import InputError
from argmine.training import TrainingConfig, keep_best, make_accelerator, train

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks its processes")


def outside(task: str, folder: Path, root: Path) -> Any:
    """What another interpreter finds."""
    environment = {**os.environ, "PYTHONPATH": str(root), "OMP_NUM_THREADS": "1"}
    subprocess.run([sys.executable, tiny_training.__file__, task, str(folder)], check=True, env=environment, timeout=600)
    return json.loads((folder / "out.json").read_text())


def two(config: TrainingConfig, dropout: float, folder: Path, root: Path) -> list[dict[str, Any]]:
    pytest.importorskip("accelerate")
    processes: list[dict[str, Any]] = outside(json.dumps([2, config.as_dict(), dropout]), folder, root)
    return processes


@pytest.mark.parametrize(("dropout", "alone"), [(0.0, {"batch_size": 9}), (0.1, {"batch_size": 5, "accumulation": 2})])
def test_two_processes_equal_one(dropout: float, alone: dict[str, int], tmp_path: Path, root: Path) -> None:
    """50 examples, so batches and their halves are uneven; with dropout, one process makes the passes that two make."""
    config = TrainingConfig(epochs=3, learning_rate=2e-3, batch_size=10 if dropout else 9, precision="float32", weight_decay=0.1)
    first, second = two(config, dropout, tmp_path, root)
    assert first == second
    module = Tiny(dropout)
    one = plain(keep_best(train(module, Planted(50, 0), Planted(40, 1), replace(config, **alone)), module))
    for mine, theirs in zip(one, first["history"], strict=True):
        assert theirs["loss"] == pytest.approx(mine["loss"], abs=1e-5)
        assert theirs["dev"] == pytest.approx(mine["dev"], abs=1e-5)
    assert np.allclose(first["answers"], answers(module), atol=1e-4)
    # Both find the checkpoints that the first one wrote, and end alike without training again.
    assert two(config, dropout, tmp_path, root) == [{**first, "resumed": True}] * 2


def test_same_seed_same_weights_in_two_processes(tmp_path: Path, root: Path) -> None:
    there = outside("train", tmp_path, root)
    run = make(tiny_training.CONFIG)
    assert {"history": plain(run), "weights": digest(run.module)} == there


def test_an_accelerator_takes_no_device_by_name() -> None:
    pytest.importorskip("accelerate")
    with pytest.raises(InputError, match="device 'cuda:1' is not 'cpu', or None"):
        make_accelerator("cuda:1")
