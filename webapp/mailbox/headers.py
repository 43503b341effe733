"""Header fields of a message or MIME part: splitting them off, unfolding, encoded words, parameters, base64.

See RFC 5322 (section 2.2), RFC 2045, RFC 2047 and RFC 2231.

The standard library's parser is not used: a thousand nested parts, or 300 brackets in a From field, make it
raise RecursionError (Python 3.11, measured). A letters desk needs only a little of a header.
"""

import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass

from webapp.mailbox.charsets import decode

MOST_FIELDS = 500
"""Fields of one header that are read. A real message has fewer than a hundred, signatures and Received
included."""

LONGEST_FIELD = 4_000
"""Bytes of one field that are read, without its line ends. No name and no subject is longer."""

Headers = Mapping[str, str]
"""The unfolded fields of a header by their names in lower case; of several fields of one name, the first."""

_BYTE_COUNT = re.compile(rb"\d{1,10}[ \t]*+(?:\r\n|\r|\n)(?=[!-9;-~]++[ \t]*:)")
"""The first line of an ``.emlx`` file: the count of bytes of the message, whose header follows."""
_PREAMBLE = re.compile(rb"(?:\xef\xbb\xbf)?(?:[ \t]*+(?:\r\n|\r|\n))*+(?:" + _BYTE_COUNT.pattern + rb")?")
_LINE = re.compile(rb"([^\r\n]*+)(?:\r\n|\r|\n|\Z)")
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:")
_HEADER_END = re.compile(rb"\r\n\r\n|\n\n|\r\r")

_ENCODED_WORD = re.compile(r"=\?([^?\s]*)\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_ENCODED_WORDS = re.compile(r"(?<=\?=)\s+(?==\?)")

_PARAMETER = re.compile(r';\s*([\w-]+)(\*\d*\*?)?\s*=\s*(?:"((?:[^"\\]|\\.)*+)"?|([^;\s]*+))', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def split_message(raw: bytes) -> tuple[Headers, bytes]:
    """Split a message into its header fields and its body, without what programs put around a message.

    Above the header these are a byte-order mark, blank lines and the count of bytes of an ``.emlx`` file of
    Apple Mail, and below the body the property list of such a file.
    """
    return split_header(without_preamble(_without_property_list(raw)))


def without_preamble(raw: bytes) -> bytes:
    """Return a message, or its beginning, from the header on; see `split_message`."""
    preamble = _PREAMBLE.match(raw)
    return raw[preamble.end() :] if preamble else raw


def _without_property_list(raw: bytes) -> bytes:
    if not _BYTE_COUNT.match(raw):
        return raw
    document_type = raw.rfind(b"<!DOCTYPE plist")
    start = raw.rfind(b"<?xml", 0, document_type) if document_type >= 0 else -1
    return raw[:start] if start >= 0 else raw


def split_header(raw: bytes) -> tuple[Headers, bytes]:
    """Split a message or MIME part into its header fields and the body after them.

    Names are in lower case; of a repeated field the first is read, and fields after `MOST_FIELDS` are not. A
    line that can't belong to a header starts the body, so that no text is lost where the empty line is
    missing; after ten times `MOST_FIELDS` header lines the body begins after the next empty line. A separator
    line of an mbox file (“From …”) above the header is skipped. Encoded words stay as they are; a long field
    is cut. It never raises.
    """
    fields: dict[str, bytes] = {}
    name = ""
    position = 0
    for _ in range(MOST_FIELDS * 10):
        line = _LINE.match(raw, position)
        if line is None or position >= len(raw):
            return _decode_fields(fields), b""
        text = line[1]
        if not text:
            return _decode_fields(fields), raw[line.end() :]
        if text[:1] in b" \t" and (fields or name):
            _append_value(fields, name, text)
        elif field := _FIELD.match(text):
            name = field[1].decode("ascii").lower()
            # Of a repeated field only the first is read; an empty name drops the second with its folded
            # lines.
            name = "" if name in fields or len(fields) >= MOST_FIELDS else name
            _append_value(fields, name, text[field.end() :])
        elif not (position == 0 and text.startswith((b"From ", b">From "))):
            return _decode_fields(fields), raw[position:]
        position = line.end()
    end = _HEADER_END.search(raw, position)
    return _decode_fields(fields), raw[end.end() :] if end else b""


def _append_value(fields: dict[str, bytes], name: str, text: bytes) -> None:
    """Add a line to a field, up to ``LONGEST_FIELD`` bytes in all; without a name, drop it."""
    if name and len(fields.get(name, b"")) < LONGEST_FIELD:
        joined = fields.get(name, b"") + b" " + text.strip()[:LONGEST_FIELD]
        fields[name] = joined.strip()[:LONGEST_FIELD]


def _decode_fields(fields: Mapping[str, bytes]) -> Headers:
    # RFC 6532 allows UTF-8 in headers. Older mail clients write them in the charset of the body, or in any.
    content_type = read_parameterized(fields.get("content-type", b"").decode("ascii", "replace"))
    charset = content_type.parameters.get("charset", "")
    return {name: decode(value, charset) for name, value in fields.items()}


def decode_encoded_words(value: str) -> str:
    """Return ``value`` with its encoded words (RFC 2047) decoded.

    Adjacent words of one charset are joined before they are decoded: some mail clients split them within a
    character. It never raises.
    """
    decoded: list[str] = []
    pending, charset, last = b"", "", 0
    value = _BETWEEN_ENCODED_WORDS.sub("", value)
    for word in _ENCODED_WORD.finditer(value):
        label = word[1].partition("*")[0].lower()
        content = _decode_word(word[3], word[2])
        if word.start() > last or label != charset:
            decoded += decode(pending, charset), value[last : word.start()]
            pending = b""
        pending, charset, last = pending + content, label, word.end()
    decoded += decode(pending, charset), value[last:]
    return "".join(decoded)


def _decode_word(text: str, encoding: str) -> bytes:
    """Return the bytes in an encoded word; its encoding is B (base64) or Q (quoted-printable)."""
    content = text.encode("utf-8", "replace")
    if encoding in "bB":
        return decode_base64(content)
    return binascii.a2b_qp(content.replace(b" ", b"_"), header=True)


_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_BELOW_BASE64 = re.compile(rb"(?:=[ \t]*+(?>\r\n|\r|\n)|(?>\r\n|\r|\n)[ \t]*+(?=\r|\n))\s*+(?=\S)")
"""Where base64 can end within a content: below a line that is padded, or at a blank line."""
_LEAST_BASE64 = 20
"""Characters of a line of base64 that follows such a place; a shorter one may be a word of a footer."""


def decode_base64_text(content: bytes) -> bytes:
    """Decode a text in base64, below which a mailing list may have put its footer in clear; never raises.

    What stands below the data and isn't base64 itself is returned as it is, below a blank line.
    """
    end = next(
        (each.end() for each in _BELOW_BASE64.finditer(content) if not _begins_base64(content, each.end())),
        len(content),
    )
    below = content[end:]
    return decode_base64(content[:end]) + (b"\n\n" + below if below else b"")


def _begins_base64(content: bytes, position: int) -> bool:
    """Return whether a line at ``position`` is base64, as far as its form tells."""
    line = _LINE.match(content, position)
    text = line[1].strip() if line else b""
    is_long = len(text) >= _LEAST_BASE64 and len(text) % 4 == 0
    return is_long and not _NOT_BASE64.search(text.rstrip(b"="))


def decode_base64(content: bytes) -> bytes:
    """Decode base64 (RFC 4648); never raises.

    Other characters are ignored, and data that is cut off is read as far as it goes.
    """
    digits = _NOT_BASE64.sub(b"", content)
    return binascii.a2b_base64(digits[: len(digits) - (len(digits) % 4 == 1)] + b"==")


@dataclass(frozen=True, slots=True)
class ParameterizedHeader:
    """A header field with parameters, such as Content-Type or Content-Disposition (RFC 2045, section 5.1).

    Attributes:
        value: The text before the first parameter, in lower case.
        parameters: By their names in lower case; the segments of a long one (RFC 2231) are joined.
    """

    value: str
    parameters: Mapping[str, str]


def read_parameterized(value: str) -> ParameterizedHeader:
    """Parse the value of a field with parameters, well formed or not.

    Of an extended parameter (RFC 2231) the charset is dropped, and its percent-encoding stays.
    """
    parameters: dict[str, str] = {}
    for name, segment, quoted, bare in _PARAMETER.findall(value):
        text = _ESCAPED.sub(r"\1", quoted) if quoted else bare
        if segment.endswith("*"):
            text = text.rpartition("'")[2]
        if name.lower() not in parameters:
            parameters[name.lower()] = text
        elif segment:
            parameters[name.lower()] += text
    return ParameterizedHeader(value.partition(";")[0].strip().lower(), parameters)
