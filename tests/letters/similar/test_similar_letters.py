"""Similar letters, found by fingerprints that the worker has stored, on both databases."""

import dataclasses
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text, update

from tests.installation.server import wait_until
from tests.samples import BODY, HERALD, NOON, SEAL, SECRET_KEY, letter
from tests.simultaneous import run_concurrently
from webapp.installation import background_worker as worker_module
from webapp.installation.background_worker import BackgroundWorker
from webapp.installation.settings import Settings
from webapp.letters.intake.intake import Arrival, Intake
from webapp.letters.lookup import letter_for_desk
from webapp.letters.privacy.retention import remove_personal_data
from webapp.letters.similar import fingerprint_index, similar_letters
from webapp.letters.similar.fingerprint_index import PASSAGE_FINGERPRINTS, index_waiting_letters
from webapp.letters.similar.fingerprints import fingerprints
from webapp.letters.similar.similar_letters import (
    MAX_SIMILAR_SHOWN,
    SimilarLetters,
    find_letters_sharing_passages,
    find_similar_letters,
)
from webapp.rules.enums import State
from webapp.rules.policy import Policy
from webapp.store.database import Database
from webapp.store.derivations import count_queued_letters, queue_all_letters
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
    """Receive a letter ``days`` days after `NOON`; return its reference."""
    arrival = Arrival(channel=Channel.FORM, at=NOON + days * ONE_DAY)
    return intake.receive(letter(body=body, **changes), policy, arrival).reference


def index_all(store: Database) -> int:
    """Store the fingerprints of all queued letters; return how many there were."""
    letters = 0
    while some := index_waiting_letters(store):
        letters += some
    return letters


def similar_to(store: Database, reference: str) -> SimilarLetters:
    index_all(store)
    with store.snapshot() as session:
        return find_similar_letters(session, letter_for_desk(session, reference))


def references(alike: SimilarLetters) -> list[str]:
    return [each.letter.reference for each in alike.shown]


def count_stored(store: Database) -> int:
    with store.snapshot() as session:
        return session.scalar(select(func.count()).select_from(LetterPassage)) or 0


def count_queued(store: Database) -> int:
    with store.snapshot() as session:
        return count_queued_letters(session, PASSAGE_FINGERPRINTS, most=1000)


def test_similar_letters_are_shown_most_shared_words_first(store: Database, intake: Intake) -> None:
    whole = receive(intake, f"{FERRY}\n\nJo.\n\n{BENCH}")
    receive(intake, BODY)
    ferry = receive(intake, f"My own words. {FERRY.upper()} That is all.", COURIER, days=2)
    both = receive(intake, f"Sir, {BENCH} And {FERRY}", days=5)
    alike = similar_to(store, whole)
    assert references(alike) == [both, ferry]
    assert [each.words_shared for each in alike.shown] == [80, 41]
    assert (alike.number, alike.papers) == (2, ("courier", "harbour-herald"))
    assert (alike.first, alike.last) == (NOON + 2 * ONE_DAY, NOON + 5 * ONE_DAY)
    assert (alike.quote, alike.quote_words) == (FERRY.removesuffix("."), 41)
    assert not alike.is_count_capped


def test_a_letter_without_similar_letters(store: Database, intake: Intake) -> None:
    receive(intake, FERRY)
    assert similar_to(store, receive(intake, BENCH)) == SimilarLetters()
    assert similar_to(store, receive(intake, "Too short.")) == SimilarLetters()


def test_shared_fingerprints_without_a_shared_passage_are_not_enough(store: Database, intake: Intake) -> None:
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
    assert similar_to(store, reference) == SimilarLetters()
    assert similar_to(store, other) == SimilarLetters()


def test_a_withheld_name_is_not_revealed_by_a_copy_of_the_letter(store: Database, intake: Intake) -> None:
    withheld = receive(intake, FERRY, withhold_name=True, withhold_reason="My employer")
    open_one = receive(intake, FERRY, COURIER)
    other = receive(intake, f"{FERRY} Too.")
    for reference, shown, hidden in ((withheld, [], 2), (open_one, [other], 1)):
        alike = similar_to(store, reference)
        with store.snapshot() as session:
            cautious = alike.hide_withheld_names(letter_for_desk(session, reference))
        assert (references(cautious), cautious.hidden, cautious.number) == (shown, hidden, 2)
    assert {each.letter.name for each in similar_to(store, open_one).shown} == {"", "Chan Tai-man"}


def test_letters_that_editors_do_not_see_yet_are_not_shown(store: Database, intake: Intake) -> None:
    reference = receive(intake, FERRY)
    receive(intake, f"{FERRY} Unconfirmed.")
    with store.transaction() as session:
        session.execute(update(Letter).where(Letter.reference != reference).values(in_queue=False))
    assert similar_to(store, reference) == SimilarLetters()


def test_a_letter_whose_writer_was_erased_is_found_without_a_name(store: Database, intake: Intake) -> None:
    reference = receive(intake, FERRY)
    erased = receive(intake, f"{FERRY} Erased.")
    with store.transaction() as session:
        number = session.scalars(select(Letter.id).where(Letter.reference == erased)).one()
        remove_personal_data(session, {number: State.DECLINED}, NOON)
    [shown] = similar_to(store, reference).shown
    assert (shown.letter.reference, shown.letter.name) == (erased, "")


def test_a_large_campaign_is_counted_and_shown_up_to_limits(
    store: Database, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(similar_letters, "MAX_LETTERS_PER_FINGERPRINT", 12)
    oldest = receive(intake, FERRY)
    newest = [receive(intake, FERRY, headline=f"Letter {number}", days=number) for number in range(15)]
    alike = similar_to(store, oldest)
    assert (alike.number, alike.is_count_capped) == (12, True)
    assert references(alike) == newest[::-1][:MAX_SIMILAR_SHOWN]


def test_passages_are_quoted_from_both_texts(store: Database, intake: Intake) -> None:
    reference = receive(intake, f"Sir, {FERRY.upper()}")
    index_all(store)
    with store.snapshot() as session:
        [(alike, passages)] = find_letters_sharing_passages(session, f"{FERRY}\n\nYours.")
        number = session.scalars(select(Letter.id)).one()
        assert find_letters_sharing_passages(session, FERRY, exclude_letter_id=number) == []
        assert find_letters_sharing_passages(session, "") == []
    assert (alike.letter.reference, alike.words_shared, alike.words) == (reference, 41, 42)
    [passage] = passages
    assert (passage.text, passage.other_text) == (FERRY.rstrip("."), FERRY.upper().rstrip("."))


def test_fingerprints_are_stored_in_batches_newest_first(
    store: Database, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fingerprint_index, "LETTERS_PER_TRANSACTION", 2)
    for body in (FERRY, BENCH, BODY, "Too short."):
        receive(intake, body)
    assert count_queued(store) == 4
    assert index_waiting_letters(store) == 2
    assert count_stored(store) == len(fingerprints(BODY))
    assert (index_waiting_letters(store), index_waiting_letters(store), count_queued(store)) == (2, 0, 0)
    assert count_stored(store) == sum(map(len, map(fingerprints, (FERRY, BENCH, BODY))))


def test_an_interrupted_batch_stays_in_the_queue(
    store: Database, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    for body in (FERRY, BENCH):
        receive(intake, body)

    def die(body: str) -> frozenset[int]:
        if body == FERRY:
            raise KeyboardInterrupt
        return fingerprints(body)

    monkeypatch.setattr(fingerprint_index, "fingerprints", die)
    with pytest.raises(KeyboardInterrupt):
        index_waiting_letters(store)
    monkeypatch.undo()
    assert (count_stored(store), count_queued(store)) == (0, 2)
    assert index_all(store) == 2
    assert count_stored(store) == len(fingerprints(FERRY)) + len(fingerprints(BENCH))


def test_concurrent_workers_index_each_letter_once(
    store: Database, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fingerprint_index, "LETTERS_PER_TRANSACTION", 3)
    for number in range(20):
        receive(intake, f"{FERRY} {number}.")
    assert sum(run_concurrently([lambda: index_all(store)] * 3)) == 20
    assert (count_queued(store), similar_to(store, receive(intake, FERRY)).number) == (0, 20)


def test_indexing_again_changes_nothing(store: Database, intake: Intake) -> None:
    receive(intake, FERRY)
    index_all(store)
    kept = count_stored(store)
    with store.transaction() as session:
        queue_all_letters(session, PASSAGE_FINGERPRINTS)
        queue_all_letters(session, PASSAGE_FINGERPRINTS)
    assert (count_queued(store), index_all(store), count_stored(store)) == (1, 1, kept)


def test_indexing_does_not_change_the_version(store: Database, intake: Intake) -> None:
    """Otherwise an editor who has it open could not decide on it."""
    reference = receive(intake, FERRY)
    index_all(store)
    with store.snapshot() as session:
        assert letter_for_desk(session, reference).version == 1


def test_the_worker_indexes_new_letters(
    store: Database, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "INDEX_INTERVAL", 0.01)
    worker = BackgroundWorker(
        Settings(database_url=store.url, secret_key=SECRET_KEY, seal=SEAL, policies=(HERALD,))
    )
    worker.start()
    try:
        receive(intake, FERRY)
        wait_until(lambda: count_queued(store) == 0, "the letter is compared")
    finally:
        worker.stop()
    assert count_stored(store) == len(fingerprints(FERRY))


def test_sqlite_stores_fingerprints_in_the_index_only(sqlite: Database) -> None:
    with sqlite.snapshot() as session:
        made = session.scalars(text("SELECT sql FROM sqlite_master WHERE name = 'letter_passages'")).one()
    assert made.rstrip().endswith("WITHOUT ROWID")
