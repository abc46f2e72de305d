"""The characters and the line beginnings that paragraphs, sentences and quotations are told by.

No pattern here repeats a group that holds an unbounded repeat, so that none can backtrack for long.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = [
    "ALWAYS_STOPS",
    "ARTICLE_MARKER",
    "BRACKETS_AFTER_STOP",
    "CLOCK",
    "CLOSERS",
    "DASHES",
    "DATELINE",
    "DOTS",
    "INVISIBLE",
    "LINE_STARTER",
    "LIST_MARKER",
    "LONE_MARKER",
    "NUMBERING",
    "PAUSES",
    "STOP_RUN",
    "WORD",
    "begins_upper",
    "skip_lead",
]

DOTS = ".．"
PAUSES = "…‥⋯"
# Full stops and question marks of scripts without capitals or abbreviating stops: they end a sentence, whatever follows.
ALWAYS_STOPS = "。｡！？؟۔।॥։።፧။។៕\u037e"
STOP_RUN = re.compile(f"[{re.escape(DOTS + PAUSES + '!?‽⁇⁈⁉' + ALWAYS_STOPS)}]+")

# Zero-width and direction marks: they cling to the character before them.
INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u061c"
CLOSERS = ")]}”’›」』）】》〉］｝〕〗＂" + "¹²³⁴⁵⁶⁷⁸⁹⁰†‡" + INVISIBLE
BRACKETS_AFTER_STOP = re.compile(r"\[(?:\d{1,3}|[a-z]|citation needed)\]")
DASHES = "-–—―"

LEAD = re.compile(r"[\s(\[{（【《〈［「『¿¡“”„‟«»‹›‘’‚\"'`＂*_•·" + re.escape(DASHES + INVISIBLE) + "]*")
WORD = re.compile(r"[^\W_]")

BULLET = r"[•*·▪◦‣●■□○►➢✓✔∙⁃]"
NUMBERING = r"(?:\d{1,3}|[A-Za-z]|[ivx]{1,5}|[IVX]{1,5})"
CLOCK = r"\d{1,2}(?::\d\d|[.h]\d\d(?=\s?(?:[ap]\.?m\b|[A-Z]{3,4}\b)))(?:\s?[apAP]\.?[mM]\b)?"
MONTH = r"(?i:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[A-Za-z]{0,6}\.?"

ARTICLE_MARKER = re.compile(
    r"(?:Article|Art\.|Section|Sec\.|Chapter|Annex|Part|Rule|Phase|Point|Step|Paragraph|ARTICLE|SECTION|CHAPTER|ANNEX|PART)"
    r"\s{1,3}(?:\d{1,3}|[IVX]{1,5})\."
)

# What may also stand at the start of a line by chance, where wrapping put it there: "President John\nF. Kennedy".
LIST_MARKER = re.compile(
    rf"\(?{NUMBERING}\)(?=\s|$|[A-Z])|\(?{NUMBERING}\.(?=\s|$)|\d{{1,3}}[.)](?=[A-Z])"
    rf"|\d{{1,2}}(?:\.\d{{1,2}}){{1,3}}\.?\s{{1,3}}(?=[A-Z])|{CLOCK}|[{DASHES}]{{1,2}}(?=\s|[^\W\d_]|[\"“‘«(@]|$)"
)

# Datelines like "HAVANA, Cuba (Reuters) --", and "MOSCOW, May 20. /TASS/.", and "Madrid, 12 Mar (EFE).-".
DATELINE = re.compile(
    r"[A-Z][A-Z'’.-]{2,20}(?:[ /][A-Z][A-Z'’.-]{1,20}){0,3}"
    r"(?:, [A-Z][\w.]{1,20}(?: [A-Z][\w.]{1,20}){0,2})??"
    rf"[.,]?(?: (?:{MONTH} \d{{1,2}}|\d{{1,2}} {MONTH})(?:,? \d{{4}})?)?"
    r"[.,]?(?:(?: \([^()\n]{1,40}\)| /[^/\n]{1,30}/\.?)?\s?(?:--|[-–—])(?=\s)| /[A-Z][\w -]{1,30}/\.?(?=\s))"
    r"|[A-Z][^\n.!?()]{2,60}(?:\.[^\n.!?()]{0,20})?\([A-Z][\w/ ]{1,20}\)\s?\.?\s?(?:--|[-–—])(?=\s)"
)

# What starts a paragraph wherever it stands at the start of a line.
LINE_STARTER = re.compile(
    rf"{BULLET}|[QA](?:[.:]\s|\s{{2}}|\t)|Q\s[A-Z“\"]|[A-Z][A-Z.'’-]{{1,20}}(?: [A-Z(][A-Z.'’)-]{{0,20}}){{0,4}}:(?=\s|$)"
    rf"|(?:Mr|Mrs|Ms|Dr)\. [A-Z][\w'’-]{{1,20}}(?: [\w'’-]{{1,20}})?(?: \([^()\n]{{1,40}}\))?:\s"
    rf"|[{DASHES}]{{1,2}}\s{{0,3}}[^\W\d_][\w.'’-]{{0,20}}[^\n]{{0,40}}\(@|{DATELINE.pattern}|{ARTICLE_MARKER.pattern}"
)

LONE_MARKER = re.compile(rf"(?:{BULLET}|[{DASHES}]|\(?{NUMBERING}[.)]|[A-Z][A-Z.'’-]{{1,20}}(?: [A-Z][A-Z.'’-]{{1,20}}){{0,3}}:)$")


def skip_lead(text: str, start: int, end: int) -> int:
    """The index, from ``start``, after white space, opening quotes and brackets, dashes and bullets.

    >>> skip_lead("No. (“We stay”)", 3, 15)
    6
    """
    lead = LEAD.match(text, start, end)
    return lead.end() if lead else start


def begins_upper(text: str, index: int) -> bool:
    """Whether the character at ``index`` can begin a sentence: a letter that is not small, a digit, a symbol.

    >>> [begins_upper("T t 3 ж 我 $ ,", i) for i in range(0, 14, 2)]
    [True, False, True, False, True, True, False]
    """
    char = text[index]
    if char.isalnum():
        return not char.islower()
    return char in "#@§№" or unicodedata.category(char) in ("So", "Sc")
