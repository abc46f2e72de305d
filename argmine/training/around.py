"""Iterators around a run: stopping early, keeping the best weights, logging, progress.

They see only records. A resumed run repeats the records that it made before, so each of them needs no memory of its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from torch import nn
from tqdm.auto import tqdm

from argmine.errors import InputError, say
from argmine.training.figures import FIGURES, better
from argmine.training.loop import Record, Weights

__all__ = ["keep_best", "logged", "progress", "until_stale"]


def until_stale(records: Iterable[Record], patience: int = 3, metric: str = "macro_f1") -> Iterator[Record]:
    """Records, up to the one at which the dev figure has not improved for ``patience`` dev records.

    Raises:
        InputError: for another metric than ``macro_f1``, ``micro_f1``, ``dev_loss``.

    >>> records = [Record(i, i, 0.0, 0.1, 1.0, {"macro_f1": f1}) for i, f1 in enumerate([0.5, 0.7, 0.6, 0.7, 0.9])]
    >>> [record.epoch for record in until_stale(records, patience=2)]
    [0, 1, 2, 3]
    """
    check_metric(metric)
    best, since = None, 0
    for record in records:
        if record.dev is not None:
            improved = better(metric, record.dev[metric], best)
            best, since = (record.dev[metric], 0) if improved else (best, since + 1)
        yield record
        if since >= patience:
            return


def keep_best(records: Iterable[Record], module: nn.Module, metric: str = "macro_f1") -> Iterator[Record]:
    """Records; at the end, also by ``break`` or an exception, the module gets the weights of the best dev record (of equals, the first).

    After a ``break`` that happens as the iterator is let go: at once in a ``for`` over it, on ``close()`` if it has a name. Without a dev
    record the weights stay as they are.

    Raises:
        InputError: for another metric than ``macro_f1``, ``micro_f1``, ``dev_loss``.

    >>> module = nn.Linear(1, 1, bias=False)
    >>> def records():
    ...     for epoch, f1 in enumerate([0.5, 0.7, 0.6]):
    ...         _ = nn.init.constant_(module.weight, epoch)
    ...         yield Record(epoch, epoch, 0.0, 0.1, 1.0, {"macro_f1": f1})
    >>> [record.epoch for record in keep_best(records(), module)], module.weight.item()
    ([0, 1, 2], 1.0)
    """
    check_metric(metric)
    best, weights = None, None
    try:
        for record in records:
            if record.dev is not None and better(metric, record.dev[metric], best):
                # The weights of a repeated record are read only if no later one is better.
                best, weights = record.dev[metric], record.weights or _snapshot(module)
            yield record
    finally:
        if weights is not None:
            module.load_state_dict(weights())


def logged(records: Iterable[Record], path: str | Path) -> Iterator[Record]:
    """Records; each is also a line of JSON in a file, which holds exactly the records of this run.

    The file is begun anew: a resumed run repeats its records, so none is missing and none is there twice. With several processes, only
    the main one should log.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     records = list(logged([Record(0, 7, 0.5, 1e-3, 2.0)], Path(folder) / "log.jsonl"))
    ...     (Path(folder) / "log.jsonl").read_text()
    '{"epoch": 0, "step": 7, "loss": 0.5, "learning_rate": 0.001, "seconds": 2.0, "dev": null}\\n'
    """
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with Path(path).open("w", encoding="utf-8") as file:
        for record in records:
            file.write(json.dumps(record.as_dict()) + "\n")
            file.flush()
            yield record


def progress(records: Iterable[Record], total: int | None = None) -> Iterator[Record]:
    """Records, with a progress bar in a notebook or on a terminal.

    Args:
        records: of a run.
        total: how many are expected.

    >>> [record.step for record in progress([Record(0, 7, 0.5, 1e-3, 2.0)], total=1)]
    [7]
    """
    with tqdm(records, total=total, disable=None, unit="record") as bar:
        for record in bar:
            bar.set_postfix(loss=f"{record.loss:.4f}", **{k: f"{v:.3f}" for k, v in (record.dev or {}).items()})
            yield record


def check_metric(metric: str) -> None:
    """Raises:
    InputError: if no dev record has such a figure.
    """
    if metric not in FIGURES:
        raise InputError(say("metric", metric, FIGURES))


def _snapshot(module: nn.Module) -> Callable[[], Weights]:
    weights = {name: tensor.detach().to("cpu", copy=True) for name, tensor in module.state_dict().items()}
    return lambda: weights
