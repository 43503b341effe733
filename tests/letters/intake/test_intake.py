"""Intake: an accepted letter is stored completely and once, a returned one not at all."""

import dataclasses
import functools
from datetime import UTC

import pytest
from sqlalchemy import func, select

from tests.samples import HERALD, NOON, letter
from tests.simultaneous import run_concurrently
from webapp.letters.intake.intake import AlreadySentError, Arrival, Intake, Receipt, ReturnedError
from webapp.letters.intake.new_letter import REFERENCE_ALPHABET
from webapp.letters.lookup import LetterMissingError, letter_for_desk, letter_for_writer, stored_verdict
from webapp.rules.enums import State
from webapp.rules.findings import Code
from webapp.rules.policy.sections.frequency import FrequencyRule
from webapp.rules.submission import Submission
from webapp.store.database import Database
from webapp.store.models import Advisory, Channel, Event, EventKind, Letter, Particulars


def receive(intake: Intake, submission: Submission, key: str | None = None) -> Receipt:
    return intake.receive(submission, HERALD, Arrival(channel=Channel.FORM, at=NOON, submission_key=key))


def count(store: Database, table: type[Letter | Particulars | Event | Advisory]) -> int:
    with store.snapshot() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_letter_is_stored_completely(store: Database, intake: Intake) -> None:
    receipt = receive(intake, letter(exclusive=False, article_date="2026-03-13"))
    with store.snapshot() as session:
        kept = letter_for_desk(session, receipt.reference)
    assert (kept.state, kept.channel, kept.paper) == (State.RECEIVED, Channel.FORM, "harbour-herald")
    assert kept.received_at == NOON
    assert kept.received_at.tzinfo is UTC
    assert kept.headline == "In praise of slowness"
    assert kept.body.startswith("The tram is slow.\n\nThat is")
    assert kept.opening == "The tram is slow. That is its use: it gives one time to look at the city."
    assert kept.word_count == 17
    assert kept.article_date
    assert kept.particulars
    assert kept.particulars.name == "Chan Tai-man"
    assert kept.particulars.phone_e164 == "+85221234567"
    assert kept.particulars.phone_typed == "2123 4567"
    assert [advisory.code for advisory in kept.advisories] == [Code.EXCLUSIVE_NOT_DECLARED]
    assert [(event.kind, event.at, event.editor) for event in kept.events] == [
        (EventKind.RECEIVED, NOON, None)
    ]


def test_the_writer_finds_the_letter_by_its_token(store: Database, intake: Intake) -> None:
    receipt = receive(intake, letter())
    with store.snapshot() as session:
        assert letter_for_writer(session, receipt.token).reference == receipt.reference


def test_references_are_short_speakable_and_random(intake: Intake) -> None:
    references = {receive(intake, letter(headline=f"No. {number}")).reference for number in range(20)}
    assert len(references) == 20
    for reference in references:
        assert len(reference) == 8
        assert set(reference) <= set(REFERENCE_ALPHABET)


def test_a_returned_submission_stores_nothing(store: Database, intake: Intake) -> None:
    with pytest.raises(ReturnedError) as returned:
        receive(intake, letter(phone=""))
    assert [finding.code for finding in returned.value.verdict.refusals] == [Code.PHONE_MISSING]
    assert count(store, Letter) == 0


def test_the_same_submission_again_is_the_same_letter(store: Database, intake: Intake) -> None:
    first = receive(intake, letter(), "a key")
    again = receive(intake, letter(), "a key")
    without_key = receive(intake, letter())
    other_line_ends = receive(intake, letter(body=letter().body.replace("\n", "\r\n")), "another key")
    assert not first.repeated
    for repeated in (again, without_key, other_line_ends):
        assert repeated == Receipt(reference=first.reference, token=first.token, repeated=True)
    assert [count(store, table) for table in (Letter, Particulars, Event)] == [1, 1, 1]


def test_it_is_the_same_letter_though_its_address_is_confirmed_or_it_went_to_others(intake: Intake) -> None:
    first = receive(intake, letter())
    again = [
        receive(intake, letter(email_confirmed=True)),
        receive(intake, letter(copies="letters@courier.example")),
        receive(intake, letter(full_name_confirmed=True)),
    ]
    assert [(each.reference, each.repeated) for each in again] == [(first.reference, True)] * 3


def test_another_text_with_the_same_submission_key_is_refused(store: Database, intake: Intake) -> None:
    first = receive(intake, letter(), "a key")
    with pytest.raises(AlreadySentError) as sent:
        receive(intake, letter(body="Something else altogether."), "a key")
    assert sent.value.receipt.reference == first.reference
    assert count(store, Letter) == 1


def test_a_stored_submission_can_be_looked_up(store: Database, intake: Intake) -> None:
    later = Arrival(channel=Channel.API, at=NOON)
    assert intake.find_earlier_receipt(letter(), HERALD, later) is None
    first = receive(intake, letter(), "a key")
    known = intake.find_earlier_receipt(letter(), HERALD, later)
    assert known == dataclasses.replace(first, repeated=True, verdict=None)
    assert intake.find_earlier_receipt(letter(headline="Another"), HERALD, later) is None
    assert (intake.has_letter_with_key("a key"), intake.has_letter_with_key("another key")) == (True, False)
    assert count(store, Letter) == 1


def test_the_verdict_on_a_letter_is_stored(store: Database, intake: Intake) -> None:
    without = receive(intake, letter())
    two = receive(intake, letter(exclusive=False, address="PO Box 5, Central"))
    with store.snapshot() as session:
        kept = [stored_verdict(session, each.reference) for each in (without, two)]
        with pytest.raises(LetterMissingError):
            stored_verdict(session, "22222222")
    assert [verdict.word_count for verdict in kept] == [17, 17]
    assert [[each.code for each in verdict.advisories] for verdict in kept] == [
        [],
        [Code.ADDRESS_PO_BOX, Code.EXCLUSIVE_NOT_DECLARED],
    ]


def test_the_same_text_to_another_paper_is_another_letter(store: Database, intake: Intake) -> None:
    other = dataclasses.replace(HERALD, paper=dataclasses.replace(HERALD.paper, slug="courier"))
    receive(intake, letter())
    intake.receive(letter(), other, Arrival(channel=Channel.FORM, at=NOON))
    assert count(store, Letter) == 2


def test_eight_concurrent_requests_store_one_letter(store: Database, intake: Intake) -> None:
    receipts: list[Receipt] = []
    run_concurrently(8 * [lambda: receipts.append(receive(intake, letter(), "a key"))])
    assert len(receipts) == 8
    assert len({receipt.reference for receipt in receipts}) == 1
    assert sum(not receipt.repeated for receipt in receipts) == 1
    assert count(store, Letter) == 1


def test_concurrent_letters_of_one_writer_obey_the_frequency_rule(store: Database, intake: Intake) -> None:
    weekly = dataclasses.replace(HERALD, frequency=(FrequencyRule(letters=2, days=7),))
    refused: list[list[Code]] = []

    def send(number: int) -> None:
        submission = letter(body=f"{letter().body} It was late {number} times this week.")
        try:
            intake.receive(submission, weekly, Arrival(channel=Channel.FORM, at=NOON))
        except ReturnedError as returned:
            refused.append([finding.code for finding in returned.verdict.refusals])

    run_concurrently([functools.partial(send, number) for number in range(8)])
    assert count(store, Letter) == 2
    assert refused == 6 * [[Code.NAME_TOO_SOON]]


def test_concurrent_repetitions_do_not_break_the_frequency_rule(store: Database, intake: Intake) -> None:
    weekly = dataclasses.replace(HERALD, frequency=(FrequencyRule(letters=1, days=7),))
    arrival = Arrival(channel=Channel.FORM, at=NOON, submission_key="a key")
    receipts = run_concurrently(8 * [lambda: intake.receive(letter(), weekly, arrival)])
    assert len({receipt.reference for receipt in receipts}) == 1
    assert len(receipts) == 8
    assert count(store, Letter) == 1


def test_nothing_is_stored_if_the_last_step_fails(
    store: Database, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.letters.intake.new_letter.Event", _explode)
    with pytest.raises(ZeroDivisionError):
        receive(intake, letter())
    assert [count(store, table) for table in (Letter, Particulars, Event)] == [0, 0, 0]


def _explode(**_: object) -> None:
    raise ZeroDivisionError
