"""Finding and reading mails on disk (.eml, folders, maildirs, mbox); result types; is a file a mail."""

import io
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeAlias, TypeVar

from webapp.mailbox.headers import without_preamble
from webapp.mailbox.mbox import FROM_PREFIX, NotMboxError, split_mbox
from webapp.mailbox.streaming import read_message

HEAD_SIZE = 64 * 1024
"""Bytes from the start of a file by which its type is detected."""

_MAILDIR_FOLDERS = frozenset({"cur", "new"})
_MAILDIR_INCOMPLETE = "tmp"
"""The folder of a maildir for mails that are still being delivered."""

_FLAGS = re.compile(r"[:;!-]2,([A-Za-z]*)$")
"""The flags at the end of a maildir's file names. The separator varies, as some file systems forbid
colons."""

_TRASHED = "T"

_BOOKKEEPING = re.compile(
    r"\..*|dovecot.*|courier.*|maildir(?:folder|size)|subscriptions|thumbs\.db|desktop\.ini|.*\.(?:msf|lock)",
    re.IGNORECASE,
)
"""Names of files that mail programs and systems put beside the mails; hidden files are such ones."""
_SAVE_AS_EML = "save it as .eml"
_FOREIGN_FORMATS = (
    (re.compile(r".*\.(?:msg|oft)", re.IGNORECASE), f"an Outlook message; {_SAVE_AS_EML}"),
    (re.compile(r".*\.(?:pst|ost)", re.IGNORECASE), "an Outlook mailbox; export its messages as .eml"),
)
"""Formats of mails that can't be read, by the file's name, and what to do about them."""

_FIRST_FIELD = re.compile(rb"(?:From [^\n]*\n)?[!-9;-~]+:[ \t]?[^\n]*\r?\n", re.ASCII)
_USUAL_FIELD = re.compile(
    rb"^(?:From|Subject|Date|Message-ID|MIME-Version|Received|To|Return-Path):", re.IGNORECASE | re.MULTILINE
)
_EMPTY_LINE = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True)
class Mail:
    """A message, and where it was found.

    Attributes:
        source: The path, and for an mbox file also the number of the message: ``Inbox:3``.
        raw: The message as it came; large attachments may be cut short.
    """

    source: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file, message or row that should be a letter and can't be read as one.

    Attributes:
        source: Where it was found.
        why: The reason, for people.
    """

    source: str
    why: str

    def __str__(self) -> str:
        """Return the source and the reason in one line."""
        return f"{self.source}: {self.why}"


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something beside the mails that is passed over.

    Attributes:
        source: Where it was found.
        why: What it is, for people.
        may_be_letter: Whether it may be a letter, such as a mail in another format. A mail that its user had
            deleted and the data of mail programs are none.
    """

    source: str
    why: str
    may_be_letter: bool

    def __str__(self) -> str:
        """Return the source and the reason in one line."""
        return f"{self.source}: passed over: {self.why}"


NotRead: TypeAlias = Unreadable | Skipped
MailResult: TypeAlias = Mail | NotRead
Read = TypeVar("Read")
OnRead: TypeAlias = Callable[[int], None]
"""Called with a number of bytes that were read since the last call."""


def unreported(count: int) -> None:
    """Report nothing."""
    del count


def is_message(head: bytes) -> bool:
    """Tell whether a file that begins with ``head`` holds a message: it begins with a mail header."""
    start = without_preamble(head)
    header = _EMPTY_LINE.split(start, maxsplit=1)[0]
    return bool(_FIRST_FIELD.match(start) and _USUAL_FIELD.search(header))


def read_mails(path: Path, *, on_read: OnRead = unreported) -> Iterator[MailResult]:
    """Yield the mails in a file, or in a folder and all folders below it.

    What can't be read is yielded as `Unreadable`, as is a mail file (.eml, in a maildir, or ``path`` itself)
    without a mail header; other files and trashed mails of a maildir as `Skipped`; nothing raises. Symbolic
    links inside a folder are not followed. Files come in the order of their names, those of a folder before
    those of its folders; mails are read one at a time.

    Args:
        path: The file or folder.
        on_read: Called with a number of bytes after they were read or passed over; together they are
            `size_of_mails`.
    """
    if path.is_dir():
        yield from _read_folder(path, on_read)
    else:
        yield from _read_file(path, on_read, must_be_mail=True)


def size_of_mails(path: Path) -> int:
    """Return the bytes of the files that `read_mails` comes to; 0 for what can't be read or is a pipe."""
    if not path.is_dir():
        return file_size(path)
    entries = (entry for entry in _walk_folder(path) if isinstance(entry, _Entry))
    return sum(file_size(entry.path) for entry in entries if entry.is_file)


def file_size(path: Path) -> int:
    """Return the bytes of a file; 0 for one that can't be read, a pipe or a folder."""
    try:
        status = path.stat()
    except OSError:
        return 0
    return status.st_size if stat.S_ISREG(status.st_mode) else 0


def read_each(mails: Iterable[MailResult], read: Callable[[Mail], Read]) -> Iterator[Read | NotRead]:
    """Yield what ``read`` returns for each mail, lazily, and anything else as it is.

    A mail for which it raises is yielded as `Unreadable`, whatever the error: the mails after it are read.
    """
    for found in mails:
        if not isinstance(found, Mail):
            yield found
            continue
        try:
            result: Read | NotRead = read(found)
        except Exception as error:  # noqa: BLE001 -- see the docstring
            result = Unreadable(found.source, f"can’t be read ({type(error).__name__})")
        yield result


def read_mail_stream(stream: IO[bytes], source: str) -> Iterator[MailResult]:
    """Yield the messages in a seekable stream that is known to begin with a message or an mbox separator.

    An error while reading is yielded as `Unreadable`.
    """
    try:
        if stream.read(len(FROM_PREFIX)) == FROM_PREFIX:
            stream.seek(0)
            yield from read_mbox(stream, source)
        else:
            stream.seek(0)
            yield Mail(source, read_message(stream))
    except OSError as error:
        yield Unreadable(source, error.strerror or type(error).__name__)


def read_mbox(stream: IO[bytes], source: str) -> Iterator[MailResult]:
    """Yield the messages in an mbox file; the source of each is ``source`` with its number, from 1.

    A file that is no mbox file, and an error while reading, are yielded as ``Unreadable``, not raised.
    """
    number = 0
    try:
        for number, raw in enumerate(split_mbox(stream), start=1):
            yield (
                Mail(f"{source}:{number}", raw)
                if is_message(raw[:HEAD_SIZE])
                else _no_message(f"{source}:{number}", raw)
            )
    except NotMboxError:
        yield Unreadable(source, "no mbox file: it does not begin with “From ”")
    except OSError as error:
        yield Unreadable(f"{source}:{number + 1}", error.strerror or type(error).__name__)


def report_positions(results: Iterator[Read], stream: IO[bytes], on_read: OnRead) -> Iterator[Read]:
    """Yield what is read from a stream; after each, report the bytes by which the position has moved."""
    reported = 0
    for result in results:
        yield result
        position = stream.tell()
        if position > reported:
            on_read(position - reported)
            reported = position


def open_seekable(path: Path) -> IO[bytes]:
    """Open a file for reading so that it can be rewound; a pipe is read into memory.

    Raises:
        OSError: it can't be opened or read.
    """
    stream = path.open("rb")
    if stream.seekable():
        return stream
    with stream:
        return io.BytesIO(stream.read())


def printable_path(path: Path) -> str:
    """Return a path as valid text: bytes of file names that are not UTF-8 are replaced."""
    return os.fsencode(path).decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class _Entry:
    """What is in a folder and is no folder; ``is_file`` unless it is a link, a pipe or the like."""

    path: Path
    is_file: bool


def _read_folder(top: Path, on_read: OnRead) -> Iterator[MailResult]:
    """Yield the mails below ``top``, in the order of the names; a folder's files come before its folders."""
    for entry in _walk_folder(top):
        if isinstance(entry, Unreadable):
            yield entry
        else:
            yield from _read_entry(entry, on_read)


def _walk_folder(top: Path) -> Iterator[_Entry | Unreadable]:
    """Yield what is below ``top`` and may be a mail, and the folders that can't be read."""
    pending = [top]
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            yield Unreadable(printable_path(folder), error.strerror or type(error).__name__)
            continue
        folders = {entry.name for entry in entries if entry.is_dir(follow_symlinks=False)}
        is_maildir = folders >= _MAILDIR_FOLDERS
        pending += [
            folder / name
            for name in sorted(folders, reverse=True)
            if not (is_maildir and name == _MAILDIR_INCOMPLETE)
        ]
        for entry in entries:
            if entry.name not in folders:
                yield _Entry(folder / entry.name, is_file=entry.is_file(follow_symlinks=False))


def _read_entry(entry: _Entry, on_read: OnRead) -> Iterator[MailResult]:
    """Yield the mails in one entry of a folder; trashed maildir messages and what is no file are skipped."""
    path = entry.path
    in_maildir = path.parent.name in _MAILDIR_FOLDERS
    flags = _FLAGS.search(path.name) if in_maildir else None
    if flags and _TRASHED in flags[1]:
        yield Skipped(printable_path(path), "thrown away", may_be_letter=False)
        on_read(file_size(path))
    elif not entry.is_file:
        yield Skipped(printable_path(path), "a link or no file", may_be_letter=True)
    else:
        yield from _read_file(path, on_read, must_be_mail=in_maildir or path.suffix.lower() == ".eml")


def _read_file(path: Path, on_read: OnRead, *, must_be_mail: bool) -> Iterator[MailResult]:
    """Yield the messages in a file.

    A file without a mail header is ``Unreadable`` if ``must_be_mail``, as its name or place says that it is
    one; else it is ``Skipped``.
    """
    source = printable_path(path)
    try:
        with open_seekable(path) as stream:
            head = stream.read(HEAD_SIZE)
            stream.seek(0)
            if is_message(head):
                yield from report_positions(read_mail_stream(stream, source), stream, on_read)
            else:
                yield _no_message(source, head) if must_be_mail else _no_mail(path, head)
                on_read(file_size(path))
    except OSError as error:
        yield Unreadable(source, error.strerror or type(error).__name__)


def _no_message(source: str, head: bytes) -> Unreadable:
    why = "no message: it has no header" if head.strip() else "empty"
    return Unreadable(source, _foreign_format(source) or why)


def _no_mail(path: Path, head: bytes) -> Skipped:
    may_be_letter = bool(head.strip()) and not _BOOKKEEPING.fullmatch(path.name)
    why = _foreign_format(path.name) or "no e-mail message"
    return Skipped(printable_path(path), why, may_be_letter=may_be_letter)


def _foreign_format(name: str) -> str:
    """Return what is to be done about a mail in another format; empty if the name says no such format."""
    return next((why for pattern, why in _FOREIGN_FORMATS if pattern.fullmatch(name)), "")
