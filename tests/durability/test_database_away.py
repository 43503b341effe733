"""A database that goes away under a running server, or has no connection to give."""

import sys
import time

import pytest

from tests.durability.evidence import assert_all_there, assert_asked_to_try_again, assert_nothing_was_lost
from tests.durability.restartable_site import House, let_be_refused, let_through
from tests.installation.steps import FORM, LETTER
from tests.pages import Visitor
from tests.samples import PASSWORD, SEAL
from tests.services.postgres import PostgresServer
from webapp.accounts.accounts import add_editor
from webapp.app import create_app
from webapp.installation.clock import now
from webapp.installation.settings import Settings
from webapp.store import database as database_module
from webapp.store.database import LONGEST_WAIT, Database
from webapp.store.models import Role
from webapp.store.postgres_timeouts import LONGEST_SILENCE

EDITOR = "dana@example.com"
READERS = 6
CRASHES = 3
LETTERS = 25
STANDS_STILL = LONGEST_SILENCE + 3 * LONGEST_WAIT
"""Seconds: for the statement under way, and for a new connection after it, with some to spare."""
CONNECTIONS, UNLIMITED = 2, -1
"""One for each of the server's processes, which have four threads; and as many as they like."""


def test_a_database_that_crashes_under_the_server_loses_no_letter(
    postgres_house: House, own_postgres: PostgresServer
) -> None:
    crowd = postgres_house.crowd()
    with postgres_house.serving() as server:
        crowd.start(READERS)
        for _ in range(CRASHES):
            let_through(crowd, LETTERS)
            own_postgres.crash()
        let_through(crowd, LETTERS)
        crowd.stop()
        assert server.stop() == 0
        failures = server.failures
    sys.stdout.write(
        f"\n{CRASHES} crashes of the database, {len(crowd.receipts)} letters with a receipt, "
        f"{len(crowd.refused)} times asked to try again\n"
    )
    assert_nothing_was_lost(postgres_house, crowd, failures)


def test_while_the_database_is_away_every_page_says_so_and_the_form_opens(
    postgres_house: House, own_postgres: PostgresServer
) -> None:
    crowd = postgres_house.crowd()
    with postgres_house.serving() as server:
        crowd.start(1)
        let_through(crowd, 1)
        with postgres_house.store() as database:
            add_editor(database, email=EDITOR, name="Dana", role=Role.EDITOR, password=PASSWORD, now=now())
        editor, colleague = server.caller(), server.caller()
        who = {"email": EDITOR, "password": PASSWORD}
        assert editor.post("/desk/login", editor.get("/desk/login").fields() | who).status == 303
        sign_in = colleague.get("/desk/login").fields() | who
        assert editor.get("/desk/").status == 200
        own_postgres.stop()
        try:
            let_be_refused(crowd, 1)
            caller = server.caller()
            assert caller.get(FORM).status == 200
            assert caller.get("/healthz").status == 200
            assert caller.get("/readyz").status == 503
            own_page = f"/letters/{crowd.receipts[0].token}"
            for page in (caller.get(own_page), editor.get("/desk/"), colleague.post("/desk/login", sign_in)):
                assert page.status == 503
                assert int(page.headers["Retry-After"]) > 0
                assert [heading.get_text() for heading in page.soup.select("h1")] == [
                    "The letters desk can’t be reached just now."
                ]
        finally:
            own_postgres.start()
        let_through(crowd, 1)
        crowd.stop()
        assert server.failures == []
    with postgres_house.store() as database:
        assert_all_there(database, crowd.receipts)


def test_a_database_that_stands_still_keeps_no_reader_waiting_for_good(
    postgres_house: House, own_postgres: PostgresServer
) -> None:
    crowd = postgres_house.crowd()
    with postgres_house.serving() as server:
        crowd.start(READERS)
        let_through(crowd, LETTERS)
        with own_postgres.standing_still():
            since = time.monotonic()
            let_be_refused(crowd, READERS)
            assert time.monotonic() - since < STANDS_STILL
            assert server.caller().get("/healthz").status == 200
        let_through(crowd, LETTERS)
        crowd.stop()
        assert server.stop() == 0
        failures = server.failures
    assert_nothing_was_lost(postgres_house, crowd, failures)


def test_without_a_connection_to_be_had_letters_wait_with_their_writers(
    postgres_house: House, own_postgres: PostgresServer
) -> None:
    own_postgres.limit_connections(postgres_house.database_url, CONNECTIONS)
    crowd = postgres_house.crowd()
    with postgres_house.serving() as server:
        crowd.start(READERS)
        let_be_refused(crowd, READERS)
        own_postgres.limit_connections(postgres_house.database_url, UNLIMITED)
        let_through(crowd, LETTERS)
        crowd.stop()
        assert server.failures == []
    assert_asked_to_try_again(crowd.refused)
    with postgres_house.store() as database:
        assert_all_there(database, crowd.receipts)


def test_a_process_with_all_its_connections_in_use_gives_the_letter_back(
    store: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "LONGEST_WAIT", 0.2)
    pool = Database(store.url, SEAL, connections=1)
    visitor = Visitor(create_app(settings, pool))
    visitor.open(FORM)
    with pool.snapshot() as held:
        held.connection()
        page = visitor.send(LETTER)
    assert page.status == 503
    assert page.response.headers["Retry-After"] == "30"
    assert page.typed()["body"] == LETTER["body"]
    assert visitor.send({}).status == 200, "the same page, sent again, leads to the receipt"
    pool.dispose()
