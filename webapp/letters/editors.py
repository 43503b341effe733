"""The desk's people: accounts, passwords and sign-ins."""

import functools
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from webapp.letters.database import Database
from webapp.letters.models import Editor, SignIn
from webapp.letters.states import Role
from webapp.rules.emails import read_email
from webapp.rules.findings import RefusedError

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 1000
"""Characters; the longest only bounds the work of hashing."""
SIGN_IN_LASTS = timedelta(hours=12)
"""A working day: an editor signs in each morning."""


class EditorExistsError(Exception):
    """There is an account with that e-mail address already."""


class EditorRefusedError(Exception):
    """An account can't be made like this; the message says why."""


class SignInRefusedError(Exception):
    """No account that works has this e-mail address and password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedInEditor:
    """Whoever is at the desk in one browser."""

    editor_id: int
    name: str
    email: str
    role: Role


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
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise EditorRefusedError(
            f"A password has from {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters; this one has "
            f"{len(password)}."
        )
    editor = Editor(
        email=address,
        name=name.strip() or address.partition("@")[0],
        role=role,
        password_hash=_hasher().hash(password),
        created_at=now,
    )
    try:
        with database.writing() as session:
            session.add(editor)
    except IntegrityError as error:
        raise EditorExistsError from error
    return editor.id


def sign_in(database: Database, *, email: str, password: str, now: datetime) -> str:
    """Start a sign-in and return its token, which only the browser keeps.

    Takes as long for an address without an account as for a wrong password.

    Raises:
        SignInRefusedError: the address and the password don't fit, or the account has ended.
    """
    with database.reading() as session:
        editor = session.scalar(select(Editor).where(Editor.email == email.strip().lower()))
    known = editor.password_hash if editor else _hash_of_nobody()
    try:
        _hasher().verify(known, password[:LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError) as error:
        raise SignInRefusedError from error
    if editor is None or editor.ended_at is not None:
        raise SignInRefusedError
    token = secrets.token_urlsafe(32)
    with database.writing() as session:
        session.add(
            SignIn(
                token_digest=_digest(token),
                editor_id=editor.id,
                created_at=now,
                expires_at=now + SIGN_IN_LASTS,
            )
        )
        if _hasher().check_needs_rehash(known):
            session.execute(
                update(Editor).where(Editor.id == editor.id).values(password_hash=_hasher().hash(password))
            )
    return token


def signed_in_editor(session: Session, token: str, now: datetime) -> SignedInEditor | None:
    """Return who signed in with ``token``, unless that has ended."""
    sign_in = session.scalar(
        select(SignIn).where(SignIn.token_digest == _digest(token)).options(joinedload(SignIn.editor))
    )
    if sign_in is None or sign_in.ended_at or sign_in.expires_at <= now or sign_in.editor.ended_at:
        return None
    editor = sign_in.editor
    return SignedInEditor(editor_id=editor.id, name=editor.name, email=editor.email, role=editor.role)


def sign_out(session: Session, token: str, now: datetime) -> None:
    """End the sign-in that ``token`` belongs to."""
    session.execute(
        update(SignIn)
        .where(SignIn.token_digest == _digest(token), SignIn.ended_at.is_(None))
        .values(ended_at=now)
    )


@functools.cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@functools.cache
def _hash_of_nobody() -> str:
    return _hasher().hash(secrets.token_urlsafe())


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
