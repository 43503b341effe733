"""The versions of a letter's text: the one that was received, and those that editors put on top of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.letters.editing.workflow import Actor, lock_letter, refuse_if_claimed
from webapp.letters.search.index import index_letter
from webapp.rules.letter_text import LONGEST_BODY, LONGEST_HEADLINE
from webapp.rules.states import State
from webapp.rules.submission import clean_line, clean_text
from webapp.rules.words import count_words
from webapp.store.models import EditedCopy, Event, EventKind, Letter

ORIGINAL = 0
"""The number of the text as it was received."""
EDITABLE = frozenset({State.RECEIVED, State.SHORTLISTED, State.HELD, State.SCHEDULED})
"""Until it is printed, declined or withdrawn; from then on the record stays as it is."""


class TextMistake(StrEnum):
    """Why a text can't be a new version."""

    MISSING = "missing"
    UNCHANGED = "unchanged"
    BODY_TOO_LONG = "body_too_long"
    HEADLINE_TOO_LONG = "headline_too_long"


class TextRefusedError(Exception):
    """What was typed can't be a new version; nothing was saved."""

    def __init__(self, mistake: TextMistake) -> None:
        super().__init__(mistake.value)
        self.mistake = mistake


class NewerCopyError(Exception):
    """There is a newer version than the one that was worked on; nothing was saved."""


class NotEditableError(Exception):
    """The letter has been printed, declined or withdrawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One version of a letter's text.

    Attributes:
        number: `ORIGINAL`, or counted from 1.
        word_count: Words in the body.
        editor: Who made it; the writer where ``None``.
    """

    number: int
    headline: str
    body: str
    word_count: int
    editor: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class EditedText:
    """What an editor typed, as it is compared and kept."""

    headline: str
    body: str

    @classmethod
    def from_typed(cls, headline: str, body: str) -> Self:
        """Clean what was typed, as what writers type is cleaned."""
        return cls(clean_line(headline), clean_text(body))


def versions(letter: Letter) -> Sequence[Copy]:
    """Return all versions of a letter that was read with its copies, the original first."""
    return (_original(letter), *(_edited(copy) for copy in letter.copies))


def version(letter: Letter, number: int) -> Copy | None:
    """Return one version of a letter that was read with its copies, if it has one of that number."""
    return next((copy for copy in versions(letter) if copy.number == number), None)


def copy_for_print(letter: Letter) -> Copy:
    """Return the version that is printed, the latest, of a letter that was read with its copies."""
    return versions(letter)[-1]


def save_copy(
    session: Session,
    reference: str,
    text: EditedText,
    *,
    based_on: int,
    by: Actor,
    now: datetime,
) -> EditedCopy:
    """Put a new version on top of a letter's others; return it.

    Args:
        session: The transaction.
        reference: Which letter.
        text: The headline, which may be empty, and the body.
        based_on: The number of the version that it was made from, and that has to be the latest still.
        by: Who made it.
        now: The present moment.

    Raises:
        LetterMissingError: there is no letter with that reference.
        ClaimedByOtherError: a colleague is on it.
        NotEditableError: it has been printed, declined or withdrawn.
        NewerCopyError: somebody else has put another version on top meanwhile.
        TextRefusedError: there is no text, too much of it, or nothing new in it.
    """
    letter = lock_letter(session, reference)
    refuse_if_claimed(letter, by, now)
    if letter.state not in EDITABLE:
        raise NotEditableError
    if letter.latest_copy != based_on:
        raise NewerCopyError
    latest = _latest(session, letter)
    if mistake := _mistake(text, latest):
        raise TextRefusedError(mistake)
    letter.latest_copy += 1
    copy = EditedCopy(
        letter_id=letter.id,
        number=letter.latest_copy,
        headline=text.headline,
        body=text.body,
        word_count=count_words(text.body),
        editor_id=by.editor_id,
        at=now,
    )
    event = Event(
        letter_id=letter.id,
        kind=EventKind.EDITED,
        at=now,
        editor_id=by.editor_id,
        copy_number=copy.number,
    )
    session.add_all([copy, event])
    session.flush()
    index_letter(session, letter.id)
    return copy


def _mistake(text: EditedText, latest: Letter | EditedCopy) -> TextMistake | None:
    if not count_words(text.body):
        return TextMistake.MISSING
    if len(text.body) > LONGEST_BODY:
        return TextMistake.BODY_TOO_LONG
    if len(text.headline) > LONGEST_HEADLINE:
        return TextMistake.HEADLINE_TOO_LONG
    if (text.headline, text.body) == (latest.headline, latest.body):
        return TextMistake.UNCHANGED
    return None


def _latest(session: Session, letter: Letter) -> Letter | EditedCopy:
    if letter.latest_copy == ORIGINAL:
        return letter
    return session.scalars(
        select(EditedCopy).where(EditedCopy.letter_id == letter.id, EditedCopy.number == letter.latest_copy)
    ).one()


def _original(letter: Letter) -> Copy:
    return Copy(
        number=ORIGINAL,
        headline=letter.headline,
        body=letter.body,
        word_count=letter.word_count,
        editor=None,
        at=letter.received_at,
    )


def _edited(copy: EditedCopy) -> Copy:
    return Copy(
        number=copy.number,
        headline=copy.headline,
        body=copy.body,
        word_count=copy.word_count,
        editor=copy.editor.name,
        at=copy.at,
    )
