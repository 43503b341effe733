"""Charset decoding of message text: charset labels, mislabelled text, guessing without a label."""

import codecs
import re

_LABEL = re.compile(r"[a-z0-9][a-z0-9._:-]{1,39}", re.IGNORECASE)

_TEXT_CODECS = re.compile(
    r"ascii|utf-(?:7|8|8-sig|16|16-[bl]e|32|32-[bl]e)|iso8859-\d+|cp\d+|koi8-\w|mac-\w+|big5\w*|gb\w+|hz|euc_\w+"
    r"|shift_jis\w*|iso2022_\w+|johab|tis-620|ptcp154|kz1048"
)
"""Python codecs that are charsets. Of the others, punycode takes quadratic time, and unicode_escape warns and
raises."""

_NOT_ASCII_COMPATIBLE = re.compile(
    r"(?:utf|u|unicode)[-_]?(?:1-1-utf-7|7|16|32)|hz|(?:cs)?iso-?2022", re.IGNORECASE
)

_SUPERSETS = {
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
"""The superset to decode with instead of the codec named: mail clients use characters that only the superset
has (WHATWG Encoding Standard, section 4.2), and in Hong Kong also the characters that Big5 lacks."""

_BYTE_ORDER_MARKS = (
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
"""Characters that any Chinese letter has dozens of. Bytes decoded in the wrong charset give rare ones
instead."""

_SAMPLE_SIZE = 20_000
"""Bytes from the start of a text by which its charset is guessed."""


def decode(content: bytes, label: str = "") -> str:
    """Return ``content`` as text; never raises. Bytes that can't be decoded become U+FFFD.

    A byte-order mark wins over ``label``, the charset that the message names. So does valid UTF-8: text in
    another charset is practically never valid UTF-8. The charset is guessed where the label is missing or
    unknown, or says UTF-8 and the text isn't.
    """
    for mark, charset in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _decode_leniently(content, charset)
    if content.isascii() and not _is_ascii_incompatible(label):
        return content.decode("ascii")
    codec = _codec(label)
    if codec is None or codec.startswith("utf-8"):
        return _decode_unlabelled(content)
    if not _is_ascii_incompatible(label) and (text := _decode_strictly(content, "utf-8")) is not None:
        return text
    return _decode_leniently(content, codec)


def _codec(label: str) -> str | None:
    """Return the Python codec for a charset label; None where there is none, or it is no charset."""
    if not _LABEL.fullmatch(label):
        return None
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    return _SUPERSETS.get(name, name) if _TEXT_CODECS.fullmatch(name) else None


def _is_ascii_incompatible(label: str) -> bool:
    """Tell whether ASCII bytes can mean other characters in that charset, as in UTF-16 or ISO-2022-JP."""
    return bool(_NOT_ASCII_COMPATIBLE.match(label))


def _decode_unlabelled(content: bytes) -> str:
    """Decode text without a charset label, or labelled UTF-8: as UTF-8 if it nearly is, else by guessing."""
    text = _decode_strictly(content, "utf-8")
    if text is not None:
        return text
    # A few invalid bytes don't make it another charset: some mail clients cut a line within a character.
    sample = _decode_leniently(content[:_SAMPLE_SIZE], "utf-8")
    invalid = sample.count("\ufffd")
    valid = sum(not character.isascii() for character in sample) - invalid
    return _decode_leniently(content, "utf-8") if valid >= 2 * invalid else _decode_guessing(content)


def _decode_guessing(content: bytes) -> str:
    """Decode as Big5 or GB 18030 where that gives enough common Chinese characters, else as Windows-1252."""
    sample = content[:_SAMPLE_SIZE]
    best, most_common = "cp1252", len(sample) // 50
    for charset in ("big5hkscs", "gb18030"):
        common = sum(character in _COMMON_CHINESE for character in _decode_leniently(sample, charset))
        if common > most_common:
            best, most_common = charset, common
    return _decode_leniently(content, best)


def _decode_strictly(content: bytes, charset: str) -> str | None:
    try:
        return content.decode(charset)
    except UnicodeError:
        return None


def _decode_leniently(content: bytes, charset: str) -> str:
    # Python's UTF-7 decoder accepts half of a surrogate pair, which can't be encoded again.
    return _SURROGATES.sub("\ufffd", content.decode(charset, "replace"))
