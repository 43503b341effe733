"""Leases on due messages, recording of outcomes, retry delays, and retries of dead messages by hand.

A worker takes a lease on a message (an exclusive, expiring lock), sends it and records the outcome. If the
worker is killed in between, another one takes the lease over and sends the message again with the same
Message-ID: no message is lost, and at most the one that was being sent arrives twice. That a worker has ended
is known by its number (`webapp.store.liveness`), or at the latest when the lease expires.
"""

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Update, exists, or_, select, update
from sqlalchemy.orm import Session

from webapp.messages.outbox import OutgoingMessage
from webapp.rules.enums import MessageKind
from webapp.store.database import Database
from webapp.store.models import Message, MessageState
from webapp.store.statements import rows_changed

LEASE_DURATION = timedelta(minutes=15)
"""Longer than a mail server may take for one message, so that no other worker sends it meanwhile."""
RETRY_DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440, 1440))
"""Time from each attempt to the next; after the last attempt, nearly three days later, a message is dead."""
JITTER = 0.2
"""Fraction by which a retry delay is randomly longer or shorter, so that messages that failed together are
not retried together."""
UNDECRYPTABLE = "not sent: none of the keys opens it"
"""Recorded as the server's reply to a message that can't be decrypted: unknown key, or changed on disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeasedMessage:
    """A message that only one worker may send, until `lease_until`.

    Attributes:
        number: Primary key of the outbox row.
        message_id: Message-ID without angle brackets.
        attempts: Finished attempts before this one.
        created_at: When the message was put into the outbox; its Date header.
        lease_until: When the lease expires.
        message: Addresses and content.
    """

    number: int
    message_id: str
    attempts: int
    created_at: datetime
    lease_until: datetime
    message: OutgoingMessage


def lease_due(
    database: Database,
    *,
    now: datetime,
    limit: int,
    owner: int | None = None,
    ended_owners: Collection[int] = (),
) -> Sequence[LeasedMessage]:
    """Take leases on up to ``limit`` due messages that no other worker has leased; return them oldest first.

    The leases last 15 minutes and are committed when this returns. A message that can't be decrypted with the
    keys at hand is left out: that counts as a failed attempt, and it is retried later or dead, as after a
    temporary error of the mail server. So fewer than ``limit`` may be returned while more are due.

    Args:
        database: The database.
        now: The current time.
        limit: The number of messages at most.
        owner: The worker's number; without one nobody can tell that it has ended before its leases expire.
        ended_owners: Workers that have ended, whose leases don't count any more.

    Raises:
        StoreAwayError: the database can't be reached.
    """
    available = (
        select(Message.id)
        .where(Message.state == MessageState.WAITING, Message.due_at <= now)
        .where(
            or_(
                Message.lease_until.is_(None),
                Message.lease_until <= now,
                Message.lease_owner.in_(ended_owners),
            )
        )
        .order_by(Message.due_at, Message.id)
        .limit(limit)
    )
    with database.transaction() as session:
        # SQLAlchemy leaves FOR UPDATE out on SQLite, where transactions run one at a time anyway.
        numbers = session.scalars(available.with_for_update(skip_locked=True)).all()
        rows = _decryptable(session, numbers, now) if numbers else ()
        for row in rows:
            row.lease_until = now + LEASE_DURATION
            row.lease_owner = owner
        return [_leased_message(row, now + LEASE_DURATION) for row in rows]


def lease_owners(database: Database, *, now: datetime) -> frozenset[int]:
    """Return the numbers of the workers that have leases which haven't expired.

    Raises:
        StoreAwayError: the database can't be reached.
    """
    owners = select(Message.lease_owner).where(
        # The first two conditions for the index: only a message that is due is leased.
        Message.state == MessageState.WAITING,
        Message.due_at <= now,
        Message.lease_until > now,
        Message.lease_owner.is_not(None),
    )
    with database.query() as session:
        return frozenset(owner for owner in session.scalars(owners.distinct()) if owner is not None)


def is_still_leased(database: Database, leased: LeasedMessage) -> bool:
    """Tell whether the message still waits and this worker's lease on it is the current one.

    It isn't when the message was cancelled, or erased with its writer, after the lease was taken. The time
    isn't compared: an expired lease is the current one until another worker takes one.

    Raises:
        StoreAwayError: the database can't be reached.
    """
    with database.query() as session:
        return bool(session.scalar(select(exists().where(*_lease_conditions(leased)))))


def record_delivery(database: Database, leased: LeasedMessage, *, server_words: str, now: datetime) -> None:
    """Record that the mail server accepted the message; does nothing if the lease is no longer current.

    It counts the attempt, ends the lease and commits.

    Args:
        database: The database.
        leased: The message.
        server_words: The mail server's reply.
        now: The time of sending.

    Raises:
        StoreAwayError: the database can't be reached.
    """
    _record_outcome(
        database,
        leased,
        state=MessageState.SENT,
        sent_at=now,
        attempts=leased.attempts + 1,
        server_words=server_words,
    )


def record_rejection(database: Database, leased: LeasedMessage, *, server_words: str) -> None:
    """Record a permanent error: the message is dead; does nothing if the lease is no longer current.

    It counts the attempt, ends the lease and commits.

    Raises:
        StoreAwayError: the database can't be reached.
    """
    _record_outcome(
        database,
        leased,
        state=MessageState.DEAD,
        attempts=leased.attempts + 1,
        server_words=server_words,
    )


def record_deferral(database: Database, leased: LeasedMessage, *, server_words: str, now: datetime) -> None:
    """Record a temporary error: the message is due after its retry delay, or dead after the last attempt.

    It counts the attempt, ends the lease and commits; it does nothing if the lease is no longer current.

    Args:
        database: The database.
        leased: The message.
        server_words: The mail server's reply, or what went wrong instead of one.
        now: When the attempt failed; the retry delay begins here.

    Raises:
        StoreAwayError: the database can't be reached.
    """
    _record_outcome(
        database, leased, **_after_failed_attempt(leased.attempts, now), server_words=server_words
    )


def retry_delay(attempts: int) -> timedelta | None:
    """Return how long to wait after one more failed attempt than ``attempts``; `None` after the last one.

    It is random: up to a fifth shorter or longer than in `RETRY_DELAYS`.
    """
    if attempts >= len(RETRY_DELAYS):
        return None
    return RETRY_DELAYS[attempts] * (1 + JITTER * random.uniform(-1, 1))  # noqa: S311 -- not used as a secret


def return_leases(database: Database, leased: Sequence[LeasedMessage]) -> None:
    """Give up leases on messages that were not tried; they are due at once, and no attempt is counted.

    Leases that are no longer current are left out. It commits.

    Raises:
        StoreAwayError: the database can't be reached.
    """
    with database.transaction() as session:
        for each in leased:
            session.execute(_update_if_leased(each).values(lease_until=None, lease_owner=None))


def _record_outcome(database: Database, leased: LeasedMessage, **values: object) -> None:
    with database.transaction() as session:
        session.execute(_update_if_leased(leased).values(lease_until=None, lease_owner=None, **values))


def _update_if_leased(leased: LeasedMessage) -> Update:
    """Return an UPDATE of the message that changes no row once another worker has the lease.

    A slow worker must not overwrite the outcome that a faster one recorded.
    """
    return update(Message).where(*_lease_conditions(leased))


def _lease_conditions(leased: LeasedMessage) -> Sequence[ColumnElement[bool]]:
    return (
        Message.id == leased.number,
        Message.state == MessageState.WAITING,
        Message.lease_until == leased.lease_until,
    )


def _decryptable(session: Session, numbers: Sequence[int], now: datetime) -> Sequence[Message]:
    """Return the messages that can be decrypted, oldest first; record a failed attempt for each other one.

    A message with an empty text in the place of a lost one must not be sent.
    """
    wanted = select(Message).where(Message.id.in_(numbers)).order_by(Message.due_at, Message.id)
    decryptable = []
    for row in session.scalars(wanted):
        if not row.is_unopened:
            decryptable.append(row)
            continue
        for name, value in _after_failed_attempt(row.attempts, now).items():
            setattr(row, name, value)
        row.lease_until = row.lease_owner = None
        row.server_words = UNDECRYPTABLE
    return decryptable


def _after_failed_attempt(attempts: int, now: datetime) -> dict[str, object]:
    """Return the columns to set after a failed attempt: a new due time, or state DEAD after the last one."""
    delay = retry_delay(attempts)
    outcome: dict[str, object] = {"state": MessageState.DEAD} if delay is None else {"due_at": now + delay}
    return {"attempts": attempts + 1, **outcome}


def _leased_message(row: Message, lease_until: datetime) -> LeasedMessage:
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


_IS_DEAD = Message.state == MessageState.DEAD


def retry_dead_message(session: Session, number: int, now: datetime) -> bool:
    """Make a dead message due now, with no attempts counted; tell whether a dead one has that primary key.

    No event is recorded. The mail server's last reply stays until the next attempt.
    """
    return _retry(session, _IS_DEAD & (Message.id == number), now) > 0


def retry_all_dead_messages(
    session: Session, now: datetime, excluded_kinds: Collection[MessageKind] = ()
) -> int:
    """Make all dead messages due now, as after a wrong setting was corrected; return how many there were.

    It is the same as `retry_dead_message` for each message of every paper, except those of excluded kinds.
    """
    return _retry(session, _IS_DEAD & Message.kind.not_in(excluded_kinds), now)


def _retry(session: Session, which: ColumnElement[bool], now: datetime) -> int:
    first_attempt = {"state": MessageState.WAITING, "attempts": 0, "due_at": now}
    return rows_changed(session, update(Message).where(which).values(first_attempt))
