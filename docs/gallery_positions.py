"""What docs/gallery.py draws of positions: negotiations of the shipped corpus with several dated reports."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from matplotlib.axes import Axes

import argmine
from argmine import plots
from argmine.analysis import positions_table

# Six reports in a week of talks.
ISTANBUL = "istanbul-2025"
# Eleven parties, three reports in three weeks.
NURSES = "libya-nurses-2007"


def positions(negotiation: str) -> pd.DataFrame:
    return positions_table(argmine.load_corpus().select(negotiation=negotiation))


def per_actor(ax: Axes) -> object:
    return plots.PositionsPerActorDisplay.from_positions(positions(NURSES), ax=ax)


def timeline(ax: Axes) -> object:
    return plots.TimelineDisplay.from_positions(positions(ISTANBUL), ax=ax)


def matrix(ax: Axes) -> object:
    return plots.PositionsMatrixDisplay.from_positions(positions(ISTANBUL), ax=ax)


def network(ax: Axes) -> object:
    return plots.NetworkDisplay.from_positions(positions(NURSES), ax=ax)


# What draws a picture, and its height over its width, as in gallery.py.
EXAMPLES: dict[str, tuple[Callable[[Axes], object], float]] = {
    "PositionsPerActorDisplay": (per_actor, 0.7),
    "TimelineDisplay": (timeline, 0.75),
    "PositionsMatrixDisplay": (matrix, 0.75),
    "NetworkDisplay": (network, 0.75),
}
