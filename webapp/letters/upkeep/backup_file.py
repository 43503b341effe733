"""The file that a backup is: one for both databases, which is refused unless it is whole.

A compressed stream of lines, each a JSON array. The first says of which revision the tables are; each table
is a line with its columns and what is in them, and a line for each row; the last has the number of rows of
each table, and the SHA-256 of all lines before it. What is sealed in the store is as sealed in here.
"""

import base64
import gzip
import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import IO

FORMAT = "lettersdesk backup 1"
LONGEST_LINE = 64 * 1024 * 1024
"""Bytes; the largest letter that is taken in fits several times."""

Value = object
"""Of a column: whatever the databases' drivers take."""


class BackupDamagedError(Exception):
    """The file is none of our backups, or it is not whole, or it has been changed."""


class Kind(StrEnum):
    """What is in a column."""

    PLAIN = "plain"
    """Numbers, texts and truth values, which JSON has itself."""
    BYTES = "bytes"
    MOMENT = "moment"
    DAY = "day"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Header:
    """What a backup is of.

    Attributes:
        revision: Of the tables.
        taken_at: The moment whose state of the store it has.
        key_proof: Sealed by the store's newest key: whether it opens tells whether a key fits.
    """

    revision: str
    taken_at: datetime
    key_proof: bytes


@dataclass(frozen=True, slots=True)
class TableHead:
    """A table whose rows follow: its name, and the name and kind of each column."""

    name: str
    columns: tuple[tuple[str, Kind], ...]


Row = list[Value]
_WRITTEN: dict[Kind, Callable[[Value], Value]] = {
    Kind.BYTES: lambda value: base64.b64encode(bytes(value)).decode(),  # type: ignore[call-overload] # bytes
    Kind.MOMENT: lambda value: value.astimezone(UTC).isoformat(),  # type: ignore[attr-defined] # a datetime
    Kind.DAY: lambda value: value.isoformat(),  # type: ignore[attr-defined] # a date
}
_READ: dict[Kind, Callable[[str], Value]] = {
    Kind.BYTES: lambda text: base64.b64decode(text, validate=True),
    Kind.MOMENT: datetime.fromisoformat,
    Kind.DAY: date.fromisoformat,
}


class BackupWriter:
    """Writes a backup to a stream."""

    def __init__(self, stream: IO[bytes], header: Header) -> None:
        """Begin with ``header``; `close` ends it, and without that it is no backup."""
        self._out = gzip.GzipFile(filename="", fileobj=stream, mode="wb", mtime=0, compresslevel=6)
        self._digest = hashlib.sha256()
        self._rows: Counter[str] = Counter()
        proof = base64.b64encode(header.key_proof).decode()
        self._line([FORMAT, header.revision, header.taken_at.isoformat(), proof])

    def table(self, head: TableHead, rows: Iterable[Sequence[Value]]) -> None:
        """Write a table."""
        self._line(["table", head.name, [[name, kind.value] for name, kind in head.columns]])
        self._rows[head.name] = 0
        turns = [_WRITTEN.get(kind) for _, kind in head.columns]
        for row in rows:
            values = zip(row, turns, strict=True)
            self._line(
                ["row", [turn(value) if turn and value is not None else value for value, turn in values]]
            )
            self._rows[head.name] += 1

    def close(self) -> dict[str, int]:
        """End the backup; return how many rows each table has."""
        self._line(["end", dict(self._rows), self._digest.hexdigest()])
        self._out.close()
        return dict(self._rows)

    def _line(self, values: Sequence[Value]) -> None:
        line = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        self._digest.update(line)
        self._out.write(line)


def read_header(path: Path) -> Header:
    """Return what the backup in the file is of, when all of it has been held against its own sum.

    Raises:
        BackupDamagedError: it is none of ours, or not whole.
        OSError: it can't be read.
    """
    header: Header | None = None
    for part in read_backup(path):
        if isinstance(part, Header):
            header = part
    if header is None:
        raise BackupDamagedError
    return header


def read_backup(path: Path) -> Iterator[Header | TableHead | Row]:
    """Give the parts of a backup; only when the last has been given is it sure that all were right.

    Raises:
        BackupDamagedError: it is none of ours, or not whole.
        OSError: it can't be read.
    """
    try:
        yield from _parts(path)
    except (gzip.BadGzipFile, EOFError, zlib.error, ValueError, TypeError, KeyError, IndexError) as error:
        raise BackupDamagedError from error


def _parts(path: Path) -> Iterator[Header | TableHead | Row]:
    digest, rows = hashlib.sha256(), Counter[str]()
    head: TableHead | None = None
    ended = False
    with gzip.open(path) as lines:
        yield _header(_read_line(lines, digest))
        while not ended:
            so_far = digest.hexdigest()
            what, *rest = _read_line(lines, digest)
            if what == "row" and head:
                rows[head.name] += 1
                yield _row(head, rest[0])
            elif what == "table":
                head = _table_head(*rest)
                rows[head.name] = 0
                yield head
            elif what == "end":
                if rest != [dict(rows), so_far]:
                    raise BackupDamagedError
                ended = True
            else:
                raise BackupDamagedError
        if lines.read(1):
            raise BackupDamagedError


def _read_line(lines: gzip.GzipFile, digest: "hashlib._Hash") -> list[Value]:
    line = lines.readline(LONGEST_LINE)
    if not line.endswith(b"\n"):
        raise BackupDamagedError
    digest.update(line)
    values = json.loads(line)
    if not isinstance(values, list) or not values:
        raise BackupDamagedError
    return values


def _header(values: list[Value]) -> Header:
    name, revision, taken_at, proof = values
    if name != FORMAT:
        raise BackupDamagedError
    return Header(str(revision), datetime.fromisoformat(str(taken_at)), base64.b64decode(str(proof)))


def _table_head(name: Value, columns: Value) -> TableHead:
    if not isinstance(columns, list):
        raise BackupDamagedError
    return TableHead(str(name), tuple((str(column), Kind(kind)) for column, kind in columns))


def _row(head: TableHead, values: Value) -> Row:
    if not isinstance(values, list):
        raise BackupDamagedError
    turns = [_READ.get(kind) for _, kind in head.columns]
    return [
        turn(str(value)) if turn and value is not None else value
        for value, turn in zip(values, turns, strict=True)
    ]
