"""The sections of a policy: one frozen dataclass for each table of a policy file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from webapp.rules.findings import Severity
from webapp.rules.states import DeclineReason, MessageKind


class Asking(StrEnum):
    """How a paper asks for something."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    OFF = "off"


class Kind(StrEnum):
    """Kinds of letters that a paper may not take."""

    VERSE = "verse"
    OPEN_LETTER = "open_letter"
    THANK_YOU = "thank_you"
    FORM_LETTER = "form_letter"
    ENDORSEMENT = "endorsement"


@dataclass(frozen=True, slots=True, kw_only=True)
class WordLimits:
    """How long a letter may be, in words; both ends belong to the range."""

    maximum: int
    minimum: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A kind of letter that the writer can choose.

    Attributes:
        right_of_reply: Whether it is for people whom the paper has named; no frequency rule holds for it.
    """

    key: str
    title: str
    words: WordLimits
    right_of_reply: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedParticulars:
    """What the writer has to say of themselves; the name is always required."""

    email: Asking = Asking.REQUIRED
    phone: Asking = Asking.REQUIRED
    address: Asking = Asking.REQUIRED
    district: Asking = Asking.OPTIONAL
    name_withheld: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedDeclarations:
    """What the writer has to declare about the letter."""

    exclusive: Asking = Asking.OPTIONAL
    interest: Asking = Asking.OPTIONAL
    ai_use: Asking = Asking.OPTIONAL
    consent: Asking = Asking.OPTIONAL


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedArticle:
    """Whether a letter has to answer something the paper printed.

    Attributes:
        asked: Whether an article has to be named.
        link: Whether its address has to be given.
        within_days: Days after the article's date in which it can be answered; no limit where ``None``.
        sites: Hosts of the paper's own site; a link has to lead there. Anywhere will do where empty.
    """

    asked: Asking = Asking.OPTIONAL
    link: Asking = Asking.OPTIONAL
    within_days: int | None = None
    sites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What may be in a letter.

    Attributes:
        links: Whether web addresses may stand in the text.
        attachments: Whether an e-mail may have files with it.
        signatures_maximum: How many may sign one letter; no limit where ``None``.
        not_taken: Kinds of letters that the editor does not print.
        thanked_people_maximum: People that a letter of thanks may name.
        thanked_businesses_maximum: Businesses that a letter of thanks may name.
    """

    links: bool = True
    attachments: bool = True
    signatures_maximum: int | None = None
    not_taken: frozenset[Kind] = frozenset()
    thanked_people_maximum: int | None = None
    thanked_businesses_maximum: int | None = None


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


USUAL_DELAYS = MappingProxyType({MessageKind.DECISION: 10, MessageKind.APPROVAL: 2})
"""Minutes for which a message can be called back where a policy says nothing; none where not named.

A decision goes out with one press, and the second thought comes with the next letter.
"""
USUAL_APPROVAL_HOURS = 24
"""How long a writer has where a policy says nothing: a day, as a letters page is made every day."""


class Proof(StrEnum):
    """How a paper makes sure of a writer before it prints."""

    CALL = "call"
    EMAIL = "email"


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """What hangs on the link by which a writer confirms an e-mail address.

    Attributes:
        before_queue: Whether editors see a letter only once it is confirmed.
        lapse_hours: After how many hours such a letter lapses unconfirmed.
    """

    before_queue: bool = False
    lapse_hours: int = 72


@dataclass(frozen=True, slots=True, kw_only=True)
class Declining:
    """What a writer is told whose letter is not printed.

    Attributes:
        tells: Whether a writer is told at all, where the editor says nothing of it.
        texts: The paper's own words for a reason; the product's where a reason isn't named.
    """

    tells: bool = True
    texts: Mapping[DeclineReason, str] = field(default_factory=lambda: MappingProxyType({}))


GENERAL = "general"
"""What a form or a file may call a letter of no particular category."""
