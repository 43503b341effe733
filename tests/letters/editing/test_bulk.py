"""Bulk decisions: all letters that can be moved are, in one transaction, and the others are reported."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import event, update

from tests.samples import HERALD, NOON, PASSWORD, acting, letter
from tests.simultaneous import run_concurrently
from webapp.accounts.administration import add_editor
from webapp.letters.editing.bulk import (
    BulkResult,
    SelectedLetter,
    SkipReason,
    letters_by_reference,
    move_many,
    preview_moves,
    undo_many,
)
from webapp.letters.editing.decisions import WriterNotice
from webapp.letters.editing.workflow import (
    Move,
    PrintDayMissingError,
    ReasonMissingError,
)
from webapp.letters.intake.intake import Arrival, Intake
from webapp.rules.enums import DeclineReason, State
from webapp.rules.policy import Policy
from webapp.rules.policy.sections.correspondence import VerificationMethod, VerificationRequirements
from webapp.rules.policy.sections.issues import IssueCalendar
from webapp.store.database import Database
from webapp.store.models import Channel, Letter, Role

LATER = NOON + timedelta(hours=2)
DECLINE = Move(to_state=State.DECLINED, version=0, reason=DeclineReason.SPACE)
HOLD = Move(to_state=State.HELD, version=0)
PAPERS = {HERALD.paper.slug: HERALD}


@pytest.fixture
def selected(intake: Intake) -> list[SelectedLetter]:
    """Four letters in state received."""
    return [SelectedLetter(receive(intake, number), 1) for number in range(4)]


@pytest.fixture
def eli_id(store: Database) -> int:
    """The id of another editor."""
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
    selected: Sequence[SelectedLetter],
    bulk_move: Move,
    editor_id: int,
    papers: Mapping[str, Policy] = PAPERS,
) -> BulkResult:
    with store.transaction() as session:
        return move_many(
            session, selected, bulk_move, papers, writes=NoMessages(), by=acting(editor_id), now=LATER
        )


def states(store: Database, selected: Sequence[SelectedLetter]) -> list[State]:
    with store.snapshot() as session:
        letters = letters_by_reference(session, [selected_letter.reference for selected_letter in selected])
    return [letters[selected_letter.reference].state for selected_letter in selected]


def skipped_reasons(result: BulkResult) -> dict[str, SkipReason]:
    return {each.reference: each.reason for each in result.skipped}


def claim(store: Database, selected_letter: SelectedLetter, editor_id: int) -> None:
    with store.transaction() as session:
        session.execute(
            update(Letter)
            .where(Letter.reference == selected_letter.reference)
            .values(claimed_by_id=editor_id, claimed_at=NOON, claimed_until=LATER + timedelta(minutes=1))
        )


def test_all_are_moved_in_the_order_of_the_selection(
    store: Database, selected: list[SelectedLetter], editor_id: int
) -> None:
    moved = move(store, selected[::-1], DECLINE, editor_id)
    assert [each.headline for each in moved.letters] == ["No. 3", "No. 2", "No. 1", "No. 0"]
    assert [each.version for each in moved.letters] == [2, 2, 2, 2]
    assert moved.skipped == ()
    assert states(store, selected) == [State.DECLINED] * 4


def test_changed_claimed_and_missing_letters_are_skipped(
    store: Database, selected: list[SelectedLetter], editor_id: int, eli_id: int
) -> None:
    moved_by_another, claimed_by_another, ready, _ = selected
    move(store, [moved_by_another], HOLD, eli_id)
    claim(store, claimed_by_another, eli_id)
    gone = SelectedLetter("NOSUCHRF", 1)
    done = move(store, [*selected[:3], gone], DECLINE, editor_id)
    assert [each.reference for each in done.letters] == [ready.reference]
    assert skipped_reasons(done) == {
        moved_by_another.reference: SkipReason.CHANGED,
        claimed_by_another.reference: SkipReason.CLAIMED,
        gone.reference: SkipReason.MISSING,
    }
    holder = done.skipped[1].letter
    assert holder
    assert holder.claimed_by
    assert holder.claimed_by.name == "Eli"
    assert states(store, selected) == [State.HELD, State.RECEIVED, State.DECLINED, State.RECEIVED]


def test_a_letter_with_an_illegal_move_is_skipped(
    store: Database, selected: list[SelectedLetter], editor_id: int
) -> None:
    done = move(store, selected, Move(to_state=State.RECEIVED, version=0), editor_id)
    assert set(skipped_reasons(done).values()) == {SkipReason.ILLEGAL}
    assert done.letters == ()


def test_a_letter_of_a_paper_that_is_not_served_is_skipped(
    store: Database, selected: list[SelectedLetter], editor_id: int
) -> None:
    with store.snapshot() as session:
        result = preview_moves(session, selected[:1], HOLD, {}, by=acting(editor_id), now=LATER)
    assert skipped_reasons(result) == {selected[0].reference: SkipReason.NOT_SERVED}


def test_a_letter_of_a_paper_that_is_not_served_is_declined_without_a_message(
    store: Database, selected: list[SelectedLetter], editor_id: int
) -> None:
    with store.transaction() as session:
        result = move_many(
            session,
            selected[:1],
            DECLINE,
            {},
            writes=NoMessages(),
            notice=WriterNotice(tell_writer=True),
            by=acting(editor_id),
            now=LATER,
        )
    assert [letter.state for letter in result.letters] == [State.DECLINED]


def test_unverified_letters_are_skipped_when_scheduling(
    store: Database, selected: list[SelectedLetter], editor_id: int
) -> None:
    move(store, selected, Move(to_state=State.SHORTLISTED, version=0), editor_id)
    seen = [replace(selected_letter, version=2) for selected_letter in selected]
    with store.transaction() as session:
        session.execute(
            update(Letter).where(Letter.reference == seen[0].reference).values(call_confirmed_at=LATER)
        )
        done = move_many(
            session,
            seen[:2],
            Move(to_state=State.SCHEDULED, version=0, print_on=date(2026, 3, 18)),
            {
                HERALD.paper.slug: replace(
                    HERALD,
                    verification=VerificationRequirements(methods=frozenset({VerificationMethod.CALL})),
                )
            },
            writes=NoMessages(),
            by=acting(editor_id),
            now=LATER,
        )
    assert [each.print_on for each in done.letters] == [date(2026, 3, 18)]
    assert skipped_reasons(done) == {seen[1].reference: SkipReason.UNVERIFIED}


def test_a_letter_that_is_selected_twice_is_moved_and_undone_once(
    store: Database, selected: list[SelectedLetter], editor_id: int
) -> None:
    twice = [selected[0], selected[1], replace(selected[0], version=7), selected[0]]
    done = move(store, twice, Move(to_state=State.SHORTLISTED, version=0), editor_id)
    assert [letter.reference for letter in done.letters] == [each.reference for each in selected[:2]]
    assert done.skipped == ()
    with store.transaction() as session:
        seen = [replace(each, version=2) for each in twice]
        undone = undo_many(session, seen, by=acting(editor_id), now=LATER)
    assert (len(undone.letters), undone.skipped) == (2, ())


def test_letters_to_a_paper_without_an_issue_that_day_are_skipped(
    store: Database, intake: Intake, selected: list[SelectedLetter], editor_id: int
) -> None:
    mondays = replace(
        HERALD, paper=replace(HERALD.paper, slug="mondays", issues=IssueCalendar(weekdays=frozenset({0})))
    )
    to_mondays = SelectedLetter(receive(intake, 0, mondays), 1)
    both, papers = [selected[0], to_mondays], {**PAPERS, "mondays": mondays}
    move(store, both, Move(to_state=State.SHORTLISTED, version=0), editor_id, papers)
    scheduled = Move(to_state=State.SCHEDULED, version=0, print_on=date(2026, 3, 18))
    done = move(
        store, [replace(selected_letter, version=2) for selected_letter in both], scheduled, editor_id, papers
    )
    assert [letter.reference for letter in done.letters] == [selected[0].reference]
    assert skipped_reasons(done) == {to_mondays.reference: SkipReason.NO_ISSUE}


@pytest.mark.parametrize(
    ("lacking", "refusal"),
    [
        (replace(DECLINE, reason=None), ReasonMissingError),
        (Move(to_state=State.SCHEDULED, version=0), PrintDayMissingError),
    ],
)
def test_a_decision_without_reason_or_day_is_refused_as_a_whole(
    store: Database, selected: list[SelectedLetter], editor_id: int, lacking: Move, refusal: type[Exception]
) -> None:
    move(store, selected, Move(to_state=State.SHORTLISTED, version=0), editor_id)
    with pytest.raises(refusal):
        move(store, [replace(selected_letter, version=2) for selected_letter in selected], lacking, editor_id)
    assert set(states(store, selected)) == {State.SHORTLISTED}


def test_a_preview_moves_nothing(store: Database, selected: list[SelectedLetter], editor_id: int) -> None:
    with store.snapshot() as session:
        result = preview_moves(session, selected, DECLINE, PAPERS, by=acting(editor_id), now=LATER)
    assert len(result.letters) == 4
    assert states(store, selected) == [State.RECEIVED] * 4


def test_where_one_fails_none_is_moved(
    store: Database, selected: list[SelectedLetter], editor_id: int
) -> None:
    class FailsAtTheLast(NoMessages):
        def decision(self, letter: Letter, policy: Policy, text: str) -> None:
            if letter.reference == selected[-1].reference:
                raise RuntimeError("the lights went out")
            super().decision(letter, policy, text)

    with pytest.raises(RuntimeError), store.transaction() as session:
        move_many(
            session, selected, DECLINE, PAPERS, writes=FailsAtTheLast(), by=acting(editor_id), now=LATER
        )
    assert states(store, selected) == [State.RECEIVED] * 4


def test_of_two_concurrent_editors_one_moves_each_letter(
    store: Database, selected: list[SelectedLetter], editor_id: int
) -> None:
    done = run_concurrently(
        [
            lambda: move(store, selected, DECLINE, editor_id),
            lambda: move(store, selected[::-1], HOLD, editor_id),
        ]
    )
    assert sorted(len(each.letters) for each in done) == [0, 4]
    assert [set(skipped_reasons(each).values()) for each in done if not each.letters] == [
        {SkipReason.CHANGED}
    ]
    assert len(set(states(store, selected))) == 1


def test_bulk_undo_skips_letters_that_were_moved_again(
    store: Database, selected: list[SelectedLetter], editor_id: int
) -> None:
    moved = move(store, selected, DECLINE, editor_id)
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
    assert skipped_reasons(undone) == {
        to_undo[0].reference: SkipReason.CHANGED,
        "NOSUCHRF": SkipReason.MISSING,
    }
    assert states(store, selected) == [State.RECEIVED] * 4


def test_a_bulk_undo_is_not_undone_again(
    store: Database, selected: list[SelectedLetter], editor_id: int
) -> None:
    moved = move(store, selected[:1], DECLINE, editor_id)
    with store.transaction() as session:
        undo_many(session, [SelectedLetter(selected[0].reference, 2)], by=acting(editor_id), now=LATER)
    with store.transaction() as session:
        again = undo_many(
            session, [SelectedLetter(selected[0].reference, 3)], by=acting(editor_id), now=LATER
        )
    assert moved.letters
    assert skipped_reasons(again) == {selected[0].reference: SkipReason.NOTHING_TO_UNDO}


def test_a_preview_needs_a_constant_number_of_queries(
    store: Database, selected: list[SelectedLetter], editor_id: int
) -> None:
    asked: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))

    def cost(some: Sequence[SelectedLetter]) -> int:
        asked.clear()
        with store.snapshot() as session:
            preview_moves(session, some, DECLINE, PAPERS, by=acting(editor_id), now=LATER)
        return len(asked)

    assert cost(selected[:1]) == cost(selected)
