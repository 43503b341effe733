"""Accounts of the desk's people, and their passwords."""

import functools
import secrets
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.accounts.events import note_event
from webapp.rules.emails import read_email
from webapp.rules.findings import RefusedError
from webapp.rules.submission import clean_line
from webapp.store.database import Database
from webapp.store.models import AccountEventKind, Editor, Role

LONGEST_NAME = 100
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 1000
"""Characters; the longest only bounds the work of hashing."""


class EditorExistsError(Exception):
    """There is an account with that e-mail address already."""


class EditorRefusedError(Exception):
    """An account can't be made like this; the message says why."""


def hashed(password: str) -> str:
    """Return what is kept of a password.

    Raises:
        EditorRefusedError: it is too short or too long.
    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise EditorRefusedError(
            f"A password has from {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters; this one has "
            f"{len(password)}."
        )
    return _hasher().hash(password)


def is_password(password: str, kept: str | None) -> bool:
    """Tell whether a password is the one of which ``kept`` was kept; nothing takes as long as a wrong one."""
    try:
        _hasher().verify(kept or _hash_of_nobody(), password[:LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def needs_new_hash(kept: str) -> bool:
    """Tell whether a password was hashed in a way that is not the safest any more."""
    return _hasher().check_needs_rehash(kept)


def add_editor(database: Database, *, email: str, name: str, role: Role, password: str, now: datetime) -> int:
    """Make an account and return its number.

    Raises:
        EditorRefusedError: the address isn't one, or the password is too short or too long.
        EditorExistsError: the address has an account.
    """
    address = account_address(email)
    password_hash = hashed(password)
    with database.transaction() as session:
        editor = make_editor(
            session, email=address, name=name, role=role, password_hash=password_hash, now=now
        )
        return editor.id


def account_address(email: str) -> str:
    """Return an e-mail address as accounts have it.

    Raises:
        EditorRefusedError: it isn't one.
    """
    try:
        return read_email(email).text.lower()
    except RefusedError as error:
        raise EditorRefusedError(f"“{email}” is not an e-mail address.") from error


def make_editor(
    session: Session, *, email: str, name: str, role: Role, password_hash: str, now: datetime
) -> Editor:
    """Make an account at an address that was read already.

    Raises:
        EditorExistsError: the address has an account.
    """
    editor = Editor(
        email=email,
        name=clean_line(name)[:LONGEST_NAME] or email.partition("@")[0],
        role=role,
        password_hash=password_hash,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(editor)
    except IntegrityError as error:
        raise EditorExistsError from error
    return editor


def rename_editor(session: Session, editor_id: int, name: str) -> None:
    """Let colleagues see an editor under another name, which must not be empty."""
    session.execute(update(Editor).where(Editor.id == editor_id).values(name=clean_line(name)[:LONGEST_NAME]))


def change_password(
    session: Session, editor_id: int, password_hash: str, *, now: datetime, note: str = ""
) -> None:
    """Keep another password of an editor's from now on."""
    session.execute(update(Editor).where(Editor.id == editor_id).values(password_hash=password_hash))
    note_event(session, AccountEventKind.PASSWORD_CHANGED, editor_id, now=now, note=note)


@functools.cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@functools.cache
def _hash_of_nobody() -> str:
    return _hasher().hash(secrets.token_urlsafe())


def editor_names(session: Session) -> dict[int, str]:
    """Return the names of all who have an account that works, by their numbers and in order."""
    query = select(Editor.id, Editor.name).where(Editor.ended_at.is_(None)).order_by(Editor.name, Editor.id)
    return {row.id: row.name for row in session.execute(query)}
