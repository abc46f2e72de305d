"""What fine-tuning changed, in few numbers: low-rank factors of each matrix's change, in eight bits."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

__all__ = ["apply_delta", "take_delta"]

Arrays = dict[str, NDArray[np.generic]]


def take_delta(before: Mapping[str, Tensor], after: Mapping[str, Tensor], rank: int | None) -> Arrays:
    """The change of each tensor that changed: a matrix as two factors, in eight bits with a scale for each component; the rest whole, in half precision.

    The factors come from the singular value decomposition: no other product of that rank is nearer (Eckart and Young 1936). Eight bits
    cost less than the components that sixteen would leave no room for.

    Args:
        before, after: tensors by name, before and after fine-tuning.
        rank: of a matrix's change; None keeps it whole.

    >>> a, b = {"w": torch.zeros(8, 6)}, {"w": torch.ones(8, 6)}
    >>> delta = take_delta(a, b, rank=1)
    >>> {name: part.shape for name, part in delta.items()}
    {'w:left': (8, 1), 'w:right': (1, 6), 'w:scale': (1,)}
    >>> bool(torch.allclose(apply_delta(a, delta)["w"], b["w"], atol=1e-2))
    True
    """
    out: Arrays = {}
    for name, tensor in after.items():
        change = (tensor - before[name]).detach().float().cpu()
        if not change.any():
            continue
        if rank is None or change.ndim != 2 or rank * sum(change.shape) >= 2 * change.numel():
            out[name] = change.numpy().astype(np.float16)
            continue
        u, s, v = torch.linalg.svd(change, full_matrices=False)
        left, left_scale = _eight_bits(u[:, :rank], 0)
        right, right_scale = _eight_bits(v[:rank], 1)
        out[f"{name}:left"], out[f"{name}:right"] = left, right
        out[f"{name}:scale"] = (s[:rank].numpy() * left_scale * right_scale).astype(np.float32)
    return out


def apply_delta(before: Mapping[str, Tensor], delta: Mapping[str, NDArray[np.generic]]) -> dict[str, Tensor]:
    """The tensors after the change: the inverse of `take_delta` up to rank and precision.

    Raises:
        ValueError: for a change that does not fit the tensors.
    """
    out = dict(before)
    for name in dict.fromkeys(key.split(":")[0] for key in delta):
        if name not in out:
            raise ValueError(f"its base has no tensor {name!r}")
        if name in delta:
            change = torch.from_numpy(delta[name].astype(np.float32))
        else:
            left, right, scale = (torch.from_numpy(delta[f"{name}:{part}"].astype(np.float32)) for part in ("left", "right", "scale"))
            change = left * scale @ right
        if change.shape != out[name].shape:
            raise ValueError(f"its change of {name!r} has shape {tuple(change.shape)}, its base's {tuple(out[name].shape)}")
        out[name] = out[name] + change
    return out


def _eight_bits(factor: Tensor, axis: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Whole numbers from -127 to 127, and for each component what one of them stands for; ``axis`` runs along a component."""
    values = factor.numpy()
    scale = np.abs(values).max(axis=axis, keepdims=True) / 127 + 1e-12
    return np.round(values / scale).astype(np.int8), scale.ravel()
