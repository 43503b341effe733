"""Outbox lists by state and page, the summary, and retry of dead messages by hand."""

from datetime import timedelta

import pytest
from sqlalchemy.orm.exc import DetachedInstanceError

from tests.messages.sample_messages import enqueue, enqueue_many, lease, lease_one, outgoing, stored_messages
from tests.samples import NOON
from webapp.messages.leases_and_retries import (
    record_delivery,
    record_rejection,
    retry_all_dead_messages,
    retry_dead_message,
)
from webapp.messages.outbox_lists import message_page, outbox_summary, read_message
from webapp.store.database import Database
from webapp.store.models import MessageState

SECOND = timedelta(seconds=1)


def test_a_dead_message_can_be_retried(store: Database) -> None:
    enqueue(store, outgoing())
    first = lease_one(store)
    record_rejection(store, first, server_words="550 No such mailbox")
    with store.transaction() as session:
        assert retry_dead_message(session, first.number, NOON + SECOND)
        assert not retry_dead_message(session, first.number, NOON + SECOND)
        assert not retry_dead_message(session, first.number + 1, NOON)
    assert lease(store) == []
    again = lease_one(store, at=SECOND)
    assert (again.message_id, again.attempts) == (first.message_id, 0)


def test_all_dead_messages_can_be_retried_together(store: Database) -> None:
    enqueue_many(store, 4)
    sent, *dead = lease(store, limit=3)
    record_delivery(store, sent, server_words="250 OK", now=NOON)
    for each in dead:
        record_rejection(store, each, server_words="550 5.7.1 Sender rejected")
    with store.transaction() as session:
        assert retry_all_dead_messages(session, NOON + SECOND) == 2
        assert retry_all_dead_messages(session, NOON + SECOND) == 0
    again = lease(store, at=SECOND)
    assert {each.message_id for each in dead} < {each.message_id for each in again}
    assert len(again) == 3


def test_a_sent_message_is_not_retried(store: Database) -> None:
    enqueue(store, outgoing())
    leased = lease_one(store)
    record_delivery(store, leased, server_words="250 OK", now=NOON)
    with store.transaction() as session:
        assert not retry_dead_message(session, leased.number, NOON)


def test_lists_have_pages_newest_first_and_no_bodies(store: Database) -> None:
    enqueue_many(store, 5)
    numbers = [message.id for message in stored_messages(store)]
    with store.snapshot() as session:
        first = message_page(session, MessageState.WAITING, size=2)
    assert ([row.message.id for row in first.rows], first.next_before) == (numbers[:2:-1], numbers[3])
    with pytest.raises(DetachedInstanceError):
        _ = first.rows[0].message.text_body
    enqueue(store, outgoing())
    with store.snapshot() as session:
        second = message_page(session, MessageState.WAITING, before_id=first.next_before, size=2)
        third = message_page(session, MessageState.WAITING, before_id=second.next_before, size=2)
    assert [row.message.id for row in second.rows] == [numbers[2], numbers[1]]
    assert ([row.message.id for row in third.rows], third.next_before) == ([numbers[0]], None)


def test_each_state_has_its_own_list(store: Database) -> None:
    enqueue_many(store, 3)
    sent, dead, waiting = lease(store)
    record_delivery(store, sent, server_words="250 OK", now=NOON)
    record_rejection(store, dead, server_words="550 No")
    with store.snapshot() as session:
        listed = {
            state: [row.message.id for row in message_page(session, state).rows] for state in MessageState
        }
        summary = outbox_summary(session)
        assert read_message(session, dead.number)
        assert read_message(session, dead.number + 100) is None
    assert listed == {
        MessageState.SENT: [sent.number],
        MessageState.DEAD: [dead.number],
        MessageState.WAITING: [waiting.number],
        MessageState.CALLED_BACK: [],
    }
    assert (summary.waiting, summary.dead, summary.oldest_due) == (1, 1, NOON)
