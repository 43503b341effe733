"""The tables [[frequency]]: `FrequencyRule`, how many letters of one writer are accepted; their reader."""

from dataclasses import dataclass
from enum import StrEnum

from webapp.rules.findings import Severity
from webapp.rules.policy.limits import MAX_COUNT, MAX_DAYS, MAX_MONTHS
from webapp.rules.policy.sections.categories import GENERAL_CATEGORY
from webapp.rules.policy.toml_table import TomlTable

MAX_ISSUES = 60
"""Issues; two months of a daily paper."""


class Since(StrEnum):
    """The date of an earlier letter from which a frequency rule counts: its receipt or its publication."""

    SUBMISSION = "submission"
    PUBLICATION = "publication"


class Period(StrEnum):
    """A calendar period of a frequency rule; ``ISSUE`` lasts from one issue of the paper to the next."""

    CALENDAR_MONTH = "calendar_month"
    CALENDAR_YEAR = "calendar_year"
    ISSUE = "issue"


class Counted(StrEnum):
    """Whose letters a frequency rule counts together.

    Only letters of one writer can be told by the engine. What a letter is about, the editor has to judge:
    such a rule is printed over the form, and enforces nothing.
    """

    WRITER = "writer"
    CANDIDATE = "candidate"
    SUBJECT = "subject"


PERIOD_KEYS = ("days", "working_days", "months", "issues", "per")
"""The keys of a rule's period, of which exactly one is set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrequencyRule:
    """How many letters of one writer a paper accepts within a period.

    Exactly one of the periods is set, which `read_frequency` checks, not this class.

    Attributes:
        letters: The number of letters within the period.
        days: The period in days.
        working_days: The period in days from Monday to Friday; holidays aren't known.
        months: The period in months; it ends on the same day of the month, or on the last one of a shorter
            month.
        issues: The period in issues of the paper, from an issue to the one that is so many later.
        per: A calendar period.
        since: Which date of a letter counts; letters that weren't printed don't count for ``PUBLICATION``.
        severity: Whether a letter too many is refused, or only shown to the editor.
        categories: The kinds of letters that the rule is for, and that it counts; an empty key for general
            ones. All kinds if there are none.
        counted: Whose letters are counted together; see `Counted`.
    """

    letters: int
    days: int | None = None
    working_days: int | None = None
    months: int | None = None
    issues: int | None = None
    per: Period | None = None
    since: Since = Since.SUBMISSION
    severity: Severity = Severity.REFUSAL
    categories: frozenset[str] = frozenset()
    counted: Counted = Counted.WRITER

    @property
    def issue_count(self) -> int | None:
        """The period in issues, which is one for `Period.ISSUE`; ``None`` if it isn't in issues."""
        return 1 if self.per is Period.ISSUE else self.issues

    def is_for(self, category: str) -> bool:
        """Return whether the engine applies the rule to letters of a category (empty for general ones)."""
        return self.counted is Counted.WRITER and (not self.categories or category in self.categories)


def read_frequency(table: TomlTable, category_keys: frozenset[str] | None) -> FrequencyRule:
    """Read one table of [[frequency]]; exactly one of its periods has to be set.

    Args:
        table: The table.
        category_keys: The paper's categories; ``None`` where they can't be read.
    """
    frequency = FrequencyRule(
        letters=table.integer("letters", 1, least=1, most=MAX_COUNT),
        days=table.optional_integer("days", least=1, most=MAX_DAYS),
        working_days=table.optional_integer("working_days", least=1, most=MAX_DAYS),
        months=table.optional_integer("months", least=1, most=MAX_MONTHS),
        issues=table.optional_integer("issues", least=1, most=MAX_ISSUES),
        per=table.optional_choice("per", Period),
        since=table.choice("since", Since.SUBMISSION),
        severity=table.choice("severity", Severity.REFUSAL),
        categories=_read_categories(table, category_keys),
        counted=table.choice("counted", Counted.WRITER),
    )
    if sum(table.has(key) for key in PERIOD_KEYS) != 1:
        names = ", ".join(f"“{key}”" for key in PERIOD_KEYS[:-1])
        table.add_mistake("", f"needs exactly one of {names} and “{PERIOD_KEYS[-1]}”")
    table.finish()
    return frequency


def _read_categories(table: TomlTable, category_keys: frozenset[str] | None) -> frozenset[str]:
    """Read the keys of categories, with “general” as an empty key; an unknown one is a mistake."""
    keys = table.texts("categories")
    for key in keys:
        if key != GENERAL_CATEGORY and category_keys is not None and key not in category_keys:
            table.add_mistake("categories", f"the paper has no category “{key}”")
    return frozenset("" if key == GENERAL_CATEGORY else key for key in keys)
