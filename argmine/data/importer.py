"""From the authors' files into a corpus folder, and a document of a corpus back into the authors' format."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from argmine.data.corpus import Corpus
from argmine.data.documents import document_records, read_document
from argmine.data.markup import read_markup, read_markup_file, write_markup
from argmine.data.reader import DOCUMENTS, read_documents, read_header_of
from argmine.data.writer import corpus_files, write_files
from argmine.errors import FormatError, InputError, say
from argmine.schema import FOUR_LABELS, Document, LabelScheme

__all__ = ["export_markup", "import_markup", "read_layer"]


def _read_report(path: Path, scheme: LabelScheme) -> Document:
    head, rows = read_markup_file(path, scheme)
    return read_document((str(path), head), [(f"{path}: sentence {row['sentence']}", row) for row in rows], scheme)


def _read_reports(paths: Iterable[Path], scheme: LabelScheme, faults: list[str]) -> dict[str, Document]:
    """The reports by identifier; what is wrong with any of them is added to the faults."""
    reports: dict[str, Document] = {}
    seen: dict[str, Path] = {}
    for path in paths:
        try:
            report = _read_report(path, scheme)
        except FormatError as error:
            faults.append(str(error))
            continue
        if report.id in reports:
            faults.append(say("document", report.id, f"in one file; {seen[report.id]} has it as well", where=str(path)))
        reports[report.id], seen[report.id] = report, path
    return reports


def _read_existing(folder: Path, scheme: LabelScheme, faults: list[str]) -> dict[str, Document]:
    """The documents that the folder holds already; none in a folder without a corpus."""
    if not any(folder.glob("*.jsonl")):
        return {}
    try:
        return {document.id: document for document in read_documents(folder, scheme)}
    except FormatError as error:
        faults.append(str(error))
        return {}


def import_markup(paths: Iterable[str | Path], folder: str | Path) -> tuple[str, ...]:
    """Put reports in the authors' format into a corpus folder; a document that is there already is replaced.

    ``documents.jsonl`` and one file a negotiation are written, each whole or not at all; ``corpus.json`` (which names
    the labels) and ``splits.json`` are left as they are, so that a new negotiation wants a place in the latter.

    Args:
        paths: the authors' files.
        folder: the corpus folder; made if it is not there.

    Returns:
        The identifiers of the reports, in order.

    Raises:
        FormatError: every fault of every file, one a line; then nothing is written.

    >>> from tempfile import TemporaryDirectory
    >>> heads = "@document a-01\\n@title T\\n@date 1999-01-02\\n@negotiation a\\n@register wire\\n@kind hard\\n"
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "a-01.txt"
    ...     _ = path.write_text(heads + "[Moscow|RUS] refuses.\\n> RUS refusal | refuses")
    ...     import_markup([path], Path(folder) / "corpus")
    ...     Corpus.read(Path(folder) / "corpus").documents[0].positions[0].label
    ('a-01',)
    'refusal'
    """
    folder = Path(folder)
    faults: list[str] = []
    try:
        scheme = read_header_of(folder).scheme
    except FormatError as error:
        faults.append(str(error))
        scheme = FOUR_LABELS
    existing = _read_existing(folder, scheme, faults)
    reports = _read_reports(map(Path, paths), scheme, faults)
    if faults:
        raise FormatError("\n".join(faults))
    files: dict[str, str | None] = dict(corpus_files((existing | reports).values(), scheme))
    emptied = {f"{document.negotiation}.jsonl" for document in existing.values()} - files.keys()
    write_files(folder, files | dict.fromkeys(emptied))
    return tuple(sorted(reports))


def export_markup(corpus: Corpus, document_id: str) -> str:
    """A document of a corpus in the authors' format, such that importing it gives the same document.

    Raises:
        InputError: for a document that the corpus lacks, or that the authors' format cannot hold: one with a position
            without a cue, with mentions that cross, or without a date.

    >>> from argmine.schema import Mention, Sentence
    >>> report = Document("a-01", "Moscow refuses.", (Sentence(0, 15),), (Mention(0, 6, "RUS", "gold"),), date="1999-01-02",
    ...                   negotiation="a", register="wire", kind="hard", title="T")
    >>> export_markup(Corpus((report,)), "a-01").splitlines()[-1]
    '[Moscow|RUS] refuses.'
    """
    by_id = {document.id: document for document in corpus}
    if document_id not in by_id:
        raise InputError(say("document", document_id, by_id or "in this corpus"))
    document = by_id[document_id]
    lines = list(write_markup(*document_records(document, corpus.scheme)))
    where = f"document {document_id!r} in the authors' format"
    try:
        head, rows = read_markup(lines, where, corpus.scheme)
    except FormatError as error:
        raise InputError(str(error)) from error
    rebuilt = read_document((where, head), [(where, row) for row in rows], corpus.scheme)
    for name in ("text", "mentions", "positions", "title", "register", "language"):
        if getattr(rebuilt, name) != getattr(document, name):
            raise InputError(say("document", document_id, f"one that the authors' format can hold: its {name} would be changed"))
    return "\n".join(lines) + "\n"


def read_layer(folder: str | Path, scheme: LabelScheme = FOUR_LABELS) -> tuple[Document, ...]:
    """The documents of an annotation layer: a corpus folder, or a folder of reports in the authors' format (``*.txt``).

    Raises:
        FormatError: for the first fault of a corpus folder, or all faults of the reports.
    """
    folder = Path(folder)
    paths = sorted(folder.glob("*.txt"))
    if (folder / DOCUMENTS).is_file() or not paths:
        return Corpus.read(folder).documents
    faults: list[str] = []
    reports = _read_reports(paths, scheme, faults)
    if faults:
        raise FormatError("\n".join(faults))
    return tuple(reports.values())
