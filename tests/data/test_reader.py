"""The strict reader: what it builds, and every fault with the sentence that it is told in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from argmine.data import load_corpus
from argmine.data.reader import read_folder
from argmine.errors import FormatError
from argmine.schema import FOUR_LABELS, Mention, Position, Sentence

Files = dict[str, Any]
Spoil = Callable[[Files], object]

LINE = "a line of text: not empty, without a line break or spaces around it"
ACTOR = "an identifier in capitals such as 'RUS' or 'NORTHERN_ALLIANCE'"
ACEH, OSLO, DOCUMENTS = "aceh.jsonl", "oslo.jsonl", "documents.jsonl"


def test_builds_documents_with_offsets_in_the_whole_text(folder: Path) -> None:
    contents = read_folder(folder)
    oslo, aceh = contents.documents
    assert aceh.text == "Jakarta ruled out a vote. Snow fell on Helsinki – all day.\n\nThe rebels and Jakarta meet again."
    assert aceh.sentences == (Sentence(0, 25, 0), Sentence(26, 58, 0), Sentence(60, 94, 1))
    assert [aceh.sentence_text(i) for i in range(3)] == aceh.text.replace("\n\n", " ").replace(". ", ".|").split("|")
    assert aceh.mentions == (Mention(0, 7, "IDN", "gold"), Mention(60, 70, "GAM", "gold"), Mention(75, 82, "IDN", "gold"))
    assert aceh.positions == (Position("IDN", "refusal", 0, 1.0, "GAM", "ruled out", "status"),)
    assert (oslo.register, oslo.kind, oslo.date, oslo.annotators, oslo.quotations) == ("readout", "hard", "2005-02-22", 1, ())
    assert contents.header.name == "talks"
    assert contents.header.about == {"licence": "CC BY 4.0"}
    assert contents.splits == {"oslo": "train", "aceh": "test"}


def test_header_and_splits_may_be_absent(files: Files, write: Callable[[Files], Path]) -> None:
    del files["corpus.json"], files["splits.json"]
    contents = read_folder(write(files))
    assert (contents.header.name, contents.header.scheme, contents.splits) == ("talks", FOUR_LABELS, {})


def test_labels_belong_to_the_data(files: Files, write: Callable[[Files], Path]) -> None:
    files["corpus.json"] = {"name": "essays", "labels": ["demand", "refusal", "plea"], "multilabel": False}
    scheme = read_folder(write(files)).header.scheme
    assert (scheme.name, scheme.labels, scheme.multilabel) == ("essays", ("demand", "refusal", "plea"), False)


def test_a_line_separator_of_unicode_in_json_is_no_line_end(files: Files, write: Callable[[Files], Path]) -> None:
    files["corpus.json"]["description"] = "one\u2028two\nthree"
    assert read_folder(write(files)).header.about["description"] == "one\u2028two\nthree"


def test_windows_line_ends_are_read(folder: Path) -> None:
    before = load_corpus(folder).digest
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_corpus(folder).digest == before


def put(name: str, line: int, **values: Any) -> Spoil:
    """Change values of a record."""
    return lambda files: files[name][line].update(values)


def drop(name: str, line: int, key: str) -> Spoil:
    return lambda files: files[name][line].pop(key)


def raw(name: str, line: int, data: bytes) -> Spoil:
    return lambda files: files[name].__setitem__(line, data)


def whole(name: str, value: Any) -> Spoil:
    return lambda files: files.__setitem__(name, value)


def mention(**values: Any) -> Spoil:
    return lambda files: files[ACEH][2]["mentions"][1].update(values)


def stance(**values: Any) -> Spoil:
    return lambda files: files[ACEH][0]["positions"][0].update(values)


def again(key: str) -> Spoil:
    return lambda files: files[ACEH][0][key].append(dict(files[ACEH][0][key][0]))


def one_label_an_actor(files: Files) -> None:
    files["corpus.json"]["multilabel"] = False
    files[ACEH][0]["positions"].append({**files[ACEH][0]["positions"][0], "label": "condition", "cue": "a vote"})


FAULTS: dict[str, tuple[Spoil, str]] = {
    "unknown label": (
        stance(label="refusals"),
        "aceh.jsonl:1: label 'refusals' is not one of 'demand', 'concession', 'refusal', 'condition'; did you mean 'refusal'?",
    ),
    "actor of a position": (stance(actor="Idn"), f"aceh.jsonl:1: actor 'Idn' is not {ACTOR}"),
    "actor of a mention": (mention(actor="the rebels"), f"aceh.jsonl:3: actor 'the rebels' is not {ACTOR}"),
    "target": (stance(target="gam"), f"aceh.jsonl:1: target: actor 'gam' is not {ACTOR}"),
    "cue not in text": (
        stance(cue="Ruled out"),
        "aceh.jsonl:1: cue 'Ruled out' is not a stretch of its sentence, 'Jakarta ruled out a vote.'; did you mean 'ruled out'?",
    ),
    "ambiguous cue": (
        stance(cue="a"),
        "aceh.jsonl:1: cue 'a' is not found once in its sentence, but more often; take a longer stretch",
    ),
    "mention elsewhere": (mention(start=3), "aceh.jsonl:3: mention 'Jakarta' is not the text from 3, ' rebels'; did you mean 15?"),
    "mention of other words": (mention(text="Jakarto"), "aceh.jsonl:3: mention 'Jakarto' is not the text from 15, 'Jakarta'"),
    "empty mention": (mention(text=""), f"aceh.jsonl:3: text '' is not {LINE}"),
    "mention twice": (
        again("mentions"),
        "aceh.jsonl:1: mention {'text': 'Jakarta', 'start': 0, 'actor': 'IDN'} is not given once",
    ),
    "position twice": (again("positions"), "aceh.jsonl:1: position 'IDN refusal' is not given once in its sentence"),
    "second label": (one_label_an_actor, "aceh.jsonl:1: position 'IDN condition' is not alone: 'positions' allows one label an actor"),
    "unknown key": (
        put(ACEH, 1, paragraf=0),
        "aceh.jsonl:2: key of a sentence 'paragraf' is not one of 'document', 'sentence', 'paragraph', 'text', 'mentions', 'positions'; "
        "did you mean 'paragraph'?",
    ),
    "unknown key of a document": (
        put(DOCUMENTS, 0, source="x"),
        "documents.jsonl:1: key of a document 'source' is not one of 'document', 'title', 'date', 'negotiation', 'register', 'kind', "
        "'language', 'annotators'",
    ),
    "unknown key of a position": (
        stance(labels="x"),
        "aceh.jsonl:1: key of a position 'labels' is not one of 'actor', 'label', 'cue', 'target', 'issue'; did you mean 'label'?",
    ),
    "missing key": (
        drop(ACEH, 0, "mentions"),
        "aceh.jsonl:1: sentence {'document': 'aceh-01', 'sentence': 0, 'paragraph': 0, 'text': 'Jakarta ruled... is not complete: "
        "it lacks 'mentions'",
    ),
    "number as text": (put(ACEH, 1, sentence="1"), "aceh.jsonl:2: sentence '1' is not a whole number from 0"),
    "number below 0": (put(ACEH, 1, paragraph=-1), "aceh.jsonl:2: paragraph -1 is not a whole number from 0"),
    "number with a point": (mention(start=15.0), "aceh.jsonl:3: start 15.0 is not a whole number from 0"),
    "truth as number": (put(DOCUMENTS, 1, annotators=True), "documents.jsonl:2: annotators True is not a whole number from 0"),
    "text as number": (put(ACEH, 1, text=3), f"aceh.jsonl:2: text 3 is not {LINE}"),
    "mentions as object": (put(ACEH, 1, mentions={}), "aceh.jsonl:2: mentions {} is not a list of objects"),
    "mention as text": (put(ACEH, 1, mentions=["Jakarta"]), "aceh.jsonl:2: mention 'Jakarta' is not an object"),
    "sentence out of order": (put(ACEH, 1, sentence=2), "aceh.jsonl:2: sentence 2 is not 1, the next of 'aceh-01'"),
    "sentence twice": (put(ACEH, 2, sentence=1), "aceh.jsonl:3: sentence 1 is not 2, the next of 'aceh-01'"),
    "paragraph backwards": (put(ACEH, 0, paragraph=1), "aceh.jsonl:2: paragraph 0 is not 1 or later, as the one before it"),
    "document not listed": (
        put(ACEH, 0, document="aceh-1"),
        "aceh.jsonl:1: document 'aceh-1' is not one of 'oslo-01', 'aceh-01'; did you mean 'aceh-01'?",
    ),
    "document listed twice": (
        put(DOCUMENTS, 1, document="oslo-01"),
        "documents.jsonl:2: document 'oslo-01' is not listed once; see {folder}/documents.jsonl:1",
    ),
    "document without sentences": (
        whole(OSLO, []),
        "documents.jsonl:1: document 'oslo-01' is not in its negotiation's file: it has no sentences",
    ),
    "document in another file": (
        put(OSLO, 0, document="aceh-01"),
        "oslo.jsonl:1: document 'aceh-01' is not of negotiation 'oslo', but of 'aceh' in documents.jsonl",
    ),
    "sentence file without document": (
        whole("acehh.jsonl", []),
        ": sentence file 'acehh.jsonl' is not one of 'aceh.jsonl', 'oslo.jsonl'; did you mean 'aceh.jsonl'?",
    ),
    "date in words": (put(DOCUMENTS, 0, date="Feb 2005"), "documents.jsonl:1: date 'Feb 2005' is not a day like 2025-06-02"),
    "day that is not": (put(DOCUMENTS, 0, date="2005-02-30"), "documents.jsonl:1: date '2005-02-30' is not a day like 2025-06-02"),
    "date without hyphens": (put(DOCUMENTS, 0, date="20050222"), "documents.jsonl:1: date '20050222' is not a day like 2025-06-02"),
    "kind": (put(DOCUMENTS, 0, kind="Hard"), "documents.jsonl:1: kind 'Hard' is not one of 'ordinary', 'hard'; did you mean 'hard'?"),
    "empty register": (put(DOCUMENTS, 0, register=""), f"documents.jsonl:1: register '' is not {LINE}"),
    "negotiation outside": (
        put(DOCUMENTS, 0, negotiation="../oslo"),
        "documents.jsonl:1: negotiation '../oslo' is not a name for a file, in small letters, digits, '-' and '_', and not 'documents'",
    ),
    "negotiation called documents": (
        put(DOCUMENTS, 0, negotiation="documents"),
        "documents.jsonl:1: negotiation 'documents' is not a name for a file, in small letters, digits, '-' and '_', and not 'documents'",
    ),
    "JSON": (
        raw(ACEH, 1, b'{"document" "aceh-01"}'),
        "aceh.jsonl:2: JSON at column 13 '{\"document\" \"aceh-01\"}' is not valid: Expecting ':' delimiter",
    ),
    "blank line": (raw(ACEH, 1, b""), "aceh.jsonl:2: JSON at column 1 '' is not valid: Expecting value"),
    "key twice": (
        raw(ACEH, 1, b'{"text": "a", "text": "b"}'),
        'aceh.jsonl:2: JSON \'{"text": "a", "text": "b"}\' is not valid: an object with one key twice, among text, text',
    ),
    "not a number": (raw(ACEH, 1, b'{"text": NaN}'), "aceh.jsonl:2: JSON '{\"text\": NaN}' is not valid: NaN, which JSON has not"),
    "list for an object": (raw(ACEH, 1, b"[]"), "aceh.jsonl:2: sentence [] is not an object"),
    "not UTF-8": (raw(ACEH, 1, '{"text": "Zürich"}'.encode("latin-1")), "aceh.jsonl:2: byte at column 12 b'\\xfcrich\"}' is not UTF-8"),
    "empty sentence": (put(ACEH, 1, text=""), f"aceh.jsonl:2: text '' is not {LINE}"),
    "blank sentence": (put(ACEH, 1, text=" "), f"aceh.jsonl:2: text ' ' is not {LINE}"),
    "sentence with a space around": (put(ACEH, 1, text="Snow. "), f"aceh.jsonl:2: text 'Snow. ' is not {LINE}"),
    "sentence with a line break": (put(ACEH, 1, text="Snow\nfell."), f"aceh.jsonl:2: text 'Snow\\nfell.' is not {LINE}"),
    "sentence with a separator": (put(ACEH, 1, text="Snow\u2028fell."), f"aceh.jsonl:2: text 'Snow\\u2028fell.' is not {LINE}"),
    "negotiation in two splits": (
        whole("splits.json", {"train": ["oslo", "aceh"], "dev": [], "test": ["aceh"]}),
        "splits.json: negotiation 'aceh' is not in one split, but in 'train' and 'test'",
    ),
    "negotiation in no split": (
        whole("splits.json", {"train": ["oslo"], "dev": [], "test": []}),
        "splits.json: negotiation 'aceh' is not in a split; add it to train, dev or test",
    ),
    "split of no negotiation": (
        whole("splits.json", {"train": ["oslo"], "dev": ["acer"], "test": []}),
        "splits.json: negotiation 'acer' is not one of 'aceh', 'oslo'; did you mean 'aceh'?",
    ),
    "unknown split": (
        whole("splits.json", {"training": []}),
        "splits.json: key of a list of splits 'training' is not one of 'train', 'dev', 'test'; did you mean 'train'?",
    ),
    "missing split": (
        whole("splits.json", {"train": [], "dev": []}),
        "splits.json: list of splits {'train': [], 'dev': []} is not complete: it lacks 'test'",
    ),
    "unknown key of the corpus": (
        whole("corpus.json", {"label": ["a"]}),
        "corpus.json: key of a corpus 'label' is not one of 'name', 'scheme', 'labels', 'multilabel', 'mentions', 'licence', 'version', 'description', "
        "'source', 'citation', 'homepage', 'language'; did you mean 'labels'?",
    ),
    "label twice": (
        whole("corpus.json", {"labels": ["a", "a"]}),
        "corpus.json: labels ['a', 'a'] is not a list of labels, each given once",
    ),
    "no label": (whole("corpus.json", {"labels": []}), "corpus.json: labels [] is not a list of labels, each given once"),
    "multilabel": (whole("corpus.json", {"multilabel": 1}), "corpus.json: multilabel 1 is not true or false"),
    "JSON of the corpus": (
        whole("corpus.json", b'{\n "name" "a"}'),
        "corpus.json:2: JSON at column 9 '{\\n \"name\" \"a\"}\\n' is not valid: Expecting ':' delimiter",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_fault(name: str, files: Files, write: Callable[[Files], Path]) -> None:
    spoil, message = FAULTS[name]
    spoil(files)
    folder = write(files)
    with pytest.raises(FormatError) as caught:
        load_corpus(folder)
    expected = f"{folder}{message if message.startswith(':') else '/' + message}".replace("{folder}", str(folder))
    assert str(caught.value) == expected


def test_half_a_character_is_no_text(files: Files, write: Callable[[Files], Path]) -> None:
    files[ACEH][1] = b'{"document": "aceh-01", "sentence": 1, "paragraph": 0, "text": "a\\ud800", "mentions": [], "positions": []}'
    with pytest.raises(FormatError, match=r"aceh.jsonl:2: text 'a\\ud800' is not a line of text"):
        load_corpus(write(files))


@pytest.mark.parametrize("name", [DOCUMENTS, ACEH, OSLO, "corpus.json", "splits.json"])
def test_any_file_cut_off_is_a_fault_and_never_another_error(name: str, folder: Path) -> None:
    data = (folder / name).read_bytes()
    for length in range(0, len(data) - 1, 7):
        (folder / name).write_bytes(data[:length])
        with pytest.raises(FormatError, match=r"talks"):
            load_corpus(folder)


def test_deep_nesting_is_a_fault(files: Files, write: Callable[[Files], Path]) -> None:
    files[ACEH][1] = b"[" * 200_000
    with pytest.raises(FormatError, match=r"aceh.jsonl:2: JSON "):
        load_corpus(write(files))


def test_folder_without_documents(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"^folder '.*absent' is not a corpus: it has no documents\.jsonl$"):
        load_corpus(tmp_path / "absent")


def test_file_that_cannot_be_read(folder: Path) -> None:
    (folder / "aceh.jsonl").unlink()
    (folder / "aceh.jsonl").mkdir()
    with pytest.raises(FormatError, match=r"^file '.*aceh\.jsonl' is not readable: "):
        load_corpus(folder)
