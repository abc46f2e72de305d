"""Whatever a corpus holds: written, read, exported and turned into data sets it stays the same."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from argmine.data import Corpus, export_markup, import_markup, load_corpus, read_markup, write_markup
from argmine.data.documents import document_records, read_document
from argmine.errors import InputError
from argmine.schema import FOUR_LABELS, Document, LabelScheme

BREAKS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
LINES = st.one_of(
    # What the authors' format has a meaning for stands beside text of any script.
    st.text(st.sampled_from("ab []|\\@>-RUS é中\U0001f600\u0301\u200b"), min_size=1, max_size=30),
    st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters=BREAKS), min_size=1, max_size=20),
).filter(lambda text: text == text.strip())
ACTORS = st.sampled_from(["RUS", "UKR", "EU", "G7", "NORTHERN_ALLIANCE"])
SCHEMES = st.sampled_from([FOUR_LABELS, LabelScheme("claims", ("claim", "premise"), multilabel=False)])
RELAXED = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])


@st.composite
def stretches(draw: st.DrawFn, text: str) -> tuple[int, int]:
    """A stretch of the text without spaces around it: offsets."""
    start = draw(st.integers(0, len(text) - 1))
    end = draw(st.integers(start + 1, len(text)))
    words = text[start:end].strip()
    return (text.index(words, start), text.index(words, start) + len(words)) if words else (0, len(text))


@st.composite
def mentions(draw: st.DrawFn, text: str, nested: bool) -> list[dict[str, Any]]:
    spans: list[tuple[int, int]] = []
    for start, end in draw(st.lists(stretches(text), max_size=4)):
        crossing = any(start < s < end < e or s < start < e < end for s, e in spans)
        if not (nested and crossing):
            spans.append((start, end))
    named = {(start, end, draw(ACTORS)) for start, end in spans}
    return [{"text": text[start:end], "start": start, "actor": actor} for start, end, actor in sorted(named)]


@st.composite
def positions(draw: st.DrawFn, text: str, scheme: LabelScheme, cued: bool) -> list[dict[str, Any]]:
    found: dict[Any, dict[str, Any]] = {}
    for actor in draw(st.lists(ACTORS, max_size=3)):
        label = draw(st.sampled_from(scheme.labels))
        start, end = draw(stretches(text))
        cue = text[start:end]
        if text.find(cue) != start or text.find(cue, start + 1) >= 0 or (not cued and draw(st.booleans())):
            cue = text if cued else None
        target, issue = draw(st.none() | ACTORS), draw(st.none() | st.sampled_from(["aid", "format of talks"]))
        key = (actor, label) if scheme.multilabel else actor
        found[key] = {"actor": actor, "label": label, "cue": cue, "target": target, "issue": issue}
    return list(found.values())


@st.composite
def documents(draw: st.DrawFn, name: str, negotiation: str, scheme: LabelScheme, markup: bool = False) -> Document:
    """A document; with ``markup`` only what the authors' format can hold, but for bars in cues."""
    head = {"document": name, "title": draw(LINES), "date": draw(st.dates()).isoformat(), "negotiation": negotiation}
    head |= {"register": draw(LINES), "kind": draw(st.sampled_from(["ordinary", "hard"]))}
    head |= {"language": draw(st.sampled_from(["en", "fr"])), "annotators": draw(st.integers(0, 9))}
    if not markup and draw(st.booleans()):
        head["date"] = None
    rows, paragraph = [], 0
    for number, text in enumerate(draw(st.lists(LINES, min_size=1, max_size=4))):
        paragraph += draw(st.integers(0, 1 if markup else 2)) if number else 0
        row = {"document": name, "sentence": number, "paragraph": paragraph, "text": text}
        row |= {"mentions": draw(mentions(text, markup)), "positions": draw(positions(text, scheme, markup))}
        rows.append((f"row {number}", row))
    return read_document(("head", head), rows, scheme)


@st.composite
def corpora(draw: st.DrawFn) -> Corpus:
    scheme = draw(SCHEMES)
    names = draw(st.lists(st.from_regex(r"[a-z0-9][a-z0-9_-]{0,7}", fullmatch=True), max_size=3, unique=True))
    ids = draw(st.lists(LINES, min_size=len(names), max_size=6, unique=True)) if names else []
    # Every negotiation has a document, and some have several.
    made = [draw(documents(name, names[i % len(names)], scheme)) for i, name in enumerate(ids)]
    splits = {name: draw(st.sampled_from(["train", "dev", "test"])) for name in names} if draw(st.booleans()) else {}
    texts = st.text(st.characters(blacklist_categories=["Cs"]))
    about = draw(st.dictionaries(st.sampled_from(["licence", "description"]), texts, max_size=2))
    return Corpus(tuple(made), scheme, splits, draw(LINES), about)


@RELAXED
@given(corpora())
def test_written_and_read(corpus: Corpus) -> None:
    with tempfile.TemporaryDirectory() as folder:
        corpus.write(folder)
        again = load_corpus(folder)
        texts = {path.name: path.read_bytes() for path in Path(folder).iterdir()}
        again.write(folder)
        assert {path.name: path.read_bytes() for path in Path(folder).iterdir()} == texts
    assert again == corpus
    assert again.digest == corpus.digest


@settings(RELAXED, max_examples=25)
@given(corpora())
def test_to_data_sets_and_back(corpus: Corpus) -> None:
    again = Corpus.from_datasets(corpus.to_datasets())
    assert again == corpus
    assert again.digest == corpus.digest


@RELAXED
@given(corpora())
def test_offsets_are_exact_slices(corpus: Corpus) -> None:
    for document in corpus:
        _, rows = document_records(document, corpus.scheme)
        for number, row in enumerate(rows):
            assert document.sentence_text(number) == row["text"]
            start = document.sentences[number].start
            for mention in row["mentions"]:
                begin = start + mention["start"]
                assert document.text[begin : begin + len(mention["text"])] == mention["text"]
        assert sum(len(row["mentions"]) for row in rows) == len(document.mentions)
        assert sum(len(row["positions"]) for row in rows) == len(document.positions)


@RELAXED
@given(documents("a-01", "a", FOUR_LABELS, markup=True))
def test_markup_written_and_read(document: Document) -> None:
    head, rows = document_records(document, FOUR_LABELS)
    # A bar with spaces parts the fields of a position, so a cue cannot hold one.
    for row in rows:
        row["positions"] = [p for p in row["positions"] if " |" not in p["cue"] and not p["cue"].startswith("| ")]
    again, read = read_markup(list(write_markup(head, rows)))
    given_rows, read_rows = (sorted_mentions(part) for part in (rows, read))
    assert (again, read_rows) == (head, given_rows)


def sorted_mentions(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "mentions": sorted(row["mentions"], key=lambda m: (m["start"], len(m["text"]), m["actor"]))} for row in rows]


@RELAXED
@given(corpora())
def test_exported_and_imported_or_refused(corpus: Corpus) -> None:
    for document in corpus:
        try:
            text = export_markup(corpus, document.id)
        except InputError as error:
            assert repr(document.id) in str(error)
            continue
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "report.txt"
            path.write_bytes(text.encode("utf-8"))
            Corpus((), corpus.scheme).write(Path(folder) / "corpus")
            (Path(folder) / "corpus" / "documents.jsonl").unlink()
            assert import_markup([path], Path(folder) / "corpus") == (document.id,)
            (again,) = load_corpus(Path(folder) / "corpus")
        assert (again.text, again.mentions, again.positions) == (document.text, document.mentions, document.positions)
        assert (again.title, again.register, again.date, again.annotators) == (
            document.title,
            document.register,
            document.date,
            document.annotators,
        )
