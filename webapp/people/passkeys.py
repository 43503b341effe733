"""Keys in an editor's device or browser (WebAuthn): a second factor, or both factors in one."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from webapp.letters.models import Editor, Passkey
from webapp.letters.states import AccountEventKind
from webapp.people.events import note_event
from webapp.people.second_factors import drop_codes_without_factor

LONGEST_NAME = 100


class PasskeyRefusedError(Exception):
    """What the browser sent does not prove that its owner has the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The desk as browsers know it, which a passkey is bound to."""

    host: str
    origin: str
    name: str

    @classmethod
    def at(cls, base_url: str, name: str) -> "Desk | None":
        """Return the desk at an address; none where browsers give no passkeys: without a name, or TLS."""
        parts = urlsplit(base_url)
        host = parts.hostname or ""
        is_named = host == "localhost" or ("." in host and host[-1].isalpha())
        is_safe = parts.scheme == "https" or host == "localhost"
        return cls(host=host, origin=base_url, name=name) if is_named and is_safe else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """What a browser is to sign, and since when."""

    value: bytes
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a browser is asked for: ``options`` as its own interface takes them, in JSON."""

    options: str
    challenge: bytes


def passkeys_of(session: Session, editor_id: int) -> Sequence[Passkey]:
    """List an editor's passkeys, the oldest first."""
    return session.scalars(select(Passkey).where(Passkey.editor_id == editor_id).order_by(Passkey.id)).all()


def request_new_passkey(session: Session, desk: Desk, editor: Editor) -> Request:
    """Return what asks a browser for a new passkey, where it has none of the editor's yet."""
    options = generate_registration_options(
        rp_id=desk.host,
        rp_name=desk.name,
        user_id=_handle(desk, editor.id),
        user_name=editor.email,
        user_display_name=editor.name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_descriptors(passkeys_of(session, editor.id)),
    )
    return Request(options=options_to_json(options), challenge=options.challenge)


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
    if desk is None or challenge is None:
        raise PasskeyRefusedError
    try:
        verified = verify_registration_response(
            credential=credential,
            expected_challenge=challenge.value,
            expected_rp_id=desk.host,
            expected_origin=desk.origin,
        )
    except (WebAuthnException, ValueError) as error:
        raise PasskeyRefusedError from error
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
    options = generate_authentication_options(
        rp_id=desk.host,
        allow_credentials=_descriptors(passkeys),
        user_verification=(
            UserVerificationRequirement.PREFERRED if passkeys else UserVerificationRequirement.REQUIRED
        ),
    )
    return Request(options=options_to_json(options), challenge=options.challenge)


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
    if desk is None or challenge is None:
        raise PasskeyRefusedError
    try:
        read = parse_authentication_credential_json(credential)
        passkey = session.scalar(
            select(Passkey).where(Passkey.credential_id == read.raw_id).with_for_update()
        )
        if passkey is None or editor_id not in {None, passkey.editor_id}:
            raise PasskeyRefusedError
        if passkey.last_used_at and passkey.last_used_at >= challenge.made_at:
            raise PasskeyRefusedError
        verified = verify_authentication_response(
            credential=read,
            expected_challenge=challenge.value,
            expected_rp_id=desk.host,
            expected_origin=desk.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=editor_id is None,
        )
    except (WebAuthnException, ValueError) as error:
        raise PasskeyRefusedError from error
    passkey.sign_count = verified.new_sign_count
    passkey.last_used_at = now
    return passkey.editor_id


def _handle(desk: Desk, editor_id: int) -> bytes:
    """Return how a device tells an editor's passkeys from a colleague's; it says nothing about anybody."""
    return hashlib.sha256(f"{desk.host} {editor_id}".encode()).digest()


def _descriptors(passkeys: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=passkey.credential_id) for passkey in passkeys]
