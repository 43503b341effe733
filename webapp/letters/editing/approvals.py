"""Approval requests: asking a writer whether an edited version may be printed, and recording the answer.

A letter has at most one open (unanswered) request. An answer after the deadline still counts while the
request is open: the deadline only tells editors how long to wait, and a late "no" is still useful before
print. An open request ends when the writer is asked again, about the same or another version, or when the
letter is published, declined or withdrawn. A request that was answered doesn't end.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.messages.outbox import cancel_messages_of_event
from webapp.rules.enums import State
from webapp.store.models import Approval, ApprovalAnswer, EditedCopy, Event, EventKind, Letter

LONGEST_COMMENT = 2000
"""Characters of a writer's comment that are kept."""

STATES_WITHOUT_APPROVAL = frozenset({State.PUBLISHED, State.DECLINED, State.WITHDRAWN})
"""States in which no answer counts any more; entering one ends the open request."""

_EVENT_KINDS = {ApprovalAnswer.APPROVED: EventKind.APPROVED, ApprovalAnswer.OBJECTED: EventKind.OBJECTED}


class NothingToApproveError(Exception):
    """The letter has no edited version with that number."""


class ApprovalEndedError(Exception):
    """The approval request doesn't exist, has ended, or was answered differently."""


class CommentMissingError(Exception):
    """A writer objects without a comment."""


def request_approval(
    session: Session,
    letter: Letter,
    copy_number: int,
    *,
    editor_id: int,
    deadline: datetime,
    now: datetime,
) -> Event:
    """Open an approval request for an edited version, and end the letter's open one; send no message.

    The message of the ended request is cancelled if it wasn't sent yet. The letter's state and claim aren't
    checked, and its version doesn't change.

    Args:
        session: An open transaction.
        letter: The letter, locked (`workflow.lock_letter`).
        copy_number: The number of the edited version.
        editor_id: The editor who asks.
        deadline: How long to wait for an answer, with a time zone.
        now: The present moment, with a time zone.

    Returns:
        The event, flushed; a message to the writer names it as its cause.

    Raises:
        NothingToApproveError: the letter has no edited version with that number.
    """
    copy = session.scalar(
        select(EditedCopy).where(EditedCopy.letter_id == letter.id, EditedCopy.number == copy_number)
    )
    if copy is None:
        raise NothingToApproveError
    end_open_approval(session, letter.id, now)
    approval = Approval(
        letter_id=letter.id,
        copy_id=copy.id,
        copy=copy,
        asked_by_id=editor_id,
        asked_at=now,
        deadline=deadline,
    )
    event = Event(
        letter_id=letter.id,
        kind=EventKind.APPROVAL_ASKED,
        at=now,
        editor_id=editor_id,
        copy_number=copy.number,
    )
    session.add_all([approval, event])
    session.flush()
    return event


def current_approval(letter: Letter) -> Approval | None:
    """Return the latest approval request, answered or not; ``None`` if there is none or it has ended.

    ``letter`` must have been read with its approvals.
    """
    last = letter.approvals[-1] if letter.approvals else None
    return last if last and last.ended_at is None else None


def answer_approval(
    session: Session,
    letter: Letter,
    approval_id: int,
    answer: ApprovalAnswer,
    *,
    comment: str,
    now: datetime,
) -> None:
    """Record the writer's answer and its event; idempotent for the same answer with the same comment.

    The letter's approval requests are locked. The deadline isn't checked, and the letter's version doesn't
    change.

    Args:
        session: An open transaction.
        letter: The letter.
        approval_id: The id of the approval request, as the writer's browser sent it.
        answer: The answer.
        comment: The writer's comment, cleaned; only the first `LONGEST_COMMENT` characters are kept.
        now: The present moment, with a time zone.

    Raises:
        ApprovalEndedError: the letter has no such request, it has ended, or it was answered differently; or
            it is open although the letter is published, declined or withdrawn.
        CommentMissingError: the writer objects without a comment.
    """
    if answer is ApprovalAnswer.OBJECTED and not comment:
        raise CommentMissingError
    # Select by letter only: the id is unchecked input and may be too large a number for the database.
    requests = session.scalars(select(Approval).where(Approval.letter_id == letter.id).with_for_update())
    approval = next((each for each in requests if each.id == approval_id), None)
    if approval is None or approval.ended_at is not None:
        raise ApprovalEndedError
    if approval.answer is not None:
        if (approval.answer, approval.comment) != (answer, comment[:LONGEST_COMMENT]):
            raise ApprovalEndedError
        return
    if letter.state in STATES_WITHOUT_APPROVAL:
        raise ApprovalEndedError
    approval.answer, approval.answered_at = answer, now
    approval.comment = comment[:LONGEST_COMMENT]
    copy_number = session.scalars(select(EditedCopy.number).where(EditedCopy.id == approval.copy_id)).one()
    session.add(
        Event(
            letter_id=letter.id,
            kind=_EVENT_KINDS[answer],
            at=now,
            note=approval.comment,
            copy_number=copy_number,
        )
    )


def end_open_approval(session: Session, letter_id: int, now: datetime) -> None:
    """End a letter's unanswered approval request, if any, and cancel its message if that wasn't sent yet.

    A message that is being sent at this moment isn't cancelled. No event is recorded. The session is flushed.
    """
    approval = session.scalar(
        select(Approval)
        .where(Approval.letter_id == letter_id, Approval.answer.is_(None), Approval.ended_at.is_(None))
        .with_for_update()
    )
    if approval is None:
        return
    approval.ended_at = now
    # The open request is always the latest one.
    request_event_id = session.scalars(
        select(Event.id)
        .where(Event.letter_id == letter_id, Event.kind == EventKind.APPROVAL_ASKED)
        .order_by(Event.id.desc())
        .limit(1)
    ).one()
    cancel_messages_of_event(session, request_event_id)
    session.flush()
