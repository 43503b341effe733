"""Proof of work on a busy desk, waiting in its place, and the honeypot of the letter form."""

import hashlib
from itertools import count

import pytest
from itsdangerous import TimestampSigner

from tests.pages import Page, Visitor
from tests.web.conftest import COMPLETE, FORM
from tests.web.test_limits import count_letters, send
from webapp.reader import proof_of_work
from webapp.reader.proof_of_work import BUSY_CLIENT_FROM, FEWEST_BITS, WAIT_SECONDS, is_valid_proof
from webapp.store.database import Database


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


@pytest.mark.parametrize("proof", ["", "0", "-1", "1e5", "٣", "9" * 400, "x"])
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


def test_letters_without_a_proof_are_limited_per_client(
    busy_visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy_visitor.open(FORM)
    advance_time(monkeypatch, WAIT_SECONDS)
    assert busy_visitor.page
    form = busy_visitor.page.typed() | {"phone": ""}
    statuses = [busy_visitor.client.post(FORM, data=form).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]


def test_a_stamp_expires(busy_visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    page = busy_visitor.open(FORM)
    proof = find_proof(page)
    monkeypatch.setattr(proof_of_work, "STAMP_MAX_AGE", 2 * WAIT_SECONDS)
    advance_time(monkeypatch, 2 * WAIT_SECONDS + 1)
    again = busy_visitor.send(COMPLETE | {"proof": proof})
    assert again.status == 429
    assert again.typed()["stamp"] != page.typed()["stamp"]


def test_a_client_that_sends_many_letters_needs_a_proof(limited_visitor: Visitor) -> None:
    limited_visitor.open(FORM)
    assert limited_visitor.page
    form = limited_visitor.page.typed()
    for _ in range(BUSY_CLIENT_FROM):
        assert limited_visitor.client.post(FORM, data=form).status_code == 422
    assert limited_visitor.client.post(FORM, data=form).status_code == 429
    elsewhere = limited_visitor.client.post(FORM, data=form, environ_overrides={"REMOTE_ADDR": "203.0.113.9"})
    assert elsewhere.status_code == 422


def test_the_required_bits_grow_with_the_load(busy_visitor: Visitor) -> None:
    assert busy_visitor.page
    form, asked = busy_visitor.page.typed(), []
    for _ in range(8):
        for _ in range(6):
            busy_visitor.client.post(FORM, data=form)
        asked.append(int(str(busy_visitor.open(FORM).form()["data-work-bits"])))
    assert asked == sorted(asked)
    assert asked[0] == FEWEST_BITS + 2
    assert asked[-1] == FEWEST_BITS + 4


def test_a_proof_is_a_digest_that_begins_with_zero_bits() -> None:
    found = next(number for number in count() if is_valid_proof(str(number), "a", "b", 16))
    assert hashlib.sha256(f"a:b:{found}".encode()).hexdigest().startswith("0000")
    assert not is_valid_proof(str(found), "a", "c", 16)
    assert not is_valid_proof(str(found), "a", "b" * 65, 1)


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
