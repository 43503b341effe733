"""URLs of servers in settings, with user and password: read only where each part can be meant in one way.

A ``/``, ``?`` or ``#`` in a password ends the part of a URL that names the host: what stands before it would
be taken for the host.
"""

import re
from urllib.parse import SplitResult, urlsplit

ENCODING_HINT = (
    "in user and password write each character that is no letter or digit percent-encoded: "
    "@ as %40, / as %2F, # as %23, ? as %3F"
)
_AUTHORITY_ENDS = re.compile(r"[/?#]")
_NEVER_IN_CREDENTIALS = re.compile(r"[\[\]]")
_SPACE = re.compile(r"\s")


class ServerUrlError(ValueError):
    """A URL can't be read in one way only; the error message has no subject, and no part of the URL."""


def split_server_url(url: str, *, tail: re.Pattern[str]) -> SplitResult:
    """Return the parts of a URL that names a server; its port is a number, or there is none.

    An ``@`` in user or password may stand as it is: the last one ends them, as no host has any.

    Args:
        url: Such as ``smtps://user:password@host:port``.
        tail: What may stand after host and port.

    Raises:
        ServerUrlError: something else stands there, or the port is no number.
    """
    rest = url.partition("://")[2]
    authority = _AUTHORITY_ENDS.split(rest, maxsplit=1)[0]
    credentials = authority.rpartition("@")[0]
    given_tail = rest[len(authority) :]
    if _SPACE.search(url):
        raise ServerUrlError(f"has a space in it: {ENCODING_HINT}, a space as %20")
    if "@" in given_tail or _NEVER_IN_CREDENTIALS.search(credentials):
        raise ServerUrlError(f"can’t be read: {ENCODING_HINT}")
    if not tail.fullmatch(given_tail):
        raise ServerUrlError("has something after host and port that does not belong there")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise ServerUrlError("has no valid port") from error
    return parts
