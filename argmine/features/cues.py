"""Cues: the words that express a position, found in a sentence and given to the mention that owns them.

The table ``cues.tsv`` has one cue a row: its label, its kind and its words. ``~demand`` stands for every form of the verb,
``a|b`` for either word, ``@`` for a mention; a row of label ``none`` keeps its words from being read as a shorter cue. The kinds say where the owner stands:

=========== ==========================================================================================
verb        its subject, or the agent of a passive ("requested by Kyiv")
noun        the possessor ("Tehran's refusal", "the refusal of Tehran")
phrase      the subject; for a demand ("must") whoever says it
condition   whoever takes or withholds the step that is conditioned
=========== ==========================================================================================
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from argmine.actors.tokens import Token, segments, tokens
from argmine.actors.words import SPEECH
from argmine.schema import Span

__all__ = ["CueHit", "SentenceCues", "forms", "read_cues"]

_IRREGULAR = {
    "seek": "seeks sought seeking", "give": "gives gave given giving", "withdraw": "withdraws withdrew withdrawn withdrawing",
    "forbid": "forbids forbade forbidden forbidding", "stand": "stands stood standing", "withhold": "withholds withheld withholding",
    "cut": "cuts cutting", "shut": "shuts shutting", "break": "breaks broke broken breaking", "bid": "bids bidding", "set": "sets setting",
    "put": "puts putting", "undertake": "undertakes undertook undertaken undertaking", "say": "says said saying", "tell": "tells told telling",
    "free": "frees freed freeing", "cede": "cedes ceded ceding", "beg": "begs begged begging", "veto": "vetoes vetoed vetoing",
    "commit": "commits committed committing", "permit": "permits permitted permitting", "plead": "pleads pleaded pled pleading",
    "submit": "submits submitted submitting", "drop": "drops dropped dropping", "slam": "slams slammed slamming", "bar": "bars barred barring",
    "agree": "agrees agreed agreeing", "concede": "concedes conceded conceding",
}  # fmt: skip
_PARTICIPLES = frozenset("sought given withdrawn forbidden withheld cut broken put undertaken told set".split())
_BE = frozenset("is are was were be been being s".split())
_PREPOSITIONS = frozenset("of with to from in against by for between at on after before under towards toward about near over into".split())
_NOT = frozenset("not never no without neither nor denied denies deny hardly cannot t stopped far".split())
_UNREAL = frozenset("could might may whether if unless perhaps possibly would-be".split())
_DETERMINERS = frozenset(
    "the a an its their his her our my your this that these those s no any such new key main other further of for with on".split()
)
_EITHER = frozenset("demand demands call calls appeal appeals request requests claim claims wish aim aims bid offer pledge promise".split())
_GOVERNING = frozenset("to must should ought need needs shall let".split())
_NOTHING = frozenset("no nothing neither none nobody".split())
_SUPPOSE = frozenset("should suppose supposing were imagine whether".split())
# Conditions whose words alone say that a step depends on them, even where no cue of a step is known.
_SURE = frozenset(
    (
        "only if|when|after|once|on",
        "unless",
        "provided that",
        "providing that",
        "on condition",
        "on the condition",
        "in return for",
        "in exchange for",
    )
)
_SKIP = frozenset(
    "not never also again once more already now still today yesterday immediately formally repeatedly publicly flatly strongly further therefore thus all both".split()
)
_WINDOW = 5
# How far the subject of a cue may stand before it, in words; and how long a clause may be, in characters.
_FARTHEST, _CLAUSE = 80, 300


def forms(verb: str) -> tuple[str, ...]:
    """Every form of an English verb.

    >>> forms("deny"), forms("seek")
    (('deny', 'denies', 'denied', 'denying'), ('seek', 'seeks', 'sought', 'seeking'))
    """
    if verb in _IRREGULAR:
        return (verb, *_IRREGULAR[verb].split())
    if verb.endswith("e"):
        return verb, verb + "s", verb + "d", verb[:-1] + "ing"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb, verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing"
    return verb, verb + ("es" if verb.endswith(("s", "sh", "ch", "x")) else "s"), verb + "ed", verb + "ing"


class Cue(NamedTuple):
    """One row of the table."""

    label: str
    kind: str
    text: str


class CueHit(NamedTuple):
    """A cue in a sentence.

    Attributes:
        cue: the row of the table.
        start, end: its stretch of the sentence, in characters.
        owner: the stretch of the mention whose position it is, or None where the sentence names nobody.
        real: asserted: neither negated, nor hypothetical, nor asked.
        negated: negated.
    """

    cue: Cue
    start: int
    end: int
    owner: Span | None
    real: bool
    negated: bool


@cache
def read_cues() -> dict[str, Any]:
    """The table as a trie over words; a node's key ``""`` holds its cues."""
    trie: dict[str, Any] = {}
    table = (files("argmine.features") / "cues.tsv").read_text(encoding="utf-8")
    for line in table.splitlines()[1:]:
        label, kind, text = line.split("\t")
        nodes = [trie]
        for slot in text.split():
            words = [w for part in slot.split("|") for w in (forms(part[1:]) if part[0] == "~" else (part.replace("’", "'"),))]
            # A contraction is two words to the tokeniser.
            nodes = [_descend(node, word.split("'")) for node in nodes for word in words]
        for node in nodes:
            node.setdefault("", []).append(Cue(label, kind, text))
    return trie


def _descend(node: dict[str, Any], path: Sequence[str]) -> dict[str, Any]:
    for word in path:
        node = node.setdefault(word, {})
    return node


class SentenceCues:
    """The words, mentions and cues of one sentence.

    Args:
        text: the sentence.
        mentions: stretches that refer to actors.

    >>> found = SentenceCues("Moscow refuses the ceasefire requested by Kyiv.", (Span(0, 6), Span(42, 46))).hits
    >>> [(hit.cue.label, hit.owner.start) for hit in found]
    [('refusal', 0), ('demand', 42)]
    """

    def __init__(self, text: str, mentions: Sequence[Span]) -> None:
        self.text = text
        self.words = [word for s in segments(text, mentions) for word in tokens(text, s.start, s.end)]
        self.mentions = sorted(set(mentions))
        self.at = _place(self.words, self.mentions)
        self.question = text.rstrip("\"”' )").endswith("?")
        self.attribution = self._attribution()
        self.hits = self._find()

    def _find(self) -> list[CueHit]:
        trie, i, found = read_cues(), 0, []
        # What belongs to a name is no cue: "the Free Aceh Movement".
        named = {j for _, first, last in self.at.values() for j in range(first, last + 1)}
        while i < len(self.words):
            last, cues = (i, []) if i in named else self._match(trie, i)
            if cues:
                found += [self._hit(cue, i, last) for cue in self._reading(cues, i)]
                i = last
            i += 1
        found = self._without_wanted(found)
        steps = [h for h in found if h.cue.label != "condition" and (h.real or h.negated)]
        return [self._condition(hit, steps) if hit.cue.kind == "condition" else hit for hit in found]

    def _without_wanted(self, found: list[CueHit]) -> list[CueHit]:
        """Steps in the clause of what is demanded are not taken: "demands that Kyiv withdraws"."""
        out: list[CueHit] = []
        demand: CueHit | None = None
        for hit in found:
            real = hit.real
            if hit.cue.label == "demand" and hit.cue.kind in ("verb", "noun"):
                demand = hit
            elif demand and hit.cue.label in ("concession", "refusal") and hit.start - demand.start < _CLAUSE:
                between = self.text[demand.start : hit.start]
                real = real and (" that " not in between or any(c in between for c in ',;:."“”'))
            out.append(hit._replace(real=real))
        return out

    def _reading(self, cues: list[Cue], first: int) -> list[Cue]:
        """The cues that words can be in their place: "demands" is a noun after a determiner, else a verb."""
        determined = bool(first) and self.words[first - 1].norm in _DETERMINERS
        if {"noun", "verb"} <= {cue.kind for cue in cues}:
            cues = [cue for cue in cues if cue.kind != ("verb" if determined else "noun")]
        elif not determined and self.words[first].norm in _EITHER:
            cues = [cue._replace(kind="verb") for cue in cues]
        return [cue for cue in cues if cue.label != "none"]

    def _match(self, trie: dict[str, Any], i: int) -> tuple[int, list[Cue]]:
        """The longest cue that begins at word ``i``."""
        best: tuple[int, list[Cue]] = (i, [])
        open_ = [(trie, i)]
        while open_:
            node, j = open_.pop()
            if "" in node and (j - 1 >= best[0]):
                best = (j - 1, node[""])
            if j >= len(self.words):
                continue
            if (following := node.get(self.words[j].norm)) is not None:
                open_.append((following, j + 1))
            if "@" in node and (mention := self.at.get(j)) is not None:
                open_.append((node["@"], mention[2] + 1))
            if i < j < len(self.words) - 1 and self.words[j].norm in _SKIP and node is not trie:
                open_.append((node, j + 1)) if j - i < 4 else None
        return best

    def _hit(self, cue: Cue, first: int, last: int) -> CueHit:
        owner = self._owner(cue, first, last)
        before = self._clause_before(first)
        norms = [w.norm for w in before[-_WINDOW:]]
        following = {w.norm for w in self.words[last + 1 : last + 2]}
        negated = (
            any(n in _NOT for n in norms) or ("yet" in norms and "to" in norms) or bool(following & _NOTHING)
        ) and cue.kind != "condition"
        unreal = (
            self.question
            or self._infinitive(cue, first)
            or ((any(w.norm in _UNREAL for w in before) or self.words[0].norm in _SUPPOSE) and cue.kind in ("verb", "noun"))
        )
        return CueHit(cue, self.words[first].start, self.words[last].end, owner, not (negated or unreal), negated)

    def _infinitive(self, cue: Cue, first: int) -> bool:
        """Whether the verb only says what is wanted, promised or refused: "to release", "must accept"."""
        if cue.kind != "verb" or cue.label == "demand" or not first:
            return False
        return self.words[first].norm == cue.text.split()[0].lstrip("~") and self.words[first - 1].norm in _GOVERNING

    def _clause_before(self, first: int) -> list[Token]:
        """The words before word ``first`` in its clause."""
        start = first
        while (
            start > 0
            and first - start < 12
            and not any(c in self.text[self.words[start - 1].end : self.words[start].start] for c in ',;:."“”')
        ):
            start -= 1
        return self.words[start:first]

    def _owner(self, cue: Cue, first: int, last: int) -> Span | None:
        if cue.kind == "noun":
            return self._possessor(first, last)
        if cue.kind == "phrase" and cue.label == "demand":
            return self.attribution
        if self.words[first].norm.endswith("ed") or self.words[first].norm in _PARTICIPLES:
            passive = any(w.norm in _BE for w in self.words[max(0, first - 3) : first])
            following = self.words[last + 1].norm if last + 1 < len(self.words) else ""
            if following == "by" or (passive and self.words[last].norm == "by"):
                return self._next(last + 1)
            if passive:
                return self._agent(last)
        return self._subject(first)

    def _agent(self, last: int) -> Span | None:
        """The mention after "by" within a few words."""
        for j in range(last + 1, min(len(self.words), last + 9)):
            if self.words[j].norm == "by":
                return self._next(j + 1, near=3)
        return None

    def _next(self, j: int, near: int = 4) -> Span | None:
        for k in range(j, min(len(self.words), j + near)):
            if k in self.at:
                return self.at[k][0]
        return None

    def _subject(self, first: int) -> Span | None:
        """The nearest mention before the cue that no preposition governs, else the nearest."""
        nearest = None
        for j in range(first - 1, max(-1, first - _FARTHEST), -1):
            span = self.at.get(j)
            if span is None:
                continue
            nearest = nearest or span[0]
            k = span[1] - 1
            if k >= 0 and self.words[k].norm in ("the", "both", "all"):
                k -= 1
            if (k < 0 or self.words[k].norm not in _PREPOSITIONS) and not self._aside(k, span[2], first):
                return span[0]
        return nearest

    def _aside(self, before: int, j: int, first: int) -> bool:
        """Whether the mention at word ``j`` only reports: "Hamas, Israeli officials said on the radio, demands"."""
        if before < 0 or "," not in self.text[self.words[before].end : self.words[before + 1].start]:
            return False
        said = next((k for k in range(j + 1, first) if self.words[k].norm in SPEECH), None)
        return said is not None and "," in self.text[self.words[said].end : self.words[first].start]

    def _possessor(self, first: int, last: int) -> Span | None:
        """The mention before a noun ("its refusal", "the Russian demand") or after it ("the refusal of Iran")."""
        for j in range(first - 1, max(-1, first - 5), -1):
            if j in self.at:
                return self.at[j][0]
        for j in range(last, min(len(self.words), last + 3)):
            if self.words[j].norm in ("of", "by", "from"):
                return self._next(j + 1, near=2)
        return self._subject(first) if first and self.words[first - 1].norm in ("a", "the", "no") else None

    def _attribution(self) -> Span | None:
        """The mention that a verb of speech makes the source of the sentence."""
        for j, word in enumerate(self.words):
            if word.norm in SPEECH and j:
                subject = self._subject(j)
                if subject and subject.end <= word.start:
                    return subject
                return self._next(j + 1, near=3)
        return None

    def _condition(self, hit: CueHit, steps: list[CueHit]) -> CueHit:
        """A condition is set by whoever takes or withholds the step nearest to it; without a step it is none, but for sure wordings."""
        if not steps:
            return hit._replace(owner=self._subject_before(hit.start), real=hit.cue.text in _SURE and not self.question)
        at = bisect_left(steps, hit.start, key=lambda h: h.start)
        nearest = min(steps[max(0, at - 1) : at + 1], key=lambda h: abs(h.start - hit.start))
        return hit._replace(owner=nearest.owner or self.attribution, real=not self.question)

    def _subject_before(self, start: int) -> Span | None:
        return self._subject(bisect_left(self.words, start, key=lambda w: w.start))


def _place(words: Sequence[Token], mentions: Sequence[Span]) -> dict[int, tuple[Span, int, int]]:
    """For the first and last word of each mention: the mention, and the indices of both."""
    at: dict[int, tuple[Span, int, int]] = {}
    i = 0
    for span in mentions:
        while i < len(words) and words[i].end <= span.start:
            i += 1
        last = i
        while last + 1 < len(words) and words[last + 1].start < span.end:
            last += 1
        if i < len(words):
            at.setdefault(i, (span, i, last))
            at.setdefault(last, (span, i, last))
    return at


@lru_cache(maxsize=512)
def sentence_cues(text: str, mentions: tuple[Span, ...]) -> SentenceCues:
    """`SentenceCues`, kept for the rows that share a sentence."""
    return SentenceCues(text, mentions)
