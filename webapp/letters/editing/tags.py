"""Words that the desk puts on letters."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.letters.editing.workflow import Actor, lock_letter
from webapp.rules.submission import clean_line
from webapp.store.models import Event, EventKind, Letter, LetterTag

LONGEST_TAG = 40
"""Characters."""
SUGGESTED = 30
LOOKED_AT = 500
"""Tags of the newest letters, among which those in use are looked for: what was in use years ago is not."""


class TagMissingError(Exception):
    """Nothing is left of a tag."""


class TagTooLongError(Exception):
    """A tag has more characters than `LONGEST_TAG`."""


def read_tag(typed: str) -> str:
    """Return a tag in the one way in which it is kept: small letters, single spaces, no # in front.

    Raises:
        TagMissingError: nothing is left of it.
        TagTooLongError: it has too many characters.
    """
    tag = " ".join(clean_line(typed).lstrip("#").split()).lower()
    if not tag:
        raise TagMissingError
    if len(tag) > LONGEST_TAG:
        raise TagTooLongError
    return tag


def add_tag(session: Session, reference: str, typed: str, *, by: Actor, now: datetime) -> None:
    """Put a tag on a letter; one that it has stays.

    Raises:
        LetterMissingError: there is none with that reference.
        TagMissingError: nothing is left of it.
        TagTooLongError: it has too many characters.
    """
    tag = read_tag(typed)
    letter = lock_letter(session, reference)
    if session.get(LetterTag, (letter.id, tag)) is None:
        session.add(LetterTag(letter_id=letter.id, tag=tag))
        session.add(_event(letter, EventKind.TAGGED, tag, by, now))


def remove_tag(session: Session, reference: str, tag: str, *, by: Actor, now: datetime) -> None:
    """Take a tag off a letter, if it has it.

    Raises:
        LetterMissingError: there is none with that reference.
    """
    letter = lock_letter(session, reference)
    if found := session.get(LetterTag, (letter.id, tag)):
        session.delete(found)
        session.add(_event(letter, EventKind.UNTAGGED, tag, by, now))


def tags_in_use(session: Session) -> Sequence[str]:
    """Return the tags of the newest letters, the most used ones first."""
    newest = select(LetterTag.tag).order_by(LetterTag.letter_id.desc()).limit(LOOKED_AT)
    return [tag for tag, _ in Counter(session.scalars(newest)).most_common(SUGGESTED)]


def _event(letter: Letter, kind: EventKind, tag: str, by: Actor, now: datetime) -> Event:
    return Event(letter_id=letter.id, kind=kind, at=now, editor_id=by.editor_id, note=tag)
