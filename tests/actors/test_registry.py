"""The tables: coverage, form, agreement with other sources, and what the lint finds."""

from __future__ import annotations

import csv
import unicodedata
from collections import defaultdict
from pathlib import Path

import pytest

from argmine.actors.registry import COLUMNS, Alias, Registry, default_registry, lint

DATA = Path(__file__).resolve().parents[2] / "argmine" / "actors" / "data"
EXTRA = {"XKX", "TWN", "ESH", "ABKHAZIA", "SOUTH_OSSETIA", "NORTHERN_CYPRUS", "SOMALILAND", "SUN", "YUG", "CSK", "DDR", "VDR", "PSE", "VAT"}
GROUPS = """UN EU NATO AU ASEAN OSCE IAEA IMF WTO OPEC_PLUS ARAB_LEAGUE ECOWAS G7 G20 BRICS QUARTET HAMAS HEZBOLLAH HOUTHIS FARC ELN PKK SDF TALIBAN
RSF M23 TPLF POLISARIO LTTE MILF IRA SINN_FEIN DUP PLO CONTACT_GROUP E3 WEST""".split()


def rows(table: str) -> list[dict[str, str]]:
    with (DATA / table).open(encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE))


def fold(name: str) -> str:
    apart = unicodedata.normalize("NFKD", name.replace("’", "'"))
    return "".join(c for c in apart if not unicodedata.combining(c)).casefold().removeprefix("the ").strip()


def test_every_state_has_names_adjective_and_capital() -> None:
    kinds: dict[str, set[str]] = defaultdict(set)
    for alias in default_registry().aliases:
        kinds[alias.actor].add(alias.kind)
    states = [actor for actor, kind in default_registry().types.items() if kind == "state"]
    assert len([s for s in states if len(s) == 3 and s.isalpha()]) >= 195 + 6
    assert set(states) >= EXTRA
    assert [s for s in states if "adjective" not in kinds[s] and "people" not in kinds[s]] == []
    without = {s for s in states if "capital" not in kinds[s]}
    assert without <= {
        "GIB",
        "HKG",
        "MAC",
        "SGP",
        "MCO",
        "VAT",
        "SCOTLAND",
        "WALLONIA",
        "CATALONIA",
        "NORTHERN_IRELAND",
        "REPUBLIKA_SRPSKA",
    }


def test_organisations_and_groups() -> None:
    types = default_registry().types
    assert [g for g in GROUPS if g not in types] == []
    assert sum(kind != "state" for kind in types.values()) >= 250


def test_office_holders() -> None:
    persons = rows("persons.tsv")
    assert len({(r["actor"], r["names"].split("|")[0]) for r in persons}) >= 700
    assert all(r["office"] and r["from"] for r in persons)
    assert all(not r["until"] or r["from"][:4] <= r["until"][:4] for r in persons)
    assert min(r["from"] for r in persons) < "1946" and max(r["from"] for r in persons) >= "2025"
    names = {n for r in persons for n in r["names"].split("|")}
    assert {"Zelensky", "Zelenskyy", "Zelenskiy", "Medinsky", "Umerov"} <= names


@pytest.mark.parametrize("source", ["babel", "countryinfo"])
def test_agrees_with_other_sources_but_for_the_listed_differences(source: str) -> None:
    listed = {(r["actor"], fold(r["theirs"])) for r in rows("differences.tsv") if r["source"] == source}
    assert all(r["reason"] for r in rows("differences.tsv"))
    names: dict[str, set[str]] = defaultdict(set)
    for alias in default_registry().aliases:
        names[alias.actor].add(fold(alias.text))
    theirs = [(actor, name) for actor, name in THEIRS[source]() if actor in names]
    assert len(theirs) > 190
    assert [(actor, name) for actor, name in theirs if fold(name) not in names[actor] and (actor, fold(name)) not in listed] == []


def babel_names() -> list[tuple[str, str]]:
    """The English names of territories in CLDR, by three-letter code."""
    babel = pytest.importorskip("babel")
    core = pytest.importorskip("babel.core")
    three = {
        two[0]: code for code, two in core.get_global("territory_aliases").items() if len(code) == 3 and code.isalpha() and len(two) == 1
    }
    return [(three[code], name) for code, name in babel.Locale("en").territories.items() if code in three]


def countryinfo_facts() -> list[tuple[str, str]]:
    """Names, capitals and demonyms of countryinfo, whose entries are partly stale."""
    countryinfo = pytest.importorskip("countryinfo")
    out = []
    for country in countryinfo.all_countries():
        code = country.iso().get("alpha3")
        out += [
            (code, value[0] if isinstance(value, list) else str(value))
            for value in (country.name(), country.capital(), country.demonym())
            if value
        ]
    return out


THEIRS = {"babel": babel_names, "countryinfo": countryinfo_facts}


def test_lint_finds_planted_faults() -> None:
    planted = (
        Alias("NOR", "state", "Norway", where="t:1"),
        Alias("NOR", "state", "Norway", where="t:2"),
        Alias("TCD", "capital", "Oslo", where="t:3"),
        Alias("NOR", "capital", "Oslo", where="t:4"),
        Alias("NOR", "person", "Anna Berg", "prime minister", "2001", where="t:5"),
        Alias("NOR", "person", "Olav Dahl", "prime minister", "2009", where="t:6"),
    )
    found = lint(Registry(planted), "2026-01-01")
    assert [line.split(": ")[1] for line in found] == ["duplicate", "ambiguous", "run out"]


def test_names_of_different_times_are_not_ambiguous() -> None:
    planted = (
        Alias("SUN", "capital", "Moscow", until="1991-12-25", where="t:1"),
        Alias("RUS", "capital", "Moscow", start="1991-12-26", where="t:2"),
    )
    assert lint(Registry(planted), "2026-01-01") == []


def test_the_shipped_tables_are_clean() -> None:
    assert lint(default_registry(), "2026-11-01") == []


def test_a_users_table_adds_names(tmp_path: Path) -> None:
    table = tmp_path / "t.tsv"
    table.write_text("\t".join(COLUMNS) + "\nATLANTIS\tstate\tAtlantis\t\t\t\t\t\nRUS\tseat\tSenate Palace\t\t\t\t\t\n", encoding="utf-8")
    registry = Registry.read(table)
    assert registry.name("ATLANTIS") == "Atlantis" and "ATLANTIS" in registry
    assert len(registry.aliases) == len(default_registry().aliases) + 2
