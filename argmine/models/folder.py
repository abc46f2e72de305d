"""The model folder: ``model.json``, ``weights.safetensors``, ``README.md``; never pickle, never code."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from dataclasses import asdict
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
from argmine.models.linear import LinearClassifier
from argmine.models.rules import RuleClassifier
from argmine.schema import LabelScheme

__all__ = ["KINDS", "load_classifier", "save"]

KINDS: dict[str, Any] = {"rules": RuleClassifier, "linear": LinearClassifier}
FORMAT = 1


def save(
    model: PositionClassifier, folder: str | Path, *, corpus_digest: str = "", figures: Mapping[str, object] | None = None, card: str = ""
) -> Path:
    """Write a fitted classifier as a model folder; each file appears whole or not at all, ``model.json`` last.

    Args:
        model: a fitted classifier of one of `KINDS`.
        folder: made if it is not there.
        corpus_digest: what it was trained on.
        figures: measured results to keep beside it.
        card: the model card, Markdown; a short one is written if empty.
    """
    kind = next((name for name, cls in KINDS.items() if type(model) is cls), None)
    if kind is None:
        raise ModelError(say("model", type(model).__name__, [c.__name__ for c in KINDS.values()]))
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
            "README.md": card or f"# A {kind} model of argmine\n\nTrained on corpus `{corpus_digest[:12]}`.\n",
            "model.json": json_text(record),
        },
    )
    return target


def _versions() -> dict[str, str]:
    return {"python": platform.python_version(), "numpy": np.__version__, "scikit-learn": sklearn.__version__}


def load_classifier(folder: str | Path) -> PositionClassifier:
    """Read a model folder; no code in it is run.

    Raises:
        ModelError: for a folder that is missing, damaged, or of an unknown kind or format.
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
        model: PositionClassifier = KINDS[record["kind"]].from_state(record["state"], arrays, scheme)
        model.thresholds_ = np.array(record["thresholds"], dtype=float).reshape(len(scheme.labels))
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{path}: the model folder is damaged ({error}); save or copy the model again") from None
    return model
