"""Related letters, shown beside a letter: others of its writer, the last one printed, those on its article.

Only letters in the queue are found, in any state. Also here: the statement and the row type that
`similar_letters` uses, too.
"""

import functools
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, select, true, union_all
from sqlalchemy.orm import Session

from webapp.letters.intake.writer_history import WriterMatcher, shared_key_columns, shares_key, writer_keys_of
from webapp.letters.queue.queue_page import MAX_COUNTED
from webapp.rules.enums import State
from webapp.rules.frequency import is_same_writer
from webapp.store.models import Letter, Particulars
from webapp.store.statements import WithoutIndex

MAX_RELATED = 30
"""Letters of each kind that are shown, the newest; for more there is the search."""
MAX_PRINTED = 100
"""Published letters that are looked at for the last one by a writer; only a common name has more."""
EXCLUDED_LETTER = "beside"
"""The name of the bind parameter for the id of the letter that is left out: the one they are shown beside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedLetter:
    """A related letter as the page of another letter shows it.

    Attributes:
        name: The writer's name as it may be printed; empty if it is withheld or was removed with the
            particulars, which a published letter's isn't.
        print_on: The date of the issue in which it was printed or is scheduled.
        is_withheld: Whether the name is withheld in print.
        is_certain: Whether the writer is certainly the same person: a phone number alone may be a
            household's, a name alone another person's.
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
    is_certain: bool = True


@dataclass(frozen=True, slots=True)
class WritersLetters:
    """The other letters of a letter's writer, newest first, at most `MAX_RELATED` together.

    Attributes:
        certain: Letters that are certainly by the same writer.
        possible: Letters that may be by the same writer, or by another of that name or household.
        hidden: How many letters `hide_withheld_names` has removed.
    """

    certain: tuple[RelatedLetter, ...] = ()
    possible: tuple[RelatedLetter, ...] = ()
    hidden: int = 0

    def hide_withheld_names(self, letter: Letter) -> "WritersLetters":
        """Return the letters that an editor may see without having asked for the writer's particulars.

        A letter whose name is withheld, shown beside a letter with the writer's name, would reveal the name.
        If ``letter`` withholds its name all are removed, otherwise those that withhold theirs.
        """
        if letter.withhold_name:
            return WritersLetters(hidden=len(self.certain) + len(self.possible))
        certain = tuple(each for each in self.certain if not each.is_withheld)
        possible = tuple(each for each in self.possible if not each.is_withheld)
        hidden = len(self.certain) + len(self.possible) - len(certain) - len(possible)
        return WritersLetters(certain, possible, hidden)


@dataclass(frozen=True, slots=True)
class ArticleLetters:
    """The newest letters on an article, at most `MAX_RELATED`, and their number up to `MAX_COUNTED`."""

    number: int = 0
    shown: tuple[RelatedLetter, ...] = ()


def find_letters_by_writer(session: Session, letter: Letter) -> WritersLetters:
    """Return the other letters of a letter's writer to any paper, newest first.

    ``letter`` must have been read with its particulars. If these have been purged, the result is empty.
    Purged letters are found by e-mail address only. Withheld names aren't hidden, see `hide_withheld_names`.
    """
    contact = letter.particulars.contact if letter.particulars else None
    if contact is None:
        return WritersLetters()
    keys = writer_keys_of(contact)
    writer = WriterMatcher(session, keys)
    if not writer.key_kinds:
        return WritersLetters()
    rows = session.execute(
        _by_writer_statement(writer.key_kinds), {**writer.bind_values, EXCLUDED_LETTER: letter.id}
    )
    found = [
        related_letter_from_row(row, is_certain=is_same_writer(keys, writer.shared_keys(row))) for row in rows
    ]
    return WritersLetters(
        tuple(each for each in found if each.is_certain), tuple(each for each in found if not each.is_certain)
    )


def find_last_printed(session: Session, letter: Letter) -> RelatedLetter | None:
    """Return the letter with the latest issue date that is certainly by a letter's writer, or None.

    It can be that letter itself. ``letter`` must have been read with its particulars; if these have been
    purged, the result is None. Of more than `MAX_PRINTED` published letters that share a key the older ones
    aren't known.
    """
    contact = letter.particulars.contact if letter.particulars else None
    if contact is None:
        return None
    keys = writer_keys_of(contact)
    writer = WriterMatcher(session, keys)
    if not writer.key_kinds:
        return None
    rows = session.execute(_printed_statement(writer.key_kinds), {**writer.bind_values, EXCLUDED_LETTER: 0})
    certain = (row for row in rows if is_same_writer(keys, writer.shared_keys(row)))
    return next(map(related_letter_from_row, certain), None)


def find_letters_on_article(session: Session, letter: Letter, slugs: Collection[str] = ()) -> ArticleLetters:
    """Return the other letters to the same paper that answer the same article, newest first.

    The result is empty if the letter names no article.

    Args:
        session: An open session.
        letter: The letter.
        slugs: The slugs under which letters to its paper are stored; by default the letter's own.
    """
    if not letter.article_key:
        return ArticleLetters()
    bind_values = {
        EXCLUDED_LETTER: letter.id,
        "slugs": slugs or (letter.paper,),
        "article_key": letter.article_key,
    }
    rows = session.execute(_on_article_statement(MAX_COUNTED), bind_values).all()
    return ArticleLetters(rows[0].number if rows else 0, tuple(related_letter_from_row(row) for row in rows))


# The statements are cached: SQLAlchemy takes longer to build them than the databases to answer them, and each
# letter that is opened needs both. Any: SQLAlchemy types a row by position; these are read by column name.
@functools.cache
def _by_writer_statement(key_kinds: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    """Return the statement for the letters that share a key of any of these kinds.

    The newest of each kind are read from an index, so that the cost doesn't grow with the number of matches.
    """
    return (
        select_other_letters()
        .add_columns(*shared_key_columns())
        .where(Letter.id.in_(union_all(*map(_newest_with_shared_key, key_kinds))))
        .order_by(Letter.received_at.desc(), Letter.id.desc())
        .limit(MAX_RELATED)
    )


@functools.cache
def _printed_statement(key_kinds: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    """Return the statement for the published letters that share a key, the latest issue first."""
    sharing = (select(Particulars.letter_id).where(shares_key(kind)) for kind in key_kinds)
    return (
        select_other_letters()
        .add_columns(*shared_key_columns())
        .where(Letter.id.in_(union_all(*sharing)), WithoutIndex(Letter.state) == State.PUBLISHED)
        .order_by(Letter.print_on.desc(), Letter.id.desc())
        .limit(MAX_PRINTED)
    )


def _newest_with_shared_key(kind: str) -> Select[int]:
    newest = (
        select(Particulars.letter_id)
        .join(Letter, Letter.id == Particulars.letter_id)
        .where(
            shares_key(kind), WithoutIndex(Letter.in_queue) == true(), Letter.id != bindparam(EXCLUDED_LETTER)
        )
        # By id, which is the order of arrival except for imports of old letters.
        .order_by(Particulars.letter_id.desc())
        .limit(MAX_RELATED)
        .subquery()
    )
    return select(newest.c.letter_id)


@functools.cache
def _on_article_statement(max_counted: int) -> Select[*tuple[Any, ...]]:
    on_article = select_other_letters().where(
        Letter.paper.in_(bindparam("slugs", expanding=True)), Letter.article_key == bindparam("article_key")
    )
    counted = on_article.with_only_columns(Letter.id).limit(max_counted).subquery()
    newest = on_article.order_by(Letter.received_at.desc(), Letter.id.desc()).limit(MAX_RELATED)
    return newest.add_columns(select(func.count()).select_from(counted).scalar_subquery().label("number"))


def select_other_letters() -> Select[*tuple[Any, ...]]:
    """Return a statement for letters in the queue, with the columns that `related_letter_from_row` reads.

    The bind parameter `EXCLUDED_LETTER` is the id of a letter that is left out.
    """
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
        .where(Letter.id != bindparam(EXCLUDED_LETTER), WithoutIndex(Letter.in_queue) == true())
    )


def related_letter_from_row(row: Row[Any], *, is_certain: bool = True) -> RelatedLetter:
    """Return the letter of a row of `select_other_letters`."""
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
        is_certain=is_certain,
    )
