"""The documentation: its site builds without a warning, has all that is public, and its examples and commands run."""

from __future__ import annotations

import doctest
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

import click
import pytest
from click.testing import CliRunner

import argmine
from argmine import analysis, plots, training
from argmine.cli import main
from argmine.data.markup import main as check_markup

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGES = {page.relative_to(DOCS).as_posix(): page.read_text(encoding="utf-8") for page in sorted(DOCS.rglob("*.md")) if "_build" not in page.parts}
# In this order: a page may go on with the files of one before it.
WITH_COMMANDS = [f"howto/{name}.md" for name in ("annotate-and-train", "compare-systems", "other-labels", "other-actors", "label-a-folder")]
BLOCK = re.compile(r"^```(?:\{code-block\} )?(\w+)\n(?::caption: (\S+)\n\n)?(.*?)^```$", re.M | re.S)

# Page of the site to its parsed HTML.
Site = dict[str, Any]


def need_sphinx() -> None:
    for package in ("sphinx", "furo", "myst_parser"):
        pytest.importorskip(package, reason="the site is built with sphinx, furo and myst-parser: pip install 'argmine[docs]'")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site."""
    need_sphinx()
    out = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", "-d", str(out / "trees"), str(DOCS), str(out / "html")]
    surroundings = {**os.environ, "PYTHONPATH": str(DOCS.parent), "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=out, env=surroundings)
    assert done.returncode == 0, done.stderr
    return out / "html"


@pytest.fixture(scope="module")
def site(folder: Path) -> Site:
    from bs4 import BeautifulSoup

    return {p.relative_to(folder).as_posix(): BeautifulSoup(p.read_text(encoding="utf-8"), "html.parser") for p in folder.rglob("*.html")}


def ids(page: Any) -> set[str]:
    return {tag["id"] for tag in page.find_all(id=True)}


def links(site: Site) -> Iterator[tuple[str, str, str]]:
    """(page, tag, address) of all that the pages link or load."""
    for name, page in site.items():
        for tag, attribute in (("a", "href"), ("link", "href"), ("img", "src"), ("script", "src")):
            yield from ((name, tag, found[attribute]) for found in page.find_all(tag, attrs={attribute: True}))


def test_internal_links_resolve(site: Site, folder: Path) -> None:
    checked = 0
    known = {name: ids(page) for name, page in site.items()}
    for name, _, address in links(site):
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            continue
        target = (folder / name).parent / unquote(parts.path) if parts.path else folder / name
        assert target.is_file(), f"{name} links {address}"
        inside = target.resolve().relative_to(folder.resolve()).as_posix()
        if parts.fragment and inside in known:
            assert unquote(parts.fragment) in known[inside], f"{name} links {address}"
        checked += 1
    assert checked > 500


def test_nothing_is_fetched(site: Site, folder: Path) -> None:
    loaded = [(name, address) for name, tag, address in links(site) if tag != "a" and urlsplit(address).netloc]
    assert loaded == []
    for sheet in folder.rglob("*.css"):
        assert not re.search(r"(?:@import|url\()\s*[\"']?(?:https?:)?//", sheet.read_text(encoding="utf-8")), sheet.name


@pytest.mark.parametrize("name", plots.__all__)
def test_every_display_is_in_the_gallery(name: str, site: Site) -> None:
    assert (DOCS / "pictures" / f"{name}.png").is_file()
    gallery = site["gallery.html"]
    pictures = {Path(urlsplit(img["src"]).path).name: img["alt"] for img in gallery.find_all("img", alt=True)}
    assert len(pictures.get(f"{name}.png", "")) > 20, "there is no picture with a description"
    assert gallery.find("a", href=f"reference/plots.html#argmine.plots.{name}"), "there is no link into the reference"


def test_every_picture_is_used(site: Site) -> None:
    shown = {Path(urlsplit(img["src"]).path).name for img in site["gallery.html"].find_all("img", src=True)}
    assert shown == {path.name for path in (DOCS / "pictures").iterdir()}


def test_public_names_are_in_the_reference(site: Site) -> None:
    described = {name for page, html in site.items() if page.startswith("reference/") for name in ids(html)}
    for module in (argmine, plots, analysis, training):
        missing = [name for name in module.__all__ if f"{module.__name__}.{name}" not in described]
        assert missing == [], module.__name__


def test_docstrings_say_their_arguments_as_lists(site: Site) -> None:
    fields = [field.get_text() for field in site["reference/evaluation.html"].select("dl.field-list > dt")]
    assert {"Parameters:", "Attributes:", "Raises:"} <= set(fields)
    assert "Args:" not in site["reference/evaluation.html"].get_text()


def commands(command: click.Command, path: str) -> Iterator[str]:
    yield path
    for name, sub in getattr(command, "commands", {}).items():
        yield from commands(sub, f"{path} {name}")


def test_command_line_page_has_every_command(site: Site) -> None:
    page = site["reference/command-line.html"]
    heads = {head.get_text().removesuffix("¶") for head in page.find_all("h2")}
    assert heads == set(commands(main, "argmine"))
    assert "--min-confidence" in page.get_text()


def test_included_files_are_whole_and_current(site: Site, root: Path) -> None:
    def plain(text: str) -> str:
        return re.sub(r"[\W_]+", "", text)

    for name, page in (("corpus/GUIDELINES.md", "guidelines"), ("corpus/AUTHORING.md", "authoring"), ("benchmarks/README.md", "benchmarks")):
        shown = plain(site[f"{page}.html"].get_text())
        written = re.sub(r"(?m)^\d+\. ", "", (root / name).read_text(encoding="utf-8"))
        lines = [line for line in written.splitlines() if len(line) > 60 and "](" not in line]
        for line in (lines[0], lines[-1]):
            assert plain(line)[:60] in shown, f"{page} lacks {line!r}"
    kept = re.search(r"<!-- figures -->.*?<!-- /figures -->", (root / "README.md").read_text(encoding="utf-8"), re.S)
    assert kept is not None
    figures = re.findall(r"\d\.\d{3}", kept.group())
    assert figures and set(figures) <= set(re.findall(r"\d\.\d{3}", site["limits.html"].get_text()))


def test_links_that_leave_the_docs_become_pages_or_paths() -> None:
    need_sphinx()
    spec = importlib.util.spec_from_file_location("conf", DOCS / "conf.py")
    assert spec is not None and spec.loader is not None
    conf = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(conf)
    cases = [
        ("docs/howto", "[card](../../corpus/README.md#format)", "[card](/data-card.md#format)"),
        ("corpus", "see [GUIDELINES.md](GUIDELINES.md).", "see [GUIDELINES.md](/guidelines.md)."),
        ("benchmarks", "[kept](results/quality.jsonl), [speed.py](speed.py)", "kept (`benchmarks/results/quality.jsonl`), `benchmarks/speed.py`"),
        ("docs", "[tour](tour.md) [there](https://example.org) [here](#a) [no](../none.md)", None),
    ]
    for folder, text, expected in cases:
        assert conf.relinked(text, PurePosixPath(folder)) == (text if expected is None else expected)


def test_paths_in_the_text_exist(root: Path) -> None:
    named = {path for text in PAGES.values() for path in re.findall(r"`((?:argmine|benchmarks|corpus|docs|notebooks|tests)/[\w./-]+)`", text)}
    assert len(named) > 3
    assert [path for path in sorted(named) if not (root / path).exists()] == []


def test_install_is_as_in_the_readme(root: Path) -> None:
    block = next(code for language, _, code in BLOCK.findall(PAGES["index.md"]) if language == "sh")
    assert block in (root / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", [page for page, text in PAGES.items() if ">>>" in text])
def test_examples_run(page: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    code = "\n".join(code for language, _, code in BLOCK.findall(PAGES[page]) if language == "python")
    examples = doctest.DocTestParser().get_doctest(code, {}, page, str(DOCS / page), 0)
    assert len(examples.examples) == PAGES[page].count("\n>>> "), "an example stands outside of a block of Python"
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    assert runner.run(examples).failed == 0


def run(line: str) -> None:
    """A command line of the docs; the encoder gives way to the linear model, which answers at once."""
    words = [path for word in shlex.split(line, comments=True) for path in (sorted(map(str, Path().glob(word))) if "*" in word else [word])]
    if words[:3] == ["python", "-m", "argmine.data.markup"]:
        assert check_markup(words[3:]) == 0
        return
    assert words[0] == "argmine", line
    arguments = ["linear" if word == "encoder" else word for word in words[1:]]
    if arguments[0] in ("label", "evaluate") and not {"--model", "--predicted"} & {*arguments}:
        arguments += ["--model", "linear"]
    done = CliRunner().invoke(main, arguments)
    # Offices of the shipped tables run out as time goes on: that is a finding, not a fault.
    assert done.exit_code == 0 or (done.exit_code == 1 and "lint" in arguments), f"{line}\n{done.output}"


def test_commands_run(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reports").mkdir()
    shutil.copy(root / "argmine" / "sample" / "istanbul.txt", tmp_path / "reports")
    for page in WITH_COMMANDS:
        for language, name, content in BLOCK.findall(PAGES[page]):
            if name:
                (tmp_path / name).parent.mkdir(exist_ok=True)
                (tmp_path / name).write_text(content, encoding="utf-8")
            elif language == "sh":
                for line in content.splitlines():
                    run(line)
    assert {"positions.jsonl", "positions.csv", "positions.html", "figures.html", "comparison.html", "my-model"} <= {p.name for p in tmp_path.iterdir()}
