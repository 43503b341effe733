"""One paper's rules as data: what its form prints and what the engine enforces."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from webapp.rules.policy.sections import (
    USUAL_APPROVAL_HOURS,
    USUAL_DELAYS,
    AskedArticle,
    AskedDeclarations,
    AskedParticulars,
    Category,
    Confirmation,
    Content,
    Declining,
    Election,
    Frequency,
    Proof,
    WordLimits,
)
from webapp.rules.states import MessageKind, State

EVERY_DAY = frozenset(range(7))


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """The title that the letters go to, and how a reader reaches its letters desk.

    Attributes:
        issue_days: Weekdays on which the paper comes out; Monday is 0.
        house_text: What the paper wants to say of its letters in its own words.
    """

    slug: str
    title: str
    country: str
    language: str
    time_zone: ZoneInfo
    issue_days: frozenset[int] = EVERY_DAY
    email: str = ""
    telephone: str = ""
    address: str = ""
    house_text: str = ""

    def day_of(self, moment: datetime) -> date:
        """Return the date at the paper."""
        return moment.astimezone(self.time_zone).date()

    def next_issue(self, after: date) -> date:
        """Return the first day behind ``after`` on which the paper comes out."""
        days = (after + timedelta(days=ahead) for ahead in range(1, 8))
        return next(day for day in days if self.comes_out_on(day))

    def comes_out_on(self, day: date) -> bool:
        """Tell whether the paper has an issue that day."""
        return day.weekday() in self.issue_days


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Everything that one paper asks of a letter.

    Attributes:
        proofs: What has to be done before a letter is printed; all of them.
        approval_hours: How long the desk waits for a writer to approve an edited version.
        message_delays: Minutes for which each kind of message can be called back; `USUAL_DELAYS` where not
            named.
        retention_days: How long particulars are kept in each state; for good where a state isn't named.
    """

    paper: Paper
    words: WordLimits
    categories: tuple[Category, ...] = ()
    particulars: AskedParticulars = field(default_factory=AskedParticulars)
    declarations: AskedDeclarations = field(default_factory=AskedDeclarations)
    article: AskedArticle = field(default_factory=AskedArticle)
    frequency: tuple[Frequency, ...] = ()
    content: Content = field(default_factory=Content)
    elections: tuple[Election, ...] = ()
    proofs: frozenset[Proof] = frozenset()
    confirmation: Confirmation = field(default_factory=Confirmation)
    declining: Declining = field(default_factory=Declining)
    approval_hours: int = USUAL_APPROVAL_HOURS
    message_delays: Mapping[MessageKind, int] = field(default_factory=lambda: MappingProxyType({}))
    retention_days: Mapping[State, int] = field(default_factory=lambda: MappingProxyType({}))

    def category(self, key: str) -> Category | None:
        """Return the category that ``key`` names, if the paper has it."""
        return next((category for category in self.categories if category.key == key), None)

    def is_right_of_reply(self, category_key: str) -> bool:
        """Tell whether letters of that category are by people whom the paper has named."""
        category = self.category(category_key)
        return category is not None and category.right_of_reply

    def elections_on(self, category_key: str, today: date) -> tuple[Election, ...]:
        """Return the elections that a letter of that category stands under on that day; all of them hold."""
        return tuple(each for each in self.elections if each.concerns(category_key, today))

    def closed_until(self, category_key: str, today: date) -> date | None:
        """Return the day on which letters of that category are taken again; nothing where they are today."""
        day = today
        while closed := [each for each in self.elections_on(category_key, day) if each.is_closed(day)]:
            day = max(election.polling_day for election in closed) + timedelta(days=1)
        return day if day > today else None

    def word_limits(self, category_key: str, today: date) -> WordLimits:
        """Return the limits for a letter of that category on that day."""
        category = self.category(category_key)
        limits = category.words if category else self.words
        lower = (
            election.words_maximum or limits.maximum for election in self.elections_on(category_key, today)
        )
        maximum = min([limits.maximum, *lower])
        return WordLimits(maximum=maximum, minimum=min(limits.minimum, maximum))

    def message_delay(self, kind: MessageKind) -> timedelta:
        """Return how long a message of that kind can be called back."""
        return timedelta(minutes=self.message_delays.get(kind, USUAL_DELAYS.get(kind, 0)))

    def proofs_lacking(self, done: frozenset[Proof]) -> frozenset[Proof]:
        """Return what has still to be done before a letter is printed; an e-mail stands for no call."""
        return self.proofs - done
