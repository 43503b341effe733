"""A running server whose PostgreSQL crashes, stops, hangs or has no free connection."""

import sys
import time

import pytest

from tests.durability.evidence import assert_all_there, assert_asked_to_try_again, assert_nothing_was_lost
from tests.durability.restartable_site import RestartableSite, wait_for_receipts, wait_for_refusals
from tests.installation.steps import FORM, LETTER
from tests.pages import Visitor
from tests.samples import PASSWORD, SEAL
from tests.services.postgres import PostgresServer
from webapp.accounts.administration import add_editor
from webapp.app import create_app
from webapp.installation.clock import now
from webapp.installation.server import THREADS
from webapp.installation.settings import WORKERS, Settings
from webapp.store import database as database_module
from webapp.store.database import LONGEST_WAIT, Database
from webapp.store.models import Role
from webapp.store.postgres_timeouts import SILENCE_TIMEOUT
from webapp.web.health import LONGEST_CHECK

EDITOR = "dana@example.com"
READERS = 6
CRASHES = 3
LETTERS = 25
LONGEST_HANG = SILENCE_TIMEOUT + 3 * LONGEST_WAIT
"""Seconds until readers are refused: for the statement under way and a new connection, and some more."""
BUSY_MACHINE = 1.5
"""Seconds that an answer may take besides what it waits for."""
CONNECTIONS, UNLIMITED = 2, -1
"""PostgreSQL's connection limit: one for each server process, which has four threads; and no limit."""


def test_a_database_that_crashes_under_the_server_loses_no_letter(
    postgres_site: RestartableSite, own_postgres: PostgresServer
) -> None:
    readers = postgres_site.concurrent_readers()
    with postgres_site.running_server() as server:
        readers.start(READERS)
        for _ in range(CRASHES):
            wait_for_receipts(readers, LETTERS)
            own_postgres.crash()
        wait_for_receipts(readers, LETTERS)
        readers.stop()
        assert server.stop() == 0
        errors = server.unexpected_errors
    sys.stdout.write(
        f"\n{CRASHES} crashes of the database, {len(readers.receipts)} letters with a receipt, "
        f"{len(readers.refused)} times asked to try again\n"
    )
    assert_nothing_was_lost(postgres_site, readers, errors)


def test_while_the_database_is_away_every_page_says_so_and_the_form_opens(
    postgres_site: RestartableSite, own_postgres: PostgresServer
) -> None:
    readers = postgres_site.concurrent_readers()
    with postgres_site.running_server() as server:
        readers.start(1)
        wait_for_receipts(readers, 1)
        with postgres_site.store() as database:
            add_editor(database, email=EDITOR, name="Dana", role=Role.EDITOR, password=PASSWORD, now=now())
        editor, colleague = server.client(), server.client()
        who = {"email": EDITOR, "password": PASSWORD}
        assert editor.post("/desk/login", editor.get("/desk/login").fields() | who).status == 303
        sign_in = colleague.get("/desk/login").fields() | who
        assert editor.get("/desk/").status == 200
        own_postgres.stop()
        try:
            wait_for_refusals(readers, 1)
            client = server.client()
            assert client.get(FORM).status == 200
            assert client.get("/healthz").status == 200
            assert client.get("/readyz").status == 503
            own_page = f"/letters/{readers.receipts[0].token}"
            for page in (client.get(own_page), editor.get("/desk/"), colleague.post("/desk/login", sign_in)):
                assert page.status == 503
                assert int(page.headers["Retry-After"]) > 0
                assert [heading.get_text() for heading in page.soup.select("h1")] == [
                    "The letters desk can’t be reached just now."
                ]
        finally:
            own_postgres.start()
        wait_for_receipts(readers, 1)
        readers.stop()
        assert server.unexpected_errors == []
    with postgres_site.store() as database:
        assert_all_there(database, readers.receipts)


def test_a_database_that_stands_still_keeps_no_reader_waiting_for_good(
    postgres_site: RestartableSite, own_postgres: PostgresServer
) -> None:
    readers = postgres_site.concurrent_readers()
    with postgres_site.running_server() as server:
        # More than there are threads.
        readers.start(2 * WORKERS * THREADS)
        wait_for_receipts(readers, LETTERS)
        with own_postgres.suspended():
            since = time.monotonic()
            server.client().get("/readyz")
            for path, status, longest in (("/readyz", 503, LONGEST_CHECK), ("/healthz", 200, 0.0)):
                asked = time.monotonic()
                assert server.client().get(path).status == status
                assert time.monotonic() - asked < longest + BUSY_MACHINE
            wait_for_refusals(readers, READERS)
            assert time.monotonic() - since < LONGEST_HANG
        wait_for_receipts(readers, LETTERS)
        readers.stop()
        assert server.stop() == 0
        errors = server.unexpected_errors
    assert_nothing_was_lost(postgres_site, readers, errors)


def test_without_a_connection_to_be_had_letters_wait_with_their_writers(
    postgres_site: RestartableSite, own_postgres: PostgresServer
) -> None:
    readers = postgres_site.concurrent_readers()
    with postgres_site.running_server() as server:
        own_postgres.limit_connections(postgres_site.database_url, CONNECTIONS)
        # The limit holds for new connections only.
        own_postgres.restart()
        readers.start(READERS)
        wait_for_refusals(readers, READERS)
        own_postgres.limit_connections(postgres_site.database_url, UNLIMITED)
        wait_for_receipts(readers, LETTERS)
        readers.stop()
        assert server.unexpected_errors == []
    assert_asked_to_try_again(readers.refused)
    with postgres_site.store() as database:
        assert_all_there(database, readers.receipts)


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
