"""Other letters beside a letter: by the same writer, and on the same story."""

import dataclasses
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.samples import HERALD, NOON, letter
from webapp.letters.intake.intake import Arrival, Intake
from webapp.letters.intake.writer_history import StoredRecord, keys_of
from webapp.letters.lookup import letter_for_desk
from webapp.letters.queue import related
from webapp.letters.queue.related import (
    MOST_SHOWN,
    RelatedLetter,
    StoryLetters,
    WritersLetters,
    letters_by_writer,
    letters_on_story,
)
from webapp.rules.frequency import eligible_from
from webapp.rules.policy import Policy
from webapp.rules.policy.sections import Category, Frequency, Since
from webapp.rules.states import State
from webapp.store.database import Database
from webapp.store.models import Channel, Clearance, Letter

COURIER = dataclasses.replace(HERALD, paper=dataclasses.replace(HERALD.paper, slug="courier"))
SOMEBODY_ELSE = {"name": "Lee Ka-yan", "email": "ka-yan@example.com", "phone": "2999 9999"}
HOUSEHOLD = {"name": "Chan Mei-ling", "email": "mei-ling@example.com"}
WITHHELD: dict[str, str | bool] = {"withhold_name": True, "withhold_reason": "My employer"}
TRAMS = {"article_url": "https://harbourherald.example/trams?utm_source=x"}
ONE_DAY = timedelta(days=1)


def receive(intake: Intake, policy: Policy = HERALD, days: int = 0, /, **changes: str | bool) -> str:
    """Take a letter in that came so many days after the first; return its reference."""
    arrival = Arrival(channel=Channel.FORM, at=NOON + days * ONE_DAY)
    return intake.receive(letter(**changes), policy, arrival).reference


def by_writer(store: Database, reference: str) -> WritersLetters:
    with store.snapshot() as session:
        return letters_by_writer(session, letter_for_desk(session, reference))


def on_story(store: Database, reference: str) -> StoryLetters:
    with store.snapshot() as session:
        return letters_on_story(session, letter_for_desk(session, reference))


def references(letters: tuple[RelatedLetter, ...]) -> list[str]:
    return [each.reference for each in letters]


def print_letter(store: Database, reference: str, on: date) -> None:
    with store.transaction() as session:
        printed = session.scalars(select(Letter).where(Letter.reference == reference)).one()
        printed.state, printed.clearance, printed.print_on = State.PUBLISHED, Clearance.VERIFIED, on


def test_a_writers_letters_to_any_paper_are_found_the_newest_first(store: Database, intake: Intake) -> None:
    first = receive(intake, body="One.")
    other_paper = receive(intake, COURIER, 1, body="Two.")
    newest = receive(intake, HERALD, 2, body="Three.")
    receive(intake, body="By somebody else.", **SOMEBODY_ELSE)
    assert references(by_writer(store, first).surely) == [newest, other_paper]


def test_who_shares_a_phone_only_may_be_another(store: Database, intake: Intake) -> None:
    hers = receive(intake, body="Hers.", **HOUSEHOLD)
    found = by_writer(store, receive(intake))
    assert (references(found.surely), references(found.perhaps)) == ([], [hers])


def test_when_a_writer_was_last_printed(store: Database, intake: Intake) -> None:
    new = receive(intake, HERALD, 9)
    assert by_writer(store, new).last_printed is None
    for number, day in enumerate((date(2026, 3, 16), date(2026, 3, 20), date(2026, 3, 18))):
        print_letter(store, receive(intake, body=f"Letter {number}."), day)
    last = by_writer(store, new).last_printed
    assert last
    assert last.print_on == date(2026, 3, 20)


def test_a_withheld_name_is_not_given_away_by_its_neighbours(store: Database, intake: Intake) -> None:
    withheld = receive(intake, body="Withheld.", **WITHHELD)
    open_one = receive(intake, body="Open.")
    other = receive(intake, body="Open, too.")
    for reference, shown, hidden in ((withheld, [], 2), (open_one, [other], 1)):
        with store.snapshot() as session:
            found = letter_for_desk(session, reference)
            cautious = letters_by_writer(session, found).without_withheld(found)
        assert (references(cautious.surely), cautious.hidden) == (shown, hidden)
    assert {each.name for each in by_writer(store, open_one).surely} == {"", "Chan Tai-man"}


def test_nobody_is_known_again_whose_particulars_are_gone(store: Database, intake: Intake) -> None:
    receive(intake, body="One.")
    reference = receive(intake, body="Two.")
    with store.transaction() as session:
        particulars = letter_for_desk(session, reference).particulars
        assert particulars
        particulars.contact, particulars.purged_at = None, NOON
    assert by_writer(store, reference) == WritersLetters()


def test_the_letters_on_a_story_however_it_was_linked(store: Database, intake: Intake) -> None:
    first = receive(intake, **TRAMS)
    second = receive(
        intake,
        HERALD,
        1,
        body="Two.",
        article_url="https://www.harbourherald.example/trams/",
        **SOMEBODY_ELSE,
        **WITHHELD,
    )
    receive(intake, COURIER, body="To another paper.", **TRAMS)
    receive(intake, body="On another story.", article_url="https://harbourherald.example/ferries")
    story = on_story(store, first)
    assert (story.number, references(story.shown), story.shown[0].name) == (1, [second], "")
    assert on_story(store, second).shown[0].name == "Chan Tai-man"


def test_a_letter_on_no_story_has_no_company(store: Database, intake: Intake) -> None:
    receive(intake, body="Another.")
    assert on_story(store, receive(intake)) == StoryLetters()


def test_a_great_story_is_counted_and_shown_in_part(store: Database, intake: Intake) -> None:
    reference = receive(intake, **TRAMS)
    for number in range(MOST_SHOWN + 2):
        receive(intake, body=f"Letter {number}.", **TRAMS)
    story = on_story(store, reference)
    assert (story.number, len(story.shown)) == (MOST_SHOWN + 2, MOST_SHOWN)


def test_a_story_is_counted_as_far_as_anybody_cares(
    store: Database, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(related, "MOST_COUNTED", 2)
    reference = receive(intake, **TRAMS)
    for number in range(4):
        receive(intake, body=f"Letter {number}.", **TRAMS)
    story = on_story(store, reference)
    assert (story.number, len(story.shown)) == (2, 4)


def eligible(store: Database, reference: str, policy: Policy, today: date) -> date | None:
    with store.snapshot() as session:
        particulars = letter_for_desk(session, reference).particulars
        assert particulars
        assert particulars.contact
        return eligible_from(keys_of(particulars.contact), policy, today, StoredRecord(session, policy.paper))


def test_when_a_writer_may_write_again(store: Database, intake: Intake) -> None:
    weekly = dataclasses.replace(HERALD, frequency=(Frequency(letters=1, days=7),))
    reference = receive(intake)
    receive(intake, body="Hers.", **HOUSEHOLD)
    assert eligible(store, reference, weekly, date(2026, 3, 20)) == date(2026, 3, 21)
    assert eligible(store, reference, weekly, date(2026, 3, 21)) is None
    assert eligible(store, reference, HERALD, date(2026, 3, 14)) is None


def test_an_answer_to_what_was_printed_of_somebody_uses_up_nothing(store: Database, intake: Intake) -> None:
    reply = Category(key="reply", title="Reply", words=HERALD.words, right_of_reply=True)
    weekly = dataclasses.replace(HERALD, categories=(reply,), frequency=(Frequency(letters=1, days=7),))
    reference = receive(intake, weekly, category="reply", article_headline="On trams")
    assert eligible(store, reference, weekly, date(2026, 3, 14)) is None


def test_what_was_never_printed_does_not_count_where_print_counts(store: Database, intake: Intake) -> None:
    after_print = dataclasses.replace(
        HERALD, frequency=(Frequency(letters=1, days=30, since=Since.PUBLICATION),)
    )
    assert eligible(store, receive(intake), after_print, date(2026, 3, 14)) is None
