"""The rooms of the design: imports point upwards only, importing is cheap, and a wheel carries every package."""

from __future__ import annotations

import ast
import configparser
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "argmine"

# Upper rooms first: a room may import itself and those above it. `render` knows the units by type only; they show themselves through it.
ROOMS = (
    "errors",
    "render",
    "schema",
    "text",
    "actors",
    "data",
    "features",
    "training",
    "models",
    "pretrained",
    "pipeline",
    "evaluation",
    "analysis",
    "plots",
    "cards",
    "cli",
)
# `data.rows` and `models.recipes` join neighbours on purpose: they are the learning flow, which reads the corpus as labelling reads text.
ALLOWED = {("models", "evaluation")}


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "argmine"


def imports(path: Path) -> list[tuple[str, bool, int]]:
    """Every argmine module that a file imports: its name, whether inside a function, and the line."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inner = {id(n) for f in ast.walk(tree) if isinstance(f, ast.FunctionDef | ast.AsyncFunctionDef) for n in ast.walk(f)}
    typing_only = {
        id(n) for i in ast.walk(tree) if isinstance(i, ast.If) and getattr(i.test, "id", "") == "TYPE_CHECKING" for n in ast.walk(i)
    }
    found = []
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("argmine"):
            names = [f"{node.module}.{a.name}" if node.module == "argmine" else node.module for a in node.names]
            found += [(name, id(node) in inner, node.lineno) for name in names]
        elif isinstance(node, ast.Import):
            found += [(a.name, id(node) in inner, node.lineno) for a in node.names if a.name.startswith("argmine.")]
    return found


FILES = sorted(p for p in PACKAGE.rglob("*.py") if p.relative_to(PACKAGE).parts[0] not in ("__init__.py",))


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_upwards(path: Path) -> None:
    own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    for module, _, line in imports(path):
        other = room_of(module)
        if other == own or (own, other) in ALLOWED:
            continue
        assert ROOMS.index(other) < ROOMS.index(own), f"{path}:{line}: {own} may not import {other}"


@pytest.mark.parametrize("path", [p for p in FILES if "cli" not in p.parts], ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_import_hides_in_a_function(path: Path) -> None:
    hidden = [(module, line) for module, inside, line in imports(path) if inside]
    assert not hidden


def test_every_room_is_known() -> None:
    present = {p.relative_to(PACKAGE).parts[0].removesuffix(".py") for p in FILES}
    assert present <= set(ROOMS)


def test_setup_lists_every_package() -> None:
    config = configparser.ConfigParser()
    config.read(PACKAGE.parent / "setup.cfg")
    listed = set(config["options"]["packages"].split())
    present = {".".join(p.parent.relative_to(PACKAGE.parent).parts) for p in PACKAGE.rglob("__init__.py")}
    assert listed - {"argmine.data.shipped"} == present


def test_import_is_fast_and_loads_no_torch() -> None:
    code = "import sys, time; t = time.perf_counter(); import argmine; t = time.perf_counter() - t; print(t); print('torch' in sys.modules, 'numpy' in sys.modules)"
    best = 1.0
    for _ in range(5):
        out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
        best = min(best, float(out[0]))
        assert out[1:] == ["False", "False"]
    assert best < 0.05


def test_public_names_all_load() -> None:
    import argmine

    for name in argmine.__all__:
        assert getattr(argmine, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'lode'"):
        argmine.lode  # noqa: B018


def test_the_linear_model_needs_no_torch() -> None:
    code = "import sys, argmine; argmine.load('linear').label('Moscow refuses.'); print('torch' in sys.modules, 'datasets' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split() == ["False", "False"]
