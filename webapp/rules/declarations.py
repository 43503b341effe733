"""What the writer declares about the letter, and asks for themselves."""

from dataclasses import dataclass
from datetime import date

from webapp.rules.findings import Code, Notes
from webapp.rules.letter_text import read_line
from webapp.rules.policy import Policy
from webapp.rules.policy.sections import Asking
from webapp.rules.submission import Submission

LONGEST_STATEMENT = 1000
"""Characters of a declaration or a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """The writer's declarations; the texts are empty where nothing was said."""

    exclusive: bool
    interest: str
    ai_use: str
    withhold_name: bool
    withhold_reason: str
    consent: bool


def read_declarations(
    submission: Submission, policy: Policy, category: str, today: date, notes: Notes
) -> Declared:
    """Read what the writer declares, and note what the paper still wants to hear."""
    asked = policy.declarations
    interest = read_line(submission.interest, LONGEST_STATEMENT, Code.INTEREST_TOO_LONG, notes)
    ai_use = read_line(submission.ai_use, LONGEST_STATEMENT, Code.AI_USE_TOO_LONG, notes)
    reason = _read_withhold_reason(submission, policy, notes) if submission.withhold_name else ""
    _note_unticked(asked.exclusive, Code.EXCLUSIVE_NOT_DECLARED, ticked=submission.exclusive, notes=notes)
    _note_unticked(asked.consent, Code.CONSENT_NOT_GIVEN, ticked=submission.consent, notes=notes)
    barred = [role for election in policy.elections_on(category, today) for role in election.roles_barred]
    if not interest and (asked.interest is Asking.REQUIRED or barred):
        notes.refuse(Code.INTEREST_NOT_DECLARED)
    if any(role.casefold() in interest.casefold() for role in barred):
        notes.advise(Code.INTEREST_ROLE_BARRED)
    if asked.ai_use is Asking.REQUIRED and not ai_use:
        notes.refuse(Code.AI_USE_NOT_DECLARED)
    return Declared(
        exclusive=submission.exclusive,
        interest=interest,
        ai_use=ai_use,
        withhold_name=submission.withhold_name,
        withhold_reason=reason,
        consent=submission.consent,
    )


def _note_unticked(asking: Asking, code: Code, *, ticked: bool, notes: Notes) -> None:
    """A tick that the paper requires is the writer's to set; one it only asks for is worth a question."""
    if ticked or asking is Asking.OFF:
        return
    tell = notes.refuse if asking is Asking.REQUIRED else notes.advise
    tell(code)


def _read_withhold_reason(submission: Submission, policy: Policy, notes: Notes) -> str:
    reason = read_line(submission.withhold_reason, LONGEST_STATEMENT, Code.WITHHOLD_REASON_TOO_LONG, notes)
    if not policy.particulars.name_withheld:
        notes.refuse(Code.WITHHOLD_NAME_NOT_ALLOWED)
    elif not reason:
        notes.refuse(Code.WITHHOLD_REASON_MISSING)
    return reason
