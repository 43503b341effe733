"""Messages of any size, read line by line: of large attachments only the beginning is held in memory."""

from collections.abc import Iterator
from typing import IO

from webapp.mailbox.parts import MOST_BYTES_OF_TEXT

LONGEST_PIECE = 64 * 1024
"""Bytes of a line that are read at once; what has no line ends comes in pieces."""

LARGEST_PART = MOST_BYTES_OF_TEXT + LONGEST_PIECE
"""Bytes that are kept between two lines that may part a message. No text is read beyond them anyway."""

LARGEST_MESSAGE = 16 * LARGEST_PART
"""Bytes that are kept of a message."""


def pieces(stream: IO[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Give the lines of a stream, long ones in pieces, each with whether a line begins in it."""
    begins = True
    while piece := stream.readline(LONGEST_PIECE):
        yield piece, begins
        begins = piece.endswith(b"\n")


class Gathering:
    """Puts a message together, without what no letter is read from."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._room = LARGEST_PART

    def add(self, piece: bytes, *, begins: bool) -> None:
        """Add what comes next; ``begins`` tells whether a line begins in it."""
        if begins and piece.startswith(b"--"):
            # Two hyphens begin every line between parts (RFC 2046, section 5.1.1), and some others.
            self._room = LARGEST_PART
        if self._room > 0 and len(self._kept) < LARGEST_MESSAGE:
            self._kept += piece
            self._room -= len(piece)

    def message(self) -> bytes:
        """Return what was gathered, and begin anew."""
        message = bytes(self._kept)
        self._kept, self._room = bytearray(), LARGEST_PART
        return message


def read_message(stream: IO[bytes]) -> bytes:
    """Return the message that a stream holds, without most of its large attachments."""
    gathering = Gathering()
    for piece, begins in pieces(stream):
        gathering.add(piece, begins=begins)
    return gathering.message()
