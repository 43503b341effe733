"""Workers that are killed at any moment lose nothing, and several at once double nothing.

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
from tests.messages.mail_server import Delivered, PostOffice
from tests.messages.sample_messages import end_leases, put_many, stored
from tests.messages.worker_processes import running_nursery
from webapp.installation.clock import now
from webapp.store.database import Database
from webapp.store.models import MessageState

MESSAGES = 240
KILLS = 16
MOST_BEFORE_A_KILL = 8
"""Messages that a worker sends before it is killed, at most; it may be in the middle of the next one."""
SPEED_MESSAGES = 500
LEAST_A_MINUTE = 3000
"""Of a processor's time: how long a busy machine lets a worker wait for one says nothing about it."""


def all_sent(store: Database) -> bool:
    return {message.state for message in stored(store)} == {MessageState.SENT}


def doubled(delivered: Sequence[Delivered]) -> list[str]:
    """Return the Message-IDs that came more than once, each as often as it came again."""
    times = Counter(each.message_id for each in delivered)
    return [message_id for message_id in times for _ in range(times[message_id] - 1)]


def test_killed_workers_lose_nothing_and_double_only_what_was_on_its_way(
    store: Database, office: PostOffice
) -> None:
    put_many(store, MESSAGES, at=now())
    chance = random.Random()
    with running_nursery(store, office.url) as nursery:
        for _ in range(KILLS):
            there, connections = len(office.delivered), office.connections
            pid = nursery.start()
            office.wait_for_connections(connections + 1)
            office.wait_for_messages(there + chance.randint(0, MOST_BEFORE_A_KILL))
            time.sleep(chance.uniform(0, 0.01))
            assert nursery.end(pid, signal.SIGKILL) == -signal.SIGKILL
            end_leases(store)
        at_the_end = nursery.start()
        wait_until(lambda: all_sent(store), "all messages are sent")
        assert nursery.end(at_the_end, signal.SIGTERM) == 0
    wanted = {f"<{message.message_id}>" for message in stored(store)}
    again = doubled(office.delivered)
    lost = wanted - {each.message_id for each in office.delivered}
    say(
        f"{store.engine.name}: {KILLS} kills, messages wanted {len(wanted)}, "
        f"received {len(office.delivered)}, doubled {len(again)}, lost {len(lost)}"
    )
    assert len(wanted) == MESSAGES
    assert lost == set()
    assert len(again) <= KILLS
    contents = {(each.message_id, each.recipient, each.content) for each in office.delivered}
    assert len(contents) == MESSAGES


@pytest.mark.parametrize("store", ["postgres_store"], indirect=True)
def test_two_workers_at_once_double_nothing(store: Database, office: PostOffice) -> None:
    put_many(store, MESSAGES, at=now())
    with running_nursery(store, office.url) as nursery:
        workers = [nursery.start(), nursery.start()]
        office.wait_for_messages(MESSAGES)
        wait_until(lambda: all_sent(store), "all messages are sent")
        for pid in workers:
            assert nursery.end(pid, signal.SIGTERM) == 0
    shares = Counter(each.connection for each in office.delivered)
    say(f"two workers: messages {MESSAGES}, received {len(office.delivered)}, shares {list(shares.values())}")
    assert len(office.delivered) == MESSAGES
    assert doubled(office.delivered) == []
    assert len(shares) == 2


def test_one_worker_delivers_thousands_a_minute(store: Database, office: PostOffice) -> None:
    put_many(store, SPEED_MESSAGES, at=now())
    with running_nursery(store, office.url) as nursery:
        pid = nursery.start()
        office.wait_for_connections(1)
        since, worked_before = time.monotonic(), seconds_of_work(pid)
        office.wait_for_messages(SPEED_MESSAGES, seconds=120)
        seconds, worked = time.monotonic() - since, seconds_of_work(pid) - worked_before
    by_the_clock, at_work = (60 * SPEED_MESSAGES / each for each in (seconds, worked))
    say(
        f"{store.engine.name}: one worker delivers {by_the_clock:.0f} messages a minute, "
        f"{at_work:.0f} in a minute of processor time"
    )
    assert office.connections == 1
    assert at_work > LEAST_A_MINUTE


def seconds_of_work(pid: int) -> float:
    """Return how long a process has had a processor."""
    user, system = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def say(numbers: str) -> None:
    sys.stdout.write(f"\n{numbers}\n")
