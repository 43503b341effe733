"""A TOML table read key by key, collecting every mistake with its line instead of stopping at the first."""

import datetime as dt
import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from webapp.rules.policy.toml_lines import lines_of_keys

Choice = TypeVar("Choice", bound=StrEnum)

NO_DATE = dt.date.min
"""Stands for a date that is missing or wrong, and noted as such."""
EARLIEST_DATE = dt.date(2000, 1, 1)
LATEST_DATE = dt.date(2999, 12, 31)
LONGEST_QUOTE = 60
"""Characters of a wrong value that a message repeats."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong in a policy file.

    Attributes:
        key: The dotted key, for example ``words.maximum``; empty for the file as a whole.
        line: The line of the key, counted from 1; of its table when the key is missing; 0 when unknown.
        reason: What is wrong and what would be right.
    """

    key: str
    line: int
    reason: str


class TomlTable:
    """One table of a TOML document.

    Each reading method returns a usable value even where it notes a mistake, so that the reading can go
    on and all mistakes are known at the end. A value read from a table with mistakes must not be used.
    """

    def __init__(
        self,
        values: Mapping[str, object],
        text: str,
        *,
        path: str = "",
        lines: Mapping[str, int] | None = None,
        mistakes: list[Mistake] | None = None,
    ) -> None:
        self.mistakes: list[Mistake] = [] if mistakes is None else mistakes
        self._values = values
        self._path = path
        self._lines = lines_of_keys(text) if lines is None else lines
        self._read: set[str] = set()

    def note(self, key: str, reason: str) -> None:
        """Note a mistake at ``key`` of this table; at the table itself where ``key`` is empty."""
        dotted = self._dotted(key) if key else self._path
        line = self._lines.get(dotted) or self._lines.get(self._path) or 0
        # A key or a value may have line ends in it; a mistake is told in one line.
        self.mistakes.append(Mistake(" ".join(dotted.split()), line, " ".join(reason.split())))

    def has(self, key: str) -> bool:
        """Tell whether the table has a value for ``key``, which is then a key that a policy has."""
        self._read.add(key)
        return key in self._values

    def text(self, key: str, default: str | None = None, *, longest: int = 200) -> str:
        """Read a text that isn't empty; required where there is no ``default``."""
        value = self._value(key, required=default is None)
        if value is None:
            return default or ""
        if not isinstance(value, str) or not value.strip():
            self.note(key, f"has to be a text in quotes that isn't empty, not {_named(value)}")
            return default or ""
        if len(value) > longest:
            self.note(key, f"has {len(value)} characters; the limit is {longest}")
        return value.strip()

    def integer(self, key: str, default: int | None = None, *, least: int, most: int) -> int:
        """Read a whole number from ``least`` to ``most``; required where there is no ``default``."""
        value = self._value(key, required=default is None)
        if value is None:
            return least if default is None else default
        # bool is an int in Python, but "maximum = true" is a mistake.
        if isinstance(value, bool) or not isinstance(value, int):
            self.note(key, f"has to be a whole number from {least} to {most}, not {_named(value)}")
            return least
        if not least <= value <= most:
            self.note(key, f"has to be from {least} to {most}, not {value}")
            return least
        return value

    def optional_integer(self, key: str, *, least: int, most: int) -> int | None:
        """Read a whole number from ``least`` to ``most``, if there is one."""
        return self.integer(key, least=least, most=most) if self.has(key) else None

    def date(self, key: str) -> dt.date:
        """Read a date, written without quotes as in ``2026-05-07``; required."""
        return self._date(key, self._value(key, required=True))

    def optional_date(self, key: str) -> dt.date | None:
        """Read a date, if there is one."""
        return self.date(key) if self.has(key) else None

    def flag(self, key: str, *, default: bool) -> bool:
        """Read true or false."""
        value = self._value(key, required=False)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.note(key, f"has to be true or false without quotes, not {_named(value)}")
            return default
        return value

    def choice(self, key: str, default: Choice) -> Choice:
        """Read one of the words of an enum, the one that ``default`` belongs to."""
        value = self._value(key, required=False)
        if value is None:
            return default
        choices = type(default)
        try:
            return choices(str(value))
        except ValueError:
            self.note(key, f"has to be {_either(choices)}, not {_named(value)}")
            return default

    def optional_choice(self, key: str, choices: type[Choice]) -> Choice | None:
        """Read one of the words of ``choices``, if there is one."""
        return self.choice(key, next(iter(choices))) if self.has(key) else None

    def texts(self, key: str) -> tuple[str, ...]:
        """Read a list of texts; an empty one where there is none."""
        value = self._value(key, required=False)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.note(key, f"has to be a list of texts in quotes, not {_named(value)}")
            return ()
        if not value:
            self.note(key, "lists nothing; list something, or leave the key out")
        for text in value:
            if not isinstance(text, str) or not text.strip():
                self.note(key, f"has to list texts in quotes that aren't empty, not {_named(text)}")
        return tuple(text.strip() for text in value if isinstance(text, str) and text.strip())

    def words(self, key: str, choices: Sequence[str]) -> tuple[str, ...]:
        """Read a list of words out of ``choices``; an empty one where there is none."""
        words = self.texts(key)
        for word in words:
            if word not in choices:
                self.note(key, f"has to list {_either(choices)}, not {_named(word)}")
        return tuple(word for word in words if word in choices)

    def table(self, key: str) -> "TomlTable":
        """Read the table ``[key]``; an empty one where there is none."""
        value = self._value(key, required=False)
        if value is None or isinstance(value, Mapping):
            return self._child(key, value or {}, self.mistakes)
        self.note(key, f"has to be a table, [{self._dotted(key)}], not {_named(value)}")
        # What such a table lacks needs no telling.
        return self._child(key, {}, [])

    def tables(self) -> "dict[str, TomlTable]":
        """Read every key of this table as a table."""
        return {key: self.table(key) for key in self._values}

    def array(self, key: str) -> "list[TomlTable]":
        """Read the tables ``[[key]]``; none where there are none."""
        value = self._value(key, required=False)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(table, Mapping) for table in value):
            self.note(key, f"has to be tables, each begun with [[{self._dotted(key)}]], not {_named(value)}")
            return []
        return [self._child(f"{key}[{index}]", table, self.mistakes) for index, table in enumerate(value)]

    def finish(self, known: Iterable[str] = ()) -> None:
        """Note every key that nothing has read and that isn't ``known``."""
        self._read.update(known)
        for key in self._values:
            if key in self._read:
                continue
            near = difflib.get_close_matches(key, self._read, n=1)
            hint = (
                f"; did you mean “{near[0]}”?" if near else f"; known here: {', '.join(sorted(self._read))}"
            )
            self.note(key, f"is not a key that a policy has{hint}")

    def _child(self, key: str, values: Mapping[str, object], mistakes: list[Mistake]) -> "TomlTable":
        return TomlTable(values, "", path=self._dotted(key), lines=self._lines, mistakes=mistakes)

    def _date(self, key: str, value: object) -> dt.date:
        # datetime is a date in Python, but a time of day has no place here.
        if value is None:
            return NO_DATE
        if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
            self.note(key, f"has to be a date without quotes, like 2026-05-07, not {_named(value)}")
            return NO_DATE
        if not EARLIEST_DATE <= value <= LATEST_DATE:
            self.note(key, f"has to be from {EARLIEST_DATE} to {LATEST_DATE}, not {value}")
            return NO_DATE
        return value

    def _dotted(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key

    def _value(self, key: str, *, required: bool) -> object | None:
        self._read.add(key)
        if key not in self._values and required:
            self.note("", f"“{key}” is missing")
        return self._values.get(key)


def _named(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"“{value}”" if len(value) <= LONGEST_QUOTE else f"“{value[: LONGEST_QUOTE - 1]}…”"
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list):
        return "a list"
    return str(value)


def _either(choices: Iterable[str]) -> str:
    *rest, last = (f"“{choice}”" for choice in choices)
    return f"{', '.join(rest)} or {last}" if rest else last
