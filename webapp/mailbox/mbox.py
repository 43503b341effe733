"""The messages in an mbox file, of whichever program wrote it (RFC 4155, appendix A).

The standard library's reader parts a message at each line that begins with “From ”, also within a letter, as
programs that rely on Content-Length leave such lines as they are. Here more has to speak for it.
"""

import re
from collections.abc import Iterator
from typing import IO

from webapp.mailbox.streaming import Gathering, pieces

MARK = b"From "
"""Begins the line that stands before each message."""

_MOMENT = re.compile(rb"From .*\d:\d\d.*\b\d{4}\b")
_WHOLE_MARK = re.compile(
    rb"From \S+ +(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +\w+ +\w+ +\d\d?:\d\d.*\b\d{4}\s*", re.IGNORECASE
)
_FIELD = re.compile(rb"[!-9;-~]+:|>?From ")
_QUOTED_MARK = re.compile(rb">+From ")


class NoMboxError(Exception):
    """The file does not begin as an mbox file does."""


def split_mbox(stream: IO[bytes]) -> Iterator[bytes]:
    """Give the messages in an mbox file, in order and one at a time; an empty file has none.

    Raises:
        NoMboxError: it is no mbox file.
        OSError: it can't be read.
    """
    coming = pieces(stream)
    for first, _ in coming:
        if first.startswith(MARK):
            break
        if first.strip():
            raise NoMboxError
    else:
        return
    gathering = Gathering()
    after_empty = False
    piece, begins = next(coming, (b"", True))
    while piece:
        following, following_begins = next(coming, (b"", True))
        if begins and _parts(piece, following, after_empty=after_empty):
            yield gathering.message()
        else:
            # Writers put a > before lines of a letter that look like theirs.
            is_quoted = begins and _QUOTED_MARK.match(piece)
            gathering.add(piece[1:] if is_quoted else piece, begins=begins)
        after_empty = begins and not piece.strip(b"\r\n")
        piece, begins = following, following_begins
    yield gathering.message()


def _parts(line: bytes, following: bytes, *, after_empty: bool) -> bool:
    """Tell whether a line stands between messages: it tells a moment, and a header follows it."""
    if not (line.startswith(MARK) and _FIELD.match(following)):
        return False
    return bool(_MOMENT.match(line) if after_empty else _WHOLE_MARK.fullmatch(line))
