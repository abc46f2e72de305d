"""Where a run computes: the device, its precision, its random state, and the other processes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import torch

from argmine.errors import InputError, MissingExtraError, say

__all__ = ["Alone", "Processes", "find_device", "make_accelerator", "seeded", "wants_bfloat16"]


class Processes(Protocol):
    """What the loop uses of an ``accelerate.Accelerator``."""

    @property
    def num_processes(self) -> int: ...
    @property
    def process_index(self) -> int: ...
    @property
    def is_main_process(self) -> bool: ...
    @property
    def device(self) -> torch.device: ...
    def reduce(self, tensor: Any, reduction: str = ...) -> Any: ...
    def gather_for_metrics(self, input_data: Any, use_gather_object: bool = ...) -> Any: ...
    def wait_for_everyone(self) -> None: ...


class Alone:
    """One process without others."""

    num_processes, process_index, is_main_process = 1, 0, True

    def __init__(self, device: str) -> None:
        self.device = find_device(device)

    def reduce(self, tensor: Any, reduction: str = "sum") -> Any:
        """The tensor itself."""
        return tensor

    def gather_for_metrics(self, input_data: Any, use_gather_object: bool = False) -> Any:
        """The data themselves."""
        return input_data

    def wait_for_everyone(self) -> None:
        """Nobody to wait for."""


def make_accelerator(device: str | None = None) -> Processes:
    """What `train` needs where several processes or GPUs train together, in a program that ``accelerate launch`` or ``torchrun`` started.

    Args:
        device: ``cpu`` keeps away from GPUs; None takes what accelerate finds, one GPU a process.

    Raises:
        InputError: for any other device.
        MissingExtraError: without the package ``accelerate``.
    """
    try:
        from accelerate import Accelerator
    except ImportError:
        raise MissingExtraError(
            "training in several processes needs the package accelerate; install it with: pip install 'argmine[scale]'"
        ) from None
    if device not in (None, "cpu"):
        raise InputError(say("device", device, "'cpu', or None for the GPUs that accelerate finds"))
    accelerator: Processes = Accelerator(cpu=device == "cpu")
    return accelerator


def find_device(name: str) -> torch.device:
    """The device of a name.

    Raises:
        InputError: if torch does not find it here.

    >>> find_device("cpu")
    device(type='cpu')
    """
    try:
        device = torch.device(name)
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise InputError(f"device {name!r} is not one that torch finds here: {str(error).splitlines()[0]}") from None
    return device


def wants_bfloat16(precision: str, device: torch.device) -> bool:
    """Whether to run the passes forward in bfloat16: as ``precision`` says, or where the hardware multiplies it itself.

    >>> wants_bfloat16("bfloat16", torch.device("cpu")), wants_bfloat16("float32", torch.device("cpu"))
    (True, False)
    """
    if precision != "auto":
        return precision == "bfloat16"
    if device.type == "cpu":
        found: dict[str, bool] = getattr(torch.cpu, "get_capabilities", dict)()
        return bool(found.get("avx512_bf16") or found.get("amx_bf16"))
    return device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)


@contextmanager
def seeded(device: torch.device, seed: int) -> Iterator[None]:
    """Torch's generators seeded for a block, and afterwards as they were."""
    cuda = device.type == "cuda"
    with torch.random.fork_rng(devices=[device] if cuda else []):
        (torch if cuda else torch.default_generator).manual_seed(seed)
        yield
