"""Looking one letter up with what hangs on it.

The statements are made once. For a single letter, SQLAlchemy's work on a statement that is new, and on those
that it derives from it for what hangs on the letter, is more than the database's.
"""

import functools
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import InstrumentedAttribute, Session, defer, joinedload
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.interfaces import ORMOption

from webapp.store.models import Advisory, Approval, Base, EditedCopy, Event, Letter, Message

SOUGHT, LETTER_ID = "sought", "letter_id"


class LetterMissingError(Exception):
    """There is no such letter."""


def letter_for_desk(session: Session, reference: str) -> Letter:
    """Return the letter with its particulars, advisories, versions, tags and history, and who is at it.

    Raises:
        LetterMissingError: there is none with that reference.
    """
    return _at_desk().letter(session, reference)


def letter_for_writer(session: Session, token: str) -> Letter:
    """Return the letter whose own page ``token`` opens, with its particulars, messages and approvals.

    Raises:
        LetterMissingError: the token opens none.
    """
    return _at_writer().letter(session, token)


@dataclass(frozen=True, slots=True)
class KeptVerdict:
    """What is kept of the verdict by which a letter was stored: it met the rules, so only advisories."""

    word_count: int
    advisories: tuple[Advisory, ...]


def kept_verdict(session: Session, reference: str) -> KeptVerdict:
    """Return the verdict on a letter as it was when the letter came in.

    Raises:
        LetterMissingError: there is none with that reference.
    """
    rows = session.execute(_verdict(), {SOUGHT: reference}).all()
    if not rows:
        raise LetterMissingError
    return KeptVerdict(rows[0].word_count, tuple(row.Advisory for row in rows if row.Advisory))


@dataclass(frozen=True, slots=True)
class _Collection:
    """What of one kind hangs on a letter, in its order."""

    name: str
    statement: Select[Base]

    @classmethod
    def of(cls, relation: InstrumentedAttribute[Any], *options: ORMOption) -> Self:
        """Work the statement out from what the tables say of ``relation``, whichever kind it leads to."""
        leads = relation.property
        [(_, letter_id)] = leads.local_remote_pairs
        statement = select(leads.mapper.class_).where(letter_id == bindparam(LETTER_ID))
        return cls(relation.key, statement.order_by(*leads.order_by).options(*options))


@dataclass(frozen=True, slots=True)
class _Record:
    """How a letter is looked up."""

    statement: Select[Letter]
    collections: tuple[_Collection, ...]

    def letter(self, session: Session, sought: str) -> Letter:
        """Return the letter that is sought; there must be one."""
        letter = session.scalar(self.statement, {SOUGHT: sought})
        if letter is None:
            raise LetterMissingError
        for each in self.collections:
            found = session.scalars(each.statement, {LETTER_ID: letter.id})
            set_committed_value(letter, each.name, list(found))
        return letter


@functools.cache
def _at_desk() -> _Record:
    return _Record(
        _letter_with(Letter.reference, Letter.particulars, Letter.claimed_by, Letter.assigned_to),
        (
            _Collection.of(Letter.advisories),
            _Collection.of(Letter.tags),
            _Collection.of(Letter.events, joinedload(Event.editor), joinedload(Event.concerns)),
            _Collection.of(Letter.copies, joinedload(EditedCopy.editor)),
            _Collection.of(Letter.approvals, joinedload(Approval.copy), joinedload(Approval.asked_by)),
            _messages(),
        ),
    )


# SQLAlchemy gives the type of a row by its places; this one is read by its names.
@functools.cache
def _verdict() -> Select[*tuple[Any, ...]]:
    return (
        select(Letter.word_count, Advisory)
        .outerjoin(Advisory, Advisory.letter_id == Letter.id)
        .where(Letter.reference == bindparam(SOUGHT))
        .order_by(Advisory.position)
    )


@functools.cache
def _at_writer() -> _Record:
    return _Record(
        _letter_with(Letter.token, Letter.particulars),
        (_Collection.of(Letter.approvals, joinedload(Approval.copy)), _messages()),
    )


def _letter_with(
    column: InstrumentedAttribute[str], *relations: InstrumentedAttribute[Any]
) -> Select[Letter]:
    sought = select(Letter).where(column == bindparam(SOUGHT))
    return sought.options(*(joinedload(relation) for relation in relations))


def _messages() -> _Collection:
    return _Collection.of(Letter.messages, defer(Message.text_body), defer(Message.html_body))
