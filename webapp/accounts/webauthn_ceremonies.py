"""WebAuthn's two ceremonies, registration and authentication, by the library `webauthn`.

To be loaded when the first passkey is asked for: it takes longer than most pages, and needs 7 MB.
"""

from collections.abc import Iterable

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
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from webapp.accounts.relying_party import Desk, PasskeyRefusedError, Request


def ask_to_register(desk: Desk, *, handle: bytes, email: str, name: str, known: Iterable[bytes]) -> Request:
    """Return what asks a browser for a new passkey, where it has none of the ``known`` ones.

    Args:
        desk: What it is for.
        handle: How a device tells its owner's passkeys from a colleague's.
        email: What its owner signs in with.
        name: Its owner's.
        known: The credentials that there are already.
    """
    options = generate_registration_options(
        rp_id=desk.host,
        rp_name=desk.name,
        user_id=handle,
        user_name=email,
        user_display_name=name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_descriptors(known),
    )
    return Request(options=options_to_json(options), challenge=options.challenge)


def registered(desk: Desk, credential: str, challenge: bytes) -> VerifiedRegistration:
    """Return the key that a browser has made, if it is for the desk and answers the challenge.

    Raises:
        PasskeyRefusedError: it isn't, or doesn't.
    """
    try:
        return verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=desk.host,
            expected_origin=desk.origin,
        )
    except (WebAuthnException, ValueError) as error:
        raise PasskeyRefusedError from error


def ask_to_authenticate(desk: Desk, known: Iterable[bytes]) -> Request:
    """Return what asks a browser for one of the ``known``, or, without any, for one that is both factors."""
    allowed = _descriptors(known)
    options = generate_authentication_options(
        rp_id=desk.host,
        allow_credentials=allowed,
        user_verification=(
            UserVerificationRequirement.PREFERRED if allowed else UserVerificationRequirement.REQUIRED
        ),
    )
    return Request(options=options_to_json(options), challenge=options.challenge)


def read_answer(credential: str) -> AuthenticationCredential:
    """Read what a browser signed, as it gives it, in JSON.

    Raises:
        PasskeyRefusedError: it can't be read.
    """
    try:
        return parse_authentication_credential_json(credential)
    except (WebAuthnException, ValueError) as error:
        raise PasskeyRefusedError from error


def authenticated(
    desk: Desk,
    answer: AuthenticationCredential,
    challenge: bytes,
    *,
    public_key: bytes,
    sign_count: int,
    is_alone: bool,
) -> int:
    """Return how often the key has signed by now, if it signed this challenge.

    Args:
        desk: What the key must be for.
        answer: What the browser sent.
        challenge: What it had to sign.
        public_key: The kept half of the key.
        sign_count: How often it had signed before.
        is_alone: Whether it stands for the password as well: the device must have made sure of its owner.

    Raises:
        PasskeyRefusedError: it did not.
    """
    try:
        verified = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=desk.host,
            expected_origin=desk.origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=is_alone,
        )
    except (WebAuthnException, ValueError) as error:
        raise PasskeyRefusedError from error
    return verified.new_sign_count


def _descriptors(credentials: Iterable[bytes]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=each) for each in credentials]
