"""The words after which a full stop need not end the sentence, and the words that show that it does.

Each table is one reason; :func:`stop_ends` reads them in order.
"""

from __future__ import annotations

import re

__all__ = ["DANGLING", "MONTHS", "STARTERS", "closed_class", "ends_with_starter", "is_never_last", "stop_ends"]


def _words(table: str) -> frozenset[str]:
    return frozenset(table.split())


# A name follows: "Gen. Saleh".
TITLES = _words(
    "Mr Mrs Ms Messrs Mme Mmes Mlle Dr Drs Prof Gen Lt Col Maj Capt Cpt Cmdr Cdr Sgt Cpl Pvt Pfc Adm Brig Sen Sens Rep Reps Gov Govs"
    " Pres Amb Rev Hon Sec Supt Insp Det Atty Msgr Fr Ven Eng Ing"
)
# The capitals of transcripts, without SEC, ENG and their like, which are names of bodies.
TITLES_IN_CAPITALS = _words("MR MRS MS DR PROF GEN LT COL MAJ CAPT CMDR SGT ADM BRIG SEN REP GOV AMB REV HON")
TITLES_UNCAPPED = _words("mr mrs ms dr")
# Something always follows: "cf. the annex".
NEVER_LAST = _words("cf Cf vs Vs VS viz Viz approx Approx incl Incl esp Esp resp ca eg ie")
# A number follows: "para. 5"; before anything else they are words like others ("He said no. The").
NUMBERED = _words("no nos nr art arts para paras par p pp vol vols fig figs sec secs ch chap cl ed res doc op tel rs pt pg abs ver v")
SHORT_MONTHS = _words("Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec")
SHORT_DAYS = _words("Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun")
# They end a sentence only where a starter follows: "Acme Inc. The".
MAY_BE_LAST = _words(
    "Jr Sr Inc Ltd Co Cos Corp Bros Dept Govt Assn Univ Natl Intl Est Ave Blvd Rd Sq St Ste Mt Ft Sc Esq Ret al"
    " Calif Conn Fla Ga Kan Ky Md Mich Minn Mont Neb Nev Okla Pa Tenn Tex Va Vt Wis Wyo Ala Ariz Ark Colo"
)
MONTHS = _words("January February March April May June July August September October November December") | SHORT_MONTHS

# Function words that open a sentence when they have a capital, and are hardly ever part of a name after
# "U.S." or an initial. "Under" and "No" are missing for the sake of "U.S. Under Secretary" and "U.S. No. 2".
STARTERS = _words(
    "A An The This That These Those He She It They We I You His Her Its Their Our My Your There Here"
    " In On At By For From With Without After Before During Since Until While When Whenever Where Whether Who Whoever What Which Why How"
    " If Unless Although Though Because As But And Or Nor So Yet However Meanwhile Moreover Nevertheless Nonetheless Still Also Besides"
    " Both Some Many Most All Any Each Every Neither Either Nobody Nothing Everyone Such Several Another Other Others Only Even Just"
    " Then Now Today Yesterday Tomorrow Earlier Later Afterwards Instead Rather Thus Therefore Hence Otherwise Indeed Perhaps Maybe"
    " According Asked Speaking Despite Regarding Concerning Among Between Throughout Not Never Once Again Additionally Furthermore Finally"
    " Is Are Was Were Does Did Has Had Can Could Would Should"
)

# Words that cannot end a line that is complete.
DANGLING = _words(
    "the a an of to and or in on at by for from with as that which its their his her our into between among about"
    " is are was were be been will would has have had than but"
)

# Without "I", which is a pronoun far more often.
ROMAN = re.compile(r"[IVX]{2,5}|[VX]")
_PLAIN_VOWELS = frozenset("aeiouyAEIOUY")


def closed_class(word: str) -> bool:
    """Whether a stop after ``word`` may belong to the word: an initial, or an abbreviation that can end a sentence.

    >>> [closed_class(w) for w in ("S", "Inc", "Bldg", "talks", "NATO", "MPs")]
    [True, True, True, False, False, False]
    """
    if len(word) == 1:
        return word.isalpha()
    # Abbreviations drop vowels: Bldg, Cdr, Pvt.
    shortened = len(word) <= 5 and word.istitle() and word.isascii() and word.isalpha() and not _PLAIN_VOWELS.intersection(word)
    return word in MAY_BE_LAST or shortened


def is_never_last(word: str, before: str = "") -> bool:
    """Whether a stop after ``word`` never ends the sentence; ``before`` is what stands right before the word.

    >>> is_never_last("MR"), is_never_last("vs"), is_never_last("e", "i."), is_never_last("g", "e."), is_never_last("e")
    (True, True, True, True, False)
    """
    latin = (before[-2:] + word).lower() in ("i.e", "e.g")
    if before.endswith("-") and before != ".-":  # CAFTA-DR, but Brig.-Gen.
        return False
    return latin or word in NEVER_LAST or word in TITLES or word in TITLES_IN_CAPITALS or word in TITLES_UNCAPPED


def ends_with_starter(following: str, after: str) -> bool:
    """Whether ``following`` is a function word with a capital, and stands as a word (``after`` is the next character).

    >>> ends_with_starter("The", " "), ends_with_starter("President", " "), ends_with_starter("A", "-")
    (True, False, False)
    """
    return following in STARTERS and (not after or after.isspace() or after in ",;:'’…")


def stop_ends(word: str, before: str, following: str, after: str) -> bool:
    """Whether the full stop after ``word`` ends a sentence, given that what follows could begin one.

    Args:
        word: the letters or digits right before the stop; empty if a quote or bracket stands there.
        before: up to two characters before the word.
        following: the next word: letters with their apostrophes, or digits.
        after: the character after that word, or nothing.

    >>> stop_ends("S", "U.", "The", " "), stop_ends("S", "U.", "President", " ")
    (True, False)
    >>> stop_ends("Feb", " ", "24", ","), stop_ends("no", " ", "Moscow", " "), stop_ends("F", " ", "Kennedy", ".")
    (False, True, False)
    """
    if not word:
        return True
    if is_never_last(word, before):
        return False
    numbered = word.lower() in NUMBERED or word in SHORT_MONTHS or word in SHORT_DAYS
    if numbered and (following[:1].isdigit() or ROMAN.fullmatch(following)):
        return False
    if following in MONTHS and (word in SHORT_DAYS or (word.isdigit() and len(word) <= 2)):
        return False
    in_bracket = before.endswith("(") and word.islower()  # Gen. (ret.) Saleh
    return not (closed_class(word) or in_bracket) or ends_with_starter(following, after)
