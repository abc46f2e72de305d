"""The README's examples run, and the commands that it names exist."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
from pathlib import Path


def test_examples_run(root: Path) -> None:
    failed, tried = doctest.testfile(
        str(root / "README.md"), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    )
    assert tried >= 5
    assert failed == 0


def test_set_up_blocks_are_marked(root: Path) -> None:
    text = (root / "README.md").read_text(encoding="utf-8")
    assert re.search(r"<!-- install -->\s*```sh\npip install", text)
    assert re.search(r"<!-- tests -->\s*```sh\npip install", text)


def test_files_that_the_readme_links_exist(root: Path) -> None:
    text = (root / "README.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:|#)([^)]+)\)", text):
        assert (root / target.split("#")[0]).exists(), target


def test_command_lines_run(root: Path, tmp_path: Path) -> None:
    text = (root / "README.md").read_text(encoding="utf-8")
    commands = [
        line for block in re.findall(r"```sh\n(.*?)```", text, re.S) for line in block.splitlines() if line.startswith("argmine label")
    ]
    assert commands
    for command in commands:
        arguments = [a for a in command.split(" #")[0].split()[1:] if a]
        if "--out" in arguments:
            arguments[arguments.index("--out") + 1] = str(tmp_path / "out")
        done = subprocess.run([sys.executable, "-m", "argmine.cli", *arguments], capture_output=True, text=True, cwd=root)
        assert done.returncode == 0, done.stderr
