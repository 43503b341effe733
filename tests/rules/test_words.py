"""Word count: the shared test vectors, and properties that hold for every text."""

import json
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from tests.stopwatch import stopwatch
from webapp.rules.words import count_words, normalise

VECTORS = json.loads((Path(__file__).parent / "corpora" / "word-counts.json").read_text(encoding="utf-8"))
WHITESPACE = st.text(
    st.sampled_from("\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2003\u2028\u2029\u202f\u205f\u3000")
)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_agreed_examples(vector: dict[str, str | int]) -> None:
    assert count_words(str(vector["text"])) == vector["count"]


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


@pytest.mark.parametrize(
    ("hyphens", "words"),
    [
        ("a--b", 2),
        ("a---b", 2),
        ("a-b", 1),
        ("a-- b", 2),
        ("--a", 1),
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
