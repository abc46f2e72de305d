"""Reports that nobody annotated, with a teacher's answers: what the shipped encoder learns from beside the corpus.

A folder holds ``reports.jsonl``, one report a line, ``{"document", "date", "register", "report"}`` (a whole report is no ``text``, which elsewhere is
a sentence), and ``answers.jsonl``, one actor-sentence a line,
``{"document", "sentence", "actor", "probabilities"}``, one probability a label in the scheme's order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from argmine.actors.candidates import actor_sentences, read_actors
from argmine.data.reader import parse_json, shipped_places
from argmine.errors import FormatError, InputError, say
from argmine.schema import ActorSentence, Document, LabelScheme, check_date
from argmine.text import quotations, sentences

__all__ = ["ANSWERS", "REPORTS", "Taught", "digest", "read_reports", "read_taught", "shipped_unlabelled", "unlabelled_rows"]

REPORTS, ANSWERS = "reports.jsonl", "answers.jsonl"
Taught = tuple[list[ActorSentence], NDArray[np.float64]]


def shipped_unlabelled() -> Path | None:
    """The folder that is shipped with the corpus, in an installation or a checkout; None where there is none."""
    return next((p / "unlabelled" for p in shipped_places() if (p / "unlabelled" / REPORTS).is_file()), None)


def read_reports(folder: str | Path) -> list[Document]:
    """The reports as documents without sentences.

    Raises:
        FormatError, InputError: naming file and line.
    """
    path = Path(folder) / REPORTS
    return [
        Document(r["document"], r["report"], (), date=check_date(r["date"], where), register=r["register"])
        for where, r in _records(path, ("document", "date", "register", "report"))
    ]


def unlabelled_rows(reports: Iterable[Document]) -> list[ActorSentence]:
    """The actor-sentences of reports, read as raw text is."""
    read = (Document(d.id, d.text, sentences(d.text), quotations=quotations(d.text), date=d.date) for d in reports)
    return [row for document in read for row in actor_sentences(read_actors(document))]


def read_taught(folder: str | Path, scheme: LabelScheme) -> Taught:
    """The rows that have an answer, and their answers of shape (n_rows, n_labels).

    Rows that are read otherwise since the teacher answered have none, and are left out.

    Raises:
        FormatError, InputError: naming file and line.
    """
    answers: dict[tuple[str, int, str], list[float]] = {}
    for where, r in _records(Path(folder) / ANSWERS, ("document", "sentence", "actor", "probabilities")):
        p = r["probabilities"]
        if len(p) != len(scheme.labels) or not all(0 <= x <= 1 for x in p):
            raise FormatError(say("probabilities", p, f"{len(scheme.labels)} numbers from 0 to 1, one a label of {scheme.name!r}", where=where))
        answers[r["document"], r["sentence"], r["actor"]] = p
    rows = [r for r in unlabelled_rows(read_reports(folder)) if (r.document, r.sentence, r.actor) in answers]
    soft = [answers[r.document, r.sentence, r.actor] for r in rows]
    return rows, np.array(soft, dtype=float).reshape(-1, len(scheme.labels))


def digest(folder: str | Path) -> str:
    """SHA-256 of the reports and the answers, in hexadecimal digits."""
    return hashlib.sha256(b"".join((Path(folder) / name).read_bytes() for name in (REPORTS, ANSWERS))).hexdigest()


def _records(path: Path, wanted: tuple[str, ...]) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise InputError(f"{path}: can't be read ({error.strerror})") from None
    for number, line in enumerate(lines, 1):
        where = f"{path}:{number}"
        if not line.strip():
            continue
        record = parse_json(line, path, number)
        if not isinstance(record, dict) or set(record) != set(wanted):
            raise FormatError(say("fields", sorted(record) if isinstance(record, dict) else record, f"just {', '.join(wanted)}", where=where))
        yield where, record
