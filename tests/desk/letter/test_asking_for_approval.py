"""Asking the writer to approve an edited version: the message, its delay, conflicts, and the history."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from tests.desk.letter.edited_letter import edit, post, receive
from tests.pages import Visitor
from tests.samples import HERALD
from webapp.installation.clock import now
from webapp.letters.editing.workflow import Actor, Move, lock_letter, move_letter
from webapp.rules.enums import DeclineReason, MessageKind, State
from webapp.rules.policy.sections.correspondence import DEFAULT_MESSAGE_DELAYS
from webapp.store.database import Database
from webapp.store.models import Approval, Editor, EventKind, Letter, Message, Particulars, Role
from webapp.wording.text_format import grouped_reference


@pytest.fixture
def address(sqlite: Database) -> str:
    """Path of the page of a received letter."""
    return receive(sqlite)


def test_the_writer_is_asked_by_a_message_with_the_link(
    dana: Visitor, sqlite: Database, address: str
) -> None:
    page = post(dana, edit(dana, address), "ask-approval")
    assert page.status == 200
    assert "The writer was asked about version 1, and can answer until" in page.all(".approval")[0]
    assert page.all(".events li")[-1].endswith("Dana · Asked the writer to approve version 1")
    with sqlite.snapshot() as session:
        message = session.scalars(select(Message)).one()
        question = session.scalars(select(Approval)).one()
        token, reference = session.execute(select(Letter.token, Letter.reference)).one()
    assert (message.kind, message.recipient) == (MessageKind.APPROVAL, "tai-man@example.com")
    letter = f"{grouped_reference(reference)} “In praise of slowness”"
    assert message.subject == f"May we print your letter like this? – {letter} – The Harbour Herald"
    assert f"/letters/{token}" in message.text_body
    assert f"/letters/{token}" in message.html_body
    assert "/confirm/" not in message.text_body
    assert "Dana" not in message.text_body
    assert message.due_at - message.created_at == timedelta(
        minutes=DEFAULT_MESSAGE_DELAYS[MessageKind.APPROVAL]
    )
    assert question.deadline - question.asked_at == timedelta(hours=HERALD.approval_hours)
    assert "ask-approval" not in page.response.text


def test_a_writer_without_an_email_address_is_asked_on_the_own_page_only(
    dana: Visitor, sqlite: Database, address: str
) -> None:
    page = edit(dana, address)
    with sqlite.transaction() as session:
        session.execute(delete(Particulars))
    page = dana.open(address)
    assert "somebody has to tell them" in page.text
    assert post(dana, page, "ask-approval").status == 200
    with sqlite.snapshot() as session:
        assert session.scalars(select(Message)).all() == []
        assert len(session.scalars(select(Approval)).all()) == 1


def test_approval_of_a_version_that_is_not_the_latest_is_refused(
    dana: Visitor, eli: Visitor, sqlite: Database, address: str
) -> None:
    page = edit(dana, address)
    edit(eli, address, body="The tram is fast.")
    answer = post(dana, page, "ask-approval")
    assert answer.status == 409
    assert answer.all("h1") == ["There is a newer version of this letter."]
    with sqlite.snapshot() as session:
        assert session.scalars(select(Approval)).all() == []


def test_the_page_says_that_there_is_a_newer_version_than_the_writer_saw(dana: Visitor, address: str) -> None:
    post(dana, edit(dana, address), "ask-approval")
    page = edit(dana, address, body="The tram is fast.")
    assert "which the writer has not seen" in page.text
    assert "Send version 2 for approval" in page.all("button")


def test_the_history_says_which_version(dana: Visitor, sqlite: Database, address: str) -> None:
    post(dana, edit(dana, address), "ask-approval")
    with sqlite.snapshot() as session:
        found = session.scalars(select(Letter)).one()
        session.refresh(found, ["events"])
        kinds = [(each.kind, each.copy_number) for each in found.events[-2:]]
    assert kinds == [(EventKind.EDITED, 1), (EventKind.APPROVAL_ASKED, 1)]


def test_declining_ends_the_open_approval(dana: Visitor, sqlite: Database, address: str) -> None:
    post(dana, edit(dana, address), "ask-approval")
    with sqlite.transaction() as session:
        found = session.scalars(select(Letter)).one()
        by = Actor(session.scalars(select(Editor.id)).one(), Role.EDITOR)
        decision = Move(to_state=State.DECLINED, version=found.version, reason=DeclineReason.SPACE)
        move_letter(
            session,
            lock_letter(session, found.reference, with_particulars=True),
            decision,
            HERALD,
            by=by,
            now=now(),
        )
    assert dana.open(address).all(".approval") == []
