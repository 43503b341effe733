"""What a busy desk asks for: a browser's work, or to have had the form open; and the trap for programs."""

import hashlib
from itertools import count

import pytest
from itsdangerous import TimestampSigner

from tests.pages import Page, Visitor
from tests.web.conftest import COMPLETE, FORM
from tests.web.test_limits import send, stored
from webapp.reader import proof_of_work as proof_of_work_check
from webapp.reader.proof_of_work import BUSY_CLIENT_FROM, FEWEST_BITS, WAIT, is_valid_proof
from webapp.store.database import Database


def work(page: Page) -> str:
    """Do what the page's script does, with whatever the page asks for."""
    fields, bits = page.typed(), int(str(page.form()["data-work-bits"]))
    text = f"{fields['stamp']}:{fields['submission_key']}:"
    for number in count():
        if hashlib.sha256(f"{text}{number}".encode()).digest()[:4] < (1 << (32 - bits)).to_bytes(4):
            return str(number)
    raise AssertionError


def pass_time(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    sooner = TimestampSigner.get_timestamp
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: sooner(self) + seconds)


def test_nothing_is_asked_while_little_is_sent(watched: Visitor, sqlite: Database) -> None:
    page = watched.open(FORM)
    assert not page.form().has_attr("data-work-bits")
    assert watched.send(COMPLETE, follow=False).status == 303
    assert stored(sqlite) == 1


def test_a_busy_desk_gives_the_letter_back_until_the_browser_has_worked(
    busy: Visitor, sqlite: Database
) -> None:
    page = send(busy)
    assert page.status == 429
    assert 0 < int(page.response.headers["Retry-After"]) <= WAIT
    assert page.all("#summary h2") == ["A great many letters are arriving just now."]
    assert {name: page.typed()[name] for name in COMPLETE} == COMPLETE
    assert stored(sqlite) == 0
    assert busy.send({"proof": work(page)}, follow=False).status == 303
    assert stored(sqlite) == 1


def test_a_form_that_asks_from_the_start_is_sent_once(busy: Visitor) -> None:
    page = busy.open(FORM)
    assert busy.send(COMPLETE | {"proof": work(page)}, follow=False).status == 303


def test_a_proof_stays_good_for_a_letter_that_was_returned(busy: Visitor) -> None:
    page = busy.open(FORM)
    returned = busy.send(COMPLETE | {"proof": work(page), "phone": ""})
    assert returned.status == 422
    assert busy.send({"phone": COMPLETE["phone"]}, follow=False).status == 303


def test_a_proof_is_good_for_one_letter(busy: Visitor, sqlite: Database) -> None:
    page = busy.open(FORM)
    proved = page.typed() | COMPLETE | {"proof": work(page)}
    assert busy.client.post(FORM, data=proved).status_code == 303
    assert busy.client.post(FORM, data=proved | {"body": "Another."}).status_code == 409
    other = busy.client.post(FORM, data=proved | {"body": "Another.", "submission_key": "x"})
    assert other.status_code == 429
    assert stored(sqlite) == 1


@pytest.mark.parametrize("proof", ["", "0", "-1", "1e5", "٣", "9" * 400, "x"])
def test_what_is_no_proof_is_none(busy: Visitor, proof: str) -> None:
    busy.open(FORM)
    assert busy.send(COMPLETE | {"proof": proof}).status == 429


@pytest.mark.parametrize("stamp", ["", "nonsense", ".ZZZZZZ.c2lnbmF0dXJl", "\x00", "é"])
def test_a_stamp_that_is_not_ours_is_replaced(busy: Visitor, stamp: str) -> None:
    busy.open(FORM)
    page = busy.send(COMPLETE | {"stamp": stamp})
    assert page.status == 429
    assert page.typed()["stamp"] not in {"", stamp}
    assert busy.send({"proof": work(page)}, follow=False).status == 303


def test_without_javascript_having_had_the_form_open_is_enough(
    busy: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy.open(FORM)
    pass_time(monkeypatch, WAIT)
    assert busy.send(COMPLETE, follow=False).status == 303


def test_the_time_waited_counts_from_the_first_showing(
    busy: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy.open(FORM)
    pass_time(monkeypatch, WAIT - 10)
    page = busy.send(COMPLETE)
    assert page.status == 429
    assert int(page.response.headers["Retry-After"]) <= 10
    pass_time(monkeypatch, 10)
    assert busy.send({}, follow=False).status == 303


def test_waiting_lets_few_letters_in_from_one_place(busy: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    busy.open(FORM)
    pass_time(monkeypatch, WAIT)
    assert busy.page
    form = busy.page.typed() | {"phone": ""}
    statuses = [busy.client.post(FORM, data=form).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]


def test_a_stamp_is_not_good_for_ever(busy: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    page = busy.open(FORM)
    proof = work(page)
    monkeypatch.setattr(proof_of_work_check, "STAMP_LASTS", 2 * WAIT)
    pass_time(monkeypatch, 2 * WAIT + 1)
    again = busy.send(COMPLETE | {"proof": proof})
    assert again.status == 429
    assert again.typed()["stamp"] != page.typed()["stamp"]


def test_one_place_alone_has_to_work_when_it_sends_much(watched: Visitor) -> None:
    watched.open(FORM)
    assert watched.page
    form = watched.page.typed()
    for _ in range(BUSY_CLIENT_FROM):
        assert watched.client.post(FORM, data=form).status_code == 422
    assert watched.client.post(FORM, data=form).status_code == 429
    elsewhere = watched.client.post(FORM, data=form, environ_overrides={"REMOTE_ADDR": "203.0.113.9"})
    assert elsewhere.status_code == 422


def test_the_more_arrives_the_more_work_is_asked_for(busy: Visitor) -> None:
    assert busy.page
    form, asked = busy.page.typed(), []
    for _ in range(8):
        for _ in range(6):
            busy.client.post(FORM, data=form)
        asked.append(int(str(busy.open(FORM).form()["data-work-bits"])))
    assert asked == sorted(asked)
    assert asked[0] == FEWEST_BITS + 2
    assert asked[-1] == FEWEST_BITS + 4


def test_a_proof_is_a_digest_that_begins_with_zero_bits() -> None:
    found = next(number for number in count() if is_valid_proof(str(number), "a", "b", 16))
    assert hashlib.sha256(f"a:b:{found}".encode()).hexdigest().startswith("0000")
    assert not is_valid_proof(str(found), "a", "c", 16)
    assert not is_valid_proof(str(found), "a", "b" * 65, 1)


def test_what_fills_in_the_trap_gets_the_form_back_with_all_that_was_typed(
    visitor: Visitor, sqlite: Database
) -> None:
    hidden = visitor.open(FORM).one(".trap")
    assert hidden.select_one("input[autocomplete=off][tabindex='-1']#website")
    page = visitor.send(COMPLETE | {"website": "https://spam.example/"})
    assert page.status == 422
    assert "A field that has to stay empty was filled in" in page.text
    assert stored(sqlite) == 0
    typed = page.typed()
    assert {name: typed[name] for name in COMPLETE} == COMPLETE
    assert typed["website"] == ""
    assert not page.soup.select(".trap"), "a person can see now what was filled in"
    assert visitor.send({}, follow=False).status == 303
    assert stored(sqlite) == 1
