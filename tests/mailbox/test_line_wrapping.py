"""Line wrapping: lines that a mail client wrapped are joined, those that the writer broke are not."""

# ruff: noqa: RUF001 - Chinese has commas and colons of its own

import textwrap

import pytest
from hypothesis import given, settings, strategies as st

from tests.mailbox.sample_messages import message, read
from webapp.mailbox.line_wrapping import unwrap
from webapp.mailbox.message import submission_from_message

WORDS = st.text("abcdefghijklmnopqrstuvwxyz’", min_size=1, max_size=6)
PARAGRAPHS = st.lists(WORDS, min_size=1, max_size=120).map(" ".join)

PROSE = (
    "North Korean leader Kim Jong-un’s meeting with President Putin remains a strategic win for the former,"
    " in capitalising on Putin’s vulnerability and in sending a message to both China and the West. Given the"
    " new bulwark, Kim seems confident that he can choose either Moscow or Beijing to latch on to."
)
VERSE = """\
I wandered lonely as a cloud that floats on high over vales and hills
When all at once I saw a crowd and a host of golden, golden daffodils
Beside the lake, beneath the trees, and fluttering in the breeze
Continuous as the stars that shine and twinkle on the milky way, and more"""
ADDRESS = "The Tram Company\n1 Main Street, Central\nHong Kong"
LIST = "Three things:\n- more trams, and slower ones\n- fewer cars\n- no lorries at all"


def flowed(text: str, parameters: str = "") -> str:
    """Return the body read from a format=flowed message; ``parameters`` are further ones of its type."""
    content_type = f"text/plain; charset=utf-8; format=flowed{parameters}"
    return submission_from_message(message(text, content_type=content_type)).body


@pytest.mark.parametrize("width", [60, 65, 72, 76, 78])
def test_wrapped_prose_is_joined(width: int) -> None:
    lines = textwrap.fill(PROSE, width)
    assert read(f"{lines}\n\n{lines}").body == f"{PROSE}\n\n{PROSE}"


@given(st.lists(PARAGRAPHS, min_size=1, max_size=5), st.integers(62, 78))
@settings(max_examples=200)
def test_joining_undoes_wrapping(paragraphs: list[str], width: int) -> None:
    lines = [line for paragraph in paragraphs for line in [*textwrap.wrap(paragraph, width), ""]]
    assert [line for line in unwrap(lines) if line] == paragraphs


@given(st.text("ab .,A1\n-\u4e00", max_size=400))
def test_joining_changes_nothing_but_line_breaks(text: str) -> None:
    joined = "\n".join(unwrap(text.split("\n")))
    assert joined.replace("\n", "").replace(" ", "") == text.replace("\n", "").replace(" ", "")


@pytest.mark.parametrize("text", [VERSE, ADDRESS, LIST])
def test_line_breaks_of_the_writer_stay(text: str) -> None:
    assert read(f"{text}\n\nThat is all.").body == f"{text}\n\nThat is all."


def test_paragraphs_separated_by_single_line_breaks() -> None:
    text = "\n".join(textwrap.fill(PROSE, 72) for _ in range(3))
    assert read(text).body == "\n".join([PROSE] * 3)


def test_a_word_broken_at_its_hyphen() -> None:
    first = "The tram is slow, and that is its use in a city of such well-"
    second = "known haste, where nobody has the time to look at anything."
    assert read(f"{first}\n{second}").body == first + second


def test_chinese_is_joined_without_spaces() -> None:
    text = "電車很慢，這就是它的用處，因為它讓人有時間看看這個城市的街道和人，而不是趕路，" * 3
    lines = "\n".join(text[start : start + 35] for start in range(0, len(text), 35))
    assert read(lines).body == text


def test_flowed_lines() -> None:
    assert (
        flowed("The tram \r\nis slow.\r\n\r\n From here \r\nto there.\r\n")
        == "The tram is slow.\n\nFrom here to there."
    )
    assert flowed("電車 \n很慢。\n", "; delsp=yes") == "電車很慢。"
    assert flowed("The tram.\n-- \nJane \nLee\n") == "The tram."


def test_flowed_lines_of_a_quoted_message() -> None:
    assert flowed("The tram. \n> A bus \n> is fast.\n>> So \n>> it is.\n") == "The tram."


def test_wrapped_lines_declared_as_flowed_are_joined() -> None:
    assert flowed(textwrap.fill(PROSE, 72)) == PROSE
