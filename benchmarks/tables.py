"""Write the tables of ``benchmarks/README.md`` and the figures of the project's README from the rows kept under ``results/``.

python benchmarks/tables.py
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
LABELS = ("demand", "concession", "refusal", "condition")


def rows(name: str) -> list[dict[str, Any]]:
    path = HERE / "results" / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def table(head: list[str], body: list[list[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(cells) + " |" for cells in body])


def span(part: dict[str, Any]) -> str:
    low, high = part["interval"]
    return f"{part['f1']:.3f} [{low:.2f}, {high:.2f}]"


def quality() -> str:
    body = [
        [
            row["model"],
            part,
            span(found["end_to_end"]),
            span(found["gold_actors"]),
            f"{found['sentence+label']['f1']:.3f}",
            *(f"{found['labels'][label]['f1']:.2f}" for label in LABELS),
            f"{found['found_actors']['recall']:.3f}",
            f"{found['found_actors']['candidates_a_sentence']:.2f}",
        ]
        for row in rows("quality")
        for part, found in ((p, row[p]) for p in ("reports", "sentences", "speeches"))
    ]
    return table(["model", "text", "end to end", "gold actors", "sentence+label", *LABELS, "pairs reached", "candidates a sentence"], body)


def speed() -> str:
    body = [
        [
            r["model"],
            f"{r['sentences_per_second']:.0f}",
            f"{r['load_seconds']:.1f} s",
            f"{r['peak_mb']:.0f} MB",
            f"{r['ratio_to_first']:.2f}",
        ]
        for r in rows("speed")
    ]
    return table(["model", "sentences a second", "load", "peak memory", "ratio to rules"], body)


def metamorphic() -> str:
    found = rows("metamorphic")
    kinds = list(found[0]["pass_rate"]) if found else []
    return table(["model", *kinds], [[r["model"], *(f"{r['pass_rate'][k]:.2f}" for k in kinds)] for r in found])


def learning_curve() -> str:
    names = {
        "corpus_test": "corpus test",
        "reports_end_to_end": "reports, end to end",
        "reports_gold_actors": "reports, gold actors",
        "sentences_sentence_label": "sentences, sentence+label",
    }
    found = rows("learning_curve")
    keys = [k for k in names if found and k in found[0]]
    return table(
        ["share", "reports", *(names[k] for k in keys)],
        [[f"{r['share']:.0%}", str(r["reports"]), *(f"{r[k]:.3f}" for k in keys)] for r in found],
    )


def ablation() -> str:
    found = [r for r in rows("ablation") if r["without"] in ("register", "kind")]
    keys = ("corpus_test", "reports_gold_actors", "sentences_sentence_label")
    body = [
        [f"{r['without']} *{r['name']}*", str(r["reports"]), *(f"{r[k]:+.3f}" for k in keys)]
        for r in sorted(found, key=lambda r: r["reports_gold_actors"])
    ]
    return table(["without", "reports", "corpus test", "real reports, gold actors", "real sentences, sentence+label"], body)


def minilm() -> str:
    views = {
        "reports, end to end": ("reports", "end_to_end"),
        "reports, gold actors": ("reports", "gold_actors"),
        "reports, sentence+label": ("reports", "sentence+label"),
        "sentences, sentence+label": ("sentences", "sentence+label"),
        "speeches, end to end": ("speeches", "end_to_end"),
    }
    body = [
        [str(r["rows"]), str(r["epochs"]), f"{r['corpus_test']:.3f}", *(f"{r[part][view]:.3f}" for part, view in views.values())]
        for r in rows("minilm_transfer")
    ]
    return table(["training rows", "epochs", "corpus test", *views], body)


def figures() -> str:
    """The few lines for the project's README."""
    speeds = {r["model"]: r["sentences_per_second"] for r in rows("speed")}
    body = []
    for row in rows("quality"):
        whole, given = span(row["reports"]["end_to_end"]), span(row["reports"]["gold_actors"])
        pair = f"{row['sentences']['sentence+label']['f1']:.3f}", f"{speeds.get(row['model'], 0):.0f}"
        body.append([f"`{row['model']}`", whole, given, *pair])
    head = [
        "model",
        "real reports, end to end: F1 on triples",
        "with gold actors",
        "real sentences: F1 on sentence+label",
        "sentences a second",
    ]
    actors = rows("quality")[-1]["reports"]["found_actors"]
    found = f"{actors['recall']:.1%} of the cases, at {actors['candidates_a_sentence']:.1f} candidates a sentence"
    return table(head, body) + f"\n\nThe actor reader alone has the annotated actor among its candidates in {found}."


SECTIONS: dict[str, tuple[str, Callable[[], str]]] = {
    "quality": ("benchmarks/README.md", quality),
    "speed": ("benchmarks/README.md", speed),
    "metamorphic": ("benchmarks/README.md", metamorphic),
    "learning_curve": ("benchmarks/README.md", learning_curve),
    "ablation": ("benchmarks/README.md", ablation),
    "minilm": ("benchmarks/README.md", minilm),
    "figures": ("README.md", figures),
}


def filled(name: str, text: str, make: Callable[[], str]) -> str:
    """The text with one section's table put between its two marks."""
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.S)
    if not pattern.search(text):
        raise SystemExit(f"no place for {name}: <!-- {name} --> and <!-- /{name} --> are missing")
    return pattern.sub(lambda m: f"{m[1]}\n{make()}\n\n{m[2]}", text)


def main() -> None:
    for name, (page, make) in SECTIONS.items():
        path = HERE.parent / page
        path.write_text(filled(name, path.read_text(encoding="utf-8"), make), encoding="utf-8")


if __name__ == "__main__":
    main()
