"""Colleagues of one name, and those whose account has ended, wherever they are chosen or shown."""

import re

import pytest
from flask import Flask
from sqlalchemy import update

from tests.desk.account_steps import arrive, editor_of
from tests.pages import Page, Visitor
from tests.samples import HERALD, NOON, PASSWORD, SECRET_KEY, letter
from webapp.accounts.accounts import colleagues_with_letters
from webapp.accounts.administration import add_editor, end_account
from webapp.installation.clock import now
from webapp.letters.editing.notes import assignable_editors
from webapp.letters.intake.intake import Arrival, Intake
from webapp.store.database import Database
from webapp.store.models import Channel, Editor, Letter, Role

ANN, OTHER_ANN = "Ann Li (ann@example.com)", "ann li (ann.li@example.com)"


@pytest.fixture
def anns(sqlite: Database) -> list[str]:
    """The ids of two colleagues of one name; the fixture of a visitor has added others."""
    people = (("ann@example.com", "Ann Li"), ("ann.li@example.com", "ann li"))
    return [
        str(add_editor(sqlite, email=email, name=name, role=Role.EDITOR, password=PASSWORD, now=now()))
        for email, name in people
    ]


@pytest.fixture
def address(sqlite: Database) -> str:
    """Path of the page of a received letter."""
    receipt = Intake(sqlite, SECRET_KEY).receive(letter(), HERALD, Arrival(channel=Channel.FORM, at=NOON))
    return f"/desk/letters/{receipt.reference}"


def change_letter(sqlite: Database, **values: object) -> None:
    with sqlite.transaction() as session:
        session.execute(update(Letter).values(**values))


def end(sqlite: Database, editor_id: str) -> None:
    with sqlite.transaction() as session:
        end_account(session, int(editor_id), now=now())


def options(page: Page, field: str) -> list[str]:
    return page.all(f"#{field} option")


def test_each_account_s_name_is_its_own(store: Database) -> None:
    for email, name in (("a@example.com", "Ann"), ("b@example.com", "Ann"), ("c@example.com", "Bo")):
        add_editor(store, email=email, name=name, role=Role.EDITOR, password=PASSWORD, now=NOON)
    with store.snapshot() as session:
        names = [each.distinct_name for each in colleagues_with_letters(session)]
        assert names == ["Ann (a@example.com)", "Ann (b@example.com)", "Bo"]
        assert list(assignable_editors(session).values()) == names


def test_a_namesake_whose_account_has_ended_counts(dana: Visitor, anns: list[str], sqlite: Database) -> None:
    end(sqlite, anns[1])
    assert options(dana.open("/desk/"), "filter-claimed") == ["Any", "Me", "Nobody", ANN, "Dana"]


def test_namesakes_are_told_apart_where_a_letter_is_assigned(
    dana: Visitor, anns: list[str], sqlite: Database, address: str
) -> None:
    page = dana.open(address)
    assert options(page, "assign-to") == ["Nobody", ANN, OTHER_ANN, "Dana"]
    page = dana.send({"assign-to": anns[1]}, to="/assign")
    assert page.all(".events li")[-1].endswith(f"Dana · Assigned to {OTHER_ANN}")
    end(sqlite, anns[1])
    assert f"{OTHER_ANN} – account ended" in options(dana.open(address), "assign-to")


def test_namesakes_are_told_apart_by_what_they_did(app: Flask, sqlite: Database, address: str) -> None:
    visitor = arrive(app, sqlite, "Ann", Role.EDITOR)
    add_editor(sqlite, email="ann2@example.com", name="Ann", role=Role.EDITOR, password=PASSWORD, now=now())
    cleo = arrive(app, sqlite, "Cleo", Role.CHIEF)
    named = "Ann (ann@example.com)"
    visitor.open(address)
    visitor.send({"noted-text": "A note."}, to="/notes")
    visitor.send({"call-outcome": "voicemail"}, to="/calls")
    visitor.send({}, to="/claim")
    page = cleo.open(address)
    for part in (".notes .history li", ".calls li", ".events li", ".taken"):
        assert named in page.all(part)[-1], part
    assert named in cleo.open("/desk/").one(".on-it").get_text()
    cleo.open(address)
    dossier = cleo.client.post(f"{address}/dossier", data=cleo.page.typed("csrf_token") if cleo.page else {})
    assert named in dossier.text
    assert named in cleo.open("/desk/people/events").text


def test_a_letter_of_a_colleague_who_left_is_found_by_the_name(
    dana: Visitor, eli: Visitor, sqlite: Database, address: str
) -> None:
    eli.open(address)
    left = str(editor_of(sqlite, "Eli").id)
    change_letter(sqlite, assigned_to_id=int(left))
    end(sqlite, left)
    page = dana.open(f"/desk/?assigned={left}")
    assert len(page.all(".queue .what a")) == 1
    assert "Eli – account ended" in options(page, "filter-assigned")
    assert re.match("Assigned to Eli – account ended", page.all(".chips li")[0])


def test_a_kept_view_names_a_colleague_who_left_without_letters(
    dana: Visitor, eli: Visitor, sqlite: Database
) -> None:
    eli.open("/desk/")
    left = str(editor_of(sqlite, "Eli").id)
    end(sqlite, left)
    for field, label in (("claimed", "Claimed by"), ("assigned", "Assigned to")):
        page = dana.open(f"/desk/?{field}={left}")
        assert page.all(".chips li")[0].startswith(f"{label} Eli – account ended")
        assert options(dana.open("/desk/"), f"filter-{field}") == ["Any", "Me", "Nobody", "Dana"]
        page = dana.open(f"/desk/?{field}=999")
        assert page.all(".chips li")[0].startswith(f"{label} Unknown account 999")


def test_a_name_that_only_one_has_stands_alone(dana: Visitor, anns: list[str], sqlite: Database) -> None:
    with sqlite.transaction() as session:
        session.execute(update(Editor).where(Editor.id == int(anns[1])).values(name="Ann Lo"))
    assert options(dana.open("/desk/"), "filter-claimed")[3:] == ["Ann Li", "Ann Lo", "Dana"]
