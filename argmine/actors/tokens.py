"""Tokens for matching names: words without case and accents, with their place in the text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from argmine.schema import Span

__all__ = ["Token", "fold", "segments", "tokens"]

# Initials such as U.S. are one word; digits and letters part company; so do glued words at a capital ("theKremlin").
_WORD = re.compile(r"[A-Z](?:\.[A-Z])+\b\.?|[^\W\d_]+|\d+")
_HUMP = re.compile(r"(?<=[a-zß-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])")


class Token(NamedTuple):
    """A word: its place in the text, and its form without case and accents."""

    start: int
    end: int
    norm: str


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """The word without case, accents and the dots of initials.

    >>> fold("Élysée"), fold("U.S."), fold("Türkiye")
    ('elysee', 'us', 'turkiye')
    """
    if word.isascii():
        return word.replace(".", "").lower()
    apart = unicodedata.normalize("NFKD", word.replace("ı", "i").replace("ø", "o").replace("ł", "l").replace("đ", "d"))
    return "".join(c for c in apart if not unicodedata.combining(c)).replace(".", "").casefold()


def tokens(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """The words of ``text[start:end]``, in order.

    >>> [t.norm for t in tokens("The U.S. and theKremlin's envoy")]
    ['the', 'us', 'and', 'the', 'kremlin', 's', 'envoy']
    """
    out = []
    for match in _WORD.finditer(text, start, len(text) if end is None else end):
        word, at = match.group(), match.start()
        if word.islower() or word.isupper() or word[1:].islower():
            out.append(Token(at, match.end(), fold(word)))
            continue
        cuts = [0, *(m.start() for m in _HUMP.finditer(word)), len(word)]
        out += [Token(at + a, at + b, fold(word[a:b])) for a, b in pairwise(cuts)]
    return out


def segments(text: str, mentions: Iterable[Span]) -> list[Span]:
    """The text cut where a mention was glued to its neighbour: one stretch where nothing was.

    >>> text = "Moscowrefuses it."
    >>> [text[s.start : s.end] for s in segments(text, [Span(0, 6)])]
    ['Moscow', 'refuses it.']
    """
    edges = {edge for m in mentions for edge in (m.start, m.end) if text[edge - 1 : edge].isalnum() and text[edge : edge + 1].isalnum()}
    return [Span(a, b) for a, b in pairwise([0, *sorted(edges), len(text)])]
