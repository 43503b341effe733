"""Claims: exclusive, expiring, renewed by work, and ended by sign-out and decisions."""

from datetime import datetime, timedelta
from functools import partial

import pytest

from tests.samples import HERALD, NOON, PASSWORD, acting, letter
from tests.simultaneous import run_concurrently
from webapp.accounts.administration import add_editor
from webapp.accounts.sign_ins import create_sign_in, sign_out, sign_out_everywhere, signed_in_editor
from webapp.letters.editing.claims import (
    CLAIM_DURATION,
    NothingToClaimError,
    claim,
    current_claim,
    release,
    release_all_claims,
    renew_claim,
    take_over,
)
from webapp.letters.editing.withdrawal import withdraw
from webapp.letters.editing.workflow import ClaimedByOtherError, Move, lock_letter, move_letter
from webapp.letters.intake.intake import Arrival, Intake
from webapp.letters.lookup import LetterMissingError, letter_for_desk
from webapp.rules.enums import DeclineReason, State
from webapp.store.database import Database
from webapp.store.models import Channel, EventKind, Letter, Role

MINUTE = timedelta(minutes=1)
MICROSECOND = timedelta(microseconds=1)
AFTER = NOON + CLAIM_DURATION
"""The moment at which a claim of noon ends."""
JUST_BEFORE = AFTER - MICROSECOND


@pytest.fixture
def eli_id(store: Database) -> int:
    """The id of another editor."""
    return add_editor(
        store, email="eli@example.com", name="Eli", role=Role.EDITOR, password=PASSWORD, now=NOON
    )


def read(store: Database, reference: str) -> Letter:
    with store.snapshot() as session:
        return letter_for_desk(session, reference)


def holder(store: Database, reference: str, now: datetime = NOON) -> str | None:
    found = current_claim(read(store, reference), now)
    return found.name if found else None


def claim_letter(store: Database, reference: str, editor_id: int, now: datetime = NOON) -> None:
    with store.transaction() as session:
        claim(session, reference, by=acting(editor_id), now=now)


def kinds(store: Database, reference: str) -> list[EventKind]:
    return [event.kind for event in read(store, reference).events][1:]


def test_a_claim_has_holder_and_times_and_leaves_the_version(
    store: Database, reference: str, editor_id: int
) -> None:
    before = read(store, reference).version
    claim_letter(store, reference, editor_id)
    claimed = read(store, reference)
    found = current_claim(claimed, NOON)
    assert found
    assert (found.name, found.since, found.until) == ("Dana", NOON, AFTER)
    assert claimed.version == before
    assert kinds(store, reference) == [EventKind.CLAIMED]


def test_a_colleague_is_refused_with_the_holder_of_the_claim(
    store: Database, reference: str, editor_id: int, eli_id: int
) -> None:
    claim_letter(store, reference, editor_id)
    with pytest.raises(ClaimedByOtherError) as refused:
        claim_letter(store, reference, eli_id)
    assert (refused.value.editor_id, refused.value.until) == (editor_id, AFTER)
    assert holder(store, reference) == "Dana"


def test_of_two_concurrent_claims_one_succeeds(
    store: Database, reference: str, editor_id: int, eli_id: int
) -> None:
    def try_to_claim(who: int) -> str:
        try:
            claim_letter(store, reference, who)
        except ClaimedByOtherError:
            return "refused"
        return "claimed"

    outcomes = run_concurrently([partial(try_to_claim, who) for who in (editor_id, eli_id)])
    assert sorted(outcomes) == ["claimed", "refused"]
    assert kinds(store, reference) == [EventKind.CLAIMED]


def test_claiming_again_renews_the_claim(store: Database, reference: str, editor_id: int) -> None:
    claim_letter(store, reference, editor_id)
    claim_letter(store, reference, editor_id, NOON + 10 * MINUTE)
    found = current_claim(read(store, reference), NOON)
    assert found
    assert (found.since, found.until) == (NOON, AFTER + 10 * MINUTE)
    assert kinds(store, reference) == [EventKind.CLAIMED]


def test_an_expired_claim_excludes_nobody(
    store: Database, reference: str, editor_id: int, eli_id: int
) -> None:
    claim_letter(store, reference, editor_id)
    assert holder(store, reference, JUST_BEFORE) == "Dana"
    with pytest.raises(ClaimedByOtherError):
        claim_letter(store, reference, eli_id, JUST_BEFORE)
    assert holder(store, reference, AFTER) is None
    claim_letter(store, reference, eli_id, AFTER)
    assert holder(store, reference, AFTER) == "Eli"


def test_an_expired_claim_is_made_again_and_not_renewed(
    store: Database, reference: str, editor_id: int
) -> None:
    claim_letter(store, reference, editor_id)
    claim_letter(store, reference, editor_id, AFTER)
    found = current_claim(read(store, reference), AFTER)
    assert found
    assert (found.since, found.until) == (AFTER, AFTER + CLAIM_DURATION)
    assert kinds(store, reference) == [EventKind.CLAIMED, EventKind.CLAIMED]


def test_an_expired_claim_is_neither_released_nor_taken_over(
    store: Database, reference: str, editor_id: int, eli_id: int
) -> None:
    claim_letter(store, reference, editor_id)
    with store.transaction() as session:
        release(session, reference, by=acting(editor_id), now=AFTER)
        release_all_claims(session, editor_id, AFTER)
        take_over(session, reference, by=acting(eli_id, Role.CHIEF), now=AFTER)
    assert kinds(store, reference) == [EventKind.CLAIMED, EventKind.CLAIMED]


def test_until_its_last_moment_a_claim_is_renewed_released_and_taken_over(
    store: Database, reference: str, editor_id: int, eli_id: int
) -> None:
    claim_letter(store, reference, editor_id)
    last_moment = JUST_BEFORE
    with store.transaction() as session:
        take_over(session, reference, by=acting(eli_id, Role.CHIEF), now=last_moment)
        for _ in range(2):
            last_moment += CLAIM_DURATION - MICROSECOND
            assert renew_claim(session, reference, by=acting(eli_id), now=last_moment)
        release(session, reference, by=acting(eli_id), now=last_moment + CLAIM_DURATION - MICROSECOND)
    assert kinds(store, reference) == [EventKind.CLAIMED, EventKind.TAKEN_OVER, EventKind.RELEASED]


def test_a_claim_without_work_lasts_half_an_hour(store: Database, reference: str, editor_id: int) -> None:
    claim_letter(store, reference, editor_id)
    assert read(store, reference).claimed_until == NOON + 30 * MINUTE


def test_only_the_holder_renews_a_claim(store: Database, reference: str, editor_id: int, eli_id: int) -> None:
    claim_letter(store, reference, editor_id)
    with store.transaction() as session:
        assert not renew_claim(session, reference, by=acting(eli_id), now=NOON + MINUTE)
        assert renew_claim(session, reference, by=acting(editor_id), now=NOON + MINUTE)
        assert not renew_claim(session, reference, by=acting(editor_id), now=AFTER + 2 * MINUTE)
    assert read(store, reference).claimed_until == AFTER + MINUTE


def test_only_the_holder_releases_a_claim(
    store: Database, reference: str, editor_id: int, eli_id: int
) -> None:
    claim_letter(store, reference, editor_id)
    for who in (eli_id, editor_id):
        with store.transaction() as session:
            release(session, reference, by=acting(who), now=NOON)
        assert holder(store, reference) == ("Dana" if who == eli_id else None)
    assert kinds(store, reference) == [EventKind.CLAIMED, EventKind.RELEASED]


def test_only_a_chief_takes_a_claim_over_and_the_event_names_the_former_holder(
    store: Database, reference: str, editor_id: int, eli_id: int
) -> None:
    claim_letter(store, reference, editor_id)
    with pytest.raises(ClaimedByOtherError), store.transaction() as session:
        take_over(session, reference, by=acting(eli_id), now=NOON)
    with store.transaction() as session:
        take_over(session, reference, by=acting(eli_id, Role.CHIEF), now=NOON)
    assert holder(store, reference) == "Eli"
    taken = read(store, reference).events[-1]
    assert (taken.kind, taken.editor_id, taken.concerns_id) == (EventKind.TAKEN_OVER, eli_id, editor_id)


def test_taking_over_an_unclaimed_letter_is_a_claim(store: Database, reference: str, eli_id: int) -> None:
    with store.transaction() as session:
        take_over(session, reference, by=acting(eli_id, Role.CHIEF), now=NOON)
    assert kinds(store, reference) == [EventKind.CLAIMED]


@pytest.mark.parametrize("by", [None, "the holder", "a colleague"])
def test_a_released_claim_names_who_caused_it_and_whom_else_it_concerns(
    store: Database, reference: str, editor_id: int, eli_id: int, by: str | None
) -> None:
    claim_letter(store, reference, editor_id)
    by_id = {"the holder": editor_id, "a colleague": eli_id}.get(by or "")
    with store.transaction() as session:
        release_all_claims(session, editor_id, NOON, by_id=by_id)
    released = read(store, reference).events[-1]
    named = (eli_id, editor_id) if by == "a colleague" else (editor_id, None)
    assert (released.kind, released.editor_id, released.concerns_id) == (EventKind.RELEASED, *named)


def test_signing_out_releases_all_claims(
    store: Database, intake: Intake, reference: str, editor_id: int, eli_id: int
) -> None:
    other = intake.receive(letter(body="Another."), HERALD, Arrival(channel=Channel.FORM, at=NOON)).reference
    elis = intake.receive(letter(body="A third."), HERALD, Arrival(channel=Channel.FORM, at=NOON)).reference
    for which in (reference, other):
        claim_letter(store, which, editor_id)
    claim_letter(store, elis, eli_id)
    with store.transaction() as session:
        token = create_sign_in(session, editor_id, fingerprint=None, browser="", now=NOON)
        signed_in = signed_in_editor(session, token, NOON)
        assert signed_in
        sign_out(session, editor_id, signed_in.sign_in_id, NOON)
    assert [holder(store, which) for which in (reference, other, elis)] == [None, None, "Eli"]
    assert kinds(store, other) == [EventKind.CLAIMED, EventKind.RELEASED]


def test_signing_out_everywhere_releases_all_claims(
    store: Database, reference: str, editor_id: int, eli_id: int
) -> None:
    with store.transaction() as session:
        tokens = [
            create_sign_in(session, editor_id, fingerprint=None, browser="", now=NOON) for _ in range(2)
        ]
        here = signed_in_editor(session, tokens[0], NOON)
    assert here
    claim_letter(store, reference, editor_id)
    with store.transaction() as session:
        sign_out_everywhere(session, editor_id, NOON, except_sign_in_id=here.sign_in_id)
    assert holder(store, reference) == "Dana"
    with store.transaction() as session:
        sign_out_everywhere(session, editor_id, NOON, by_id=eli_id)
    assert holder(store, reference) is None


def test_releasing_without_a_claim_records_nothing(store: Database, reference: str, editor_id: int) -> None:
    with store.transaction() as session:
        release_all_claims(session, editor_id, NOON)
        release(session, reference, by=acting(editor_id), now=NOON)
    assert kinds(store, reference) == []


def test_withdrawing_ends_the_claim(store: Database, reference: str, editor_id: int) -> None:
    claim_letter(store, reference, editor_id)
    with store.transaction() as session:
        withdraw(session, letter_for_desk(session, reference), reason="", now=NOON)
    assert holder(store, reference) is None


def test_a_decided_letter_can_not_be_claimed(store: Database, reference: str, editor_id: int) -> None:
    claim_letter(store, reference, editor_id)
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
        claim_letter(store, reference, editor_id)


def test_claiming_a_missing_letter(store: Database, editor_id: int) -> None:
    with pytest.raises(LetterMissingError):
        claim_letter(store, "NOSUCHRF", editor_id)
    with pytest.raises(LetterMissingError), store.transaction() as session:
        release(session, "NOSUCHRF", by=acting(editor_id), now=NOON)
