"""The delivery worker: what it does with each answer of the mail server, and when one side is away."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.messages.conftest import Clock
from tests.messages.mail_server import DROP, STALL, PostOffice, Step
from tests.messages.sample_messages import only, outgoing, put, put_many, states, stored
from tests.samples import NOON
from webapp.messages import delivery_worker as worker_module
from webapp.messages.delivery_worker import BATCH, DeliveryWorker
from webapp.messages.leases import GAPS, LEASE, lease_due, record_delivery
from webapp.messages.smtp import LONGEST_ANSWER, Connection, MailServer, ServerAwayError
from webapp.store.database import Database, StoreAwayError
from webapp.store.models import Message, MessageState


def test_what_is_due_is_delivered_over_one_connection(
    store: Database, office: PostOffice, worker: DeliveryWorker
) -> None:
    put_many(store, BATCH + 3)
    assert [worker.deliver_due() for _ in range(3)] == [BATCH, 3, 0]
    assert states(store) == [MessageState.SENT] * (BATCH + 3)
    assert [message.server_words for message in stored(store)] == ["250 OK"] * (BATCH + 3)
    assert (office.connections, len(office.delivered)) == (1, BATCH + 3)
    assert {each.message_id for each in office.delivered} == {
        f"<{message.message_id}>" for message in stored(store)
    }


def test_a_refusal_is_kept_in_the_servers_words_and_the_others_go_out(
    store: Database, office: PostOffice, worker: DeliveryWorker
) -> None:
    put_many(store, 3)
    office.will(Step.RECIPIENT, "250 OK", "550 5.1.1 No such mailbox")
    worker.deliver_due()
    assert states(store) == [MessageState.SENT, MessageState.DEAD, MessageState.SENT]
    assert stored(store)[1].server_words == "550 5.1.1 No such mailbox"


def test_a_greylisted_message_is_sent_a_minute_later(
    store: Database, office: PostOffice, worker: DeliveryWorker, clock: Clock
) -> None:
    office.greylists = True
    put(store, outgoing())
    worker.deliver_due()
    message = only(store)
    assert (message.state, message.attempts) == (MessageState.WAITING, 1)
    assert message.server_words.startswith("451 4.7.1 Greylisted")
    assert worker.deliver_due() == 0
    clock.time += GAPS[0] * 1.2
    worker.deliver_due()
    assert only(store).state is MessageState.SENT


@pytest.mark.usefixtures("short_patience")
@pytest.mark.parametrize("behaviour", [STALL, DROP, "421 4.3.2 Shutting down"])
def test_a_broken_conversation_puts_one_message_off_and_the_others_go_out(
    store: Database, office: PostOffice, worker: DeliveryWorker, behaviour: str
) -> None:
    put_many(store, 3)
    office.will(Step.END, "250 OK", behaviour)
    worker.deliver_due()
    assert states(store) == [MessageState.SENT, MessageState.WAITING, MessageState.SENT]
    put_off = stored(store)[1]
    assert (put_off.attempts, put_off.lease_until) == (1, None)
    assert put_off.server_words
    assert office.connections == 2


def test_a_server_that_ends_a_connection_after_some_messages_gets_the_rest_over_another(
    store: Database, office: PostOffice, worker: DeliveryWorker
) -> None:
    put_many(store, 6)
    office.will(Step.SENDER, "250 OK", "250 OK", DROP, "250 OK", "421 4.7.0 Too many messages")
    worker.deliver_due()
    assert states(store) == [MessageState.SENT] * 6
    assert [message.attempts for message in stored(store)] == [1] * 6
    assert office.connections == 3


def test_nothing_is_pretended_when_the_server_is_away(store: Database, clock: Clock) -> None:
    put_many(store, 3)
    nowhere = DeliveryWorker(store, MailServer.from_url("smtp://127.0.0.1:1"), clock)
    with pytest.raises(ServerAwayError):
        nowhere.deliver_due()
    assert [(each.state, each.attempts, each.lease_until) for each in stored(store)] == [
        (MessageState.WAITING, 0, None)
    ] * 3


def test_a_server_that_lets_nobody_in_keeps_the_messages_waiting(
    store: Database, office: PostOffice, worker: DeliveryWorker
) -> None:
    put_many(store, 2)
    office.always(Step.SENDER, "530 5.7.0 Authentication required")
    with pytest.raises(ServerAwayError):
        worker.deliver_due()
    assert states(store) == [MessageState.WAITING] * 2


@pytest.mark.parametrize(
    "changes",
    [
        {"recipient": "a@example.com\r\nBcc: b@example.com"},
        {"recipient": "not an address"},
        {"sender": "nobody"},
    ],
)
def test_a_message_that_can_not_be_written_holds_nobody_up(
    sqlite: Database, office: PostOffice, clock: Clock, changes: dict[str, str]
) -> None:
    put(sqlite, outgoing(**changes), outgoing())
    worker = DeliveryWorker(sqlite, MailServer.from_url(office.url), clock)
    worker.deliver_due()
    worker.stop()
    worker.run()
    assert states(sqlite) == [MessageState.DEAD, MessageState.SENT]
    assert stored(sqlite)[0].server_words.startswith("not sent: ")


def test_a_message_that_fails_in_a_way_nobody_foresaw_holds_nobody_up_and_is_tried_again(
    store: Database, worker: DeliveryWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_many(store, 3)
    failures = iter([ZeroDivisionError("tai-man@example.com")])
    send = Connection.send

    def fail_once(connection: Connection, *message: object, **envelope: object) -> str:
        if failure := next(failures, None):
            raise failure
        return send(connection, *message, **envelope)  # type: ignore[arg-type] # as they came

    monkeypatch.setattr(Connection, "send", fail_once)
    worker.deliver_due()
    assert states(store) == [MessageState.WAITING, MessageState.SENT, MessageState.SENT]
    put_off = stored(store)[0]
    assert (put_off.attempts, put_off.lease_until) == (1, None)
    assert put_off.server_words == "not sent: ZeroDivisionError"


def test_whatever_a_server_says_is_kept_as_one_line(
    store: Database, office: PostOffice, worker: DeliveryWorker
) -> None:
    put_many(store, 2)
    office.will(Step.RECIPIENT, "550 5.1.1 No\0 such\x07 mailbox", f"550 {'No. ' * 900}")
    worker.deliver_due()
    assert states(store) == [MessageState.DEAD] * 2
    assert stored(store)[0].server_words == "550 5.1.1 No such mailbox"
    assert len(stored(store)[1].server_words) == LONGEST_ANSWER


def test_messages_for_which_a_slow_server_leaves_no_time_are_given_back(
    store: Database, office: PostOffice, worker: DeliveryWorker, clock: Clock
) -> None:
    put_many(store, 3)
    office.on_keeping = lambda: setattr(clock, "time", NOON + LEASE - timedelta(minutes=1))
    assert worker.deliver_due() == 3
    assert states(store) == [MessageState.SENT, MessageState.WAITING, MessageState.WAITING]
    assert len(lease_due(store, now=clock.time, most=9)) == 2


def test_a_claimed_message_that_is_called_back_before_its_turn_is_not_sent(
    store: Database, office: PostOffice, worker: DeliveryWorker
) -> None:
    put_many(store, 4)
    third = stored(store)[2].id

    def call_back_the_third() -> None:
        # As erasing its writer does, whoever has the message.
        with store.transaction() as session:
            session.execute(
                update(Message)
                .where(Message.id == third)
                .values(state=MessageState.CALLED_BACK, lease_until=None, recipient="", text_body="")
            )

    office.on_keeping = call_back_the_third
    while worker.deliver_due():
        pass
    assert states(store) == [MessageState.SENT] * 2 + [MessageState.CALLED_BACK, MessageState.SENT]
    assert [each.recipient for each in office.delivered] == [
        "writer-0@example.com",
        "writer-1@example.com",
        "writer-3@example.com",
    ]


def test_an_outcome_is_noted_when_the_store_is_back(
    store: Database, office: PostOffice, worker: DeliveryWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "NOTES_AGAIN_AFTER", 0.0)
    put(store, outgoing())
    times_away = iter(range(3))

    def note_when_back(*message: object, **outcome: object) -> None:
        if next(times_away, None) is not None:
            raise StoreAwayError
        record_delivery(*message, **outcome)  # type: ignore[arg-type] # as they came

    monkeypatch.setattr(worker_module, "record_delivery", note_when_back)
    worker.deliver_due()
    assert states(store) == [MessageState.SENT]
    assert len(office.delivered) == 1
