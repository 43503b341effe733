"""A writer's earlier letters, found by blind indexes of e-mail, phone and name; advisory locks on writers."""

import functools
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, Select, bindparam, case, func, literal, or_, select
from sqlalchemy.orm import Session

from webapp.rules.emails import read_email
from webapp.rules.enums import State
from webapp.rules.findings import RefusedError
from webapp.rules.frequency import MAX_FOLDED_NAME_LENGTH, EarlierLetter, WriterKeys
from webapp.rules.policy import Paper
from webapp.rules.text_folding import fold
from webapp.store.column_types import Contact, seal_of_dialect
from webapp.store.models import Letter, Particulars

EMAIL, PHONE, NAME = "e-mail", "phone", "name"
"""The kinds of keys of a writer; each is the purpose of its blind index (`Seal.blind_index`)."""
_LIKENESS = {EMAIL: 2, PHONE: 1, NAME: 1}
MAX_EARLIER_LETTERS = 200
"""Letters that are returned at most. Only a name that many people share can have more."""


def writer_keys_of(contact: Contact) -> WriterKeys:
    """Return the keys by which the writer of a stored letter is recognised, from its particulars."""
    return WriterKeys(
        email_key=_email_key(contact.email) if contact.email else "",
        phone=contact.phone_e164,
        folded_name=fold(contact.name)[:MAX_FOLDED_NAME_LENGTH],
    )


def lock_writer_keys(session: Session, keys: WriterKeys) -> None:
    """Take advisory locks on the writer's keys: two letters of one writer are checked one after the other.

    It waits for locks that another transaction holds. They are released at the end of the transaction. On
    SQLite, which has one writer at a time, nothing is done.
    """
    if session.get_bind().dialect.name == "sqlite":
        return
    indexes_by_kind = WriterMatcher(session, keys).bind_values.values()
    # Sorted: transactions that take the locks in the same order can't deadlock.
    for number in sorted({_lock_number(index) for indexes in indexes_by_kind for index in indexes}):
        session.execute(select(func.pg_advisory_xact_lock(number)))


def _lock_number(blind_index: str) -> int:
    """Return the 64-bit number of PostgreSQL's advisory lock for a blind index."""
    return int.from_bytes(bytes.fromhex(blind_index)[:8], signed=True)


def _email_key(stored_address: str) -> str:
    try:
        return read_email(stored_address).key
    except RefusedError:
        # The address was accepted under earlier rules.
        return stored_address.casefold()


class WriterMatcher:
    """Matches letters with a writer by blind indexes, without unsealing any particulars.

    Attributes:
        key_kinds: Which kinds of keys the writer has: some of `EMAIL`, `PHONE` and `NAME`, in that order.
        bind_values: The values of the bind parameters in the conditions of `shares_key`.
    """

    def __init__(self, session: Session, keys: WriterKeys) -> None:
        """Match with the writer who has ``keys``; an empty key matches nothing."""
        seal = seal_of_dialect(session.get_bind().dialect)
        self._keys = {EMAIL: keys.email_key, PHONE: keys.phone, NAME: keys.folded_name}
        self.key_kinds = tuple(kind for kind, key in self._keys.items() if key)
        self.bind_values = {
            _parameter(kind): seal.blind_indexes(key, kind) for kind, key in self._keys.items()
        }

    # Any: SQLAlchemy types a row by position, and this one is read by column name.
    def shared_keys(self, row: Row[*tuple[Any, ...]]) -> WriterKeys:
        """Return the keys that a letter has in common with the writer, the other keys left empty.

        ``row`` must have the columns of `shared_key_columns`.
        """
        return WriterKeys(
            self._keys[EMAIL] if row.by_email else "",
            self._keys[PHONE] if row.by_phone else "",
            self._keys[NAME] if row.by_name else "",
        )


@functools.cache
def shares_key(kind: str) -> ColumnElement[bool]:
    """Return the condition that a letter has the same key of that kind as a `WriterMatcher`'s writer."""
    columns = {EMAIL: Particulars.email_blind, PHONE: Particulars.phone_blind, NAME: Particulars.name_blind}
    return columns[kind].in_(bindparam(_parameter(kind), expanding=True))


def shared_key_columns() -> tuple[ColumnElement[bool], ...]:
    """Return the columns that a query must select for `WriterMatcher.shared_keys`."""
    return (
        shares_key(EMAIL).label("by_email"),
        shares_key(PHONE).label("by_phone"),
        shares_key(NAME).label("by_name"),
    )


def _parameter(kind: str) -> str:
    return f"blinds of {kind}"


class StoredWriterHistory:
    """Implements the rules' `WritersRecord` with one paper's letters in the database.

    A letter is found as long as its blind indexes are kept: that of the e-mail address stays after a purge.
    """

    def __init__(self, session: Session, paper: Paper) -> None:
        self._session = session
        self._paper = paper

    def earlier_letters(self, keys: WriterKeys, since: date) -> Sequence[EarlierLetter]:
        """Return the letters with any of ``keys``, received or printed on ``since`` or later.

        Those that are surely by the same writer come first, then the newest. Left out are withdrawn letters,
        letters that wait for a confirmation, and all after the first `MAX_EARLIER_LETTERS`.
        """
        writer = WriterMatcher(self._session, keys)
        if not writer.key_kinds:
            return []
        bind_values = {
            **writer.bind_values,
            "slugs": self._paper.slugs,
            "since": since,
            "most": MAX_EARLIER_LETTERS,
            "beginning": datetime.combine(since, time(), self._paper.time_zone),
        }
        return [
            EarlierLetter(
                writer.shared_keys(row),
                received=self._paper.local_date(row.received_at),
                published=row.printed_on,
                category=row.category,
            )
            for row in self._session.execute(_earlier_letters(writer.key_kinds), bind_values)
        ]


# Cached for each combination of kinds: the statement is needed for every submission.
@functools.cache
def _earlier_letters(key_kinds: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    beginning = bindparam("beginning", type_=Letter.received_at.type)
    # The date of the issue: editors mark a letter as published on another day, earlier or later.
    printed_on = case((Letter.state == State.PUBLISHED, Letter.print_on))
    # The same mailbox, or phone number and name: surely the same writer (`is_same_writer`).
    likeness = sum((case((shares_key(kind), _LIKENESS[kind]), else_=0) for kind in key_kinds), literal(0))
    return (
        select(
            *shared_key_columns(),
            Letter.received_at,
            Letter.category,
            printed_on.label("printed_on"),
        )
        .join(Particulars, Particulars.letter_id == Letter.id)
        .where(Letter.paper.in_(bindparam("slugs", expanding=True)), Letter.state != State.WITHDRAWN)
        # An unconfirmed address may be a stranger's, whose own letters must not be refused because of this
        # one.
        .where(Letter.in_queue)
        .where(or_(*map(shares_key, key_kinds)))
        .where(
            or_(Letter.received_at >= beginning, printed_on >= bindparam("since", type_=Letter.print_on.type))
        )
        .order_by(likeness.desc(), Letter.received_at.desc())
        .limit(bindparam("most", type_=Integer))
    )
