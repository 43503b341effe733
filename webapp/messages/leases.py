"""Messages that are due, claimed by one worker at a time.

A worker takes a lease on a message, sends it, and notes the outcome. Killed in between, it leaves a lease
that runs out; then the message is sent again under the same Message-ID. None is ever lost, and at most the
one that was on its way arrives twice.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Update, exists, or_, select, update
from sqlalchemy.orm import Session

from webapp.messages.outbox import OutgoingMessage
from webapp.store.database import Database
from webapp.store.models import Message, MessageState
from webapp.store.seal import SealBrokenError

LEASE = timedelta(minutes=15)
"""Longer than the slowest server may take over one message, so that no other worker sends it meanwhile."""
GAPS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440, 1440))
"""Between the attempts at one message; after the last, nearly three days on, it is given up."""
UNOPENED = "not sent: none of the keys opens it"
"""Said of a message that is sealed with another key, or was changed on the disk."""
JITTER = 0.2
"""Part of a gap by which it is longer or shorter, so that messages that failed together part ways."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeasedMessage:
    """A message that one worker alone may send, until its lease runs out."""

    number: int
    message_id: str
    attempts: int
    created_at: datetime
    lease_until: datetime
    message: OutgoingMessage


def lease_due(database: Database, *, now: datetime, most: int) -> Sequence[LeasedMessage]:
    """Take leases on messages that are due, oldest first, which no other worker has.

    One that can't be opened, with the keys that are at hand, is put off like one that a server puts off.
    """
    free = (
        select(Message.id)
        .where(Message.state == MessageState.WAITING, Message.due_at <= now)
        .where(or_(Message.lease_until.is_(None), Message.lease_until <= now))
        .order_by(Message.due_at, Message.id)
        .limit(most)
    )
    with database.transaction() as session:
        # On SQLite one writer works at a time, and the clause is left out.
        numbers = session.scalars(free.with_for_update(skip_locked=True)).all()
        rows = _opened(session, numbers, now) if numbers else ()
        for row in rows:
            row.lease_until = now + LEASE
        return [_claimed(row, now + LEASE) for row in rows]


def is_still_leased(database: Database, claimed: LeasedMessage) -> bool:
    """Tell whether a claimed message is to be sent still, and by us: it may have been called back since."""
    with database.query() as session:
        return bool(session.scalar(select(exists().where(*_while_held(claimed)))))


def record_delivery(database: Database, claimed: LeasedMessage, *, server_words: str, now: datetime) -> None:
    """Note that the mail server has taken the message over."""
    _note(
        database,
        claimed,
        state=MessageState.SENT,
        sent_at=now,
        attempts=claimed.attempts + 1,
        server_words=server_words,
    )


def record_refusal(database: Database, claimed: LeasedMessage, *, server_words: str) -> None:
    """Note that the mail server will never take the message; it goes to the dead letters."""
    _note(
        database,
        claimed,
        state=MessageState.DEAD,
        attempts=claimed.attempts + 1,
        server_words=server_words,
    )


def record_deferral(database: Database, claimed: LeasedMessage, *, server_words: str, now: datetime) -> None:
    """Note that the mail server would not take the message now: it is due again later, or given up."""
    _note(database, claimed, **_put_off(claimed.attempts, now), server_words=server_words)


def retry_delay(attempts: int) -> timedelta | None:
    """Return how long to wait when one more attempt than these has failed; nothing after the last."""
    if attempts >= len(GAPS):
        return None
    return GAPS[attempts] * (1 + JITTER * random.uniform(-1, 1))  # noqa: S311 -- no secret in a gap


def return_leases(database: Database, claimed: Sequence[LeasedMessage]) -> None:
    """Let go of messages that were not tried."""
    with database.transaction() as session:
        for each in claimed:
            session.execute(_held(each).values(lease_until=None))


def _note(database: Database, claimed: LeasedMessage, **values: object) -> None:
    with database.transaction() as session:
        session.execute(_held(claimed).values(lease_until=None, **values))


def _held(claimed: LeasedMessage) -> Update:
    """Select the message while the lease is ours: a slow worker must not undo what a quick one noted."""
    return update(Message).where(*_while_held(claimed))


def _while_held(claimed: LeasedMessage) -> Sequence[ColumnElement[bool]]:
    return (
        Message.id == claimed.number,
        Message.state == MessageState.WAITING,
        Message.lease_until == claimed.lease_until,
    )


def _opened(session: Session, numbers: Sequence[int], now: datetime) -> Sequence[Message]:
    """Return messages that can be opened, oldest first; those that can't are put off, each by itself."""
    wanted = select(Message).where(Message.id.in_(numbers)).order_by(Message.due_at, Message.id)
    try:
        return session.scalars(wanted).all()
    except SealBrokenError:
        if len(numbers) > 1:
            return [row for number in numbers for row in _opened(session, [number], now)]
    attempts = session.scalars(select(Message.attempts).where(Message.id.in_(numbers))).one()
    put_off = update(Message).where(Message.id.in_(numbers)).values(**_put_off(attempts, now))
    session.execute(
        put_off.values(lease_until=None, server_words=UNOPENED),
        execution_options={"synchronize_session": False},
    )
    return ()


def _put_off(attempts: int, now: datetime) -> dict[str, object]:
    """Return what becomes of a message of which one more attempt than these has failed."""
    gap = retry_delay(attempts)
    outcome: dict[str, object] = {"state": MessageState.DEAD} if gap is None else {"due_at": now + gap}
    return {"attempts": attempts + 1, **outcome}


def _claimed(row: Message, lease_until: datetime) -> LeasedMessage:
    return LeasedMessage(
        number=row.id,
        message_id=row.message_id,
        attempts=row.attempts,
        created_at=row.created_at,
        lease_until=lease_until,
        message=OutgoingMessage(
            kind=row.kind,
            sender=row.sender,
            recipient=row.recipient,
            language=row.language,
            subject=row.subject,
            text_body=row.text_body,
            html_body=row.html_body,
            in_reply_to=row.in_reply_to,
        ),
    )
