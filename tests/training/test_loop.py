"""The loop learns a planted rule, repeats itself exactly, and what goes around it does what it says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tiny_training import CONFIG, Planted, Tiny, answers, digest, make, plain
from torch import nn

from argmine.errors import InputError
from argmine.training import Record, TrainingConfig, keep_best, logged, progress, train, until_stale
from argmine.training.batches import length_batches
from argmine.training.figures import best_f1


def dev(*values: float) -> list[Record]:
    return [Record(i, i, 0.0, 0.1, 1.0, {"macro_f1": v, "micro_f1": 0.0, "dev_loss": v}) for i, v in enumerate(values)]


@pytest.mark.parametrize("loss", ["bce", "focal"])
def test_learns_a_planted_rule(loss: str) -> None:
    module = Tiny()
    run = train(module, Planted(300, 0), Planted(80, 1), replace(CONFIG, epochs=8, learning_rate=1e-2, loss=loss))
    *_, last = run
    assert last.dev is not None and last.dev["macro_f1"] > 0.95 and last.dev["micro_f1"] > 0.95
    assert run.history[0].loss > 2 * last.loss


class Further(Tiny):
    """Also wants its parameters to be small, which no label asks for."""

    def forward(self, **inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor] | torch.Tensor:
        logits = super().forward(**inputs)
        return (logits, torch.full((len(logits),), 0.5) * sum(p.square().sum() for p in self.parameters())) if self.training else logits


def test_a_further_loss_is_learned_from_and_not_recorded() -> None:
    plain_run, further = (train(module, Planted(96, 0), Planted(32, 1), replace(CONFIG, epochs=1)) for module in (Tiny(), Further()))
    (a,), (b,) = list(plain_run), list(further)
    size = [sum(float(p.detach().square().sum()) for p in run.module.parameters()) for run in (plain_run, further)]
    assert size[1] < size[0] and b.dev is not None
    assert b.loss < a.loss + 0.5, "the further loss, far above that, is no part of the record"


def test_same_seed_same_weights_other_seed_others() -> None:
    digests = []
    for seed in (0, 0, 1):
        torch.rand(seed + 3)  # the caller's own random state plays no part
        run = make(replace(CONFIG, epochs=2, random_state=seed))
        list(run)
        digests.append(digest(run.module))
    assert digests[0] == digests[1] != digests[2]


def test_the_callers_random_state_is_left_alone() -> None:
    before, numpys = torch.get_rng_state(), np.random.get_state()[1].copy()
    list(make(replace(CONFIG, epochs=1)))
    assert torch.equal(torch.get_rng_state(), before) and np.array_equal(np.random.get_state()[1], numpys)


def test_noise_and_dropout_are_new_in_each_pass() -> None:
    seen: list[int | None] = []

    class Watched(Planted):
        def batch(self, indices, seed=None):  # type: ignore[no-untyped-def]
            seen.append(seed)
            return super().batch(indices, seed)

    list(train(Tiny(), Watched(24, 0), Watched(24, 1), replace(CONFIG, epochs=2, batch_size=4, accumulation=3)))
    seeds = [seed for seed in seen if seed is not None]
    assert len(seeds) == len(set(seeds)) == 12 and seen.count(None) == 12


@pytest.mark.parametrize("accumulation", [2, 3, 12])
def test_accumulation_equals_one_batch(accumulation: int) -> None:
    """Examples have one to three rows, so passes of equal size weigh differently."""
    plain_run = make(replace(CONFIG, epochs=2, weight_decay=0.1), dropout=0.0, noise=False)
    parts = make(replace(CONFIG, epochs=2, weight_decay=0.1, batch_size=12 // accumulation, accumulation=accumulation), 0.0, noise=False)
    for one, other in zip(plain_run, parts, strict=True):
        assert one.loss == pytest.approx(other.loss, abs=1e-5)
    assert np.allclose(answers(plain_run.module), answers(parts.module), atol=1e-3)


def test_a_step_is_adamw_on_the_mean_loss() -> None:
    """Against torch's own optimiser and schedule, written out."""
    config = TrainingConfig(epochs=2, batch_size=96, learning_rate=1e-2, weight_decay=0.3, warmup=0.5, clip=0.5, precision="float32")
    run, other = make(config, dropout=0.0, noise=False), Tiny(0.0)
    list(run)
    decayed = [p for p in other.parameters() if p.ndim > 1]
    optimiser = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.3}, {"params": [p for p in other.parameters() if p.ndim == 1]}])
    optimiser.param_groups[1]["weight_decay"] = 0.0
    inputs, targets = Planted(96, 0).batch(range(96))
    for rate in (1e-2, 1e-2):  # two steps: the end of the warm-up, and the first of the way down
        for group in optimiser.param_groups:
            group["lr"] = rate
        optimiser.zero_grad()
        nn.functional.binary_cross_entropy_with_logits(other(**inputs), targets).backward()
        nn.utils.clip_grad_norm_(other.parameters(), 0.5)
        optimiser.step()
    assert np.allclose(answers(run.module), answers(other), atol=1e-4)


def test_learning_rate_rises_and_falls() -> None:
    run = make(replace(CONFIG, epochs=5, batch_size=24, warmup=0.25, records_every=1))  # 20 steps
    rates = [record.learning_rate / CONFIG.learning_rate for record in run]
    expected = [0.2, 0.4, 0.6, 0.8, 1.0, *(np.arange(15, 0, -1) / 15)]
    assert rates == pytest.approx(expected)


def test_records_within_an_epoch() -> None:
    run = make(replace(CONFIG, epochs=2, records_every=3))  # 8 steps an epoch
    assert [(r.epoch, r.step, r.dev is not None) for r in run] == [
        (0, 3, False), (0, 6, False), (0, 8, True), (1, 9, False), (1, 12, False), (1, 15, False), (1, 16, True),
    ]  # fmt: skip
    whole = make(replace(CONFIG, epochs=2))
    list(whole)
    assert digest(run.module) == digest(whole.module)


def test_parameter_groups_of_the_module_are_used() -> None:
    class Grouped(Tiny):
        def parameter_groups(self, config: TrainingConfig) -> list[dict[str, object]]:
            return [{"params": self.head.parameters(), "lr": config.head_learning_rate, "weight_decay": 0.0}]

    module = Grouped()
    before = {name: p.clone() for name, p in module.named_parameters()}
    *_, last = train(module, Planted(24, 0), None, replace(CONFIG, epochs=1, head_learning_rate=0.02, warmup=0.0))
    assert last.learning_rate == pytest.approx(0.01) and last.dev is None
    assert {name for name, p in module.named_parameters() if not torch.equal(p, before[name])} == {"head.weight", "head.bias"}


def test_bfloat16_only_under_autocast() -> None:
    seen = []
    module = Tiny()
    module.head.register_forward_hook(lambda module, inputs, output: seen.append(output.dtype))
    *_, last = train(module, Planted(150, 0), Planted(40, 1), replace(CONFIG, precision="bfloat16", learning_rate=1e-2))
    assert set(seen) == {torch.bfloat16} and {p.dtype for p in module.parameters()} == {torch.float32}
    assert last.dev is not None and last.dev["macro_f1"] > 0.8


class Frozen(nn.Linear):
    def __init__(self) -> None:
        super().__init__(1, 4)
        self.requires_grad_(False)


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda: train(Tiny(), Planted(0, 0), None, CONFIG), "the training set is empty"),
        (lambda: train(Frozen(), Planted(3, 0), None, CONFIG), "every one is frozen"),
        (lambda: make(replace(CONFIG, device="gpu")), "device 'gpu' is not one that torch finds here"),
        (lambda: list(make(replace(CONFIG, learning_rate=1e30, warmup=0.0, clip=0.0))), "try a lower learning_rate"),
        (lambda: list(until_stale(dev(0.1), metric="f1")), "metric 'f1' is not one of 'macro_f1'"),
        (lambda: list(keep_best(dev(0.1), Tiny(), "micro")), "did you mean 'micro_f1'"),
    ],
)
def test_what_cannot_be_is_said(act: Callable[[], object], message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        act()


@given(st.lists(st.integers(1, 400), min_size=1, max_size=60), st.integers(1, 20), st.integers(0, 9))
def test_batches_are_a_partition(lengths: list[int], size: int, seed: int) -> None:
    batches = length_batches(lengths, size, seed)
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    sizes = [len(batch) for batch in batches]
    assert len(batches) == -(-len(lengths) // size) and max(sizes) <= size and max(sizes) - min(sizes) <= 1


def test_batches_waste_little_and_change() -> None:
    lengths = np.random.default_rng(0).integers(5, 200, 640).tolist()
    padded = [max(lengths[i] for i in batch) * len(batch) for batch in length_batches(lengths, 32, 0)]
    assert sum(padded) < 1.35 * sum(lengths)
    epochs = [{frozenset(batch) for batch in length_batches(lengths, 32, seed)} for seed in (0, 1)]
    assert len(epochs[0] & epochs[1]) < 3
    firsts = [np.mean([lengths[i] for i in length_batches(lengths, 32, seed)[0]]) for seed in range(20)]
    assert min(firsts) < 60 and max(firsts) > 140  # the order of batches does not follow length


def test_best_f1_by_trying_all_thresholds() -> None:
    draw = np.random.default_rng(0)
    for _ in range(20):
        gold = draw.random((30, 3)) < [0.4, 0.1, 0.0]
        gold[0, :2] = True
        scores = (draw.integers(0, 8, (30, 3)) + 2 * gold).astype(np.float32)  # many ties
        tries = [
            [2 * (gold[:, k] & (scores[:, k] >= t)).sum() / (gold[:, k].sum() + (scores[:, k] >= t).sum()) for t in scores[:, k]]
            for k in range(2)
        ]
        assert best_f1(gold, scores)[0] == pytest.approx(np.mean([max(row) for row in tries]))
    assert best_f1(np.zeros((3, 2), dtype=bool), np.ones((3, 2), dtype=np.float32)) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("values", "patience", "metric", "last"),
    [
        ([0.5, 0.6, 0.6, 0.5, 0.9], 2, "macro_f1", 3),
        ([0.5, 0.6, 0.6, 0.5, 0.9], 3, "macro_f1", 4),
        ([0.5, 0.4, 0.45, 0.3, 0.35, 0.36, 0.1], 2, "dev_loss", 5),
        ([0.1, 0.2, 0.3], 1, "macro_f1", 2),
    ],
)
def test_until_stale_stops(values: list[float], patience: int, metric: str, last: int) -> None:
    assert [r.epoch for r in until_stale(dev(*values), patience, metric)] == list(range(last + 1))


def test_until_stale_counts_dev_records_only() -> None:
    between = [replace(r, dev=None) for r in dev(0, 0, 0, 0)]
    assert len(list(until_stale(dev(0.5) + between + dev(0.6), patience=1))) == 6


class Counter(nn.Module):
    """A module whose weight says at which record it is."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(-1.0))

    def follow(self, records: list[Record]) -> Iterator[Record]:
        for record in records:
            self.weight.data.fill_(record.epoch)
            yield record


@pytest.mark.parametrize(("metric", "best"), [("macro_f1", 2.0), ("dev_loss", 1.0)])
def test_keep_best_restores(metric: str, best: float) -> None:
    module = Counter()
    seen = [r.epoch for r in keep_best(module.follow(dev(0.5, 0.2, 0.9, 0.9, 0.3)), module, metric)]
    assert seen == [0, 1, 2, 3, 4] and module.weight.item() == best


def test_keep_best_restores_on_break() -> None:
    module = Counter()
    for record in keep_best(module.follow(dev(0.5, 0.9, 0.7, 0.95)), module):
        if record.epoch == 2:
            break
    assert module.weight.item() == 1


def test_keep_best_restores_when_the_caller_fails() -> None:
    module = Counter()
    with pytest.raises(RuntimeError, match="mine"):
        for record in keep_best(module.follow(dev(0.5, 0.9, 0.7)), module):
            if record.epoch == 2:
                raise RuntimeError("mine")
    assert module.weight.item() == 1


def test_keep_best_restores_when_the_run_fails() -> None:
    module = Counter()

    def failing() -> Iterator[Record]:
        yield from module.follow(dev(0.5, 0.9, 0.7))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(keep_best(failing(), module))
    assert module.weight.item() == 1


def test_keep_best_without_dev_keeps_the_last() -> None:
    module = Counter()
    list(keep_best(module.follow([replace(r, dev=None) for r in dev(1, 2, 3)]), module))
    assert module.weight.item() == 2


def test_the_log_is_the_history(tmp_path: Path) -> None:
    run = make(replace(CONFIG, epochs=2, records_every=4))
    path = tmp_path / "new" / "log.jsonl"
    for _ in islice(logged(run, path), 2):  # written line by line, not at the end
        pass
    assert len(path.read_text().splitlines()) == 2
    again = make(replace(CONFIG, epochs=2, records_every=4))
    history = list(logged(again, path))
    assert [json.loads(line) for line in path.read_text().splitlines()] == [r.as_dict() for r in history] == [
        r.as_dict() for r in again.history
    ]  # fmt: skip


def test_progress_is_silent_off_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    assert list(progress(dev(0.1, 0.2), total=2)) == dev(0.1, 0.2)
    assert capfd.readouterr() == ("", "")


def test_a_module_is_in_evaluation_mode_between_records() -> None:
    for _ in (run := make(replace(CONFIG, epochs=1, records_every=3))):
        assert not run.module.training
    assert len(plain(run.history)) == 3


def test_an_interrupted_step_leaves_nothing_behind() -> None:
    """A run that goes on after Ctrl-C within a step ends as one that was never interrupted."""
    config = replace(CONFIG, epochs=2, accumulation=2)

    class Breaking(Tiny):
        left = 4  # passes until the interruption: the second pass of the second step

        def forward(self, **inputs: torch.Tensor) -> torch.Tensor:
            Breaking.left -= self.training
            if Breaking.left == 0:
                raise KeyboardInterrupt
            return super().forward(**inputs)

    torch.manual_seed(0)
    broken = Breaking()
    whole = Tiny()
    whole.load_state_dict(broken.state_dict())
    run, other = (train(m, Planted(96, 0), Planted(32, 1), config) for m in (broken, whole))
    with pytest.raises(KeyboardInterrupt):
        next(run)
    assert [r.loss for r in run] == [r.loss for r in other] and digest(broken) == digest(whole)
