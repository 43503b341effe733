"""Helpers of account tests: editors with roles, sign-in, authenticator apps, events, links in mails."""

import re
from datetime import timedelta

import pyotp
from flask import Flask
from sqlalchemy import func, select, update

from tests.pages import Page, Visitor
from tests.samples import PASSWORD
from webapp.accounts.administration import add_editor
from webapp.accounts.totp import confirm_authenticator, start_authenticator_setup
from webapp.installation.clock import now
from webapp.store.database import Database
from webapp.store.models import AccountEvent, AccountEventKind, Editor, Message, Role

STEP = 30


def arrive(app: Flask, database: Database, name: str, role: Role) -> Visitor:
    """Create an account and return a browser that is signed in with it."""
    add_editor(database, email=address(name), name=name, role=role, password=PASSWORD, now=now())
    visitor = Visitor(app)
    log_in(visitor, name)
    return visitor


def address(name: str) -> str:
    """Return the e-mail address of an editor."""
    return f"{name.lower()}@example.com"


def log_in(visitor: Visitor, name: str, password: str = PASSWORD) -> Page:
    """Submit the sign-in form for an editor; return the page after redirects."""
    visitor.open("/desk/login")
    return visitor.send({"email": address(name), "password": password})


def editor_of(database: Database, name: str) -> Editor:
    """Return an editor's account."""
    with database.snapshot() as session:
        return session.scalars(select(Editor).where(Editor.email == address(name))).one()


def set_up_app(database: Database, name: str) -> pyotp.TOTP:
    """Set up an authenticator for an editor, confirmed five minutes ago; return its code generator."""
    editor_id, before = editor_of(database, name).id, now() - timedelta(minutes=5)
    with database.transaction() as session:
        start_authenticator_setup(session, editor_id)
    app = pyotp.TOTP(editor_of(database, name).totp_secret or "")
    with database.transaction() as session:
        confirm_authenticator(session, editor_id, app.at(before), now=before)
    return app


def account_kinds(database: Database, name: str) -> list[AccountEventKind]:
    """Return the kinds of all events of an editor's account, in order."""
    with database.snapshot() as session:
        return list(
            session.scalars(
                select(AccountEvent.kind)
                .where(AccountEvent.editor_id == editor_of(database, name).id)
                .order_by(AccountEvent.id)
            )
        )


def mailed(database: Database) -> list[Message]:
    """Return all messages in the outbox, oldest first."""
    with database.snapshot() as session:
        return list(session.scalars(select(Message).order_by(Message.id)))


def link_in(text: str) -> str:
    """Return the path of the one-time link (invitation or password reset) in a text."""
    found = re.search(r"https?://[^/\s]+(/desk/(?:join|password/new)/\S+)", text)
    assert found, text
    return found[1]


def count_accounts(database: Database) -> int:
    """Count the accounts."""
    with database.snapshot() as session:
        return session.scalars(select(func.count()).select_from(Editor)).one()


def require_factor(database: Database, name: str) -> None:
    """Require a second factor of an editor."""
    with database.transaction() as session:
        session.execute(
            update(Editor).where(Editor.email == address(name)).values(second_factor_required=True)
        )


def expire_reauthentication(visitor: Visitor) -> None:
    """Set the last re-authentication of this browser an hour back."""
    with visitor.client.session_transaction() as cookie:
        cookie["proved_at"] -= 3600
