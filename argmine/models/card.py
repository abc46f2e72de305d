"""The model card: what ``model.json`` holds, in words and tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["model_card"]

_KINDS = {
    "rules": "Cues from a table, given to the mention that owns them; nothing is learned.",
    "linear": "One logistic regression a label over sparse features of the actor-sentence: words and cues before and after the actor's mentions, "
    "who owns the cues, other actors, quotation. Calibrated by a sigmoid on out-of-fold predictions.",
    "encoder": "A transformer encoder reads the sentence with its context once, mentions and cues marked; for each actor a head looks "
    "for the words that express its positions, as annotators marked them, on top of the log odds of a linear first reader. "
    "The folder holds the change of the base's weights, not the base.",
}
_PARTS = {
    "dev": "corpus, dev (chosen on it: stopping, calibration, thresholds)",
    "test": "corpus, test (negotiations never seen)",
}
_LIMITS = """\
- Made for English text; not for judging persons, nor as the only ground of a decision.
- Missed: positions that no wording in the sentence shows, actors that only knowledge of the world resolves, irony.
- A probability is calibrated for text like the corpus; measure on your own before you rely on it."""


def model_card(record: Mapping[str, Any]) -> str:
    """The card, Markdown, of a model folder's record.

    Args:
        record: ``kind``, ``scheme``, ``figures``, ``corpus`` and ``state`` as `argmine.save` writes them; ``figures`` may have ``dev``, ``test`` and ``real``.

    >>> print(model_card({"kind": "rules", "scheme": {"labels": ["demand"]}, "figures": {}, "corpus": "", "state": {}}).splitlines()[0])
    # A model of argmine: rules
    """
    figures = record["figures"]
    lines = [f"# A model of argmine: {record['kind']}", "", _KINDS[record["kind"]], ""]
    lines.append(f"- Labels: {', '.join(record['scheme']['labels'])}")
    if record["corpus"]:
        learned = f"{figures['reports']} reports, {figures['rows']} actor-sentences, of " if "reports" in figures else ""
        lines.append(f"- Learned from: {learned}corpus `{record['corpus'][:16]}`")
    if figures.get("description"):
        lines.append(f"- That corpus: {figures['description']}")
    if "taught" in figures:
        rows, answers = figures["taught"]["rows"], figures["taught"]["sha256"][:16]
        lines.append(f"- Taught by a larger model: its probabilities for {rows} actor-sentences of unlabelled reports, SHA-256 `{answers}`")
    settings = {**record["state"].get("params", {}), **record["state"].get("training", {})}
    if settings:
        lines.append("- Settings: " + ", ".join(f"{name} {value}" for name, value in settings.items()))
    if "base_sha256" in record["state"]:
        lines.append(f"- Base weights: SHA-256 `{record['state']['base_sha256']}`")
    parts = {_PARTS[name]: figures[name] for name in _PARTS if name in figures}
    lines += ["", "## Measured", ""]
    lines += _corpus_table(parts, record["scheme"]["labels"]) if parts else ["No split was held out, so nothing was measured."]
    if "real" in figures:
        lines += ["", *_real_table(figures["real"])]
    return "\n".join([*lines, "", "## Limits", "", _LIMITS, ""])


def _corpus_table(parts: Mapping[str, Mapping[str, Any]], labels: list[str]) -> list[str]:
    """F1 on triples with annotated and found actors as rows."""
    head = ["on", "F1 on triples (95 % interval)", "macro F1", *labels, "ECE"]
    rows = [
        [
            name, f"{part['micro_f1']:.3f}{_interval(part['interval'])}", f"{part['macro_f1']:.3f}",
            *(f"{part['labels'][label]['f1']:.3f}" for label in labels), "" if part.get("ece") is None else f"{part['ece']:.3f}",
        ]
        for name, part in parts.items()
    ]  # fmt: skip
    return _table(head, rows)


def _real_table(real: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """F1 on real texts: end to end, with gold actors, and on sentence+label."""
    head = ["on real", "end to end", "gold actors", "sentence+label"]
    rows = [[name, *(f"{part[view]['f1']:.3f}{_interval(part[view].get('interval'))}" for view in _VIEWS)] for name, part in real.items()]
    return _table(head, rows)


_VIEWS = ("end_to_end", "gold_actors", "sentence+label")


def _interval(bounds: tuple[float, float] | None) -> str:
    return f" [{bounds[0]:.2f}, {bounds[1]:.2f}]" if bounds else ""


def _table(head: list[str], rows: list[list[str]]) -> list[str]:
    return ["| " + " | ".join(cells) + " |" for cells in [head, ["---"] * len(head), *rows]]
