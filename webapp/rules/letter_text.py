"""The letter's headline, body and category: cleaning, limits, election cut-offs; attachments and copies."""

from dataclasses import dataclass
from datetime import date

from webapp.rules.findings import Code, FindingCollector, Number, RefusedError
from webapp.rules.lengths import Length, count_characters, count_unspaced_letters, measure
from webapp.rules.policy import Paper, Policy
from webapp.rules.policy.limits import MAX_CHARACTER_LIMIT
from webapp.rules.policy.sections.categories import GENERAL_CATEGORY
from webapp.rules.policy.sections.length import LengthLimits, LengthUnit
from webapp.rules.submission import Submission
from webapp.rules.text_cleaning import clean_line, clean_text
from webapp.rules.words import count_words

MAX_BODY_LENGTH = MAX_CHARACTER_LIMIT
"""Characters, whatever the paper's own limit: it bounds what one request can store."""

_MAX_TYPED_LENGTH = 1_500_000
"""Characters as typed; more, which only a file can have, are refused unread."""

MAX_HEADLINE_LENGTH = 200
"""Characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterText:
    """The copy as the writer sent it, cleaned; whole even if it was refused as too long.

    Attributes:
        headline: In one line; empty if the writer gave none.
        body: The text with LF line ends; paragraphs are kept. As typed if it was refused unread.
        word_count: Words in the body; 0 if it was refused unread.
        length: Its length in the paper's unit; 0 if it was refused unread.
        category: The key of one of the paper's categories; empty for a general letter, or if it was refused.
    """

    headline: str
    body: str
    word_count: int
    length: Length
    category: str


def read_letter_text(
    submission: Submission, policy: Policy, today: date, collector: FindingCollector
) -> LetterText:
    """Read headline, body and category, and collect findings on them.

    Checks the limits and election cut-offs that apply to the category on ``today``, those of a general letter
    if the category is unknown; at most one finding is about the length of the body. Refuses attachments where
    the paper takes none, and adds an advisory to a right of reply, and to an e-mail that went to others where
    the paper wants none copied.

    Args:
        submission: The fields as typed.
        policy: The paper's rules.
        today: The date at the paper.
        collector: Receives the findings.
    """
    is_read = len(submission.body) <= _MAX_TYPED_LENGTH
    body = clean_text(submission.body) if is_read else submission.body
    category = collector.read_or_refuse(read_category, submission.category, policy) or ""
    limits = policy.length_limits(category, today)
    word_count = count_words(body) if is_read else 0
    if limits.unit is LengthUnit.WORDS or not is_read:
        length = Length(limits.unit, word_count)
    else:
        length = measure(body, limits)
    text = LetterText(
        headline=read_line(submission.headline, MAX_HEADLINE_LENGTH, Code.HEADLINE_TOO_LONG, collector),
        body=body,
        word_count=word_count,
        length=length,
        category=category,
    )
    collector.read_or_refuse(_check_length, text, limits)
    if length.unit is LengthUnit.WORDS and is_read:
        _advise_on_unspaced_script(body, collector)
    if again_from := policy.closed_until(category, today):
        collector.refuse(Code.BODY_ELECTION_CLOSED, again_from=again_from.isoformat())
    if policy.is_right_of_reply(category):
        collector.advise(Code.CATEGORY_RIGHT_OF_REPLY)
    if submission.attachments and not policy.content.attachments:
        collector.refuse(Code.ATTACHMENTS_NOT_TAKEN)
    if not policy.content.copies and (copied := count_copies(submission, policy.paper)):
        collector.advise(Code.COPIES_NOT_WANTED, actual=copied)
    return text


def count_copies(submission: Submission, paper: Paper) -> int:
    """Return to how many addresses an e-mail went besides the paper's and the writer's own.

    All addresses in the domain of the paper's own are the paper's; where its policy names none, one of the
    others is taken for it.
    """
    others = set(submission.copies.casefold().split()) - {submission.email.strip().casefold()}
    paper_domain = paper.email.casefold().rpartition("@")[2]
    if not paper_domain:
        return max(len(others) - 1, 0)
    return sum(not f".{address.rpartition('@')[2]}".endswith(f".{paper_domain}") for address in others)


def _advise_on_unspaced_script(body: str, collector: FindingCollector) -> None:
    """Add an advisory if most of the text is in a script whose words can't be counted."""
    unspaced = count_unspaced_letters(body)
    if unspaced and 2 * unspaced > (characters := count_characters(body, with_spaces=False)):
        collector.advise(Code.BODY_UNSPACED_SCRIPT, actual=characters)


def _check_length(text: LetterText, limits: LengthLimits) -> None:
    actual = text.length.actual
    # Where words are counted the finding has no unit: clients that know of none go on working.
    unit: dict[str, Number] = {} if limits.unit is LengthUnit.WORDS else {"unit": limits.unit.value}
    if len(text.body) > _MAX_TYPED_LENGTH:
        raise RefusedError(Code.BODY_TOO_MANY_CHARACTERS, limit=MAX_BODY_LENGTH, actual=len(text.body))
    if text.word_count == 0:
        raise RefusedError(Code.BODY_MISSING)
    if limits.maximum is not None and actual > limits.maximum:
        raise RefusedError(Code.BODY_TOO_LONG, limit=limits.maximum, actual=actual, **unit)
    if actual < limits.minimum:
        raise RefusedError(Code.BODY_TOO_SHORT, limit=limits.minimum, actual=actual, **unit)
    if len(text.body) > MAX_BODY_LENGTH:
        raise RefusedError(Code.BODY_TOO_MANY_CHARACTERS, limit=MAX_BODY_LENGTH, actual=len(text.body))


def read_category(typed: str, policy: Policy) -> str:
    """Return the key of the chosen category; empty for a general letter, also if "general" was typed.

    Raises:
        RefusedError: The paper has no such category.
    """
    key = clean_line(typed)
    if key in {"", GENERAL_CATEGORY} or policy.category(key):
        return "" if key == GENERAL_CATEGORY else key
    raise RefusedError(Code.CATEGORY_UNKNOWN)


def read_line(typed: str, longest: int, too_long: Code, collector: FindingCollector) -> str:
    """Return ``typed`` cleaned and in one line, whatever its length.

    Args:
        typed: Any one-line field.
        longest: The limit in characters, after cleaning.
        too_long: The refusal that is added if the line is longer.
        collector: Receives it.
    """
    line = clean_line(typed)
    if len(line) > longest:
        collector.refuse(too_long, limit=longest, actual=len(line))
    return line
