"""The second factor of an authenticator app: a code that changes every half minute (RFC 6238)."""

import hmac
from datetime import datetime

import pyotp
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from webapp.accounts.events import note_event
from webapp.accounts.second_factors import CodeRefusedError, drop_codes_without_factor
from webapp.store.models import AccountEventKind, Editor
from webapp.store.statements import rows_changed

STEP = 30
"""Seconds for which a code is shown."""
SLACK = 1
"""Steps by which a telephone's clock may be ahead of ours or behind."""
DIGITS = 6


class AuthenticatorSetError(Exception):
    """The editor has an authenticator; it has to be removed before another one is set up."""


def begin_authenticator(session: Session, editor_id: int) -> None:
    """Make a secret for the editor's app, which counts once a code proves that the app has it.

    Raises:
        AuthenticatorSetError: one counts already.
    """
    editor = _locked(session, editor_id)
    if editor.totp_confirmed_at is not None:
        raise AuthenticatorSetError
    _keep_secret(editor, pyotp.random_base32())


def secret_to_show(editor: Editor) -> str | None:
    """Return the secret while it is being set up; once it counts nobody sees it again."""
    return _secret_of(editor) if editor.totp_confirmed_at is None else None


def setup_address(editor: Editor, secret: str, issuer: str) -> str:
    """Return what the QR code says to the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=editor.email, issuer_name=issuer)


def confirm_authenticator(session: Session, editor_id: int, code: str, *, now: datetime) -> None:
    """Let the app count from now on, as it shows the right code.

    Raises:
        AuthenticatorSetError: one counts already.
        CodeRefusedError: the code is wrong, or there is no secret that waits for one.
    """
    editor = _locked(session, editor_id)
    if editor.totp_confirmed_at is not None:
        raise AuthenticatorSetError
    editor.totp_last_step = _step_of(_secret_of(editor), code, now)
    editor.totp_confirmed_at = now
    note_event(session, AccountEventKind.SECOND_FACTOR_SET, editor_id, now=now)


def use_authenticator(session: Session, editor_id: int, code: str, *, now: datetime) -> None:
    """Take a code, which no second sign-in can use again.

    Raises:
        CodeRefusedError: it is wrong, too old, or was used, or there is no authenticator.
    """
    editor = session.get(Editor, editor_id)
    if editor is None or editor.totp_confirmed_at is None:
        raise CodeRefusedError
    step = _step_of(_secret_of(editor), code, now)
    used = (
        update(Editor)
        .where(Editor.id == editor_id, or_(Editor.totp_last_step.is_(None), Editor.totp_last_step < step))
        .values(totp_last_step=step)
    )
    if not rows_changed(session, used):
        raise CodeRefusedError


def remove_authenticator(session: Session, editor_id: int, *, now: datetime) -> None:
    """Forget the editor's app; the recovery codes go with the last factor that they stand in for."""
    editor = _locked(session, editor_id)
    if editor.totp_confirmed_at is not None:
        note_event(session, AccountEventKind.SECOND_FACTOR_REMOVED, editor_id, now=now)
    editor.totp_confirmed_at = None
    _keep_secret(editor, None)
    drop_codes_without_factor(session, editor_id)


def _locked(session: Session, editor_id: int) -> Editor:
    return session.scalars(select(Editor).where(Editor.id == editor_id).with_for_update()).one()


def _step_of(secret: str | None, code: str, now: datetime) -> int:
    """Return the step whose code this is; each is compared, so that the time tells nothing."""
    if secret is None:
        raise CodeRefusedError
    typed = "".join(code.split())
    current = int(now.timestamp()) // STEP
    app = pyotp.TOTP(secret)
    fitting = [
        step
        for step in range(current - SLACK, current + SLACK + 1)
        if hmac.compare_digest(app.generate_otp(step).encode(), typed.encode())
    ]
    if not fitting:
        raise CodeRefusedError
    return fitting[-1]


def _secret_of(editor: Editor) -> str | None:
    """Read the secret: the only place that does."""
    return editor.totp_secret


def _keep_secret(editor: Editor, secret: str | None) -> None:
    """Keep the secret: the only place that does."""
    editor.totp_secret = secret
