"""The delivery worker in a thread: errors that it survives, log messages, stopping, idle connections."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.installation.server import wait_until
from tests.messages.mail_server import LocalMailServer, Step
from tests.messages.sample_messages import enqueue, enqueue_many, message_states, outgoing
from tests.samples import NOON
from webapp.messages import delivery_worker as worker_module
from webapp.messages.delivery_worker import DeliveryWorker
from webapp.messages.leases_and_retries import lease_due
from webapp.messages.smtp import ServerAwayError
from webapp.store.database import Database, StoreAwayError
from webapp.store.models import MessageState


@contextmanager
def running(worker: DeliveryWorker) -> Iterator[threading.Thread]:
    """Run a worker in a thread until the end of the block."""
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield thread
    finally:
        worker.stop()
        thread.join()


def test_a_running_worker_survives_any_error(
    store: Database, mail_server: LocalMailServer, worker: DeliveryWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "POLL_INTERVAL", 0.01)
    failures = iter([StoreAwayError(), ServerAwayError(), ZeroDivisionError("tai-man@example.com")])

    def fail_first(*asked: object, **how: object) -> object:
        if failure := next(failures, None):
            raise failure
        return lease_due(*asked, **how)  # type: ignore[arg-type] # as they came

    monkeypatch.setattr(worker_module, "lease_due", fail_first)
    enqueue(store, outgoing())
    with running(worker):
        mail_server.wait_for_messages(1)
        wait_until(lambda: message_states(store) == [MessageState.SENT], "the message is recorded as sent")


def test_the_log_of_an_error_contains_no_address(
    worker: DeliveryWorker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_asked: object, **_how: object) -> object:
        worker.stop()
        raise ZeroDivisionError("tai-man@example.com")

    monkeypatch.setattr(worker_module, "lease_due", fail)
    worker.run()
    assert "ZeroDivisionError" in caplog.text
    assert "tai-man" not in caplog.text


def test_the_log_of_a_servers_reply_contains_no_address(
    store: Database, mail_server: LocalMailServer, worker: DeliveryWorker, caplog: pytest.LogCaptureFixture
) -> None:
    enqueue_many(store, 1)
    mail_server.reply_with(Step.SENDER, "530 5.7.0 <writer-0@example.com>: Authentication required")
    with running(worker):
        wait_until(lambda: "Delivery waits for 127.0.0.1:" in caplog.text, "the warning is logged")
    assert "530 5.7.0 <…>: Authentication required" in caplog.text
    assert "writer-0" not in caplog.text


def test_a_stopped_worker_finishes_one_message_and_returns_the_other_leases(
    store: Database, mail_server: LocalMailServer, worker: DeliveryWorker
) -> None:
    enqueue_many(store, 4)
    mail_server.on_delivered = worker.stop
    with running(worker) as thread:
        thread.join()
    assert message_states(store) == [MessageState.SENT] + [MessageState.WAITING] * 3
    assert len(lease_due(store, now=NOON, limit=9)) == 3
    assert len(mail_server.delivered) == 1


def test_a_running_worker_closes_its_connection_when_no_message_is_due(
    store: Database, mail_server: LocalMailServer, worker: DeliveryWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "POLL_INTERVAL", 0.01)
    with running(worker):
        enqueue(store, outgoing())
        mail_server.wait_for_messages(1)
        wait_until(lambda: mail_server.closed_connections == 1, "the worker closes the connection")
        enqueue(store, outgoing())
        mail_server.wait_for_messages(2)
    assert mail_server.connections == 2
