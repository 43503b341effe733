"""Idempotency-Key: one key stores one letter and gives one answer, also for concurrent requests."""

import dataclasses
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from tests.api.api_client import (
    ANOTHER,
    API,
    COMPLETE,
    LETTERS,
    WITH_ADVISORIES,
    ApiClient,
    count_letters,
    count_messages,
    create_key,
    problem,
)
from tests.api.test_checking import ONCE_A_MONTH
from tests.simultaneous import run_concurrently
from webapp.app import create_app
from webapp.installation.settings import Settings
from webapp.rules.enums import State
from webapp.store.database import Database
from webapp.store.models import Letter

KEY = "8e03978e-40d5-43e8-bc93-6894a57f9324"
ROUNDS = 5


def test_the_same_letter_gets_the_first_answer_again(store_client: ApiClient, store: Database) -> None:
    first = store_client.send(WITH_ADVISORIES, KEY)
    # A later change of the letter's state doesn't change the answer.
    with store.transaction() as session:
        session.execute(update(Letter).values(state=State.WITHDRAWN))
    again = store_client.send(WITH_ADVISORIES, KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.data, again.location) == (first.data, first.location)
    assert (count_letters(store), count_messages(store)) == (1, 1)


def test_another_letter_with_the_same_key_is_refused(store_client: ApiClient, store: Database) -> None:
    first = store_client.send(COMPLETE, KEY)
    for other in (ANOTHER, {**COMPLETE, "body": ""}, {}):
        assert problem(store_client.send(other, KEY)) == (422, "idempotency_key_reused")
    assert store_client.send(COMPLETE, KEY).data == first.data
    assert count_letters(store) == 1


def test_the_key_of_a_letter_that_was_returned_is_not_used_up(
    store_client: ApiClient, store: Database
) -> None:
    bad = {**COMPLETE, "phone": ""}
    first, again = (store_client.send(bad, KEY) for _ in range(2))
    assert problem(first) == (422, "returned")
    assert (again.status_code, again.data) == (first.status_code, first.data)
    assert store_client.send(COMPLETE, KEY).status_code == 201
    assert count_letters(store) == 1


def test_an_answer_that_was_lost_is_got_by_asking_again(
    store_client: ApiClient, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr("webapp.api.views.stored_verdict", lose)
        assert problem(store_client.send(COMPLETE, KEY)) == (500, "failed")
    assert count_letters(store) == 1
    again = store_client.send(COMPLETE, KEY)
    assert again.status_code == 201
    assert again.location.startswith("https://letters.example.com/letters/")
    assert (count_letters(store), count_messages(store)) == (1, 1)


def test_a_letter_that_would_come_too_soon_after_itself_does_not(
    settings: Settings, sqlite: Database
) -> None:
    app = create_app(dataclasses.replace(settings, policies=(ONCE_A_MONTH,)), sqlite)
    api_client = ApiClient(app, create_key(sqlite))
    first, again = (api_client.send(COMPLETE, KEY) for _ in range(2))
    assert (again.status_code, again.data) == (201, first.data)
    assert problem(api_client.send(ANOTHER, KEY)) == (422, "idempotency_key_reused")
    assert problem(api_client.send(ANOTHER, "other")) == (422, "returned")


def test_keys_of_two_programs_and_of_two_papers_never_meet(
    app_with_two_papers: Flask, store: Database
) -> None:
    one, other = (ApiClient(app_with_two_papers, create_key(store)) for _ in range(2))
    urls = (LETTERS, f"{API}/island-post/letters")
    sent = [
        api_client.send({**COMPLETE, "headline": f"{number} {url}"}, KEY, url)
        for number, api_client in enumerate((one, other))
        for url in urls
    ]
    assert [answer.status_code for answer in sent] == [201] * 4
    assert count_letters(store) == 4


def test_no_form_can_use_up_the_key_of_a_program(store_client: ApiClient, store: Database) -> None:
    store_client.send(COMPLETE, KEY)
    with store.snapshot() as session:
        kept = session.scalars(select(Letter.submission_key)).one()
    assert kept
    assert KEY not in kept
    assert len(kept) <= 64


def test_two_requests_at_one_moment_store_one_letter(
    store_client: ApiClient, app_with_two_papers: Flask, store: Database
) -> None:
    for number in range(ROUNDS):
        sent = {**WITH_ADVISORIES, "headline": f"Round {number}"}
        programs = [ApiClient(app_with_two_papers, store_client.key) for _ in range(2)]
        answers = run_concurrently(
            [partial(api_client.send, sent, f"{KEY}-{number}") for api_client in programs]
        )
        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].data == answers[1].data
        assert (count_letters(store), count_messages(store)) == (number + 1, number + 1)


def test_of_two_letters_at_one_moment_with_one_key_one_is_stored(
    store_client: ApiClient, app_with_two_papers: Flask, store: Database
) -> None:
    for number in range(ROUNDS):
        letters = [{**COMPLETE, "headline": f"Round {number}, {which}"} for which in ("one", "other")]
        answers = run_concurrently(
            [
                partial(ApiClient(app_with_two_papers, store_client.key).send, sent, f"{KEY}-{number}")
                for sent in letters
            ]
        )
        assert sorted(answer.status_code for answer in answers) == [201, 422]
        assert count_letters(store) == number + 1


@pytest.mark.parametrize("header", [KEY, f'"{KEY}"', f" {KEY} "])
def test_a_key_is_the_same_with_quotation_marks_and_without(
    api_client: ApiClient, sqlite: Database, header: str
) -> None:
    api_client.send(COMPLETE, KEY)
    assert problem(api_client.send(ANOTHER, header)) == (422, "idempotency_key_reused")
    assert api_client.send(ANOTHER, f'"{KEY} \\""').status_code == 201
    assert count_letters(sqlite) == 2


@pytest.mark.parametrize(
    "header", [" ", '""', '"', '"a', 'a"', "a b", "a,b", "é", "\x7f", "k" * 256, '"\\a"']
)
def test_what_is_no_key_is_not_taken_for_one(api_client: ApiClient, sqlite: Database, header: str) -> None:
    answer = api_client.post(LETTERS, COMPLETE, {"Idempotency-Key": header})
    assert problem(answer) == (400, "wrong_idempotency_key")
    assert count_letters(sqlite) == 0


def test_the_longest_key_is_taken(api_client: ApiClient) -> None:
    assert api_client.send(COMPLETE, "k" * 255).status_code == 201


def test_a_letter_takes_two_queries_more_than_one_from_the_form(
    store_client: ApiClient, store: Database
) -> None:
    """One for the API key, and one for the verdict in the answer."""
    store_client.send(COMPLETE)
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith("SELECT"):
            statements.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        assert store_client.send(ANOTHER, KEY).status_code == 201
    finally:
        event.remove(store.engine, "before_cursor_execute", note)
    assert [sum(table in each for each in statements) for table in ("api_keys", "advisories")] == [1, 1]
    assert len(statements) == 2
