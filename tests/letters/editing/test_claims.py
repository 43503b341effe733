"""Who is on a letter: one at a time, for a while, and nobody who has gone."""

from datetime import datetime, timedelta
from functools import partial

import pytest

from tests.samples import HERALD, NOON, PASSWORD, acting, letter
from tests.simultaneous import at_once
from webapp.accounts.accounts import add_editor
from webapp.accounts.sign_ins import sign_out, sign_out_everywhere, signed_in_editor, start_sign_in
from webapp.letters.editing.claims import (
    CLAIM_LASTS,
    NothingToClaimError,
    claim,
    current_claim,
    release,
    release_all,
    renew,
    take_over,
)
from webapp.letters.editing.withdrawal import withdraw
from webapp.letters.editing.workflow import ClaimedByOtherError, Move, lock_letter, move_letter
from webapp.letters.intake.intake import Arrival, Intake
from webapp.letters.lookup import LetterMissingError, letter_for_desk
from webapp.rules.states import DeclineReason, State
from webapp.store.database import Database
from webapp.store.models import Channel, EventKind, Letter, Role

MINUTE = timedelta(minutes=1)
AFTER = NOON + CLAIM_LASTS


@pytest.fixture
def eli_id(store: Database) -> int:
    """A colleague."""
    return add_editor(
        store, email="eli@example.com", name="Eli", role=Role.EDITOR, password=PASSWORD, now=NOON
    )


def read(store: Database, reference: str) -> Letter:
    with store.snapshot() as session:
        return letter_for_desk(session, reference)


def holder(store: Database, reference: str, now: datetime = NOON) -> str | None:
    found = current_claim(read(store, reference), now)
    return found.name if found else None


def put_on(store: Database, reference: str, editor_id: int, now: datetime = NOON) -> None:
    with store.transaction() as session:
        claim(session, reference, by=acting(editor_id), now=now)


def kinds(store: Database, reference: str) -> list[EventKind]:
    return [event.kind for event in read(store, reference).events][1:]


def test_a_claim_says_who_and_since_when_and_leaves_the_version(
    store: Database, reference: str, editor_id: int
) -> None:
    before = read(store, reference).version
    put_on(store, reference, editor_id)
    claimed = read(store, reference)
    found = current_claim(claimed, NOON)
    assert found
    assert (found.name, found.since, found.until) == ("Dana", NOON, AFTER)
    assert claimed.version == before
    assert kinds(store, reference) == [EventKind.CLAIMED]


def test_a_colleague_is_told_who_is_on_it(
    store: Database, reference: str, editor_id: int, eli_id: int
) -> None:
    put_on(store, reference, editor_id)
    with pytest.raises(ClaimedByOtherError) as refused:
        put_on(store, reference, eli_id)
    assert (refused.value.editor_id, refused.value.until) == (editor_id, AFTER)
    assert holder(store, reference) == "Dana"


def test_of_two_who_claim_at_the_same_moment_one_has_it(
    store: Database, reference: str, editor_id: int, eli_id: int
) -> None:
    def try_to_claim(who: int) -> str:
        try:
            put_on(store, reference, who)
        except ClaimedByOtherError:
            return "refused"
        return "claimed"

    outcomes = at_once([partial(try_to_claim, who) for who in (editor_id, eli_id)])
    assert sorted(outcomes) == ["claimed", "refused"]
    assert kinds(store, reference) == [EventKind.CLAIMED]


def test_claiming_again_lasts_longer_and_is_no_second_claim(
    store: Database, reference: str, editor_id: int
) -> None:
    put_on(store, reference, editor_id)
    put_on(store, reference, editor_id, NOON + 10 * MINUTE)
    found = current_claim(read(store, reference), NOON)
    assert found
    assert (found.since, found.until) == (NOON, AFTER + 10 * MINUTE)
    assert kinds(store, reference) == [EventKind.CLAIMED]


def test_a_claim_that_ran_out_holds_nobody_off(
    store: Database, reference: str, editor_id: int, eli_id: int
) -> None:
    put_on(store, reference, editor_id)
    assert holder(store, reference, AFTER - MINUTE) == "Dana"
    assert holder(store, reference, AFTER) is None
    put_on(store, reference, eli_id, AFTER)
    assert holder(store, reference, AFTER) == "Eli"


def test_work_renews_the_claim_of_who_holds_it_alone(
    store: Database, reference: str, editor_id: int, eli_id: int
) -> None:
    put_on(store, reference, editor_id)
    with store.transaction() as session:
        assert not renew(session, reference, by=acting(eli_id), now=NOON + MINUTE)
        assert renew(session, reference, by=acting(editor_id), now=NOON + MINUTE)
        assert not renew(session, reference, by=acting(editor_id), now=AFTER + 2 * MINUTE)
    assert read(store, reference).claimed_until == AFTER + MINUTE


def test_leaving_frees_the_letter_and_a_colleague_cannot_leave_it(
    store: Database, reference: str, editor_id: int, eli_id: int
) -> None:
    put_on(store, reference, editor_id)
    for who in (eli_id, editor_id):
        with store.transaction() as session:
            release(session, reference, by=acting(who), now=NOON)
        assert holder(store, reference) == ("Dana" if who == eli_id else None)
    assert kinds(store, reference) == [EventKind.CLAIMED, EventKind.RELEASED]


def test_only_a_chief_takes_over_and_that_says_from_whom(
    store: Database, reference: str, editor_id: int, eli_id: int
) -> None:
    put_on(store, reference, editor_id)
    with pytest.raises(ClaimedByOtherError), store.transaction() as session:
        take_over(session, reference, by=acting(eli_id), now=NOON)
    with store.transaction() as session:
        take_over(session, reference, by=acting(eli_id, Role.CHIEF), now=NOON)
    assert holder(store, reference) == "Eli"
    taken = read(store, reference).events[-1]
    assert (taken.kind, taken.editor_id, taken.concerns_id) == (EventKind.TAKEN_OVER, eli_id, editor_id)


def test_taking_over_a_free_letter_is_a_claim(store: Database, reference: str, eli_id: int) -> None:
    with store.transaction() as session:
        take_over(session, reference, by=acting(eli_id, Role.CHIEF), now=NOON)
    assert kinds(store, reference) == [EventKind.CLAIMED]


def test_who_signs_out_is_on_no_letter(
    store: Database, intake: Intake, reference: str, editor_id: int, eli_id: int
) -> None:
    other = intake.receive(letter(body="Another."), HERALD, Arrival(channel=Channel.FORM, at=NOON)).reference
    elis = intake.receive(letter(body="A third."), HERALD, Arrival(channel=Channel.FORM, at=NOON)).reference
    for which in (reference, other):
        put_on(store, which, editor_id)
    put_on(store, elis, eli_id)
    with store.transaction() as session:
        token = start_sign_in(session, editor_id, mark=None, browser="", now=NOON)
        signed_in = signed_in_editor(session, token, NOON)
        assert signed_in
        sign_out(session, editor_id, signed_in.sign_in_id, NOON)
    assert [holder(store, which) for which in (reference, other, elis)] == [None, None, "Eli"]
    assert kinds(store, other) == [EventKind.CLAIMED, EventKind.RELEASED]


def test_who_is_signed_out_everywhere_is_on_no_letter(
    store: Database, reference: str, editor_id: int, eli_id: int
) -> None:
    with store.transaction() as session:
        tokens = [start_sign_in(session, editor_id, mark=None, browser="", now=NOON) for _ in range(2)]
        here = signed_in_editor(session, tokens[0], NOON)
    assert here
    put_on(store, reference, editor_id)
    with store.transaction() as session:
        sign_out_everywhere(session, editor_id, NOON, but=here.sign_in_id)
    assert holder(store, reference) == "Dana"
    with store.transaction() as session:
        sign_out_everywhere(session, editor_id, NOON, by_id=eli_id)
    assert holder(store, reference) is None


def test_letting_go_of_nothing_leaves_nothing(store: Database, reference: str, editor_id: int) -> None:
    with store.transaction() as session:
        release_all(session, editor_id, NOON)
        release(session, reference, by=acting(editor_id), now=NOON)
    assert kinds(store, reference) == []


def test_nobody_is_on_a_letter_any_more_that_its_writer_took_back(
    store: Database, reference: str, editor_id: int
) -> None:
    put_on(store, reference, editor_id)
    with store.transaction() as session:
        withdraw(session, letter_for_desk(session, reference), reason="", now=NOON)
    assert holder(store, reference) is None


def test_nobody_needs_to_be_on_a_letter_that_is_decided_on(
    store: Database, reference: str, editor_id: int
) -> None:
    put_on(store, reference, editor_id)
    with store.transaction() as session:
        move_letter(
            session,
            lock_letter(session, reference, with_particulars=True),
            Move(to_state=State.DECLINED, version=1, reason=DeclineReason.SPACE),
            HERALD,
            by=acting(editor_id),
            now=NOON,
        )
    assert holder(store, reference) is None
    with pytest.raises(NothingToClaimError):
        put_on(store, reference, editor_id)


def test_no_letter_no_claim(store: Database, editor_id: int) -> None:
    with pytest.raises(LetterMissingError):
        put_on(store, "NOSUCHRF", editor_id)
    with pytest.raises(LetterMissingError), store.transaction() as session:
        release(session, "NOSUCHRF", by=acting(editor_id), now=NOON)
