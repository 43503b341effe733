"""A message on the wire: its headers, its two parts, and that nothing can be smuggled into it."""

import re
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime

import pytest
from hypothesis import given, strategies as st

from tests.messages.sample_messages import claimed
from tests.samples import NOON
from webapp.messages import mime as composing
from webapp.messages.mime import compose

ONE_EACH = (
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
ANSWER = ("In-Reply-To", "References")
LINE_ENDS = ("\n", "\r", "\r\n", "\0", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029")
ENCODED = ("=?utf-8?q?a=0ABcc:_v=40example.org=0A=0Ab?=", "=?utf-8?b?YQBiDQpCY2M6IHZAZXhhbXBsZS5vcmcNCg0K?=")
TYPED = st.one_of(st.text(st.characters(codec="utf-8"), max_size=300), st.sampled_from(ENCODED))


def wire(**changes: str) -> bytes:
    return compose(claimed(**changes)).content.as_bytes()


def read(**changes: str) -> EmailMessage:
    return message_from_bytes(wire(**changes), policy=policy.default)


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body
    return str(body.get_content()).replace("\r\n", "\n")


def test_the_headers_are_right() -> None:
    mail = read()
    assert mail.keys() == list(ONE_EACH)
    assert mail["From"] == "The Harbour Herald <letters@harbourherald.example>"
    assert mail["Reply-To"] == mail["From"]
    assert mail["To"] == "tai-man@example.com"
    assert mail["Subject"] == "We have your letter – The Harbour Herald"
    assert mail["Message-ID"] == "<0123456789abcdef0123456789abcdef@harbourherald.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert parsedate_to_datetime(str(mail["Date"])) == NOON


def test_the_text_stands_before_the_html_that_says_the_same() -> None:
    mail = read(text_body="Grüße – 你好\n", html_body="<p>Grüße – 你好</p>\n")
    assert mail.get_content_type() == "multipart/alternative"
    assert [each.get_content_type() for each in mail.iter_parts()] == ["text/plain", "text/html"]
    assert [each.get_content_charset() for each in mail.iter_parts()] == ["utf-8", "utf-8"]
    assert part(mail, "plain") == "Grüße – 你好\n"
    assert part(mail, "html") == "<p>Grüße – 你好</p>\n"


def test_a_message_is_the_same_to_the_last_byte_however_often_it_is_sent() -> None:
    assert wire() == wire()


def test_an_answer_is_threaded_to_the_writers_own_mail() -> None:
    mail = read(in_reply_to="<abc@mail.example.com>")
    assert (mail["In-Reply-To"], mail["References"]) == ("<abc@mail.example.com>", "<abc@mail.example.com>")
    assert mail["Auto-Submitted"] == "auto-replied"


def test_a_long_message_id_is_neither_folded_nor_encoded() -> None:
    long_id = f"<{'A' * 180}@{'sub.' * 20}example.com>"
    lines = wire(in_reply_to=long_id).split(b"\r\n")
    assert f"In-Reply-To: {long_id}".encode() in lines
    assert f"References: {long_id}".encode() in lines


@pytest.mark.parametrize(
    "said", ["no id", "<>", "<a b@c>", "<a\r\nBcc: x@example.com>", f"<{'a' * 2000}>", "<ä@b>"]
)
def test_what_is_no_message_id_is_not_answered_to(said: str) -> None:
    mail = read(in_reply_to=said)
    assert mail["In-Reply-To"] is None
    assert mail["Bcc"] is None


@pytest.mark.parametrize("line_end", LINE_ENDS)
@pytest.mark.parametrize("where", ["subject", "sender", "in_reply_to"])
def test_no_header_is_smuggled_in(where: str, line_end: str) -> None:
    smuggled = f"Herald{line_end}Bcc: victim@example.com{line_end}{line_end}<script>"
    values = {
        "subject": smuggled,
        "sender": f'"{smuggled}" <letters@harbourherald.example>',
        "in_reply_to": f"<a@b>{line_end}Bcc: victim@example.com",
    }
    mail = read(**{where: values[where]})
    assert set(mail.keys()) <= {*ONE_EACH, *ANSWER}
    assert len(mail.keys()) == len(set(mail.keys()))
    assert part(mail, "plain").startswith("Thank you")


@pytest.mark.parametrize("encoded", [*ENCODED, "".join(ENCODED), " ".join(ENCODED)])
def test_no_header_is_smuggled_in_encoded(encoded: str) -> None:
    sent = wire(subject=f"Herald {encoded}", sender=f'"{encoded}" <letters@harbourherald.example>')
    assert_fit_for_the_wire(sent)
    mail = message_from_bytes(sent, policy=policy.compat32)
    assert mail.keys() == list(ONE_EACH)
    assert str(mail.get_payload(0)).endswith(str(message_from_bytes(wire()).get_payload(0)))


@pytest.mark.parametrize("encoded", ENCODED)
def test_an_address_that_would_be_decoded_is_not_written_to(encoded: str) -> None:
    address = f"{encoded.replace(':', '=3A')}@example.com"
    for changes in ({"recipient": address}, {"sender": f"Herald <{address}>"}):
        with pytest.raises(ValueError, match="no mail can be sent"):
            compose(claimed(**changes))


def test_a_header_in_which_another_would_begin_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composing, "_in_plain", lambda text: text)
    mail = compose(claimed(subject=ENCODED[0])).content
    with pytest.raises(ValueError, match="Subject"):
        mail.as_bytes(policy=mail.policy.clone(linesep="\r\n"))


@pytest.mark.parametrize("line_end", LINE_ENDS)
def test_an_address_with_a_line_end_is_not_written_to(line_end: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        compose(claimed(recipient=f"a@example.com{line_end}Bcc: victim@example.com"))
    with pytest.raises(ValueError, match=r"."):
        compose(claimed(recipient=f"a{line_end}b@example.com"))


@given(subject=TYPED, name=TYPED, in_reply_to=TYPED, text=TYPED)
def test_whatever_is_typed_a_message_keeps_its_shape(
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
    sent = wire(**changes)
    assert_fit_for_the_wire(sent)
    mail = message_from_bytes(sent, policy=policy.default)
    assert set(mail.keys()) <= {*ONE_EACH, *ANSWER}
    assert [each.get_content_type() for each in mail.iter_parts()] == ["text/plain", "text/html"]
    assert part(mail, "plain").splitlines() == part(mail, "html").splitlines()


@pytest.mark.parametrize("line", ["x" * 40_000, "字" * 40_000, "word " * 8_000, "é" * 40_000])
def test_a_line_of_any_length_fits_on_the_wire(line: str) -> None:
    sent = wire(text_body=f"{line}\n", html_body=f"<p>{line}</p>\n")
    assert_fit_for_the_wire(sent)
    mail = message_from_bytes(sent, policy=policy.default)
    assert part(mail, "plain").strip() == line.strip()


def assert_fit_for_the_wire(sent: bytes) -> None:
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
def test_a_papers_name_is_written_so_that_mail_programs_show_it(title: str) -> None:
    sender = str(Address(title, "letters", "harbourherald.example"))
    sent = message_from_bytes(wire(sender=sender, subject=f"We have your letter – {title}"))
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
def test_a_domain_is_written_as_every_server_knows_it(typed: str, written: str) -> None:
    envelope = compose(claimed(recipient=typed, sender=f"Herald <{typed}>"))
    assert (envelope.recipient, envelope.sender) == (written, written)
    assert b"\r\nTo: " + written.encode() + b"\r\n" in envelope.content.as_bytes()


def test_a_mailbox_beyond_ascii_is_written_as_it_is() -> None:
    envelope = compose(claimed(recipient="大文@香港.example.com"))
    assert envelope.recipient == "大文@xn--j6w193g.example.com"
    assert f"\r\nTo: {envelope.recipient}\r\n".encode() in envelope.content.as_bytes()
