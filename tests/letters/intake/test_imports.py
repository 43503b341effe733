"""What is brought in from elsewhere is brought in once, and kept as of the day on which it arrived."""

import dataclasses
from datetime import UTC, datetime, timedelta
from functools import partial
from types import MappingProxyType

import pytest
from sqlalchemy import LargeBinary, func, insert, select, text, type_coerce, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.letters.intake.imported_letters import DAY, LONG_AGO, bring_in
from tests.letters.privacy.letters_to_purge import kept
from tests.letters.upkeep.test_sealing import Receipts
from tests.samples import HERALD, NOON, PARTICULARS_KEY, SECRET_KEY, letter
from tests.simultaneous import at_once
from webapp.installation.background_worker import Worker
from webapp.installation.settings import Settings
from webapp.letters.editing.withdrawal import lapse_unconfirmed, withdraw
from webapp.letters.intake.imports import ImportOrigin
from webapp.letters.intake.intake import Arrival, Intake, Receipt, ReturnedError
from webapp.letters.lookup import letter_for_desk
from webapp.letters.privacy.erasure import KnownBy, Sought, erase, letters_of
from webapp.letters.privacy.retention import QUIET, due_for_purge, purge, take_away
from webapp.letters.queue.queue_page import QueueFilter, queue_page
from webapp.letters.upkeep.reseal import reseal_all, seal_keys_fit
from webapp.rules.policy.sections import Confirmation
from webapp.rules.states import State
from webapp.store.database import Database
from webapp.store.models import Channel, EventKind, Import, ImportKey, Letter, Message
from webapp.store.seal import Seal, new_key

STRICT = dataclasses.replace(HERALD, confirmation=Confirmation(before_queue=True, lapse_hours=72))
KEEPS_LITTLE = dataclasses.replace(HERALD, retention_days=MappingProxyType({State.RECEIVED: 30}))


def counted(store: Database, table: type[Letter | Import | Message]) -> int:
    with store.snapshot() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def letter_of(session: Session, receipt: Receipt) -> Letter:
    return session.scalars(select(Letter).where(Letter.reference == receipt.reference)).one()


def test_it_is_kept_as_of_the_day_on_which_it_arrived(store: Database, intake: Intake) -> None:
    receipt = bring_in(intake)
    assert receipt.verdict
    assert receipt.verdict.word_count == 17
    with store.snapshot() as session:
        stored = letter_for_desk(session, receipt.reference)
        record = session.scalars(select(Import)).one()
    assert (stored.received_at, stored.channel) == (LONG_AGO, Channel.MAIL)
    assert [(event.kind, event.at) for event in stored.events] == [(EventKind.RECEIVED, LONG_AGO)]
    assert (record.letter_id, record.brought_in_at) == (stored.id, NOON)
    assert b"example.com" not in record.digest


def test_a_second_time_it_is_here_already(store: Database, intake: Intake) -> None:
    first = bring_in(intake)
    for again in (letter(), letter(body="Changed on its way through another mailbox."), letter(name="")):
        receipt = bring_in(intake, submission=again, now=NOON + 400 * DAY)
        assert receipt == dataclasses.replace(first, repeated=True)
    assert (counted(store, Letter), counted(store, Import)) == (1, 1)


def test_the_same_letter_as_another_mail_or_by_the_form_is_one_letter(
    store: Database, intake: Intake
) -> None:
    sent = intake.receive(letter(), HERALD, Arrival(channel=Channel.FORM, at=NOON))
    for known_as in ("<1@example.com>", "<2@example.com>"):
        assert bring_in(intake, known_as) == dataclasses.replace(sent, repeated=True)
    assert (counted(store, Letter), counted(store, Import)) == (1, 2)


def test_each_paper_has_its_own_mailbox(store: Database, intake: Intake) -> None:
    courier = dataclasses.replace(HERALD, paper=dataclasses.replace(HERALD.paper, slug="courier"))
    assert not bring_in(intake).repeated
    assert not bring_in(intake, policy=courier).repeated
    assert counted(store, Letter) == 2


def test_what_was_returned_is_judged_anew(store: Database, intake: Intake) -> None:
    with pytest.raises(ReturnedError):
        bring_in(intake, submission=letter(phone=""))
    assert (counted(store, Letter), counted(store, Import)) == (0, 0)
    assert not bring_in(intake).repeated


@pytest.mark.parametrize("gone", ["erased", "purged", "withdrawn", "withdrawn and erased"])
def test_nobody_comes_back_who_was_let_go(store: Database, intake: Intake, gone: str) -> None:
    first = bring_in(intake)
    with store.transaction() as session:
        if "withdrawn" in gone:
            withdraw(session, letter_of(session, first), reason="", now=NOON)
    with store.transaction() as session:
        if "erased" in gone:
            found = letters_of(session, Sought(KnownBy.REFERENCE, first.reference), {"HK"})
            assert erase(session, found, editor_id=None, now=NOON) == 1
        elif gone == "purged":
            take_away(session, {letter_of(session, first).id: State.RECEIVED}, NOON)
    with store.snapshot() as session:
        assert letter_of(session, first).fingerprint is None
    again = bring_in(intake, now=NOON + 400 * DAY)
    assert again == dataclasses.replace(first, repeated=True)
    assert counted(store, Letter) == 1


def test_who_was_erased_after_sending_by_the_form_does_not_come_back_by_mail(
    store: Database, intake: Intake
) -> None:
    intake.receive(letter(), HERALD, Arrival(channel=Channel.FORM, at=LONG_AGO))
    bring_in(intake)
    with store.transaction() as session:
        erase(
            session,
            letters_of(session, Sought(KnownBy.EMAIL, letter().email), {"HK"}),
            editor_id=None,
            now=NOON,
        )
    assert bring_in(intake).repeated
    assert counted(store, Letter) == 1


def test_the_record_holds_when_all_keys_are_changed(store: Database, intake: Intake) -> None:
    first = bring_in(intake)
    with store.transaction() as session:
        take_away(session, {letter_of(session, first).id: State.RECEIVED}, NOON)
    new = new_key()
    both = Database(store.url, Seal.from_text(f"{new},{PARTICULARS_KEY}"))
    reseal_all(both)
    renewed = Database(store.url, Seal.from_text(new))
    assert seal_keys_fit(renewed)
    assert not seal_keys_fit(store)
    again = bring_in(Intake(renewed, "another secret key of the site"))
    assert again == dataclasses.replace(first, repeated=True)
    for database in (both, renewed):
        database.dispose()


def test_there_is_one_key_and_it_is_sealed(store: Database, intake: Intake) -> None:
    bring_in(intake)
    bring_in(intake, "<2@example.com>", letter(headline="New"))
    with store.snapshot() as session:
        (secret,) = session.scalars(select(ImportKey.secret))
        (kept_as,) = session.scalars(select(type_coerce(ImportKey.secret, LargeBinary)))
    assert secret.encode() not in kept_as
    with pytest.raises(IntegrityError), store.transaction() as session:
        session.execute(insert(ImportKey).values(id=2, secret=secret))


def test_the_letter_of_a_record_can_not_go(store: Database, intake: Intake) -> None:
    bring_in(intake)
    with pytest.raises(IntegrityError), store.transaction() as session:
        session.execute(insert(Import).values(digest=b"x", letter_id=99, brought_in_at=NOON))
    with pytest.raises(IntegrityError), store.transaction() as session:
        session.execute(text("DELETE FROM letters"))


def test_two_runs_at_once_bring_in_one_letter(store: Database) -> None:
    # The mail is the same, and has been changed on its way.
    changed = [letter(headline=f"No. {number}") for number in range(6)]
    receipts = at_once([partial(bring_in, Intake(store, SECRET_KEY), submission=each) for each in changed])
    assert len({receipt.reference for receipt in receipts}) == 1
    assert [receipt.repeated for receipt in receipts].count(False) == 1
    assert (counted(store, Letter), counted(store, Import)) == (1, 1)


def test_one_letter_that_is_here_is_noted_once_by_runs_at_once(store: Database, intake: Intake) -> None:
    sent = intake.receive(letter(), HERALD, Arrival(channel=Channel.FORM, at=NOON))
    for receipt in at_once(6 * [lambda: bring_in(Intake(store, SECRET_KEY))]):
        assert receipt == dataclasses.replace(sent, repeated=True)
    assert (counted(store, Letter), counted(store, Import)) == (1, 1)


def test_editors_see_it_at_once_and_it_does_not_lapse(store: Database, intake: Intake) -> None:
    bring_in(intake, policy=STRICT)
    with store.transaction() as session:
        assert len(queue_page(session, QueueFilter()).rows) == 1
        assert lapse_unconfirmed(session, HERALD.paper.slug, received_before=NOON, now=NOON) == 0


def test_the_worker_leaves_alone_what_was_just_brought_in(sqlite: Database, settings: Settings) -> None:
    policy = dataclasses.replace(STRICT, retention_days=MappingProxyType({State.RECEIVED: 0}))
    now = datetime.now(UTC)
    receipt = bring_in(Intake(sqlite, SECRET_KEY), policy=policy, arrived=now - 300 * DAY, now=now)
    Worker(dataclasses.replace(settings, policies=(policy,))).tidy()
    stored = kept(sqlite, receipt.reference)
    assert (stored.state, stored.in_queue) == (State.RECEIVED, True)
    assert stored.particulars
    assert stored.particulars.contact


def test_particulars_that_are_old_already_go_a_week_after_they_were_brought_in(
    store: Database, intake: Intake
) -> None:
    old = bring_in(intake)
    new = bring_in(intake, "<2@example.com>", letter(headline="New"), arrived=NOON - DAY)
    for moment, letters in (
        (NOON, 0),
        (NOON + QUIET - timedelta(seconds=1), 0),
        (NOON + QUIET, 1),
        (NOON - DAY + 30 * DAY, 1),
    ):
        with store.snapshot() as session:
            assert sum(each.letters for each in due_for_purge(session, [KEEPS_LITTLE], moment)) == letters
        assert sum(each.letters for each in purge(store, [KEEPS_LITTLE], moment)) == letters
    for receipt in (old, new):
        particulars = kept(store, receipt.reference).particulars
        assert particulars
        assert particulars.purged_at


def test_its_receipt_is_of_today_and_answers_the_mail(store: Database) -> None:
    receipt = bring_in(Intake(store, SECRET_KEY, Receipts()))
    (message,) = kept(store, receipt.reference).messages
    assert (message.created_at, message.due_at) == (NOON, NOON)
    assert message.in_reply_to == "<1@example.com>"
    assert counted(store, Message) == 1
    bring_in(Intake(store, SECRET_KEY, Receipts()))
    assert counted(store, Message) == 1


def test_what_is_here_already_can_be_asked_beforehand(store: Database, intake: Intake) -> None:
    arrival = Arrival(
        channel=Channel.MAIL, at=LONG_AGO, import_origin=ImportOrigin(known_as="<1@example.com>", at=NOON)
    )
    assert intake.here_already(letter(), HERALD, arrival) is None
    first = bring_in(intake)
    assert intake.here_already(letter(body="Other"), HERALD, arrival) == dataclasses.replace(
        first, repeated=True
    )
    with store.transaction() as session:
        session.execute(update(Letter).values(category="x"))
    elsewhere = dataclasses.replace(arrival, import_origin=ImportOrigin(known_as="<2@example.com>", at=NOON))
    assert intake.here_already(letter(), HERALD, elsewhere) == dataclasses.replace(first, repeated=True)
