"""A server that is killed (SIGKILL) repeatedly at random moments loses no letter that has a receipt.

It prints its counts: run with ``-s`` to see them. TEST_KILL_ROUNDS sets the number of rounds.
"""

import os
import random
import signal
import sys
import time

from tests.durability.evidence import assert_all_there
from tests.durability.restartable_site import RestartableSite, kill_server_and_workers, wait_for_receipts
from tests.installation.concurrent_readers import ConcurrentReaders
from tests.installation.server import RunningServer, wait_until
from webapp.installation.settings import WORKERS

ROUNDS = int(os.environ.get("TEST_KILL_ROUNDS", "8"))
WORKERS_A_ROUND = 2
"""Workers killed in a round, each after the one before was replaced; then all processes at once."""
READERS = 6
MAX_LETTERS_BEFORE_KILL = 16


def test_no_letter_with_a_receipt_is_lost_or_doubled_however_often_the_server_is_killed(
    site: RestartableSite,
) -> None:
    chance = random.Random()
    readers = site.concurrent_readers()
    readers.start(READERS)
    for _ in range(ROUNDS):
        with site.running_server() as server:
            for _ in range(WORKERS_A_ROUND):
                _let_some_through(readers, chance)
                _kill_a_worker(server, chance)
            _let_some_through(readers, chance)
            kill_server_and_workers(server)
    with site.running_server() as server:
        readers.stop()
        assert server.stop() == 0
        errors = server.unexpected_errors
    sys.stdout.write(
        f"\n{site.database_url.partition(':')[0]}: {ROUNDS * (WORKERS_A_ROUND + 1)} kills, "
        f"{len(readers.receipts)} letters with a receipt, {readers.unanswered} times no answer, "
        f"{len(readers.refused)} times another one\n"
    )
    with site.store() as database:
        assert_all_there(database, readers.receipts)
    assert errors == []


def _let_some_through(readers: ConcurrentReaders, chance: random.Random) -> None:
    wait_for_receipts(readers, chance.randint(1, MAX_LETTERS_BEFORE_KILL))
    # So that the kill comes while the next letters are being handled.
    time.sleep(chance.uniform(0, 0.02))


def _kill_a_worker(server: RunningServer, chance: random.Random) -> None:
    killed = chance.choice(server.worker_pids())
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: killed not in server.worker_pids(), "the worker is gone")
    wait_until(lambda: len(server.worker_pids()) == WORKERS, "another has taken its place")
