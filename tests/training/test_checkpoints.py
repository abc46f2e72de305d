"""A run that is killed and resumed ends as if never interrupted; what is damaged or another run's is seen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
import tiny_training
import torch
from tiny_training import CONFIG, Planted, Tiny, digest, make, plain

from argmine.errors import InputError, ModelError
from argmine.training import Run, checkpointed, keep_best, logged, resume, train, until_stale

SHORT = replace(CONFIG, epochs=3, records_every=3)  # 9 records


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked children")
def test_twenty_kills_leave_no_trace(tmp_path: Path, root: Path) -> None:
    """20 kills at random moments of training, and 20 at successive calls within saves; the same weights, records and log each time."""
    environment = {**os.environ, "PYTHONPATH": str(root)}
    subprocess.run([sys.executable, tiny_training.__file__, "kills", str(tmp_path)], check=True, env=environment, timeout=900)
    found = json.loads((tmp_path / "out.json").read_text())
    whole = found["whole"]
    scores = [r["dev"]["macro_f1"] for r in whole["history"] if r["dev"]]
    assert len(scores) < tiny_training.LIFE.epochs and scores[-1] < max(scores)  # patience ended it, and the best is not the last
    assert found["kills"] == 20 and all(end == whole for end in found["ends"])
    assert found["save"]["half_saved"] > 10 and found["save"]["end"] == whole


@pytest.mark.parametrize("after", [1, 2, 3, 5, 9])
def test_resuming_after_any_record(after: int, tmp_path: Path) -> None:
    whole = make(SHORT)
    expected = plain(keep_best(whole, whole.module))
    list(islice(checkpointed(make(SHORT), tmp_path), after))
    run = make(SHORT)
    assert resume(run, tmp_path) and run.step == expected[after - 1]["step"]
    assert plain(keep_best(checkpointed(run, tmp_path), run.module)) == expected == plain(run.history)
    assert digest(run.module) == digest(whole.module)


def test_the_best_weights_survive_even_if_nothing_is_left_to_train(tmp_path: Path) -> None:
    run = make(tiny_training.LIFE)
    list(keep_best(until_stale(checkpointed(run, tmp_path, keep=1), 2), run.module))
    again = make(tiny_training.LIFE)
    resume(again, tmp_path)
    last = digest(again.module)
    records = list(keep_best(until_stale(checkpointed(again, tmp_path, keep=1), 2), again.module))
    assert len(records) == len(run.history)
    assert digest(again.module) == digest(run.module) != last


def test_what_stays_in_the_folder(tmp_path: Path) -> None:
    run = make(tiny_training.LIFE)
    for record in islice(checkpointed(run, tmp_path, keep=2), 20):
        steps = {int(path.name[5:]) for path in tmp_path.iterdir()}
        dev = [r for r in run.history if r.dev]
        best = {max(dev, key=lambda r: r.dev["macro_f1"]).step, min(dev, key=lambda r: r.dev["dev_loss"]).step} if dev else set()
        newest = {r.step for r in run.history[-2:]}
        assert record.step in steps and newest | best <= steps and len(steps) <= 5


def test_the_log_after_a_resume_has_each_record_once(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    list(islice(logged(checkpointed(make(SHORT), tmp_path / "c"), path), 4))
    path.write_text(path.read_text()[:-20])  # a half line, as a kill leaves it
    run = make(SHORT)
    resume(run, tmp_path / "c")
    list(logged(checkpointed(run, tmp_path / "c"), path))
    assert [json.loads(line)["step"] for line in path.read_text().splitlines()] == [3, 6, 8, 9, 12, 15, 16, 18, 21, 24]


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-3] ^= 1
    path.write_bytes(bytes(data))


@pytest.mark.parametrize("name", ["manifest.json", "module.safetensors", "optimiser.safetensors"])
@pytest.mark.parametrize("damage", [cut, flip, Path.unlink])
def test_a_damaged_checkpoint_is_passed_over(damage: Callable[[Path], None], name: str, tmp_path: Path) -> None:
    if (damage, name) == (flip, "manifest.json"):
        damage = cut
    list(islice(checkpointed(make(SHORT), tmp_path), 4))
    newest = max(tmp_path.iterdir())
    damage(newest / name)
    run = make(SHORT)
    assert resume(run, tmp_path) and run.step == 8
    whole = make(SHORT)
    assert plain(checkpointed(run, tmp_path)) == plain(whole)
    assert digest(run.module) == digest(whole.module)


def test_nothing_to_resume(tmp_path: Path) -> None:
    run = make(SHORT)
    assert not resume(run, tmp_path) and not resume(run, tmp_path / "none")
    assert run.step == 0


def wider() -> Run:
    module = Tiny()
    module.head = torch.nn.Linear(16, 4, bias=False)
    return train(module, Planted(96, 0), Planted(40, 1), SHORT)


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (lambda: make(replace(SHORT, learning_rate=0.1)), "step-00000003: learning_rate was 0.005 and is now 0.1"),
        (lambda: train(Tiny(), Planted(95, 0), Planted(40, 1), SHORT), "the examples, or how they are read, differ"),
        (lambda: train(Tiny(), Planted(96, 0), None, SHORT), "the examples, or how they are read, differ"),
        (wider, r"head.bias has shape \(4,\) there and None in the module"),
    ],
)
def test_another_runs_checkpoint_is_refused(other: Callable[[], Run], message: str, tmp_path: Path) -> None:
    next(checkpointed(make(SHORT), tmp_path))
    run = other()
    before = digest(run.module)
    with pytest.raises(InputError, match=message):
        resume(run, tmp_path)
    assert digest(run.module) == before


def test_a_fresh_run_does_not_write_over_another(tmp_path: Path) -> None:
    next(checkpointed(make(SHORT), tmp_path))
    with pytest.raises(InputError, match="of another run; resume from it, or give another folder"):
        next(checkpointed(make(SHORT), tmp_path))
    with pytest.raises(InputError, match="keep 0 is not a whole number from 1"):
        next(checkpointed(make(SHORT), tmp_path, keep=0))


def test_a_state_goes_on_in_memory(tmp_path: Path) -> None:
    run = make(SHORT)
    list(islice(run, 5))
    state = run.state()
    list(run)  # the state is a copy
    other = make(SHORT)
    other.restore(state)
    assert plain(other) == plain(run.history) and digest(other.module) == digest(run.module)


def test_best_weights_that_are_lost_are_not_made_up(tmp_path: Path) -> None:
    run = make(SHORT)
    list(islice(run, 5))  # the dev record is the third
    other = make(SHORT)
    other.restore(run.state())
    with pytest.raises(ModelError, match="the weights after step 8 were the best"):
        list(keep_best(islice(other, 5), other.module))


def test_no_pickle(tmp_path: Path) -> None:
    next(checkpointed(make(SHORT), tmp_path))
    names = sorted(path.name for path in next(tmp_path.iterdir()).iterdir())
    assert names == ["manifest.json", "module.safetensors", "optimiser.safetensors"]


def test_another_versions_checkpoints_are_neither_read_nor_removed(tmp_path: Path) -> None:
    list(checkpointed(make(replace(CONFIG, epochs=1)), tmp_path))
    (path,) = tmp_path.glob("step-*")
    manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
    (path / "manifest.json").write_text(json.dumps(manifest | {"format": 99}), encoding="utf-8")
    for go_on in (lambda run: resume(run, tmp_path), lambda run: next(checkpointed(run, tmp_path))):
        with pytest.raises(InputError, match="written by another version of argmine"):
            go_on(make(replace(CONFIG, epochs=1)))
    assert path.exists()
