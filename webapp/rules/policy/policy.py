"""`Policy`: all rules and settings of one paper, and what applies to a kind of letter on a day."""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType

from webapp.rules.enums import MessageKind, Requirement, State
from webapp.rules.policy.localized_text import LocalizedText
from webapp.rules.policy.sections.article import ArticleRequirements
from webapp.rules.policy.sections.categories import Category
from webapp.rules.policy.sections.content import ContentRules
from webapp.rules.policy.sections.correspondence import (
    DEFAULT_APPROVAL_HOURS,
    DEFAULT_MESSAGE_DELAYS,
    Confirmation,
    DeclineMessages,
    VerificationMethod,
    VerificationRequirements,
)
from webapp.rules.policy.sections.deadlines import Deadline
from webapp.rules.policy.sections.elections import Election
from webapp.rules.policy.sections.frequency import FrequencyRule
from webapp.rules.policy.sections.length import LengthLimits, LengthUnit
from webapp.rules.policy.sections.paper import Paper
from webapp.rules.policy.sections.particulars import DeclarationRequirements, ParticularsRequirements
from webapp.rules.policy.sections.questions import Question
from webapp.rules.policy.sections.writers import WriterRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All rules and settings of one paper.

    Attributes:
        length: How long a general letter may be; each category has its own limits.
        writers: Who may write to it.
        questions: What else it asks its writers.
        elections: Restrictions in the weeks before elections.
        verification: The verifications that are required before a letter is printed.
        approval_hours: Hours until the deadline by which a writer should approve an edited version.
        message_delays: Minutes before a message is sent, in which it can be cancelled, by kind;
            `DEFAULT_MESSAGE_DELAYS` for the kinds that aren't named.
        retention_days: Days for which particulars are kept, by state; without limit in the states that aren't
            named.
    """

    paper: Paper
    length: LengthLimits
    categories: tuple[Category, ...] = ()
    particulars: ParticularsRequirements = field(default_factory=ParticularsRequirements)
    writers: WriterRules = field(default_factory=WriterRules)
    questions: tuple[Question, ...] = ()
    declarations: DeclarationRequirements = field(default_factory=DeclarationRequirements)
    article: ArticleRequirements = field(default_factory=ArticleRequirements)
    frequency: tuple[FrequencyRule, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    content: ContentRules = field(default_factory=ContentRules)
    elections: tuple[Election, ...] = ()
    verification: VerificationRequirements = field(default_factory=VerificationRequirements)
    confirmation: Confirmation = field(default_factory=Confirmation)
    declining: DeclineMessages = field(default_factory=DeclineMessages)
    approval_hours: int = DEFAULT_APPROVAL_HOURS
    message_delays: Mapping[MessageKind, int] = field(default_factory=lambda: MappingProxyType({}))
    retention_days: Mapping[State, int] = field(default_factory=lambda: MappingProxyType({}))

    def category(self, key: str) -> Category | None:
        """Return the category with this key; ``None`` if the paper has none."""
        return next((category for category in self.categories if category.key == key), None)

    @property
    def asked_questions(self) -> tuple[Question, ...]:
        """The questions of the form, without those that are off."""
        return tuple(each for each in self.questions if each.required is not Requirement.OFF)

    @property
    def length_units(self) -> frozenset[LengthUnit]:
        """The units in which letters of any kind are counted."""
        return frozenset(limits.unit for limits in (self.length, *(each.length for each in self.categories)))

    def is_right_of_reply(self, category_key: str) -> bool:
        """Return whether the category is a right of reply; false for an unknown or empty key."""
        category = self.category(category_key)
        return category is not None and category.right_of_reply

    def elections_in_force(self, category_key: str, today: date) -> tuple[Election, ...]:
        """Return the elections that restrict letters of the category on ``today``, in the policy's order."""
        return tuple(election for election in self.elections if election.applies_to(category_key, today))

    def roles_barred(self, category_key: str, today: date) -> tuple[LocalizedText, ...]:
        """Return who may not write a letter of the category on ``today``: always, and before an election."""
        elections = self.elections_in_force(category_key, today)
        return (*self.writers.roles_barred, *(role for each in elections for role in each.roles_barred))

    def closed_until(self, category_key: str, today: date) -> date | None:
        """Return the first day after ``today`` on which no election closes the category to letters.

        ``None`` if none does on ``today``.
        """
        day = today
        while closed := [
            election for election in self.elections_in_force(category_key, day) if election.is_closed(day)
        ]:
            day = max(election.polling_day for election in closed) + timedelta(days=1)
        return day if day > today else None

    def length_limits(self, category_key: str, today: date) -> LengthLimits:
        """Return how long a letter of the category may be on ``today``; a general one for an unknown key.

        An election in force can lower the maximum, never raise it; neither the minimum nor the preferred
        length is above the maximum.
        """
        category = self.category(category_key)
        limits = category.length if category else self.length
        maximums = [limits.maximum] + [
            election.length_maximum for election in self.elections_in_force(category_key, today)
        ]
        maximum = min((each for each in maximums if each is not None), default=None)
        if maximum is None:
            return limits
        return dataclasses.replace(
            limits,
            maximum=maximum,
            minimum=min(limits.minimum, maximum),
            preferred=limits.preferred if limits.preferred and limits.preferred < maximum else None,
        )

    def message_delay(self, kind: MessageKind) -> timedelta:
        """Return how long a message of this kind waits before it is sent, and can be cancelled.

        Zero for the kinds that neither the policy nor `DEFAULT_MESSAGE_DELAYS` names.
        """
        return timedelta(minutes=self.message_delays.get(kind, DEFAULT_MESSAGE_DELAYS.get(kind, 0)))

    def missing_verification(self, done: frozenset[VerificationMethod]) -> frozenset[VerificationMethod]:
        """Return the verifications still required before a letter is printed."""
        return self.verification.missing(done)


def policies_by_slug(policies: Iterable[Policy]) -> dict[str, Policy]:
    """Return the policies by the slugs of their papers, the former slugs too."""
    return {slug: policy for policy in policies for slug in policy.paper.slugs}
