"""Hostile requests: header injection, forged log lines, huge or malformed bodies, broken HTTP."""

import logging
import socket
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask

from tests.installation.server import RunningServer, running_server
from tests.pages import Visitor
from tests.samples import PASSWORD
from tests.stopwatch import stopwatch
from tests.web.conftest import COMPLETE, FORM
from tests.web.test_limits import count_letters
from webapp.app import MAX_REQUEST_BYTES
from webapp.installation.connections import UNREADABLE
from webapp.reader import own_page
from webapp.store.database import Database

LOGIN = {"email": "dana@example.com", "password": PASSWORD}
SECONDS = 2.5
"""For reading the largest body: one on a busy core."""
SECONDS_TO_REFUSE = 0.1
"""For refusing a body without parsing it."""


@pytest.mark.usefixtures("dana")
@pytest.mark.parametrize(
    "wanted",
    [
        "/desk/\r\nSet-Cookie: planted=1",
        "/desk/\n//evil.example",
        "\t//evil.example/desk/",
        "/\t/evil.example",
        "/desk/%0d%0aLocation: //evil.example",
        "http:/desk/",
        "javascript:alert(1)//desk/",
        "/desk/#@evil.example",
        "/desk/é\u2028\ud7ff",
    ],
)
def test_where_a_sign_in_leads_is_one_address_of_ours(visitor: Visitor, wanted: str) -> None:
    token = visitor.open("/desk/login").typed()["csrf_token"]
    answer = visitor.client.post(
        "/desk/login", query_string={"next": wanted}, data=LOGIN | {"csrf_token": token}
    )
    assert answer.status_code == 303
    assert answer.location.startswith("/desk/")
    assert answer.location.isprintable()
    assert answer.location.isascii()
    assert "planted" not in str(answer.headers.getlist("Set-Cookie"))


def test_what_a_request_says_starts_no_line_of_the_log(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(own_page, "letter_for_writer", fail)
    caplog.set_level(logging.DEBUG)
    forged = "x%0d%0aWARNING:root:forged"
    client = app.test_client()
    answer = client.get(
        f"/letters/{forged}?a={forged}", headers={"User-Agent": "forged\x1b[31m", "Referer": "forged"}
    )
    assert answer.status_code == 500
    assert client.get(f"/{forged}").status_code == 404
    assert client.post(f"/{forged}/letters/new", data={"name": "forged"}).status_code in {400, 404}
    assert "ZeroDivisionError" in caplog.text
    assert "forged" not in caplog.text


@pytest.mark.parametrize(
    "body",
    [
        b"&" * MAX_REQUEST_BYTES,
        b"a&" * (MAX_REQUEST_BYTES // 2),
        b"a=b&" * (MAX_REQUEST_BYTES // 4),
        b"%41" * (MAX_REQUEST_BYTES // 3),
        b"body=" + b"%E9%9B%BB" * (MAX_REQUEST_BYTES // 9 - 1),
    ],
    ids=["separators", "names", "fields", "escapes", "letter"],
)
def test_the_largest_body_is_read_in_bounded_time(visitor: Visitor, body: bytes) -> None:
    with stopwatch() as watch:
        answer = visitor.client.post(FORM, data=body, content_type="application/x-www-form-urlencoded")
    assert watch.seconds < SECONDS
    assert answer.status_code in {400, 413}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
@pytest.mark.parametrize("address", ["/", FORM])
def test_what_a_stranger_types_into_the_blank_form_is_shown_to_nobody_else(
    app: Flask, visitor: Visitor, address: str, kind: str, method: str
) -> None:
    planted = {
        "body": "Forged",
        "email": "forged@example.com",
        "website": "forged",
        "submission_key": "forged",
    }
    answer = app.test_client().open(address, method=method, data=planted, content_type=kind)
    assert answer.status_code == 400
    page = visitor.open(FORM)
    assert "forged" not in page.response.text.lower()
    assert page.typed()["website"] == ""
    nothing = app.test_client().open(address, method=method, content_type=kind, input_stream=BytesIO())
    assert nothing.status_code == 200


@pytest.mark.parametrize("field", [b"a=&", b"&", b"a&"])
def test_a_form_with_more_fields_than_any_of_ours_is_not_taken_apart(visitor: Visitor, field: bytes) -> None:
    body = field * (MAX_REQUEST_BYTES // len(field))
    with stopwatch() as watch:
        answer = visitor.client.post(FORM, data=body, content_type="application/x-www-form-urlencoded")
    assert watch.seconds < SECONDS_TO_REFUSE
    assert answer.status_code == 413


@pytest.mark.parametrize("signs", [b"%", b"%ff", b"%4", b"%zz", b"%e9%9b", b"%f0", b"\xe9%"])
@pytest.mark.parametrize("address", [FORM, "/letters/no-such-token/withdraw", "/desk/letters/A/notes"])
def test_a_large_form_that_no_browser_has_encoded_is_not_parsed(
    visitor: Visitor, address: str, signs: bytes
) -> None:
    body = b"body=" + signs * ((MAX_REQUEST_BYTES - 5) // len(signs))
    with stopwatch() as watch:
        answer = visitor.client.post(address, data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400
    assert watch.seconds < SECONDS_TO_REFUSE


@pytest.mark.parametrize("typed", ["電", "é", "😀", "a", "%", "&", "\ud7b0", "\x7f", "\U0010ffff"])
def test_a_large_form_as_browsers_encode_it_is_read(visitor: Visitor, typed: str) -> None:
    form = visitor.open(FORM).typed() | COMPLETE | {"body": typed * 30_000, "email": ""}
    page = visitor.client.post(FORM, data=form)
    assert page.status_code == 422
    assert "Enter your e-mail" in page.text


def test_the_largest_letter_in_a_form_of_parts_is_judged_in_bounded_time(visitor: Visitor) -> None:
    form = visitor.open(FORM).typed() | COMPLETE
    for signs in ("か\u3099", "e\u0301", "%"):
        body = signs * ((MAX_REQUEST_BYTES - 20_000) // len(signs.encode()))
        parts = "".join(
            f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in (form | {"body": body}).items()
        )
        sent, content_type = f"{parts}--b--\r\n".encode(), "multipart/form-data; boundary=b"
        with stopwatch() as watch:
            answer = visitor.client.post(FORM, data=sent, content_type=content_type)
        assert answer.status_code == 422, ascii(signs)
        assert watch.seconds < SECONDS, ascii(signs)


def test_the_largest_letter_of_hostile_signs_is_judged_in_bounded_time(
    visitor: Visitor, sqlite: Database
) -> None:
    form = visitor.open(FORM).typed() | COMPLETE
    for signs in ("-", "--a", "e\u0301", "\u0315\u0300", "\u200b", "電", "\ud7b0", "a\n", "\x1c", "😀"):
        body = signs * ((MAX_REQUEST_BYTES - 10_000) // len(quote(signs)))
        with stopwatch() as watch:
            answer = visitor.client.post(FORM, data=form | {"body": body})
        assert answer.status_code == 422, ascii(signs)
        assert watch.seconds < SECONDS, ascii(signs)
    assert count_letters(sqlite) == 0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A real server process."""
    with running_server(tmp_path_factory.mktemp("house")) as running:
        yield running


POST = b"POST /harbour-herald/letters/new HTTP/1.1\r\nHost: 127.0.0.1\r\n"


def test_no_lie_about_the_length_of_a_body_keeps_others_out(server: RunningServer) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as waiting:
        waiting.sendall(POST + b"Content-Length: 3000000\r\n\r\na=b")
        assert server.client().get(FORM).status == 200
    assert server.client().get("/readyz").status == 200


def test_an_endless_body_is_not_read(server: RunningServer) -> None:
    chunk = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(POST + b"Content-Type: application/x-www-form-urlencoded\r\n")
        connection.sendall(b"Transfer-Encoding: chunked\r\n\r\n")
        sent = 0
        try:
            while sent < 4 * MAX_REQUEST_BYTES:
                connection.sendall(chunk)
                sent += len(chunk)
            line = connection.recv(4096).partition(b"\r\n")[0]
        except (BrokenPipeError, ConnectionResetError):
            line = b""
    assert not line or line.split()[1] == b"413", line
    assert server.client().get("/healthz").status == 200


@pytest.mark.parametrize("address", ["/", FORM, "/api/v1/harbour-herald/letters"])
@pytest.mark.parametrize("status", [400, 413, 431])
def test_what_the_server_could_not_read_is_answered_with_a_page(
    app: Flask, address: str, status: int
) -> None:
    answer = app.test_client().post(address, environ_overrides={UNREADABLE: status})
    assert answer.status_code == (400 if status == 431 and address.startswith("/api") else status)
    words = "That is too much for us to take in." if status == 413 else "We can’t read what"
    assert words in answer.text or answer.is_json
    assert answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("address", "unreadable", "fields"),
    [("/", 400, 0), ("/", 413, 0), ("/a%00b", 0, 0), (FORM, 0, 2000), (FORM, 0, 1), ("/desk/login", 0, 1)],
)
def test_whatever_is_refused_besides_a_wrong_host_is_refused(
    app: Flask, address: str, unreadable: int, fields: int
) -> None:
    overrides = {"HTTP_HOST": "a" * 100, UNREADABLE: unreadable}
    answer = app.test_client().post(
        address,
        data=b"a=b&" * fields,
        content_type="application/x-www-form-urlencoded",
        environ_overrides=overrides,
    )
    assert answer.status_code == 400


def test_the_log_has_no_failure_of_ours(server: RunningServer) -> None:
    log = Path(server.log_file).read_text(encoding="utf-8")
    assert "Exception on" not in log
    assert "ZeroDivisionError" not in log
