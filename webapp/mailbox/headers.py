"""The header of a message or of a part of one (RFC 5322, section 2.2; RFC 2045; RFC 2047).

The standard library's parser is not used: a thousand parts within one another, or 300 brackets in a From,
make it raise RecursionError (Python 3.11, measured). What a letters desk needs of a header is little.
"""

import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass

from webapp.mailbox.charsets import decode

MOST_HEADERS = 500
"""Fields of one header; signatures and the stations of a real message are below a hundred."""

LONGEST_HEADER = 4_000
"""Bytes of one field that are read; no name and no subject is longer."""

Headers = Mapping[str, str]
"""The fields of a header by their names in small letters, unfolded; of several of one name, the first."""

_LINE = re.compile(rb"([^\r\n]*+)(?:\r\n|\r|\n|\Z)")
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:")
_HEADER_END = re.compile(rb"\r\n\r\n|\n\n|\r\r")

_ENCODED_WORD = re.compile(r"=\?([^?\s]*)\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_ENCODED_WORDS = re.compile(r"(?<=\?=)\s+(?==\?)")

_PARAMETER = re.compile(r';\s*([\w-]+)(\*\d*\*?)?\s*=\s*(?:"((?:[^"\\]|\\.)*+)"?|([^;\s]*+))', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def split_header(raw: bytes) -> tuple[Headers, bytes]:
    """Part a message into its header and what comes after it.

    A line that can't be of a header begins the text, so that nothing is lost where the empty line is missing.
    """
    fields: dict[str, bytes] = {}
    name = ""
    position = 0
    for _ in range(MOST_HEADERS * 10):
        line = _LINE.match(raw, position)
        if line is None or position >= len(raw):
            return _decoded(fields), b""
        text = line[1]
        if not text:
            return _decoded(fields), raw[line.end() :]
        if text[:1] in b" \t" and (fields or name):
            _append(fields, name, text)
        elif field := _FIELD.match(text):
            name = field[1].decode("ascii").lower()
            # A field that comes twice is read once, and the second's folded lines are nobody's.
            name = "" if name in fields or len(fields) >= MOST_HEADERS else name
            _append(fields, name, text[field.end() :])
        elif not (position == 0 and text.startswith((b"From ", b">From "))):
            return _decoded(fields), raw[position:]
        position = line.end()
    end = _HEADER_END.search(raw, position)
    return _decoded(fields), raw[end.end() :] if end else b""


def _append(fields: dict[str, bytes], name: str, text: bytes) -> None:
    if name and len(fields.get(name, b"")) < LONGEST_HEADER:
        fields[name] = (fields.get(name, b"") + b" " + text.strip()[:LONGEST_HEADER]).strip()


def _decoded(fields: Mapping[str, bytes]) -> Headers:
    # RFC 6532 has headers in UTF-8; older ones come in whatever their writer's computer used.
    return {name: decode(value) for name, value in fields.items()}


def decode_words(value: str) -> str:
    """Return ``value`` with its encoded words (RFC 2047) decoded.

    Words that follow one another are joined before they are decoded: mailers cut within a character.
    """
    decoded: list[str] = []
    waiting, charset, last = b"", "", 0
    value = _BETWEEN_ENCODED_WORDS.sub("", value)
    for word in _ENCODED_WORD.finditer(value):
        label = word[1].partition("*")[0].lower()
        content = _transferred(word[3], word[2])
        if word.start() > last or label != charset:
            decoded += decode(waiting, charset), value[last : word.start()]
            waiting = b""
        waiting, charset, last = waiting + content, label, word.end()
    decoded += decode(waiting, charset), value[last:]
    return "".join(decoded)


def _transferred(text: str, encoding: str) -> bytes:
    content = text.encode("utf-8", "replace")
    if encoding in "bB":
        return decode_base64(content)
    return binascii.a2b_qp(content.replace(b" ", b"_"), header=True)


_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


def decode_base64(content: bytes) -> bytes:
    """Return what ``content`` holds as base64 (RFC 4648), as far as it goes; strays are forgiven."""
    digits = _NOT_BASE64.sub(b"", content)
    return binascii.a2b_base64(digits[: len(digits) - (len(digits) % 4 == 1)] + b"==")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A value with parameters, as of Content-Type and Content-Disposition (RFC 2045, section 5.1).

    Attributes:
        value: What stands before the first parameter, in small letters.
        parameters: By their names in small letters; parts of one (RFC 2231) are joined.
    """

    value: str
    parameters: Mapping[str, str]


def read_labelled(value: str) -> Labelled:
    """Read a value with parameters, well formed or not."""
    parameters: dict[str, str] = {}
    for name, continued, quoted, bare in _PARAMETER.findall(value):
        text = _ESCAPED.sub(r"\1", quoted) if quoted else bare
        if continued.endswith("*"):
            text = text.rpartition("'")[2]
        if name.lower() not in parameters:
            parameters[name.lower()] = text
        elif continued:
            parameters[name.lower()] += text
    return Labelled(value.partition(";")[0].strip().lower(), parameters)
