"""The parts of a message (RFC 2045, RFC 2046): which of them are its text, and whether files came with it."""

import binascii
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

from webapp.mailbox.charsets import decode
from webapp.mailbox.headers import Headers, Labelled, decode_base64, read_labelled, split_header

DEEPEST = 10
"""Parts within parts. What is nested deeper is taken for a file."""

MOST_PARTS = 100
"""Parts that are looked at; what comes after them is taken for files."""

MOST_BYTES_OF_TEXT = 4_000_000
"""Of one part, as it was sent; what is behind them is no letter."""

LONGEST_BOUNDARY = 200
"""RFC 2046 allows 70."""

_NO_FILES = frozenset(
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
"""What mailers add by themselves: signatures, formatting, visiting cards, invitations, reports."""

_PLAIN = frozenset({"text/plain", "text/markdown", "text/enriched"})
_BEHIND_A_MARK = re.compile(rb"(--)?[ \t]*+(?:\r\n|\r|\n|\Z)")
_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")


class Markup(Enum):
    """How a text is marked up."""

    PLAIN = auto()
    FLOWED = auto()
    HTML = auto()


@dataclass(frozen=True, slots=True)
class PartText:
    """The text of one part.

    Attributes:
        joined_exactly: Whether the space that ends a flowed line was added by the mailer (DelSp, RFC 3676).
    """

    text: str
    markup: Markup
    joined_exactly: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to read; of HTML only its tags tell."""
        return not self.text.strip()


@dataclass(slots=True)
class Contents:
    """What is in a message.

    Attributes:
        texts: What is to be read, in order.
        files: Whether files were attached.
        messages: Messages that were attached, as a forwarded one is.
    """

    texts: list[PartText] = field(default_factory=list)
    files: bool = False
    messages: list[bytes] = field(default_factory=list)


def read_contents(headers: Headers, content: bytes) -> Contents:
    """Read the parts of the message whose header and body these are."""
    contents = Contents()
    contents.texts = _Reading(contents).texts(headers, content, depth=0)
    return contents


class _Reading:
    """One walk through the parts, which may not take long."""

    def __init__(self, contents: Contents) -> None:
        self.contents = contents
        self.parts_left = MOST_PARTS
        self.has_text = False

    def texts(
        self, headers: Headers, content: bytes, *, depth: int, usual: str = "text/plain"
    ) -> list[PartText]:
        """Return the texts in a part, and note its files."""
        labelled = _content_type(headers, usual)
        if labelled.value.startswith("multipart/"):
            boundary = labelled.parameters.get("boundary", "")[:LONGEST_BOUNDARY]
            parts = list(_split(content, boundary)) if boundary else []
            if parts:
                return self._texts_of_several(labelled, parts, depth)
        elif labelled.value in {"message/rfc822", "message/global"}:
            self.contents.messages.append(_transferred(headers, content))
            return []
        elif not labelled.value.startswith("text/") or (depth and self._is_attached(headers, labelled)):
            self.contents.files |= _is_file(headers, labelled)
            return []
        text = _part_text(headers, content, labelled)
        self.has_text |= bool(text and not text.is_blank)
        return [text] if text else []

    def _is_attached(self, headers: Headers, labelled: Labelled) -> bool:
        """Tell whether a text came as a file of its own; some mailers name the letter itself like one."""
        return _is_disposed(headers, "attachment") or (
            self.has_text and "name" in labelled.parameters and not _is_disposed(headers, "inline")
        )

    def _texts_of_several(self, labelled: Labelled, parts: list[bytes], depth: int) -> list[PartText]:
        usual = "message/rfc822" if labelled.value == "multipart/digest" else "text/plain"
        each: list[list[PartText]] = []
        for part in parts:
            if self.parts_left == 0 or depth == DEEPEST:
                self.contents.files = True
                break
            self.parts_left -= 1
            headers, content = split_header(part)
            if labelled.value == "multipart/related" and each and not _is_disposed(headers, "attachment"):
                # The pictures of a page, and nearly always those of a signature.
                continue
            each.append(self.texts(headers, content, depth=depth + 1, usual=usual))
        if labelled.value == "multipart/alternative":
            return _best(each)
        return list(itertools.chain.from_iterable(each))


def _best(alternatives: list[list[PartText]]) -> list[PartText]:
    """Return the plain text among alternatives, unless it is empty; else the last, which is the richest."""
    readable = [texts for texts in alternatives if any(not text.is_blank for text in texts)]
    for texts in readable:
        if all(text.markup is not Markup.HTML for text in texts):
            return texts
    return readable[-1] if readable else []


def _content_type(headers: Headers, usual: str) -> Labelled:
    labelled = read_labelled(headers.get("content-type", ""))
    if _TYPE.fullmatch(labelled.value):
        return labelled
    # RFC 2045, section 5.2: what has no type that can be read is plain text. Some mailers write “text” only.
    return Labelled("text/html" if labelled.value == "html" else usual, labelled.parameters)


def _is_disposed(headers: Headers, disposition: str) -> bool:
    return read_labelled(headers.get("content-disposition", "")).value == disposition


def _is_file(headers: Headers, labelled: Labelled) -> bool:
    if labelled.value in _NO_FILES:
        return False
    is_picture_in_the_text = labelled.value.startswith("image/") and "content-id" in headers
    return not is_picture_in_the_text or _is_disposed(headers, "attachment")


def _part_text(headers: Headers, content: bytes, labelled: Labelled) -> PartText | None:
    is_html = labelled.value in {"text/html", "application/xhtml+xml"}
    if not (is_html or labelled.value in _PLAIN or labelled.value.startswith("multipart/")):
        return None
    raw = _transferred(headers, content[:MOST_BYTES_OF_TEXT])
    text = decode(raw, labelled.parameters.get("charset", ""))
    if is_html:
        return PartText(text, Markup.HTML)
    if labelled.parameters.get("format", "").lower() == "flowed":
        return PartText(text, Markup.FLOWED, labelled.parameters.get("delsp", "").lower() == "yes")
    return PartText(text, Markup.PLAIN)


def _transferred(headers: Headers, content: bytes) -> bytes:
    encoding = headers.get("content-transfer-encoding", "").strip().lower()
    if encoding == "base64":
        return decode_base64(content)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(content)
    return content


def _split(content: bytes, boundary: str) -> Iterator[bytes]:
    """Yield the parts between the lines that consist of ``boundary`` (RFC 2046, section 5.1.1)."""
    delimiters = itertools.islice(
        _delimiters(content, b"--" + boundary.encode("utf-8", "replace")), MOST_PARTS + 1
    )
    start = None
    for line_start, line_end, is_last in delimiters:
        if start is not None:
            yield content[start:line_start]
        if is_last:
            return
        start = line_end
    if start is not None:
        yield content[start:]


def _delimiters(content: bytes, mark: bytes) -> Iterator[tuple[int, int, bool]]:
    """Yield where the lines begin and end that consist of ``mark``, and whether they say that it is the last.

    The line's end before one belongs to it, and is the same as that behind the one before if a part is empty.
    """
    position = content.find(mark)
    while position >= 0:
        behind = _BEHIND_A_MARK.match(content, position + len(mark))
        if behind and (position == 0 or content[position - 1] in b"\r\n"):
            line_end = 2 if content[max(0, position - 2) : position] == b"\r\n" else 1
            yield max(0, position - line_end), behind.end(), bool(behind[1])
        position = content.find(mark, position + len(mark))
