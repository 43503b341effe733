"""Sign-ins: check e-mail address and password (also to re-authenticate); start, look up and end a sign-in.

A sign-in is a row with the digest of a random token; only the browser's session cookie has the token itself.
It expires twelve hours after its last use, and 24 hours after its start in any case. `sign_out` and
`sign_out_everywhere` also release the editor's claims on letters, unless they are told to keep them; expiry
doesn't. Failed attempts are recorded as events, but not limited here.
"""

import functools
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, bindparam, select, update
from sqlalchemy.orm import Session

from webapp.accounts.accounts import find_editor_by_email
from webapp.accounts.events import BY_PASSWORD, record_account_event
from webapp.accounts.passwords import hash_password, needs_rehash, password_matches
from webapp.accounts.second_factors import second_factors_of
from webapp.accounts.secret_digests import new_token, secret_digest
from webapp.letters.editing.claims import release_all_claims
from webapp.letters.editing.workflow import Actor
from webapp.store.database import Database
from webapp.store.models import AccountEventKind, Editor, Passkey, Role, SignIn
from webapp.store.statements import rows_changed

SIGN_IN_LIFETIME = timedelta(hours=12)
"""How long a sign-in lasts after its last use: editors sign in each morning."""
LONGEST_SIGN_IN = timedelta(hours=24)
"""After this time a sign-in in use ends too. No shift is longer; the password given again starts another."""
RENEWAL_INTERVAL = timedelta(minutes=10)
"""A use is written down only if the last renewal is older: a page costs no write."""
WARNING_TIME = timedelta(minutes=30)
"""How long before the end of `LONGEST_SIGN_IN` the editor is warned."""
LONGEST_BROWSER = 200
"""Characters of the User-Agent header that are stored."""
TOKEN_DIGEST, NOW = "token_digest", "now"


class SignInRefusedError(Exception):
    """Wrong e-mail address or password, no account, an ended one, or the password was changed meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedInEditor:
    """The editor who is signed in with one browser."""

    editor_id: int
    name: str
    email: str
    role: Role
    sign_in_id: int = 0
    must_set_up_second_factor: bool = False
    """Whether a chief requires a second factor and the editor has none."""
    renewed_at: datetime
    """When the sign-in was renewed last, or started."""
    ends_at: datetime
    """When it ends, even if it is used until then."""

    @property
    def actor(self) -> Actor:
        """The editor as the actor of changes to letters."""
        return Actor(self.editor_id, self.role)

    def needs_renewal(self, now: datetime) -> bool:
        """Tell whether a use of the sign-in at ``now`` is to be written down with `renew_sign_in`."""
        return now - self.renewed_at >= RENEWAL_INTERVAL and self.renewed_at + SIGN_IN_LIFETIME < self.ends_at

    def ends_soon(self, now: datetime) -> bool:
        """Tell whether the sign-in ends within `WARNING_TIME`, however much it is used."""
        return now >= self.ends_at - WARNING_TIME

    def may(self, role: Role) -> bool:
        """Tell whether the editor has at least ``role``: READER, EDITOR, CHIEF, each with those before it."""
        ranks = list(Role)
        return ranks.index(self.role) >= ranks.index(role)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedPassword:
    """A password that was right, before the sign-in starts.

    Attributes:
        editor_id: Whose password.
        fingerprint: Of the stored password hash, so that a password changed meanwhile is noticed.
        needs_second_step: Whether a second factor must follow.
    """

    editor_id: int
    fingerprint: str
    needs_second_step: bool


def check_password(database: Database, *, email: str, password: str, now: datetime) -> VerifiedPassword:
    """Verify an e-mail address and a password; it starts no sign-in.

    A failure is recorded as an event, if the address has an account, open or ended. A hash with outdated
    parameters is replaced. Both are written in transactions of their own. Without an account it takes as long
    as with a wrong password, apart from that write.

    Args:
        database: Where the accounts are. It is not held while the password is hashed.
        email: The address, as typed; see `find_editor_by_email`.
        password: In plain text.
        now: The current time.

    Raises:
        SignInRefusedError: no account has this address and password, or the account has ended.
        StoreAwayError: the database can't be reached.
    """
    with database.snapshot() as session:
        editor = find_editor_by_email(session, email)
    stored_hash = editor.password_hash if editor else None
    if not password_matches(password, stored_hash) or editor is None or editor.ended_at is not None:
        if editor is not None:
            record_failed_sign_in(database, editor.id, note=BY_PASSWORD, now=now)
        raise SignInRefusedError
    password_hash = editor.password_hash
    if needs_rehash(password_hash):
        password_hash = hash_password(password)
        with database.transaction() as session:
            # A password that was changed since the read above is not overwritten.
            unchanged = update(Editor).where(Editor.id == editor.id, Editor.password_hash == stored_hash)
            session.execute(unchanged.values(password_hash=password_hash))
    with database.snapshot() as session:
        needs_second_step = bool(second_factors_of(session, editor.id))
    return VerifiedPassword(
        editor_id=editor.id, fingerprint=_fingerprint(password_hash), needs_second_step=needs_second_step
    )


def verify_own_password(database: Database, editor_id: int, password: str, *, now: datetime) -> bool:
    """Tell whether this is the password of a signed-in editor; record a failed sign-in where it isn't.

    The event is written in a transaction of its own. That the account is open isn't checked.

    Args:
        database: Where the accounts are. It is not held while the password is hashed.
        editor_id: The signed-in editor.
        password: In plain text.
        now: The current time.

    Raises:
        NoResultFound: no account has this id (an error of SQLAlchemy).
        StoreAwayError: the database can't be reached.
    """
    with database.snapshot() as session:
        password_hash = session.scalars(select(Editor.password_hash).where(Editor.id == editor_id)).one()
    matches = password_matches(password, password_hash)
    if not matches:
        record_failed_sign_in(database, editor_id, note=BY_PASSWORD, now=now)
    return matches


def record_failed_sign_in(database: Database, editor_id: int, *, note: str, now: datetime) -> None:
    """Record a failed sign-in in the account's log, in a transaction of its own.

    Args:
        database: Where to record it.
        editor_id: Whose account.
        note: What was wrong: `BY_PASSWORD`, `BY_CODE` or `BY_PASSKEY`.
        now: The current time.

    Raises:
        StoreAwayError: the database can't be reached.
    """
    with database.transaction() as session:
        record_account_event(session, AccountEventKind.SIGN_IN_FAILED, editor_id, now=now, note=note)


def create_sign_in(
    session: Session,
    editor_id: int,
    *,
    fingerprint: str | None,
    browser: str,
    now: datetime,
    note: str = BY_PASSWORD,
) -> str:
    """Start a sign-in and return its token; only the token's digest is stored.

    The event is recorded. The caller has authenticated the editor, also by a second factor where one is
    needed. The editor's row stays locked until the transaction ends. Other sign-ins go on.

    Args:
        session: The transaction.
        editor_id: Who signs in.
        fingerprint: `VerifiedPassword.fingerprint`; None where no password was used.
        browser: The User-Agent header; cut to 200 characters.
        now: The current time; unless it is renewed, the sign-in expires 12 hours later.
        note: How the editor was authenticated: `BY_PASSWORD`, `BY_CODE`, `BY_PASSKEY` or `BY_LINK`.

    Raises:
        SignInRefusedError: there is no such account, it has ended, or its password was changed since it was
            verified.
    """
    editor = session.scalar(select(Editor).where(Editor.id == editor_id).with_for_update())
    if editor is None or editor.ended_at is not None:
        raise SignInRefusedError
    if fingerprint is not None and not hmac.compare_digest(fingerprint, _fingerprint(editor.password_hash)):
        raise SignInRefusedError
    token = new_token()
    session.add(
        SignIn(
            token_digest=secret_digest(token),
            editor_id=editor_id,
            browser=browser[:LONGEST_BROWSER],
            created_at=now,
            expires_at=now + SIGN_IN_LIFETIME,
        )
    )
    record_account_event(session, AccountEventKind.SIGNED_IN, editor_id, now=now, note=note)
    return token


def signed_in_editor(session: Session, token: str, now: datetime) -> SignedInEditor | None:
    """Return the editor who signed in with ``token``, read anew at each call.

    It is None if no sign-in has the token, it has ended or expired, or the account has ended. The sign-in is
    not renewed here: see `renew_sign_in`.
    """
    found = session.execute(_signed_in_query(), {TOKEN_DIGEST: secret_digest(token), NOW: now}).one_or_none()
    if found is None:
        return None
    return SignedInEditor(
        editor_id=found.editor_id,
        name=found.name,
        email=found.email,
        role=found.role,
        sign_in_id=found.sign_in_id,
        must_set_up_second_factor=found.must_set_up_second_factor,
        renewed_at=found.expires_at - SIGN_IN_LIFETIME,
        ends_at=found.created_at + LONGEST_SIGN_IN,
    )


def renew_sign_in(session: Session, signed_in: SignedInEditor, now: datetime) -> None:
    """Let a sign-in that is in use last for another 12 hours, but for no more than 24 from its start.

    Nothing happens where it has ended meanwhile. No event is recorded.
    """
    expires_at = min(now + SIGN_IN_LIFETIME, signed_in.ends_at)
    open_one = update(SignIn).where(
        SignIn.id == signed_in.sign_in_id, SignIn.ended_at.is_(None), SignIn.expires_at > now
    )
    session.execute(open_one.values(expires_at=expires_at))


def replace_sign_in(session: Session, editor_id: int, sign_in_id: int, *, browser: str, now: datetime) -> str:
    """End a sign-in and start another in its place, after the password was given again; return its token.

    The editor keeps the claims on letters. Both are recorded as events.

    Args:
        session: The transaction.
        editor_id: Whose sign-in it is.
        sign_in_id: The sign-in to replace.
        browser: The User-Agent header; cut to 200 characters.
        now: The current time.

    Raises:
        SignInRefusedError: the account has ended.
    """
    token = create_sign_in(session, editor_id, fingerprint=None, browser=browser, now=now)
    sign_out(session, editor_id, sign_in_id, now, keep_claims=True)
    return token


# Built once: it runs for each page of the desk. SQLAlchemy types rows by position; this one is read by name.
@functools.cache
def _signed_in_query() -> Select[*tuple[Any, ...]]:
    has_passkey = select(Passkey.id).where(Passkey.editor_id == SignIn.editor_id).exists()
    return (
        select(
            SignIn.id.label("sign_in_id"),
            SignIn.editor_id,
            Editor.name,
            Editor.email,
            Editor.role,
            SignIn.created_at,
            SignIn.expires_at,
            and_(Editor.second_factor_required, Editor.totp_confirmed_at.is_(None), ~has_passkey).label(
                "must_set_up_second_factor"
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


def active_sign_ins(session: Session, editor_id: int, now: datetime) -> Sequence[SignIn]:
    """Return the sign-ins of an editor that have not ended or expired, newest first."""
    return session.scalars(
        select(SignIn)
        .where(SignIn.editor_id == editor_id, SignIn.ended_at.is_(None), SignIn.expires_at > now)
        .order_by(SignIn.id.desc())
    ).all()


def sign_out(
    session: Session, editor_id: int, sign_in_id: int, now: datetime, *, keep_claims: bool = False
) -> None:
    """End one sign-in of an editor, and record the event.

    Nothing happens where it has ended or expired already, or is another editor's. The row stays, with the
    time of its end.

    Args:
        session: The transaction.
        editor_id: Whose sign-in it must be.
        sign_in_id: The sign-in to end.
        now: The current time.
        keep_claims: Whether the editor keeps the claims on letters, as when the sign-in of another browser is
            ended; else all of them are released, also if the editor is still signed in elsewhere.
    """
    if _end_sign_ins(session, editor_id, now, only_id=sign_in_id):
        if not keep_claims:
            release_all_claims(session, editor_id, now)
        record_account_event(session, AccountEventKind.SIGNED_OUT, editor_id, now=now)


def sign_out_everywhere(
    session: Session,
    editor_id: int,
    now: datetime,
    *,
    by_id: int | None = None,
    except_sign_in_id: int | None = None,
) -> None:
    """End all sign-ins of an editor; record the event and release the claims on letters if there was any.

    The rows stay, with the time of their end.

    Args:
        session: The transaction.
        editor_id: Whose sign-ins.
        now: The current time.
        by_id: The id of the chief who does it; None where the editor does.
        except_sign_in_id: A sign-in that goes on, such as the editor's present one; with it, the claims stay
            too.
    """
    if _end_sign_ins(session, editor_id, now, except_id=except_sign_in_id):
        if except_sign_in_id is None:
            release_all_claims(session, editor_id, now, by_id=by_id)
        record_account_event(session, AccountEventKind.SIGNED_OUT_EVERYWHERE, editor_id, now=now, by_id=by_id)


def _end_sign_ins(
    session: Session,
    editor_id: int,
    now: datetime,
    *,
    only_id: int | None = None,
    except_id: int | None = None,
) -> int:
    """End active sign-ins of an editor; return how many."""
    active = update(SignIn).where(
        SignIn.editor_id == editor_id, SignIn.ended_at.is_(None), SignIn.expires_at > now
    )
    if only_id is not None:
        active = active.where(SignIn.id == only_id)
    if except_id is not None:
        active = active.where(SignIn.id != except_id)
    return rows_changed(session, active.values(ended_at=now))


def _fingerprint(password_hash: str) -> str:
    return hashlib.sha256(password_hash.encode()).hexdigest()[:32]
