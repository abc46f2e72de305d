"""The command line: ``argmine label | train | evaluate | compare | corpus … | actors …``, one file a command or group of commands.

Exit codes: 0 all well, 1 some input could not be used (each said in one line on standard error), 2 the call itself is wrong.
"""

from argmine.cli.actors import actors
from argmine.cli.base import main
from argmine.cli.corpus import corpus
from argmine.cli.judge import compare, evaluate
from argmine.cli.label import label
from argmine.cli.train import train

__all__ = ["main"]

for command in (label, train, evaluate, compare, corpus, actors):
    main.add_command(command)
