"""How long a piece of work keeps a processor, whatever else goes on in the machine and in the test run."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Stopwatch:
    """Holds the seconds of this thread's work, once it is done."""

    seconds: float = 0.0


@contextmanager
def stopwatch() -> Iterator[Stopwatch]:
    """Measure what is done in the block.

    Python looks for garbage meanwhile only where the work itself leaves much of it: a look through all that
    some thousand tests have left takes more than a second, and comes when it likes.
    """
    watch = Stopwatch()
    gc.freeze()
    since = time.thread_time()
    try:
        yield watch
    finally:
        watch.seconds = time.thread_time() - since
        gc.unfreeze()
