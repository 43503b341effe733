"""Queries for one letter: for its page at the desk, for the writer's own page, and for its stored verdict.

It also holds `LetterMissingError`, which operations on a letter raise as well, and tells which papers have
letters. No letter is locked.

The statements are built once and cached: for a single letter, building a statement (and the ones that
SQLAlchemy derives from it for each relationship) costs more time than the database takes to answer it.
"""

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, defer, joinedload
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.interfaces import ORMOption

from webapp.rules.lengths import Length
from webapp.rules.policy import Policy, policies_by_slug
from webapp.rules.policy.sections.length import LengthUnit
from webapp.store.models import Advisory, Approval, Base, EditedCopy, Event, Letter, Message

SOUGHT, LETTER_ID = "sought", "letter_id"
"""Names of bind parameters: the reference or token that is looked up, and the letter's id."""


class LetterMissingError(Exception):
    """No letter has that reference or token."""


def letter_for_desk(session: Session, reference: str) -> Letter:
    """Return a letter with all that its page at the desk shows, in whatever state it is.

    Loaded with it: particulars, who has claimed it and whom it is assigned to, advisories, tags, events,
    edited copies, approvals, and messages without their bodies. A letter that awaits confirmation is returned
    too. The look at the particulars isn't recorded.

    Raises:
        LetterMissingError: no letter has that reference.
    """
    return _desk_query().load(session, reference)


def letter_for_writer(session: Session, token: str) -> Letter:
    """Return the letter whose own page ``token`` opens, in whatever state it is.

    Loaded with it: particulars, approvals with their edited copies, and messages without their bodies.

    Raises:
        LetterMissingError: no letter has that token.
    """
    return _writer_query().load(session, token)


@dataclass(frozen=True, slots=True)
class StoredVerdict:
    """The verdict under which a letter was stored: it met the rules, so there are advisories only."""

    word_count: int
    length: Length
    advisories: tuple[Advisory, ...]


def stored_verdict(session: Session, reference: str) -> StoredVerdict:
    """Return the verdict on a letter as it was when it came in: its length and advisories in their order.

    Raises:
        LetterMissingError: no letter has that reference.
    """
    rows = session.execute(_verdict_statement(), {SOUGHT: reference}).all()
    if not rows:
        raise LetterMissingError
    words = rows[0].word_count
    length = Length(rows[0].length_unit or LengthUnit.WORDS, rows[0].length or words)
    return StoredVerdict(words, length, tuple(row.Advisory for row in rows if row.Advisory))


@dataclass(frozen=True, slots=True)
class _Collection:
    """The statement that loads one of a letter's one-to-many relationships, in its order."""

    relationship_name: str
    statement: Select[Base]

    @classmethod
    def of(cls, relationship: InstrumentedAttribute[Any], *options: ORMOption) -> Self:
        """Build the statement from the mapper's join condition and order of ``relationship``."""
        mapped = relationship.property
        [(_, letter_id)] = mapped.local_remote_pairs
        statement = select(mapped.mapper.class_).where(letter_id == bindparam(LETTER_ID))
        return cls(relationship.key, statement.order_by(*mapped.order_by).options(*options))


@dataclass(frozen=True, slots=True)
class _LetterQuery:
    """The statements that load a letter and its collections."""

    statement: Select[Letter]
    collections: tuple[_Collection, ...]

    def load(self, session: Session, sought: str) -> Letter:
        """Return the letter with that reference or token, its collections filled.

        Raises:
            LetterMissingError: no letter has it.
        """
        letter = session.scalar(self.statement, {SOUGHT: sought})
        if letter is None:
            raise LetterMissingError
        for collection in self.collections:
            rows = session.scalars(collection.statement, {LETTER_ID: letter.id})
            set_committed_value(letter, collection.relationship_name, list(rows))
        return letter


@functools.cache
def _desk_query() -> _LetterQuery:
    return _LetterQuery(
        _letter_by(Letter.reference, Letter.particulars, Letter.claimed_by, Letter.assigned_to),
        (
            _Collection.of(Letter.advisories),
            _Collection.of(Letter.tags),
            _Collection.of(Letter.events, joinedload(Event.editor), joinedload(Event.concerns)),
            _Collection.of(Letter.copies, joinedload(EditedCopy.editor)),
            _Collection.of(Letter.approvals, joinedload(Approval.copy), joinedload(Approval.asked_by)),
            _messages_without_bodies(),
        ),
    )


# Any: SQLAlchemy types a row by position, and these rows are read by column name.
@functools.cache
def _verdict_statement() -> Select[*tuple[Any, ...]]:
    return (
        select(Letter.word_count, Letter.length, Letter.length_unit, Advisory)
        .outerjoin(Advisory, Advisory.letter_id == Letter.id)
        .where(Letter.reference == bindparam(SOUGHT))
        .order_by(Advisory.position)
    )


@functools.cache
def _writer_query() -> _LetterQuery:
    return _LetterQuery(
        _letter_by(Letter.token, Letter.particulars),
        (_Collection.of(Letter.approvals, joinedload(Approval.copy)), _messages_without_bodies()),
    )


def _letter_by(
    column: InstrumentedAttribute[str], *joined_relationships: InstrumentedAttribute[Any]
) -> Select[Letter]:
    statement = select(Letter).where(column == bindparam(SOUGHT))
    return statement.options(*(joinedload(relationship) for relationship in joined_relationships))


def _messages_without_bodies() -> _Collection:
    return _Collection.of(Letter.messages, defer(Message.text_body), defer(Message.html_body))


def slugs_with_letters(session: Session) -> Sequence[str]:
    """Return the slugs of all papers that have letters, with one index lookup each (loose index scan)."""
    first = select(func.min(Letter.paper).label("paper")).cte("papers", recursive=True)
    following = select(func.min(Letter.paper)).where(Letter.paper > first.c.paper).scalar_subquery()
    papers = first.union_all(select(following).where(first.c.paper.is_not(None)))
    return session.scalars(select(papers.c.paper).where(papers.c.paper.is_not(None))).all()


def unserved_slugs(session: Session, policies: Iterable[Policy]) -> Sequence[str]:
    """Return the slugs under which letters are stored that no policy has, neither now nor formerly."""
    served = policies_by_slug(policies)
    return [slug for slug in slugs_with_letters(session) if slug not in served]
