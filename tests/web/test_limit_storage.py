"""Counting rate limits in a file that processes share, and going on elsewhere where a store fails."""

import dataclasses
import sqlite3
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from tests.pages import Visitor
from tests.web.test_redis_limits import fail_to_sign_in
from webapp.app import create_app
from webapp.installation.settings import Settings
from webapp.store.database import Database
from webapp.web import limit_storage
from webapp.web.limit_storage import FallbackStorage, FileStorage
from webapp.web.limits import is_held_by

TEN = RateLimitItemPerMinute(10)


def hits_allowed(file: Path) -> int:
    """Count 20 hits in the file, and return how many the limit allowed."""
    limiter = SlidingWindowCounterRateLimiter(FileStorage(file))
    return sum(limiter.hit(TEN, "one") for _ in range(20))


def test_processes_share_one_count(tmp_path: Path) -> None:
    file = tmp_path / "counts"
    FileStorage(file)
    left = 60 - time.time() % 60
    if left < 10:
        time.sleep(left)
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as processes:
        assert sum(processes.map(hits_allowed, [file] * 4)) == 10


def test_two_workers_allow_no_more_than_one(counting: Settings, sqlite: Database, tmp_path: Path) -> None:
    settings = dataclasses.replace(counting, limits_file=tmp_path / "counts")
    one, other = (Visitor(create_app(settings, sqlite)) for _ in range(2))
    assert [fail_to_sign_in(visitor) for visitor in (one, other) * 4] == [422] * 8
    assert [fail_to_sign_in(one), fail_to_sign_in(other)] == [429, 429]


def test_two_workers_know_one_holder(counting: Settings, sqlite: Database, tmp_path: Path) -> None:
    settings = dataclasses.replace(counting, limits_file=tmp_path / "counts")
    for holder, is_first in (("one", True), ("two", False)):
        with create_app(settings, sqlite).app_context():
            assert is_held_by("stamp", "a", holder, seconds=60) is is_first


def test_the_file_counts_as_memory_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [600.0]
    monkeypatch.setattr(time, "time", lambda: clock[0])
    limiters = [
        SlidingWindowCounterRateLimiter(storage)
        for storage in (FileStorage(tmp_path / "counts"), MemoryStorage())
    ]
    allowed: list[list[object]] = [[], []]
    for seconds in (0.0, 0.1, 30.0, 59.0, 60.0, 61.0, 75.0, 90.0, 119.5, 141.0, 200.0, 500.0):
        clock[0] = 600.0 + seconds
        for answers, limiter in zip(allowed, limiters, strict=True):
            answers += [limiter.hit(TEN, "one") for _ in range(4)]
            stats = limiter.get_window_stats(TEN, "one")
            answers += [stats.remaining, round(stats.reset_time, 3)]
    assert allowed[0] == allowed[1]


def test_expired_counts_leave_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [600.0]
    monkeypatch.setattr(time, "time", lambda: clock[0])
    monkeypatch.setattr(limit_storage, "HITS_BETWEEN_CLEANING", 3)
    limiter = SlidingWindowCounterRateLimiter(FileStorage(tmp_path / "counts"))
    for number in range(5):
        clock[0] += 200
        limiter.hit(TEN, str(number))
    with sqlite3.connect(tmp_path / "counts") as connection:
        assert connection.execute("SELECT count(*) FROM counts").fetchone() == (3,)


def test_a_store_that_fails_is_left_alone_and_counting_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    class Failing(MemoryStorage):
        def acquire_sliding_window_entry(self, key: str, *_numbers: int) -> bool:
            asked.append(key)
            raise ConnectionError

    monkeypatch.setattr(limit_storage, "_redis_storage", lambda _url: Failing())
    limiter = SlidingWindowCounterRateLimiter(
        FallbackStorage(redis_url="redis://", file=str(tmp_path / "counts"))
    )
    left = 60 - time.time() % 60
    if left < 2:
        time.sleep(left)
    assert [limiter.hit(TEN, "one") for _ in range(11)] == [True] * 10 + [False]
    assert len(asked) == 1
    later = time.monotonic() + 11
    monkeypatch.setattr(time, "monotonic", lambda: later)
    limiter.hit(TEN, "one")
    limiter.hit(TEN, "one")
    assert len(asked) == 2


def test_a_file_that_is_away_leaves_the_memory(tmp_path: Path) -> None:
    limiter = SlidingWindowCounterRateLimiter(FallbackStorage(file=str(tmp_path / "no folder" / "counts")))
    left = 60 - time.time() % 60
    if left < 2:
        time.sleep(left)
    assert [limiter.hit(TEN, "one") for _ in range(11)] == [True] * 10 + [False]
