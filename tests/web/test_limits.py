"""Rate limits of the reader's pages: letters per client, letters per e-mail address, trusted proxies."""

import dataclasses
import re
from types import SimpleNamespace

import pytest
from flask import Flask
from flask_limiter import Limiter
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from sqlalchemy import func, select
from werkzeug.test import EnvironBuilder

from tests.pages import Page, Visitor, token_for
from tests.samples import BODY, HERALD, NOON, SECRET_KEY, letter
from tests.web.conftest import COMPLETE, FORM
from webapp.app import create_app
from webapp.installation.settings import Settings
from webapp.letters.intake.intake import Arrival, Intake
from webapp.reader import proof_of_work
from webapp.store.database import Database
from webapp.store.models import Channel, Letter, Message
from webapp.web.limit_storage import FallbackStorage
from webapp.web.limited_intake import count_confirmation_request
from webapp.web.limits import client_key, count_hit, counter_key, hits_so_far, is_held_by

TWO_PER_MINUTE = RateLimitItemPerMinute(2)


def send(visitor: Visitor, **changes: str) -> Page:
    visitor.open(FORM)
    return visitor.send(COMPLETE | changes, follow=False)


def fields(visitor: Visitor, **changes: str) -> dict[str, str]:
    """Return the fields of the open form with some changed, to post them many times."""
    assert visitor.page
    return visitor.page.typed() | changes


def count_letters(database: Database) -> int:
    with database.snapshot() as session:
        return session.scalar(select(func.count()).select_from(Letter)) or 0


def limiter_of(app: Flask) -> Limiter:
    limiter = app.extensions["lettersdesk_limiter"]
    assert isinstance(limiter, Limiter)
    return limiter


def limiter_storage(app: Flask) -> MemoryStorage:
    storage = limiter_of(app).storage
    assert isinstance(storage, FallbackStorage)
    return storage.last_resort


@pytest.fixture
def without_proof_of_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """No letter needs a proof of work, however many are sent, so that only the limits refuse."""
    monkeypatch.setattr(proof_of_work.ProofOfWork, "required_bits", lambda _self: 0)


@pytest.mark.usefixtures("without_proof_of_work")
def test_a_class_of_thirty_sends_through_one_address(limited_visitor: Visitor, sqlite: Database) -> None:
    limited_visitor.open(FORM)
    for pupil in range(30):
        letter_sent = (
            fields(limited_visitor, submission_key=str(pupil)) | COMPLETE | {"email": "teacher@example.com"}
        )
        for body, status in (("", 422), (f"{BODY} {pupil}", 303)):
            assert limited_visitor.client.post(FORM, data=letter_sent | {"body": body}).status_code == status
    assert count_letters(sqlite) == 30


@pytest.mark.usefixtures("without_proof_of_work")
def test_one_address_is_stopped_in_the_end_and_loses_nothing(
    limited_visitor: Visitor, sqlite: Database
) -> None:
    limited_visitor.open(FORM)
    returned = fields(limited_visitor, **COMPLETE) | {"body": ""}
    assert {limited_visitor.client.post(FORM, data=returned).status_code for _ in range(150)} == {422}
    page = send(limited_visitor)
    assert page.status == 429
    assert 0 < int(page.response.headers["Retry-After"]) <= 600
    assert page.all("#summary h2") == ["Too many letters at once."]
    assert page.one("#summary").has_attr("autofocus")
    assert {name: page.typed()[name] for name in COMPLETE} == COMPLETE
    assert count_letters(sqlite) == 0
    elsewhere = limited_visitor.client.post(
        FORM, data=fields(limited_visitor, **COMPLETE), environ_overrides={"REMOTE_ADDR": "203.0.113.9"}
    )
    assert elsewhere.status_code == 303


@pytest.mark.usefixtures("without_proof_of_work")
def test_one_mailbox_is_not_flooded_with_receipts(limited_visitor: Visitor, sqlite: Database) -> None:
    spellings = ["tai-man@example.com", "Tai-Man@EXAMPLE.com", "tai-man+desk@example.com"]
    limited_visitor.open(FORM)
    for number in range(40):
        letter_sent = fields(limited_visitor, submission_key=str(number)) | COMPLETE
        changes = {"body": f"{BODY} {number}", "email": spellings[number % 3]}
        answer = limited_visitor.client.post(FORM, data=letter_sent | changes)
        assert answer.status_code == 303
    page = send(limited_visitor, body="One more.")
    assert page.status == 429
    assert page.typed()["body"] == "One more."
    assert count_letters(sqlite) == 40
    assert send(limited_visitor, body="Mine.", email="eli@example.com").status == 303
    assert send(limited_visitor, email="no address").status == 422


@pytest.mark.usefixtures("without_proof_of_work")
def test_what_counts_holds_no_address(limited_visitor: Visitor) -> None:
    send(limited_visitor)
    limited_visitor.open("/desk/login")
    limited_visitor.send({"email": COMPLETE["email"], "password": "x"})
    kept = " ".join(map(str, limiter_storage(limited_visitor.client.application).storage))
    assert "LIMITER" in kept
    for private in ("tai-man", "example.com", "127.0.0.1"):
        assert private not in kept
    assert re.findall(r"[0-9a-f]{32}", kept)


def post_with_token(visitor: Visitor, url: str) -> int:
    token = token_for(visitor.client.application, url)
    return visitor.client.post(url, data={"csrf_token": token}).status_code


@pytest.mark.usefixtures("without_proof_of_work")
def test_presses_on_own_pages_are_limited_and_keep_what_was_typed(
    limited_visitor: Visitor, sqlite: Database
) -> None:
    limited_visitor.open(str(send(limited_visitor).response.headers["Location"]))
    page = limited_visitor.page
    assert page
    for _ in range(60):
        assert post_with_token(limited_visitor, f"{page.address}/confirm/x") == 410
    stopped = limited_visitor.send({"reason": "It is “printed” elsewhere."})
    assert stopped.status == 429
    assert int(stopped.response.headers["Retry-After"]) > 0
    assert stopped.typed()["reason"] == "It is “printed” elsewhere."
    for act in ("withdraw", "answer", "send-confirmation"):
        assert post_with_token(limited_visitor, f"/letters/x/{act}") == 429
    with sqlite.snapshot() as session:
        assert session.scalar(select(Letter.state)) == "received"


def test_a_mailbox_gets_few_confirm_messages_for_all_its_letters_together(
    counting: Settings, sqlite: Database
) -> None:
    app = create_app(counting, sqlite)
    intake, visitor = Intake(sqlite, SECRET_KEY), Visitor(app)
    answers = []
    for number in range(4):
        letter_sent = letter(body=f"{BODY} {number}")
        receipt = intake.receive(letter_sent, HERALD, Arrival(channel=Channel.FORM, at=NOON))
        page = visitor.open(f"/letters/{receipt.token}")
        answers += [post_with_token(visitor, f"{page.address}/send-confirmation") for _ in range(3)]
    assert answers == [303] * 10 + [429] * 2
    with sqlite.snapshot() as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 10


def test_addresses_that_are_none_share_the_confirm_messages_of_one(
    counting: Settings, sqlite: Database
) -> None:
    with create_app(counting, sqlite).test_request_context():
        answers = [count_confirmation_request(f"no address {number}") for number in range(11)]
        assert answers == [True] * 10 + [False]
        assert count_confirmation_request("jo@example.com")


def test_hits_are_counted_for_each_key_until_the_limit(counting: Settings, sqlite: Database) -> None:
    app = create_app(counting, sqlite)
    with app.test_request_context():
        assert hits_so_far(TWO_PER_MINUTE, "one") == 0
        assert [count_hit(TWO_PER_MINUTE, "one") for _ in range(3)] == [True, True, False]
        assert hits_so_far(TWO_PER_MINUTE, "one") == 2
        assert hits_so_far(TWO_PER_MINUTE, "other") == 0
        assert count_hit(TWO_PER_MINUTE, "other")
        assert hits_so_far(TWO_PER_MINUTE, "other") == 1


def test_no_hits_are_counted_where_limits_are_off(app: Flask) -> None:
    with app.test_request_context():
        assert all(count_hit(TWO_PER_MINUTE, "one") for _ in range(3))
        assert hits_so_far(TWO_PER_MINUTE, "one") == 0
        assert all(is_held_by("stamp", "a", holder, seconds=60) for holder in ("one", "two"))


def test_a_value_is_the_first_holders(counting: Settings, sqlite: Database) -> None:
    with create_app(counting, sqlite).app_context():
        asked = [("a", "one"), ("a", "two"), ("a", "one"), ("b", "two"), ("b", "one")]
        held = [is_held_by("stamp", value, holder, seconds=60) for value, holder in asked]
        assert held == [True, False, True, True, False]
        assert is_held_by("letter", "a", "two", seconds=60)


def test_counters_that_can_not_be_reached_stop_nobody(
    counting: Settings, sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(counting, sqlite)
    counters, error = limiter_of(app).limiter, limiter_storage(app).base_exceptions
    assert isinstance(error, type)

    def fail(*_arguments: object) -> None:
        raise error

    monkeypatch.setattr(counters, "hit", fail)
    monkeypatch.setattr(counters, "get_window_stats", fail)
    monkeypatch.setattr(limiter_of(app).storage, "get", fail)
    with app.test_request_context():
        assert is_held_by("stamp", "a", "one", seconds=60)
        assert count_hit(TWO_PER_MINUTE, "one")
        assert hits_so_far(TWO_PER_MINUTE, "one") == 0


def test_a_letter_is_stored_where_nothing_can_be_counted(
    limited_visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise ValueError

    for storage_method in ("acquire_sliding_window_entry", "get_sliding_window"):
        monkeypatch.setattr(MemoryStorage, storage_method, fail)
    assert send(limited_visitor).status == 303


@pytest.mark.parametrize(
    ("breached", "ahead", "header"),
    [(True, 30, "30"), (True, 1, "1"), (True, 0, "1"), (True, -5, "1"), (True, 61, "60"), (False, 30, None)],
)
def test_an_answer_says_after_how_many_seconds_to_try_again(
    counting: Settings,
    sqlite: Database,
    monkeypatch: pytest.MonkeyPatch,
    breached: bool,
    ahead: int,
    header: str | None,
) -> None:
    app = create_app(counting, sqlite)
    limit = SimpleNamespace(breached=breached, reset_at=1000 + ahead, limit=TWO_PER_MINUTE)
    monkeypatch.setattr(Limiter, "current_limit", limit)
    monkeypatch.setattr("webapp.web.limits.time", SimpleNamespace(time=lambda: 1000.5))
    assert app.test_client().get("/healthz").headers.get("Retry-After") == header


def test_a_counters_key_tells_apart_kinds_values_and_installations(
    settings: Settings, sqlite: Database
) -> None:
    keys = []
    for secret_key in (SECRET_KEY, f"{SECRET_KEY}."):
        app = create_app(dataclasses.replace(settings, secret_key=secret_key), sqlite)
        with app.test_request_context():
            keys += [counter_key("kind", "value"), counter_key("other", "value"), counter_key("kind", "x")]
            assert counter_key("kind", "value") == keys[-3]
    assert len(set(keys)) == 6
    assert all(re.fullmatch("[0-9a-f]{32}", key) for key in keys)


@pytest.mark.parametrize(
    ("address", "same_as", "is_same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("fe80::1%eth0", "fe80::2", True),
        ("", "no address", True),
    ],
)
def test_a_household_counts_once(app: Flask, address: str, same_as: str, is_same: bool) -> None:
    with app.test_request_context(environ_overrides={"REMOTE_ADDR": address}):
        first = client_key()
    with app.test_request_context(environ_overrides={"REMOTE_ADDR": same_as}):
        assert (client_key() == first) is is_same


def test_clients_without_an_address_count_as_one(app: Flask) -> None:
    without_address = EnvironBuilder().get_environ()
    assert "REMOTE_ADDR" not in without_address
    with app.request_context(without_address):
        first = client_key()
    with app.test_request_context(environ_overrides={"REMOTE_ADDR": "no address"}):
        assert client_key() == first


@pytest.mark.parametrize(
    ("proxies", "forwarded", "counted_as"),
    [
        (0, "203.0.113.7", "127.0.0.1"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        (2, "198.51.100.1, 203.0.113.7, 10.0.0.1", "203.0.113.7"),
        (2, "203.0.113.7", "127.0.0.1"),
    ],
)
def test_the_client_is_who_the_nearest_trusted_proxy_says(
    settings: Settings, sqlite: Database, proxies: int, forwarded: str, counted_as: str
) -> None:
    app = create_app(dataclasses.replace(settings, trusted_proxies=proxies), sqlite)
    seen = []
    app.before_request(lambda: seen.append(client_key()))
    app.test_client().get("/healthz", headers={"X-Forwarded-For": forwarded})
    with app.test_request_context(environ_overrides={"REMOTE_ADDR": counted_as}):
        assert seen == [client_key()]


def test_nothing_is_counted_where_limits_are_off(visitor: Visitor, app: Flask) -> None:
    visitor.open(FORM)
    returned = fields(visitor)
    assert {visitor.client.post(FORM, data=returned).status_code for _ in range(160)} == {422}
    assert app.extensions["lettersdesk_limiter"].enabled is False
