"""How the outbox stands: what waits, went out, or was given up, and letting that be tried afresh."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.orm import Session, defer

from webapp.rules.states import MessageKind
from webapp.store.models import Letter, Message, MessageState
from webapp.store.statements import rows_changed

_DEAD = Message.state == MessageState.DEAD


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
class ListedMessage:
    """A message with the paper and the reference of its letter; both are empty without a letter."""

    message: Message
    paper: str
    reference: str


@dataclass(frozen=True, slots=True)
class MessagePage:
    """One page of the outbox; ``next_before`` is the message number below which the next page starts."""

    rows: Sequence[ListedMessage]
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
        _with_letter()
        .options(defer(Message.text_body), defer(Message.html_body))
        .where(is_wanted)
        .order_by(Message.id.desc())
        .limit(size + 1)
    )
    if before is not None:
        query = query.where(Message.id < before)
    if left_out:
        query = query.where(Message.kind.not_in(left_out))
    rows = [ListedMessage(*row) for row in session.execute(query)]
    return MessagePage(rows[:size], rows[size - 1].message.id if len(rows) > size else None)


def read_message(session: Session, number: int) -> ListedMessage | None:
    """Return the message with that number, or ``None``."""
    found = session.execute(_with_letter().where(Message.id == number)).one_or_none()
    return ListedMessage(*found) if found else None


def _with_letter() -> Select[Message, str, str]:
    return select(Message, func.coalesce(Letter.paper, ""), func.coalesce(Letter.reference, "")).outerjoin(
        Letter, Letter.id == Message.letter_id
    )


def try_again(session: Session, number: int, now: datetime) -> bool:
    """Let a dead message be tried afresh; tell whether there was one of that number."""
    return _revive(session, _DEAD & (Message.id == number), now) > 0


def try_all_again(session: Session, now: datetime) -> int:
    """Let all dead messages be tried afresh, as when the trouble was ours; return how many there were."""
    return _revive(session, _DEAD, now)


def _revive(session: Session, which: ColumnElement[bool], now: datetime) -> int:
    again = {"state": MessageState.WAITING, "attempts": 0, "due_at": now}
    return rows_changed(session, update(Message).where(which).values(again))
