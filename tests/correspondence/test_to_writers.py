"""E-mails to writers: language, links, equal text and HTML parts, escaping, and the From header."""

import dataclasses
import re
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.policy import default

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from hypothesis import given, strategies as st

from tests.messages.sample_messages import leased_message
from tests.reader.letter_writer import Writer
from tests.samples import HERALD, NOON, SECRET_KEY
from webapp.correspondence.to_writers import Correspondence
from webapp.letters.intake.email_confirmation import ConfirmLinks
from webapp.messages.mime import compose
from webapp.messages.outbox import OutgoingMessage
from webapp.rules.enums import DeclineReason, MessageKind
from webapp.rules.policy import Policy
from webapp.store.column_types import Contact
from webapp.store.models import Letter, Particulars

ANYTHING = "<script>alert(1)</script> & “quotes” {{ 7 * 7 }} %(paper)s"
TITLES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=200).filter(str.strip)


Writes = Callable[[Correspondence, Letter, Policy], OutgoingMessage | None]


def _decision(correspondence: Correspondence, letter: Letter, policy: Policy) -> OutgoingMessage | None:
    draft = correspondence.decision_draft(letter, policy, DeclineReason.SPACE)
    return correspondence.decision(letter, policy, draft)


TO_WRITERS: dict[MessageKind, Writes] = {
    MessageKind.RECEIPT: Correspondence.receipt,
    MessageKind.CONFIRMATION: Correspondence.confirmation,
    MessageKind.DECISION: _decision,
}
SUBJECTS: dict[MessageKind, Writes] = {
    **TO_WRITERS,
    MessageKind.APPROVAL: lambda correspondence, letter, policy: correspondence.approval(
        letter, policy, NOON
    ),
}
LONG = "A headline that goes on, and on, and on, and says at its end which tram it is that is slow"


def a_letter(**changes: object) -> Letter:
    fields: dict[str, object] = {
        "reference": "ABCD2346",
        "token": "the-token",
        "language": "en",
        "headline": "In praise of slowness",
        "body": "The tram is slow.\n\nThat is its use:\nit gives one time.",
        "received_at": NOON,
        "particulars": Particulars(
            country="HK", contact=Contact(name="Chan Tai-man", email="tai-man@example.com")
        ),
    }
    return Letter(**fields | changes)


def paper(**changes: str) -> Policy:
    return dataclasses.replace(HERALD, paper=dataclasses.replace(HERALD.paper, **changes))  # type: ignore[arg-type] # by its name


@pytest.fixture
def correspondence(app: Flask) -> Iterator[Correspondence]:
    with app.app_context():
        yield Correspondence("https://letters.example.com", ConfirmLinks(SECRET_KEY))


def write(
    correspondence: Correspondence, kind: MessageKind, letter: Letter, policy: Policy = HERALD
) -> OutgoingMessage:
    written = TO_WRITERS[kind](correspondence, letter, policy)
    assert written
    return written


def words(text: str) -> list[str]:
    return text.split()


def html_words(message: OutgoingMessage) -> list[str]:
    soup = BeautifulSoup(message.html_body, "html.parser")
    assert soup.body
    shown = []
    for element in soup.body.find_all(string=True):
        shown += words(element)
        link = element.find_parent("a")
        if link and str(link["href"]) not in element:
            shown += [str(link["href"])]
    return shown


@pytest.mark.parametrize("kind", TO_WRITERS)
def test_text_and_html_say_the_same(correspondence: Correspondence, kind: MessageKind) -> None:
    message = write(correspondence, kind, a_letter())
    said, shown = words(message.text_body), html_words(message)
    for heading in ("Letters", "to", "the", "editor"):
        shown.remove(heading)
    if kind is not MessageKind.DECISION:
        for label in words("Confirm my e-mail address"):
            shown.remove(label)
    said.remove("--")
    assert sorted(shown) == sorted(said)


def test_the_receipt_has_the_reference_the_letter_and_both_links(correspondence: Correspondence) -> None:
    letter = a_letter()
    message = write(correspondence, MessageKind.RECEIPT, letter)
    (proof,) = re.findall(r"/confirm/(\S+)$", message.text_body, re.MULTILINE)
    correspondence.links.verify(proof, letter)
    assert message.kind is MessageKind.RECEIPT
    for part in (message.text_body, message.html_body):
        for said in ("ABCD-2346", "In praise of slowness", "it gives one time.", proof):
            assert said in part
        assert "https://letters.example.com/letters/the-token/confirm/" in part
    lines = message.text_body.split("\n")
    assert "https://letters.example.com/letters/the-token" in lines
    assert f"https://letters.example.com/letters/the-token/confirm/{proof}" in lines
    assert "The tram is slow.\n\nThat is its use:\nit gives one time.\n" in message.text_body
    assert "\n\n\n\n" not in message.text_body
    assert message.text_body[0] != "\n"


@pytest.mark.parametrize("kind", TO_WRITERS)
def test_a_writer_is_written_to_in_the_language_of_the_letter(
    correspondence: Correspondence, kind: MessageKind
) -> None:
    message = write(correspondence, kind, a_letter(language="zh_Hant"))
    assert message.language == "zh_Hant"
    assert BeautifulSoup(message.html_body, "html.parser").select('html[lang="zh-Hant"]')
    theirs = (
        r"In praise of slowness|The tram.*|That is.*|it gives.*|The Harbour Herald|https://\S+|ABCD-2346|--"
    )
    for said in (message.subject, message.text_body):
        assert re.search(r"[\u4e00-\u9fff]", said)
        assert not re.search("[A-Za-z]", re.sub(theirs, "", said))


@pytest.mark.parametrize("kind", TO_WRITERS)
def test_nothing_that_was_typed_becomes_code(correspondence: Correspondence, kind: MessageKind) -> None:
    letter, policy = a_letter(headline=ANYTHING, body=ANYTHING), paper(title=ANYTHING)
    message = write(correspondence, kind, letter, policy)
    assert "<script>" not in message.html_body
    assert message.html_body.count("&lt;script&gt;alert(1)&lt;/script&gt; &amp; “quotes” {{ 7 * 7 }}") >= 1
    assert ANYTHING in message.text_body
    assert ANYTHING in message.subject


@pytest.mark.parametrize("kind", SUBJECTS)
@pytest.mark.parametrize("language", ["en", "zh_Hant"])
def test_a_subject_tells_letters_apart(
    correspondence: Correspondence, kind: MessageKind, language: str
) -> None:
    def subject(**changes: object) -> str:
        message = SUBJECTS[kind](correspondence, a_letter(language=language, **changes), HERALD)
        assert message
        return message.subject

    quoted = " “Slow trams”" if language == "en" else "「Slow trams」"
    assert subject(headline="Slow trams").endswith(f" – ABCD-2346{quoted} – The Harbour Herald")
    assert subject(headline="").endswith(" – ABCD-2346 – The Harbour Herald")
    assert subject(headline="\u202e \u2068").endswith(" – ABCD-2346 – The Harbour Herald")


@pytest.mark.parametrize(
    ("headline", "shown"),
    [
        (LONG, "A headline that goes on, and on, and on, and says at its…"),
        ("電" * 60, "電" * 60),
        ("電" * 61, "電" * 59 + "…"),
        ("Slow\r\nBcc: all@example.com", "Slow Bcc: all@example.com"),
        ("Slow \u202etrams\u202c", "Slow trams"),
    ],
)
def test_a_headline_in_a_subject_is_one_short_line(
    correspondence: Correspondence, headline: str, shown: str
) -> None:
    message = write(correspondence, MessageKind.RECEIPT, a_letter(headline=headline))
    assert f"ABCD-2346 “{shown}” –" in message.subject


@given(headline=st.text(st.characters(codec="utf-8"), max_size=200))
def test_whatever_a_headline_is_the_message_has_one_subject(app: Flask, headline: str) -> None:
    with app.app_context():
        writes = Correspondence("https://letters.example.com", ConfirmLinks(SECRET_KEY))
        message = write(writes, MessageKind.CONFIRMATION, a_letter(headline=headline))
    raw = compose(dataclasses.replace(leased_message(), message=message)).content.as_bytes()
    header = message_from_bytes(raw, policy=default)
    assert set(header.keys()) == set(compose(leased_message()).content.keys())
    assert "ABCD-2346" in header["Subject"]


def test_a_letter_without_a_headline_has_no_empty_one(correspondence: Correspondence) -> None:
    message = write(correspondence, MessageKind.RECEIPT, a_letter(headline=""))
    assert "<h2" not in message.html_body
    assert "\n\n\n\n" not in message.text_body


def test_a_writer_without_an_address_is_not_written_to(correspondence: Correspondence) -> None:
    letter = a_letter(particulars=Particulars(country="HK", contact=Contact(name="Chan Tai-man")))
    assert correspondence.receipt(letter, HERALD) is None
    assert correspondence.receipt(a_letter(particulars=None), HERALD) is None


@pytest.mark.parametrize(
    ("base_url", "sender"),
    [
        ("https://letters.example.com", "The Harbour Herald <no-reply@letters.example.com>"),
        ("http://127.0.0.1:8000", "The Harbour Herald <no-reply@localhost>"),
        ("http://[::1]:8000", "The Harbour Herald <no-reply@localhost>"),
    ],
)
@pytest.mark.parametrize("email", ["", "letters at herald", "a@b\r\nBcc: victim@example.com"])
def test_a_paper_without_an_address_still_answers(
    correspondence: Correspondence, base_url: str, sender: str, email: str
) -> None:
    writes = dataclasses.replace(correspondence, base_url=base_url)
    assert write(writes, MessageKind.RECEIPT, a_letter(), paper(email=email)).sender == sender


@given(title=TITLES)
def test_whatever_a_paper_is_called_its_messages_can_be_stored_and_sent(app: Flask, title: str) -> None:
    with app.app_context():
        writes = Correspondence("https://letters.example.com", ConfirmLinks(SECRET_KEY))
        message = write(writes, MessageKind.CONFIRMATION, a_letter(), paper(title=title))
    assert len(message.sender) <= 420
    envelope = compose(dataclasses.replace(leased_message(), message=message))
    assert envelope.sender == "letters@harbourherald.example"
    assert b"\r\n\r\n" in envelope.content.as_bytes()


def test_a_letter_from_the_form_is_answered_in_the_language_of_the_form(writer_on_both: Writer) -> None:
    (receipt,) = writer_on_both.messages(MessageKind.RECEIPT)
    assert (receipt.recipient, receipt.language) == ("tai-man@example.com", "en")
    assert receipt.letter_id == writer_on_both.letter().id
    assert f"{writer_on_both.page}/confirm/" in receipt.text_body
