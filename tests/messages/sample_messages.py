"""Messages for the outbox."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from tests.samples import NOON
from webapp.messages.leases import LeasedMessage, lease_due
from webapp.messages.outbox import OutgoingMessage, add_to_outbox
from webapp.rules.states import MessageKind
from webapp.store.database import Database
from webapp.store.models import Message, MessageState

RECEIPT = OutgoingMessage(
    kind=MessageKind.RECEIPT,
    sender="The Harbour Herald <letters@harbourherald.example>",
    recipient="tai-man@example.com",
    language="en",
    subject="We have your letter – The Harbour Herald",
    text_body="Thank you for writing to us – we have received your letter.\n",
    html_body="<p>Thank you for writing to us – we have received your letter.</p>\n",
)


def outgoing(**changes: Any) -> OutgoingMessage:
    """Return a receipt, apart from ``changes``."""
    return dataclasses.replace(RECEIPT, **changes)


def claimed(**changes: str) -> LeasedMessage:
    """Return a message that a worker has claimed."""
    return LeasedMessage(
        number=1,
        message_id="0123456789abcdef0123456789abcdef@harbourherald.example",
        attempts=0,
        created_at=NOON,
        lease_until=NOON + timedelta(minutes=15),
        message=outgoing(**changes),
    )


def put(store: Database, *messages: OutgoingMessage, at: datetime = NOON) -> None:
    """Put messages into the outbox, due at once."""
    with store.transaction() as session:
        for message in messages:
            add_to_outbox(session, message, letter_id=None, now=at)


def put_many(store: Database, number: int, *, at: datetime = NOON) -> None:
    """Put so many messages into the outbox, each to another writer."""
    put(store, *(outgoing(recipient=f"writer-{each}@example.com") for each in range(number)), at=at)


def stored(store: Database) -> Sequence[Message]:
    """Return all that is in the outbox, in the order in which it was written."""
    with store.snapshot() as session:
        return session.scalars(select(Message).order_by(Message.id)).all()


def only(store: Database) -> Message:
    """Return the one message that is in the outbox."""
    (message,) = stored(store)
    return message


def states(store: Database) -> list[MessageState]:
    """Return how each message in the outbox stands, in the order in which they were written."""
    return [message.state for message in stored(store)]


def claim(store: Database, *, at: timedelta = timedelta(), most: int = 8) -> Sequence[LeasedMessage]:
    """Claim what is due so long after noon, as a worker does."""
    return lease_due(store, now=NOON + at, most=most)


def claim_one(store: Database, *, at: timedelta = timedelta()) -> LeasedMessage:
    """Claim the one message that is due so long after noon."""
    (message,) = claim(store, at=at)
    return message


def end_leases(store: Database) -> None:
    """Do what the time of a lease does: what a killed worker had in hand is free again."""
    with store.transaction() as session:
        session.execute(
            update(Message).where(Message.lease_until.is_not(None)).values(lease_until=Message.due_at)
        )
