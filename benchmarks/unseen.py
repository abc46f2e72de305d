"""How well real text is read that nobody who built argmine had looked at: one JSON row a system and source.

    python benchmarks/unseen.py ARGUNSC [READOUTS.jsonl] [--models rules linear …] [--kept FOLDER]

The annotations are ``unseen.jsonl`` beside this script: a line a sentence, its place in its source, and what each of two readers found
in it, who saw neither the other's answers nor any model's (a "?" after a triple that a reader could as well leave out). The texts
are no part of the project. ARGUNSC is the folder of ArgUNSC's speeches in the UN Security Council, READOUTS.jsonl has one
``{"id", "text"}`` a line; benchmarks/README.md says how the sentences were drawn. Triples that one reader alone gives are optional,
as in ``reports.json``. Nothing is trained on these texts or chosen by them.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import systems
import tables

from argmine.evaluation.triples import GoldDocument, TripleScore, score_triples
from argmine.pipeline import Miner

ANNOTATIONS = Path(__file__).parent / "unseen.jsonl"
# The codes of ArgUNSC's speakers that the annotations need.
STATES = {
    "AO": "Angola", "AR": "Argentina", "ARG": "Argentina", "AU": "Australia", "BE": "Belgium", "CL": "Chile", "CN": "China", "ES": "Spain", "ET": "Ethiopia",
    "FR": "France", "ID": "Indonesia", "JO": "Jordan", "KR": "the Republic of Korea", "LT": "Lithuania", "LU": "Luxembourg", "NG": "Nigeria", "NZ": "New Zealand",
    "RF": "the Russian Federation", "RW": "Rwanda", "SE": "Sweden", "TD": "Chad", "UA": "Ukraine", "UK": "the United Kingdom",
    "US": "the United States of America", "USA": "the United States of America", "VE": "Venezuela",
}  # fmt: skip

Text = tuple[str, dict[int, tuple[int, int]]]


def speeches(folder: Path) -> dict[str, Text]:
    """Each speech of ArgUNSC, under a line that says whose it is, and its sentences' stretches by their numbers."""
    sentences: dict[str, dict[int, str]] = {}
    with (folder / "base.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            sentences.setdefault(row["Speech"], {})[int(row["Sentence_ID"])] = row["Full_Sentence"]
    out = {}
    for name, of_speech in sentences.items():
        year, code = re.match(r"UNSC_(\d+)_.*?spch\d+_([A-Za-z]+)", name).groups()  # type: ignore[union-attr]
        text, spans = f"Statement by the representative of {STATES.get(code, code)} in the United Nations Security Council, {year}", {}
        for number, sentence in sorted(of_speech.items()):
            spans[number] = (len(text) + 1, len(text) + 1 + len(sentence))
            text += f"\n{sentence}"
        out[name] = (text, spans)
    return out


def readouts(path: Path, annotated: list[dict[str, Any]]) -> dict[str, Text]:
    """The readouts that are annotated, and their sentences' stretches, which the annotations say themselves."""
    texts = {r["id"]: r["text"] for r in map(json.loads, path.read_text(encoding="utf-8").splitlines())}
    out: dict[str, Text] = {}
    for a in annotated:
        out.setdefault(a["document"], (texts[a["document"]], {}))[1][a["sentence"]] = (a["start"], a["end"])
    return out


def triples(answers: list[str]) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """What a reader holds for given, and all that the reader says.

    >>> triples(["RUS demand", "UKR refusal?"]) == ({("RUS", "demand")}, {("RUS", "demand"), ("UKR", "refusal")})
    True
    """
    said = {(actor, label.rstrip("?")): label.endswith("?") for actor, label in (answer.split() for answer in answers)}
    return {pair for pair, doubtful in said.items() if not doubtful}, set(said)


def gold_documents(texts: dict[str, Text], annotated: list[dict[str, Any]]) -> Iterator[GoldDocument]:
    """Documents with the annotated sentences alone; positions are what both readers hold for given, optional what either says beside."""
    for name, (text, spans) in texts.items():
        of_document = [a for a in annotated if a["document"] == name]
        if of_document:
            read = [(triples(a["first"]), triples(a["second"])) for a in of_document]
            sure = tuple(frozenset(first[0] & second[0]) for first, second in read)
            optional = tuple(frozenset((first[1] | second[1]) - both) for (first, second), both in zip(read, sure, strict=True))
            yield GoldDocument(name, text, tuple(spans[a["sentence"]] for a in of_document), sure, optional)


def read(miner: Miner, gold: list[GoldDocument]) -> TripleScore:
    """The whole text is read; what is said of stretches that lie mostly in an annotated sentence is scored."""

    def annotated(record: dict[str, Any], d: GoldDocument) -> bool:
        return any(min(record["end"], end) - max(record["start"], start) > (record["end"] - record["start"]) / 2 for start, end in d.spans)

    return score_triples(gold, {d.id: [r for r in miner.label(d.text, d.id).records() if annotated(r, d)] for d in gold})


def agreement(annotated: list[dict[str, Any]], label: str = "") -> dict[str, float]:
    """F1 of one reader's given triples against the other's, actors left aside, of one label or all."""
    first, second = (
        {(a["document"], a["sentence"], lab) for a in annotated for _, lab in triples(a[reader])[0] if lab == (label or lab)} for reader in ("first", "second")
    )
    return {"f1": 2 * len(first & second) / max(len(first) + len(second), 1), "first": len(first), "second": len(second), "both": len(first & second)}


def row(name: str, source: str, score: TripleScore, annotated: list[dict[str, Any]]) -> dict[str, Any]:
    """The figures of one system on one source."""
    views = ("triple", "sentence+label", *(f"sentence+{label}" for label in tables.LABELS))
    return {
        "benchmark": "unseen", "model": name, "source": source, "sentences": len(annotated),
        **{view: score.figures(view) | {"interval": score.interval(view)} for view in views},
        "agreement": {"sentence+label": agreement(annotated), **{f"sentence+{label}": agreement(annotated, label) for label in tables.LABELS}},
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("argunsc", type=Path)
    parser.add_argument("readouts", type=Path, nargs="?")
    parser.add_argument("--models", nargs="+", default=list(tables.OWN), help="systems, or paths of model folders")
    parser.add_argument("--kept", type=Path, help="a folder of your own for fitted baselines (pickle files), not to fit them again")
    a = parser.parse_args()
    annotated = [json.loads(line) for line in ANNOTATIONS.read_text(encoding="utf-8").splitlines()]
    texts: dict[str, dict[str, Text]] = {}
    if (a.argunsc / "base.csv").exists():
        texts["speeches"] = speeches(a.argunsc)
    if a.readouts and a.readouts.exists():
        for source in ("readouts", "statements"):
            texts[source] = readouts(a.readouts, [x for x in annotated if x["source"] == source])
    if not texts:
        sys.exit(f"{a.argunsc}: no base.csv there; skipped")
    for name in systems.present(a.models):
        miner = Miner(systems.classifier(name, a.kept))
        for source, of_source in texts.items():
            here = [x for x in annotated if x["source"] == source]
            found = row(name, source, read(miner, list(gold_documents(of_source, here))), here)
            print(json.dumps(found), flush=True)
            if name in systems.NAMES:
                tables.keep("unseen", [found], "model", "source")
                tables.refresh("unseen")


if __name__ == "__main__":
    main()
