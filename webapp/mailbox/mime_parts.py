"""MIME parts of a message (RFC 2045, RFC 2046): its texts, attached messages, whether it has files."""

import binascii
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

from webapp.mailbox.charsets import decode
from webapp.mailbox.headers import (
    Headers,
    ParameterizedHeader,
    decode_base64,
    decode_base64_text,
    read_parameterized,
    split_header,
)
from webapp.mailbox.html_text import html_to_text

DEEPEST_NESTING = 10
"""Levels of parts within parts that are read. What is nested deeper counts as an attachment."""

MOST_PARTS = 100
"""Parts that are read. Those after them count as attachments."""

MOST_BYTES_OF_TEXT = 4_000_000
"""Bytes of one part that are read, before its transfer encoding is decoded. No letter is longer."""

MOST_WORDS_OF_STUB = 40
STUB_RATIO = 2
"""How many times as many words the HTML of a message has as the stub in its plain text."""

LONGEST_BOUNDARY = 200
"""Characters. RFC 2046 allows 70."""

_NOT_ATTACHMENTS = frozenset(
    {
        "application/pgp-signature",
        "application/pgp-keys",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/ms-tnef",
        "application/ics",
        "text/calendar",
        "text/vcard",
        "text/x-vcard",
        "text/directory",
        "message/delivery-status",
        "message/disposition-notification",
        "message/external-body",
    }
)
"""Types that mail clients add by themselves: signatures, formatting, contact cards, invitations, reports."""

_PLAIN_TYPES = frozenset({"text/plain", "text/markdown", "text/enriched"})
_AFTER_BOUNDARY = re.compile(rb"(--)?[ \t]*+(?:\r\n|\r|\n|\Z)")
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")


class TextFormat(Enum):
    """How the text of a part is formatted: plain lines, format=flowed (RFC 3676) or HTML."""

    PLAIN = auto()
    FLOWED = auto()
    HTML = auto()


@dataclass(frozen=True, slots=True)
class PartText:
    """The text of one part.

    Attributes:
        text: The decoded text, before HTML or format=flowed is converted.
        format: How it is formatted.
        deletes_space: Of flowed text, whether the mail client added the space at the end of a line, so that
            it is deleted when lines are joined (the parameter DelSp of RFC 3676).
    """

    text: str
    format: TextFormat
    deletes_space: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether the text is only whitespace; HTML that has tags but no text is not blank."""
        return not self.text.strip()


@dataclass(slots=True)
class MessageContents:
    """What the parts of a message hold.

    Attributes:
        texts: The texts to read, in order; of a multipart/alternative only one alternative.
        has_files: Whether files were attached.
        messages: Messages that were attached, as when one is forwarded as an attachment.
    """

    texts: list[PartText] = field(default_factory=list)
    has_files: bool = False
    messages: list[bytes] = field(default_factory=list)


def read_contents(headers: Headers, content: bytes) -> MessageContents:
    """Read the parts of a message, given its header and its body, within the limits of this module."""
    contents = MessageContents()
    contents.texts = _PartsReader(contents).texts(headers, content, depth=0)
    return contents


class _PartsReader:
    """One walk through the tree of parts, limited to ``MOST_PARTS`` parts and ``DEEPEST_NESTING`` levels."""

    def __init__(self, contents: MessageContents) -> None:
        self.contents = contents
        self.parts_left = MOST_PARTS
        self.has_text = False

    def texts(
        self, headers: Headers, content: bytes, *, depth: int, default_type: str = "text/plain"
    ) -> list[PartText]:
        """Return the texts in a part; record its files and attached messages in ``contents``.

        Of a multipart/alternative, one alternative is returned. Parts beyond `MOST_PARTS` or
        `DEEPEST_NESTING` are not read, and count as files.

        Args:
            headers: Header of the part.
            content: Body of the part.
            depth: Levels of parts above this one; 0 for the message itself.
            default_type: The type of a part that does not say its own.
        """
        content_type = _read_content_type(headers, default_type)
        if content_type.value.startswith("multipart/"):
            boundary = content_type.parameters.get("boundary", "")[:LONGEST_BOUNDARY]
            parts = list(_split_parts(content, boundary)) if boundary else []
            if parts:
                return self._texts_of_multipart(content_type, parts, depth)
        elif content_type.value in {"message/rfc822", "message/global"}:
            self.contents.messages.append(_decode_transfer_encoding(headers, content))
            return []
        elif not content_type.value.startswith("text/") or (
            depth and self._is_attached_text(headers, content_type)
        ):
            self.contents.has_files |= _counts_as_file(headers, content_type)
            return []
        text = _part_text(headers, content, content_type)
        self.has_text |= bool(text and not text.is_blank)
        return [text] if text else []

    def _is_attached_text(self, headers: Headers, content_type: ParameterizedHeader) -> bool:
        """Tell whether a text part is an attached file and not the letter.

        A file name is no proof before any text was found: some mail clients give the letter itself one.
        """
        return _has_disposition(headers, "attachment") or (
            self.has_text and "name" in content_type.parameters and not _has_disposition(headers, "inline")
        )

    def _texts_of_multipart(
        self, content_type: ParameterizedHeader, parts: list[bytes], depth: int
    ) -> list[PartText]:
        default_type = "message/rfc822" if content_type.value == "multipart/digest" else "text/plain"
        texts_of_parts: list[list[PartText]] = []
        for part in parts:
            if self.parts_left == 0 or depth == DEEPEST_NESTING:
                self.contents.has_files = True
                break
            self.parts_left -= 1
            headers, content = split_header(part)
            if (
                content_type.value == "multipart/related"
                and texts_of_parts
                and not _has_disposition(headers, "attachment")
            ):
                # Images shown inside the HTML part: nearly always those of a signature, and no attachments.
                continue
            texts_of_parts.append(self.texts(headers, content, depth=depth + 1, default_type=default_type))
        if content_type.value == "multipart/alternative":
            return _choose_alternative(texts_of_parts)
        return list(itertools.chain.from_iterable(texts_of_parts))


def _choose_alternative(alternatives: list[list[PartText]]) -> list[PartText]:
    """Return the first plain text that is no stub; else the last alternative, which is the richest.

    A stub is a text that only says that the message is HTML: much shorter than what the HTML shows.
    """
    readable = [texts for texts in alternatives if any(not text.is_blank for text in texts)]
    for texts in readable:
        if all(text.format is not TextFormat.HTML for text in texts) and not _is_stub(texts, readable[-1]):
            return texts
    return readable[-1] if readable else []


def _is_stub(plain: list[PartText], richest: list[PartText]) -> bool:
    length = sum(len(text.text.split()) for text in plain)
    if length > MOST_WORDS_OF_STUB or not any(text.format is TextFormat.HTML for text in richest):
        return False
    shown = sum(
        len((html_to_text(text.text) if text.format is TextFormat.HTML else text.text).split())
        for text in richest
    )
    return shown > STUB_RATIO * length


def _read_content_type(headers: Headers, default_type: str) -> ParameterizedHeader:
    content_type = read_parameterized(headers.get("content-type", ""))
    if _MEDIA_TYPE.fullmatch(content_type.value):
        return content_type
    # RFC 2045, section 5.2: a part without a valid type is plain text. Some mail clients write only “text”.
    return ParameterizedHeader(
        "text/html" if content_type.value == "html" else default_type, content_type.parameters
    )


def _has_disposition(headers: Headers, disposition: str) -> bool:
    return read_parameterized(headers.get("content-disposition", "")).value == disposition


def _counts_as_file(headers: Headers, content_type: ParameterizedHeader) -> bool:
    """Tell whether a part that is no text counts as an attached file; an image inside the HTML does not."""
    if content_type.value in _NOT_ATTACHMENTS:
        return False
    is_inline_image = content_type.value.startswith("image/") and "content-id" in headers
    return not is_inline_image or _has_disposition(headers, "attachment")


def _part_text(headers: Headers, content: bytes, content_type: ParameterizedHeader) -> PartText | None:
    """Return the decoded text of a part; None where its type is no text that is read."""
    is_html = content_type.value in {"text/html", "application/xhtml+xml"}
    if not (is_html or content_type.value in _PLAIN_TYPES or content_type.value.startswith("multipart/")):
        return None
    raw = _decode_transfer_encoding(headers, content[:MOST_BYTES_OF_TEXT], is_text=True)
    text = decode(raw, content_type.parameters.get("charset", ""))
    if is_html:
        return PartText(text, TextFormat.HTML)
    if content_type.parameters.get("format", "").lower() == "flowed":
        return PartText(text, TextFormat.FLOWED, content_type.parameters.get("delsp", "").lower() == "yes")
    return PartText(text, TextFormat.PLAIN)


def _decode_transfer_encoding(headers: Headers, content: bytes, *, is_text: bool = False) -> bytes:
    encoding = headers.get("content-transfer-encoding", "").strip().lower()
    if encoding == "base64":
        return decode_base64_text(content) if is_text else decode_base64(content)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(content)
    return content


def _split_parts(content: bytes, boundary: str) -> Iterator[bytes]:
    """Yield the parts between boundary lines (RFC 2046, section 5.1.1); the last line may be missing."""
    boundary_lines = itertools.islice(
        _boundary_lines(content, b"--" + boundary.encode("utf-8", "replace")), MOST_PARTS + 1
    )
    start = None
    for line_start, line_end, is_last in boundary_lines:
        if start is not None:
            yield content[start:line_start]
        if is_last:
            return
        start = line_end
    if start is not None:
        yield content[start:]


def _boundary_lines(content: bytes, boundary: bytes) -> Iterator[tuple[int, int, bool]]:
    """Yield the start and end offset of each boundary line, and whether it is the last (“--” after it).

    The line break before a boundary line belongs to it. If a part is empty, that is also the line break after
    the boundary line before, so that two of them may overlap.
    """
    position = content.find(boundary)
    while position >= 0:
        after = _AFTER_BOUNDARY.match(content, position + len(boundary))
        if after and (position == 0 or content[position - 1] in b"\r\n"):
            line_end = 2 if content[max(0, position - 2) : position] == b"\r\n" else 1
            yield max(0, position - line_end), after.end(), bool(after[1])
        position = content.find(boundary, position + len(boundary))
