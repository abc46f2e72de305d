"""The linear model: sparse features of the actor-sentence, one calibrated logistic regression a label."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags_array
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from argmine.errors import InputError
from argmine.features.sparse import features, weight
from argmine.models.base import Floats, Labels, PositionClassifier, best_thresholds, check_rows
from argmine.schema import FOUR_LABELS, ActorSentence, LabelScheme

__all__ = ["LinearClassifier"]
# Features that weigh less than this for every label are not kept in a model folder: a quarter of them, next to nothing in a sum.
_LEAST = 5e-3


class LinearClassifier(PositionClassifier):
    """One logistic regression a label over sparse features, fast enough for whole archives.

    Decision values are calibrated by a sigmoid, and thresholds chosen for F1, on out-of-fold predictions: rows of one group
    are never on both sides.

    Args:
        C: inverse strength of the L2 penalty, on features scaled by `argmine.features.sparse.weight`.
        min_count: features in fewer rows are left out.
        folds: how many folds calibration uses.
        random_state: seed of the solver.
        scheme: the labels, one a column of ``y``.

    Attributes:
        vocabulary_: feature name to column.
        coef_: shape (n_labels, n_features).
        intercept_: shape (n_labels,).
        sigmoid_: shape (n_labels, 2), slope and offset of the calibration.
        thresholds_: shape (n_labels,).
        held_out_odds_: calibrated log odds of the rows it was fitted to, each by a model that had not seen its group.
    """

    def __init__(
        self, C: float = 10.0, min_count: int = 2, folds: int = 5, random_state: int = 0, scheme: LabelScheme = FOUR_LABELS
    ) -> None:
        self.C = C
        self.min_count = min_count
        self.folds = folds
        self.random_state = random_state
        self.scheme = scheme

    def fit(self, X: Sequence[ActorSentence], y: object, groups: Sequence[str] | None = None) -> LinearClassifier:
        """Learn from rows and their label matrix.

        Args:
            X: actor-sentences.
            y: 0 or 1, shape (n_rows, n_labels).
            groups: what must not be on both sides of a fold; the rows' documents if None.
        """
        gold = check_rows(X, y, self.scheme)
        if len(X) == 0:
            raise InputError("X has no rows; a model needs some to learn from")
        if groups is not None and len(groups) != len(X):
            raise InputError(f"there are {len(groups)} groups for {len(X)} rows; one group a row is needed")
        named = [features(row) for row in X]
        counts = Counter(name for names in named for name in set(names))
        self.scheme_ = self.scheme
        self.vocabulary_ = {name: i for i, name in enumerate(sorted(n for n, c in counts.items() if c >= self.min_count))}
        scale = np.array([weight(name) for name in self.vocabulary_])
        matrix = self._matrix(named) @ diags_array(scale)
        held_out = self._out_of_fold(matrix, gold, groups if groups is not None else [row.document for row in X])
        self.sigmoid_ = np.array([_sigmoid(held_out[:, k], gold[:, k]) for k in range(gold.shape[1])])
        self.thresholds_ = best_thresholds(gold, self._calibrated(held_out))
        self.held_out_odds_ = self._odds(held_out)
        coef, self.intercept_ = self._fit_labels(matrix, gold)
        self.coef_ = coef * scale
        return self

    def _fit_labels(self, matrix: csr_matrix, gold: Labels) -> tuple[Floats, Floats]:
        coef = np.zeros((gold.shape[1], matrix.shape[1]))
        intercept = np.where(gold.all(axis=0), 10.0, -10.0)
        for k in range(gold.shape[1]):
            if 0 < gold[:, k].sum() < len(gold):
                model = LogisticRegression(C=self.C, solver="liblinear", random_state=self.random_state).fit(matrix, gold[:, k])
                coef[k], intercept[k] = model.coef_[0], model.intercept_[0]
        return coef, intercept

    def _out_of_fold(self, matrix: csr_matrix, gold: Labels, groups: Sequence[str]) -> Floats:
        folds = min(self.folds, len(set(groups)))
        if folds < 2:
            coef, intercept = self._fit_labels(matrix, gold)
            return np.asarray(matrix @ coef.T + intercept)
        out = np.zeros(gold.shape)
        for fit, held in GroupKFold(folds).split(matrix, groups=groups):
            coef, intercept = self._fit_labels(matrix[fit], gold[fit])
            out[held] = matrix[held] @ coef.T + intercept
        return out

    def _matrix(self, named: Sequence[Sequence[str]]) -> csr_matrix:
        """Presence of each known feature, shape (n_rows, n_features)."""
        get = self.vocabulary_.get
        indices: list[int] = []
        indptr = [0]
        for names in named:
            indices += {i for name in names if (i := get(name)) is not None}
            indptr.append(len(indices))
        return csr_matrix((np.ones(len(indices)), indices, indptr), shape=(len(named), len(self.vocabulary_)))

    def decision_function(self, X: Sequence[ActorSentence]) -> Floats:
        """Log odds before calibration, shape (n_rows, n_labels)."""
        matrix = self._matrix([features(row) for row in X])
        return np.asarray(matrix @ self.coef_.T + self.intercept_)

    def log_odds(self, X: Sequence[ActorSentence]) -> Floats:
        """Calibrated log odds, shape (n_rows, n_labels): of the probabilities that `predict_proba` gives."""
        return self._odds(self.decision_function(X))

    def _odds(self, decisions: Floats) -> Floats:
        return np.asarray(decisions * self.sigmoid_[:, 0] + self.sigmoid_[:, 1])

    def _calibrated(self, decisions: Floats) -> Floats:
        return np.asarray(expit(self._odds(decisions)))

    def _probabilities(self, X: Sequence[ActorSentence]) -> Floats:
        return self._calibrated(self.decision_function(X))

    def strongest(self, label: str, n: int = 20) -> list[tuple[str, float]]:
        """The features that speak most for a label, with their weights."""
        weights = self.coef_[self.scheme_.labels.index(self.scheme_.check(label))]
        names = list(self.vocabulary_)
        return [(names[i], float(weights[i])) for i in np.argsort(-weights)[:n]]

    def to_state(self) -> tuple[dict[str, Any], dict[str, NDArray[np.generic]]]:
        """Settings and arrays for the model folder: weights in half precision, features that weigh nothing left out, their names compressed."""
        kept = np.flatnonzero(np.abs(self.coef_).max(axis=0) > _LEAST)
        names = list(self.vocabulary_)
        params = {key: value for key, value in self.get_params().items() if key != "scheme"}
        packed = zlib.compress("\n".join(names[i] for i in kept).encode("utf-8"), level=9)
        arrays = {
            "coef": self.coef_[:, kept].astype(np.float16), "intercept": self.intercept_, "sigmoid": self.sigmoid_,
            "features": np.frombuffer(packed, dtype=np.uint8),
        }  # fmt: skip
        return {"params": params}, arrays

    @classmethod
    def from_state(cls, state: dict[str, Any], arrays: dict[str, NDArray[np.generic]], scheme: LabelScheme) -> LinearClassifier:
        """The inverse of `to_state`, up to half precision; the model folder keeps scheme and thresholds.

        Raises:
            ValueError: if the weights do not fit the labels and features, or the features can't be read.
        """
        model = cls(**state["params"], scheme=scheme)
        model.scheme_ = scheme
        try:
            names = zlib.decompress(arrays["features"].tobytes()).decode("utf-8")
        except zlib.error:
            raise ValueError("its features can't be read") from None
        model.vocabulary_ = {name: i for i, name in enumerate(names.split("\n") if names else [])}
        model.coef_, model.intercept_, model.sigmoid_ = (arrays[k].astype(np.float64) for k in ("coef", "intercept", "sigmoid"))
        if model.coef_.shape != (len(scheme.labels), len(model.vocabulary_)):
            raise ValueError("its weights do not fit its labels and features")
        return model


def _sigmoid(decisions: Floats, gold: Labels) -> tuple[float, float]:
    """Slope and offset of Platt's calibration, fitted with next to no penalty."""
    if not 0 < gold.sum() < len(gold):
        return 1.0, 0.0
    model = LogisticRegression(C=1e6).fit(decisions[:, None], gold)
    slope = float(model.coef_[0, 0])
    return (slope, float(model.intercept_[0])) if slope > 0 else (1.0, 0.0)
