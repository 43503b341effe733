"""WebAuthn registration and authentication with the library `webauthn`: requests, and checks of responses.

No function reads or writes the database.
Import this module inside functions: the library needs 7 MB, and importing it takes longer than most pages.
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

from webapp.accounts.relying_party import PasskeyRefusedError, RelyingParty, WebAuthnRequest


def registration_request(
    relying_party: RelyingParty, *, user_handle: bytes, email: str, name: str, existing: Iterable[bytes]
) -> WebAuthnRequest:
    """Return the request to create a passkey on a device that has none of the ``existing`` ones.

    Its challenge is new at each call. User verification by the device is preferred, not required.

    Args:
        relying_party: The site to bind it to.
        user_handle: An opaque id of its owner, up to 64 bytes.
        email: The address that its owner signs in with, shown by the device.
        name: The name of its owner, shown by the device.
        existing: The credential ids of the owner's other passkeys.
    """
    options = generate_registration_options(
        rp_id=relying_party.host,
        rp_name=relying_party.name,
        user_id=user_handle,
        user_name=email,
        user_display_name=name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_descriptors(existing),
    )
    return WebAuthnRequest(options=options_to_json(options), challenge=options.challenge)


def verify_registration(
    relying_party: RelyingParty, credential: str, challenge: bytes
) -> VerifiedRegistration:
    """Verify a browser's response (JSON), and return the new passkey's public key, credential id and counter.

    That the device has verified its user isn't required, nor is the maker of the device checked.

    Raises:
        PasskeyRefusedError: the response is malformed, for another site, or has another challenge.
    """
    try:
        return verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=relying_party.host,
            expected_origin=relying_party.origin,
        )
    except (WebAuthnException, ValueError) as error:
        raise PasskeyRefusedError from error


def authentication_request(relying_party: RelyingParty, credential_ids: Iterable[bytes]) -> WebAuthnRequest:
    """Return the request to sign a challenge with one of these passkeys.

    Without ids, it asks for any passkey of the site and requires user verification by the device; with ids it
    only prefers it. The challenge is new at each call.
    """
    allowed = _descriptors(credential_ids)
    options = generate_authentication_options(
        rp_id=relying_party.host,
        allow_credentials=allowed,
        user_verification=(
            UserVerificationRequirement.PREFERRED if allowed else UserVerificationRequirement.REQUIRED
        ),
    )
    return WebAuthnRequest(options=options_to_json(options), challenge=options.challenge)


def parse_assertion(credential: str) -> AuthenticationCredential:
    """Parse a browser's response to an authentication request (JSON); nothing in it is verified yet.

    Raises:
        PasskeyRefusedError: it is malformed.
    """
    try:
        return parse_authentication_credential_json(credential)
    except (WebAuthnException, ValueError) as error:
        raise PasskeyRefusedError from error


def verify_assertion(
    relying_party: RelyingParty,
    assertion: AuthenticationCredential,
    challenge: bytes,
    *,
    public_key: bytes,
    sign_count: int,
    require_user_verification: bool,
) -> int:
    """Verify the signature in a response, and return the passkey's new signature counter.

    Args:
        relying_party: The site that the passkey must be bound to.
        assertion: The browser's response.
        challenge: What must be signed.
        public_key: The stored public key.
        sign_count: The stored signature counter.
        require_user_verification: Whether the device must have verified its user (PIN, fingerprint …), as it
            must where the passkey replaces the password.

    Raises:
        PasskeyRefusedError: the signature, challenge, site or counter is wrong, or the user was not verified.
    """
    try:
        verified = verify_authentication_response(
            credential=assertion,
            expected_challenge=challenge,
            expected_rp_id=relying_party.host,
            expected_origin=relying_party.origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=require_user_verification,
        )
    except (WebAuthnException, ValueError) as error:
        raise PasskeyRefusedError from error
    return verified.new_sign_count


def _descriptors(credentials: Iterable[bytes]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=each) for each in credentials]
