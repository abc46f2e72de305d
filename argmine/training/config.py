"""The settings of one training run: frozen, checked once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any

from argmine.errors import InputError, say

__all__ = ["LOSS_NAMES", "PRECISIONS", "TrainingConfig"]

LOSS_NAMES = ("bce", "focal")
PRECISIONS = ("auto", "float32", "bfloat16")


@dataclass(frozen=True)
class TrainingConfig:
    """How to train; `argmine.training.train` reads it.

    Attributes:
        epochs: passes over the training data.
        learning_rate: the highest, at the end of the warm-up; also of every parameter if the module makes no groups.
        head_learning_rate, layer_decay: for modules that offer ``parameter_groups(config)``: the rate of the new layers, and the factor
            from each layer of an encoder to the one below it.
        batch_size: examples in one pass forward, over all processes together.
        accumulation: passes in one step; a step sees ``batch_size * accumulation`` examples.
        weight_decay: AdamW's, on matrices only.
        warmup: share of all steps over which the rate rises from 0; it then falls to 0, both in a straight line.
        clip: the gradient's largest norm; 0 for no clipping.
        loss: ``bce`` or ``focal`` (Lin et al. 2017, arXiv:1708.02002).
        gamma: focal loss only: how little an example counts that is already right.
        positive_weight: how much a positive counts beside a negative, one for all labels or one a label.
        smoothing: targets move by this share towards 0.5.
        precision: ``bfloat16`` runs the passes forward under autocast, weights stay float32; ``auto`` does so where the hardware multiplies
            bfloat16 itself.
        device: as torch names it: ``cpu``, ``cuda``, ``cuda:1``.
        random_state: all randomness of a run comes from it.
        records_every: steps between records within an epoch; None: only at the end of each epoch.

    Raises:
        InputError: if a value is out of its range.

    >>> TrainingConfig(loss="focall")
    Traceback (most recent call last):
    argmine.errors.InputError: loss 'focall' is not one of 'bce', 'focal'; did you mean 'focal'?
    >>> TrainingConfig(warmup=10)
    Traceback (most recent call last):
    argmine.errors.InputError: warmup 10 is not a number from 0 to 1
    """

    epochs: int = 6
    learning_rate: float = 5e-5
    head_learning_rate: float = 1e-3
    layer_decay: float = 1.0
    batch_size: int = 32
    accumulation: int = 1
    weight_decay: float = 0.01
    warmup: float = 0.1
    clip: float = 1.0
    loss: str = "bce"
    gamma: float = 2.0
    positive_weight: float | tuple[float, ...] = 1.0
    smoothing: float = 0.0
    precision: str = "auto"
    device: str = "cpu"
    random_state: int = 0
    records_every: int | None = None

    def __post_init__(self) -> None:
        check_ranges(self, _RANGES)
        for name, options in (("loss", LOSS_NAMES), ("precision", PRECISIONS)):
            if getattr(self, name) not in options:
                raise InputError(say(name, getattr(self, name), options))

    def as_dict(self) -> dict[str, Any]:
        """The settings as plain values, for JSON.

        >>> TrainingConfig(positive_weight=(1.0, 2.0)).as_dict()["positive_weight"]
        [1.0, 2.0]
        """
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}


def check_ranges(settings: object, ranges: Mapping[str, tuple[str, Callable[[Any], bool]]]) -> None:
    """Refuse the first attribute that its range, in words and as a test, does not allow.

    Raises:
        InputError: naming the setting, its value and what is allowed.
    """
    for name, (allowed, fits) in ranges.items():
        if not fits(getattr(settings, name)):
            raise InputError(say(name, getattr(settings, name), allowed))


def whole(low: int) -> tuple[str, Callable[[Any], bool]]:
    return f"a whole number from {low}", lambda v: isinstance(v, int) and not isinstance(v, bool) and v >= low


def _number(allowed: str, fits: Callable[[float], bool]) -> tuple[str, Callable[[Any], bool]]:
    return allowed, lambda v: isinstance(v, int | float) and not isinstance(v, bool) and isfinite(v) and fits(v)


_POSITIVE = _number("a number above 0", lambda v: v > 0)
NOT_NEGATIVE = _number("a number from 0", lambda v: v >= 0)
SHARE = _number("a number from 0 to 1", lambda v: 0 <= v <= 1)

# A setting: what is allowed, in words and as a test.
_RANGES: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "epochs": whole(1),
    "learning_rate": _POSITIVE,
    "head_learning_rate": _POSITIVE,
    "layer_decay": _number("a number above 0, at most 1", lambda v: 0 < v <= 1),
    "batch_size": whole(1),
    "accumulation": whole(1),
    "weight_decay": NOT_NEGATIVE,
    "warmup": SHARE,
    "clip": NOT_NEGATIVE,
    "gamma": NOT_NEGATIVE,
    "positive_weight": (
        "a number above 0, or a tuple of such numbers, one a label",
        lambda v: all(map(_POSITIVE[1], v)) and len(v) > 0 if isinstance(v, tuple) else _POSITIVE[1](v),
    ),
    "smoothing": _number("a number from 0, below 1", lambda v: 0 <= v < 1),
    "device": ("a device as torch names it, like cpu or cuda:0", lambda v: isinstance(v, str) and v != ""),
    "random_state": whole(0),
    "records_every": ("a whole number from 1, or None", lambda v: v is None or whole(1)[1](v)),
}
