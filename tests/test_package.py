"""What a plain install carries: the wheel has everything, and the installed command works from any folder with the network cut."""

from __future__ import annotations

import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

BLOCK = """
import socket
def refuse(*_, **__):
    raise OSError("the network is cut")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    root = Path(__file__).resolve().parent.parent
    source = tmp_path_factory.mktemp("source") / "argmine"
    shutil.copytree(root, source, ignore=shutil.ignore_patterns(".git", ".venv", "build", "*.egg-info", ".*_cache", "__pycache__", "tests"))
    out = source.parent / "dist"
    done = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(out), str(source)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return zipfile.ZipFile(next(out.glob("*.whl")))


def test_the_wheel_has_the_data(wheel: zipfile.ZipFile, root: Path) -> None:
    names = set(wheel.namelist())
    for path in (
        "py.typed",
        "sample/istanbul.txt",
        "templates/page.html",
        "features/cues.tsv",
        "pretrained/linear/model.json",
        "pretrained/linear/weights.safetensors",
        "pretrained/encoder/model.json",
        "pretrained/encoder/weights.safetensors",
    ):
        assert f"argmine/{path}" in names
    assert {f"argmine/actors/data/{p.name}" for p in (root / "argmine" / "actors" / "data").glob("*.tsv")} <= names
    corpus = {
        p.relative_to(root / "corpus")
        for pattern in ("*.jsonl", "*.json", "*.md", "layers/*/*.txt")
        for p in (root / "corpus").glob(pattern)
    }
    assert {f"argmine/data/shipped/{p.as_posix()}" for p in corpus} <= names
    assert not any("/tests/" in name or "/test_" in name for name in names)


def test_the_wheel_is_small(wheel: zipfile.ZipFile) -> None:
    assert sum(info.compress_size for info in wheel.infolist()) < 20_000_000
    assert sum(info.file_size for info in wheel.infolist() if "pretrained/encoder/" in info.filename) <= 8_000_000


def test_the_installed_command_works_anywhere_offline(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    """The wheel unpacked, and nothing of the checkout in reach."""
    site = tmp_path / "site"
    wheel.extractall(site)
    (site / "sitecustomize.py").write_text(BLOCK, encoding="utf-8")
    report = tmp_path / "elsewhere" / "report.txt"
    report.parent.mkdir()
    report.write_text("Moscow refuses the ceasefire requested by Kyiv.", encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(site)}
    command = [sys.executable, "-c", "from argmine.cli import main; main()", "label", "report.txt", "--format", "jsonl"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=report.parent, env=environment)
    assert done.returncode == 0, done.stderr
    assert {(p["actor"], p["label"]) for p in json.loads(done.stdout)["positions"]} == {("RUS", "refusal"), ("UKR", "demand")}
    code = "import argmine; print(argmine.__file__); print(len(argmine.load_corpus()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=report.parent, env=environment)
    assert done.stdout.startswith(str(site)) and int(done.stdout.split()[1]) >= 40


def test_versions_agree(root: Path) -> None:
    import argmine

    assert f"version: {argmine.__version__}" in (root / "CITATION.cff").read_text(encoding="utf-8")
    assert f"version = {argmine.__version__}" in (root / "setup.cfg").read_text(encoding="utf-8")
    try:
        assert importlib.metadata.version("argmine") == argmine.__version__
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("argmine is not installed here")
