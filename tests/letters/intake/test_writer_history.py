"""Who wrote before: the record of a real store, and letters that are returned for it."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, event, select

from tests.samples import HERALD, NOON, letter
from webapp.letters.intake.intake import Arrival, Intake, Receipt, ReturnedError
from webapp.letters.intake.writer_history import StoredRecord
from webapp.letters.lookup import letter_for_desk
from webapp.rules.findings import Severity
from webapp.rules.frequency import EarlierLetter, WriterKeys
from webapp.rules.policy import Policy
from webapp.rules.policy.sections import Asking, Category, Frequency, Period, Since
from webapp.rules.states import State
from webapp.store.database import Database
from webapp.store.models import Channel, Clearance, Event, EventKind, Letter, Particulars

WRITER = WriterKeys("tai-man@example.com", "+85221234567", "chan tai man")
TODAY = date(2026, 3, 14)
LONG_AGO = date(2020, 1, 1)
ONE_DAY = timedelta(days=1)
REPLY = Category(key="right-of-reply", title="Reply", words=HERALD.words, right_of_reply=True)
WEEKLY = dataclasses.replace(HERALD, categories=(REPLY,), frequency=(Frequency(letters=1, days=7),))
COURIER = dataclasses.replace(WEEKLY, paper=dataclasses.replace(HERALD.paper, slug="courier"))
AFTER_PRINT = dataclasses.replace(HERALD, frequency=(Frequency(letters=1, days=30, since=Since.PUBLICATION),))


def receive(
    intake: Intake, policy: Policy = HERALD, at: datetime = NOON, /, **changes: str | bool
) -> Receipt:
    return intake.receive(letter(**changes), policy, Arrival(channel=Channel.FORM, at=at))


def is_taken(intake: Intake, policy: Policy, at: datetime = NOON, /, **changes: str | bool) -> bool:
    """Tell that a letter is taken, and not for one that was sent before."""
    return not receive(intake, policy, at, **changes).repeated


def remembered(
    store: Database, keys: WriterKeys = WRITER, since: date = LONG_AGO, policy: Policy = HERALD
) -> list[EarlierLetter]:
    with store.snapshot() as session:
        return list(StoredRecord(session, policy.paper).earlier_letters(keys, since))


def put_into(store: Database, reference: str, state: State) -> None:
    with store.transaction() as session:
        session.scalars(select(Letter).where(Letter.reference == reference)).one().state = state


def print_letter(
    store: Database, reference: str, editor_id: int, at: datetime, issue: date | None = None
) -> None:
    """Do what printing does to the record: the letter's state, and the event that says when."""
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


def returned(intake: Intake, policy: Policy, at: datetime = NOON, /, **changes: str | bool) -> list[str]:
    """Return the codes, with the day from which the writer can write again, of a letter that is returned."""
    with pytest.raises(ReturnedError) as refused:
        receive(intake, policy, at, **changes)
    return [
        f"{finding.code} {finding.numbers.get('again_from')}" for finding in refused.value.verdict.refusals
    ]


@contextmanager
def statements_to(store: Database) -> Iterator[list[str]]:
    """Collect the statements that the store is asked, without the beginnings of transactions."""
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


def test_a_letter_is_remembered_with_all_that_its_writer_is_known_by(store: Database, intake: Intake) -> None:
    receive(intake, WEEKLY, category="right-of-reply", article_headline="On trams")
    assert remembered(store) == [EarlierLetter(WRITER, TODAY, None, "right-of-reply")]


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
def test_any_of_them_finds_the_letter(
    store: Database, intake: Intake, keys: WriterKeys, *, found: bool
) -> None:
    receive(intake)
    assert bool(remembered(store, keys)) is found


def test_what_a_writer_left_out_is_shared_with_nobody(store: Database, intake: Intake) -> None:
    asked = dataclasses.replace(HERALD.particulars, phone=Asking.OPTIONAL, email=Asking.OPTIONAL)
    policy = dataclasses.replace(HERALD, particulars=asked)
    receive(intake, policy, phone="", email="", name="Somebody Else")
    assert remembered(store, WriterKeys("", "", "chan tai man")) == []


def test_withdrawn_letters_do_not_count(store: Database, intake: Intake) -> None:
    put_into(store, receive(intake).reference, State.WITHDRAWN)
    assert remembered(store) == []


@pytest.mark.parametrize("state", [State.DECLINED, State.HELD, State.SHORTLISTED])
def test_what_the_desk_does_with_a_letter_changes_nothing(
    store: Database, intake: Intake, state: State
) -> None:
    put_into(store, receive(intake).reference, state)
    assert len(remembered(store)) == 1


def test_letters_to_other_papers_do_not_count(store: Database, intake: Intake) -> None:
    receive(intake, COURIER)
    assert remembered(store) == []
    assert len(remembered(store, policy=COURIER)) == 1


def test_a_letter_whose_particulars_are_purged_is_nobodys(store: Database, intake: Intake) -> None:
    receive(intake, WEEKLY)
    with store.transaction() as session:
        session.execute(delete(Particulars))
    assert remembered(store) == []
    assert is_taken(intake, WEEKLY, body="A second letter.")


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 3, 13, 15, 59, 59, 999_999, tzinfo=UTC), date(2026, 3, 13)),
        (datetime(2026, 3, 13, 16, 0, tzinfo=UTC), date(2026, 3, 14)),
        (datetime(2026, 3, 13, 23, 30, tzinfo=UTC), date(2026, 3, 14)),
    ],
)
def test_a_day_is_the_papers_own(
    store: Database, intake: Intake, editor_id: int, moment: datetime, day: date
) -> None:
    reference = receive(intake, HERALD, moment).reference
    print_letter(store, reference, editor_id, moment, day)
    (found,) = remembered(store, since=day)
    assert (found.received, found.published) == (day, day)
    assert remembered(store, since=day + ONE_DAY) == []


def test_a_letter_printed_lately_is_found_however_old_it_is(
    store: Database, intake: Intake, editor_id: int
) -> None:
    reference = receive(intake, HERALD, NOON - timedelta(days=100)).reference
    assert remembered(store, since=TODAY) == []
    print_letter(store, reference, editor_id, NOON)
    (found,) = remembered(store, since=TODAY)
    assert (found.received, found.published) == (TODAY - timedelta(days=100), TODAY)


def test_the_record_is_one_question(store: Database, intake: Intake) -> None:
    for number in range(5):
        receive(intake, body=f"Letter number {number}.")
    with statements_to(store) as asked:
        assert len(remembered(store)) == 5
    assert len(asked) == 1


def test_a_second_letter_is_returned_until_its_day(intake: Intake) -> None:
    receive(intake, WEEKLY)
    second = {"body": "A second letter."}
    assert returned(intake, WEEKLY, **second) == ["name.too_soon 2026-03-21"]
    # 15:59 in London is the last minute of the 20th in Hong Kong.
    last_minute = datetime(2026, 3, 20, 15, 59, tzinfo=UTC)
    assert returned(intake, WEEKLY, last_minute, **second) == ["name.too_soon 2026-03-21"]
    assert is_taken(intake, WEEKLY, last_minute + timedelta(minutes=1), **second)


def test_the_same_letter_again_gives_its_receipt_whatever_the_rule(intake: Intake) -> None:
    first = receive(intake, WEEKLY)
    for at in (NOON, NOON + timedelta(days=3)):
        again = receive(intake, WEEKLY, at)
        assert again == dataclasses.replace(first, repeated=True)


def test_a_letter_that_was_returned_does_not_count(intake: Intake) -> None:
    returned(intake, WEEKLY, phone="")
    assert is_taken(intake, WEEKLY)


def test_a_withdrawn_letter_makes_room_for_another(store: Database, intake: Intake) -> None:
    put_into(store, receive(intake, WEEKLY).reference, State.WITHDRAWN)
    assert is_taken(intake, WEEKLY, body="A second letter.")


def test_who_was_named_may_reply_and_has_used_up_nothing(store: Database, intake: Intake) -> None:
    first = receive(intake, WEEKLY).reference
    assert is_taken(intake, WEEKLY, category="right-of-reply", article_headline="On trams")
    put_into(store, first, State.WITHDRAWN)
    assert is_taken(intake, WEEKLY, body="A second letter.")


def test_a_household_is_not_one_writer(store: Database, intake: Intake) -> None:
    receive(intake, WEEKLY)
    reference = receive(intake, WEEKLY, name="Chan Mei-ling", email="mei-ling@example.com").reference
    with store.snapshot() as session:
        kept = letter_for_desk(session, reference)
    assert [(advisory.code, advisory.numbers) for advisory in kept.advisories] == [
        ("name.seen", {"actual": 1})
    ]


def test_one_within_thirty_days_of_publication(store: Database, intake: Intake, editor_id: int) -> None:
    first = receive(intake, AFTER_PRINT).reference
    assert is_taken(intake, AFTER_PRINT, body="A second letter, while the first waits.")
    print_letter(store, first, editor_id, NOON + timedelta(days=10))
    third = {"body": "A third letter."}
    for days in (10, 39):
        at = NOON + timedelta(days=days)
        assert returned(intake, AFTER_PRINT, at, **third) == ["name.too_soon 2026-04-23"]
    assert is_taken(intake, AFTER_PRINT, NOON + timedelta(days=40), **third)


@pytest.mark.parametrize("marked", [-1, 4])
def test_publication_is_the_day_of_the_issue_whenever_it_is_marked(
    store: Database, intake: Intake, editor_id: int, marked: int
) -> None:
    first = receive(intake, AFTER_PRINT).reference
    issue = NOON + timedelta(days=10)
    print_letter(store, first, editor_id, issue + timedelta(days=marked), issue.date())
    second = {"body": "A second letter."}
    assert returned(intake, AFTER_PRINT, issue + timedelta(days=29), **second) == ["name.too_soon 2026-04-23"]
    assert is_taken(intake, AFTER_PRINT, issue + timedelta(days=30), **second)


def test_a_rule_for_the_editor_lets_the_letter_in_with_its_day(store: Database, intake: Intake) -> None:
    rule = Frequency(letters=1, per=Period.CALENDAR_MONTH, severity=Severity.ADVISORY)
    policy = dataclasses.replace(HERALD, frequency=(rule,))
    receive(intake, policy)
    reference = receive(intake, policy, body="A second letter.").reference
    with store.snapshot() as session:
        kept = letter_for_desk(session, reference)
    assert [(advisory.code, advisory.numbers) for advisory in kept.advisories] == [
        ("name.too_soon", {"again_from": "2026-04-01"})
    ]


def test_a_paper_without_such_a_rule_asks_the_store_nothing_before_the_insert(
    store: Database, intake: Intake
) -> None:
    with statements_to(store) as asked:
        receive(intake)
    assert asked[0].startswith("INSERT INTO letters")


def test_a_name_that_unfolds_into_many_letters_can_be_kept(intake: Intake) -> None:
    receive(intake, WEEKLY, name=" ".join(["ﷺ"] * 50))
    assert returned(intake, WEEKLY, name=" ".join(["ﷺ"] * 50), email="other@example.com") == [
        "name.too_soon 2026-03-21"
    ]
