"""What holds for any text whatever, and the time that it takes."""

from __future__ import annotations

import gc
import re
import time
from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from argmine.schema import Span
from argmine.text import paragraphs, quotations, sentences
from argmine.text.quotes import LONGEST_CARRY

ANY = st.text(st.characters(codec=None), max_size=60)  # lone surrogates too
PIECE_TABLE = (
    "U.S.|U.N.|Mr.|No.|Feb.|p.m.|e.g.|etc.|J.|Q |A.|1.|(a)|ii)|3.5|2024|10:45|The|He|I|the|talks|said|Moscow|NATO|al-Masri|x|don't"
    "|.|..|...|…|?|!|?!|。|؟|;|:|,|\"|\"|\"|'|'|“|”|‘|’|«|»|„|``|''|(|)|[|]|[3]|[…]|-|--|—|•|*| | | | |  |\t|\xa0|\n|\n|\n\n|\r\n"
    "|\u2028|\u2029|\x0b|\x0c|\x1c|\x85|\x00|\u200b|\u200f|\ufeff|\u0301|\ud800|\U0001f1fa\U0001f1e6|🙏|ß|İ|ǅ|我|و|¹|²|٣|$|@|#|_|/"
    "|HAVANA, Cuba (AP) --|GENEVA, May 3 - |MR. LUND: |www.x.org|a long line of words that goes on and on until it wraps"
)
PIECES = PIECE_TABLE.split("|")
NEWSY = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
SPACED = st.lists(st.sampled_from(PIECES), max_size=20).map(" ".join)


def assert_covers(text: str, spans: Sequence[Span]) -> None:
    """In order, disjoint, not empty, bare of white space at their ends, and nothing but white space outside of them."""
    end = 0
    for span in spans:
        assert end <= span.start < span.end <= len(text)
        assert not text[end : span.start].strip()
        body = text[span.start : span.end]
        assert body == body.strip()
        end = span.end
    assert not text[end:].strip()


@settings(max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(ANY, NEWSY, SPACED))
def test_spans_of_any_text(text: str) -> None:
    blocks, found, quoted = paragraphs(text), sentences(text), quotations(text)
    assert_covers(text, blocks)
    assert_covers(text, found)
    for sentence in found:
        assert sentence in blocks[sentence.paragraph]
    end = 0
    for span in quoted:
        assert end <= span.start < span.end <= len(text)
        assert any(span in block for block in blocks)
        end = span.end


@settings(max_examples=500, deadline=None)
@given(NEWSY, NEWSY)
def test_blank_lines_separate(one: str, other: str) -> None:
    """The sentences of two texts with blank lines between are those of each."""
    # Wrapping is told from the whole text, and a lone list marker reaches over blank lines.
    one, other = (re.sub(r"[\n\r\x0b\x0c\x1c\x85\u2028\u2029]", " ", text).strip() for text in ("They left " + one, other))
    text, shift = one + ".\n\n\n" + other, len(one) + 4
    expected = [(s.start, s.end) for s in sentences(one + ".")] + [(s.start + shift, s.end + shift) for s in sentences(other)]
    assert [(s.start, s.end) for s in sentences(text)] == expected


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(["The talks ended.", "Nobody signed it.", "Will they meet?", "They left at once!"]), min_size=1))
def test_plain_sentences_come_back(parts: list[str]) -> None:
    text = " ".join(parts)
    assert [text[s.start : s.end] for s in sentences(text)] == parts


NORMAL = (
    'GENEVA, May 3 (Reuters) - The U.S. envoy met Mr. Lund at 5 p.m. on Monday. "We refuse," he said. "Will you sign?" she asked.\n'
    "- withdraw from the line;\n- meet again.\n\nThe delegation, which had come from Oslo on Feb. 24, left the talks.Nobody signed.\n\n"
)
SHAPES: dict[str, str] = {
    "normal": NORMAL,
    "no stop": "the delegation left the talks and ",
    "stops": ".",
    "spaced stops": ". ",
    "initials": "A. ",
    "stop and capital": ".A",
    "straight quotes": '"',
    "opening quotes": "“ ",
    "closing quotes": " x”",
    "mixed quotes": "«“",
    "single quotes": " 'x",
    "plurals": " ‘s’ ",
    "brackets": "(",
    "stop and brackets": ".((((((((",
    "closers": ".))))))))",
    "notes": ".[1]",
    "lines": "x\n",
    "blank lines": "\n \n",
    "long lines": "a line of words that goes on until it wraps\n",
    "bullets": "•\n",
    "dashes": "- ",
    "white space": " ",
    "carried quotes": "“x\n\ny\n\n",
    "combining": "e\u0301.",
    "capitals": "ABC DEF. ",
    "label": "A B ",
}
FUNCTIONS: list[Callable[[str], Sequence[Span]]] = [paragraphs, sentences, quotations]


# Below 30 ns a character the size of the processor's caches decides, not the algorithm.
MEMORY_BOUND = 3e-8


def best_time(function: Callable[[str], object], text: str, runs: int) -> float:
    times = []
    # The collector's rounds grow with the number of live objects of all tests, not with this text.
    gc.disable()
    try:
        for _ in range(runs):
            begin = time.perf_counter()
            function(text)
            times.append(time.perf_counter() - begin)
    finally:
        gc.enable()
    return min(times)


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("shape", SHAPES)
def test_time_is_linear(shape: str, function: Callable[[str], Sequence[Span]]) -> None:
    size = 25_000
    # Large enough that both texts are far larger than the caches.
    while best_time(function, of_size(shape, size), 1) < 0.08 and size < 3_000_000:
        size *= 2
    # A step of the caches between the two sizes is left behind by larger texts; more than linear time is not.
    for growing in (size, 2 * size, 4 * size):
        one, two = best_times(function, shape, growing)
        if two <= 2.3 * one or two <= 2 * growing * MEMORY_BOUND:
            return
    pytest.fail(f"{function.__name__} of {shape}: {one:.3f} s, twice the text {two:.3f} s")


def best_times(function: Callable[[str], object], shape: str, size: int) -> tuple[float, float]:
    """The best times for a text and one of twice its size, taken in turns until they settle or 20 turns are over."""
    one = two = float("inf")
    for _ in range(20):
        one = min(one, best_time(function, of_size(shape, size), 1))
        two = min(two, best_time(function, of_size(shape, 2 * size), 1))
        if two <= 2.3 * one:
            break
    return one, two


def of_size(shape: str, size: int) -> str:
    return (SHAPES[shape] * (size // len(SHAPES[shape]) + 1))[:size]


@pytest.mark.parametrize(
    "text",
    ["x " * 10_000_000, "." * 1_000_000, '"' * 1_000_000, "(" * 1_000_000, "“" * 300_000 + "»" * 300_000],
    ids=["20 MB line", "stops", "quotes", "brackets", "unmatched"],
)
def test_long_texts_are_covered(text: str) -> None:
    assert_covers(text, sentences(text))
    assert_covers(text, paragraphs(text))
    assert all(q.end <= len(text) for q in quotations(text))


def test_five_megabytes_of_normal_text() -> None:
    text = NORMAL * (5_000_000 // len(NORMAL))
    begin = time.perf_counter()
    count = len(sentences(text))
    assert time.perf_counter() - begin < 30
    assert count == len(sentences(NORMAL)) * (len(text) // len(NORMAL))


def test_a_quotation_left_open_is_carried_no_further_than_it_says() -> None:
    text = "“We refuse.\n\n" + "They left.\n\n" * (LONGEST_CARRY + 1) + "The end.”"
    assert len(quotations(text)) == 1
