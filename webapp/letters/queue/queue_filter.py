"""Which letters a list shows, and the conditions that the database is asked for."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, true
from sqlalchemy.orm import Session

from webapp.letters.search.index import INDEX, among, has_all, letter_id
from webapp.letters.search.words import phrases_of
from webapp.rules.states import State
from webapp.store.models import Advisory, Channel, Letter, LetterTag
from webapp.store.statements import AnyColumn, WithoutIndex

FEW = 1000
"""Letters that are looked up one by one and sorted; with more, a list is walked in its order instead."""


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose a letter is: one editor's, or, without one, nobody's."""

    editor_id: int | None = None


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which letters a list shows: those for which all holds that is said here.

    Attributes:
        states: Any of these; every state where empty.
        paper: The slug of one paper; all papers where empty.
        channel: How they came in.
        category: The key of their kind, as their paper's policy has it.
        article: The key of the article that they answer.
        advisory: The code of something that the rules would have an editor look at.
        tag: A word that the desk has put on them.
        claimed: Who is on them, at the moment ``at``.
        assigned: Whose task they are.
        received_from: From when on they were received.
        received_before: Before when.
        words: What is typed to find them.
        newest_first: In which order they are shown.
        at: The moment for which claims are judged.
    """

    states: frozenset[State] = field(default_factory=frozenset)
    paper: str = ""
    channel: Channel | None = None
    category: str = ""
    article: str = ""
    advisory: str = ""
    tag: str = ""
    claimed: Whose | None = None
    assigned: Whose | None = None
    received_from: datetime | None = None
    received_before: datetime | None = None
    words: str = ""
    newest_first: bool = False
    at: datetime | None = None


def conditions(wanted: QueueFilter, *, in_order: bool) -> list[ColumnElement[bool]]:
    """Return what has to be true of a letter, apart from its words.

    Args:
        wanted: What the list shows.
        in_order: Whether state, paper and the moment of receipt lead through an index that has the letters
            in order; else the letters are reached in another way, and no condition shall lead elsewhere.
    """
    leading: Callable[[AnyColumn], AnyColumn | ColumnElement[Any]] = _same if in_order else WithoutIndex
    found: list[ColumnElement[bool]] = [leading(Letter.in_queue) == true()]
    if wanted.states:
        found.append(leading(Letter.state).in_(wanted.states))
    if wanted.paper:
        found.append(leading(Letter.paper) == wanted.paper)
    if wanted.received_from:
        found.append(leading(Letter.received_at) >= wanted.received_from)
    if wanted.received_before:
        found.append(leading(Letter.received_at) < wanted.received_before)
    found += [WithoutIndex(column) == value for column, value in _equal(wanted)]
    if wanted.tag:
        found.append(exists().where(LetterTag.letter_id == Letter.id, LetterTag.tag == wanted.tag))
    if wanted.advisory:
        found.append(exists().where(Advisory.letter_id == Letter.id, Advisory.code == wanted.advisory))
    if wanted.claimed:
        found.append(_claimed(wanted.claimed, wanted.at))
    if wanted.assigned:
        found.append(WithoutIndex(Letter.assigned_to_id).is_not_distinct_from(wanted.assigned.editor_id))
    return found


def few_letters(session: Session, wanted: QueueFilter) -> Sequence[int] | None:
    """Return the numbers of few letters that all wanted ones are among, if one demand leaves so few.

    They have the wanted words. Each demand is asked for `FEW` letters and one more, so that this costs the
    same however many there are.
    """
    phrases = phrases_of(wanted.words)
    if phrases:
        found = _if_few(
            session, select(letter_id(session)).select_from(INDEX).where(has_all(session, phrases))
        )
        if found is not None:
            return found
    for demand in _demands(wanted):
        found = _if_few(session, demand)
        if found is not None:
            return among(session, found, phrases) if phrases else found
    return None


def _if_few(session: Session, demand: Select[int]) -> Sequence[int] | None:
    found = session.scalars(demand.limit(FEW + 1)).all()
    return found if len(found) <= FEW else None


def _demands(wanted: QueueFilter) -> Iterator[Select[int]]:
    for column, value in _equal(wanted):
        yield select(Letter.id).where(column == value)
    if wanted.tag:
        yield select(LetterTag.letter_id).where(LetterTag.tag == wanted.tag)
    if wanted.advisory:
        yield select(Advisory.letter_id).where(Advisory.code == wanted.advisory)
    for whose, column in ((wanted.claimed, Letter.claimed_by_id), (wanted.assigned, Letter.assigned_to_id)):
        if whose and whose.editor_id is not None:
            yield select(Letter.id).where(column == whose.editor_id)
    if wanted.words and wanted.states:
        yield select(Letter.id).where(Letter.in_queue, Letter.state.in_(wanted.states))


def _equal(wanted: QueueFilter) -> list[tuple[AnyColumn, object]]:
    """Return columns with the values wanted of them."""
    pairs: list[tuple[AnyColumn, object]] = [
        (Letter.article_key, wanted.article),
        (Letter.channel, wanted.channel),
        (Letter.category, wanted.category),
    ]
    return [(column, value) for column, value in pairs if value]


def _claimed(claimed: Whose, at: datetime | None) -> ColumnElement[bool]:
    holder = WithoutIndex(Letter.claimed_by_id)
    if claimed.editor_id is None:
        return or_(holder.is_(None), Letter.claimed_until <= at)
    return and_(holder == claimed.editor_id, Letter.claimed_until > at)


def _same(column: AnyColumn) -> AnyColumn:
    return column
