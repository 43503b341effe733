"""Imported letters are checked, counted and listed by the date of arrival, not by that of the import."""

import dataclasses
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from tests.letters.intake.imported_letters import DAY, LONG_AGO, import_letter
from tests.samples import HERALD, NOON, letter
from webapp.letters.intake.intake import Intake, ReturnedError
from webapp.letters.queue.queue_page import QueueFilter, queue_page
from webapp.rules.findings import Code
from webapp.rules.policy.sections.frequency import FrequencyRule
from webapp.store.database import Database


def test_an_import_is_checked_by_the_date_of_its_arrival(intake: Intake) -> None:
    prompt = dataclasses.replace(HERALD, article=dataclasses.replace(HERALD.article, within_days=7))
    written = letter(article_headline="Trams", article_date=(LONG_AGO - 3 * DAY).date().isoformat())
    assert not import_letter(intake, submission=written, policy=prompt).repeated
    late = dataclasses.replace(written, headline="Late")
    with pytest.raises(ReturnedError):
        import_letter(intake, "<2@example.com>", late, policy=prompt, arrived=NOON)


def refusal_codes(intake: Intake, number: int, arrived: datetime) -> Sequence[Code]:
    monthly = dataclasses.replace(HERALD, frequency=(FrequencyRule(letters=1, days=30),))
    try:
        import_letter(
            intake,
            f"<{number}@example.com>",
            letter(headline=f"No. {number}"),
            policy=monthly,
            arrived=arrived,
        )
    except ReturnedError as returned:
        return [finding.code for finding in returned.verdict.refusals]
    return []


def test_frequency_counts_by_dates_of_arrival(intake: Intake) -> None:
    assert refusal_codes(intake, 1, LONG_AGO) == []
    assert refusal_codes(intake, 2, LONG_AGO + 29 * DAY) == [Code.NAME_TOO_SOON]
    assert refusal_codes(intake, 3, LONG_AGO + 30 * DAY) == []
    assert refusal_codes(intake, 4, NOON) == []


def test_a_later_letter_does_not_count_against_an_earlier_one(intake: Intake) -> None:
    assert refusal_codes(intake, 1, NOON) == []
    assert refusal_codes(intake, 2, NOON - 5 * DAY) == []
    assert refusal_codes(intake, 3, NOON - 4 * DAY) == [Code.NAME_TOO_SOON]


def test_letters_of_other_centuries_are_listed_in_order(store: Database, intake: Intake) -> None:
    old = import_letter(intake, arrived=datetime(1995, 3, 14, 12, tzinfo=UTC))
    new = import_letter(intake, "<2@example.com>", letter(headline="New"), arrived=NOON)
    for newest_first in (True, False):
        expected = [new.reference, old.reference] if newest_first else [old.reference, new.reference]
        for words in ("", "tram"):
            wanted = QueueFilter(words=words, newest_first=newest_first)
            with store.snapshot() as session:
                first = queue_page(session, wanted, size=1)
                after = queue_page(session, wanted, after=first.next_cursor, size=1)
            assert [row.reference for row in (*first.rows, *after.rows)] == expected
