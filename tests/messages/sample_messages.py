"""Sample messages: build a message, enqueue it in the outbox, lease it, read the outbox."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from tests.samples import NOON
from webapp.messages.leases_and_retries import LeasedMessage, lease_due
from webapp.messages.outbox import OutgoingMessage, add_to_outbox
from webapp.rules.enums import MessageKind
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
    """Return a receipt, with ``changes``."""
    return dataclasses.replace(RECEIPT, **changes)


def leased_message(**changes: str) -> LeasedMessage:
    """Return `outgoing` as a worker gets it, leased at noon."""
    return LeasedMessage(
        number=1,
        message_id="0123456789abcdef0123456789abcdef@harbourherald.example",
        attempts=0,
        created_at=NOON,
        lease_until=NOON + timedelta(minutes=15),
        message=outgoing(**changes),
    )


def enqueue(store: Database, *messages: OutgoingMessage, at: datetime = NOON) -> None:
    """Put messages into the outbox, due at once."""
    with store.transaction() as session:
        for message in messages:
            add_to_outbox(session, message, letter_id=None, now=at)


def enqueue_many(store: Database, number: int, *, at: datetime = NOON) -> None:
    """Put ``number`` messages into the outbox, due at once, to writer-0@example.com, writer-1 and so on."""
    enqueue(store, *(outgoing(recipient=f"writer-{each}@example.com") for each in range(number)), at=at)


def stored_messages(store: Database) -> Sequence[Message]:
    """Return all messages of the outbox in the order of their insertion."""
    with store.snapshot() as session:
        return session.scalars(select(Message).order_by(Message.id)).all()


def only_message(store: Database) -> Message:
    """Return the single message of the outbox."""
    (message,) = stored_messages(store)
    return message


def message_states(store: Database) -> list[MessageState]:
    """Return the state of each message of the outbox in the order of their insertion."""
    return [message.state for message in stored_messages(store)]


def lease(store: Database, *, at: timedelta = timedelta(), limit: int = 8) -> Sequence[LeasedMessage]:
    """Lease up to ``limit`` messages that are due at noon plus ``at``."""
    return lease_due(store, now=NOON + at, limit=limit)


def lease_one(store: Database, *, at: timedelta = timedelta()) -> LeasedMessage:
    """Lease the single message that is due at noon plus ``at``."""
    (message,) = lease(store, at=at)
    return message


def expire_leases(store: Database) -> None:
    """Make all leases expire, as if enough time had passed since their workers were killed."""
    with store.transaction() as session:
        session.execute(
            update(Message).where(Message.lease_until.is_not(None)).values(lease_until=Message.due_at)
        )
