"""The lists that the desk works from."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import CompoundSelect, Select, bindparam, func, literal, select, tuple_, union_all
from sqlalchemy.orm import Session

from webapp.letters.models import Letter, Particulars
from webapp.letters.states import State

PAGE_SIZE = 50
"""Letters on one page of the queue."""
MOST_COUNTED = 1000
"""Letters that are counted exactly; nobody works by the difference between some thousands."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the queue between two letters: just after the one that it names."""

    received_at: datetime
    letter_id: int


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which letters a list shows.

    Attributes:
        states: Any of these; every state where empty.
        paper: The slug of one paper; all papers where empty.
    """

    states: frozenset[State] = field(default_factory=frozenset)
    paper: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """A letter as a list shows it."""

    letter_id: int
    reference: str
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


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of a list; ``next_place`` is where the following page starts, if there is one."""

    rows: tuple[QueueRow, ...]
    next_place: Place | None


def queue_page(
    session: Session, wanted: QueueFilter, *, after: Place | None = None, size: int = PAGE_SIZE
) -> QueuePage:
    """List the letters that ``wanted`` describes, oldest first, from just behind ``after``."""
    query = (
        select(
            Letter.id,
            Letter.reference,
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
        )
        .outerjoin(Particulars, Particulars.letter_id == Letter.id)
        .where(Letter.in_queue)
        .order_by(Letter.received_at, Letter.id)
        .limit(size + 1)
    )
    if wanted.states:
        query = query.where(Letter.state.in_(wanted.states))
    if wanted.paper:
        query = query.where(Letter.paper == wanted.paper)
    if after:
        query = query.where(
            tuple_(Letter.received_at, Letter.id) > tuple_(after.received_at, after.letter_id)
        )
    rows = [
        QueueRow(
            letter_id=row[0],
            reference=row[1],
            paper=row[2],
            state=row[3],
            received_at=row[4],
            word_count=row[5],
            headline=row[6],
            opening=row[7],
            name=row[8],
            withhold_name=row[9],
            district=row[10],
            article_headline=row[11],
            article_url=row[12],
            article_date=row[13],
        )
        for row in session.execute(query)
    ]
    shown = tuple(rows[:size])
    more = len(rows) > size
    return QueuePage(shown, Place(shown[-1].received_at, shown[-1].letter_id) if more else None)


def counts_by_state(session: Session, paper: str = "") -> Mapping[State, int]:
    """Count the letters in each state, of one paper or of all, up to `MOST_COUNTED`."""
    counted = session.execute(_all_counts(of_one_paper=bool(paper)), {"paper": paper} if paper else {})
    counts = {row[0]: row[1] for row in counted}
    return {state: counts[state.value] for state in State}


@functools.cache
def _all_counts(*, of_one_paper: bool) -> "CompoundSelect[str, int]":
    return union_all(*(_count_in(state, of_one_paper=of_one_paper) for state in State))


def _count_in(state: State, *, of_one_paper: bool) -> "Select[str, int]":
    # A database has no counts at hand: it would go through every letter that was ever printed.
    found = select(Letter.id).where(Letter.in_queue, Letter.state == state).limit(MOST_COUNTED)
    if of_one_paper:
        found = found.where(Letter.paper == bindparam("paper"))
    return select(literal(state.value), func.count()).select_from(found.subquery())
