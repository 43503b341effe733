"""Web addresses in the text; e-mail addresses are not meant."""

import re

from webapp.rules.signs.listed import entries

_DOT = re.compile(r"\.[A-Za-z]{2}")

_PLAIN_ENDINGS = (
    "com|org|net|edu|gov|mil|int|info|biz|io|app|dev|xyz|online|site|website|blog|shop|store|tech|news"
    "|hk|uk|cn|sg|tw|au|nz|jp|kr|fr|nl|eu|ph|za|ca|de|ch|dk|fi|tv"
)
"""What ends a domain and no sentence.

Not in it are “is”, “it”, “in”, “me”, “so” and other endings that are words: “end.is” lacks a space.
"""

_HOST = r"[a-z0-9](?:[a-z0-9-]{0,62}\.)+"
_LINK = re.compile(
    # An e-mail address is taken first, so that its domain is not.
    r"(?P<email>[\w.+'-]{1,64}@[\w.-]+)"
    r"|(?<![a-z0-9@._-])(?:"
    r"(?:https?|ftp)://[^\s<>\"“”«»\uff0c。\uff09]+"
    r"|www\.[a-z0-9][a-z0-9.-]*"
    rf"|{_HOST}[a-z]{{2,12}}(?::\d+)?/[a-z0-9_~#?=&%@-]+"
    rf"|(?P<host>{_HOST}(?:{_PLAIN_ENDINGS}))(?![a-z0-9-]|\.[a-z0-9])"
    r")",
    re.IGNORECASE | re.ASCII,
)

COMPANIES = """
ado.net alibaba.com amazon.com archive.org asp.net booking.com cambridge.org cars.com change.org crypto.com
expedia.com hotels.com inc.com jd.com lastminute.com match.com monster.com moneysupermarket.com
overstock.com pets.com realtor.com salesforce.com time.com trip.com vb.net
"""
"""Companies and products whose name is a domain: with a capital, they are named and not linked to."""


def count_links(text: str) -> int:
    """Return how many web addresses are in ``text``, with or without ``https`` or ``www``."""
    if "://" not in text and not _DOT.search(text):
        return 0
    return sum(not match["email"] and not _is_a_name(match["host"]) for match in _LINK.finditer(text))


def _is_a_name(host: str | None) -> bool:
    """Tell whether a domain is only somebody's name, or two sentences without a space between them."""
    if not host:
        return False
    last = host.rpartition(".")[2]
    return (host[0].isupper() and host.lower() in entries(COMPANIES)) or not (
        last.islower() or host.isupper()
    )
