"""Web addresses in the text; e-mail addresses are not meant.

A paper may refuse letters with links, so what is not surely one is none: a writer who forgets the space
after a full stop has not linked to anything.
"""

import re

from webapp.rules.advisories.word_lists import entries

_DOT = re.compile(r"\.[A-Za-z]{2}")

_ENDINGS = (
    r"com|org|net|edu|gov|(?:com|org|net|edu|gov)\.[a-z]{2}|hk|uk|cn|sg|tw|nz|jp|kr|fr|nl|ph|za|ch|dk|fi"
)
"""What ends a domain and hardly a sentence: “is”, “my”, “news”, “au”, “ca” and “de” are words as well."""

_ENDINGS_BEFORE_PATH = (
    "[a-z]{2}|com|org|net|edu|gov|int|info|biz|app|dev|xyz|online|site|website|blog|shop|store|tech|news"
    "|page|link"
)

_HOST = r"[a-z0-9](?:[a-z0-9-]{0,62}\.)+"
_LINK = re.compile(
    # An e-mail address is taken first, so that its domain is not.
    r"(?P<email>(?<![\w.+'-])[\w.+'-]{1,64}\s?(?:@|\[at\]|\(at\))\s?[\w.-]+)"
    r"|(?<![a-z0-9@._-])(?:"
    r"(?:https?|ftp)://[^\s<>\"“”«»\uff0c。\uff09]+"
    r"|www\.[a-z0-9][a-z0-9.-]*"
    rf"|(?P<with_path>{_HOST}(?:{_ENDINGS_BEFORE_PATH}))(?::\d+)?/[a-z0-9_~#?=&%@-]+"
    rf"|(?P<bare>{_HOST}(?:{_ENDINGS}))(?![a-z0-9-]|\.[a-z0-9])"
    r")",
    re.IGNORECASE | re.ASCII,
)

NAMED_AFTER_DOMAIN = """
ado.net alibaba.com amazon.com archive.org asp.net booking.com cambridge.org cars.com change.org crypto.com
expedia.com hotels.com inc.com jd.com lastminute.com match.com monster.com moneysupermarket.com overstock.com
pets.com realtor.com salesforce.com time.com trip.com vb.net
"""
"""Companies and products whose name is a domain: with a capital, they are named and not linked to."""


def count_links(text: str) -> int:
    """Return how many web addresses are in ``text``, with or without ``https`` or ``www``."""
    if "://" not in text and not _DOT.search(text):
        return 0
    return sum(map(_is_link, _LINK.finditer(text)))


def _is_link(match: re.Match[str]) -> bool:
    if match["email"]:
        return False
    host = match["with_path"] or match["bare"]
    if not host:
        return True
    if match["bare"] and host[0].isupper() and host.lower() in entries(NAMED_AFTER_DOMAIN):
        return False
    before, _, ending = host.rpartition(".")
    # “Dr.Ho/Dr.Lee” and “end.Ca” lack a space, and “8.am/9.pm” tells the time.
    return (ending.islower() or host.isupper()) and not before.replace(".", "").isdigit()
