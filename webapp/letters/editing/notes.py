"""What colleagues tell each other about a letter: notes, and whose it is.

None of it is refused because somebody else is on the letter: it is how one reaches whoever that is.
"""

import functools
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from webapp.letters.editing.workflow import LONGEST_NOTE, Actor, NoteTooLongError, lock_letter
from webapp.letters.search.index import index_letter
from webapp.store.models import Editor, Event, EventKind, Letter, Role


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
    letter = lock_letter(session, reference)
    session.add(Event(letter_id=letter.id, kind=EventKind.NOTED, at=now, editor_id=by.editor_id, note=text))
    index_letter(session, letter.id)


def colleagues(session: Session) -> Mapping[int, str]:
    """Return who can be given a letter: their names by their numbers, in the order of the names."""
    return {each.id: each.name for each in session.execute(_colleagues())}


@functools.cache
def _colleagues() -> Select[int, str]:
    return (
        select(Editor.id, Editor.name)
        .where(Editor.ended_at.is_(None), Editor.role != Role.READER)
        .order_by(Editor.name, Editor.id)
    )


def assign(session: Session, reference: str, to_id: int | None, *, by: Actor, now: datetime) -> None:
    """Give a letter to a colleague, or to nobody; where it is so already nothing happens.

    Raises:
        LetterMissingError: there is none with that reference.
        ColleagueMissingError: there is no such colleague, or not any more.
    """
    letter = lock_letter(session, reference)
    if letter.assigned_to_id == to_id:
        return
    if to_id is not None and to_id not in colleagues(session):
        raise ColleagueMissingError
    session.execute(update(Letter).where(Letter.id == letter.id).values(assigned_to_id=to_id))
    session.add(
        Event(letter_id=letter.id, kind=EventKind.ASSIGNED, at=now, editor_id=by.editor_id, concerns_id=to_id)
    )
