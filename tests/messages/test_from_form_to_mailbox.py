"""The real commands, from the form to the mail server: every letter that was acknowledged has its receipt."""

import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.installation.http_client import Caller
from tests.installation.server import COMMAND, clean_environment, running_server, wait_until
from tests.installation.steps import send_letter
from tests.messages.mail_server import PostOffice
from tests.messages.sample_messages import end_leases, put_many, stored
from tests.messages.worker_processes import worker_settings
from tests.samples import SEAL
from tests.services.postgres import PostgresServer
from webapp.installation.clock import now
from webapp.messages.leases import lease_due
from webapp.store.database import Database
from webapp.store.models import Letter, MessageState
from webapp.store.schema import migrate

LETTERS = 16
FEW_LETTERS = 6
SECONDS_TO_STOP = 8


@pytest.fixture(params=["sqlite", "postgresql"])
def own_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A store that no other test uses."""
    url = f"sqlite:///{tmp_path / 'letters.db'}"
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.create_database()
    database = Database(url, SEAL)
    migrate(database)
    yield database
    database.dispose()


def start_worker(store: Database, office: PostOffice, folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [COMMAND, "worker"], cwd=folder, env=clean_environment(worker_settings(store, office.url))
    )


def send(caller: Caller, number: int) -> bool:
    """Send a letter by the form; tell whether it was acknowledged."""
    with suppress(OSError, HTTPException):
        answer = send_letter(caller, headline=f"Letter {number}", email=f"writer-{number}@example.com")
        return answer.status == 303
    return False


def kill_soon(pid: int) -> None:
    """Kill a process at some moment of the next call."""
    threading.Timer(random.uniform(0, 0.05), os.kill, (pid, signal.SIGKILL)).start()


def test_every_acknowledged_letter_has_one_receipt_though_servers_are_killed(
    own_store: Database, office: PostOffice, tmp_path: Path
) -> None:
    settings = worker_settings(own_store, office.url) | {"LETTERSDESK_RATE_LIMITS": "off"}
    acknowledged = []
    with running_server(tmp_path, settings) as server:
        for number in range(LETTERS):
            if number % 5 == 4:
                kill_soon(server.workers()[0])
            acknowledged += [number] if send(server.caller(), number) else []
        assert server.stop() == 0
    end_leases(own_store)
    worker = start_worker(own_store, office, tmp_path)
    wait_until(
        lambda: {message.state for message in stored(own_store)} == {MessageState.SENT}, "all are sent"
    )
    # It may have found nothing left to send, and be hardly up: how one ends is another test's matter.
    worker.kill()
    worker.wait()
    with own_store.snapshot() as session:
        letters = len(session.scalars(select(Letter.id)).all())
    wanted = [f"<{message.message_id}>" for message in stored(own_store)]
    received = [each.message_id for each in office.delivered]
    told = {each.recipient for each in office.delivered}
    sys.stdout.write(
        f"\n{own_store.engine.name}: acknowledged letters {len(acknowledged)}, stored {letters}, "
        f"receipts wanted {len(wanted)}, received {len(received)}, "
        f"doubled {len(received) - len(set(received))}, lost {len(set(wanted) - set(received))}\n"
    )
    assert len(acknowledged) > LETTERS // 2
    assert len(wanted) == letters >= len(acknowledged)
    assert set(received) == set(wanted)
    assert len(received) - len(set(received)) <= LETTERS // 5
    assert {f"writer-{number}@example.com" for number in acknowledged} <= told


def test_the_servers_own_workers_send_each_receipt_once_and_its_link_confirms(
    own_store: Database, office: PostOffice, tmp_path: Path
) -> None:
    settings = worker_settings(own_store, office.url) | {"LETTERSDESK_RATE_LIMITS": "off"}
    with running_server(tmp_path, settings) as server:
        assert f"links in messages lead to {server.url}." in server.log
        assert all(send(server.caller(), number) for number in range(FEW_LETTERS))
        office.wait_for_messages(FEW_LETTERS)
        body = office.delivered[0].mail.get_body(("plain",))
        assert body
        link = re.search(r"http://\S+/letters/\S+/confirm/\S+", body.get_content())
        assert link
        caller = server.caller()
        path = link[0].removeprefix(server.url)
        page = caller.get(path)
        assert (page.status, caller.post(path, page.fields()).status) == (200, 303)
        assert "Confirmed on " in caller.get(path.partition("/confirm/")[0]).text
        assert server.stop() == 0
    assert len({each.message_id for each in office.delivered}) == len(office.delivered) == FEW_LETTERS


def test_a_worker_that_is_told_to_stop_finishes_the_message_under_way(
    own_store: Database, office: PostOffice, tmp_path: Path
) -> None:
    put_many(own_store, 5, at=now())
    workers: list[subprocess.Popen[bytes]] = []
    office.pause_before_the_end = 0.3
    office.on_arrival = lambda: workers[0].send_signal(signal.SIGTERM)
    workers.append(start_worker(own_store, office, tmp_path))
    office.wait_for_messages(1)
    assert workers[0].wait(SECONDS_TO_STOP) == 0
    assert [message.state for message in stored(own_store)] == [MessageState.SENT] + 4 * [
        MessageState.WAITING
    ]
    assert len(lease_due(own_store, now=now(), most=9)) == 4
    assert len(office.delivered) == 1


def test_a_server_that_is_told_to_stop_finishes_the_message_under_way(
    own_store: Database, office: PostOffice, tmp_path: Path
) -> None:
    put_many(own_store, 1, at=now())
    office.pause_before_the_end = 1.0
    arrived = threading.Event()
    office.on_arrival = arrived.set
    with running_server(tmp_path, worker_settings(own_store, office.url)) as server:
        assert arrived.wait(SECONDS_TO_STOP)
        assert server.stop() == 0
    assert [message.state for message in stored(own_store)] == [MessageState.SENT]
    assert len(office.delivered) == 1


def test_an_idle_worker_stops_at_once(sqlite: Database, office: PostOffice, tmp_path: Path) -> None:
    put_many(sqlite, 1, at=now())
    worker = start_worker(sqlite, office, tmp_path)
    wait_until(lambda: stored(sqlite)[0].state is MessageState.SENT, "the message is sent")
    since = time.monotonic()
    assert stop(worker, signal.SIGINT) == 0
    assert time.monotonic() - since < SECONDS_TO_STOP


def stop(worker: subprocess.Popen[bytes], stop_signal: signal.Signals = signal.SIGTERM) -> int:
    worker.send_signal(stop_signal)
    return worker.wait(SECONDS_TO_STOP)
