"""Sealing what the record keeps of people: unreadable in a copied database, a backup, or a thrown-away disk.

AES-256 in Galois/counter mode (NIST SP 800-38D) with a random nonce for each value, from the library
`cryptography`. Each sealed value names the key that it was sealed with, so that keys can be changed while
letters come in: the newest seals, all of them open.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
KEY_NAME_BYTES = 4
NONCE_BYTES = 12
"""As the standard recommends; with random ones a key is good for 2³² values, more than any desk seals."""
BLIND_INDEX_LENGTH = 32
"""Of a blind index, in hexadecimal: 128 bits, so that no two people share one."""


class KeyRefusedError(ValueError):
    """What is given is no key; it is not repeated."""


class SealBrokenError(Exception):
    """What was sealed can't be opened: by none of the keys, or it was changed since."""


@dataclass(frozen=True, slots=True)
class _Key:
    name: bytes
    cipher: AESGCM = field(repr=False)
    blinding: bytes = field(repr=False)

    @classmethod
    def of(cls, secret: bytes) -> Self:
        return cls(
            name=_derived(secret, "name")[:KEY_NAME_BYTES],
            cipher=AESGCM(_derived(secret, "seal")),
            blinding=_derived(secret, "blind index"),
        )


class Seal:
    """Seals and opens with the keys of one installation."""

    def __init__(self, secrets_newest_first: Sequence[bytes]) -> None:
        """Seal with the first secret, open with any."""
        self._keys = tuple(_Key.of(secret) for secret in secrets_newest_first)
        self._by_name = {key.name: key for key in self._keys}

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read keys as the setting has them: in URL-safe base 64, the newest first, parted by commas.

        Raises:
            KeyRefusedError: one of them isn't one.
        """
        return cls([_secret(part.strip()) for part in text.split(",")])

    def close(self, value: bytes, purpose: str) -> bytes:
        """Seal ``value``, so that it opens for the same purpose only: sealed values can't change places."""
        key, nonce = self._keys[0], secrets.token_bytes(NONCE_BYTES)
        return key.name + nonce + key.cipher.encrypt(nonce, value, purpose.encode())

    def open(self, sealed: bytes, purpose: str) -> bytes:
        """Give back what was sealed for that purpose.

        Raises:
            SealBrokenError: no key fits, or somebody has changed it.
        """
        name, rest = sealed[:KEY_NAME_BYTES], sealed[KEY_NAME_BYTES:]
        key = self._by_name.get(name)
        if key is None:
            raise SealBrokenError("no key fits")
        try:
            return key.cipher.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], purpose.encode())
        except (InvalidTag, ValueError) as error:
            raise SealBrokenError("changed since it was sealed") from error

    def fits(self, sealed: bytes) -> bool:
        """Tell whether one of the keys is the one that this was sealed with."""
        return sealed[:KEY_NAME_BYTES] in self._by_name

    def is_newest(self, sealed: bytes) -> bool:
        """Tell whether this was sealed with the newest key."""
        return sealed[:KEY_NAME_BYTES] == self._keys[0].name

    def blind_index(self, value: str, purpose: str) -> str:
        """Return what stands for ``value`` where it has to be found again, and tells nothing of it."""
        return _blind_index(self._keys[0], value, purpose) if value else ""

    def blind_indexes(self, value: str, purpose: str) -> list[str]:
        """Return all that may stand for ``value``: one for each key."""
        return [_blind_index(key, value, purpose) for key in self._keys] if value else []


def new_key() -> str:
    """Make a key, as the setting has it."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _secret(text: str) -> bytes:
    try:
        secret = base64.urlsafe_b64decode(text.encode("ascii"))
    except (ValueError, binascii.Error) as error:
        raise KeyRefusedError("not in base 64") from error
    if len(secret) != KEY_BYTES:
        raise KeyRefusedError(f"{len(secret)} bytes instead of {KEY_BYTES}")
    return secret


def _derived(secret: bytes, purpose: str) -> bytes:
    return hmac.digest(secret, f"lettersdesk {purpose}".encode(), hashlib.sha256)


def _blind_index(key: _Key, value: str, purpose: str) -> str:
    digest = hmac.digest(key.blinding, f"{purpose}\0{value}".encode(), hashlib.sha256)
    return digest.hex()[:BLIND_INDEX_LENGTH]
