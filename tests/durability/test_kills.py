"""A server that is killed at any moment, again and again, loses no letter whose receipt was seen.

Prints its numbers: run with ``-s`` to see them, and with LETTERSDESK_TEST_KILL_ROUNDS for more of the same.
"""

import os
import random
import signal
import sys
import time

from tests.durability.evidence import assert_all_there
from tests.durability.restartable_site import House, kill_all, let_through
from tests.installation.concurrent_readers import Crowd
from tests.installation.server import RunningServer, wait_until
from webapp.installation.settings import WORKERS

ROUNDS = int(os.environ.get("LETTERSDESK_TEST_KILL_ROUNDS", "8"))
WORKERS_A_ROUND = 2
"""Workers killed, one after another has taken the place of the one before; then all processes at once."""
READERS = 6
MOST_BEFORE_A_KILL = 40
"""Letters taken in, at most."""


def test_no_letter_with_a_receipt_is_lost_or_doubled_however_often_the_server_is_killed(house: House) -> None:
    chance = random.Random()
    crowd = house.crowd()
    crowd.start(READERS)
    for _ in range(ROUNDS):
        with house.serving() as server:
            for _ in range(WORKERS_A_ROUND):
                _let_some_through(crowd, chance)
                _kill_a_worker(server, chance)
            _let_some_through(crowd, chance)
            kill_all(server)
    with house.serving() as server:
        crowd.stop()
        assert server.stop() == 0
        failures = server.failures
    sys.stdout.write(
        f"\n{house.database_url.partition(':')[0]}: {ROUNDS * (WORKERS_A_ROUND + 1)} kills, "
        f"{len(crowd.receipts)} letters with a receipt, {crowd.cut} times no answer, "
        f"{len(crowd.refused)} times another one\n"
    )
    with house.store() as database:
        assert_all_there(database, crowd.receipts)
    assert failures == []


def _let_some_through(crowd: Crowd, chance: random.Random) -> None:
    let_through(crowd, chance.randint(1, MOST_BEFORE_A_KILL))
    # Somewhere in the middle of the next ones.
    time.sleep(chance.uniform(0, 0.02))


def _kill_a_worker(server: RunningServer, chance: random.Random) -> None:
    killed = chance.choice(server.workers())
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: killed not in server.workers(), "the worker is gone")
    wait_until(lambda: len(server.workers()) == WORKERS, "another has taken its place")
