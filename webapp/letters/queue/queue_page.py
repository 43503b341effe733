"""One page of the queue: filtered lists of letters with keyset pagination, and counts by state.

It also exports `EditorFilter` and `QueueFilter` of `queue_filter`.
"""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias, TypeVarTuple

from sqlalchemy import ColumnElement, Select, bindparam, func, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from webapp.letters.queue.queue_filter import (
    EditorFilter,
    QueueFilter,
    filter_conditions,
    select_few_candidates,
)
from webapp.letters.search.index import (
    SEARCH_INDEX,
    letter_id_column,
    matches_all_terms,
    sort_key,
    sort_key_column,
)
from webapp.letters.search.search_words import parse_query
from webapp.rules.enums import State
from webapp.rules.policy.sections.length import LengthUnit
from webapp.store.models import MAX_ROW_ID, Advisory, Editor, Letter, Particulars

__all__ = [
    "EditorFilter",
    "QueueCursor",
    "QueueFilter",
    "QueuePage",
    "QueueRow",
    "count_by_state",
    "queue_page",
]

PAGE_SIZE = 50
"""Letters on one page of the queue."""
MAX_COUNTED = 1000
"""Letters are counted up to this number: nobody needs more, and counting a million takes a while."""
ONE_SECOND = timedelta(seconds=1)
Columns = TypeVarTuple("Columns")
Orderable: TypeAlias = ColumnElement[Any] | InstrumentedAttribute[Any]
"""A column of any type to sort by."""


@dataclass(frozen=True, slots=True)
class QueueCursor:
    """The pagination cursor: a page begins after the letter with this time of receipt and id."""

    received_at: datetime
    letter_id: int


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A letter as a list shows it.

    Attributes:
        version: The letter's version; it goes up with each change, and decisions name the one the editor saw.
        opening: The beginning of the text.
        name: The writer's name as it may be printed; empty if it is withheld or was removed with the
            particulars, which a published letter's isn't.
        advisories: How many advisories the letter has.
        claimed_by: The distinct name of the editor who holds the claim until ``claimed_until``, which may
            have passed; empty if there is none.
    """

    letter_id: int
    reference: str
    version: int
    paper: str
    state: State
    received_at: datetime
    word_count: int
    length: int | None
    length_unit: LengthUnit | None
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
    """One page of a list; ``next_cursor`` is the cursor for the next page, ``None`` on the last one."""

    rows: tuple[QueueRow, ...]
    next_cursor: QueueCursor | None


def queue_page(
    session: Session, wanted: QueueFilter, *, after: QueueCursor | None = None, size: int = PAGE_SIZE
) -> QueuePage:
    """Return one page of the letters of a filter, in the filter's order.

    A filter that few letters can match is answered by fetching these and sorting them. Otherwise the letters
    are read in order from an index until the page is full: the full-text index if there is a search query.
    Neither takes longer in a longer queue. Letters received at the same moment are in the order of their ids.
    A page without letters has no rows and no cursor.

    Args:
        session: An open session.
        wanted: The filter.
        after: The cursor; ``None`` for the first page.
        size: Letters on a page.
    """
    candidates = select_few_candidates(session, wanted)
    terms = parse_query(wanted.words)
    order: tuple[Orderable, ...] = (Letter.received_at, Letter.id)
    start: tuple[object, ...] = (after.received_at, after.letter_id) if after else ()
    letter_ids = select(Letter.id)
    if candidates is not None:
        letter_ids = letter_ids.where(Letter.id.in_(candidates), *filter_conditions(wanted, in_order=False))
    elif terms:
        order = (sort_key_column(session),)
        start = (_clamp_to_row_id(sort_key(after.received_at, after.letter_id)),) if after else ()
        letter_ids = _search_statement(session, wanted)
    else:
        letter_ids = letter_ids.where(*filter_conditions(wanted, in_order=True))
    if start:
        letter_ids = letter_ids.where(
            tuple_(*order) < start if wanted.newest_first else tuple_(*order) > start
        )
    # The page's ids are selected in a subquery, so that the joins are made for the letters of the page only.
    order_columns = [column.label(f"place_{number}") for number, column in enumerate(order)]
    page = _ordered(letter_ids.add_columns(*order_columns), order, wanted).limit(size + 1).subquery()
    query = _ordered(_rows_statement().join(page, page.c.id == Letter.id), list(page.c)[1:], wanted)
    rows = [QueueRow(*row) for row in session.execute(query)]
    shown = tuple(rows[:size])
    has_next_page = len(rows) > size
    cursor = QueueCursor(shown[-1].received_at, shown[-1].letter_id) if has_next_page else None
    return QueuePage(shown, cursor)


def _search_statement(session: Session, wanted: QueueFilter) -> Select[int]:
    letter_ids = (
        select(Letter.id)
        .join(SEARCH_INDEX, letter_id_column(session) == Letter.id)
        .where(
            matches_all_terms(session, parse_query(wanted.words)),
            *filter_conditions(wanted, in_order=False),
        )
    )
    # These bound the range of the index that is read; the conditions above only filter what is read.
    if wanted.received_from:
        letter_ids = letter_ids.where(
            sort_key_column(session) >= _clamp_to_row_id(sort_key(wanted.received_from))
        )
    if wanted.received_before:
        letter_ids = letter_ids.where(
            sort_key_column(session) < _clamp_to_row_id(sort_key(wanted.received_before + ONE_SECOND))
        )
    return letter_ids


def _clamp_to_row_id(key: int) -> int:
    """Limit a sort key to the databases' 64-bit integers: those of dates in far centuries are larger."""
    return max(-MAX_ROW_ID, min(key, MAX_ROW_ID))


def _ordered(
    query: Select[*Columns],
    order: Iterable[Orderable],
    wanted: QueueFilter,
) -> Select[*Columns]:
    return query.order_by(*(column.desc() if wanted.newest_first else column for column in order))


def count_by_state(session: Session, *slugs: str) -> Mapping[State, int]:
    """Return the number of letters in each state, of one paper or of all, counted up to `MAX_COUNTED`.

    Each state is in it, also with 0. Letters that await confirmation aren't counted. ``slugs`` are those
    under which the paper's letters are stored; without any, the letters of all papers are counted.
    """
    query = _count_statement(of_paper=bool(slugs))
    return dict(zip(State, session.execute(query, {"slugs": slugs} if slugs else {}).one(), strict=True))


@functools.cache
def _count_statement(*, of_paper: bool) -> "Select[*tuple[int, ...]]":
    """Return the statement that counts the letters of each state, in the order of `State`."""
    counts = []
    for state in State:
        counted = select(Letter.state).where(Letter.in_queue, Letter.state == state).limit(MAX_COUNTED)
        if of_paper:
            counted = counted.where(Letter.paper.in_(bindparam("slugs", expanding=True)))
        counts.append(select(func.count()).select_from(counted.subquery()).scalar_subquery())
    return select(*counts)


@functools.cache
def _rows_statement() -> "Select[*tuple[Any, ...]]":
    """Return the statement for the columns of `QueueRow`, in its order."""
    return (
        select(
            Letter.id,
            Letter.reference,
            Letter.version,
            Letter.paper,
            Letter.state,
            Letter.received_at,
            Letter.word_count,
            Letter.length,
            Letter.length_unit,
            Letter.headline,
            Letter.opening,
            func.coalesce(Particulars.printed_name, ""),
            Letter.withhold_name,
            Letter.district,
            Letter.article_headline,
            Letter.article_url,
            Letter.article_date,
            select(func.count()).where(Advisory.letter_id == Letter.id).scalar_subquery(),
            func.coalesce(Editor.distinct_name, ""),
            Letter.claimed_until,
        )
        .outerjoin(Particulars, Particulars.letter_id == Letter.id)
        .outerjoin(Editor, Editor.id == Letter.claimed_by_id)
    )
