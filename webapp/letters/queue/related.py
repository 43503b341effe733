"""Other letters that an editor wants to see beside a letter: by its writer, and on its story."""

import functools
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, select, true, union_all
from sqlalchemy.orm import Session

from webapp.letters.intake.writer_history import KnownAgain, keys_of, likeness, shared_columns
from webapp.letters.queue.queue_page import MOST_COUNTED
from webapp.rules.frequency import is_same_writer
from webapp.rules.states import State
from webapp.store.models import Letter, Particulars
from webapp.store.statements import WithoutIndex

MOST_SHOWN = 30
"""Of each kind, the newest; who wants more asks the search."""
BESIDE = "beside"
"""The letter that the others are shown beside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedLetter:
    """A letter as another letter's page names it.

    Attributes:
        name: Its writer's, as it may be printed; empty where it is withheld or not kept any more.
        print_on: The day of the issue that it was printed in, or is to be.
        is_withheld: Whether the name is not to be printed.
        is_sure: Whether its writer is surely the same; a household shares a telephone, a city a name.
    """

    reference: str
    paper: str
    state: State
    received_at: datetime
    print_on: date | None
    headline: str
    opening: str
    name: str
    is_withheld: bool
    word_count: int
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class WritersLetters:
    """What else is kept of a letter's writer.

    Attributes:
        hidden: How many more there are that would give a withheld name away.
    """

    surely: tuple[RelatedLetter, ...] = ()
    perhaps: tuple[RelatedLetter, ...] = ()
    hidden: int = 0

    def without_withheld(self, letter: Letter) -> "WritersLetters":
        """Return the same for who has not asked for particulars.

        A letter that is to be printed without its writer's name, beside one with it, gives the name away.
        """
        if letter.withhold_name:
            return WritersLetters(hidden=len(self.surely) + len(self.perhaps))
        surely = tuple(each for each in self.surely if not each.is_withheld)
        perhaps = tuple(each for each in self.perhaps if not each.is_withheld)
        hidden = len(self.surely) + len(self.perhaps) - len(surely) - len(perhaps)
        return WritersLetters(surely, perhaps, hidden)

    @property
    def last_printed(self) -> RelatedLetter | None:
        """The letter of the writer that was printed last, if any was."""
        printed = [each for each in self.surely if each.state is State.PUBLISHED and each.print_on]
        return max(printed, key=lambda each: each.print_on or date.min, default=None)


@dataclass(frozen=True, slots=True)
class StoryLetters:
    """The newest of the other letters on a story, and how many there are, as far as `MOST_COUNTED`."""

    number: int = 0
    shown: tuple[RelatedLetter, ...] = ()


def letters_by_writer(session: Session, letter: Letter) -> WritersLetters:
    """Return the other letters of a letter's writer, to any paper, the newest first.

    ``letter`` was read with its particulars; where they are not kept any more, nobody is known again.
    """
    contact = letter.particulars.contact if letter.particulars else None
    if contact is None:
        return WritersLetters()
    keys = keys_of(contact)
    writer = KnownAgain(session, keys)
    if not writer.kinds:
        return WritersLetters()
    rows = session.execute(_alike(writer.kinds), {**writer.blinds, BESIDE: letter.id})
    found = [as_related(row, is_sure=is_same_writer(keys, writer.keys_shared(row))) for row in rows]
    return WritersLetters(
        tuple(each for each in found if each.is_sure), tuple(each for each in found if not each.is_sure)
    )


def letters_on_story(session: Session, letter: Letter) -> StoryLetters:
    """Return the other letters to the same paper that answer the same article, the newest first."""
    if not letter.article_key:
        return StoryLetters()
    given = {BESIDE: letter.id, "paper": letter.paper, "article_key": letter.article_key}
    rows = session.execute(_on_story(MOST_COUNTED), given).all()
    return StoryLetters(rows[0].number if rows else 0, tuple(as_related(row) for row in rows))


# The statements are made once: the database takes less time over them than SQLAlchemy over making them, and
# each letter that is opened asks for both. SQLAlchemy gives the type of a row by its places; these rows are
# read by their names.
@functools.cache
def _alike(kinds: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    """Ask for the letters that share a key of any of these kinds.

    Of each kind the newest are found without a look at the others, however many there are.
    """
    return (
        other_letters()
        .add_columns(*shared_columns())
        .where(Letter.id.in_(union_all(*map(_newest_alike, kinds))))
        .order_by(Letter.received_at.desc(), Letter.id.desc())
        .limit(MOST_SHOWN)
    )


def _newest_alike(kind: str) -> Select[int]:
    newest = (
        select(Particulars.letter_id)
        .join(Letter, Letter.id == Particulars.letter_id)
        .where(likeness(kind), WithoutIndex(Letter.in_queue) == true(), Letter.id != bindparam(BESIDE))
        # As they were stored, which is how they came, but for a paper that brings its old letters in.
        .order_by(Particulars.letter_id.desc())
        .limit(MOST_SHOWN)
        .subquery()
    )
    return select(newest.c.letter_id)


@functools.cache
def _on_story(most_counted: int) -> Select[*tuple[Any, ...]]:
    on_story = other_letters().where(
        Letter.paper == bindparam("paper"), Letter.article_key == bindparam("article_key")
    )
    counted = on_story.with_only_columns(Letter.id).limit(most_counted).subquery()
    newest = on_story.order_by(Letter.received_at.desc(), Letter.id.desc()).limit(MOST_SHOWN)
    return newest.add_columns(select(func.count()).select_from(counted).scalar_subquery().label("number"))


def other_letters() -> Select[*tuple[Any, ...]]:
    """Ask for letters that editors see, but for the one given as `BESIDE`, as `as_related` reads them."""
    return (
        select(
            Letter.reference,
            Letter.paper,
            Letter.state,
            Letter.received_at,
            Letter.print_on,
            Letter.headline,
            Letter.opening,
            Letter.withhold_name,
            Letter.word_count,
            Particulars.printed_name,
        )
        .outerjoin(Particulars, Particulars.letter_id == Letter.id)
        .where(Letter.id != bindparam(BESIDE), WithoutIndex(Letter.in_queue) == true())
    )


def as_related(row: Row[Any], *, is_sure: bool = True) -> RelatedLetter:
    """Return a letter that `other_letters` has found."""
    return RelatedLetter(
        reference=row.reference,
        paper=row.paper,
        state=row.state,
        received_at=row.received_at,
        print_on=row.print_on,
        headline=row.headline,
        opening=row.opening,
        is_withheld=row.withhold_name,
        name=row.printed_name or "",
        word_count=row.word_count,
        is_sure=is_sure,
    )
