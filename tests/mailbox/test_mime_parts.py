"""MIME parts: which of them is the letter, attachments, charsets, transfer encodings."""

# ruff: noqa: RUF001 - Chinese has commas and colons of its own

import base64
import quopri
from encodings import aliases

import pytest

from tests.mailbox.sample_messages import HTML, SENDER, TEXT, mail, message, multipart, part
from webapp.mailbox.message import submission_from_message
from webapp.mailbox.mime_parts import DEEPEST_NESTING

PAGE = "<p>Dear Editor,</p><p>The tram is <b>slow</b>. That is its use.</p><p>It gives one time to look.</p>"
PDF = part(b"%PDF", "application/pdf", Content_Disposition='attachment; filename="tram.pdf"')
LOGO = part(
    b"GIF", "image/gif", Content_Disposition='inline; filename="image001.gif"', Content_ID="<logo@example>"
)


def body(raw: bytes) -> str:
    return submission_from_message(raw).body


def has_files(raw: bytes) -> bool:
    return submission_from_message(raw).attachments


def test_plain_text_is_preferred_among_alternatives() -> None:
    raw = mail(multipart("alternative", part(TEXT), part("<p>Something else</p>", HTML)))
    assert (body(raw), has_files(raw)) == (TEXT, False)


def test_html_is_read_where_the_plain_alternative_is_empty_or_missing() -> None:
    assert body(mail(multipart("alternative", part(" \r\n\r\n"), part(PAGE, HTML)))) == TEXT
    assert body(mail(multipart("alternative", part(PAGE, HTML)))) == TEXT
    assert body(message(PAGE, content_type=HTML)) == TEXT


def test_a_page_with_its_pictures_has_no_files() -> None:
    related = multipart("related", part(PAGE, HTML), LOGO, boundary="=_r")
    raw = mail(multipart("alternative", part(TEXT), related))
    assert (body(raw), has_files(raw)) == (TEXT, False)
    raw = mail(multipart("mixed", related, LOGO))
    assert (body(raw), has_files(raw)) == (TEXT, False)


def test_a_file_is_an_attachment() -> None:
    raw = mail(multipart("mixed", part(TEXT), PDF))
    assert (body(raw), has_files(raw)) == (TEXT, True)


@pytest.mark.parametrize(
    ("attached", "is_file"),
    [
        (part(b"JPG", "image/jpeg", Content_Disposition='attachment; filename="tram.jpg"'), True),
        (part(b"JPG", "image/jpeg", Content_Disposition='inline; filename="IMG_1.jpg"'), True),
        (part("Another letter", 'text/plain; name="letter.txt"'), True),
        (part("Another letter", Content_Disposition='attachment; filename="letter.txt"'), True),
        (part(b"PK", "application/octet-stream"), True),
        (part(b"\x30\x82", 'application/pkcs7-signature; name="smime.p7s"'), False),
        (part("-----BEGIN", "application/pgp-signature"), False),
        (part("BEGIN:VCARD", 'text/vcard; name="jane.vcf"', Content_Disposition="attachment"), False),
        (part("BEGIN:VCALENDAR", "text/calendar"), False),
        (part(b"\x78\x9f", 'application/ms-tnef; name="winmail.dat"'), False),
    ],
)
def test_what_counts_as_a_file(attached: bytes, *, is_file: bool) -> None:
    raw = mail(multipart("mixed", part(TEXT), attached))
    assert (body(raw), has_files(raw)) == (TEXT, is_file)


def test_files_beside_the_alternative_that_is_not_read_count() -> None:
    with_file = multipart("mixed", part(PAGE, HTML), PDF, part("<p></p>", HTML), boundary="=_m")
    raw = mail(multipart("alternative", part(TEXT), with_file))
    assert (body(raw), has_files(raw)) == (TEXT, True)


def test_a_letter_with_a_file_name_is_no_file() -> None:
    raw = mail(multipart("mixed", part(TEXT, 'text/plain; name="message.txt"'), LOGO))
    assert (body(raw), has_files(raw)) == (TEXT, False)


def test_image_placeholders_in_plain_text_are_left_out() -> None:
    assert body(message(f"{TEXT}\n\n[cid:image001.png@01D9]\n[image: logo.png]\n")) == TEXT


def test_a_text_in_two_parts_is_joined() -> None:
    first, second = TEXT.rsplit("\n\n", maxsplit=1)
    assert body(mail(multipart("mixed", part(first), LOGO, part(second)))) == TEXT


def test_a_message_forwarded_as_an_attachment_is_its_writers_letter() -> None:
    inner = message(TEXT, sender="Bo Li <bo@example.com>", subject="Fwd: Buses")
    forwarded = multipart("mixed", part("\r\n"), part(inner, "message/rfc822"))
    submission = submission_from_message(mail(forwarded, subject="Fwd: Letter"))
    assert (submission.body, submission.name, submission.email) == (TEXT, "Bo Li", "bo@example.com")
    assert (submission.headline, submission.attachments) == ("Buses", False)


def test_files_beside_a_forwarded_message_count() -> None:
    raw = mail(multipart("mixed", part(message(TEXT), "message/rfc822"), PDF))
    assert (body(raw), has_files(raw)) == (TEXT, True)


def test_a_message_attached_to_a_letter_is_a_file() -> None:
    raw = mail(multipart("mixed", part(TEXT), part(message("Other"), "message/rfc822")))
    assert (body(raw), has_files(raw)) == (TEXT, True)


@pytest.mark.parametrize(
    "content",
    [
        b"This is a multi-part message.\r\n--b\r\n\r\n%b\r\n--b--\r\nThe end.\r\n",
        b"--b\r\n\r\n%b",
        b"--b  \r\nContent-Type: text/plain\r\n\r\n%b\r\n--b--",
        b"--b\n\n%b\n--b\n--b--\n",
        b"%b\r\n",
    ],
)
def test_well_and_badly_formed_boundaries(content: bytes) -> None:
    text = TEXT.replace("\n", "\r\n").encode()
    assert body(message(content.replace(b"%b", text), content_type="multipart/mixed; boundary=b")) == TEXT


def test_parts_without_a_boundary_are_text() -> None:
    assert body(message(TEXT, content_type="multipart/mixed")) == TEXT


def test_a_part_nested_too_deep_counts_as_a_file() -> None:
    inner = part(TEXT)
    for depth in range(DEEPEST_NESTING):
        inner = multipart("mixed", inner, boundary=f"b{depth}")
    assert (body(mail(inner)), has_files(mail(inner))) == (TEXT, False)
    inner = multipart("mixed", inner, boundary="last")
    assert (body(mail(inner)), has_files(mail(inner))) == ("", True)


@pytest.mark.parametrize(
    ("content_type", "content", "expected"),
    [
        ("text/plain; charset=big5", "電車很慢。".encode("big5"), "電車很慢。"),
        ("text/plain; charset=big5", "喺啲".encode("big5hkscs"), "喺啲"),
        ("text/plain; charset=gb18030", "电车很慢。".encode("gb18030"), "电车很慢。"),
        ("text/plain; charset=gb2312", "电车很慢，镕基。".encode("gbk"), "电车很慢，镕基。"),
        ("text/plain; charset=iso-8859-1", b"caf\xe9 \x96 \x93slow\x94", "café – “slow”"),
        ("text/plain; charset=windows-1252", b"\x93slow\x94", "“slow”"),
        ("text/plain; charset=iso-8859-1", "café “slow”".encode(), "café “slow”"),
        ("text/plain; charset=us-ascii", "café".encode(), "café"),
        ("text/plain; charset=utf-8", b"caf\xe9 \x96 slow", "café – slow"),
        ("text/plain; charset=utf-8", b"\xef\xbb\xbfslow", "slow"),
        ("text/plain; charset=x-unknown", "café".encode(), "café"),
        ("text/plain; charset=unicode_escape", b"slow \\x", "slow \\x"),
        ("text/plain; charset=zlib", b"slow", "slow"),
        ('text/plain; charset="\x00\'"', "café".encode(), "café"),
        ("text/plain; charset*=utf-8''utf-8", "café".encode(), "café"),
        ("text/plain; charset=utf-16", "café".encode("utf-16"), "café"),
        ("text/plain; charset=utf-7", b"caf+AOk-", "café"),
        ("text/plain; charset=iso-2022-jp", "電車".encode("iso-2022-jp"), "電車"),
        ("text/plain", "café".encode(), "café"),
        ("text", b"caf\xe9", "café"),
    ],
)
def test_charsets(content_type: str, content: bytes, expected: str) -> None:
    assert body(message(content, content_type=content_type)) == expected


def test_chinese_without_a_label_is_recognised() -> None:
    for text, charset in (
        ("香港的電車是很慢的，我們在車上。", "big5"),
        ("香港的电车是很慢的，我们在车上。", "gbk"),
    ):
        assert body(message(text.encode(charset), content_type="text/plain")) == text


def test_no_charset_that_python_knows_raises() -> None:
    raw = bytes(range(256)) + b"~{+2AA-\x1b$B\x81"
    for name in sorted({*aliases.aliases, *aliases.aliases.values()}):
        text = body(message(raw, content_type=f"text/plain; charset={name}"))
        assert text.encode("utf-8")


def test_one_broken_byte_does_not_make_it_another_charset() -> None:
    assert body(message("電車很慢，電車很慢".encode()[:-1])) == "電車很慢，電車很\ufffd"


@pytest.mark.parametrize(
    ("encoding", "content", "expected"),
    [
        ("base64", base64.encodebytes("The tram – slow.".encode()), "The tram – slow."),
        ("BASE64", b"VGhlIHRyYW0g 4oCTI!HNsb3cu\r\n", "The tram – slow."),
        ("base64", b"VGhlIHRyYW0", "The tram"),
        ("base64", b"VGhlIHRyYW0gx", "The tram "),
        ("base64", b"", ""),
        ("quoted-printable", quopri.encodestring("The tram – slow.".encode()), "The tram – slow."),
        ("quoted-printable", b"The tr=\r\nam =E2=80=93 =ZZ slow=", "The tram – =ZZ slow"),
        ("x-unheard-of", b"The tram", "The tram"),
    ],
)
def test_transfer_encodings(encoding: str, content: bytes, expected: str) -> None:
    assert body(message(content, encoding=encoding)) == expected.strip()


def test_a_message_of_a_file_only_is_no_letter() -> None:
    submission = submission_from_message(f"From: {SENDER}\r\n".encode() + PDF)
    assert (submission.body, submission.attachments) == ("", True)
