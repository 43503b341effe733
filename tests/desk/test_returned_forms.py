"""Typed text is given back wherever its form can't be handled: ended sign-in, old page, database away."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select, update

from tests.desk.account_steps import log_in, set_up_app
from tests.pages import Page, Visitor
from tests.samples import HERALD, NOON, PASSWORD, SECRET_KEY, letter
from webapp.app import MAX_REQUEST_BYTES
from webapp.letters.intake.intake import Arrival, Intake
from webapp.rules.enums import State
from webapp.store.database import Database, StoreAwayError
from webapp.store.models import Channel, Event, EventKind, Letter, SignIn
from webapp.web.returned_forms import MAX_PACKED_CHARACTERS, ReturnedForm, _serializer

NOTE = "She rings back\nafter “six”."


@pytest.fixture
def address(sqlite: Database) -> str:
    """Path of the page of a received letter."""
    receipt = Intake(sqlite, SECRET_KEY).receive(letter(), HERALD, Arrival(channel=Channel.FORM, at=NOON))
    return f"/desk/letters/{receipt.reference}"


def end_sign_ins(database: Database) -> None:
    with database.transaction() as session:
        session.execute(update(SignIn).values(ended_at=SignIn.created_at))


def lose_cookies(visitor: Visitor) -> None:
    visitor.client.delete_cookie("lettersdesk")


def notes(database: Database) -> list[str]:
    with database.snapshot() as session:
        return list(session.scalars(select(Event.note).where(Event.kind == EventKind.NOTED)))


def typed_again(page: Page) -> dict[str, str]:
    return page.typed("noted-text")


def test_the_longest_form_that_is_packed_fits_into_a_request(app: Flask) -> None:
    # Packed, these take the most bytes: every one is written as twelve characters, in no order.
    generator = random.Random(1)
    value = "".join(chr(generator.randrange(0x10000, 0x110000)) for _ in range(MAX_PACKED_CHARACTERS))
    with app.app_context():
        packed = ReturnedForm("desk.note", "/desk/letters/A/notes", (("text", value),)).packed()
    assert len(packed) < MAX_REQUEST_BYTES - 10_000


@pytest.mark.parametrize("end", ["the sign-in", "the cookie"])
def test_a_note_written_after_the_sign_in_has_ended_comes_back_after_signing_in(
    dana: Visitor, sqlite: Database, address: str, end: str
) -> None:
    dana.open(address)
    if end == "the cookie":
        lose_cookies(dana)
    else:
        end_sign_ins(sqlite)
    page = dana.send({"noted-text": NOTE}, to="/notes")
    assert (page.status, page.all("h1")) == (403, ["Sign in"])
    wrong = dana.send({"email": "dana@example.com", "password": "wrong"})
    assert wrong.status == 422
    page = dana.send({"password": PASSWORD})
    assert (page.status, page.all("h1")) == (200, ["You are signed in again."])
    assert typed_again(page)["noted-text"] == NOTE
    assert notes(sqlite) == []
    assert dana.send({}).address == address
    assert notes(sqlite) == [NOTE]


def test_the_text_comes_through_the_second_step(dana: Visitor, sqlite: Database, address: str) -> None:
    app = set_up_app(sqlite, "Dana")
    dana.open(address)
    end_sign_ins(sqlite)
    dana.send({"noted-text": NOTE}, to="/notes")
    page = dana.send({"email": "dana@example.com", "password": PASSWORD})
    assert page.all("h1") == ["Second step"]
    assert dana.send({"code": "000000"}).status == 422
    page = dana.send({"code": app.now()})
    assert page.all("h1") == ["You are signed in again."]
    dana.send({})
    assert notes(sqlite) == [NOTE]


def test_a_post_without_text_leads_back_to_the_page_with_its_form(
    dana: Visitor, sqlite: Database, address: str
) -> None:
    dana.open(address)
    end_sign_ins(sqlite)
    form = dana.page.form_to("/claim") if dana.page else None
    assert form
    token = str(form.select("[name=csrf_token]")[0]["value"])
    answer = dana.client.post(
        f"{address}/claim", data={"csrf_token": token}, headers={"Referer": f"http://localhost{address}"}
    )
    assert answer.status_code == 302
    dana.open(answer.headers["Location"])
    page = dana.send({"email": "dana@example.com", "password": PASSWORD})
    assert (page.status, page.address) == (200, address)


def test_text_of_another_site_is_not_shown_after_a_sign_in(dana: Visitor, address: str) -> None:
    lose_cookies(dana)
    answer = dana.client.post(
        f"{address}/notes", data={"noted-text": NOTE}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 302
    assert "six" not in answer.text


@pytest.mark.parametrize(
    "packed", [["desk.note", "/desk/"], {"endpoint": "desk.note"}, ["a", "b", [["c"]]], 3]
)
def test_a_form_that_another_version_has_packed_in_another_way_is_ignored(app: Flask, packed: object) -> None:
    with app.test_request_context():
        assert ReturnedForm.unpacked(str(_serializer().dumps(packed))) is None


def test_a_packed_form_that_was_changed_is_ignored(app: Flask, visitor: Visitor, dana: Visitor) -> None:
    del dana
    with app.test_request_context():
        packed = ReturnedForm("desk.note_letter", "/desk/letters/X/notes", (("noted-text", NOTE),)).packed()
    visitor.open("/desk/login")
    assert visitor.page
    fields = visitor.page.typed("password") | {"email": "dana@example.com", "password": PASSWORD}
    answer = visitor.client.post("/desk/login", data=fields | {"returned": packed[:-2] + "xx"})
    assert answer.status_code == 303


def away(*_: object, **__: object) -> None:
    raise StoreAwayError


def spoil_token(app: Flask, database: Database, patch: pytest.MonkeyPatch) -> None:
    del database, patch
    app.config["WTF_CSRF_TIME_LIMIT"] = -1


def take_database_away(app: Flask, database: Database, patch: pytest.MonkeyPatch) -> None:
    del app
    patch.setattr(database, "transaction", away)


Spoil = Callable[[Flask, Database, pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class TypedForm:
    """A form of a letter's pages.

    Attributes:
        page: What the path of its page ends with, after the letter's.
        action: What the path of its action ends with.
        typed: What is typed, by field.
        chosen: What is chosen.
        button: The button that is pressed.
    """

    page: str
    action: str
    typed: dict[str, str]
    chosen: dict[str, str] = field(default_factory=dict)
    button: tuple[str, str] | None = None


TYPED_FORMS = [
    TypedForm("", "/notes", {"noted-text": NOTE}),
    TypedForm("", "/move", {"note": NOTE}, button=("to_state", "held")),
    TypedForm("", "/calls", {"call-note": NOTE}, button=("call-outcome", "voicemail")),
    TypedForm("", "/tags", {"tag-tag": "trams"}),
    TypedForm("/edit", "/edit", {"headline": "Trams", "body": NOTE}),
    TypedForm(
        "/decline",
        "/decline",
        {"message": NOTE, "note": "Twice."},
        chosen={"reason": "space", "tell": "message"},
        button=("do", "decline"),
    ),
]


@pytest.mark.parametrize(("spoil", "status"), [(spoil_token, 400), (take_database_away, 503)])
@pytest.mark.parametrize("form", TYPED_FORMS, ids=lambda form: form.action)
def test_what_an_editor_typed_is_on_the_page_that_says_what_is_wrong(
    app: Flask,
    dana: Visitor,
    sqlite: Database,
    address: str,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Spoil,
    status: int,
    form: TypedForm,
) -> None:
    dana.open(address + form.page)
    with monkeypatch.context() as patch:
        spoil(app, sqlite, patch)
        page = dana.send(form.typed | form.chosen, to=form.action, button=form.button)
        app.config["WTF_CSRF_TIME_LIMIT"] = 3600
    assert page.status == status
    assert form.typed.items() <= page.typed(*form.typed).items()
    hidden = {str(each["name"]): str(each["value"]) for each in page.soup.select("form input[type=hidden]")}
    assert (form.chosen | dict([form.button] if form.button else [])).items() <= hidden.items()
    again = dana.send({})
    assert (again.status, again.address) == (200, address)


@pytest.mark.parametrize(("spoil", "status"), [(spoil_token, 400), (take_database_away, 503)])
def test_what_a_writer_typed_is_on_the_page_that_says_what_is_wrong(
    app: Flask, visitor: Visitor, sqlite: Database, monkeypatch: pytest.MonkeyPatch, spoil: Spoil, status: int
) -> None:
    receipt = Intake(sqlite, SECRET_KEY).receive(letter(), HERALD, Arrival(channel=Channel.FORM, at=NOON))
    visitor.open(f"/letters/{receipt.token}")
    with monkeypatch.context() as patch:
        spoil(app, sqlite, patch)
        page = visitor.send({"reason": NOTE}, to="/withdraw")
        app.config["WTF_CSRF_TIME_LIMIT"] = 3600
    assert page.status == status
    assert page.typed("reason")["reason"] == NOTE
    visitor.send({})
    with sqlite.snapshot() as session:
        assert session.scalar(select(Letter.state)) is State.WITHDRAWN


def test_each_text_field_of_the_desk_and_of_the_own_page_is_given_back(
    app: Flask, dana: Visitor, address: str
) -> None:
    adapter = app.url_map.bind("localhost")
    for url in (address, f"{address}/edit", f"{address}/decline"):
        for form in BeautifulSoup(dana.client.get(url).text, "html.parser").select("form[method=post]"):
            texts = {str(each["name"]) for each in form.select("textarea")}
            action = str(form["action"])
            endpoint = adapter.match(action, method="POST")[0]
            values = tuple((name, "x") for name in texts)
            with app.test_request_context():
                given_back = {field.name for field in ReturnedForm(endpoint, action, values).typed()}
            assert given_back == texts, action


def test_a_browser_without_cookies_is_told_that_the_desk_needs_one(visitor: Visitor) -> None:
    visitor.client = visitor.client.application.test_client(use_cookies=False)
    visitor.open("/desk/login")
    page = visitor.send({"email": "dana@example.com", "password": PASSWORD})
    assert (page.status, page.all("h1")) == (400, ["Your browser keeps no cookies."])


@pytest.mark.usefixtures("dana")
def test_a_sign_in_page_that_was_open_for_too_long_is_shown_again(app: Flask, visitor: Visitor) -> None:
    visitor.open("/desk/login")
    app.config["WTF_CSRF_TIME_LIMIT"] = -1
    page = visitor.send({"email": "dana@example.com", "password": PASSWORD})
    assert (page.status, page.all("h1")) == (400, ["Sign in"])
    app.config["WTF_CSRF_TIME_LIMIT"] = 3600
    assert log_in(visitor, "Dana").all("h1") == ["Received"]


def test_a_version_that_no_page_has_named_is_refused_with_the_text(dana: Visitor, address: str) -> None:
    dana.open(f"{address}/edit")
    page = dana.send({"body": NOTE, "based_on": "999"}, to="/edit")
    assert (page.status, page.typed("body")["body"]) == (400, NOTE)
