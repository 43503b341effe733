"""Letters that share passages with a letter: found by the worker's fingerprints, on both databases."""

import dataclasses
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text, update

from tests.installation.server import wait_until
from tests.samples import BODY, HERALD, NOON, SEAL, SECRET_KEY, letter
from tests.simultaneous import at_once
from webapp.installation import background_worker as worker_module
from webapp.installation.background_worker import Worker
from webapp.installation.settings import Settings
from webapp.letters.intake.intake import Arrival, Intake
from webapp.letters.lookup import letter_for_desk
from webapp.letters.privacy.retention import take_away
from webapp.letters.similar import comparing, likeness
from webapp.letters.similar.comparing import compare_all_anew, compare_waiting, waiting
from webapp.letters.similar.fingerprints import fingerprints
from webapp.letters.similar.likeness import MOST_SHOWN, AlikeLetters, letters_like, letters_sharing
from webapp.rules.policy import Policy
from webapp.rules.states import State
from webapp.store.database import Database
from webapp.store.models import Channel, Letter, LetterPassage

COURIER = dataclasses.replace(HERALD, paper=dataclasses.replace(HERALD.paper, slug="courier"))
FERRY = (
    "Nobody asked the people who take the last boat home what they would do without it, nor will anybody "
    "ask them before the first of the month, when the pier is to be locked at ten and the lamps put out."
)
BENCH = (
    "Whoever took away the benches in the square has not sat in it for years, and does not know that it is "
    "where three schools, a clinic and a bus queue meet each other every afternoon of the week."
)
ONE_DAY = timedelta(days=1)


def receive(
    intake: Intake, body: str, policy: Policy = HERALD, /, days: float = 0, **changes: str | bool
) -> str:
    """Take a letter in that came so many days after the first; return its reference."""
    arrival = Arrival(channel=Channel.FORM, at=NOON + days * ONE_DAY)
    return intake.receive(letter(body=body, **changes), policy, arrival).reference


def compare(store: Database) -> int:
    """Compare all letters that wait; return how many did."""
    letters = 0
    while some := compare_waiting(store):
        letters += some
    return letters


def like(store: Database, reference: str) -> AlikeLetters:
    compare(store)
    with store.snapshot() as session:
        return letters_like(session, letter_for_desk(session, reference))


def references(alike: AlikeLetters) -> list[str]:
    return [each.letter.reference for each in alike.shown]


def rows(store: Database) -> int:
    with store.snapshot() as session:
        return session.scalar(select(func.count()).select_from(LetterPassage)) or 0


def left(store: Database) -> int:
    with store.snapshot() as session:
        return waiting(session, most=1000)


def test_a_campaign_shows_itself_the_strongest_first(store: Database, intake: Intake) -> None:
    whole = receive(intake, f"{FERRY}\n\nJo.\n\n{BENCH}")
    receive(intake, BODY)
    ferry = receive(intake, f"My own words. {FERRY.upper()} That is all.", COURIER, days=2)
    both = receive(intake, f"Sir, {BENCH} And {FERRY}", days=5)
    alike = like(store, whole)
    assert references(alike) == [both, ferry]
    assert [each.words_shared for each in alike.shown] == [80, 41]
    assert (alike.number, alike.papers) == (2, ("courier", "harbour-herald"))
    assert (alike.first, alike.last) == (NOON + 2 * ONE_DAY, NOON + 5 * ONE_DAY)
    assert (alike.quote, alike.quote_words) == (FERRY.removesuffix("."), 41)
    assert not alike.are_more


def test_a_letter_like_no_other(store: Database, intake: Intake) -> None:
    receive(intake, FERRY)
    assert like(store, receive(intake, BENCH)) == AlikeLetters()
    assert like(store, receive(intake, "Too short.")) == AlikeLetters()


def test_fingerprints_in_common_without_a_passage_make_no_likeness(store: Database, intake: Intake) -> None:
    first, second = FERRY.split(", nor ")
    pieces = " ".join(f"{' '.join(first.split()[place : place + 7])} {place}." for place in (0, 7))
    reference = receive(intake, FERRY)
    other = receive(intake, f"{pieces} {second[:30]}")
    with store.transaction() as session:
        for each in session.scalars(select(Letter)):
            session.execute(
                text(
                    "INSERT INTO letter_passages (fingerprint, letter_id) VALUES (:fingerprint, :letter_id)"
                ),
                [{"fingerprint": mark, "letter_id": each.id} for mark in fingerprints(FERRY)],
            )
    assert like(store, reference) == AlikeLetters()
    assert like(store, other) == AlikeLetters()


def test_a_withheld_name_is_not_given_away_by_its_twin(store: Database, intake: Intake) -> None:
    withheld = receive(intake, FERRY, withhold_name=True, withhold_reason="My employer")
    open_one = receive(intake, FERRY, COURIER)
    other = receive(intake, f"{FERRY} Too.")
    for reference, shown, hidden in ((withheld, [], 2), (open_one, [other], 1)):
        alike = like(store, reference)
        with store.snapshot() as session:
            cautious = alike.without_withheld(letter_for_desk(session, reference))
        assert (references(cautious), cautious.hidden, cautious.number) == (shown, hidden, 2)
    assert {each.letter.name for each in like(store, open_one).shown} == {"", "Chan Tai-man"}


def test_letters_that_editors_do_not_see_yet_are_not_shown(store: Database, intake: Intake) -> None:
    reference = receive(intake, FERRY)
    receive(intake, f"{FERRY} Unconfirmed.")
    with store.transaction() as session:
        session.execute(update(Letter).where(Letter.reference != reference).values(in_queue=False))
    assert like(store, reference) == AlikeLetters()


def test_a_letter_whose_writer_was_erased_is_found_without_a_name(store: Database, intake: Intake) -> None:
    reference = receive(intake, FERRY)
    erased = receive(intake, f"{FERRY} Erased.")
    with store.transaction() as session:
        number = session.scalars(select(Letter.id).where(Letter.reference == erased)).one()
        take_away(session, {number: State.DECLINED}, NOON)
    [shown] = like(store, reference).shown
    assert (shown.letter.reference, shown.letter.name) == (erased, "")


def test_a_great_campaign_is_counted_in_part_and_shown_in_part(
    store: Database, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(likeness, "MOST_OF_ONE", 12)
    oldest = receive(intake, FERRY)
    newest = [receive(intake, FERRY, headline=f"Letter {number}", days=number) for number in range(15)]
    alike = like(store, oldest)
    assert (alike.number, alike.are_more) == (12, True)
    assert references(alike) == newest[::-1][:MOST_SHOWN]


def test_the_passages_are_told_as_they_stand_in_both(store: Database, intake: Intake) -> None:
    reference = receive(intake, f"Sir, {FERRY.upper()}")
    compare(store)
    with store.snapshot() as session:
        [(alike, passages)] = letters_sharing(session, f"{FERRY}\n\nYours.")
        number = session.scalars(select(Letter.id)).one()
        assert letters_sharing(session, FERRY, beside=number) == []
        assert letters_sharing(session, "") == []
    assert (alike.letter.reference, alike.words_shared, alike.words) == (reference, 41, 42)
    [passage] = passages
    assert (passage.text, passage.other_text) == (FERRY.rstrip("."), FERRY.upper().rstrip("."))


def test_letters_are_compared_some_at_a_time_the_newest_first(
    store: Database, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "AT_ONCE", 2)
    for body in (FERRY, BENCH, BODY, "Too short."):
        receive(intake, body)
    assert left(store) == 4
    assert compare_waiting(store) == 2
    assert rows(store) == len(fingerprints(BODY))
    assert (compare_waiting(store), compare_waiting(store), left(store)) == (2, 0, 0)
    assert rows(store) == sum(map(len, map(fingerprints, (FERRY, BENCH, BODY))))


def test_comparing_goes_on_where_it_was_broken_off(
    store: Database, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    for body in (FERRY, BENCH):
        receive(intake, body)

    def die(body: str) -> frozenset[int]:
        if body == FERRY:
            raise KeyboardInterrupt
        return fingerprints(body)

    monkeypatch.setattr(comparing, "fingerprints", die)
    with pytest.raises(KeyboardInterrupt):
        compare_waiting(store)
    monkeypatch.undo()
    assert (rows(store), left(store)) == (0, 2)
    assert compare(store) == 2
    assert rows(store) == len(fingerprints(FERRY)) + len(fingerprints(BENCH))


def test_several_workers_at_once_compare_each_letter_once(
    store: Database, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "AT_ONCE", 3)
    for number in range(20):
        receive(intake, f"{FERRY} {number}.")
    assert sum(at_once([lambda: compare(store)] * 3)) == 20
    assert (left(store), like(store, receive(intake, FERRY)).number) == (0, 20)


def test_comparing_once_more_does_no_harm(store: Database, intake: Intake) -> None:
    receive(intake, FERRY)
    compare(store)
    kept = rows(store)
    with store.transaction() as session:
        compare_all_anew(session)
        compare_all_anew(session)
    assert (left(store), compare(store), rows(store)) == (1, 1, kept)


def test_a_letters_version_stays_when_it_is_compared(store: Database, intake: Intake) -> None:
    """An editor may have it open meanwhile."""
    reference = receive(intake, FERRY)
    compare(store)
    with store.snapshot() as session:
        assert letter_for_desk(session, reference).version == 1


def test_the_worker_compares_what_comes_in(
    store: Database, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "COMPARES_EVERY", 0.01)
    worker = Worker(Settings(database_url=store.url, secret_key=SECRET_KEY, seal=SEAL, policies=(HERALD,)))
    worker.start()
    try:
        receive(intake, FERRY)
        wait_until(lambda: left(store) == 0, "the letter is compared")
    finally:
        worker.stop()
    assert rows(store) == len(fingerprints(FERRY))


def test_the_index_is_all_that_sqlite_keeps_of_fingerprints(sqlite: Database) -> None:
    with sqlite.snapshot() as session:
        made = session.scalars(text("SELECT sql FROM sqlite_master WHERE name = 'letter_passages'")).one()
    assert made.rstrip().endswith("WITHOUT ROWID")
