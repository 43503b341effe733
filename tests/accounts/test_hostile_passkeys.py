"""Fuzzing of WebAuthn responses: malformed and forged passkeys are refused with `PasskeyRefusedError`."""

import base64
import json
import secrets
from typing import Any

import cbor2
import pytest
from hypothesis import given, settings as hypothesis_settings, strategies as st

from tests.samples import NOON, PASSWORD
from webapp.accounts.administration import add_editor
from webapp.accounts.passkeys import add_passkey, verify_passkey
from webapp.accounts.relying_party import Challenge, PasskeyRefusedError, RelyingParty
from webapp.store.database import Database
from webapp.store.models import Passkey, Role

RELYING_PARTY = RelyingParty(host="letters.example.com", origin="https://letters.example.com", name="Desk")
CHALLENGE = Challenge(value=secrets.token_bytes(32), made_at=NOON)
STORED_CREDENTIAL_ID = b"a passkey that is kept"


def base64url(value: bytes) -> str:
    """Encode bytes as WebAuthn does: base64url without padding."""
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
client_data = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["webauthn.get", "webauthn.create"]) | any_json,
        "challenge": st.just(base64url(CHALLENGE.value)) | any_json,
        "origin": st.just(RELYING_PARTY.origin) | any_json,
    },
).map(lambda value: json.dumps(value).encode())
attestation_object = st.fixed_dictionaries(
    {},
    optional={
        "fmt": st.sampled_from(["none", "packed", "tpm", "apple", "fido-u2f", "android-key"]) | any_json,
        "attStmt": any_json,
        "authData": st.binary(max_size=120) | any_json,
    },
).map(cbor2.dumps)
response_field = st.one_of(st.binary(max_size=120), client_data, attestation_object).map(base64url) | any_json
credentials = st.fixed_dictionaries(
    {},
    optional={
        "id": st.just(base64url(STORED_CREDENTIAL_ID)) | response_field,
        "rawId": st.just(base64url(STORED_CREDENTIAL_ID)) | response_field,
        "type": st.just("public-key") | any_json,
        "authenticatorAttachment": st.just("platform") | any_json,
        "response": st.fixed_dictionaries(
            {},
            optional={
                "clientDataJSON": client_data.map(base64url) | response_field,
                "attestationObject": attestation_object.map(base64url) | response_field,
                "authenticatorData": response_field,
                "signature": response_field,
                "userHandle": response_field,
                "transports": st.lists(st.text(max_size=5), max_size=2) | any_json,
            },
        )
        | any_json,
    },
)
hostile = credentials.map(json.dumps) | any_json.map(json.dumps) | st.text(max_size=40)


@pytest.fixture
def editor_id(store: Database) -> int:
    """An editor with a stored passkey, whose public key is invalid."""
    new_editor_id = add_editor(
        store, email="d@example.com", name="D", role=Role.EDITOR, password=PASSWORD, now=NOON
    )
    with store.transaction() as session:
        stored: dict[str, Any] = {
            "credential_id": STORED_CREDENTIAL_ID,
            "public_key": b"no key",
            "sign_count": 0,
        }
        session.add(Passkey(editor_id=new_editor_id, name="Phone", created_at=NOON, **stored))
    return new_editor_id


def test_malformed_passkeys_are_neither_accepted_nor_stored(store: Database, editor_id: int) -> None:
    @given(credential=hostile)
    @hypothesis_settings(max_examples=150)
    def send(credential: str) -> None:
        with pytest.raises(PasskeyRefusedError), store.transaction() as session:
            verify_passkey(session, RELYING_PARTY, credential, challenge=CHALLENGE, now=NOON)
        with pytest.raises(PasskeyRefusedError), store.transaction() as session:
            add_passkey(
                session, RELYING_PARTY, editor_id, credential, challenge=CHALLENGE, name="x", now=NOON
            )

    send()
