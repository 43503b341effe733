"""Reading messages of any size from a stream in bounded memory: large attachments are cut short."""

from collections.abc import Iterator
from typing import IO

from webapp.mailbox.mime_parts import MOST_BYTES_OF_TEXT

LONGEST_PIECE = 64 * 1024
"""Bytes of one read. A longer line comes in several pieces."""

LARGEST_PART = MOST_BYTES_OF_TEXT + LONGEST_PIECE
"""Bytes kept between two lines that may be MIME boundaries; the text of a part is never read beyond them."""

LARGEST_MESSAGE = 16 * LARGEST_PART
"""Bytes kept of one message, to within one piece."""


def line_pieces(stream: IO[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield the lines of a stream, long ones in pieces, each with whether the piece starts a line."""
    starts_line = True
    while piece := stream.readline(LONGEST_PIECE):
        yield piece, starts_line
        starts_line = piece.endswith(b"\n")


class MessageBuffer:
    """Collects the pieces of one message; drops what is beyond ``LARGEST_PART`` and ``LARGEST_MESSAGE``."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._part_bytes_left = LARGEST_PART

    def add(self, piece: bytes, *, starts_line: bool) -> None:
        """Add the next piece, as far as it fits; ``starts_line`` tells whether a line starts in it."""
        if starts_line and piece.startswith(b"--"):
            # Every MIME boundary line starts with two hyphens (RFC 2046, section 5.1.1). Other lines that do
            # only make the buffer keep more.
            self._part_bytes_left = LARGEST_PART
        if self._part_bytes_left > 0 and len(self._kept) < LARGEST_MESSAGE:
            self._kept += piece
            self._part_bytes_left -= len(piece)

    def take_message(self) -> bytes:
        """Return the message collected so far, and empty the buffer for the next one."""
        message = bytes(self._kept)
        self._kept, self._part_bytes_left = bytearray(), LARGEST_PART
        return message


def read_message(stream: IO[bytes]) -> bytes:
    """Return the one message in a stream, from where it stands, with its large attachments cut short.

    Raises:
        OSError: the stream can't be read.
    """
    buffer = MessageBuffer()
    for piece, starts_line in line_pieces(stream):
        buffer.add(piece, starts_line=starts_line)
    return buffer.take_message()
