"""Queue filters: which letters a list shows, and the SQL conditions and candidate queries for that."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, true
from sqlalchemy.orm import Session

from webapp.letters.search.index import (
    SEARCH_INDEX,
    letter_id_column,
    letter_ids_with_terms,
    matches_all_terms,
)
from webapp.letters.search.search_words import parse_query
from webapp.rules.enums import State
from webapp.store.models import Advisory, Channel, Letter, LetterTag
from webapp.store.statements import AnyColumn, WithoutIndex

MAX_CANDIDATES = 1000
"""Letters that are fetched by id and sorted; with more, the list is read from an index in its order."""


@dataclass(frozen=True, slots=True)
class EditorFilter:
    """Restricts letters to those of one editor or, if ``editor_id`` is ``None``, to those of nobody."""

    editor_id: int | None = None


@dataclass(frozen=True, slots=True)
class ReceiptBounds:
    """Restricts the letters of some papers to those received within bounds of their own; `None` for no bound.

    It is for papers in several time zones, whose days begin at different moments.
    """

    papers: frozenset[str]
    received_from: datetime | None
    received_before: datetime | None


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which letters a list shows; all conditions must hold. Letters that await confirmation are never shown.

    Attributes:
        states: Any of these states; any state if empty.
        paper: The slug of a paper; all papers if empty.
        former_slugs: Other slugs under which letters to that paper are stored.
        channel: The channel through which they arrived.
        category: The key of their category in their paper's policy.
        article: The key of the article that they answer.
        advisory: The code of an advisory that they have.
        tag: A tag that they have.
        claimed: Who holds the claim on them at the moment ``at``; an expired claim is nobody's.
        assigned: To whom they are assigned.
        received_from: Received at this moment or later.
        received_before: Received before this moment.
        receipt_bounds: Narrower bounds for the letters of these papers.
        words: A search query, see `parse_query`; no letter matches one that has no word. All match if empty.
        newest_first: Whether the newest letters come first instead of the oldest.
        at: The moment at which claims are compared; required with ``claimed``, but not checked.
    """

    states: frozenset[State] = field(default_factory=frozenset)
    paper: str = ""
    former_slugs: tuple[str, ...] = ()
    channel: Channel | None = None
    category: str = ""
    article: str = ""
    advisory: str = ""
    tag: str = ""
    claimed: EditorFilter | None = None
    assigned: EditorFilter | None = None
    received_from: datetime | None = None
    received_before: datetime | None = None
    receipt_bounds: tuple[ReceiptBounds, ...] = ()
    words: str = ""
    newest_first: bool = False
    at: datetime | None = None


def filter_conditions(wanted: QueueFilter, *, in_order: bool) -> list[ColumnElement[bool]]:
    """Return the SQL conditions of a filter, without those of ``words``; the first is: in the queue.

    Args:
        wanted: The filter.
        in_order: Whether the query shall read letters in order from the index on state, paper and time of
            receipt. Otherwise no condition may make SQLite use an index, because the letters are already
            reached in another way.
    """
    indexed: Callable[[AnyColumn], AnyColumn | ColumnElement[Any]] = _unchanged if in_order else WithoutIndex
    conditions: list[ColumnElement[bool]] = [indexed(Letter.in_queue) == true()]
    if wanted.states:
        conditions.append(indexed(Letter.state).in_(wanted.states))
    if wanted.paper and wanted.former_slugs:
        conditions.append(indexed(Letter.paper).in_((wanted.paper, *wanted.former_slugs)))
    elif wanted.paper:
        conditions.append(indexed(Letter.paper) == wanted.paper)
    if wanted.received_from:
        conditions.append(indexed(Letter.received_at) >= wanted.received_from)
    if wanted.received_before:
        conditions.append(indexed(Letter.received_at) < wanted.received_before)
    conditions += [outside_or_within(bounds) for bounds in wanted.receipt_bounds]
    conditions += [WithoutIndex(column) == value for column, value in _equalities(wanted)]
    if wanted.tag:
        conditions.append(exists().where(LetterTag.letter_id == Letter.id, LetterTag.tag == wanted.tag))
    if wanted.advisory:
        conditions.append(exists().where(Advisory.letter_id == Letter.id, Advisory.code == wanted.advisory))
    if wanted.claimed:
        conditions.append(_claim_condition(wanted.claimed, wanted.at))
    if wanted.assigned:
        conditions.append(WithoutIndex(Letter.assigned_to_id).is_not_distinct_from(wanted.assigned.editor_id))
    return conditions


def outside_or_within(bounds: ReceiptBounds) -> ColumnElement[bool]:
    """Return the condition that a letter is another paper's, or was received within the bounds."""
    within: list[ColumnElement[bool]] = []
    if bounds.received_from:
        within.append(WithoutIndex(Letter.received_at) >= bounds.received_from)
    if bounds.received_before:
        within.append(WithoutIndex(Letter.received_at) < bounds.received_before)
    return or_(WithoutIndex(Letter.paper).not_in(bounds.papers), and_(true(), *within))


def select_few_candidates(session: Session, wanted: QueueFilter) -> Sequence[int] | None:
    """Return at most `MAX_CANDIDATES` ids, with all of the filter's letters among them, or ``None`` if more.

    ``None`` is also returned if the filter has no selective condition, for example if it is on the paper
    alone. The ids are in no particular order. Their letters match the search query, if there is one; without
    one, or where it finds too many, they meet one selective condition as well. The other conditions, also
    that of being in the queue, aren't checked. Each query stops after `MAX_CANDIDATES` + 1 rows, so that the
    cost doesn't grow with the queue.
    """
    terms = parse_query(wanted.words)
    if wanted.words and not terms:
        return []
    if terms:
        candidates = _fetch_if_few(
            session,
            select(letter_id_column(session))
            .select_from(SEARCH_INDEX)
            .where(matches_all_terms(session, terms)),
        )
        if candidates is not None:
            return candidates
    for statement in _selective_statements(wanted):
        candidates = _fetch_if_few(session, statement)
        if candidates is not None:
            return letter_ids_with_terms(session, candidates, terms) if terms else candidates
    return None


def _fetch_if_few(session: Session, statement: Select[int]) -> Sequence[int] | None:
    letter_ids = session.scalars(statement.limit(MAX_CANDIDATES + 1)).all()
    return letter_ids if len(letter_ids) <= MAX_CANDIDATES else None


def _selective_statements(wanted: QueueFilter) -> Iterator[Select[int]]:
    for column, value in _equalities(wanted):
        yield select(Letter.id).where(column == value)
    if wanted.tag:
        yield select(LetterTag.letter_id).where(LetterTag.tag == wanted.tag)
    if wanted.advisory:
        yield select(Advisory.letter_id).where(Advisory.code == wanted.advisory)
    for editor_filter, column in (
        (wanted.claimed, Letter.claimed_by_id),
        (wanted.assigned, Letter.assigned_to_id),
    ):
        if editor_filter and editor_filter.editor_id is not None:
            yield select(Letter.id).where(column == editor_filter.editor_id)
    if wanted.words and wanted.states:
        yield select(Letter.id).where(Letter.in_queue, Letter.state.in_(wanted.states))


def _equalities(wanted: QueueFilter) -> list[tuple[AnyColumn, object]]:
    """Return the columns that must equal a value, with their values."""
    pairs: list[tuple[AnyColumn, object]] = [
        (Letter.article_key, wanted.article),
        (Letter.channel, wanted.channel),
        (Letter.category, wanted.category),
    ]
    return [(column, value) for column, value in pairs if value]


def _claim_condition(claimed: EditorFilter, at: datetime | None) -> ColumnElement[bool]:
    holder = WithoutIndex(Letter.claimed_by_id)
    if claimed.editor_id is None:
        return or_(holder.is_(None), Letter.claimed_until <= at)
    return and_(holder == claimed.editor_id, Letter.claimed_until > at)


def _unchanged(column: AnyColumn) -> AnyColumn:
    return column
