"""Fuzzing forms, URLs, request bodies and headers with hostile values: no answer is a 5xx."""

import itertools
from dataclasses import dataclass
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from hypothesis import given, settings as hypothesis_settings, strategies as st

from tests.pages import form_fields
from tests.samples import HERALD, SEAL, SECRET_KEY
from tests.web.conftest import COMPLETE
from tests.web.routes import DESK, ROUTE_CASES, STRANGER
from tests.web.site import WRITE_METHODS, Site, application_rule, route_url
from webapp.app import create_app
from webapp.installation.settings import Settings
from webapp.store.database import Database

HOSTILE_TEXTS = [
    "\0", "a\0b", "\r\n", "x\r\nSet-Cookie: a=b", "\x1b[31m", "\x85\u2028\u2029", "\ufeff", "\u202e",
    "e" + "\u0301" * 300, "' OR 1=1 --", '"; DROP TABLE letters; --', "%' AND 1=1",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}", "${7*7}", "../../etc/passwd", "..\\..", "//evil.example", "javascript:alert(1)", "http://[::1",
    "http://a@b:99999/", "=1+1", "-1", "0", "1e309", "NaN", "\u0663", "9" * 30, "9" * 5000,
    str(2**63), str(2**64),
    "0000-00-00", "9999-99-99", "2026-02-30", "on", "a@b", "a@" + "b." * 200, "+" * 200, "+852 " + "1" * 60,
    "word " * 2000, "x" * 5000, "\n" * 3000, "\U0001d49c" * 500, "\u96fb" * 500,
    "letters", "held", "published", "all", "GB", "XX", "%00", "%zz", "&=&", ";", "\t",
]  # fmt: skip
ARBITRARY_VALUES = st.one_of(st.sampled_from(HOSTILE_TEXTS), st.text(max_size=60))
CONTENT_TYPES = [
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-16",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "application/json",
    "text/plain",
    "",
    "é/\x7f",
]
QUERY_NAMES = ["state", "paper", "after", "before", "next", "lang", "sent", "q", "page", "token"]


@dataclass(frozen=True)
class DefaultForm:
    """A form of a page, with the fields that it sends unchanged."""

    action: str
    method: str
    sent: tuple[tuple[str, str], ...]


@pytest.fixture
def site(store: Database) -> Site:
    """The application with an account of every role, on each database in turn."""
    settings = Settings(
        database_url=store.url, secret_key=SECRET_KEY, seal=SEAL, policies=(HERALD,), rate_limits=False
    )
    return Site(create_app(settings, store), store)


def default_forms(client: FlaskClient, urls: dict[str, str]) -> list[DefaultForm]:
    """Return the forms of all pages, as ``client`` sees them, each once."""
    found: dict[tuple[str, str], DefaultForm] = {}
    for url in urls.values():
        for form in BeautifulSoup(client.get(url, buffered=True).text, "html.parser").select("form"):
            sent = form_fields(form)
            for button in form.select("button[name]"):
                sent[str(button["name"])] = str(button["value"])
            action, method = str(form["action"]), str(form.get("method", "get")).upper()
            if not action.endswith("/logout"):
                found[action, method] = DefaultForm(action, method, tuple(sent.items()))
    return list(found.values())


def pages(site: Site) -> dict[str, str]:
    """Return the URL of every page, by its rule."""
    stored = site.receive()
    return {
        rule: route_url(application_rule(rule, site.app), stored)
        for rule, method in ROUTE_CASES
        if method == "GET" and not rule.startswith("/static/")
    }


@pytest.mark.parametrize("role", [STRANGER, DESK[-1]])
def test_no_field_of_a_form_brings_the_product_down(site: Site, role: str) -> None:
    client = site.client_for(role, site.receive())
    forms = default_forms(client, pages(site))
    assert any(form.action.endswith("/letters/new") for form in forms)
    assert any(form.action.endswith("/move") for form in forms) == (role in DESK)
    numbers = itertools.count()

    @given(data=st.data())
    @hypothesis_settings(max_examples=300)
    def send(data: st.DataObject) -> None:
        form = data.draw(st.sampled_from(forms))
        names = [name for name, _ in form.sent if name != "csrf_token"]
        fields = dict(form.sent)
        if form.action.endswith("/letters/new"):
            fields |= COMPLETE | {"submission_key": str(next(numbers))}
        for name in data.draw(st.lists(st.sampled_from(names or ["reason"]), max_size=4, unique=True)):
            fields[name] = data.draw(ARBITRARY_VALUES)
        answer = client.open(
            form.action,
            method=form.method,
            data=fields if form.method in WRITE_METHODS else None,
            query_string=fields if form.method not in WRITE_METHODS else None,
        )
        assert answer.status_code < 500, (form.action, fields)

    send()


@pytest.mark.parametrize("role", [STRANGER, DESK[-1]])
def test_no_address_brings_the_product_down(site: Site, role: str) -> None:
    client = site.client_for(role, site.receive())
    rules = sorted(ROUTE_CASES)

    @given(data=st.data())
    @hypothesis_settings(max_examples=300)
    def visit(data: st.DataObject) -> None:
        rule, method = data.draw(st.sampled_from(rules))
        url = application_rule(rule, site.app)
        while "<" in url:
            before, _, rest = url.partition("<")
            url = before + quote(data.draw(ARBITRARY_VALUES), safe="") + rest.partition(">")[2]
        query = data.draw(st.dictionaries(st.sampled_from(QUERY_NAMES), ARBITRARY_VALUES, max_size=3))
        answer = client.open(url, method=method, query_string=query, buffered=True)
        assert answer.status_code < 500, (method, url, query)

    visit()


def test_no_bytes_bring_the_product_down(site: Site) -> None:
    client = site.client_for(DESK[-1], site.receive())
    changes = sorted(rule for rule, method in ROUTE_CASES if method in WRITE_METHODS)
    stored = site.receive()

    @given(
        rule=st.sampled_from(changes),
        body=st.one_of(st.binary(max_size=300), st.sampled_from([b"--x\r\n", b"a=%ff%fe&b=%", b"&" * 2000])),
        content_type=st.sampled_from(CONTENT_TYPES),
        protected=st.booleans(),
    )
    @hypothesis_settings(max_examples=300)
    def send(rule: str, body: bytes, content_type: str, *, protected: bool) -> None:
        site.app.config["WTF_CSRF_ENABLED"] = protected
        answer = client.post(route_url(rule, stored), data=body, content_type=content_type)
        assert answer.status_code < 500, (rule, body, content_type)

    send()


@pytest.mark.parametrize(
    "name", ["Cookie", "Accept-Language", "Referer", "Host", "X-Forwarded-For", "User-Agent"]
)
def test_no_header_brings_the_product_down(site: Site, name: str) -> None:
    client = site.app.test_client(use_cookies=False)

    @given(
        value=st.text(
            st.characters(min_codepoint=1, max_codepoint=255, exclude_characters="\r\n"), max_size=80
        )
    )
    @hypothesis_settings(max_examples=60)
    def visit(value: str) -> None:
        assert client.get("/", headers={name: value}).status_code < 500

    visit()
    for value in (
        "lettersdesk=x",
        "lettersdesk=.e.e.e",
        "q=;;;,,,",
        "en;q=9" * 500,
        "[::",
        "a:b:c",
        "é",
        "..",
        "x" * 70,
    ):
        assert client.get("/desk/", headers={name: value}).status_code < 500
