"""Doing things at the same moment, as several people or processes would."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Outcome = TypeVar("Outcome")


def at_once(tasks: Sequence[Callable[[], Outcome]]) -> list[Outcome]:
    """Do all of them at the same moment; return what came of each. An error in any of them is one here."""
    gate = threading.Barrier(len(tasks))

    def work(task: Callable[[], Outcome]) -> Outcome:
        gate.wait()
        return task()

    with ThreadPoolExecutor(len(tasks)) as threads:
        return list(threads.map(work, tasks))
