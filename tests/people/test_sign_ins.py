"""Accounts and sign-ins."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.samples import NOON, PASSWORD
from webapp.letters.database import Database
from webapp.letters.models import Editor, SignIn
from webapp.letters.states import Role
from webapp.people.accounts import EditorExistsError, EditorRefusedError, add_editor
from webapp.people.sign_ins import (
    SIGN_IN_LASTS,
    SignedInEditor,
    SignInRefusedError,
    sign_in,
    sign_out,
    signed_in_editor,
)


@pytest.fixture
def dana(store: Database) -> str:
    """The address of an editor."""
    add_editor(store, email="Dana@Example.com", name="Dana", role=Role.CHIEF, password=PASSWORD, now=NOON)
    return "dana@example.com"


def at_the_desk(store: Database, token: str, after: timedelta = timedelta()) -> SignedInEditor | None:
    with store.reading() as session:
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
    with store.writing() as session:
        sign_out(session, token, NOON)
    assert not at_the_desk(store, token)


def test_an_account_that_has_ended_lets_nobody_in(store: Database, dana: str) -> None:
    token = sign_in(store, email=dana, password=PASSWORD, now=NOON)
    with store.writing() as session:
        session.execute(update(Editor).values(ended_at=NOON))
    assert not at_the_desk(store, token)
    with pytest.raises(SignInRefusedError):
        sign_in(store, email=dana, password=PASSWORD, now=NOON)


def test_neither_password_nor_token_is_kept(store: Database, dana: str) -> None:
    token = sign_in(store, email=dana, password=PASSWORD, now=NOON)
    with store.reading() as session:
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
