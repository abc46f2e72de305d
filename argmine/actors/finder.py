"""Names in a text, found in one pass: a trie over words, walked from every word once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from argmine.actors.registry import Alias, Registry, common_words, not_actors
from argmine.actors.tokens import Token, tokens
from argmine.actors.words import GLUE

__all__ = ["Finder", "Hit"]

_GAPS = frozenset({"", " ", "-", "–", "'", "’", ". ", ".", "\n", " & ", "&", "  ", "/", "‘", "+"})
_LOWER_KINDS = frozenset({"state", "adjective", "people", "capital", "organisation", "group", "seat", "organ", "person", "title", "bloc"})
_BARRED_BEFORE = frozenset({"pro", "anti", "non", "post", "un"})
_LONGEST_GLUE = 24


class Hit(NamedTuple):
    """A name in the text: its place, the words that it takes, and what it may stand for."""

    start: int
    end: int
    first: int
    last: int
    aliases: tuple[Alias, ...]


class _Form(NamedTuple):
    """How an alias must be written: for each word ``A`` capitals, ``C`` capitalised, ``-`` either."""

    alias: Alias
    shapes: str
    lower: bool


def _shape(word: str) -> str:
    letters = word.replace(".", "")
    if letters.isupper() and 1 < len(letters) <= 6:
        return "A"
    return "C" if letters[:1].isupper() else "-"


def _form(alias: Alias, words: list[Token]) -> _Form:
    shapes = "".join(_shape(alias.text[t.start : t.end]) for t in words)
    whole = " ".join(t.norm for t in words)
    lower = (
        alias.kind in _LOWER_KINDS
        and "A" not in shapes
        and not alias.text.startswith("the ")
        and whole not in common_words()
        and (len(words) > 1 or len(whole) >= (6 if alias.kind == "person" else 4))
    )
    return _Form(alias, shapes, lower)


class Finder:
    """Finds every name of a registry in a text, longest first, in time linear in the text.

    Case, accents and hyphens of the text may differ from the table's, names may be glued to the next word
    ("Moscowrefuses"), and names that are no ordinary words may have lost their capital.

    >>> from argmine.actors.registry import default_registry
    >>> finder = Finder(default_registry())
    >>> [h.aliases[0].actor for h in finder.find("ankara, the Kremlin and the capitalKyiv")[0]]
    ['TUR', 'RUS', 'UKR']
    """

    def __init__(self, registry: Registry) -> None:
        self._trie: dict[str, Any] = {}
        self._single: set[str] = set()
        for phrase in not_actors():
            node = self._trie
            for word in tokens(phrase):
                node = node.setdefault(word.norm, {})
            node[""] = []
        for alias in registry.aliases:
            words = tokens(alias.text)
            node = self._trie
            for word in words:
                node = node.setdefault(word.norm, {})
            if words:
                node.setdefault("", []).append(_form(alias, words))
            if len(words) == 1 and alias.kind in ("state", "adjective", "people", "capital", "seat", "person") and len(words[0].norm) >= 4:
                self._single.add(words[0].norm)
        self._unglue = lru_cache(maxsize=65536)(self._split)

    def words(self, text: str) -> list[Token]:
        """The text's words, with glued names cut from their neighbours."""
        out: list[Token] = []
        for token in tokens(text):
            cut = 0
            if (
                token.norm not in self._trie
                and 6 <= len(token.norm) <= _LONGEST_GLUE
                and token.norm.isascii()
                and token.end - token.start == len(token.norm)
            ):
                cut = self._unglue(token.norm)
            if cut:
                middle = token.start + cut
                out += [Token(token.start, middle, token.norm[:cut]), Token(middle, token.end, token.norm[cut:])]
            else:
                out.append(token)
        return out

    def _split(self, norm: str) -> int:
        """Where a name and a common word were glued, or 0."""
        for cut in range(2, len(norm)):
            left, right = norm[:cut], norm[cut:]
            if (left in self._single and right in GLUE and left not in GLUE) or (
                left in GLUE and right in self._single and right not in GLUE
            ):
                return cut
        return 0

    def find(self, text: str) -> tuple[list[Hit], list[Token]]:
        """The names in the text, in order and disjoint, and the words that they were found among."""
        words = self.words(text)
        hits, i = [], 0
        while i < len(words):
            hit = self._longest(text, words, i)
            if hit:
                hits += [hit] if hit.aliases else []
                i = hit.last
            i += 1
        return hits, words

    def _longest(self, text: str, words: list[Token], first: int) -> Hit | None:
        node, best, j = self._trie, None, first
        while j < len(words) and words[j].norm in node:
            if j > first and not _adjoin(text, words[j - 1], words[j]):
                break
            node = node[words[j].norm]
            if "" in node and ((found := _written(text, words[first : j + 1], node[""])) or not node[""]):
                best = Hit(words[first].start, words[j].end, first, j, found)
            j += 1
        if best and first and words[first - 1].norm in _BARRED_BEFORE and text[words[first - 1].end : best.start] in "-–":
            return None
        return best


def _adjoin(text: str, left: Token, right: Token) -> bool:
    """Whether two words can belong to one name: a full stop between them must be an abbreviation's."""
    gap = text[left.end : right.start]
    return gap in _GAPS and (gap != ". " or left.end - left.start <= 3)


def _written(text: str, words: list[Token], forms: Iterable[_Form]) -> tuple[Alias, ...]:
    """The aliases whose capitals agree with the text's."""
    surfaces = [text[w.start : w.end] for w in words]
    lower = all(s[:1].islower() or s[:1].isdigit() for s in surfaces)
    out = []
    for alias, shapes, lower_too in forms:
        if lower and "C" in shapes:
            fits = lower_too
        else:
            fits = all(
                shape == "-"
                or (shape == "A" and surface.isupper())
                or (shape == "C" and (surface[:1].isupper() or not surface[:1].isalpha() or (lower_too and i > 0)))
                for i, (shape, surface) in enumerate(zip(shapes, surfaces, strict=True))
            )
        if fits:
            out.append(alias)
    return tuple(out)
