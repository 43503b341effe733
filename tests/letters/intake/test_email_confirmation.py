"""E-mail confirmation: signed links, confirming, waiting for it, lapsing without it, and the resend limit."""

import dataclasses
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest
from itsdangerous import TimestampSigner
from sqlalchemy import select, update

from tests.messages.sample_messages import outgoing
from tests.samples import HERALD, NOON, SEAL, SECRET_KEY, acting, letter
from tests.simultaneous import run_concurrently
from webapp.installation.background_worker import BackgroundWorker
from webapp.installation.clock import now
from webapp.installation.settings import Settings
from webapp.letters.editing.lapse import lapse_unconfirmed
from webapp.letters.editing.workflow import Move, lock_letter, move_letter
from webapp.letters.intake.email_confirmation import (
    LINK_LIFETIME,
    MAX_CONFIRMATIONS_PER_DAY,
    ConfirmLinks,
    LinkRefusedError,
    confirm_email,
    confirmation_limit_reached,
)
from webapp.letters.intake.intake import Arrival, Intake
from webapp.letters.lookup import letter_for_writer
from webapp.letters.privacy.retention import remove_personal_data
from webapp.letters.queue.queue_page import QueueFilter, count_by_state, queue_page
from webapp.messages.outbox import add_to_outbox
from webapp.rules.enums import MessageKind, Requirement, State
from webapp.rules.policy.sections.correspondence import Confirmation
from webapp.store.column_types import Contact
from webapp.store.database import Database
from webapp.store.models import Channel, Event, EventKind, Letter, Message, MessageState, Particulars

LINKS = ConfirmLinks(SECRET_KEY)
STRICT = dataclasses.replace(
    HERALD,
    confirmation=Confirmation(before_queue=True, lapse_hours=72),
    particulars=dataclasses.replace(HERALD.particulars, email=Requirement.OPTIONAL),
)
HOUR = timedelta(hours=1)


def receive(intake: Intake, policy: object = HERALD, at: datetime = NOON, **changes: str) -> str:
    assert isinstance(policy, type(HERALD))
    return intake.receive(letter(**changes), policy, Arrival(channel=Channel.FORM, at=at)).token


def read(store: Database, token: str) -> Letter:
    with store.snapshot() as session:
        return letter_for_writer(session, token)


def confirm(store: Database, token: str, at: datetime = NOON) -> None:
    with store.transaction() as session:
        confirm_email(session, letter_for_writer(session, token), at)


def events(store: Database) -> list[EventKind]:
    with store.snapshot() as session:
        return list(session.scalars(select(Event.kind).order_by(Event.id)))


def count_in_queue(store: Database) -> int:
    with store.snapshot() as session:
        listed = len(queue_page(session, QueueFilter()).rows)
        assert listed == sum(count_by_state(session).values())
    return listed


def test_a_link_proves_the_address_that_it_was_sent_to(store: Database, intake: Intake) -> None:
    kept = read(store, receive(intake))
    LINKS.verify(LINKS.sign(kept), kept)
    LINKS.verify(LINKS.sign(kept), kept)


def test_other_signed_parts_are_refused(store: Database, intake: Intake) -> None:
    kept = read(store, receive(intake))
    other = read(store, receive(intake, headline="Another"))
    signed = LINKS.sign(kept)
    made_up = ["", "x", "ä\0", signed[:-1], signed[1:], f"{signed}x", signed.upper(), signed.replace(".", "")]
    strangers = ConfirmLinks("another key of somebody else").sign(kept)
    for wrong in (*made_up, strangers, LINKS.sign(other)):
        with pytest.raises(LinkRefusedError):
            LINKS.verify(wrong, kept)


def test_a_changed_character_is_refused(store: Database, intake: Intake) -> None:
    kept = read(store, receive(intake))
    signed = LINKS.sign(kept)
    # The last Base64 character of the signature has unused bits: some changes leave its value the same.
    for place in range(len(signed) - 1):
        changed = "A" if signed[place] != "A" else "B"
        with pytest.raises(LinkRefusedError):
            LINKS.verify(signed[:place] + changed + signed[place + 1 :], kept)


def test_a_link_to_an_address_that_was_changed_proves_nothing(store: Database, intake: Intake) -> None:
    token = receive(intake)
    signed = LINKS.sign(read(store, token))
    with store.transaction() as session:
        session.execute(update(Particulars).values(contact=Contact(email="other@example.com")))
    with pytest.raises(LinkRefusedError):
        LINKS.verify(signed, read(store, token))
    LINKS.verify(LINKS.sign(read(store, token)), read(store, token))


def test_a_link_expires(store: Database, intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = read(store, receive(intake))
    signed = LINKS.sign(kept)
    expires = int(time.time() + LINK_LIFETIME.total_seconds())
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: expires - 60)
    LINKS.verify(signed, kept)
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: expires + 60)
    with pytest.raises(LinkRefusedError):
        LINKS.verify(signed, kept)


def test_confirming_is_recorded_once_with_its_time(store: Database, intake: Intake) -> None:
    token = receive(intake)
    confirm(store, token, NOON + HOUR)
    confirm(store, token, NOON + 2 * HOUR)
    assert read(store, token).email_confirmed_at == NOON + HOUR
    assert events(store) == [EventKind.RECEIVED, EventKind.EMAIL_CONFIRMED]


def test_concurrent_confirmations_are_recorded_once(store: Database, intake: Intake) -> None:
    token = receive(intake, STRICT)
    run_concurrently([lambda: confirm(store, token)] * 6)
    assert events(store) == [EventKind.RECEIVED, EventKind.EMAIL_CONFIRMED]
    assert count_in_queue(store) == 1


def test_confirming_does_not_change_the_version(store: Database, intake: Intake, editor_id: int) -> None:
    token = receive(intake)
    seen = read(store, token)
    confirm(store, token)
    with store.transaction() as session:
        decision = Move(to_state=State.SHORTLISTED, version=seen.version)
        move_letter(
            session,
            lock_letter(session, seen.reference, with_particulars=True),
            decision,
            HERALD,
            by=acting(editor_id),
            now=NOON,
        )
    assert read(store, token).state is State.SHORTLISTED
    assert read(store, token).email_confirmed_at


def test_a_letter_waits_outside_the_queue_until_it_is_confirmed(store: Database, intake: Intake) -> None:
    token = receive(intake, STRICT)
    assert count_in_queue(store) == 0
    confirm(store, token)
    assert count_in_queue(store) == 1


def test_a_letter_without_an_e_mail_address_enters_the_queue_at_once(store: Database, intake: Intake) -> None:
    receive(intake, STRICT, email="")
    assert count_in_queue(store) == 1
    assert lapse(store) == 0


def test_an_unconfirmed_letter_lapses_and_a_late_click_does_not_bring_it_back(
    store: Database, intake: Intake
) -> None:
    token = receive(intake, STRICT)
    confirmed = receive(intake, STRICT, headline="Confirmed")
    confirm(store, confirmed)
    assert lapse(store, before=NOON) == 0
    assert lapse(store) == 1
    assert lapse(store) == 0
    assert (read(store, token).state, read(store, token).in_queue) == (State.WITHDRAWN, False)
    assert events(store)[-1] is EventKind.LAPSED
    confirm(store, token)
    assert (read(store, token).state, read(store, token).in_queue) == (State.WITHDRAWN, False)
    assert read(store, confirmed).state is State.RECEIVED
    assert count_in_queue(store) == 1


def test_a_letter_that_has_lapsed_can_be_sent_again(store: Database, intake: Intake) -> None:
    first = receive(intake, STRICT)
    lapse(store)
    second = receive(intake, STRICT)
    confirm(store, second)
    assert first != second
    assert count_in_queue(store) == 1


def test_confirming_and_lapsing_at_once_leave_one_of_both(store: Database, intake: Intake) -> None:
    for number in range(8):
        token = receive(intake, STRICT, headline=f"Letter {number}")
        tasks: list[Callable[[], object]] = [partial(confirm, store, token), partial(lapse, store)]
        run_concurrently(tasks)
        kept = read(store, token)
        assert kept.email_confirmed_at
        assert (kept.state is State.RECEIVED) == kept.in_queue


@pytest.mark.parametrize(
    ("state", "sent_at", "lapses"),
    [
        (MessageState.WAITING, None, False),
        (MessageState.SENT, NOON + 2 * HOUR, False),
        (MessageState.SENT, NOON, True),
        (MessageState.DEAD, None, True),
    ],
)
def test_a_letter_whose_link_was_sent_lately_does_not_lapse(
    store: Database, intake: Intake, state: MessageState, sent_at: datetime | None, *, lapses: bool
) -> None:
    token = receive(intake, STRICT)
    with store.transaction() as session:
        add_to_outbox(session, outgoing(), letter_id=letter_for_writer(session, token).id, now=NOON)
        session.execute(update(Message).values(state=state, sent_at=sent_at))
    assert lapse(store) == lapses


def test_the_worker_lets_letters_lapse_after_the_papers_hours(store: Database, intake: Intake) -> None:
    old = receive(intake, STRICT, at=now() - 73 * HOUR)
    new = receive(intake, STRICT, at=now() - 71 * HOUR, headline="Another")
    other = receive(intake, HERALD, at=now() - 500 * HOUR, headline="Of a paper that does not ask")
    settings = Settings(database_url=store.url, secret_key=SECRET_KEY, seal=SEAL, policies=(STRICT,))
    worker = BackgroundWorker(settings)
    worker.lapse_and_purge()
    worker.stop()
    assert [read(store, token).state for token in (old, new, other)] == [
        State.WITHDRAWN,
        State.RECEIVED,
        State.RECEIVED,
    ]


def test_letters_lapse_after_the_policy_stops_requiring_confirmation(store: Database, intake: Intake) -> None:
    token = receive(intake, STRICT, at=now() - 73 * HOUR)
    worker = BackgroundWorker(
        Settings(database_url=store.url, secret_key=SECRET_KEY, seal=SEAL, policies=(HERALD,))
    )
    worker.lapse_and_purge()
    worker.stop()
    assert read(store, token).state is State.WITHDRAWN


def test_many_letters_lapse_in_several_transactions(
    store: Database, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("webapp.letters.editing.lapse", "webapp.installation.background_worker"):
        monkeypatch.setattr(f"{module}.MAX_LAPSED_PER_TRANSACTION", 2)
    for number in range(5):
        receive(intake, STRICT, at=now() - 100 * HOUR, headline=f"Letter {number}")
    worker = BackgroundWorker(
        Settings(database_url=store.url, secret_key=SECRET_KEY, seal=SEAL, policies=(STRICT,))
    )
    worker.lapse_and_purge()
    worker.stop()
    assert events(store).count(EventKind.LAPSED) == 5


def test_the_confirmation_is_sent_a_limited_number_of_times_a_day(store: Database, intake: Intake) -> None:
    token = receive(intake)
    for hour in range(MAX_CONFIRMATIONS_PER_DAY):
        assert resend_confirmation(store, token, NOON + hour * HOUR)
    assert not resend_confirmation(store, token, NOON + 23 * HOUR)
    assert resend_confirmation(store, token, NOON + 25 * HOUR)
    assert not resend_confirmation(store, token, NOON + 25 * HOUR)


def test_concurrent_requests_are_counted_one_after_the_other(store: Database, intake: Intake) -> None:
    token = receive(intake)
    run_concurrently([lambda: resend_confirmation(store, token, NOON)] * 8)
    with store.snapshot() as session:
        assert len(session.scalars(select(Message)).all()) == MAX_CONFIRMATIONS_PER_DAY


def test_an_erased_writer_gets_no_confirmation_message(store: Database, intake: Intake) -> None:
    token = receive(intake)
    read_before = read(store, token)
    with store.transaction() as session:
        remove_personal_data(session, {read_before.id: State.RECEIVED}, NOON)
    with store.transaction() as session:
        assert confirmation_limit_reached(session, read_before, NOON)


def resend_confirmation(store: Database, token: str, at: datetime) -> bool:
    with store.transaction() as session:
        kept = letter_for_writer(session, token)
        if confirmation_limit_reached(session, kept, at):
            return False
        add_to_outbox(session, outgoing(kind=MessageKind.CONFIRMATION), letter_id=kept.id, now=at)
    return True


def lapse(store: Database, before: datetime = NOON + HOUR) -> int:
    with store.transaction() as session:
        return lapse_unconfirmed(session, "harbour-herald", received_before=before, now=NOON + HOUR)
