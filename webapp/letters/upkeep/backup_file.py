"""The backup file format: writing and reading it, for both databases, with a checksum.

The file is gzip-compressed lines, each a JSON array: the header with the schema revision; for each table a
line with its name and columns, followed by a line for each row; at the end the number of rows of each table
and the SHA-256 of all lines before. Values that are sealed in the database are written sealed.
"""

import base64
import gzip
import hashlib
import json
import os
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import IO

from webapp.store.progress import OnProgress, Stage, unreported

FORMAT = "lettersdesk backup 1"
ROWS_BETWEEN_REPORTS = 500
LONGEST_LINE = 64 * 1024 * 1024
"""Bytes of a line that is read at most; several of the largest letters would fit."""

Value = object
"""A value of a column, as the database drivers take it."""


class BackupDamagedError(Exception):
    """The file isn't a backup of this format, is incomplete, or was changed."""


class ColumnKind(StrEnum):
    """The kind of a column's values: how they are encoded in JSON."""

    PLAIN = "plain"
    """Numbers, texts and booleans, as JSON has them."""
    BYTES = "bytes"
    """In Base64."""
    MOMENT = "moment"
    """A date and time in UTC, in ISO format."""
    DAY = "day"
    """A date in ISO format."""
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a backup.

    Attributes:
        revision: The schema revision of the tables.
        taken_at: When the snapshot was taken, with a time zone.
        key_proof: A value sealed with the newest key: a key that opens it fits the backup.
    """

    revision: str
    taken_at: datetime
    key_proof: bytes


@dataclass(frozen=True, slots=True)
class TableHead:
    """A table whose rows follow: its name, and the name and kind of each column."""

    name: str
    columns: tuple[tuple[str, ColumnKind], ...]


Row = list[Value]
_ENCODERS: dict[ColumnKind, Callable[[Value], Value]] = {
    ColumnKind.BYTES: lambda value: base64.b64encode(bytes(value)).decode(),  # type: ignore[call-overload] # bytes
    ColumnKind.MOMENT: lambda value: value.astimezone(UTC).isoformat(),  # type: ignore[attr-defined] # a datetime
    ColumnKind.DAY: lambda value: value.isoformat(),  # type: ignore[attr-defined] # a date
}
_DECODERS: dict[ColumnKind, Callable[[str], Value]] = {
    ColumnKind.BYTES: lambda text: base64.b64decode(text, validate=True),
    ColumnKind.MOMENT: datetime.fromisoformat,
    ColumnKind.DAY: date.fromisoformat,
}


class BackupWriter:
    """Writes a backup to a stream."""

    def __init__(self, stream: IO[bytes], header: Header) -> None:
        """Write ``header``. The file is incomplete, and can't be read, until `close` is called."""
        self._out = gzip.GzipFile(filename="", fileobj=stream, mode="wb", mtime=0, compresslevel=6)
        self._digest = hashlib.sha256()
        self._rows: Counter[str] = Counter()
        proof = base64.b64encode(header.key_proof).decode()
        self._write_line([FORMAT, header.revision, header.taken_at.isoformat(), proof])

    def table(self, head: TableHead, rows: Iterable[Sequence[Value]]) -> None:
        """Write a table with all its rows, each with a value for each column; call it once for a table."""
        self._write_line(["table", head.name, [[name, kind.value] for name, kind in head.columns]])
        self._rows[head.name] = 0
        converters = [_ENCODERS.get(kind) for _, kind in head.columns]
        for row in rows:
            values = zip(row, converters, strict=True)
            self._write_line(
                [
                    "row",
                    [convert(value) if convert and value is not None else value for value, convert in values],
                ]
            )
            self._rows[head.name] += 1

    def close(self) -> dict[str, int]:
        """Write the last line and end the compression; return the number of rows of each table.

        The stream is neither closed nor flushed.
        """
        self._write_line(["end", dict(self._rows), self._digest.hexdigest()])
        self._out.close()
        return dict(self._rows)

    def _write_line(self, values: Sequence[Value]) -> None:
        line = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        self._digest.update(line)
        self._out.write(line)


def verify_backup(path: Path, *, on_progress: OnProgress = unreported) -> tuple[Header, int]:
    """Read the whole backup, verify its checksum, and return its header and the number of its rows.

    Raises:
        BackupDamagedError: it isn't a backup, is incomplete, or was changed.
        OSError: it can't be read.
    """
    header: Header | None = None
    rows = 0
    for part in read_backup(path, on_progress=on_progress):
        if isinstance(part, Header):
            header = part
        elif isinstance(part, list):
            rows += 1
    if header is None:
        raise BackupDamagedError
    return header, rows


def read_backup(path: Path, *, on_progress: OnProgress = unreported) -> Iterator[Header | TableHead | Row]:
    """Yield the header, and for each table its head and its rows, decoded by the kinds of their columns.

    It is a generator: the file is opened, and errors are raised, during the iteration. The checksum is
    verified at the end: until the iteration has ended the parts aren't verified.

    Raises:
        BackupDamagedError: it isn't a backup, is incomplete, or was changed.
        OSError: it can't be read.
    """
    try:
        yield from _read_parts(path, on_progress)
    except (
        gzip.BadGzipFile,
        EOFError,
        zlib.error,
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        RecursionError,
    ) as error:
        raise BackupDamagedError from error


def _read_parts(path: Path, on_progress: OnProgress) -> Iterator[Header | TableHead | Row]:
    digest, rows = hashlib.sha256(), Counter[str]()
    head: TableHead | None = None
    ended = False
    with path.open("rb") as file, gzip.open(file) as lines:
        size = os.fstat(file.fileno()).st_size
        yield _parse_header(_read_line(lines, digest))
        while not ended:
            digest_before = digest.hexdigest()
            line_type, *rest = _read_line(lines, digest)
            if line_type == "row" and head:
                rows[head.name] += 1
                yield _parse_row(head, rest[0])
                if rows[head.name] % ROWS_BETWEEN_REPORTS == 0:
                    on_progress(Stage.VERIFYING_BACKUP, file.tell(), size)
            elif line_type == "table":
                head = _parse_table_head(*rest)
                rows[head.name] = 0
                yield head
            elif line_type == "end":
                if rest != [dict(rows), digest_before]:
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


def _parse_header(values: list[Value]) -> Header:
    name, revision, taken_at, proof = values
    if name != FORMAT:
        raise BackupDamagedError
    return Header(str(revision), datetime.fromisoformat(str(taken_at)), base64.b64decode(str(proof)))


def _parse_table_head(name: Value, columns: Value) -> TableHead:
    if not isinstance(columns, list):
        raise BackupDamagedError
    return TableHead(str(name), tuple((str(column), ColumnKind(kind)) for column, kind in columns))


def _parse_row(head: TableHead, values: Value) -> Row:
    if not isinstance(values, list):
        raise BackupDamagedError
    converters = [_DECODERS.get(kind) for _, kind in head.columns]
    return [
        convert(str(value)) if convert and value is not None else value
        for value, convert in zip(values, converters, strict=True)
    ]
