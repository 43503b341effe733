"""What the text of a letter, and its writer's mailbox, tell an editor who looks closely."""

from webapp.rules.findings import Code, Notes
from webapp.rules.letter_text import LetterText
from webapp.rules.policy import Policy
from webapp.rules.policy_letter import Content
from webapp.rules.sender import Sender
from webapp.rules.signs import Noticed, Sign, is_disposable, signs_of

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
