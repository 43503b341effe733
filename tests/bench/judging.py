"""Benchmark of the rules: time to check one letter, without a server or a database."""

import time
from collections.abc import Iterator

from tests.bench.figures import Row, milliseconds, percentile
from tests.installation.concurrent_readers import sample_letter
from tests.samples import HERALD, TODAY
from webapp.rules.check import check
from webapp.rules.submission import Submission

HEADINGS = ("check alone", "p50 ms", "p99 ms", "a second")
LETTERS = 500
WARM_UP = 20


def measure() -> Iterator[Row]:
    """Check `LETTERS` letters of about two hundred words one by one; yield the table row."""
    times: list[float] = []
    for number in range(WARM_UP + LETTERS):
        submission = Submission.from_mapping(sample_letter(0, number))
        since = time.perf_counter()
        assert check(submission, HERALD, TODAY).accepted
        times.append(time.perf_counter() - since)
    measured = times[WARM_UP:]
    yield (
        "a letter",
        milliseconds(percentile(measured, 0.5)),
        milliseconds(percentile(measured, 0.99)),
        f"{len(measured) / sum(measured):.0f}",
    )
