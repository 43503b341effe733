"""Servers behind a real nginx, configured as the documents print it, whose temporary folder fails."""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.installation.http_client import HttpClient
from tests.installation.server import RunningServer, free_port, running_server
from tests.installation.steps import FORM, assert_received, filled_form, send_letter
from tests.services.missing import skip_or_fail
from tests.services.nginx import REMEDY, Nginx, NginxMissingError, running_nginx
from webapp.app import MAX_REQUEST_BYTES

OPERATIONS = Path(__file__).resolve().parent.parent.parent / "webapp" / "docs" / "operations.md"
METRICS_TOKEN = "a-token-for-metrics"
SETTINGS = {
    "LETTERSDESK_TRUSTED_PROXIES": "1",
    "LETTERSDESK_RATE_LIMITS": "off",
    "LETTERSDESK_METRICS_TOKEN": METRICS_TOKEN,
}
DOCUMENTED_SERVER = "127.0.0.1:8000"
TOKEN = "a-token-that-is-in-no-log"


@dataclass(frozen=True)
class ProxiedSite:
    """The server, nginx in front of it, and nginx's ports."""

    server: RunningServer
    nginx: Nginx
    port: int
    redirecting_port: int


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProxiedSite]:
    """A site that is served without TLS, and apart from that as the documents say."""
    block, *_ = nginx_blocks()
    with running_server(tmp_path_factory.mktemp("house"), SETTINGS) as server:
        block = block.replace(DOCUMENTED_SERVER, f"127.0.0.1:{server.port}")
        with nginx_without_tls(block) as (nginx, port, redirecting_port):
            yield ProxiedSite(server, nginx, port, redirecting_port)


def nginx_blocks() -> list[str]:
    """Return what the document prints: a whole site; its changes for many machines, and for metrics."""
    return re.findall(r"```nginx\n(.*?)```", OPERATIONS.read_text(encoding="utf-8"), flags=re.DOTALL)


@contextmanager
def nginx_without_tls(block: str) -> Iterator[tuple[Nginx, int, int]]:
    """Run nginx with the blocks of a site, at other ports and without encryption.

    Returns:
        nginx, the port of the site, and the port that redirects to it.
    """
    port, redirecting_port = free_port(), free_port()
    block = re.sub(r"\n *(ssl_|listen \[::\]).*", "", block)
    block = block.replace("listen 443 ssl", f"listen 127.0.0.1:{port}")
    block = block.replace("listen 80", f"listen 127.0.0.1:{redirecting_port}")
    try:
        with running_nginx(block, [port, redirecting_port]) as nginx:
            yield nginx, port, redirecting_port
    except NginxMissingError:
        skip_or_fail("nginx", REMEDY)


def answer_to(port: int, request: bytes, *, leaves: bool = False) -> bytes:
    """Send all of a request, and then read the whole response.

    Args:
        port: The port.
        request: All that is sent.
        leaves: Whether the client closes its half of the connection: an incomplete request isn't answered.
    """
    with socket.create_connection(("127.0.0.1", port), 30) as connection:
        connection.sendall(request)
        if leaves:
            connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_a_letter_arrives_while_nginx_can_write_nothing_to_its_disk(site: ProxiedSite) -> None:
    client = HttpClient(site.port)
    assert_received(client, send_letter(client))
    assert client.post(FORM, filled_form(client, body="word " * 20_000)).status in {413, 422}


@pytest.mark.parametrize("size", [MAX_REQUEST_BYTES + 1, 2 * MAX_REQUEST_BYTES, 9 * 1024 * 1024])
def test_too_much_is_answered_with_a_page(site: ProxiedSite, size: int) -> None:
    head = f"POST {FORM} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {size}\r\n\r\n"
    for port in (site.port, site.server.port):
        answer = answer_to(port, head.encode() + b"a" * size)
        assert answer.split(None, 2)[1] == b"413"
        assert "That is too much for us to take in." in answer.decode()


@pytest.mark.parametrize(
    "request_sent",
    [
        "GET /letters/{token} HTTP/1.1\r\nHost: x{end}",
        "GET /letters/{token} HTTP/9.9\r\nHost: x{end}",
        "GET /letters/{token} HTTP/1.1\r\nHost: x\r\nX\x01: y{end}",
        "GET /letters/{token} HTTP/1.1\r\nHost: x y{end}",
        "GET /letters/{token}%00 HTTP/1.1\r\nHost: x{end}",
        "GET /letters/{token}?{filling} HTTP/1.1\r\nHost: x{end}",
        "POST /letters/{token}/withdraw HTTP/1.1\r\nHost: x\r\nContent-Length: 100000{end}{filling}",
        "POST /letters/{token}/withdraw HTTP/1.1\r\nHost: x\r\nContent-Length: 9{end}a",
        "POST /letters/{token}/withdraw HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked{end}zz\r\n",
    ],
)
def test_no_token_reaches_a_log(site: ProxiedSite, request_sent: str) -> None:
    sent = request_sent.format(token=TOKEN, filling="a" * 100_000, end="\r\nConnection: close\r\n\r\n")
    for port in (site.port, site.redirecting_port):
        # nginx itself refuses some of these, and doesn't read them to their end.
        with suppress(ConnectionResetError, BrokenPipeError):
            answer_to(port, sent.encode(), leaves=True)
    assert TOKEN not in site.nginx.logs
    assert TOKEN not in site.server.log


def test_only_the_machine_that_may_read_metrics_gets_them_and_only_with_the_token(site: ProxiedSite) -> None:
    block, *_, metrics = nginx_blocks()
    hidden = re.search(r"\n +location = /metrics .*\n", block)
    assert hidden
    block = block.replace(hidden[0], f"\n{metrics}").replace(
        DOCUMENTED_SERVER, f"127.0.0.1:{site.server.port}"
    )
    without = "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    asked = without.removesuffix("\r\n") + f"Authorization: Bearer {METRICS_TOKEN}\r\n\r\n"
    for allowed, request, status in (
        ("10.0.0.5", asked, b"403"),
        ("127.0.0.1", asked, b"200"),
        ("127.0.0.1", without, b"401"),
    ):
        with nginx_without_tls(block.replace("10.0.0.5", allowed)) as (_, port, _):
            assert answer_to(port, request.encode()).split(None, 2)[1] == status
    assert answer_to(site.port, asked.encode()).split(None, 2)[1] == b"404"


def test_all_but_the_challenges_of_a_certificate_authority_is_sent_to_the_encrypted_site(
    site: ProxiedSite,
) -> None:
    for path, status in (("/", b"301"), ("/letters/x?y", b"301"), ("/.well-known/acme-challenge/x", b"404")):
        request = f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        answer = answer_to(site.redirecting_port, request.encode())
        assert answer.split(None, 2)[1] == status
        assert (f"Location: https://x{path}\r\n".encode() in answer) is (status == b"301")


def test_no_token_reaches_a_log_while_the_server_is_away(site: ProxiedSite) -> None:
    site.server.stop()
    answer = answer_to(site.port, f"GET /letters/{TOKEN} HTTP/1.0\r\nHost: x\r\n\r\n".encode())
    assert answer.split(None, 2)[1] == b"502"
    assert TOKEN not in site.nginx.logs


def test_no_reader_notices_that_one_of_two_machines_is_stopped_and_comes_back(tmp_path: Path) -> None:
    block, passing, machines, _metrics = nginx_blocks()
    block = block.replace(f"        proxy_pass http://{DOCUMENTED_SERVER};\n", passing)
    with running_server(tmp_path, SETTINGS) as stays:
        stopped_port = free_port()
        for address, server_port in (("10.0.0.11", stopped_port), ("10.0.0.12", stays.port)):
            machines = machines.replace(f"{address}:8000", f"127.0.0.1:{server_port}")
        with nginx_without_tls(machines + block) as (nginx, port, _):
            client = HttpClient(port)
            for _ in range(2):
                with running_server(tmp_path, SETTINGS, port=stopped_port):
                    assert_received(client, send_letter(client))
                assert_received(client, send_letter(client))
            assert "127.0.0.1" not in nginx.logs
