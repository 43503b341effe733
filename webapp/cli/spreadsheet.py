"""Parsing a CSV file of letters (RFC 4180), as spreadsheet programs and form services write it, into rows.

The header row has the names of the form's fields. The separator is the one that a first line “sep=…” names,
else the one that yields the most known field names in the header; Python's own `csv.Sniffer` guesses, and is
often wrong.
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

from webapp.mailbox.mail_files import Unreadable, printable_path
from webapp.rules.submission import ANSWER_PREFIX, Field, Submission, is_boolean_field

MAX_CELL = 10_000_000
"""Characters of one cell; a quotation mark that is never closed makes one cell of the rest of the file."""
RECEIVED_AT = "received_at"
"""The column, beside the form's fields, for the time when the letter arrived."""

_ANSWER_COLUMN = f"{ANSWER_PREFIX}KEY"
"""The name of a column with the answers to one question, as messages write it."""
_IS_BOOLEAN = {field.value: is_boolean_field(field) for field in Field if field is not Field.ANSWERS}
"""The names of the form's fields, each with whether it is yes or no."""
LEAVE_OUT = "Rename what is meant, and leave the others out with --leave-out-unknown."
_SEPARATORS = ",;\t|"
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
"""A first line that declares the separator; Excel reads it, and some programs write it."""
_YES = frozenset({"true", "yes", "y", "1", "x", "on", "✓", "✔"})
_NO = frozenset({"false", "no", "n", "0", "off", "-", ""})
_ENCODINGS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class SheetRefusedError(Exception):
    """The file can't be read as a CSV file of letters; the message says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row with a letter.

    Attributes:
        source: The file and the number of the row's first line: ``letters.csv:17``.
        submission: The letter.
        stable_key: The non-empty cells as JSON, sorted by column: equal for equal rows of any file.
        received_at: When it arrived, with a time zone; None where the cell or the column is missing.
    """

    source: str
    submission: Submission
    stable_key: str
    received_at: datetime | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A CSV file with its format and header.

    Attributes:
        path: The file.
        encoding: Its encoding, as Python names it.
        separator: The character between two cells.
        columns: The field of each column, or `RECEIVED_AT`; empty for an unnamed or ignored column.
        header_line: The number of the line with the header, 1 or 2.
        ignore_unknown_columns: Whether cells outside the known columns are ignored, or are errors.
        row_count: Its records below the header, empty ones included.
    """

    path: Path
    encoding: str
    separator: str
    columns: tuple[str, ...]
    header_line: int
    ignore_unknown_columns: bool
    row_count: int = 0

    def refuse_unknown_questions(self, question_keys: Sequence[str]) -> None:
        """Check that each column with answers is for one of the paper's questions.

        Raises:
            SheetRefusedError: one isn't, and unknown columns aren't ignored.
        """
        answered = [
            name.removeprefix(ANSWER_PREFIX) for name in self.columns if name.startswith(ANSWER_PREFIX)
        ]
        unknown = [f"“{ANSWER_PREFIX}{key}”" for key in answered if key not in question_keys]
        if unknown and not self.ignore_unknown_columns:
            asked = ", ".join(ANSWER_PREFIX + key for key in question_keys)
            raise SheetRefusedError(
                f"the paper asks no question for {', '.join(unknown)}. "
                + (f"The columns with answers can be: {', '.join(asked)}. " if asked else "")
                + LEAVE_OUT
            )

    def rows(self, zone: tzinfo) -> Iterator[Row | Unreadable]:
        """Yield the rows in order, without empty ones; a time without a zone is in ``zone``.

        A row with a wrong value, or with cells outside the known columns, is yielded as `Unreadable`.

        Raises:
            SheetRefusedError: the file has changed since it was opened, and is no CSV any more.
            OSError: it can't be read.
        """
        for line, cells in itertools.islice(self.records(), 1, None):
            if any(cells):
                source = f"{printable_path(self.path)}:{line}"
                try:
                    yield self._row(source, cells, zone)
                except ValueError as error:
                    yield Unreadable(source, str(error))

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the cells of the header and of each row after it, with the number of the record's first line.

        The file is opened anew at each call. The `csv` module's field size limit is set, for the process.

        Raises:
            SheetRefusedError: the file is no valid CSV, or not in its encoding.
            OSError: it can't be read.
        """
        csv.field_size_limit(MAX_CELL)
        with self.path.open(encoding=self.encoding, newline="") as lines:
            for _ in range(self.header_line - 1):
                lines.readline()
            reader = csv.reader(lines, delimiter=self.separator, strict=True)
            line = self.header_line
            try:
                for cells in reader:
                    yield line, cells
                    line = self.header_line + reader.line_num
            except csv.Error as error:
                raise SheetRefusedError(f"from line {line} on it can’t be told apart: {error}") from error
            except UnicodeError as error:
                raise SheetRefusedError(
                    f"somewhere behind line {line} it is not UTF-8 text; save it as “CSV UTF-8”"
                ) from error

    def _row(self, source: str, cells: Sequence[str], zone: tzinfo) -> Row:
        if not self.ignore_unknown_columns:
            self._refuse_cells_outside_columns(cells)
        known_cells = {name: cell for name, cell in zip(self.columns, cells, strict=False) if name}
        received_at = _parse_time(known_cells.get(RECEIVED_AT, ""), zone)
        normalised = {name: cell.replace("\r\n", "\n").strip() for name, cell in known_cells.items()}
        stable_key = json.dumps({name: cell for name, cell in normalised.items() if cell}, sort_keys=True)
        fields: dict[str, object] = {
            name: _parse_boolean(name, cell) if _IS_BOOLEAN[name] else cell
            for name, cell in known_cells.items()
            if name in _IS_BOOLEAN
        }
        fields[Field.ANSWERS.value] = {
            name.removeprefix(ANSWER_PREFIX): cell
            for name, cell in known_cells.items()
            if name.startswith(ANSWER_PREFIX)
        }
        return Row(source, Submission.from_mapping(fields), stable_key, received_at)

    def _refuse_cells_outside_columns(self, cells: Sequence[str]) -> None:
        if any(cells[len(self.columns) :]):
            raise ValueError(f"it has {len(cells)} columns, the first row {len(self.columns)}")
        if any(cell for name, cell in zip(self.columns, cells, strict=False) if not name):
            raise ValueError("something stands in a column that has no name")


def open_sheet(path: Path, *, ignore_unknown_columns: bool) -> Sheet:
    """Detect the format of a CSV file, check its header, and read it once to its end to find errors.

    Args:
        path: The file.
        ignore_unknown_columns: Whether columns that are no field of the form are ignored.

    Raises:
        SheetRefusedError: it is no CSV file or not in its encoding, its header has no known column, a column
            twice, or, unless it is to be ignored, an unknown one.
        OSError: it can't be read.
    """
    with path.open("rb") as file:
        beginning = file.read(4)
    encoding = next((name for mark, name in _ENCODINGS if beginning.startswith(mark)), "utf-8")
    sheet = _detect_separator(path, encoding, ignore_unknown_columns=ignore_unknown_columns)
    header = next(sheet.records(), (0, []))[1]
    columns = _columns(header, ignore_unknown_columns=ignore_unknown_columns)
    sheet = dataclasses.replace(sheet, columns=columns)
    return dataclasses.replace(sheet, row_count=sum(1 for _ in sheet.records()) - 1)


def _detect_separator(path: Path, encoding: str, *, ignore_unknown_columns: bool) -> Sheet:
    declared = _declared_separator(path, encoding)
    header_line = 2 if declared else 1
    sheets = [
        Sheet(path, encoding, separator, (), header_line, ignore_unknown_columns)
        for separator in declared or _SEPARATORS
    ]
    return max(sheets, key=_count_known_columns)


def _declared_separator(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, errors="replace", newline="") as lines:
        declaration = _SEPARATOR_LINE.fullmatch(lines.readline(20))
    return declaration[1] if declaration else ""


def _count_known_columns(sheet: Sheet) -> int:
    try:
        header = next(sheet.records(), (0, []))[1]
    except SheetRefusedError:
        return 0
    return sum(_is_known(_field_name(name)) for name in header)


def _columns(header: Sequence[str], *, ignore_unknown_columns: bool) -> tuple[str, ...]:
    if not any(header):
        raise SheetRefusedError("it has no first row that names its columns")
    names = [_field_name(name) for name in header]
    unknown = [given for name, given in zip(names, header, strict=True) if name and not _is_known(name)]
    fields = f"The columns can be: {', '.join([*_IS_BOOLEAN, _ANSWER_COLUMN, RECEIVED_AT])}."
    if not any(map(_is_known, names)):
        raise SheetRefusedError(f"its first row names no field of the form. {fields}")
    if unknown and not ignore_unknown_columns:
        listed = ", ".join(f"“{name}”" for name in unknown)
        raise SheetRefusedError(f"no field of the form is called {listed}. {fields} {LEAVE_OUT}")
    known = [name for name in names if _is_known(name)]
    for name in known:
        if known.count(name) > 1:
            raise SheetRefusedError(f"it has more than one column “{name}”")
    return tuple(name if _is_known(name) else "" for name in names)


def _field_name(column: str) -> str:
    return column.strip().lower()


def _is_known(name: str) -> bool:
    return name in _IS_BOOLEAN or name == RECEIVED_AT or name.startswith(ANSWER_PREFIX)


def _parse_boolean(name: str, cell: str) -> bool:
    word = cell.strip().lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueError(f"“{name}” has to be yes or no, and is “{cell.strip()[:40]}”")


def _parse_time(cell: str, zone: tzinfo) -> datetime | None:
    text = cell.strip()
    if not text:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"“{RECEIVED_AT}” has to be like 2026-03-14T12:00, and is “{text[:40]}”") from None
    return time if time.tzinfo else time.replace(tzinfo=zone)
