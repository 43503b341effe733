"""Leases and retry delays: one worker per message, growing delays, outcomes under an expired lease."""

import threading
from datetime import timedelta

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import select, text

from tests.messages.sample_messages import (
    enqueue,
    enqueue_many,
    expire_leases,
    lease,
    lease_one,
    only_message,
    outgoing,
    stored_messages,
)
from tests.samples import NOON
from tests.simultaneous import run_concurrently
from webapp.messages.leases_and_retries import (
    JITTER,
    LEASE_DURATION,
    RETRY_DELAYS,
    UNDECRYPTABLE,
    lease_due,
    lease_owners,
    record_deferral,
    record_delivery,
    record_rejection,
    retry_delay,
    return_leases,
)
from webapp.store.database import Database
from webapp.store.models import Message, MessageState
from webapp.store.seal import KEY_BYTES, Seal

SECOND = timedelta(seconds=1)


def test_due_messages_are_leased_oldest_first(store: Database) -> None:
    enqueue(store, outgoing(recipient="late@example.com"), at=NOON)
    enqueue(store, outgoing(recipient="early@example.com"), at=NOON - SECOND)
    enqueue(store, outgoing(recipient="future@example.com"), at=NOON + SECOND)
    assert [each.message.recipient for each in lease(store, limit=1)] == ["early@example.com"]
    assert [each.message.recipient for each in lease(store)] == ["late@example.com"]
    assert lease(store) == []


def test_a_leased_message_equals_the_enqueued_one(store: Database) -> None:
    written = outgoing(in_reply_to="<a@b>", subject="Grüße – 你好", recipient="大文@example.com")
    enqueue(store, written)
    leased = lease_one(store)
    assert leased.message == written
    assert (leased.created_at, leased.lease_until, leased.attempts) == (NOON, NOON + LEASE_DURATION, 0)


def encrypt_with_another_key(store: Database, number: int) -> None:
    """Replace the text of a message by one that the database's keys can't decrypt."""
    with store.transaction() as session:
        change = text("UPDATE messages SET text_body = :sealed WHERE id = :number")
        session.execute(change, {"sealed": Seal([bytes(KEY_BYTES)]).close(b"", "message"), "number": number})


def test_a_message_that_can_not_be_decrypted_is_retried_and_does_not_block_others(store: Database) -> None:
    enqueue_many(store, 3)
    first = stored_messages(store)[0].id
    encrypt_with_another_key(store, first)
    assert [each.message.recipient for each in lease(store)] == [
        "writer-1@example.com",
        "writer-2@example.com",
    ]
    for attempt, delay in enumerate((*RETRY_DELAYS, None), start=1):
        with store.snapshot() as session:
            columns = (
                Message.state,
                Message.attempts,
                Message.due_at,
                Message.lease_until,
                Message.server_words,
            )
            state, attempts, due_at, lease_until, words = session.execute(
                select(*columns).where(Message.id == first)
            ).one()
        assert (attempts, lease_until, words) == (attempt, None, UNDECRYPTABLE)
        assert state is (MessageState.DEAD if delay is None else MessageState.WAITING)
        lease(store, at=due_at - NOON)


def test_after_a_lease_expired_the_message_is_leased_again_with_the_same_message_id(store: Database) -> None:
    enqueue(store, outgoing())
    first = lease_one(store)
    assert lease(store, at=LEASE_DURATION - SECOND) == []
    again = lease_one(store, at=LEASE_DURATION)
    assert (again.message_id, again.created_at) == (first.message_id, first.created_at)
    assert again.lease_until > first.lease_until


def test_leases_of_ended_workers_are_taken_over_and_those_of_others_are_not(store: Database) -> None:
    enqueue_many(store, 3)
    first, second, third = (lease_due(store, now=NOON, limit=1, owner=owner)[0] for owner in (1, 2, 3))
    assert lease_owners(store, now=NOON) == {1, 2, 3}
    taken = lease_due(store, now=NOON + SECOND, limit=9, owner=4, ended_owners=[1, 3, 9])
    assert [each.message_id for each in taken] == [first.message_id, third.message_id]
    assert lease_owners(store, now=NOON) == {2, 4}
    record_delivery(store, first, server_words="250 late", now=NOON)
    assert {message.state for message in stored_messages(store)} == {MessageState.WAITING}
    record_delivery(store, taken[0], server_words="250 OK", now=NOON)
    return_leases(store, [second])
    record_deferral(store, taken[1], server_words="451 later", now=NOON)
    assert {message.lease_owner for message in stored_messages(store)} == {None}
    assert lease_owners(store, now=NOON) == frozenset()


def test_an_expired_lease_has_no_owner(store: Database) -> None:
    enqueue(store, outgoing())
    lease_due(store, now=NOON, limit=1, owner=1)
    assert lease_owners(store, now=NOON + LEASE_DURATION - SECOND) == {1}
    assert lease_owners(store, now=NOON + LEASE_DURATION) == frozenset()


@pytest.mark.parametrize("outcome", ["sent", "rejected", "deferred", "returned"])
def test_an_outcome_under_an_expired_lease_changes_nothing(store: Database, outcome: str) -> None:
    enqueue(store, outgoing())
    slow = lease_one(store)
    quick = lease_one(store, at=LEASE_DURATION)
    before = only_message(store)
    if outcome == "sent":
        record_delivery(store, slow, server_words="250 slow", now=NOON)
    elif outcome == "rejected":
        record_rejection(store, slow, server_words="550 slow")
    elif outcome == "deferred":
        record_deferral(store, slow, server_words="451 slow", now=NOON)
    else:
        return_leases(store, [slow])
    after = only_message(store)
    assert (after.state, after.lease_until, after.server_words) == (
        MessageState.WAITING,
        before.lease_until,
        "",
    )
    record_delivery(store, quick, server_words="250 quick", now=NOON)
    record_rejection(store, slow, server_words="550 slow")
    assert (only_message(store).state, only_message(store).server_words) == (MessageState.SENT, "250 quick")


def test_an_accepted_message_is_sent_and_never_due_again(store: Database) -> None:
    enqueue(store, outgoing())
    record_delivery(store, lease_one(store), server_words="250 queued as 42", now=NOON + SECOND)
    message = only_message(store)
    assert (message.state, message.attempts, message.lease_until) == (MessageState.SENT, 1, None)
    assert (message.sent_at, message.server_words) == (NOON + SECOND, "250 queued as 42")
    assert lease(store, at=timedelta(days=9)) == []


def test_a_rejected_message_is_dead_at_once(store: Database) -> None:
    enqueue(store, outgoing())
    record_rejection(store, lease_one(store), server_words="550 5.1.1 No such mailbox")
    message = only_message(store)
    assert (message.state, message.attempts) == (MessageState.DEAD, 1)
    assert message.server_words == "550 5.1.1 No such mailbox"
    assert lease(store, at=timedelta(days=9)) == []


def test_a_deferred_message_is_retried_after_growing_delays_and_then_dead(store: Database) -> None:
    enqueue(store, outgoing())
    at = timedelta()
    delays = []
    message = only_message(store)
    while message.state is MessageState.WAITING:
        record_deferral(store, lease_one(store, at=at), server_words="451 Not now", now=NOON + at)
        message = only_message(store)
        assert message.lease_until is None
        delays.append(message.due_at - NOON - at)
        assert lease(store, at=message.due_at - NOON - SECOND) == []
        at = message.due_at - NOON
    assert (message.state, message.attempts) == (MessageState.DEAD, len(RETRY_DELAYS) + 1)
    assert message.server_words == "451 Not now"
    assert delays[:-2] == sorted(delays[:-2])
    assert timedelta(days=2) < at < timedelta(days=4)


@given(st.integers(min_value=0, max_value=len(RETRY_DELAYS) - 1))
def test_retry_delays_grow_and_have_jitter(attempts: int) -> None:
    delays = {retry_delay(attempts) for _ in range(50)}
    assert len(delays) > 25
    for delay in delays:
        assert delay
        assert abs(delay - RETRY_DELAYS[attempts]) <= RETRY_DELAYS[attempts] * JITTER
    assert list(RETRY_DELAYS) == sorted(RETRY_DELAYS)
    assert retry_delay(len(RETRY_DELAYS)) is None


def test_returned_leases_are_available_at_once_and_count_as_no_attempt(store: Database) -> None:
    enqueue_many(store, 3)
    leased = lease(store)
    return_leases(store, leased[1:])
    assert [each.number for each in lease(store)] == [each.number for each in leased[1:]]
    assert [message.attempts for message in stored_messages(store)] == [0, 0, 0]


def test_concurrent_workers_lease_each_message_once(store: Database) -> None:
    enqueue_many(store, 60)
    leased: list[int] = []

    def work() -> None:
        while batch := lease(store, limit=3):
            leased.extend(each.number for each in batch)

    run_concurrently([work] * 4)
    assert sorted(leased) == [message.id for message in stored_messages(store)]


@pytest.mark.parametrize("store", ["postgres_store"], indirect=True)
def test_a_worker_skips_rows_that_another_transaction_has_locked(store: Database) -> None:
    enqueue_many(store, 5)
    leased: list[int] = []
    other = threading.Thread(target=lambda: leased.extend(each.number for each in lease(store)))
    with store.transaction() as session:
        # The row locks that another worker holds in the middle of taking leases.
        held = session.scalars(select(Message.id).order_by(Message.id).limit(2).with_for_update()).all()
        other.start()
        other.join(10)
        assert not other.is_alive(), "it waits for the first one"
    assert len(leased) == 3
    assert not set(leased) & set(held)
    assert {each.number for each in lease(store)} == set(held)


def test_messages_of_a_killed_worker_are_leased_again_after_their_lease_expired(store: Database) -> None:
    enqueue_many(store, 20)
    lease(store)
    expire_leases(store)
    numbers = [each.number for each in lease(store, at=SECOND, limit=50)]
    assert sorted(numbers) == [message.id for message in stored_messages(store)]
