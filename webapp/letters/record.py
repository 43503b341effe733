"""Looking one letter up."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from webapp.letters.models import Approval, EditedCopy, Event, Letter, Message


class LetterMissingError(Exception):
    """There is no such letter."""


def letter_for_desk(session: Session, reference: str) -> Letter:
    """Return the letter with its particulars, advisories, versions, tags and history, and who is at it.

    Raises:
        LetterMissingError: there is none with that reference.
    """
    letter = session.scalar(
        select(Letter)
        .where(Letter.reference == reference)
        .options(
            joinedload(Letter.particulars),
            joinedload(Letter.claimed_by),
            joinedload(Letter.assigned_to),
            selectinload(Letter.advisories),
            selectinload(Letter.tags),
            selectinload(Letter.events).options(joinedload(Event.editor), joinedload(Event.concerns)),
            selectinload(Letter.copies).joinedload(EditedCopy.editor),
            selectinload(Letter.approvals).options(joinedload(Approval.copy), joinedload(Approval.asked_by)),
            selectinload(Letter.messages).defer(Message.text_body).defer(Message.html_body),
        )
    )
    if letter is None:
        raise LetterMissingError
    return letter


def letter_for_writer(session: Session, token: str) -> Letter:
    """Return the letter whose own page ``token`` opens, with its particulars, messages and approvals.

    Raises:
        LetterMissingError: the token opens none.
    """
    letter = session.scalar(
        select(Letter)
        .where(Letter.token == token)
        .options(
            joinedload(Letter.particulars),
            selectinload(Letter.approvals).joinedload(Approval.copy),
            selectinload(Letter.messages).defer(Message.text_body).defer(Message.html_body),
        )
    )
    if letter is None:
        raise LetterMissingError
    return letter
