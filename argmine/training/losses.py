"""Losses for several independent labels: a value a row, so that whoever adds rows up can weigh them."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from argmine.errors import InputError
from argmine.training.config import TrainingConfig

__all__ = ["LOSSES", "RowLoss", "bce", "focal", "row_loss"]

RowLoss = Callable[[Tensor, Tensor], Tensor]


def bce(logits: Tensor, targets: Tensor, positive_weight: Tensor) -> Tensor:
    """Binary cross-entropy in nats, shape (n_rows, n_labels).

    Args:
        logits, targets: shape (n_rows, n_labels); targets from 0 to 1.
        positive_weight: shape () or (n_labels,): factor of the positive term.

    >>> bce(torch.tensor([[0.0, 0.0]]), torch.tensor([[1.0, 0.0]]), torch.tensor(2.0))
    tensor([[1.3863, 0.6931]])
    """
    return binary_cross_entropy_with_logits(logits, targets, pos_weight=positive_weight, reduction="none")


def focal(logits: Tensor, targets: Tensor, positive_weight: Tensor, gamma: float = 2.0) -> Tensor:
    """Focal loss, shape (n_rows, n_labels): `bce` times (1 - probability of the right answer) ** gamma.

    Source: Lin et al. 2017, Focal Loss for Dense Object Detection, arXiv:1708.02002, equation 4.

    >>> focal(torch.tensor([[0.0, 5.0]]), torch.tensor([[1.0, 1.0]]), torch.tensor(1.0)).round(decimals=4)
    tensor([[0.1733, 0.0000]])
    """
    wrong = targets + (1 - 2 * targets) * torch.sigmoid(logits)
    # A rate of 0 has no slope for a gamma below 1.
    return wrong.clamp_min(1e-8) ** gamma * bce(logits, targets, positive_weight)


LOSSES: dict[str, Callable[[Tensor, Tensor, Tensor, TrainingConfig], Tensor]] = {
    "bce": lambda logits, targets, weight, config: bce(logits, targets, weight),
    "focal": lambda logits, targets, weight, config: focal(logits, targets, weight, config.gamma),
}


def row_loss(config: TrainingConfig) -> RowLoss:
    """The loss that a configuration asks for: from logits and targets, shape (n_rows, n_labels), to the mean over labels, shape (n_rows,).

    Raises:
        InputError: when called, if shapes differ or ``positive_weight`` has another number of labels.

    >>> row_loss(TrainingConfig(smoothing=0.2))(torch.zeros(1, 4), torch.ones(1, 4))
    tensor([0.6931])
    """

    def loss(logits: Tensor, targets: Tensor) -> Tensor:
        if logits.shape != targets.shape or targets.ndim != 2:
            raise InputError(f"logits have shape {tuple(logits.shape)} and targets {tuple(targets.shape)}; both must be (n_rows, n_labels)")
        weight = torch.tensor(config.positive_weight, dtype=torch.float32, device=logits.device)
        if weight.ndim and len(weight) != targets.shape[1]:
            raise InputError(
                f"positive_weight has {len(weight)} numbers for {targets.shape[1]} labels; one a label is needed, or one for all"
            )
        smooth = targets.float() * (1 - config.smoothing) + config.smoothing / 2
        return LOSSES[config.loss](logits.float(), smooth, weight, config).mean(dim=1)

    return loss
