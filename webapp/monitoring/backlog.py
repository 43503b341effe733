"""The backlog for monitoring: counts and ages of undecided letters, by paper and state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.letters.lookup import slugs_with_letters
from webapp.rules.enums import State
from webapp.store.models import Letter

NO_FORMER_SLUGS: Mapping[str, str] = MappingProxyType({})
WAITING_STATES = (State.RECEIVED, State.SHORTLISTED, State.HELD, State.SCHEDULED)
"""States in which editors still have something to do."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """The number of one paper's letters in one state, and when the oldest of them was received."""

    paper: str
    state: State
    letters: int
    oldest: datetime


def backlogs(session: Session, present_slugs: Mapping[str, str] = NO_FORMER_SLUGS) -> Sequence[Backlog]:
    """Return the backlogs of all papers and states that have undecided letters in the queue.

    A state without letters is left out. Papers that are no longer served are included.
    ``present_slugs`` has the present slug of each paper by its slugs: letters under a former one count as its
    letters.

    The query reads index entries of undecided letters only, which are a small part of all letters.
    """
    query = (
        select(Letter.paper, Letter.state, func.count(), func.min(Letter.received_at))
        # The condition on the paper lets the databases use an index that covers the query.
        .where(
            Letter.paper.in_(slugs_with_letters(session)), Letter.in_queue, Letter.state.in_(WAITING_STATES)
        )
        .group_by(Letter.paper, Letter.state)
        .order_by(Letter.paper, Letter.state)
    )
    found: dict[tuple[str, State], Backlog] = {}
    for slug, state, letters, oldest in session.execute(query):
        paper = present_slugs.get(slug, slug)
        other = found.get((paper, state))
        found[paper, state] = Backlog(
            paper,
            state,
            letters + (other.letters if other else 0),
            min(oldest, other.oldest) if other else oldest,
        )
    return list(found.values())
