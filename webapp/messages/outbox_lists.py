"""Outbox lists for the desk: messages by state in pages, one message, and counts of waiting and dead ones."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, defer

from webapp.rules.enums import MessageKind
from webapp.store.models import Letter, Message, MessageState


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxSummary:
    """Counts of the outbox.

    Attributes:
        waiting: Messages that wait, also those that are not due yet.
        dead: Messages that were given up.
        oldest_due: The earliest due time of a waiting message, also one in the future or with a lease; `None`
            without one.
    """

    waiting: int
    dead: int
    oldest_due: datetime | None


def outbox_summary(session: Session, excluded_kinds: Collection[MessageKind] = ()) -> OutboxSummary:
    """Count waiting and dead messages, and find the earliest due time, without those of excluded kinds.

    Without excluded kinds it reads an index only.
    """
    query = (
        select(Message.state, func.count(), func.min(Message.due_at))
        .where(Message.state.in_((MessageState.WAITING, MessageState.DEAD)))
        .group_by(Message.state)
    )
    if excluded_kinds:
        query = query.where(Message.kind.not_in(excluded_kinds))
    counts = {row[0]: (row[1], row[2]) for row in session.execute(query)}
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
    """One page of the outbox.

    Attributes:
        rows: The messages, newest first.
        next_before: The ``before_id`` of the next page; `None` on the last page.
    """

    rows: Sequence[ListedMessage]
    next_before: int | None


def message_page(
    session: Session,
    state: MessageState,
    *,
    before_id: int | None = None,
    size: int = 50,
    excluded_kinds: Collection[MessageKind] = (),
) -> MessagePage:
    """Read one page of the messages in one state, newest first, without their bodies (keyset pagination).

    The bodies are read when their attributes are accessed, which needs the open session; the recipients and
    the server's replies are decrypted.

    Args:
        session: An open session.
        state: The state of the messages.
        before_id: Only messages with a smaller id; `None` for the first page.
        size: The greatest number of messages on a page.
        excluded_kinds: Kinds of messages that the reader must not see.
    """
    # Nearly all messages are sent ones: with a condition on the indexed state, both databases would sort
    # all of them for one page.
    is_wanted = Message.sent_at.is_not(None) if state is MessageState.SENT else Message.state == state
    query = (
        _with_letter()
        .options(defer(Message.text_body), defer(Message.html_body))
        .where(is_wanted)
        .order_by(Message.id.desc())
        .limit(size + 1)
    )
    if before_id is not None:
        query = query.where(Message.id < before_id)
    if excluded_kinds:
        query = query.where(Message.kind.not_in(excluded_kinds))
    rows = [ListedMessage(*row) for row in session.execute(query)]
    return MessagePage(rows[:size], rows[size - 1].message.id if len(rows) > size else None)


def read_message(session: Session, number: int) -> ListedMessage | None:
    """Return the message with that primary key, with its bodies and whatever its kind, or `None`."""
    found = session.execute(_with_letter().where(Message.id == number)).one_or_none()
    return ListedMessage(*found) if found else None


def _with_letter() -> Select[Message, str, str]:
    return select(Message, func.coalesce(Letter.paper, ""), func.coalesce(Letter.reference, "")).outerjoin(
        Letter, Letter.id == Message.letter_id
    )
