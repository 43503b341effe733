"""Splitting an mbox file into messages of limited size, whichever program wrote it (RFC 4155, appendix A).

The standard library's reader starts a message at each line that begins with “From ”, also inside a letter:
mail programs that rely on Content-Length leave such lines as they are. This reader also wants a date in the
line and a header field on the next.
"""

import re
from collections.abc import Iterator
from typing import IO

from webapp.mailbox.streaming import MessageBuffer, line_pieces

FROM_PREFIX = b"From "
"""Start of the separator line (“From_ line”) above each message."""

# Atomic: a time further right leaves less of the line for the year, and trying each takes quadratic time.
_FROM_LINE_WITH_DATE = re.compile(rb"From (?>.*?\d:\d\d).*\b\d{4}\b")
_COMPLETE_FROM_LINE = re.compile(
    rb"From \S+ +(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +\w+ +\w+ +\d\d?:\d\d.*\b\d{4}\s*", re.IGNORECASE
)
_HEADER_FIELD = re.compile(rb"[!-9;-~]+:|>?From ")
_ESCAPED_FROM_LINE = re.compile(rb">+From ")


class NotMboxError(Exception):
    """The file does not begin as an mbox file does."""


def split_mbox(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the messages in an mbox file, in order and one at a time; an empty file has none.

    Escaped lines (“>From ”) are unescaped. Large attachments are cut short (see ``MessageBuffer``).

    Raises:
        NotMboxError: the first line that is not empty is no separator line.
        OSError: the stream can't be read.
    """
    stream_pieces = line_pieces(stream)
    for first, _ in stream_pieces:
        if first.startswith(FROM_PREFIX):
            break
        if first.strip():
            raise NotMboxError
    else:
        return
    buffer = MessageBuffer()
    after_empty_line = False
    piece, starts_line = next(stream_pieces, (b"", True))
    while piece:
        next_piece, next_starts_line = next(stream_pieces, (b"", True))
        if starts_line and _is_separator(piece, next_piece, after_empty_line=after_empty_line):
            yield buffer.take_message()
        else:
            # Programs that write mbox files put a > before lines of a letter that look like a separator.
            is_escaped = starts_line and _ESCAPED_FROM_LINE.match(piece)
            buffer.add(piece[1:] if is_escaped else piece, starts_line=starts_line)
        after_empty_line = starts_line and not piece.strip(b"\r\n")
        piece, starts_line = next_piece, next_starts_line
    yield buffer.take_message()


def _is_separator(line: bytes, next_line: bytes, *, after_empty_line: bool) -> bool:
    """Tell whether a line separates two messages: it has a date, and a header field follows it.

    Without an empty line above it, the line has to be complete: address, day of the week, time and year.
    """
    if not (line.startswith(FROM_PREFIX) and _HEADER_FIELD.match(next_line)):
        return False
    return bool(_FROM_LINE_WITH_DATE.match(line) if after_empty_line else _COMPLETE_FROM_LINE.fullmatch(line))
