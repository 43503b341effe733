"""Editors' notes on letters, the assignment of a letter to an editor, and who can be assigned one.

Notes and assignments are possible in every state, and while a colleague holds the claim on the letter.
"""

import functools
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from webapp.letters.editing.workflow import LONGEST_NOTE, Actor, NoteTooLongError, lock_letter
from webapp.letters.search.index import index_letter
from webapp.store.models import Editor, Event, EventKind, Letter, Role


class NoteMissingError(Exception):
    """The note is empty."""


class AssigneeMissingError(Exception):
    """No editor with that id can be assigned a letter."""


def add_note(session: Session, reference: str, text: str, *, by: Actor, now: datetime) -> None:
    """Add a note to a letter, as an event, and to the full-text index; it can't be changed or removed.

    The letter is locked; its version doesn't change.

    Args:
        session: An open transaction.
        reference: The letter's reference.
        text: The note, at most `LONGEST_NOTE` characters.
        by: The editor.
        now: The present moment, with a time zone.

    Raises:
        LetterMissingError: no letter has that reference.
        NoteMissingError: the note is empty; white space isn't stripped.
        NoteTooLongError: the note is longer than `LONGEST_NOTE`.
    """
    if not text:
        raise NoteMissingError
    if len(text) > LONGEST_NOTE:
        raise NoteTooLongError
    letter = lock_letter(session, reference)
    session.add(Event(letter_id=letter.id, kind=EventKind.NOTED, at=now, editor_id=by.editor_id, note=text))
    index_letter(session, letter.id)


def assignable_editors(session: Session) -> Mapping[int, str]:
    """Return the distinct names of the editors to whom a letter can be assigned, by id, ordered by name.

    Left out are ended accounts and those with the role READER.
    """
    return {row.id: row.distinct_name for row in session.execute(_assignable_editors_statement())}


@functools.cache
def _assignable_editors_statement() -> Select[int, str]:
    return (
        select(Editor.id, Editor.distinct_name)
        .where(Editor.ended_at.is_(None), Editor.role != Role.READER)
        .order_by(func.lower(Editor.name), Editor.id)
    )


def assign(session: Session, reference: str, to_id: int | None, *, by: Actor, now: datetime) -> None:
    """Assign a letter to an editor or to nobody; idempotent. The letter's version doesn't change.

    The letter is locked, and the assignment recorded as an event. A repetition records none, and isn't
    refused even if the account has ended. The editor gets no message.

    Args:
        session: An open transaction.
        reference: The letter's reference.
        to_id: The id of the editor who gets it; ``None`` for nobody.
        by: The editor who assigns it.
        now: The present moment, with a time zone.

    Raises:
        LetterMissingError: no letter has that reference.
        AssigneeMissingError: there is no such editor, the account has ended, or its role is only to read.
    """
    letter = lock_letter(session, reference)
    if letter.assigned_to_id == to_id:
        return
    if to_id is not None and to_id not in assignable_editors(session):
        raise AssigneeMissingError
    session.execute(update(Letter).where(Letter.id == letter.id).values(assigned_to_id=to_id))
    session.add(
        Event(letter_id=letter.id, kind=EventKind.ASSIGNED, at=now, editor_id=by.editor_id, concerns_id=to_id)
    )
