"""The delivery worker at work by itself: what it outlives, what it logs, and how it ends."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.installation.server import wait_until
from tests.messages.mail_server import PostOffice, Step
from tests.messages.sample_messages import outgoing, put, put_many, states
from tests.samples import NOON
from webapp.messages import delivery_worker as worker_module
from webapp.messages.delivery_worker import DeliveryWorker
from webapp.messages.leases import lease_due
from webapp.messages.smtp import ServerAwayError
from webapp.store.database import Database, StoreAwayError
from webapp.store.models import MessageState


@contextmanager
def running(worker: DeliveryWorker) -> Iterator[threading.Thread]:
    """Let a worker work for as long as the block lasts."""
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield thread
    finally:
        worker.stop()
        thread.join()


def test_a_running_worker_outlives_whatever_fails(
    store: Database, office: PostOffice, worker: DeliveryWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "LOOKS_EVERY", 0.01)
    failures = iter([StoreAwayError(), ServerAwayError(), ZeroDivisionError("tai-man@example.com")])

    def fail_first(*asked: object, **how: object) -> object:
        if failure := next(failures, None):
            raise failure
        return lease_due(*asked, **how)  # type: ignore[arg-type] # as they came

    monkeypatch.setattr(worker_module, "lease_due", fail_first)
    put(store, outgoing())
    with running(worker):
        office.wait_for_messages(1)
        wait_until(lambda: states(store) == [MessageState.SENT], "the message is noted as sent")


def test_the_log_of_a_failure_holds_no_address(
    worker: DeliveryWorker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_asked: object, **_how: object) -> object:
        worker.stop()
        raise ZeroDivisionError("tai-man@example.com")

    monkeypatch.setattr(worker_module, "lease_due", fail)
    worker.run()
    assert "ZeroDivisionError" in caplog.text
    assert "tai-man" not in caplog.text


def test_the_log_of_a_server_that_lets_nobody_in_holds_no_address(
    store: Database, office: PostOffice, worker: DeliveryWorker, caplog: pytest.LogCaptureFixture
) -> None:
    put_many(store, 1)
    office.will(Step.SENDER, "530 5.7.0 <writer-0@example.com>: Authentication required")
    with running(worker):
        wait_until(lambda: "Delivery waits" in caplog.text, "it is told")
    assert "530 5.7.0 <…>: Authentication required" in caplog.text
    assert "writer-0" not in caplog.text


def test_a_worker_that_is_stopped_finishes_the_message_under_way_and_gives_the_rest_back(
    store: Database, office: PostOffice, worker: DeliveryWorker
) -> None:
    put_many(store, 4)
    office.on_keeping = worker.stop
    with running(worker) as thread:
        thread.join()
    assert states(store) == [MessageState.SENT] + [MessageState.WAITING] * 3
    assert len(lease_due(store, now=NOON, most=9)) == 3
    assert len(office.delivered) == 1


def test_a_running_worker_hangs_up_when_there_is_nothing_more(
    store: Database, office: PostOffice, worker: DeliveryWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "LOOKS_EVERY", 0.01)
    with running(worker):
        put(store, outgoing())
        office.wait_for_messages(1)
        wait_until(lambda: office.hung_up == 1, "the worker hangs up")
        put(store, outgoing())
        office.wait_for_messages(2)
    assert office.connections == 2
