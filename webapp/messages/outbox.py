"""Messages that wait to be delivered: written with their cause, and called back with it."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from webapp.rules.states import MessageKind
from webapp.store.models import Event, EventKind, Message, MessageState
from webapp.store.statements import insert_row, rows_changed

LONGEST_DOMAIN = 80
"""Characters of a domain that fit into a Message-ID as it is kept."""
ELSEWHERE = "lettersdesk.invalid"
"""The domain in a Message-ID where the paper's own does not fit or is not ASCII."""
_DOMAIN = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMessage:
    """A message to be sent.

    Attributes:
        sender: The From header: a name and an address.
        recipient: An address.
        language: The one it is written in.
        text_body: The message; ``html_body`` says the same.
        in_reply_to: The Message-ID of the writer's own mail, where there is one.
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
    """Write ``message`` into the outbox, to be sent after ``delay``, if the transaction is committed.

    Args:
        session: The transaction of its cause.
        message: What is sent.
        letter_id: The letter that it is about.
        now: The present moment.
        delay: How long it can be called back.
        cause_id: The move that it tells of; undone, the move takes the message with it.
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


def call_back(session: Session, cause_id: int) -> int:
    """Call back the messages that tell of a move and are not on their way yet; return how many those are."""
    waiting = update(Message).where(
        Message.cause_id == cause_id,
        Message.state == MessageState.WAITING,
        Message.lease_until.is_(None),
    )
    return rows_changed(session, waiting.values(state=MessageState.CALLED_BACK))


def cancel_message(session: Session, number: int, *, editor_id: int, now: datetime) -> bool:
    """Call one message back; tell whether it was still here, and nobody on the way with it."""
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


def messages_since(session: Session, letter_id: int, kind: MessageKind, since: datetime) -> int:
    """Count the messages of one kind that were written about a letter since a moment."""
    return (
        session.scalar(
            select(func.count()).where(
                Message.letter_id == letter_id, Message.kind == kind, Message.created_at >= since
            )
        )
        or 0
    )


def _new_message_id(sender: str) -> str:
    """Make a Message-ID that nobody can guess or has used; its domain shows where it comes from."""
    domain = sender.rpartition("@")[2].rstrip(">")
    fits = len(domain) <= LONGEST_DOMAIN and _DOMAIN.fullmatch(domain)
    return f"{secrets.token_hex(16)}@{domain if fits else ELSEWHERE}"
