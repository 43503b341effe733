"""Accounts of the desk's people, and their passwords."""

import functools
import secrets
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.exc import IntegrityError

from webapp.letters.database import Database
from webapp.letters.models import Editor
from webapp.letters.states import Role
from webapp.rules.emails import read_email
from webapp.rules.findings import RefusedError

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
    try:
        address = read_email(email).text.lower()
    except RefusedError as error:
        raise EditorRefusedError(f"“{email}” is not an e-mail address.") from error
    editor = Editor(
        email=address,
        name=name.strip() or address.partition("@")[0],
        role=role,
        password_hash=hashed(password),
        created_at=now,
    )
    try:
        with database.writing() as session:
            session.add(editor)
    except IntegrityError as error:
        raise EditorExistsError from error
    return editor.id


@functools.cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@functools.cache
@functools.cache
def _hash_of_nobody() -> str:
    return _hasher().hash(secrets.token_urlsafe())
