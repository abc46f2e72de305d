"""Agreement of two annotations of the same documents: Krippendorff's alpha, and F1 on triples.

The unit is the (sentence, actor) pair: every pair for which either layer has a mention or a position. On each unit each
annotator gives, for each label, yes or no. Alpha (nominal) is 1 for perfect agreement and 0 for what chance gives;
Krippendorff, *Content Analysis* (2004), chapter 11. Over all labels at once there is a second alpha, whose values are the sets of labels that a unit gets,
compared by MASI (Passonneau 2006): a set that is part of the other counts as closer than one that merely overlaps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from argmine.errors import InputError, MissingExtraError
from argmine.schema import FOUR_LABELS, Document

__all__ = ["Agreement", "agreement", "masi_distance"]


@dataclass(frozen=True)
class Agreement:
    """How far two layers agree.

    Attributes:
        documents, units: how many documents both layers have, and how many (sentence, actor) units.
        alpha: Krippendorff's alpha of each label, nominal, yes or no a unit.
        overall: alpha over all decisions of all labels.
        masi: alpha over the sets of labels of the units, distances by MASI.
        f1: F1 on triples, which is symmetric.
        counts: for each label, how many positions both, only the first, and only the second layer has.
    """

    documents: int
    units: int
    alpha: dict[str, float]
    overall: float
    masi: float
    f1: float
    counts: dict[str, tuple[int, int, int]]

    def as_dict(self) -> dict[str, Any]:
        """The figures as plain values, for JSON."""
        return {
            "documents": self.documents,
            "units": self.units,
            "overall": self.overall,
            "alpha": self.alpha,
            "masi": self.masi,
            "f1": self.f1,
            "counts": self.counts,
        }

    def __str__(self) -> str:
        lines = [
            f"{self.documents} documents, {self.units} (sentence, actor) units",
            f"{'':12s}{'alpha':>7s}{'both':>7s}{'first':>7s}{'second':>7s}",
        ]
        lines += [
            f"{label:12s}{a:7.3f}{self.counts[label][0]:7d}{self.counts[label][1]:7d}{self.counts[label][2]:7d}"
            for label, a in self.alpha.items()
        ]
        return "\n".join([*lines, f"overall alpha {self.overall:.3f}, of label sets {self.masi:.3f} (MASI), F1 on triples {self.f1:.3f}"])


def agreement(first: Sequence[Document], second: Sequence[Document], labels: Sequence[str] = FOUR_LABELS.labels) -> Agreement:
    """Compare two layers on the documents that both have.

    Args:
        first, second: annotated documents; those of one identifier must have the same sentences.
        labels: the scheme's labels.

    Raises:
        InputError: if no document is in both layers, or a text differs.
        MissingExtraError: without the package ``krippendorff``.
    """
    others = {d.id: d for d in second}
    pairs = [(d, others[d.id]) for d in first if d.id in others]
    if not pairs:
        raise InputError("the two layers share no document; layers of one corpus with the same identifiers are needed")
    for a, b in pairs:
        if [a.sentence_text(i) for i in range(len(a.sentences))] != [b.sentence_text(i) for i in range(len(b.sentences))]:
            raise InputError(f"document {a.id!r} has other sentences in the second layer; both must annotate the same text")
    votes = [_votes(a, b, labels) for a, b in pairs]
    table = np.concatenate(votes)
    tp, one, two = ((x, y) for x, y in ((1, 1), (1, 0), (0, 1)))
    counts = {
        label: tuple(int(((table[:, 0, k] == x) & (table[:, 1, k] == y)).sum()) for x, y in (tp, one, two))
        for k, label in enumerate(labels)
    }
    both, left, right = np.sum(list(counts.values()), axis=0)
    return Agreement(
        documents=len(pairs),
        units=len(table),
        alpha={label: _alpha(table[:, :, k]) for k, label in enumerate(labels)},
        overall=_alpha(table.transpose(0, 2, 1).reshape(-1, 2)),
        masi=_alpha(table @ (1 << np.arange(len(labels))), _masi),
        f1=float(2 * both / max(1, 2 * both + left + right)),
        counts=counts,  # type: ignore[arg-type]
    )


def _votes(a: Document, b: Document, labels: Sequence[str]) -> NDArray[np.int8]:
    """Yes or no, shape (n_units, 2 layers, n_labels)."""
    units = {(i, m.actor) for d in (a, b) for i, mentions in enumerate(d.mentions_by_sentence) for m in mentions}
    units |= {(p.sentence, p.actor) for d in (a, b) for p in d.positions}
    given = [{p.triple for p in d.positions} for d in (a, b)]
    votes = [[[(i, actor, label) in layer for label in labels] for layer in given] for i, actor in sorted(units)]
    return np.array(votes, dtype=np.int8).reshape(-1, 2, len(labels))


def masi_distance(first: int, second: int) -> float:
    """How far two sets are apart, from 0 to 1: one less the Jaccard index times 1 if they are equal, 2/3 if one is part of the other, 1/3 if they overlap.

    Args:
        first, second: sets as the bits of a number; the empty set, 0, is at 0 from itself and at 1 from all others (Passonneau 2006).

    >>> masi_distance(0b11, 0b11), masi_distance(0b01, 0b10), round(masi_distance(0b01, 0b11), 3)
    (0.0, 1.0, 0.667)
    """
    both, either = first & second, first | second
    if first == second:
        return 0.0
    share = both.bit_count() / either.bit_count()
    return 1 - share * (2 / 3 if both in (first, second) else 1 / 3)


def _masi(v1: Any, v2: Any, *_: Any, dtype: Any = float, **__: Any) -> Any:
    return np.vectorize(lambda a, b: masi_distance(int(a), int(b)), otypes=[float])(v1, v2).astype(dtype)


def _alpha(votes: NDArray[Any], distance: Any = "nominal") -> float:
    """Alpha of two annotators, votes of shape (n_units, 2); 1 where they only ever said one thing."""
    try:
        import krippendorff
    except ImportError:
        raise MissingExtraError("agreement needs the package krippendorff; install it with: pip install 'argmine[agreement]'") from None
    if len(np.unique(votes)) < 2:
        return 1.0
    return float(krippendorff.alpha(reliability_data=votes.T, level_of_measurement=distance))
