"""What colleagues tell each other about a letter: notes, and whose it is.

None of it is refused because somebody else is on the letter: it is how one reaches whoever that is.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.letters.models import Editor, Event, Letter
from webapp.letters.search import index_letter
from webapp.letters.states import EventKind, Role
from webapp.letters.workflow import LONGEST_NOTE, Actor, NoteTooLongError, letter_to_change


class NoteMissingError(Exception):
    """Nothing was noted."""


class ColleagueMissingError(Exception):
    """Nobody with that number can be given a letter."""


def add_note(session: Session, reference: str, text: str, *, by: Actor, now: datetime) -> None:
    """Add a note to a letter, for good.

    Raises:
        LetterMissingError: there is none with that reference.
        NoteMissingError: it is empty.
        NoteTooLongError: it has too many characters to be kept.
    """
    if not text:
        raise NoteMissingError
    if len(text) > LONGEST_NOTE:
        raise NoteTooLongError
    letter = letter_to_change(session, reference)
    session.add(Event(letter_id=letter.id, kind=EventKind.NOTED, at=now, editor_id=by.editor_id, note=text))
    index_letter(session, letter.id)


def colleagues(session: Session) -> Sequence[Editor]:
    """Return who can be given a letter, by name."""
    return session.scalars(
        select(Editor)
        .where(Editor.ended_at.is_(None), Editor.role != Role.READER)
        .order_by(Editor.name, Editor.id)
    ).all()


def assign(session: Session, reference: str, to_id: int | None, *, by: Actor, now: datetime) -> None:
    """Give a letter to a colleague, or to nobody; where it is so already nothing happens.

    Raises:
        LetterMissingError: there is none with that reference.
        ColleagueMissingError: there is no such colleague, or not any more.
    """
    letter = letter_to_change(session, reference)
    if letter.assigned_to_id == to_id:
        return
    if to_id is not None and to_id not in {colleague.id for colleague in colleagues(session)}:
        raise ColleagueMissingError
    session.execute(update(Letter).where(Letter.id == letter.id).values(assigned_to_id=to_id))
    session.add(
        Event(letter_id=letter.id, kind=EventKind.ASSIGNED, at=now, editor_id=by.editor_id, concerns_id=to_id)
    )
