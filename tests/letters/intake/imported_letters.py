"""Letters that are brought in from a mailbox."""

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


def bring_in(
    intake: Intake,
    known_as: str = "<1@example.com>",
    submission: Submission = USUAL,
    *,
    policy: Policy = HERALD,
    arrived: datetime = LONG_AGO,
    now: datetime = NOON,
) -> Receipt:
    """Bring a letter in as a mail that arrived long ago; return its receipt."""
    arrival = Arrival(
        channel=Channel.MAIL,
        at=arrived,
        message_id=known_as,
        import_origin=ImportOrigin(known_as=known_as, at=now),
    )
    return intake.receive(submission, policy, arrival)
