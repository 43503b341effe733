"""Messages that wait to be delivered: written with their cause, claimed by one worker at a time.

A worker takes a lease on a message, sends it, and notes the outcome. Killed in between, it leaves a lease
that runs out; then the message is sent again under the same Message-ID. None is ever lost, and at most the
one that was on its way arrives twice.
"""

import random
import re
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Update, func, or_, select, update
from sqlalchemy.orm import Session, defer, joinedload

from webapp.letters.database import Database
from webapp.letters.models import Event, Letter, Message
from webapp.letters.rows import insert_row
from webapp.letters.states import EventKind, MessageKind, MessageState

LEASE = timedelta(minutes=15)
"""Longer than the slowest server may take over one message, so that no other worker sends it meanwhile."""
GAPS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440, 1440))
"""Between the attempts at one message; after the last, nearly three days on, it is given up."""
JITTER = 0.2
"""Part of a gap by which it is longer or shorter, so that messages that failed together part ways."""
LONGEST_DOMAIN = 80
"""Characters of a domain that fit into a Message-ID as it is kept."""
ELSEWHERE = "lettersdesk.invalid"
"""The domain in a Message-ID where the paper's own does not fit or is not ASCII."""

_DEAD = Message.state == MessageState.DEAD
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedMessage:
    """A message that one worker alone may send, until its lease runs out."""

    number: int
    message_id: str
    attempts: int
    created_at: datetime
    lease_until: datetime
    message: OutgoingMessage


def put_in_outbox(
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
    called_back = session.execute(
        update(Message)
        .where(
            Message.cause_id == cause_id,
            Message.state == MessageState.WAITING,
            Message.lease_until.is_(None),
        )
        .values(state=MessageState.CALLED_BACK)
    )
    # An UPDATE's result counts its rows; the type of any statement's result does not say so.
    return int(called_back.rowcount)  # type: ignore[attr-defined]


def call_back_message(session: Session, number: int, *, editor_id: int, now: datetime) -> bool:
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


def claim_due(database: Database, *, now: datetime, most: int) -> Sequence[ClaimedMessage]:
    """Take leases on messages that are due, oldest first, which no other worker has."""
    free = (
        select(Message)
        .where(Message.state == MessageState.WAITING, Message.due_at <= now)
        .where(or_(Message.lease_until.is_(None), Message.lease_until <= now))
        .order_by(Message.due_at, Message.id)
        .limit(most)
    )
    with database.writing() as session:
        # On SQLite one writer works at a time, and the clause is left out.
        rows = session.scalars(free.with_for_update(skip_locked=True)).all()
        for row in rows:
            row.lease_until = now + LEASE
    return [_claimed(row, now + LEASE) for row in rows]


def note_sent(database: Database, claimed: ClaimedMessage, *, server_words: str, now: datetime) -> None:
    """Note that the mail server has taken the message over."""
    _note(
        database,
        claimed,
        state=MessageState.SENT,
        sent_at=now,
        attempts=claimed.attempts + 1,
        server_words=server_words,
    )


def note_refused(database: Database, claimed: ClaimedMessage, *, server_words: str) -> None:
    """Note that the mail server will never take the message; it goes to the dead letters."""
    _note(
        database,
        claimed,
        state=MessageState.DEAD,
        attempts=claimed.attempts + 1,
        server_words=server_words,
    )


def note_put_off(database: Database, claimed: ClaimedMessage, *, server_words: str, now: datetime) -> None:
    """Note that the mail server would not take the message now: it is due again later, or given up."""
    gap = gap_after(claimed.attempts)
    if gap is None:
        note_refused(database, claimed, server_words=server_words)
        return
    _note(
        database,
        claimed,
        due_at=now + gap,
        attempts=claimed.attempts + 1,
        server_words=server_words,
    )


def gap_after(attempts: int) -> timedelta | None:
    """Return how long to wait when one more attempt than these has failed; nothing after the last."""
    if attempts >= len(GAPS):
        return None
    return GAPS[attempts] * (1 + JITTER * random.uniform(-1, 1))  # noqa: S311 -- no secret in a gap


def give_back(database: Database, claimed: Sequence[ClaimedMessage]) -> None:
    """Let go of messages that were not tried."""
    with database.writing() as session:
        for each in claimed:
            session.execute(_held(each).values(lease_until=None))


def try_again(session: Session, number: int, now: datetime) -> bool:
    """Let a dead message be tried afresh; tell whether there was one of that number."""
    return _revive(session, _DEAD & (Message.id == number), now) > 0


def try_all_again(session: Session, now: datetime) -> int:
    """Let all dead messages be tried afresh, as when the trouble was ours; return how many there were."""
    return _revive(session, _DEAD, now)


def _revive(session: Session, which: ColumnElement[bool], now: datetime) -> int:
    revived = session.execute(
        update(Message).where(which).values(state=MessageState.WAITING, attempts=0, due_at=now)
    )
    # An UPDATE's result counts its rows; the type of any statement's result does not say so.
    return int(revived.rowcount)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxSummary:
    """How the outbox stands."""

    waiting: int
    dead: int
    oldest_due: datetime | None


def outbox_summary(session: Session) -> OutboxSummary:
    """Count what waits and what is dead, and tell since when the oldest has been due."""
    counts = {
        row[0]: (row[1], row[2])
        for row in session.execute(
            select(Message.state, func.count(), func.min(Message.due_at))
            .where(Message.state.in_((MessageState.WAITING, MessageState.DEAD)))
            .group_by(Message.state)
        )
    }
    waiting, oldest_due = counts.get(MessageState.WAITING, (0, None))
    dead, _ = counts.get(MessageState.DEAD, (0, None))
    return OutboxSummary(waiting=waiting, dead=dead, oldest_due=oldest_due)


@dataclass(frozen=True, slots=True)
class MessagePage:
    """One page of the outbox; ``next_before`` is the number that the following page stays below."""

    rows: Sequence[Message]
    next_before: int | None


def message_page(
    session: Session,
    state: MessageState,
    *,
    before: int | None = None,
    size: int = 50,
    left_out: Collection[MessageKind] = (),
) -> MessagePage:
    """List messages in one state, the newest first, without their text, with the paper of their letter.

    Messages of the kinds in ``left_out`` are none of whoever looks.
    """
    # Those that were sent are nearly all there are: asked by their state, the databases sort them first.
    is_wanted = Message.sent_at.is_not(None) if state is MessageState.SENT else Message.state == state
    query = (
        select(Message)
        .options(defer(Message.text_body), defer(Message.html_body))
        .options(joinedload(Message.letter).load_only(Letter.paper))
        .where(is_wanted)
        .order_by(Message.id.desc())
        .limit(size + 1)
    )
    if before is not None:
        query = query.where(Message.id < before)
    if left_out:
        query = query.where(Message.kind.not_in(left_out))
    rows = session.scalars(query).all()
    return MessagePage(rows[:size], rows[size - 1].id if len(rows) > size else None)


def read_message(session: Session, number: int) -> Message | None:
    """Return a message with the letter that it is about, if there is one of that number."""
    return session.scalar(select(Message).where(Message.id == number).options(joinedload(Message.letter)))


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


def _note(database: Database, claimed: ClaimedMessage, **values: object) -> None:
    with database.writing() as session:
        session.execute(_held(claimed).values(lease_until=None, **values))


def _held(claimed: ClaimedMessage) -> Update:
    """Select the message while the lease is ours: a slow worker must not undo what a quick one noted."""
    return update(Message).where(
        Message.id == claimed.number,
        Message.state == MessageState.WAITING,
        Message.lease_until == claimed.lease_until,
    )


def _claimed(row: Message, lease_until: datetime) -> ClaimedMessage:
    return ClaimedMessage(
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
