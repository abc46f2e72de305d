"""Figures for judging models, annotations and corpora: small Displays in the manner of scikit-learn's.

Each holds its numbers, draws on your Axes (``plot(ax)``), and hands the numbers over as a table (``frame()``).

>>> from argmine import plots
>>> display = plots.RiskCoverageDisplay.from_predictions([1, 0, 1, 1], [1, 0, 0, 1], [0.9, 0.8, 0.1, 0.3])
>>> display.frame()["risk"].tolist()
[0.0, 0.0, 0.0, 0.25]
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argmine.plots.agreement import AgreementDisplay
    from argmine.plots.composition import CompositionDisplay
    from argmine.plots.confusion import ConfusionDisplay
    from argmine.plots.cues import CueMapDisplay
    from argmine.plots.intervals import ComparisonDisplay, GroupsDisplay
    from argmine.plots.network import NetworkDisplay
    from argmine.plots.positions import PositionsMatrixDisplay, PositionsPerActorDisplay, TimelineDisplay
    from argmine.plots.probabilities import PrecisionRecallDisplay, ReliabilityDisplay, RiskCoverageDisplay
    from argmine.plots.training import LearningCurveDisplay, TrainingHistoryDisplay

# Loaded when first asked for: importing argmine.plots loads no matplotlib.
_HOME = {
    "AgreementDisplay": "argmine.plots.agreement",
    "ComparisonDisplay": "argmine.plots.intervals",
    "CompositionDisplay": "argmine.plots.composition",
    "ConfusionDisplay": "argmine.plots.confusion",
    "CueMapDisplay": "argmine.plots.cues",
    "GroupsDisplay": "argmine.plots.intervals",
    "LearningCurveDisplay": "argmine.plots.training",
    "NetworkDisplay": "argmine.plots.network",
    "PositionsMatrixDisplay": "argmine.plots.positions",
    "PositionsPerActorDisplay": "argmine.plots.positions",
    "PrecisionRecallDisplay": "argmine.plots.probabilities",
    "ReliabilityDisplay": "argmine.plots.probabilities",
    "RiskCoverageDisplay": "argmine.plots.probabilities",
    "TimelineDisplay": "argmine.plots.positions",
    "TrainingHistoryDisplay": "argmine.plots.training",
}

__all__ = [
    "AgreementDisplay",
    "ComparisonDisplay",
    "CompositionDisplay",
    "ConfusionDisplay",
    "CueMapDisplay",
    "GroupsDisplay",
    "LearningCurveDisplay",
    "NetworkDisplay",
    "PositionsMatrixDisplay",
    "PositionsPerActorDisplay",
    "PrecisionRecallDisplay",
    "ReliabilityDisplay",
    "RiskCoverageDisplay",
    "TimelineDisplay",
    "TrainingHistoryDisplay",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'argmine.plots' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
