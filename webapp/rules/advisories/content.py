"""Makes advisories (`ContentAdvisory`) of what all detectors find in a letter; links may be a refusal."""

from dataclasses import dataclass
from enum import StrEnum

from webapp.rules.advisories.bank_accounts import count_and_blank_bank_accounts
from webapp.rules.advisories.capitals import is_mostly_capitals
from webapp.rules.advisories.email_addresses import count_email_addresses
from webapp.rules.advisories.endorsements import is_endorsement
from webapp.rules.advisories.identity_numbers import count_and_blank_identity_numbers
from webapp.rules.advisories.layout import MAX_EXAMINED_LENGTH, read_layout
from webapp.rules.advisories.links import count_links
from webapp.rules.advisories.missing_spaces import count_hidden_words
from webapp.rules.advisories.open_letters import is_open_letter
from webapp.rules.advisories.other_papers import addresses_other_paper
from webapp.rules.advisories.phone_numbers import count_phone_numbers
from webapp.rules.advisories.signatures import count_signatures
from webapp.rules.advisories.street_addresses import count_street_addresses
from webapp.rules.advisories.thank_you_letters import count_thanked_names
from webapp.rules.advisories.verse import is_verse
from webapp.rules.findings import Code, FindingCollector
from webapp.rules.letter_text import LetterText
from webapp.rules.policy import Policy
from webapp.rules.policy.sections.content import ContentRules


class ContentAdvisory(StrEnum):
    """The content advisories, in the order in which they are listed; a value is the reason part of a code."""

    RUN_TOGETHER = "run_together"
    CAPITALS = "capitals"
    LINK = "link"
    VERSE = "verse"
    OPEN_LETTER = "open_letter"
    THANK_YOU = "thank_you"
    ENDORSEMENT = "endorsement"
    SIGNATURES = "signatures"
    OTHER_PAPER = "other_paper"
    PHONE_NUMBER = "phone_number"
    EMAIL_ADDRESS = "email_address"
    STREET_ADDRESS = "street_address"
    BANK_ACCOUNT = "bank_account"
    IDENTITY_NUMBER = "identity_number"


@dataclass(frozen=True, slots=True)
class AdvisoryCount:
    """One content advisory on a letter.

    Attributes:
        advisory: Which.
        count: The number of hidden words, links, people thanked, signatures, addresses, phone, account or
            identity numbers; 1 for the advisories that count nothing.
    """

    advisory: ContentAdvisory
    count: int


CODES: dict[ContentAdvisory, Code] = {
    advisory: Code(f"body.{advisory.value}") for advisory in ContentAdvisory
}
CODES_OVER_LIMIT = {
    ContentAdvisory.SIGNATURES: Code.BODY_TOO_MANY_SIGNATURES,
    ContentAdvisory.THANK_YOU: Code.BODY_TOO_MANY_THANKED,
}
"""The codes used instead if the count is over the paper's limit."""


def content_advisories(
    body: str, headline: str, *, paper_title: str, country: str
) -> tuple[AdvisoryCount, ...]:
    """Return the content advisories on a letter, in the order of `ContentAdvisory`; an empty tuple if none.

    Body and headline are examined up to `MAX_EXAMINED_LENGTH` characters each. Digits counted as a bank
    account aren't counted as an identity number, nor these as a phone number.

    Args:
        body: The letter, cleaned (see `webapp.rules.text_cleaning.clean_text`).
        headline: Its headline, in one line; may be empty.
        paper_title: The title of the paper that it was sent to.
        country: ISO 3166-1 code, by whose rules phone numbers without a country code are parsed.
    """
    layout = read_layout(body)
    headline = headline[:MAX_EXAMINED_LENGTH]
    bank_accounts, remaining_text = count_and_blank_bank_accounts(layout.text)
    identity_numbers, remaining_text = count_and_blank_identity_numbers(remaining_text)
    counts = {
        ContentAdvisory.RUN_TOGETHER: count_hidden_words(layout.text),
        ContentAdvisory.CAPITALS: int(is_mostly_capitals(layout.text)),
        ContentAdvisory.LINK: count_links(layout.text),
        ContentAdvisory.VERSE: int(is_verse(layout)),
        ContentAdvisory.OPEN_LETTER: int(is_open_letter(layout, headline, paper_title)),
        ContentAdvisory.THANK_YOU: count_thanked_names(layout, headline),
        ContentAdvisory.ENDORSEMENT: int(is_endorsement(layout)),
        ContentAdvisory.SIGNATURES: count_signatures(layout),
        ContentAdvisory.OTHER_PAPER: int(addresses_other_paper(layout, headline, paper_title)),
        ContentAdvisory.PHONE_NUMBER: count_phone_numbers(remaining_text, country),
        ContentAdvisory.EMAIL_ADDRESS: count_email_addresses(layout.text),
        ContentAdvisory.STREET_ADDRESS: count_street_addresses(layout),
        ContentAdvisory.BANK_ACCOUNT: bank_accounts,
        ContentAdvisory.IDENTITY_NUMBER: identity_numbers,
    }
    return tuple(AdvisoryCount(advisory, count) for advisory, count in counts.items() if count)


def check_content(
    text: LetterText, policy: Policy, collector: FindingCollector, *, has_article_link: bool = False
) -> None:
    """Add the content advisories on the copy; a refusal instead for web addresses if the paper takes none.

    Too many of them are refused as well, and a text without any where the paper asks for a source, unless
    the letter has a link to an article (``has_article_link``).

    Signatures and people thanked get another code if they are more than the paper's limit: of its two limits
    of people and businesses thanked, the higher one. The kinds of letters that the paper doesn't take
    (``content.not_taken``) make no difference.
    """
    paper, content = policy.paper, policy.content
    advisories = content_advisories(text.body, text.headline, paper_title=paper.title, country=paper.country)
    has_source = has_article_link or any(found.advisory is ContentAdvisory.LINK for found in advisories)
    if content.source_required and not has_source:
        collector.refuse(Code.BODY_SOURCE_MISSING)
    for found in advisories:
        limit = _limit(found.advisory, content)
        if found.advisory is ContentAdvisory.LINK and not content.links:
            collector.refuse(Code.BODY_LINK, actual=found.count)
        elif found.advisory is ContentAdvisory.LINK and limit and found.count > limit:
            collector.refuse(Code.BODY_TOO_MANY_LINKS, limit=limit, actual=found.count)
        elif found.advisory is ContentAdvisory.LINK and (content.source_required or limit):
            # The paper's rules ask for web addresses, or say how many there may be.
            continue
        elif limit and found.count > limit:
            collector.advise(CODES_OVER_LIMIT[found.advisory], limit=limit, actual=found.count)
        else:
            collector.advise(CODES[found.advisory], actual=found.count)


def _limit(advisory: ContentAdvisory, content: ContentRules) -> int | None:
    if advisory is ContentAdvisory.SIGNATURES:
        return content.signatures_maximum
    if advisory is ContentAdvisory.LINK:
        return content.links_maximum
    if advisory is ContentAdvisory.THANK_YOU and content.thanked_maximum:
        return content.thanked_maximum
    if advisory is ContentAdvisory.THANK_YOU:
        # The detector can't tell people from businesses, so the higher of the two limits is used.
        limits = (content.thanked_people_maximum, content.thanked_businesses_maximum)
        return max((limit for limit in limits if limit), default=None)
    return None
