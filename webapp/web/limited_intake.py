"""Receiving a letter within the daily limit of its e-mail address; the limit of confirmations sent.

The limit of letters is counted by `webapp.letters.intake.mailbox_limit`. A mailbox here is a writer's e-mail
address.
"""

import dataclasses

from limits import RateLimitItemPerDay

from webapp.letters.intake.intake import Arrival, Receipt
from webapp.rules.emails import read_email
from webapp.rules.findings import RefusedError
from webapp.rules.policy import Policy
from webapp.rules.submission import Submission
from webapp.web.limits import count_hit, counter_key
from webapp.web.services import services

CONFIRMATIONS_PER_MAILBOX = RateLimitItemPerDay(10)
"""Confirmation messages sent again to one e-mail address, for all its letters together."""


def receive_letter(submission: Submission, policy: Policy, arrival: Arrival) -> Receipt:
    """Check and store a submission with `Intake.receive`, within the daily limit of its e-mail address.

    The letter and its receipt message are committed when this returns. A repeated submission gets its first
    receipt again, also when the limit is reached, and is not counted; nor is one that is returned. There is
    no limit without an e-mail address, or where the settings turn limits off.

    Raises:
        MailboxFullError: the limit is reached, and this letter is not stored.
        ReturnedError: the submission breaks rules; the verdict says which.
        AlreadySentError: another letter was stored with the same submission key.
        StoreAwayError: the database can't be reached.
    """
    limited = dataclasses.replace(arrival, limits_mailbox=services().settings.rate_limits)
    return services().intake.receive(submission, policy, limited)


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
