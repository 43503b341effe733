"""Reading submissions from files: JSON, JSON lines, e-mail messages, plain text."""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from webapp.mailbox.message import submission_from_message
from webapp.rules.submission import Submission

STANDARD_INPUT = "-"
_HEADER = re.compile(rb"(?:From [^\n]*\n)?[!-9;-~]+:[ \t]?[^\n]*\r?\n", re.ASCII)
_MESSAGE_HEADER = re.compile(
    rb"^(?:From|Subject|Date|Message-ID|MIME-Version|Received|To|Return-Path):", re.IGNORECASE | re.MULTILINE
)


class UnreadableError(Exception):
    """A file holds no submission that can be read; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Source:
    """A submission and where it was read from."""

    name: str
    submission: Submission


def read_sources(path: Path) -> Iterator[Source]:
    """Give the submissions in the file ``path``; ``-`` is standard input.

    What starts with ``{`` is JSON, one object or one a line; what starts with the header of a message is
    an e-mail; anything else is the bare text of a letter.

    Raises:
        UnreadableError: the file, or a line of it, can't be read.
    """
    name = str(path)
    try:
        raw = sys.stdin.buffer.read() if name == STANDARD_INPUT else path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"{name}: {error.strerror}") from error
    if raw.lstrip().startswith(b"{"):
        yield from _json_sources(name, raw)
    elif _is_message(raw):
        yield Source(name, submission_from_message(raw))
    else:
        yield Source(name, Submission(body=_decoded(name, raw)))


def _is_message(raw: bytes) -> bool:
    start = raw.lstrip(b"\r\n")
    head = re.split(rb"\r?\n\r?\n", start, maxsplit=1)[0]
    return bool(_HEADER.match(start) and _MESSAGE_HEADER.search(head))


def _decoded(name: str, raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"{name}: not UTF-8 text, at byte {error.start}") from error


def _json_sources(name: str, raw: bytes) -> Iterator[Source]:
    text = _decoded(name, raw)
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    if len(lines) > 1 and all(line.strip().endswith("}") for _, line in lines):
        for number, line in lines:
            yield _json_source(f"{name}:{number}", line)
    else:
        yield _json_source(name, text)


def _json_source(name: str, text: str) -> Source:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise UnreadableError(f"{name}: not JSON: {error}") from error
    if not isinstance(value, dict):
        raise UnreadableError(f"{name}: not a JSON object")
    try:
        return Source(name, Submission.from_mapping(value))
    except TypeError as error:
        raise UnreadableError(f"{name}: {error}") from error
