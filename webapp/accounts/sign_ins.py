"""Signing in, and staying so in one browser."""

import functools
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, bindparam, select, update
from sqlalchemy.orm import Session

from webapp.accounts.accounts import hashed, is_password, needs_new_hash
from webapp.accounts.events import BY_PASSWORD, note_event
from webapp.accounts.second_factors import factors_of
from webapp.accounts.secret_digests import digest, new_token
from webapp.letters.editing.claims import release_all
from webapp.letters.editing.workflow import Actor
from webapp.store.database import Database
from webapp.store.models import AccountEventKind, Editor, Passkey, Role, SignIn
from webapp.store.statements import rows_changed

SIGN_IN_LASTS = timedelta(hours=12)
"""A working day: an editor signs in each morning."""
LONGEST_BROWSER = 200
"""Characters of what a browser calls itself that are kept."""
TOKEN_DIGEST, NOW = "token_digest", "now"


class SignInRefusedError(Exception):
    """No account that works has this e-mail address and password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedInEditor:
    """Whoever is at the desk in one browser."""

    editor_id: int
    name: str
    email: str
    role: Role
    sign_in_id: int = 0
    must_set_up: bool = False
    """Whether a chief wants a second factor that is not there yet."""

    @property
    def actor(self) -> Actor:
        """Who they are to the record."""
        return Actor(self.editor_id, self.role)

    def may(self, role: Role) -> bool:
        """Tell whether they may do what people with ``role`` may."""
        ranks = list(Role)
        return ranks.index(self.role) >= ranks.index(role)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenPassword:
    """An editor who knew the password.

    Attributes:
        editor_id: Who.
        mark: Of the password as it was then; a new one makes the proof worthless.
        needs_second_step: Whether the password is not enough.
    """

    editor_id: int
    mark: str
    needs_second_step: bool


def check_password(database: Database, *, email: str, password: str, now: datetime) -> ProvenPassword:
    """Tell whose password this is; a wrong one leaves an event on the account, if there is one.

    Raises:
        SignInRefusedError: the address and the password don't fit, or the account has ended.
    """
    with database.snapshot() as session:
        editor = session.scalar(select(Editor).where(Editor.email == email.strip().lower()))
    known = editor.password_hash if editor else None
    if not is_password(password, known) or editor is None or editor.ended_at is not None:
        if editor is not None:
            note_failure(database, editor.id, note=BY_PASSWORD, now=now)
        raise SignInRefusedError
    kept = editor.password_hash
    if needs_new_hash(kept):
        kept = hashed(password)
        with database.transaction() as session:
            # Another password may have been chosen meanwhile, and stays.
            same = update(Editor).where(Editor.id == editor.id, Editor.password_hash == known)
            session.execute(same.values(password_hash=kept))
    with database.snapshot() as session:
        needs_second_step = bool(factors_of(session, editor.id))
    return ProvenPassword(editor_id=editor.id, mark=_mark(kept), needs_second_step=needs_second_step)


def is_own_password(database: Database, editor_id: int, password: str, *, now: datetime) -> bool:
    """Tell whether somebody who is signed in knows the password; a wrong one leaves an event."""
    with database.snapshot() as session:
        kept = session.scalars(select(Editor.password_hash).where(Editor.id == editor_id)).one()
    fits = is_password(password, kept)
    if not fits:
        note_failure(database, editor_id, note=BY_PASSWORD, now=now)
    return fits


def note_failure(database: Database, editor_id: int, *, note: str, now: datetime) -> None:
    """Leave an event of a sign-in that failed."""
    with database.transaction() as session:
        note_event(session, AccountEventKind.SIGN_IN_FAILED, editor_id, now=now, note=note)


def start_sign_in(
    session: Session,
    editor_id: int,
    *,
    mark: str | None,
    browser: str,
    now: datetime,
    note: str = BY_PASSWORD,
) -> str:
    """Start a sign-in and return its token, which only the browser keeps.

    Args:
        session: The transaction.
        editor_id: Who has proved who they are.
        mark: Of the password that they did it with; a new one meanwhile makes it worthless.
        browser: As it calls itself.
        now: The present moment.
        note: How they proved it.

    Raises:
        SignInRefusedError: the account has ended, or the password was changed.
    """
    editor = session.scalar(select(Editor).where(Editor.id == editor_id).with_for_update())
    if editor is None or editor.ended_at is not None:
        raise SignInRefusedError
    if mark is not None and not hmac.compare_digest(mark, _mark(editor.password_hash)):
        raise SignInRefusedError
    token = new_token()
    session.add(
        SignIn(
            token_digest=digest(token),
            editor_id=editor_id,
            browser=browser[:LONGEST_BROWSER],
            created_at=now,
            expires_at=now + SIGN_IN_LASTS,
        )
    )
    note_event(session, AccountEventKind.SIGNED_IN, editor_id, now=now, note=note)
    return token


def signed_in_editor(session: Session, token: str, now: datetime) -> SignedInEditor | None:
    """Return who signed in with ``token``, unless that has ended."""
    found = session.execute(_signed_in(), {TOKEN_DIGEST: digest(token), NOW: now}).one_or_none()
    if found is None:
        return None
    return SignedInEditor(
        editor_id=found.editor_id,
        name=found.name,
        email=found.email,
        role=found.role,
        sign_in_id=found.sign_in_id,
        must_set_up=found.must_set_up,
    )


# Made once: each page of the desk begins with it. SQLAlchemy gives the type of a row by its places; this one
# is read by its names.
@functools.cache
def _signed_in() -> Select[*tuple[Any, ...]]:
    has_passkey = select(Passkey.id).where(Passkey.editor_id == SignIn.editor_id).exists()
    return (
        select(
            SignIn.id.label("sign_in_id"),
            SignIn.editor_id,
            Editor.name,
            Editor.email,
            Editor.role,
            and_(Editor.second_factor_required, Editor.totp_confirmed_at.is_(None), ~has_passkey).label(
                "must_set_up"
            ),
        )
        .join(Editor, Editor.id == SignIn.editor_id)
        .where(
            SignIn.token_digest == bindparam(TOKEN_DIGEST),
            SignIn.ended_at.is_(None),
            SignIn.expires_at > bindparam(NOW),
            Editor.ended_at.is_(None),
        )
    )


def open_sign_ins(session: Session, editor_id: int, now: datetime) -> Sequence[SignIn]:
    """List where an editor is signed in, the newest first."""
    return session.scalars(
        select(SignIn)
        .where(SignIn.editor_id == editor_id, SignIn.ended_at.is_(None), SignIn.expires_at > now)
        .order_by(SignIn.id.desc())
    ).all()


def sign_out(
    session: Session, editor_id: int, sign_in_id: int, now: datetime, *, stays: bool = False
) -> None:
    """End one of an editor's sign-ins; nothing happens where it has ended, or is somebody else's.

    Who leaves is on no letter any more; who ``stays`` ends the sign-in of another browser, and goes on.
    """
    if _end(session, editor_id, now, only=sign_in_id):
        if not stays:
            release_all(session, editor_id, now)
        note_event(session, AccountEventKind.SIGNED_OUT, editor_id, now=now)


def sign_out_everywhere(
    session: Session, editor_id: int, now: datetime, *, by_id: int | None = None, but: int | None = None
) -> None:
    """End all of an editor's sign-ins, apart from ``but``, and note it where there was one.

    Who has none left is on no letter any more.
    """
    if _end(session, editor_id, now, but=but):
        if but is None:
            release_all(session, editor_id, now, by_id=by_id)
        note_event(session, AccountEventKind.SIGNED_OUT_EVERYWHERE, editor_id, now=now, by_id=by_id)


def _end(
    session: Session, editor_id: int, now: datetime, *, only: int | None = None, but: int | None = None
) -> int:
    running = update(SignIn).where(
        SignIn.editor_id == editor_id, SignIn.ended_at.is_(None), SignIn.expires_at > now
    )
    if only is not None:
        running = running.where(SignIn.id == only)
    if but is not None:
        running = running.where(SignIn.id != but)
    return rows_changed(session, running.values(ended_at=now))


def _mark(password_hash: str) -> str:
    return hashlib.sha256(password_hash.encode()).hexdigest()[:32]
