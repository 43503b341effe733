"""Article keys: a normalised URL or headline by which letters that answer the same article are grouped."""

import unicodedata
from urllib.parse import parse_qsl, urlencode, urlsplit

LONGEST_KEY = 300
"""Characters of a key that are kept; no newspaper's URLs differ only after them."""
TRACKING_PREFIXES = ("utm_", "mc_")
TRACKING_PARAMETERS = frozenset({"fbclid", "gclid", "cmpid", "ref_src", "ref_url"})
"""Names of query parameters, and prefixes of such names, that tell where a reader came from."""
AMBIGUOUS_PARAMETERS = frozenset({"ref", "share", "source"})
"""Names that tell where a reader came from, but are the article's number at some papers: ``?ref=1234``."""


def article_key(url: str, headline: str) -> str:
    """Return a key that is the same for all spellings of one article's URL or, without a URL, its headline.

    It is empty if both are. Scheme, port, fragment, ``www.``, ``m.``, ``amp.``, slashes at the end,
    parameters without a value and tracking parameters are left out. A URL that can't be parsed is its own
    key.
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
    kept = [(name, value) for name, value in parse_qsl(parts.query) if not _is_tracking(name, value)]
    query = f"?{urlencode(sorted(kept))}" if kept else ""
    return f"{host}{parts.path.rstrip('/')}{query}"


def _is_tracking(name: str, value: str) -> bool:
    return (
        name.startswith(TRACKING_PREFIXES)
        or name in TRACKING_PARAMETERS
        or (name in AMBIGUOUS_PARAMETERS and not any(map(str.isdigit, value)))
    )
