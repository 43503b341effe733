"""Who wrote before: the record that the rules on frequency ask."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session

from webapp.letters.columns import Contact, seal_of
from webapp.letters.models import Event, Letter, Particulars
from webapp.letters.states import State
from webapp.rules.emails import read_email
from webapp.rules.findings import RefusedError
from webapp.rules.frequency import LONGEST_FOLDED_NAME, EarlierLetter, WriterKeys
from webapp.rules.policy import Paper
from webapp.rules.stand_ins import fold

EMAIL, PHONE, NAME = "e-mail", "phone", "name"
"""What each blind index is made for."""
MOST_LETTERS = 200
"""No writer has more within the longest stretch of time; a name that many share may."""


def keys_of(contact: Contact) -> WriterKeys:
    """Return what a letter's writer is known again by."""
    return WriterKeys(
        email_key=_email_key(contact.email) if contact.email else "",
        phone=contact.phone_e164,
        folded_name=fold(contact.name)[:LONGEST_FOLDED_NAME],
    )


def _email_key(kept: str) -> str:
    try:
        return read_email(kept).key
    except RefusedError:
        # It was taken once, when the rules were others.
        return kept.casefold()


class KnownAgain:
    """Finds letters by what their particulars share with a writer, without opening any.

    Attributes:
        likenesses: The conditions that they share one thing or another; none where the writer is known by
            nothing.
        columns: What a query has to ask for, for `keys_shared`.
    """

    def __init__(self, session: Session, keys: WriterKeys) -> None:
        """Look for the writer with ``keys``."""
        seal = seal_of(session.get_bind().dialect)
        by_email = Particulars.email_blind.in_(seal.blinds(keys.email_key, EMAIL))
        by_phone = Particulars.phone_blind.in_(seal.blinds(keys.phone, PHONE))
        by_name = Particulars.name_blind.in_(seal.blinds(keys.folded_name, NAME))
        self.likenesses = [
            condition
            for condition, key in (
                (by_email, keys.email_key),
                (by_phone, keys.phone),
                (by_name, keys.folded_name),
            )
            if key
        ]
        self._keys = keys
        self.columns = (by_email.label("by_email"), by_phone.label("by_phone"), by_name.label("by_name"))

    # SQLAlchemy gives the type of a row by its places; this one is read by its names.
    def keys_shared(self, row: Row[*tuple[Any, ...]]) -> WriterKeys:
        """Return those keys that a letter shares; what else its writer is known by can't be told."""
        return WriterKeys(
            self._keys.email_key if row.by_email else "",
            self._keys.phone if row.by_phone else "",
            self._keys.folded_name if row.by_name else "",
        )


class StoredRecord:
    """One paper's letters, as far as their writers' particulars are kept."""

    def __init__(self, session: Session, paper: Paper) -> None:
        self._session = session
        self._paper = paper

    def earlier_letters(self, keys: WriterKeys, since: date) -> Sequence[EarlierLetter]:
        """Return the letters that share any of ``keys`` and were received or printed since ``since``."""
        writer = KnownAgain(self._session, keys)
        if not writer.likenesses:
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
                *writer.columns,
                Letter.received_at,
                Letter.category,
                printed.label("printed_at"),
            )
            .join(Particulars, Particulars.letter_id == Letter.id)
            .where(Letter.paper == self._paper.slug, Letter.state != State.WITHDRAWN)
            # An address that nobody confirmed may be a stranger's, who must not be kept from writing.
            .where(Letter.in_queue)
            .where(or_(*writer.likenesses))
            .where(or_(Letter.received_at >= beginning, printed >= beginning))
            .order_by(Letter.received_at.desc())
            .limit(MOST_LETTERS)
        )
        return [
            EarlierLetter(
                writer.keys_shared(row),
                received=self._day(row.received_at),
                published=self._day(row.printed_at) if row.printed_at else None,
                category=row.category,
            )
            for row in self._session.execute(query)
        ]

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self._paper.time_zone).date()
