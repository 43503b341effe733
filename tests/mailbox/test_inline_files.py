"""Files and PGP signatures in the text of a message: cut, and what only looks like them stays."""

import binascii

import pytest

from tests.mailbox.sample_messages import TEXT, message, multipart, part, read
from webapp.mailbox.message import submission_from_message

DATA = bytes(range(200))
UUENCODED = b"".join(
    binascii.b2a_uu(DATA[start : start + 45], backtick=True) for start in range(0, 200, 45)
).decode()
SIGNATURE = "-----BEGIN PGP SIGNATURE-----\nVersion: 1\n\niQEzBAEBCAAd\n=AbCd\n-----END PGP SIGNATURE-----"


def test_a_uuencoded_file_is_an_attachment() -> None:
    submission = read(f"{TEXT}\n\nbegin 644 trams.pdf\n{UUENCODED}`\nend\n")
    assert (submission.body, submission.attachments) == (TEXT, True)


@pytest.mark.parametrize(
    "below", ["begin 644 to count the trams.\n\nIt is the\nend", "begin 644 a.txt\n#0V%T\n`"]
)
def test_what_is_no_whole_file_stays(below: str) -> None:
    submission = read(f"{TEXT}\n\n{below}")
    assert below.split("\n", maxsplit=1)[0] in submission.body
    assert not submission.attachments


def test_a_text_that_is_signed_with_pgp() -> None:
    signed = f"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n{TEXT}\n\n- -- \nJane Lee\n{SIGNATURE}\n"
    submission = read(signed)
    assert (submission.body, submission.name) == (TEXT, "Jane Lee")


def test_a_pgp_signature_without_an_end_stays() -> None:
    assert "BEGIN PGP" in read(f"{TEXT}\n\n{SIGNATURE.partition('-----END')[0]}").body


@pytest.mark.parametrize(("text", "padding"), [(TEXT, "="), (f"{TEXT}!", "="), (f"{TEXT}!!", "")])
def test_a_footer_in_clear_below_base64(text: str, padding: str) -> None:
    content = binascii.b2a_base64(text.encode(), newline=False).decode()
    assert content.endswith("=") is bool(padding)
    lines = "\r\n".join(content[start : start + 76] for start in range(0, len(content), 76))
    footer = (
        "_______________________________________________\r\nTrams mailing list\r\nhttps://lists.example/trams"
    )
    for below in (f"\r\n\r\n{footer}", "", "\r\n", "\r\n\r\n"):
        assert submission_from_message(message(lines + below, encoding="base64")).body == text


def test_a_stub_in_plain_text_does_not_hide_the_letter() -> None:
    page = "".join(f"<p>{paragraph}</p>" for paragraph in TEXT.split("\n\n"))
    raw = multipart("alternative", part("Please use a program that shows HTML."), part(page, "text/html"))
    assert submission_from_message(b"From: a@example.com\r\n" + raw).body == TEXT
    short = multipart("alternative", part("The tram is slow."), part("<p>The tram is slow.</p>", "text/html"))
    assert submission_from_message(b"From: a@example.com\r\n" + short).body == "The tram is slow."
