"""The outbox: insert messages in their cause's transaction, cancel waiting ones, count those on a letter."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from webapp.rules.enums import MessageKind
from webapp.store.models import Event, EventKind, Message, MessageState
from webapp.store.statements import insert_row, rows_changed

MAX_DOMAIN_LENGTH = 80
"""Characters of a domain that fit into the Message-ID column."""
FALLBACK_DOMAIN = "lettersdesk.invalid"
"""The domain of a Message-ID where the sender's own domain is too long or not ASCII."""
_DOMAIN = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMessage:
    """The content of a message.

    Attributes:
        kind: What the message is for.
        sender: The From header: a name and an address.
        recipient: An address, without a name.
        language: Language tag of the text.
        subject: The Subject header, not encoded.
        text_body: The plain text part.
        html_body: The HTML part, with the same content.
        in_reply_to: Message-ID, in angle brackets, of the writer's e-mail that this answers; may be empty.
    """

    kind: MessageKind
    sender: str
    recipient: str
    language: str
    subject: str
    text_body: str
    html_body: str
    in_reply_to: str = ""


def add_to_outbox(
    session: Session,
    message: OutgoingMessage,
    *,
    letter_id: int | None,
    now: datetime,
    delay: timedelta = timedelta(),
    cause_id: int | None = None,
) -> None:
    """Insert ``message`` into the outbox; it is sent only if the transaction is committed.

    Args:
        session: The transaction of the cause, so that either both are stored or neither is.
        message: The message.
        letter_id: The letter that it is about, already inserted; `None` for account messages.
        now: The current time.
        delay: How long the message waits, and can be cancelled, before it is due.
        cause_id: The event that the message reports, already inserted; undoing it cancels the message.
    """
    insert_row(
        session,
        Message(
            message_id=_new_message_id(message.sender),
            kind=message.kind,
            letter_id=letter_id,
            sender=message.sender,
            recipient=message.recipient,
            language=message.language,
            subject=message.subject,
            text_body=message.text_body,
            html_body=message.html_body,
            in_reply_to=message.in_reply_to,
            created_at=now,
            due_at=now + delay,
            cause_id=cause_id,
        ),
    )


def cancel_messages_of_event(session: Session, cause_id: int) -> int:
    """Cancel the waiting messages that report an event; return how many.

    A message with a lease, also an expired one, is not cancelled: it may be on its way. No event is recorded.
    """
    waiting = update(Message).where(
        Message.cause_id == cause_id,
        Message.state == MessageState.WAITING,
        Message.lease_until.is_(None),
    )
    return rows_changed(session, waiting.values(state=MessageState.CALLED_BACK))


def cancel_message(session: Session, number: int, *, editor_id: int, now: datetime) -> bool:
    """Cancel one message, and record that in the history of its letter, if it has one.

    The message's row stays locked until the transaction ends.

    Args:
        session: An open transaction.
        number: Primary key of the message.
        editor_id: Who cancels it.
        now: The current time.

    Returns:
        Whether it was cancelled; a message that was sent, given up, cancelled before or leased by a worker is
        not, also if the lease has expired, and an unknown one neither.
    """
    message = session.scalar(select(Message).where(Message.id == number).with_for_update())
    if message is None or message.state is not MessageState.WAITING or message.lease_until is not None:
        return False
    message.state = MessageState.CALLED_BACK
    if message.letter_id is not None:
        session.add(
            Event(
                letter_id=message.letter_id,
                kind=EventKind.MESSAGE_CALLED_BACK,
                at=now,
                editor_id=editor_id,
                note=message.subject,
            )
        )
    return True


def count_messages_since(session: Session, letter_id: int, kind: MessageKind, since: datetime) -> int:
    """Return how many messages of one kind were put into the outbox about a letter, whatever became of them.

    Args:
        session: An open session.
        letter_id: The letter.
        kind: The kind of message.
        since: The earliest time of creation.
    """
    return (
        session.scalar(
            select(func.count()).where(
                Message.letter_id == letter_id, Message.kind == kind, Message.created_at >= since
            )
        )
        or 0
    )


def _new_message_id(sender: str) -> str:
    """Return a random Message-ID, unique and not guessable, with the sender's domain if that fits."""
    domain = sender.rpartition("@")[2].rstrip(">")
    fits = len(domain) <= MAX_DOMAIN_LENGTH and _DOMAIN.fullmatch(domain)
    return f"{secrets.token_hex(16)}@{domain if fits else FALLBACK_DOMAIN}"
