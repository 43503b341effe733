"""Sections of a policy: frozen dataclasses for most tables of a policy file, their enums, and defaults."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from webapp.rules.enums import DeclineReason, MessageKind
from webapp.rules.findings import Severity


class Requirement(StrEnum):
    """Whether a field is required, optional, or not asked for (off)."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    OFF = "off"


class LetterKind(StrEnum):
    """Kinds of letters that a paper may say it doesn't print."""

    VERSE = "verse"
    OPEN_LETTER = "open_letter"
    THANK_YOU = "thank_you"
    FORM_LETTER = "form_letter"
    ENDORSEMENT = "endorsement"


@dataclass(frozen=True, slots=True, kw_only=True)
class WordLimits:
    """The length of a letter in words; both limits are inclusive."""

    maximum: int
    minimum: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A category of letters that the writer can choose.

    Attributes:
        key: Identifies the category in the form, the API and the store.
        title: Its name in the form.
        words: Its word limits.
        right_of_reply: Whether it is for people whom the paper has named; frequency rules don't apply to it.
    """

    key: str
    title: str
    words: WordLimits
    right_of_reply: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticularsRequirements:
    """Which particulars are required of the writer; the name always is.

    Attributes:
        name_withheld: Whether a writer may ask for the name to be left out in print.
    """

    email: Requirement = Requirement.REQUIRED
    phone: Requirement = Requirement.REQUIRED
    address: Requirement = Requirement.REQUIRED
    district: Requirement = Requirement.OPTIONAL
    name_withheld: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarationRequirements:
    """Which declarations are required of the writer; an optional box left empty still gives an advisory."""

    exclusive: Requirement = Requirement.OPTIONAL
    interest: Requirement = Requirement.OPTIONAL
    ai_use: Requirement = Requirement.OPTIONAL
    consent: Requirement = Requirement.OPTIONAL


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRequirements:
    """Whether a letter has to reply to an article of the paper.

    Attributes:
        asked: Whether an article has to be named.
        link: Whether a reply has to give the article's URL.
        within_days: Days after the article's date within which a reply is accepted; no limit if ``None``.
        sites: Host names of the paper's site, on which (or on a subdomain) the URL has to be; any host if
            empty.
    """

    asked: Requirement = Requirement.OPTIONAL
    link: Requirement = Requirement.OPTIONAL
    within_days: int | None = None
    sites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentRules:
    """What a letter may contain. Only ``links`` and ``attachments`` can lead to a refusal.

    Attributes:
        links: Whether the text may contain web addresses.
        attachments: Whether an e-mail may have attachments.
        signatures_maximum: The most people that may sign one letter; no limit if ``None``.
        not_taken: Kinds of letters that the paper doesn't print, for the rules over its form.
        thanked_people_maximum: The most people that a letter of thanks may name; no limit if ``None``.
        thanked_businesses_maximum: The most businesses that a letter of thanks may name; no limit if
            ``None``.
    """

    links: bool = True
    attachments: bool = True
    signatures_maximum: int | None = None
    not_taken: frozenset[LetterKind] = frozenset()
    thanked_people_maximum: int | None = None
    thanked_businesses_maximum: int | None = None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Election:
    """Restrictions on letters in the weeks before an election; all dates are inclusive.

    Attributes:
        begins: The first day of the restrictions.
        polling_day: Their last day.
        categories: The keys of the categories that they apply to; all letters if empty.
        words_maximum: A lower word limit; no effect if it is above the category's.
        cut_off: The day from which letters are refused, until polling day.
        replies_only_from: The day from which a letter has to reply to an article.
        replies_only_until: The last day on which it has to; polling day if ``None``.
        roles_barred: Who may not write, in words, for example “candidate”. The writer has to declare an
            interest, and one that mentions such a word is shown to the editor.
    """

    begins: date
    polling_day: date
    categories: tuple[str, ...] = ()
    words_maximum: int | None = None
    cut_off: date | None = None
    replies_only_from: date | None = None
    replies_only_until: date | None = None
    roles_barred: tuple[str, ...] = ()

    def applies_to(self, category_key: str, today: date) -> bool:
        """Return whether the restrictions apply to the category on ``today``.

        A general letter, with an empty key, isn't covered if the election names categories.
        """
        is_covered = not self.categories or category_key in self.categories
        return is_covered and self.begins <= today <= self.polling_day

    def is_closed(self, today: date) -> bool:
        """Return whether the cut-off has been reached; the polling day isn't considered."""
        return self.cut_off is not None and self.cut_off <= today

    def accepts_replies_only(self, today: date) -> bool:
        """Return whether a letter has to reply to an article on ``today``; the category isn't considered."""
        if self.replies_only_from is None:
            return False
        return self.replies_only_from <= today <= (self.replies_only_until or self.polling_day)


DEFAULT_MESSAGE_DELAYS = MappingProxyType({MessageKind.DECISION: 10, MessageKind.APPROVAL: 2})
"""Minutes before a message is sent, in which it can be cancelled, if a policy sets none; 0 for other kinds.

A decision is made with one key press, and editors notice a mistake when they read the next letter.
"""
DEFAULT_APPROVAL_HOURS = 24
"""Hours until the deadline of an approval where a policy sets none: a day, as a letters page is made every
day."""


class VerificationMethod(StrEnum):
    """A way of verifying the writer before printing: a phone call, or a confirmed e-mail address."""

    CALL = "call"
    EMAIL = "email"


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """What depends on the writer's confirmation of the e-mail address, by a link.

    Attributes:
        before_queue: Whether a letter enters the editors' queue only once its address is confirmed.
        lapse_hours: Hours after which such a letter lapses if it isn't confirmed.
    """

    before_queue: bool = False
    lapse_hours: int = 72


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineMessages:
    """The message to a writer whose letter is declined.

    Attributes:
        tell_writer: Whether a message is sent, if the editor doesn't choose.
        texts: The paper's own text for a reason; the product's text for the reasons that aren't named.
    """

    tell_writer: bool = True
    texts: Mapping[DeclineReason, str] = field(default_factory=lambda: MappingProxyType({}))


GENERAL_CATEGORY = "general"
"""The key that a form or a file may use for a letter without a category; it is stored as an empty string."""
