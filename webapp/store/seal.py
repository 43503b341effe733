"""Encryption at rest: `Seal` (AES-256-GCM, blind indexes by HMAC), its exceptions, and generating a key.

`webapp.store.column_types` applies it to columns: `close` encrypts, `open` decrypts.

Without the key, personal data can't be read from a copied database, a backup or a discarded disk. AES-256
in Galois/counter mode (NIST SP 800-38D) with a random nonce for each value, from the library
`cryptography`. Each sealed value begins with the name of its key, so that keys can be rotated while letters
arrive: the newest key encrypts, every key decrypts.
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
"""As the standard recommends; with random nonces a key may encrypt 2³² values, more than any desk has."""
BLIND_INDEX_LENGTH = 32
"""Hexadecimal characters of a blind index: 128 bits, so that two people don't get the same one by chance."""


class KeyRefusedError(ValueError):
    """A text is not a valid key; the error message says why and does not contain the text."""


class SealBrokenError(Exception):
    """A value can't be decrypted: unknown key, changed value, or sealed for another purpose."""


@dataclass(frozen=True, slots=True)
class _Key:
    name: bytes
    cipher: AESGCM = field(repr=False)
    blind_index_key: bytes = field(repr=False)

    @classmethod
    def derive(cls, secret: bytes) -> Self:
        return cls(
            name=_derive_key(secret, "name")[:KEY_NAME_BYTES],
            cipher=AESGCM(_derive_key(secret, "seal")),
            blind_index_key=_derive_key(secret, "blind index"),
        )


class Seal:
    """Encrypts (`close`), decrypts (`open`) and makes blind indexes with the keys of one installation."""

    def __init__(self, secrets_newest_first: Sequence[bytes]) -> None:
        """Encrypt with the first secret, decrypt with any of them; there must be at least one."""
        self._keys = tuple(_Key.derive(secret) for secret in secrets_newest_first)
        self._by_name = {key.name: key for key in self._keys}

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read the keys from a setting: URL-safe base64, separated by commas, the newest first.

        Raises:
            KeyRefusedError: a part can't be decoded as base64, or is empty or not `KEY_BYTES` long.
        """
        return cls([_decode_secret(part.strip()) for part in text.split(",")])

    @property
    def newest_key_name(self) -> bytes:
        """The name that values encrypted by `close` begin with."""
        return self._keys[0].name

    @property
    def key_names(self) -> tuple[bytes, ...]:
        """The names of all keys, that of the newest one first."""
        return tuple(key.name for key in self._keys)

    def close(self, value: bytes, purpose: str) -> bytes:
        """Return ``value`` encrypted with the newest key: key name, nonce, ciphertext with its tag.

        ``purpose`` is authenticated with it (GCM's associated data): a value copied into a column of another
        purpose does not decrypt.
        """
        key, nonce = self._keys[0], secrets.token_bytes(NONCE_BYTES)
        return key.name + nonce + key.cipher.encrypt(nonce, value, purpose.encode())

    def open(self, sealed: bytes, purpose: str) -> bytes:
        """Return the decrypted value.

        Raises:
            SealBrokenError: no key has the name that the value begins with, the value was changed, or it was
                sealed for another purpose.
        """
        name, rest = sealed[:KEY_NAME_BYTES], sealed[KEY_NAME_BYTES:]
        key = self._by_name.get(name)
        if key is None:
            raise SealBrokenError("no key fits")
        try:
            return key.cipher.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], purpose.encode())
        except (InvalidTag, ValueError) as error:
            raise SealBrokenError("changed since it was sealed") from error

    def has_key_for(self, sealed: bytes) -> bool:
        """Tell whether one of the keys has the name that ``sealed`` begins with; nothing is decrypted."""
        return sealed[:KEY_NAME_BYTES] in self._by_name

    def blind_index(self, value: str, purpose: str) -> str:
        """Return the blind index of ``value`` under the newest key: keyed HMAC-SHA-256 in hex, shortened.

        Equal values have equal indexes, so that a row can be found by a value that it doesn't contain in
        plain text. The index of an empty value is empty. ``purpose`` keeps the indexes of different columns
        apart.
        """
        return _blind_index(self._keys[0], value, purpose) if value else ""

    def blind_indexes(self, value: str, purpose: str) -> list[str]:
        """Return the blind indexes of ``value`` under every key, to find rows from before a key rotation.

        That of the newest key comes first. The list is empty for an empty value.
        """
        return [_blind_index(key, value, purpose) for key in self._keys] if value else []


def new_key() -> str:
    """Return a new random key in the setting's format (URL-safe base64)."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _decode_secret(text: str) -> bytes:
    try:
        secret = base64.urlsafe_b64decode(text.encode("ascii"))
    except (ValueError, binascii.Error) as error:
        raise KeyRefusedError("not in base 64") from error
    if len(secret) != KEY_BYTES:
        unit = "byte" if len(secret) == 1 else "bytes"
        raise KeyRefusedError(f"{len(secret)} {unit} instead of {KEY_BYTES}")
    return secret


def _derive_key(secret: bytes, purpose: str) -> bytes:
    return hmac.digest(secret, f"lettersdesk {purpose}".encode(), hashlib.sha256)


def _blind_index(key: _Key, value: str, purpose: str) -> str:
    digest = hmac.digest(key.blind_index_key, f"{purpose}\0{value}".encode(), hashlib.sha256)
    return digest.hex()[:BLIND_INDEX_LENGTH]
