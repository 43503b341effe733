"""Passwords of editor accounts: which are taken, hashing and verifying with Argon2id, and outdated hashes."""

import functools
import secrets
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from webapp.accounts.accounts import EditorRefusedError
from webapp.accounts.password_strength import PasswordWeakness, find_weakness

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 1000
"""Characters; the upper limit only bounds the cost of hashing."""


class WeakPasswordError(EditorRefusedError):
    """A new password would soon be guessed; ``weakness`` says why."""

    def __init__(self, weakness: PasswordWeakness) -> None:
        super().__init__(f"The password would soon be guessed: {weakness.value}.")
        self.weakness = weakness


def hash_new_password(password: str, associated: Iterable[str]) -> str:
    """Return the hash of a password that somebody chooses; call it outside write transactions.

    Args:
        password: In plain text.
        associated: What others know of the account: name, e-mail address, names of the papers.

    Raises:
        EditorRefusedError: the password is too short or too long.
        WeakPasswordError: it would soon be guessed.
    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise EditorRefusedError(
            f"A password has from {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters; this one has "
            f"{len(password)}."
        )
    weakness = find_weakness(password, associated)
    if weakness:
        raise WeakPasswordError(weakness)
    return hash_password(password)


def hash_password(password: str) -> str:
    """Return the Argon2id hash of a password. It is slow on purpose: call it outside write transactions.

    It judges nothing: a password that was taken once is hashed again whatever the rules are now.
    """
    return _hasher().hash(password)


def password_matches(password: str, password_hash: str | None) -> bool:
    """Tell whether a password has this hash.

    Without a hash (no such account) the answer is no, and takes as long as for a wrong password; the first
    time in a process it takes twice as long. It is also no for a hash that is not Argon2's, and for more
    characters than a password can have, of which only as many are hashed.
    """
    try:
        _hasher().verify(password_hash or _dummy_hash(), password[:LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None and len(password) <= LONGEST_PASSWORD


def needs_rehash(password_hash: str) -> bool:
    """Tell whether a hash was made with other Argon2 parameters than the current ones.

    Raises:
        InvalidHashError: it is not an Argon2 hash (a `ValueError` of the library `argon2`).
    """
    return _hasher().check_needs_rehash(password_hash)


@functools.cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@functools.cache
def _dummy_hash() -> str:
    """Return the hash of a random password, to verify against where there is no account."""
    return _hasher().hash(secrets.token_urlsafe())
