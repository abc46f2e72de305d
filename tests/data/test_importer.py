"""From the authors' files into a corpus folder: all or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from argmine.data import Corpus, export_markup, import_markup, load_corpus
from argmine.errors import FormatError, InputError
from argmine.schema import Mention

Snapshot = Callable[[Path], dict[str, bytes]]


@pytest.fixture
def report(tmp_path: Path) -> Callable[..., Path]:
    """Write a report in the authors' format, and return its file."""

    def put(name: str, negotiation: str, body: str = "[Moscow|RUS] refuses.\n> RUS refusal | refuses", **heads: str) -> Path:
        given = {"title": "T", "date": "1999-01-02", "register": "wire", "kind": "hard", **heads}
        lines = [f"@document {name}", f"@negotiation {negotiation}", *(f"@{key} {value}" for key, value in given.items()), "", body]
        path = tmp_path / f"{name}-{negotiation}.txt"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return put


def test_a_new_folder(report: Callable[..., Path], tmp_path: Path) -> None:
    paths = [report("minsk-02", "minsk"), report("minsk-01", "minsk"), report("bonn-01", "bonn")]
    assert import_markup(paths, tmp_path / "new" / "corpus") == ("bonn-01", "minsk-01", "minsk-02")
    folder = tmp_path / "new" / "corpus"
    assert sorted(path.name for path in folder.iterdir()) == ["bonn.jsonl", "documents.jsonl", "minsk.jsonl"]
    listed = (folder / "documents.jsonl").read_text(encoding="utf-8").splitlines()
    assert [line.split('"')[3] for line in listed] == ["bonn-01", "minsk-01", "minsk-02"]
    assert [p.label for d in load_corpus(folder) for p in d.positions] == ["refusal"] * 3


def test_documents_are_added_and_replaced_and_the_rest_is_kept(report: Callable[..., Path], folder: Path) -> None:
    before = load_corpus(folder)
    splits, header = (folder / "splits.json").read_bytes(), (folder / "corpus.json").read_bytes()
    import_markup([report("aceh-01", "aceh", "A short report."), report("oslo-00", "oslo")], str(folder))
    after = load_corpus(folder)
    assert [d.id for d in after] == ["aceh-01", "oslo-00", "oslo-01"]
    assert after.documents[0].text == "A short report."
    assert after.documents[2] == before.documents[1]
    assert ((folder / "splits.json").read_bytes(), (folder / "corpus.json").read_bytes()) == (splits, header)


def test_a_document_that_moves_leaves_no_empty_file(report: Callable[..., Path], folder: Path) -> None:
    import_markup([report("aceh-01", "oslo")], folder)
    assert not (folder / "aceh.jsonl").exists()
    # The split of a negotiation that has gone is the owner's to remove.
    with pytest.raises(FormatError, match=r"splits\.json: negotiation 'aceh' is not one of 'oslo'"):
        load_corpus(folder)


def test_a_second_import_works_before_the_splits_are_told(report: Callable[..., Path], folder: Path) -> None:
    import_markup([report("minsk-01", "minsk")], folder)
    import_markup([report("minsk-02", "minsk")], folder)
    with pytest.raises(FormatError, match=r"splits\.json: negotiation 'minsk' is not in a split; add it to train, dev or test$"):
        load_corpus(folder)
    (folder / "splits.json").unlink()
    assert len(load_corpus(folder)) == 4


def test_the_folder_names_the_labels(report: Callable[..., Path], folder: Path) -> None:
    (folder / "corpus.json").write_text('{"labels": ["demand", "refusal", "plea"]}', encoding="utf-8")
    import_markup([report("oslo-02", "oslo", "Oslo begs.\n> NOR plea | begs")], folder)
    with pytest.raises(FormatError, match=r"label 'condition' is not one of 'demand', 'refusal', 'plea'$"):
        import_markup([report("oslo-03", "oslo", "Oslo begs.\n> NOR condition | begs")], folder)


def test_every_fault_of_every_file_is_told_and_nothing_is_written(
    report: Callable[..., Path], folder: Path, tmp_path: Path, snapshot: Snapshot
) -> None:
    paths = [
        report("oslo-02", "oslo"),
        report("oslo-03", "oslo", "[Moscow refuses.\n> RUS refusal | refuses\nKyiv waits.\n> UKR demands | waits"),
        report("oslo-04", "Oslo", date="soon"),
        report("oslo-02", "minsk"),
        tmp_path / "absent.txt",
    ]
    before = snapshot(folder)
    with pytest.raises(FormatError) as caught:
        import_markup(paths, folder)
    bad, worse, twice = (str(path) for path in (paths[1], paths[2], paths[3]))
    starts = [
        f"{bad}:8: mention 'Moscow refuses.' is not closed",
        f"{bad}:11: label 'demands' is not one of",
        f"{worse}:2: negotiation 'Oslo' is not a name for a file",
        f"{worse}:4: date 'soon' is not a day",
        f"{twice}: document 'oslo-02' is not in one file; {paths[0]} has it as well",
        f"file '{tmp_path / 'absent.txt'}' is not readable",
    ]
    faults = str(caught.value).split("\n")
    assert len(faults) == len(starts)
    assert all(fault.startswith(start) for fault, start in zip(faults, starts, strict=True))
    assert snapshot(folder) == before


@pytest.mark.parametrize(("name", "data"), [("oslo.jsonl", b"{}\n"), ("corpus.json", b"[]"), ("documents.jsonl", None)])
def test_a_faulty_folder_stays_as_it_is(
    name: str, data: bytes | None, report: Callable[..., Path], folder: Path, snapshot: Snapshot
) -> None:
    (folder / name).unlink()
    if data is not None:
        (folder / name).write_bytes(data)
    before = snapshot(folder)
    with pytest.raises(FormatError, match=str(folder)):
        import_markup([report("oslo-02", "oslo")], folder)
    assert snapshot(folder) == before


def test_export_is_the_way_back(folder: Path, tmp_path: Path) -> None:
    corpus = load_corpus(folder)
    text = export_markup(corpus, "oslo-01")
    assert text.endswith(
        "\n\n[Norway|NOR] called on [the two sides|ISR PSE] to keep to it.\n> NOR demand | called on | - | implementation\n"
    )
    for document in corpus:
        (tmp_path / f"{document.id}.txt").write_text(export_markup(corpus, document.id), encoding="utf-8")
    import_markup(sorted(tmp_path.glob("*.txt")), tmp_path / "again")
    assert load_corpus(tmp_path / "again").documents == corpus.documents


def test_export_of_what_the_format_cannot_hold(folder: Path) -> None:
    corpus = load_corpus(folder)
    aceh = corpus.documents[0]
    with pytest.raises(InputError, match=r"^document 'oslo-1' is not one of 'aceh-01', 'oslo-01'; did you mean 'oslo-01'\?$"):
        export_markup(corpus, "oslo-1")
    with pytest.raises(InputError, match=r"^document 'x' is not in this corpus$"):
        export_markup(Corpus(()), "x")
    spoilt = {
        "date '' is not a day": replace(aceh, date=None),
        "cue '' is not a line": replace(aceh, positions=(replace(aceh.positions[0], cue=None),)),
        "its mentions would be changed": replace(aceh, mentions=(Mention(0, 13, "IDN", "gold"), Mention(8, 17, "GAM", "gold"))),
        "its positions would be changed": replace(aceh, positions=(replace(aceh.positions[0], issue="-"),)),
    }
    for message, document in spoilt.items():
        with pytest.raises(InputError, match=message):
            export_markup(Corpus((document,)), "aceh-01")
