"""The writer's declarations (exclusivity, interest, AI use, consent, withheld name); roles an election bars.

Required ones that are missing are refused, optional ones become advisories.
"""

from dataclasses import dataclass
from datetime import date

from webapp.rules.enums import Requirement
from webapp.rules.findings import Code, FindingCollector
from webapp.rules.letter_text import read_line
from webapp.rules.policy import Policy
from webapp.rules.submission import Submission

MAX_STATEMENT_LENGTH = 1000
"""Characters of the interest, the AI use or the reason for withholding the name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declarations:
    """The writer's declarations; a text is empty where the writer said nothing.

    Attributes:
        exclusive: Whether the letter goes to this paper alone.
        interest: The writer's interest in the matter, in one line.
        ai_use: How AI was used, in one line.
        withhold_name: Whether the name is to be left out in print.
        withhold_reason: Why; empty unless ``withhold_name``.
        consent: Whether the writer gave the consent that the form asks for.
    """

    exclusive: bool
    interest: str
    ai_use: str
    withhold_name: bool
    withhold_reason: str
    consent: bool


def read_declarations(
    submission: Submission, policy: Policy, category: str, today: date, collector: FindingCollector
) -> Declarations:
    """Read the declarations, and collect findings on those that are missing, too long or not allowed.

    A box that isn't ticked gives a refusal if it is required, an advisory if it is optional. If an
    election in force bars roles, an interest is required; one that contains the name of a role that the
    election or the paper bars, in any language of the policy and any case, gives an advisory. Declarations
    that the paper doesn't ask for, and texts that are too long, are returned whole.

    Args:
        submission: The fields as typed.
        policy: The paper's rules.
        category: The category's key; empty for a general letter. It selects the elections in force.
        today: The date at the paper.
        collector: Receives the findings.
    """
    requirements = policy.declarations
    interest = read_line(submission.interest, MAX_STATEMENT_LENGTH, Code.INTEREST_TOO_LONG, collector)
    ai_use = read_line(submission.ai_use, MAX_STATEMENT_LENGTH, Code.AI_USE_TOO_LONG, collector)
    reason = _read_withhold_reason(submission, policy, collector) if submission.withhold_name else ""
    _check_ticked(
        requirements.exclusive, Code.EXCLUSIVE_NOT_DECLARED, ticked=submission.exclusive, collector=collector
    )
    _check_ticked(
        requirements.consent, Code.CONSENT_NOT_GIVEN, ticked=submission.consent, collector=collector
    )
    if not interest and is_interest_required(policy, category, today):
        collector.refuse(Code.INTEREST_NOT_DECLARED)
    barred_roles = policy.roles_barred(category, today)
    if any(name.casefold() in interest.casefold() for role in barred_roles for name in role.texts.values()):
        collector.advise(Code.INTEREST_ROLE_BARRED)
    if requirements.ai_use is Requirement.REQUIRED and not ai_use:
        collector.refuse(Code.AI_USE_NOT_DECLARED)
    return Declarations(
        exclusive=submission.exclusive,
        interest=interest,
        ai_use=ai_use,
        withhold_name=submission.withhold_name,
        withhold_reason=reason,
        consent=submission.consent,
    )


def is_interest_required(policy: Policy, category: str, today: date) -> bool:
    """Return whether a letter of a category (empty for a general one) needs a declaration of interest.

    It does where the paper requires it, and where an election in force bars roles. Roles that a paper bars at
    any time need none: a letter by e-mail would be returned for lack of it.
    """
    return policy.declarations.interest is Requirement.REQUIRED or any(
        election.roles_barred for election in policy.elections_in_force(category, today)
    )


def _check_ticked(requirement: Requirement, code: Code, *, ticked: bool, collector: FindingCollector) -> None:
    """Add ``code`` if a box isn't ticked: a refusal if it is required, an advisory if it is optional."""
    if ticked or requirement is Requirement.OFF:
        return
    add_finding = collector.refuse if requirement is Requirement.REQUIRED else collector.advise
    add_finding(code)


def _read_withhold_reason(submission: Submission, policy: Policy, collector: FindingCollector) -> str:
    reason = read_line(
        submission.withhold_reason, MAX_STATEMENT_LENGTH, Code.WITHHOLD_REASON_TOO_LONG, collector
    )
    if not policy.particulars.name_withheld:
        collector.refuse(Code.WITHHOLD_NAME_NOT_ALLOWED)
    elif not reason:
        collector.refuse(Code.WITHHOLD_REASON_MISSING)
    return reason
