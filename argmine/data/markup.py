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
above it; target and issue may be ``-``. A bracket that belongs to the text is written ``\\[``, ``\\]`` or ``\\|``, a
backslash ``\\\\``, and a sentence that begins with ``@`` or ``>`` (a post's handle) begins ``\\@`` or ``\\>``.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from argmine.data.records import HEAD, LINE, Record, check_mentions, check_position, check_value
from argmine.errors import ArgmineError, FormatError, say
from argmine.schema import FOUR_LABELS, LabelScheme, check_actor

__all__ = ["read_markup", "read_markup_file", "write_markup"]

HEADS = tuple(HEAD)
NEEDED = HEADS[:6]
_TOKEN = re.compile(r"\\[\[\]|\\@>]|[\[\]]|\|[A-Z0-9_ ]+\]")
_BAR = re.compile(r" \|(?: |$)")
_ESCAPED = "[]\\"


def _unmark(line: str, where: str) -> tuple[str, list[Record]]:
    """Take the brackets out of a line: the sentence, and its mentions in order."""
    text, last = "", 0
    opened: list[int] = []
    mentions: list[Record] = []
    for token in _TOKEN.finditer(line):
        text += line[last : token.start()]
        last = token.end()
        mark = token.group()
        if mark.startswith("\\"):
            text += mark[1]
        elif mark == "[":
            opened.append(len(text))
        elif mark == "]" or not opened:
            near = line[max(0, token.start() - 30) : token.end()]
            raise FormatError(say("bracket near", near, "the end of a mention such as [Moscow|RUS]", where=where))
        else:
            start = opened.pop()
            for actor in mark[1:-1].split():
                mentions.append({"text": text[start:], "start": start, "actor": check_actor(actor, where)})
    if opened:
        raise FormatError(say("mention", (text + line[last:])[opened[-1] :][:40], "closed by |ACTOR]", where=where))
    text += line[last:]
    mentions.sort(key=lambda m: (m["start"], -len(m["text"])))
    return text, mentions


def _position(line: str, where: str) -> Record:
    parts = [part.strip() for part in _BAR.split(line[1:])]
    head = parts[0].split()
    if len(head) != 2 or not 2 <= len(parts) <= 4:
        raise FormatError(say("position", line, "of the form '> RUS refusal | rules out | UKR | ceasefire'", where=where))
    target, issue = (None if part in ("-", "") else part for part in [*parts, "-", "-"][2:4])
    return {"actor": head[0], "label": head[1], "cue": parts[1], "target": target, "issue": issue}


@dataclass
class _Report:
    """A report while its lines are read."""

    scheme: LabelScheme
    head: Record = field(default_factory=dict)
    rows: list[Record] = field(default_factory=list)
    paragraph: int = -1
    fresh: bool = True
    spoilt: bool = False

    def take(self, line: str, where: str) -> None:
        """Add one line to the report, or raise a FormatError."""
        if not line:
            self.fresh = True
        elif line.startswith("@"):
            self._take_head(line, where)
        elif line.startswith(">"):
            self._take_position(line, where)
        else:
            self.paragraph, self.fresh = self.paragraph + self.fresh, False
            self._take_sentence(line, where)

    def _take_head(self, line: str, where: str) -> None:
        key, _, rest = line[1:].partition(" ")
        if key not in HEADS:
            raise FormatError(say("head", key, HEADS, where=where))
        if key in self.head:
            raise FormatError(say("head", f"@{key}", "given once", where=where))
        value = rest.strip()
        self.head[key] = int(value) if key == "annotators" and re.fullmatch(r"[0-9]{1,9}", value) else value
        check_value(key, self.head[key], HEAD[key], where)

    def _take_position(self, line: str, where: str) -> None:
        # What stands beneath a faulty sentence could only repeat its fault.
        if self.spoilt:
            return
        if not self.rows:
            raise FormatError(say("position", line, "beneath a sentence", where=where))
        row = self.rows[-1]
        row["positions"].append(check_position(_position(line, where), row["positions"], row["text"], self.scheme, where))

    def _take_sentence(self, line: str, where: str) -> None:
        self.spoilt = True
        text, mentions = _unmark(line, where)
        check_value("text", text, LINE, where)
        check_mentions(mentions, text, where)
        row = {"sentence": len(self.rows), "paragraph": self.paragraph, "text": text, "mentions": mentions, "positions": []}
        self.rows.append(row)
        self.spoilt = False


def read_markup(lines: Iterable[str], where: str = "markup", scheme: LabelScheme = FOUR_LABELS) -> tuple[Record, list[Record]]:
    """Read one report: its record, and its sentences, as the corpus format has them.

    Args:
        lines: the file's lines.
        where: its name, for messages.
        scheme: the labels that are allowed.

    Raises:
        FormatError: every fault of the report, one a line, each naming its line, what came and what is allowed.

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
    report = _Report(scheme)
    faults: list[str] = []
    for number, raw in enumerate(lines, 1):
        try:
            report.take(raw.strip(), f"{where}:{number}")
        except FormatError as error:
            faults.append(str(error))
    missing = [f"head @{key}" for key in NEEDED if key not in report.head]
    if report.paragraph < 0:
        missing.append("the text")
    needs = f"a report needs {', '.join('@' + key for key in NEEDED)} and sentences"
    faults += [f"{where}: {what} is missing; {needs}" for what in missing]
    if faults:
        raise FormatError("\n".join(faults))
    head = {"language": "en", "annotators": 1} | report.head
    return head, [{"document": head["document"], **row} for row in report.rows]


def read_markup_file(path: Path, scheme: LabelScheme = FOUR_LABELS) -> tuple[Record, list[Record]]:
    """Read the report in a file, as `read_markup` does.

    Raises:
        FormatError: every fault of the report, one a line; or that the file cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise FormatError(say("file", str(path), f"readable: {error.strerror}")) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise FormatError(say("byte", error.object[error.start : error.end], "UTF-8", where=f"{path}:{line}")) from error
    return read_markup(text.splitlines(), str(path), scheme)


def _mark(row: Record) -> str:
    """Put the brackets back: the inverse of reading."""
    spans: dict[tuple[int, int], list[str]] = {}
    for m in row["mentions"]:
        spans.setdefault((m["start"], m["start"] + len(m["text"])), []).append(m["actor"])
    text, out = row["text"], []
    for i in range(len(text) + 1):
        closing = sorted((s for s in spans if s[1] == i), key=lambda s: -s[0])
        out += [f"|{' '.join(spans[s])}]" for s in closing]
        out += ["[" for s in spans if s[0] == i]
        out += ["\\" + text[i] if text[i] in _ESCAPED else text[i]] if i < len(text) else []
    line = "".join(out)
    return "\\" + line if line[0] in "@>" else line


def write_markup(head: Record, rows: Iterable[Record]) -> Iterator[str]:
    """Write a report in the authors' format, line by line: the inverse of `read_markup`.

    >>> mention = {"text": "Moscow", "start": 0, "actor": "RUS"}
    >>> row = {"paragraph": 0, "text": "Moscow refuses.", "mentions": [mention], "positions": []}
    >>> list(write_markup({"document": "a-01"}, [row]))
    ['@document a-01', '', '[Moscow|RUS] refuses.']
    """
    yield from (f"@{key} {'' if head[key] is None else head[key]}" for key in HEADS if key in head)
    paragraph = -1
    for row in rows:
        if row["paragraph"] != paragraph:
            yield ""
            paragraph = row["paragraph"]
        yield _mark(row)
        for p in row["positions"]:
            yield f"> {p['actor']} {p['label']} | {p['cue'] or ''} | {p['target'] or '-'} | {p['issue'] or '-'}"


def main(paths: list[str]) -> int:
    """Check files in the authors' format and say how many sentences and positions they hold."""
    bad = 0
    if not paths or paths[0] in ("-h", "--help"):
        sys.stderr.write("usage: python -m argmine.data.markup FILE ...   checks reports in the authors' format, see corpus/AUTHORING.md\n")
        return 2 * (not paths)
    for path in paths:
        try:
            head, rows = read_markup_file(Path(path))
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
