"""What machines read about a corpus folder: the loading configuration in its README, and Croissant metadata.

The README's YAML head lets ``datasets.load_dataset(folder)`` load the sentences by split (and the reports as a second
configuration); ``croissant.json`` follows the Croissant 1.0 vocabulary of MLCommons (https://docs.mlcommons.org/croissant/).
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

from argmine.data.corpus import Corpus
from argmine.data.reader import DOCUMENTS
from argmine.data.records import SPLITS
from argmine.data.writer import json_text, write_files

__all__ = ["composition", "croissant", "describe", "readme_head"]

_JSON_LINES = "application/jsonlines"
_CONTEXT = {
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
}
_MARKED = re.compile(r"(<!-- composition -->\n).*?(<!-- /composition -->)", re.S)
_SENTENCE = """\
  - name: document
    dtype: string
  - name: sentence
    dtype: int64
  - name: paragraph
    dtype: int64
  - name: text
    dtype: string
  - name: mentions
    list:
    - name: text
      dtype: string
    - name: start
      dtype: int64
    - name: actor
      dtype: string
  - name: positions
    list:
    - name: actor
      dtype: string
    - name: label
      dtype: string
    - name: cue
      dtype: string
    - name: target
      dtype: string
    - name: issue
      dtype: string
"""


def _files(corpus: Corpus, split: str) -> list[str]:
    return [f"{n}.jsonl" for n in sorted({d.negotiation for d in corpus}) if corpus.splits.get(n, "train") == split]


def readme_head(corpus: Corpus) -> str:
    """The YAML head of the data card: licence, and what `datasets.load_dataset` finds in the folder."""
    lines = [
        "---",
        f"license: {corpus.about.get('licence', 'other').lower()}",
        "language:",
        "- en",
        "configs:",
        "- config_name: sentences",
        "  default: true",
    ]
    lines.append("  data_files:")
    for split in SPLITS:
        if names := _files(corpus, split):
            lines += [f"  - split: {'validation' if split == 'dev' else split}", "    path:", *(f"    - {name}" for name in names)]
    lines += ["- config_name: documents", "  data_files:", "  - split: train", f"    path: {DOCUMENTS}"]
    lines += ["dataset_info:", "- config_name: sentences", "  features:"]
    return "\n".join(lines) + "\n" + _SENTENCE + "---\n"


def croissant(corpus: Corpus, folder: Path) -> dict[str, Any]:
    """Croissant metadata of a corpus folder: its files with checksums, and the fields of a sentence."""
    licence = corpus.about.get("licence", "")
    names = [DOCUMENTS, *(f"{n}.jsonl" for n in sorted({d.negotiation for d in corpus}))]
    rows = {"@type": "cr:FileSet", "@id": "sentence-files", "encodingFormat": _JSON_LINES, "includes": "*.jsonl", "excludes": DOCUMENTS}
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "dct:conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": corpus.name,
        "description": corpus.about.get("description", ""),
        "license": "https://creativecommons.org/licenses/by/4.0/" if licence == "CC-BY-4.0" else licence,
        "version": corpus.about.get("version", ""),
        "distribution": [*(_file(folder / name) for name in names), rows],
        "recordSet": [{"@type": "cr:RecordSet", "@id": "sentences", "name": "sentences", "field": _fields()}],
    }


def _file(path: Path) -> dict[str, Any]:
    name, checksum = path.name, hashlib.sha256(path.read_bytes()).hexdigest()
    return {"@type": "cr:FileObject", "@id": name, "name": name, "contentUrl": name, "encodingFormat": _JSON_LINES, "sha256": checksum}


def _fields() -> list[dict[str, Any]]:
    fields = [_field("document", "sc:Text"), _field("sentence", "sc:Integer"), _field("paragraph", "sc:Integer"), _field("text", "sc:Text")]
    parts = {"mentions": ("text", "start", "actor"), "positions": ("actor", "label", "cue", "target", "issue")}
    for name, keys in parts.items():
        sub = [_field(f"{name}/{key}", "sc:Integer" if key == "start" else "sc:Text", f"{name}[*].{key}") for key in keys]
        fields.append({"@type": "cr:Field", "@id": f"sentences/{name}", "repeated": True, "subField": sub})
    return fields


def _field(name: str, kind: str, path: str | None = None) -> dict[str, Any]:
    source = {"fileSet": {"@id": "sentence-files"}, "extract": {"jsonPath": f"$.{path or name}"}}
    return {"@type": "cr:Field", "@id": f"sentences/{name}", "dataType": kind, "source": source}


def composition(corpus: Corpus) -> str:
    """Two Markdown tables: reports, sentences and labels of each split and kind, and of each register."""
    stats = corpus.stats()
    labels = corpus.scheme.labels
    parts = {
        **{split: corpus.select(split=split) for split in SPLITS if corpus.splits},
        **{kind: corpus.select(kind=kind) for kind in stats["kind"]},
        "all": corpus,
    }
    head = ["part", "reports", "sentences", "without a position", *labels]
    body = []
    for name, part in parts.items():
        found = part.stats()
        counts = (str(found["label"][label]) for label in labels)
        body.append([name, str(found["documents"]), str(found["sentences"]), f"{found['without_position']:.0%}", *counts])
    registers = [[name, str(r["documents"]), str(r["sentences"]), str(r["positions"])] for name, r in stats["register"].items()]
    return _table(head, body) + "\n\n" + _table(["register", "reports", "sentences", "positions"], registers)


def _table(head: list[str], body: list[list[str]]) -> str:
    rows = [head, ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def describe(folder: str | Path) -> None:
    """Write ``croissant.json``, the README's head, and its composition (between two marks) anew, from what the folder holds."""
    folder = Path(folder)
    corpus = Corpus.read(folder)
    card = folder / "README.md"
    text = card.read_text(encoding="utf-8") if card.exists() else f"# Data card: {corpus.name}\n"
    body = text.split("---\n", 2)[2] if text.startswith("---\n") else text
    body = _MARKED.sub(lambda m: f"{m[1]}\n{composition(corpus)}\n\n{m[2]}", body)
    write_files(folder, {"croissant.json": json_text(croissant(corpus, folder), indent=1), "README.md": readme_head(corpus) + body})
