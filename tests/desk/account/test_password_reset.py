"""Password-reset pages: the response doesn't show whether an account exists; second factors stay."""

import time

import pytest
from flask import Flask

from tests.desk.account_steps import account_kinds, link_in, log_in, mailed, set_up_app
from tests.pages import Page, Visitor
from tests.samples import in_wide_letters
from webapp.accounts.administration import end_account, get_editor_by_email
from webapp.desk import reauthentication
from webapp.desk.reauthentication import MINIMUM_RESPONSE_SECONDS
from webapp.installation.clock import now
from webapp.rules.enums import MessageKind
from webapp.store.database import Database
from webapp.store.models import AccountEventKind

NEW = "another good password"


@pytest.fixture
def padded_responses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pad responses as an installation does; see `tests.shortcuts`."""
    monkeypatch.setattr(reauthentication, "MINIMUM_RESPONSE_SECONDS", MINIMUM_RESPONSE_SECONDS)


def ask(visitor: Visitor, email: str) -> Page:
    visitor.open("/desk/password/forgotten")
    return visitor.send({"email": email})


def test_a_new_password_is_chosen_with_the_link(dana: Visitor, visitor: Visitor, sqlite: Database) -> None:
    ask(visitor, "Dana@example.com ")
    (message,) = mailed(sqlite)
    assert (message.kind, message.recipient) == (MessageKind.PASSWORD_RESET, "dana@example.com")
    assert message.letter_id is None
    link = link_in(message.text_body)
    for _ in range(2):
        assert visitor.open(link).status == 200
    assert visitor.send({"password": "short", "again": "short"}).status == 422
    assert visitor.send({"password": NEW, "again": NEW}).all("h1") == ["You have a new password"]
    assert dana.open("/desk/").all("h1") == ["Sign in"], "every sign-in has ended"
    assert log_in(visitor, "Dana").status == 422
    assert log_in(visitor, "Dana", NEW).all("h1") == ["Received"]
    assert visitor.open(link).status == 410
    assert [
        kind
        for kind in account_kinds(sqlite, "Dana")
        if kind in {AccountEventKind.PASSWORD_RESET_ASKED, AccountEventKind.PASSWORD_CHANGED}
    ] == [AccountEventKind.PASSWORD_RESET_ASKED, AccountEventKind.PASSWORD_CHANGED]


@pytest.mark.usefixtures("dana")
def test_a_password_that_is_soon_guessed_is_refused_and_the_link_kept(
    visitor: Visitor, sqlite: Database
) -> None:
    ask(visitor, in_wide_letters("dana@example.com"))
    (message,) = mailed(sqlite)
    visitor.open(link_in(message.text_body))
    refused = visitor.send({"password": "dana@example.com", "again": "dana@example.com"})
    assert refused.status == 422
    assert "made of your name, your address" in refused.one("#password-error").get_text()
    assert visitor.send({"password": NEW, "again": NEW}).status == 200


@pytest.mark.usefixtures("dana", "padded_responses")
def test_text_and_duration_of_the_response_are_the_same_for_unknown_addresses(
    visitor: Visitor, sqlite: Database
) -> None:
    texts, seconds = [], []
    for email in ("dana@example.com", "nobody@example.com", "not an address"):
        started = time.monotonic()
        texts.append(ask(visitor, email).text)
        seconds.append(time.monotonic() - started)
    assert len(set(texts)) == 1
    assert min(seconds) >= MINIMUM_RESPONSE_SECONDS
    assert len(mailed(sqlite)) == 1


def test_an_account_that_has_ended_gets_no_link(
    dana: Visitor, eli: Visitor, visitor: Visitor, sqlite: Database
) -> None:
    del dana, eli
    with sqlite.transaction() as session:
        end_account(session, get_editor_by_email(session, "dana@example.com").id, now=now())
    assert ask(visitor, "dana@example.com").status == 200
    assert mailed(sqlite) == []


@pytest.mark.usefixtures("dana")
def test_the_link_does_not_replace_the_second_factor(visitor: Visitor, sqlite: Database) -> None:
    set_up_app(sqlite, "Dana")
    ask(visitor, "dana@example.com")
    visitor.open(link_in(mailed(sqlite)[0].text_body))
    visitor.send({"password": NEW, "again": NEW})
    assert visitor.open("/desk/").all("h1") == ["Sign in"]
    assert log_in(visitor, "Dana", NEW).all("h1") == ["Second step"]


@pytest.mark.usefixtures("dana", "padded_responses")
def test_a_wrong_password_takes_as_long_as_an_unknown_address(app: Flask) -> None:
    seconds = []
    for name in ("Dana", "Nobody"):
        started = time.monotonic()
        assert log_in(Visitor(app), name, "wrong").status == 422
        seconds.append(time.monotonic() - started)
    assert min(seconds) >= MINIMUM_RESPONSE_SECONDS


def test_an_empty_form_is_given_back(visitor: Visitor) -> None:
    assert ask(visitor, "").all(".error-line") == ["Enter your e-mail address."]
