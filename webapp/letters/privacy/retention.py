"""Retention: purging writers' particulars after their retention period; what a purge or erasure removes.

Removed are the address, phone number and e-mail address, the name unless it was printed, the reason for
withholding it, and the recipients and texts of messages; of an unpublished letter also the district and what
was declared about interests and the use of AI. Kept are the letter's text with its other declarations, its
edited copies and events, the country, the blind index of the e-mail address, so that the frequency rules
still work, and the keyed digest of an imported item, so that it isn't imported again.

`webapp.installation.background_worker` runs the purge once a day; the command `purge` runs it by hand.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from sqlalchemy import ColumnElement, and_, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from webapp.letters.intake.imports import imported_since
from webapp.letters.search.index import index_letter
from webapp.rules.enums import State
from webapp.rules.policy import Policy
from webapp.store.database import Database
from webapp.store.models import Event, EventKind, Letter, Message, MessageState, Particulars

QUIET_PERIOD = timedelta(days=7)
"""No letter is purged within this period after its writer did something: somebody may have to answer.

An import counts as the writer's action on the day of the import: nobody had seen the letter before.
"""
WRITER_EVENT_KINDS = (
    EventKind.RECEIVED,
    EventKind.EMAIL_CONFIRMED,
    EventKind.WITHDRAWN,
    EventKind.APPROVED,
    EventKind.OBJECTED,
)
"""Kinds of events that a writer causes."""
OVERDUE_AFTER = timedelta(days=7)
"""A purge each day finds letters that became due since the one before. Letters that were due for longer mean
that none ran, that a policy was changed, or that the clock is wrong."""
USUAL_OVERDUE_SHARE = 0.1
USUAL_OVERDUE_LETTERS = 3
"""Up to this share of the letters whose particulars are kept, or this number of them, may be overdue."""
LETTERS_PER_TRANSACTION = 100
"""Letters that are purged in one transaction, so that other writers to the database don't wait long."""
REMOVED_REASON = "…"
"""Replaces a removed reason: the database requires a reason where a name is withheld."""


@dataclass(frozen=True, slots=True)
class UnservedPaper:
    """A paper without a policy, whose letters are purged after the same number of days in each state."""

    slug: str
    days: int


Retains: TypeAlias = Policy | UnservedPaper
"""What says for how long a paper's letters keep their particulars."""


@dataclass(frozen=True, slots=True)
class PurgeCount:
    """How many letters of one paper in one state were purged, or are due for it."""

    paper: str
    state: State
    letters: int


@dataclass(frozen=True, slots=True)
class PurgeForecast:
    """How many letters a purge would find overdue, of all whose particulars are kept."""

    overdue: int
    kept: int

    @property
    def needs_person(self) -> bool:
        """Whether so much is overdue that a person has to look at the clock and the policies first."""
        return self.overdue > max(USUAL_OVERDUE_LETTERS, USUAL_OVERDUE_SHARE * self.kept)


def forecast_purge(session: Session, policies: Iterable[Retains], now: datetime) -> PurgeForecast:
    """Count the letters that have been due for purging for more than `OVERDUE_AFTER`."""
    overdue = sum(each.letters for each in count_due_for_purge(session, policies, now - OVERDUE_AFTER))
    kept = select(func.count()).select_from(Particulars).where(Particulars.purged_at.is_(None))
    return PurgeForecast(overdue, session.scalar(kept) or 0)


def count_due_for_purge(session: Session, policies: Iterable[Retains], now: datetime) -> Sequence[PurgeCount]:
    """Count the letters whose particulars are due for purging, by paper and state; nothing is changed.

    There is one count for each state of each paper that has a retention period, also if it is 0.
    """
    return [
        PurgeCount(paper, state, session.scalar(select(func.count()).select_from(Letter).where(is_due)) or 0)
        for paper, state, is_due in _due_conditions(policies, now)
    ]


def purge(database: Database, policies: Iterable[Retains], now: datetime) -> Iterator[PurgeCount]:
    """Purge the particulars whose retention period has ended, in batches; yield the count of each batch.

    It is a generator: a batch is purged when the next count is asked for. Each batch of at most
    `LETTERS_PER_TRANSACTION` letters is a transaction of its own, so the caller can stop between two of them.
    Letters that another transaction has locked are left for the next purge. A letter's version doesn't
    change: an editor who has it open can still decide on it. Each purged letter gets an event. A count is 0
    if all letters of its batch were locked or changed.

    Raises:
        StoreAwayError: the database can't be reached.
    """
    for paper, state, is_due in _due_conditions(policies, now):
        after_id = 0
        while letter_ids := _due_after(database, is_due, after_id):
            after_id = letter_ids[-1]
            with database.transaction() as session:
                letters = _purge_batch(session, letter_ids, is_due, now)
            yield PurgeCount(paper, state, letters)


def remove_personal_data(session: Session, letters: Mapping[int, State], now: datetime) -> None:
    """Remove the personal data of the writers of these letters, given as a mapping from id to state.

    The letters' states aren't changed, and no events are recorded. Messages that wait or have failed for good
    are cancelled; one that is being sent at this moment may still arrive. Unpublished letters are indexed
    again, without the writer's name. Published letters keep the printed name and the district. Fingerprint
    and submission key are removed from all. The module's docstring lists what is kept.
    """
    unpublished = [letter_id for letter_id, state in letters.items() if state is not State.PUBLISHED]
    not_purged = update(Particulars).where(
        Particulars.letter_id.in_(letters), Particulars.purged_at.is_(None)
    )
    messages = update(Message).where(Message.letter_id.in_(letters))
    unpublished_letters = update(Letter).where(Letter.id.in_(unpublished))
    for statement in (
        update(Particulars).where(Particulars.letter_id.in_(unpublished)).values(printed_name=""),
        not_purged.values(contact=None, purged_at=now, name_blind="", phone_blind=""),
        messages.where(Message.state.in_((MessageState.WAITING, MessageState.DEAD))).values(
            state=MessageState.CALLED_BACK, lease_until=None, lease_owner=None
        ),
        messages.values(recipient="", text_body="", html_body="", in_reply_to="", server_words=""),
        unpublished_letters.values(district="", interest="", ai_use=""),
        # The fingerprint is derived from personal data; and the receipt returned for a repetition would be
        # useless.
        update(Letter).where(Letter.id.in_(letters)).values(fingerprint=None, submission_key=None),
        update(Letter)
        .where(Letter.id.in_(letters), Letter.withhold_name)
        .values(withhold_reason=REMOVED_REASON),
    ):
        session.execute(statement, execution_options={"synchronize_session": False})
    for letter_id in unpublished:
        index_letter(session, letter_id)


def _due_conditions(
    policies: Iterable[Retains], now: datetime
) -> Iterator[tuple[str, State, ColumnElement[bool]]]:
    """Yield each paper and state that has a retention period, with the condition that a letter is due."""
    for policy in policies:
        if isinstance(policy, UnservedPaper):
            slugs: tuple[str, ...] = (policy.slug,)
            retention_days: Mapping[State, int] = dict.fromkeys(State, policy.days)
        else:
            slugs, retention_days = policy.paper.slugs, policy.retention_days
        for state, days in retention_days.items():
            yield (
                slugs[0],
                state,
                and_(
                    Letter.paper.in_(slugs),
                    Letter.state == state,
                    _unchanged_since(now - timedelta(days=days), now),
                ),
            )


def _unchanged_since(moment: datetime, now: datetime) -> ColumnElement[bool]:
    """Return the condition that a letter is due for purging if its retention period began at ``moment``.

    It has been in its state since then, its particulars aren't purged yet, nobody holds a claim on it, and
    its writer has done nothing within `QUIET_PERIOD`.
    """
    of_letter = Event.letter_id == Letter.id
    return and_(
        Letter.received_at <= moment,
        # The holder of a claim may be about to call the writer.
        or_(Letter.claimed_until.is_(None), Letter.claimed_until <= now),
        exists().where(Particulars.letter_id == Letter.id, Particulars.purged_at.is_(None)),
        ~imported_since(now - QUIET_PERIOD),
        ~exists().where(
            of_letter,
            or_(
                and_(Event.to_state.is_not(None), Event.at > moment),
                and_(Event.kind.in_(WRITER_EVENT_KINDS), Event.at > now - QUIET_PERIOD),
            ),
        ),
    )


def _due_after(database: Database, is_due: ColumnElement[bool], after_id: int) -> Sequence[int]:
    with database.snapshot() as session:
        query = (
            select(Letter.id)
            .where(is_due, Letter.id > after_id)
            .order_by(Letter.id)
            .limit(LETTERS_PER_TRANSACTION)
        )
        return session.scalars(query).all()


def _purge_batch(
    session: Session, letter_ids: Sequence[int], is_due: ColumnElement[bool], now: datetime
) -> int:
    to_lock = select(Letter.id).where(Letter.id.in_(letter_ids)).order_by(Letter.id)
    locked = session.scalars(to_lock.with_for_update(skip_locked=True)).all()
    # Check again now that the rows are locked: a letter may have changed since it was found.
    rows = session.execute(select(Letter.id, Letter.state).where(Letter.id.in_(locked), is_due))
    letters = {row.id: row.state for row in rows}
    if letters:
        remove_personal_data(session, letters, now)
        events = [{"letter_id": letter_id, "kind": EventKind.PURGED, "at": now} for letter_id in letters]
        session.execute(insert(Event), events)
    return len(letters)
