"""Sealing: particulars aren't readable in the database files, keys are checked, and data can be resealed."""

import secrets
from base64 import b64decode
from contextlib import AbstractContextManager, suppress
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import LargeBinary, delete, select, text, type_coerce, update
from sqlalchemy.orm import Session

from tests.samples import HERALD, NOON, PARTICULARS, PARTICULARS_KEY, PASSWORD, SEAL, SECRET_KEY, letter
from webapp.accounts.administration import add_editor
from webapp.accounts.totp import start_authenticator_setup
from webapp.letters.intake.intake import Arrival, Intake
from webapp.letters.intake.writer_history import EMAIL, StoredWriterHistory
from webapp.letters.privacy.person_search import IdentifierKind, PersonQuery, find_letters_of_person
from webapp.letters.privacy.retention import remove_personal_data
from webapp.letters.upkeep import reseal as sealing
from webapp.letters.upkeep.reseal import reseal_all
from webapp.messages.leases_and_retries import lease_due, record_rejection
from webapp.messages.outbox import OutgoingMessage
from webapp.rules.enums import MessageKind, State
from webapp.rules.frequency import WriterKeys
from webapp.rules.policy import Policy
from webapp.store.column_types import Contact, SealMissingError
from webapp.store.database import Database, SealKeyUnregisteredError
from webapp.store.models import Channel, Letter, Message, Particulars, Role
from webapp.store.schema import migrate
from webapp.store.seal import KEY_BYTES, KeyRefusedError, Seal, SealBrokenError
from webapp.store.seal_keys import (
    SealKeysUnknownError,
    register_newest_key,
    remove_unused_keys,
    seal_keys_fit,
)

OPEN = ("tai-man@example.com", "tai-man", "1 Main Street", "21234567", "2123 4567")
"""Texts that must not be found in the database."""


class Receipts:
    """Writes receipt messages that contain the writer's name."""

    def receipt(self, letter: Letter, policy: Policy) -> OutgoingMessage | None:
        del policy
        assert letter.particulars
        return OutgoingMessage(
            kind=MessageKind.RECEIPT,
            sender="The Harbour Herald <letters@harbourherald.example>",
            recipient=letter.particulars.email,
            language="en",
            subject="We have your letter",
            text_body=f"Dear {letter.particulars.name}, {letter.particulars.address}",
            html_body=f"<p>Dear {letter.particulars.name}, {letter.particulars.address}</p>",
        )


def receive(store: Database, **changes: str | bool) -> None:
    Intake(store, SECRET_KEY, Receipts()).receive(
        letter(**changes), HERALD, Arrival(channel=Channel.FORM, at=NOON)
    )


@given(value=st.binary(max_size=500), purpose=st.text(max_size=20))
def test_a_sealed_value_opens_only_for_its_purpose(value: bytes, purpose: str) -> None:
    sealed = SEAL.close(value, purpose)
    assert SEAL.open(sealed, purpose) == value
    assert sealed != SEAL.close(value, purpose), "the same value never looks the same"
    with pytest.raises(SealBrokenError):
        SEAL.open(sealed, f"{purpose}x")


@given(place=st.integers(0, 40), bit=st.integers(0, 7))
def test_a_change_of_one_bit_is_detected(place: int, bit: int) -> None:
    sealed = bytearray(SEAL.close(b"1 Main Street", "address"))
    sealed[place] ^= 1 << bit
    with pytest.raises(SealBrokenError):
        SEAL.open(bytes(sealed), "address")


@pytest.mark.parametrize(
    "text", ["", "not base 64 ü", "c2hvcnQ=", f"{PARTICULARS_KEY},", f"{PARTICULARS_KEY},x"]
)
def test_an_invalid_key_is_refused(text: str) -> None:
    with pytest.raises(KeyRefusedError):
        Seal.from_text(text)


def test_a_blind_index_does_not_reveal_the_value_and_differs_by_purpose() -> None:
    blind = SEAL.blind_index("tai-man@example.com", EMAIL)
    assert blind == SEAL.blind_index("tai-man@example.com", EMAIL)
    assert blind != SEAL.blind_index("tai-man@example.com", "name")
    assert SEAL.blind_index("", EMAIL) == ""


def test_the_database_contains_no_readable_particulars(store: Database) -> None:
    receive(store, withhold_name=True, withhold_reason="My employer")
    with store.snapshot() as session:
        kept = " ".join(
            str(row)
            for table in ("particulars", "messages", "letters", "events")
            for row in session.execute(text(f"SELECT * FROM {table}"))
        )
        particulars = session.scalars(select(Particulars)).one()
        message = session.scalars(select(Message)).one()
    for secret in (*OPEN, PARTICULARS["name"]):
        assert secret not in kept
    assert (particulars.name, particulars.phone_e164) == ("Chan Tai-man", "+85221234567")
    assert message.recipient == "tai-man@example.com"


def test_a_copied_database_file_contains_no_readable_particulars(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'letters.db'}", SEAL)
    migrate(database)
    for number in range(20):
        receive(database, headline=f"Letter {number}", withhold_name=True, withhold_reason="My employer")
    with database.transaction() as session:
        session.execute(delete(Particulars).where(Particulars.letter_id % 2 == 0))
    database.dispose()
    files = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"Letter 7" in files
    for secret in (*OPEN, PARTICULARS["name"]):
        assert secret.encode() not in files


def test_answers_of_mail_servers_are_sealed(store: Database) -> None:
    receive(store)
    (claimed,) = lease_due(store, now=NOON, limit=1)
    words = "550 5.1.1 <tai-man@example.com>: Recipient address rejected"
    record_rejection(store, claimed, server_words=words)
    with store.snapshot() as session:
        assert session.scalars(select(Message.server_words)).one() == words
        assert b"tai-man" not in bytes(session.scalar(text("SELECT server_words FROM messages")) or b"")
    new = secrets.token_bytes(KEY_BYTES)
    both, renewed = other_keys(store, new, b64decode(PARTICULARS_KEY)), other_keys(store, new)
    reseal_all(both)
    with renewed.snapshot() as session:
        assert session.scalars(select(Message.server_words)).one() == words
    for database in (both, renewed):
        database.dispose()


def test_a_name_that_may_be_printed_is_not_sealed(store: Database) -> None:
    receive(store)
    with store.snapshot() as session:
        assert session.scalar(text("SELECT printed_name FROM particulars")) == "Chan Tai-man"


def other_keys(store: Database, *newest_first: bytes) -> Database:
    """Open the same database with other seal keys, newest first, registered where that is allowed."""
    database = Database(store.url, Seal(newest_first))
    with suppress(SealKeysUnknownError):
        register_newest_key(database)
    return database


def test_resealing_while_letters_are_received(tmp_path: Path) -> None:
    old, new = secrets.token_bytes(KEY_BYTES), secrets.token_bytes(KEY_BYTES)
    first = Database(f"sqlite:///{tmp_path / 'letters.db'}", Seal([old]))
    migrate(first)
    receive(first)
    both, renewed = other_keys(first, new, old), other_keys(first, new)
    assert seal_keys_fit(both)
    assert not seal_keys_fit(renewed)
    assert recognises_writer(both)
    receive(both, headline="Another")
    assert reseal_all(both) == 4
    assert remove_unused_keys(both)
    assert seal_keys_fit(renewed)
    assert not seal_keys_fit(first)
    assert recognises_writer(renewed)
    with renewed.snapshot() as session:
        assert [each.email for each in session.scalars(select(Particulars))] == 2 * ["tai-man@example.com"]
        assert [each.recipient for each in session.scalars(select(Message))] == 2 * ["tai-man@example.com"]
    for database in (first, both, renewed):
        database.dispose()


def test_a_key_is_registered_beside_a_known_one_or_in_an_empty_store_only(store: Database) -> None:
    new = secrets.token_bytes(KEY_BYTES)
    renewed = Database(store.url, Seal([new]))
    both = Database(store.url, Seal([new, b64decode(PARTICULARS_KEY)]))
    receive(store)
    with pytest.raises(SealKeysUnknownError):
        register_newest_key(renewed)
    with pytest.raises(SealKeyUnregisteredError):
        receive(renewed, headline="Sealed with a key that nobody else has")
    register_newest_key(both)
    receive(renewed, headline="Now it is one of the store's keys")
    for database in (both, renewed):
        database.dispose()


def test_the_key_of_a_store_without_sealed_values_can_be_replaced(store: Database) -> None:
    other = Database(store.url, Seal([secrets.token_bytes(KEY_BYTES)]))
    register_newest_key(other)
    receive(other)
    with pytest.raises(SealKeyUnregisteredError):
        receive(store, headline="By a process that was started before")
    with store.snapshot() as session:
        assert session.scalars(select(Letter.id)).one()
    other.dispose()


def test_an_address_that_is_no_longer_valid_is_resealed(store: Database) -> None:
    receive(store)
    contact = Contact(name="Chan Tai-man", email="tai-man@host.invalid")
    with store.transaction() as session:
        session.execute(update(Particulars).values(contact=contact))
    assert reseal_all(store) == 2
    with store.snapshot() as session:
        reference = session.scalars(select(Letter.reference)).one()
        assert (
            len(find_letters_of_person(session, PersonQuery(IdentifierKind.REFERENCE, reference), {"HK"}))
            == 1
        )


class InterruptionError(Exception):
    """Stands for a crash in the middle of resealing."""


def interrupt_reseal(store: Database, monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
    """Reseal row by row, and fail after ``steps`` rows."""
    left = iter(range(steps))
    write = store.transaction

    def write_some() -> AbstractContextManager[Session]:
        if next(left, None) is None:
            raise InterruptionError
        return write()

    monkeypatch.setattr(sealing, "ROWS_PER_TRANSACTION", 1)
    monkeypatch.setattr(store, "transaction", write_some)
    with pytest.raises(InterruptionError):
        reseal_all(store)
    monkeypatch.undo()


@pytest.mark.parametrize("steps", range(1, 10))
def test_the_older_key_is_required_after_an_interrupted_reseal(
    store: Database, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    old, new = b64decode(PARTICULARS_KEY), secrets.token_bytes(KEY_BYTES)
    for number in range(3):
        receive(store, headline=f"Letter {number}")
    both, renewed = other_keys(store, new, old), other_keys(store, new)
    # Letters are received and writers erased while the keys change.
    with both.transaction() as session:
        first = session.scalars(select(Letter.id).order_by(Letter.id).limit(1)).one()
        remove_personal_data(session, {first: State.DECLINED}, NOON)
    interrupt_reseal(both, monkeypatch, steps)
    receive(both, headline="Meanwhile")
    with store.snapshot() as session:
        column = type_coerce(Particulars.contact, LargeBinary)
        kept = session.scalars(select(column).where(column.is_not(None))).all()
    is_old_needed = any(SEAL.has_key_for(bytes(contact)) for contact in kept)
    assert is_old_needed == (steps < 8), "all that is kept was sealed anew by then"
    assert seal_keys_fit(both)
    assert remove_unused_keys(both) != is_old_needed
    assert seal_keys_fit(renewed) != is_old_needed
    assert not seal_keys_fit(store)
    for database in (both, renewed):
        database.dispose()


def test_the_second_factor_of_every_editor_is_checked(store: Database) -> None:
    old, new = b64decode(PARTICULARS_KEY), secrets.token_bytes(KEY_BYTES)
    both, renewed = other_keys(store, new, old), other_keys(store, new)
    for database, name in ((both, "ada"), (store, "ben"), (both, "cy")):
        number = add_editor(
            database, email=f"{name}@example.com", name=name, role=Role.EDITOR, password=PASSWORD, now=NOON
        )
        with database.transaction() as session:
            start_authenticator_setup(session, number)
    assert not seal_keys_fit(renewed)
    for database in (both, renewed):
        database.dispose()


def test_purged_writers_are_not_recognised_after_a_reseal(tmp_path: Path) -> None:
    old, new = secrets.token_bytes(KEY_BYTES), secrets.token_bytes(KEY_BYTES)
    first = Database(f"sqlite:///{tmp_path / 'letters.db'}", Seal([old]))
    migrate(first)
    receive(first)
    with first.transaction() as session:
        remove_personal_data(session, {1: State.DECLINED}, NOON)
    both, renewed = other_keys(first, new, old), other_keys(first, new)
    reseal_all(both)
    assert remove_unused_keys(both)
    assert (recognises_writer(both), recognises_writer(renewed)) == (True, False)
    assert seal_keys_fit(renewed)
    with renewed.snapshot() as session:
        assert (
            find_letters_of_person(session, PersonQuery(IdentifierKind.EMAIL, "tai-man@example.com"), {"HK"})
            == []
        )
        reference = session.scalars(select(Letter.reference)).one()
        assert (
            len(find_letters_of_person(session, PersonQuery(IdentifierKind.REFERENCE, reference), {"HK"}))
            == 1
        )
    for database in (first, both, renewed):
        database.dispose()


def recognises_writer(store: Database) -> bool:
    with store.snapshot() as session:
        keys = WriterKeys("tai-man@example.com", "", "")
        return bool(StoredWriterHistory(session, HERALD.paper).earlier_letters(keys, NOON.date()))


def test_without_a_key_nothing_is_stored(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'letters.db'}", SEAL)
    migrate(database)
    keyless = Database(database.url)
    with pytest.raises(SealMissingError):
        receive(keyless)
    database.dispose()
    keyless.dispose()
