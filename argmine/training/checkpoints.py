"""Checkpoints of a run: written whole or not at all, safe against a kill at any moment; safetensors and JSON, never pickle.

A checkpoint is a folder ``step-00000012``: ``module.safetensors``, ``optimiser.safetensors``, and ``manifest.json``, which is written last
and holds the rest of the state and the digests of the other two. Its weights also serve later checkpoints: one that holds the best weights
by some dev figure stays until a better one is there.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load, save

from argmine.errors import InputError, ModelError, say
from argmine.training.figures import FIGURES
from argmine.training.loop import Record, Run, Weights

__all__ = ["checkpointed", "resume"]

FORMAT = 1
_TENSORS = ("module", "optimiser")
_TEMPORARY = "unfinished-"
_log = logging.getLogger(__name__)


def checkpointed(run: Run, folder: str | Path, keep: int = 2) -> Iterator[Record]:
    """Records of a run, each saved before it is out; with several processes the main one saves.

    Args:
        run: fresh, or resumed from the same folder.
        folder: of the checkpoints; made if it is not there.
        keep: how many of the newest stay, beside those with the best weights so far by each dev figure.

    Raises:
        InputError: if ``keep`` is below 1, or the folder has a checkpoint that the run did not resume from, or one of another version of the format.
        OSError: if a file can't be read or written.

    >>> import torch
    >>> from tempfile import TemporaryDirectory
    >>> from argmine.training.config import TrainingConfig
    >>> from argmine.training.loop import train
    >>> class Numbers:
    ...     lengths = [1] * 8
    ...     def __len__(self): return 8
    ...     def batch(self, indices, seed=None):
    ...         x = torch.tensor(indices).float()[:, None]
    ...         return {"input": x - 3.5}, (x > 3.5).float()
    >>> def fresh(): return train(torch.nn.Linear(1, 1), Numbers(), Numbers(), TrainingConfig(epochs=3, batch_size=4))
    >>> with TemporaryDirectory() as folder:
    ...     first = next(checkpointed(fresh(), folder))              # broken off after one epoch
    ...     run = fresh()
    ...     resume(run, folder), [record.epoch for record in checkpointed(run, folder)]
    (True, [0, 1, 2])
    """
    if keep < 1:
        raise InputError(say("keep", keep, "a whole number from 1"))
    saves = run.processes.is_main_process
    if saves:
        _clear(Path(folder), run.step)
    start = run.step
    for record in run:
        if saves and record.step > start:
            _save(run, Path(folder), keep)
        run.processes.wait_for_everyone()
        yield record


def resume(run: Run, folder: str | Path) -> bool:
    """Bring a fresh run to the newest whole checkpoint; unfinished and damaged ones are passed over. The run then ends with the weights
    that it would have had without the break, bit for bit on a CPU.

    It first repeats its records, so that everything around it comes to stand where it stood; see `Run.restore`.

    Returns:
        Whether there was one.

    Raises:
        InputError: if the checkpoint is of other settings, examples or shapes, or of another version of the format.
        OSError: if a file can't be read.
    """
    for path in _checkpoints(Path(folder)):
        state = _read(path)
        if state is None:
            _log.warning("%s is not whole; an older checkpoint is used if there is one", path)
            continue
        run.restore(state, {int(other.name[5:]): _reader(other) for other in _checkpoints(Path(folder))}, where=str(path))
        return True
    return False


def _checkpoints(folder: Path) -> list[Path]:
    """Finished checkpoints, newest first."""
    return sorted(folder.glob("step-[0-9]*"), reverse=True)


def _save(run: Run, folder: Path, keep: int) -> None:
    state = run.state()
    files = {f"{name}.safetensors": save(state.pop(name)) for name in _TENSORS}
    manifest = {"format": FORMAT, "sha256": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}, **state}
    target = folder / f"step-{run.step:08d}"
    temporary = folder / f"{_TEMPORARY}{target.name}"
    temporary.mkdir()
    for name, data in files.items():
        _write(temporary / name, data)
    _write(temporary / "manifest.json", json.dumps(manifest).encode())
    _sync(temporary)
    temporary.rename(target)
    _sync(folder)
    needed = _best_steps(run.history)
    for path in _checkpoints(folder)[keep:]:
        if int(path.name[5:]) not in needed:
            _remove(path)


def _best_steps(history: list[Record]) -> set[int]:
    """The steps whose weights are the best so far, by each dev figure; of equals the first, as in `keep_best`."""
    measured = [(record.step, record.dev) for record in history if record.dev is not None]
    return {max(measured, key=lambda row: sign * row[1][metric])[0] for metric, sign in FIGURES.items() if measured}


def _clear(folder: Path, step: int) -> None:
    """Makes the folder, or removes what a kill or damage left in it."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob(f"{_TEMPORARY}*"):
        shutil.rmtree(path)
    for path in _checkpoints(folder):
        if int(path.name[5:]) > step:
            if _read(path) is not None:
                raise InputError(f"{folder} has the checkpoint {path.name} of another run; resume from it, or give another folder")
            shutil.rmtree(path)


def _remove(path: Path) -> None:
    """Removes a checkpoint; a kill meanwhile leaves no half one under its name."""
    doomed = path.with_name(f"{_TEMPORARY}{path.name}")
    path.rename(doomed)
    shutil.rmtree(doomed)


def _read(path: Path) -> dict[str, Any] | None:
    """The state in a checkpoint; None if it is not whole."""
    try:
        state: dict[str, Any] = json.loads((path / "manifest.json").read_bytes())
        if state.pop("format") != FORMAT:
            raise InputError(f"{path} was written by another version of argmine; go on with that one, or give another folder")
        digests = state.pop("sha256")
        for name in _TENSORS:
            data = (path / f"{name}.safetensors").read_bytes()
            if hashlib.sha256(data).hexdigest() != digests[f"{name}.safetensors"]:
                return None
            state[name] = load(data)
    except InputError:
        raise
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError, SafetensorError):
        return None
    return state


def _reader(path: Path) -> Callable[[], Weights]:
    def read() -> Weights:
        state = _read(path)
        if state is None:
            raise ModelError(f"{path} holds the best weights so far, and is damaged; train again from the start in another folder")
        weights: Weights = state["module"]
        return weights

    return read


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Makes names in a folder lasting; Windows has no such call."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
