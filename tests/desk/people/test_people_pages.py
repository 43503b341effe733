"""Account administration pages: invitations, roles, ending accounts, second factors, event log."""

import dataclasses
import re

import pytest
from flask import Flask
from sqlalchemy import event
from werkzeug.wrappers import Response

from tests.desk.account_steps import (
    account_kinds,
    address,
    arrive,
    count_accounts,
    editor_of,
    link_in,
    log_in,
    mailed,
    set_up_app,
)
from tests.pages import Visitor, form_fields
from tests.samples import PASSWORD, in_wide_letters
from webapp.accounts.administration import add_editor, end_account
from webapp.app import create_app
from webapp.desk.account import accept_invitation
from webapp.desk.account.sign_in_completion import complete_sign_in
from webapp.installation.clock import now
from webapp.installation.settings import Settings
from webapp.messages.smtp import MailServer
from webapp.rules.enums import MessageKind
from webapp.store.database import Database
from webapp.store.models import AccountEventKind, Role

NEW = "another good password"


@pytest.fixture
def cleo(app: Flask, sqlite: Database) -> Visitor:
    """A signed-in chief."""
    return arrive(app, sqlite, "Cleo", Role.CHIEF)


def press(visitor: Visitor, path: str, action: str, **changes: str) -> tuple[int, str]:
    """Open a page and submit its form with this ``action``; return the response's status and text."""
    page = visitor.open(path)
    fields = form_fields(page.one(f'form[action="{action}"]')) | changes
    answer = visitor.client.post(action, data=fields, follow_redirects=True)
    return answer.status_code, answer.text


def invite(chief: Visitor, name: str, role: str) -> str:
    """Send an invitation; return the path of its link, as the page shows it without a mail server."""
    chief.open("/desk/people/invite")
    page = chief.send({"email": address(name), "name": name, "role": role})
    assert page.status == 200
    return link_in(page.one(".key").get_text())


def test_an_invited_editor_creates_the_account_and_is_signed_in(
    cleo: Visitor, app: Flask, sqlite: Database
) -> None:
    link = invite(cleo, "Noor", "reader")
    (message,) = mailed(sqlite)
    assert (message.kind, message.recipient) == (MessageKind.INVITATION, "noor@example.com")
    assert link_in(message.text_body) == link_in(message.html_body.replace('"', " ")) == link
    assert "noor@example.com" in cleo.open("/desk/people").text
    noor = Visitor(app)
    for _ in range(2):
        assert noor.open(link).one("#name")["value"] == "Noor", "a scanner of mail may look first"
    assert count_accounts(sqlite) == 1
    unlike = noor.send({"password": NEW, "again": "x"})
    assert unlike.status == 422
    assert noor.send({"password": NEW, "again": NEW}).all("h1") == ["Received"]
    assert editor_of(sqlite, "Noor").role is Role.READER
    late = Visitor(app)
    assert late.open(link).status == 410
    assert late.page
    assert late.page.all("h1") == ["The link no longer works"]


def test_an_invited_editor_can_not_choose_role_or_address(
    cleo: Visitor, app: Flask, sqlite: Database
) -> None:
    noor = Visitor(app)
    noor.open(invite(cleo, "Noor", "reader"))
    page = noor.page
    assert page
    more = {"password": NEW, "again": NEW, "role": "chief", "email": "other@example.com"}
    noor.client.post(str(page.form()["action"]), data=page.typed() | more)
    assert editor_of(sqlite, "Noor").role is Role.READER


def test_an_invited_editor_s_own_words_are_no_password(cleo: Visitor, app: Flask, sqlite: Database) -> None:
    noor = Visitor(app)
    noor.open(invite(cleo, "Noor", "editor"))
    for password in ("noor@example.com", "Noor van Dijk", "Noor van Dijk!"):
        refused = noor.send({"name": "Noor van Dijk", "password": password, "again": password})
        assert refused.status == 422
        assert "made of your name, your address" in refused.one("#password-error").get_text()
    assert count_accounts(sqlite) == 1


def test_a_new_account_that_is_ended_at_once_is_told_so(
    cleo: Visitor, app: Flask, sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end_first(editor_id: int, fingerprint: str | None, *, note: str) -> Response:
        with sqlite.transaction() as session:
            end_account(session, editor_id, now=now())
        return complete_sign_in(editor_id, fingerprint, note=note)

    monkeypatch.setattr(accept_invitation, "complete_sign_in", end_first)
    noor = Visitor(app)
    noor.open(invite(cleo, "Noor", "editor"))
    answer = noor.send({"password": NEW, "again": NEW})
    assert (answer.status, answer.all("h1")) == (410, ["The link no longer works"])


def test_an_invitation_goes_to_the_address_as_it_is_stored(cleo: Visitor, sqlite: Database) -> None:
    cleo.open("/desk/people/invite")
    page = cleo.send(
        {"email": f" \u202a{in_wide_letters('Noor@example.com')}\u202c", "name": "", "role": "editor"}
    )
    assert page.all("h1") == ["noor@example.com is invited"]
    (message,) = mailed(sqlite)
    assert message.recipient == "noor@example.com"


def test_with_a_mail_server_the_link_is_not_shown(settings: Settings, sqlite: Database) -> None:
    with_mail = dataclasses.replace(settings, mail_server=MailServer.from_url("smtp://mail.example.com"))
    cleo = arrive(create_app(with_mail, sqlite), sqlite, "Cleo", Role.CHIEF)
    cleo.open("/desk/people/invite")
    page = cleo.send({"email": "noor@example.com", "name": "", "role": "editor"})
    assert "A link is on its way to noor@example.com." in page.text
    assert "/desk/join/" not in page.response.text


@pytest.mark.parametrize(
    "typed", ["Noor <noor@example.com>", "noor\uff20example.com", "mailto:Noor@example.com"]
)
def test_an_invitation_goes_to_the_bare_address(cleo: Visitor, sqlite: Database, typed: str) -> None:
    cleo.open("/desk/people/invite")
    assert cleo.send({"email": typed, "name": "Noor", "role": "editor"}).status == 200
    (message,) = mailed(sqlite)
    assert message.recipient == "noor@example.com"


def test_a_refused_invitation_says_what_is_wrong_with_the_address(cleo: Visitor) -> None:
    cleo.open("/desk/people/invite")
    page = cleo.send({"email": "noor at example.com", "role": "editor"})
    assert "there is no @ in it" in page.one("#email-error").get_text()


def test_invalid_invitations_are_refused(cleo: Visitor, sqlite: Database) -> None:
    cleo.open("/desk/people/invite")
    for email in ("", "not an address", "cleo@example.com"):
        assert cleo.send({"email": email, "role": "editor"}).status == 422, email
    cleo.open("/desk/people/invite")
    page = cleo.send({"email": "noor@example.com", "role": "king"})
    assert (page.status, page.all(".error-line")) == (422, ["Choose a role."])
    assert mailed(sqlite) == []


def test_an_invitation_is_revoked(cleo: Visitor, visitor: Visitor) -> None:
    link = invite(cleo, "Noor", "editor")
    action = str(cleo.open("/desk/people").one('form[action$="/take-back"]')["action"])
    assert press(cleo, "/desk/people", action)[0] == 200
    assert visitor.open(link).status == 410


def test_an_ended_account_gets_no_password_link_and_the_page_says_why(
    cleo: Visitor, dana: Visitor, sqlite: Database
) -> None:
    dana.open("/desk/")
    page = f"/desk/people/{editor_of(sqlite, 'Dana').id}"
    fields = form_fields(cleo.open(page).one(f'form[action="{page}/password-link"]'))
    press(cleo, page, f"{page}/end")
    answer = cleo.client.post(f"{page}/password-link", data=fields)
    assert answer.status_code == 409
    assert "This account has ended. Reopen it first." in answer.text
    assert mailed(sqlite) == []


def test_an_account_is_ended_and_opened_again(cleo: Visitor, dana: Visitor, sqlite: Database) -> None:
    page = f"/desk/people/{editor_of(sqlite, 'Dana').id}"
    press(cleo, page, f"{page}/end")
    assert dana.open("/desk/").all("h1") == ["Sign in"]
    assert log_in(dana, "Dana").status == 422
    press(cleo, page, f"{page}/reopen")
    assert log_in(dana, "Dana").all("h1") == ["Received"]
    assert [kind for kind in account_kinds(sqlite, "Dana") if kind.value in {"ended", "reopened"}] == [
        AccountEventKind.ENDED,
        AccountEventKind.REOPENED,
    ]


def test_roles_are_changed_and_the_last_chief_stays(cleo: Visitor, dana: Visitor, sqlite: Database) -> None:
    page = f"/desk/people/{editor_of(sqlite, 'Dana').id}"
    mine = f"/desk/people/{editor_of(sqlite, 'Cleo').id}"
    status, text = press(cleo, mine, f"{mine}/role", role="editor")
    assert status == 409
    assert "This is the desk’s only chief." in text
    press(cleo, page, f"{page}/role", role="chief")
    assert dana.open("/desk/people").status == 200
    assert press(dana, page, f"{page}/role", role="nonsense")[0] == 400
    press(cleo, mine, f"{mine}/role", role="editor")
    assert cleo.open("/desk/people").status == 403


def test_a_second_factor_is_required_and_reset(cleo: Visitor, dana: Visitor, sqlite: Database) -> None:
    page = f"/desk/people/{editor_of(sqlite, 'Dana').id}"
    press(cleo, page, f"{page}/second-factor", required="yes")
    assert dana.open("/desk/").all("h1") == ["Second step at sign-in"]
    assert "Required, not set up" in cleo.open("/desk/people").text
    set_up_app(sqlite, "Dana")
    assert dana.open("/desk/").all("h1") == ["Received"]
    press(cleo, page, f"{page}/second-factor/reset")
    assert dana.open("/desk/").all("h1") == ["Second step at sign-in"]
    press(cleo, page, f"{page}/second-factor", required="no")
    assert dana.open("/desk/").all("h1") == ["Received"]
    assert account_kinds(sqlite, "Dana")[-4:] == [
        AccountEventKind.SECOND_FACTOR_REQUIRED,
        AccountEventKind.SECOND_FACTOR_SET,
        AccountEventKind.SECOND_FACTOR_REMOVED,
        AccountEventKind.SECOND_FACTOR_REQUIRED,
    ]


def test_a_chief_signs_an_editor_out_and_sends_a_password_link(
    cleo: Visitor, dana: Visitor, sqlite: Database, visitor: Visitor
) -> None:
    page = f"/desk/people/{editor_of(sqlite, 'Dana').id}"
    press(cleo, page, f"{page}/sign-out")
    assert dana.open("/desk/").all("h1") == ["Sign in"]
    link = link_in(press(cleo, page, f"{page}/password-link")[1].replace("<", " "))
    visitor.open(link)
    assert visitor.send({"password": NEW, "again": NEW}).all("h1") == ["You have a new password"]
    assert log_in(dana, "Dana", NEW).all("h1") == ["Received"]


def test_editors_can_not_use_these_pages(app: Flask, dana: Visitor, sqlite: Database) -> None:
    dana_id = editor_of(sqlite, "Dana").id
    token = dana.open("/desk/account").typed()["csrf_token"]
    closed = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/desk/people")]
    assert len(closed) > 10
    for rule in closed:
        path = re.sub(r"<int:\w+>", str(dana_id), rule.rule)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            sent = {"csrf_token": token, "role": "chief", "email": "x@example.com"}
            answer = dana.client.open(path, method=method, data=sent if method == "POST" else None)
            assert answer.status_code == 403, f"{method} {path}"
    dana.client.post("/desk/account/name", data={"csrf_token": token, "name": "Dana", "role": "chief"})
    assert editor_of(sqlite, "Dana").role is Role.EDITOR
    assert "People" not in dana.open("/desk/").all(".desk-nav a")


def test_links_in_messages_are_hidden_on_the_pages_about_messages(
    cleo: Visitor, dana: Visitor, sqlite: Database
) -> None:
    link = invite(cleo, "Noor", "chief")
    (message,) = mailed(sqlite)
    assert dana.open("/desk/messages").all(".messages td") == []
    assert dana.open(f"/desk/messages/{message.id}").status == 404
    page = cleo.open(f"/desk/messages/{message.id}")
    assert page.status == 200
    assert link not in page.response.text


def test_a_chief_sees_sign_ins_and_failures(cleo: Visitor, dana: Visitor, sqlite: Database) -> None:
    log_in(dana, "Dana", "wrong")
    page = cleo.open(f"/desk/people/{editor_of(sqlite, 'Dana').id}")
    assert page.all(".account-events .trouble") == ["Sign-in failed: wrong password"]
    events = cleo.open("/desk/people/events").all(".account-events li > span")
    assert events[0] == "Dana : Sign-in failed: wrong password"
    assert "Cleo : Signed in with the password" in events


def test_the_number_of_queries_does_not_grow_with_the_lists(cleo: Visitor, sqlite: Database) -> None:
    def queries(path: str) -> int:
        statements: list[str] = []

        def record(*arguments: object) -> None:
            statements.append(str(arguments[2]))

        event.listen(sqlite.engine, "before_cursor_execute", record)
        assert cleo.open(path).status == 200
        event.remove(sqlite.engine, "before_cursor_execute", record)
        return len(statements)

    paths = ("/desk/people", "/desk/people/events")
    before = [queries(path) for path in paths]
    for number in range(5):
        add_editor(
            sqlite,
            email=f"many{number}@example.com",
            name="",
            role=Role.READER,
            password=PASSWORD,
            now=now(),
        )
    invite(cleo, "Noor", "reader")
    assert [queries(path) for path in paths] == before


@pytest.mark.parametrize("path", ["/desk/people/999", "/desk/people/99999999999999999999"])
def test_a_missing_account_has_no_page(cleo: Visitor, path: str) -> None:
    assert cleo.open(path).status == 404
