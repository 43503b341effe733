"""One Idempotency-Key gives one letter and one answer, whatever is lost on the way and however timed."""

import dataclasses
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import event, select, update

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
from tests.api.test_checking import ONCE_A_MONTH
from tests.simultaneous import at_once
from webapp.app import create_app
from webapp.installation.settings import Settings
from webapp.rules.states import State
from webapp.store.database import Database
from webapp.store.models import Letter

KEY = "8e03978e-40d5-43e8-bc93-6894a57f9324"
ROUNDS = 5


def test_the_same_letter_gets_the_first_answer_again(sender: Program, store: Database) -> None:
    first = sender.send(WITH_ADVISORIES, KEY)
    # What became of the letter meanwhile changes nothing.
    with store.transaction() as session:
        session.execute(update(Letter).values(state=State.WITHDRAWN))
    again = sender.send(WITH_ADVISORIES, KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.data, again.location) == (first.data, first.location)
    assert (letters_in(store), messages_in(store)) == (1, 1)


def test_another_letter_with_the_same_key_is_refused(sender: Program, store: Database) -> None:
    first = sender.send(COMPLETE, KEY)
    for other in (ANOTHER, {**COMPLETE, "body": ""}, {}):
        assert problem(sender.send(other, KEY)) == (422, "idempotency_key_reused")
    assert sender.send(COMPLETE, KEY).data == first.data
    assert letters_in(store) == 1


def test_the_key_of_a_letter_that_was_returned_is_not_used_up(sender: Program, store: Database) -> None:
    bad = {**COMPLETE, "phone": ""}
    first, again = (sender.send(bad, KEY) for _ in range(2))
    assert problem(first) == (422, "returned")
    assert (again.status_code, again.data) == (first.status_code, first.data)
    assert sender.send(COMPLETE, KEY).status_code == 201
    assert letters_in(store) == 1


def test_an_answer_that_was_lost_is_got_by_asking_again(
    sender: Program, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr("webapp.api.views.kept_verdict", lose)
        assert problem(sender.send(COMPLETE, KEY)) == (500, "failed")
    assert letters_in(store) == 1
    again = sender.send(COMPLETE, KEY)
    assert again.status_code == 201
    assert again.location.startswith("https://letters.example.com/letters/")
    assert (letters_in(store), messages_in(store)) == (1, 1)


def test_a_letter_that_would_come_too_soon_after_itself_does_not(
    settings: Settings, sqlite: Database
) -> None:
    app = create_app(dataclasses.replace(settings, policies=(ONCE_A_MONTH,)), sqlite)
    program = Program(app, new_key(sqlite))
    first, again = (program.send(COMPLETE, KEY) for _ in range(2))
    assert (again.status_code, again.data) == (201, first.data)
    assert problem(program.send(ANOTHER, KEY)) == (422, "idempotency_key_reused")
    assert problem(program.send(ANOTHER, "other")) == (422, "returned")


def test_keys_of_two_programs_and_of_two_papers_never_meet(house: Flask, store: Database) -> None:
    one, other = (Program(house, new_key(store)) for _ in range(2))
    places = (LETTERS, f"{API}/island-post/letters")
    sent = [
        program.send({**COMPLETE, "headline": f"{number} {place}"}, KEY, place)
        for number, program in enumerate((one, other))
        for place in places
    ]
    assert [answer.status_code for answer in sent] == [201] * 4
    assert letters_in(store) == 4


def test_no_form_can_use_up_the_key_of_a_program(sender: Program, store: Database) -> None:
    sender.send(COMPLETE, KEY)
    with store.snapshot() as session:
        kept = session.scalars(select(Letter.submission_key)).one()
    assert kept
    assert KEY not in kept
    assert len(kept) <= 64


def test_two_requests_at_one_moment_store_one_letter(sender: Program, house: Flask, store: Database) -> None:
    for number in range(ROUNDS):
        sent = {**WITH_ADVISORIES, "headline": f"Round {number}"}
        programs = [Program(house, sender.key) for _ in range(2)]
        answers = at_once([partial(program.send, sent, f"{KEY}-{number}") for program in programs])
        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].data == answers[1].data
        assert (letters_in(store), messages_in(store)) == (number + 1, number + 1)


def test_of_two_letters_at_one_moment_with_one_key_one_is_stored(
    sender: Program, house: Flask, store: Database
) -> None:
    for number in range(ROUNDS):
        letters = [{**COMPLETE, "headline": f"Round {number}, {which}"} for which in ("one", "other")]
        answers = at_once(
            [partial(Program(house, sender.key).send, sent, f"{KEY}-{number}") for sent in letters]
        )
        assert sorted(answer.status_code for answer in answers) == [201, 422]
        assert letters_in(store) == number + 1


@pytest.mark.parametrize("header", [KEY, f'"{KEY}"', f" {KEY} "])
def test_a_key_is_the_same_with_quotation_marks_and_without(
    program: Program, sqlite: Database, header: str
) -> None:
    program.send(COMPLETE, KEY)
    assert problem(program.send(ANOTHER, header)) == (422, "idempotency_key_reused")
    assert program.send(ANOTHER, f'"{KEY} \\""').status_code == 201
    assert letters_in(sqlite) == 2


@pytest.mark.parametrize(
    "header", [" ", '""', '"', '"a', 'a"', "a b", "a,b", "é", "\x7f", "k" * 256, '"\\a"']
)
def test_what_is_no_key_is_not_taken_for_one(program: Program, sqlite: Database, header: str) -> None:
    answer = program.post(LETTERS, COMPLETE, {"Idempotency-Key": header})
    assert problem(answer) == (400, "wrong_idempotency_key")
    assert letters_in(sqlite) == 0


def test_the_longest_key_is_taken(program: Program) -> None:
    assert program.send(COMPLETE, "k" * 255).status_code == 201


def test_a_letter_takes_two_looks_more_than_one_from_the_form(sender: Program, store: Database) -> None:
    """One at the key, and one at the record for the answer."""
    sender.send(COMPLETE)
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith("SELECT"):
            statements.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        assert sender.send(ANOTHER, KEY).status_code == 201
    finally:
        event.remove(store.engine, "before_cursor_execute", note)
    assert [sum(table in each for each in statements) for table in ("api_keys", "advisories")] == [1, 1]
    assert len(statements) == 2
