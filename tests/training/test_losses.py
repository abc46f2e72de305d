"""Losses equal what their formulas and torch give."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from argmine.errors import InputError
from argmine.training.config import TrainingConfig
from argmine.training.losses import bce, focal, row_loss

DRAW = torch.Generator().manual_seed(0)
LOGITS = torch.randn(20, 4, generator=DRAW) * 4
TARGETS = (torch.rand(20, 4, generator=DRAW) < 0.4).float()


def test_bce_is_torchs_mean() -> None:
    ours = row_loss(TrainingConfig(positive_weight=(1.0, 2.0, 3.0, 0.5)))(LOGITS, TARGETS)
    theirs = binary_cross_entropy_with_logits(LOGITS, TARGETS, pos_weight=torch.tensor([1.0, 2.0, 3.0, 0.5]))
    assert ours.shape == (20,)
    assert torch.allclose(ours.mean(), theirs)


@pytest.mark.parametrize("gamma", [0.5, 2.0, 5.0])
def test_focal_by_hand(gamma: float) -> None:
    found = focal(LOGITS, TARGETS, torch.tensor(3.0), gamma)
    for logit, target, value in zip(LOGITS.flatten().tolist(), TARGETS.flatten().tolist(), found.flatten().tolist(), strict=True):
        right = 1 / (1 + math.exp(-logit)) if target else 1 / (1 + math.exp(logit))
        assert value == pytest.approx(-((1 - right) ** gamma) * math.log(right) * (3 if target else 1), rel=1e-4, abs=1e-6)


def test_focal_without_gamma_is_bce() -> None:
    assert torch.allclose(focal(LOGITS, TARGETS, torch.tensor(1.0), 0.0), bce(LOGITS, TARGETS, torch.tensor(1.0)))


@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 2.0])
def test_focal_has_a_finite_slope_where_it_is_sure(gamma: float) -> None:
    logits = torch.tensor([[90.0, -90.0, 90.0, -90.0]], requires_grad=True)
    focal(logits, torch.tensor([[1.0, 1.0, 0.0, 0.0]]), torch.tensor(1.0), gamma).sum().backward()
    assert logits.grad is not None and torch.isfinite(logits.grad).all()


def test_smoothing_is_two_class_label_smoothing() -> None:
    ours = row_loss(TrainingConfig(smoothing=0.1))(LOGITS[:, :1], TARGETS[:, :1])
    pair = torch.cat([torch.zeros(20, 1), LOGITS[:, :1]], 1)
    assert torch.allclose(ours, cross_entropy(pair, TARGETS[:, 0].long(), label_smoothing=0.1, reduction="none"), atol=1e-6)


def test_wrong_shapes_are_named() -> None:
    with pytest.raises(InputError, match=r"logits have shape \(20, 3\) and targets \(20, 4\)"):
        row_loss(TrainingConfig())(LOGITS[:, :3], TARGETS)
    with pytest.raises(InputError, match="positive_weight has 2 numbers for 4 labels"):
        row_loss(TrainingConfig(positive_weight=(1.0, 2.0)))(LOGITS, TARGETS)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"epochs": 0}, "epochs 0 is not a whole number from 1"),
        ({"epochs": True}, "epochs True is not a whole number"),
        ({"learning_rate": float("nan")}, "learning_rate nan is not a number above 0"),
        ({"warmup": 2}, "warmup 2 is not a number from 0 to 1"),
        ({"layer_decay": 0}, "layer_decay 0 is not"),
        ({"positive_weight": (1.0, 0.0)}, "one a label"),
        ({"positive_weight": ()}, "one a label"),
        ({"smoothing": 1.0}, "smoothing 1.0 is not a number from 0, below 1"),
        ({"precision": "bf16"}, "precision 'bf16' is not one of"),
        ({"loss": "bse"}, "did you mean 'bce'"),
        ({"records_every": 0}, "records_every 0 is not"),
        ({"random_state": -1}, "random_state -1 is not"),
        ({"device": ""}, "device '' is not"),
    ],
)
def test_a_wrong_setting_is_named(setting: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        TrainingConfig(**setting)  # type: ignore[arg-type]
