"""Killed workers lose no message, concurrent workers send none twice, and the rate of one worker.

Each test prints its numbers: run with ``-s`` to see them.
"""

import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.installation.server import wait_until
from tests.messages.mail_server import Delivered, LocalMailServer
from tests.messages.sample_messages import enqueue_many, expire_leases, stored_messages
from tests.messages.worker_processes import running_workers
from webapp.installation.clock import now
from webapp.store.database import Database
from webapp.store.models import MessageState

MESSAGES = 240
KILLS = 16
MAX_MESSAGES_BEFORE_KILL = 8
"""The most messages that a worker sends before it is killed, perhaps in the middle of the next one."""
SPEED_MESSAGES = 500
MIN_RATE = 3000
"""Messages per minute of the worker's CPU time: wall-clock time depends on what else the machine does."""


def all_sent(store: Database) -> bool:
    return {message.state for message in stored_messages(store)} == {MessageState.SENT}


def doubled(delivered: Sequence[Delivered]) -> list[str]:
    """Return the Message-IDs of repeated deliveries, one for each delivery after the first."""
    times = Counter(each.message_id for each in delivered)
    return [message_id for message_id in times for _ in range(times[message_id] - 1)]


def test_killed_workers_lose_no_message_and_repeat_only_the_one_being_sent(
    store: Database, mail_server: LocalMailServer
) -> None:
    enqueue_many(store, MESSAGES, at=now())
    rng = random.Random()
    with running_workers(store, mail_server.url) as workers:
        for _ in range(KILLS):
            received, connections = len(mail_server.delivered), mail_server.connections
            pid = workers.start()
            mail_server.wait_for_connections(connections + 1)
            mail_server.wait_for_messages(received + rng.randint(0, MAX_MESSAGES_BEFORE_KILL))
            time.sleep(rng.uniform(0, 0.01))
            assert workers.end(pid, signal.SIGKILL) == -signal.SIGKILL
            if not store.is_sqlite:
                # There it takes some time until the worker is taken for ended.
                expire_leases(store)
        last_worker = workers.start()
        wait_until(lambda: all_sent(store), "all messages are sent")
        assert workers.end(last_worker, signal.SIGTERM) == 0
    wanted = {f"<{message.message_id}>" for message in stored_messages(store)}
    again = doubled(mail_server.delivered)
    lost = wanted - {each.message_id for each in mail_server.delivered}
    report(
        f"{store.engine.name}: {KILLS} kills, messages wanted {len(wanted)}, "
        f"received {len(mail_server.delivered)}, doubled {len(again)}, lost {len(lost)}"
    )
    assert len(wanted) == MESSAGES
    assert lost == set()
    assert len(again) <= KILLS
    contents = {(each.message_id, each.recipient, each.content) for each in mail_server.delivered}
    assert len(contents) == MESSAGES


@pytest.mark.parametrize("store", ["postgres_store"], indirect=True)
def test_two_concurrent_workers_send_no_message_twice(store: Database, mail_server: LocalMailServer) -> None:
    enqueue_many(store, MESSAGES, at=now())
    with running_workers(store, mail_server.url) as workers:
        pids = [workers.start(), workers.start()]
        mail_server.wait_for_messages(MESSAGES)
        wait_until(lambda: all_sent(store), "all messages are sent")
        for pid in pids:
            assert workers.end(pid, signal.SIGTERM) == 0
    shares = Counter(each.connection for each in mail_server.delivered)
    report(
        f"two workers: messages {MESSAGES}, received {len(mail_server.delivered)}, "
        f"shares {list(shares.values())}"
    )
    assert len(mail_server.delivered) == MESSAGES
    assert doubled(mail_server.delivered) == []
    assert len(shares) == 2


def test_one_worker_delivers_thousands_a_minute(store: Database, mail_server: LocalMailServer) -> None:
    enqueue_many(store, SPEED_MESSAGES, at=now())
    with running_workers(store, mail_server.url) as workers:
        pid = workers.start()
        mail_server.wait_for_connections(1)
        since, cpu_before = time.monotonic(), cpu_seconds(pid)
        mail_server.wait_for_messages(SPEED_MESSAGES, seconds=120)
        seconds, cpu = time.monotonic() - since, cpu_seconds(pid) - cpu_before
    rate, cpu_rate = (60 * SPEED_MESSAGES / each for each in (seconds, cpu))
    report(
        f"{store.engine.name}: one worker delivers {rate:.0f} messages a minute, "
        f"{cpu_rate:.0f} in a minute of processor time"
    )
    assert mail_server.connections == 1
    assert cpu_rate > MIN_RATE


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of a process, in user and kernel mode."""
    user, system = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def report(numbers: str) -> None:
    sys.stdout.write(f"\n{numbers}\n")
