"""What may happen to a letter, and the mark that each happening leaves."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from webapp.letters.models import Event, Letter
from webapp.letters.record import LetterMissingError
from webapp.letters.states import LEGAL_MOVES, DeclineReason, EventKind, State

LONGEST_NOTE = 2000
"""Characters of a note beside a move."""


class ChangedMeanwhileError(Exception):
    """Somebody else moved the letter after the page that this move was made on."""


class IllegalMoveError(Exception):
    """A letter can't go from the one state to the other."""

    def __init__(self, from_state: State, to_state: State) -> None:
        super().__init__(f"{from_state} to {to_state}")
        self.from_state = from_state
        self.to_state = to_state


class ReasonMissingError(Exception):
    """A letter is declined for a reason, and none was given."""


class NoteTooLongError(Exception):
    """A note has more characters than `LONGEST_NOTE`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """An editor's decision.

    Attributes:
        to_state: Where the letter goes.
        version: The version of the letter that the editor saw.
        reason: Why it is declined, where it is.
        note: For colleagues only.
    """

    to_state: State
    version: int
    reason: DeclineReason | None = None
    note: str = ""


def move_letter(session: Session, reference: str, move: Move, *, editor_id: int, now: datetime) -> None:
    """Move a letter and leave an event that says who did it, when and why.

    Raises:
        LetterMissingError: there is none with that reference.
        ChangedMeanwhileError: it is no longer the version that the editor saw.
        IllegalMoveError: it can't go there from where it stands.
        ReasonMissingError: it is to be declined without a reason.
        NoteTooLongError: the note has too many characters to be kept.
    """
    letter = session.scalar(select(Letter).where(Letter.reference == reference))
    if letter is None:
        raise LetterMissingError
    if letter.version != move.version:
        raise ChangedMeanwhileError
    if move.to_state not in LEGAL_MOVES[letter.state]:
        raise IllegalMoveError(letter.state, move.to_state)
    declined = move.to_state is State.DECLINED
    if declined and move.reason is None:
        raise ReasonMissingError
    if len(move.note) > LONGEST_NOTE:
        raise NoteTooLongError
    session.add(
        Event(
            letter_id=letter.id,
            kind=EventKind.MOVED,
            at=now,
            editor_id=editor_id,
            from_state=letter.state,
            to_state=move.to_state,
            reason=move.reason if declined else None,
            note=move.note,
        )
    )
    letter.state = move.to_state
    try:
        session.flush()
    except StaleDataError as error:
        raise ChangedMeanwhileError from error
