"""WebAuthn value objects: relying party (this site), challenge, request to a browser; and their error."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit


class PasskeyRefusedError(Exception):
    """A WebAuthn response is malformed, expired or of no acceptable passkey, or passkeys can't be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelyingParty:
    """The site that passkeys are bound to.

    Attributes:
        host: The host name, WebAuthn's relying party id.
        origin: The scheme, host and port that responses must come from.
        name: As browsers show it.
    """

    host: str
    origin: str
    name: str

    @classmethod
    def at(cls, base_url: str, name: str) -> "RelyingParty | None":
        """Return the relying party for a base URL, and None where browsers don't allow passkeys.

        They need a domain name and HTTPS; `localhost` is allowed without. ``base_url`` becomes the origin as
        it is: scheme, host and port as browsers write them, without a slash at the end.

        Raises:
            ValueError: it can't be parsed as a URL.
        """
        parts = urlsplit(base_url)
        host = parts.hostname or ""
        has_domain = host == "localhost" or ("." in host and host[-1].isalpha())
        is_secure = parts.scheme == "https" or host == "localhost"
        return cls(host=host, origin=base_url, name=name) if has_domain and is_secure else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """Random bytes for a browser to sign, and when they were made."""

    value: bytes
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WebAuthnRequest:
    """A request to a browser's WebAuthn API.

    Attributes:
        options: The argument of `navigator.credentials.create` or `.get`, in JSON.
        challenge: The challenge in the options, to be stored until the response comes.
    """

    options: str
    challenge: bytes
