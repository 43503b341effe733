"""Word count: the shared test vectors, each edge of each range of characters, properties of every text."""

import json
import re
import sys
import unicodedata
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from tests.stopwatch import stopwatch
from webapp.rules.words import combining_mark_ranges, count_words, normalise

# The definition of a word, in hexadecimal code points: it is a contract with other programs.
INVISIBLE = "AD 180E 200B-200F 202A-202E 2060-206F FEFF"
SEPARATORS = "9-D 1C-1F 20 85 A0 1680 2000-200A 2028 2029 202F 205F 3000 2013 2014"
EAST_ASIAN = "2E80-2FDF 3001-318F 31A0-9FFF A960-A97F AC00-D7A3 F900-FAFF FE30-FE4F FF01-FFEF 20000-3134F"


def bounds(ranges: str) -> Iterator[tuple[int, int]]:
    """Yield the first and the last code point of each range."""
    for each in ranges.split():
        first, _, last = each.partition("-")
        yield int(first, 16), int(last or first, 16)


def members(ranges: str) -> frozenset[str]:
    return frozenset(chr(code) for first, last in bounds(ranges) for code in range(first, last + 1))


def edges(ranges: str) -> frozenset[str]:
    """Return the first and the last character of each range, and those just outside of it."""
    codes = (code for first, last in bounds(ranges) for code in (first - 1, first, last, last + 1))
    return frozenset(map(chr, codes))


ALL_INVISIBLE, ALL_SEPARATORS, ALL_EAST_ASIAN = members(INVISIBLE), members(SEPARATORS), members(EAST_ASIAN)
EDGES = sorted(edges(INVISIBLE) | edges(SEPARATORS) | edges(EAST_ASIAN))
DASHES = frozenset("\u2013\u2014")
MARK = "\u0301"
DECOMPOSED = unicodedata.normalize("NFD", "\ud55c\uae00 caf\xe9")
"""Three words in form C: two syllables and one word. Without it, two: a run of letters is one word."""
COMPOSED = unicodedata.normalize("NFC", DECOMPOSED)
VECTORS = json.loads((Path(__file__).parent / "corpora" / "word-counts.json").read_text(encoding="utf-8"))
WHITESPACE = st.text(
    st.sampled_from("\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2003\u2028\u2029\u202f\u205f\u3000")
)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_agreed_examples(vector: dict[str, str | int]) -> None:
    assert count_words(str(vector["text"])) == vector["count"]


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: f"U+{ord(edge):04X}")
def test_a_character_at_the_edge_of_a_range(edge: str) -> None:
    """Words of the character alone, between two letters, and twice with a double hyphen between."""
    expected = 1, 1, 2
    if edge in ALL_INVISIBLE:
        expected = 0, 1, 1
    elif edge in DASHES or edge in ALL_SEPARATORS:
        expected = 0, 2, 1
    elif edge in ALL_EAST_ASIAN:
        expected = 1, 3, 3
    assert (count_words(edge), count_words(f"a{edge}b"), count_words(f"{edge}--{edge}")) == expected
    assert (normalise(f"a{edge}b") == "ab") is (edge in ALL_INVISIBLE)


def counted_one_by_one(text: str) -> int:
    """Return the number of words by the definition, one character at a time."""
    text = "".join(char for char in unicodedata.normalize("NFC", text) if char not in ALL_INVISIBLE)
    runs = ["".join(run) for _, run in groupby(unicodedata.normalize("NFC", text), lambda char: char == "-")]
    for index in range(len(runs) - 1):
        if runs[index].startswith("--") and runs[index + 1][0] not in ALL_SEPARATORS - DASHES:
            runs[index] += " "
    words, inside = 0, False
    for char in "".join(runs):
        starts = char not in ALL_SEPARATORS and char not in ALL_EAST_ASIAN
        words += char in ALL_EAST_ASIAN or (starts and not inside)
        inside = starts
    return words


@given(st.text(st.sampled_from([*EDGES, *"ab- ", MARK, "\u304b", "\u3099"]) | st.characters(), max_size=30))
def test_any_text_has_the_words_of_the_definition(text: str) -> None:
    assert count_words(text) == counted_one_by_one(text)


@given(WHITESPACE, st.text(), WHITESPACE)
def test_whitespace_around_a_text_counts_nothing(before: str, text: str, after: str) -> None:
    assert count_words(before + text + after) == count_words(text)


@given(st.text(), st.text())
def test_two_texts_with_a_space_between_have_the_words_of_both(first: str, second: str) -> None:
    assert count_words(f"{first} {second}") == count_words(first) + count_words(second)


@given(st.text())
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(), st.sampled_from("\u00ad\u200b\u200d\u2060\ufeff"), st.text())
def test_invisible_characters_part_nothing(first: str, invisible: str, second: str) -> None:
    assert count_words(first + invisible + second) == count_words(first + second)


def test_an_invisible_character_keeps_no_mark_from_its_letter() -> None:
    assert normalise("\u304b\u200b\u3099") == "\u304c"
    assert count_words("\u304b\u200b\u3099") == 1


@pytest.mark.parametrize("mark", [MARK, "\u0300", "\U0001d165"])
def test_the_text_around_a_long_run_of_marks_is_normalised_and_counted(mark: str) -> None:
    run = mark * 31
    text = f"{DECOMPOSED} .{run} {DECOMPOSED} .{run} {DECOMPOSED}"
    assert normalise(text) == f"{COMPOSED} .{run} {COMPOSED} .{run} {COMPOSED}"
    assert count_words(text) == 11


def test_a_run_of_thirty_marks_is_normalised_and_a_longer_one_is_left_as_it_is() -> None:
    below = "\u0323"
    assert normalise(f"e{MARK * 29}{below}") == f"\u1eb9{MARK * 29}"
    assert normalise(f"e{MARK * 30}{below}") == f"e{MARK * 30}{below}"


def test_all_combining_marks_and_no_other_characters_are_known_as_marks() -> None:
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    marks = [char for char in everything if unicodedata.category(char).startswith("M")]
    assert re.findall(f"[{combining_mark_ranges()}]", everything) == marks


@pytest.mark.parametrize(
    ("hyphens", "words"),
    [
        ("a--b", 2),
        ("a---b", 2),
        ("a-b", 1),
        ("a-- b", 2),
        ("--a", 2),
        ("a--", 1),
        ("a -- b", 3),
        ("a--\u3000b", 2),
    ],
)
def test_hyphens_part_words_when_doubled_between_them(hyphens: str, words: int) -> None:
    assert count_words(hyphens) == words


@pytest.mark.parametrize(
    "text",
    [
        "word " * 200_000,
        "-" * 1_000_000,
        "a--b" * 250_000,
        "a-- " * 250_000,
        "\u0315\u0300" * 500_000,
        ("a" + "\u0315\u0300" * 15) * 32_000,
        "\u1100\u1161" * 500_000,
        "香" * 1_000_000,
        "\u200b" * 1_000_000,
    ],
    ids=["words", "hyphens", "doubled", "spaced", "marks", "stacked", "jamo", "chinese", "invisible"],
)
def test_a_pasted_megabyte_is_counted_at_once(text: str) -> None:
    with stopwatch() as watch:
        count_words(text)
    assert watch.seconds < 2
