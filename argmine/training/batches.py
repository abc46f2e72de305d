"""What the loop trains on, and in which order; every draw comes from a key, none from a generator that somebody else moves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from torch import Tensor

__all__ = ["Examples", "draw_seed", "length_batches", "split"]

_JITTER = 0.2


class Examples(Protocol):
    """Examples that can be asked for in batches. An attribute ``fingerprint``, a text, tells a run that goes on whether they are the same."""

    @property
    def lengths(self) -> Sequence[int]:
        """The length of each example in tokens; examples of like length share a batch."""

    def __len__(self) -> int: ...

    def batch(self, indices: Sequence[int], seed: int | None = None) -> tuple[dict[str, Tensor], Tensor]:
        """The module's inputs by name, and the targets, shape (n_rows, n_labels); an example may give several rows.

        Args:
            indices: which examples, at least one.
            seed: of noise put on the examples; None: as they are.
        """


def draw_seed(*key: int) -> int:
    """A seed of 63 bits for a key of whole numbers from 0.

    >>> draw_seed(0, 1) == draw_seed(0, 1), draw_seed(0, 1) == draw_seed(1, 0)
    (True, False)
    """
    return int(np.random.SeedSequence(key).generate_state(1, np.uint64)[0] >> np.uint64(1))


def length_batches(lengths: Sequence[int], size: int, seed: int) -> list[list[int]]:
    """All indices in batches of like length, in random order: as few batches as ``size`` allows, of sizes that differ by at most one.

    Lengths are jittered by up to a fifth, so that each seed mixes the batches anew.

    >>> batches = length_batches([3, 90, 4, 80], 2, seed=0)
    >>> sorted(sorted(batch) for batch in batches)
    [[0, 2], [1, 3]]
    """
    draw = np.random.default_rng(seed)
    order = np.argsort(np.asarray(lengths) * draw.uniform(1 - _JITTER, 1 + _JITTER, len(lengths)), kind="stable")
    batches = split(order.tolist(), -(-len(order) // size))
    return [batches[i] for i in draw.permutation(len(batches))]


def split(indices: Sequence[int], parts: int) -> list[list[int]]:
    """Indices in so many runs, whose lengths differ by at most one; the last may be empty.

    >>> split([5, 6, 7], 2), split([5], 2)
    ([[5, 6], [7]], [[5], []])
    """
    return [part.tolist() for part in np.array_split(np.asarray(indices, dtype=np.int64), parts)]
