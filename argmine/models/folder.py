"""The model folder: ``model.json``, ``weights.safetensors``, ``README.md``; never pickle, never code."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import sklearn
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors
from sklearn.utils.validation import check_is_fitted

from argmine.data.writer import json_text, write_files
from argmine.errors import ModelError, say
from argmine.models.base import PositionClassifier
from argmine.models.card import model_card
from argmine.schema import LabelScheme

__all__ = ["KINDS", "add_figures", "load_classifier", "save"]

# Where each kind is: the encoder's module loads torch, which the others need not wait for.
KINDS = {
    "rules": "argmine.models.rules:RuleClassifier",
    "linear": "argmine.models.linear:LinearClassifier",
    "encoder": "argmine.models.encoder:EncoderClassifier",
}
FORMAT = 2


def save(
    model: PositionClassifier, folder: str | Path, *, corpus_digest: str = "", figures: Mapping[str, object] | None = None, card: str = ""
) -> Path:
    """Write a fitted classifier as a model folder; each file appears whole or not at all, ``model.json`` last.

    Args:
        model: a fitted classifier of one of `KINDS`.
        folder: made if it is not there.
        corpus_digest: what it was trained on.
        figures: measured results to keep beside it, plain values. The card shows ``reports`` and ``rows`` (what it learned from, numbers),
            ``description``, ``dev`` and ``test`` (each as ``argmine.evaluate(…).as_dict()`` gives it), and ``real`` (see `add_figures`).
        card: the model card, Markdown; made from the rest if empty.

    Returns:
        The folder.

    Raises:
        ModelError: for a model of another class, or figures that are not of this form.
        sklearn.exceptions.NotFittedError: for one that has not learned.

    >>> from tempfile import TemporaryDirectory
    >>> from argmine.models.rules import RuleClassifier
    >>> with TemporaryDirectory() as folder:
    ...     sorted(path.name for path in save(RuleClassifier().fit([]), folder).iterdir())
    ['README.md', 'model.json', 'weights.safetensors']
    """
    place = f"{type(model).__module__}:{type(model).__qualname__}"
    kind = next((name for name, known in KINDS.items() if place == known), None)
    if kind is None:
        raise ModelError(say("model", type(model).__name__, [known.split(":")[1] for known in KINDS.values()]))
    target = Path(folder)
    check_is_fitted(model, "thresholds_")
    state, arrays = model.to_state()
    record = {
        "format": FORMAT,
        "kind": kind,
        "scheme": asdict(model.scheme_),
        "thresholds": [float(t) for t in model.thresholds_],
        "corpus": corpus_digest,
        "figures": dict(figures or {}),
        "versions": _versions(),
        "state": state,
    }
    write_files(
        target,
        {
            "weights.safetensors": save_tensors({name: np.ascontiguousarray(a) for name, a in arrays.items()}),
            "README.md": card or _card(record),
            "model.json": json_text(record),
        },
    )
    return target


def _card(record: Mapping[str, Any]) -> str:
    try:
        return model_card(record)
    except (AttributeError, KeyError, TypeError) as error:
        raise ModelError(
            f"figures are not of the form that a card shows ({type(error).__name__}: {error}); give dev and test as argmine.evaluate(…).as_dict(), "
            "reports with rows, or a card of your own"
        ) from None


def add_figures(folder: str | Path, figures: Mapping[str, object]) -> None:
    """Add measured figures to a model folder, and make its card anew.

    Args:
        folder: the model folder.
        figures: as for `save`; ``real`` maps names of texts to ``end_to_end``, ``gold_actors`` and ``sentence+label``, each with ``f1`` and ``interval``.
    """
    path = Path(folder)
    record = json.loads((path / "model.json").read_text(encoding="utf-8"))
    record["figures"] |= figures
    write_files(path, {"README.md": _card(record), "model.json": json_text(record)})


def _kind(name: str) -> Any:
    module, _, cls = KINDS[name].partition(":")
    return getattr(import_module(module), cls)


def _versions() -> dict[str, str]:
    return {"python": platform.python_version(), "numpy": np.__version__, "scikit-learn": sklearn.__version__}


def load_classifier(folder: str | Path) -> PositionClassifier:
    """Read a model folder; no code in it is run, nor any that its base may bring.

    Raises:
        ModelError: for a folder that is missing, damaged, or of an unknown kind or format, or whose base can't be loaded.

    >>> load_classifier("no-such-folder")
    Traceback (most recent call last):
    argmine.errors.ModelError: no-such-folder: not a model folder (model.json is missing)
    """
    path = Path(folder)
    try:
        record = json.loads((path / "model.json").read_text(encoding="utf-8"))
        arrays = load_tensors((path / "weights.safetensors").read_bytes())
    except FileNotFoundError as error:
        raise ModelError(f"{path}: not a model folder ({Path(str(error.filename)).name} is missing)") from None
    except (json.JSONDecodeError, UnicodeDecodeError, SafetensorError, OSError) as error:
        raise ModelError(f"{path}: the model folder is damaged ({type(error).__name__}); save or copy the model again") from None
    if not isinstance(record, dict) or not isinstance(record.get("kind"), str) or record["kind"] not in KINDS:
        raise ModelError(
            say("model kind", record.get("kind") if isinstance(record, dict) else record, KINDS, where=str(path / "model.json"))
        )
    if record.get("format") != FORMAT:
        raise ModelError(
            say("model format", record.get("format"), f"{FORMAT}, the one that this version reads", where=str(path / "model.json"))
        )
    try:
        scheme = LabelScheme(record["scheme"]["name"], tuple(record["scheme"]["labels"]), record["scheme"]["multilabel"])
        model: PositionClassifier = _kind(record["kind"]).from_state(record["state"], arrays, scheme)
        model.thresholds_ = np.array(record["thresholds"], dtype=float).reshape(len(scheme.labels))
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from None
    except (AttributeError, KeyError, RuntimeError, TypeError, ValueError) as error:
        raise ModelError(f"{path}: the model folder is damaged ({error}); save or copy the model again") from None
    return model
