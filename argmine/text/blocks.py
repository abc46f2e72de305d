"""Paragraphs: what is left when the line breaks that merely wrap the text are undone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from argmine.schema import Span
from argmine.text.abbreviations import DANGLING, MONTHS, STARTERS, is_never_last
from argmine.text.characters import CLOSERS, LINE_STARTER, LIST_MARKER, LONE_MARKER, skip_lead

__all__ = ["paragraphs"]

SHORT = 40  # characters: a shorter line ends where its writer wanted it to
WIDEST = 130  # characters: no wrapped text has longer lines
RAGGED = 0.85  # wrapped lines are filled to at least this part of the width
FULL = 0.9  # of the width: a line is full if the next word would have come past this
LOOK_BACK = 24  # characters at the end of a line that are looked at
BREAKS_APART = "\f\x1c\x1d\x1e\u2029"  # page, file, group and record breaks; the paragraph separator


class Line(NamedTuple):
    """A line that is not blank: where it begins, its text without white space around, and what stands before it."""

    left: int
    start: int
    end: int
    apart: bool


def paragraphs(text: str) -> tuple[Span, ...]:
    """The paragraphs of ``text``: in order, disjoint, without white space at their ends.

    They cover every character that is not white space. A paragraph ends at a blank line, and at a line
    break before or after a short line, a heading, a list item, a speaker's name, a dateline or an
    attribution. It does not end where a line break only wraps the text: the line before is long and
    has no final stop, and the next goes on in lower case, or the text is wrapped at a width.
    Takes time linear in the length of the text.

    >>> text = "KYIV SAYS NO\\n\\nThe two delegations met in Geneva on Monday to\\ndiscuss a truce.\\n- food\\n- fuel"
    >>> [text[p.start : p.end] for p in paragraphs(text)]
    ['KYIV SAYS NO', 'The two delegations met in Geneva on Monday to\\ndiscuss a truce.', '- food', '- fuel']
    """
    width = wrap_width(text)
    starts: list[int] = []
    ends: list[int] = []
    last: Line | None = None
    for line in _lines(text):
        if last is not None and _wraps(text, starts[-1], last, line, width):
            ends[-1] = line.end
        else:
            starts.append(line.start)
            ends.append(line.end)
        last = line
    return tuple(map(Span, starts, ends))


def wrap_width(text: str) -> int | None:
    """The width in characters at which ``text`` is wrapped, or None if it is not.

    Wrapped prose has many lines of about one length that are followed, without a blank line, by a line
    that goes on in lower case.

    >>> wrap_width(("a rather long line of a text, which goes on and on\\n" * 4).capitalize())
    50
    >>> wrap_width("One.\\nTwo.\\nThree.") is None
    True
    """
    inner: Counter[int] = Counter()
    going_on: Counter[int] = Counter()
    last: Line | None = None
    for line in _lines(text):
        if last is not None and not line.apart:
            length = last.end - last.left
            if SHORT <= length <= WIDEST:
                inner[length] += 1
                going_on[length] += _goes_on(text, line)
        last = line
    best, most = None, 1
    for width in sorted(going_on):
        near = [length for length in going_on if RAGGED * width <= length <= width]
        count = sum(going_on[length] for length in near)
        if count > most and 2 * count >= sum(inner[length] for length in near):
            best, most = width, count
    return best


def _lines(text: str) -> Iterator[Line]:
    left, apart = 0, False
    for raw in text.splitlines(keepends=True):
        body = raw.strip()
        if body:
            start = left + len(raw) - len(raw.lstrip())
            yield Line(left, start, start + len(body), apart)
        apart = not body or raw[-1] in BREAKS_APART
        left += len(raw)


def _wraps(text: str, head: int, before: Line, after: Line, width: int | None) -> bool:
    """Whether the break between two lines only wraps the text; ``head`` is where the paragraph began."""
    if before.start == head and LONE_MARKER.match(text, before.start, before.end):
        return not (after.apart and text[before.end - 1] == ":")
    if after.apart or LINE_STARTER.match(text, after.start, after.end):
        return False
    unfinished = _is_unfinished(text, before)
    full = width is not None and before.end - before.left + 1 + len(_first_word(text, after)) > FULL * width
    if LIST_MARKER.match(text, after.start, after.end):
        in_list = LIST_MARKER.match(text, head) or LINE_STARTER.match(text, head)
        expected = full or _dangles(text, before) or _tail(text, before).split()[-1] in MONTHS
        return unfinished and expected and not in_list
    if _is_heading(text, before) != _is_heading(text, after) or _is_indented(text, before, after):
        return False
    if full or not unfinished:
        return full
    if _first_word(text, after).rstrip(",") in STARTERS:
        return False
    long = before.end - before.start >= SHORT
    # Where the line ends in a stop, only that of an abbreviation is left here: "of the U.N.\nSecretary-General".
    return _dangles(text, before) or (long and (text[before.end - 1] == "." or _goes_on(text, after)))


def _first_word(text: str, line: Line) -> str:
    return text[line.start : min(line.end, line.start + LOOK_BACK)].split(None, 1)[0]


def _tail(text: str, line: Line) -> str:
    return text[max(line.start, line.end - LOOK_BACK) : line.end]


def _is_unfinished(text: str, line: Line) -> bool:
    """Whether the line has no final stop, or only that of an abbreviation."""
    tail = _tail(text, line)
    closed = tail.rstrip(CLOSERS + "\"'")
    if not closed.endswith("."):
        return not closed.endswith(tuple("!?…:;。！？؟۔।"))
    word = closed[:-1].rpartition(" ")[2]
    return closed == tail and (is_never_last(word) or (len(word) > 1 and word[-2] == ".") or (len(word) == 1 and word.isupper()))


def _dangles(text: str, line: Line) -> bool:
    """Whether the line's last word cannot end what is complete."""
    words = _tail(text, line).split()
    last = words[-1]
    if last.endswith((",", "(", "[")):
        return line.end - line.start >= SHORT
    return last.lower() in DANGLING or (len(words) > 1 and last.endswith(".") and is_never_last(last[:-1]))


def _goes_on(text: str, line: Line) -> bool:
    """Whether the line begins with a letter that is not a capital, or with a comma or closing bracket."""
    char = text[line.start]
    if char in ",;)]":
        return True
    index = skip_lead(text, line.start, line.end)
    return index < line.end and text[index].isalpha() and not (text[index].isupper() or text[index].istitle())


def _is_heading(text: str, line: Line) -> bool:
    if line.end - line.start > WIDEST:
        return False
    body = text[line.start : line.end]
    return body.isupper() and " " in body and body[-1] not in ".,;"


def _is_indented(text: str, before: Line, after: Line) -> bool:
    """Whether ``after`` is indented as a paragraph's first line is, and not as a list item's second."""
    deeper = (after.start - after.left) - (before.start - before.left)
    return deeper >= 2 and not LIST_MARKER.match(text, before.start) and not LINE_STARTER.match(text, before.start)
