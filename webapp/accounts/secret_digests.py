"""Random tokens, and their SHA-256 digests for storage (sign-ins, one-time links, API keys, recovery codes).

The secrets are long and random, so that a fast digest is as safe as a slow password hash.
"""

import hashlib
import secrets


def new_token() -> str:
    """Return a random URL-safe token of 256 bits in 43 characters, for a cookie, a link or an API key."""
    return secrets.token_urlsafe(32)


def secret_digest(secret: str) -> bytes:
    """Return the SHA-256 digest of a secret, as it is stored."""
    return hashlib.sha256(secret.encode()).digest()
