"""Whether a text is English at all, the language that argmine reads."""

from __future__ import annotations

import re

__all__ = ["english_share"]

_WORD = re.compile(r"[^\W\d_]+")
# The commonest words of English reporting that no neighbouring language shares in number.
_COMMON = frozenset(
    """the of and to that for on with as by from it its be been has have had not are were this these which or but their they will would
    said he she his we our you who after before any more than there about into between against""".split()
)


def english_share(text: str) -> tuple[float, int]:
    """The share of a text's words that are among the commonest of English, and how many words there are.

    >>> english_share("The parties agreed to meet again, and they said that it would be soon.")
    (0.6428571428571429, 14)
    >>> english_share("Die Parteien einigten sich darauf, sich bald wieder zu treffen.")[0]
    0.0
    """
    words = _WORD.findall(text)
    return sum(word.lower() in _COMMON for word in words) / max(1, len(words)), len(words)
