"""The dossier of a letter: contents, redaction, escaping, and its record in the history."""

import hashlib
from base64 import b64encode
from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.pages import Visitor
from tests.samples import BODY, HERALD, NOON, letter
from webapp.letters.intake.intake import Arrival
from webapp.store.database import Database
from webapp.store.models import Approval, ApprovalAnswer, Channel, EditedCopy, Editor, Letter, Role
from webapp.web.services import services

SECRETS = ("2123 4567", "tai-man@example.com", "Main Street")


def receive(app: Flask, **changes: str | bool) -> str:
    """Store a letter and its receipt message; return the path of the letter's page."""
    with app.test_request_context():
        intake = services().intake
        receipt = intake.receive(letter(**changes), HERALD, Arrival(channel=Channel.FORM, at=NOON))
    return f"/desk/letters/{receipt.reference}"


@pytest.fixture
def address(app: Flask) -> str:
    """Path of the page of a received letter."""
    return receive(app)


def download(visitor: Visitor, address: str, *, with_particulars: bool = False) -> TestResponse:
    fields = visitor.open(address).typed("csrf_token")
    if with_particulars:
        fields["dossier-particulars"] = "yes"
    answer = visitor.client.post(f"{address}/dossier", data=fields)
    assert answer.status_code == 200
    return answer


def text_of(answer: TestResponse) -> str:
    return " ".join(BeautifulSoup(answer.text, "html.parser").get_text(" ").split())


def test_the_dossier_is_one_html_file_and_the_history_has_its_digest(
    dana: Visitor, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The next day in Hong Kong.
    evening = datetime(2026, 3, 14, 20, tzinfo=UTC)
    monkeypatch.setattr("webapp.desk.letter.dossier.now", lambda: evening)
    answer = download(dana, address)
    reference = address.rsplit("/", 1)[1]
    name = answer.headers["Content-Disposition"]
    assert name == f"attachment; filename=letter-{reference[:4]}-{reference[4:]}-2026-03-15.html"
    assert answer.headers["Cache-Control"] == "no-store"
    digest = hashlib.sha256(answer.data)
    assert answer.headers["Repr-Digest"] == f"sha-256=:{b64encode(digest.digest()).decode()}:"
    last = dana.open(address).all(".events li")[-1]
    assert last.endswith(f"Dana · Downloaded the dossier (SHA-256 of the file: {digest.hexdigest()})")
    assert "src=" not in answer.text
    assert "<script" not in answer.text
    assert "<link" not in answer.text


def test_the_dossier_contains_everything_stored_about_the_letter(
    dana: Visitor, sqlite: Database, address: str
) -> None:
    dana.open(address)
    dana.send({"noted-text": "Mind the second paragraph."}, to="/notes")
    dana.send({"tag-tag": "trams"}, to="/tags")
    dana.send({"call-note": "Rings back."}, button=("call-outcome", "voicemail"))
    with sqlite.transaction() as session:
        letter_id = session.scalars(select(Letter.id)).one()
        editor_id = session.scalars(select(Editor.id)).one()
        copy = EditedCopy(
            letter_id=letter_id,
            number=1,
            body="The tram is fast.",
            word_count=4,
            editor_id=editor_id,
            at=NOON,
        )
        session.add(copy)
        session.flush()
        session.add(
            Approval(
                letter_id=letter_id,
                copy_id=copy.id,
                asked_by_id=editor_id,
                asked_at=NOON,
                deadline=NOON.replace(day=20),
                answer=ApprovalAnswer.OBJECTED,
                answered_at=NOON.replace(day=15),
                comment="It is slow.",
            )
        )
    shown = text_of(download(dana, address))
    for expected in (
        "In praise of slowness",
        *BODY.split("\n\n"),
        "The tram is fast.",
        "Objected",
        "It is slow.",
        "Received through the form",
        "Mind the second paragraph.",
        "Rang the writer: Left a voicemail",
        "Rings back.",
        "trams",
        "Receipt",
        "Waiting",
        "Times are those of Asia/Hong_Kong.",
    ):
        assert expected in shown, expected


def test_particulars_are_redacted_unless_selected(dana: Visitor, address: str) -> None:
    plain = download(dana, address)
    assert not [secret for secret in SECRETS if secret in plain.text]
    assert "To […]" in text_of(plain)
    full = download(dana, address, with_particulars=True)
    assert [secret for secret in SECRETS if secret in full.text] == list(SECRETS)
    told = [
        entry.split(" · ", 2)[2] for entry in dana.open(address).all(".events li") if " · Dana · " in entry
    ]
    assert [entry[:20] for entry in told] == [
        "Downloaded the dossi",
        "Looked at the writer",
        "Downloaded the dossi",
    ]


def test_a_withheld_name_is_redacted_unless_particulars_are_selected(dana: Visitor, app: Flask) -> None:
    address = receive(app, withhold_name=True, withhold_reason="My employer")
    assert "Chan Tai-man" not in download(dana, address).text
    assert "Chan Tai-man" in download(dana, address, with_particulars=True).text


@pytest.mark.parametrize("with_particulars", [False, True])
def test_links_to_the_own_page_are_redacted(
    dana: Visitor, sqlite: Database, address: str, *, with_particulars: bool
) -> None:
    with sqlite.snapshot() as session:
        token = session.scalars(select(Letter.token)).one()
    answer = download(dana, address, with_particulars=with_particulars)
    assert "/letters/[…]" in answer.text
    assert token not in answer.text
    assert "/confirm/" not in answer.text


def test_html_in_a_letter_is_escaped(dana: Visitor, app: Flask) -> None:
    answer = download(dana, receive(app, body="A <b onclick=alert(1)>bold</b> claim."))
    assert "&lt;b onclick=alert(1)&gt;bold&lt;/b&gt; claim." in answer.text


def test_a_read_only_editor_can_not_download_it(dana: Visitor, sqlite: Database, address: str) -> None:
    fields = dana.open(address).typed("csrf_token")
    with sqlite.transaction() as session:
        session.scalars(select(Editor)).one().role = Role.READER
    assert dana.client.post(f"{address}/dossier", data=fields).status_code == 403
