"""Every door, with every method, for every role: what is answered, and with which headers."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.web.routes import DESK, DOORS, EDITORS, ROLES, STRANGER
from tests.web.site import CHANGES, House, address, opened, written
from webapp.store.database import Database
from webapp.store.models import Message
from webapp.web.security import HEADERS

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")


@pytest.fixture
def house(app: Flask, sqlite: Database) -> House:
    """The application, with somebody of every role."""
    return House(app, sqlite)


def test_the_table_has_every_route(app: Flask) -> None:
    there = {
        (written(rule), method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert there == set(DOORS)


def test_the_table_has_every_role() -> None:
    assert {role for door in DOORS.values() for role in door.answers} == set(ROLES)
    assert all(set(door.answers) == set(ROLES) for door in DOORS.values())


@pytest.mark.parametrize("role", ROLES)
def test_each_door_answers_each_role_as_it_should(house: House, role: str) -> None:
    answered, expected = {}, {}
    for (rule, method), door in DOORS.items():
        kept = house.receive()
        client = house.enter(role, kept)
        place = address(opened(rule, house.app), kept)
        answer = house.knock(client, method, place, house.fields(door, kept), as_json=door.is_json)
        answered[rule, method], expected[rule, method] = answer.status_code, door.answers[role]
        if answer.status_code == 302:
            assert answer.location.startswith("/desk/login"), f"{method} {rule}"
        assert {name: answer.headers[name] for name in HEADERS if name != "Referrer-Policy"} == {
            name: value for name, value in HEADERS.items() if name != "Referrer-Policy"
        }
        assert answer.headers["Referrer-Policy"] in {"same-origin", "no-referrer"}
        if not rule.startswith("/static/"):
            assert answer.headers["Cache-Control"] == "no-store", f"{method} {rule} is private"
    assert answered == expected


@pytest.mark.parametrize("role", ROLES)
def test_no_change_is_made_without_the_token_of_a_page(house: House, role: str) -> None:
    for (rule, method), door in DOORS.items():
        if method not in CHANGES or not door.needs_token:
            continue
        kept = house.receive()
        client = house.enter(role, kept)
        other = house.enter(STRANGER, kept)
        place, fields = address(rule, kept), house.fields(door, kept)
        before = house.contents()
        bare = house.knock(client, method, place, fields, with_token=False)
        page = other.get("/desk/login").text
        somebody_elses = fields | {"csrf_token": page.split('csrf_token" value="')[1].split('"')[0]}
        borrowed = house.knock(client, method, place, somebody_elses, with_token=False)
        assert (bare.status_code, borrowed.status_code) == (400, 400), f"{method} {rule}"
        assert house.contents() == before, f"{method} {rule} changed something"


@pytest.mark.parametrize("role", [STRANGER, DESK[-1]])
def test_no_door_has_a_method_that_is_not_in_the_table(house: House, role: str) -> None:
    kept = house.receive()
    client = house.enter(role, kept)
    before = house.contents()
    for rule in {rule for rule, _ in DOORS}:
        place = address(opened(rule, house.app), kept)
        for method in METHODS:
            if (rule, method) in DOORS:
                continue
            answer = house.knock(client, method, place, {"to_state": "held"}, with_token=role in DESK)
            assert answer.status_code == 405, f"{method} {rule}"
    assert house.contents() == before


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example"])
def test_the_host_that_a_client_names_is_repeated_nowhere(house: House, host: str) -> None:
    for (rule, method), door in DOORS.items():
        kept = house.receive()
        client = house.enter(STRANGER, kept)
        place = address(opened(rule, house.app), kept)
        fields = house.fields(door, kept)
        answer = house.knock(client, method, place, fields, as_json=door.is_json, host=host)
        said = answer.text + str(answer.headers)
        assert "evil" not in said, f"{method} {rule}"
    with house.store.snapshot() as session:
        for text, html in session.execute(select(Message.text_body, Message.html_body)):
            assert "evil" not in text + html
            assert "http://127.0.0.1:8000/letters/" in text


@pytest.mark.parametrize("path", ["/desk", "//desk", "//evil.example/desk", "///evil.example//desk/"])
def test_a_corrected_address_stays_in_the_house(house: House, path: str) -> None:
    answer = house.app.test_client().get(
        "/", environ_overrides={"PATH_INFO": path}, headers={"Host": "evil.example"}
    )
    assert answer.status_code in {302, 308, 404}
    if answer.location:
        assert answer.location.startswith("/desk")
        assert not answer.location.startswith("//")


def test_what_opens_one_letter_opens_no_other(house: House) -> None:
    one, other = house.receive(), house.receive()
    client, editor = house.enter(STRANGER, one), house.enter(EDITORS[0], one)
    before = house.contents()
    for place, status in {
        f"/letters/{one.token}/confirm/{other.proof}": 410,
        f"/letters/{one.token}/confirm/{one.token}": 410,
        f"/letters/{one.reference}": 404,
        f"/letters/{one.token[:-1]}": 404,
        f"/letters/{one.token.swapcase()}": 404,
        f"/letters/{one.token}%00": 404,
        f"/letters/{one.token}%20": 404,
        "/letters/%25": 404,
        f"/letters/{one.number}": 404,
    }.items():
        assert client.get(place).status_code == status, place
    answer = house.knock(client, "POST", f"/letters/{one.token}/confirm/{other.proof}")
    assert answer.status_code == 410
    for place in (
        f"/desk/letters/{one.token}",
        f"/desk/letters/{one.reference[:-1]}",
        f"/desk/letters/{one.reference}%00",
        "/desk/messages/999999",
        f"/desk/messages/{2**64}",
        "/desk/messages/-1",
    ):
        assert editor.get(place).status_code == 404, place
    assert house.contents() == before


def test_nothing_that_leads_to_a_letter_can_be_told_from_another_ones(house: House) -> None:
    kept = [house.receive() for _ in range(50)]
    for values in ([each.token for each in kept], [each.reference for each in kept]):
        assert len(set(values)) == 50
        assert values != sorted(values)
    assert {len(each.token) for each in kept} == {32}
    assert {len(each.reference) for each in kept} == {8}
    beginnings = {each.reference[:3] for each in kept} | {each.token[:3] for each in kept}
    assert len(beginnings) > 90, "neither begins with a clock or a counter"
