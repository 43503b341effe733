"""All signs at once, in one order."""

from dataclasses import dataclass
from enum import StrEnum

from webapp.rules.advisories.capitals import is_mostly_capitals
from webapp.rules.advisories.disposable_mailboxes import is_disposable
from webapp.rules.advisories.identity_numbers import count_and_blank_identity_numbers
from webapp.rules.advisories.layout import LONGEST_LOOKED_AT, lay_out
from webapp.rules.advisories.links import count_links
from webapp.rules.advisories.open_letters import is_open_letter
from webapp.rules.advisories.other_papers import addresses_other_paper
from webapp.rules.advisories.phone_numbers import count_phone_numbers
from webapp.rules.advisories.signatures import count_signatures
from webapp.rules.advisories.thank_you_lists import count_thanked
from webapp.rules.advisories.verse import is_verse
from webapp.rules.advisories.words_run_together import count_hidden_words
from webapp.rules.findings import Code, Notes
from webapp.rules.letter_text import LetterText
from webapp.rules.policy import Policy
from webapp.rules.policy.sections import Content
from webapp.rules.sender import Sender


class Sign(StrEnum):
    """What may be worth a look, in the order in which it is listed."""

    RUN_TOGETHER = "run_together"
    CAPITALS = "capitals"
    LINK = "link"
    VERSE = "verse"
    OPEN_LETTER = "open_letter"
    THANK_YOU = "thank_you"
    SIGNATURES = "signatures"
    OTHER_PAPER = "other_paper"
    PHONE_NUMBER = "phone_number"
    IDENTITY_NUMBER = "identity_number"


@dataclass(frozen=True, slots=True)
class Noticed:
    """One sign that a letter bears.

    Attributes:
        sign: Which.
        actual: How many words are hidden, links given, people thanked or signing, numbers given away;
            1 where it is a plain yes.
    """

    sign: Sign
    actual: int


def signs_of(body: str, headline: str, *, paper_title: str, country: str) -> tuple[Noticed, ...]:
    """Return the signs that a letter bears, in the order of `Sign`.

    Args:
        body: The letter, cleaned (see `webapp.rules.submission.clean_text`).
        headline: Its headline, in one line; may be empty.
        paper_title: The paper that it was sent to.
        country: Where its phone numbers are dialled from, in two capital letters.
    """
    layout = lay_out(body)
    headline = headline[:LONGEST_LOOKED_AT]
    identity_numbers, rest = count_and_blank_identity_numbers(layout.text)
    counts = {
        Sign.RUN_TOGETHER: count_hidden_words(layout.text),
        Sign.CAPITALS: int(is_mostly_capitals(layout.text)),
        Sign.LINK: count_links(layout.text),
        Sign.VERSE: int(is_verse(layout)),
        Sign.OPEN_LETTER: int(is_open_letter(layout, headline, paper_title)),
        Sign.THANK_YOU: count_thanked(layout, headline),
        Sign.SIGNATURES: count_signatures(layout),
        Sign.OTHER_PAPER: int(addresses_other_paper(layout, headline, paper_title)),
        Sign.PHONE_NUMBER: count_phone_numbers(rest, country),
        Sign.IDENTITY_NUMBER: identity_numbers,
    }
    return tuple(Noticed(sign, actual) for sign, actual in counts.items() if actual)


CODES: dict[Sign, Code] = {sign: Code(f"body.{sign.value}") for sign in Sign}


def note_signs(text: LetterText, policy: Policy, notes: Notes) -> None:
    """Note what an editor should look at in the copy; web addresses are refused where a paper takes none."""
    paper, content = policy.paper, policy.content
    for noticed in signs_of(text.body, text.headline, paper_title=paper.title, country=paper.country):
        limit = _limit(noticed, content)
        if noticed.sign is Sign.LINK and not content.links:
            notes.refuse(Code.BODY_LINK, actual=noticed.actual)
        elif limit and noticed.actual > limit:
            notes.advise(OVER_LIMIT[noticed.sign], limit=limit, actual=noticed.actual)
        else:
            notes.advise(CODES[noticed.sign], actual=noticed.actual)


OVER_LIMIT = {
    Sign.SIGNATURES: Code.BODY_TOO_MANY_SIGNATURES,
    Sign.THANK_YOU: Code.BODY_TOO_MANY_THANKED,
}


def _limit(noticed: Noticed, content: Content) -> int | None:
    if noticed.sign is Sign.SIGNATURES:
        return content.signatures_maximum
    if noticed.sign is Sign.THANK_YOU:
        # Whether a name is a person's or a business's is for the editor to see: the wider limit counts.
        limits = (content.thanked_people_maximum, content.thanked_businesses_maximum)
        return max((limit for limit in limits if limit), default=None)
    return None


def note_mailbox(sender: Sender, notes: Notes) -> None:
    """Note an e-mail address that is thrown away after use."""
    if sender.email and is_disposable(sender.email.key.rpartition("@")[2]):
        notes.advise(Code.EMAIL_DISPOSABLE)
