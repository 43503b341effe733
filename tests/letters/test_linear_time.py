"""The time to index, compare and search a letter grows with its length, whatever is repeated in it."""

from tests.linear_time import Repetition, assert_linear
from webapp.letters.search.search_words import indexed_fields, parse_query
from webapp.letters.similar.fingerprints import fingerprints
from webapp.letters.similar.passages import shared_passages

FRAGMENTS = (
    "a", "a ", "a b c d e f g h i ", "a'", "'", "' ", "l'a ", "“", "“a", '"a" ', "-", "\n", "電", "電車",
    "1", "é", "か\u3099", "a\u0315\u0300", "\u0300", "\u200b", "\u1161", "\ufdfa", "ﷺ ", "\U0001f600",
)  # fmt: skip
PATTERNS = tuple(map(Repetition, FRAGMENTS))


def test_letters_are_indexed_in_linear_time() -> None:
    assert_linear(lambda text: indexed_fields([text]), PATTERNS)


def test_queries_are_parsed_in_linear_time() -> None:
    assert_linear(parse_query, PATTERNS)


def test_fingerprints_are_made_in_linear_time() -> None:
    assert_linear(fingerprints, PATTERNS)


def test_passages_are_found_in_linear_time() -> None:
    # Two texts are read, each of them twice, and one character can be eighteen when it is folded.
    assert_linear(
        lambda text: shared_passages(text, f"x {text}"), PATTERNS, length=8_000, seconds_per_character=2e-4
    )
