"""The authors' format: one report a file, one sentence a line, mentions in brackets, positions beneath.

A file looks like this::

    @document oslo-01
    @title The two sides sign
    @date 1993-09-13
    @negotiation oslo
    @register wire
    @kind ordinary

    [Norway|NOR] called on [the two sides|ISR PSE] to keep to the timetable.
    > NOR demand | called on | ISR | implementation

A blank line begins a new paragraph. ``[text|ACTOR]`` marks a mention, with several identifiers for a
collective; mentions may be nested. A line ``> ACTOR label | cue | target | issue`` is a position in the sentence
above it; target and issue may be ``-``. A bracket that belongs to the text is written ``\\[``, ``\\]`` or ``\\|``.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from argmine.errors import ArgmineError, FormatError, say
from argmine.schema import FOUR_LABELS, LabelScheme, check_actor

__all__ = ["read_markup", "write_markup"]

HEADS = ("document", "title", "date", "negotiation", "register", "kind", "language", "annotators")
NEEDED = HEADS[:6]
_TOKEN = re.compile(r"\\[\[\]|\\]|[\[\]]|\|[A-Z0-9_ ]+\]")


def _unmark(line: str, where: str) -> tuple[str, list[dict[str, Any]]]:
    """Take the brackets out of a line: the sentence, and its mentions in order."""
    text, last = "", 0
    opened: list[int] = []
    mentions: list[dict[str, Any]] = []
    for token in _TOKEN.finditer(line):
        text += line[last : token.start()]
        last = token.end()
        mark = token.group()
        if mark.startswith("\\"):
            text += mark[1]
        elif mark == "[":
            opened.append(len(text))
        elif mark == "]" or not opened:
            raise FormatError(say("bracket near", line[max(0, token.start() - 30) : token.end()], "the end of a mention such as [Moscow|RUS]", where=where))
        else:
            start = opened.pop()
            for actor in mark[1:-1].split():
                mentions.append({"text": text[start:], "start": start, "actor": check_actor(actor, where)})
    if opened:
        raise FormatError(say("mention", (text + line[last:])[opened[-1] :][:40], "closed by |ACTOR]", where=where))
    text += line[last:]
    mentions.sort(key=lambda m: (m["start"], -len(m["text"])))
    return text, mentions


def _position(line: str, text: str, scheme: LabelScheme, where: str) -> dict[str, Any]:
    parts = [part.strip() for part in line[1:].split(" | ")]
    head = parts[0].split()
    if len(head) != 2 or not 2 <= len(parts) <= 4:
        raise FormatError(say("position", line, "of the form '> RUS refusal | rules out | UKR | ceasefire'", where=where))
    actor, label, cue = check_actor(head[0], where), scheme.check(head[1], where), parts[1]
    if text.count(cue) != 1 or not cue:
        raise FormatError(say("cue", cue, f"found once in the sentence, but {text.count(cue)} times" if cue else "a stretch of the sentence", where=where))
    target, issue = (None if p in ("-", "") else p for p in (parts + ["-", "-"])[2:4])
    if target is not None:
        check_actor(target, where)
    return {"actor": actor, "label": label, "cue": cue, "target": target, "issue": issue}


def read_markup(lines: Iterable[str], where: str = "markup", scheme: LabelScheme = FOUR_LABELS) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Read one report: its record, and its sentences, as the corpus format has them.

    Args:
        lines: the file's lines.
        where: its name, for messages.
        scheme: the labels that are allowed.

    Raises:
        FormatError: naming the line, what came and what is allowed.

    >>> head, rows = read_markup('''@document a-01
    ... @title T
    ... @date 1999-01-02
    ... @negotiation a
    ... @register wire
    ... @kind hard
    ...
    ... [Moscow|RUS] refuses.
    ... > RUS refusal | refuses'''.splitlines())
    >>> rows[0]["text"], rows[0]["positions"][0]["label"]
    ('Moscow refuses.', 'refusal')
    """
    head: dict[str, Any] = {"language": "en", "annotators": 1}
    rows: list[dict[str, Any]] = []
    paragraph, fresh = -1, True
    for number, raw in enumerate(lines, 1):
        line, here = raw.strip(), f"{where}:{number}"
        if not line:
            fresh = True
        elif line.startswith("@"):
            key, _, value = line[1:].partition(" ")
            if key not in HEADS:
                raise FormatError(say("head", key, HEADS, where=here))
            head[key] = int(value) if key == "annotators" else value.strip()
        elif line.startswith(">"):
            if not rows:
                raise FormatError(say("position", line, "beneath a sentence", where=here))
            found = _position(line, rows[-1]["text"], scheme, here)
            if any((p["actor"], p["label"]) == (found["actor"], found["label"]) for p in rows[-1]["positions"]):
                raise FormatError(say("position", line, "given once in its sentence", where=here))
            rows[-1]["positions"].append(found)
        else:
            paragraph, fresh = paragraph + fresh, False
            text, mentions = _unmark(line, here)
            rows.append({"document": head.get("document", ""), "sentence": len(rows), "paragraph": paragraph, "text": text, "mentions": mentions, "positions": []})
    missing = [key for key in NEEDED if not head.get(key)]
    if missing or not rows:
        raise FormatError(f"{where}: {'head @' + missing[0] if missing else 'the text'} is missing; a report needs {', '.join('@' + k for k in NEEDED)} and sentences")
    return head, rows


def _mark(row: dict[str, Any]) -> str:
    """Put the brackets back: the inverse of reading."""
    spans: dict[tuple[int, int], list[str]] = {}
    for m in row["mentions"]:
        spans.setdefault((m["start"], m["start"] + len(m["text"])), []).append(m["actor"])
    text, out = row["text"], []
    for i in range(len(text) + 1):
        closing = sorted((s for s in spans if s[1] == i), key=lambda s: -s[0])
        out += [f"|{' '.join(spans[s])}]" for s in closing]
        out += ["[" for s in spans if s[0] == i]
        out += ["\\" + text[i] if text[i] in "[]" else text[i]] if i < len(text) else []
    return "".join(out)


def write_markup(head: dict[str, Any], rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Write a report in the authors' format, line by line: the inverse of `read_markup`."""
    yield from (f"@{key} {head[key]}" for key in HEADS if key in head)
    paragraph = -1
    for row in rows:
        if row["paragraph"] != paragraph:
            yield ""
            paragraph = row["paragraph"]
        yield _mark(row)
        for p in row["positions"]:
            yield f"> {p['actor']} {p['label']} | {p['cue']} | {p['target'] or '-'} | {p['issue'] or '-'}"


def main(paths: list[str]) -> int:
    """Check files in the authors' format and say how many sentences and positions they hold."""
    bad = 0
    for path in paths:
        try:
            head, rows = read_markup(Path(path).read_text(encoding="utf-8").splitlines(), path)
        except ArgmineError as error:
            bad += 1
            sys.stderr.write(f"{error}\n")
            continue
        labels = [p["label"] for r in rows for p in r["positions"]]
        empty = sum(not r["positions"] for r in rows) / len(rows)
        counts = {label: labels.count(label) for label in FOUR_LABELS.labels}
        sys.stdout.write(f"{head['document']}: {len(rows)} sentences, {empty:.0%} without a position, {json.dumps(counts)}\n")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
