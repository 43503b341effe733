"""Every route with every method as every role: status, security headers, CSRF protection, no leaks."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.web.routes import DESK, EDITORS, OUTSIDE, ROLES, ROUTE_CASES, STRANGER
from tests.web.site import WRITE_METHODS, Site, application_rule, route_url, table_rule
from webapp.store.database import Database
from webapp.store.models import Message
from webapp.web.security import HEADERS

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")


@pytest.fixture
def site(app: Flask, sqlite: Database) -> Site:
    """The application, with an account of every role."""
    return Site(app, sqlite)


def test_the_table_has_every_route(app: Flask) -> None:
    there = {
        (table_rule(rule), method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert there == set(ROUTE_CASES)


def test_the_table_has_every_role() -> None:
    assert {role for case in ROUTE_CASES.values() for role in case.answers} == set(ROLES)
    assert all(set(case.answers) == set(ROLES) for case in ROUTE_CASES.values())


@pytest.mark.parametrize("role", ROLES)
def test_each_route_answers_each_role_as_the_table_says(site: Site, role: str) -> None:
    answered, expected = {}, {}
    for (rule, method), case in ROUTE_CASES.items():
        stored = site.receive()
        client = site.client_for(role, stored)
        url = route_url(application_rule(rule, site.app), stored)
        answer = site.request(client, method, url, site.fields(case, stored), as_json=case.is_json)
        answered[rule, method], expected[rule, method] = answer.status_code, case.answers[role]
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
def test_no_change_is_made_without_a_csrf_token(site: Site, role: str) -> None:
    for (rule, method), case in ROUTE_CASES.items():
        if method not in WRITE_METHODS or not case.needs_token:
            continue
        stored = site.receive()
        client = site.client_for(role, stored)
        other = site.client_for(STRANGER, stored)
        url, fields = route_url(rule, stored), site.fields(case, stored)
        before = site.all_rows()
        bare = site.request(client, method, url, fields, with_token=False)
        somebody_elses = fields | {"csrf_token": site.token(other, "/desk")}
        borrowed = site.request(client, method, url, somebody_elses, with_token=False)
        # Who isn't signed in, or is no longer, is asked to sign in first.
        refused = case.answers[role] if role in OUTSIDE and case.answers[role] in {302, 403} else 400
        assert (bare.status_code, borrowed.status_code) == (refused, refused), f"{method} {rule}"
        assert site.all_rows() == before, f"{method} {rule} changed something"


@pytest.mark.parametrize("role", [STRANGER, DESK[-1]])
def test_no_route_has_a_method_that_is_not_in_the_table(site: Site, role: str) -> None:
    stored = site.receive()
    client = site.client_for(role, stored)
    before = site.all_rows()
    for rule in {rule for rule, _ in ROUTE_CASES}:
        url = route_url(application_rule(rule, site.app), stored)
        for method in METHODS:
            if (rule, method) in ROUTE_CASES:
                continue
            answer = site.request(client, method, url, {"to_state": "held"}, with_token=role in DESK)
            assert answer.status_code == 405, f"{method} {rule}"
    assert site.all_rows() == before


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example"])
def test_the_host_that_a_client_names_is_repeated_nowhere(site: Site, host: str) -> None:
    for (rule, method), case in ROUTE_CASES.items():
        stored = site.receive()
        client = site.client_for(STRANGER, stored)
        url = route_url(application_rule(rule, site.app), stored)
        fields = site.fields(case, stored)
        answer = site.request(client, method, url, fields, as_json=case.is_json, host=host)
        said = answer.text + str(answer.headers)
        assert "evil" not in said, f"{method} {rule}"
    with site.store.snapshot() as session:
        for text, html in session.execute(select(Message.text_body, Message.html_body)):
            assert "evil" not in text + html
            assert "http://127.0.0.1:8000/letters/" in text


@pytest.mark.parametrize("path", ["/desk", "//desk", "//evil.example/desk", "///evil.example//desk/"])
def test_a_redirect_to_the_corrected_path_stays_on_this_host(site: Site, path: str) -> None:
    answer = site.app.test_client().get(
        "/", environ_overrides={"PATH_INFO": path}, headers={"Host": "evil.example"}
    )
    assert answer.status_code in {302, 308, 404}
    if answer.location:
        assert answer.location.startswith("/desk")
        assert not answer.location.startswith("//")


def test_what_opens_one_letter_opens_no_other(site: Site) -> None:
    one, other = site.receive(), site.receive()
    client, editor = site.client_for(STRANGER, one), site.client_for(EDITORS[0], one)
    before = site.all_rows()
    for url, status in {
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
        assert client.get(url).status_code == status, url
    answer = site.request(client, "POST", f"/letters/{one.token}/confirm/{other.proof}")
    assert answer.status_code == 410
    for url in (
        f"/desk/letters/{one.token}",
        f"/desk/letters/{one.reference[:-1]}",
        f"/desk/letters/{one.reference}%00",
        "/desk/messages/999999",
        f"/desk/messages/{2**64}",
        "/desk/messages/-1",
    ):
        assert editor.get(url).status_code == 404, url
    assert site.all_rows() == before


def test_nothing_that_leads_to_a_letter_can_be_told_from_another_ones(site: Site) -> None:
    stored = [site.receive() for _ in range(50)]
    for values in ([each.token for each in stored], [each.reference for each in stored]):
        assert len(set(values)) == 50
        assert values != sorted(values)
    assert {len(each.token) for each in stored} == {32}
    assert {len(each.reference) for each in stored} == {8}
    beginnings = {each.reference[:3] for each in stored} | {each.token[:3] for each in stored}
    assert len(beginnings) > 90, "neither begins with a clock or a counter"
