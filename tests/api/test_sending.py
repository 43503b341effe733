"""Handing letters in: what is stored, what is answered, and what is told twice."""

from flask import Flask
from sqlalchemy import select

from tests.api.program import (
    ANOTHER,
    API,
    COMPLETE,
    LETTERS,
    WITH_ADVISORIES,
    Program,
    letters_in,
    messages_in,
    new_key,
    problem,
)
from tests.monitoring.test_metrics import number
from tests.pages import Visitor
from tests.samples import BODY, PARTICULARS
from webapp.accounts.api_keys import all_keys, end_key
from webapp.installation.clock import now
from webapp.letters.lookup import letter_for_desk
from webapp.store.database import Database
from webapp.store.models import Channel, Letter, Message


def test_a_letter_is_stored_as_any_other_with_its_receipt(sender: Program, store: Database) -> None:
    answer = sender.send(WITH_ADVISORIES)
    said = answer.get_json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == said["url"]
    assert (said["accepted"], said["word_count"]) == (True, 17)
    assert [finding["code"] for finding in said["findings"]] == ["address.po_box", "exclusive.not_declared"]
    assert said["findings"] == sender.check(WITH_ADVISORIES).get_json()["findings"]
    with store.snapshot() as session:
        kept = letter_for_desk(session, said["reference"])
        receipt = session.scalars(select(Message)).one()
    assert (kept.channel, kept.body, kept.language) == (Channel.API, BODY, "en")
    assert said["url"] == f"https://letters.example.com/letters/{kept.token}"
    assert said["url"] in receipt.text_body
    assert receipt.recipient == PARTICULARS["email"]


def test_the_address_is_whole_also_where_the_client_names_that_host(sender: Program) -> None:
    headers = {"Host": "letters.example.com", "X-Forwarded-Proto": "https"}
    answer = sender.post(f"https://letters.example.com{API}/harbour-herald/letters", COMPLETE, headers)
    assert answer.headers["Location"].startswith("https://letters.example.com/letters/")


def test_the_writer_is_written_to_in_the_language_that_was_asked_for(
    program: Program, sqlite: Database
) -> None:
    program.post(LETTERS, COMPLETE, {"Accept-Language": "zh-HK"})
    with sqlite.snapshot() as session:
        assert session.scalars(select(Letter.language)).one() == "zh_Hant"


def test_a_letter_that_breaks_rules_is_returned_with_all_findings(program: Program, sqlite: Database) -> None:
    bad = {**COMPLETE, "body": "", "phone": "123"}
    answer = program.send(bad)
    assert problem(answer) == (422, "returned")
    said, verdict = answer.get_json(), program.check(bad).get_json()
    assert {name: said[name] for name in verdict} == verdict
    assert [finding["code"] for finding in said["findings"]] == ["phone.impossible", "body.missing"]
    assert letters_in(sqlite) == 0


def test_a_key_is_needed_and_no_cookie_is_one(stranger: Program, dana: Visitor, sqlite: Database) -> None:
    cookie = dana.client.get_cookie("lettersdesk")
    assert cookie
    for headers in ({}, {"Cookie": f"lettersdesk={cookie.value}"}):
        answer = stranger.post(LETTERS, COMPLETE, headers)
        assert problem(answer) == (401, "key_missing")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert letters_in(sqlite) == 0


def test_what_is_no_key_opens_nothing(stranger: Program, program: Program, sqlite: Database) -> None:
    right = program.key
    for shown in (
        "",
        "Bearer",
        "Bearer ",
        f"Basic {right}",
        f"Bearer {right}x",
        f"Bearer {right[:-1]}",
        right,
    ):
        answer = stranger.post(LETTERS, COMPLETE, {"Authorization": shown})
        assert problem(answer) == (401, "key_unknown"), shown
        assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    assert letters_in(sqlite) == 0
    assert stranger.post(LETTERS, COMPLETE, {"Authorization": f"bearer {right}"}).status_code == 201


def test_a_key_for_one_paper_opens_no_other(house: Flask, store: Database) -> None:
    program = Program(house, new_key(store, "island-post"))
    assert problem(program.send(COMPLETE)) == (403, "other_paper")
    assert program.send(COMPLETE, place=f"{API}/island-post/letters").status_code == 201
    assert problem(program.send(COMPLETE, place=f"{API}/nowhere/letters")) == (404, "no_such_paper")
    assert letters_in(store) == 1


def test_an_ended_key_opens_nothing_at_once(program: Program, sqlite: Database) -> None:
    assert program.send(COMPLETE).status_code == 201
    with sqlite.transaction() as session:
        end_key(session, all_keys(session)[0].id, now=now())
    assert problem(program.send(COMPLETE)) == (401, "key_unknown")


def test_the_same_letter_is_stored_once_without_being_asked_to(sender: Program, store: Database) -> None:
    first, again = (sender.send(WITH_ADVISORIES) for _ in range(2))
    assert (again.status_code, again.get_json()) == (201, first.get_json())
    assert again.location == first.location
    assert sender.send(ANOTHER).get_json()["reference"] != first.get_json()["reference"]
    assert (letters_in(store), messages_in(store)) == (2, 2)


def test_letters_count_as_those_of_any_channel(program: Program, app: Flask) -> None:
    for sent in (COMPLETE, COMPLETE, {**COMPLETE, "body": ""}):
        program.send(sent)
    program.check(COMPLETE)
    told = app.test_client().get("/metrics").data
    labels = {"paper": "harbour-herald", "channel": "api"}
    assert number(told, "letters_accepted_total", **labels) == 1
    assert number(told, "letters_returned_total", **labels) == 1
