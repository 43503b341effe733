"""A spreadsheet of letters as CSV (RFC 4180), as spreadsheet programs and form services write it.

The first row names the columns as the form names its fields. Which sign parts the columns is told by which
of them makes the most fields' names out of that row; Python's own sniffer guesses, and often wrong.
"""

import codecs
import csv
import dataclasses
import itertools
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path

from webapp.mailbox.files import Unreadable, shown
from webapp.rules.submission import Field, Submission, is_tick

LONGEST_FIELD = 10_000_000
"""Characters of one field; a quotation mark that is never closed makes one of all that follows."""
RECEIVED_AT = "received_at"
"""The column beside the form's fields, with when the letter arrived."""

_TICKS = {field.value: is_tick(field) for field in Field}
"""The form's fields, each with whether it is a tick."""
_SEPARATORS = ",;\t|"
_SAID_SEPARATOR = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
"""What Excel reads in the first line of a file, and some programs write for it."""
_YES = frozenset({"true", "yes", "y", "1", "x", "on", "✓", "✔"})
_NO = frozenset({"false", "no", "n", "0", "off", "-", ""})
_ENCODINGS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class SheetRefusedError(Exception):
    """The file can't be read as a sheet of letters; the message says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """A letter in a sheet.

    Attributes:
        source: The file, and the line in which the row begins.
        known_as: All that stands in it, whatever the order of its columns.
        received_at: When it arrived, as far as the sheet says.
    """

    source: str
    submission: Submission
    known_as: str
    received_at: datetime | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A CSV file that was looked through.

    Attributes:
        columns: The field that each column holds; empty where it is left out.
        first_line: In which the header stands.
        leaves_out: Whether what stands in no field's column is left out, and not refused.
    """

    path: Path
    encoding: str
    separator: str
    columns: tuple[str, ...]
    first_line: int
    leaves_out: bool

    def rows(self, zone: tzinfo) -> Iterator[Row | Unreadable]:
        """Give the rows in order; a moment without a zone is taken for one in ``zone``."""
        for line, cells in itertools.islice(self.records(), 1, None):
            if any(cells):
                source = f"{shown(self.path)}:{line}"
                try:
                    yield self._row(source, cells, zone)
                except ValueError as error:
                    yield Unreadable(source, str(error))

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Give the header and all that follows, each with the line in which it begins.

        Raises:
            SheetRefusedError: the file is not what it was, or no CSV at all.
            OSError: it can't be read.
        """
        csv.field_size_limit(LONGEST_FIELD)
        with self.path.open(encoding=self.encoding, newline="") as lines:
            for _ in range(self.first_line - 1):
                lines.readline()
            reader = csv.reader(lines, delimiter=self.separator, strict=True)
            line = self.first_line
            try:
                for cells in reader:
                    yield line, cells
                    line = self.first_line + reader.line_num
            except csv.Error as error:
                raise SheetRefusedError(f"from line {line} on it can’t be told apart: {error}") from error
            except UnicodeError as error:
                raise SheetRefusedError(
                    f"somewhere behind line {line} it is not UTF-8 text; save it as “CSV UTF-8”"
                ) from error

    def _row(self, source: str, cells: Sequence[str], zone: tzinfo) -> Row:
        if not self.leaves_out:
            self._refuse_what_no_column_holds(cells)
        given = {name: cell for name, cell in zip(self.columns, cells, strict=False) if name}
        moment = _moment(given.get(RECEIVED_AT, ""), zone)
        alike = {name: cell.replace("\r\n", "\n").strip() for name, cell in given.items()}
        said = {name: cell for name, cell in alike.items() if cell}
        fields = {
            name: _ticked(name, cell) if _TICKS[name] else cell
            for name, cell in given.items()
            if name != RECEIVED_AT
        }
        known_as = json.dumps(said, sort_keys=True)
        return Row(source, Submission.from_mapping(fields), known_as, moment)

    def _refuse_what_no_column_holds(self, cells: Sequence[str]) -> None:
        if any(cells[len(self.columns) :]):
            raise ValueError(f"it has {len(cells)} columns, the first row {len(self.columns)}")
        if any(cell for name, cell in zip(self.columns, cells, strict=False) if not name):
            raise ValueError("something stands in a column that has no name")


def look_through(path: Path, *, leaves_out: bool) -> Sheet:
    """Return the sheet in a file that can be read from its first row to its last.

    Args:
        path: The file.
        leaves_out: Whether columns that no field of the form has are left out.

    Raises:
        SheetRefusedError: it is no such file, or has columns that nobody knows.
        OSError: it can't be read.
    """
    with path.open("rb") as file:
        beginning = file.read(4)
    encoding = next((name for mark, name in _ENCODINGS if beginning.startswith(mark)), "utf-8")
    sheet = _best_parted(path, encoding, leaves_out=leaves_out)
    header = next(sheet.records(), (0, []))[1]
    sheet = dataclasses.replace(sheet, columns=_columns(header, leaves_out=leaves_out))
    for _ in sheet.records():
        pass
    return sheet


def _best_parted(path: Path, encoding: str, *, leaves_out: bool) -> Sheet:
    said = _said_separator(path, encoding)
    first_line = 2 if said else 1
    sheets = [
        Sheet(path, encoding, separator, (), first_line, leaves_out) for separator in said or _SEPARATORS
    ]
    return max(sheets, key=_fields_found)


def _said_separator(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, errors="replace", newline="") as lines:
        said = _SAID_SEPARATOR.fullmatch(lines.readline(20))
    return said[1] if said else ""


def _fields_found(sheet: Sheet) -> int:
    try:
        header = next(sheet.records(), (0, []))[1]
    except SheetRefusedError:
        return 0
    return sum(_is_known(_field_name(name)) for name in header)


def _columns(header: Sequence[str], *, leaves_out: bool) -> tuple[str, ...]:
    if not any(header):
        raise SheetRefusedError("it has no first row that names its columns")
    names = [_field_name(name) for name in header]
    unknown = [shown for name, shown in zip(names, header, strict=True) if name and not _is_known(name)]
    fields = f"The columns can be: {', '.join([*_TICKS, RECEIVED_AT])}."
    if not any(map(_is_known, names)):
        raise SheetRefusedError(f"its first row names no field of the form. {fields}")
    if unknown and not leaves_out:
        listed = ", ".join(f"“{name}”" for name in unknown)
        raise SheetRefusedError(
            f"no field of the form is called {listed}. {fields} Rename what is meant, and leave the others "
            "out with --leave-out-unknown."
        )
    known = [name for name in names if _is_known(name)]
    for name in known:
        if known.count(name) > 1:
            raise SheetRefusedError(f"it has more than one column “{name}”")
    return tuple(name if _is_known(name) else "" for name in names)


def _field_name(column: str) -> str:
    return column.strip().lower()


def _is_known(name: str) -> bool:
    return name in _TICKS or name == RECEIVED_AT


def _ticked(name: str, cell: str) -> bool:
    said = cell.strip().lower()
    if said in _YES:
        return True
    if said in _NO:
        return False
    raise ValueError(f"“{name}” has to be yes or no, and is “{cell.strip()[:40]}”")


def _moment(cell: str, zone: tzinfo) -> datetime | None:
    said = cell.strip()
    if not said:
        return None
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        raise ValueError(f"“{RECEIVED_AT}” has to be like 2026-03-14T12:00, and is “{said[:40]}”") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
