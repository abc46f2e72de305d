"""argmine: who demands, concedes, refuses or sets conditions, in diplomatic reporting.

>>> import argmine
>>> report = argmine.load().label("Moscow refuses the ceasefire requested by Kyiv.")
>>> [(p.actor, p.label) for p in report.positions]
[('RUS', 'refusal'), ('UKR', 'demand')]
"""

from __future__ import annotations

import importlib
import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argmine.data.corpus import Corpus, load_corpus
    from argmine.errors import ArgmineError
    from argmine.evaluation.metrics import evaluate
    from argmine.models.encoder import EncoderClassifier
    from argmine.models.folder import load_classifier, save
    from argmine.models.linear import LinearClassifier
    from argmine.models.rules import RuleClassifier
    from argmine.pipeline import LabelledDocument, Miner, load
    from argmine.schema import ActorSentence, Document, LabelScheme, Position

__version__ = "0.1.0"

# Loaded when first asked for, so that `import argmine` stays fast and loads no torch.
_HOME = {
    "ActorSentence": "argmine.schema",
    "ArgmineError": "argmine.errors",
    "Corpus": "argmine.data.corpus",
    "Document": "argmine.schema",
    "EncoderClassifier": "argmine.models.encoder",
    "LabelScheme": "argmine.schema",
    "LabelledDocument": "argmine.pipeline",
    "LinearClassifier": "argmine.models.linear",
    "Miner": "argmine.pipeline",
    "Position": "argmine.schema",
    "RuleClassifier": "argmine.models.rules",
    "evaluate": "argmine.evaluation.metrics",
    "load": "argmine.pipeline",
    "load_classifier": "argmine.models.folder",
    "load_corpus": "argmine.data.corpus",
    "save": "argmine.models.folder",
}

__all__ = [
    "ActorSentence",
    "ArgmineError",
    "Corpus",
    "Document",
    "EncoderClassifier",
    "LabelScheme",
    "LabelledDocument",
    "LinearClassifier",
    "Miner",
    "Position",
    "RuleClassifier",
    "evaluate",
    "load",
    "load_classifier",
    "load_corpus",
    "save",
]

logging.getLogger(__name__).addHandler(logging.NullHandler())


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'argmine' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
