"""Where mails lie in files: one by one, in folders, in maildirs, and many in one file (mbox)."""

import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeAlias

from webapp.mailbox.mbox import MARK, NoMboxError, split_mbox
from webapp.mailbox.streaming import read_message

HEAD = 64 * 1024
"""Bytes by which it is told what a file is."""

_MAILDIR = frozenset({"cur", "new"})
_UNDELIVERED = "tmp"
_FLAGS = re.compile(r"[:;!-]2,([A-Za-z]*)$")
"""What a maildir's names end in; not every disk takes a colon."""
_TRASHED = "T"

_FIRST_FIELD = re.compile(rb"(?:From [^\n]*\n)?[!-9;-~]+:[ \t]?[^\n]*\r?\n", re.ASCII)
_USUAL_FIELD = re.compile(
    rb"^(?:From|Subject|Date|Message-ID|MIME-Version|Received|To|Return-Path):", re.IGNORECASE | re.MULTILINE
)
_EMPTY_LINE = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True)
class Mail:
    """A message, and where it was found."""

    source: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something that should be a letter and can't be read as one."""

    source: str
    why: str

    def __str__(self) -> str:
        """Return it in one line."""
        return f"{self.source}: {self.why}"


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A file among the mails that is none, or one that was thrown away."""

    source: str


Found: TypeAlias = Mail | Unreadable | PassedOver


def is_message(head: bytes) -> bool:
    """Tell whether a file that begins with ``head`` holds a message: it begins with the header of one."""
    start = head.lstrip(b"\xef\xbb\xbf\r\n")
    header = _EMPTY_LINE.split(start, maxsplit=1)[0]
    return bool(_FIRST_FIELD.match(start) and _USUAL_FIELD.search(header))


def read_mails(path: Path) -> Iterator[Found]:
    """Give the mails in a file or a folder, and in the folders within; links in them are not followed."""
    if path.is_dir():
        yield from _in_folder(path)
    else:
        yield from _in_file(path, named=True)


def mails_in(stream: IO[bytes], source: str) -> Iterator[Found]:
    """Give the messages in a stream that is known to begin with one, and can be gone back in."""
    try:
        if stream.read(len(MARK)) == MARK:
            stream.seek(0)
            yield from read_mbox(stream, source)
        else:
            stream.seek(0)
            yield Mail(source, read_message(stream))
    except OSError as error:
        yield Unreadable(source, error.strerror or type(error).__name__)


def read_mbox(stream: IO[bytes], source: str) -> Iterator[Found]:
    """Give the messages in an mbox file, numbered from one."""
    number = 0
    try:
        for number, raw in enumerate(split_mbox(stream), start=1):
            yield (
                Mail(f"{source}:{number}", raw)
                if is_message(raw[:HEAD])
                else _no_message(f"{source}:{number}", raw)
            )
    except NoMboxError:
        yield Unreadable(source, "no mbox file: it does not begin with “From ”")
    except OSError as error:
        yield Unreadable(f"{source}:{number + 1}", error.strerror or type(error).__name__)


def open_to_look(path: Path) -> IO[bytes]:
    """Open a file so that one can look at its beginning and go back; what can't be gone back in is read.

    Raises:
        OSError: it can't be opened or read.
    """
    stream = path.open("rb")
    if stream.seekable():
        return stream
    with stream:
        return io.BytesIO(stream.read())


def shown(path: Path) -> str:
    """Return a path as it can be printed, whatever bytes its names are made of."""
    return os.fsencode(path).decode("utf-8", "replace")


def _in_folder(folder: Path) -> Iterator[Found]:
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            with os.scandir(here) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            yield Unreadable(shown(here), error.strerror or type(error).__name__)
            continue
        folders = {entry.name for entry in entries if entry.is_dir(follow_symlinks=False)}
        is_maildir = folders >= _MAILDIR
        waiting += [
            here / name for name in sorted(folders, reverse=True) if not (is_maildir and name == _UNDELIVERED)
        ]
        for entry in entries:
            if entry.name not in folders:
                yield from _in_entry(here / entry.name, is_file=entry.is_file(follow_symlinks=False))


def _in_entry(path: Path, *, is_file: bool) -> Iterator[Found]:
    in_maildir = path.parent.name in _MAILDIR
    flags = _FLAGS.search(path.name) if in_maildir else None
    if not is_file or (flags and _TRASHED in flags[1]):
        yield PassedOver(shown(path))
    else:
        yield from _in_file(path, named=in_maildir or path.suffix.lower() == ".eml")


def _in_file(path: Path, *, named: bool) -> Iterator[Found]:
    """Give the messages in a file; ``named`` tells whether somebody says that it holds one."""
    source = shown(path)
    try:
        with open_to_look(path) as stream:
            head = stream.read(HEAD)
            stream.seek(0)
            if is_message(head):
                yield from mails_in(stream, source)
            else:
                yield _no_message(source, head) if named else PassedOver(source)
    except OSError as error:
        yield Unreadable(source, error.strerror or type(error).__name__)


def _no_message(source: str, head: bytes) -> Unreadable:
    return Unreadable(source, "no message: it has no header" if head.strip() else "empty")
