"""Reading submissions from files: JSON, JSON lines, e-mail messages, plain text."""

import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from webapp.mailbox.files import (
    HEAD,
    Found,
    Mail,
    Unreadable,
    is_message,
    mails_in,
    open_to_look,
    read_mails,
    shown,
)
from webapp.mailbox.message import submission_from_message
from webapp.rules.submission import Submission

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Source:
    """A submission and where it was read from."""

    name: str
    submission: Submission


def read_sources(path: Path) -> Iterator[Source | Unreadable]:
    """Give the submissions in the file ``path``, or in a folder of mails; ``-`` is standard input.

    What starts with ``{`` is JSON, one object or one a line; what starts with the header of a message is
    an e-mail, or an mbox file of many; anything else is the bare text of a letter.
    """
    name = shown(path)
    if path.is_dir():
        yield from _submissions(read_mails(path))
        return
    try:
        stream = _standard_input() if name == STANDARD_INPUT else open_to_look(path)
        with stream:
            yield from _in_stream(name, stream)
    except OSError as error:
        yield Unreadable(name, error.strerror or type(error).__name__)


def _standard_input() -> IO[bytes]:
    return io.BytesIO(sys.stdin.buffer.read())


def _in_stream(name: str, stream: IO[bytes]) -> Iterator[Source | Unreadable]:
    head = stream.read(HEAD)
    stream.seek(0)
    if is_message(head):
        yield from _submissions(mails_in(stream, name))
        return
    try:
        text = stream.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        yield Unreadable(name, f"not UTF-8 text, at byte {error.start}")
        return
    if text.lstrip().startswith("{"):
        yield from _json_sources(name, text)
    else:
        yield Source(name, Submission(body=text))


def _submissions(mails: Iterator[Found]) -> Iterator[Source | Unreadable]:
    for each in mails:
        if isinstance(each, Mail):
            yield Source(each.source, submission_from_message(each.raw))
        elif isinstance(each, Unreadable):
            yield each


def _json_sources(name: str, text: str) -> Iterator[Source | Unreadable]:
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    if len(lines) > 1 and all(line.strip().endswith("}") for _, line in lines):
        for number, line in lines:
            yield _json_source(f"{name}:{number}", line)
    else:
        yield _json_source(name, text)


def _json_source(name: str, text: str) -> Source | Unreadable:
    try:
        value = json.loads(text)
    except ValueError as error:
        return Unreadable(name, f"not JSON: {error}")
    if not isinstance(value, dict):
        return Unreadable(name, "not a JSON object")
    try:
        return Source(name, Submission.from_mapping(value))
    except TypeError as error:
        return Unreadable(name, str(error))
