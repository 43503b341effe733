"""Splitting mbox files as different mail programs write them."""

import io
import mailbox
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from webapp.mailbox.mbox import NotMboxError, split_mbox

SEPARATOR = "From jane@example.com Tue Nov 24 19:15:59 2026\n"
HEADER = "From: Jane <jane@example.com>\nSubject: {}\n\n"


def split(text: str | bytes) -> list[str]:
    content = text.encode() if isinstance(text, str) else text
    return [message.decode() for message in split_mbox(io.BytesIO(content))]


def entry(subject: str, body: str, separator: str = SEPARATOR) -> str:
    return f"{separator}{HEADER.format(subject)}{body}\n"


def bodies(text: str | bytes) -> list[str]:
    return [message.replace("\r", "").partition("\n\n")[2].strip() for message in split(text)]


@pytest.mark.parametrize(
    "separator",
    [
        SEPARATOR,
        "From - Tue Nov 24 19:15:59 2026\n",
        "From MAILER-DAEMON Tue Nov 24 19:15:59 2026\n",
        "From ???@??? Tue Nov 24 19:15:59 2026\n",
        "From 1580@xxx Tue Nov 24 19:15:59 +0000 2026\n",
        "From jane@example.com Tue Nov 24 19:15 HKT 2026\n",
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_messages_are_split_whichever_program_wrote_the_file(separator: str, line_end: str) -> None:
    text = (entry("One", "Slow.\n", separator) + entry("Two", "Fast.\n", separator)).replace("\n", line_end)
    assert bodies(text) == ["Slow.", "Fast."]


@pytest.mark.parametrize(
    "body",
    [
        "Dear Sir,\n\nFrom the tram one sees the city.\n",
        "From: nobody in particular\n",
        "Times:\n\nFrom 10:30 to 11:00 in the year 2026 we waited.\n",
        "Copied:\n\nFrom Jane Lee\nTo: the editor\n",
    ],
)
def test_a_line_of_a_letter_that_begins_with_from_does_not_split_it(body: str) -> None:
    assert bodies(entry("One", body) + entry("Two", "Fast.\n")) == [body.strip(), "Fast."]


def test_escaped_lines_are_unescaped() -> None:
    assert bodies(entry("One", ">From here.\n>>From there.\n> From nowhere.\n")) == [
        "From here.\n>From there.\n> From nowhere."
    ]


def test_an_empty_line_before_the_separator_can_be_missing() -> None:
    assert bodies(entry("One", "Slow.") + entry("Two", "Fast.")) == ["Slow.", "Fast."]


def test_a_broken_message_in_the_middle_is_one_message() -> None:
    text = (entry("One", "Slow.\n") + f"{SEPARATOR}X: \0\n\n\0\xff\n\n").encode("latin-1") + entry(
        "Two", "F."
    ).encode()
    found = list(split_mbox(io.BytesIO(text)))
    assert [b"Subject" in message for message in found] == [True, False, True]


def test_an_empty_file_has_no_messages_and_another_is_refused() -> None:
    assert split("") == split("\n\n") == []
    with pytest.raises(NotMboxError):
        split("Subject: On trams\n\nSlow.\n")


@given(
    st.lists(
        st.text(st.characters(codec="ascii", exclude_characters="\r\0\x0b\x0c\x1c\x1d\x1e")).map(
            lambda text: f"x{text}"
        ),
        max_size=5,
    )
)
def test_what_the_standard_library_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    path = Path(tmp_path_factory.mktemp("mbox") / "mbox")
    written = mailbox.mbox(path)
    for text in texts:
        written.add(f"Subject: On trams\n\n{text}\n".encode())
    written.close()
    with path.open("rb") as stream:
        read = [message.decode() for message in split_mbox(stream)] if texts else []
    # A line that was written as “>From ” loses its >: mbox files don't tell it from an escaped line.
    assert [message.partition("\n\n")[2].strip().replace("\n>", "\n") for message in read] == [
        text.strip().replace("\n>", "\n") for text in texts
    ]
