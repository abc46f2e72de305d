"""The main job: a report's raw text goes in, the positions in it come out."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from argmine.actors.candidates import actor_sentences, read_actors
from argmine.actors.registry import Registry, default_registry
from argmine.actors.resolver import Reader
from argmine.errors import InputError, LanguageWarning, ModelError, say
from argmine.models.base import PositionClassifier
from argmine.models.folder import load_classifier
from argmine.models.rules import RuleClassifier
from argmine.render import document_html
from argmine.schema import ActorSentence, Document, Position, check_date, document_name
from argmine.text import english_share, quotations, sentences

__all__ = ["DEFAULT", "LabelledDocument", "Miner", "load", "read_document", "read_text"]

DEFAULT = "encoder"
MOST_CHARACTERS = 5_000_000
_BATCH = 4096
# No report of the corpus, poor translations among them, has a smaller share than 0.13; what was tried of other languages has less than 0.12.
# Single real news sentences of some twenty words got false warnings: hence the least number of words.
_LEAST_ENGLISH, _ENOUGH_WORDS = 0.12, 60


@dataclass(frozen=True)
class LabelledDocument:
    """A report with the positions that were found in it.

    Attributes:
        document: the text, its sentences and the mentions of actors.
        positions: in the order of sentences.
        names: the name to show for each actor that has a position, or is a target of one.
        candidates: for each sentence the actors that it was read for.
    """

    document: Document
    positions: tuple[Position, ...]
    names: dict[str, str]
    candidates: tuple[tuple[str, ...], ...] = ()

    @cached_property
    def by_sentence(self) -> tuple[tuple[Position, ...], ...]:
        """The positions of each sentence."""
        rows: list[list[Position]] = [[] for _ in self.document.sentences]
        for position in self.positions:
            rows[position.sentence].append(position)
        return tuple(map(tuple, rows))

    def records(self) -> Iterator[dict[str, Any]]:
        """One record a sentence, as ``argmine label --format jsonl`` prints it; offsets count characters of the whole text."""
        document = self.document
        for index, (sentence, positions) in enumerate(zip(document.sentences, self.by_sentence, strict=True)):
            mentions = document.mentions_by_sentence[index]
            yield {
                "document": document.id, "sentence": index, "start": sentence.start, "end": sentence.end, "text": document.sentence_text(index),
                "actors": list(self.candidates[index]) if self.candidates else [],
                "positions": [
                    {
                        "actor": p.actor, "name": self.names[p.actor], "label": p.label, "probability": round(p.probability, 4),
                        "mentions": [[m.start, m.end] for m in mentions if m.actor == p.actor], "target": p.target, "cue": p.cue,
                    }
                    for p in positions
                ],
            }  # fmt: skip

    def __repr__(self) -> str:
        return f"<LabelledDocument {self.document.id!r}: {len(self.document.sentences)} sentences, {len(self.positions)} positions>"

    def _repr_html_(self) -> str:
        return document_html(self)


class Miner:
    """A classifier together with the registry that it reads actors by.

    Args:
        classifier: fitted.
        registry: of actors; the shipped one if None.
        min_confidence: positions that are less probable are left out (abstention), even where they reach their label's threshold.

    >>> report = load().label("Moscow refuses the ceasefire requested by Kyiv.")
    >>> [(p.actor, p.label) for p in report.positions]
    [('RUS', 'refusal'), ('UKR', 'demand')]
    """

    def __init__(self, classifier: PositionClassifier, registry: Registry | None = None, min_confidence: float = 0.0) -> None:
        if not 0 <= min_confidence <= 1:
            raise InputError(say("min_confidence", min_confidence, "a probability from 0 to 1"))
        self.classifier = classifier
        self.min_confidence = min_confidence
        self.registry = registry or default_registry()
        self._reader = Reader(registry) if registry else Reader.default()

    def label(self, text: str, name: str = "report", date: str | None = None) -> LabelledDocument:
        """Find the positions in one report.

        Args:
            text: the raw text.
            name: the document's name in the output.
            date: its ISO date, if known; it decides between office holders of one surname.

        Raises:
            InputError: for a text without words, or one that is too long to be a report.

        Warns:
            LanguageWarning: for a text of 60 words or more that does not look like English.
        """
        document = read_document(text, name, date, self._reader)
        share, words = english_share(text)
        if share < _LEAST_ENGLISH and words >= _ENOUGH_WORDS:
            warnings.warn(LanguageWarning(
                f"{name}: this does not look like English ({share:.0%} of its words are among the commonest of English), and argmine reads English; translate it first"
            ), stacklevel=2)  # fmt: skip
        rows = actor_sentences(document)
        positions: list[Position] = []
        for start in range(0, len(rows), _BATCH):
            positions += self._positions(rows[start : start + _BATCH], document)
        shown = dict.fromkeys(actor for p in positions for actor in (p.actor, p.target) if actor)
        names = {actor: document.names.get(actor) or self.registry.name(actor) for actor in shown}
        candidates: list[list[str]] = [[] for _ in document.sentences]
        for row in rows:
            candidates[row.sentence].append(row.actor)
        return LabelledDocument(document, tuple(positions), names, tuple(map(tuple, candidates)))

    def _positions(self, rows: list[ActorSentence], document: Document) -> Iterator[Position]:
        probabilities = self.classifier.predict_proba(rows)
        given = np.argwhere(self.classifier.decide(probabilities) & (probabilities >= self.min_confidence))
        # Words and targets are asked of the sentences with positions only, of all their rows: whoever is addressed need have no position.
        found = {rows[i].sentence for i, _ in given}
        asked = [row for row in rows if row.sentence in found]
        explained = self.classifier.explain(asked)
        place = {(row.sentence, row.actor): n for n, row in enumerate(asked)}
        beside: dict[int, list[int]] = {}
        for n, row in enumerate(asked):
            beside.setdefault(row.sentence, []).append(n)
        for i, k in given:
            row = rows[i]
            cue = explained.cues[place[row.sentence, row.actor]][k]
            if explained.addressed is None:
                target = _only_other(row, document)
            else:
                target = explained.addressee(int(k), {n: asked[n].actor for n in beside[row.sentence] if asked[n].actor != row.actor})
            words = row.text[cue.start : cue.end] if cue else None
            yield Position(row.actor, self.classifier.scheme_.labels[k], row.sentence, float(probabilities[i, k]), target, words)

    def stream(self, paths: str | Path | Iterable[str | Path], date: str | None = None) -> Iterator[LabelledDocument]:
        """Label files one after the other, in order, holding one at a time."""
        for path in [paths] if isinstance(paths, str | Path) else paths:
            yield self.label(read_text(path), name=document_name(path), date=date)


def _only_other(row: ActorSentence, document: Document) -> str | None:
    """The one other actor that the sentence names, if there is just one."""
    others = {m.actor for m in document.mentions_by_sentence[row.sentence] if m.actor != row.actor}
    return others.pop() if len(others) == 1 else None


def read_document(text: str, name: str = "report", date: str | None = None, reader: Reader | None = None) -> Document:
    """The text as a document: sentences, quotations and actors, but no positions yet.

    Raises:
        InputError: for a text without words, or one that is too long.
    """
    if not isinstance(text, str):
        raise InputError(say("text of type", type(text).__name__, "a str; decode bytes first", where=name))
    if date is not None:
        check_date(date, name)
    if not any(c.isalnum() for c in text[:MOST_CHARACTERS]):
        raise InputError(f"{name}: the text is empty or has no words; a report's text is needed")
    if len(text) > MOST_CHARACTERS:
        raise InputError(
            f"{name}: the text has {len(text):,} characters, more than the {MOST_CHARACTERS:,} allowed for one report; split it into reports, one file each"
        )
    document = Document(name, text, sentences(text), quotations=quotations(text), date=date)
    return read_actors(document, reader)


def read_text(path: str | Path) -> str:
    """A file's text, unchanged but for a byte order mark.

    Raises:
        InputError: naming the file, for one that is missing, binary or not UTF-8.
    """
    try:
        size = Path(path).stat().st_size
        content = Path(path).read_bytes() if size <= 4 * MOST_CHARACTERS else b""
    except OSError as error:
        raise InputError(f"{path}: the report can't be read ({error.strerror})") from None
    if size > 4 * MOST_CHARACTERS:
        raise InputError(
            f"{path}: the file has {size:,} bytes, and a report may have {MOST_CHARACTERS:,} characters; split it into reports, one file each"
        )
    if b"\0" in content[:65536] or content[:5] == b"%PDF-":
        raise InputError(
            f"{path}: this is a binary file; a report as plain UTF-8 text is needed (a PDF or Word file must be saved as text first)"
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: byte {error.start} (0x{content[error.start]:02x}) is not UTF-8; the file may be Latin-1 or Windows-1252: iconv -f WINDOWS-1252 -t UTF-8 {path}"
        ) from None


def load(model: str | Path = DEFAULT, actors: str | Path | Iterable[str | Path] = (), min_confidence: float = 0.0) -> Miner:
    """A miner, offline: a shipped model by name, or a model folder.

    Args:
        model: ``encoder`` (a small transformer), ``linear`` (some thirty times faster, without torch), ``rules``, or the path of a model folder.
        actors: tables of further actors, in the registry's form.
        min_confidence: positions that are less probable are left out.

    Raises:
        ModelError: for a name that is neither.
    """
    tables = [actors] if isinstance(actors, str | Path) else list(actors)
    registry = Registry.read(*tables) if tables else None
    if str(model) == "rules":
        return Miner(RuleClassifier().fit([]), registry, min_confidence)
    shipped = Path(str(files("argmine.pretrained"))) / str(model)
    if (shipped / "model.json").exists():
        return Miner(load_classifier(shipped), registry, min_confidence)
    if not Path(model).exists():
        known = sorted({"rules", *(p.parent.name for p in Path(str(files("argmine.pretrained"))).glob("*/model.json"))})
        raise ModelError(say("model", str(model), known) + ", and there is no folder of that name")
    return Miner(load_classifier(model), registry, min_confidence)
