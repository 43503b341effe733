"""Measuring the CPU time of a block, independent of the machine's load and of earlier tests' garbage."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Stopwatch:
    """The CPU seconds of the thread in the block, set at its end."""

    seconds: float = 0.0


@contextmanager
def stopwatch() -> Iterator[Stopwatch]:
    """Measure the CPU time of this thread in the block.

    Objects of earlier tests are excluded from garbage collection meanwhile (`gc.freeze`): a full collection
    of what some thousand tests have left takes more than a second, at an unpredictable moment.
    """
    watch = Stopwatch()
    gc.freeze()
    since = time.thread_time()
    try:
        yield watch
    finally:
        watch.seconds = time.thread_time() - since
        gc.unfreeze()
