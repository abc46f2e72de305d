"""The corpus: read, written, validated, split; the authors' format and Hugging Face data sets."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from argmine.data.corpus import Corpus, load_corpus
from argmine.data.validate import ISSUES, Finding, validate

if TYPE_CHECKING:
    from argmine.data.importer import export_markup, import_markup
    from argmine.data.markup import read_markup, write_markup

__all__ = [
    "ISSUES",
    "Corpus",
    "Finding",
    "export_markup",
    "import_markup",
    "load_corpus",
    "read_markup",
    "validate",
    "write_markup",
]

# Loaded when first used: `python -m argmine.data.markup` would warn of a module that the package has loaded before.
_LATER = {
    "export_markup": "argmine.data.importer",
    "import_markup": "argmine.data.importer",
    "read_markup": "argmine.data.markup",
    "write_markup": "argmine.data.markup",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LATER[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
