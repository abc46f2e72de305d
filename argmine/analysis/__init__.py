"""Positions over actors, issues and time. One table of positions is the currency, from any source; all else reads it.

>>> from argmine import analysis
>>> record = {"document": "wire-1", "sentence": 0, "text": "Moscow refuses the ceasefire.", "positions": [{"actor": "RUS", "label": "refusal"}]}
>>> table = analysis.positions_table([record], dates={"wire-1": "2025-06-02"}, negotiation="istanbul")
>>> analysis.open_issues(table)[["negotiation", "since", "actors"]].values.tolist()
[['istanbul', Timestamp('2025-06-02 00:00:00'), ('RUS',)]]
"""

from __future__ import annotations

from argmine.analysis.convergence import convergence
from argmine.analysis.movements import MOVEMENTS, open_issues, who_moved
from argmine.analysis.network import position_network, write_graph
from argmine.analysis.repeats import merge_repeats
from argmine.analysis.table import COLUMNS, HARD, SOFT, positions_table

__all__ = [
    "COLUMNS",
    "HARD",
    "MOVEMENTS",
    "SOFT",
    "convergence",
    "merge_repeats",
    "open_issues",
    "position_network",
    "positions_table",
    "who_moved",
    "write_graph",
]
