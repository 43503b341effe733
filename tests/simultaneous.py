"""Running functions concurrently in threads that start at the same moment, for tests of race conditions."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Outcome = TypeVar("Outcome")


def run_concurrently(tasks: Sequence[Callable[[], Outcome]]) -> list[Outcome]:
    """Run all tasks in threads of their own; return their results in order, or raise the first exception."""
    start = threading.Barrier(len(tasks))

    def work(task: Callable[[], Outcome]) -> Outcome:
        start.wait()
        return task()

    with ThreadPoolExecutor(len(tasks)) as threads:
        return list(threads.map(work, tasks))
