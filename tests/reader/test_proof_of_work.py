"""Proof of work on a busy desk, waiting in its place, and the honeypot of the letter form."""

import dataclasses
import hashlib
import time
from collections.abc import Iterator
from itertools import count

import pytest
from flask import current_app
from flask.ctx import RequestContext
from itsdangerous import TimestampSigner

from tests.pages import Page, Visitor
from tests.web.conftest import COMPLETE, FORM
from tests.web.test_limits import count_letters, send
from webapp.app import create_app
from webapp.installation.settings import Settings
from webapp.reader.proof_of_work import (
    PROOF_MAX_AGE,
    UNPROVED_PER_CLIENT,
    WAIT_SECONDS,
    ProofMissingError,
    current_proof_of_work,
    is_valid_proof,
)
from webapp.store.database import Database
from webapp.web.limits import client_key, hits_so_far


def find_proof(page: Page) -> str:
    """Find a proof as the page's script does, with the number of bits that the page requires."""
    fields, bits = page.typed(), int(str(page.form()["data-work-bits"]))
    text = f"{fields['stamp']}:{fields['submission_key']}:"
    for number in count():
        if hashlib.sha256(f"{text}{number}".encode()).digest()[:4] < (1 << (32 - bits)).to_bytes(4):
            return str(number)
    raise AssertionError


def advance_time(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    get_timestamp = TimestampSigner.get_timestamp
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: get_timestamp(self) + seconds)


def test_no_proof_is_required_at_low_load(limited_visitor: Visitor, sqlite: Database) -> None:
    page = limited_visitor.open(FORM)
    assert not page.form().has_attr("data-work-bits")
    assert limited_visitor.send(COMPLETE, follow=False).status == 303
    assert count_letters(sqlite) == 1


def test_a_busy_desk_refuses_a_letter_until_it_has_a_proof(busy_visitor: Visitor, sqlite: Database) -> None:
    page = send(busy_visitor)
    assert page.status == 429
    assert 0 < int(page.response.headers["Retry-After"]) <= WAIT_SECONDS
    assert page.all("#summary h2") == ["A great many letters are arriving just now."]
    assert {name: page.typed()[name] for name in COMPLETE} == COMPLETE
    assert count_letters(sqlite) == 0
    assert busy_visitor.send({"proof": find_proof(page)}, follow=False).status == 303
    assert count_letters(sqlite) == 1


def test_a_form_opened_on_a_busy_desk_is_accepted_with_its_proof(busy_visitor: Visitor) -> None:
    page = busy_visitor.open(FORM)
    assert busy_visitor.send(COMPLETE | {"proof": find_proof(page)}, follow=False).status == 303


def test_a_proof_stays_valid_for_a_letter_that_came_back_with_errors(busy_visitor: Visitor) -> None:
    page = busy_visitor.open(FORM)
    returned = busy_visitor.send(COMPLETE | {"proof": find_proof(page), "phone": ""})
    assert returned.status == 422
    assert busy_visitor.send({"phone": COMPLETE["phone"]}, follow=False).status == 303


def test_a_proof_is_valid_for_one_letter_only(busy_visitor: Visitor, sqlite: Database) -> None:
    page = busy_visitor.open(FORM)
    proved = page.typed() | COMPLETE | {"proof": find_proof(page)}
    assert busy_visitor.client.post(FORM, data=proved).status_code == 303
    assert busy_visitor.client.post(FORM, data=proved | {"body": "Another."}).status_code == 409
    other = busy_visitor.client.post(FORM, data=proved | {"body": "Another.", "submission_key": "x"})
    assert other.status_code == 429
    assert count_letters(sqlite) == 1


def test_proofs_made_in_advance_for_one_form_serve_one_letter(
    busy_visitor: Visitor, sqlite: Database
) -> None:
    page = busy_visitor.open(FORM)
    form, bits = page.typed() | COMPLETE, int(str(page.form()["data-work-bits"]))
    statuses = []
    for number in range(3):
        key = f"another letter {number}"
        proof = next(
            found for found in map(str, count()) if is_valid_proof(found, str(form["stamp"]), key, bits)
        )
        made = {"submission_key": key, "proof": proof, "body": f"Letter {number}."}
        # The first one may be sent again.
        statuses += [busy_visitor.client.post(FORM, data=form | made).status_code for _ in range(2)]
    assert statuses == [303, 303, 429, 429, 429, 429]
    assert count_letters(sqlite) == 1


def test_a_form_whose_proof_was_used_gets_a_new_one(busy_visitor: Visitor, sqlite: Database) -> None:
    page = busy_visitor.open(FORM)
    first = page.typed() | COMPLETE | {"proof": find_proof(page)}
    assert busy_visitor.client.post(FORM, data=first).status_code == 303
    # The form was cleared for another letter, which changes the key and leaves the stamp.
    page.soup.select_one("[name=submission_key]")["value"] = "another letter"  # type: ignore[index]
    second = {"submission_key": "another letter", "body": "Another.", "proof": find_proof(page)}
    again = busy_visitor.send(COMPLETE | second)
    assert again.status == 429
    assert again.typed()["stamp"] != first["stamp"]
    assert busy_visitor.send({"proof": find_proof(again)}, follow=False).status == 303
    assert count_letters(sqlite) == 2


def test_a_form_open_for_more_than_an_hour_gets_a_new_stamp_where_no_wait_helps(
    busy_visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = busy_visitor.open(FORM)
    proof = find_proof(page)
    advance_time(monkeypatch, PROOF_MAX_AGE + 1)
    form = page.typed() | COMPLETE | {"phone": "", "proof": proof}
    # The time with the form open counts in place of the proof, ten times.
    statuses = [busy_visitor.client.post(FORM, data=form).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]
    refused = busy_visitor.send(COMPLETE | {"proof": proof})
    assert refused.status == 429
    assert refused.typed()["stamp"] != page.typed()["stamp"]
    assert busy_visitor.send({"proof": find_proof(refused)}, follow=False).status == 303


def test_two_forms_opened_at_once_have_different_stamps(visitor: Visitor) -> None:
    assert visitor.open(FORM).typed()["stamp"] != visitor.open(FORM).typed()["stamp"]


@pytest.mark.parametrize("proof", ["", "0", "9" * 400])
def test_invalid_proofs_are_refused(busy_visitor: Visitor, proof: str) -> None:
    busy_visitor.open(FORM)
    assert busy_visitor.send(COMPLETE | {"proof": proof}).status == 429


@pytest.mark.parametrize("stamp", ["", "nonsense", ".ZZZZZZ.c2lnbmF0dXJl", "\x00", "é"])
def test_an_invalid_stamp_is_replaced(busy_visitor: Visitor, stamp: str) -> None:
    busy_visitor.open(FORM)
    page = busy_visitor.send(COMPLETE | {"stamp": stamp})
    assert page.status == 429
    assert page.typed()["stamp"] not in {"", stamp}
    assert busy_visitor.send({"proof": find_proof(page)}, follow=False).status == 303


def test_without_javascript_an_open_form_needs_no_proof_after_a_wait(
    busy_visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy_visitor.open(FORM)
    advance_time(monkeypatch, WAIT_SECONDS)
    assert busy_visitor.send(COMPLETE, follow=False).status == 303


def test_the_wait_counts_from_the_first_display_of_the_form(
    busy_visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy_visitor.open(FORM)
    advance_time(monkeypatch, WAIT_SECONDS - 10)
    page = busy_visitor.send(COMPLETE)
    assert page.status == 429
    assert int(page.response.headers["Retry-After"]) <= 10
    advance_time(monkeypatch, 10)
    assert busy_visitor.send({}, follow=False).status == 303


class BusyDesk:
    """The proof of work of an application in a request of one client, with a clock that the test moves."""

    def __init__(self, clock: list[float]) -> None:
        """Take the application's own."""
        self.proof_of_work = current_proof_of_work()
        self._clock = clock

    def wait(self, seconds: int) -> None:
        """Move the clock on."""
        self._clock[0] += seconds

    def refused_for(self, stamp: str, proof: str = "") -> int | None:
        """Send a letter; return the seconds after which it may be sent again, ``None`` if it is admitted."""
        try:
            self.proof_of_work.admit(stamp=stamp, submission_key="key", proof=proof)
        except ProofMissingError as refused:
            return refused.seconds
        return None

    def send(self, letters: int) -> None:
        """Send letters without a stamp."""
        for _ in range(letters):
            self.refused_for("")


def other_client() -> RequestContext:
    """Return a request of another client."""
    return current_app.test_request_context(environ_overrides={"REMOTE_ADDR": "203.0.113.9"})


@pytest.fixture
def busy_from() -> int:
    """The letters of all clients in a minute that make the desk busy."""
    return 2


@pytest.fixture
def desk(
    counting: Settings, sqlite: Database, busy_from: int, monkeypatch: pytest.MonkeyPatch
) -> Iterator[BusyDesk]:
    """A desk to which no letter was sent yet."""
    app = create_app(dataclasses.replace(counting, busy_from=busy_from), sqlite)
    # A whole number of the limits' windows: they have just begun.
    clock = [1_800_000_000.0]
    monkeypatch.setattr(time, "time", lambda: clock[0])
    with app.test_request_context():
        yield BusyDesk(clock)


@pytest.mark.parametrize(
    ("busy_from", "required"),
    [
        (2, {1: 0, 2: 16, 3: 16, 4: 17, 7: 17, 8: 18, 16: 19, 31: 19, 32: 20, 64: 20}),
        (1000, {19: 0, 20: 16, 39: 16, 40: 17, 319: 19, 320: 20, 640: 20}),
    ],
    ids=["of all clients", "of one client"],
)
def test_the_required_bits_grow_with_the_letters(desk: BusyDesk, required: dict[int, int]) -> None:
    bits = {0: desk.proof_of_work.required_bits()}
    for letters in range(1, max(required) + 1):
        desk.send(1)
        bits[letters] = desk.proof_of_work.required_bits()
    assert bits[0] == 0
    assert {letters: bits[letters] for letters in required} == required


@pytest.mark.parametrize("busy_from", [1000])
def test_the_letters_of_one_client_require_no_proof_of_another(desk: BusyDesk) -> None:
    desk.send(20)
    with other_client():
        assert desk.proof_of_work.required_bits() == 0
    assert desk.proof_of_work.required_bits() == 16


@pytest.mark.parametrize(
    ("busy_from", "letters", "minutes"), [(2, 2, 1), (1000, 20, 10)], ids=["of all clients", "of one client"]
)
def test_the_load_is_that_of_the_last_minutes(desk: BusyDesk, letters: int, minutes: int) -> None:
    desk.send(letters)
    desk.wait(minutes * 60 - 1)
    assert desk.proof_of_work.required_bits() == 16
    desk.wait(minutes * 60)
    assert desk.proof_of_work.required_bits() == 0


@pytest.mark.parametrize(
    ("seconds_open", "refused_for"),
    [(0, 30), (29, 1), (30, None), (12 * 60 * 60, None), (12 * 60 * 60 + 1, 30), (-1, 30)],
)
def test_a_busy_desk_takes_half_a_minute_with_the_form_open_for_a_proof(
    desk: BusyDesk, seconds_open: int, refused_for: int | None
) -> None:
    stamp = desk.proof_of_work.stamp()
    desk.wait(seconds_open)
    desk.send(2)
    assert desk.refused_for(stamp) == refused_for


def test_ten_letters_in_ten_minutes_may_wait_in_place_of_a_proof(desk: BusyDesk) -> None:
    stamp = desk.proof_of_work.stamp()
    desk.wait(30)
    desk.send(2)
    assert [desk.refused_for(stamp) for _ in range(11)] == [None] * 10 + [60]
    with other_client():
        assert desk.refused_for(stamp) is None
    desk.wait(9 * 60)
    desk.send(2)
    assert desk.refused_for(stamp) == 60
    desk.wait(11 * 60)
    desk.send(2)
    assert desk.refused_for(stamp) is None


@pytest.mark.parametrize(("zero_bits", "refused_for"), [(14, 30), (15, None)])
def test_a_proof_may_have_one_bit_too_few(desk: BusyDesk, zero_bits: int, refused_for: int | None) -> None:
    stamp = desk.proof_of_work.stamp()
    desk.send(2)
    proof = next(str(number) for number in count() if has_zero_bits(zero_bits, f"{stamp}:key:{number}"))
    assert desk.proof_of_work.required_bits() == 16
    assert desk.refused_for(stamp, proof) == refused_for


def has_zero_bits(bits: int, text: str) -> bool:
    """Tell whether the SHA-256 of ``text`` begins with as many zero bits, and no more."""
    return 32 - int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]).bit_length() == bits


@pytest.mark.parametrize(("seconds_open", "unproved"), [(60 * 60, 0), (60 * 60 + 1, 1)])
def test_a_proof_counts_for_an_hour(desk: BusyDesk, seconds_open: int, unproved: int) -> None:
    stamp = desk.proof_of_work.stamp()
    desk.wait(seconds_open)
    desk.send(2)
    proof = next(str(number) for number in count() if has_zero_bits(16, f"{stamp}:key:{number}"))
    assert desk.refused_for(stamp, proof) is None
    assert hits_so_far(UNPROVED_PER_CLIENT, client_key()) == unproved


def test_a_stamp_is_kept_while_it_is_valid(desk: BusyDesk) -> None:
    stamp = desk.proof_of_work.stamp()
    desk.wait(12 * 60 * 60)
    assert desk.proof_of_work.stamp(stamp) == stamp
    desk.wait(1)
    assert desk.proof_of_work.stamp(stamp) != stamp


def test_a_proof_is_a_digest_that_begins_with_zero_bits() -> None:
    found = next(number for number in count() if is_valid_proof(str(number), "a", "b", 16))
    assert hashlib.sha256(f"a:b:{found}".encode()).hexdigest().startswith("0000")
    assert not is_valid_proof(str(found), "a", "c", 16)


@pytest.mark.parametrize(
    ("proof", "submission_key", "is_valid"),
    [
        ("0", "", True),
        ("9" * 15, "b" * 64, True),
        ("9" * 15, "b" * 65, False),
        ("9" * 16, "b" * 64, False),
        ("", "b", False),
        ("-1", "b", False),
        ("1e5", "b", False),
        ("٣", "b", False),
    ],
)
def test_a_proof_has_up_to_15_digits_and_its_key_up_to_64_characters(
    proof: str, submission_key: str, is_valid: bool
) -> None:
    assert is_valid_proof(proof, "a", submission_key, 0) is is_valid


def test_a_filled_in_honeypot_returns_the_form_with_the_typed_text(
    visitor: Visitor, sqlite: Database
) -> None:
    hidden = visitor.open(FORM).one(".trap")
    assert hidden.select_one("input[autocomplete=off][tabindex='-1']#website")
    page = visitor.send(COMPLETE | {"website": "https://spam.example/"})
    assert page.status == 422
    assert "A field that has to stay empty was filled in" in page.text
    assert count_letters(sqlite) == 0
    typed = page.typed()
    assert {name: typed[name] for name in COMPLETE} == COMPLETE
    assert typed["website"] == ""
    assert not page.soup.select(".trap"), "a person can see now what was filled in"
    assert visitor.send({}, follow=False).status == 303
    assert count_letters(sqlite) == 1
