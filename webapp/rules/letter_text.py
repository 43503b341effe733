"""The letter itself: its headline, its body and the kind it belongs to."""

from dataclasses import dataclass
from datetime import date

from webapp.rules.findings import Code, Notes, RefusedError
from webapp.rules.policy import Policy
from webapp.rules.policy.sections import GENERAL, WordLimits
from webapp.rules.submission import Submission, clean_line, clean_text
from webapp.rules.words import count_words

LONGEST_BODY = 40_000
"""Characters. A paper's cap is in words; this only bounds what one request can make the desk keep."""

LONGEST_HEADLINE = 200
"""Characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterText:
    """The copy as the writer sent it, cleaned.

    Attributes:
        headline: In one line; empty where the writer gave none.
        body: Paragraphs with plain line ends.
        word_count: Words in the body.
        category: The key of the paper's category; empty for a general letter.
    """

    headline: str
    body: str
    word_count: int
    category: str


def read_letter_text(submission: Submission, policy: Policy, today: date, notes: Notes) -> LetterText:
    """Read the copy and hold it against the paper's limits of the day."""
    body = clean_text(submission.body)
    category = notes.read(read_category, submission.category, policy) or ""
    text = LetterText(
        headline=read_line(submission.headline, LONGEST_HEADLINE, Code.HEADLINE_TOO_LONG, notes),
        body=body,
        word_count=count_words(body),
        category=category,
    )
    notes.read(_hold_against_limits, text, policy.word_limits(category, today))
    if again_from := policy.closed_until(category, today):
        notes.refuse(Code.BODY_ELECTION_CLOSED, again_from=again_from.isoformat())
    if policy.is_right_of_reply(category):
        notes.advise(Code.CATEGORY_RIGHT_OF_REPLY)
    if submission.attachments and not policy.content.attachments:
        notes.refuse(Code.ATTACHMENTS_NOT_TAKEN)
    return text


def _hold_against_limits(text: LetterText, limits: WordLimits) -> None:
    words = text.word_count
    if words == 0:
        raise RefusedError(Code.BODY_MISSING)
    if words > limits.maximum:
        raise RefusedError(Code.BODY_TOO_LONG, limit=limits.maximum, actual=words)
    if words < limits.minimum:
        raise RefusedError(Code.BODY_TOO_SHORT, limit=limits.minimum, actual=words)
    if len(text.body) > LONGEST_BODY:
        raise RefusedError(Code.BODY_TOO_MANY_CHARACTERS, limit=LONGEST_BODY, actual=len(text.body))


def read_category(typed: str, policy: Policy) -> str:
    """Return the key of the category that the writer chose; empty for a general letter.

    Raises:
        RefusedError: the paper has no such category.
    """
    key = clean_line(typed)
    if key in {"", GENERAL} or policy.category(key):
        return "" if key == GENERAL else key
    raise RefusedError(Code.CATEGORY_UNKNOWN)


def read_line(typed: str, longest: int, too_long: Code, notes: Notes) -> str:
    """Return ``typed`` as one clean line; note ``too_long`` where it has over ``longest`` characters."""
    line = clean_line(typed)
    if len(line) > longest:
        notes.refuse(too_long, limit=longest, actual=len(line))
    return line
