"""Broken and hostile messages: reading never raises, takes under a second per megabyte, limits its result.

Texts and header fields, of which less than a megabyte is read, are in `test_linear_time`.
"""

# ruff: noqa: RUF001 - Chinese has commas and colons of its own

import base64
import dataclasses
import random

import pytest
from hypothesis import given, settings, strategies as st

from tests.mailbox.sample_messages import HTML, SIGN_OFF, TEXT, mail, message, multipart, part
from tests.samples import HERALD, TODAY
from tests.stopwatch import stopwatch
from webapp.mailbox.message import LONGEST_TEXT, submission_from_message
from webapp.rules.check import check

MEGABYTE = 1_000_000
SECONDS = 1.0
LETTER = f"{TEXT}\n\n{SIGN_OFF}\n\n-- \nJane\n\nOn 3 Mar 2026, at 10:00, Desk <d@example.org> wrote:\n> So.\n"
PAGE = "<html><style>p {}</style><p class=MsoNormal>Dear &amp; <b>slow</b><!-- x --><br>Tel: 2123 4567</p>"

MESSAGES = [
    message(LETTER, sender='"Lee, Jane" <jane@example.com>', subject="=?utf-8?Q?Letters:_=E9=9B=BB?= x"),
    message(PAGE, content_type=HTML),
    message(LETTER, content_type="text/plain; charset=big5; format=flowed; delsp=yes"),
    message(base64.encodebytes(LETTER.encode()), encoding="base64"),
    message("The tr=\r\nam =E2=80=93 slow", encoding="quoted-printable"),
    mail(
        multipart(
            "mixed",
            multipart("alternative", part(LETTER), part(PAGE, HTML), boundary="=_a"),
            part(message(LETTER), "message/rfc822"),
            part(b"%PDF", "application/pdf", Content_Disposition="attachment; filename*=utf-8''a"),
        )
    ),
    message(
        "Name: Jane Lee\nAddress:\nFlat 3, 1 Main Street\n電話：2123 4567\n\n敬啟者：\n\n電車\n\n陳大文敬上"
    ),
]
PIECES = [
    b"\x00", b"\r", b"\n", b"\r\n\r\n", b"--", b"--=_a", b"<", b"<!--", b'"', b"(", b"=?", b"?=", b"=", b";",
    b"\xff", b"\xe9\x9b", b"> ", b"-- \n", b"multipart/", b"boundary=", b"charset=utf-7", b"charset=idna",
    b"&#x1F600;", b":", b"message/rfc822", b"Yours faithfully\n", b"Tel: ", b"Name:\n", b" wrote:\n",
    b"\xf0\x9f\x98\x80", b"\xcc\x81" * 40,
]  # fmt: skip


def read(raw: bytes) -> None:
    """Read a message, assert that no field is longer than the limit, and check it by a paper's rules."""
    submission = submission_from_message(raw)
    for value in dataclasses.astuple(submission):
        # A mail has no answers to a paper's own questions.
        assert isinstance(value, bool) or value == {} or len(value.encode("utf-8")) <= 4 * LONGEST_TEXT
    check(submission, HERALD, TODAY)


@given(st.binary(max_size=400))
@settings(max_examples=300)
def test_any_bytes_are_read(raw: bytes) -> None:
    read(raw)


@given(
    st.lists(st.sampled_from([*PIECES, b"From: ", b"Subject: ", b"Content-Type: ", b"a", b" "]), max_size=40)
)
@settings(max_examples=300)
def test_any_pieces_of_a_message_are_read(pieces: list[bytes]) -> None:
    read(b"".join(pieces))


@given(st.sampled_from(MESSAGES), st.integers(0, 2**32))
@settings(max_examples=600)
def test_damaged_messages_are_read(raw: bytes, seed: int) -> None:
    generator = random.Random(seed)
    damaged = bytearray(raw)
    for _ in range(generator.randint(1, 12)):
        start = generator.randrange(len(damaged) + 1)
        end = min(len(damaged), start + generator.choice([0, 0, 1, 1, 4, 60]))
        damaged[start:end] = generator.choice(
            [b"", *PIECES, raw[start : start + 80], bytes([generator.randrange(256)])]
        )
    read(bytes(damaged))


@given(st.text(max_size=300), st.sampled_from(["text/plain", "text/html", "text/plain; format=flowed"]))
@settings(max_examples=300)
def test_any_text_is_read(text: str, content_type: str) -> None:
    read(message(text.encode("utf-8", "replace"), content_type=f"{content_type}; charset=utf-8"))


PAGES = [
    "<", "<!--", "<!", "<a", "<a '", '<a "', "<b>", "<blockquote type=cite>a", "<p>", "<br>", "&", "&#1",
    "&#" + "9" * 6000, "<script>", "<title>", "<pre>\n", "='<", '="', "<![CDATA[", "&abcdefghijklm", "<li>a",
    "data:", "data:a;base64,",
]  # fmt: skip
OF_PARTS = b"Content-Type: multipart/mixed; boundary=b\n\n"
WHOLE = {
    "parts within parts": b"Content-Type: multipart/mixed; boundary=b\n\n--b\n",
    "messages within messages": b"Content-Type: message/rfc822\n\n",
    "many fields": b"a: b\n c\n",
    "line ends": b"\r",
}
INSIDE = {"many parts": b"--b\nContent-Type: text/html\n\n<p>a\n", "dashes": b"\n--", "spaces": b"\n--b  "}


def megabyte_of(piece: bytes) -> bytes:
    """Return ``piece`` repeated to a megabyte."""
    return piece * (MEGABYTE // len(piece))


HOSTILE = {
    "text": message(megabyte_of(b"a\n")),
    **{f"page {piece[:12]!r}": message(megabyte_of(piece.encode()), content_type=HTML) for piece in PAGES},
    "field": b"From: " + megabyte_of(b"a,") + b"\n\nText",
    **{name: megabyte_of(piece) for name, piece in WHOLE.items()},
    **{name: OF_PARTS + megabyte_of(piece) for name, piece in INSIDE.items()},
    "parts of growing depth": b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (depth, depth) for depth in range(15_000)
    ),
}  # fmt: skip


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_megabyte_takes_less_than_a_second(raw: bytes) -> None:
    with stopwatch() as watch:
        submission = submission_from_message(raw)
    assert watch.seconds < SECONDS
    assert len(submission.body) <= LONGEST_TEXT
