"""What the tests of delivery share: a mail server, certificates, and a worker that knows both."""

import ssl
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import trustme

from tests.messages.mail_server import HOST, PostOffice, running_post_office
from tests.reader.letter_writer import Writer
from tests.samples import NOON
from webapp.messages import smtp
from webapp.messages.delivery_worker import DeliveryWorker
from webapp.messages.smtp import MailServer
from webapp.store.database import Database


class Clock:
    """Tells the time that it is set to."""

    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> datetime:
        """Return it."""
        return self.time


@pytest.fixture
def office() -> Iterator[PostOffice]:
    """A mail server that lets anybody in."""
    with running_post_office() as running:
        yield running


@pytest.fixture
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that doesn't wait half a minute for a server that says nothing."""
    monkeypatch.setattr(smtp, "ANSWER_WITHIN", 0.3)
    monkeypatch.setattr(smtp, "TAKES_OVER_WITHIN", 0.3)


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Somebody who vouches for servers."""
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine trusts that authority, and no other."""
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    monkeypatch.setenv("SSL_CERT_FILE", str(path))


@pytest.fixture
def server_context(authority: trustme.CA) -> ssl.SSLContext:
    """What a server on this machine encrypts with; the authority vouches for it."""
    return context_for(authority, HOST)


def context_for(authority: trustme.CA, host: str) -> ssl.SSLContext:
    """Return what a server encrypts with that says it is ``host``."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(host).configure_cert(context)
    return context


@pytest.fixture
def writer(sqlite: Database) -> Writer:
    """A writer whose letter was just received."""
    return Writer(sqlite)


@pytest.fixture
def anywhere(store: Database) -> Writer:
    """The same, on each of the databases in turn."""
    return Writer(store)


@pytest.fixture
def clock() -> Clock:
    """What the worker looks at."""
    return Clock()


@pytest.fixture
def worker(store: Database, office: PostOffice, clock: Clock) -> Iterator[DeliveryWorker]:
    """A worker that does nothing by itself."""
    made = DeliveryWorker(store, MailServer.from_url(office.url), clock)
    yield made
    made.stop()
    made.run()
