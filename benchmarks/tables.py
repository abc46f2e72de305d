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
RESULTS = HERE / "results"
LABELS = ("demand", "concession", "refusal", "condition")
PARTS = {"corpus_test": "corpus test", "reports": "reports", "sentences": "sentences", "speeches": "speeches"}
ORDER = ("majority", "tfidf", "spacy", "setfit", "rules", "linear", "encoder")
OWN = ("rules", "linear", "encoder")


def rows(name: str) -> list[dict[str, Any]]:
    """The kept rows of a benchmark, systems in the tables' order."""
    path = RESULTS / f"{name}.jsonl"
    found = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
    return sorted(found, key=lambda r: ORDER.index(r["model"]) if r.get("model") in ORDER else len(ORDER))


def keep(name: str, new: list[dict[str, Any]], *by: str) -> None:
    """Put rows into a benchmark's results, in place of those that agree with one of them in all fields ``by``, by default the model."""

    def key(row: dict[str, Any]) -> tuple[Any, ...]:
        return tuple(row[field] for field in by or ("model",))

    replaced = {key(row) for row in new}
    kept = [row for row in rows(name) if key(row) not in replaced]
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in kept + new), encoding="utf-8")


def table(head: list[str], body: list[list[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(cells) + " |" for cells in body])


def span(part: dict[str, Any] | None, digits: int = 3) -> str:
    """F1 with its interval; a dash where it was not measured."""
    if not part:
        return "–"
    low, high = part.get("interval") or (None, None)
    return f"{part['f1']:.{digits}f}" + (f" [{low:.2f}, {high:.2f}]" if low is not None else "")


def few(part: dict[str, Any]) -> str:
    """F1 with its interval; where under ten are asked for, how many of them were found, and how many more."""
    return span(part, 2) if part["asked"] >= 10 else counted([part])


def counted(parts: list[dict[str, Any]]) -> str:
    """How many were found of those that are asked for, and how many more, over all parts."""
    hits, asked, found = (sum(n) for n in zip(*((round(p["recall"] * p["asked"]), p["asked"], p["found"]) for p in parts), strict=True))
    return f"{hits} of {asked}, {found - hits} false"


def number(value: float | None, form: str) -> str:
    return "–" if value is None else format(value, form)


def by_part(name: str = "quality") -> list[tuple[str, str, dict[str, Any]]]:
    """What each text is called, the system, and its figures: systems of one text side by side."""
    found = rows(name)
    return [(title, row["model"], row[part]) for part, title in PARTS.items() for row in found if part in row]


def quality() -> str:
    views = ("end_to_end", "gold_actors", "sentence+label", "macro")
    body = [[text, model, *(span(found.get(view)) for view in views)] for text, model, found in by_part()]
    reached = [
        f"{number(found['found_actors']['recall'], '.1%')} of the pairs in {text} at {found['found_actors']['candidates_a_sentence']:.2f} candidates a sentence"
        for text, model, found in by_part()
        if model == "rules" and "found_actors" in found
    ]
    note = f"\n\nThe actor reader, which serves every system, reaches {', '.join(reached)}." if reached else ""
    return table(["text", "model", "end to end", "gold actors", "sentence+label", "macro"], body) + note


def labels() -> str:
    body = []
    for view, kept in (("", "labels"), (", actor left aside", "sentence+labels")):
        body += [
            [text + view, model, *(few(found[kept][label]) for label in LABELS)] for text, model, found in by_part() if kept in found
        ]
    return table(["text", "model", *LABELS], body)


def unseen() -> str:
    """Real text that nobody had looked at."""
    views = ("triple", "sentence+label", *(f"sentence+{label}" for label in LABELS))
    found = sorted(rows("unseen"), key=lambda r: r["source"], reverse=True)
    body = [[r["source"], r["model"], *(few(r[view]) for view in views)] for r in found]
    notes = {}
    for r in found:
        asked = ", ".join(f"{r[f'sentence+{label}']['asked']} {label}s" for label in LABELS)
        by_label = ", ".join(f"{label} {r['agreement'][f'sentence+{label}']['f1']:.2f}" for label in LABELS if r["agreement"][f"sentence+{label}"]["first"])
        whole = r["agreement"]["sentence+label"]["f1"]
        notes[r["source"]] = f"*{r['source']}*: {r['sentences']} sentences, with {asked}; the readers' own F1 on sentence+label is {whole:.2f} ({by_label})."
    models = dict.fromkeys(r["model"] for r in found)
    conditions = "; ".join(f"{m} {counted([r['sentence+condition'] for r in found if r['model'] == m])}" for m in models)
    whole_table = table(["text", "model", "triple", "sentence+label", *LABELS], body)
    return "\n\n".join([whole_table, *notes.values(), *([f"Conditions over all three: {conditions}."] if models else [])])


def calibration() -> str:
    body = [
        [text, model, *(number(found["calibration"].get(key), ".3f") for key in ("ece", "accuracy", "accuracy_at_80", "covered_yes", "covered_no"))]
        for text, model, found in by_part()
        if "calibration" in found
    ]
    return table(["text", "model", "calibration error", "right decisions", "right among the surest 80 %", "true *yes* in its set", "true *no* in its set"], body)


def paired() -> str:
    body = [
        [
            PARTS[r["text"]], r["model"], r["against"], "{:+.3f} [{:+.2f}, {:+.2f}]".format(r["difference"], *r["interval"]),
            f"{r['p_randomisation']:.4f}", f"{r['p_holm']:.4f}",
        ]
        for r in rows("paired")
    ]  # fmt: skip
    return table(["text", "model", "against", "difference of F1", "p", "p, Holm"], body)


def lono() -> str:
    body = [
        [r["model"], str(r["folds"]), span(r["gold_actors"]), span(r["macro"]), *(span(r["labels"][label], 2) for label in LABELS)]
        for r in rows("lono")
    ]
    return table(["model", "blocks", "F1 on triples", "macro", *LABELS], body)


def speed() -> str:
    body = [
        [
            r["model"],
            f"{r['sentences_per_second']:.0f}",
            number(r.get("report_milliseconds"), ".0f"),
            f"{r['load_seconds']:.1f} s",
            f"{r['peak_mb']:.0f} MB",
            f"{r.get('ratio_to_rules', r.get('ratio_to_first', 0)):.2g}",
        ]
        for r in rows("speed")
    ]
    return table(["model", "sentences a second", "ms a report", "load", "peak memory", "ratio to rules"], body)


def reading() -> str:
    """What the gate and bfloat16 gain and cost."""
    body = [
        [
            r["way"], f"{r['read']:.0%}", f"{r['lost']:.1%}", f"{r['sentences_per_second']:.0f}", f"{r['ratio']:.2f}", f"{r['corpus_test']:.3f}",
            number(r.get("reports"), ".3f"),
        ]
        for r in rows("reading")
    ]  # fmt: skip
    return table(["way", "rows read", "rows with a position passed over", "sentences a second", "ratio", "corpus test", "real reports"], body)


def training() -> str:
    """What the recipe's training takes."""
    body = [[r["precision"], str(r["cores"]), f"{r['seconds'] / 60:.0f}", f"{r['peak_mb'] / 1024:.1f} GB"] for r in rows("training")]
    return table(["precision", "cores", "minutes", "peak memory"], body)


def metamorphic() -> str:
    found = rows("metamorphic")
    kinds = list(found[0]["pass_rate"]) if found else []
    return table(["model", *kinds], [[r["model"], *(f"{r['pass_rate'][k]:.2f}" for k in kinds)] for r in found])


def noise() -> str:
    found = rows("noise")
    levels = list(found[0]["levels"]) if found else []
    head = ["model", *(f"{float(level):.0%}" for level in levels), "kept at the most"]
    body = [
        [
            r["model"],
            *(span(r["levels"][k]) for k in levels),
            number(r["levels"][levels[-1]]["f1"] / (r["levels"][levels[0]]["f1"] or 1), ".0%"),
        ]
        for r in found
    ]
    return table(head, body)


def registers() -> str:
    body = [
        [r["group"], str(r["documents"]), str(r["positions"]), r["model"], span(r), number(r["without"], ".3f")]
        for r in sorted(rows("registers"), key=lambda r: r["group"])
    ]
    return table(["group", "reports", "positions", "model", "F1 on triples", "learned without the group"], body)


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


def variants() -> str:
    """The encoder with one thing changed, and by how much that changes the figures of the recipe at the same budget (its row comes first)."""
    found = rows("encoder_variants")
    views = {
        "dev": ("dev",),
        "corpus test": ("corpus_test",),
        "real reports": ("reports", "end_to_end"),
        "real sentences": ("sentences", "sentence+label"),
    }

    def value(row: dict[str, Any], path: tuple[str, ...]) -> float:
        return value(row[path[0]], path[1:]) if path else row  # type: ignore[return-value]

    body = []
    for recipe in sorted((r for r in found if r["variant"] == "recipe"), key=lambda r: -r["train_reports"] * r["epochs"]):
        for r in (recipe, *(r for r in found if r["budget"] == recipe["budget"] and r is not recipe)):
            shown = [f"{value(r, path):.3f}" if r is recipe else f"{value(r, path) - value(recipe, path):+.3f}" for path in views.values()]
            body.append([r["variant"], str(r["train_reports"]), str(r["epochs"]), f"{r['seconds'] / 60:.1f}", *shown])
    return table(["variant", "reports", "epochs", "minutes", *views], body)


def explanations() -> str:
    """Words and addressees that a model names, on the corpus's test split."""
    body = [
        [r["model"], str(r["positions"]), f"{r['words']:.3f}", number(r["addressee"], ".3f"), f"{r['addressee_by_rule']:.3f}"]
        for r in rows("explanations")
    ]
    return table(["model", "positions found rightly", "words", "addressee", "addressee by the rule"], body)


def reuse() -> str:
    body = [
        [r["labels"], r["model"], str(r["sentences"]), str(r["kinds"]), f"{r['macro_f1']:.3f}", f"{r['micro_f1']:.3f} [{r['interval'][0]:.2f}, {r['interval'][1]:.2f}]"]
        for r in rows("reuse")
    ]  # fmt: skip
    return table(["labels a sentence", "model", "sentences", "events", "macro F1", "micro F1"], body)


def figures() -> str:
    """The few lines for the project's README: argmine's own systems."""
    speeds = {r["model"]: r["sentences_per_second"] for r in rows("speed")}
    own = [row for row in rows("quality") if row["model"] in OWN]
    body = [
        [
            f"`{row['model']}`",
            span(row["reports"]["end_to_end"]),
            span(row["reports"]["gold_actors"]),
            f"{row['sentences']['sentence+label']['f1']:.3f}",
            number(speeds.get(row["model"]), ".0f"),
        ]
        for row in own
    ]
    head = [
        "model",
        "real reports, end to end: F1 on triples",
        "with gold actors",
        "real sentences: F1 on sentence+label",
        "sentences a second",
    ]
    found = [
        f"{actors['recall']:.1%} of the cases in {text} (at {actors['candidates_a_sentence']:.1f} candidates a sentence)"
        for text, actors in ((text, own[-1][part]["found_actors"]) for part, text in (("reports", "the reports"), ("sentences", "the single sentences")))
    ]
    return table(head, body) + f"\n\nThe actor reader alone has the annotated actor among its candidates in {' and '.join(found)}."


PAGE = "benchmarks/README.md"
SECTIONS: dict[str, tuple[str, Callable[[], str]]] = {
    "quality": (PAGE, quality),
    "labels": (PAGE, labels),
    "unseen": (PAGE, unseen),
    "calibration": (PAGE, calibration),
    "paired": (PAGE, paired),
    "lono": (PAGE, lono),
    "speed": (PAGE, speed),
    "reading": (PAGE, reading),
    "metamorphic": (PAGE, metamorphic),
    "noise": (PAGE, noise),
    "registers": (PAGE, registers),
    "learning_curve": (PAGE, learning_curve),
    "ablation": (PAGE, ablation),
    "training": (PAGE, training),
    "variants": (PAGE, variants),
    "explanations": (PAGE, explanations),
    "reuse": (PAGE, reuse),
    "figures": ("README.md", figures),
}


def filled(name: str, text: str, make: Callable[[], str]) -> str:
    """The text with one section's table put between its two marks."""
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.S)
    if not pattern.search(text):
        raise SystemExit(f"no place for {name}: <!-- {name} --> and <!-- /{name} --> are missing")
    return pattern.sub(lambda m: f"{m[1]}\n{make()}\n\n{m[2]}", text)


def refresh(*names: str) -> None:
    """Write these sections anew; all of them without a name."""
    for name in names or SECTIONS:
        page, make = SECTIONS[name]
        path = HERE.parent / page
        path.write_text(filled(name, path.read_text(encoding="utf-8"), make), encoding="utf-8")


if __name__ == "__main__":
    refresh()
