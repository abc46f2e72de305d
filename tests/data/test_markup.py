"""The authors' format: what it reads, every fault of a file at once, and the check from the command line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from argmine.data.markup import main, read_markup, read_markup_file, write_markup
from argmine.errors import FormatError
from argmine.schema import LabelScheme

ACTOR = "an identifier in capitals such as 'RUS' or 'NORTHERN_ALLIANCE'"
LINE = "a line of text: not empty, without a line break or spaces around it"
HEAD = """@document aceh-03
@title Rebels drop independence claim
@date 2005-02-22
@negotiation aceh
@register posts
@kind ordinary
"""
BODY = r"""
[Rebels|GAM] drop independence claim
> GAM concession | drop independence claim | IDN | status

[They|IDN GAM] meet [the [Finnish|FIN] host|AHTISAARI] \[sic\] at 9\|10.
\@MFA_[Indonesia|IDN]: no comment
\> so it goes
C:\\talks
"[We|GAM] will hand in [our|GAM] rifles once the last soldier has left," a delegate said.
> GAM concession | will hand in our rifles | - |
> GAM condition | once the last soldier has left
"""


def read(text: str, **options: LabelScheme) -> list[str]:
    """The faults of a text."""
    with pytest.raises(FormatError) as caught:
        read_markup(text.splitlines(), "a.txt", **options)
    return str(caught.value).split("\n")


def test_reads_sentences_mentions_paragraphs_and_positions() -> None:
    head, rows = read_markup((HEAD + "@annotators 2\n" + BODY).splitlines())
    assert (head["document"], head["language"], head["annotators"]) == ("aceh-03", "en", 2)
    assert [row["text"] for row in rows] == [
        "Rebels drop independence claim",
        "They meet the Finnish host [sic] at 9|10.",
        "@MFA_Indonesia: no comment",
        "> so it goes",
        "C:\\talks",
        '"We will hand in our rifles once the last soldier has left," a delegate said.',
    ]
    assert [row["paragraph"] for row in rows] == [0, 1, 1, 1, 1, 1]
    assert [row["sentence"] for row in rows] == list(range(6))
    assert {row["document"] for row in rows} == {"aceh-03"}
    assert [(m["text"], m["start"], m["actor"]) for m in rows[1]["mentions"]] == [
        ("They", 0, "IDN"),
        ("They", 0, "GAM"),
        ("the Finnish host", 10, "AHTISAARI"),
        ("Finnish", 14, "FIN"),
    ]
    assert rows[5]["positions"][0] == {
        "actor": "GAM",
        "label": "concession",
        "cue": "will hand in our rifles",
        "target": None,
        "issue": None,
    }


def test_written_lines_are_read_as_the_same() -> None:
    report = read_markup((HEAD + BODY).splitlines())
    lines = list(write_markup(*report))
    assert read_markup(lines) == report
    assert lines[:6] == HEAD.splitlines()
    assert [line for line in lines if line.startswith("\\")] == [r"\@MFA_[Indonesia|IDN]: no comment", r"\> so it goes"]


FAULTS = {
    "unknown head": ("@titel x", "10: head 'titel' is not one of 'document', 'title', 'date', .*; did you mean 'title'\\?"),
    "head twice": ("@kind hard", "10: head '@kind' is not given once"),
    "kind": ("@annotators two", "10: annotators 'two' is not a whole number from 0"),
    "open bracket": ("[Moscow left.", "10: mention 'Moscow left.' is not closed by |ACTOR]"),
    "bracket without actor": ("[Moscow] left.", "10: bracket near '[Moscow]' is not the end of a mention such as [Moscow|RUS]"),
    "bracket never opened": ("Moscow|RUS] left.", "10: bracket near 'Moscow|RUS]' is not the end of a mention such as [Moscow|RUS]"),
    "actor": ("[Moscow|RUS_] left.", f"10: actor 'RUS_' is not {ACTOR}"),
    "empty mention": ("[|RUS]", f"10: text '' is not {LINE}"),
    "space in mention": ("[Moscow |RUS]left.", f"10: text 'Moscow ' is not {LINE}"),
    "mention twice": ("[They|RUS RUS] left.", "10: mention {'text': 'They', 'start': 0, 'actor': 'RUS'} is not given once"),
    "form": ("> RUS | left", "10: position '> RUS | left' is not of the form '> RUS refusal | rules out | UKR | ceasefire'"),
    "label": ("> RUS refuse | left", "10: label 'refuse' is not one of .*; did you mean 'refusal'\\?"),
    "position's actor": ("> Rus refusal | left", f"10: actor 'Rus' is not {ACTOR}"),
    "target": ("> RUS refusal | left | ukr", f"10: target: actor 'ukr' is not {ACTOR}"),
    "cue": ("> RUS refusal | gone", "10: cue 'gone' is not a stretch of its sentence, 'Both have left.'"),
    "empty cue": ("> RUS refusal | ", f"10: cue '' is not {LINE}"),
    "ambiguous cue": ("> RUS refusal | e", "10: cue 'e' is not found once in its sentence, but more often; take a longer stretch"),
    "position twice": ("> UKR refusal | left", "10: position 'UKR refusal' is not given once in its sentence"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_fault(name: str) -> None:
    line, message = FAULTS[name]
    (fault,) = read(f"{HEAD}\nBoth have left.\n> UKR refusal | have\n{line}\n")
    assert fault.startswith("a.txt:")
    pattern, _, hint = message.partition(".*")
    assert fault == f"a.txt:{message}" or (hint and fault.startswith(f"a.txt:{pattern}") and fault.endswith(hint.replace("\\", "")))


def test_every_fault_is_named_and_none_that_only_follows_from_another() -> None:
    body = "\n[Moscow left.\n> RUS refusal | left\nKyiv stays.\n> UKR refusal | leaves\n> UKR no | stays\n"
    text = HEAD.replace("2005-02-22", "22 February") + body
    faults = read(text)
    assert [fault.partition(" ")[0] for fault in faults] == ["a.txt:3:", "a.txt:8:", "a.txt:11:", "a.txt:12:"]


def test_missing_heads_and_text() -> None:
    needs = "is missing; a report needs @document, @title, @date, @negotiation, @register, @kind and sentences"
    heads = HEAD.replace("@date 2005-02-22\n", "")
    assert read(heads) == [f"a.txt: head @date {needs}", f"a.txt: the text {needs}"]
    assert read(heads + "> RUS refusal | left")[0] == "a.txt:6: position '> RUS refusal | left' is not beneath a sentence"


def test_a_scheme_of_its_own() -> None:
    claims = LabelScheme("claims", ("claim",), multilabel=False)
    text = HEAD + "\nBoth have left.\n> RUS claim | have\n"
    assert read_markup(text.splitlines(), scheme=claims)[1][0]["positions"][0]["label"] == "claim"
    assert "'refusal' is not one of 'claim'" in read(text.replace("RUS claim", "RUS refusal"), scheme=claims)[0]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"^file '.*a\.txt' is not readable: No such file or directory$"):
        read_markup_file(tmp_path / "a.txt")
    (tmp_path / "b.txt").write_bytes(b"@document a\n@title Z\xfcrich\n")
    with pytest.raises(FormatError, match=r"^.*b\.txt:2: byte b'\\xfc' is not UTF-8$"):
        read_markup_file(tmp_path / "b.txt")


def test_the_check_counts_and_names_faults(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "good.txt", tmp_path / "bad.txt"
    good.write_text(HEAD + BODY, encoding="utf-8")
    bad.write_text(HEAD + "\n[Moscow left.\n> x\nKyiv|UKR] stays.", encoding="utf-8")
    assert main([str(good)]) == 0
    assert main([str(bad), str(good)]) == 1
    out, err = capsys.readouterr()
    assert out == 2 * 'aceh-03: 6 sentences, 67% without a position, {"demand": 0, "concession": 2, "refusal": 0, "condition": 1}\n'
    assert [line.rpartition(".txt:")[2][:2] for line in err.splitlines()] == ["8:", "10"]


def test_the_module_runs_without_a_warning(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text(HEAD + BODY, encoding="utf-8")
    command = [sys.executable, "-W", "error", "-m", "argmine.data.markup", str(tmp_path / "good.txt")]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
