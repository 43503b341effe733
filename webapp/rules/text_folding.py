"""Folding of text; its visible part; tests for markup, web and e-mail addresses; East Asian signs counted."""

import re
import unicodedata

from webapp.rules.words import EAST_ASIAN, normalise

_TAG = re.compile(
    r"</?[a-z][a-z0-9]*(?:\s[^<>]*|/)?>|<!--|<[a-z]+\s+[a-z-]+\s*=|&(?:[a-z]{2,8}|#x?[0-9a-f]{1,6});"
    r"|\[/?(?:url|img|b|i|u|s|quote|code|color|size|link|email)\b[^\[\]]*\]|\[url=|\{\{|\{%|<\?php|<%",
    re.IGNORECASE,
)


_WEB = re.compile(r"(?:https?|ftp)\s*:\s*/|\bwww\d?\.\w|\bjavascript\s*:|\bmailto\s*:", re.IGNORECASE)


_EMAIL = re.compile(r"\S@[^\s@]+\.\w")


_BARE_DOMAIN = re.compile(
    # For short endings that are names too, more letters before the dot are needed: “Dr.Ru” only lacks a
    # space.
    r"(?<![\w.-])[\w-]{2,63}(?:\.[\w-]{1,63}){0,4}"
    r"\.(?:(?:com|org|net|info|biz)(?:\.[a-z]{2})?|co\.[a-z]{2})(?![\w.])"
    r"|(?<![\w.-])[\w-]{5,63}(?:\.[\w-]{1,63}){0,4}\.(?:hk|uk|cn|io|xyz|ru|tk)(?![\w.])",
    re.IGNORECASE,
)


_EAST_ASIAN = re.compile("[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in EAST_ASIAN) + "]")


_BLANK = re.compile("[\u115f\u1160\u2800\u3164\uffa0]")
"""Invisible, although Unicode classifies the Hangul fillers as letters and the blank Braille pattern as a
symbol."""


_NOT_ASCII_WORD = re.compile("[^a-z0-9]+")


_ACCENTS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
"""Combining marks of Latin, Greek and Cyrillic; marks of other scripts can be vowels and are kept."""


def visible(text: str) -> str:
    """Return ``text`` in NFKC, trimmed, without invisible characters; full-width letters become ASCII.

    The caller has to limit its length: ordering combining marks takes time quadratic in the length of a run.
    """
    return _BLANK.sub("", unicodedata.normalize("NFKC", normalise(text))).strip()


def fold(text: str) -> str:
    """Return ``text`` for comparisons: case-folded, without accents and punctuation, with single spaces.

    Accents of Latin, Greek and Cyrillic are removed. Everything but letters, digits and marks, such as
    punctuation, symbols and invisible characters, becomes a space; the result may be empty.
    The caller has to limit its length, as for `visible`.
    """
    if text.isascii():
        return " ".join(_NOT_ASCII_WORD.sub(" ", text.lower()).split())
    without_accents = unicodedata.normalize(
        "NFC", _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).casefold()
    )
    return " ".join(
        "".join(character if _is_word_character(character) else " " for character in without_accents).split()
    )


def _is_word_character(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character).startswith("M")


def count_east_asian(text: str) -> int:
    """Return the number of letters in ``text`` of East Asian scripts, which use no spaces (王明)."""
    return 0 if text.isascii() else sum(map(str.isalpha, _EAST_ASIAN.findall(text)))


def contains_markup(text: str) -> bool:
    """Return whether ``text`` contains HTML (a tag, comment or “&amp;”), BBCode, PHP or template syntax."""
    return bool(_TAG.search(text))


def contains_url_or_email(text: str) -> bool:
    """Return whether ``text`` contains an e-mail address, or a web address with a scheme or ``www.``.

    ``javascript:`` and ``mailto:`` are such schemes too.
    """
    return bool(_WEB.search(text) or _EMAIL.search(text))


def contains_bare_domain(text: str) -> bool:
    """Return whether ``text`` contains a domain name, such as “example.com”, even after a scheme or ``www.``.

    Only a few frequent endings count, such as ``.com``, ``.co.uk`` and ``.hk``.
    """
    return bool(_BARE_DOMAIN.search(text))
