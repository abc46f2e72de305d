"""Sentences: which stops end one, and which only seem to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from argmine.schema import Sentence, Span
from argmine.text.abbreviations import STARTERS, stop_ends
from argmine.text.blocks import paragraphs
from argmine.text.characters import (
    ALWAYS_STOPS,
    ARTICLE_MARKER,
    BRACKETS_AFTER_STOP,
    CLOCK,
    CLOSERS,
    DATELINE,
    DOTS,
    NUMBERING,
    PAUSES,
    STOP_RUN,
    WORD,
    begins_upper,
    skip_lead,
)
from argmine.text.quotes import read_marks

__all__ = ["sentences"]

WORD_AT = re.compile(r"[^\W_]{1,30}")
LONGEST_WORD = 24  # characters before a stop that are read
LONGEST_ADDRESS = 80
ADDRESS = re.compile(r"://|www\.|\w@\w|\w\.\w{1,20}/\w")
SPACES = " \u00a0\u202f"  # stand before a closing mark in French
QUOTES = frozenset("\"'”’“‘»«›‹」』")
NARROW = frozenset("'’*_")  # close after a stop unless a letter or digit follows

# A sentence that consists of nothing else is not one: "1.", "II.", "10:45 a.m.".
MARKER_SO_FAR = re.compile(rf"\(?{NUMBERING}[.)]{{1,2}}|\d{{1,2}}(?:\.\d{{1,2}}){{1,3}}\.|{CLOCK}\.|{ARTICLE_MARKER.pattern}")
BEFORE_INLINE_NUMBER = re.compile(r"[;:]\s{1,3}(?:and |or )?$")  # "on flour; and 3. On tents"
INLINE_ITEM = re.compile(r"\s{1,5}\((?:[a-z]|[ivx]{1,5}|\d{1,2})\)\s")
ARTICLE_IN_NAME = re.compile(r"(?:a[dlrstz]|e[dlrst]|ash)[-'’][A-Z]")  # al-Sisi
SPOKEN = re.compile(
    r"[\s–—-]{0,4}(?:(?:[A-Z][\w.'’-]{0,24}|of|the|de|al-[A-Z]\w{0,24}|bin)\s{1,3}){1,6}"
    r"(?:said|says|asked|asks|told|added|adds|replied|wrote|writes|declared|warned|exclaimed|insisted|demanded|wondered|tweeted|posted)\b"
    r"(?!\s{1,3}(?:that|he|she|it|they)\b)"
)


def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of ``text``, each with the index of its paragraph.

    They are in order, disjoint, without white space at their ends, and together cover every character
    that is not white space. Takes time linear in the length of the text.

    >>> text = "The U.S. President met Mr. Lund.They spoke at 5 p.m. The talks go on."
    >>> [text[s.start : s.end] for s in sentences(text)]
    ['The U.S. President met Mr. Lund.', 'They spoke at 5 p.m.', 'The talks go on.']
    """
    found: list[Sentence] = []
    for index, block in enumerate(paragraphs(text)):
        start = block.start
        for end in _ends(text, block):
            found.append(Sentence(start, end, index))
            start = end
            while text[start].isspace():
                start += 1
        found.append(Sentence(start, block.end, index))
    return tuple(found)


def _ends(text: str, block: Span) -> Iterator[int]:
    """Where the sentences of one paragraph end, without the last."""
    first = WORD.search(text, block.start, block.end)
    if first is None:
        return
    dateline = DATELINE.match(text, first.start(), block.end)
    begin = dateline.end() if dateline else block.start
    closing = read_marks(text, block).closers
    uncapped = text[block.start : block.end].islower()
    for stop in STOP_RUN.finditer(text, begin, block.end):
        if stop.start() < first.start():
            continue
        end = _after_closers(text, stop.end(), block.end, closing)
        if end < block.end and _is_end(text, first.start(), stop, end, block.end, uncapped):
            following = WORD.search(text, end, block.end)
            if following is None:
                return
            yield end
            first = following


def _after_closers(text: str, index: int, limit: int, closing: set[int]) -> int:
    """The index after the quotes, brackets and notes that close behind a stop."""
    while index < limit:
        char = text[index]
        following = text[index + 1] if index + 1 < limit else " "
        if index in closing:
            index += 2 if text.startswith("''", index) else 1
        elif char in CLOSERS or (char in NARROW and not following.isalnum()):
            index += 1
        elif note := BRACKETS_AFTER_STOP.match(text, index, limit):
            index = note.end()
        elif char in SPACES and index + 1 in closing:
            index += 1
        else:
            break
    return index


def _is_end(text: str, first: int, stop: re.Match[str], end: int, limit: int, uncapped: bool) -> bool:
    """Whether a sentence ends at ``end``; ``first`` is where its first word begins, ``limit`` the paragraph's end."""
    lead = skip_lead(text, end, limit)
    if lead >= limit or (text[stop.start() - 1] == "(" and end > stop.end()):
        return False
    run = stop.group()
    if run[-1] in ALWAYS_STOPS:
        return text[lead].isalnum() or begins_upper(text, lead)
    begins = begins_upper(text, lead) or (uncapped and text[lead].isalnum()) or _lost_capital(text, first, stop, end, lead)
    if not (begins or INLINE_ITEM.match(text, end, limit) or ARTICLE_IN_NAME.match(text, lead, limit)):
        return False
    if stop.end() - first <= LONGEST_WORD and MARKER_SO_FAR.fullmatch(text, first, stop.end()):
        return False
    following = WORD_AT.match(text, lead, limit)
    word = following.group() if following else ""
    after = text[lead + len(word) : min(lead + len(word) + 1, limit)]
    if not text[end].isspace():
        return _is_end_unspaced(text, first, stop, end, word, after) and not _in_address(text, stop.start())
    quoted = any(char in QUOTES for char in text[stop.end() : end])
    if len(run) == 1 and run in DOTS:
        return quoted or _stop_ends(text, first, stop.start(), word, after)
    if run[-1] in PAUSES + DOTS and len(run) != 2 and (word == "I" or word[:1].isdigit()):
        return False
    return not (quoted and word not in STARTERS and SPOKEN.match(text, end, limit))


def _lost_capital(text: str, first: int, stop: re.Match[str], end: int, lead: int) -> bool:
    """Whether a full stop after a long plain word ends a sentence although a machine lost the next one's capital."""
    word = text[_word_start(text, first, stop.start()) : stop.start()]
    return stop.group() == "." and end == stop.end() and text[lead].islower() and word.islower() and len(word) > 4


def _stop_ends(text: str, first: int, stop: int, following: str, after: str) -> bool:
    start = _word_start(text, first, stop)
    if text[start:stop].isdigit() and stop - start <= 2 and BEFORE_INLINE_NUMBER.search(text[max(first, start - 10) : start]):
        return False
    return stop_ends(text[start:stop], text[max(start - 2, 0) : start], following, after)


def _word_start(text: str, first: int, stop: int) -> int:
    floor = max(first, stop - LONGEST_WORD)
    while stop > floor and text[stop - 1].isalnum():
        stop -= 1
    return stop


def _is_end_unspaced(text: str, first: int, stop: re.Match[str], end: int, following: str, after: str) -> bool:
    """Whether a sentence ends where no white space follows the stop: "the talks.The delegation"."""
    start = _word_start(text, first, stop.start())
    word = text[start : stop.start()]
    if not following:
        return len(word) > 1
    if following[0].isdigit():
        plain = end == stop.end() and len(word) > 3 and word.islower() and after.isspace()
        return plain and _stop_ends(text, first, stop.start(), following, after)
    if not following[0].isupper():
        # A script without capitals.
        return len(word) > 1 and word[-1].isalpha() and not (word[-1].islower() or word[-1].isupper()) and stop.group() not in PAUSES
    titled = len(following) > 1 and following[1:].islower()
    alone = following in ("A", "I") and after.isspace() and not word.isdigit()
    acronym = len(following) > 1 and following.isupper() and word.islower() and len(word) > 2
    if not (titled or alone or acronym):
        return False
    if end > stop.end() or stop.group() not in DOTS:
        return True
    if len(word) == 1 and alone:
        return False
    return _stop_ends(text, first, stop.start(), following, after)


def _in_address(text: str, stop: int) -> bool:
    """Whether the stop stands in an electronic address."""
    before = text[max(0, stop - LONGEST_ADDRESS) : stop].split()
    after = text[stop : stop + LONGEST_ADDRESS].split(None, 1)
    return ADDRESS.search((before[-1] if before else "") + after[0]) is not None
