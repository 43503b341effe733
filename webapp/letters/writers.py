"""Who wrote before: the record that the rules on frequency ask."""

from collections.abc import Sequence
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from webapp.letters.models import Event, Letter, Particulars
from webapp.letters.states import State
from webapp.rules.frequency import EarlierLetter, WriterKeys
from webapp.rules.policy import Paper

MOST_LETTERS = 200
"""No writer has more within the longest stretch of time; a name that many share may."""


def shares_any(keys: WriterKeys) -> ColumnElement[bool] | None:
    """Return the condition that a letter's particulars share any of ``keys``, if any is known."""
    known = [
        column == value
        for column, value in (
            (Particulars.email_key, keys.email_key),
            (Particulars.phone_e164, keys.phone),
            (Particulars.folded_name, keys.folded_name),
        )
        if value
    ]
    return or_(*known) if known else None


class StoredRecord:
    """One paper's letters, as far as their writers' particulars are kept."""

    def __init__(self, session: Session, paper: Paper) -> None:
        self._session = session
        self._paper = paper

    def earlier_letters(self, keys: WriterKeys, since: date) -> Sequence[EarlierLetter]:
        """Return the letters that share any of ``keys`` and were received or printed since ``since``."""
        shared = shares_any(keys)
        if shared is None:
            return []
        beginning = datetime.combine(since, time(), self._paper.time_zone)
        printed = (
            select(func.max(Event.at))
            .where(
                Event.letter_id == Letter.id,
                Event.to_state == State.PUBLISHED,
                # What was taken back from there has not been printed.
                Letter.state == State.PUBLISHED,
            )
            .correlate(Letter)
            .scalar_subquery()
        )
        query = (
            select(
                Particulars.email_key,
                Particulars.phone_e164,
                Particulars.folded_name,
                Letter.received_at,
                Letter.category,
                printed.label("printed_at"),
            )
            .join(Particulars, Particulars.letter_id == Letter.id)
            .where(Letter.paper == self._paper.slug, Letter.state != State.WITHDRAWN)
            # An address that nobody confirmed may be a stranger's, who must not be kept from writing.
            .where(Letter.in_queue)
            .where(shared)
            .where(or_(Letter.received_at >= beginning, printed >= beginning))
            .order_by(Letter.received_at.desc())
            .limit(MOST_LETTERS)
        )
        return [
            EarlierLetter(
                WriterKeys(row.email_key, row.phone_e164, row.folded_name),
                received=self._day(row.received_at),
                published=self._day(row.printed_at) if row.printed_at else None,
                category=row.category,
            )
            for row in self._session.execute(query)
        ]

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self._paper.time_zone).date()
