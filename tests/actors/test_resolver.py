"""Who is meant: one hand-written text a rule. ``{actor}`` after a stretch in brackets says whom it must refer to."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from argmine.actors.candidates import actor_sentences
from argmine.actors.resolver import Reader
from argmine.pipeline import read_document
from argmine.schema import Document

MARK = re.compile(r"\[([^\]]+)\]\{([A-Z_ ]*)\}")


def read(marked: str) -> tuple[Document, list[tuple[int, int, set[str]]]]:
    """The text without its marks, and what each marked stretch must refer to."""
    text, wanted, last = "", [], 0
    for m in MARK.finditer(marked):
        text += marked[last : m.start()]
        wanted.append((len(text), len(text) + len(m[1]), set(m[2].split())))
        text += m[1]
        last = m.end()
    return read_document(text + marked[last:]), wanted


CASES = {
    "names": "[Moscow]{RUS} and [Kyiv]{UKR} spoke; [the Kremlin]{RUS} was silent.",
    "historical spellings": "[Peking]{CHN} and [Rangoon]{MMR} exchanged notes.",
    "lower case": "The envoy of [ankara]{TUR} met those of [moscow]{RUS}.",
    "common words stay words": "They ate [turkey]{} off fine [china]{} while a boy named [chad]{} sang.",
    "glued words": "[Moscow]{RUS}refuses, and from the capital[Kyiv]{UKR} came no word.",
    "demonyms": "[The Turks]{TUR} left early and [the Dutch]{NLD} stayed.",
    "ministries": "[The Russian Foreign Ministry]{RUS} answered; so did [Ankara's defence minister]{TUR}.",
    "offices": "[The Norwegian prime minister]{NOR} spoke. Later [the prime minister]{NOR} left.",
    "unlisted minister": "Ukrainian [Defense Minister Andreï Holovko]{UKR} spoke. Then [Holovko]{UKR} sat down.",
    "apposition": "[Jan Wisniak, the Polish negotiator]{POL}, spoke. Later [Wisniak]{POL} laughed.",
    "role of": "[The chief of the Turkish delegation, Selim Arda]{TUR}, spoke. [Arda]{TUR} then smoked.",
    "counterpart": "[The Egyptian minister]{EGY} and [the Greek minister]{GRC} met. [He]{EGY} thanked his [counterpart]{GRC}.",
    "he": "The [Egyptian president]{EGY} arrived at noon. [He]{EGY} asked for water.",
    "it": "[Serbia]{SRB} received the draft. [It]{SRB} asked for a week.",
    "they": "[Norway]{NOR} and [Chad]{TCD} met. [They]{NOR TCD} signed nothing.",
    "both sides": "[Israel]{ISR} and [Lebanon]{LBN} sent officers. [Both sides]{ISR LBN} kept silent.",
    "the two countries": "[Peru]{PER} and [Ecuador]{ECU} share a river. [The two countries]{PER ECU} agreed on a map.",
    "three of them": "[Egypt]{EGY}, [Qatar]{QAT} and [Norway]{NOR} mediate. [The three countries]{EGY QAT NOR} wrote a paper.",
    "we in a quotation": '"[We]{TUR} want a summit," the [Turkish foreign minister]{TUR} said.',
    "we in a statement": "Joint statement by [Norway]{NOR} and [Chad]{TCD}\n\n[We]{NOR TCD} call on the parties to stop.",
    "opposed parties": "[Afghan rebel]{AFGHAN_REBELS} leaders would meet the envoy.",
    "unlisted organisation": "[The Southern Lake Alliance]{SOUTHERN_LAKE_ALLIANCE} rejected the map of [Chad]{TCD}.",
    "organisation of many words": "[The Save Lakeland Coalition]{SAVE_LAKELAND_COALITION} met. [The coalition]{SAVE_LAKELAND_COALITION} ate.",
    "organisation of": "[The Federation of Lakeland Students]{FEDERATION_OF_LAKELAND_STUDENTS} slept.",
    "people with a kind": "[Striking shipyard workers]{STRIKING_SHIPYARD_WORKERS} sang. [The workers]{STRIKING_SHIPYARD_WORKERS} slept.",
    "led people": "[Tribal leaders]{TRIBAL_LEADERS} met; [leaders]{} of fashion wrote to no [group]{}.",
    "an office is no state": "[U.S. Secretary of State Blinken]{USA} spoke. Roads of [the state]{} froze.",
    "an opposition to a plan": "The [Ruritanian opposition]{RURITANIAN_OPPOSITION} slept. [The opposition]{} to the plan grew.",
    "another coalition": "[The Save Lakeland Coalition]{SAVE_LAKELAND_COALITION} met. [A coalition]{} of the willing did not.",
    "we ends the heading": "Joint Statement from [Norway]{NOR} and [Chad]{TCD}, [we]{NOR TCD} ask the [Sudan]{SDN} to stop.",
    "not a party": "The pro-[Russian]{} crowd read the [Washington]{} Post in Latin [America]{}.",
    "the North": "[Seoul]{KOR} waited; [the North]{PRK} had not answered.",
    "the north is a direction": "Rain fell in [the north]{} of the valley while [Norway]{NOR} and [Chad]{TCD} talked.",
}


@pytest.mark.parametrize("rule", CASES)
def test_rule(rule: str) -> None:
    document, wanted = read(CASES[rule])
    for start, end, actors in wanted:
        found = {m.actor for m in document.mentions if m.start < end and start < m.end}
        assert found == actors, document.text[start:end]


def test_candidates_say_how_they_came() -> None:
    document, _ = read('Norway and Chad met in Oslo. They signed. "We want peace," the Norwegian minister said. The rain went on.')
    how = {(r.sentence, r.actor): r.how for r in actor_sentences(document)}
    assert how[0, "TCD"] == "named" and how[1, "TCD"] == "resolved" and how[3, "NOR"] == "salient"


def test_rows_mark_exactly_the_mentions() -> None:
    document, _ = read("Norway asked Chad for Norway's boat.")
    row = next(r for r in actor_sentences(document) if r.actor == "NOR")
    assert [row.text[s.start : s.end] for s in row.mentions] == ["Norway", "Norway"]
    assert [row.text[s.start : s.end] for s in row.others] == ["Chad"]


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=200)
    | st.lists(
        st.sampled_from(["Moscow", "the", "U.S.", "we", '"', "said", ". ", "They", "both sides", "\n", "Kyiv's", "he"]), max_size=30
    ).map(" ".join)
)
def test_any_text_can_be_read(text: str) -> None:
    if any(c.isalnum() for c in text):
        document = read_document(text)
        assert len(document.speakers) == len(document.sentences)
        for m in document.mentions:
            assert 0 <= m.start < m.end <= len(text)
        for row in actor_sentences(document):
            assert all(0 <= s.start < s.end <= len(row.text) for s in (*row.mentions, *row.others))


def test_reading_is_linear() -> None:
    paragraph = 'Moscow told Kyiv that it wanted a truce. "We want peace," he said, and the two sides met again in Istanbul.\n\n'

    def took(times: int) -> float:
        best = float("inf")
        for _ in range(5):
            began = time.perf_counter()
            read_document(paragraph * times)
            best = min(best, time.perf_counter() - began)
        return best

    assert any(took(1600) <= 2.3 * took(800) for _ in range(6))


def test_the_default_reader_is_built_once() -> None:
    assert Reader.default() is Reader.default()


def test_a_known_actor_keeps_its_name() -> None:
    document = read_document("The Polisario guerrillas refused. Guerrillas slept. The guerrillas woke.")
    assert {m.actor for m in document.mentions} == {"POLISARIO"}
    assert not document.names
