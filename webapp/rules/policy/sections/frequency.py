"""The tables [[frequency]]: `FrequencyRule`, how many letters of one writer are accepted; their reader."""

from dataclasses import dataclass
from enum import StrEnum

from webapp.rules.findings import Severity
from webapp.rules.policy.limits import MAX_COUNT, MAX_DAYS, MAX_MONTHS
from webapp.rules.policy.toml_table import TomlTable


class Since(StrEnum):
    """The date of an earlier letter from which a frequency rule counts: its receipt or its publication."""

    SUBMISSION = "submission"
    PUBLICATION = "publication"


class Period(StrEnum):
    """A calendar period of a frequency rule; ``ISSUE`` lasts from one issue of the paper to the next."""

    CALENDAR_MONTH = "calendar_month"
    ISSUE = "issue"


@dataclass(frozen=True, slots=True, kw_only=True)
class FrequencyRule:
    """How many letters of one writer a paper accepts within a period.

    Exactly one of ``days``, ``months`` and ``per`` is set, which `section_readers` checks, not this class.

    Attributes:
        letters: The number of letters within the period.
        days: The period in days.
        months: The period in months; it ends on the same day of the month, or on the last one of a shorter
            month.
        per: A calendar period.
        since: Which date of a letter counts; letters that weren't printed don't count for ``PUBLICATION``.
        severity: Whether a letter too many is refused, or only shown to the editor.
    """

    letters: int
    days: int | None = None
    months: int | None = None
    per: Period | None = None
    since: Since = Since.SUBMISSION
    severity: Severity = Severity.REFUSAL


def read_frequency(table: TomlTable) -> FrequencyRule:
    """Read one table of [[frequency]]; exactly one of its periods has to be set."""
    frequency = FrequencyRule(
        letters=table.integer("letters", 1, least=1, most=MAX_COUNT),
        days=table.optional_integer("days", least=1, most=MAX_DAYS),
        months=table.optional_integer("months", least=1, most=MAX_MONTHS),
        per=table.optional_choice("per", Period),
        since=table.choice("since", Since.SUBMISSION),
        severity=table.choice("severity", Severity.REFUSAL),
    )
    if sum(table.has(key) for key in ("days", "months", "per")) != 1:
        table.add_mistake("", "needs exactly one of “days”, “months” and “per”")
    table.finish()
    return frequency
