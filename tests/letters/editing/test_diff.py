"""Word-by-word differences: complete, readable, and fast for long letters."""

import itertools
import random

import pytest
from hypothesis import example, given, strategies as st

from tests.stopwatch import stopwatch
from webapp.letters.editing.diff import Piece, PieceKind, diff_copies, diff_texts
from webapp.letters.editing.versions import EditedText

SIGNS = {PieceKind.KEPT: "", PieceKind.DELETED: "-", PieceKind.ADDED: "+"}
WORDS = st.sampled_from(
    "the tram city don’t well-known slow 3.5 — , . “ 電 車 慢 。 e\u0301 🚋 \u200d".split(" ")  # noqa: SIM905 -- read better
) | st.sampled_from([" ", "  ", "\n", "\n\n", "\n \n", "\t", "\u3000"])
TEXTS = st.lists(WORDS, max_size=40).map("".join) | st.text(max_size=60)
LONG = 5000
ONE_SECOND = 1.0


def marked(before: str, after: str) -> str:
    """Return the pieces joined by ``|``, deleted ones marked with ``-`` and added ones with ``+``."""
    return "|".join(SIGNS[piece.kind] + piece.text for piece in diff_texts(before, after))


@given(TEXTS, TEXTS)
def test_the_pieces_give_both_texts_back(before: str, after: str) -> None:
    pieces = diff_texts(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind is not PieceKind.ADDED) == before
    assert "".join(piece.text for piece in pieces if piece.kind is not PieceKind.DELETED) == after
    assert all(piece.text for piece in pieces)
    assert all(first.kind is not second.kind for first, second in itertools.pairwise(pieces))


@given(TEXTS, TEXTS)
@example(before="\0", after=" ")
def test_the_paragraphs_give_both_texts_back(before: str, after: str) -> None:
    whole = diff_copies(EditedText("", before), EditedText("", after))
    pieces = list(itertools.chain(*whole.body))
    assert "".join(piece.text for piece in pieces if piece.kind is not PieceKind.ADDED) == before
    assert "".join(piece.text for piece in pieces if piece.kind is not PieceKind.DELETED) == after
    assert whole.is_empty == (before == after)


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("The tram is slow.", "The tram is slow.", "The tram is slow."),
        ("", "New.", "+New."),
        ("Yesterday the tram was slow.", "The tram was slow.", "-Yesterday the|+The| tram was slow."),
        ("The tram, which is old, is slow.", "The tram is slow.", "The tram|-, which is old,| is slow."),
        (
            "It is a good day. I like it.",
            "It is a good day. It is warm. I like it.",
            "It is a good day.|+ It is warm.| I like it.",
        ),
        ("I don’t think so", "I do not think so", "I |-don’t|+do not| think so"),
        ("It costs 3.50.", "It costs 4.50.", "It costs |-3.50|+4.50|."),
        ("電車很慢、但是很好。", "電車十分慢、很好。", "電車|-很|+十分|慢、|-但是|很好。"),
        # Shown as one change, although "of" and "a" are in both texts.
        (
            "the old red tram of the whole city",
            "a new blue bus of our little town",
            "-the old red tram of the whole city|+a new blue bus of our little town",
        ),
        ("A tram.\n\nA bus.", "A tram. A bus.", "A tram.|-\n\n|+ |A bus."),
    ],
)
def test_changes_are_marked_as_an_editor_would(before: str, after: str, shown: str) -> None:
    assert marked(before, after) == shown


def test_a_joined_paragraph_ends_with_the_deleted_line_ends() -> None:
    joined = diff_copies(EditedText("Trams", "A tram.\n\nA bus."), EditedText("Buses", "A tram. A bus."))
    assert joined.headline == (Piece(PieceKind.DELETED, "Trams"), Piece(PieceKind.ADDED, "Buses"))
    first, second = joined.body
    assert first == (Piece(PieceKind.KEPT, "A tram."), Piece(PieceKind.DELETED, "\n\n"))
    assert first[-1].is_line_end
    assert second == (Piece(PieceKind.ADDED, " "), Piece(PieceKind.KEPT, "A bus."))


def test_unchanged_paragraphs_stay_separate() -> None:
    text = EditedText("", "One.\n\nTwo\nlines.\n \n\nThree.")
    assert [paragraph[0].text for paragraph in diff_copies(text, text).body] == [
        "One.",
        "Two\nlines.",
        "Three.",
    ]


def many_words(seed: int) -> str:
    """Return a text of `LONG` random words, with a distribution like that of a letter."""
    chance = random.Random(seed)
    words = [f"word{number}" for number in range(2000)]
    return " ".join(chance.choices(words, [1 / (1 + place) for place in range(2000)], k=LONG))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (many_words(1), many_words(2)),
        ("go " * LONG, "go " * (LONG - 1000) + "no " * 1000),
        ("電車很慢" * 1250, "很好電車" * 1250),
    ],
    ids=["nothing in common", "one word again and again", "Chinese"],
)
def test_long_letters_are_compared_quickly(before: str, after: str) -> None:
    with stopwatch() as watch:
        diff_texts(before, after)
    assert watch.seconds < ONE_SECOND
