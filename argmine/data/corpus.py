"""The corpus: annotated documents, the scheme of their labels, and their splits by negotiation."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from argmine.actors.registry import Registry
from argmine.actors.resolver import Reader
from argmine.data import huggingface
from argmine.data.documents import head_record, in_order
from argmine.data.header import MENTIONS, Header, header_record, read_splits, splits_record
from argmine.data.reader import CORPUS, DOCUMENTS, SPLITS_FILE, Contents, read_folder, shipped_places
from argmine.data.records import HEAD, SPLITS, check_value
from argmine.data.rows import Rows, read_rationales, read_rows
from argmine.data.writer import corpus_files, json_text, write_files
from argmine.errors import FormatError, InputError, say
from argmine.render import corpus_html
from argmine.schema import FOUR_LABELS, ActorSentence, Document, LabelScheme, Rationale

if TYPE_CHECKING:
    import numpy as np
    from datasets import Dataset, DatasetDict
    from numpy.typing import NDArray

__all__ = ["Corpus", "load_corpus"]

_GROUPS = ("register", "kind", "negotiation", "split")
_SELECTED = ("id", *(key for key in HEAD if key != "document"), "split")


def _figures(documents: Iterable[Document]) -> dict[str, Any]:
    """Counts, and the share of sentences that carry no position."""
    documents = tuple(documents)
    sentences = sum(len(d.sentences) for d in documents)
    carrying = sum(len({p.sentence for p in d.positions}) for d in documents)
    return {
        "documents": len(documents),
        "sentences": sentences,
        "positions": sum(len(d.positions) for d in documents),
        "without_position": 1 - carrying / sentences if sentences else 0.0,
    }


def _check_labels(document: Document, scheme: LabelScheme) -> None:
    """Refuse a label that the scheme lacks, and a second one for a sentence and actor where it allows one."""
    seen: dict[tuple[int, str], str] = {}
    for p in document.positions:
        where = f"document {document.id!r}, sentence {p.sentence}"
        scheme.check(p.label, where)
        if seen.setdefault((p.sentence, p.actor), p.label) != p.label and not scheme.multilabel:
            raise FormatError(say("position", f"{p.actor} {p.label}", f"alone: {scheme.name!r} allows one label an actor", where=where))


@dataclass(frozen=True, repr=False)
class Corpus:
    """Annotated documents, in the order of their identifiers.

    Attributes:
        documents: the documents; mentions and positions are in the order of the text.
        scheme: the labels that they are annotated with.
        splits: the split (``train``, ``dev`` or ``test``) of each negotiation; empty where there are none.
        name: what the corpus is called.
        about: licence, version, source and the like, as texts.
        mentions: whose mentions the rows have: ``found`` by the reader, as in raw text, or ``given`` by the annotation.
        registry: of the actors that the reader knows; the shipped one if None. It is no part of the folder that `write` writes.

    Raises:
        InputError: for two documents of one identifier.
        FormatError: for a label that the scheme lacks, a second one for a sentence and actor where it allows one,
            a negotiation that is not in one split, or mentions that are neither found nor given.

    >>> from argmine.schema import Position, Sentence
    >>> refusal = Position("RUS", "refusal", 0, cue="refuses")
    >>> report = Document("a-01", "Moscow refuses.", (Sentence(0, 15),), positions=(refusal,), negotiation="a", register="wire")
    >>> Corpus((report,), name="talks")
    Corpus 'talks': 1 documents, 1 sentences, 1 positions (demand 0, concession 0, refusal 1, condition 0)
    """

    documents: tuple[Document, ...]
    scheme: LabelScheme = FOUR_LABELS
    splits: Mapping[str, str] = field(default_factory=dict, hash=False)
    name: str = "corpus"
    about: Mapping[str, str] = field(default_factory=dict, hash=False)
    mentions: str = "found"
    registry: Registry | None = None

    def __post_init__(self) -> None:
        documents = tuple(sorted(map(in_order, self.documents), key=attrgetter("id")))
        where = f"corpus {self.name!r}"
        for before, document in pairwise(documents):
            if before.id == document.id:
                raise InputError(say("document", document.id, "given once", where=where))
        for document in documents:
            _check_labels(document, self.scheme)
        check_value("mentions", self.mentions, MENTIONS, where)
        splits = dict(self.splits)
        if splits:
            splits = read_splits(splits_record(splits), (d.negotiation for d in documents), where)
        for name, value in (("documents", documents), ("splits", splits), ("about", dict(self.about))):
            object.__setattr__(self, name, value)

    def __len__(self) -> int:
        return len(self.documents)

    def __iter__(self) -> Iterator[Document]:
        return iter(self.documents)

    def __repr__(self) -> str:
        stats = self.stats()
        labels = ", ".join(f"{label} {count}" for label, count in stats["label"].items())
        counts = ", ".join(f"{stats[unit]:,} {unit}" for unit in ("documents", "sentences", "positions"))
        return f"Corpus {self.name!r}: {counts} ({labels})"

    def _repr_html_(self) -> str:
        return corpus_html(self)

    def _with(self, documents: Iterable[Document]) -> Corpus:
        """The same corpus with some of its documents, and the splits that they need."""
        kept = tuple(documents)
        negotiations = {d.negotiation for d in kept}
        return replace(self, documents=kept, splits={n: s for n, s in self.splits.items() if n in negotiations})

    def split(self) -> tuple[Corpus, Corpus, Corpus]:
        """The documents for training, development and test; no negotiation is in two of them.

        Raises:
            InputError: if the corpus has no splits.

        >>> reports = Document("a-01", "", (), negotiation="a"), Document("b-01", "", (), negotiation="b")
        >>> [len(part) for part in Corpus(reports, splits={"a": "train", "b": "test"}).split()]
        [1, 0, 1]
        """
        if not self.splits and self.documents:
            raise InputError(
                f"corpus {self.name!r} has no splits; name each negotiation once in its {SPLITS_FILE}, "
                "as in {'train': ['oslo'], 'dev': ['aceh'], 'test': ['minsk']}"
            )
        train, dev, test = (self.select(split=split) for split in SPLITS)
        return train, dev, test

    def select(self, predicate: Callable[[Document], bool] | None = None, /, **equals: object) -> Corpus:
        """The documents for which the predicate holds and whose fields equal the values given; perhaps none.

        Args:
            predicate: says of a document whether it is kept.
            equals: values of the documents' fields, such as ``register="wire"``, or of their ``split``.

        Raises:
            InputError: for a field that documents have not.

        >>> Corpus((Document("a-01", "", (), register="wire"), Document("a-02", "", ()))).select(register="wire").documents[0].id
        'a-01'
        """
        for key in equals:
            if key not in _SELECTED:
                raise InputError(say("field", key, _SELECTED))
        kept = (d for d in self.documents if all(self._value(d, key) == value for key, value in equals.items()))
        return self._with(d for d in kept if predicate is None or predicate(d))

    def _value(self, document: Document, key: str) -> object:
        return self.splits.get(document.negotiation) if key == "split" else getattr(document, key)

    def stats(self) -> dict[str, Any]:
        """Counts of documents, sentences and positions, and the share of sentences ``without_position``.

        ``label`` counts positions by label; ``register``, ``kind``, ``negotiation`` and ``split`` give the same figures
        for each of their values.

        >>> Corpus((Document("a-01", "", (), register="wire"),)).stats()["register"]
        {'wire': {'documents': 1, 'sentences': 0, 'positions': 0, 'without_position': 0.0}}
        """
        counts = Counter(p.label for d in self.documents for p in d.positions)
        stats = _figures(self.documents) | {"label": {label: counts[label] for label in self.scheme.labels}}
        for key in _GROUPS:
            groups: dict[str, list[Document]] = {}
            for document in self.documents:
                value = self._value(document, key)
                if value is not None:
                    groups.setdefault(str(value), []).append(document)
            stats[key] = {value: _figures(group) for value, group in sorted(groups.items())}
        return stats

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content in hexadecimal digits, the same for equal labels, splits, texts, annotations, ways to mentions and tables of further actors.

        The corpus's name and licence, quotations and probabilities are no part of it.

        >>> Corpus(()).digest[:16]
        '038d977c3b354b31'
        """
        content = hashlib.sha256()
        for part in self._content():
            content.update(json.dumps(part, sort_keys=True, separators=(",", ":")).encode("ascii") + b"\n")
        return content.hexdigest()

    def _content(self) -> Iterator[object]:
        # Found mentions go unsaid, so that a corpus from before there were given ones keeps its digest.
        mentions = [self.mentions] if self.mentions != "found" else []
        yield [self.scheme.labels, self.scheme.multilabel, splits_record(self.splits), *mentions]
        if self.registry:
            yield [(a.actor, a.kind, a.text, a.office, a.start, a.until, sorted(a.context)) for a in self.registry.aliases if a.table]
        for d in self.documents:
            sentences = [(s.start, s.end, s.paragraph) for s in d.sentences]
            marked = [(m.start, m.end, m.actor) for m in d.mentions]
            positions = [(*p.triple, p.cue, p.target, p.issue) for p in d.positions]
            yield [head_record(d), d.text, sentences, marked, positions]

    @property
    def reader(self) -> Reader | None:
        """Of the actors in its texts, by its own registry; None stands for the shipped one's."""
        return Reader(self.registry) if self.registry else None

    @cached_property
    def rows(self) -> Rows:
        """The actor-sentences of all documents, with their label matrix and negotiations; read when first asked for."""
        return read_rows(self.documents, self.scheme, self.reader, given=self.mentions == "given")

    @property
    def X(self) -> list[ActorSentence]:
        """The rows that classifiers see, in the order of the documents."""
        return self.rows.X

    @property
    def y(self) -> NDArray[np.int8]:
        """Their labels, 0 or 1, shape (n_rows, n_labels), columns in the scheme's order."""
        return self.rows.y

    @property
    def groups(self) -> NDArray[np.str_]:
        """The negotiation of each row, for splitting."""
        return self.rows.groups

    @cached_property
    def rationales(self) -> list[Rationale | None]:
        """For each row the words that express its positions, for models that learn from them too; empty where no position has a cue."""
        if not any(p.cue for d in self.documents for p in d.positions):
            return []
        return read_rationales(self.X, self.documents, self.scheme)

    @property
    def _header(self) -> Header:
        return Header(self.name, self.scheme, dict(self.about), self.mentions)

    @classmethod
    def _of(cls, contents: Contents) -> Corpus:
        name, scheme, about, mentions = contents.header
        return cls(contents.documents, scheme, contents.splits, name, about, mentions)

    def write(self, folder: str | Path) -> None:
        """Write a corpus folder that `load_corpus` reads as this very corpus; each file is replaced whole or not at all.

        Raises:
            InputError: if the folder has files of another corpus, or the format cannot hold a document.
            FormatError: for a value that breaks the format.

        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     Corpus((), name="talks").write(folder)
        ...     load_corpus(folder)
        Corpus 'talks': 0 documents, 0 sentences, 0 positions (demand 0, concession 0, refusal 0, condition 0)
        """
        folder = Path(folder)
        header = json_text(header_record(self._header), indent=2)
        contents = {CORPUS: header, **corpus_files(self.documents, self.scheme)}
        if self.splits:
            contents[SPLITS_FILE] = json_text(splits_record(self.splits), indent=2)
        stale = sorted(p.name for pattern in ("*.jsonl", SPLITS_FILE) for p in folder.glob(pattern) if p.name not in contents)
        if stale:
            allowed = f"free: it holds {', '.join(stale)}, which this corpus has not; remove them or take another folder"
            raise InputError(say("folder", str(folder), allowed))
        write_files(folder, contents)

    def to_datasets(self) -> DatasetDict:
        """One data set a split, one row a sentence, with nested mentions and positions; ``train`` alone without splits.

        Raises:
            FormatError, InputError: for a document that the corpus format cannot hold.
        """
        return huggingface.to_datasets(self.documents, self._header, self.splits)

    @classmethod
    def from_datasets(cls, dataset: Dataset | DatasetDict) -> Corpus:
        """The corpus that `to_datasets` made these data sets from; rows may have been shuffled or regrouped since.

        Raises:
            FormatError: naming the row, what came and what is allowed.
        """
        return cls._of(huggingface.read_datasets(dataset))

    @classmethod
    def read(cls, folder: str | Path) -> Corpus:
        """The corpus in a folder.

        Raises:
            FormatError: for the first fault, by file and line: what came, and what is allowed.
        """
        return cls._of(read_folder(Path(folder)))


def load_corpus(path: str | Path | None = None, actors: str | Path | Iterable[str | Path] = ()) -> Corpus:
    """Load the corpus in a folder; without one, the corpus that is shipped with argmine.

    Args:
        path: the folder.
        actors: tables of further actors, in the registry's form, that its texts are read with.

    Raises:
        FormatError: for the first fault, by file and line: what came, and what is allowed.
        InputError: if no corpus is shipped with this installation, or a table can't be read.
    """
    tables = [actors] if isinstance(actors, str | Path) else list(actors)
    if tables:
        return replace(load_corpus(path), registry=Registry.read(*tables))
    if path is not None:
        return Corpus.read(path)
    places = shipped_places()
    for place in places:
        if (place / DOCUMENTS).is_file():
            return Corpus.read(place)
    missing = f"neither {places[0]} nor {places[1]} has a {DOCUMENTS}"
    raise InputError(f"the shipped corpus is missing: {missing}; load_corpus(path) reads another")
