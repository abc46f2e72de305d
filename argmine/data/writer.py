"""The corpus format written: what each file holds, and files replaced whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from argmine.data.documents import document_records
from argmine.data.reader import DOCUMENTS
from argmine.schema import Document, LabelScheme

__all__ = ["corpus_files", "json_text", "write_files"]


def json_text(value: Any, indent: int | None = None) -> str:
    """One JSON value and a line end, in the text's own letters.

    >>> json_text({"text": "Türkiye"})
    '{"text": "Türkiye"}\\n'
    """
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent) + "\n"


def corpus_files(documents: Iterable[Document], scheme: LabelScheme) -> dict[str, str]:
    """The text of ``documents.jsonl`` and of each ``<negotiation>.jsonl``, with documents by identifier.

    Raises:
        FormatError, InputError: for a document that the corpus format cannot hold.
    """
    files = {DOCUMENTS: ""}
    lines: dict[str, list[str]] = {}
    for document in sorted(documents, key=lambda d: d.id):
        head, rows = document_records(document, scheme)
        files[DOCUMENTS] += json_text(head)
        lines.setdefault(f"{document.negotiation}.jsonl", []).extend(map(json_text, rows))
    return files | {name: "".join(texts) for name, texts in sorted(lines.items())}


def write_files(folder: Path, files: Mapping[str, str | bytes | None]) -> None:
    """Write files into a folder, each atomically; a name with None is a file to remove.

    All are first written beside their places, so that a full disk leaves the folder as it was.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_files(Path(folder), {"a.jsonl": "1", "b.jsonl": "2"})
    ...     write_files(Path(folder), {"a.jsonl": None})
    ...     [path.name for path in Path(folder).iterdir()]
    ['b.jsonl']
    """
    folder.mkdir(parents=True, exist_ok=True)
    staged = {name: folder / f".{name}.{os.getpid()}.tmp" for name, text in files.items() if text is not None}
    try:
        for name, path in staged.items():
            content = files[name] or b""
            path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        for name, path in staged.items():
            path.replace(folder / name)
    finally:
        for path in staged.values():
            path.unlink(missing_ok=True)
    for name in files.keys() - staged.keys():
        (folder / name).unlink(missing_ok=True)
