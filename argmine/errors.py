"""The exceptions of argmine, and the one sentence that their messages are made of."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ["ArgmineError", "FormatError", "InputError", "LanguageWarning", "MissingExtraError", "ModelError", "say"]


class ArgmineError(Exception):
    """Everything that argmine raises on purpose; the command line prints it without a traceback."""


class InputError(ArgmineError, ValueError):
    """A text or an argument that cannot be read as what it should be."""


class FormatError(ArgmineError, ValueError):
    """A line of a corpus, a table or a scheme that breaks its format."""


class ModelError(ArgmineError, ValueError):
    """A model folder that is missing, unknown or damaged."""


class MissingExtraError(ArgmineError, ImportError):
    """A feature that needs an optional dependency."""


class LanguageWarning(UserWarning):
    """A text that is read, but does not look like English, the language that models and registry know."""


def say(what: str, came: object, allowed: Iterable[str] | str = (), *, where: str = "") -> str:
    """One sentence: where, what came, what is allowed, and the likely intention.

    >>> say("label", "demands", ["demand", "refusal"], where="corpus/oslo.jsonl:14")
    "corpus/oslo.jsonl:14: label 'demands' is not one of 'demand', 'refusal'; did you mean 'demand'?"
    >>> say("date", "June 2025", "a day like 2025-06-02")
    "date 'June 2025' is not a day like 2025-06-02"
    """
    prefix = f"{where}: " if where else ""
    shown = repr(came) if len(repr(came)) <= 80 else repr(came)[:77] + "..."
    if isinstance(allowed, str):
        return f"{prefix}{what} {shown} is not {allowed}" if allowed else f"{prefix}{what} {shown} is not allowed"
    options = list(allowed)
    close = get_close_matches(str(came), options, n=1, cutoff=0.6)
    named = ", ".join(map(repr, options[:12])) + (", …" if len(options) > 12 else "")
    return f"{prefix}{what} {shown} is not one of {named}" + (f"; did you mean {close[0]!r}?" if close else "")
