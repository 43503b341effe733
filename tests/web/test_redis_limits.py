"""Rate limits counted in Redis by several processes, and in memory while Redis is unreachable or slow."""

import dataclasses
import time
from collections.abc import Iterator
from contextlib import nullcontext

import pytest
from redis import Redis

from tests.api.api_client import COMPLETE as LETTER, ApiClient, create_key
from tests.pages import Visitor
from tests.samples import BODY, PASSWORD
from tests.services.missing import skip_or_fail
from tests.services.redis_server import REMEDY, RedisMissingError, RedisServer, running_redis
from tests.web.conftest import FORM
from tests.web.test_limits import count_letters, send
from webapp.app import create_app
from webapp.installation.settings import Settings
from webapp.store.database import Database
from webapp.web import limit_storage
from webapp.web.limit_storage import REDIS_ANSWERS_WITHIN


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    """A running, empty Redis server."""
    try:
        with running_redis() as server:
            yield server
    except RedisMissingError:
        skip_or_fail("Redis", REMEDY)


@pytest.fixture
def redis_settings(counting: Settings, redis: RedisServer) -> Settings:
    """Settings of processes that count their limits in one Redis."""
    return dataclasses.replace(counting, limiter_url=redis.url)


def fail_to_sign_in(visitor: Visitor) -> int:
    visitor.open("/desk/login")
    return visitor.send({"email": "dana@example.com", "password": "wrong"}).status


def test_what_one_process_counted_the_other_knows(redis_settings: Settings, sqlite: Database) -> None:
    one, other = (Visitor(create_app(redis_settings, sqlite)) for _ in range(2))
    assert [fail_to_sign_in(visitor) for visitor in (one, other) * 4] == [422] * 8
    assert fail_to_sign_in(one) == 429
    assert fail_to_sign_in(other) == 429


def test_a_desk_that_one_process_finds_busy_is_busy_for_all(
    redis_settings: Settings, sqlite: Database
) -> None:
    settings = dataclasses.replace(redis_settings, busy_from=2)
    one, other = (Visitor(create_app(settings, sqlite)) for _ in range(2))
    assert send(one, body="").status == 422
    assert not other.open(FORM).form().has_attr("data-work-bits")
    assert send(other, body="").status == 422
    # One more than `busy_from`: with the sliding window a letter counts for less once a new minute has begun.
    send(other, body="")
    assert one.open(FORM).form().has_attr("data-work-bits")


@pytest.mark.usefixtures("dana")
def test_redis_is_told_nothing_of_anybody(
    redis_settings: Settings, sqlite: Database, redis: RedisServer
) -> None:
    visitor = Visitor(create_app(redis_settings, sqlite))
    assert send(visitor).status == 303
    assert fail_to_sign_in(visitor) == 422
    with Redis.from_url(redis.url) as client:
        keys = client.keys()
        assert isinstance(keys, list)
        said = repr(keys) + repr([client.type(key) for key in keys])
    assert said.count("LIMITS") >= 3
    for private in ("tai-man", "dana", "example.com", "127.0.0.1", PASSWORD):
        assert private not in said


def test_no_letter_waits_for_a_redis_that_is_away(
    redis_settings: Settings, sqlite: Database, redis: RedisServer
) -> None:
    visitor = Visitor(create_app(redis_settings, sqlite))
    assert send(visitor).status == 303
    redis.stop()
    since = time.monotonic()
    assert send(visitor, body="While it was away.").status == 303
    assert time.monotonic() - since < 5
    assert [fail_to_sign_in(visitor) for _ in range(9)] == [422] * 8 + [429], "it goes on counting alone"
    redis.start()
    assert send(visitor, body="When it was back.").status == 303
    assert count_letters(sqlite) == 3


def test_no_letter_waits_long_for_a_redis_that_stands_still(
    redis_settings: Settings, sqlite: Database, redis: RedisServer
) -> None:
    app = create_app(redis_settings, sqlite)
    visitor, api_client = Visitor(app), ApiClient(app, create_key(sqlite))
    assert send(visitor).status == 303
    with redis.suspended():
        since = time.monotonic()
        assert send(visitor, body="While it stood still.").status == 303
        assert time.monotonic() - since < REDIS_ANSWERS_WITHIN + 0.9, "one hit of one request has waited"
        since = time.monotonic()
        for number in range(3):
            assert send(visitor, body=f"While it still did, {number}.").status == 303
            assert api_client.send({**LETTER, "body": f"From a program, {number}."}).status_code == 201
        assert time.monotonic() - since < REDIS_ANSWERS_WITHIN, "none of these has asked it"
    assert count_letters(sqlite) == 8


def test_a_redis_that_is_back_is_asked_again(
    redis_settings: Settings, sqlite: Database, redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limit_storage, "LEFT_ALONE_SECONDS", 0.2)
    visitor = Visitor(create_app(redis_settings, sqlite))
    redis.stop()
    assert fail_to_sign_in(visitor) == 422
    redis.start()
    time.sleep(0.3)
    assert fail_to_sign_in(visitor) == 422
    with Redis.from_url(redis.url) as client:
        assert client.keys(), "it counts again"


@pytest.mark.parametrize("hangs", [False, True])
def test_the_limits_hold_while_redis_is_away(
    redis_settings: Settings, sqlite: Database, redis: RedisServer, hangs: bool
) -> None:
    app = create_app(redis_settings, sqlite)
    api_client, guesser = ApiClient(app, create_key(sqlite)), ApiClient(app, "lettersdesk_" + "x" * 43)
    with redis.suspended() if hangs else nullcontext():
        if not hangs:
            redis.stop()
        answers = [api_client.send({**LETTER, "body": f"{BODY} {number}"}) for number in range(45)]
        assert [answer.status_code for answer in answers] == [201] * 40 + [429] * 5
        assert [guesser.check(LETTER).status_code for _ in range(31)] == [401] * 30 + [429]


def test_a_redis_that_is_away_at_the_start_keeps_nobody_out(
    redis_settings: Settings, sqlite: Database, redis: RedisServer
) -> None:
    redis.stop()
    visitor = Visitor(create_app(redis_settings, sqlite))
    assert send(visitor).status == 303
    assert visitor.open(FORM).status == 200
