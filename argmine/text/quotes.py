"""Quotations: which marks open, which close, and which pairs are outermost.

Double marks and guillemets stand on one stack for each paragraph. A single mark counts only outside of
them, since elsewhere it is mostly an apostrophe.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from argmine.schema import Span
from argmine.text.blocks import paragraphs
from argmine.text.characters import DASHES, INVISIBLE, WORD

__all__ = ["QuoteMarks", "quotations", "read_marks"]

MARKS = re.compile("``|''|[\"＂“”„‟〝〞«»‹›‘’‚'「」『』]")
STRAIGHT = frozenset(['"', "＂", "''"])
SINGLE = frozenset("‘’‚'")
ALWAYS_OPEN = frozenset(["„", "‟", "〝", "``", "「", "『"])
USUALLY_OPEN = {"“": "„‟", "«": "»", "‹": "›"}  # and the marks that they close, in German and Danish
FAMILY = {"«": "guillemet", "»": "guillemet", "‹": "angle", "›": "angle", "「": "corner", "」": "corner", "『": "white", "』": "white"}

BEFORE_OPENING = frozenset("([{/=¿¡‘“«" + DASHES + INVISIBLE)
AFTER_CLOSING = frozenset(".,;:!?…)]}/’”»" + DASHES + INVISIBLE + "。，、！？؟،")
# Apostrophes at the start of a word: '90s, 'em.
CLIPPED = re.compile(r"['’‘](?:\d\d(?:s|\b)|(?:em|til|tis|twas|cause|n|round)\b)", re.IGNORECASE)
LONGEST_CARRY = 20  # paragraphs without a mark that an open quotation may run through


class Mark(NamedTuple):
    """A quote mark, and how it reads by the characters beside it."""

    start: int
    end: int
    char: str
    opening: bool
    closing: bool
    after_digit: bool


@dataclass(slots=True)
class QuoteMarks:
    """What the marks of one paragraph are.

    Attributes:
        pairs: start and end of quotations with both marks, nested ones too, in no order.
        unclosed: quotations that nothing closes, up to the next opening mark of their kind, in order.
        openers: where marks open, in order.
        closers: where closing marks stand.
        stray: the end of a closing mark that stands before any opening one.
    """

    pairs: list[tuple[int, int]] = field(default_factory=list)
    unclosed: list[tuple[int, int]] = field(default_factory=list)
    openers: list[int] = field(default_factory=list)
    closers: set[int] = field(default_factory=set)
    stray: int | None = None


def quotations(text: str) -> tuple[Span, ...]:
    """The outermost quotations of ``text``, with their marks: in order, disjoint, each in one paragraph.

    Double quotes, straight or curly, guillemets, „low“ and 「corner」 marks count; single ones where they
    open at a word's start and close at a word's end. A quotation over several paragraphs gives one span
    for each paragraph. One that is not closed ends at its paragraph's end, or before the next opening
    mark there. Marks of inches and minutes, apostrophes and empty quotations give none.
    Takes time linear in the length of the text.

    >>> text = 'The “no” of Kyiv\\'s envoy: "We told them \\'never\\'." A 5" pipe.'
    >>> [text[q.start : q.end] for q in quotations(text)]
    ['“no”', '"We told them \\'never\\'."']
    """
    found: list[Span] = []
    waiting: list[Span] | None = None
    blocks = paragraphs(text)
    for index, block in enumerate(blocks):
        marks = read_marks(text, block)
        begin = block.start
        if waiting is not None and marks.stray is not None:
            carried = [*waiting, Span(block.start, marks.stray)]
            while found and found[-1].start >= carried[0].start:
                found.pop()
            found += carried
            begin = marks.stray
        if marks.unclosed and index + 1 < len(blocks) and _reopens(text, blocks[index + 1]):
            marks.unclosed[0] = (marks.unclosed[0][0], block.end)
        found += _outermost(text, begin, marks.pairs + marks.unclosed)
        waiting = _still_waiting(waiting, block, marks)
    return tuple(found)


def _still_waiting(waiting: list[Span] | None, block: Span, marks: QuoteMarks) -> list[Span] | None:
    """The paragraphs that stand in an open quotation, if a closing mark should follow; None if none is open."""
    if marks.unclosed:
        return []
    if waiting is None or marks.openers or marks.stray is not None or len(waiting) >= LONGEST_CARRY:
        return None
    return [*waiting, block]


def _reopens(text: str, block: Span) -> bool:
    """Whether the paragraph begins with a quote mark, as that of a quotation over several paragraphs does."""
    mark = MARKS.match(text, block.start, block.end)
    return mark is not None and mark.group() not in SINGLE


def _outermost(text: str, begin: int, spans: list[tuple[int, int]]) -> Iterator[Span]:
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= begin and WORD.search(text, start, end):
            yield Span(start, end)
            begin = end


def read_marks(text: str, block: Span) -> QuoteMarks:
    """Say of each quote mark of one paragraph whether it opens or closes.

    >>> text = 'He said "no." "Never?"'
    >>> marks = read_marks(text, Span(0, len(text)))
    >>> marks.openers, sorted(marks.closers)
    ([8, 14], [12, 21])
    """
    reader = _Reader(text)
    for mark in _marks(text, block):
        reader.take(mark)
    reader.finish(block.end)
    if reader.marks.unclosed and reader.straight and reader.straight % 2 == 0:
        return _alternate(text, block)
    return reader.marks


def _alternate(text: str, block: Span) -> QuoteMarks:
    """Pair straight marks one after the other: better than white space that stands on the wrong side."""
    marks, begin = QuoteMarks(), None
    for mark in _marks(text, block):
        if mark.char not in STRAIGHT or (mark.after_digit and begin is None):
            continue
        if begin is None:
            begin = mark.start
            marks.openers.append(begin)
        else:
            marks.pairs.append((begin, mark.end))
            marks.closers.add(mark.start)
            begin = None
    if begin is not None:
        marks.unclosed.append((begin, block.end))
    return marks


def _marks(text: str, block: Span) -> Iterator[Mark]:
    for match in MARKS.finditer(text, block.start, block.end):
        start, end = match.span()
        left = text[start - 1] if start > block.start else " "
        right = text[end] if end < block.end else " "
        free_left = left.isspace() or left in BEFORE_OPENING
        free_right = right.isspace() or right in AFTER_CLOSING
        yield Mark(start, end, match.group(), free_left and not free_right, free_right and not free_left, left.isdigit())


class _Reader:
    """Reads one paragraph's marks from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.marks = QuoteMarks()
        self.open: list[tuple[int, str]] = []  # start and character
        self.open_of: dict[str, int] = {}  # how many are open, by family
        self.latest: dict[str, int] = {}  # the last opening mark, by family
        self.next_of: dict[int, int] = {}  # the next opening mark of its family, by opening mark
        self.single: Mark | None = None
        self.perhaps: Mark | None = None
        self.straight: int | None = 0  # how many straight marks were taken, None if others were

    def take(self, mark: Mark) -> None:
        if mark.char in SINGLE:
            if not self.open:
                self._take_single(mark)
            return
        family = _family(mark.char)
        innermost = self.open[-1][1] if self.open and _family(self.open[-1][1]) == family else None
        if mark.char not in STRAIGHT:
            self.straight = None
        elif self.straight is not None and not (mark.after_digit and not self.open):
            self.straight += 1
        if _opens(mark, innermost, bool(self.open_of.get(family))):
            self._open(mark, family)
        elif self.open_of.get(family):
            self._close(mark, family)
        elif mark.closing and not mark.after_digit and not self.marks.openers and self.marks.stray is None:
            self.marks.closers.add(mark.start)
            self.marks.stray = mark.end

    def _open(self, mark: Mark, family: str) -> None:
        self.marks.openers.append(mark.start)
        self.open.append((mark.start, mark.char))
        self.open_of[family] = self.open_of.get(family, 0) + 1
        if family in self.latest:
            self.next_of[self.latest[family]] = mark.start
        self.latest[family] = mark.start

    def _close(self, mark: Mark, family: str) -> None:
        # Marks of another family that opened within are taken for strays. Each is dropped once: linear.
        while True:
            start, char = self.open.pop()
            self.open_of[_family(char)] -= 1
            if _family(char) == family:
                break
        self.marks.pairs.append((start, mark.end))
        self.marks.closers.add(mark.start)

    def _take_single(self, mark: Mark) -> None:
        before, after = self.text[mark.start - 1 : mark.start], self.text[mark.end : mark.end + 1]
        if mark.char != "’" and mark.opening and after.isalnum() and not CLIPPED.match(self.text, mark.start):
            self._settle_single()
            self.single = mark
        elif self.single and mark.char != "‚" and mark.end > self.single.end and not (before.isspace() or after.isalnum()):
            self.perhaps = mark
            # After "s" it may be a plural's apostrophe, before punctuation hardly.
            if before != "s" or not after.isspace():
                self._settle_single()

    def _settle_single(self) -> None:
        if self.single and self.perhaps:
            self.marks.pairs.append((self.single.start, self.perhaps.end))
            self.marks.closers.add(self.perhaps.start)
        self.single = self.perhaps = None

    def finish(self, end: int) -> None:
        self._settle_single()
        for start, _ in self.open:
            stop = self.next_of.get(start, end)
            self.marks.unclosed.append((start, start + len(self.text[start:stop].rstrip())))


def _family(char: str) -> str:
    return FAMILY.get(char, "double")


def _opens(mark: Mark, innermost: str | None, is_open: bool) -> bool:
    """Whether a double mark opens a quotation, where ``innermost`` is the mark of its family that opened last."""
    if mark.char in ALWAYS_OPEN:
        return True
    if mark.char in STRAIGHT:
        return mark.opening or (not is_open and not mark.closing and not mark.after_digit)
    if mark.char in USUALLY_OPEN:
        closes = innermost is not None and (mark.closing or innermost in USUALLY_OPEN[mark.char])
        return not closes and not (mark.closing and not is_open)
    # ” and » open where the language has no other opening mark: ”nej”, »nein«.
    return mark.opening and (not is_open or innermost == mark.char)
