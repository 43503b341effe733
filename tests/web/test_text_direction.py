"""Text from right to left, typed in every field there is, has its own direction wherever it is shown.

`tests.pages.check_page` holds each page that is opened against that; here every page is opened.
"""

# ruff: noqa: RUF001 -- the letters of Arabic are meant

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from tests.pages import ISOLATED, RIGHT_TO_LEFT, Visitor, check_directions
from tests.samples import HERALD, PASSWORD, SEAL, SECRET_KEY, letter
from webapp.accounts.administration import add_editor
from webapp.app import create_app
from webapp.correspondence.to_editors import invitation
from webapp.installation.clock import now
from webapp.installation.settings import Settings
from webapp.letters.intake.intake import Arrival, Receipt
from webapp.letters.lookup import letter_for_writer
from webapp.rules.policy.localized_text import LocalizedText
from webapp.store.database import Database
from webapp.store.models import Channel, Message, Role
from webapp.web.services import EXTENSION, Services
from webapp.wording.text_format import isolated

PAPER = replace(
    HERALD,
    paper=replace(
        HERALD.paper,
        title="صحيفة الميناء",
        house_text=LocalizedText.plain("نطبع صفحة كل يوم."),
        address="شارع الميناء ١",
    ),
)
OTHER_PAPER = replace(PAPER, paper=replace(PAPER.paper, slug="island-post", title="بريد الجزيرة"))
LETTER = {
    "name": "محمد علي",
    "district": "دبي",
    "address": "شقة ٣\nشارع الميناء",
    "headline": "في مدح البطء",
    "body": "الترام بطيء.\n\nهذه فائدته: يمنح المرء وقتا ليرى المدينة.",
    "interest": "أسكن قرب الخط.",
    "ai_use": "لا شيء.",
    "article_headline": "أجرة الترام",
    "article_url": "https://example.com/1",
}
EDITED = "الترام بطيء، وهذا نفعه."
SIGN_IN = {"email": "noor@example.com", "password": PASSWORD}


@pytest.fixture
def app(sqlite: Database) -> Flask:
    """An application of two papers, and an editor, all with Arabic names."""
    settings = Settings(
        database_url=sqlite.url,
        secret_key=SECRET_KEY,
        seal=SEAL,
        policies=(PAPER, OTHER_PAPER),
        rate_limits=False,
    )
    for name, role in (("noor", Role.CHIEF), ("sami", Role.EDITOR)):
        shown = {"noor": "نور", "sami": "سامي"}[name]
        add_editor(sqlite, email=f"{name}@example.com", name=shown, role=role, password=PASSWORD, now=now())
    return create_app(settings, sqlite)


def receive(app: Flask, **changes: str | bool) -> Receipt:
    """Store a letter whose fields are Arabic, and its receipt."""
    services: Services = app.extensions[EXTENSION]
    with app.app_context():
        return services.intake.receive(
            letter(**{**LETTER, **changes}), PAPER, Arrival(channel=Channel.FORM, at=now())
        )


@pytest.fixture
def noor(app: Flask) -> Visitor:
    """A chief with an Arabic name, signed in."""
    visitor = Visitor(app)
    visitor.open("/desk/login")
    assert visitor.send(SIGN_IN).address == "/desk/"
    return visitor


def test_readers_pages(app: Flask) -> None:
    reader = Visitor(app)
    reader.open("/")
    reader.open("/harbour-herald/letters/new")
    returned = reader.send({**LETTER, "email": "ann@", "withhold_reason": "خوفا", "withhold_name": "yes"})
    assert returned.status == 422
    assert LETTER["headline"] in str(returned.one("#headline"))
    own_page = reader.send({"email": "ann@example.com", "phone": "2123 4567"})
    assert own_page.address.startswith("/letters/")
    reader.open(f"{own_page.address}/confirm/x")
    reader.open(own_page.address)
    reader.send({"reason": "نشرت في مكان آخر"})
    reader.open("/harbour-herald/no-such-page")


def test_pages_about_one_letter(app: Flask, noor: Visitor) -> None:
    receipt, _other = receive(app), receive(app, body=f"{LETTER['body']} ثانية.")
    page = f"/desk/letters/{receipt.reference}"
    noor.open(page)
    noor.send({"tag-tag": "ترام"})
    noor.send({"noted-text": "رسالة جيدة."})
    noor.send({"assign-to": "2"})
    noor.send({"call-note": "قال نعم."}, button=("call-outcome", "confirmed"))
    noor.send({}, to="/claim")
    shown = noor.send({}, to="/particulars")
    assert all(text in shown.text for text in ("ترام", "رسالة جيدة.", "قال نعم.", LETTER["interest"]))
    noor.open(f"{page}/edit")
    noor.send({"body": EDITED}, button=("do", "look"))
    noor.send({"body": EDITED}, button=("do", "save"))
    noor.open(f"{page}/compare")
    noor.open(page)
    noor.send({}, to="/ask-approval")
    writer = Visitor(app)
    writer.open(f"/letters/{receipt.token}")
    writer.send({"comment": "لا أوافق."}, button=("answer", "objected"))
    assert "لا أوافق." in noor.open(page).text
    noor.open(f"{page}/decline")
    noor.send({"message": "شكرا لك.\n\nلا مكان لها.", "reason": "space"}, button=("do", "preview"))
    dossier = noor.client.post(f"{page}/dossier", data=noor.open(page).typed("dossier-particulars"))
    assert LETTER["headline"] in dossier.text
    check_directions(BeautifulSoup(dossier.text, "html.parser"))


def test_pages_about_many_letters(app: Flask, noor: Visitor) -> None:
    first = receive(app)
    second = receive(app, body=f"{LETTER['body']} ثانية.", withhold_name=True, withhold_reason="خوفا")
    sami = Visitor(app)
    sami.open("/desk/login")
    sami.send(SIGN_IN | {"email": "sami@example.com"})
    sami.open(f"/desk/letters/{second.reference}")
    sami.send({}, to="/claim")
    noor.open(f"/desk/letters/{second.reference}")
    ticked = f"letters={first.reference}:1&letters={second.reference}:1"
    listed = noor.open("/desk/?state=all&words=ترام&tag=ترام")
    assert listed.all(".chips li")
    noor.send({"name": "رسائل الترام"}, to="/desk/filters")
    noor.open("/desk/filters")
    noor.open("/desk/?state=all")
    noor.open(f"/desk/together?to_state=declined&reason=space&{ticked}")
    noor.send({"note": "معا"})
    noor.open("/desk/stories?span=month")
    noor.open("/desk/messages")
    with app.extensions[EXTENSION].database.snapshot() as session:
        numbers = session.scalars(select(Message.id)).all()
    for number in numbers:
        noor.open(f"/desk/messages/{number}")
    noor.open("/desk/writers")
    noor.send({"sought": "tai-man@example.com"})
    for address in ("people", "people/1", "people/2", "people/events", "people/invite", "account"):
        noor.open(f"/desk/{address}")


def test_mail(app: Flask) -> None:
    receipt = receive(app)
    services: Services = app.extensions[EXTENSION]
    letters = services.correspondence
    with app.test_request_context(), services.database.snapshot() as session:
        stored = letter_for_writer(session, receipt.token)
        messages = [
            letters.receipt(stored, PAPER),
            letters.confirmation(stored, PAPER),
            letters.decision(stored, PAPER, "شكرا لك.\n\nلا مكان لها."),
            letters.approval(stored, PAPER, now() + timedelta(days=1)),
            invitation(
                services.settings.house, recipient="a@example.com", link="", inviter="نور", language="en"
            ),
        ]
    for message in messages:
        assert message
        check_directions(BeautifulSoup(message.html_body, "html.parser"))
        for line in message.text_body.split("\n"):
            # Mail programs give each line the direction of its first letter.
            begins_right_to_left = RIGHT_TO_LEFT.match(next(filter(str.isalpha, line), ""))
            assert begins_right_to_left or not RIGHT_TO_LEFT.search(ISOLATED.sub("", line)), line


@pytest.mark.parametrize("text", ["Ann", "陳大文", "O’Connor – 2", "", "Zoë"])
def test_text_from_left_to_right_is_left_alone(text: str) -> None:
    assert isolated(text) == text


@pytest.mark.parametrize("text", ["محمد", "שלום, Ann", "Ann \u202e evil", "\U0001e900"])
def test_other_text_is_kept_to_itself(text: str) -> None:
    assert isolated(text) == f"\u2068{text}\u2069"
    assert re.sub("[\u2068\u2069]", "", isolated(text)) == text
