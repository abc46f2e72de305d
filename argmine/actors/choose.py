"""Which of a name's actors is meant: by context, date, and who else the document names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date as calendar_date

from argmine.actors.finder import Hit
from argmine.actors.registry import Alias, common_words
from argmine.actors.tokens import Token, fold
from argmine.actors.words import TITLES

__all__ = ["choose", "guess_date"]

_YEARS = 12
_YEAR = re.compile(r"\b(19[4-9]\d|20\d\d)\b")


def guess_date(text: str) -> str | None:
    """The year that the text names most, from 1945 to today, the latest among equals, for a report without a date.

    >>> guess_date("After the talks of 1973 and 1978, the parties met in 1979 on a plan to 2090.")
    '1979'
    """
    years = Counter(y for y in _YEAR.findall(text[:20_000]) if 1945 <= int(y) <= calendar_date.today().year)
    return max(years, key=lambda y: (years[y], y), default=None)


def choose(text: str, hits: Sequence[Hit], words: Sequence[Token], date: str | None) -> list[tuple[Hit, Alias]]:
    """The hits that hold in this document, each with the one alias that is meant.

    Args:
        text: the document's text.
        hits: what a `Finder` found, in order.
        words: the words that it found them among.
        date: the document's date, ISO or its first part; a year guessed from the text if None.
    """
    date = date or guess_date(text)
    sure: Counter[str] = Counter()
    for hit in hits:
        plain = {a.actor for a in hit.aliases if a.kind != "person" and not a.context and a.holds(date)}
        sure.update(plain if len(plain) == 1 else ())
    present = {w.norm for w in words}
    full = {fold(a.text.split()[-1]) for h in hits if h.last > h.first for a in h.aliases if a.kind == "person"}
    chosen = []
    for hit in hits:
        holding = [a for a in hit.aliases if not a.context or any(c in sure if c.isupper() else c in present for c in a.context)]
        holding = [
            a
            for a in holding
            if a.kind != "person" or (hit.last > hit.first or (_near(a, date) and _is_person(text, hit, words, a, full, sure)))
        ]
        if holding:
            chosen.append((hit, max(holding, key=lambda a: _rank(a, date, sure))))
    return chosen


def _rank(alias: Alias, date: str | None, sure: Counter[str]) -> tuple[int, bool, bool, int, str]:
    """The order of preference: a user's table, holds on the date, has its context, is named besides, took office last."""
    return alias.table, alias.holds(date), bool(alias.context), sure[alias.actor], alias.start


def _near(alias: Alias, date: str | None) -> bool:
    """Whether the office was held within some years of the date: reports name few others by surname alone."""
    if not date:
        return True
    year = int(date[:4])
    return (not alias.start or int(alias.start[:4]) <= year + 1) and (not alias.until or int(alias.until[:4]) >= year - _YEARS)


def _is_person(text: str, hit: Hit, words: Sequence[Token], alias: Alias, full: set[str], sure: Counter[str]) -> bool:
    """Whether a surname alone can be this office holder: not after another first name, not a common word."""
    if text[hit.start].islower() and not sure[alias.actor]:
        return False
    before = words[hit.first - 1] if hit.first else None
    gap = text[before.end : hit.start] if before else ""
    titled = bool(before) and gap in (" ", ". ", "") and before.norm in TITLES  # type: ignore[union-attr]
    if (
        before
        and gap in (" ", "-")
        and not titled
        and text[before.start].isupper()
        and not _opens(text, before)
        and before.norm not in _CALENDAR
    ):
        return False
    surname = fold(alias.text)
    return titled or surname in full or surname not in common_words()


_CALENDAR = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday mr mrs ms dr and when while as after but that if president".split()
)


def _opens(text: str, word: Token) -> bool:
    """Whether the word opens its sentence, so that its capital says nothing."""
    head = text[max(0, word.start - 3) : word.start].rstrip()
    return not head or head[-1] in '.!?:"“”\n—-'
