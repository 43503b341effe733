"""Taking away what is kept of people once it is needed no longer, or when its owner wants it gone.

What goes: address, phone, e-mail address, the name unless it was printed, the reason for withholding it, and
whom the messages went to and what they said. What stays: the letter's text with what was declared beside
it, what happened to it, the e-mail address blinded, so that the rules on frequency go on, and as what it was
brought in from a mailbox, blinded as well, so that it is not brought in from there once more.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from webapp.letters.intake.imports import imported_since
from webapp.letters.search.index import index_letter
from webapp.rules.policy import Policy
from webapp.rules.states import State
from webapp.store.database import Database
from webapp.store.models import Event, EventKind, Letter, Message, MessageState, Particulars

QUIET = timedelta(days=7)
"""After the last word from a writer, in which nothing is purged: it may be that somebody has to answer.

A letter that was brought in from a mailbox counts as a word of that day: nobody has seen it here before.
"""
FROM_WRITER = (
    EventKind.RECEIVED,
    EventKind.EMAIL_CONFIRMED,
    EventKind.WITHDRAWN,
    EventKind.APPROVED,
    EventKind.OBJECTED,
)
AT_ONCE = 100
"""Letters that are purged in one transaction, so that nobody else waits long for the store."""
REMOVED = "…"
"""Stands for a reason that has been removed: the record wants one wherever a name is withheld."""


@dataclass(frozen=True, slots=True)
class Purged:
    """How many letters of a paper in one state lost their writers' particulars, or would."""

    paper: str
    state: State
    letters: int


def due_for_purge(session: Session, policies: Iterable[Policy], now: datetime) -> Sequence[Purged]:
    """Count, by paper and state, the letters whose writers' particulars have been kept long enough."""
    return [
        Purged(paper, state, session.scalar(select(func.count()).select_from(Letter).where(is_due)) or 0)
        for paper, state, is_due in _retentions(policies, now)
    ]


def purge(database: Database, policies: Iterable[Policy], now: datetime) -> Iterator[Purged]:
    """Take away particulars that have been kept long enough, some letters at a time; tell after each time.

    It can be stopped between two times. A letter that somebody is at just then is left for the next purge.
    The letter's version stays: an editor who has it open decides on the same text.

    Raises:
        StoreAwayError: the store can't be reached.
    """
    for paper, state, is_due in _retentions(policies, now):
        after = 0
        while found := _due_after(database, is_due, after):
            after = found[-1]
            with database.transaction() as session:
                letters = _purge_those_still_due(session, found, is_due, now)
            yield Purged(paper, state, letters)


def take_away(session: Session, letters: Mapping[int, State], now: datetime) -> None:
    """Take away what is kept of the writers of these letters, given with their states.

    Messages that still wait are called back, and so are those that were given up: nobody is written to of
    whom nothing is to be kept. A message that is just on its way may still arrive.
    """
    unprinted = [number for number, state in letters.items() if state is not State.PUBLISHED]
    sealed = update(Particulars).where(Particulars.letter_id.in_(letters), Particulars.purged_at.is_(None))
    messages = update(Message).where(Message.letter_id.in_(letters))
    declared = update(Letter).where(Letter.id.in_(unprinted))
    for statement in (
        update(Particulars).where(Particulars.letter_id.in_(unprinted)).values(printed_name=""),
        sealed.values(contact=None, purged_at=now, name_blind="", phone_blind=""),
        messages.where(Message.state.in_((MessageState.WAITING, MessageState.DEAD))).values(
            state=MessageState.CALLED_BACK, lease_until=None
        ),
        messages.values(recipient="", text_body="", html_body="", in_reply_to="", server_words=""),
        declared.values(district="", interest="", ai_use=""),
        # Made of all that was sent; and what was answered with this letter's receipt would reach nobody.
        update(Letter).where(Letter.id.in_(letters)).values(fingerprint=None, submission_key=None),
        update(Letter).where(Letter.id.in_(letters), Letter.withhold_name).values(withhold_reason=REMOVED),
    ):
        session.execute(statement, execution_options={"synchronize_session": False})
    for number in unprinted:
        index_letter(session, number)


def _retentions(
    policies: Iterable[Policy], now: datetime
) -> Iterator[tuple[str, State, ColumnElement[bool]]]:
    """Give each paper and state in which particulars are not kept for good, with the letters that are due."""
    for policy in policies:
        for state, days in policy.retention_days.items():
            paper = policy.paper.slug
            yield (
                paper,
                state,
                and_(
                    Letter.paper == paper, Letter.state == state, _kept_since(now - timedelta(days=days), now)
                ),
            )


def _kept_since(moment: datetime, now: datetime) -> ColumnElement[bool]:
    """Tell whether a letter has stood where it is since ``moment``, with a quiet writer and nobody on it."""
    of_letter = Event.letter_id == Letter.id
    return and_(
        Letter.received_at <= moment,
        # Whoever has claimed it may be about to ring its writer.
        or_(Letter.claimed_until.is_(None), Letter.claimed_until <= now),
        exists().where(Particulars.letter_id == Letter.id, Particulars.purged_at.is_(None)),
        ~imported_since(now - QUIET),
        ~exists().where(
            of_letter,
            or_(
                and_(Event.to_state.is_not(None), Event.at > moment),
                and_(Event.kind.in_(FROM_WRITER), Event.at > now - QUIET),
            ),
        ),
    )


def _due_after(database: Database, is_due: ColumnElement[bool], after: int) -> Sequence[int]:
    with database.snapshot() as session:
        query = select(Letter.id).where(is_due, Letter.id > after).order_by(Letter.id).limit(AT_ONCE)
        return session.scalars(query).all()


def _purge_those_still_due(
    session: Session, found: Sequence[int], is_due: ColumnElement[bool], now: datetime
) -> int:
    locked = select(Letter.id).where(Letter.id.in_(found)).order_by(Letter.id)
    ours = session.scalars(locked.with_for_update(skip_locked=True)).all()
    # Asked once more, now that nobody else can move them.
    rows = session.execute(select(Letter.id, Letter.state).where(Letter.id.in_(ours), is_due))
    letters = {row.id: row.state for row in rows}
    if letters:
        take_away(session, letters, now)
        happened = [{"letter_id": number, "kind": EventKind.PURGED, "at": now} for number in letters]
        session.execute(insert(Event), happened)
    return len(letters)
