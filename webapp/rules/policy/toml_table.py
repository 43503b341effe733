"""`TomlTable`: typed access to a TOML table; it collects each `Mistake` with its line instead of raising."""

import datetime as dt
import difflib
import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from webapp.rules.policy.toml_lines import lines_of_keys

Choice = TypeVar("Choice", bound=StrEnum)

NO_DATE = dt.date.min
"""Returned in place of a date that is missing or invalid; the mistake has been added."""
EARLIEST_DATE = dt.date(2000, 1, 1)
LATEST_DATE = dt.date(2999, 12, 31)
"""The range of dates that a policy may contain."""
SAME_MEANING: Mapping[str, tuple[str, ...]] = {
    "rejected": ("declined",),
    "refused": ("declined",),
    "turned_down": ("declined",),
    "accepted": ("shortlisted",),
    "approved": ("shortlisted",),
    "selected": ("shortlisted",),
    "new": ("received",),
    "submitted": ("received",),
    "incoming": ("received",),
    "pending": ("held",),
    "on_hold": ("held",),
    "planned": ("scheduled",),
    "printed": ("published",),
    "retracted": ("withdrawn",),
    "cancelled": ("withdrawn",),
    "canceled": ("withdrawn",),
    "recalled": ("withdrawn",),
    "rejection": ("decision",),
    "refusal": ("decision",),
    "acknowledgement": ("receipt",),
    "acknowledgment": ("receipt",),
    "id": ("slug",),
    "name": ("title",),
    "timezone": ("time_zone",),
    "tz": ("time_zone",),
    "lang": ("language",),
    "locale": ("language",),
    "mail": ("email",),
    "tel": ("phone", "telephone"),
    "phone": ("telephone",),
    "telephone": ("phone",),
    "postal_address": ("address",),
    "town": ("district",),
    "city": ("district",),
    "anonymous": ("name_withheld",),
    "days_of_issue": ("issue_days",),
    "weekdays": ("issue_days",),
    "publication_days": ("issue_days",),
    "old_slugs": ("former_slugs",),
    "previous_slugs": ("former_slugs",),
    "limit": ("maximum", "words_maximum", "letters"),
    "cap": ("maximum", "words_maximum"),
    "max": ("maximum", "words_maximum", "signatures_maximum"),
    "max_words": ("maximum", "words_maximum"),
    "min": ("minimum",),
    "min_words": ("minimum",),
    "conflict_of_interest": ("interest",),
    "ai": ("ai_use",),
    "url": ("link",),
    "required": ("asked",),
    "domains": ("sites",),
    "start": ("begins",),
    "starts": ("begins",),
    "ends": ("polling_day",),
    "deadline": ("cut_off", "hours"),
    "notify": ("tell",),
    "states": ("retention",),
}
"""What people call keys, with the keys that mean it: spelling alone would take “rejected” for “received”."""
MOST_UNKNOWN_KEYS = 50
"""Unknown keys of one table that are reported; a file with more is no policy."""
MAX_QUOTE_LENGTH = 60
"""Characters of an invalid value that a message quotes."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in a policy file.

    Attributes:
        key: The dotted key, for example ``words.maximum``; that of the table if a key is missing; empty for
            the file as a whole.
        line: The line of the key, counted from 1; of its table if the key is missing; 0 if unknown.
        reason: What is wrong and what is expected.
    """

    key: str
    line: int
    reason: str


class TomlTable:
    """One table of a TOML document.

    Each reading method adds a mistake and returns a usable default instead of raising, so that all mistakes
    are known at the end. Values must not be used if there are ``mistakes``.

    Attributes:
        mistakes: The mistakes so far; shared with the tables inside this one, but for those that stand in for
            a value that isn't a table (see `table`).
        defaults: The values that hold for the keys that were read and that the file doesn't have, by dotted
            key, shared in the same way; without those for which nothing holds, such as no text and no limit.
    """

    def __init__(
        self,
        values: Mapping[str, object],
        text: str,
        *,
        path: str = "",
        lines: Mapping[str, int] | None = None,
        mistakes: list[Mistake] | None = None,
        defaults: "dict[str, object] | None" = None,
    ) -> None:
        """Read the table ``values`` of the document ``text``.

        Args:
            values: The parsed table.
            text: The TOML document; unused if ``lines`` is given.
            path: The dotted key of the table; empty for the document.
            lines: The line of each dotted key; determined from ``text`` by default.
            mistakes: The list to add mistakes to; a new one by default.
            defaults: The values to add those of missing keys to; new ones by default.
        """
        self.mistakes: list[Mistake] = [] if mistakes is None else mistakes
        self.defaults: dict[str, object] = {} if defaults is None else defaults
        self._values = values
        self._path = path
        self._lines = lines_of_keys(text) if lines is None else lines
        self._read: set[str] = set()
        self._stand_ins: set[str] = set()

    def stands_in(self, key: str) -> bool:
        """Return whether the value that was returned for ``key`` stands in for one that can't be read.

        It does after a mistake in the value of `integer` or `table`, and where a required key is missing.
        Such a value must not be compared with others: the file doesn't have it.
        """
        return key in self._stand_ins

    def add_mistake(self, key: str, reason: str) -> None:
        """Add a mistake at ``key`` of this table; at the table itself if ``key`` is empty."""
        dotted = self._dotted(key) if key else self._path
        line = self._lines.get(dotted) or self._lines.get(self._path) or 0
        # Keys and values may contain line breaks; a mistake is reported in one line.
        self.mistakes.append(Mistake(" ".join(dotted.split()), line, " ".join(reason.split())))

    def has(self, key: str) -> bool:
        """Return whether the table contains ``key``, and mark it as a known key (see `finish`)."""
        self._read.add(key)
        return key in self._values

    def text(self, key: str, default: str | None = None, *, longest: int = 200) -> str:
        """Return a string, stripped, that must not be empty.

        Args:
            key: The key.
            default: The value if the key is missing, or after a mistake, empty if ``None``; the key is
                required if ``None``.
            longest: The limit in characters, with the spaces at the ends; a longer text is a mistake, but is
                returned whole.
        """
        value = self._value(key, required=default is None)
        if value is None:
            self.note_default(key, default or None)
            return default or ""
        if not isinstance(value, str) or not value.strip():
            self.add_mistake(key, f"has to be a text in quotes that isn't empty, not {describe(value)}")
            return default or ""
        if len(value) > longest:
            self.add_mistake(key, f"has {len(value)} characters; the limit is {longest}")
        return value.strip()

    def integer(self, key: str, default: int | None = None, *, least: int, most: int) -> int:
        """Return an integer.

        Args:
            key: The key.
            default: The value if the key is missing; the key is required if ``None``.
            least: The smallest value allowed; returned after a mistake.
            most: The largest value allowed.
        """
        value = self._value(key, required=default is None)
        if value is None:
            self.note_default(key, default)
            return least if default is None else default
        # bool is a subclass of int, but "maximum = true" is a mistake.
        if isinstance(value, bool) or not isinstance(value, int):
            self.add_mistake(key, f"has to be a whole number from {least} to {most}, not {describe(value)}")
            self._stand_ins.add(key)
            return least
        if not least <= value <= most:
            self.add_mistake(key, f"has to be from {least} to {most}, not {value}")
            self._stand_ins.add(key)
            return least
        return value

    def integers_by_key(self, keys: type[Choice], *, least: int, most: int) -> dict[Choice, int]:
        """Return the integers of a table whose keys are members of an enum, by member; each may be missing.

        This finishes the table: any other key is a mistake.
        """
        found = {
            key: self.integer(key.value, least, least=least, most=most) for key in keys if self.has(key.value)
        }
        self.finish()
        return found

    def optional_integer(self, key: str, *, least: int, most: int) -> int | None:
        """Return an integer, ``least`` after a mistake; ``None`` if the key is missing."""
        return self.integer(key, least=least, most=most) if self.has(key) else None

    def date(self, key: str) -> dt.date:
        """Return a required TOML date (``2026-05-07``, without quotes); `NO_DATE` after a mistake."""
        return self._date(key, self._value(key, required=True))

    def optional_date(self, key: str) -> dt.date | None:
        """Return a date; ``None`` if the key is missing, `NO_DATE` after a mistake."""
        return self.date(key) if self.has(key) else None

    def time(self, key: str) -> dt.time:
        """Return a required TOML time (``12:00:00``, without quotes); midnight after a mistake."""
        value = self._value(key, required=True)
        if isinstance(value, dt.time):
            return value
        if value is not None:
            self.add_mistake(key, f"has to be a time without quotes, like 12:00:00, not {describe(value)}")
        return dt.time.min

    def flag(self, key: str, *, default: bool) -> bool:
        """Return a boolean; ``default`` if the key is missing or after a mistake."""
        value = self._value(key, required=False)
        if value is None:
            self.note_default(key, default)
            return default
        if not isinstance(value, bool):
            self.add_mistake(key, f"has to be true or false without quotes, not {describe(value)}")
            return default
        return value

    def optional_flag(self, key: str) -> bool | None:
        """Return a boolean; ``None`` if the key is missing, false after a mistake."""
        return self.flag(key, default=False) if self.has(key) else None

    def choice(self, key: str, default: Choice) -> Choice:
        """Return a member of the enum of ``default``; ``default`` without the key or after a mistake."""
        value = self._value(key, required=False)
        if value is None:
            self.note_default(key, default.value)
            return default
        choices = type(default)
        try:
            return choices(str(value))
        except ValueError:
            self.add_mistake(key, f"has to be {_alternatives(choices)}, not {describe(value)}")
            return default

    def optional_choice(self, key: str, choices: type[Choice]) -> Choice | None:
        """Return a member of the enum ``choices``, the first after a mistake; ``None`` without the key."""
        return self.choice(key, next(iter(choices))) if self.has(key) else None

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of strings, stripped; empty if the key is missing. An empty list is a mistake.

        So is an item that is no string or is blank; it is left out.
        """
        items = self._list(key, "a list of texts in quotes")
        for text in items:
            if not isinstance(text, str) or not text.strip():
                self.add_mistake(key, f"has to list texts in quotes that aren't empty, not {describe(text)}")
        return tuple(text.strip() for text in items if isinstance(text, str) and text.strip())

    def integers(self, key: str, *, least: int, most: int) -> frozenset[int]:
        """Return a list of integers as a set; empty if the key is missing. An empty list is a mistake.

        So is an item that is no integer from ``least`` to ``most``; it is left out.
        """
        items = self.items(key)
        for item in items:
            if not _is_integer_within(item, least, most):
                reason = f"has to list whole numbers from {least} to {most}, not {describe(item)}"
                self.add_mistake(key, reason)
        return frozenset(
            item for item in items if isinstance(item, int) and _is_integer_within(item, least, most)
        )

    def words(self, key: str, choices: Sequence[str]) -> tuple[str, ...]:
        """Return a list of strings out of ``choices``; empty if the key is missing.

        Any other string is a mistake, and left out; duplicates are kept.
        """
        words = self.texts(key)
        for word in words:
            if word not in choices:
                self.add_mistake(key, f"has to list {_alternatives(choices)}, not {describe(word)}")
        return tuple(word for word in words if word in choices)

    def table(self, key: str) -> "TomlTable":
        """Return the table ``[key]``; an empty one if the key is missing or its value isn't a table.

        The latter is a mistake; those of the empty table are then not added to ``mistakes`` of this one.
        """
        value = self._value(key, required=False)
        if value is None or isinstance(value, Mapping):
            return self._child(key, value or {}, self.mistakes)
        self.add_mistake(key, f"has to be a table, [{self._dotted(key)}], not {describe(value)}")
        self._stand_ins.add(key)
        # The keys that an invalid table lacks are not reported: their mistakes go to a list of their own.
        return self._child(key, {}, [])

    def keys(self) -> tuple[str, ...]:
        """Return the keys of this table, in the order of the file; this doesn't mark them as known."""
        return tuple(self._values)

    def holds_table(self, key: str) -> bool:
        """Return whether the value of ``key`` is a table, and mark it as a known key (see `finish`)."""
        return self.has(key) and isinstance(self._values[key], Mapping)

    def items(self, key: str) -> "list[TomlTable | object]":
        """Return the items of a list, those that are tables as `TomlTable`; empty if the key is missing.

        A value that isn't a list, and an empty list, are mistakes.
        """
        return [
            self._child(f"{key}[{index}]", item, self.mistakes) if isinstance(item, Mapping) else item
            for index, item in enumerate(self._list(key, "a list"))
        ]

    def tables(self) -> "dict[str, TomlTable]":
        """Return every key of this table as a table, in the order of the file; see `table`."""
        return {key: self.table(key) for key in self._values}

    def array(self, key: str) -> "list[TomlTable]":
        """Return the tables ``[[key]]``; an empty list if there are none, or the value is something else.

        The latter is a mistake.
        """
        value = self._value(key, required=False)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(table, Mapping) for table in value):
            self.add_mistake(
                key, f"has to be tables, each begun with [[{self._dotted(key)}]], not {describe(value)}"
            )
            return []
        return [self._child(f"{key}[{index}]", table, self.mistakes) for index, table in enumerate(value)]

    def finish(self, known: Iterable[str] = ()) -> None:
        """Add a mistake for each key that no method has read and that isn't in ``known``; call it last.

        Only the first `MOST_UNKNOWN_KEYS` are reported.
        """
        self._read.update(known)
        unknown = (key for key in self._values if key not in self._read)
        for key in itertools.islice(unknown, MOST_UNKNOWN_KEYS):
            meant = _meant(key, self._read)
            hint = f"; did you mean “{meant}”?" if meant else f"; known here: {', '.join(sorted(self._read))}"
            self.add_mistake(key, f"is not a key that a policy has{hint}")

    def _list(self, key: str, described: str) -> list[object]:
        """Return the raw items of a list; empty if the key is missing. No list, or no item, is a mistake."""
        value = self._value(key, required=False)
        if value is None:
            return []
        if not isinstance(value, list):
            self.add_mistake(key, f"has to be {described}, not {describe(value)}")
            return []
        if not value:
            self.add_mistake(key, "lists nothing; list something, or leave the key out")
        return value

    def note_default(self, key: str, default: object) -> None:
        """Add the value that holds where ``key`` is missing to ``defaults``; ``None`` adds nothing."""
        if default is not None and key not in self._values:
            self.defaults[self._dotted(key)] = default

    def _child(self, key: str, values: Mapping[str, object], mistakes: list[Mistake]) -> "TomlTable":
        return TomlTable(
            values,
            "",
            path=self._dotted(key),
            lines=self._lines,
            mistakes=mistakes,
            defaults=self.defaults if mistakes is self.mistakes else None,
        )

    def _date(self, key: str, value: object) -> dt.date:
        if value is None:
            return NO_DATE
        # datetime is a subclass of date, but a time of day isn't allowed.
        if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
            self.add_mistake(key, f"has to be a date without quotes, like 2026-05-07, not {describe(value)}")
            return NO_DATE
        if not EARLIEST_DATE <= value <= LATEST_DATE:
            self.add_mistake(key, f"has to be from {EARLIEST_DATE} to {LATEST_DATE}, not {value}")
            return NO_DATE
        return value

    def _dotted(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key

    def _value(self, key: str, *, required: bool) -> object | None:
        """Return the raw value; ``None`` if the key is missing, which is a mistake if it is ``required``."""
        self._read.add(key)
        if key not in self._values and required:
            self.add_mistake("", f"“{key}” is missing")
            self._stand_ins.add(key)
        return self._values.get(key)


def _is_integer_within(value: object, least: int, most: int) -> bool:
    # bool is a subclass of int.
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _meant(key: str, known: Collection[str]) -> str:
    """Return the known key that an unknown one means: by its meaning, else by its spelling, else ""."""
    words = key.lower().replace("-", "_")
    by_meaning = next((each for each in SAME_MEANING.get(words, ()) if each in known), "")
    return by_meaning or next(iter(difflib.get_close_matches(words, known, n=1)), "")


def describe(value: object) -> str:
    """Return ``value`` as an error message quotes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"“{value}”" if len(value) <= MAX_QUOTE_LENGTH else f"“{value[: MAX_QUOTE_LENGTH - 1]}…”"
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list):
        return "a list"
    return str(value)


def _alternatives(choices: Iterable[str]) -> str:
    *rest, last = (f"“{choice}”" for choice in choices)
    return f"{', '.join(rest)} or {last}" if rest else last
