"""Article keys: a normalised URL or headline by which letters that answer the same article are grouped."""

import unicodedata
from urllib.parse import parse_qsl, urlencode, urlsplit

LONGEST_KEY = 300
"""Characters of a key that are kept; no newspaper's URLs differ only after them."""
TRACKING_PREFIXES = ("utm_", "fbclid", "gclid", "mc_", "cmpid", "ref", "share", "source")
"""Prefixes of query parameters that tell where a reader came from; they are removed from the URL."""


def article_key(url: str, headline: str) -> str:
    """Return a key that is the same for all spellings of one article's URL or, without a URL, its headline.

    It is empty if both are. Scheme, port, fragment, ``www.``, ``m.``, ``amp.``, slashes at the end,
    parameters without a value and tracking parameters (all whose names begin with one of `TRACKING_PREFIXES`)
    are left out. A URL that can't be parsed is its own key.
    """
    if url:
        return _normalised_url(url)[:LONGEST_KEY]
    normalised = unicodedata.normalize("NFKC", headline)
    words = "".join(character if character.isalnum() else " " for character in normalised)
    return " ".join(words.casefold().split())[:LONGEST_KEY]


def _normalised_url(url: str) -> str:
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.").removeprefix("amp.")
    except ValueError:
        return url.strip()
    kept = [(name, value) for name, value in parse_qsl(parts.query) if not name.startswith(TRACKING_PREFIXES)]
    query = f"?{urlencode(sorted(kept))}" if kept else ""
    return f"{host}{parts.path.rstrip('/')}{query}"
