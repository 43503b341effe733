"""The engine: every channel's submissions are judged here and nowhere else."""

from dataclasses import dataclass
from datetime import date

from webapp.rules.advisories.content import note_mailbox, note_signs
from webapp.rules.article import Article, read_article
from webapp.rules.declarations import Declared, read_declarations
from webapp.rules.findings import Finding, Notes
from webapp.rules.frequency import EmptyRecord, WritersRecord, note_frequency
from webapp.rules.letter_text import LetterText, read_letter_text
from webapp.rules.policy import Policy
from webapp.rules.sender import Sender, read_sender
from webapp.rules.submission import Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedLetter:
    """A submission that met the rules, cleaned and read into values."""

    sender: Sender
    text: LetterText
    article: Article
    declared: Declared


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the paper's rules say of one submission.

    Attributes:
        word_count: Words in the body.
        findings: All findings at once, in the order of the form's fields.
        letter: The letter, where nothing was refused.
    """

    word_count: int
    findings: tuple[Finding, ...]
    letter: AcceptedLetter | None

    @property
    def accepted(self) -> bool:
        """Whether the submission meets the rules."""
        return self.letter is not None

    @property
    def refusals(self) -> tuple[Finding, ...]:
        """The findings that the writer can mend."""
        return tuple(finding for finding in self.findings if finding.is_refusal)

    @property
    def advisories(self) -> tuple[Finding, ...]:
        """The findings that are for the editor only."""
        return tuple(finding for finding in self.findings if not finding.is_refusal)


NO_RECORD: WritersRecord = EmptyRecord()


def check(submission: Submission, policy: Policy, today: date, record: WritersRecord = NO_RECORD) -> Verdict:
    """Judge ``submission`` by the rules of one paper.

    Args:
        submission: The letter as typed.
        policy: The paper's rules.
        today: The date at the paper, in its own time zone.
        record: What the desk remembers of who wrote before.
    """
    notes = Notes()
    sender = read_sender(submission, policy, notes)
    text = read_letter_text(submission, policy, today, notes)
    article = read_article(submission, policy, text.category, today, notes)
    declared = read_declarations(submission, policy, text.category, today, notes)
    note_signs(text, policy, notes)
    if sender:
        note_mailbox(sender, notes)
        note_frequency(sender, text.category, policy, today, record, notes)
    findings = notes.in_field_order()
    letter = None
    if sender and not any(finding.is_refusal for finding in findings):
        letter = AcceptedLetter(sender=sender, text=text, article=article, declared=declared)
    return Verdict(word_count=text.word_count, findings=findings, letter=letter)
