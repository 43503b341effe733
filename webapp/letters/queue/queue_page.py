"""The lists that the desk works from."""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias, TypeVarTuple

from sqlalchemy import ColumnElement, Select, bindparam, func, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from webapp.letters.queue.queue_filter import QueueFilter, Whose, conditions, few_letters
from webapp.letters.search.index import INDEX, has_all, letter_id, place, place_at
from webapp.letters.search.words import phrases_of
from webapp.rules.states import State
from webapp.store.models import HIGHEST_NUMBER, Advisory, Editor, Letter, Particulars

__all__ = ["Place", "QueueFilter", "QueuePage", "QueueRow", "Whose", "counts_by_state", "queue_page"]

PAGE_SIZE = 50
"""Letters on one page of the queue."""
MOST_COUNTED = 1000
"""How far letters are counted: beyond that no editor cares, and counting a million takes a while."""
ONE_SECOND = timedelta(seconds=1)
Columns = TypeVarTuple("Columns")
Orderable: TypeAlias = ColumnElement[Any] | InstrumentedAttribute[Any]
"""A column of whatever type; all are put into order in the same way."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the queue between two letters: just after the one that it names."""

    received_at: datetime
    letter_id: int


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A letter as a list shows it.

    Attributes:
        version: Goes up with each change; a decision names the one that the editor saw.
        advisories: How many things the rules would have an editor look at.
        claimed_by: The name of the editor who is on it, until ``claimed_until``; empty where nobody has been.
    """

    letter_id: int
    reference: str
    version: int
    paper: str
    state: State
    received_at: datetime
    word_count: int
    headline: str
    opening: str
    name: str
    withhold_name: bool
    district: str
    article_headline: str
    article_url: str
    article_date: date | None
    advisories: int
    claimed_by: str
    claimed_until: datetime | None


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of a list; ``next_place`` is where the following page starts, if there is one."""

    rows: tuple[QueueRow, ...]
    next_place: Place | None


def queue_page(
    session: Session, wanted: QueueFilter, *, after: Place | None = None, size: int = PAGE_SIZE
) -> QueuePage:
    """List the letters that ``wanted`` describes, in its order, from just behind ``after``.

    Where one demand leaves few letters, those are sorted; else the list is walked in its order, on the index
    of words where there are any, and few steps lead to a page. Either costs the same in a long queue.
    """
    few = few_letters(session, wanted)
    phrases = phrases_of(wanted.words)
    order: tuple[Orderable, ...] = (Letter.received_at, Letter.id)
    start: tuple[object, ...] = (after.received_at, after.letter_id) if after else ()
    chosen = select(Letter.id)
    if few is not None:
        chosen = chosen.where(Letter.id.in_(few), *conditions(wanted, in_order=False))
    elif phrases:
        order = (place(session),)
        start = (_in_reach(place_at(after.received_at, after.letter_id)),) if after else ()
        chosen = _walking_the_index(session, wanted)
    else:
        chosen = chosen.where(*conditions(wanted, in_order=True))
    if start:
        chosen = chosen.where(tuple_(*order) < start if wanted.newest_first else tuple_(*order) > start)
    # Chosen first, so that only what is shown is looked up in the other tables.
    places = [column.label(f"place_{number}") for number, column in enumerate(order)]
    page = _ordered(chosen.add_columns(*places), order, wanted).limit(size + 1).subquery()
    query = _ordered(_rows().join(page, page.c.id == Letter.id), list(page.c)[1:], wanted)
    rows = [QueueRow(*row) for row in session.execute(query)]
    shown = tuple(rows[:size])
    more = len(rows) > size
    return QueuePage(shown, Place(shown[-1].received_at, shown[-1].letter_id) if more else None)


def _walking_the_index(session: Session, wanted: QueueFilter) -> Select[int]:
    chosen = (
        select(Letter.id)
        .join(INDEX, letter_id(session) == Letter.id)
        .where(has_all(session, phrases_of(wanted.words)), *conditions(wanted, in_order=False))
    )
    # What narrows the walk itself; the conditions above only judge where it has come to.
    if wanted.received_from:
        chosen = chosen.where(place(session) >= _in_reach(place_at(wanted.received_from)))
    if wanted.received_before:
        chosen = chosen.where(place(session) < _in_reach(place_at(wanted.received_before + ONE_SECOND)))
    return chosen


def _in_reach(place: int) -> int:
    """Return a place that the databases have a number for: of days in other centuries they have none."""
    return max(-HIGHEST_NUMBER, min(place, HIGHEST_NUMBER))


def _ordered(
    query: Select[*Columns],
    order: Iterable[ColumnElement[Any] | InstrumentedAttribute[Any]],
    wanted: QueueFilter,
) -> Select[*Columns]:
    return query.order_by(*(column.desc() if wanted.newest_first else column for column in order))


def counts_by_state(session: Session, paper: str = "") -> Mapping[State, int]:
    """Count the letters in each state, of one paper or of all, as far as `MOST_COUNTED`."""
    query = _counting(of_paper=bool(paper))
    return dict(zip(State, session.execute(query, {"paper": paper}).one(), strict=True))


@functools.cache
def _counting(*, of_paper: bool) -> "Select[*tuple[int, ...]]":
    """Ask for the number of letters in each state, in the order of `State`; made once, as it is long."""
    counts = []
    for state in State:
        counted = select(Letter.state).where(Letter.in_queue, Letter.state == state).limit(MOST_COUNTED)
        if of_paper:
            counted = counted.where(Letter.paper == bindparam("paper"))
        counts.append(select(func.count()).select_from(counted.subquery()).scalar_subquery())
    return select(*counts)


@functools.cache
def _rows() -> "Select[*tuple[Any, ...]]":
    """Ask for what `QueueRow` has, in its order, whatever the types."""
    return (
        select(
            Letter.id,
            Letter.reference,
            Letter.version,
            Letter.paper,
            Letter.state,
            Letter.received_at,
            Letter.word_count,
            Letter.headline,
            Letter.opening,
            func.coalesce(Particulars.printed_name, ""),
            Letter.withhold_name,
            Letter.district,
            Letter.article_headline,
            Letter.article_url,
            Letter.article_date,
            select(func.count()).where(Advisory.letter_id == Letter.id).scalar_subquery(),
            func.coalesce(Editor.name, ""),
            Letter.claimed_until,
        )
        .outerjoin(Particulars, Particulars.letter_id == Letter.id)
        .outerjoin(Editor, Editor.id == Letter.claimed_by_id)
    )
