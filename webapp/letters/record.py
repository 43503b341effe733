"""Looking one letter up."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from webapp.letters.models import Event, Letter, Message


class LetterMissingError(Exception):
    """There is no such letter."""


def letter_for_desk(session: Session, reference: str) -> Letter:
    """Return the letter with its particulars, advisories and history.

    Raises:
        LetterMissingError: there is none with that reference.
    """
    letter = session.scalar(
        select(Letter)
        .where(Letter.reference == reference)
        .options(
            joinedload(Letter.particulars),
            selectinload(Letter.advisories),
            selectinload(Letter.events).joinedload(Event.editor),
            selectinload(Letter.messages).defer(Message.text_body).defer(Message.html_body),
        )
    )
    if letter is None:
        raise LetterMissingError
    return letter


def letter_for_writer(session: Session, token: str) -> Letter:
    """Return the letter whose own page ``token`` opens, with its particulars and messages.

    Raises:
        LetterMissingError: the token opens none.
    """
    letter = session.scalar(
        select(Letter)
        .where(Letter.token == token)
        .options(
            joinedload(Letter.particulars),
            selectinload(Letter.messages).defer(Message.text_body).defer(Message.html_body),
        )
    )
    if letter is None:
        raise LetterMissingError
    return letter
