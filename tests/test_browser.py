"""Pages and notebook fragments in a browser: the filters, the keyboard, narrow screens, contrast in light and dark."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from test_escaping import PAYLOADS, labelled
from test_render import contrast

import argmine
from argmine.render import page_html
from argmine.schema import Document, Position, Sentence

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed, so no page is tried in a browser")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
DRIVER = shutil.which("chromedriver") or ""
pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="Chromium or chromedriver is not installed, so no page is tried in a browser")

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
OSLO = "Norway accepts the text. Moscow refuses the ceasefire requested by Kyiv.\n\nChad will withdraw its troops if Norway pays."

# For each element that shows a text of its own: the text, its colour and the colour behind it.
COLOURS = """
const ground = (e) => {
  for (; e; e = e.parentElement) {
    const color = getComputedStyle(e).backgroundColor;
    if (!/, 0\\)$|transparent/.test(color)) return color;
  }
  return "rgb(255, 255, 255)";
};
return [...document.querySelectorAll(arguments[0] + " *")]
  .filter((e) => !["STYLE", "SCRIPT"].includes(e.tagName) && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) && e.getClientRects().length)
  .map((e) => [e.textContent.trim().slice(0, 40), getComputedStyle(e).color, ground(e)]);
"""

# The rules of JupyterLab that reach into an output, in the colours of its dark theme.
JUPYTER = """
body { background: #111; color: #fff; } .out p { margin: 0 0 1em; text-align: left; } .out { color: #fff; overflow: auto; }
.out table { border-collapse: collapse; border: none; color: #fff; font-size: 12px; table-layout: fixed; margin: 0 auto 1em; }
.out td, .out th, .out tr { vertical-align: middle; padding: .5em; line-height: normal; white-space: normal; max-width: none; border: none; }
:not(.md).out td, :not(.md).out th, :not(.md).out tr { text-align: right; } .out th { font-weight: bold; }
.out tbody tr:nth-child(odd) { background: #fff; } .out tbody tr:nth-child(even) { background: #eee; }
"""


class Page:
    """A browser, with what these tests ask of it."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def open(self, path: Path, width: int = 1280, dark: bool = False) -> Page:
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride", {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": [scheme]})
        self.driver.get(path.as_uri())
        return self

    def run(self, script: str, *arguments: object) -> Any:
        return self.driver.execute_script(script, *arguments)

    def shown(self, selector: str) -> list[str]:
        """The texts of the elements that are shown."""
        script = "return [...document.querySelectorAll(arguments[0])].filter((e) => e.getClientRects().length).map((e) => e.innerText)"
        return [" ".join(text.split()) for text in self.run(script, selector)]

    def press(self, text: str) -> None:
        self.run(
            "[...document.querySelectorAll('#filters button')].find((b) => b.innerText.replace(/ \\d+$/, '').trim() === arguments[0]).click()", text
        )

    def keys(self, *keys: str) -> None:
        webdriver.ActionChains(self.driver).send_keys(*keys).perform()

    def focused(self) -> str:
        return str(self.run("return document.activeElement.innerText"))

    def lowest_contrast(self, inside: str = "body") -> tuple[float, str]:
        found = [(contrast(hexadecimal(a), hexadecimal(b)), text) for text, a, b in self.run(COLOURS, inside)]
        assert len(found) > 5
        return min(found)


def hexadecimal(color: str) -> str:
    """A colour as the browser writes it, ``rgb(21, 25, 31)``, as ``#15191f``."""
    return "#" + "".join(f"{int(part):02x}" for part in color[color.index("(") + 1 : -1].split(",")[:3])


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(executable_path=DRIVER))
    yield Page(driver)
    driver.quit()


BY_HAND = tuple(
    Position(actor, label, sentence, 0.92, target, cue)
    for actor, label, sentence, target, cue in (
        ("RUS", "refusal", 5, "UKR", "rules out"), ("UKR", "demand", 5, "RUS", "requested"), ("RUS", "demand", 6, None, "demands that"),
        ("UKR", "demand", 7, None, "asks for"), ("UKR", "demand", 8, "RUS", "want"), ("UKR", "refusal", 9, None, "will accept no"),
        ("RUS", "concession", 10, "UKR", "agreed to"), ("UKR", "concession", 10, "RUS", "agreed to"), ("RUS", "concession", 11, None, "offered"),
        ("TUR", "concession", 12, None, "ready to"), ("TUR", "condition", 12, None, "only if"),
    )
)  # fmt: skip


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A page of one report, a page of two, and a notebook of all that has a rich display."""
    folder = tmp_path_factory.mktemp("pages")
    miner = argmine.load("rules")
    sample = Path(argmine.__file__).parent / "sample" / "istanbul.txt"
    # As read by hand, so that another training changes no page.
    read = miner.label(sample.read_text(encoding="utf-8"), "istanbul", "2025-06-02")
    istanbul, oslo = replace(read, positions=BY_HAND, names={"RUS": "Russia", "UKR": "Ukraine", "TUR": "Türkiye"}), miner.label(OSLO, "oslo")
    positions = (Position("NOR", "concession", 0, cue="accepts"), Position("TCD", "condition", 0, target="NOR"))
    document = Document("a", "Norway accepts the text.", (Sentence(0, 24),), positions=positions, negotiation="a", register="wire")
    corpus = argmine.Corpus((document,))
    outputs = "".join(f'<div class="out">{shown._repr_html_()}</div>' for shown in (istanbul, corpus, document))
    contents = {"one": page_html([istanbul]), "two": page_html([istanbul, oslo])}
    for name, light in (("dark notebook", "false"), ("light notebook", "true")):
        contents[name] = f'<!doctype html><style>{JUPYTER}</style><body data-jp-theme-light="{light}">{outputs}<p id="other">other output</p>'
    for name, text in contents.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in contents}


def counts(page: Page) -> dict[str, int]:
    return {text.rsplit(" ", 1)[0]: int(text.rsplit(" ", 1)[1]) for text in page.shown("#filters [data-by]")}


def test_a_label_filters_marks_table_and_counts(page: Page, reports: dict[str, Path]) -> None:
    page.open(reports["one"])
    every = page.shown(".am-chip")
    refusals = [chip for chip in every if chip.endswith(": refusal")]
    assert 0 < len(refusals) < len(every) == len(page.shown("tbody tr"))
    page.press("refusal")
    assert page.shown(".am-chip") == refusals
    assert len(page.shown("tbody tr")) == len(refusals) and all(" refusal " in row for row in page.shown("tbody tr"))
    assert page.shown("#status") == [f"{len(refusals)} of {len(every)} positions shown"]
    lines = page.run("return [...document.querySelectorAll('.am-line')].map((e) => [e.dataset.l, getComputedStyle(e).textDecorationLine])")
    refusal = page.run("return document.querySelector('[aria-pressed=true]').dataset.value")
    assert {(label == refusal, drawn) for label, drawn in lines} == {(True, "underline"), (False, "none")}
    by_actor = {name: n for name, n in counts(page).items() if name in ("Russia", "Ukraine", "Türkiye")}
    assert by_actor == {name: sum(chip.startswith(name) for chip in refusals) for name in by_actor}
    assert page.shown("article .am-legend")[0].startswith("demand: 0 concession: 0 refusal: 2 condition: 0")


def test_filters_combine_and_reset(page: Page, reports: dict[str, Path]) -> None:
    page.open(reports["two"])
    every, before = page.shown(".am-chip"), counts(page)
    page.press("Russia")
    assert page.shown(".am-chip") == [chip for chip in every if chip.startswith("Russia")]
    page.press("Ukraine")
    page.press("demand")
    expected = [chip for chip in every if chip in ("Russia: demand", "Ukraine: demand")]
    assert page.shown(".am-chip") == expected and len(page.shown("tbody tr")) == len(expected)
    assert [pressed.rsplit(" ", 1)[0] for pressed in page.shown("[aria-pressed=true]")] == ["demand", "Ukraine", "Russia"]
    page.press("Russia")
    page.press("Ukraine")
    assert page.shown(".am-chip") == [chip for chip in every if chip.endswith(": demand")]
    page.press("Show all")
    assert page.shown(".am-chip") == every and counts(page) == before and not page.shown("#reset")
    assert not page.shown("[aria-pressed=true]") and page.shown("#status") == [f"{len(every)} positions"]


def test_a_filter_leaves_the_text_and_hides_what_has_nothing_to_show(page: Page, reports: dict[str, Path]) -> None:
    page.open(reports["two"])
    assert len(page.shown("nav li")) == len(page.shown("article table")) == 2
    page.press("Türkiye")
    assert page.shown("nav li") == ["istanbul 2"] and len(page.shown("article table")) == 1
    assert "Moscow refuses the ceasefire requested by Kyiv." in " ".join(page.shown("article p"))
    assert len(page.shown("article")) == 2


def test_the_last_of_two_lines_moves_up(page: Page, reports: dict[str, Path]) -> None:
    page.open(reports["one"])
    offset = "return [...document.querySelectorAll('.am-line .am-line')].map((e) => getComputedStyle(e).textUnderlineOffset)"
    assert set(page.run(offset)) == {"9px"}
    page.press("condition")
    inner = page.run("return document.querySelector('.am-mark:not(.am-off) .am-line .am-line').dataset.l")
    assert inner == page.run("return document.querySelector('[aria-pressed=true]').dataset.value") and "4px" in page.run(offset)


def test_all_works_by_keyboard(page: Page, reports: dict[str, Path]) -> None:
    keys = webdriver.Keys
    page.open(reports["one"])
    every = page.shown(".am-chip")
    page.keys(keys.TAB)
    assert page.focused() == "Skip to the content" and page.run("return document.activeElement.getBoundingClientRect().left") >= 0
    page.keys(keys.TAB)
    assert page.focused().startswith("demand")
    page.keys(keys.SPACE)
    assert page.shown(".am-chip") == [chip for chip in every if chip.endswith(": demand")]
    page.keys(keys.ENTER)
    assert page.shown(".am-chip") == every
    page.keys(keys.SPACE, *[keys.TAB] * len(counts(page)), keys.ENTER)
    assert page.shown(".am-chip") == every and page.focused().startswith("demand")
    page.keys(*[keys.TAB] * len(counts(page)))
    (tip,) = page.shown(".am-tip")
    assert tip.startswith("Russia: refusal, probability 0.92, towards Ukraine, cue “rules out”") and tip.endswith("towards Russia, cue “requested”")
    page.keys(keys.TAB)
    (tip,) = page.shown(".am-tip")
    assert tip.startswith("Russia: demand, probability 0.92, cue")
    page.keys(keys.ESCAPE)
    assert not page.shown(".am-tip")


def test_without_its_script_the_page_shows_all_and_offers_no_filter(page: Page, reports: dict[str, Path]) -> None:
    everything = page.open(reports["two"]).shown("article")
    page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        page.open(reports["two"])
        assert page.shown("article") == everything and not page.shown("button")
        page.run("document.querySelector('.am-mark').focus()")
        assert page.shown(".am-tip")
    finally:
        page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_hovering_shows_what_is_known(page: Page, reports: dict[str, Path]) -> None:
    page.open(reports["one"])
    chips = page.driver.find_elements("css selector", ".am-chip")
    webdriver.ActionChains(page.driver).move_to_element(chips[-1]).perform()
    (shown,) = page.shown(".am-tip")
    assert shown.startswith("Türkiye: concession, probability 0.") and "Türkiye: condition, probability 0." in shown


def test_sentences_without_a_shown_position_are_passed_over(page: Page, reports: dict[str, Path]) -> None:
    page.open(reports["one"])
    page.press("condition")
    assert page.run("return [...document.querySelectorAll('.am-mark')].filter((e) => e.tabIndex === 0).length") == 1
    page.run("document.querySelector('.am-mark.am-off').focus()")
    assert not page.shown(".am-tip")


def test_the_table_can_be_sorted(page: Page, reports: dict[str, Path]) -> None:
    page.open(reports["one"])

    def column(i: int) -> list[str]:
        texts: list[str] = page.run("return [...document.querySelectorAll('tbody tr')].map((r) => r.children[arguments[0]].innerText)", i)
        return texts

    sentences = column(5)
    heads = page.driver.find_elements("css selector", "thead button")
    heads[3].click()
    assert column(3) == sorted(column(3)) and heads[3].find_element("xpath", "..").get_attribute("aria-sort") == "ascending"
    heads[3].click()
    assert column(3) == sorted(column(3), reverse=True)
    heads[0].click()
    assert column(0) == sorted(column(0)) and len(page.driver.find_elements("css selector", "[aria-sort]")) == 1
    heads[5].click()
    assert [text.split()[0] for text in column(5)] == [text.split()[0] for text in sentences]


@pytest.mark.parametrize("name", ["one", "two", "dark notebook"])
@pytest.mark.parametrize("width", [320, 400, 1280])
def test_nothing_is_wider_than_the_screen(page: Page, reports: dict[str, Path], name: str, width: int) -> None:
    page.open(reports[name], width)
    for i in range(page.run("return document.querySelectorAll('.am-mark').length")):
        page.run("document.querySelectorAll('.am-mark')[arguments[0]].focus()", i)
        tip = page.run("const r = [...document.querySelectorAll('.am-tip')].find((e) => e.getClientRects().length).getBoundingClientRect(); return [r.left, r.right]")
        assert tip[0] >= 0 and tip[1] <= width
    wider = page.run("return [document.documentElement.scrollWidth, innerWidth]")
    assert wider[0] <= wider[1] == width


def test_chips_neither_overlap_nor_cut_their_text(page: Page, reports: dict[str, Path]) -> None:
    for width in (400, 1280):
        page.open(reports["two"], width)
        boxes = page.run(
            "return [...document.querySelectorAll('.am-chip, #filters button')].map((e) => [e.getBoundingClientRect(), e.scrollWidth - e.clientWidth])"
            ".filter(([r]) => r.width).map(([r, cut]) => [r.left, r.top, r.right, r.bottom, cut])"
        )
        assert len(boxes) > 10 and all(cut <= 0 for *_, cut in boxes)
        for i, a in enumerate(boxes):
            assert not [b for b in boxes[i + 1 :] if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [400, 1280])
def test_all_text_has_contrast(page: Page, reports: dict[str, Path], dark: bool, width: int) -> None:
    page.open(reports["two"], width, dark)
    ground = page.run("return getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(21, 25, 31)" if dark else "rgb(255, 255, 255)")
    page.press("refusal")
    page.run("document.querySelector('.am-mark:not(.am-off)').focus()")
    assert page.shown(".am-tip") and page.shown("[aria-pressed=true]")
    worst = page.lowest_contrast()
    assert worst[0] >= 4.5, worst


@pytest.mark.parametrize("dark", [False, True], ids=["light system", "dark system"])
@pytest.mark.parametrize(("name", "ground"), [("dark notebook", "#15191f"), ("light notebook", "#ffffff")])
def test_a_notebook_follows_its_theme_whatever_the_system_prefers(
    page: Page, reports: dict[str, Path], name: str, ground: str, dark: bool
) -> None:
    page.open(reports[name], 1000, dark)
    grounds = page.run("return [...document.querySelectorAll('.am')].map((e) => getComputedStyle(e).backgroundColor)")
    assert {hexadecimal(color) for color in grounds} == {ground}
    worst = page.lowest_contrast(".am")
    assert worst[0] >= 4.5, worst
    aligned = page.run("return [...document.querySelectorAll('.am td')].map((e) => getComputedStyle(e).textAlign)")
    assert set(aligned) == {"right"}
    assert page.run("return getComputedStyle(document.getElementById('other')).font") == page.run("return getComputedStyle(document.body).font")


def test_print_is_black_on_white_without_controls(page: Page, reports: dict[str, Path]) -> None:
    page.open(reports["two"], dark=True)
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print", "features": [{"name": "prefers-color-scheme", "value": "dark"}]})
    assert page.run("return getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.shown("button[data-by], nav, .am-up, .am-skip") and len(page.shown("article")) == 2


def test_the_page_asks_for_nothing_and_reports_no_error(page: Page, reports: dict[str, Path]) -> None:
    page.driver.get_log("browser")
    page.open(reports["two"])
    page.press("refusal")
    assert page.run("return performance.getEntriesByType('resource').length") == 0
    assert page.driver.get_log("browser") == []


def test_hostile_texts_do_nothing(page: Page, tmp_path: Path) -> None:
    plain = tmp_path / "plain.html"
    plain.write_text(page_html([labelled("nothing")] * len(PAYLOADS)), encoding="utf-8")
    hostile = tmp_path / "hostile.html"
    hostile.write_text(page_html([labelled(x) for x in PAYLOADS]), encoding="utf-8")
    tags = "return [...new Set([...document.querySelectorAll('*')].map((e) => e.tagName))].sort()"
    assert page.open(hostile).run(tags) == page.open(plain).run(tags)
    page.driver.get_log("browser")
    page.open(hostile)
    assert page.driver.get_log("browser") == []
