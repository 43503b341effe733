"""The desk as WebAuthn sees it: the site that a passkey is made for, and what it asks of browsers."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit


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
