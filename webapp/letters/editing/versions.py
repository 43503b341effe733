"""Versions of a letter's text: the original, which never changes, and the copies that editors save.

It reads all versions of a letter, and saves a new one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.letters.editing.workflow import Actor, lock_letter, refuse_if_claimed
from webapp.letters.search.index import index_letter
from webapp.rules.enums import State
from webapp.rules.letter_text import MAX_BODY_LENGTH, MAX_HEADLINE_LENGTH
from webapp.rules.text_cleaning import clean_line, clean_text
from webapp.rules.words import count_words
from webapp.store.models import EditedCopy, Event, EventKind, Letter

ORIGINAL = 0
"""The number of the version as it was received."""
EDITABLE_STATES = frozenset({State.RECEIVED, State.SHORTLISTED, State.HELD, State.SCHEDULED})
"""States in which the text can be edited; published, declined and withdrawn letters stay as they are."""


class TextMistake(StrEnum):
    """Why a text can't be saved as a new version."""

    MISSING = "missing"
    UNCHANGED = "unchanged"
    BODY_TOO_LONG = "body_too_long"
    HEADLINE_TOO_LONG = "headline_too_long"


class TextRefusedError(Exception):
    """The text can't be saved as a new version, see ``mistake``; nothing was saved."""

    def __init__(self, mistake: TextMistake) -> None:
        super().__init__(mistake.value)
        self.mistake = mistake


class NewerCopyError(Exception):
    """The version that was edited isn't the latest one; nothing was saved."""


class NotEditableError(Exception):
    """The letter is published, declined or withdrawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One version of a letter's text.

    Attributes:
        number: `ORIGINAL`, or the number of the edited copy, from 1.
        headline: The headline, which may be empty.
        body: The text.
        word_count: Words in the body.
        editor: The name of the editor who saved it; ``None`` for the original.
        at: When it was saved or, for the original, received.
    """

    number: int
    headline: str
    body: str
    word_count: int
    editor: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class EditedText:
    """A headline and body that an editor typed, cleaned as they are compared and stored."""

    headline: str
    body: str

    @classmethod
    def from_typed(cls, headline: str, body: str) -> Self:
        """Clean them in the same way as submissions: Unicode form, line ends, control characters."""
        return cls(clean_line(headline), clean_text(body))


def versions(letter: Letter) -> Sequence[Copy]:
    """Return all versions of a letter that was read with its copies and their editors, the original first."""
    return (_original_version(letter), *(_edited_version(copy) for copy in letter.copies))


def version(letter: Letter, number: int) -> Copy | None:
    """Return the version with that number; ``None`` if there is none.

    The letter must have been read with its copies and their editors.
    """
    return next((copy for copy in versions(letter) if copy.number == number), None)


def copy_for_print(letter: Letter) -> Copy:
    """Return the latest version, which is printed: the original if no copy was saved.

    The letter must have been read with its copies and their editors.
    """
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
    """Save a new version of a letter's text, record the event and index it; return the flushed copy.

    The letter is locked, and its version counter goes up. An approval request for an earlier version stays
    open.

    Args:
        session: An open transaction.
        reference: The letter's reference.
        text: The headline, at most `MAX_HEADLINE_LENGTH` characters, and the body, at most `MAX_BODY_LENGTH`;
            stored as they are.
        based_on: The number of the version that was edited; it must still be the latest one.
        by: The editor.
        now: The present moment, with a time zone.

    Raises:
        LetterMissingError: no letter has that reference.
        ClaimedByOtherError: a colleague holds the claim.
        NotEditableError: the letter is published, declined or withdrawn.
        NewerCopyError: ``based_on`` isn't the latest version.
        TextRefusedError: the body has no words, the text is too long, or it is that of the latest version.
    """
    letter = lock_letter(session, reference)
    refuse_if_claimed(letter, by, now)
    if letter.state not in EDITABLE_STATES:
        raise NotEditableError
    if letter.latest_copy != based_on:
        raise NewerCopyError
    latest = _latest_text(session, letter)
    if mistake := _find_mistake(text, latest):
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


def find_excess(text: EditedText) -> TextMistake | None:
    """Return which part of a text is longer than it may be; None if neither is.

    A longer text must not be compared with another: the time grows with the square of its length.
    """
    if len(text.body) > MAX_BODY_LENGTH:
        return TextMistake.BODY_TOO_LONG
    return TextMistake.HEADLINE_TOO_LONG if len(text.headline) > MAX_HEADLINE_LENGTH else None


def _find_mistake(text: EditedText, latest: Letter | EditedCopy) -> TextMistake | None:
    if excess := find_excess(text):
        return excess
    if not count_words(text.body):
        return TextMistake.MISSING
    if (text.headline, text.body) == (latest.headline, latest.body):
        return TextMistake.UNCHANGED
    return None


def _latest_text(session: Session, letter: Letter) -> Letter | EditedCopy:
    if letter.latest_copy == ORIGINAL:
        return letter
    return session.scalars(
        select(EditedCopy).where(EditedCopy.letter_id == letter.id, EditedCopy.number == letter.latest_copy)
    ).one()


def _original_version(letter: Letter) -> Copy:
    return Copy(
        number=ORIGINAL,
        headline=letter.headline,
        body=letter.body,
        word_count=letter.word_count,
        editor=None,
        at=letter.received_at,
    )


def _edited_version(copy: EditedCopy) -> Copy:
    return Copy(
        number=copy.number,
        headline=copy.headline,
        body=copy.body,
        word_count=copy.word_count,
        editor=copy.editor.distinct_name,
        at=copy.at,
    )
