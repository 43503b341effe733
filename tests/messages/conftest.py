"""Fixtures for e-mail delivery: a local mail server, TLS certificates, a clock and a delivery worker."""

import ssl
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import trustme

from tests.messages.mail_server import HOST, LocalMailServer, running_mail_server
from tests.samples import NOON
from webapp.messages import smtp
from webapp.messages.delivery_worker import DeliveryWorker
from webapp.messages.smtp import MailServer
from webapp.store.database import Database


class SettableClock:
    """A clock that stands at `time` until a test sets it; calling it returns that time."""

    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def mail_server() -> Iterator[LocalMailServer]:
    """A running mail server without encryption and authentication."""
    with running_mail_server() as running:
        yield running


@pytest.fixture
def short_smtp_timeouts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the SMTP client wait 0.3 seconds for replies instead of 30 and 600."""
    monkeypatch.setattr(smtp, "REPLY_TIMEOUT", 0.3)
    monkeypatch.setattr(smtp, "FINAL_REPLY_TIMEOUT", 0.3)


@pytest.fixture(scope="session")
def certificate_authority() -> trustme.CA:
    """A certificate authority that no machine trusts by itself."""
    return trustme.CA()


@pytest.fixture
def trusted_authority(
    certificate_authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Make this process trust `certificate_authority`, and no other."""
    path = tmp_path / "authority.pem"
    certificate_authority.cert_pem.write_to_path(str(path))
    monkeypatch.setenv("SSL_CERT_FILE", str(path))


@pytest.fixture
def server_context(certificate_authority: trustme.CA) -> ssl.SSLContext:
    """The TLS context of a server with a certificate for this machine's address."""
    return context_for(certificate_authority, HOST)


def context_for(certificate_authority: trustme.CA, host: str) -> ssl.SSLContext:
    """Return the TLS context of a server with a certificate for ``host``."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificate_authority.issue_cert(host).configure_cert(context)
    return context


@pytest.fixture
def clock() -> SettableClock:
    """The clock of `worker`, at noon."""
    return SettableClock()


@pytest.fixture
def worker(store: Database, mail_server: LocalMailServer, clock: SettableClock) -> Iterator[DeliveryWorker]:
    """A delivery worker that isn't running; tests call `deliver_due` or `run`."""
    made = DeliveryWorker(store, MailServer.from_url(mail_server.url), clock)
    yield made
    # Stopped before it runs, it only closes its connection.
    made.stop()
    made.run()
