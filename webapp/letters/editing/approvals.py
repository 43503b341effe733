"""Asking a writer whether an edited version may be printed, and the answer.

One question is open at a time. An answer after the deadline still counts, as long as the question is open:
the deadline tells the editor from when on nobody has to wait, and a late “no” is better heard before the
paper is printed than after. A question ends when it has lost its point: the writer is asked about another
version, or the letter is printed, declined or withdrawn.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.messages.outbox import call_back
from webapp.store.models import Approval, ApprovalAnswer, EditedCopy, Event, EventKind, Letter

LONGEST_COMMENT = 2000
"""Characters of what a writer says to an edited version."""

_EVENTS = {ApprovalAnswer.APPROVED: EventKind.APPROVED, ApprovalAnswer.OBJECTED: EventKind.OBJECTED}


class NothingToApproveError(Exception):
    """The letter has no edited version of that number."""


class QuestionEndedError(Exception):
    """The question was answered otherwise, or has lost its point."""


class CommentMissingError(Exception):
    """A writer objects, and does not say to what."""


def ask_for_approval(
    session: Session,
    letter: Letter,
    copy_number: int,
    *,
    editor_id: int,
    deadline: datetime,
    now: datetime,
) -> Event:
    """Ask the writer about an edited version; return the event that a message can tell of.

    Args:
        session: The transaction.
        letter: The letter, which nobody else changes until the transaction ends.
        copy_number: Which version.
        editor_id: Who asks.
        deadline: Until when an answer is waited for.
        now: The present moment.

    Raises:
        NothingToApproveError: there is no edited version of that number.
    """
    copy = session.scalar(
        select(EditedCopy).where(EditedCopy.letter_id == letter.id, EditedCopy.number == copy_number)
    )
    if copy is None:
        raise NothingToApproveError
    end_open_question(session, letter.id, now)
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


def question(letter: Letter) -> Approval | None:
    """Return what the writer was asked last, of a letter read with its approvals, if it still has a point."""
    last = letter.approvals[-1] if letter.approvals else None
    return last if last and last.ended_at is None else None


def answer_question(
    session: Session,
    letter: Letter,
    approval_id: int,
    answer: ApprovalAnswer,
    *,
    comment: str,
    now: datetime,
) -> None:
    """Note what the writer says to an edited version; the same answer again changes nothing.

    Raises:
        QuestionEndedError: there is no such question, it was answered otherwise, or has lost its point.
        CommentMissingError: the writer objects without a word.
    """
    if answer is ApprovalAnswer.OBJECTED and not comment:
        raise CommentMissingError
    # By the letter alone: a number that was made up may be one that the database can't look for.
    asked = session.scalars(select(Approval).where(Approval.letter_id == letter.id).with_for_update())
    approval = next((each for each in asked if each.id == approval_id), None)
    if approval is None or approval.ended_at is not None:
        raise QuestionEndedError
    if approval.answer is not None:
        if (approval.answer, approval.comment) != (answer, comment[:LONGEST_COMMENT]):
            raise QuestionEndedError
        return
    approval.answer, approval.answered_at = answer, now
    approval.comment = comment[:LONGEST_COMMENT]
    copy_number = session.scalars(select(EditedCopy.number).where(EditedCopy.id == approval.copy_id)).one()
    session.add(
        Event(
            letter_id=letter.id,
            kind=_EVENTS[answer],
            at=now,
            note=approval.comment,
            copy_number=copy_number,
        )
    )


def end_open_question(session: Session, letter_id: int, now: datetime) -> None:
    """End the question that a letter's writer has not answered, and call back what still waits to ask it."""
    approval = session.scalar(
        select(Approval)
        .where(Approval.letter_id == letter_id, Approval.answer.is_(None), Approval.ended_at.is_(None))
        .with_for_update()
    )
    if approval is None:
        return
    approval.ended_at = now
    # The open question is always the one that was asked last.
    asked = session.scalars(
        select(Event.id)
        .where(Event.letter_id == letter_id, Event.kind == EventKind.APPROVAL_ASKED)
        .order_by(Event.id.desc())
        .limit(1)
    ).one()
    call_back(session, asked)
    session.flush()
