"""What is kept of secrets that are long and random enough to need no slow hash."""

import hashlib
import secrets


def new_token() -> str:
    """Make a secret of 256 bits for a cookie or a link."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode()).digest()
