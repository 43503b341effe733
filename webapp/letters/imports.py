"""What was brought in before: mails and rows, which are never brought in twice.

Kept apart from the letters, as it has to hold when there is nothing left to tell a letter by: its writer was
erased, its particulars were purged, or it was withdrawn.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from webapp.letters.columns import seal_of
from webapp.letters.models import Import, Letter
from webapp.letters.rows import insert_row

PURPOSE = "import"
"""What the blind index is made for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtIn:
    """That a submission had arrived elsewhere, and is brought in from there.

    Attributes:
        known_as: What it is told by when it is brought in again: a Message-ID, or all that stands in it.
        at: When it is brought in, with the time zone; it arrived before that.
    """

    known_as: str
    at: datetime


def is_of_import(session: Session, paper: str, brought_in: BroughtIn) -> ColumnElement[bool]:
    """Return the condition that a letter is the one that this was brought in as before."""
    blinds = seal_of(session.get_bind().dialect).blinds(_value(paper, brought_in), PURPOSE)
    return Letter.id.in_(select(Import.letter_id).where(Import.known_blind.in_(blinds)))


def note_import(session: Session, paper: str, brought_in: BroughtIn, letter_id: int) -> None:
    """Keep that this was brought in as that letter."""
    blind = seal_of(session.get_bind().dialect).blind(_value(paper, brought_in), PURPOSE)
    insert_row(session, Import(known_blind=blind, letter_id=letter_id, brought_in_at=brought_in.at))


def was_brought_in_since(moment: datetime) -> ColumnElement[bool]:
    """Return the condition that a letter came from elsewhere after ``moment``, however old it is itself."""
    return exists().where(Import.letter_id == Letter.id, Import.brought_in_at > moment)


def _value(paper: str, brought_in: BroughtIn) -> str:
    return f"{paper}\0{hashlib.sha256(brought_in.known_as.encode('utf-8', 'surrogatepass')).hexdigest()}"
