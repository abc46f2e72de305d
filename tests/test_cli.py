"""The command line: output forms, exit codes, and one clear sentence for every bad input."""

from __future__ import annotations

import csv
import html
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from safetensors.numpy import load_file

import argmine
from argmine.cli import judge, main
from argmine.evaluation.positions import GROUPINGS
from argmine.pipeline import DEFAULT
from argmine.training import Record

GOOD = "Moscow refuses the ceasefire requested by Kyiv. The talks went on.\n"


def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], input=stdin, catch_exceptions=False)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.txt"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_jsonl_has_every_sentence_with_exact_offsets(good: Path) -> None:
    result = run("label", str(good), "--format", "jsonl")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert [r["sentence"] for r in rows] == [0, 1]
    assert all(r["text"] == GOOD[r["start"] : r["end"]] and r["document"] == "good" for r in rows)
    found = {(p["actor"], p["label"], p["target"]) for p in rows[0]["positions"]}
    assert found == {("RUS", "refusal", "UKR"), ("UKR", "demand", "RUS")}
    for p in rows[0]["positions"]:
        assert set(p) == {"actor", "name", "label", "probability", "mentions", "target", "cue"}
        assert [GOOD[a:b] for a, b in p["mentions"]] == [{"RUS": "Moscow", "UKR": "Kyiv"}[p["actor"]]]
    assert rows[1]["positions"] == []


def test_csv_has_a_row_a_position(good: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("label", str(good), "--format", "csv").stdout)))
    assert [(r["actor"], r["name"], r["label"]) for r in rows] == [("RUS", "Russia", "refusal"), ("UKR", "Ukraine", "demand")]


def test_csv_guards_against_formulas(tmp_path: Path) -> None:
    path = tmp_path / "=cmd.txt"
    path.write_text("Moscow refuses the plan.", encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(run("label", str(path), "--format", "csv").stdout)))
    assert rows and all(r["document"] == "'=cmd" for r in rows)


def test_html_is_one_escaped_file(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text('Moscow refuses the <script>alert("x")</script> plan.', encoding="utf-8")
    page = run("label", str(path), "--format", "html").stdout
    assert page.count("<script") == 1 and html.escape("<script>") in page
    assert "http://" not in page and "https://" not in page


def test_text_names_actor_and_label(good: Path) -> None:
    out = run("label", str(good), "--format", "text").stdout
    assert "refusal" in out and "Russia (RUS) -> UKR" in out and "\x1b" not in out


def test_text_hides_control_characters(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("Moscow refuses\x1b[2J the plan.", encoding="utf-8")
    assert "\x1b" not in run("label", str(path), "--format", "text").stdout


def test_standard_input() -> None:
    result = run("label", "-", "--format", "jsonl", stdin=GOOD)
    assert result.exit_code == 0 and json.loads(result.stdout.splitlines()[0])["document"] == "-"


def test_out_is_written_whole(good: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    assert run("label", str(good), "--format", "jsonl", "--out", str(out)).exit_code == 0
    assert len(out.read_text(encoding="utf-8").splitlines()) == 2
    assert sorted(p.name for p in tmp_path.iterdir()) == ["good.txt", "out.jsonl"]


def test_out_keeps_links_modes_and_what_is_there(good: Path, tmp_path: Path) -> None:
    target, link = tmp_path / "target.jsonl", tmp_path / "link.jsonl"
    target.write_text("before", encoding="utf-8")
    target.chmod(0o600)
    link.symlink_to(target)
    (tmp_path / "empty.txt").write_text("", encoding="utf-8")
    assert run("label", str(tmp_path / "empty.txt"), "--out", str(link)).exit_code == 2
    assert target.read_text(encoding="utf-8") == "before"
    assert run("label", str(good), "--format", "jsonl", "--out", str(link)).exit_code == 0
    assert link.is_symlink() and target.stat().st_mode & 0o777 == 0o600
    assert len(target.read_text(encoding="utf-8").splitlines()) == 2


@pytest.mark.parametrize("out", ["", "good.txt", "pipe"])
def test_out_that_would_lose_something_is_refused(out: str, good: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    result = run("label", str(good), "--out", str(tmp_path / out) if out else "")
    assert result.exit_code == 2 and "--out" in result.stderr
    assert good.read_text(encoding="utf-8") == GOOD and (tmp_path / "pipe").is_fifo()


def test_two_reports_of_one_name(good: Path, tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "good.txt").write_text(GOOD, encoding="utf-8")
    result = run("label", str(good), str(tmp_path / "b" / "good.txt"))
    assert result.exit_code == 2 and "two reports are called 'good'" in result.stderr


def test_a_users_row_goes_before_a_shipped_one(tmp_path: Path) -> None:
    table, text = tmp_path / "mine.tsv", tmp_path / "a.txt"
    table.write_text("actor\tkind\tnames\toffice\tfrom\tuntil\tcontext\tsource\nMORDOR\tstate\tMoscow\t\t\t\t\t\n", encoding="utf-8-sig")
    text.write_text("Moscow rejected the plan.", encoding="utf-8")
    rows = [json.loads(line) for line in run("label", str(text), "--actors", str(table), "--format", "jsonl").stdout.splitlines()]
    assert [p["actor"] for p in rows[0]["positions"]] == ["MORDOR"]


BAD = {
    "empty": (b"", "empty or has no words"),
    "spaces": (b" \n\t  \n", "empty or has no words"),
    "binary": (bytes(range(256)) * 4, "binary file"),
    "pdf": (b"%PDF-1.7 abc", "binary file"),
    "latin1": ("Le président a refusé.".encode("latin-1"), "not UTF-8"),
    "long": (b"Moscow " * 3_000_000, "split it into reports"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_one_sentence_and_the_others_are_kept(kind: str, good: Path, tmp_path: Path) -> None:
    content, message = BAD[kind]
    bad = tmp_path / f"{kind}.txt"
    bad.write_bytes(content)
    result = run("label", str(bad), str(good), "--format", "jsonl")
    assert result.exit_code == 1
    assert message in result.stderr and f"{kind}.txt" in result.stderr and "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 2
    assert [json.loads(line)["document"] for line in result.stdout.splitlines()] == ["good", "good"]


def test_a_text_in_another_language_is_named_and_still_labelled(tmp_path: Path) -> None:
    report = tmp_path / "rapport.txt"
    report.write_text("Moscou refuse le cessez-le-feu. " + "Les parties ont promis de se revoir avant la fin du mois. " * 5, encoding="utf-8")
    result = run("label", str(report), "--model", "rules")
    assert result.exit_code == 0 and len(result.stdout.splitlines()) == 6
    assert result.stderr.startswith("argmine: rapport: this does not look like English (0% of its words") and result.stderr.count("\n") == 1


def test_bad_standard_input() -> None:
    result = run("label", "-", stdin=b"\xe9t\xe9")
    assert result.exit_code == 1 and "standard input is not UTF-8" in result.stderr


def test_missing_file(tmp_path: Path, good: Path) -> None:
    result = run("label", str(tmp_path / "none.txt"), str(good), "--format", "jsonl")
    assert result.exit_code == 1 and "can't be read (No such file" in result.stderr
    assert len(result.stdout.splitlines()) == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--model", "liner"], "did you mean 'linear'?"),
        (["--date", "June 2025"], "is not a day like 2025-06-02"),
        (["--actors", "none.tsv"], "can't be read"),
        (["--out", "/nowhere/out.jsonl"], "can't be written"),
    ],
)
def test_a_wrong_call_exits_with_2(arguments: list[str], message: str, good: Path) -> None:
    result = run("label", str(good), *arguments)
    assert result.exit_code == 2 and message in result.stderr and "Traceback" not in result.stderr


def test_a_wrong_format_exits_with_2(good: Path) -> None:
    assert run("label", str(good), "--format", "xml").exit_code == 2


def test_a_damaged_model_folder_is_named(good: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "model.json").write_text("{", encoding="utf-8")
    (folder / "weights.safetensors").write_bytes(b"x")
    result = run("label", str(good), "--model", str(folder))
    assert result.exit_code == 2 and "damaged" in result.stderr


def test_further_actors(tmp_path: Path) -> None:
    table = tmp_path / "mine.tsv"
    table.write_text(
        "actor\tkind\tnames\toffice\tfrom\tuntil\tcontext\tsource\nATLANTIS\tstate\tAtlantis|Atlantean Republic\t\t\t\t\t\n",
        encoding="utf-8",
    )
    text = tmp_path / "a.txt"
    text.write_text("Atlantis rejected the plan.", encoding="utf-8")
    rows = [json.loads(line) for line in run("label", str(text), "--actors", str(table), "--format", "jsonl").stdout.splitlines()]
    assert [(p["actor"], p["name"], p["label"]) for p in rows[0]["positions"]] == [("ATLANTIS", "Atlantis", "refusal")]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("ATL\tstat\tAtlantis\t\t\t\t\t", "kind 'stat' is not one of"),
        ("atl\tstate\tAtlantis\t\t\t\t\t", "an identifier in capitals"),
        ("ATL\tstate\tAtlantis\t\tJune\t\t\t", "of the form 2025"),
        ("ATL\tstate\tAtlantis", "cells, separated by tabs"),
        ("ATL\tstate\t\t\t\t\t\t", "one or more names"),
    ],
)
def test_a_fault_in_a_table_names_its_line(row: str, message: str, good: Path, tmp_path: Path) -> None:
    table = tmp_path / "mine.tsv"
    table.write_text("actor\tkind\tnames\toffice\tfrom\tuntil\tcontext\tsource\n" + row + "\n", encoding="utf-8")
    result = run("label", str(good), "--actors", str(table))
    assert result.exit_code == 2 and "mine.tsv:2" in result.stderr and message in result.stderr


def test_corpus_commands() -> None:
    stats = json.loads(run("corpus", "stats").stdout)
    assert stats["sentences"] >= 700 and len(stats["negotiation"]) >= 12
    shown = run("corpus", "show", "istanbul-2025-01").stdout
    assert shown.startswith("@document istanbul-2025-01") and "|UKR]" in shown
    assert run("corpus", "show", "istanbul-2025-99").exit_code == 2


@pytest.mark.parametrize("fault", ["label", "actor", "cue"])
def test_a_fault_in_a_corpus_names_its_line(fault: str, tmp_path: Path) -> None:
    position = {"actor": "NOR", "label": "demand", "cue": "asks", "target": None, "issue": None}
    position[fault] = {"label": "demands", "actor": "Norway", "cue": "begs"}[fault]
    head = {
        "document": "a-01",
        "title": "A",
        "date": "1999-01-02",
        "negotiation": "a",
        "register": "wire",
        "kind": "hard",
        "language": "en",
        "annotators": 1,
    }
    row = {"document": "a-01", "sentence": 0, "paragraph": 0, "text": "Norway asks.", "mentions": [], "positions": [position]}
    (tmp_path / "documents.jsonl").write_text(json.dumps(head) + "\n", encoding="utf-8")
    (tmp_path / "a.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    result = run("corpus", "validate", "--corpus", str(tmp_path))
    assert result.exit_code == 1 and "a.jsonl:1" in result.stderr and "Traceback" not in result.stderr


def test_actors_commands() -> None:
    assert "Kremlin" in run("actors", "show", "RUS").stdout
    assert "RUS" in run("actors", "show", "the Kremlin").stdout + run("actors", "show", "Kremlin").stdout
    missing = run("actors", "show", "Atlantis")
    assert missing.exit_code == 2


@pytest.fixture
def small_corpus(tmp_path: Path) -> Path:
    """Three written reports of made-up sentences, imported through the command line."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    files = []
    for name in ("a", "b", "c"):
        lines = [f"@document {name}-01", "@title T", "@date 1999-01-02", f"@negotiation {name}", "@register wire", "@kind hard", ""]
        for verb, label in (("refuses", "refusal"), ("demands", "demand"), ("accepts", "concession")):
            for thing in ("plan", "truce", "list", "map"):
                lines += [f"[Norway|NOR] {verb} the {thing}.", f"> NOR {label} | {verb}", f"[Chad|TCD] reads the {thing}."]
        files.append(tmp_path / f"{name}-01.txt")
        files[-1].write_text("\n".join(lines), encoding="utf-8")
    assert run("corpus", "import", "--corpus", str(corpus), *map(str, files)).exit_code == 0
    return corpus


def test_train_evaluate_label_linear(good: Path, small_corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "model"
    assert run("train", "--corpus", str(small_corpus), "--model", "linear", "--out", str(out)).exit_code == 0
    assert sorted(p.name for p in out.iterdir()) == ["README.md", "model.json", "weights.safetensors"]
    result = run("evaluate", "--corpus", str(small_corpus), "--model", str(out), "--format", "json")
    figures = json.loads(result.stdout)
    assert result.exit_code == 0 and figures["split"] == "all" and figures["end_to_end"]["f1"] > 0.9
    assert figures["rows"]["micro_f1"] > 0.9 and figures["rows"]["labels"]["condition"]["support"] == 0
    assert "end to end" in run("evaluate", "--corpus", str(small_corpus), "--model", str(out)).stdout
    assert run("label", str(good), "--model", str(out), "--format", "jsonl").exit_code == 0


def test_further_actors_are_read_in_training_and_judging(tmp_path: Path) -> None:
    """A name that the shipped registry lacks and that looks like none is found with a table, everywhere."""
    table, corpus, out = tmp_path / "mine.tsv", tmp_path / "corpus", tmp_path / "model"
    table.write_text("actor\tkind\tnames\toffice\tfrom\tuntil\tcontext\tsource\nLANTERN\tgroup\tlantern\t\t\t\t\t\n", encoding="utf-8")
    corpus.mkdir()
    head = ["@document a-01", "@title T", "@date 1999-01-02", "@negotiation a", "@register wire", "@kind hard", ""]
    refused = ((f"Today [lantern|LANTERN] refuses the {thing}.", "> LANTERN refusal | refuses", "It rains.") for thing in ("plan", "truce") * 6)
    lines = [line for three in refused for line in three]
    (tmp_path / "a-01.txt").write_text("\n".join([*head, *lines]), encoding="utf-8")
    assert run("corpus", "import", "--corpus", str(corpus), str(tmp_path / "a-01.txt")).exit_code == 0
    own, shipped = argmine.load_corpus(corpus, actors=table), argmine.load_corpus(corpus)
    assert own.X != shipped.X and own.digest != shipped.digest
    assert own.select(negotiation="a").digest == own.digest, "a selection reads with the same actors"
    tables = ("--corpus", str(corpus), "--actors", str(table))
    assert run("train", *tables, "--model", "linear", "--out", str(out)).exit_code == 0
    assert json.loads((out / "model.json").read_text(encoding="utf-8"))["corpus"] == own.digest
    found = [json.loads(run("evaluate", *call, "--model", "rules", "--format", "json").stdout)["found_actors"] for call in (tables, tables[:2])]
    assert (found[0]["recall"], found[1]["recall"]) == (1, 0)
    assert run("compare", "rules", str(out), *tables).exit_code == 0
    findings = [run("corpus", "validate", *call).stdout for call in (tables, tables[:2])]
    assert ["not in the registry" in f for f in findings] == [False, True]
    missing = run("evaluate", "--corpus", str(corpus), "--actors", "none.tsv")
    assert missing.exit_code == 2 and "none.tsv" in missing.stderr


def test_train_an_encoder_break_it_off_and_resume(
    small_corpus: Path, tiny_encoder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "model"
    call = ["train", "--corpus", str(small_corpus), "--base", tiny_encoder, "--epochs", "1", "--out", str(out)]
    assert run(*call).exit_code == 0
    assert "## Measured" in (out / "README.md").read_text(encoding="utf-8")
    assert not list((tmp_path / "model.training").glob("step-*"))
    assert run(*call).exit_code == 0, "what is finished is no training to go on with"
    whole = (out / "weights.safetensors").read_bytes()
    call[call.index("1")] = "2"
    with monkeypatch.context() as patch:
        patch.setattr("argmine.models.encoder.keep_best", _broken_off)
        assert run(*call).exit_code != 0
    assert len(list((tmp_path / "model.training").glob("step-*"))) == 1 and (out / "weights.safetensors").read_bytes() == whole
    result = run(*call)
    assert result.exit_code == 2 and "add --resume to go on with it" in result.stderr
    assert run(*call, "--resume").exit_code == 0
    resumed = load_file(out / "weights.safetensors")
    assert len(json.loads((out / "model.json").read_text(encoding="utf-8"))["state"]["history"]) == 2
    assert run(*call).exit_code == 0
    at_once = load_file(out / "weights.safetensors")
    assert all((at_once[name] == resumed[name]).all() for name in {*at_once, *resumed})


def _broken_off(records: Iterable[Record], module: object) -> Iterator[Record]:
    """The first record, and then a user's Ctrl-C."""
    yield next(iter(records))
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (["train", "--model", "linear", "--recipe", "default"], "--recipe alone says which model is made"),
        (["train", "--model", "linear", "--epochs", "2"], "are the encoder's"),
        (["train", "--resume"], "there is no training to go on with"),
    ],
)
def test_a_wrong_training_call_is_one_sentence(call: list[str], message: str, tmp_path: Path) -> None:
    result = run(*call, "--out", str(tmp_path / "m"))
    assert result.exit_code == 2 and message in result.stderr and not (tmp_path / "m").exists()


def test_evaluate_names_what_does_not_fit(small_corpus: Path) -> None:
    result = run("evaluate", "--corpus", str(small_corpus), "--model", "rules", "--split", "dev")
    assert result.exit_code == 2 and "has no documents in the split 'dev'" in result.stderr


def test_less_probable_positions_are_left_out_on_request(good: Path) -> None:
    rows = [json.loads(line) for line in run("label", str(good), "--model", "linear", "--min-confidence", "1").stdout.splitlines()]
    assert rows and not any(row["positions"] for row in rows)


def test_the_installed_command_runs(good: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "argmine.cli", "label", str(good)], capture_output=True, text=True)
    assert done.returncode == 0 and len(done.stdout.splitlines()) == 2


def test_the_command_line_labels_with_the_default_model() -> None:
    assert next(p.default for p in main.commands["label"].params if p.name == "model") == DEFAULT
    assert f"[default: {DEFAULT}]" in run("evaluate", "--help").stdout


def test_the_groups_that_the_command_line_offers_are_all_there_are() -> None:
    """They are written out there, so that asking for help loads no numpy."""
    assert judge._GROUPS == GROUPINGS
