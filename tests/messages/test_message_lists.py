"""The lists of messages at the desk, and what is tried afresh from them."""

from datetime import timedelta

import pytest
from sqlalchemy.orm.exc import DetachedInstanceError

from tests.messages.sample_messages import claim, claim_one, outgoing, put, put_many, stored
from tests.samples import NOON
from webapp.messages.leases import record_delivery, record_refusal
from webapp.messages.message_lists import message_page, outbox_summary, read_message, try_again, try_all_again
from webapp.store.database import Database
from webapp.store.models import MessageState

SECOND = timedelta(seconds=1)


def test_a_dead_message_can_be_tried_afresh(store: Database) -> None:
    put(store, outgoing())
    first = claim_one(store)
    record_refusal(store, first, server_words="550 No such mailbox")
    with store.transaction() as session:
        assert try_again(session, first.number, NOON + SECOND)
        assert not try_again(session, first.number, NOON + SECOND)
        assert not try_again(session, first.number + 1, NOON)
    assert claim(store) == []
    again = claim_one(store, at=SECOND)
    assert (again.message_id, again.attempts) == (first.message_id, 0)


def test_all_dead_messages_can_be_tried_afresh_at_once(store: Database) -> None:
    put_many(store, 4)
    sent, *dead = claim(store, most=3)
    record_delivery(store, sent, server_words="250 OK", now=NOON)
    for each in dead:
        record_refusal(store, each, server_words="550 5.7.1 Sender rejected")
    with store.transaction() as session:
        assert try_all_again(session, NOON + SECOND) == 2
        assert try_all_again(session, NOON + SECOND) == 0
    again = claim(store, at=SECOND)
    assert {each.message_id for each in dead} < {each.message_id for each in again}
    assert len(again) == 3


def test_a_message_that_was_sent_is_not_tried_again(store: Database) -> None:
    put(store, outgoing())
    claimed = claim_one(store)
    record_delivery(store, claimed, server_words="250 OK", now=NOON)
    with store.transaction() as session:
        assert not try_again(session, claimed.number, NOON)


def test_the_list_comes_in_pages_newest_first_and_without_texts(store: Database) -> None:
    put_many(store, 5)
    numbers = [message.id for message in stored(store)]
    with store.snapshot() as session:
        first = message_page(session, MessageState.WAITING, size=2)
    assert ([row.message.id for row in first.rows], first.next_before) == (numbers[:2:-1], numbers[3])
    with pytest.raises(DetachedInstanceError):
        _ = first.rows[0].message.text_body
    put(store, outgoing())
    with store.snapshot() as session:
        second = message_page(session, MessageState.WAITING, before=first.next_before, size=2)
        third = message_page(session, MessageState.WAITING, before=second.next_before, size=2)
    assert [row.message.id for row in second.rows] == [numbers[2], numbers[1]]
    assert ([row.message.id for row in third.rows], third.next_before) == ([numbers[0]], None)


def test_each_state_has_a_list_of_its_own(store: Database) -> None:
    put_many(store, 3)
    sent, dead, waiting = claim(store)
    record_delivery(store, sent, server_words="250 OK", now=NOON)
    record_refusal(store, dead, server_words="550 No")
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
