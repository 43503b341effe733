"""The daily limit of letters with one e-mail address, on both databases."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.samples import BODY, HERALD, NOON, letter
from webapp.letters.intake.intake import Arrival, Intake, Receipt
from webapp.letters.intake.mailbox_limit import MailboxFullError
from webapp.rules.policy.sections.frequency import FrequencyRule
from webapp.store.database import Database
from webapp.store.models import Channel, Letter

MANY_A_WEEK = dataclasses.replace(HERALD, frequency=(FrequencyRule(letters=99, days=7),))
LETTERS_PER_MAILBOX = 40
ARRIVAL = Arrival(channel=Channel.API, at=NOON, limits_mailbox=True)


def receive(intake: Intake, number: int, arrival: Arrival = ARRIVAL) -> Receipt:
    return intake.receive(letter(body=f"{BODY} {number}"), HERALD, arrival)


def fill(intake: Intake) -> None:
    """Fill the mailbox, a minute apart."""
    for number in range(LETTERS_PER_MAILBOX):
        at = NOON + timedelta(minutes=number)
        receive(intake, number, Arrival(channel=Channel.FORM, at=at, limits_mailbox=True))


def test_the_limit_ends_when_the_oldest_letter_is_a_day_old(intake: Intake) -> None:
    fill(intake)
    hour_later = Arrival(channel=Channel.API, at=NOON + timedelta(hours=1), limits_mailbox=True)
    with pytest.raises(MailboxFullError) as full:
        receive(intake, 100, hour_later)
    assert full.value.seconds == 23 * 60 * 60
    nearly_a_day_later = Arrival(
        channel=Channel.API, at=NOON + timedelta(days=1, seconds=-1.5), limits_mailbox=True
    )
    with pytest.raises(MailboxFullError) as full:
        receive(intake, 100, nearly_a_day_later)
    assert full.value.seconds == 2
    day_later = Arrival(channel=Channel.API, at=NOON + timedelta(days=1), limits_mailbox=True)
    assert not receive(intake, 100, day_later).repeated
    with pytest.raises(MailboxFullError) as full:
        receive(intake, 101, day_later)
    assert full.value.seconds == 60


def test_a_full_mailbox_gets_first_receipts_again_and_imports(intake: Intake) -> None:
    fill(intake)
    assert receive(intake, 0).repeated
    unlimited = Arrival(channel=Channel.MAIL, at=NOON)
    assert not receive(intake, 100, unlimited).repeated


def test_imported_letters_do_not_count(intake: Intake) -> None:
    for number in range(LETTERS_PER_MAILBOX):
        receive(intake, number, Arrival(channel=Channel.IMPORT, at=NOON))
    assert not receive(intake, 100).repeated


def test_letters_that_arrive_together_are_counted_one_by_one(intake: Intake, store: Database) -> None:
    def outcome(number: int) -> bool:
        try:
            receive(intake, number)
        except MailboxFullError:
            return False
        return True

    with ThreadPoolExecutor(8) as clients:
        assert sum(clients.map(outcome, range(60))) == LETTERS_PER_MAILBOX
    with store.snapshot() as session:
        assert session.scalar(select(func.count()).select_from(Letter)) == LETTERS_PER_MAILBOX


def test_letters_of_one_writer_through_limited_and_unlimited_channels_do_not_wait_for_each_other_for_good(
    intake: Intake,
) -> None:
    def send(number: int) -> Receipt:
        limited = number % 2 == 0
        writer = f"writer{number // 6}@example.com"
        body = f"{BODY} {number}"
        arrival = Arrival(channel=Channel.FORM if limited else Channel.MAIL, at=NOON, limits_mailbox=limited)
        return intake.receive(letter(body=body, email=writer), MANY_A_WEEK, arrival)

    with ThreadPoolExecutor(6) as clients:
        receipts = list(clients.map(send, range(90)))
    assert not any(receipt.repeated for receipt in receipts)
