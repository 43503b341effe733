"""Signing in, and staying so in one browser."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from webapp.letters.claims import release_all
from webapp.letters.database import Database
from webapp.letters.models import Editor, SignIn
from webapp.letters.states import Role
from webapp.letters.workflow import Actor
from webapp.people.accounts import hashed, is_password, needs_new_hash

SIGN_IN_LASTS = timedelta(hours=12)
"""A working day: an editor signs in each morning."""


class SignInRefusedError(Exception):
    """No account that works has this e-mail address and password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedInEditor:
    """Whoever is at the desk in one browser."""

    editor_id: int
    name: str
    email: str
    role: Role

    @property
    def actor(self) -> Actor:
        """Who they are to the record."""
        return Actor(self.editor_id, self.role)

    def may(self, role: Role) -> bool:
        """Tell whether they may do what people with ``role`` may."""
        ranks = list(Role)
        return ranks.index(self.role) >= ranks.index(role)


def sign_in(database: Database, *, email: str, password: str, now: datetime) -> str:
    """Start a sign-in and return its token, which only the browser keeps.

    Takes as long for an address without an account as for a wrong password.

    Raises:
        SignInRefusedError: the address and the password don't fit, or the account has ended.
    """
    with database.reading() as session:
        editor = session.scalar(select(Editor).where(Editor.email == email.strip().lower()))
    known = editor.password_hash if editor else None
    if not is_password(password, known) or editor is None or editor.ended_at is not None:
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
        if needs_new_hash(editor.password_hash):
            session.execute(
                update(Editor).where(Editor.id == editor.id).values(password_hash=hashed(password))
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
    """End the sign-in that ``token`` belongs to; who leaves is on no letter any more."""
    editor_id = session.scalar(
        update(SignIn)
        .where(SignIn.token_digest == _digest(token), SignIn.ended_at.is_(None))
        .values(ended_at=now)
        .returning(SignIn.editor_id)
    )
    if editor_id is not None:
        release_all(session, editor_id, now)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
