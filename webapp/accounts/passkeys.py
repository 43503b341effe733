"""Passkeys (WebAuthn), as second factor or instead of the password: request, verify, store, list, remove."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.accounts.events import record_account_event
from webapp.accounts.relying_party import Challenge, PasskeyRefusedError, RelyingParty, WebAuthnRequest
from webapp.accounts.second_factors import delete_orphaned_recovery_codes
from webapp.store.models import AccountEventKind, Editor, Passkey

LONGEST_NAME = 100
"""Characters of a passkey's name."""


def passkeys_of(session: Session, editor_id: int) -> Sequence[Passkey]:
    """Return an editor's passkeys, oldest first."""
    return session.scalars(select(Passkey).where(Passkey.editor_id == editor_id).order_by(Passkey.id)).all()


def passkey_registration_request(
    session: Session, relying_party: RelyingParty, editor: Editor
) -> WebAuthnRequest:
    """Return the WebAuthn request to create a passkey on a device that has none of this editor's.

    Its challenge is new at each call; nothing is stored, so the caller keeps the challenge.
    """
    from webapp.accounts import webauthn_ceremonies as ceremonies  # noqa: PLC0415 -- slow to import; see its docstring

    return ceremonies.registration_request(
        relying_party,
        user_handle=_user_handle(relying_party, editor.id),
        email=editor.email,
        name=editor.name,
        existing=_credential_ids(passkeys_of(session, editor.id)),
    )


def add_passkey(
    session: Session,
    relying_party: RelyingParty | None,
    editor_id: int,
    credential: str,
    *,
    challenge: Challenge | None,
    name: str,
    now: datetime,
) -> None:
    """Verify and store a passkey that a browser has created, and record the event.

    Args:
        session: The transaction.
        relying_party: The site that it must be bound to; None where passkeys can't be used.
        editor_id: Whose passkey it is.
        credential: The browser's response, in JSON.
        challenge: What the response must contain; None where it has expired.
        name: As its owner calls it, 1 to 100 characters; the caller checks that.
        now: The current time.

    Raises:
        PasskeyRefusedError: passkeys can't be used, the challenge has expired or is another one, the response
            is malformed or for another site, or the row is refused: the passkey is registered already.
    """
    from webapp.accounts import webauthn_ceremonies as ceremonies  # noqa: PLC0415 -- slow to import; see its docstring

    if relying_party is None or challenge is None:
        raise PasskeyRefusedError
    verified = ceremonies.verify_registration(relying_party, credential, challenge.value)
    passkey = Passkey(
        editor_id=editor_id,
        credential_id=verified.credential_id,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        name=name,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(passkey)
    except IntegrityError as error:
        raise PasskeyRefusedError from error
    record_account_event(session, AccountEventKind.PASSKEY_ADDED, editor_id, now=now, note=name)


def remove_passkey(session: Session, editor_id: int, passkey_id: int, *, now: datetime) -> bool:
    """Delete one of the editor's passkeys, and the recovery codes where no second factor is left.

    An event is recorded. Sign-ins that were started with the passkey go on.

    Args:
        session: The transaction.
        editor_id: Whose passkey it must be.
        passkey_id: The id of the passkey.
        now: The current time.

    Returns:
        Whether the editor had a passkey with this id; if not, nothing changes.
    """
    passkey = session.scalar(select(Passkey).where(Passkey.id == passkey_id, Passkey.editor_id == editor_id))
    if passkey is None:
        return False
    session.execute(delete(Passkey).where(Passkey.id == passkey_id))
    record_account_event(session, AccountEventKind.PASSKEY_REMOVED, editor_id, now=now, note=passkey.name)
    delete_orphaned_recovery_codes(session, editor_id)
    return True


def passkey_authentication_request(
    relying_party: RelyingParty, passkeys: Sequence[Passkey] = ()
) -> WebAuthnRequest:
    """Return the WebAuthn request to sign a challenge with one of ``passkeys``.

    Without any, it asks for a passkey of any editor, and for user verification (PIN, fingerprint …) by the
    device: such a passkey replaces the password too. The challenge is new at each call; nothing is stored, so
    the caller keeps the challenge.
    """
    from webapp.accounts import webauthn_ceremonies as ceremonies  # noqa: PLC0415 -- slow to import; see its docstring

    return ceremonies.authentication_request(relying_party, _credential_ids(passkeys))


def verify_passkey(
    session: Session,
    relying_party: RelyingParty | None,
    credential: str,
    *,
    challenge: Challenge | None,
    now: datetime,
    editor_id: int | None = None,
) -> int:
    """Verify a browser's signature with the stored public key; return the id of the passkey's editor.

    It also stores the time of use and the passkey's signature counter; the passkey's row stays locked until
    the transaction ends. No sign-in is started, no event is recorded, and an ended account isn't refused.

    Args:
        session: The transaction.
        relying_party: The site that the passkey must be bound to; None where passkeys can't be used.
        credential: The browser's response, in JSON.
        challenge: What must be signed; None where it has expired. One that is older than the last use of the
            passkey is refused, so that a response can't be replayed.
        now: The current time.
        editor_id: Whose passkey it must be, as a second factor after the password. With None it may be
            anybody's and replaces the password: then the device must have verified its user.

    Raises:
        PasskeyRefusedError: passkeys can't be used, the challenge has expired or was used, the response is
            malformed or its signature wrong, the device has not verified its user where it must, or the
            passkey is unknown or another editor's.
    """
    from webapp.accounts import webauthn_ceremonies as ceremonies  # noqa: PLC0415 -- slow to import; see its docstring

    if relying_party is None or challenge is None:
        raise PasskeyRefusedError
    assertion = ceremonies.parse_assertion(credential)
    passkey = session.scalar(
        select(Passkey).where(Passkey.credential_id == assertion.raw_id).with_for_update()
    )
    if passkey is None or editor_id not in {None, passkey.editor_id}:
        raise PasskeyRefusedError
    if passkey.last_used_at and passkey.last_used_at >= challenge.made_at:
        raise PasskeyRefusedError
    passkey.sign_count = ceremonies.verify_assertion(
        relying_party,
        assertion,
        challenge.value,
        public_key=passkey.public_key,
        sign_count=passkey.sign_count,
        require_user_verification=editor_id is None,
    )
    passkey.last_used_at = now
    return passkey.editor_id


def _user_handle(relying_party: RelyingParty, editor_id: int) -> bytes:
    """Return the WebAuthn user handle: opaque, stable for an editor, and without personal data."""
    return hashlib.sha256(f"{relying_party.host} {editor_id}".encode()).digest()


def _credential_ids(passkeys: Sequence[Passkey]) -> list[bytes]:
    return [passkey.credential_id for passkey in passkeys]
