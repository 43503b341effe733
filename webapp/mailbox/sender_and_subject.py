"""Sender, addressees, headline, and whether it is a forward, from the fields of a header (RFC 5322)."""

import itertools
import re
from dataclasses import dataclass

from webapp.mailbox.headers import Headers, decode_encoded_words
from webapp.mailbox.phrases import phrases

_PROGRAM = re.compile(
    r"(?:no|do[._-]?not|donot)[._-]?reply.*|(?:web|www|online|contact|site|website|kontakt)?[._-]?(?:forms?|formular|mailer)"
    r"|website|webmaster|wordpress|www-data|apache|nginx|nobody|notif(?:y|ications?)|mailer-daemon|robot|bot|system|jotform"
    r"|forms[._-].*|.*[._-]noreply"
)
"""Local parts of addresses from which programs send."""
MOST_ADDRESSES = 100
_AROUND_ADDRESS = "\"'()[]"
LONGEST_QUOTED = 500
"""Characters between quotation marks or in brackets that are read as one; more count as plain text."""
_TOKEN = re.compile(
    # Limited: where many are opened and none is closed, each is searched for its end.
    rf'"((?:[^"\\]|\\.){{0,{LONGEST_QUOTED}}}+)"|\(((?:[^()\\]|\\.){{0,{LONGEST_QUOTED}}}+)\)'
    r'|<([^<>]*+)>|([^",;()<>]++|.)',
    re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
# With the look-behind, a long word without an at sign is read once, and not again from each of its letters.
_BARE_ADDRESS = re.compile(r"(?<![^\s@<>,;])[^\s@<>,;]+@[^\s@<>,;]+")

_SURNAME_FIRST = re.compile(r"([^,]+),([^,]+)")
_BRACKETS_AT_END = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$")
_SUFFIXES_AND_TITLES = phrases("""
jr|sr|i|ii|iii|iv|phd|dphil|md|mbbs|frcs|do|dds|ba|ma|msc|bsc|mba|llb|llm|edd|mp|mep|mla|qc|kc|sc|jp
esq|mbe|obe|cbe|gbs|sbs|bbs|mh|rn|cpa|ca|pe|aia|faia|usa|uk|hk|ltd|inc|llc|dr|mr|mrs|ms|miss|prof
rev|sir
""")
"""Words after the comma in “Jane Lee, PhD” that are no given names: academic degrees, honours, places,
titles."""

MOST_WORDS_OF_SURNAME = 3
MOST_GIVEN_NAMES = 3

_REPLY_OR_FORWARD_PREFIX = re.compile(
    r"\s*(?:(?:re|fwd?|aw|antw|wg|sv|vs|tr|rv|res|enc)(?:\s*\[\d+\])?\s*[:：]"  # noqa: RUF001
    r"|(?:回[覆复信]|答[覆复]|轉[寄發]|转[寄发])\s*[:：]"  # noqa: RUF001
    r"|\[\s*ext(?:ernal)?\s*\]\s*:?)",
    re.IGNORECASE,
)
_FORWARD_PREFIX = re.compile(r"\s*(?:fwd?|wg|tr|rv|轉寄|轉發|转发)\s*[:\uff1a]", re.IGNORECASE)
_LETTER_TO_EDITOR_PREFIX = re.compile(
    r"\s*(?:[\[(]\s*)?(?:"
    r"(?:an?\s+)?(?:open\s+)?letters?\s*,?\s+(?:to|for)\s+(?:the\s+)?editors?|to\s+(?:the\s+)?(?:letters\s+)?editors?"
    r"|(?:letters?\s+|submitted\s+)?for\s+publication|letters?\s+(?:submission|page|column)"
    r"|letters?(?!\s*,)|submissions?(?!\s*,)|讀者來[信函]|投稿|致編輯|致编辑"
    r")\s*[\])]?\s*(?:[:：|–—,]|-(?!\w)|$|(?=for\s+publication\b))",  # noqa: RUF001
    re.IGNORECASE,
)
_NO_HEADLINE = re.compile(r"\s*(?:\(?(?:no subject|untitled)\)?|\(?無主旨\)?)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MailSender:
    """The sender of a message.

    Attributes:
        name: The display name, decoded and with the given name first; empty where there is only an address.
        address: The e-mail address as it is in the header; not validated. Empty where there is none.
    """

    name: str
    address: str


def read_from_field(value: str) -> MailSender:
    """Return the first sender in the value of a From field; name and address are empty for an empty one.

    Encoded words are decoded. The name is turned round as in “Lee, Jane (Central)”, which becomes “Jane Lee”;
    a name that is an e-mail address is left out. The address is empty where there is none, and isn't checked.
    """
    name, comment = "", ""
    entry_start = 0
    for token in _TOKEN.finditer(value):
        quoted, bracketed, angled, plain = token.groups()
        if angled is not None:
            return MailSender(_clean_display_name(name or comment), angled.strip())
        if bracketed is not None:
            comment = bracketed
        elif quoted is not None:
            name += _ESCAPED.sub(r"\1", quoted)
        elif plain in {",", ";"}:
            if _BARE_ADDRESS.search(name, entry_start):
                break
            # No address has a comma in it: what was searched isn't searched again.
            name += plain
            entry_start = len(name)
        else:
            name += plain
    address = _BARE_ADDRESS.search(name)
    if address:
        # Old mail programs put the name into a comment: jane@example.com (Jane Lee).
        return MailSender(_clean_display_name(comment), address[0])
    return MailSender(_clean_display_name(name), "")


def read_sender(headers: Headers) -> MailSender:
    """Return who wrote a message: the first sender of the From field, or that of Reply-To.

    Reply-To is used where From is a program that sends for others, as a website's form, or a mailing list.
    """
    sender = read_from_field(headers.get("from", ""))
    reply_to = read_from_field(headers.get("reply-to", ""))
    if not reply_to.address or reply_to.address.lower() == sender.address.lower():
        return sender
    local_part = sender.address.rpartition("@")[0].lower()
    is_list = any(name in headers for name in ("list-id", "list-post"))
    is_list_address = reply_to.address.lower() in headers.get("list-post", "").lower()
    if _PROGRAM.fullmatch(local_part) or (is_list and not is_list_address and sender.name != reply_to.name):
        return reply_to
    return sender


def read_addresses(*values: str) -> tuple[str, ...]:
    """Return the addresses in the values of To and Cc fields, in lower case, each once; they aren't checked.

    Those after the first `MOST_ADDRESSES` are left out, and one that stands in an encoded word.
    """
    found = (
        each[0].strip(_AROUND_ADDRESS).lower() for value in values for each in _BARE_ADDRESS.finditer(value)
    )
    return tuple(dict.fromkeys(itertools.islice(found, MOST_ADDRESSES)))


def _clean_display_name(display_name: str) -> str:
    """Decode a display name; empty if it is only an e-mail address."""
    name = " ".join(decode_encoded_words(display_name).split())
    if len(name) > 1 and name[0] == name[-1] and name[0] in "'\"":
        name = name[1:-1].strip()
    if "@" in name:
        return ""
    return _given_name_first(name)


def _given_name_first(name: str) -> str:
    """Return “Lee, Jane (Central)”, the form in company directories, as “Jane Lee”."""
    parts = _SURNAME_FIRST.fullmatch(_BRACKETS_AT_END.sub("", name))
    if not parts:
        return name
    surname, given = parts[1].strip(), parts[2].strip()
    words = given.split()
    if any(word.replace(".", "").casefold() in _SUFFIXES_AND_TITLES for word in words):
        return name
    if not words or len(words) > MOST_GIVEN_NAMES or len(surname.split()) > MOST_WORDS_OF_SURNAME:
        return name
    return f"{given} {surname}".strip()


def is_forward(subject: str) -> bool:
    """Tell whether a Subject field begins with the prefix of a forwarded message, such as “Fwd:”."""
    return bool(_FORWARD_PREFIX.match(decode_encoded_words(subject)))


def headline_from_subject(subject: str) -> str:
    """Return the headline in a Subject field, without prefixes such as “Re:” and “Letter to the editor:”.

    It is empty where nothing else is left, or the subject is “(no subject)”.
    """
    headline = " ".join(decode_encoded_words(subject).split())
    before = None
    while headline != before:
        before = headline
        for pattern in (_REPLY_OR_FORWARD_PREFIX, _LETTER_TO_EDITOR_PREFIX):
            prefix = pattern.match(headline)
            headline = headline[prefix.end() :] if prefix else headline
        headline = headline.strip()
    return "" if _NO_HEADLINE.fullmatch(headline) else headline
