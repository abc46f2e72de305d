"""Noun phrases that name an actor without being a name: roles, descriptions, collectives, names in no table."""

from __future__ import annotations

from collections.abc import Sequence

from argmine.actors.tokens import Token
from argmine.actors.words import (
    COLLECTIVES,
    ENTITIES,
    KINDS_OF_PEOPLE,
    NEED_A_KIND,
    ORGANISATION_NOUNS,
    PEOPLE,
    PERSONS,
    ROLE_VERBS,
    TITLES,
)

__all__ = ["Words", "identifier"]

_MODIFIERS = frozenset(
    """foreign defence defense prime deputy vice chief senior top interim acting former special state first lead head finance trade interior
    justice oil energy environment economy economics commerce agriculture fisheries climate security national military political press human
    rights supreme high permanent new outgoing visiting general assistant under negotiating government federal affairs european economic cabinet
    transitional ruling internationally recognised recognized warring two three other opposing rival both leftist rebel s of the""".split()
)
_OF = PERSONS | {"of"}
_LINKS = frozenset({" ", "-", "’", "'", "’s ", "'s ", "  ", "\n"})
_LONGEST = 7
_COUNTS = frozenset("two three four five warring rival opposing conflicting negotiating high contracting other respective".split())
_CALENDAR = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december
    the a an and but in on at we i he she they it this that these those our his her its their both all""".split()
)


class Words:
    """The words of a document with the text between them, and what phrases begin where."""

    def __init__(self, text: str, words: Sequence[Token], taken: set[int]) -> None:
        """Keep the words; ``taken`` are the indices at which a name of the registry begins."""
        self.text, self.words, self._taken = text, words, taken

    def surface(self, i: int) -> str:
        """The word as written."""
        return self.text[self.words[i].start : self.words[i].end]

    def gap(self, i: int) -> str:
        """The text between word ``i`` and the next one."""
        return self.text[self.words[i].end : self.words[i + 1].start] if i + 1 < len(self.words) else "."

    def role(self, first: int, stop: int) -> int | None:
        """The index of the role noun that a phrase going on at ``first`` ends with, or None.

        After "Russian" in "Russian Foreign Ministry spokeswoman said", the index of "spokeswoman". The phrase goes on over
        modifiers and capitalised words, not over punctuation, verbs or another name.
        """
        found = None
        for j in range(first, min(stop, first + _LONGEST)):
            if (j > first and self.gap(j - 1) not in _LINKS) or j in self._taken:
                break
            norm = self.words[j].norm
            if norm in PERSONS or norm in ENTITIES:
                found = j
            elif norm not in _MODIFIERS or (norm in ("of", "the", "s") and j > first and self.words[j - 1].norm not in _OF):
                break
        return found

    def role_after(self, last: int, stop: int) -> int | None:
        """The same for a phrase that goes on after word ``last``; None where something parts the two."""
        return self.role(last + 1, stop) if self.gap(last) in _LINKS else None

    def collective(self, first: int, stop: int) -> tuple[int, bool] | None:
        """For "both sides", "the two countries": the index of the noun, and whether it is sure to mean all parties."""
        head = self.words[first].norm
        if head not in ("both", "the", "all", "two", "three", "these", "those", "our"):
            return None
        counted = head in ("both", "two", "three")
        for j in range(first + 1, min(stop, first + 5)):
            norm = self.words[j].norm
            if self.gap(j - 1) not in _LINKS or j in self._taken:
                return None
            if norm in COLLECTIVES:
                return (
                    (j, counted)
                    if counted or norm in ("sides", "parties", "leaders", "delegations", "signatories", "participants")
                    else None
                )
            if norm not in _MODIFIERS and norm not in _COUNTS and norm != "of":
                return None
            counted = counted or norm in _COUNTS
        return None

    def other(self, first: int, role: int) -> bool:
        """Whether a description means not the party in focus but the one across the table: "the other side"."""
        return any(w.norm in ("other", "opposing", "opposite") for w in self.words[first:role])

    def is_name(self, i: int) -> bool:
        """Whether the word could be part of a person's name that no table has."""
        surface = self.surface(i)
        norm = self.words[i].norm
        return (
            i not in self._taken
            and surface[:1].isupper()
            and len(surface) > 1
            and norm not in _CALENDAR
            and norm not in PERSONS
            and norm not in ENTITIES
        )

    def name_after(self, i: int, stop: int) -> int | None:
        """The index of the last word of an unknown name that begins at ``i``, or None."""
        last = None
        for j in range(i, min(stop, i + 4)):
            if (j > i and self.gap(j - 1) not in (" ", "-", "’", "'", ". ")) or not self.is_name(j):
                break
            last = j
        return last

    def organisation(self, i: int, stop: int) -> int | None:
        """The index of the last word of an organisation that no table has, or None.

        Capitalised words of which the last is one such as Front or Alliance ("Save Nigeria Group"), or the first with "of" or "for"
        ("Federation of Students"); or an acronym before a verb of position.
        """
        last = self._capitals(i, stop)
        if last is None:
            return None
        if last > i and self.words[last].norm in ORGANISATION_NOUNS:
            return last
        of = last + 1
        if self.words[last].norm in ORGANISATION_NOUNS and of + 1 < stop and self.words[of].norm in ("of", "for"):
            return self._capitals(of + 1, stop) if self.gap(last) == self.gap(of) == " " else None
        acronym = last == i and len(self.surface(i)) >= 3 and self.surface(i).isupper() and self.surface(i).isalpha()
        return last if acronym and last + 1 < stop and self.gap(last) == " " and self.words[last + 1].norm in ROLE_VERBS else None

    def _capitals(self, i: int, stop: int) -> int | None:
        """The index of the last of the capitalised words that begin at ``i``, none of them a name of the registry; None without one."""
        last = None
        for j in range(i, min(stop, i + 6)):
            free = j not in self._taken and self.surface(j)[:1].isupper() and self.words[j].norm not in _CALENDAR
            if not free or (j > i and self.gap(j - 1) not in (" ", "-")):
                break
            last = j
        return last

    def people(self, i: int, first: int) -> int | None:
        """The index at which people who act together, with the noun ``i``, begin, at ``first`` at the earliest; None where the noun alone is nobody."""
        norm = self.words[i].norm
        begin = i
        for j in range(i - 1, max(first - 1, i - 4), -1):
            kind = self.words[j].norm in KINDS_OF_PEOPLE
            named = self.surface(j)[:1].isupper() and j > first and self.words[j].norm not in _CALENDAR and self.words[j].norm not in TITLES
            if j in self._taken or self.gap(j) not in (" ", "-", "' ", "’ ") or not (kind or named):
                break
            begin = j
        if norm in PEOPLE:
            return begin
        return begin if norm in NEED_A_KIND and any(self.words[j].norm in KINDS_OF_PEOPLE for j in range(begin, i)) else None


def identifier(words: Sequence[Token]) -> str:
    """The identifier for an actor that no table has.

    >>> from argmine.actors.tokens import tokens
    >>> identifier(tokens("Northern Alliance"))
    'NORTHERN_ALLIANCE'
    """
    return "_".join("".join(c for c in w.norm if c.isascii() and c.isalnum()) for w in words).strip("_").upper() or "ACTOR"
