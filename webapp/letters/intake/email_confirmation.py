"""E-mail confirmation: signed links, recording that an address is confirmed, and the limit on resending."""

import hashlib
from datetime import datetime, timedelta

from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from webapp.messages.outbox import count_messages_since
from webapp.rules.enums import MessageKind, State
from webapp.store.models import Event, EventKind, Letter, Particulars
from webapp.store.statements import rows_changed

LINK_LIFETIME = timedelta(days=14)
"""How long a link is valid: letters older than this have been decided on."""
MAX_CONFIRMATIONS_PER_DAY = 3
"""Confirmation messages for one letter in 24 hours: the address may be a stranger's."""


class LinkRefusedError(Exception):
    """The link is mistyped, forged, expired, or was made for another letter or another e-mail address."""


class ConfirmLinks:
    """Makes and verifies the signed part of a confirmation link, which only the owner of the mailbox sees."""

    def __init__(self, secret_key: str) -> None:
        """Sign with ``secret_key``."""
        self._signer = URLSafeTimedSerializer(secret_key, salt="confirm e-mail address")

    def sign(self, letter: Letter) -> str:
        """Return the signed part of the link. Send it to the letter's e-mail address and nowhere else."""
        return str(self._signer.dumps([letter.reference, _address_digest(letter)]))

    def verify(self, signed: str, letter: Letter) -> None:
        """Check that ``signed`` was made for this letter and its present e-mail address.

        Nothing is recorded, see `confirm_email`: a link can be used again until it expires.

        Raises:
            LinkRefusedError: it was not, or it is older than `LINK_LIFETIME`.
        """
        try:
            signed_values = self._signer.loads(signed, max_age=int(LINK_LIFETIME.total_seconds()))
        except BadData as error:
            raise LinkRefusedError from error
        if signed_values != [letter.reference, _address_digest(letter)]:
            raise LinkRefusedError


def confirm_email(session: Session, letter: Letter, now: datetime) -> None:
    """Record that the writer's e-mail address is confirmed; idempotent, also under concurrent requests.

    The letter is updated and an event recorded. A letter in state received that was waiting for this enters
    the queue; one in another state only gets the time of the confirmation. The letter's version doesn't
    change: an editor who has it open can still decide on it.
    """
    confirmed = (
        update(Letter)
        .where(Letter.id == letter.id, Letter.email_confirmed_at.is_(None))
        .values(email_confirmed_at=now, in_queue=or_(Letter.in_queue, Letter.state == State.RECEIVED))
    )
    if rows_changed(session, confirmed):
        session.add(Event(letter_id=letter.id, kind=EventKind.EMAIL_CONFIRMED, at=now))


def confirmation_limit_reached(session: Session, letter: Letter, now: datetime) -> bool:
    """Tell whether no further confirmation message may be sent for a letter.

    True after `MAX_CONFIRMATIONS_PER_DAY` messages in the last 24 hours, and if the writer's particulars
    have been purged since the letter was read. Takes a row lock on the letter until the transaction ends, so
    that concurrent requests are counted one after the other.
    """
    session.execute(select(Letter.id).where(Letter.id == letter.id).with_for_update())
    if session.scalar(select(Particulars.purged_at).where(Particulars.letter_id == letter.id)) is not None:
        return True
    since = now - timedelta(days=1)
    return (
        count_messages_since(session, letter.id, MessageKind.CONFIRMATION, since) >= MAX_CONFIRMATIONS_PER_DAY
    )


def _address_digest(letter: Letter) -> str:
    address = letter.particulars.email if letter.particulars else ""
    return hashlib.sha256(address.encode()).hexdigest()[:16]
