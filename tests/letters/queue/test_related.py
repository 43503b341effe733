"""Related letters: by the same writer and on the same article, and withheld names that stay hidden."""

import dataclasses
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.samples import HERALD, NOON, letter
from webapp.letters.intake.intake import Arrival, Intake
from webapp.letters.intake.writer_history import StoredWriterHistory, writer_keys_of
from webapp.letters.lookup import letter_for_desk
from webapp.letters.queue import related
from webapp.letters.queue.related import (
    MAX_RELATED,
    ArticleLetters,
    RelatedLetter,
    WritersLetters,
    find_last_printed,
    find_letters_by_writer,
    find_letters_on_article,
)
from webapp.rules.enums import State
from webapp.rules.frequency import eligible_from
from webapp.rules.policy import Policy
from webapp.rules.policy.localized_text import LocalizedText
from webapp.rules.policy.sections.categories import Category
from webapp.rules.policy.sections.frequency import FrequencyRule, Since
from webapp.store.database import Database
from webapp.store.models import Channel, Clearance, Letter

COURIER = dataclasses.replace(HERALD, paper=dataclasses.replace(HERALD.paper, slug="courier"))
SOMEBODY_ELSE = {"name": "Lee Ka-yan", "email": "ka-yan@example.com", "phone": "2999 9999"}
HOUSEHOLD = {"name": "Chan Mei-ling", "email": "mei-ling@example.com"}
WITHHELD: dict[str, str | bool] = {"withhold_name": True, "withhold_reason": "My employer"}
TRAMS = {"article_url": "https://harbourherald.example/trams?utm_source=x"}
ONE_DAY = timedelta(days=1)


def receive(intake: Intake, policy: Policy = HERALD, days: int = 0, /, **changes: str | bool) -> str:
    """Receive a letter ``days`` days after `NOON`; return its reference."""
    arrival = Arrival(channel=Channel.FORM, at=NOON + days * ONE_DAY)
    return intake.receive(letter(**changes), policy, arrival).reference


def by_writer(store: Database, reference: str) -> WritersLetters:
    with store.snapshot() as session:
        return find_letters_by_writer(session, letter_for_desk(session, reference))


def on_article(store: Database, reference: str) -> ArticleLetters:
    with store.snapshot() as session:
        return find_letters_on_article(session, letter_for_desk(session, reference))


def last_printed(store: Database, reference: str) -> date | None:
    with store.snapshot() as session:
        last = find_last_printed(session, letter_for_desk(session, reference))
    return last.print_on if last else None


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
    assert references(by_writer(store, first).certain) == [newest, other_paper]


def test_a_shared_phone_alone_is_not_certain(store: Database, intake: Intake) -> None:
    hers = receive(intake, body="Hers.", **HOUSEHOLD)
    found = by_writer(store, receive(intake))
    assert (references(found.certain), references(found.possible)) == ([], [hers])


def test_when_a_writer_was_last_printed(store: Database, intake: Intake) -> None:
    new = receive(intake, HERALD, 9)
    assert last_printed(store, new) is None
    for number, day in enumerate((date(2026, 3, 16), date(2026, 3, 20), date(2026, 3, 18))):
        print_letter(store, receive(intake, body=f"Letter {number}."), day)
    print_letter(store, receive(intake, body="By somebody else.", **SOMEBODY_ELSE), date(2026, 3, 27))
    print_letter(store, receive(intake, body="In the same household.", **HOUSEHOLD), date(2026, 3, 28))
    assert last_printed(store, new) == date(2026, 3, 20)
    print_letter(store, new, date(2026, 3, 25))
    assert last_printed(store, new) == date(2026, 3, 25)


def test_the_last_printed_letter_may_be_older_than_the_related_ones(store: Database, intake: Intake) -> None:
    printed = receive(intake, body="Printed.")
    print_letter(store, printed, date(2026, 3, 16))
    newer = [receive(intake, HERALD, 1, body=f"Letter {number}.") for number in range(MAX_RELATED + 2)]
    assert printed not in references(by_writer(store, newer[0]).certain)
    assert last_printed(store, newer[0]) == date(2026, 3, 16)


def test_a_withheld_name_is_not_revealed_by_related_letters(store: Database, intake: Intake) -> None:
    withheld = receive(intake, body="Withheld.", **WITHHELD)
    open_one = receive(intake, body="Open.")
    other = receive(intake, body="Open, too.")
    for reference, shown, hidden in ((withheld, [], 2), (open_one, [other], 1)):
        with store.snapshot() as session:
            found = letter_for_desk(session, reference)
            cautious = find_letters_by_writer(session, found).hide_withheld_names(found)
        assert (references(cautious.certain), cautious.hidden) == (shown, hidden)
    assert {each.name for each in by_writer(store, open_one).certain} == {"", "Chan Tai-man"}


def test_purged_letters_have_no_letters_of_the_same_writer(store: Database, intake: Intake) -> None:
    receive(intake, body="One.")
    reference = receive(intake, body="Two.")
    with store.transaction() as session:
        particulars = letter_for_desk(session, reference).particulars
        assert particulars
        particulars.contact, particulars.purged_at = None, NOON
    assert by_writer(store, reference) == WritersLetters()


def test_letters_on_an_article_are_found_for_all_spellings_of_its_url(
    store: Database, intake: Intake
) -> None:
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
    story = on_article(store, first)
    assert (story.number, references(story.shown), story.shown[0].name) == (1, [second], "")
    assert on_article(store, second).shown[0].name == "Chan Tai-man"


def test_a_letter_without_an_article_has_no_related_letters(store: Database, intake: Intake) -> None:
    receive(intake, body="Another.")
    assert on_article(store, receive(intake)) == ArticleLetters()


def test_only_the_newest_letters_on_an_article_are_shown(store: Database, intake: Intake) -> None:
    reference = receive(intake, **TRAMS)
    for number in range(MAX_RELATED + 2):
        receive(intake, body=f"Letter {number}.", **TRAMS)
    story = on_article(store, reference)
    assert (story.number, len(story.shown)) == (MAX_RELATED + 2, MAX_RELATED)


def test_letters_on_an_article_are_counted_up_to_a_limit(
    store: Database, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(related, "MAX_COUNTED", 2)
    reference = receive(intake, **TRAMS)
    for number in range(4):
        receive(intake, body=f"Letter {number}.", **TRAMS)
    story = on_article(store, reference)
    assert (story.number, len(story.shown)) == (2, 4)


def eligible(store: Database, reference: str, policy: Policy, today: date) -> date | None:
    with store.snapshot() as session:
        particulars = letter_for_desk(session, reference).particulars
        assert particulars
        assert particulars.contact
        return eligible_from(
            writer_keys_of(particulars.contact), "", policy, today, StoredWriterHistory(session, policy.paper)
        )


def test_when_a_writer_may_write_again(store: Database, intake: Intake) -> None:
    weekly = dataclasses.replace(HERALD, frequency=(FrequencyRule(letters=1, days=7),))
    reference = receive(intake)
    receive(intake, body="Hers.", **HOUSEHOLD)
    assert eligible(store, reference, weekly, date(2026, 3, 20)) == date(2026, 3, 21)
    assert eligible(store, reference, weekly, date(2026, 3, 21)) is None
    assert eligible(store, reference, HERALD, date(2026, 3, 14)) is None


def test_a_right_of_reply_does_not_count(store: Database, intake: Intake) -> None:
    reply = Category(
        key="reply", title=LocalizedText.plain("Reply"), length=HERALD.length, right_of_reply=True
    )
    weekly = dataclasses.replace(HERALD, categories=(reply,), frequency=(FrequencyRule(letters=1, days=7),))
    reference = receive(intake, weekly, category="reply", article_headline="On trams")
    assert eligible(store, reference, weekly, date(2026, 3, 14)) is None


def test_unpublished_letters_do_not_count_for_rules_on_publication(store: Database, intake: Intake) -> None:
    after_print = dataclasses.replace(
        HERALD, frequency=(FrequencyRule(letters=1, days=30, since=Since.PUBLICATION),)
    )
    assert eligible(store, receive(intake), after_print, date(2026, 3, 14)) is None
