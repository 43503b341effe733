"""Authenticator apps (TOTP, RFC 6238) as a second factor: set up, confirm, verify codes, remove; an error."""

import hmac
from datetime import datetime

import pyotp
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from webapp.accounts.events import record_account_event
from webapp.accounts.second_factors import CodeRefusedError, delete_orphaned_recovery_codes
from webapp.store.models import AccountEventKind, Editor
from webapp.store.seal_keys import require_registered_key_in
from webapp.store.statements import rows_changed

STEP_SECONDS = 30
"""How long an app shows one code."""
DRIFT_STEPS = 1
"""Time steps by which the phone's clock may be ahead of the server's or behind it."""
CODE_DIGITS = 6


class AuthenticatorExistsError(Exception):
    """The editor has a confirmed authenticator, which must be removed before another one is set up."""


def start_authenticator_setup(session: Session, editor_id: int) -> None:
    """Store a new TOTP secret for the editor; it is no second factor until `confirm_authenticator`.

    An unconfirmed secret is replaced. No event is recorded. The editor's row stays locked until the
    transaction ends.

    Raises:
        AuthenticatorExistsError: an authenticator is confirmed already.
        NoResultFound: no account has this id (an error of SQLAlchemy).
        SealKeyUnregisteredError: this process seals with a key that isn't the store's.
    """
    editor = _lock_editor(session, editor_id)
    if editor.totp_confirmed_at is not None:
        raise AuthenticatorExistsError
    # Sealed by an UPDATE, which no trigger checks.
    require_registered_key_in(session)
    editor.totp_secret = pyotp.random_base32()


def unconfirmed_secret(editor: Editor) -> str | None:
    """Return the TOTP secret (base 32) until it is confirmed, then None: it is never shown again."""
    # One that none of the keys decrypts is as good as none: it is empty.
    return (editor.totp_secret or None) if editor.totp_confirmed_at is None else None


def otpauth_uri(editor: Editor, secret: str, issuer: str) -> str:
    """Return the otpauth:// URI that the app reads from the QR code; it contains the secret."""
    return pyotp.TOTP(secret).provisioning_uri(name=editor.email, issuer_name=issuer)


def confirm_authenticator(session: Session, editor_id: int, code: str, *, now: datetime) -> None:
    """Make the stored secret a second factor, if the app shows the right code for it; record the event.

    The editor's row stays locked until the transaction ends.

    Args:
        session: The transaction.
        editor_id: Whose authenticator it is.
        code: As typed; white space is ignored. It can't be used to sign in afterwards.
        now: The current time.

    Raises:
        AuthenticatorExistsError: an authenticator is confirmed already.
        CodeRefusedError: the code is wrong, or no secret is stored.
        NoResultFound: no account has this id (an error of SQLAlchemy).
    """
    editor = _lock_editor(session, editor_id)
    if editor.totp_confirmed_at is not None:
        raise AuthenticatorExistsError
    editor.totp_last_step = _matching_step(editor.totp_secret, code, now)
    editor.totp_confirmed_at = now
    record_account_event(session, AccountEventKind.SECOND_FACTOR_SET, editor_id, now=now)


def verify_authenticator_code(session: Session, editor_id: int, code: str, *, now: datetime) -> None:
    """Check a code and mark its time step as used: neither it nor an older one works again.

    The codes of the present time step and of those before and after it are right. No event is recorded,
    neither of a right code nor of a wrong one.

    Args:
        session: The transaction.
        editor_id: Whose authenticator it is.
        code: As typed; white space is ignored.
        now: The current time.

    Raises:
        CodeRefusedError: the code is wrong, too old or used, or the editor has no confirmed authenticator.
    """
    editor = session.get(Editor, editor_id)
    if editor is None or editor.totp_confirmed_at is None:
        raise CodeRefusedError
    step = _matching_step(editor.totp_secret, code, now)
    # Of two concurrent sign-ins with one code, only one updates the row.
    use = (
        update(Editor)
        .where(Editor.id == editor_id, or_(Editor.totp_last_step.is_(None), Editor.totp_last_step < step))
        .values(totp_last_step=step)
    )
    if not rows_changed(session, use):
        raise CodeRefusedError


def remove_authenticator(session: Session, editor_id: int, *, now: datetime) -> None:
    """Delete the TOTP secret, and the recovery codes where no second factor is left.

    An event is recorded only if the authenticator was confirmed. Sign-ins go on. The editor's row stays
    locked until the transaction ends.

    Raises:
        NoResultFound: no account has this id (an error of SQLAlchemy).
    """
    editor = _lock_editor(session, editor_id)
    if editor.totp_confirmed_at is not None:
        record_account_event(session, AccountEventKind.SECOND_FACTOR_REMOVED, editor_id, now=now)
    editor.totp_confirmed_at = None
    editor.totp_secret = None
    delete_orphaned_recovery_codes(session, editor_id)


def _lock_editor(session: Session, editor_id: int) -> Editor:
    return session.scalars(select(Editor).where(Editor.id == editor_id).with_for_update()).one()


def _matching_step(secret: str | None, code: str, now: datetime) -> int:
    """Return the newest time step that has this code.

    Every step is compared, in constant time, so that the duration doesn't show which one matched.

    Raises:
        CodeRefusedError: there is no secret, none of the keys decrypts it, or no step has this code.
    """
    # Anybody can compute the codes of an empty secret.
    if not secret:
        raise CodeRefusedError
    typed = "".join(code.split())
    current = int(now.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    matching = [
        step
        for step in range(current - DRIFT_STEPS, current + DRIFT_STEPS + 1)
        if hmac.compare_digest(totp.generate_otp(step).encode(), typed.encode())
    ]
    if not matching:
        raise CodeRefusedError
    return matching[-1]
