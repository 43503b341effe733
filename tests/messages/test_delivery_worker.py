"""The delivery worker, batch by batch: replies of the mail server; mail server or database away."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.messages.conftest import SettableClock
from tests.messages.mail_server import DROP, STALL, LocalMailServer, Step
from tests.messages.sample_messages import (
    enqueue,
    enqueue_many,
    message_states,
    only_message,
    outgoing,
    stored_messages,
)
from tests.samples import NOON
from webapp.messages import delivery_worker as worker_module
from webapp.messages.delivery_worker import BATCH_SIZE, ENDED_AFTER, DeliveryWorker
from webapp.messages.leases_and_retries import LEASE_DURATION, RETRY_DELAYS, lease_due, record_delivery
from webapp.messages.smtp import MAX_REPLY_LENGTH, MailServer, ServerAwayError, SmtpConnection
from webapp.store.database import Database, StoreAwayError
from webapp.store.liveness import LivenessLock, living_processes
from webapp.store.models import Message, MessageState


def test_due_messages_are_delivered_over_one_connection(
    store: Database, mail_server: LocalMailServer, worker: DeliveryWorker
) -> None:
    enqueue_many(store, BATCH_SIZE + 3)
    assert [worker.deliver_due() for _ in range(3)] == [BATCH_SIZE, 3, 0]
    assert message_states(store) == [MessageState.SENT] * (BATCH_SIZE + 3)
    assert [message.server_words for message in stored_messages(store)] == ["250 OK"] * (BATCH_SIZE + 3)
    assert (mail_server.connections, len(mail_server.delivered)) == (1, BATCH_SIZE + 3)
    assert {each.message_id for each in mail_server.delivered} == {
        f"<{message.message_id}>" for message in stored_messages(store)
    }


def test_a_rejection_is_recorded_with_the_servers_reply_and_other_messages_are_sent(
    store: Database, mail_server: LocalMailServer, worker: DeliveryWorker
) -> None:
    enqueue_many(store, 3)
    mail_server.reply_with(Step.RECIPIENT, "250 OK", "550 5.1.1 No such mailbox")
    worker.deliver_due()
    assert message_states(store) == [MessageState.SENT, MessageState.DEAD, MessageState.SENT]
    assert stored_messages(store)[1].server_words == "550 5.1.1 No such mailbox"


def test_a_greylisted_message_is_sent_a_minute_later(
    store: Database, mail_server: LocalMailServer, worker: DeliveryWorker, clock: SettableClock
) -> None:
    mail_server.greylists = True
    enqueue(store, outgoing())
    worker.deliver_due()
    message = only_message(store)
    assert (message.state, message.attempts) == (MessageState.WAITING, 1)
    assert message.server_words.startswith("451 4.7.1 Greylisted")
    assert worker.deliver_due() == 0
    clock.time += RETRY_DELAYS[0] * 1.2
    worker.deliver_due()
    assert only_message(store).state is MessageState.SENT


@pytest.mark.usefixtures("short_smtp_timeouts")
@pytest.mark.parametrize("behaviour", [STALL, DROP, "421 4.3.2 Shutting down"])
def test_a_broken_connection_defers_one_message_and_other_messages_are_sent(
    store: Database, mail_server: LocalMailServer, worker: DeliveryWorker, behaviour: str
) -> None:
    enqueue_many(store, 3)
    mail_server.reply_with(Step.END, "250 OK", behaviour)
    worker.deliver_due()
    assert message_states(store) == [MessageState.SENT, MessageState.WAITING, MessageState.SENT]
    deferred = stored_messages(store)[1]
    assert (deferred.attempts, deferred.lease_until) == (1, None)
    assert deferred.server_words
    assert mail_server.connections == 2


def test_when_the_server_closes_a_connection_the_rest_is_sent_over_a_new_one(
    store: Database, mail_server: LocalMailServer, worker: DeliveryWorker
) -> None:
    enqueue_many(store, 6)
    mail_server.reply_with(Step.SENDER, "250 OK", "250 OK", DROP, "250 OK", "421 4.7.0 Too many messages")
    worker.deliver_due()
    assert message_states(store) == [MessageState.SENT] * 6
    assert [message.attempts for message in stored_messages(store)] == [1] * 6
    assert mail_server.connections == 3


def test_messages_stay_due_without_an_attempt_when_the_server_is_away(
    store: Database, clock: SettableClock
) -> None:
    enqueue_many(store, 3)
    worker = DeliveryWorker(store, MailServer.from_url("smtp://127.0.0.1:1"), clock)
    with pytest.raises(ServerAwayError):
        worker.deliver_due()
    worker.stop()
    worker.run()
    assert [(each.state, each.attempts, each.lease_until) for each in stored_messages(store)] == [
        (MessageState.WAITING, 0, None)
    ] * 3


def test_messages_of_a_worker_that_has_ended_are_sent_at_once(
    sqlite: Database, mail_server: LocalMailServer, clock: SettableClock
) -> None:
    enqueue_many(sqlite, 2)
    ended, alive = LivenessLock(sqlite), LivenessLock(sqlite)
    alive.keep()
    for lock in (ended, alive):
        lease_due(sqlite, now=NOON, limit=1, owner=lock.number)
    worker = DeliveryWorker(sqlite, MailServer.from_url(mail_server.url), clock)
    assert (worker.deliver_due(), worker.deliver_due()) == (1, 0)
    assert message_states(sqlite) == [MessageState.SENT, MessageState.WAITING]
    alive.release()
    assert worker.deliver_due() == 1
    worker.stop()
    worker.run()


@pytest.mark.parametrize("store", ["postgres_store"], indirect=True)
def test_a_worker_is_taken_for_ended_once_its_lock_was_free_for_some_time(
    store: Database, worker: DeliveryWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    enqueue_many(store, 1)
    moments = iter([1.0, ENDED_AFTER, 100.0, 99.0 + ENDED_AFTER, 100.0 + ENDED_AFTER])
    monkeypatch.setattr(worker_module, "monotonic", lambda: next(moments))
    lock = LivenessLock(store)
    lease_due(store, now=NOON, limit=1, owner=lock.number)
    assert (worker.deliver_due(), worker.deliver_due()) == (0, 0)
    # After an outage the time begins anew: the other worker may have lost its lock in it.
    monkeypatch.setattr(worker_module, "living_processes", _away)
    with pytest.raises(StoreAwayError):
        worker.deliver_due()
    monkeypatch.setattr(worker_module, "living_processes", living_processes)
    assert [worker.deliver_due() for _ in range(3)] == [0, 0, 1]


@pytest.mark.parametrize("store", ["postgres_store"], indirect=True)
def test_a_worker_that_has_its_lock_again_is_not_taken_for_ended(
    store: Database, worker: DeliveryWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    enqueue_many(store, 1)
    moments = iter([0.0, ENDED_AFTER - 1, ENDED_AFTER, 2 * ENDED_AFTER])
    monkeypatch.setattr(worker_module, "monotonic", lambda: next(moments))
    lock = LivenessLock(store)
    lease_due(store, now=NOON, limit=1, owner=lock.number)
    assert worker.deliver_due() == 0
    lock.keep()
    assert worker.deliver_due() == 0
    lock.release()
    assert [worker.deliver_due() for _ in range(2)] == [0, 1]


def _away(*_: object) -> frozenset[int]:
    raise StoreAwayError


def test_a_worker_sends_what_it_has_leased_itself_before(
    store: Database, worker: DeliveryWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database was away when the leases were to be given back, or while the commit was confirmed."""
    enqueue_many(store, 2)

    def lease_and_lose_the_connection(*asked: object, **how: object) -> object:
        lease_due(*asked, **how)  # type: ignore[arg-type] # as they came
        raise StoreAwayError

    with monkeypatch.context() as breaking:
        breaking.setattr(worker_module, "lease_due", lease_and_lose_the_connection)
        with pytest.raises(StoreAwayError):
            worker.deliver_due()
    assert worker.deliver_due() == 2
    assert message_states(store) == [MessageState.SENT] * 2


def test_messages_keep_waiting_when_the_server_requires_authentication(
    store: Database, mail_server: LocalMailServer, worker: DeliveryWorker
) -> None:
    enqueue_many(store, 2)
    mail_server.always_reply_with(Step.SENDER, "530 5.7.0 Authentication required")
    with pytest.raises(ServerAwayError):
        worker.deliver_due()
    assert message_states(store) == [MessageState.WAITING] * 2


@pytest.mark.parametrize(
    "changes",
    [
        {"recipient": "a@example.com\r\nBcc: b@example.com"},
        {"recipient": "not an address"},
        {"sender": "nobody"},
    ],
)
def test_a_message_that_can_not_be_composed_does_not_block_others(
    sqlite: Database, mail_server: LocalMailServer, clock: SettableClock, changes: dict[str, str]
) -> None:
    enqueue(sqlite, outgoing(**changes), outgoing())
    worker = DeliveryWorker(sqlite, MailServer.from_url(mail_server.url), clock)
    worker.deliver_due()
    worker.stop()
    worker.run()
    assert message_states(sqlite) == [MessageState.DEAD, MessageState.SENT]
    assert stored_messages(sqlite)[0].server_words.startswith("not sent: ")


def test_a_message_with_an_unforeseen_error_does_not_block_others_and_is_retried(
    store: Database, worker: DeliveryWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    enqueue_many(store, 3)
    failures = iter([ZeroDivisionError("tai-man@example.com")])
    send = SmtpConnection.send

    def fail_once(connection: SmtpConnection, *message: object, **envelope: object) -> str:
        if failure := next(failures, None):
            raise failure
        return send(connection, *message, **envelope)  # type: ignore[arg-type] # as they came

    monkeypatch.setattr(SmtpConnection, "send", fail_once)
    worker.deliver_due()
    assert message_states(store) == [MessageState.WAITING, MessageState.SENT, MessageState.SENT]
    deferred = stored_messages(store)[0]
    assert (deferred.attempts, deferred.lease_until) == (1, None)
    assert deferred.server_words == "not sent: ZeroDivisionError"


def test_a_servers_reply_is_recorded_on_one_line_and_shortened(
    store: Database, mail_server: LocalMailServer, worker: DeliveryWorker
) -> None:
    enqueue_many(store, 2)
    mail_server.reply_with(Step.RECIPIENT, "550 5.1.1 No\0 such\x07 mailbox", f"550 {'No. ' * 900}")
    worker.deliver_due()
    assert message_states(store) == [MessageState.DEAD] * 2
    assert stored_messages(store)[0].server_words == "550 5.1.1 No such mailbox"
    assert len(stored_messages(store)[1].server_words) == MAX_REPLY_LENGTH


def test_leases_that_would_expire_behind_a_slow_message_are_returned(
    store: Database, mail_server: LocalMailServer, worker: DeliveryWorker, clock: SettableClock
) -> None:
    enqueue_many(store, 3)
    mail_server.on_delivered = lambda: setattr(clock, "time", NOON + LEASE_DURATION - timedelta(minutes=1))
    assert worker.deliver_due() == 3
    assert message_states(store) == [MessageState.SENT, MessageState.WAITING, MessageState.WAITING]
    assert len(lease_due(store, now=clock.time, limit=9)) == 2


def test_a_leased_message_that_is_cancelled_before_its_turn_is_not_sent(
    store: Database, mail_server: LocalMailServer, worker: DeliveryWorker
) -> None:
    enqueue_many(store, 4)
    third = stored_messages(store)[2].id

    def cancel_the_third() -> None:
        # As the erasure of its writer does, also while a worker has the lease.
        with store.transaction() as session:
            session.execute(
                update(Message)
                .where(Message.id == third)
                .values(state=MessageState.CALLED_BACK, lease_until=None, recipient="", text_body="")
            )

    mail_server.on_delivered = cancel_the_third
    while worker.deliver_due():
        pass
    assert message_states(store) == [MessageState.SENT] * 2 + [MessageState.CALLED_BACK, MessageState.SENT]
    assert [each.recipient for each in mail_server.delivered] == [
        "writer-0@example.com",
        "writer-1@example.com",
        "writer-3@example.com",
    ]


def test_an_outcome_is_recorded_when_the_database_is_back(
    store: Database, mail_server: LocalMailServer, worker: DeliveryWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "RECORD_RETRY_INTERVAL", 0.0)
    enqueue(store, outgoing())
    times_away = iter(range(3))

    def record_when_back(*message: object, **outcome: object) -> None:
        if next(times_away, None) is not None:
            raise StoreAwayError
        record_delivery(*message, **outcome)  # type: ignore[arg-type] # as they came

    monkeypatch.setattr(worker_module, "record_delivery", record_when_back)
    worker.deliver_due()
    assert message_states(store) == [MessageState.SENT]
    assert len(mail_server.delivered) == 1
