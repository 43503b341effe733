"""`/healthz` and `/readyz`, and the check of a database that doesn't answer."""

import threading
import time

from flask import Flask

from webapp.store.database import StoreAwayError
from webapp.web.health import PATHS, Readiness, TimeLimitedCheck

READY = Readiness(is_ready=True)
SECONDS_TO_ANSWER = 10.0


def test_a_check_that_ends_gives_its_result() -> None:
    results = iter([READY, Readiness(is_ready=False)])
    check = TimeLimitedCheck(lambda: next(results), longest=SECONDS_TO_ANSWER)
    assert check.readiness() == READY
    assert not check.readiness().is_ready, "each is made anew"


def test_a_store_that_is_away_is_not_ready() -> None:
    def fail() -> Readiness:
        raise StoreAwayError

    assert not TimeLimitedCheck(fail, longest=SECONDS_TO_ANSWER).readiness().is_ready


def test_a_check_that_hangs_is_waited_for_once_and_not_made_again() -> None:
    answers, asked = threading.Event(), []

    def hang() -> Readiness:
        asked.append(1)
        answers.wait(SECONDS_TO_ANSWER)
        return READY

    check = TimeLimitedCheck(hang, longest=0.1)
    assert not check.readiness().is_ready
    since = time.monotonic()
    for _ in range(20):
        assert not check.readiness().is_ready
    assert time.monotonic() - since < 1
    assert len(asked) == 1
    answers.set()
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while not check.readiness().is_ready:
        assert time.monotonic() < deadline, "it is ready again"


def test_the_paths_with_threads_of_their_own_are_those_of_the_health_checks(app: Flask) -> None:
    client = app.test_client()
    assert [client.get(path).get_json()["status"] for path in PATHS] == ["ok", "ok"]
