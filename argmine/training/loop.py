"""The training loop: a generator of records that the caller drives.

Nothing is left to a generator of random numbers that moves: the order of an epoch, the dropout and the noise of a pass are drawn from
(``random_state``, epoch, step, pass). A run that goes on from a state therefore computes what it would have computed without the break,
and the caller's own random state stays as it was.
"""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from math import isfinite
from time import perf_counter
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from argmine.errors import InputError, ModelError
from argmine.training.batches import Examples, draw_seed, length_batches, split
from argmine.training.config import TrainingConfig
from argmine.training.devices import Alone, Processes, seeded, wants_bfloat16
from argmine.training.figures import best_f1
from argmine.training.losses import row_loss

__all__ = ["Record", "Run", "Weights", "train"]

Weights = dict[str, Tensor]


@dataclass(frozen=True)
class Record:
    """What one stretch of training came to.

    Attributes:
        epoch: from 0.
        step: steps of the optimiser since the start.
        loss: mean over the rows since the last record.
        learning_rate: of the first parameter group, in the last step.
        seconds: since the last record, its own dev figures included.
        dev: ``dev_loss``, ``macro_f1`` and ``micro_f1`` on the dev set, each label at its best threshold; None within an epoch or without one.
        weights: only in a record that a resumed run repeats: reads the weights as they were then. None: the module has them.
    """

    epoch: int
    step: int
    loss: float
    learning_rate: float
    seconds: float
    dev: dict[str, float] | None = None
    weights: Callable[[], Weights] | None = field(default=None, repr=False, compare=False)

    def as_dict(self) -> dict[str, Any]:
        """The record as plain values, for JSON.

        >>> Record(0, 7, 0.5, 1e-3, 2.0).as_dict()
        {'epoch': 0, 'step': 7, 'loss': 0.5, 'learning_rate': 0.001, 'seconds': 2.0, 'dev': None}
        """
        return {name: value for name, value in asdict(self).items() if name != "weights"}


def train(
    module: nn.Module, fit_set: Examples, dev_set: Examples | None, config: TrainingConfig, accelerator: Processes | None = None
) -> Run:
    """Train a module: an iterator of records, that trains as far as it is asked for records.

    Args:
        module: ``module(**inputs)`` gives logits of the targets' shape, or with them a further loss of each row, shape (n_rows,), that is
            only learned from. It may offer ``parameter_groups(config)``, a list of dicts of
            ``params``, ``lr`` and ``weight_decay``.
        fit_set: what to learn from.
        dev_set: what to measure at the end of each epoch.
        config: how.
        accelerator: where several processes train together, see `make_accelerator`. Each takes its share of every batch, and gradients are
            summed, so that n processes equal one of ``batch_size / n`` and ``n * accumulation``, to float error, dropout included. Its device
            counts, not ``config.device``.

    Raises:
        InputError: if there is nothing to learn from, or nothing to train; while iterating, if the loss is no longer finite.

    >>> class Numbers:
    ...     lengths = [1] * 8
    ...     def __len__(self): return 8
    ...     def batch(self, indices, seed=None):
    ...         x = torch.tensor(indices).float()[:, None]
    ...         return {"input": x - 3.5}, (x > 3.5).float()
    >>> run = train(nn.Linear(1, 1), Numbers(), Numbers(), TrainingConfig(epochs=3, batch_size=4, learning_rate=0.5))
    >>> for record in run:
    ...     pass
    >>> record.step, record.dev["macro_f1"], len(run.history)
    (6, 1.0, 3)
    """
    return Run(module, fit_set, dev_set, config, accelerator)


class Run(Iterator[Record]):
    """A training run between two records; made by `train`.

    Attributes:
        module: in evaluation mode whenever a record is out.
        config, fit_set, dev_set: as given.
        processes: the accelerator, or this process alone.
        epoch, batch, step: what comes next: the epoch, the batch within it, and how many steps were made.
        history: all records so far.
    """

    def __init__(
        self, module: nn.Module, fit_set: Examples, dev_set: Examples | None, config: TrainingConfig, accelerator: Processes | None = None
    ) -> None:
        if len(fit_set) == 0:
            raise InputError("there is no example to train on; the training set is empty")
        self.processes = accelerator or Alone(config.device)
        self.device = self.processes.device
        self.module = module.to(self.device)
        self.fit_set, self.dev_set, self.config = fit_set, dev_set, config
        self.epoch = self.batch = self.step = 0
        self.history: list[Record] = []
        self._repeats: deque[Record] = deque()
        self._loss = row_loss(config)
        self._bfloat16 = wants_bfloat16(config.precision, self.device)
        self._optimiser = torch.optim.AdamW(_groups(module, config), lr=config.learning_rate)
        self._rates = [group["lr"] for group in self._optimiser.param_groups]
        self._parameters = [p for group in self._optimiser.param_groups for p in group["params"]]
        self._steps_an_epoch = -(-len(fit_set) // (config.batch_size * config.accumulation))
        self._data = _digest(fit_set, dev_set)
        self._forget()
        self._agree_on_weights()

    def __next__(self) -> Record:
        if self._repeats:
            return self._repeats.popleft()
        if self.epoch >= self.config.epochs:
            raise StopIteration
        c, epoch = self.config, self.epoch
        for indices in length_batches(self.fit_set.lengths, c.batch_size * c.accumulation, draw_seed(c.random_state, epoch))[self.batch :]:
            self._train_on(indices)
            self.batch += 1
            self.step += 1
            if c.records_every and self.step % c.records_every == 0 and self.batch < self._steps_an_epoch:
                return self._record(epoch, None)
        self.epoch, self.batch = epoch + 1, 0
        return self._record(epoch, self._measure())

    def state(self) -> dict[str, Any]:
        """All that the run needs to go on: plain values, and copies of the tensors of the module and the optimiser, flat, by name.

        Learning rate and randomness follow from ``step`` and the settings; the sums behind a record are empty while a record is out.
        """
        moments = self._optimiser.state_dict()["state"]
        return {
            "module": {name: _copy(tensor) for name, tensor in self.module.state_dict().items()},
            "optimiser": {f"{i}.{name}": _copy(tensor) for i, slots in moments.items() for name, tensor in slots.items()},
            "position": {"epoch": self.epoch, "batch": self.batch, "step": self.step},
            "history": [record.as_dict() for record in self.history],
            "config": self.config.as_dict(),
            "data": self._data,
        }

    def restore(
        self, state: Mapping[str, Any], earlier: Mapping[int, Callable[[], Weights]] | None = None, *, where: str = "state"
    ) -> None:
        """Go on from a state. The run first repeats the records it made before, without computing, so that all that is built around it
        (patience, the best weights, a log, a progress bar, the caller's own list) comes to stand where it stood.

        Args:
            state: of a run of the same settings, data and module.
            earlier: for steps before the last: what reads the weights of then.
            where: for messages.

        Raises:
            InputError: if settings, data or the module's shapes differ.
        """
        _check_same(state, self, where)
        self.module.load_state_dict(state["module"])
        slots: dict[int, dict[str, Tensor]] = {}
        for key, tensor in state["optimiser"].items():
            i, _, name = key.partition(".")
            slots.setdefault(int(i), {})[name] = tensor.clone()
        self._optimiser.load_state_dict({"state": slots, "param_groups": self._optimiser.state_dict()["param_groups"]})
        self.epoch, self.batch, self.step = (state["position"][name] for name in ("epoch", "batch", "step"))
        self.history = [Record(**row) for row in state["history"]]
        past = [replace(r, weights=(earlier or {}).get(r.step) or _lost(r.step)) for r in self.history[:-1]]
        self._repeats = deque([*past, *self.history[-1:]])
        self._forget()

    def _train_on(self, indices: Sequence[int]) -> None:
        """One step: the mean gradient over the rows of some examples, in passes that fit in memory."""
        # First, not last: a step that was interrupted may have left gradients.
        self._optimiser.zero_grad()
        share = self._rate_share()
        for group, rate in zip(self._optimiser.param_groups, self._rates, strict=True):
            group["lr"] = rate * share
        self.module.train()
        passes = [(seed, *self._inputs(self.fit_set, part, seed)) for seed, part in self._passes(indices)]
        rows = max(1.0, self._summed(float(sum(len(targets) for _, _, targets in passes))))
        total = torch.zeros((), device=self.device)
        for seed, inputs, targets in passes:
            with seeded(self.device, seed):
                logits, further = self._forward(inputs)
                loss = self._loss(logits, targets).sum()
                ((loss + further) / rows).backward()  # type: ignore[no-untyped-call]
            total += loss.detach()
        self._sum_gradients()
        if self.config.clip:
            nn.utils.clip_grad_norm_(self._parameters, self.config.clip)
        self._optimiser.step()
        self._loss_sum += total
        self._rows += rows

    def _passes(self, indices: Sequence[int]) -> list[tuple[int, list[int]]]:
        """This process's passes of a step: for each the seed and the examples."""
        count, own = self.processes.num_processes, self.processes.process_index
        parts = enumerate(split(indices, self.config.accumulation * count))
        key = (self.config.random_state, self.epoch, self.step)
        return [(draw_seed(*key, i), part) for i, part in parts if part and i % count == own]

    def _rate_share(self) -> float:
        """How much of its learning rate a group uses in this step: up during the warm-up, then down, in straight lines."""
        total = self._steps_an_epoch * self.config.epochs
        warm = round(total * self.config.warmup)
        return (self.step + 1) / warm if self.step < warm else (total - self.step) / (total - warm)

    def _record(self, epoch: int, dev: dict[str, float] | None) -> Record:
        self.module.eval()
        loss = self._summed(float(self._loss_sum)) / max(1.0, self._rows)
        if not isfinite(loss + (dev or {}).get("dev_loss", 0.0)):
            raise InputError(f"the loss is not finite ({loss}) after {self.step} steps; try a lower learning_rate or a longer warmup")
        record = Record(epoch, self.step, loss, self._optimiser.param_groups[0]["lr"], perf_counter() - self._since, dev)
        self.history.append(record)
        self._forget()
        return record

    @torch.no_grad()
    def _measure(self) -> dict[str, float] | None:
        if self.dev_set is None or len(self.dev_set) == 0:
            return None
        self.module.eval()
        count, own = self.processes.num_processes, self.processes.process_index
        found: list[tuple[float, Any, Any]] = []
        for indices in length_batches(self.dev_set.lengths, self.config.batch_size, seed=0)[own::count]:
            inputs, targets = self._inputs(self.dev_set, indices, None)
            logits, _ = self._forward(inputs)
            found.append((float(self._loss(logits, targets).sum()), targets.cpu().numpy(), logits.float().cpu().numpy()))
        found = self.processes.gather_for_metrics(found, use_gather_object=True)
        losses, gold, scores = zip(*found, strict=True)
        rows = np.concatenate(gold)
        macro, micro = best_f1(rows >= 0.5, np.concatenate(scores))
        return {"dev_loss": sum(losses) / max(1, len(rows)), "macro_f1": macro, "micro_f1": micro}

    def _inputs(self, examples: Examples, indices: Sequence[int], seed: int | None) -> tuple[Weights, Tensor]:
        inputs, targets = examples.batch(indices, seed)
        return {name: tensor.to(self.device) for name, tensor in inputs.items()}, targets.to(self.device)

    def _forward(self, inputs: Weights) -> tuple[Tensor, Tensor | float]:
        """Logits, and the sum of the rows' further losses."""
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self._bfloat16):
            out: Tensor | tuple[Tensor, Tensor] = self.module(**inputs)
        return (out[0], out[1].float().sum()) if isinstance(out, tuple) else (out, 0.0)

    def _summed(self, value: float) -> float:
        return float(self.processes.reduce(torch.tensor(value, device=self.device), "sum"))

    def _sum_gradients(self) -> None:
        """Sums gradients over processes; a parameter that no process used keeps none, as with one process."""
        if self.processes.num_processes == 1:
            return
        used = torch.tensor([p.grad is not None for p in self._parameters], dtype=torch.float32, device=self.device)
        own = [torch.zeros_like(p) if p.grad is None else p.grad for p in self._parameters]
        flat = self.processes.reduce(torch.cat([used, *(gradient.flatten() for gradient in own)]), "sum")
        used, *parts = flat.split([len(used), *(p.numel() for p in self._parameters)])
        for parameter, is_used, part in zip(self._parameters, used.tolist(), parts, strict=True):
            parameter.grad = part.view_as(parameter).clone() if is_used else None

    @torch.no_grad()
    def _agree_on_weights(self) -> None:
        """All processes start from the first one's weights."""
        if self.processes.num_processes > 1:
            for tensor in filter(torch.is_floating_point, self.module.state_dict().values()):
                tensor.copy_(self.processes.reduce(tensor if self.processes.is_main_process else torch.zeros_like(tensor), "sum"))

    def _forget(self) -> None:
        self._loss_sum, self._rows, self._since = torch.zeros((), device=self.device), 0.0, perf_counter()


def _groups(module: nn.Module, config: TrainingConfig) -> list[dict[str, Any]]:
    if hasattr(module, "parameter_groups"):
        groups: list[dict[str, Any]] = module.parameter_groups(config)  # type: ignore[operator]
    else:
        trained = [p for p in module.parameters() if p.requires_grad]
        groups = [
            {"params": [p for p in trained if p.ndim > 1], "weight_decay": config.weight_decay},
            # Biases and the scales of norms are vectors.
            {"params": [p for p in trained if p.ndim <= 1], "weight_decay": 0.0},
        ]
    # A generator of parameters could be read only once.
    groups = [{**group, "params": params} for group in groups if (params := list(group["params"]))]
    if not groups:
        raise InputError("the module has no parameter to train; every one is frozen")
    return groups


def _copy(tensor: Tensor) -> Tensor:
    return tensor.detach().to("cpu", copy=True).contiguous()


def _lost(step: int) -> Callable[[], Weights]:
    def refuse() -> Weights:
        raise ModelError(
            f"the weights after step {step} were the best, but this state came without them; resume from a folder of checkpoints"
        )

    return refuse


def _digest(*sets: Examples | None) -> str:
    """Of the examples' numbers and lengths, which the order of batches follows from, and of their own fingerprints, if they have any."""
    lengths = [None if examples is None else [int(n) for n in examples.lengths] for examples in sets]
    own = [getattr(examples, "fingerprint", None) for examples in sets]
    return hashlib.sha256(json.dumps([lengths, own]).encode()).hexdigest()


def _check_same(state: Mapping[str, Any], run: Run, where: str) -> None:
    now = run.config.as_dict()
    for name, value in now.items():
        if state["config"].get(name) != value:
            raise InputError(f"{where}: {name} was {state['config'].get(name)!r} and is now {value!r}; a run goes on with its own settings")
    if state["data"] != run._data:
        raise InputError(f"{where}: the examples, or how they are read, differ from those that the run began with; begin anew in another folder")
    was = {name: tuple(tensor.shape) for name, tensor in state["module"].items()}
    shapes = {name: tuple(tensor.shape) for name, tensor in run.module.state_dict().items()}
    for name in sorted({*was, *shapes}):
        if was.get(name) != shapes.get(name):
            raise InputError(
                f"{where}: {name} has shape {was.get(name)} there and {shapes.get(name)} in the module; it is another module's"
            )
