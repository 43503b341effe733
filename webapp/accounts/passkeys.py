"""Keys in an editor's device or browser (WebAuthn): a second factor, or both factors in one."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.accounts.events import note_event
from webapp.accounts.relying_party import Challenge, Desk, PasskeyRefusedError, Request
from webapp.accounts.second_factors import drop_codes_without_factor
from webapp.store.models import AccountEventKind, Editor, Passkey

LONGEST_NAME = 100


def passkeys_of(session: Session, editor_id: int) -> Sequence[Passkey]:
    """List an editor's passkeys, the oldest first."""
    return session.scalars(select(Passkey).where(Passkey.editor_id == editor_id).order_by(Passkey.id)).all()


def request_new_passkey(session: Session, desk: Desk, editor: Editor) -> Request:
    """Return what asks a browser for a new passkey, where it has none of the editor's yet."""
    from webapp.accounts import webauthn_ceremonies as ceremonies  # noqa: PLC0415 -- loaded when first needed, as it says there

    return ceremonies.ask_to_register(
        desk,
        handle=_handle(desk, editor.id),
        email=editor.email,
        name=editor.name,
        known=_credentials(passkeys_of(session, editor.id)),
    )


def add_passkey(
    session: Session,
    desk: Desk | None,
    editor_id: int,
    credential: str,
    *,
    challenge: Challenge | None,
    name: str,
    now: datetime,
) -> None:
    """Keep the passkey that a browser has made.

    Raises:
        PasskeyRefusedError: it answers no challenge or another one, is for another site, or is known already.
    """
    from webapp.accounts import webauthn_ceremonies as ceremonies  # noqa: PLC0415 -- loaded when first needed, as it says there

    if desk is None or challenge is None:
        raise PasskeyRefusedError
    verified = ceremonies.registered(desk, credential, challenge.value)
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
    note_event(session, AccountEventKind.PASSKEY_ADDED, editor_id, now=now, note=name)


def remove_passkey(session: Session, editor_id: int, number: int, *, now: datetime) -> bool:
    """Forget one of the editor's passkeys; tell whether there was one of that number."""
    passkey = session.scalar(select(Passkey).where(Passkey.id == number, Passkey.editor_id == editor_id))
    if passkey is None:
        return False
    session.execute(delete(Passkey).where(Passkey.id == number))
    note_event(session, AccountEventKind.PASSKEY_REMOVED, editor_id, now=now, note=passkey.name)
    drop_codes_without_factor(session, editor_id)
    return True


def request_passkey(desk: Desk, passkeys: Sequence[Passkey] = ()) -> Request:
    """Return what asks a browser for one of ``passkeys``, or, alone, for any that stands for both factors."""
    from webapp.accounts import webauthn_ceremonies as ceremonies  # noqa: PLC0415 -- loaded when first needed, as it says there

    return ceremonies.ask_to_authenticate(desk, _credentials(passkeys))


def use_passkey(
    session: Session,
    desk: Desk | None,
    credential: str,
    *,
    challenge: Challenge | None,
    now: datetime,
    editor_id: int | None = None,
) -> int:
    """Hold what a browser signed against the key that is kept; return whose it is.

    Args:
        session: The transaction in which it counts as used.
        desk: Where it has to be for; none where there are no passkeys.
        credential: As the browser gives it, in JSON.
        challenge: What it had to sign, if that is not too long ago; one made before the key was used last
            is used up.
        now: The present moment.
        editor_id: Whose it has to be. Without, it stands for the password as well: the device must have
            made sure of its owner.

    Raises:
        PasskeyRefusedError: it is not proved.
    """
    from webapp.accounts import webauthn_ceremonies as ceremonies  # noqa: PLC0415 -- loaded when first needed, as it says there

    if desk is None or challenge is None:
        raise PasskeyRefusedError
    answer = ceremonies.read_answer(credential)
    passkey = session.scalar(select(Passkey).where(Passkey.credential_id == answer.raw_id).with_for_update())
    if passkey is None or editor_id not in {None, passkey.editor_id}:
        raise PasskeyRefusedError
    if passkey.last_used_at and passkey.last_used_at >= challenge.made_at:
        raise PasskeyRefusedError
    passkey.sign_count = ceremonies.authenticated(
        desk,
        answer,
        challenge.value,
        public_key=passkey.public_key,
        sign_count=passkey.sign_count,
        is_alone=editor_id is None,
    )
    passkey.last_used_at = now
    return passkey.editor_id


def _handle(desk: Desk, editor_id: int) -> bytes:
    """Return how a device tells an editor's passkeys from a colleague's; it says nothing about anybody."""
    return hashlib.sha256(f"{desk.host} {editor_id}".encode()).digest()


def _credentials(passkeys: Sequence[Passkey]) -> list[bytes]:
    return [passkey.credential_id for passkey in passkeys]
