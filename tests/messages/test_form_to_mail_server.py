"""Server and worker processes with form and mail server: each acknowledged letter has its receipt message."""

import os
import random
import re
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.installation import fork_server
from tests.installation.fork_server import ForkedCommand
from tests.installation.http_client import HttpClient
from tests.installation.server import clean_environment, running_server, wait_until
from tests.installation.steps import send_letter
from tests.messages.mail_server import LocalMailServer
from tests.messages.sample_messages import enqueue_many, expire_leases, stored_messages
from tests.messages.worker_processes import worker_settings
from tests.samples import SEAL
from tests.services.postgres import PostgresServer
from webapp.installation.clock import now
from webapp.messages.leases_and_retries import lease_due
from webapp.store.database import Database
from webapp.store.models import Letter, MessageState
from webapp.store.schema import migrate

LETTERS = 16
FEW_LETTERS = 6
SECONDS_TO_STOP = 8


@pytest.fixture(params=["sqlite", "postgresql"])
def own_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated database for this test only, on each of the two databases in turn."""
    url = f"sqlite:///{tmp_path / 'letters.db'}"
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.create_database()
    database = Database(url, SEAL)
    migrate(database)
    yield database
    database.dispose()


def start_worker(store: Database, mail_server: LocalMailServer, folder: Path) -> ForkedCommand:
    settings = worker_settings(store, mail_server.url)
    return fork_server.fork(["worker"], cwd=folder, env=clean_environment(settings))


def send(client: HttpClient, number: int) -> bool:
    """Send a letter through the form; tell whether the server acknowledged it (303)."""
    with suppress(OSError, HTTPException):
        answer = send_letter(client, headline=f"Letter {number}", email=f"writer-{number}@example.com")
        return answer.status == 303
    return False


def kill_soon(pid: int) -> None:
    """Kill a process at a random time within the next 50 ms."""
    threading.Timer(random.uniform(0, 0.05), os.kill, (pid, signal.SIGKILL)).start()


def test_every_acknowledged_letter_has_one_receipt_though_servers_are_killed(
    own_store: Database, mail_server: LocalMailServer, tmp_path: Path
) -> None:
    settings = worker_settings(own_store, mail_server.url) | {"LETTERSDESK_RATE_LIMITS": "off"}
    acknowledged = []
    with running_server(tmp_path, settings) as server:
        for number in range(LETTERS):
            if number % 5 == 4:
                kill_soon(server.worker_pids()[0])
            acknowledged += [number] if send(server.client(), number) else []
        assert server.stop() == 0
    if not own_store.is_sqlite:
        # There it takes some time until the worker is taken for ended.
        expire_leases(own_store)
    worker = start_worker(own_store, mail_server, tmp_path)
    wait_until(
        lambda: {message.state for message in stored_messages(own_store)} == {MessageState.SENT},
        "all are sent",
    )
    # Killed, as it may still be starting: it may have had nothing to send. Other tests stop workers properly.
    worker.kill()
    worker.wait()
    with own_store.snapshot() as session:
        letters = len(session.scalars(select(Letter.id)).all())
    wanted = [f"<{message.message_id}>" for message in stored_messages(own_store)]
    received = [each.message_id for each in mail_server.delivered]
    recipients = {each.recipient for each in mail_server.delivered}
    sys.stdout.write(
        f"\n{own_store.engine.name}: acknowledged letters {len(acknowledged)}, stored {letters}, "
        f"receipts wanted {len(wanted)}, received {len(received)}, "
        f"doubled {len(received) - len(set(received))}, lost {len(set(wanted) - set(received))}\n"
    )
    assert len(acknowledged) > LETTERS // 2
    assert len(wanted) == letters >= len(acknowledged)
    assert set(received) == set(wanted)
    assert len(received) - len(set(received)) <= LETTERS // 5
    assert {f"writer-{number}@example.com" for number in acknowledged} <= recipients


def test_workers_of_the_server_send_each_receipt_once_and_its_link_confirms(
    own_store: Database, mail_server: LocalMailServer, tmp_path: Path
) -> None:
    settings = worker_settings(own_store, mail_server.url) | {"LETTERSDESK_RATE_LIMITS": "off"}
    with running_server(tmp_path, settings) as server:
        assert f"links in messages lead to {server.url}." in server.log
        assert all(send(server.client(), number) for number in range(FEW_LETTERS))
        mail_server.wait_for_messages(FEW_LETTERS)
        body = mail_server.delivered[0].mail.get_body(("plain",))
        assert body
        link = re.search(r"http://\S+/letters/\S+/confirm/\S+", body.get_content())
        assert link
        client = server.client()
        path = link[0].removeprefix(server.url)
        page = client.get(path)
        assert (page.status, client.post(path, page.fields()).status) == (200, 303)
        assert "Confirmed on " in client.get(path.partition("/confirm/")[0]).text
        assert server.stop() == 0
    assert (
        len({each.message_id for each in mail_server.delivered}) == len(mail_server.delivered) == FEW_LETTERS
    )


def test_a_stopped_worker_process_finishes_the_message_that_it_sends(
    own_store: Database, mail_server: LocalMailServer, tmp_path: Path
) -> None:
    enqueue_many(own_store, 5, at=now())
    workers: list[ForkedCommand] = []
    mail_server.delay_before_final_reply = 0.3
    mail_server.on_received = lambda: workers[0].send_signal(signal.SIGTERM)
    workers.append(start_worker(own_store, mail_server, tmp_path))
    mail_server.wait_for_messages(1)
    assert workers[0].wait(SECONDS_TO_STOP) == 0
    assert [message.state for message in stored_messages(own_store)] == [MessageState.SENT] + 4 * [
        MessageState.WAITING
    ]
    assert len(lease_due(own_store, now=now(), limit=9)) == 4
    assert len(mail_server.delivered) == 1


def test_a_stopped_server_process_finishes_the_message_that_it_sends(
    own_store: Database, mail_server: LocalMailServer, tmp_path: Path
) -> None:
    enqueue_many(own_store, 1, at=now())
    mail_server.delay_before_final_reply = 1.0
    arrived = threading.Event()
    mail_server.on_received = arrived.set
    with running_server(tmp_path, worker_settings(own_store, mail_server.url)) as server:
        assert arrived.wait(SECONDS_TO_STOP)
        assert server.stop() == 0
    assert [message.state for message in stored_messages(own_store)] == [MessageState.SENT]
    assert len(mail_server.delivered) == 1


def test_an_idle_worker_stops_at_once(sqlite: Database, mail_server: LocalMailServer, tmp_path: Path) -> None:
    enqueue_many(sqlite, 1, at=now())
    worker = start_worker(sqlite, mail_server, tmp_path)
    wait_until(lambda: stored_messages(sqlite)[0].state is MessageState.SENT, "the message is sent")
    since = time.monotonic()
    assert stop(worker, signal.SIGINT) == 0
    assert time.monotonic() - since < SECONDS_TO_STOP


def stop(worker: ForkedCommand, stop_signal: signal.Signals = signal.SIGTERM) -> int:
    worker.send_signal(stop_signal)
    return worker.wait(SECONDS_TO_STOP)
