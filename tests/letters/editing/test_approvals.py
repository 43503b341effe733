"""Approval requests: at most one open, answers and objections, and what ends a request."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from tests.samples import HERALD, NOON, acting, letter
from webapp.letters.editing.approvals import (
    ApprovalEndedError,
    CommentMissingError,
    NothingToApproveError,
    answer_approval,
    current_approval,
    request_approval,
)
from webapp.letters.editing.lapse import lapse_unconfirmed
from webapp.letters.editing.undo import undo_move
from webapp.letters.editing.versions import EditedText, save_copy
from webapp.letters.editing.withdrawal import withdraw
from webapp.letters.editing.workflow import Move, lock_letter, move_letter
from webapp.letters.intake.intake import Arrival, Intake
from webapp.letters.lookup import letter_for_desk
from webapp.messages.outbox import OutgoingMessage, add_to_outbox
from webapp.rules.enums import DeclineReason, MessageKind, State
from webapp.store.database import Database
from webapp.store.models import (
    Approval,
    ApprovalAnswer,
    Channel,
    Event,
    EventKind,
    Letter,
    Message,
    MessageState,
)

LATER = NOON + timedelta(hours=2)
DEADLINE = LATER + timedelta(hours=24)
ASKED = OutgoingMessage(
    kind=MessageKind.APPROVAL,
    sender="letters@example.com",
    recipient="tai-man@example.com",
    language="en",
    subject="May we?",
    text_body="May we?",
    html_body="May we?",
)


@pytest.fixture
def edited(store: Database, intake: Intake, editor_id: int) -> str:
    """The reference of a letter with an edited version."""
    reference = intake.receive(letter(), HERALD, Arrival(channel=Channel.FORM, at=NOON)).reference
    edit(store, reference, editor_id, "The tram is slow.")
    return reference


def edit(store: Database, reference: str, editor_id: int, body: str, *, based_on: int = 0) -> None:
    with store.transaction() as session:
        text = EditedText("", body)
        save_copy(session, reference, text, based_on=based_on, by=acting(editor_id), now=LATER)


def read(store: Database, reference: str) -> Letter:
    with store.snapshot() as session:
        return letter_for_desk(session, reference)


def ask(store: Database, reference: str, editor_id: int, number: int = 1) -> int:
    """Open an approval request with a message in the outbox; return the request's id."""
    with store.transaction() as session:
        found = lock_letter(session, reference)
        event = request_approval(session, found, number, editor_id=editor_id, deadline=DEADLINE, now=LATER)
        add_to_outbox(session, ASKED, letter_id=found.id, now=LATER, cause_id=event.id)
    with store.snapshot() as session:
        return session.scalars(select(Approval.id).order_by(Approval.id.desc())).first() or 0


def answer(
    store: Database,
    reference: str,
    number: int,
    said: ApprovalAnswer,
    comment: str = "",
    at: datetime = LATER,
) -> None:
    with store.transaction() as session:
        found = session.scalars(select(Letter).where(Letter.reference == reference)).one()
        answer_approval(session, found, number, said, comment=comment, now=at)


def test_a_request_ends_when_its_letter_lapses(store: Database, edited: str, editor_id: int) -> None:
    number = ask(store, edited, editor_id)
    with store.transaction() as session:
        letters = update(Letter).where(Letter.reference == edited)
        session.execute(letters.values(in_queue=False, state=State.RECEIVED))
        session.execute(update(Message).values(state=MessageState.SENT, sent_at=NOON))
        at = LATER + timedelta(hours=1)
        assert lapse_unconfirmed(session, "harbour-herald", received_before=at, now=at) == 1
    assert current_approval(read(store, edited)) is None
    with pytest.raises(ApprovalEndedError):
        answer(store, edited, number, ApprovalAnswer.APPROVED)


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.DECLINED])
def test_a_request_that_stayed_open_is_not_answered_where_its_letter_is_decided(
    store: Database, edited: str, editor_id: int, state: State
) -> None:
    number = ask(store, edited, editor_id)
    with store.transaction() as session:
        session.execute(update(Letter).where(Letter.reference == edited).values(state=state))
    with pytest.raises(ApprovalEndedError):
        answer(store, edited, number, ApprovalAnswer.APPROVED)
    assert [each.answer for each in read(store, edited).approvals] == [None]


def messages(store: Database) -> list[MessageState]:
    with store.snapshot() as session:
        return list(session.scalars(select(Message.state).order_by(Message.id)))


def later_events(store: Database, reference: str) -> list[tuple[EventKind, int | None, str]]:
    return [(event.kind, event.copy_number, event.note) for event in read(store, reference).events[2:]]


def test_a_request_records_editor_version_and_deadline(store: Database, edited: str, editor_id: int) -> None:
    ask(store, edited, editor_id)
    asked = current_approval(read(store, edited))
    assert asked
    assert (asked.copy.number, asked.asked_by.name, asked.asked_at, asked.deadline, asked.answer) == (
        1,
        "Dana",
        LATER,
        DEADLINE,
        None,
    )
    assert later_events(store, edited) == [(EventKind.APPROVAL_ASKED, 1, "")]


@pytest.mark.parametrize("number", [0, 2])
def test_only_an_edited_version_can_be_approved(
    store: Database, edited: str, editor_id: int, number: int
) -> None:
    with pytest.raises(NothingToApproveError):
        ask(store, edited, editor_id, number)


@pytest.mark.parametrize(
    ("said", "comment", "kind"),
    [
        (ApprovalAnswer.APPROVED, "", EventKind.APPROVED),
        (ApprovalAnswer.APPROVED, "Nicely done.", EventKind.APPROVED),
        (ApprovalAnswer.OBJECTED, "I did not say “slow”.", EventKind.OBJECTED),
    ],
)
@pytest.mark.parametrize("at", [LATER, DEADLINE + timedelta(days=3)], ids=["in time", "late"])
def test_an_answer_is_recorded_in_time_or_late(
    store: Database,
    edited: str,
    editor_id: int,
    said: ApprovalAnswer,
    comment: str,
    kind: EventKind,
    at: datetime,
) -> None:
    number = ask(store, edited, editor_id)
    answer(store, edited, number, said, comment, at)
    asked = current_approval(read(store, edited))
    assert asked
    assert (asked.answer, asked.comment, asked.answered_at) == (said, comment, at)
    assert later_events(store, edited)[-1] == (kind, 1, comment)
    assert read(store, edited).events[-1].editor_id is None


def test_an_objection_needs_a_comment(store: Database, edited: str, editor_id: int) -> None:
    number = ask(store, edited, editor_id)
    with pytest.raises(CommentMissingError):
        answer(store, edited, number, ApprovalAnswer.OBJECTED)


def test_the_same_answer_again_is_harmless_and_another_is_refused(
    store: Database, edited: str, editor_id: int
) -> None:
    number = ask(store, edited, editor_id)
    answer(store, edited, number, ApprovalAnswer.APPROVED)
    answer(store, edited, number, ApprovalAnswer.APPROVED)
    with pytest.raises(ApprovalEndedError):
        answer(store, edited, number, ApprovalAnswer.OBJECTED, "No.")
    assert [kind for kind, _, _ in later_events(store, edited)] == [
        EventKind.APPROVAL_ASKED,
        EventKind.APPROVED,
    ]


def test_a_new_request_ends_the_open_one_and_cancels_its_message(
    store: Database, edited: str, editor_id: int
) -> None:
    first = ask(store, edited, editor_id)
    edit(store, edited, editor_id, "Slow.", based_on=1)
    second = ask(store, edited, editor_id, 2)
    with pytest.raises(ApprovalEndedError):
        answer(store, edited, first, ApprovalAnswer.APPROVED)
    answer(store, edited, second, ApprovalAnswer.APPROVED)
    assert messages(store) == [MessageState.CALLED_BACK, MessageState.WAITING]
    assert later_events(store, edited)[-1] == (EventKind.APPROVED, 2, "")


def test_a_request_of_another_letter_can_not_be_answered(
    store: Database, intake: Intake, edited: str, editor_id: int
) -> None:
    number = ask(store, edited, editor_id)
    arrival = Arrival(channel=Channel.FORM, at=NOON)
    other = intake.receive(letter(headline="Another"), HERALD, arrival).reference
    with pytest.raises(ApprovalEndedError):
        answer(store, other, number, ApprovalAnswer.APPROVED)


def test_declining_ends_the_request_and_undo_does_not_reopen_it(
    store: Database, edited: str, editor_id: int
) -> None:
    number = ask(store, edited, editor_id)
    decline = Move(to_state=State.DECLINED, version=read(store, edited).version, reason=DeclineReason.SPACE)
    with store.transaction() as session:
        move_letter(
            session,
            lock_letter(session, edited, with_particulars=True),
            decline,
            HERALD,
            by=acting(editor_id),
            now=LATER,
        )
    assert current_approval(read(store, edited)) is None
    assert messages(store) == [MessageState.CALLED_BACK]
    with store.transaction() as session:
        undo_move(
            session,
            lock_letter(session, edited, with_particulars=True),
            decline.version + 1,
            by=acting(editor_id),
            now=LATER,
        )
    with pytest.raises(ApprovalEndedError):
        answer(store, edited, number, ApprovalAnswer.APPROVED)


def test_withdrawing_ends_the_request(store: Database, edited: str, editor_id: int) -> None:
    ask(store, edited, editor_id)
    with store.transaction() as session:
        withdraw(session, lock_letter(session, edited), reason="", now=LATER)
    assert current_approval(read(store, edited)) is None
    with store.snapshot() as session:
        assert session.scalars(select(Event.kind).order_by(Event.id.desc())).first() is EventKind.WITHDRAWN


def test_other_moves_leave_the_request_open(store: Database, edited: str, editor_id: int) -> None:
    ask(store, edited, editor_id)
    move = Move(to_state=State.SHORTLISTED, version=read(store, edited).version)
    with store.transaction() as session:
        move_letter(
            session,
            lock_letter(session, edited, with_particulars=True),
            move,
            HERALD,
            by=acting(editor_id),
            now=LATER,
        )
    assert current_approval(read(store, edited))
    assert messages(store) == [MessageState.WAITING]


def test_an_answered_request_stays_when_the_letter_is_declined(
    store: Database, edited: str, editor_id: int
) -> None:
    number = ask(store, edited, editor_id)
    answer(store, edited, number, ApprovalAnswer.APPROVED)
    decline = Move(to_state=State.DECLINED, version=read(store, edited).version, reason=DeclineReason.SPACE)
    with store.transaction() as session:
        move_letter(
            session,
            lock_letter(session, edited, with_particulars=True),
            decline,
            HERALD,
            by=acting(editor_id),
            now=LATER,
        )
    asked = current_approval(read(store, edited))
    assert asked
    assert asked.answer is ApprovalAnswer.APPROVED
