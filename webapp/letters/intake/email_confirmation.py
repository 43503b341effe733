"""Proving that an e-mail address is its writer's: a signed link, and what a click on it does."""

import hashlib
from datetime import datetime, timedelta

from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from webapp.messages.outbox import messages_since
from webapp.rules.states import MessageKind, State
from webapp.store.models import Event, EventKind, Letter, Particulars
from webapp.store.statements import rows_changed

LINK_LASTS = timedelta(days=14)
"""A letter that is older has been decided on."""
CONFIRMATIONS_A_DAY = 3
"""Times that the confirm message can be sent again; it may be somebody else who gets it."""


class LinkRefusedError(Exception):
    """The link is mistyped, made up, too old, or for another address than the letter's."""


class ConfirmLinks:
    """Makes and reads the part of a link that only the owner of a mailbox can know."""

    def __init__(self, secret_key: str) -> None:
        """Sign with ``secret_key``."""
        self._signer = URLSafeTimedSerializer(secret_key, salt="confirm e-mail address")

    def proof(self, letter: Letter) -> str:
        """Return the proof to be sent to the letter's address, and nowhere else."""
        return str(self._signer.dumps([letter.reference, _digest(letter)]))

    def check(self, proof: str, letter: Letter) -> None:
        """Hold a proof that came back against the letter.

        Raises:
            LinkRefusedError: it doesn't prove the letter's address, or not any more.
        """
        try:
            said = self._signer.loads(proof, max_age=int(LINK_LASTS.total_seconds()))
        except BadData as error:
            raise LinkRefusedError from error
        if said != [letter.reference, _digest(letter)]:
            raise LinkRefusedError


def confirm_email(session: Session, letter: Letter, now: datetime) -> None:
    """Note that the writer's address is proved; doing so again, or twice at once, changes nothing.

    A letter that had to wait for this comes before the editors. Its version stays: an editor who has it
    open decides on the same text.
    """
    confirmed = (
        update(Letter)
        .where(Letter.id == letter.id, Letter.email_confirmed_at.is_(None))
        .values(email_confirmed_at=now, in_queue=or_(Letter.in_queue, Letter.state == State.RECEIVED))
    )
    if rows_changed(session, confirmed):
        session.add(Event(letter_id=letter.id, kind=EventKind.EMAIL_CONFIRMED, at=now))


def is_asked_too_often(session: Session, letter: Letter, now: datetime) -> bool:
    """Tell whether a writer has had the confirm message sent again as often as can be in a day.

    Until the transaction ends nobody else is told about this letter: presses at once are counted in turn. Who
    was erased since the letter was read is asked no more.
    """
    session.execute(select(Letter.id).where(Letter.id == letter.id).with_for_update())
    if session.scalar(select(Particulars.purged_at).where(Particulars.letter_id == letter.id)) is not None:
        return True
    since = now - timedelta(days=1)
    return messages_since(session, letter.id, MessageKind.CONFIRMATION, since) >= CONFIRMATIONS_A_DAY


def _digest(letter: Letter) -> str:
    address = letter.particulars.email if letter.particulars else ""
    return hashlib.sha256(address.encode()).hexdigest()[:16]
