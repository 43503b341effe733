"""Who sent a message and what its subject says (RFC 5322, sections 3.4 and 3.6.5)."""

import re
from dataclasses import dataclass

from webapp.mailbox.headers import decode_words

_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*+)"|\(((?:[^()\\]|\\.)*+)\)|<([^<>]*+)>|([^",;()<>]++|.)', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_BARE_ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+")

_SURNAME_FIRST = re.compile(r"([^,]+),([^,]+)")
_LAST_BRACKET = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$")
_AFTER_A_COMMA = frozenset(
    [
        "jr",
        "sr",
        "i",
        "ii",
        "iii",
        "iv",
        "phd",
        "dphil",
        "md",
        "mbbs",
        "frcs",
        "do",
        "dds",
        "ba",
        "ma",
        "msc",
        "bsc",
        "mba",
        "llb",
        "llm",
        "edd",
        "mp",
        "mep",
        "mla",
        "qc",
        "kc",
        "sc",
        "jp",
        "esq",
        "mbe",
        "obe",
        "cbe",
        "gbs",
        "sbs",
        "bbs",
        "mh",
        "rn",
        "cpa",
        "ca",
        "pe",
        "aia",
        "faia",
        "usa",
        "uk",
        "hk",
        "ltd",
        "inc",
        "llc",
        "dr",
        "mr",
        "mrs",
        "ms",
        "miss",
        "prof",
        "rev",
        "sir",
    ]
)
"""What follows a name after a comma and is not a given name."""

MOST_WORDS_OF_A_SURNAME = 3
MOST_GIVEN_NAMES = 3


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A sender.

    Attributes:
        name: The display name in reading order; empty where there is none but an address.
        address: The address as it stands in the header.
    """

    name: str
    address: str


def read_sender(value: str) -> Mailbox:
    """Read the first mailbox in the field From."""
    name, comment = "", ""
    for token in _TOKEN.finditer(value):
        quoted, bracketed, angled, plain = token.groups()
        if angled is not None:
            return Mailbox(_readable(name or comment), angled.strip())
        if bracketed is not None:
            comment = bracketed
        elif quoted is not None:
            name += _ESCAPED.sub(r"\1", quoted)
        elif plain in {",", ";"} and _BARE_ADDRESS.search(name):
            break
        else:
            name += plain
    address = _BARE_ADDRESS.search(name)
    if address:
        # In old messages the name is in a comment: jane@example.com (Jane Lee).
        return Mailbox(_readable(comment), address[0])
    return Mailbox(_readable(name), "")


def _readable(display_name: str) -> str:
    name = " ".join(decode_words(display_name).split())
    if len(name) > 1 and name[0] == name[-1] and name[0] in "'\"":
        name = name[1:-1].strip()
    if "@" in name:
        return ""
    return _in_reading_order(name)


def _in_reading_order(name: str) -> str:
    """Return “Lee, Jane (Central)”, as firms' directories have it, as “Jane Lee”."""
    parts = _SURNAME_FIRST.fullmatch(_LAST_BRACKET.sub("", name))
    if not parts:
        return name
    surname, given = parts[1].strip(), parts[2].strip()
    words = given.split()
    if any(word.replace(".", "").casefold() in _AFTER_A_COMMA for word in words):
        return name
    if not words or len(words) > MOST_GIVEN_NAMES or len(surname.split()) > MOST_WORDS_OF_A_SURNAME:
        return name
    return f"{given} {surname}".strip()


_REPLY_OR_FORWARD = re.compile(
    r"\s*(?:(?:re|fwd?|aw|antw|wg|sv|vs|tr|rv|res|enc)(?:\s*\[\d+\])?\s*[:：]"  # noqa: RUF001
    r"|(?:回[覆复信]|答[覆复]|轉[寄發]|转[寄发])\s*[:：]"  # noqa: RUF001
    r"|\[\s*ext(?:ernal)?\s*\]\s*:?)",
    re.IGNORECASE,
)
_FORWARD = re.compile(r"\s*(?:fwd?|wg|tr|rv|轉寄|轉發|转发)\s*[:\uff1a]", re.IGNORECASE)
_KIND_OF_MAIL = re.compile(
    r"\s*(?:[\[(]\s*)?(?:"
    r"(?:an?\s+)?(?:open\s+)?letters?\s*,?\s+(?:to|for)\s+(?:the\s+)?editors?|to\s+(?:the\s+)?(?:letters\s+)?editors?"
    r"|(?:letters?\s+|submitted\s+)?for\s+publication|letters?\s+(?:submission|page|column)"
    r"|letters?(?!\s*,)|submissions?(?!\s*,)|讀者來[信函]|投稿|致編輯|致编辑"
    r")\s*[\])]?\s*(?:[:：|–—,]|-(?!\w)|$|(?=for\s+publication\b))",  # noqa: RUF001
    re.IGNORECASE,
)
_NEVER_A_HEADLINE = re.compile(r"\s*(?:\(?(?:no subject|untitled)\)?|\(?無主旨\)?)\s*", re.IGNORECASE)


def says_forwarded(subject: str) -> bool:
    """Tell whether the field Subject says that a message is passed on."""
    return bool(_FORWARD.match(decode_words(subject)))


def read_headline(subject: str) -> str:
    """Return the headline that the field Subject gives a letter, without what it says of the mail."""
    headline = " ".join(decode_words(subject).split())
    before = None
    while headline != before:
        before = headline
        headline = (
            _REPLY_OR_FORWARD.sub("", headline, count=1) if _REPLY_OR_FORWARD.match(headline) else headline
        )
        kind = _KIND_OF_MAIL.match(headline)
        headline = headline[kind.end() :].strip() if kind else headline.strip()
    return "" if _NEVER_A_HEADLINE.fullmatch(headline) else headline
