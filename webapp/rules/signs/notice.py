"""All signs at once, in one order."""

from dataclasses import dataclass
from enum import StrEnum

from webapp.rules.signs.capitals import is_mostly_capitals
from webapp.rules.signs.identity_numbers import count_and_blank_identity_numbers
from webapp.rules.signs.layout import LONGEST_LOOKED_AT, lay_out
from webapp.rules.signs.links import count_links
from webapp.rules.signs.open_letters import is_open_letter
from webapp.rules.signs.other_papers import addresses_other_paper
from webapp.rules.signs.phone_numbers import count_phone_numbers
from webapp.rules.signs.run_together import count_hidden_words
from webapp.rules.signs.signatures import count_signatures
from webapp.rules.signs.thanks import count_thanked
from webapp.rules.signs.verse import is_verse


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
