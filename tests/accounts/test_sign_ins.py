"""Accounts and sign-ins."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from tests.samples import NOON, PASSWORD
from webapp.accounts.accounts import (
    EditorExistsError,
    EditorRefusedError,
    add_editor,
    change_password,
    hashed,
)
from webapp.accounts.sign_ins import (
    SIGN_IN_LASTS,
    SignedInEditor,
    SignInRefusedError,
    check_password,
    open_sign_ins,
    sign_out,
    sign_out_everywhere,
    signed_in_editor,
    start_sign_in,
)
from webapp.store.database import Database
from webapp.store.models import AccountEvent, AccountEventKind, Editor, Role, SignIn


@pytest.fixture
def dana(store: Database) -> str:
    """The address of an editor."""
    add_editor(store, email="Dana@Example.com", name="Dana", role=Role.CHIEF, password=PASSWORD, now=NOON)
    return "dana@example.com"


def sign_in(store: Database, *, email: str, password: str, now: datetime, browser: str = "") -> str:
    proven = check_password(store, email=email, password=password, now=now)
    with store.transaction() as session:
        return start_sign_in(session, proven.editor_id, mark=proven.mark, browser=browser, now=now)


def at_the_desk(store: Database, token: str, after: timedelta = timedelta()) -> SignedInEditor | None:
    with store.snapshot() as session:
        return signed_in_editor(session, token, NOON + after)


def test_the_right_password_lets_an_editor_in(store: Database, dana: str) -> None:
    token = sign_in(store, email=f" {dana.upper()} ", password=PASSWORD, now=NOON)
    editor = at_the_desk(store, token)
    assert editor
    assert (editor.name, editor.email, editor.role) == ("Dana", dana, Role.CHIEF)


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("dana@example.com", "wrong"),
        ("nobody@example.com", PASSWORD),
        ("", ""),
        ("dana@example.com", "x" * 9999),
    ],
)
@pytest.mark.usefixtures("dana")
def test_nothing_else_does(store: Database, email: str, password: str) -> None:
    with pytest.raises(SignInRefusedError):
        sign_in(store, email=email, password=password, now=NOON)


def test_a_sign_in_ends_with_the_day_or_with_signing_out(store: Database, dana: str) -> None:
    token = sign_in(store, email=dana, password=PASSWORD, now=NOON)
    assert at_the_desk(store, token, SIGN_IN_LASTS - timedelta(seconds=1))
    assert not at_the_desk(store, token, SIGN_IN_LASTS)
    editor = at_the_desk(store, token)
    assert editor
    with store.transaction() as session:
        sign_out(session, editor.editor_id, editor.sign_in_id, NOON)
    assert not at_the_desk(store, token)


def test_an_account_that_has_ended_lets_nobody_in(store: Database, dana: str) -> None:
    token = sign_in(store, email=dana, password=PASSWORD, now=NOON)
    with store.transaction() as session:
        session.execute(update(Editor).values(ended_at=NOON))
    assert not at_the_desk(store, token)
    with pytest.raises(SignInRefusedError):
        sign_in(store, email=dana, password=PASSWORD, now=NOON)


def test_neither_password_nor_token_is_kept(store: Database, dana: str) -> None:
    token = sign_in(store, email=dana, password=PASSWORD, now=NOON)
    with store.snapshot() as session:
        kept = session.scalars(select(SignIn)).one()
        editor = session.scalars(select(Editor)).one()
    assert editor.password_hash.startswith("$argon2id$")
    assert PASSWORD not in editor.password_hash
    assert token.encode() not in kept.token_digest


@pytest.mark.usefixtures("dana")
def test_an_address_has_one_account(store: Database) -> None:
    with pytest.raises(EditorExistsError):
        add_editor(store, email="DANA@example.com", name="", role=Role.EDITOR, password=PASSWORD, now=NOON)


@pytest.mark.parametrize(("email", "password"), [("dana", PASSWORD), ("dana@example.com", "short")])
def test_accounts_need_an_address_and_a_password_worth_the_name(
    store: Database, email: str, password: str
) -> None:
    with pytest.raises(EditorRefusedError):
        add_editor(store, email=email, name="", role=Role.EDITOR, password=password, now=NOON)


def test_one_browser_is_signed_out_or_all_of_them(store: Database, dana: str) -> None:
    tokens = [
        sign_in(store, email=dana, password=PASSWORD, now=NOON, browser=f"Browser {number}")
        for number in range(3)
    ]
    first = at_the_desk(store, tokens[0])
    assert first
    with store.transaction() as session:
        sign_out(session, first.editor_id, first.sign_in_id, NOON)
    assert [bool(at_the_desk(store, token)) for token in tokens] == [False, True, True]
    with store.snapshot() as session:
        shown = [row.browser for row in open_sign_ins(session, first.editor_id, NOON)]
    assert shown == ["Browser 2", "Browser 1"]
    with store.transaction() as session:
        sign_out_everywhere(session, first.editor_id, NOON)
    assert not any(at_the_desk(store, token) for token in tokens)


def test_nobody_signs_a_colleagues_browser_out(store: Database, dana: str) -> None:
    token = sign_in(store, email=dana, password=PASSWORD, now=NOON)
    editor = at_the_desk(store, token)
    assert editor
    with store.transaction() as session:
        sign_out(session, editor.editor_id + 1, editor.sign_in_id, NOON)
    assert at_the_desk(store, token)


def test_an_old_password_that_is_hashed_anew_does_not_come_back(
    store: Database, dana: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change_meanwhile(_kept: str) -> bool:
        with store.transaction() as session:
            editor_id = session.scalars(select(Editor.id)).one()
            change_password(session, editor_id, hashed("another long password"), now=NOON)
        return True

    with monkeypatch.context() as patched:
        patched.setattr("webapp.accounts.sign_ins.needs_new_hash", change_meanwhile)
        with pytest.raises(SignInRefusedError):
            sign_in(store, email=dana, password=PASSWORD, now=NOON)
    assert sign_in(store, email=dana, password="another long password", now=NOON)


def test_a_password_that_was_changed_meanwhile_starts_no_sign_in(store: Database, dana: str) -> None:
    proven = check_password(store, email=dana, password=PASSWORD, now=NOON)
    with store.transaction() as session:
        change_password(session, proven.editor_id, hashed("another good password"), now=NOON)
    with pytest.raises(SignInRefusedError), store.transaction() as session:
        start_sign_in(session, proven.editor_id, mark=proven.mark, browser="", now=NOON)


def test_the_door_keeps_a_record_of_accounts_and_of_no_stranger(store: Database, dana: str) -> None:
    for email, password in ((dana, "wrong"), ("stranger@example.com", "wrong"), (dana, PASSWORD)):
        try:
            sign_in(store, email=email, password=password, now=NOON)
        except SignInRefusedError:
            continue
    with store.snapshot() as session:
        events = session.scalars(select(AccountEvent).order_by(AccountEvent.id)).all()
    assert [event.kind for event in events] == [
        AccountEventKind.SIGN_IN_FAILED,
        AccountEventKind.SIGNED_IN,
    ]
    assert not any("@" in event.note for event in events)
