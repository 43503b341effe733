"""Bytes of a message as text, whatever their label says."""

import codecs
import re

_LABEL = re.compile(r"[a-z0-9][a-z0-9._:-]{1,39}", re.IGNORECASE)

_TEXT_CODECS = re.compile(
    r"ascii|utf-(?:7|8|8-sig|16|16-[bl]e|32|32-[bl]e)|iso8859-\d+|cp\d+|koi8-\w|mac-\w+|big5\w*|gb\w+|hz|euc_\w+"
    r"|shift_jis\w*|iso2022_\w+|johab|tis-620|ptcp154|kz1048"
)
"""Python's other codecs are no charsets: punycode takes quadratic time, unicode_escape warns and raises."""

_STATEFUL = re.compile(r"(?:utf|u|unicode)[-_]?(?:1-1-utf-7|7|16|32)|hz|(?:cs)?iso-?2022", re.IGNORECASE)

_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
    "big5": "big5hkscs",
    "cp950": "big5hkscs",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
"""What mailers mean by a label: mostly the larger set of which it names a part (WHATWG Encoding Standard,
section 4.2), and in Hong Kong the characters that Big5 lacks."""

_MARKED = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_SURROGATES = re.compile("[\ud800-\udfff]")

_COMMON_CHINESE = frozenset(
    "的一是不了在人有我他这這个個们們中來来上大為为和國国地到以說说時时要就出會会可也你對对生能而子那得於于"
    "着下自之年香港市民政府\uff0c\u3002「」"
)
"""What any Chinese letter holds dozens of; bytes read in the wrong charset give rare characters instead."""

_MOST_BYTES_JUDGED = 20_000


def decode(content: bytes, label: str = "") -> str:
    """Return ``content`` as text, read in the charset that ``label`` names if that can be; never raises.

    UTF-8 under another name is recognised: text in another charset is practically never valid UTF-8.
    """
    for mark, marked in _MARKED:
        if content.startswith(mark):
            return _lenient(content, marked)
    if content.isascii() and not _is_stateful(label):
        return content.decode("ascii")
    charset = _charset(label)
    if charset is None or charset.startswith("utf-8"):
        return _decode_unlabelled(content)
    if not _is_stateful(label) and (text := _strict(content, "utf-8")) is not None:
        return text
    return _lenient(content, charset)


def _charset(label: str) -> str | None:
    if not _LABEL.fullmatch(label):
        return None
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    return _WIDER.get(name, name) if _TEXT_CODECS.fullmatch(name) else None


def _is_stateful(label: str) -> bool:
    """Tell whether ASCII bytes can mean something else in that charset."""
    return bool(_STATEFUL.match(label))


def _decode_unlabelled(content: bytes) -> str:
    text = _strict(content, "utf-8")
    if text is not None:
        return text
    # A few broken bytes, as where a mailer cut a line within a character, don't make it another charset.
    sample = _lenient(content[:_MOST_BYTES_JUDGED], "utf-8")
    broken = sample.count("\ufffd")
    whole = sum(not character.isascii() for character in sample) - broken
    return _lenient(content, "utf-8") if whole >= 2 * broken else _likeliest(content)


def _likeliest(content: bytes) -> str:
    """Read text of an unknown charset: Chinese where its commonest characters come out, else Western."""
    sample = content[:_MOST_BYTES_JUDGED]
    best, most = "cp1252", len(sample) // 50
    for charset in ("big5hkscs", "gb18030"):
        found = sum(character in _COMMON_CHINESE for character in _lenient(sample, charset))
        if found > most:
            best, most = charset, found
    return _lenient(content, best)


def _strict(content: bytes, charset: str) -> str | None:
    try:
        return content.decode(charset)
    except UnicodeError:
        return None


def _lenient(content: bytes, charset: str) -> str:
    # UTF-7 can spell half of a surrogate pair, and Python’s decoder lets it pass.
    return _SURROGATES.sub("\ufffd", content.decode(charset, "replace"))
