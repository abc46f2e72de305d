"""Training: settings, the loop and what goes around it, checkpoints, search. Knows tensors, not diplomacy."""

from argmine.training.around import keep_best, logged, progress, until_stale
from argmine.training.batches import Examples
from argmine.training.checkpoints import checkpointed, resume
from argmine.training.config import TrainingConfig
from argmine.training.devices import Processes, make_accelerator
from argmine.training.loop import Record, Run, train
from argmine.training.search import Trial, search

__all__ = [
    "Examples",
    "Processes",
    "Record",
    "Run",
    "TrainingConfig",
    "Trial",
    "checkpointed",
    "keep_best",
    "logged",
    "make_accelerator",
    "progress",
    "resume",
    "search",
    "train",
    "until_stale",
]
