"""The notebooks run from top to bottom, offline and in time, and what is saved in them is what they give."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from shutil import copytree
from types import ModuleType
from typing import Any

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
MOST_SECONDS, MOST_BYTES = 90, 400_000
# A path that only one machine has; what follows a word, a dot or a colon is part of an address.
OWN_PATH = re.compile(r"(?<![\w.:/<-])/(?:root|home|Users|tmp|var|opt|usr|mnt|private|work)/\w[^\s'\"<>]*")
# The kernel speaks to its client through other sockets than Python's.
OFFLINE = """
import socket

connect, look_up = socket.socket.connect, socket.getaddrinfo

def check(host):
    if host not in ("127.0.0.1", "::1", "localhost", None):
        raise AssertionError(f"the notebook tried to open a connection to {host}")

def guarded(self, address):
    if self.family in (socket.AF_INET, socket.AF_INET6):
        check(address[0])
    return connect(self, address)

def guarded_look_up(host, *rest, **named):
    check(host)
    return look_up(host, *rest, **named)

socket.socket.connect, socket.getaddrinfo = guarded, guarded_look_up
"""

each = pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])


@pytest.fixture(scope="module")
def run() -> ModuleType:
    spec = spec_from_file_location("notebooks_run", FOLDER / "run.py")
    assert spec and spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def offline_kernel(tmp_path: Path, run: ModuleType) -> dict[str, str]:
    """Variables for a kernel that opens no connection."""
    (tmp_path / "offline").mkdir()
    (tmp_path / "offline" / "sitecustomize.py").write_text(OFFLINE, encoding="utf-8")
    paths = (str(tmp_path / "offline"), str(run.HERE.parent), os.environ.get("PYTHONPATH", ""))
    return {"PYTHONPATH": os.pathsep.join(filter(None, paths)), "OMP_NUM_THREADS": "1"}


def seconds_of_children() -> float:
    """The processor's time of kernels that have ended: unlike a clock, it does not see what else the machine is doing."""
    times = os.times()
    return times.children_user + times.children_system


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def code_cells(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def kinds(cell: Any) -> list[tuple[str, ...]]:
    """What a cell gives: of each output its kind, and its forms or the name of its stream."""
    return [(out.output_type, *sorted(out.get("data", {})), out.get("name", "")) for out in cell.outputs]


def texts(notebook: Any) -> Iterator[str]:
    """All that outputs say in words."""
    for cell in code_cells(notebook):
        for out in cell.outputs:
            yield out.get("text", "")
            yield from (value for form, value in out.get("data", {}).items() if form.startswith("text/"))


def test_there_are_notebooks() -> None:
    assert [path.name[:2] for path in NOTEBOOKS] == ["01", "02", "03", "04", "05", "06"]


@each
def test_runs_offline_and_in_time_and_gives_what_is_saved(path: Path, run: ModuleType, offline_kernel: dict[str, str], tmp_path: Path) -> None:
    copy = copytree(FOLDER, tmp_path / "notebooks")
    start = seconds_of_children()
    notebook = run.executed(copy / path.name, offline_kernel, timeout=900)
    assert seconds_of_children() - start < MOST_SECONDS
    saved = read(path)
    assert [kinds(cell) for cell in code_cells(notebook)] == [kinds(cell) for cell in code_cells(saved)]
    assert sorted(p.name for p in copy.rglob("*") if p.is_file()) == sorted(p.name for p in FOLDER.rglob("*") if p.is_file())


@each
def test_is_saved_with_its_outputs(path: Path) -> None:
    notebook = read(path)
    nbformat.validate(notebook)
    cells = code_cells(notebook)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert not [out for cell in cells for out in cell.outputs if out.output_type == "error" or out.get("name") == "stderr"]
    assert any("image/png" in out.get("data", {}) for cell in cells for out in cell.outputs)
    assert path.stat().st_size < MOST_BYTES


@each
def test_outputs_name_no_path_of_a_machine(path: Path) -> None:
    for text in texts(read(path)):
        assert not OWN_PATH.search(text)
        assert str(FOLDER.parent) not in text
        assert sys.prefix not in text


@each
def test_is_saved_without_what_changes_from_run_to_run(path: Path, run: ModuleType) -> None:
    notebook = read(path)
    assert notebook.metadata == run._METADATA
    assert all(not cell.metadata for cell in code_cells(notebook))
    assert not any(re.search(r"\bat 0x[0-9a-f]{6,}", text) for text in texts(notebook))


@each
def test_speaks_first_and_shows_little_code_at_a_time(path: Path) -> None:
    notebook = read(path)
    assert notebook.cells[0].cell_type == notebook.cells[1].cell_type == "markdown" or len(notebook.cells[0].source) > 200
    for cell in code_cells(notebook):
        assert len(cell.source.splitlines()) <= 20
        assert max(map(len, cell.source.splitlines())) <= 140


def test_own_paths_are_found() -> None:
    assert OWN_PATH.search("in /tmp/x1/report.txt") and OWN_PATH.search('File "/root/a.py"')
    assert not OWN_PATH.search("<p>and/or</p> https://example.org/home/page a/tmp/b")


def small(folder: Path, source: str) -> Path:
    """A notebook of one cell."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    nbformat.write(notebook, folder / "small.ipynb")
    return folder / "small.ipynb"


def test_a_connection_is_refused(tmp_path: Path, run: ModuleType, offline_kernel: dict[str, str]) -> None:
    path = small(tmp_path, "import urllib.request\nurllib.request.urlopen('http://192.0.2.1/')")
    with pytest.raises(CellExecutionError, match="tried to open a connection"):
        run.executed(path, offline_kernel)


def test_run_keeps_outputs_but_no_times(tmp_path: Path, run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    path = small(tmp_path, "import argmine\nprint(argmine.__name__)")
    monkeypatch.setattr(run, "HERE", tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(FOLDER.parent))
    run.main(["sma"])
    record = json.loads(path.read_text(encoding="utf-8"))
    assert record["cells"][0]["outputs"][0]["text"] == ["argmine\n"]
    assert record["cells"][0]["metadata"] == {} and record["metadata"] == run._METADATA
    with pytest.raises(SystemExit, match=r"notebook 'other' is not one of small\.ipynb"):
        run.main(["other"])
