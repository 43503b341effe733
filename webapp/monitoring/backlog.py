"""The backlog for monitoring: counts and ages of undecided letters, by paper and state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.rules.enums import State
from webapp.store.models import Letter

WAITING_STATES = (State.RECEIVED, State.SHORTLISTED, State.HELD, State.SCHEDULED)
"""States in which editors still have something to do."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """The number of one paper's letters in one state, and when the oldest of them was received."""

    paper: str
    state: State
    letters: int
    oldest: datetime


def backlogs(session: Session) -> Sequence[Backlog]:
    """Return the backlogs of all papers and states that have undecided letters in the queue.

    They are ordered by paper. A state without letters is left out. Papers that are no longer served are
    included.

    The query reads index entries of undecided letters only, which are a small part of all letters.
    """
    query = (
        select(Letter.paper, Letter.state, func.count(), func.min(Letter.received_at))
        # The condition on the paper lets the databases use an index that covers the query.
        .where(Letter.paper.in_(_paper_slugs(session)), Letter.in_queue, Letter.state.in_(WAITING_STATES))
        .group_by(Letter.paper, Letter.state)
        .order_by(Letter.paper, Letter.state)
    )
    return [Backlog(*row) for row in session.execute(query)]


def _paper_slugs(session: Session) -> Sequence[str]:
    """Return the slugs of all papers that have letters, with one index lookup each (loose index scan)."""
    first = select(func.min(Letter.paper).label("paper")).cte("papers", recursive=True)
    following = select(func.min(Letter.paper)).where(Letter.paper > first.c.paper).scalar_subquery()
    papers = first.union_all(select(following).where(first.c.paper.is_not(None)))
    return session.scalars(select(papers.c.paper).where(papers.c.paper.is_not(None))).all()
