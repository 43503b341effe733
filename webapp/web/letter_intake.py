"""The way in for the form and the API: intake with a daily limit for each e-mail address.

Each stored letter sends a receipt, and the address may be that of somebody who never wrote.
"""

from limits import RateLimitItemPerDay

from webapp.letters.intake.intake import Arrival, Receipt
from webapp.rules.emails import read_email
from webapp.rules.findings import RefusedError
from webapp.rules.policy import Policy
from webapp.rules.submission import Submission
from webapp.web.limits import count_hit, digest, hits_so_far, seconds_until_free
from webapp.web.services import services

LETTERS_PER_MAILBOX = RateLimitItemPerDay(40)
"""Stored ones. A teacher's address may stand under the letters of a class."""
CONFIRMATIONS_PER_MAILBOX = RateLimitItemPerDay(10)
"""Sent again, for whichever of its letters."""


class MailboxFullError(Exception):
    """As many letters as one mailbox can have were stored with its address lately."""

    def __init__(self, seconds: int) -> None:
        super().__init__("the mailbox is full")
        self.seconds = seconds
        """After which there is room again."""


def receive_letter(submission: Submission, policy: Policy, arrival: Arrival) -> Receipt:
    """Take a submission in as `Intake.receive` does, unless its mailbox has had its share.

    Raises:
        MailboxFullError: it has, and this letter was not stored before.
        ReturnedError: it breaks rules; the verdict says which.
        AlreadySentError: another letter came from the same form before.
        StoreAwayError: the store can't be reached.
    """
    intake, key = services().intake, _key(submission.email)
    mailbox = digest("mailbox", key)
    if key and hits_so_far(LETTERS_PER_MAILBOX, mailbox) >= LETTERS_PER_MAILBOX.amount:
        if again := intake.here_already(submission, policy, arrival):
            return again
        raise MailboxFullError(seconds_until_free(LETTERS_PER_MAILBOX, mailbox))
    receipt = intake.receive(submission, policy, arrival)
    if key and not receipt.repeated:
        count_hit(LETTERS_PER_MAILBOX, mailbox)
    return receipt


def may_confirm_again(email: str) -> bool:
    """Count a confirm message that is asked for once more; tell whether one more may go to the mailbox."""
    return count_hit(CONFIRMATIONS_PER_MAILBOX, digest("confirmations", _key(email)))


def _key(email: str) -> str:
    """Return what the mailbox is known by; nothing where there is none."""
    try:
        return read_email(email).key
    except RefusedError:
        return ""
