"""Who wrote before: the record that the rules on frequency ask."""

import functools
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from webapp.rules.emails import read_email
from webapp.rules.findings import RefusedError
from webapp.rules.frequency import LONGEST_FOLDED_NAME, EarlierLetter, WriterKeys
from webapp.rules.placeholders import fold
from webapp.rules.policy import Paper
from webapp.rules.states import State
from webapp.store.column_types import Contact, seal_for
from webapp.store.models import Letter, Particulars

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


def lock_writer_keys(session: Session, keys: WriterKeys) -> None:
    """Wait until no other transaction brings in a letter that may be by the same writer, and hold up those.

    In SQLite whoever writes does so in turn anyway.
    """
    if session.get_bind().dialect.name == "sqlite":
        return
    blinds = KnownAgain(session, keys).blinds.values()
    # In one order for all, so that no two wait for each other.
    for number in sorted({_lock_number(blind) for of_one_kind in blinds for blind in of_one_kind}):
        session.execute(select(func.pg_advisory_xact_lock(number)))


def _lock_number(blind: str) -> int:
    """Return the number that PostgreSQL knows a lock by, which is one of 64 bits."""
    return int.from_bytes(bytes.fromhex(blind)[:8], signed=True)


def _email_key(kept: str) -> str:
    try:
        return read_email(kept).key
    except RefusedError:
        # It was taken once, when the rules were others.
        return kept.casefold()


class KnownAgain:
    """Finds letters by what their particulars share with a writer, without opening any.

    Attributes:
        kinds: What the writer is known by: some of `EMAIL`, `PHONE` and `NAME`, in that order.
        blinds: What a query with the conditions of `likeness` has to be given.
    """

    def __init__(self, session: Session, keys: WriterKeys) -> None:
        """Look for the writer with ``keys``."""
        seal = seal_for(session.get_bind().dialect)
        self._keys = {EMAIL: keys.email_key, PHONE: keys.phone, NAME: keys.folded_name}
        self.kinds = tuple(kind for kind, key in self._keys.items() if key)
        self.blinds = {_parameter(kind): seal.blind_indexes(key, kind) for kind, key in self._keys.items()}

    # SQLAlchemy gives the type of a row by its places; this one is read by its names.
    def keys_shared(self, row: Row[*tuple[Any, ...]]) -> WriterKeys:
        """Return those keys that a letter shares; what else its writer is known by can't be told.

        ``row`` has the columns of `shared_columns`.
        """
        return WriterKeys(
            self._keys[EMAIL] if row.by_email else "",
            self._keys[PHONE] if row.by_phone else "",
            self._keys[NAME] if row.by_name else "",
        )


@functools.cache
def likeness(kind: str) -> ColumnElement[bool]:
    """Return the condition that a letter shares that kind of key with a writer who is known again."""
    blind = {EMAIL: Particulars.email_blind, PHONE: Particulars.phone_blind, NAME: Particulars.name_blind}
    return blind[kind].in_(bindparam(_parameter(kind), expanding=True))


def shared_columns() -> tuple[ColumnElement[bool], ...]:
    """Return what a query has to ask for, so that it can be told what is shared."""
    return (
        likeness(EMAIL).label("by_email"),
        likeness(PHONE).label("by_phone"),
        likeness(NAME).label("by_name"),
    )


def _parameter(kind: str) -> str:
    return f"blinds of {kind}"


class StoredRecord:
    """One paper's letters, as far as their writers' particulars are kept."""

    def __init__(self, session: Session, paper: Paper) -> None:
        self._session = session
        self._paper = paper

    def earlier_letters(self, keys: WriterKeys, since: date) -> Sequence[EarlierLetter]:
        """Return the letters that share any of ``keys`` and were received or printed since ``since``."""
        writer = KnownAgain(self._session, keys)
        if not writer.kinds:
            return []
        given = {
            **writer.blinds,
            "paper": self._paper.slug,
            "since": since,
            "beginning": datetime.combine(since, time(), self._paper.time_zone),
        }
        return [
            EarlierLetter(
                writer.keys_shared(row),
                received=self._paper.day_of(row.received_at),
                published=row.printed_on,
                category=row.category,
            )
            for row in self._session.execute(_earlier_letters(writer.kinds), given)
        ]


# Made once for each way of being known: it is asked for every letter that comes in.
@functools.cache
def _earlier_letters(kinds: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    beginning = bindparam("beginning", type_=Letter.received_at.type)
    # The day of its issue: it is marked as printed the day before, or when somebody finds the time.
    printed_on = case((Letter.state == State.PUBLISHED, Letter.print_on))
    return (
        select(
            *shared_columns(),
            Letter.received_at,
            Letter.category,
            printed_on.label("printed_on"),
        )
        .join(Particulars, Particulars.letter_id == Letter.id)
        .where(Letter.paper == bindparam("paper"), Letter.state != State.WITHDRAWN)
        # An address that nobody confirmed may be a stranger's, who must not be kept from writing.
        .where(Letter.in_queue)
        .where(or_(*map(likeness, kinds)))
        .where(
            or_(Letter.received_at >= beginning, printed_on >= bindparam("since", type_=Letter.print_on.type))
        )
        .order_by(Letter.received_at.desc())
        .limit(MOST_LETTERS)
    )
