"""Helper for tests: importing a letter as an e-mail that arrived in the past."""

from datetime import datetime, timedelta

from tests.samples import HERALD, NOON, letter
from webapp.letters.intake.imports import ImportOrigin
from webapp.letters.intake.intake import Arrival, Intake, Receipt
from webapp.rules.policy import Policy
from webapp.rules.submission import Submission
from webapp.store.models import Channel

DAY = timedelta(days=1)
LONG_AGO = NOON - 200 * DAY
USUAL = letter()


def import_letter(
    intake: Intake,
    stable_key: str = "<1@example.com>",
    submission: Submission = USUAL,
    *,
    policy: Policy = HERALD,
    arrived: datetime = LONG_AGO,
    now: datetime = NOON,
) -> Receipt:
    """Import a letter as an e-mail and return its receipt.

    Args:
        intake: The intake.
        stable_key: The e-mail's Message-ID, its stable key.
        submission: The submission that was read from it.
        policy: The rules of the paper.
        arrived: When the e-mail arrived, with a time zone.
        now: The moment of the import, with a time zone.
    """
    arrival = Arrival(
        channel=Channel.MAIL,
        at=arrived,
        message_id=stable_key,
        import_origin=ImportOrigin(stable_key=stable_key, imported_at=now),
    )
    return intake.receive(submission, policy, arrival)
