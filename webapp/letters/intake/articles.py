"""Which letters answer the same article."""

import unicodedata
from urllib.parse import parse_qsl, urlencode, urlsplit

LONGEST_KEY = 300
"""Characters that are kept of a key; no newspaper's addresses differ only behind them."""
TRACKING = ("utm_", "fbclid", "gclid", "mc_", "cmpid", "ref", "share", "source")
"""Beginnings of the names of parameters that say how a reader came to an article, and not to which."""


def article_key(url: str, headline: str) -> str:
    """Return what is the same for letters that name the same article, by its address or else its headline.

    Empty where a letter names none.
    """
    if url:
        return _of_url(url)[:LONGEST_KEY]
    words = "".join(sign if sign.isalnum() else " " for sign in unicodedata.normalize("NFKC", headline))
    return " ".join(words.casefold().split())[:LONGEST_KEY]


def _of_url(url: str) -> str:
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.").removeprefix("amp.")
    except ValueError:
        return url.strip()
    kept = [(name, value) for name, value in parse_qsl(parts.query) if not name.startswith(TRACKING)]
    query = f"?{urlencode(sorted(kept))}" if kept else ""
    return f"{host}{parts.path.rstrip('/')}{query}"
