"""The register of seal keys: registering a process's newest key, finding lost ones, removing old ones.

A store is sealed with the keys whose names are in the register. A process seals only with a key that is in
it: triggers refuse to insert any other value, in the same transaction, so that no letter is acknowledged
that nobody could read. A process gets its newest key into the register when it has one of those in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    LargeBinary,
    Select,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    text,
    type_coerce,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from webapp.store.column_types import seal_of_dialect
from webapp.store.database import Database, SealKeyUnregisteredError
from webapp.store.models import Editor, ImportKey, Letter, Message, Particulars, SealKey
from webapp.store.presence import is_sealed_with_other_keys
from webapp.store.seal import KEY_NAME_BYTES

MAX_NAMED_LETTERS = 5
"""Letters that `find_lost_values` names."""
_SEALED_COLUMNS: tuple[InstrumentedAttribute[Any], ...] = (
    Particulars.contact,
    Message.recipient,
    Message.text_body,
    Message.html_body,
    Message.server_words,
    Editor.totp_secret,
    ImportKey.secret,
)


class SealKeysUnknownError(Exception):
    """The store is sealed, and this process has none of the keys in its register."""


@dataclass(frozen=True, slots=True)
class LostValues:
    """What is sealed with keys that this process doesn't have.

    Attributes:
        letters: Letters whose writers' particulars are.
        messages: Messages that are.
        others: Second factors of editors, and the key of the imports.
        references: The references of the first letters, at most `MAX_NAMED_LETTERS`.
    """

    letters: int
    messages: int
    others: int
    references: Sequence[str]

    def __bool__(self) -> bool:
        return bool(self.letters or self.messages or self.others)


def register_newest_key(database: Database) -> None:
    """Register the newest key of the database's seal, unless it is registered; it is committed.

    A key is registered where the process has one of the registered keys as well (the key was changed), or
    where nothing is sealed yet and no other process serves the store with another key; then all keys of the
    process replace what was registered.

    Raises:
        SealKeysUnknownError: neither is so.
        StoreAwayError: the database can't be reached.
        SealMissingError: ``database`` was created without a seal.
    """
    seal = seal_of_dialect(database.engine.dialect)
    with database.query() as session:
        if seal.newest_key_name in _registered(session):
            return
    is_used_elsewhere = is_sealed_with_other_keys(database)
    with database.transaction() as session:
        _lock_register(session)
        names = _registered(session)
        if seal.newest_key_name in names:
            return
        if not any(map(seal.has_key_for, names)):
            if names and (is_used_elsewhere or _has_sealed_values(session)):
                raise SealKeysUnknownError
            # Processes with the same keys in another order may seal with the others.
            session.execute(delete(SealKey))
            register_keys(session, set(seal.key_names))
            return
        session.execute(insert(SealKey).values(name=seal.newest_key_name))


def require_registered_key(database: Database) -> None:
    """Make sure that this process may seal: that its newest key is still in the register.

    Raises:
        SealKeyUnregisteredError: it isn't: a backup was restored, or the keys were changed.
        StoreAwayError: the database can't be reached.
    """
    with database.query() as session:
        require_registered_key_in(session)


def require_registered_key_in(session: Session) -> None:
    """As `require_registered_key`, in a transaction that seals a value by an UPDATE: triggers check inserts.

    Raises:
        SealKeyUnregisteredError: the key isn't registered.
    """
    name = seal_of_dialect(session.get_bind().dialect).newest_key_name
    if session.scalar(select(SealKey.name).where(SealKey.name == name)) is None:
        raise SealKeyUnregisteredError


def register_keys(session: Session, names: set[bytes]) -> None:
    """Add the names of keys to the register; ``names`` may be in it already."""
    for name in names - _registered(session):
        session.execute(insert(SealKey).values(name=name))


def clear_register(session: Session) -> None:
    """Remove all keys, as a restore does before it inserts its own."""
    _lock_register(session)
    session.execute(delete(SealKey))


def remove_unused_keys(database: Database) -> bool:
    """Take the older keys off the register with which nothing is sealed; nobody can seal with them any more.

    Returns:
        Whether the newest key is now the only one that values of the store are sealed with.

    Raises:
        StoreAwayError: the database can't be reached.
    """
    newest = seal_of_dialect(database.engine.dialect).newest_key_name
    with database.transaction() as session:
        _lock_register(session)
        for name in _registered(session) - {newest}:
            session.execute(delete(SealKey).where(SealKey.name == name))
            if _has_sealed_values(session, name):
                session.execute(insert(SealKey).values(name=name))
        return _registered(session) == {newest}


def find_lost_values(database: Database) -> LostValues | None:
    """Count what is sealed with registered keys that this process doesn't have; None where it has them all.

    Only where a key is missing are the tables read, and all of them.

    Raises:
        StoreAwayError: the database can't be reached.
    """
    with database.snapshot() as session:
        seal = seal_of_dialect(session.get_bind().dialect)
        missing = {name for name in _registered(session) if not seal.has_key_for(name)}
        if not missing:
            return None
        letters = _sealed_with(Particulars.contact, missing)
        named = (
            select(Letter.reference)
            .join(Particulars, Particulars.letter_id == Letter.id)
            .where(letters)
            .order_by(Letter.id)
            .limit(MAX_NAMED_LETTERS)
        )
        message = or_(
            *(
                _sealed_with(column, missing)
                for column in (Message.recipient, Message.text_body, Message.html_body, Message.server_words)
            )
        )
        found = LostValues(
            letters=_count(session, select(Particulars.letter_id).where(letters)),
            messages=_count(session, select(Message.id).where(message)),
            others=_count(session, select(Editor.id).where(_sealed_with(Editor.totp_secret, missing)))
            + _count(session, select(ImportKey.id).where(_sealed_with(ImportKey.secret, missing))),
            references=session.scalars(named).all(),
        )
        return found or None


def seal_keys_fit(database: Database) -> bool:
    """Tell whether this process has every registered key.

    Raises:
        StoreAwayError: the database can't be reached.
    """
    with database.query() as session:
        seal = seal_of_dialect(session.get_bind().dialect)
        return all(map(seal.has_key_for, _registered(session)))


def _registered(session: Session) -> set[bytes]:
    return {bytes(name) for name in session.scalars(select(SealKey.name))}


def _lock_register(session: Session) -> None:
    """Let one transaction at a time change the register; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE seal_keys IN SHARE ROW EXCLUSIVE MODE"))


def _has_sealed_values(session: Session, key_name: bytes | None = None) -> bool:
    """Tell whether any value is sealed, with that key or, without one, with any."""
    conditions = (
        column.is_not(None) if key_name is None else _sealed_with(column, {key_name})
        for column in _SEALED_COLUMNS
    )
    return any(session.scalar(select(exists().where(condition))) for condition in conditions)


def _sealed_with(column: InstrumentedAttribute[Any], key_names: set[bytes]) -> ColumnElement[bool]:
    raw = type_coerce(column, LargeBinary)
    return func.substr(raw, 1, KEY_NAME_BYTES, type_=LargeBinary).in_(key_names)


def _count(session: Session, rows: Select[int]) -> int:
    return session.scalar(select(func.count()).select_from(rows.subquery())) or 0
