"""Hostile texts: in every HTML output they stay texts, and in the CSV no spreadsheet runs them."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from argmine.data.corpus import Corpus
from argmine.evaluation.compare import compare_positions
from argmine.evaluation.positions import evaluate_positions
from argmine.evaluation.report import comparison_html, evaluation_html
from argmine.pipeline import LabelledDocument
from argmine.render import page_html, positions_csv
from argmine.schema import Document, LabelScheme, Position, Sentence

PAYLOADS = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</title><svg onload=alert(1)>",
    "<img src=x onerror=alert(1)>",
    "<IMG SRC=JaVaScRiPt:alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "'><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' onfocus='alert(1)' autofocus='",
    "` onclick=alert(1) `",
    " onload=alert(1) x=",
    "javascript:alert(1)",
    "java\tscript:alert(1)",
    "&#106;avascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="https://example.org/">x</a>',
    "<svg/onload=alert(1)>",
    "<svg><script href=data:,alert(1) />",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<form action=javascript:alert(1)><button>x",
    "<base href=//example.org/>",
    '<meta http-equiv=refresh content="0;url=javascript:alert(1)">',
    '<link rel=stylesheet href="//example.org/x.css">',
    "<style>*{background:url(//example.org/)}</style>",
    "red; background: url(//example.org/); x: expression(alert(1))",
    "<!--<script>alert(1)</script>",
    "--><script>alert(1)</script><!--",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><x/>",
    "\u2028alert(1)\u2029//",
    "<scr\u0000ipt>alert(1)</scr\u0000ipt>",
    "{{ 7 * 7 }}{% include 'page.js' %}{# x #}",
    "${alert(1)}\\u003cscript\\u003e",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u202e<script\u200b>alert(1)</script>\ufeff",
]
HARMLESS = "nothing"
ATTRIBUTES = {
    "aria-label", "aria-pressed", "class", "colspan", "content", "charset", "data-a", "data-by", "data-count", "data-l", "data-order", "data-value",
    "alt", "dir", "hidden", "href", "http-equiv", "id", "lang", "name", "open", "role", "scope", "src", "style", "tabindex", "type",
}  # fmt: skip


class Outline(HTMLParser):
    """A page's tags, comments and declarations in order, its scripts and styles, and its texts."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.structure: list[object] = []
        self.code: list[str] = []
        self.data = ""
        self.inside = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.structure.append((tag, attrs))
        self.inside = tag

    def handle_endtag(self, tag: str) -> None:
        self.structure.append(tag)
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside in ("script", "style"):
            self.code.append(data)
        else:
            self.data += data

    def handle_comment(self, data: str) -> None:
        self.structure.append(("comment", data))

    def handle_decl(self, decl: str) -> None:
        self.structure.append(("declaration", decl))

    unknown_decl = handle_pi = handle_decl


def labelled(x: str) -> LabelledDocument:
    text = f"{x} x. {x} {x}"
    sentences = (Sentence(0, len(x) + 3), Sentence(len(x) + 4, len(text) - len(x) - 1), Sentence(len(text) - len(x), len(text)))
    positions = (Position(x, x, 0, 0.5, target=x, cue=x), Position("RUS", "refusal", 0, 0.5, target=x), Position(x, "demand", 1, 0.5))
    document = Document(x, text, sentences, positions=positions, date=x, negotiation=x, register=x, kind=x, title=x, language=x, names={x: x})
    return LabelledDocument(document, positions, {x: x, "RUS": x})


def outputs(x: str) -> dict[str, str]:
    """Every HTML output, with the text in every place that a user's text can reach."""
    report = labelled(x)
    untitled = replace(report, document=replace(report.document, title=""))
    document = replace(report.document, negotiation="talks")
    corpus = Corpus((document,), LabelScheme(x, (x, "refusal", "demand")), {"talks": "train"}, name=x, about={x: x})
    return {
        "page": page_html([report, untitled]),
        "page of one": page_html([untitled]),
        "fragment": report._repr_html_(),
        "document": report.document._repr_html_(),
        "corpus": corpus._repr_html_(),
        **figures(x),
    }


def figures(x: str) -> dict[str, str]:
    """The pages of figures: one system that misses one position, has one and makes one up, beside one that has all."""
    labels = (x, "refusal", "demand")
    gold = replace(labelled(x).document, positions=(Position(x, x, 0), Position(x, "refusal", 1)), kind="hard")
    spans = [(s.start, s.end) for s in gold.sentences]
    one = {"document": x, "start": spans[0][0], "end": spans[0][1], "positions": [{"actor": x, "label": x, "probability": 0.5}, {"actor": x, "label": "demand"}]}
    rest = {"document": x, "start": spans[1][0], "end": spans[1][1], "positions": [{"actor": x, "label": "refusal"}]}
    first, second = (evaluate_positions([gold], records, labels=labels) for records in ([one], [one, rest]))
    return {
        "evaluation": evaluation_html(first, x, ("label", "actor", "register", "negotiation"), pictures={x: "iVBORw0KGgo="}),
        "comparison": comparison_html(first, second, (x, "other"), compare_positions(first, second, draws=50), {x: "iVBORw0KGgo="}),
    }


EXPECTED = {name: Outline(page) for name, page in outputs(HARMLESS).items()}


def test_there_are_forty_payloads() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) == 40


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(40))
def test_a_payload_changes_texts_only(payload: str) -> None:
    for name, page in outputs(payload).items():
        found = Outline(page)
        assert found.structure == EXPECTED[name].structure, name
        assert found.code == EXPECTED[name].code, name
        assert found.data.replace(payload, HARMLESS) == EXPECTED[name].data, name


def test_what_is_there_without_payloads_is_known() -> None:
    """The comparison above says that payloads add nothing; this says that there is nothing live to begin with."""
    for name, outline in EXPECTED.items():
        tags = [part for part in outline.structure if isinstance(part, tuple) and part[0] not in ("comment", "declaration")]
        for tag, attributes in tags:
            assert tag not in ("iframe", "object", "embed", "base", "link", "form", "svg")
            for key, value in attributes:
                assert key in ATTRIBUTES, (name, tag, key)
                assert key != "src" or (tag == "img" and value.startswith("data:image/png;base64,")), (name, value)
                assert key != "href" or re.fullmatch(r"#[a-z]+[\d-]*", value), (name, value)
                assert key != "style" or re.fullmatch(r"(--c: #\w{6}(; --i: \d)?|padding: [\w .]+|overflow-x: auto)", value), (name, value)
        assert sum(tag == "script" for tag, _ in tags) == name.startswith("page")


def test_the_script_holds_no_data_and_cannot_be_left() -> None:
    (script,) = re.findall(r"<script>(.*)</script>", page_html([labelled(PAYLOADS[0])]), re.S)
    assert script.isascii() and "</" not in script and "<!--" not in script and "alert" not in script


FORMULAS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=cmd|'/c calc'!A0", " =1+1", "\u00a0=1", "\u3000=1", "   @x", "\u200b=1", "\ufeff=1",
    "\u202e=1", "＝1+1", "＋1", "－1", "＠x", "﹦1", "﹢1", "﹣1", "﹫x", "\u22121", " ＝1", "\x00=1", "\ttext", "\rtext", "\ntext", "'=1", "''=1", "'tis",
]  # fmt: skip
PLAIN = ["", " ", "text", "1", "a=1", "“=1”", "(=1)", " text", "— and so on", "– and so on", "…", "é", "«=1»", "#x", "|x"]


def cells(text: str, **options: bool) -> list[str]:
    stream = io.StringIO(newline="")
    document = Document(text, text, (Sentence(0, len(text)),))
    positions_csv([LabelledDocument(document, (Position(text, text, 0, target=text, cue=text),), {text: text})], stream, **options)
    stream.seek(0)
    rows = list(csv.reader(stream))
    assert [len(row) for row in rows] == [9, 9]
    return [cell for column, cell in zip(*rows, strict=True) if column not in ("sentence", "probability")]


def reads_nul() -> bool:
    try:
        return list(csv.reader(["\0"])) == [["\0"]]
    except csv.Error:
        return False


@pytest.mark.parametrize("text", FORMULAS + PAYLOADS)
def test_no_cell_begins_a_formula(text: str) -> None:
    if "\0" in text and not reads_nul():
        pytest.skip("this Python's csv cannot read a NUL")
    guarded = cells(text)
    if text in FORMULAS:
        assert guarded == [f"'{text}"] * 7
    assert [cell[1:] if cell.startswith("'") else cell for cell in guarded] == [text] * 7
    assert cells(text, formulas=True) == [text] * 7


@pytest.mark.parametrize("text", PLAIN)
def test_what_is_no_formula_is_left_alone(text: str) -> None:
    assert cells(text) == [text] * 7


def test_every_cell_is_quoted() -> None:
    stream = io.StringIO()
    positions_csv([labelled('x";=1+1,=2')], stream)
    assert all(re.fullmatch(r'"(?:[^"]|"")*"(?:,"(?:[^"]|"")*"){8}', line) for line in stream.getvalue().splitlines())
