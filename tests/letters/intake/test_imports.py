"""Imports: each item becomes one letter, dated at its arrival, and stays known after purges and erasures."""

import dataclasses
from datetime import UTC, datetime, timedelta
from functools import partial
from types import MappingProxyType

import pytest
from sqlalchemy import LargeBinary, func, insert, select, text, type_coerce, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.letters.intake.imported_letters import DAY, LONG_AGO, import_letter
from tests.letters.privacy.letters_to_purge import load_letter
from tests.letters.upkeep.test_sealing import Receipts
from tests.samples import HERALD, NOON, PARTICULARS_KEY, SECRET_KEY, letter
from tests.simultaneous import run_concurrently
from webapp.installation.background_worker import BackgroundWorker
from webapp.installation.settings import Settings
from webapp.letters.editing.lapse import lapse_unconfirmed
from webapp.letters.editing.withdrawal import withdraw
from webapp.letters.intake.imports import ImportOrigin
from webapp.letters.intake.intake import Arrival, Intake, Receipt, ReturnedError
from webapp.letters.lookup import letter_for_desk
from webapp.letters.privacy.erasure import erase_personal_data
from webapp.letters.privacy.person_search import IdentifierKind, PersonQuery, find_letters_of_person
from webapp.letters.privacy.retention import QUIET_PERIOD, count_due_for_purge, purge, remove_personal_data
from webapp.letters.queue.queue_page import QueueFilter, queue_page
from webapp.letters.upkeep.reseal import reseal_all
from webapp.rules.enums import State
from webapp.rules.policy.sections.correspondence import Confirmation
from webapp.store.database import Database
from webapp.store.models import Channel, EventKind, Import, ImportKey, Letter, Message
from webapp.store.seal import Seal, new_key
from webapp.store.seal_keys import register_newest_key, remove_unused_keys, seal_keys_fit

STRICT = dataclasses.replace(HERALD, confirmation=Confirmation(before_queue=True, lapse_hours=72))
KEEPS_LITTLE = dataclasses.replace(HERALD, retention_days=MappingProxyType({State.RECEIVED: 30}))


def count_rows(store: Database, table: type[Letter | Import | Message]) -> int:
    with store.snapshot() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def letter_of(session: Session, receipt: Receipt) -> Letter:
    return session.scalars(select(Letter).where(Letter.reference == receipt.reference)).one()


def test_an_import_is_stored_with_its_date_of_arrival(store: Database, intake: Intake) -> None:
    receipt = import_letter(intake)
    assert receipt.verdict
    assert receipt.verdict.word_count == 17
    with store.snapshot() as session:
        stored = letter_for_desk(session, receipt.reference)
        record = session.scalars(select(Import)).one()
    assert (stored.received_at, stored.channel) == (LONG_AGO, Channel.MAIL)
    assert [(event.kind, event.at) for event in stored.events] == [(EventKind.RECEIVED, LONG_AGO)]
    assert (record.letter_id, record.brought_in_at) == (stored.id, NOON)
    assert b"example.com" not in record.digest


def test_a_second_import_returns_the_same_receipt(store: Database, intake: Intake) -> None:
    first = import_letter(intake)
    for again in (letter(), letter(body="Changed on its way through another mailbox."), letter(name="")):
        receipt = import_letter(intake, submission=again, now=NOON + 400 * DAY)
        assert receipt == dataclasses.replace(first, repeated=True)
    assert (count_rows(store, Letter), count_rows(store, Import)) == (1, 1)


def test_the_same_letter_as_another_mail_or_by_the_form_is_one_letter(
    store: Database, intake: Intake
) -> None:
    sent = intake.receive(letter(), HERALD, Arrival(channel=Channel.FORM, at=NOON))
    for stable_key in ("<1@example.com>", "<2@example.com>"):
        assert import_letter(intake, stable_key) == dataclasses.replace(sent, repeated=True)
    assert (count_rows(store, Letter), count_rows(store, Import)) == (1, 2)


def test_each_paper_imports_an_item_for_itself(store: Database, intake: Intake) -> None:
    courier = dataclasses.replace(HERALD, paper=dataclasses.replace(HERALD.paper, slug="courier"))
    assert not import_letter(intake).repeated
    assert not import_letter(intake, policy=courier).repeated
    assert count_rows(store, Letter) == 2


def test_a_returned_item_is_checked_again(store: Database, intake: Intake) -> None:
    with pytest.raises(ReturnedError):
        import_letter(intake, submission=letter(phone=""))
    assert (count_rows(store, Letter), count_rows(store, Import)) == (0, 0)
    assert not import_letter(intake).repeated


@pytest.mark.parametrize("gone", ["erased", "purged", "withdrawn", "withdrawn and erased"])
def test_an_erased_purged_or_withdrawn_letter_is_not_imported_again(
    store: Database, intake: Intake, gone: str
) -> None:
    first = import_letter(intake)
    with store.transaction() as session:
        if "withdrawn" in gone:
            withdraw(session, letter_of(session, first), reason="", now=NOON)
    with store.transaction() as session:
        if "erased" in gone:
            found = find_letters_of_person(
                session, PersonQuery(IdentifierKind.REFERENCE, first.reference), {"HK"}
            )
            assert erase_personal_data(session, found, editor_id=None, now=NOON) == 1
        elif gone == "purged":
            remove_personal_data(session, {letter_of(session, first).id: State.RECEIVED}, NOON)
    with store.snapshot() as session:
        assert letter_of(session, first).fingerprint is None
    again = import_letter(intake, now=NOON + 400 * DAY)
    assert again == dataclasses.replace(first, repeated=True)
    assert count_rows(store, Letter) == 1


def test_a_letter_erased_after_the_form_is_not_imported_from_e_mail(store: Database, intake: Intake) -> None:
    intake.receive(letter(), HERALD, Arrival(channel=Channel.FORM, at=LONG_AGO))
    import_letter(intake)
    with store.transaction() as session:
        erase_personal_data(
            session,
            find_letters_of_person(session, PersonQuery(IdentifierKind.EMAIL, letter().email), {"HK"}),
            editor_id=None,
            now=NOON,
        )
    assert import_letter(intake).repeated
    assert count_rows(store, Letter) == 1


def test_imports_are_recognised_after_all_keys_were_changed(store: Database, intake: Intake) -> None:
    first = import_letter(intake)
    with store.transaction() as session:
        remove_personal_data(session, {letter_of(session, first).id: State.RECEIVED}, NOON)
    new = new_key()
    both = Database(store.url, Seal.from_text(f"{new},{PARTICULARS_KEY}"))
    register_newest_key(both)
    reseal_all(both)
    assert remove_unused_keys(both)
    renewed = Database(store.url, Seal.from_text(new))
    assert seal_keys_fit(renewed)
    assert not seal_keys_fit(store)
    again = import_letter(Intake(renewed, "another secret key of the site"))
    assert again == dataclasses.replace(first, repeated=True)
    for database in (both, renewed):
        database.dispose()


def test_there_is_one_import_key_and_it_is_sealed(store: Database, intake: Intake) -> None:
    import_letter(intake)
    import_letter(intake, "<2@example.com>", letter(headline="New"))
    with store.snapshot() as session:
        (secret,) = session.scalars(select(ImportKey.secret))
        (kept_as,) = session.scalars(select(type_coerce(ImportKey.secret, LargeBinary)))
    assert secret.encode() not in kept_as
    with pytest.raises(IntegrityError), store.transaction() as session:
        session.execute(insert(ImportKey).values(id=2, secret=secret))


def test_an_imported_letter_can_not_be_deleted(store: Database, intake: Intake) -> None:
    import_letter(intake)
    with pytest.raises(IntegrityError), store.transaction() as session:
        session.execute(insert(Import).values(digest=b"x", letter_id=99, brought_in_at=NOON))
    with pytest.raises(IntegrityError), store.transaction() as session:
        session.execute(text("DELETE FROM letters"))


def test_concurrent_imports_store_one_letter(store: Database) -> None:
    # The same Message-ID with a different content.
    changed = [letter(headline=f"No. {number}") for number in range(6)]
    receipts = run_concurrently(
        [partial(import_letter, Intake(store, SECRET_KEY), submission=each) for each in changed]
    )
    assert len({receipt.reference for receipt in receipts}) == 1
    assert [receipt.repeated for receipt in receipts].count(False) == 1
    assert (count_rows(store, Letter), count_rows(store, Import)) == (1, 1)


def test_concurrent_imports_of_a_stored_letter_are_recorded_once(store: Database, intake: Intake) -> None:
    sent = intake.receive(letter(), HERALD, Arrival(channel=Channel.FORM, at=NOON))
    for receipt in run_concurrently(6 * [lambda: import_letter(Intake(store, SECRET_KEY))]):
        assert receipt == dataclasses.replace(sent, repeated=True)
    assert (count_rows(store, Letter), count_rows(store, Import)) == (1, 1)


def test_an_import_enters_the_queue_at_once_and_does_not_lapse(store: Database, intake: Intake) -> None:
    import_letter(intake, policy=STRICT)
    with store.transaction() as session:
        assert len(queue_page(session, QueueFilter()).rows) == 1
        assert lapse_unconfirmed(session, HERALD.paper.slug, received_before=NOON, now=NOON) == 0


def test_the_worker_does_not_purge_a_new_import(sqlite: Database, settings: Settings) -> None:
    policy = dataclasses.replace(STRICT, retention_days=MappingProxyType({State.RECEIVED: 0}))
    now = datetime.now(UTC)
    receipt = import_letter(Intake(sqlite, SECRET_KEY), policy=policy, arrived=now - 300 * DAY, now=now)
    BackgroundWorker(dataclasses.replace(settings, policies=(policy,))).lapse_and_purge()
    stored = load_letter(sqlite, receipt.reference)
    assert (stored.state, stored.in_queue) == (State.RECEIVED, True)
    assert stored.particulars
    assert stored.particulars.contact


def test_old_particulars_are_purged_a_week_after_the_import(store: Database, intake: Intake) -> None:
    old = import_letter(intake)
    new = import_letter(intake, "<2@example.com>", letter(headline="New"), arrived=NOON - DAY)
    for moment, letters in (
        (NOON, 0),
        (NOON + QUIET_PERIOD - timedelta(seconds=1), 0),
        (NOON + QUIET_PERIOD, 1),
        (NOON - DAY + 30 * DAY, 1),
    ):
        with store.snapshot() as session:
            assert (
                sum(each.letters for each in count_due_for_purge(session, [KEEPS_LITTLE], moment)) == letters
            )
        assert sum(each.letters for each in purge(store, [KEEPS_LITTLE], moment)) == letters
    for receipt in (old, new):
        particulars = load_letter(store, receipt.reference).particulars
        assert particulars
        assert particulars.purged_at


def test_the_receipt_message_is_dated_today_and_replies_to_the_e_mail(store: Database) -> None:
    receipt = import_letter(Intake(store, SECRET_KEY, Receipts()))
    (message,) = load_letter(store, receipt.reference).messages
    assert (message.created_at, message.due_at) == (NOON, NOON)
    assert message.in_reply_to == "<1@example.com>"
    assert count_rows(store, Message) == 1
    import_letter(Intake(store, SECRET_KEY, Receipts()))
    assert count_rows(store, Message) == 1


def test_a_stored_item_can_be_looked_up_without_importing(store: Database, intake: Intake) -> None:
    arrival = Arrival(
        channel=Channel.MAIL,
        at=LONG_AGO,
        import_origin=ImportOrigin(stable_key="<1@example.com>", imported_at=NOON),
    )
    assert intake.find_earlier_receipt(letter(), HERALD, arrival) is None
    first = import_letter(intake)
    assert intake.find_earlier_receipt(letter(body="Other"), HERALD, arrival) == dataclasses.replace(
        first, repeated=True
    )
    with store.transaction() as session:
        session.execute(update(Letter).values(category="x"))
    elsewhere = dataclasses.replace(
        arrival, import_origin=ImportOrigin(stable_key="<2@example.com>", imported_at=NOON)
    )
    assert intake.find_earlier_receipt(letter(), HERALD, elsewhere) == dataclasses.replace(
        first, repeated=True
    )
