"""Near-duplicates among many sentences, found exactly and without comparing all pairs."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from math import ceil

__all__ = ["closest_earlier", "jaccard", "words"]

_WORD = re.compile(r"\w+")


def words(text: str) -> list[str]:
    """The words of a text, without regard to case.

    >>> words("The two sides' talks")
    ['the', 'two', 'sides', 'talks']
    """
    return _WORD.findall(text.casefold())


def jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    """Shared words as a share of all words of the two: 0 to 1; 0 for two empty sets.

    >>> jaccard(frozenset({"the", "two"}), frozenset({"the", "three"}))
    0.3333333333333333
    """
    shared = len(a & b)
    return shared / (len(a) + len(b) - shared) if shared else 0.0


def closest_earlier(sets: Sequence[frozenset[str]], threshold: float) -> Iterator[tuple[int, int, float]]:
    """Yield each set that is as similar as the threshold to an earlier one, with the most similar of those.

    Two sets that reach Jaccard similarity ``t`` share a word among the ``n - ceil(t n) + 1`` rarest of each (Chaudhuri et
    al. 2006, "prefix filter"), so that only sets with such a word in common are compared.

    Args:
        sets: the words of each sentence.
        threshold: the least similarity, above 0 and up to 1.

    Yields:
        ``(later, earlier, similarity)``, by indices of ``sets``; of equally similar ones, the first.

    >>> list(closest_earlier([frozenset("abcdef"), frozenset("uvwxyz"), frozenset("abcdeg")], 0.6))
    [(2, 0, 0.7142857142857143)]
    """
    counts = Counter(word for members in sets for word in members)
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for later, members in enumerate(sets):
        # The small term keeps a rounding error of the product from shortening the prefix.
        length = len(members) - ceil(threshold * len(members) - 1e-9) + 1
        rarest = sorted(members, key=lambda word: (counts[word], word))[:length]
        candidates = {earlier for word in rarest for earlier in holders[word]}
        scored = [(jaccard(members, sets[earlier]), -earlier) for earlier in candidates]
        similarity, place = max(scored, default=(0.0, 0))
        if similarity >= threshold:
            yield later, -place, similarity
        for word in rarest:
            holders[word].append(later)
