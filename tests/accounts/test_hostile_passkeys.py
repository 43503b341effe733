"""What no browser would send as a passkey is refused, whatever it is made of."""

import base64
import json
import secrets
from typing import Any

import cbor2
import pytest
from hypothesis import given, settings as hypothesis_settings, strategies as st

from tests.samples import NOON, PASSWORD
from webapp.accounts.accounts import add_editor
from webapp.accounts.passkeys import add_passkey, use_passkey
from webapp.accounts.relying_party import Challenge, Desk, PasskeyRefusedError
from webapp.store.database import Database
from webapp.store.models import Passkey, Role

DESK = Desk(host="letters.example.com", origin="https://letters.example.com", name="Desk")
CHALLENGE = Challenge(value=secrets.token_bytes(32), made_at=NOON)
KNOWN = b"a passkey that is kept"


def coded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
client_data = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["webauthn.get", "webauthn.create"]) | anything,
        "challenge": st.just(coded(CHALLENGE.value)) | anything,
        "origin": st.just(DESK.origin) | anything,
    },
).map(lambda value: json.dumps(value).encode())
statement = st.fixed_dictionaries(
    {},
    optional={
        "fmt": st.sampled_from(["none", "packed", "tpm", "apple", "fido-u2f", "android-key"]) | anything,
        "attStmt": anything,
        "authData": st.binary(max_size=120) | anything,
    },
).map(cbor2.dumps)
part = st.one_of(st.binary(max_size=120), client_data, statement).map(coded) | anything
credentials = st.fixed_dictionaries(
    {},
    optional={
        "id": st.just(coded(KNOWN)) | part,
        "rawId": st.just(coded(KNOWN)) | part,
        "type": st.just("public-key") | anything,
        "authenticatorAttachment": st.just("platform") | anything,
        "response": st.fixed_dictionaries(
            {},
            optional={
                "clientDataJSON": client_data.map(coded) | part,
                "attestationObject": statement.map(coded) | part,
                "authenticatorData": part,
                "signature": part,
                "userHandle": part,
                "transports": st.lists(st.text(max_size=5), max_size=2) | anything,
            },
        )
        | anything,
    },
)
hostile = credentials.map(json.dumps) | anything.map(json.dumps) | st.text(max_size=40)


@pytest.fixture
def somebody(store: Database) -> int:
    """An editor with a passkey."""
    editor = add_editor(store, email="d@example.com", name="D", role=Role.EDITOR, password=PASSWORD, now=NOON)
    with store.transaction() as session:
        kept: dict[str, Any] = {"credential_id": KNOWN, "public_key": b"no key", "sign_count": 0}
        session.add(Passkey(editor_id=editor, name="Phone", created_at=NOON, **kept))
    return editor


def test_no_hostile_passkey_opens_the_desk_or_is_kept(store: Database, somebody: int) -> None:
    @given(credential=hostile)
    @hypothesis_settings(max_examples=150)
    def send(credential: str) -> None:
        with pytest.raises(PasskeyRefusedError), store.transaction() as session:
            use_passkey(session, DESK, credential, challenge=CHALLENGE, now=NOON)
        with pytest.raises(PasskeyRefusedError), store.transaction() as session:
            add_passkey(session, DESK, somebody, credential, challenge=CHALLENGE, name="x", now=NOON)

    send()
