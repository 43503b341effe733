"""Edited versions at the desk: saving, conflicts between two editors, comparing, and length sentences."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from tests.desk.letter.edited_letter import SHORT, edit, post, receive
from tests.pages import Visitor
from tests.samples import BODY
from tests.stopwatch import stopwatch
from webapp.installation.clock import now
from webapp.rules.enums import State
from webapp.rules.policy.sections.length import LengthLimits
from webapp.store.database import Database
from webapp.store.models import EditedCopy, Editor, Letter, Role
from webapp.wording.desk.version_lengths import length_sentence


@pytest.fixture
def address(sqlite: Database) -> str:
    """Path of the page of a received letter."""
    return receive(sqlite)


def copies(sqlite: Database) -> list[str]:
    with sqlite.snapshot() as session:
        return list(session.scalars(select(EditedCopy.body).order_by(EditedCopy.number)))


def test_the_form_holds_the_text_as_it_stands(dana: Visitor, address: str) -> None:
    page = dana.open(f"{address}/edit")
    typed = page.typed()
    assert (typed["based_on"], typed["headline"], typed["body"]) == ("0", "In praise of slowness", BODY)
    assert page.all("#count") == ["17 of 400 words, 383 left; as long as the original"]


def test_an_edited_version_is_shown_and_the_original_stays(
    dana: Visitor, sqlite: Database, address: str
) -> None:
    page = edit(dana, address, headline="On slowness")
    assert page.status == 200
    assert page.all("h1") == ["On slowness"]
    assert page.all(".letter-body p") == SHORT.split("\n\n")
    assert "8 words" in page.all(".letter-facts")[0]
    assert "Version 1, as edited by Dana." in page.text
    assert page.all(".events li")[-1].endswith("Dana · Made version 1")
    with sqlite.snapshot() as session:
        assert session.scalars(select(Letter.body)).one() == BODY
    again = dana.open(f"{address}/edit")
    assert again.typed()["based_on"] == "1"
    assert BODY.split("\n\n") == again.all(".side .letter-body p")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"body": " \x07 "}, "There is no text: nothing was saved."),
        (
            {"body": BODY.replace("\n", "\r\n")},
            "This is the text as it stands: there is nothing new to save.",
        ),
        ({"headline": "x" * 201}, "A headline has at most 200 characters."),
        ({"body": "x" * 40_001}, "A letter has at most 40000 characters."),
    ],
)
def test_a_text_that_can_not_be_saved_comes_back_with_the_reason(
    dana: Visitor, sqlite: Database, address: str, typed: dict[str, str], sentence: str
) -> None:
    page = edit(dana, address, **typed)
    assert page.status == 422
    assert page.all(".error-line") == [sentence]
    assert copies(sqlite) == []


def test_two_editors_at_once_lose_no_text(
    dana: Visitor, eli: Visitor, sqlite: Database, address: str
) -> None:
    eli.open(f"{address}/edit")
    edit(dana, address)
    page = eli.send({"body": "The tram is fast."}, button=("do", "save"))
    assert page.status == 409
    assert page.all("#summary h2") == ["Dana has saved version 1 in the meantime"]
    assert page.typed()["body"] == "The tram is fast."
    assert "slow" in page.all(".difference del")[0]
    assert "fast" in page.all(".difference ins")[0]
    assert SHORT.split("\n\n") == page.all(".side .letter-body p")[-4:-2]
    assert copies(sqlite) == [SHORT]
    assert eli.send({}, button=("do", "save")).status == 200
    assert copies(sqlite) == [SHORT, "The tram is fast."]


def test_a_version_of_a_claimed_letter_is_refused_and_the_text_kept(
    dana: Visitor, eli: Visitor, sqlite: Database, address: str
) -> None:
    del dana
    eli.open(f"{address}/edit")
    with sqlite.transaction() as session:
        holder = session.scalars(select(Editor.id).where(Editor.name == "Dana")).one()
        session.execute(
            update(Letter).values(
                claimed_by_id=holder, claimed_at=now(), claimed_until=now() + timedelta(minutes=10)
            )
        )
    page = eli.send({"body": SHORT}, button=("do", "save"))
    assert page.status == 409
    assert "Dana has claimed the letter until" in page.all("#summary h2")[0]
    assert page.typed()["body"] == SHORT
    assert copies(sqlite) == []


def test_a_letter_that_was_declined_meanwhile_is_not_edited(
    dana: Visitor, sqlite: Database, address: str
) -> None:
    dana.open(f"{address}/edit")
    with sqlite.transaction() as session:
        session.execute(update(Letter).values(state=State.DECLINED))
    page = dana.send({"body": SHORT}, button=("do", "save"))
    assert page.status == 409
    assert "it can no longer be edited" in page.all("#summary h2")[0]
    assert page.typed()["body"] == SHORT
    assert "Edit" not in dana.open(address).all(".copy-steps a")


def test_showing_the_changes_saves_nothing(dana: Visitor, sqlite: Database, address: str) -> None:
    dana.open(f"{address}/edit")
    page = dana.send({"body": SHORT}, button=("do", "look"))
    assert page.status == 200
    assert page.typed()["body"] == SHORT
    assert "it gives one time to look at the city" in page.all(".difference del")[0]
    assert copies(sqlite) == []


def test_a_text_that_is_too_long_is_not_compared_and_comes_back(dana: Visitor, address: str) -> None:
    dana.open(f"{address}/edit")
    too_long = "a. " * 20_000
    with stopwatch() as watch:
        page = dana.send({"body": too_long}, button=("do", "look"))
    assert page.status == 422
    assert page.all(".error-line") == ["A letter has at most 40000 characters."]
    assert page.typed()["body"] == too_long
    assert watch.seconds < 1


def test_any_two_versions_are_compared(dana: Visitor, address: str) -> None:
    edit(dana, address)
    edit(dana, address, body="The tram is fast.\n\nThat is its use.")
    page = dana.open(f"{address}/compare")
    assert page.all("h2")[0] == "As received → Version 2, by Dana"
    page = dana.open(f"{address}/compare?before=1&after=2")
    assert page.all(".difference del") == ["[deleted: slow ]"]
    assert page.all(".difference ins") == ["[added: fast ]"]
    assert page.all("option[selected]") == ["Version 1, by Dana", "Version 2, by Dana"]
    back = dana.open(f"{address}/compare?before=2&after=1")
    assert back.all(".difference ins") == ["[added: slow ]"]
    assert "There is no difference." in dana.open(f"{address}/compare?before=1&after=1").text


@pytest.mark.parametrize("numbers", ["before=7", "after=-1", "after=99999999999999999999"])
def test_unknown_versions_are_not_found(dana: Visitor, address: str, numbers: str) -> None:
    assert dana.open(f"{address}/compare?{numbers}").status == 404


def test_html_in_a_version_is_escaped(dana: Visitor, address: str) -> None:
    page = edit(dana, address, body="<script>alert(1)</script> & <ins>")
    assert page.status == 200
    assert "<script>alert(1)</script> & <ins>" in dana.open(f"{address}/compare").all(".difference ins")[0]


def test_a_read_only_editor_can_compare_but_not_edit(dana: Visitor, sqlite: Database, address: str) -> None:
    page = edit(dana, address)
    with sqlite.transaction() as session:
        session.execute(update(Editor).values(role=Role.READER))
    assert dana.open(f"{address}/compare").status == 200
    assert dana.open(address).all(".copy-steps a") == ["All changes"]
    assert dana.open(f"{address}/edit").status == 403
    assert post(dana, page, "ask-approval").status == 403


def test_the_pages_of_an_unknown_letter_are_not_found(dana: Visitor, address: str) -> None:
    fields = dana.open(f"{address}/edit").typed()
    assert dana.client.post("/desk/letters/NOSUCHRF/edit", data=fields).status_code == 404
    for page in ("edit", "compare"):
        assert dana.open(f"/desk/letters/NOSUCHRF/{page}").status == 404


def test_the_pages_need_the_same_number_of_queries_for_many_versions(
    dana: Visitor, sqlite: Database, address: str
) -> None:
    statements: list[str] = []
    edit(dana, address)
    event.listen(sqlite.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))

    def count_statements() -> int:
        statements.clear()
        post(dana, dana.open(address), "ask-approval")
        statements.clear()
        dana.open(address)
        dana.open(f"{address}/compare")
        return len(statements)

    at_first = count_statements()
    for number in range(5):
        edit(dana, address, body=f"The tram is slow, {number}.")
    assert count_statements() == at_first


@pytest.mark.parametrize(
    ("words", "original", "said"),
    [
        (412, 450, "412 of at most 400 words, 12 too many; 38 fewer than in the original"),
        (400, 400, "400 of 400 words, 0 left; as long as the original"),
        (20, 18, "20 of at least 50 words, 30 too few; 2 more than in the original"),
    ],
)
def test_the_length_sentence_compares_with_the_limit_and_the_original(
    app: Flask, words: int, original: int, said: str
) -> None:
    with app.test_request_context():
        assert length_sentence(words, LengthLimits(maximum=400, minimum=50), original) == said
