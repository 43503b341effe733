"""How often a paper takes letters of one writer, and what is different before people vote."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from webapp.rules.findings import Severity


class Since(StrEnum):
    """What the time between two letters of one writer is counted from."""

    SUBMISSION = "submission"
    PUBLICATION = "publication"


class Period(StrEnum):
    """A stretch of the calendar within which a writer may have so many letters."""

    CALENDAR_MONTH = "calendar_month"
    ISSUE = "issue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequency:
    """How many letters of one writer a paper takes in a stretch of time.

    Exactly one of ``days``, ``months`` and ``per`` is given.
    """

    letters: int
    days: int | None = None
    months: int | None = None
    per: Period | None = None
    since: Since = Since.SUBMISSION
    severity: Severity = Severity.REFUSAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Election:
    """What is different in the weeks before people vote; every date belongs to the stretch it begins or ends.

    Attributes:
        begins: From when on it is different.
        polling_day: The last day on which it is.
        categories: The categories that this is about; all letters where empty.
        words_maximum: A lower cap.
        cut_off: From when on no such letter is taken.
        replies_only_from: From when on a letter has to answer an article.
        replies_only_until: The last day on which it has to; the polling day where ``None``.
        roles_barred: Who may not write, in words, for example “candidate”.
    """

    begins: date
    polling_day: date
    categories: tuple[str, ...] = ()
    words_maximum: int | None = None
    cut_off: date | None = None
    replies_only_from: date | None = None
    replies_only_until: date | None = None
    roles_barred: tuple[str, ...] = ()

    def concerns(self, category_key: str, today: date) -> bool:
        """Tell whether this is about a letter of that category on that day."""
        named = not self.categories or category_key in self.categories
        return named and self.begins <= today <= self.polling_day

    def is_closed(self, today: date) -> bool:
        """Tell whether the cut-off has come."""
        return self.cut_off is not None and self.cut_off <= today

    def takes_replies_only(self, today: date) -> bool:
        """Tell whether a letter has to answer an article."""
        if self.replies_only_from is None:
            return False
        return self.replies_only_from <= today <= (self.replies_only_until or self.polling_day)
