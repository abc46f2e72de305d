"""Rendering: what is marked, counted and written, against hand-worked numbers; colours against the contrast that WCAG 2.2 asks for."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import re
import time
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import argmine.render
from argmine.data.corpus import Corpus
from argmine.pipeline import LabelledDocument
from argmine.render import COLUMNS, PALETTE, document_text, fill, page_html, palette, positions_csv
from argmine.schema import Document, Position, Sentence

TEMPLATES = Path(argmine.render.__file__).parent / "templates"
TEXT = "Moscow refuses the truce that Kyiv asks for. It rained. Chad agrees if Norway pays."
SENTENCES = (Sentence(0, 44), Sentence(45, 55), Sentence(56, 83, 1))
POSITIONS = (
    Position("RUS", "refusal", 0, 0.91, target="UKR", cue="refuses"),
    Position("UKR", "demand", 0, 0.87, target="RUS"),
    Position("TCD", "concession", 2, 0.755),
    Position("TCD", "condition", 2, 0.6, target="NOR"),
    Position("NOR", "condition", 2, 0.5),
)
NAMES = {"RUS": "Russia", "UKR": "Ukraine", "TCD": "Chad", "NOR": "Norway"}
REPORT = LabelledDocument(Document("sahel", TEXT, SENTENCES, date="2025-06-02", register="wire"), POSITIONS, NAMES)


class Reader(HTMLParser):
    """The elements of a page, with their attributes and texts; the cells of a table row end with ``|``."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.open: list[int] = []
        self.feed(page)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs), []))
        if tag != "meta":
            self.open.append(len(self.found) - 1)

    def handle_data(self, data: str) -> None:
        for index in self.open:
            self.found[index][2].append(data)

    def handle_endtag(self, tag: str) -> None:
        assert self.found[self.open.pop()][0] == tag
        if tag in ("td", "th"):
            self.handle_data("|")

    def all(self, tag: str, css: str = "") -> list[tuple[str, dict[str, str | None]]]:
        return [(" ".join("".join(texts).split()), a) for t, a, texts in self.found if t == tag and (not css or css in str(a.get("class")).split())]

    def texts(self, tag: str, css: str = "") -> list[str]:
        return [text for text, _ in self.all(tag, css)]


def contrast(first: str, second: str) -> float:
    """The contrast of two colours like ``#1c2430`` (WCAG 2.2, relative luminance)."""

    def luminance(color: str) -> float:
        parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def schemes() -> list[dict[str, str]]:
    css = (TEMPLATES / "marks.css").read_text(encoding="utf-8")
    found = re.findall(r"color-scheme: (?:dark|light);((?: --am-\w+: #\w{6};)+)", css)
    return [dict(re.findall(r"--am-(\w+): (#\w{6})", variables)) for variables in found]


def test_contrast_is_what_wcag_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_text_can_be_read_in_light_and_dark() -> None:
    dark, light = schemes()
    for colors in (dark, light):
        for text, ground in (("ink", "paper"), ("ink", "chip"), ("soft", "paper"), ("soft", "chip"), ("paper", "ink")):
            assert contrast(colors[text], colors[ground]) >= 4.5, (text, ground)
        assert contrast(colors["focus"], colors["paper"]) >= 3


def test_no_text_has_the_colour_of_a_label() -> None:
    css = "".join(p.read_text(encoding="utf-8") for p in TEMPLATES.iterdir())
    assert not re.search(r"[^-]color:\s*var\(--c\)", css)
    assert set(re.findall(r"[^-\w]color: (?!dark|light)([^;]+);", css)) <= {"var(--am-ink)", "var(--am-soft)", "var(--am-paper)", "inherit"}


def test_every_rule_stands_under_the_one_class() -> None:
    for fragment in (REPORT._repr_html_(), Corpus((REPORT.document,))._repr_html_()):
        css = re.sub(r"\{[^{}]*\}", ";", fragment[fragment.index("<style>") + 7 : fragment.index("</style>")])
        selectors = [s.strip() for s in re.split(r"[;{},](?![^(]*\))", css)]
        assert len(selectors) > 20
        assert all(".am" in s.split(" ")[0] or " .am" in s for s in selectors if s and not s.startswith("@media"))


def test_a_sentence_has_a_line_a_label_and_a_chip_a_position() -> None:
    page = Reader(REPORT._repr_html_())
    marks = page.texts("span", "am-mark")
    assert len(marks) == 2 and marks[0].startswith("Moscow refuses the truce that Kyiv asks for.")
    assert page.texts("span", "am-chip") == [
        "Russia: refusal", "Ukraine: demand", "Chad: concession", "Chad: condition", "Norway: condition",
    ]  # fmt: skip
    lines = [(text, attributes["style"]) for text, attributes in page.all("span", "am-line")]
    assert lines == [
        ("Moscow refuses the truce that Kyiv asks for.", f"--c: {PALETTE['refusal']}; --i: 0"),
        ("Moscow refuses the truce that Kyiv asks for.", f"--c: {PALETTE['demand']}; --i: 1"),
        ("Chad agrees if Norway pays.", f"--c: {PALETTE['concession']}; --i: 0"),
        ("Chad agrees if Norway pays.", f"--c: {PALETTE['condition']}; --i: 1"),
    ]
    assert [text.split(". ")[0] for text in page.texts("p")[1:3]] == ["Moscow refuses the truce that Kyiv asks for", "Chad agrees if Norway pays"]


def test_the_text_shown_on_hover_and_focus_says_all_that_is_known() -> None:
    page = Reader(REPORT._repr_html_())
    assert page.texts("span", "am-fact") == [
        "Russia: refusal, probability 0.91, towards Ukraine, cue “refuses”",
        "Ukraine: demand, probability 0.87, towards Russia",
        "Chad: concession, probability 0.76",
        "Chad: condition, probability 0.60, towards Norway",
        "Norway: condition, probability 0.50",
    ]
    assert all(attributes["tabindex"] == "0" for _, attributes in page.all("span", "am-mark"))


def test_an_annotated_document_has_no_probabilities() -> None:
    document = replace(REPORT.document, positions=POSITIONS, names={"TCD": "Chad"}, title="Talks")
    page = Reader(document._repr_html_())
    assert page.texts("span", "am-fact")[:3] == ["RUS: refusal, towards UKR, cue “refuses”", "UKR: demand, towards RUS", "Chad: concession"]
    assert page.texts("p", "am-head") == ["Talks 2025-06-02 · wire"]
    assert repr(document) == "<Document 'sahel' (wire, 2025-06-02): 3 sentences, 0 mentions, 5 positions>"
    assert repr(Document("a", "", ())) == "<Document 'a': 0 sentences, 0 mentions, 0 positions>"


def test_a_document_without_positions_is_shown_all_the_same() -> None:
    page = Reader(REPORT.document._repr_html_())
    assert page.texts("p")[1:] == ["Moscow refuses the truce that Kyiv asks for. It rained.", "Chad agrees if Norway pays.", "no positions in 3 sentences"]


def test_the_page_has_a_row_a_position_and_buttons_with_counts() -> None:
    page = Reader(page_html([REPORT, replace(REPORT, positions=POSITIONS[:1])]))
    head = "Actor|Position|Towards|Probability|Cue|Sentence|"
    first = "Russia|refusal|Ukraine|0.91|“refuses”|1 Moscow refuses the truce that Kyiv asks for.|"
    assert page.texts("tr") == [
        head, first, "Ukraine|demand|Russia|0.87||1 Moscow refuses the truce that Kyiv asks for.|",
        "Chad|concession||0.76||3 Chad agrees if Norway pays.|", "Chad|condition|Norway|0.60||3 Chad agrees if Norway pays.|",
        "Norway|condition||0.50||3 Chad agrees if Norway pays.|", head, first,
    ]  # fmt: skip
    assert page.texts("button") == ["demand 1", "concession 1", "refusal 2", "condition 2", "Russia 2", "Chad 2", "Ukraine 1", "Norway 1", "Show all"]
    assert page.texts("li") == ["sahel 5", "sahel 1"]
    assert page.texts("title") == ["2 reports – positions"]
    pressed = [attributes.get("aria-pressed") for _, attributes in page.all("button")]
    assert pressed == ["false"] * 8 + [None]


def test_links_lead_to_places_on_the_page() -> None:
    page = Reader(page_html([REPORT, REPORT]))
    targets = [attributes["href"] for _, attributes in page.all("a")]
    ids = [attributes["id"] for _, attributes, _ in page.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert targets and {str(t) for t in targets} <= {f"#{i}" for i in ids}


def test_the_column_for_cues_is_there_only_for_known_ones() -> None:
    page = Reader(page_html([replace(REPORT, positions=POSITIONS[1:])]))
    assert page.texts("tr")[0] == "Actor|Position|Towards|Probability|Sentence|"


def test_the_page_without_its_script_offers_no_dead_button() -> None:
    page = Reader(page_html([REPORT]))
    hidden = [attributes["id"] for _, attributes in page.all("section") if "hidden" in attributes]
    assert hidden == ["filters"]
    inside = page_html([REPORT]).split('id="filters"')[1].split("</section>")[0]
    assert inside.count("<button") == page_html([REPORT]).count("<button")


def test_the_page_fetches_nothing_and_runs_only_its_own_script() -> None:
    page = page_html([REPORT])
    assert not re.search(r"https?:|//\w|@import|url\(|\bsrc=|<link", page)
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.S)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{digest}'" in page
    assert not re.search(r"fetch|XMLHttp|import|eval|innerHTML|insertAdjacent|document\.write", script)


def test_a_page_without_reports_and_one_without_positions() -> None:
    assert "No reports." in page_html([])
    assert "no positions in 3 sentences" in page_html([replace(REPORT, positions=())])


def test_other_pages_take_the_layout_and_may_run_no_script() -> None:
    page = fill("base.html")
    assert page.lstrip().startswith("<!doctype html>") and "script-src 'none'" in page and "<script" not in page
    assert "prefers-color-scheme: dark" in page and "@media print" in page


def test_a_thousand_reports_would_take_seconds() -> None:
    long = replace(REPORT, document=replace(REPORT.document, sentences=SENTENCES * 8))
    started = time.perf_counter()
    page = page_html([replace(long, positions=tuple(replace(p, sentence=i) for i in range(24) for p in POSITIONS[:1]))] * 100)
    assert page.count("<tr ") == 2400 and time.perf_counter() - started < 6


def test_many_actors_and_reports_are_folded_away() -> None:
    actors = [f"A{i}" for i in range(15)]
    report = LabelledDocument(REPORT.document, tuple(Position(a, "demand", 0) for a in actors), {a: a.lower() for a in actors})
    page = page_html([report] * 21)
    assert "3 more actors" in page and "<details><summary><b>21 reports" in page
    assert "<details open><summary><b>20 reports" in page_html([report] * 20)


def test_colours_of_other_labels() -> None:
    colors = palette(["WAIT", "refusal", "PULL", "WAIT"])
    assert colors["refusal"] == PALETTE["refusal"] and len({colors["WAIT"], colors["PULL"], *PALETTE.values()}) == 6


def test_the_corpus_table_adds_up() -> None:
    documents = tuple(
        Document(f"{name}-1", TEXT, SENTENCES, positions=POSITIONS[:n], negotiation=name, register=register)
        for name, n, register in (("a", 5, "wire"), ("b", 1, "wire"), ("c", 0, ""))
    )
    corpus = Corpus(documents, splits={"a": "train", "b": "test", "c": "train"}, name="talks")
    assert Reader(corpus._repr_html_()).texts("tr") == [
        "|documents|sentences|positions|demand|concession|refusal|condition|sentences without position|",
        "all|3|9|6|1|1|2|2|67 %|",
        "split|", "train|2|6|5|1|1|1|2|67 %|", "test|1|3|1|0|0|1|0|67 %|",
        "register|", "wire|2|6|6|1|1|2|2|50 %|", "not given|1|3|0|0|0|0|0|100 %|",
    ]  # fmt: skip
    assert repr(corpus).startswith("Corpus 'talks': 3 documents, 9 sentences, 6 positions")


def test_the_terminal_gets_no_control_characters() -> None:
    document = replace(REPORT.document, id="a\x1b[2J", text=TEXT.replace("It rained", "It\x1b[1mned"))
    report = LabelledDocument(document, (Position("X\x1b", "WAIT\x07", 0, target="Y\x9b"),), {"X\x1b": "name\x1b]0;"})
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", document_text(report))
    painted = document_text(report, color=True)
    assert re.sub(r"\x1b\[[\d;]+m", "", painted) == document_text(report)


def rows_of(report: LabelledDocument, **options: bool) -> list[dict[str, str]]:
    stream = io.StringIO(newline="")
    positions_csv([report], stream, **options)
    stream.seek(0)
    return list(csv.DictReader(stream))


def test_csv_has_a_row_a_position() -> None:
    rows = rows_of(REPORT)
    assert tuple(rows[0]) == COLUMNS and len(rows) == 5
    assert list(rows[3].values()) == ["sahel", "2", "TCD", "Chad", "condition", "0.6000", "NOR", "", "Chad agrees if Norway pays."]


texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=12)


@given(texts, texts, texts)
def test_csv_guard_is_undone_by_taking_one_apostrophe(text: str, name: str, label: str) -> None:
    document = Document(name, text, (Sentence(0, len(text)),))
    report = LabelledDocument(document, (Position("A", label, 0, target=name, cue=text),), {"A": text})
    expected = [name, "0", "A", text, label, "1.0000", name, text, text]
    (plain,), (guarded,) = rows_of(report, formulas=True), rows_of(report)
    assert list(plain.values()) == expected
    assert [cell[1:] if cell.startswith("'") else cell for cell in guarded.values()] == expected
