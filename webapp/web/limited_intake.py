"""Receiving a letter from form or API within a daily limit per e-mail address; limit of confirmations sent.

Each stored letter sends a receipt to the address in it, which may be that of somebody who never wrote: the
limits keep a stranger from flooding a mailbox. A mailbox here is a writer's e-mail address.
"""

from limits import RateLimitItemPerDay

from webapp.letters.intake.intake import Arrival, Receipt
from webapp.rules.emails import read_email
from webapp.rules.findings import RefusedError
from webapp.rules.policy import Policy
from webapp.rules.submission import Submission
from webapp.web.limits import count_hit, counter_key, hits_so_far, seconds_until_allowed
from webapp.web.services import services

LETTERS_PER_MAILBOX = RateLimitItemPerDay(40)
"""Stored letters with one e-mail address. A teacher may give the same address for a whole class."""
CONFIRMATIONS_PER_MAILBOX = RateLimitItemPerDay(10)
"""Confirmation messages sent again to one e-mail address, for all its letters together."""


class MailboxFullError(Exception):
    """The e-mail address has reached `LETTERS_PER_MAILBOX`; nothing was stored."""

    def __init__(self, seconds: int) -> None:
        super().__init__("the mailbox is full")
        self.seconds = seconds
        """Seconds until the limit allows another letter."""


def receive_letter(submission: Submission, policy: Policy, arrival: Arrival) -> Receipt:
    """Check and store a submission with `Intake.receive`, within the daily limit of its e-mail address.

    The letter and its receipt message are committed when this returns. A repeated submission gets its first
    receipt again, also when the limit is reached, and is not counted; nor is one that is returned. Without a
    valid e-mail address there is no limit.

    Raises:
        MailboxFullError: the limit is reached, and this letter is not stored yet; it isn't checked.
        ReturnedError: the submission breaks rules; the verdict says which.
        AlreadySentError: another letter was stored with the same submission key.
        StoreAwayError: the database can't be reached.
    """
    intake, key = services().intake, _mailbox_key(submission.email)
    mailbox = counter_key("mailbox", key)
    if key and hits_so_far(LETTERS_PER_MAILBOX, mailbox) >= LETTERS_PER_MAILBOX.amount:
        if first_receipt := intake.find_earlier_receipt(submission, policy, arrival):
            return first_receipt
        raise MailboxFullError(seconds_until_allowed(LETTERS_PER_MAILBOX, mailbox))
    receipt = intake.receive(submission, policy, arrival)
    if key and not receipt.repeated:
        count_hit(LETTERS_PER_MAILBOX, mailbox)
    return receipt


def count_confirmation_request(email: str) -> bool:
    """Count a request to send the confirmation message again; tell whether the limit allows it.

    Nothing is sent. All invalid addresses share one counter. It is True where limits are turned off.
    """
    return count_hit(CONFIRMATIONS_PER_MAILBOX, counter_key("confirmations", _mailbox_key(email)))


def _mailbox_key(email: str) -> str:
    """Return the key that different spellings of one e-mail address share; empty for an invalid address."""
    try:
        return read_email(email).key
    except RefusedError:
        return ""
