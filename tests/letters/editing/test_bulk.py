"""Many letters moved together: all that can be, at once or not at all, and the others named."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import event, update

from tests.samples import HERALD, NOON, PASSWORD, acting, letter
from tests.simultaneous import at_once
from webapp.accounts.accounts import add_editor
from webapp.letters.editing.bulk import (
    BulkResult,
    SelectedLetter,
    WhyLeftOut,
    letters_of,
    move_many,
    preview_moves,
    undo_many,
)
from webapp.letters.editing.workflow import (
    Move,
    PrintDayMissingError,
    ReasonMissingError,
)
from webapp.letters.intake.intake import Arrival, Intake
from webapp.rules.policy import Policy
from webapp.rules.policy.sections import Proof
from webapp.rules.states import DeclineReason, State
from webapp.store.database import Database
from webapp.store.models import Channel, Letter, Role

LATER = NOON + timedelta(hours=2)
DECLINE = Move(to_state=State.DECLINED, version=0, reason=DeclineReason.SPACE)
HOLD = Move(to_state=State.HELD, version=0)
PAPERS = {HERALD.paper.slug: HERALD}


@pytest.fixture
def ticks(intake: Intake) -> list[SelectedLetter]:
    """Four letters that were just received."""
    return [SelectedLetter(receive(intake, number), 1) for number in range(4)]


@pytest.fixture
def eli_id(store: Database) -> int:
    """Another editor of the store."""
    return add_editor(
        store, email="eli@example.com", name="Eli", role=Role.EDITOR, password=PASSWORD, now=NOON
    )


class NoMessages:
    """Writes no message about a decision."""

    def decision_draft(self, letter: Letter, policy: Policy, reason: DeclineReason) -> str:
        """Return no text."""
        del letter, policy, reason
        return ""

    def decision(self, letter: Letter, policy: Policy, text: str) -> None:
        """Return no message."""
        del letter, policy, text


def receive(intake: Intake, number: int, policy: Policy = HERALD) -> str:
    arrival = Arrival(channel=Channel.FORM, at=NOON + timedelta(seconds=number))
    return intake.receive(letter(headline=f"No. {number}"), policy, arrival).reference


def move(
    store: Database,
    ticks: Sequence[SelectedLetter],
    together: Move,
    editor_id: int,
    papers: Mapping[str, Policy] = PAPERS,
) -> BulkResult:
    with store.transaction() as session:
        return move_many(
            session, ticks, together, papers, writes=NoMessages(), by=acting(editor_id), now=LATER
        )


def states(store: Database, ticks: Sequence[SelectedLetter]) -> list[State]:
    with store.snapshot() as session:
        letters = letters_of(session, [tick.reference for tick in ticks])
    return [letters[tick.reference].state for tick in ticks]


def left_out(sifted: BulkResult) -> dict[str, WhyLeftOut]:
    return {each.reference: each.why for each in sifted.left_out}


def claim(store: Database, tick: SelectedLetter, editor_id: int) -> None:
    with store.transaction() as session:
        session.execute(
            update(Letter)
            .where(Letter.reference == tick.reference)
            .values(claimed_by_id=editor_id, claimed_at=NOON, claimed_until=LATER + timedelta(minutes=1))
        )


def test_all_are_moved_in_the_order_in_which_they_were_ticked(
    store: Database, ticks: list[SelectedLetter], editor_id: int
) -> None:
    moved = move(store, ticks[::-1], DECLINE, editor_id)
    assert [each.headline for each in moved.letters] == ["No. 3", "No. 2", "No. 1", "No. 0"]
    assert [each.version for each in moved.letters] == [2, 2, 2, 2]
    assert moved.left_out == ()
    assert states(store, ticks) == [State.DECLINED] * 4


def test_what_changed_meanwhile_is_left_out_and_named(
    store: Database, ticks: list[SelectedLetter], editor_id: int, eli_id: int
) -> None:
    moved_by_another, claimed_by_another, ready, _ = ticks
    move(store, [moved_by_another], HOLD, eli_id)
    claim(store, claimed_by_another, eli_id)
    gone = SelectedLetter("NOSUCHRF", 1)
    done = move(store, [*ticks[:3], gone], DECLINE, editor_id)
    assert [each.reference for each in done.letters] == [ready.reference]
    assert left_out(done) == {
        moved_by_another.reference: WhyLeftOut.CHANGED,
        claimed_by_another.reference: WhyLeftOut.CLAIMED,
        gone.reference: WhyLeftOut.MISSING,
    }
    holder = done.left_out[1].letter
    assert holder
    assert holder.claimed_by
    assert holder.claimed_by.name == "Eli"
    assert states(store, ticks) == [State.HELD, State.RECEIVED, State.DECLINED, State.RECEIVED]


def test_a_move_that_a_letter_does_not_have_leaves_it_out(
    store: Database, ticks: list[SelectedLetter], editor_id: int
) -> None:
    done = move(store, ticks, Move(to_state=State.RECEIVED, version=0), editor_id)
    assert set(left_out(done).values()) == {WhyLeftOut.ILLEGAL}
    assert done.letters == ()


def test_a_letter_whose_paper_is_served_no_more_is_left_out(
    store: Database, ticks: list[SelectedLetter], editor_id: int
) -> None:
    with store.snapshot() as session:
        sifted = preview_moves(session, ticks[:1], HOLD, {}, by=acting(editor_id), now=LATER)
    assert left_out(sifted) == {ticks[0].reference: WhyLeftOut.NOT_SERVED}


def test_letters_are_scheduled_together_but_for_those_that_nobody_made_sure_of(
    store: Database, ticks: list[SelectedLetter], editor_id: int
) -> None:
    move(store, ticks, Move(to_state=State.SHORTLISTED, version=0), editor_id)
    seen = [replace(tick, version=2) for tick in ticks]
    with store.transaction() as session:
        session.execute(
            update(Letter).where(Letter.reference == seen[0].reference).values(call_confirmed_at=LATER)
        )
        done = move_many(
            session,
            seen[:2],
            Move(to_state=State.SCHEDULED, version=0, print_on=date(2026, 3, 18)),
            {HERALD.paper.slug: replace(HERALD, proofs=frozenset({Proof.CALL}))},
            writes=NoMessages(),
            by=acting(editor_id),
            now=LATER,
        )
    assert [each.print_on for each in done.letters] == [date(2026, 3, 18)]
    assert left_out(done) == {seen[1].reference: WhyLeftOut.UNVERIFIED}


def test_letters_to_a_paper_without_an_issue_that_day_are_left_out(
    store: Database, intake: Intake, ticks: list[SelectedLetter], editor_id: int
) -> None:
    mondays = replace(HERALD, paper=replace(HERALD.paper, slug="mondays", issue_days=frozenset({0})))
    to_mondays = SelectedLetter(receive(intake, 0, mondays), 1)
    both, papers = [ticks[0], to_mondays], {**PAPERS, "mondays": mondays}
    move(store, both, Move(to_state=State.SHORTLISTED, version=0), editor_id, papers)
    scheduled = Move(to_state=State.SCHEDULED, version=0, print_on=date(2026, 3, 18))
    done = move(store, [replace(tick, version=2) for tick in both], scheduled, editor_id, papers)
    assert [letter.reference for letter in done.letters] == [ticks[0].reference]
    assert left_out(done) == {to_mondays.reference: WhyLeftOut.NO_ISSUE}


@pytest.mark.parametrize(
    ("lacking", "refusal"),
    [
        (replace(DECLINE, reason=None), ReasonMissingError),
        (Move(to_state=State.SCHEDULED, version=0), PrintDayMissingError),
    ],
)
def test_what_a_decision_lacks_for_all_is_not_a_matter_of_single_letters(
    store: Database, ticks: list[SelectedLetter], editor_id: int, lacking: Move, refusal: type[Exception]
) -> None:
    move(store, ticks, Move(to_state=State.SHORTLISTED, version=0), editor_id)
    with pytest.raises(refusal):
        move(store, [replace(tick, version=2) for tick in ticks], lacking, editor_id)
    assert set(states(store, ticks)) == {State.SHORTLISTED}


def test_looking_moves_nothing(store: Database, ticks: list[SelectedLetter], editor_id: int) -> None:
    with store.snapshot() as session:
        sifted = preview_moves(session, ticks, DECLINE, PAPERS, by=acting(editor_id), now=LATER)
    assert len(sifted.letters) == 4
    assert states(store, ticks) == [State.RECEIVED] * 4


def test_where_one_fails_none_is_moved(store: Database, ticks: list[SelectedLetter], editor_id: int) -> None:
    class FailsAtTheLast(NoMessages):
        def decision(self, letter: Letter, policy: Policy, text: str) -> None:
            if letter.reference == ticks[-1].reference:
                raise RuntimeError("the lights went out")
            super().decision(letter, policy, text)

    with pytest.raises(RuntimeError), store.transaction() as session:
        move_many(session, ticks, DECLINE, PAPERS, writes=FailsAtTheLast(), by=acting(editor_id), now=LATER)
    assert states(store, ticks) == [State.RECEIVED] * 4


def test_of_two_editors_at_once_each_letter_obeys_one(
    store: Database, ticks: list[SelectedLetter], editor_id: int
) -> None:
    done = at_once(
        [
            lambda: move(store, ticks, DECLINE, editor_id),
            lambda: move(store, ticks[::-1], HOLD, editor_id),
        ]
    )
    assert sorted(len(each.letters) for each in done) == [0, 4]
    assert [set(left_out(each).values()) for each in done if not each.letters] == [{WhyLeftOut.CHANGED}]
    assert len(set(states(store, ticks))) == 1


def test_moves_are_taken_back_together_but_for_what_somebody_moved_on(
    store: Database, ticks: list[SelectedLetter], editor_id: int
) -> None:
    moved = move(store, ticks, DECLINE, editor_id)
    to_undo = [SelectedLetter(each.reference, each.version) for each in moved.letters]
    move(store, to_undo[:1], Move(to_state=State.RECEIVED, version=0), editor_id)
    with store.transaction() as session:
        undone = undo_many(
            session,
            [*to_undo, SelectedLetter("NOSUCHRF", 1)],
            by=acting(editor_id),
            now=LATER + timedelta(minutes=1),
        )
    assert [each.headline for each in undone.letters] == ["No. 1", "No. 2", "No. 3"]
    assert left_out(undone) == {
        to_undo[0].reference: WhyLeftOut.CHANGED,
        "NOSUCHRF": WhyLeftOut.MISSING,
    }
    assert states(store, ticks) == [State.RECEIVED] * 4


def test_what_is_undone_together_is_not_undone_again(
    store: Database, ticks: list[SelectedLetter], editor_id: int
) -> None:
    moved = move(store, ticks[:1], DECLINE, editor_id)
    with store.transaction() as session:
        undo_many(session, [SelectedLetter(ticks[0].reference, 2)], by=acting(editor_id), now=LATER)
    with store.transaction() as session:
        again = undo_many(session, [SelectedLetter(ticks[0].reference, 3)], by=acting(editor_id), now=LATER)
    assert moved.letters
    assert left_out(again) == {ticks[0].reference: WhyLeftOut.NOTHING_TO_UNDO}


def test_looking_costs_the_same_for_many(
    store: Database, ticks: list[SelectedLetter], editor_id: int
) -> None:
    asked: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))

    def cost(some: Sequence[SelectedLetter]) -> int:
        asked.clear()
        with store.snapshot() as session:
            preview_moves(session, some, DECLINE, PAPERS, by=acting(editor_id), now=LATER)
        return len(asked)

    assert cost(ticks[:1]) == cost(ticks)
