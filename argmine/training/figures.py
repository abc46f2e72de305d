"""How good logits are on held-out rows, whatever the thresholds will be."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["FIGURES", "best_f1", "better"]

# A figure of a dev record, and the factor that makes more of it better.
FIGURES = {"macro_f1": 1, "micro_f1": 1, "dev_loss": -1}


def better(metric: str, new: float, old: float | None) -> bool:
    """Whether a figure improves on an older one; the first always does.

    >>> better("dev_loss", 0.3, 0.4), better("macro_f1", 0.3, 0.3), better("macro_f1", 0.3, None)
    (True, False, True)
    """
    return old is None or FIGURES[metric] * new > FIGURES[metric] * old


def best_f1(gold: NDArray[np.bool_], scores: NDArray[np.float32]) -> tuple[float, float]:
    """Macro and micro F1 with each label at the threshold that suits it best.

    Args:
        gold, scores: shape (n_rows, n_labels); more of a score is more of the label.

    Returns:
        The mean F1 over labels with a positive row, and F1 over all (row, label) pairs; labels without a positive are never given.

    >>> best_f1(np.array([[0, 0], [1, 0], [1, 0]], dtype=bool), np.array([[0.4, 1], [0.3, 2], [0.8, 3]], dtype=np.float32))
    (0.8, 0.8)
    """
    counts = [_best_cut(gold[:, k], scores[:, k]) for k in range(gold.shape[1]) if gold[:, k].any()]
    if not counts:
        return 0.0, 0.0
    hits, found, asked = np.array(counts).T
    return float(np.mean(2 * hits / (found + asked))), float(2 * hits.sum() / (found + asked).sum())


def _best_cut(gold: NDArray[np.bool_], scores: NDArray[np.float32]) -> tuple[int, int, int]:
    """Hits, rows found and rows asked for, at the best threshold of one label."""
    order = np.argsort(-scores, kind="stable")
    hits, asked = np.cumsum(gold[order]), int(gold.sum())
    # Rows of one score are found together.
    ends = np.flatnonzero(np.append(np.diff(scores[order]) != 0, True))
    best = ends[np.argmax(2 * hits[ends] / (ends + 1 + asked))]
    return int(hits[best]), int(best) + 1, asked
