"""Derived data of letters, such as the full-text index: its versions, and the queues of letters to derive.

While a new version of the product is being rolled out, processes of the earlier one go on storing letters,
and derive what they know of, in their own way. So no migration derives anything. Instead:

- A trigger puts a letter into the queue of each `Derivation` wherever something is stored that it derives
  from, by code of any version.
- Who has derived it takes the letter out again (`remove_from_queue`, `process_queued_letters`), unless the
  store wants a newer version: then the letter stays for a process that knows that one.
- The first process of a newer version raises the wanted version, and queues all letters (`raise_version`).
"""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import ColumnElement, TextClause, delete, exists, func, select, text, update
from sqlalchemy.orm import Session

from webapp.store.database import Database
from webapp.store.models import DerivationVersion, Letter, LetterToCompare, LetterToIndex

WorkQueue: TypeAlias = type[LetterToCompare] | type[LetterToIndex]

QUEUED_PER_TRANSACTION = 10_000
"""Letters that `raise_version` queues in one transaction, during which nobody else can write to SQLite: some
30 ms."""
VERSION_LOCK = 7_203_365
"""Key of the PostgreSQL advisory lock that is shared by those who queue or unqueue letters by the wanted
version, and exclusive for who raises it. The triggers take it as well."""


@dataclass(frozen=True, slots=True)
class Derivation:
    """A kind of data that is derived from each letter.

    Attributes:
        name: Its name in the table of versions.
        version: The version that this code derives. It is raised wherever the same letter gives other data.
        queue: The model of the queue of its letters.
    """

    name: str
    version: int
    queue: WorkQueue


def process_queued_letters(
    database: Database,
    derivation: Derivation,
    work: Callable[[Session, Sequence[int]], None],
    *,
    most: int,
) -> int:
    """Derive the data of some queued letters, newest first, and return how many there were.

    All of it is one transaction. Several processes can do this at the same time: queue rows that another one
    has locked are skipped. If the process is killed, the transaction is rolled back and the letters stay in
    the queue. They also stay where the store wants a newer version, but aren't taken again by this one.

    Args:
        database: The database with the queue.
        derivation: The kind of data.
        work: Derives and stores the data of letters, by their ids, in the transaction.
        most: The number of letters at most.

    Raises:
        StoreAwayError: the database can't be reached.
    """
    queue = derivation.queue
    queued = select(queue.letter_id).where(queue.derived_by < derivation.version)
    with database.query() as session:
        # Don't begin a write transaction for nothing: on SQLite all other writers would wait for it.
        if session.scalar(queued.limit(1)) is None:
            return 0
    # SQLAlchemy leaves FOR UPDATE SKIP LOCKED out on SQLite, which has one writer at a time.
    some = queued.order_by(queue.letter_id.desc()).limit(most).with_for_update(skip_locked=True)
    with database.transaction() as session:
        letter_ids = session.scalars(some).all()
        work(session, letter_ids)
        _lock_version(session, shared=True)
        taken = queue.letter_id.in_(letter_ids)
        session.execute(delete(queue).where(taken, _is_wanted_version(derivation)))
        session.execute(update(queue).where(taken).values(derived_by=derivation.version))
    return len(letter_ids)


def remove_from_queue(session: Session, derivation: Derivation, letter_id: int) -> None:
    """Take a letter out of the queue after its data was derived in the transaction that has changed it.

    It stays where the store wants a newer version, or where a worker is at it, which derives the data again.
    """
    statement = _removal(derivation.queue.__tablename__, session.get_bind().dialect.name)
    session.execute(
        statement, {"letter_id": letter_id, "name": derivation.name, "version": derivation.version}
    )


def raise_version(database: Database, derivation: Derivation) -> None:
    """Make the store want this version at least, and queue all letters if they weren't queued for it.

    Nothing is done where it wants this version or a newer one already. Letters that are queued already stay
    so. It commits in batches; after an interruption the next call queues all letters again.

    Raises:
        StoreAwayError: the database can't be reached.
    """
    with database.query() as session:
        if _queued_version(session, derivation) >= derivation.version:
            return
    with database.transaction() as session:
        # In a transaction of its own: letters that are being stored wait for the lock.
        _lock_version(session, shared=False)
        _record_version(session, derivation, queued_version=0)
    after_id: int | None = 0
    while after_id is not None:
        with database.transaction() as session:
            if _queued_version(session, derivation) >= derivation.version:
                # Another process of this version has started at the same time.
                return
            after_id = _queue_next_letters(session, derivation.queue, after_id)
    with database.transaction() as session:
        _record_version(session, derivation, queued_version=derivation.version)


def queue_all_letters(session: Session, derivation: Derivation) -> None:
    """Put all letters into the queue that aren't in it; call it when the derived data is missing.

    It is missing after a restore. Data that is stored stays.
    """
    after_id: int | None = 0
    while after_id is not None:
        after_id = _queue_next_letters(session, derivation.queue, after_id)


def record_all_as_derived(session: Session, derivation: Derivation) -> None:
    """Empty the queue, and record that no letter needs to be queued for this version, as after a restore."""
    session.execute(delete(derivation.queue))
    _record_version(session, derivation, queued_version=derivation.version)


def count_queued_letters(session: Session, derivation: Derivation, *, most: int) -> int:
    """Return how many letters wait to be derived by this version, counted up to ``most``."""
    queue = derivation.queue
    waiting = select(queue.letter_id).where(queue.derived_by < derivation.version).limit(most).subquery()
    return session.scalar(select(func.count()).select_from(waiting)) or 0


@functools.cache
def _removal(queue: str, dialect: str) -> TextClause:
    """Return the DELETE of `remove_from_queue`; cached, as each letter that is stored needs it."""
    row = "letter_id = :letter_id"
    if dialect != "sqlite":
        # A worker holds the queue row before it locks the letter; waiting for it here would be a deadlock.
        row = f"letter_id IN (SELECT letter_id FROM {queue} WHERE {row} FOR UPDATE SKIP LOCKED)"  # noqa: S608 -- a table of ours
    return text(
        f"DELETE FROM {queue} WHERE {row} AND NOT EXISTS"  # noqa: S608 -- as above
        " (SELECT 1 FROM derivations WHERE name = :name AND version > :version)"
    )


def _is_wanted_version(derivation: Derivation) -> ColumnElement[bool]:
    newer = DerivationVersion.version > derivation.version
    return ~exists().where(DerivationVersion.name == derivation.name, newer)


def _queued_version(session: Session, derivation: Derivation) -> int:
    query = select(DerivationVersion.queued_version).where(DerivationVersion.name == derivation.name)
    return session.scalar(query) or 0


def _record_version(session: Session, derivation: Derivation, *, queued_version: int) -> None:
    """Make the store want this version at least, and record for which one all letters are queued."""
    session.execute(
        text(
            "INSERT INTO derivations AS stored (name, version, queued_version)"
            " VALUES (:name, :version, :queued_version) ON CONFLICT (name) DO UPDATE"
            " SET version = excluded.version, queued_version = excluded.queued_version"
            " WHERE stored.version < excluded.version"
            " OR stored.version = excluded.version AND stored.queued_version < excluded.queued_version"
        ),
        {"name": derivation.name, "version": derivation.version, "queued_version": queued_version},
    )


def _queue_next_letters(session: Session, queue: WorkQueue, after_id: int) -> int | None:
    """Queue the letters that follow ``after_id``; return the last one's id, or ``None`` after the last."""
    following = (
        select(Letter.id)
        .where(Letter.id > after_id)
        .order_by(Letter.id)
        .limit(QUEUED_PER_TRANSACTION)
        .subquery()
    )
    last_id: int | None = session.scalar(select(func.max(following.c.id)))
    if last_id is not None:
        session.execute(
            text(
                f"INSERT INTO {queue.__tablename__} (letter_id) SELECT id FROM letters"  # noqa: S608 -- a table of ours
                " WHERE id > :after_id AND id <= :last_id ON CONFLICT DO NOTHING"
            ),
            {"after_id": after_id, "last_id": last_id},
        )
    return last_id


def _lock_version(session: Session, *, shared: bool) -> None:
    """Take `VERSION_LOCK` until the transaction ends; SQLite doesn't need it, with one writer at a time."""
    if session.get_bind().dialect.name == "sqlite":
        return
    lock = func.pg_advisory_xact_lock_shared if shared else func.pg_advisory_xact_lock
    session.execute(select(lock(VERSION_LOCK)))
