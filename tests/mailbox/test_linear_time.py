"""The time to read a mail grows with its length, whatever is repeated in it: texts, header fields, mbox.

Pages and parts, of which more is read, are in `test_hostile_messages`.
"""

import io
from collections.abc import Callable
from contextlib import suppress

import pytest

from tests.linear_time import Repetition, assert_linear, repetitions
from tests.mailbox.sample_messages import message
from tests.samples import NOON
from webapp.mailbox.headers import LONGEST_FIELD
from webapp.mailbox.mail_metadata import read_mail_metadata
from webapp.mailbox.mbox import NotMboxError, split_mbox
from webapp.mailbox.message import submission_from_message

FOOTERS = (
    "Virus-free. www.avast.com", "Sent from my iPhone", "Sent from my ", "Get Outlook for iOS",
    "從我的iPhone傳送", "<https://example.com/a>",
    "This e-mail is confidential, intended for you: delete it", "DISCLAIMER:", "virus", "-----",
    "* * * * *",
)  # fmt: skip
QUOTES = (
    "> ", ">", "On 1 Mar 2026, a <a@example.com> wrote:", "wrote:", "schrieb ", "From: a", "Sent: b",
    "-----Original Message-----", "---------- Forwarded message ---------", "<a@b.c>", "[mailto:", "Am 1",
)  # fmt: skip
SIGN_OFFS = (
    "Yours faithfully,", "Yours", "Thank you.", "Jane Lee", "Jane, ", "-- ", "Name: Jane Lee", "Address:",
    "Flat 3, 1 Main Street", "Sai Ying Pun", "Tel: 2123 4567", "2123 ", "jane@example.com", "a@", "| Jane",
    "P.S.", "Dear Editor,", "讀者 陳大文 敬上", "陳", "電話\uff1a2123 4567", "N/A", "asdf",
)  # fmt: skip
TEXTS = (
    *FOOTERS, *QUOTES, *SIGN_OFFS, "a", " ", "\t", "1", ".", ",", ":", "(", "-", "_", "*", "“", "電", "é",
    "か\u3099", "a\u0315\u0300", "\xa0", "\u200b", "[cid:a]", "[image: a",
    "The tram is slow, and so are we", "- a list", "a-", "A sentence of some words.",
)  # fmt: skip
SPACED = (
    Repetition(" ", before="Dear Editor,\n\na", after="b"),
    Repetition("\t", before="Jane Lee", after="x\n1 Main Street"),
    Repetition(" ", before="Yours faithfully,\nJane", after=", Lee"),
    Repetition(" ", before="Name:", after="x"),
    Repetition("Yours\n" + "\n" * 300),
    Repetition("Yours faithfully,\nJane Lee\n" + "\n" * 300),
    Repetition("Virus-free. www.avast.com\n\nThis e-mail is confidential, virus, disclosed\n\n"),
    Repetition("virus\n\n", after="Virus-free. www.avast.com\n\n" * 40),
)
"""Texts with runs of spaces or empty lines between others."""
FIELDS = (
    ",", ";", "(", ")", '"', "<", ">", "\\", '\\"', "(\\", '"a', "(a", "<a", "a", "a@", "a@b,", "@", ", a",
    "=?utf-8?b?", "=?utf-8?q?a?= ", "=?", "?=", "=?a?q?", "\r\n ", "\r\n a", "Re: ", "Fwd: ", "letter to ",
    "[ext] ", "[", "( ", "; a=", ';a="', ';a="\\', "; boundary*0=b", "; charset=a", "é",
)  # fmt: skip
FROM_LINES = (
    "From ",
    " 1:111",
    " 11:11 2026x",
    "Mon Mar 11:11 2026",
    ">",
    ">From ",
    "\nFrom a 1:11 2026\nA: b\n",
)


def reading(content_type: str) -> Callable[[str], object]:
    """Return a function that reads a message with a given text of this type."""
    return lambda text: submission_from_message(message(text, content_type=content_type))


@pytest.mark.parametrize("parameters", ["", "; format=flowed"])
def test_texts_are_read_in_linear_time(parameters: str) -> None:
    # What is done with lines after they are joined is the same for both.
    patterns = (*repetitions(TEXTS), *SPACED) if not parameters else map(Repetition, TEXTS)
    assert_linear(reading(f"text/plain; charset=utf-8{parameters}"), patterns)


@pytest.mark.parametrize("field", ["From", "Subject", "Content-Type: multipart/mixed", "Message-ID", "Date"])
def test_header_fields_are_read_in_linear_time(field: str) -> None:
    def read(value: str) -> None:
        raw = f"{field}: {value}\n\nThe tram is slow.".encode()
        submission_from_message(raw)
        read_mail_metadata(raw, NOON)

    patterns = (
        Repetition(fragment, filler=filler) for fragment in FIELDS for filler in ("", "a", "a\r\n ", '"')
    )
    assert_linear(read, patterns, length=2 * LONGEST_FIELD)


def test_files_of_mails_are_split_in_linear_time() -> None:
    def split(text: str) -> None:
        with suppress(NotMboxError):
            list(split_mbox(io.BytesIO(text.encode())))

    beginnings = ("From a@b Mon Mar 2 1:11 2026\nA: b\n\n", "From a 1:11 2026\nA: b\n\nFrom ")
    assert_linear(
        split,
        (Repetition(line, before=before, after="\nA: b\n") for line in FROM_LINES for before in beginnings),
    )
