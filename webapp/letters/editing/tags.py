"""Tags that editors put on letters: normalising, adding, removing, and suggesting those in use."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.letters.editing.workflow import Actor, lock_letter
from webapp.rules.text_cleaning import clean_line
from webapp.store.models import Event, EventKind, Letter, LetterTag

LONGEST_TAG = 40
"""Characters."""
MAX_SUGGESTED = 30
"""Tags that are suggested."""
RECENT_TAGS = 500
"""Tags of the newest letters that are counted for the suggestions: tags from years ago are left out."""


class TagMissingError(Exception):
    """A tag is empty once it is normalised."""


class TagTooLongError(Exception):
    """A tag is longer than `LONGEST_TAG`."""


def read_tag(typed: str) -> str:
    """Return a typed tag as it is stored: lower case, single spaces, without the ``#`` it begins with.

    Raises:
        TagMissingError: nothing is left of it.
        TagTooLongError: it is longer than `LONGEST_TAG`.
    """
    tag = " ".join(clean_line(typed).lstrip("#").split()).lower()
    if not tag:
        raise TagMissingError
    if len(tag) > LONGEST_TAG:
        raise TagTooLongError
    return tag


def add_tag(session: Session, reference: str, typed: str, *, by: Actor, now: datetime) -> None:
    """Add a tag to a letter and record it as an event; idempotent.

    The letter is locked; its version doesn't change. State and claim aren't checked.

    Args:
        session: An open transaction.
        reference: The letter's reference.
        typed: The tag as the editor typed it; it is normalised by `read_tag`.
        by: The editor.
        now: The present moment, with a time zone.

    Raises:
        LetterMissingError: no letter has that reference.
        TagMissingError: nothing is left of the tag.
        TagTooLongError: it is longer than `LONGEST_TAG`.
    """
    tag = read_tag(typed)
    letter = lock_letter(session, reference)
    if session.get(LetterTag, (letter.id, tag)) is None:
        session.add(LetterTag(letter_id=letter.id, tag=tag))
        session.add(_event(letter, EventKind.TAGGED, tag, by, now))


def remove_tag(session: Session, reference: str, tag: str, *, by: Actor, now: datetime) -> None:
    """Remove a tag from a letter and record it as an event; if the letter doesn't have it, nothing happens.

    The letter is locked; its version doesn't change. State and claim aren't checked.

    Args:
        session: An open transaction.
        reference: The letter's reference.
        tag: The tag as it is stored.
        by: The editor.
        now: The present moment, with a time zone.

    Raises:
        LetterMissingError: no letter has that reference.
    """
    letter = lock_letter(session, reference)
    if found := session.get(LetterTag, (letter.id, tag)):
        session.delete(found)
        session.add(_event(letter, EventKind.UNTAGGED, tag, by, now))


def tags_in_use(session: Session) -> Sequence[str]:
    """Return the most used tags of the newest letters, most used first, at most `MAX_SUGGESTED`.

    The newest `RECENT_TAGS` tags are counted, of all papers.
    """
    newest = select(LetterTag.tag).order_by(LetterTag.letter_id.desc()).limit(RECENT_TAGS)
    return [tag for tag, _ in Counter(session.scalars(newest)).most_common(MAX_SUGGESTED)]


def _event(letter: Letter, kind: EventKind, tag: str, by: Actor, now: datetime) -> Event:
    return Event(letter_id=letter.id, kind=kind, at=now, editor_id=by.editor_id, note=tag)
