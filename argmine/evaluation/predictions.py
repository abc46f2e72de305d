"""Predictions of any system, in the form that ``argmine label --format jsonl`` prints: one record a sentence."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from argmine.errors import FormatError, InputError, say

__all__ = ["Predictions", "read_predictions"]

Record = Mapping[str, Any]
Predictions = Mapping[str, Sequence[Record]] | Iterable[Record] | str | Path


def read_predictions(source: Predictions, documents: Iterable[str] = (), labels: Sequence[str] = ()) -> dict[str, list[Record]]:
    """Predicted records by document, from a mapping, records, or a JSON-lines file.

    Args:
        source: see `argmine.evaluation.positions.evaluate_positions`.
        documents: the names that are allowed; all if there are none.
        labels: the labels that are allowed; all if there are none.

    Raises:
        InputError: for a file that can't be read or is empty, or a document or label that is not allowed.
        FormatError: for a line that is not a record, naming it.

    >>> read_predictions([{"document": "a", "start": 0, "end": 9, "positions": []}]).keys()
    dict_keys(['a'])
    >>> read_predictions([{"document": "a"}])
    Traceback (most recent call last):
    argmine.errors.FormatError: record 0: not a predicted sentence; a record like {"document": name, ...} is needed
    """
    allowed = set(documents)
    numbered: list[tuple[str, Record]]
    if isinstance(source, Mapping):
        numbered = [(f"record of {name!r}", {"document": name, **record}) for name, records in source.items() for record in records]
    elif isinstance(source, str | Path):
        numbered = [(f"{source}:{number}", _parsed(line, f"{source}:{number}")) for number, line in _lines(source)]
        if not numbered:
            raise InputError(f"{source}: the file has no record; a system that finds nothing still writes its sentences, with no positions")
    else:
        numbered = [(f"record {i}", record) for i, record in enumerate(source)]
    out: dict[str, list[Record]] = {}
    for where, record in numbered:
        _check_record(record, where)
        if allowed and record["document"] not in allowed:
            raise InputError(say("document", record["document"], sorted(allowed), where=where) + "; it is not annotated")
        for position in record["positions"] if labels else ():
            if position["label"] not in labels:
                raise InputError(say("label", position["label"], labels, where=where))
        out.setdefault(record["document"], []).append(record)
    return out


def _lines(path: str | Path) -> list[tuple[int, str]]:
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: the predictions can't be read ({error})") from None
    # Not splitlines: a text may hold other line ends, as U+2028.
    return [(i, line) for i, line in enumerate(text.split("\n"), 1) if line.strip()]


def _parsed(line: str, where: str) -> Any:
    try:
        return json.loads(line)
    except json.JSONDecodeError as error:
        raise FormatError(f"{where}: not JSON ({error.msg}); one record a line is needed, as argmine label --format jsonl prints them") from None


def _check_record(record: Any, where: str) -> None:
    form = '{"document": name, "start": 0, "end": 15, "positions": [{"actor": "RUS", "label": "refusal"}]}'
    if not isinstance(record, Mapping) or not {"document", "start", "end", "positions"} <= set(record):
        raise FormatError(f"{where}: not a predicted sentence; a record like {form} is needed")
    whole = isinstance(record["start"], int) and isinstance(record["end"], int) and isinstance(record["positions"], list)
    if not whole or not all(isinstance(p, Mapping) and {"actor", "label"} <= set(p) for p in record["positions"]):
        raise FormatError(f"{where}: start and end must be whole numbers, and every position needs an actor and a label, as in {form}")
