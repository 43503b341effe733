"""`check()` applies all rules of a paper to a submission, for every channel; `Verdict`, `AcceptedLetter`."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date

from webapp.rules.advisories.content import check_content
from webapp.rules.advisories.disposable_mailboxes import check_mailbox
from webapp.rules.advisories.name_field import check_name
from webapp.rules.answers import read_answers
from webapp.rules.article import Article, read_article
from webapp.rules.declarations import Declarations, read_declarations
from webapp.rules.findings import Finding, FindingCollector
from webapp.rules.frequency import EmptyRecord, WritersRecord, check_frequency
from webapp.rules.lengths import Length
from webapp.rules.letter_text import LetterText, read_letter_text
from webapp.rules.policy import Policy
from webapp.rules.sender import Sender, read_sender
from webapp.rules.submission import Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedLetter:
    """A submission without refusals: its fields cleaned, parsed and normalised."""

    sender: Sender
    answers: Mapping[str, str]
    text: LetterText
    article: Article
    declarations: Declarations


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The result of checking one submission.

    Attributes:
        word_count: Words in the body, whatever the paper counts.
        length: The length of the body in the paper's unit.
        findings: All refusals and advisories, in the order of the form's fields.
        letter: The parsed letter; ``None`` if there is any refusal.
    """

    word_count: int
    length: Length
    findings: tuple[Finding, ...]
    letter: AcceptedLetter | None

    @property
    def accepted(self) -> bool:
        """Whether the submission has no refusal."""
        return self.letter is not None

    @property
    def refusals(self) -> tuple[Finding, ...]:
        """The findings that block the submission until the writer corrects it."""
        return tuple(finding for finding in self.findings if finding.is_refusal)

    @property
    def advisories(self) -> tuple[Finding, ...]:
        """The findings that don't block; for the editor, and in the answers of API and command line."""
        return tuple(finding for finding in self.findings if not finding.is_refusal)


NO_RECORD: WritersRecord = EmptyRecord()
"""A record of earlier letters with no letter in it: no frequency rule can apply."""


def check(
    submission: Submission,
    policy: Policy,
    today: date,
    record: WritersRecord = NO_RECORD,
    *,
    disposable_domains: Container[str] = frozenset(),
) -> Verdict:
    """Check a submission against the rules of one paper.

    All rules are applied, even after a refusal, so that the writer sees every finding at once. The exception:
    without a name that `read_name` accepts, the mailbox and frequency rules are skipped and ``record`` is not
    queried. Nothing is stored.

    Args:
        submission: The fields as the writer typed them.
        policy: The paper's rules.
        today: The current date in the paper's time zone.
        record: Looks up the writer's earlier letters for the frequency rules; queried at most once, and not
            if the paper has no such rule or the category is a right of reply.
        disposable_domains: Domains in lower case whose mailboxes are disposable, for an advisory.
    """
    collector = FindingCollector()
    sender = read_sender(submission, policy, collector)
    country = sender.country if sender else policy.paper.country
    answers = read_answers(submission, policy, country, collector)
    text = read_letter_text(submission, policy, today, collector)
    article = read_article(submission, policy, text.category, today, collector)
    declarations = read_declarations(submission, policy, text.category, today, collector)
    check_content(text, policy, collector, has_article_link=bool(article.url))
    if sender:
        check_name(sender.name.text, policy.writers.organisations, collector)
        check_mailbox(sender, disposable_domains, collector)
        check_frequency(sender, text.category, policy, today, record, collector)
    findings = collector.in_field_order()
    letter = None
    if sender and not any(finding.is_refusal for finding in findings):
        letter = AcceptedLetter(
            sender=sender, answers=answers, text=text, article=article, declarations=declarations
        )
    return Verdict(word_count=text.word_count, length=text.length, findings=findings, letter=letter)
