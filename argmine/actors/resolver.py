"""From names to mentions: who is meant by pronouns, descriptions, collectives and speakers.

A document is read once, in order, as a reader would: each sentence leaves behind the person, the party and the parties in
focus, and what the next sentence leaves unnamed is taken from there. Every rule is one method of ``_Reading``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from argmine.actors.choose import choose
from argmine.actors.finder import Finder, Hit
from argmine.actors.phrases import Words, identifier
from argmine.actors.registry import Alias, Registry, default_registry
from argmine.actors.tokens import Token
from argmine.actors.turns import read_speakers
from argmine.actors.words import CIVIL, ENTITIES, NEED_A_KIND, OPPONENTS, OPPOSED, PEOPLE, PERSONS, PRONOUNS, ROLE_VERBS, TITLES
from argmine.schema import Mention, Sentence, Span

__all__ = ["Reader", "Reading"]

_JOIN = re.compile(r"(?:,|, and|,? and the|,? and|,? as well as| &)(?: the)? ?|, the ")
_KEPT_GROUPS = 6
# Those who mean the party across the table from the person in focus.
_ACROSS = frozenset(("counterpart", "colleague"))

# How a name of each kind is read: the mention's kind, and what may refer back to it.
_READ_AS = {
    "state": ("name", "entity"), "organisation": ("name", "entity"), "bloc": ("name", "entity"), "group": ("name", "entity"),
    "alias": ("name", "entity"), "people": ("name", "entity"), "title": ("person", "person"), "person": ("person", "person"),
    "adjective": ("adjective", "weak"), "prefix": ("adjective", "weak"),
}  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """What reading a text for actors gives.

    Attributes:
        mentions: every stretch of text that refers to an actor, in order.
        speakers: for each sentence, the actors who speak it: of its quotation, or the issuers of the text.
        names: identifiers and names of actors that no table has.
    """

    mentions: tuple[Mention, ...]
    speakers: tuple[tuple[str, ...], ...]
    names: dict[str, str]


class _Item(NamedTuple):
    """A mention while its sentence is read; ``sort`` is person, entity, plural or weak."""

    start: int
    end: int
    actors: tuple[str, ...]
    kind: str
    sort: str


class _Here:
    """What the sentence being read has named so far."""

    def __init__(self, text: str) -> None:
        self.items: list[_Item] = []
        self._text = text
        self._firsts: dict[str, tuple[str, ...]] = {}
        self._closed: list[tuple[str, ...]] = []
        self._open: dict[str, None] = {}
        self._end = 0

    def add(self, item: _Item) -> None:
        """Keep an item, and join it to the one before where only "and" or a comma stands between."""
        self.items.append(item)
        self._firsts.setdefault(item.sort, item.actors)
        if item.kind == "pronoun":
            return
        if self._open and not _JOIN.fullmatch(self._text, self._end, item.start):
            if len(self._open) > 1:
                self._closed.append(tuple(self._open))
            self._open = {}
        self._open.update(dict.fromkeys(item.actors))
        self._end = item.end

    def first(self, sort: str) -> tuple[str, ...]:
        """The first of a sort: the subject, as a rule."""
        return self._firsts.get(sort, ())

    def groups(self) -> list[tuple[str, ...]]:
        """The actors that are joined by "and" and commas, in order."""
        return [*self._closed, tuple(self._open)] if len(self._open) > 1 else self._closed

    def group(self) -> tuple[str, ...]:
        """The last such group, or none."""
        return tuple(self._open) if len(self._open) > 1 else self._closed[-1] if self._closed else ()


@dataclass
class _Focus:
    """What the sentences so far leave in the reader's mind."""

    person: str | None = None
    entity: str | None = None
    they: tuple[str, ...] = ()
    groups: list[tuple[str, ...]] = field(default_factory=list)
    joined: Counter[frozenset[str]] = field(default_factory=Counter)
    opponents: list[tuple[str, ...]] = field(default_factory=list)
    heads: dict[str, str] = field(default_factory=dict)
    nouns: dict[str, str] = field(default_factory=dict)
    first_heads: dict[str, str] = field(default_factory=dict)
    surnames: dict[str, str] = field(default_factory=dict)


class Reader:
    """Reads texts for actors with one registry.

    >>> text = "Moscow named a minister. He refuses the plan of the Turkish side."
    >>> reading = Reader.default().read(text, (Sentence(0, 24), Sentence(25, 65)), ())
    >>> [(text[m.start:m.end], m.actor) for m in reading.mentions]
    [('Moscow', 'RUS'), ('He', 'RUS'), ('Turkish side', 'TUR')]
    """

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self._finder = Finder(registry)

    @staticmethod
    @cache
    def default() -> Reader:
        """The reader of the shipped registry, built once."""
        return Reader(default_registry())

    def read(self, text: str, sentences: Sequence[Sentence], quotations: Sequence[Span], date: str | None = None) -> Reading:
        """Find every mention, and the speakers of each sentence.

        Args:
            text: the document.
            sentences: its sentences, in order.
            quotations: its quotations, in order.
            date: ISO date, or None: guessed from the years that the text names.
        """
        hits, words = self._finder.find(text)
        chosen = choose(text, hits, words, date)
        reading = _Reading(text, words, chosen, self.registry)
        reading.sentences(sentences)
        third = sorted(Mention(i.start, i.end, a, i.kind) for i in reading.items for a in i.actors)
        first, speakers = read_speakers(text, words, sentences, quotations, third)
        return Reading(tuple(sorted({*third, *first})), speakers, reading.names)


class _Reading:
    def __init__(self, text: str, words: Sequence[Token], chosen: Sequence[tuple[Hit, Alias]], registry: Registry) -> None:
        self.text, self.words, self.registry = text, words, registry
        self.hits = {hit.first: (hit, alias) for hit, alias in chosen}
        self.phrases = Words(text, words, {i for hit, _ in chosen for i in range(hit.first, hit.last + 1)})
        self.focus = _Focus()
        self.items: list[_Item] = []
        self.here = _Here(text)
        self.names: dict[str, str] = {}
        # The earliest word at which a phrase that goes back may begin: after the last mention of the sentence.
        self.free_from = 0
        counts = Counter(alias.actor for _, alias in chosen)
        self.main = tuple(actor for actor, n in counts.most_common(2) if n > 1)

    def sentences(self, sentences: Sequence[Sentence]) -> None:
        """Read every sentence in order."""
        at = 0
        for sentence in sentences:
            while at < len(self.words) and self.words[at].start < sentence.start:
                at += 1
            stop = at
            while stop < len(self.words) and self.words[stop].start < sentence.end:
                stop += 1
            self.here, self.free_from = _Here(self.text), at
            while at < stop:
                known = len(self.here.items)
                at = self._word(at, stop)
                if len(self.here.items) > known:
                    self.free_from = at
            self._remember()
            self.items += self.here.items

    def _word(self, i: int, stop: int) -> int:
        """Read what begins at word ``i``; return where to go on."""
        if i in self.hits:
            return self._name(i, stop)
        norm = self.words[i].norm
        if norm in PRONOUNS:
            return self._pronoun(i, PRONOUNS[norm])
        if (found := self.phrases.collective(i, stop)) is not None:
            return self._collective(i, found[0])
        if norm == "both" and i + 1 < stop and self.words[i + 1].norm in ROLE_VERBS:
            return self._collective(i, i)
        if norm in ("the", "this", "that", "a", "an", "our") or norm in TITLES:
            return self._description(i, stop)
        capital = self.phrases.surface(i)[:1].isupper()
        if (norm in PEOPLE or norm in NEED_A_KIND) and not (capital and self.phrases.organisation(i, stop) is not None):
            return self._people(i, stop)
        if capital:
            return self._unlisted(i, stop)
        return i + 1

    def _add(self, first: int, last: int, actors: tuple[str, ...], kind: str, sort: str) -> None:
        if actors:
            self.here.add(_Item(self.words[first].start, self.words[last].end, actors, kind, sort))

    def _name(self, i: int, stop: int) -> int:
        """A name of the registry, with the role that follows it: "Russian Foreign Ministry spokeswoman"."""
        hit, alias = self.hits[i]
        noun = hit.last + 1
        following = self.words[noun].norm if noun < stop and self.phrases.gap(hit.last) == " " else ""
        people = following in PEOPLE and alias.kind == "adjective"
        if people or (following in OPPOSED and alias.kind in ("adjective", "state")):
            return self._opposed(i, noun)
        kind, sort = _READ_AS.get(alias.kind, (alias.kind, "entity"))
        last = hit.last
        if alias.kind == "people" and self.words[last].norm.endswith("s"):
            sort = "plural"
        if alias.kind == "person":
            self._head(alias.office.split()[-1] if alias.office else "leader", alias.actor)
        else:
            role = self.phrases.role_after(last, stop)
            if role is not None:
                last, kind, sort = role, "description", self._role_sort(role, alias.actor)
                last = self._learn(last, stop, alias.actor)
        self._add(i, last, (alias.actor,), kind, sort)
        return last + 1

    def _opposed(self, i: int, noun: int) -> int:
        """A party against its state, no part of it: "Afghan rebel leaders", "the Syrian opposition"."""
        word = self.words[noun].norm
        plural = OPPOSED.get(word, word)
        actor = f"{identifier(self.words[i:noun])}_{plural.upper()}"
        self.names.setdefault(actor, actor.replace("_", " ").capitalize())
        self._head(plural, actor)
        self._add(i, noun, (actor,), "description", "plural")
        return noun + 1

    def _people(self, i: int, stop: int) -> int:
        """People who act together: "thousands of students", "trade unions", "tribal leaders"; not "opposition to the plan"."""
        norm = self.words[i].norm
        first = self.phrases.people(i, self.free_from)
        if first is None or self._no_people(i, stop):
            return i + 1
        actor = self.focus.heads.get(norm) if first == i else None
        if actor is None:
            actor = identifier(self.words[first : i + 1])
            self.names.setdefault(actor, actor.replace("_", " ").capitalize())
        self._name_head(norm, actor)
        self._add(first, i, (actor,), "description", "plural" if norm.endswith("s") or norm == "opposition" else "entity")
        return i + 1

    def _no_people(self, i: int, stop: int) -> bool:
        """Whether "opposition" is an act or a part of another phrase here: "opposition to the plan", "opposition leaders"."""
        return self.words[i].norm == "opposition" and i + 1 < stop and self.words[i + 1].norm in ("to", *PEOPLE, *NEED_A_KIND)

    def _name_head(self, noun: str, actor: str) -> None:
        """From now on, the noun alone means this actor, which no table has: "the coalition" after "the Save Lakeland Coalition"."""
        self._head(noun, actor)
        self.focus.nouns[noun] = actor

    def _head(self, noun: str, actor: str) -> None:
        """From now on, the bare noun means this actor."""
        self.focus.heads[noun] = actor
        self.focus.first_heads.setdefault(noun, actor)

    def _role_sort(self, role: int, actor: str) -> str:
        """Remember who "the president" or "the ministry" is from now on; say which pronoun refers to it."""
        self._head(self.words[role].norm, actor)
        return self._sort_of(role)

    def _learn(self, role: int, stop: int, actor: str, end: int | None = None) -> int:
        """A name in no table after a role ("minister Holovko", "the minister, Ivan Holovko,") is that party's person from now on.

        Returns:
            The index of the phrase's last word: of the name, else ``end``, else ``role``.
        """
        end = role if end is None else end
        if self.words[role].norm in PERSONS and not self.words[role].norm.endswith("s"):
            gap = self.phrases.gap(end)
            last = self.phrases.name_after(end + 1, stop) if gap in (" ", ", ") else None
            if last is not None and (gap == " " or (last > end + 1 and self.phrases.gap(last).startswith(","))):
                self.focus.surnames[self.words[last].norm] = actor
                return last
        return end

    def _pronoun(self, i: int, kind: str) -> int:
        sort = kind
        if kind == "person":
            actors: tuple[str, ...] = self.here.first("person") or _one(self.focus.person) or _one(self.focus.entity)
        elif kind == "entity":
            actors = self.here.first("entity") or _one(self.focus.entity) or _one(self.focus.person)
        else:
            actors = (
                self.here.first("plural") or self.here.group() or self.focus.they or self.here.first("entity") or _one(self.focus.entity)
            )
        self._add(i, i, actors, "pronoun", sort)
        return i + 1

    def _collective(self, first: int, last: int) -> int:
        """For "both sides", "the three countries": the parties that were last named together, of the right number if one is given."""
        groups = [*self.focus.opponents, *self.focus.groups, *self.here.groups()[-_KEPT_GROUPS:]] or [self.main]
        number = 3 if any(self.words[j].norm == "three" for j in range(first, last)) else None
        fitting = [g for g in groups if number is None or len(g) == number] or groups
        chosen = fitting[-1]
        if self.words[last].norm in OPPONENTS:
            # "The two sides" are those that the text is about; "the two ministers" those just named.
            chosen = max(fitting, key=lambda g: (self.focus.joined[frozenset(g)], len(g) == 2))
        self._add(first, last, chosen, "collective", "plural")
        return last + 1

    def _description(self, i: int, stop: int) -> int:
        """A bare role: "the minister", "his counterpart", "Defence Minister Holovko"."""
        norm = self.words[i].norm
        titled = norm in TITLES
        role = self.phrases.role(i, stop) if titled else self.phrases.role_after(i, stop)
        if role is None and titled:
            role = i
        if role is None:
            return self._learned(i, stop)
        if (name := self.phrases.name_after(role + 1, stop)) is not None and self._titles(role):
            surname = self.words[name].norm
            actor = self.focus.surnames.get(surname)
            if actor is None and self.words[role].norm not in CIVIL:
                actor = self._beside(name) or self.focus.heads.get(self.words[role].norm) or self.focus.entity
            if actor:
                self.focus.surnames[surname] = actor
                self._add(i, name, (actor,), "person", "person")
            return name + 1
        following = role + 1
        if following in self.hits and self.phrases.gap(role) in (" ", ". "):
            return following
        if (owner := self._owner_after(following, stop)) is not None:
            return self._of(i, role, owner, stop)
        if (titled and norm not in _ACROSS) or norm in ("a", "an"):
            return role + 1
        actor = self._antecedent(i, role)
        self._add(i, role, _one(actor), "description", self._sort_of(role))
        return role + 1

    def _learned(self, i: int, stop: int) -> int:
        """A bare noun that stands for an actor that no table has: "the coalition" after "the Save Lakeland Coalition"."""
        noun = i + 1
        bare = self.words[i].norm in ("the", "this", "our") and noun < stop and self.phrases.gap(i) == " " and noun not in self.hits
        actor = self.focus.nouns.get(self.words[noun].norm) if bare else None
        if actor is None or self._no_people(noun, stop):
            return i + 1
        self._add(i, noun, (actor,), "description", "plural" if self.words[noun].norm.endswith("s") else "entity")
        return noun + 1

    def _titles(self, role: int) -> bool:
        """Whether the word is one that stands before a person's name."""
        return self.words[role].norm in TITLES and self.phrases.gap(role) in (" ", ". ")

    def _owner_after(self, i: int, stop: int) -> int | None:
        """In "chief of the Ukrainian delegation", the index at which the name begins, for the word "of"."""
        if i + 1 < stop and self.words[i].norm == "of":
            return next((j for j in (i + 1, i + 2) if j in self.hits and (j == i + 1 or self.words[i + 1].norm == "the")), None)
        return None

    def _of(self, first: int, role: int, owner: int, stop: int) -> int:
        """A role and the name that owns it: "the president of France", "the chief of the Turkish delegation"."""
        hit, alias = self.hits[owner]
        last = self.phrases.role_after(hit.last, stop) or hit.last
        self._head(self.words[role].norm, alias.actor)
        end = self._learn(role, stop, alias.actor, last)
        self._add(first, end, (alias.actor,), "description", self._sort_of(role))
        return end + 1

    def _sort_of(self, role: int) -> str:
        norm = self.words[role].norm
        if norm in PERSONS:
            return "plural" if norm.endswith("s") else "person"
        return "entity"

    def _antecedent(self, first: int, role: int) -> str | None:
        """Whom a bare description means: who last had that role, else the last party of the right sort.

        A role with a capital ("the President" of a readout) goes on meaning whom it meant first.
        """
        norm = self.words[role].norm
        if norm in _ACROSS:
            own = (*self.here.first("person"), self.focus.person)[0]
            return next((a for g in reversed(self.focus.groups) for a in g if a != own), None)
        if self.phrases.other(first, role):
            return next((a for g in reversed(self.focus.groups) for a in g if a != self.focus.entity), None)
        if norm in self.focus.heads:
            titled = self.phrases.surface(role)[:1].isupper()
            return self.focus.first_heads[norm] if titled else self.focus.heads[norm]
        if norm in PERSONS:
            return self.focus.person or self.focus.entity
        kinds = ENTITIES[norm]
        nearby = [self.focus.entity, *self.focus.they, *(a for g in reversed(self.focus.groups) for a in g), *self.main]
        return next((a for a in nearby if a and self.registry.types.get(a, "group") in kinds), None)

    def _beside(self, i: int) -> str | None:
        """The state that the sentence names nearest to an unlisted person."""
        hits = [
            (abs(j - i), a.actor)
            for j, (_, a) in ((j, self.hits[j]) for j in range(max(0, i - 12), i + 8) if j in self.hits)
            if a.kind != "person"
        ]
        return min(hits)[1] if hits else None

    def _unlisted(self, i: int, stop: int) -> int:
        """A surname met before, an organisation in no table, or "Holovko, the Ukrainian minister"."""
        norm = self.words[i].norm
        if norm in self.focus.surnames:
            self._add(i, i, (self.focus.surnames[norm],), "person", "person")
            return i + 1
        last = self.phrases.organisation(i, stop)
        if last is not None:
            actor = identifier(self.words[i : last + 1])
            self.names.setdefault(actor, self.text[self.words[i].start : self.words[last].end])
            self._name_head(self.words[last].norm, actor)
            self._add(i, last, (actor,), "name", "entity")
            return last + 1
        name = self.phrases.name_after(i, stop)
        if name is not None and name > i and name + 1 < stop and self.phrases.gap(name) == ", ":
            role = next((self.hits[j] for j in (name + 1, name + 2) if j in self.hits), None)
            if role and self.phrases.role_after(role[0].last, stop) is not None:
                self.focus.surnames[self.words[name].norm] = role[1].actor
                self._add(i, name, (role[1].actor,), "person", "person")
                return name + 1
        return i + 1

    def _remember(self) -> None:
        """What the sentence leaves in focus."""
        items = self.here.items
        strong = [i for i in items if i.sort != "weak"] or items
        persons = [i for i in strong if i.sort == "person"]
        entities = [i for i in strong if i.sort in ("entity", "weak")] or persons
        joined = self.here.groups()
        if persons:
            self.focus.person = persons[0].actors[0]
        if entities:
            self.focus.entity = entities[0].actors[0]
        plurals = [i.actors for i in strong if i.sort == "plural"]
        if joined or plurals:
            self.focus.they = (plurals or joined)[0]
        distinct = tuple(dict.fromkeys(a for i in strong for a in i.actors))
        self.focus.joined.update(map(frozenset, joined))
        if joined:
            self.focus.groups.append(joined[0])
        elif not self.focus.groups and len(distinct) == 2:
            self.focus.groups.append(distinct)
        if not self.focus.opponents and self.focus.groups:
            self.focus.opponents.append(self.focus.groups[0])
        del self.focus.groups[:-_KEPT_GROUPS]


def _one(actor: str | None) -> tuple[str, ...]:
    return (actor,) if actor else ()
