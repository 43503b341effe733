"""What is brought in is judged, counted and found by the day on which it arrived."""

import dataclasses
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from tests.letters.intake.imported_letters import DAY, LONG_AGO, bring_in
from tests.samples import HERALD, NOON, letter
from webapp.letters.intake.intake import Intake, ReturnedError
from webapp.letters.queue.queue_page import QueueFilter, queue_page
from webapp.rules.findings import Code
from webapp.rules.policy.sections import Frequency
from webapp.store.database import Database


def test_it_is_judged_by_the_day_on_which_it_arrived(intake: Intake) -> None:
    prompt = dataclasses.replace(HERALD, article=dataclasses.replace(HERALD.article, within_days=7))
    written = letter(article_headline="Trams", article_date=(LONG_AGO - 3 * DAY).date().isoformat())
    assert not bring_in(intake, submission=written, policy=prompt).repeated
    late = dataclasses.replace(written, headline="Late")
    with pytest.raises(ReturnedError):
        bring_in(intake, "<2@example.com>", late, policy=prompt, arrived=NOON)


def refused(intake: Intake, number: int, arrived: datetime) -> Sequence[Code]:
    monthly = dataclasses.replace(HERALD, frequency=(Frequency(letters=1, days=30),))
    try:
        bring_in(
            intake,
            f"<{number}@example.com>",
            letter(headline=f"No. {number}"),
            policy=monthly,
            arrived=arrived,
        )
    except ReturnedError as returned:
        return [finding.code for finding in returned.verdict.refusals]
    return []


def test_letters_count_by_their_own_days(intake: Intake) -> None:
    assert refused(intake, 1, LONG_AGO) == []
    assert refused(intake, 2, LONG_AGO + 29 * DAY) == [Code.NAME_TOO_SOON]
    assert refused(intake, 3, LONG_AGO + 30 * DAY) == []
    assert refused(intake, 4, NOON) == []


def test_a_letter_is_not_held_against_one_that_came_before_it(intake: Intake) -> None:
    assert refused(intake, 1, NOON) == []
    assert refused(intake, 2, NOON - 5 * DAY) == []
    assert refused(intake, 3, NOON - 4 * DAY) == [Code.NAME_TOO_SOON]


def test_a_letter_of_another_century_has_its_place(store: Database, intake: Intake) -> None:
    old = bring_in(intake, arrived=datetime(1995, 3, 14, 12, tzinfo=UTC))
    new = bring_in(intake, "<2@example.com>", letter(headline="New"), arrived=NOON)
    for newest_first in (True, False):
        expected = [new.reference, old.reference] if newest_first else [old.reference, new.reference]
        for words in ("", "tram"):
            wanted = QueueFilter(words=words, newest_first=newest_first)
            with store.snapshot() as session:
                first = queue_page(session, wanted, size=1)
                after = queue_page(session, wanted, after=first.next_place, size=1)
            assert [row.reference for row in (*first.rows, *after.rows)] == expected
