"""Approval of an edited version on the writer's own page: what it shows, and the answers."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.reader.letter_writer import WITHDRAWN, Writer, form_actions
from tests.samples import BODY, acting
from webapp.installation.clock import now
from webapp.letters.editing.approvals import request_approval
from webapp.letters.editing.versions import EditedText, save_copy
from webapp.letters.editing.workflow import lock_letter
from webapp.rules.enums import State
from webapp.store.database import Database
from webapp.store.models import Approval, EventKind

EDITED = EditedText("On slowness", "The tram is slow.\n\nThat is its use.")
DAY = timedelta(hours=24)
ENDED = "This question is no longer open"


@pytest.fixture
def writer(store: Database, editor_id: int) -> Writer:
    """A writer who was asked to approve an edited version, on SQLite and on PostgreSQL in turn."""
    writer = Writer(store)
    edit_and_ask(writer, editor_id)
    return writer


def edit_and_ask(
    writer: Writer, editor_id: int, text: EditedText = EDITED, *, number: int = 1, late: bool = False
) -> None:
    asked_at = now() - (2 * DAY if late else timedelta())
    with writer.store.transaction() as session:
        by = acting(editor_id)
        save_copy(session, writer.reference, text, based_on=number - 1, by=by, now=asked_at)
        letter = lock_letter(session, writer.reference)
        request_approval(session, letter, number, editor_id=editor_id, deadline=asked_at + DAY, now=asked_at)


def answers(writer: Writer) -> list[tuple[EventKind, str]]:
    return writer.events()[2:]


def test_the_page_shows_the_edited_version_and_what_was_changed(writer: Writer) -> None:
    page = writer.open()
    assert page.all(".asked .letter-headline")[0] == "On slowness"
    assert page.all(".asked .letter .letter-body p") == EDITED.body.split("\n\n")
    assert page.all(".difference del")[-1] == "[deleted: : it gives one time to look at the city ]"
    assert page.all(".difference ins") == ["[added: On ]"]
    assert "Please answer by" in page.text
    assert page.all(".letter-body p")[-2:] == BODY.split("\n\n")
    assert "Dana" not in page.response.text


def test_an_edited_version_is_not_shown_before_approval_is_requested(store: Database, editor_id: int) -> None:
    writer = Writer(store)
    with store.transaction() as session:
        save_copy(session, writer.reference, EDITED, based_on=0, by=acting(editor_id), now=now())
    page = writer.open()
    assert "answer" not in form_actions(page)
    assert EDITED.headline not in page.text


def test_the_writer_approves(writer: Writer) -> None:
    writer.open()
    page = writer.press("answer", answer="approved")
    assert page.status == 200
    assert "You approved it on" in page.text
    assert "answer" not in form_actions(page)
    assert answers(writer) == [(EventKind.APPROVED, "")]


def test_the_writer_objects_with_a_comment(writer: Writer) -> None:
    writer.open()
    page = writer.press("answer", answer="objected", comment="I did not\0 say that.\r\nPut it back.")
    assert "You objected to it on" in page.text
    assert page.all(".own-words") == ["I did not say that. Put it back."]
    assert answers(writer) == [(EventKind.OBJECTED, "I did not say that.\nPut it back.")]


def test_an_objection_needs_a_comment(writer: Writer) -> None:
    writer.open()
    page = writer.press("answer", answer="objected", comment=" \0 ")
    assert page.status == 422
    assert page.all("#summary") == ["Please say what should be different."]
    assert answers(writer) == []


def test_withdrawing_ends_the_approval(writer: Writer) -> None:
    writer.open()
    page = writer.press("withdraw")
    assert WITHDRAWN in page.text
    assert "answer" not in form_actions(page)
    assert answers(writer) == [(EventKind.WITHDRAWN, "")]


def test_the_page_says_that_the_deadline_has_passed_and_the_answer_still_counts(
    store: Database, editor_id: int
) -> None:
    writer = Writer(store)
    edit_and_ask(writer, editor_id, late=True)
    assert "The time for your answer ended on" in writer.open().text
    assert writer.press("answer", answer="approved").status == 200
    assert answers(writer) == [(EventKind.APPROVED, "")]


def test_an_answer_to_an_ended_approval_is_refused_and_the_comment_kept(
    writer: Writer, editor_id: int
) -> None:
    writer.open()
    edit_and_ask(writer, editor_id, EditedText("", "The tram."), number=2)
    page = writer.press("answer", answer="objected", comment="Not so short.")
    assert page.status == 409
    assert ENDED in page.all("#summary")[0]
    assert page.all("#comment") == ["Not so short."]
    assert page.all(".asked .letter .letter-body p") == ["The tram."]


def test_the_same_answer_again_is_harmless_and_another_one_is_refused(writer: Writer) -> None:
    writer.open()
    writer.press("answer", answer="approved")
    assert writer.press("answer", answer="approved").status == 200
    page = writer.press("answer", answer="objected", comment="No!")
    assert page.status == 409
    assert page.all(".own-words") == ["No!"]
    assert answers(writer) == [(EventKind.APPROVED, "")]


@pytest.mark.parametrize("state", [State.DECLINED, State.PUBLISHED])
def test_a_decided_letter_takes_no_answer(writer: Writer, editor_id: int, state: State) -> None:
    del editor_id
    writer.open()
    with writer.store.transaction() as session:
        session.scalars(select(Approval)).one().ended_at = now()
    writer.set_state(state)
    assert writer.press("answer", answer="approved").status == 409
    assert "answer" not in form_actions(writer.open())


@pytest.mark.parametrize("typed", [{"answer": "perhaps"}, {"answer": ""}, {"question": "x"}])
def test_invalid_answers_are_refused(writer: Writer, typed: dict[str, str]) -> None:
    writer.open()
    assert writer.press("answer", **{"answer": "approved"} | typed).status == 400
    assert answers(writer) == []


def test_an_approval_id_out_of_range_is_refused(writer: Writer) -> None:
    writer.open()
    assert writer.press("answer", answer="approved", question="9" * 30).status == 409


def test_an_answer_without_the_pages_token_is_refused(writer: Writer) -> None:
    writer.open()
    assert writer.press("answer", answer="approved", csrf_token="").status == 400
    assert answers(writer) == []
