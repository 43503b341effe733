"""A writer's earlier letters in the database, and submissions that are returned because of them."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, event, select

from tests.samples import BODY, HERALD, NOON, letter
from webapp.letters.intake import writer_history
from webapp.letters.intake.intake import Arrival, Intake, Receipt, ReturnedError
from webapp.letters.intake.writer_history import StoredWriterHistory
from webapp.letters.lookup import letter_for_desk
from webapp.rules.enums import Requirement, State
from webapp.rules.findings import Severity
from webapp.rules.frequency import EarlierLetter, WriterKeys
from webapp.rules.policy import Policy
from webapp.rules.policy.limits import MAX_DAYS, MAX_MONTHS
from webapp.rules.policy.localized_text import LocalizedText
from webapp.rules.policy.sections.categories import Category
from webapp.rules.policy.sections.frequency import FrequencyRule, Period, Since
from webapp.rules.policy.sections.issues import IssueCalendar
from webapp.store.database import Database
from webapp.store.models import Channel, Clearance, Event, EventKind, Letter, Particulars

WRITER = WriterKeys("tai-man@example.com", "+85221234567", "chan tai man")
TODAY = date(2026, 3, 14)
LONG_AGO = date(2020, 1, 1)
ONE_DAY = timedelta(days=1)
REPLY = Category(
    key="right-of-reply", title=LocalizedText.plain("Reply"), length=HERALD.length, right_of_reply=True
)
WEEKLY = dataclasses.replace(HERALD, categories=(REPLY,), frequency=(FrequencyRule(letters=1, days=7),))
COURIER = dataclasses.replace(WEEKLY, paper=dataclasses.replace(HERALD.paper, slug="courier"))
AFTER_PRINT = dataclasses.replace(
    HERALD, frequency=(FrequencyRule(letters=1, days=30, since=Since.PUBLICATION),)
)


def receive(
    intake: Intake, policy: Policy = HERALD, at: datetime = NOON, /, **changes: str | bool
) -> Receipt:
    return intake.receive(letter(**changes), policy, Arrival(channel=Channel.FORM, at=at))


def is_stored(intake: Intake, policy: Policy, at: datetime = NOON, /, **changes: str | bool) -> bool:
    """Return whether a submission is stored as a new letter, not recognised as a repetition."""
    return not receive(intake, policy, at, **changes).repeated


def earlier_letters(
    store: Database, keys: WriterKeys = WRITER, since: date = LONG_AGO, policy: Policy = HERALD
) -> list[EarlierLetter]:
    with store.snapshot() as session:
        return list(StoredWriterHistory(session, policy.paper).earlier_letters(keys, since))


def set_state(store: Database, reference: str, state: State) -> None:
    with store.transaction() as session:
        session.scalars(select(Letter).where(Letter.reference == reference)).one().state = state


def print_letter(
    store: Database, reference: str, editor_id: int, at: datetime, issue: date | None = None
) -> None:
    """Set a letter to published for an issue, with the event that records it."""
    with store.transaction() as session:
        printed = session.scalars(select(Letter).where(Letter.reference == reference)).one()
        printed.state = State.PUBLISHED
        printed.clearance, printed.print_on = Clearance.VERIFIED, issue or at.date()
        session.add(
            Event(
                letter_id=printed.id,
                kind=EventKind.MOVED,
                at=at,
                editor_id=editor_id,
                from_state=State.SCHEDULED,
                to_state=State.PUBLISHED,
                print_on=printed.print_on,
            )
        )


def refusal_codes(intake: Intake, policy: Policy, at: datetime = NOON, /, **changes: str | bool) -> list[str]:
    """Return the finding codes of a returned submission, with the date from which one can write again."""
    with pytest.raises(ReturnedError) as refused:
        receive(intake, policy, at, **changes)
    return [
        f"{finding.code} {finding.numbers.get('again_from')}" for finding in refused.value.verdict.refusals
    ]


@contextmanager
def record_statements(store: Database) -> Iterator[list[str]]:
    """Collect the SQL statements that are executed, without BEGIN."""
    asked: list[str] = []

    def note(*arguments: object) -> None:
        statement = str(arguments[2])
        if not statement.startswith("BEGIN"):
            asked.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(store.engine, "before_cursor_execute", note)


def test_an_earlier_letter_has_all_keys_of_its_writer(store: Database, intake: Intake) -> None:
    receive(intake, WEEKLY, category="right-of-reply", article_headline="On trams")
    assert earlier_letters(store) == [EarlierLetter(WRITER, TODAY, None, "right-of-reply")]


@pytest.mark.parametrize("same", [{"email": "tai-man@example.com"}, {"phone": "2123 4567"}])
def test_namesakes_do_not_hide_an_earlier_letter(
    store: Database, intake: Intake, same: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_history, "MAX_EARLIER_LETTERS", 3)
    receive(intake, HERALD, NOON - ONE_DAY, **{"email": "old@example.com", "phone": "2345 6789", **same})
    for number in range(4):
        receive(
            intake, email=f"namesake-{number}@example.com", phone=f"2999 000{number}", body=f"{BODY} {number}"
        )
    found = earlier_letters(store)
    assert len(found) == 3
    assert found[0].received == TODAY - ONE_DAY


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        (WriterKeys("tai-man@example.com", "", ""), True),
        (WriterKeys("", "+85221234567", ""), True),
        (WriterKeys("", "", "chan tai man"), True),
        (WriterKeys("other@example.com", "+85221234567", "somebody else"), True),
        (WriterKeys("other@example.com", "+85220000000", "somebody else"), False),
        (WriterKeys("", "", "somebody else"), False),
        (WriterKeys("", "", ""), False),
    ],
)
def test_any_key_finds_the_letter(store: Database, intake: Intake, keys: WriterKeys, *, found: bool) -> None:
    receive(intake)
    assert bool(earlier_letters(store, keys)) is found


def test_an_empty_key_matches_nobody(store: Database, intake: Intake) -> None:
    asked = dataclasses.replace(HERALD.particulars, phone=Requirement.OPTIONAL, email=Requirement.OPTIONAL)
    policy = dataclasses.replace(HERALD, particulars=asked)
    receive(intake, policy, phone="", email="", name="Somebody Else")
    assert earlier_letters(store, WriterKeys("", "", "chan tai man")) == []


def test_withdrawn_letters_do_not_count(store: Database, intake: Intake) -> None:
    set_state(store, receive(intake).reference, State.WITHDRAWN)
    assert earlier_letters(store) == []


@pytest.mark.parametrize("state", [State.DECLINED, State.HELD, State.SHORTLISTED])
def test_letters_count_in_every_other_state(store: Database, intake: Intake, state: State) -> None:
    set_state(store, receive(intake).reference, state)
    assert len(earlier_letters(store)) == 1


def test_letters_to_other_papers_do_not_count(store: Database, intake: Intake) -> None:
    receive(intake, COURIER)
    assert earlier_letters(store) == []
    assert len(earlier_letters(store, policy=COURIER)) == 1


def test_a_letter_without_particulars_is_not_found(store: Database, intake: Intake) -> None:
    receive(intake, WEEKLY)
    with store.transaction() as session:
        session.execute(delete(Particulars))
    assert earlier_letters(store) == []
    assert is_stored(intake, WEEKLY, body="A second letter.")


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 3, 13, 15, 59, 59, 999_999, tzinfo=UTC), date(2026, 3, 13)),
        (datetime(2026, 3, 13, 16, 0, tzinfo=UTC), date(2026, 3, 14)),
        (datetime(2026, 3, 13, 23, 30, tzinfo=UTC), date(2026, 3, 14)),
    ],
)
def test_days_are_those_of_the_papers_time_zone(
    store: Database, intake: Intake, editor_id: int, moment: datetime, day: date
) -> None:
    reference = receive(intake, HERALD, moment).reference
    print_letter(store, reference, editor_id, moment, day)
    (found,) = earlier_letters(store, since=day)
    assert (found.received, found.published) == (day, day)
    assert earlier_letters(store, since=day + ONE_DAY) == []


def test_a_letter_printed_lately_is_found_however_old_it_is(
    store: Database, intake: Intake, editor_id: int
) -> None:
    reference = receive(intake, HERALD, NOON - timedelta(days=100)).reference
    assert earlier_letters(store, since=TODAY) == []
    print_letter(store, reference, editor_id, NOON)
    (found,) = earlier_letters(store, since=TODAY)
    assert (found.received, found.published) == (TODAY - timedelta(days=100), TODAY)


def test_earlier_letters_are_one_query(store: Database, intake: Intake) -> None:
    for number in range(5):
        receive(intake, body=f"Letter number {number}.")
    with record_statements(store) as asked:
        assert len(earlier_letters(store)) == 5
    assert len(asked) == 1


def test_a_second_letter_is_returned_until_its_day(intake: Intake) -> None:
    receive(intake, WEEKLY)
    second = {"body": "A second letter."}
    assert refusal_codes(intake, WEEKLY, **second) == ["name.too_soon 2026-03-21"]
    # 15:59 in London is the last minute of the 20th in Hong Kong.
    last_minute = datetime(2026, 3, 20, 15, 59, tzinfo=UTC)
    assert refusal_codes(intake, WEEKLY, last_minute, **second) == ["name.too_soon 2026-03-21"]
    assert is_stored(intake, WEEKLY, last_minute + timedelta(minutes=1), **second)


def test_the_same_letter_again_gives_its_receipt_whatever_the_rule(intake: Intake) -> None:
    first = receive(intake, WEEKLY)
    for at in (NOON, NOON + timedelta(days=3)):
        again = receive(intake, WEEKLY, at)
        assert again == dataclasses.replace(first, repeated=True)


def test_a_letter_that_was_returned_does_not_count(intake: Intake) -> None:
    refusal_codes(intake, WEEKLY, phone="")
    assert is_stored(intake, WEEKLY)


def test_after_a_withdrawal_another_letter_is_stored(store: Database, intake: Intake) -> None:
    set_state(store, receive(intake, WEEKLY).reference, State.WITHDRAWN)
    assert is_stored(intake, WEEKLY, body="A second letter.")


def test_a_right_of_reply_neither_obeys_nor_uses_up_the_limit(store: Database, intake: Intake) -> None:
    first = receive(intake, WEEKLY).reference
    assert is_stored(intake, WEEKLY, category="right-of-reply", article_headline="On trams")
    set_state(store, first, State.WITHDRAWN)
    assert is_stored(intake, WEEKLY, body="A second letter.")


def test_a_household_is_not_one_writer(store: Database, intake: Intake) -> None:
    receive(intake, WEEKLY)
    reference = receive(intake, WEEKLY, name="Chan Mei-ling", email="mei-ling@example.com").reference
    with store.snapshot() as session:
        kept = letter_for_desk(session, reference)
    assert [(advisory.code, advisory.numbers) for advisory in kept.advisories] == [
        ("name.seen", {"actual": 1})
    ]


def test_one_letter_within_thirty_days_of_publication(
    store: Database, intake: Intake, editor_id: int
) -> None:
    first = receive(intake, AFTER_PRINT).reference
    assert is_stored(intake, AFTER_PRINT, body="A second letter, while the first waits.")
    print_letter(store, first, editor_id, NOON + timedelta(days=10))
    third = {"body": "A third letter."}
    for days in (10, 39):
        at = NOON + timedelta(days=days)
        assert refusal_codes(intake, AFTER_PRINT, at, **third) == ["name.too_soon 2026-04-23"]
    assert is_stored(intake, AFTER_PRINT, NOON + timedelta(days=40), **third)


@pytest.mark.parametrize(
    ("window", "again_from"),
    [
        ({"days": 1}, date(2026, 3, 15)),
        ({"days": 90}, date(2026, 6, 12)),
        ({"days": MAX_DAYS}, date(2036, 3, 21)),
        ({"months": 3}, date(2026, 6, 14)),
        ({"months": MAX_MONTHS}, date(2036, 3, 14)),
        ({"per": Period.CALENDAR_MONTH}, date(2026, 4, 1)),
        ({"per": Period.ISSUE}, date(2026, 3, 18)),
    ],
    ids=str,
)
def test_a_letter_counts_until_the_last_day_of_its_window(
    intake: Intake, window: dict[str, Any], again_from: date
) -> None:
    on_wednesdays = dataclasses.replace(HERALD.paper, issues=IssueCalendar(weekdays=frozenset({2})))
    rule = FrequencyRule(letters=1, **window)
    policy = dataclasses.replace(HERALD, paper=on_wednesdays, frequency=(rule,))
    receive(intake, policy)
    assert_refused_until(intake, policy, again_from)


@pytest.mark.parametrize(
    ("days", "again_from"), [(90, date(2026, 6, 12)), (MAX_DAYS, date(2036, 3, 21))], ids=str
)
def test_a_printed_letter_counts_until_the_last_day_of_its_window(
    store: Database, intake: Intake, editor_id: int, days: int, again_from: date
) -> None:
    rule = FrequencyRule(letters=1, days=days, since=Since.PUBLICATION)
    policy = dataclasses.replace(HERALD, frequency=(rule,))
    print_letter(store, receive(intake, policy, NOON - timedelta(days=200)).reference, editor_id, NOON)
    assert_refused_until(intake, policy, again_from)


def assert_refused_until(intake: Intake, policy: Policy, again_from: date) -> None:
    """Assert that a second letter is returned on the day before ``again_from``, and stored on that day."""
    second, again = {"body": "A second letter."}, datetime.combine(again_from, NOON.timetz())
    assert refusal_codes(intake, policy, again - ONE_DAY, **second) == [f"name.too_soon {again_from}"]
    assert is_stored(intake, policy, again, **second)


@pytest.mark.parametrize("marked", [-1, 4])
def test_the_publication_date_is_that_of_the_issue(
    store: Database, intake: Intake, editor_id: int, marked: int
) -> None:
    first = receive(intake, AFTER_PRINT).reference
    issue = NOON + timedelta(days=10)
    print_letter(store, first, editor_id, issue + timedelta(days=marked), issue.date())
    second = {"body": "A second letter."}
    assert refusal_codes(intake, AFTER_PRINT, issue + timedelta(days=29), **second) == [
        "name.too_soon 2026-04-23"
    ]
    assert is_stored(intake, AFTER_PRINT, issue + timedelta(days=30), **second)


def test_an_advisory_rule_stores_the_letter_with_the_date(store: Database, intake: Intake) -> None:
    rule = FrequencyRule(letters=1, per=Period.CALENDAR_MONTH, severity=Severity.ADVISORY)
    policy = dataclasses.replace(HERALD, frequency=(rule,))
    receive(intake, policy)
    reference = receive(intake, policy, body="A second letter.").reference
    with store.snapshot() as session:
        kept = letter_for_desk(session, reference)
    assert [(advisory.code, advisory.numbers) for advisory in kept.advisories] == [
        ("name.too_soon", {"again_from": "2026-04-01"})
    ]


def test_a_paper_without_a_frequency_rule_needs_no_query_before_the_insert(
    store: Database, intake: Intake
) -> None:
    with record_statements(store) as asked:
        receive(intake)
    assert asked[0].startswith("INSERT INTO letters")


def test_a_name_that_folds_to_many_characters_can_be_stored(intake: Intake) -> None:
    receive(intake, WEEKLY, name=" ".join(["ﷺ"] * 50))
    assert refusal_codes(intake, WEEKLY, name=" ".join(["ﷺ"] * 50), email="other@example.com") == [
        "name.too_soon 2026-03-21"
    ]
