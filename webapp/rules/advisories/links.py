"""Detector of web addresses in a text, with or without ``https``, but not e-mail addresses; returns a count.

A paper may refuse letters with links, so only what is certainly one counts: a missing space after a full stop
(“late.My”) is no link.
"""

import re

from webapp.rules.advisories.word_lists import word_set

_DOT_BEFORE_LETTERS = re.compile(r"\.[A-Za-z]{2}")

_ENDINGS = (
    r"com|org|net|edu|gov|(?:com|org|net|edu|gov)\.[a-z]{2}|hk|uk|cn|sg|tw|nz|jp|kr|fr|nl|ph|za|ch|dk|fi"
)
"""Top-level domains that are no words; left out are “is”, “my”, “news”, “au”, “ca”, “de”, which are words
too."""

_ENDINGS_BEFORE_PATH = (
    "[a-z]{2}|com|org|net|edu|gov|int|info|biz|app|dev|xyz|online|site|website|blog|shop|store|tech|news"
    "|page|link"
)
"""Top-level domains that count if a path follows."""

_HOST = r"[a-z0-9](?:[a-z0-9-]{0,62}\.)+"
_LINK = re.compile(
    # E-mail addresses are matched first, so that their domains aren't.
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
"""Companies and products whose name is a domain: written with a capital, it is a name and no link."""


def count_links(text: str) -> int:
    """Return the number of web addresses in ``text``, with or without ``https`` or ``www``.

    Without either, an address counts if its ending is a frequent one, or a path follows.
    """
    if "://" not in text and not _DOT_BEFORE_LETTERS.search(text):
        return 0
    return sum(map(_is_link, _LINK.finditer(text)))


def _is_link(match: re.Match[str]) -> bool:
    if match["email"]:
        return False
    host = match["with_path"] or match["bare"]
    if not host:
        return True
    if match["bare"] and host[0].isupper() and host.lower() in word_set(NAMED_AFTER_DOMAIN):
        return False
    host_name, _, ending = host.rpartition(".")
    # No links: “Dr.Ho/Dr.Lee” and “end.Ca” (a space is missing), “8.am/9.pm” (times).
    return (ending.islower() or host.isupper()) and not host_name.replace(".", "").isdigit()
