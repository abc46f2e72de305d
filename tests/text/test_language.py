"""English is told from its neighbours, poor translations too."""

from __future__ import annotations

import warnings

import pytest

import argmine
from argmine.errors import LanguageWarning
from argmine.pipeline import Miner
from argmine.text import english_share

OTHERS = {
    "Dutch": "De partijen zijn het eens over de wapens, maar de regering in Den Haag was niet bereid om over de grens te spreken voordat we weg waren.",
    "French": "Les deux parties ont accepté de se revoir à Istanbul, mais Moscou refuse toute présence de troupes et exige que Kyiv renonce à l'OTAN.",
    "German": "Die Delegation hat in Genf erklärt, dass sie den Entwurf ablehnt, und was den Termin im Mai angeht, so war man in der Sache noch nicht einig.",
    "Norwegian": "Delegasjonen sa at den ikke ville godta teksten før hæren var trukket tilbake, og at man for øvrig var enig i at fangene skulle hjem.",
    "Russian": "Москва отказывается от перемирия, которого требует Киев, и исключает любое присутствие западных войск на земле, сказал источник в делегации вчера.",
}


@pytest.mark.parametrize("language", OTHERS)
def test_another_language_gets_a_warning(language: str) -> None:
    with pytest.warns(LanguageWarning, match=r"^talks: this does not look like English"):
        argmine.load("rules").label(OTHERS[language] * 4, name="talks")


def test_english_gets_none() -> None:
    miner: Miner = argmine.load("rules")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for document in argmine.load_corpus().select(split="dev"):
            miner.label(document.text, name=document.id)
        miner.label(OTHERS["French"])  # too short to tell


def test_share_of_nothing() -> None:
    assert english_share("") == english_share("… 12") == (0.0, 0)
