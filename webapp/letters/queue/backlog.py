"""What waits at the desk, in numbers: for whoever watches the installation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.rules.states import State
from webapp.store.models import Letter

WAITING_STATES = (State.RECEIVED, State.SHORTLISTED, State.HELD, State.SCHEDULED)
"""Those in which the desk still has something to do."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """One paper's letters in one state: how many there are, and since when the oldest has been there."""

    paper: str
    state: State
    letters: int
    oldest: datetime


def backlogs(session: Session) -> Sequence[Backlog]:
    """Count the letters that editors have not done with, by paper and state, where there are any.

    Of the letters that are done with, which are most of them, nothing is read.
    """
    query = (
        select(Letter.paper, Letter.state, func.count(), func.min(Letter.received_at))
        # Named, the papers lead to an index that has all that is asked for.
        .where(Letter.paper.in_(_papers(session)), Letter.in_queue, Letter.state.in_(WAITING_STATES))
        .group_by(Letter.paper, Letter.state)
        .order_by(Letter.paper, Letter.state)
    )
    return [Backlog(*row) for row in session.execute(query)]


def _papers(session: Session) -> Sequence[str]:
    """Return the papers that letters are kept of, by one look into an index for each."""
    first = select(func.min(Letter.paper).label("paper")).cte("papers", recursive=True)
    following = select(func.min(Letter.paper)).where(Letter.paper > first.c.paper).scalar_subquery()
    papers = first.union_all(select(following).where(first.c.paper.is_not(None)))
    return session.scalars(select(papers.c.paper).where(papers.c.paper.is_not(None))).all()
