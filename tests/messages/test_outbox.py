"""Insertion into the outbox: letter and receipt in one transaction, delays, unique Message-IDs."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from tests.messages.sample_messages import enqueue, lease, outgoing, stored_messages
from tests.samples import HERALD, NOON, SECRET_KEY, letter
from webapp.letters.intake.intake import Arrival, Intake
from webapp.messages.outbox import OutgoingMessage
from webapp.rules.enums import MessageKind
from webapp.rules.policy import Policy
from webapp.store.database import Database
from webapp.store.models import Channel, Letter, Message

ARRIVAL = Arrival(channel=Channel.FORM, at=NOON)
SECOND = timedelta(seconds=1)


class Receipts:
    """Returns the sample receipt for every letter."""

    def receipt(self, letter: Letter, policy: Policy) -> OutgoingMessage | None:
        del letter, policy
        return outgoing()


class BrokenError(Exception):
    """Raised in the middle of a transaction."""


@contextmanager
def failing_insert(store: Database, table: str) -> Iterator[None]:
    """Raise `BrokenError` for every INSERT into ``table`` until the end of the block."""

    def fail(*call: object) -> None:
        if str(call[2]).startswith(f"INSERT INTO {table} "):
            raise BrokenError

    event.listen(store.engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(store.engine, "before_cursor_execute", fail)


def count(store: Database, table: type[Letter | Message]) -> int:
    with store.snapshot() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize("table", ["letters", "particulars", "events", "messages"])
def test_a_letter_and_its_receipt_are_stored_together_or_not_at_all(store: Database, table: str) -> None:
    intake = Intake(store, SECRET_KEY, Receipts())
    with failing_insert(store, table), pytest.raises(BrokenError):
        intake.receive(letter(), HERALD, ARRIVAL)
    assert (count(store, Letter), count(store, Message)) == (0, 0)
    intake.receive(letter(), HERALD, ARRIVAL)
    assert (count(store, Letter), count(store, Message)) == (1, 1)


def test_a_letter_sent_again_gets_no_second_receipt(store: Database) -> None:
    intake = Intake(store, SECRET_KEY, Receipts())
    for _ in range(3):
        intake.receive(letter(), HERALD, ARRIVAL)
    assert count(store, Message) == 1


def test_a_paper_can_delay_each_kind_of_message(store: Database) -> None:
    slow = dataclasses.replace(HERALD, message_delays={MessageKind.RECEIPT: 5})
    Intake(store, SECRET_KEY, Receipts()).receive(letter(), slow, ARRIVAL)
    assert lease(store, at=timedelta(minutes=5) - SECOND) == []
    assert len(lease(store, at=timedelta(minutes=5))) == 1


@pytest.mark.parametrize(
    "sender", ["Herald <a@b.example>", f"Herald <a@{'long.' * 40}example>", "香港 <a@香港.example>", "nobody"]
)
def test_a_message_id_fits_its_column_and_is_unique(store: Database, sender: str) -> None:
    enqueue(store, *[outgoing(sender=sender)] * 5)
    message_ids = {message.message_id for message in stored_messages(store)}
    assert len(message_ids) == 5
    for message_id in message_ids:
        assert message_id.isascii()
        assert len(message_id) <= 120
