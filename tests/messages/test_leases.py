"""Leases on messages: no message for two workers, later tries for what is put off, no refusal forgotten."""

import threading
from datetime import timedelta

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import select, text

from tests.messages.sample_messages import claim, claim_one, end_leases, only, outgoing, put, put_many, stored
from tests.samples import NOON
from tests.simultaneous import at_once
from webapp.messages.leases import (
    GAPS,
    JITTER,
    LEASE,
    UNOPENED,
    record_deferral,
    record_delivery,
    record_refusal,
    retry_delay,
    return_leases,
)
from webapp.store.database import Database
from webapp.store.models import Message, MessageState
from webapp.store.seal import KEY_BYTES, Seal

SECOND = timedelta(seconds=1)


def test_what_is_due_is_claimed_oldest_first(store: Database) -> None:
    put(store, outgoing(recipient="late@example.com"), at=NOON)
    put(store, outgoing(recipient="early@example.com"), at=NOON - SECOND)
    put(store, outgoing(recipient="future@example.com"), at=NOON + SECOND)
    assert [each.message.recipient for each in claim(store, most=1)] == ["early@example.com"]
    assert [each.message.recipient for each in claim(store)] == ["late@example.com"]
    assert claim(store) == []


def test_a_claimed_message_is_as_it_was_written(store: Database) -> None:
    written = outgoing(in_reply_to="<a@b>", subject="Grüße – 你好", recipient="大文@example.com")
    put(store, written)
    claimed = claim_one(store)
    assert claimed.message == written
    assert (claimed.created_at, claimed.lease_until, claimed.attempts) == (NOON, NOON + LEASE, 0)


def seal_of_another_key(store: Database, number: int) -> None:
    with store.transaction() as session:
        change = text("UPDATE messages SET text_body = :sealed WHERE id = :number")
        session.execute(change, {"sealed": Seal([bytes(KEY_BYTES)]).close(b"", "message"), "number": number})


def test_a_message_that_no_key_opens_holds_nobody_up_and_is_put_off(store: Database) -> None:
    put_many(store, 3)
    first = stored(store)[0].id
    seal_of_another_key(store, first)
    assert [each.message.recipient for each in claim(store)] == [
        "writer-1@example.com",
        "writer-2@example.com",
    ]
    for attempt, gap in enumerate((*GAPS, None), start=1):
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
        assert (attempts, lease_until, words) == (attempt, None, UNOPENED)
        assert state is (MessageState.DEAD if gap is None else MessageState.WAITING)
        claim(store, at=due_at - NOON)


def test_a_lease_that_ran_out_is_taken_again_under_the_same_message_id(store: Database) -> None:
    put(store, outgoing())
    first = claim_one(store)
    assert claim(store, at=LEASE - SECOND) == []
    again = claim_one(store, at=LEASE)
    assert (again.message_id, again.created_at) == (first.message_id, first.created_at)
    assert again.lease_until > first.lease_until


@pytest.mark.parametrize("late", ["sent", "refused", "put off", "given back"])
def test_a_worker_that_was_too_slow_changes_nothing(store: Database, late: str) -> None:
    put(store, outgoing())
    slow = claim_one(store)
    quick = claim_one(store, at=LEASE)
    before = only(store)
    if late == "sent":
        record_delivery(store, slow, server_words="250 slow", now=NOON)
    elif late == "refused":
        record_refusal(store, slow, server_words="550 slow")
    elif late == "put off":
        record_deferral(store, slow, server_words="451 slow", now=NOON)
    else:
        return_leases(store, [slow])
    after = only(store)
    assert (after.state, after.lease_until, after.server_words) == (
        MessageState.WAITING,
        before.lease_until,
        "",
    )
    record_delivery(store, quick, server_words="250 quick", now=NOON)
    record_refusal(store, slow, server_words="550 slow")
    assert (only(store).state, only(store).server_words) == (MessageState.SENT, "250 quick")


def test_what_the_server_took_is_sent_for_good(store: Database) -> None:
    put(store, outgoing())
    record_delivery(store, claim_one(store), server_words="250 queued as 42", now=NOON + SECOND)
    message = only(store)
    assert (message.state, message.attempts, message.lease_until) == (MessageState.SENT, 1, None)
    assert (message.sent_at, message.server_words) == (NOON + SECOND, "250 queued as 42")
    assert claim(store, at=timedelta(days=9)) == []


def test_what_the_server_will_never_take_is_dead_at_once(store: Database) -> None:
    put(store, outgoing())
    record_refusal(store, claim_one(store), server_words="550 5.1.1 No such mailbox")
    message = only(store)
    assert (message.state, message.attempts) == (MessageState.DEAD, 1)
    assert message.server_words == "550 5.1.1 No such mailbox"
    assert claim(store, at=timedelta(days=9)) == []


def test_what_is_put_off_is_tried_again_later_and_later_and_then_given_up(store: Database) -> None:
    put(store, outgoing())
    at = timedelta()
    waits = []
    message = only(store)
    while message.state is MessageState.WAITING:
        record_deferral(store, claim_one(store, at=at), server_words="451 Not now", now=NOON + at)
        message = only(store)
        assert message.lease_until is None
        waits.append(message.due_at - NOON - at)
        assert claim(store, at=message.due_at - NOON - SECOND) == []
        at = message.due_at - NOON
    assert (message.state, message.attempts) == (MessageState.DEAD, len(GAPS) + 1)
    assert message.server_words == "451 Not now"
    assert waits[:-2] == sorted(waits[:-2])
    assert timedelta(days=2) < at < timedelta(days=4)


@given(st.integers(min_value=0, max_value=len(GAPS) - 1))
def test_gaps_grow_and_two_messages_that_failed_together_part_ways(attempts: int) -> None:
    gaps = {retry_delay(attempts) for _ in range(50)}
    assert len(gaps) > 25
    for gap in gaps:
        assert gap
        assert abs(gap - GAPS[attempts]) <= GAPS[attempts] * JITTER
    assert list(GAPS) == sorted(GAPS)
    assert retry_delay(len(GAPS)) is None


def test_what_is_given_back_is_free_at_once_and_counts_as_no_attempt(store: Database) -> None:
    put_many(store, 3)
    claimed = claim(store)
    return_leases(store, claimed[1:])
    assert [each.number for each in claim(store)] == [each.number for each in claimed[1:]]
    assert [message.attempts for message in stored(store)] == [0, 0, 0]


def test_many_workers_at_once_share_the_messages_out(store: Database) -> None:
    put_many(store, 60)
    claimed: list[int] = []

    def work() -> None:
        while batch := claim(store, most=3):
            claimed.extend(each.number for each in batch)

    at_once([work] * 4)
    assert sorted(claimed) == [message.id for message in stored(store)]


@pytest.mark.parametrize("store", ["postgres_store"], indirect=True)
def test_a_worker_passes_by_what_another_is_just_claiming(store: Database) -> None:
    put_many(store, 5)
    claimed: list[int] = []
    other = threading.Thread(target=lambda: claimed.extend(each.number for each in claim(store)))
    with store.transaction() as session:
        # As far as another worker is in the middle of its own claim, and no further.
        held = session.scalars(select(Message.id).order_by(Message.id).limit(2).with_for_update()).all()
        other.start()
        other.join(10)
        assert not other.is_alive(), "it waits for the first one"
    assert len(claimed) == 3
    assert not set(claimed) & set(held)
    assert {each.number for each in claim(store)} == set(held)


def test_a_killed_workers_messages_are_not_left_behind(store: Database) -> None:
    put_many(store, 20)
    claim(store)
    end_leases(store)
    numbers = [each.number for each in claim(store, at=SECOND, most=50)]
    assert sorted(numbers) == [message.id for message in stored(store)]
