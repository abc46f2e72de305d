"""The closed word lists that reading for actors rests on: one table a kind of word."""

from __future__ import annotations

__all__ = [
    "CIVIL",
    "COLLECTIVES",
    "ENTITIES",
    "FIRST_PERSON",
    "GLUE",
    "KINDS_OF_PEOPLE",
    "NEED_A_KIND",
    "OPPONENTS",
    "OPPOSED",
    "ORGANISATION_NOUNS",
    "PERSONS",
    "PRONOUNS",
    "ROLE_VERBS",
    "SPEECH",
    "TITLES",
]

# Nouns for a person who speaks for a party.
PERSONS = frozenset(
    """president premier minister ministers chancellor king queen emir amir sultan prince leader secretary ambassador envoy spokesman
    spokeswoman spokesperson negotiator negotiators diplomat diplomats official officials representative representatives delegate delegates
    commissioner chairman chairwoman chair adviser advisor chief head mediator commander general director counterpart colleague
    undersecretary vice deputy ayatollah""".split()
)

# Nouns for a party or a part that acts for it, with the kinds of actor that the bare noun ("the movement") can mean.
ENTITIES: dict[str, frozenset[str]] = {
    noun: frozenset(kinds.split())
    for nouns, kinds in (
        (
            "government kingdom country republic regime junta authorities capital cabinet administration nation parliament army military navy embassy",
            "state",
        ),
        ("bloc union alliance", "bloc organisation"),
        ("agency organisation organization commission council watchdog secretariat", "organisation"),
        ("movement group rebels rebel insurgents militia guerrillas guerrilla militants faction fighters separatists islamists", "group"),
        ("delegation side team camp leadership ministry mission party", "state group organisation bloc"),
    )
    for noun in nouns.split()
}

# Nouns that, after a state's adjective, name a party of its own, with the form for its identifier: "Afghan rebel leaders".
OPPOSED = {
    word: plural
    for plural, words in {
        "rebels": "rebels rebel", "insurgents": "insurgents insurgent", "guerrillas": "guerrillas guerrilla guerillas", "separatists": "separatists separatist",
        "opposition": "opposition", "militants": "militants militant", "fishermen": "fishermen", "farmers": "farmers", "unions": "unions",
    }.items()
    for word in words.split()
}  # fmt: skip

# People who act together and that no table has; what stands before them ("trade unions", "Maze prisoners") is part of their name.
PEOPLE = frozenset(
    """rebels insurgents guerrillas separatists militants gunmen hijackers kidnappers captors opposition demonstrators protesters protestors strikers
    students workers teachers farmers fishermen miners drivers truckers doctors nurses lawyers journalists landowners villagers residents elders
    tribesmen clerics settlers refugees prisoners inmates detainees dissidents exiles activists campaigners supporters veterans unions unionists
    families relatives mothers widows parents inhabitants youths traders shopkeepers merchants employers bankers bondholders growers herders
    pastoralists monks bishops imams priests clergymen scholars intellectuals academics professors dockers pilots lawmakers legislators deputies
    senators parliamentarians councillors governors prefects mayors chiefs warlords islamists fundamentalists nationalists loyalists royalists
    communists radicals hardliners maoists mutineers pensioners shipowners trawlermen creditors dissenters
    federations confederations""".split()
)

# Nouns that name people who act together only with a word before them that says who: "tribal leaders", "secular parties".
NEED_A_KIND = frozenset(
    """leaders leader parties party groups group delegates negotiators spokesman spokeswoman representatives commanders chief official officials members
    movement coalition alliance federation confederation committee association council union network organisations organizations organisation
    organization""".split()
)

# Words before `PEOPLE` and `NEED_A_KIND` that say who they are.
KINDS_OF_PEOPLE = frozenset(
    """trade labour labor student students teachers farm farmers peasant workers miners opposition rebel rebels guerrilla insurgent separatist militant tribal
    clan ethnic indigenous religious church islamist islamic secular civic strike striking strikers protest protesting fasting catholic muslim hindu
    buddhist orthodox sunni shiite shia christian ruling exiled jailed refugee prisoners women youth union unions settler royalist
    communist socialist liberal conservative nationalist republican democratic green democracy university college shipyard public transport
    doctors lawyers medical business employers community village""".split()
)

# Nouns that, after "both" or "the two", stand for the parties together.
COLLECTIVES = frozenset(
    """sides parties countries leaders delegations ministers camps governments nations states presidents capitals negotiators teams
    neighbours neighbors foes rivals enemies premiers envoys participants mediators signatories belligerents powers allies partners counterparts""".split()
)

# Words before a name that make it a person's: "Defence Minister Holovko".
TITLES = PERSONS | frozenset(
    "mr mrs ms dr gen general lt col colonel sen senator sir lord lady prof professor rep gov adm marshal president sheikh".split()
)

# Those of them that mean the parties the whole text is about.
OPPONENTS = frozenset("sides parties camps delegations belligerents foes rivals enemies".split())

# Titles that say nothing about a party.
CIVIL = frozenset("mr mrs ms dr sir lord lady prof professor sheikh".split())

PRONOUNS: dict[str, str] = {
    word: kind
    for words, kind in (
        ("he she his her him hers himself herself", "person"),
        ("it its itself", "entity"),
        ("they their them theirs themselves", "plural"),
    )
    for word in words.split()
}
FIRST_PERSON = frozenset("we our ours us ourselves i my mine myself me".split())

SPEECH = frozenset(
    """said says say saying told tells added adds wrote writes tweeted posted declared declares stated states noted notes stressed insisted warned
    explained announced argued asked replied answered continued concluded recalled commented emphasised emphasized underlined underscored
    affirmed reaffirmed reiterated confirmed remarked observed claimed acknowledged admitted vowed promised demanded urged quipped complained
    according""".split()
)

# Verbs whose subject acts as a party: an unknown name before one of them is an actor of its own.
ROLE_VERBS = frozenset(
    """rejected rejects refused refuses demanded demands accepted accepts agreed agrees insisted insists called calls offered offers proposed
    proposes declined urged urges vowed pledged threatened signed ratified blocked vetoed opposes opposed walked suspended withdrew wants
    will would has have had released""".split()
)
ORGANISATION_NOUNS = frozenset(
    """alliance front movement army party union council coalition committee congress league forces force brigade brigades group bloc federation
    organisation organization assembly authority command militia resistance confederation commission association
    chamber church senate forum network society syndicate movement initiative chiefs""".split()
)

# Words that lost spaces glue to names ("capitalwhere the", "Moscowrefuses").
GLUE = frozenset(
    """the and in of to a an on at by for from with as is was has had have will would be not but that which who where when while after before
    against its his her their between into over under about or if also said says told asks asked calls called wants demands demanded
    refuses refused rejects rejected accepts accepted agrees agreed offers offered proposes proposed insists insisted announces announced
    announced declares declared must should can could may does did do are were been being than then so because since until unless during without within
    side delegation minister president government forces troops army capital city talks agreement officials official authorities
    accuses accused denies denied warns warned wishes requires imposes signs signed says added adds hopes expects plans seeks sought
    s""".split()
)
