"""Reading submissions from files, folders or standard input: JSON, JSON Lines, e-mail, mbox, plain text.

The format is recognised by the content, not by the file's name. CSV files are read by
`webapp.cli.spreadsheet`.
"""

import io
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeAlias

from webapp.mailbox.mail_files import (
    HEAD_SIZE,
    MailResult,
    OnRead,
    Skipped,
    Unreadable,
    is_message,
    open_seekable,
    printable_path,
    read_each,
    read_mail_stream,
    read_mails,
    report_positions,
    size_of_mails,
    unreported,
)
from webapp.mailbox.message import submission_from_message
from webapp.rules.submission import Submission

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class NamedSubmission:
    """A submission and where it was read from: a file, and where it holds several, a number or line in it."""

    name: str
    submission: Submission


SubmissionResult: TypeAlias = NamedSubmission | Unreadable | Skipped


def size_of_submissions(paths: Iterable[Path]) -> int:
    """Return the bytes that `read_submissions` reads of all ``paths``; 0 where one has no size, as a pipe."""
    sizes = [size_of_mails(path) if printable_path(path) != STANDARD_INPUT else 0 for path in paths]
    return sum(sizes) if all(sizes) else 0


def read_submissions(path: Path, *, on_read: OnRead = unreported) -> Iterator[SubmissionResult]:
    """Yield the submissions in the file ``path``, or in a folder of mails; ``-`` is standard input.

    A file that starts with ``{`` is JSON: one object, or one in each line. A file that starts with a message
    header is an e-mail or an mbox file. Any other file is the text of one letter, an empty one too.

    What can't be read is yielded as `Unreadable`, and in a folder files that are no mails as `Skipped`.

    Args:
        path: The file or folder.
        on_read: Called with a number of bytes after the submissions in them were yielded.
    """
    name = printable_path(path)
    if path.is_dir():
        yield from _mail_submissions(read_mails(path, on_read=on_read))
        return
    try:
        stream = _standard_input() if name == STANDARD_INPUT else open_seekable(path)
        with stream:
            yield from _read_stream(name, stream, on_read)
    except OSError as error:
        yield Unreadable(name, error.strerror or type(error).__name__)


def _standard_input() -> IO[bytes]:
    return io.BytesIO(sys.stdin.buffer.read())


def _read_stream(name: str, stream: IO[bytes], on_read: OnRead) -> Iterator[SubmissionResult]:
    head = stream.read(HEAD_SIZE)
    stream.seek(0)
    if is_message(head):
        yield from _mail_submissions(report_positions(read_mail_stream(stream, name), stream, on_read))
        return
    try:
        text = stream.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        yield Unreadable(name, f"not UTF-8 text, at byte {error.start}")
        return
    if text.lstrip().startswith("{"):
        yield from _json_submissions(name, text, on_read)
    else:
        yield NamedSubmission(name, Submission(body=text))
        on_read(len(text.encode()))


def _mail_submissions(mails: Iterator[MailResult]) -> Iterator[SubmissionResult]:
    return read_each(mails, lambda mail: NamedSubmission(mail.source, submission_from_message(mail.raw)))


def _json_submissions(name: str, text: str, on_read: OnRead) -> Iterator[NamedSubmission | Unreadable]:
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    if len(lines) > 1 and all(line.strip().endswith("}") for _, line in lines):
        for number, line in lines:
            yield _json_submission(f"{name}:{number}", line)
            on_read(len(line.encode()) + 1)
    else:
        yield _json_submission(name, text)
        on_read(len(text.encode()))


def _json_submission(name: str, text: str) -> NamedSubmission | Unreadable:
    try:
        value = json.loads(text)
    except ValueError as error:
        return Unreadable(name, f"not JSON: {error}")
    except RecursionError:
        return Unreadable(name, "not JSON that can be read: too deeply nested")
    if not isinstance(value, dict):
        return Unreadable(name, "not a JSON object")
    try:
        return NamedSubmission(name, Submission.from_mapping(value))
    except TypeError as error:
        return Unreadable(name, str(error))
