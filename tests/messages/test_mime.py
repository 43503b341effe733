"""MIME: headers, the text and HTML parts, line lengths, and no header injection."""

import re
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime

import pytest
from hypothesis import given, strategies as st

from tests.messages.sample_messages import leased_message
from tests.samples import NOON
from webapp.messages.mime import compose

HEADERS = (
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Reply-To",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
)
REPLY_HEADERS = ("In-Reply-To", "References")
LINE_ENDS = ("\n", "\r", "\r\n", "\0", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029")
ENCODED = ("=?utf-8?q?a=0ABcc:_v=40example.org=0A=0Ab?=", "=?utf-8?b?YQBiDQpCY2M6IHZAZXhhbXBsZS5vcmcNCg0K?=")
ANY_TEXT = st.one_of(st.text(st.characters(codec="utf-8"), max_size=300), st.sampled_from(ENCODED))


def composed(**changes: str) -> bytes:
    """Return the bytes of a sample message with ``changes``."""
    return compose(leased_message(**changes)).content.as_bytes()


def parsed(**changes: str) -> EmailMessage:
    """Return a sample message with ``changes`` as a mail client parses it."""
    return message_from_bytes(composed(**changes), policy=policy.default)


def part(mail: EmailMessage, kind: str) -> str:
    """Return the decoded text of the part ``plain`` or ``html``, with LF line ends."""
    body = mail.get_body((kind,))
    assert body
    return str(body.get_content()).replace("\r\n", "\n")


def test_the_headers_are_right() -> None:
    mail = parsed()
    assert mail.keys() == list(HEADERS)
    assert mail["From"] == "The Harbour Herald <letters@harbourherald.example>"
    assert mail["Reply-To"] == mail["From"]
    assert mail["To"] == "tai-man@example.com"
    assert mail["Subject"] == "We have your letter – The Harbour Herald"
    assert mail["Message-ID"] == "<0123456789abcdef0123456789abcdef@harbourherald.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert parsedate_to_datetime(str(mail["Date"])) == NOON


def test_the_text_part_precedes_the_html_part() -> None:
    mail = parsed(text_body="Grüße – 你好\n", html_body="<p>Grüße – 你好</p>\n")
    assert mail.get_content_type() == "multipart/alternative"
    assert [each.get_content_type() for each in mail.iter_parts()] == ["text/plain", "text/html"]
    assert [each.get_content_charset() for each in mail.iter_parts()] == ["utf-8", "utf-8"]
    assert part(mail, "plain") == "Grüße – 你好\n"
    assert part(mail, "html") == "<p>Grüße – 你好</p>\n"


def test_each_attempt_has_the_same_bytes() -> None:
    assert composed() == composed()


def test_an_answer_is_threaded_to_the_writers_own_mail() -> None:
    mail = parsed(in_reply_to="<abc@mail.example.com>")
    assert (mail["In-Reply-To"], mail["References"]) == ("<abc@mail.example.com>", "<abc@mail.example.com>")
    assert mail["Auto-Submitted"] == "auto-replied"


def test_a_long_message_id_is_neither_folded_nor_encoded() -> None:
    long_id = f"<{'A' * 180}@{'sub.' * 20}example.com>"
    lines = composed(in_reply_to=long_id).split(b"\r\n")
    assert f"In-Reply-To: {long_id}".encode() in lines
    assert f"References: {long_id}".encode() in lines


@pytest.mark.parametrize(
    "said", ["no id", "<>", "<a b@c>", "<a\r\nBcc: x@example.com>", f"<{'a' * 2000}>", "<ä@b>"]
)
def test_an_invalid_message_id_is_not_used_for_threading(said: str) -> None:
    mail = parsed(in_reply_to=said)
    assert mail["In-Reply-To"] is None
    assert mail["Bcc"] is None


@pytest.mark.parametrize("line_end", LINE_ENDS)
@pytest.mark.parametrize("where", ["subject", "sender", "in_reply_to"])
def test_no_header_is_injected_by_a_line_end(where: str, line_end: str) -> None:
    injected = f"Herald{line_end}Bcc: victim@example.com{line_end}{line_end}<script>"
    values = {
        "subject": injected,
        "sender": f'"{injected}" <letters@harbourherald.example>',
        "in_reply_to": f"<a@b>{line_end}Bcc: victim@example.com",
    }
    mail = parsed(**{where: values[where]})
    assert set(mail.keys()) <= {*HEADERS, *REPLY_HEADERS}
    assert len(mail.keys()) == len(set(mail.keys()))
    assert part(mail, "plain").startswith("Thank you")


@pytest.mark.parametrize("encoded", [*ENCODED, "".join(ENCODED), " ".join(ENCODED)])
def test_no_header_is_injected_by_an_encoded_word(encoded: str) -> None:
    sent = composed(subject=f"Herald {encoded}", sender=f'"{encoded}" <letters@harbourherald.example>')
    assert_valid_for_smtp(sent)
    mail = message_from_bytes(sent, policy=policy.compat32)
    assert mail.keys() == list(HEADERS)
    assert str(mail.get_payload(0)).endswith(str(message_from_bytes(composed()).get_payload(0)))


@pytest.mark.parametrize("encoded", ENCODED)
def test_an_address_with_an_encoded_word_is_refused(encoded: str) -> None:
    address = f"{encoded.replace(':', '=3A')}@example.com"
    for changes in ({"recipient": address}, {"sender": f"Herald <{address}>"}):
        with pytest.raises(ValueError, match="no mail can be sent"):
            compose(leased_message(**changes))


@pytest.mark.parametrize("line_end", [b"\n", b"\r", b"\r\n", b"\0"])
def test_a_header_that_would_begin_another_one_raises(
    line_end: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In place of the library's folding: which values it lets through depends on its version.
    folded = b"Subject: a" + line_end + b"Bcc: victim@example.org\r\n"
    monkeypatch.setattr(policy.EmailPolicy, "fold_binary", lambda *_value: folded)
    with pytest.raises(ValueError, match="can't be written"):
        composed()


@pytest.mark.parametrize("line_end", LINE_ENDS)
def test_an_address_with_a_line_end_is_refused(line_end: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        compose(leased_message(recipient=f"a@example.com{line_end}Bcc: victim@example.com"))
    with pytest.raises(ValueError, match=r"."):
        compose(leased_message(recipient=f"a{line_end}b@example.com"))


@given(subject=ANY_TEXT, name=ANY_TEXT, in_reply_to=ANY_TEXT, text=ANY_TEXT)
def test_any_text_leaves_headers_and_parts_intact(
    subject: str, name: str, in_reply_to: str, text: str
) -> None:
    quoted = name.replace("\\", "").replace('"', "")
    changes = {
        "subject": subject,
        "sender": f'"{quoted}" <letters@harbourherald.example>',
        "in_reply_to": in_reply_to,
        "text_body": text,
        "html_body": text,
    }
    sent = composed(**changes)
    assert_valid_for_smtp(sent)
    mail = message_from_bytes(sent, policy=policy.default)
    assert set(mail.keys()) <= {*HEADERS, *REPLY_HEADERS}
    assert [each.get_content_type() for each in mail.iter_parts()] == ["text/plain", "text/html"]
    assert part(mail, "plain").splitlines() == part(mail, "html").splitlines()


@pytest.mark.parametrize("line", ["x" * 40_000, "字" * 40_000, "word " * 8_000, "é" * 40_000])
def test_a_line_of_any_length_is_encoded_for_smtp(line: str) -> None:
    sent = composed(text_body=f"{line}\n", html_body=f"<p>{line}</p>\n")
    assert_valid_for_smtp(sent)
    mail = message_from_bytes(sent, policy=policy.default)
    assert part(mail, "plain").strip() == line.strip()


def assert_valid_for_smtp(sent: bytes) -> None:
    """Check for ASCII, CRLF line ends, line lengths, transfer encodings and the lengths of encoded words."""
    assert sent.isascii()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)|\0", sent)
    assert max(map(len, sent.split(b"\r\n"))) <= 998
    head, _, body = sent.partition(b"\r\n\r\n")
    encoded = {b"7bit", b"quoted-printable", b"base64"}
    assert set(re.findall(rb"Content-Transfer-Encoding: (\S+)", body)) <= encoded
    assert all(len(word) <= 75 for word in re.findall(rb"=\?\S+\?=", head))


@pytest.mark.parametrize(
    "title", ["香港先驅報", "L’Été", 'The "Old" Herald, Ltd.', "Herald (Late Ed.)", "先驅報" * 25]
)
def test_mail_clients_show_a_papers_name(title: str) -> None:
    sender = str(Address(title, "letters", "harbourherald.example"))
    sent = message_from_bytes(composed(sender=sender, subject=f"We have your letter – {title}"))
    name, address = parseaddr(sent["From"])
    assert (str(make_header(decode_header(name))), address) == (title, "letters@harbourherald.example")
    assert str(make_header(decode_header(sent["Subject"]))) == f"We have your letter – {title}"


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("tai-man@bücher.example.com", "tai-man@xn--bcher-kva.example.com"),
        ("tai-man@straße.example.com", "tai-man@xn--strae-oqa.example.com"),
        ("tai-man@香港.example.com", "tai-man@xn--j6w193g.example.com"),
        ("o'brien+letters@example.com", "o'brien+letters@example.com"),
    ],
)
def test_a_domain_is_written_in_ascii(typed: str, written: str) -> None:
    envelope = compose(leased_message(recipient=typed, sender=f"Herald <{typed}>"))
    assert (envelope.recipient, envelope.sender) == (written, written)
    assert b"\r\nTo: " + written.encode() + b"\r\n" in envelope.content.as_bytes()


def test_a_non_ascii_local_part_is_kept() -> None:
    envelope = compose(leased_message(recipient="大文@香港.example.com"))
    assert envelope.recipient == "大文@xn--j6w193g.example.com"
    assert f"\r\nTo: {envelope.recipient}\r\n".encode() in envelope.content.as_bytes()
