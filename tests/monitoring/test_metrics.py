"""The numbers: what is counted, what waits, and what is told when the store is away."""

import dataclasses
import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event, text, update

from tests.messages.sample_messages import put_many
from tests.pages import Visitor
from tests.reader.letter_writer import STRICT
from tests.samples import HERALD, NOON, SECRET_KEY, letter
from webapp.letters.intake.intake import Arrival, Intake, ReturnedError
from webapp.letters.queue.backlog import backlogs
from webapp.messages.leases import lease_due, record_refusal
from webapp.messages.message_lists import outbox_summary
from webapp.monitoring import store_metrics as standing_module
from webapp.monitoring.counted_intake import CountedIntake
from webapp.monitoring.metrics import Metrics
from webapp.monitoring.store_metrics import StoreMetrics, count_store_errors
from webapp.rules.states import State
from webapp.store.database import Database, StoreAwayError
from webapp.store.models import Channel, Letter

POST = dataclasses.replace(HERALD, paper=dataclasses.replace(HERALD.paper, slug="island-post"))
HOUR = timedelta(hours=1)
Labels = tuple[tuple[str, str], ...]


def told(text: bytes) -> dict[tuple[str, Labels], float]:
    """Read the numbers as Prometheus does."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


def number(text: bytes, name: str, **labels: str) -> float | None:
    return told(text).get((f"lettersdesk_{name}", tuple(sorted(labels.items()))))


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def at_noon(store: Database) -> StoreMetrics:
    return StoreMetrics(store, lambda: NOON)


def arrival(at: datetime = NOON, channel: Channel = Channel.FORM) -> Arrival:
    return Arrival(channel=channel, at=at)


def test_letters_are_counted_by_paper_and_channel_and_refusals_by_code(
    store: Database, metrics: Metrics
) -> None:
    intake = CountedIntake(store, SECRET_KEY, None, metrics)
    for _ in range(3):
        intake.receive(letter(), HERALD, arrival())
    intake.receive(letter(headline="Another"), HERALD, arrival(channel=Channel.MAIL))
    intake.receive(letter(), POST, arrival())
    for _ in range(2):
        with pytest.raises(ReturnedError):
            intake.receive(letter(body="", name=""), HERALD, arrival())
    text = metrics.text()
    herald = {"paper": "harbour-herald"}
    assert number(text, "letters_accepted_total", channel="form", **herald) == 1, "sent again, it counts once"
    assert number(text, "letters_accepted_total", channel="mail", **herald) == 1
    assert number(text, "letters_accepted_total", channel="form", paper="island-post") == 1
    assert number(text, "letters_returned_total", channel="form", **herald) == 2
    assert number(text, "refusals_total", code="body.missing", channel="form") == 2
    assert number(text, "refusals_total", code="name.missing", channel="form") == 2


def test_what_waits_at_the_desk_is_told_by_paper_and_state(
    store: Database, intake: Intake, metrics: Metrics, at_noon: StoreMetrics
) -> None:
    for hours in (5, 3):
        intake.receive(letter(headline=f"{hours}"), HERALD, arrival(NOON - hours * HOUR))
    shortlisted = intake.receive(letter(), POST, arrival(NOON - HOUR)).reference
    declined = intake.receive(letter(headline="No"), POST, arrival()).reference
    intake.receive(letter(headline="Not confirmed"), STRICT, arrival())
    with store.transaction() as session:
        for reference, state in ((shortlisted, State.SHORTLISTED), (declined, State.DECLINED)):
            session.execute(update(Letter).where(Letter.reference == reference).values(state=state))
    text = metrics.text(at_noon)
    assert number(text, "store_up") == 1
    assert number(text, "queue_letters", paper="harbour-herald", state="received") == 2
    assert number(text, "queue_oldest_seconds", paper="harbour-herald", state="received") == 5 * 3600
    assert number(text, "queue_letters", paper="island-post", state="shortlisted") == 1
    assert number(text, "queue_oldest_seconds", paper="island-post", state="shortlisted") == 3600
    assert b"declined" not in text


def test_how_the_outbox_stands_is_told(
    store: Database, metrics: Metrics, at_noon: StoreMetrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing_module, "KEPT_FOR", -1.0)
    assert number(metrics.text(at_noon), "outbox_oldest_due_seconds") == 0
    put_many(store, 3, at=NOON - HOUR)
    (claimed,) = lease_due(store, now=NOON, most=1)
    record_refusal(store, claimed, server_words="550 No")
    text = metrics.text(at_noon)
    assert number(text, "outbox_messages", state="waiting") == 2
    assert number(text, "outbox_messages", state="dead") == 1
    assert number(text, "outbox_oldest_due_seconds") == 3600


def test_what_is_not_yet_due_is_not_late(store: Database, metrics: Metrics, at_noon: StoreMetrics) -> None:
    put_many(store, 1, at=NOON + HOUR)
    assert number(metrics.text(at_noon), "outbox_oldest_due_seconds") == 0


def test_the_store_is_asked_once_in_a_while(
    at_noon: StoreMetrics, metrics: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    times: list[object] = []

    def count(session: object) -> object:
        times.append(session)
        return backlogs(session)  # type: ignore[arg-type] # as it came

    monkeypatch.setattr(standing_module, "backlogs", count)
    for _ in range(20):
        metrics.text(at_noon)
    assert len(times) == 1
    monkeypatch.setattr(standing_module, "KEPT_FOR", -1.0)
    metrics.text(at_noon)
    assert len(times) == 2


def test_what_waits_is_told_from_indexes_alone(store: Database) -> None:
    asked: list[tuple[str, object]] = []

    def note(*told: object) -> None:
        asked.append((str(told[2]), told[3]))

    with store.snapshot() as session:
        if not store.is_sqlite:
            # A table of no length is read whole, and this one has a million rows one day.
            session.execute(text("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off"))
        event.listen(store.engine, "before_cursor_execute", note)
        try:
            backlogs(session)
            outbox_summary(session)
        finally:
            event.remove(store.engine, "before_cursor_execute", note)
        explain = "EXPLAIN QUERY PLAN" if store.is_sqlite else "EXPLAIN"
        steps = [
            str(row[-1])
            for statement, parameters in asked
            for row in session.connection().exec_driver_sql(f"{explain} {statement}", parameters)  # type: ignore[arg-type] # as they came
        ]
    read = [
        step.strip() for step in steps if re.search(r"(SCAN|SEARCH|Scan\b.*\bon) (letters|messages)", step)
    ]
    assert len(read) >= 2
    assert [
        step for step in read if not re.match(r"SEARCH .* USING COVERING INDEX|(-> +)?Index Only", step)
    ] == []


def test_a_store_that_is_away_is_counted_and_the_numbers_still_come(
    sqlite: Database, metrics: Metrics, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(_session: object) -> object:
        raise StoreAwayError

    count_store_errors(sqlite, metrics)
    monkeypatch.setattr(standing_module, "backlogs", away)
    text = metrics.text(StoreMetrics(sqlite, lambda: NOON))
    assert number(text, "store_up") == 0
    assert b"queue_letters" not in text
    with pytest.raises(StoreAwayError), sqlite.transaction():
        raise StoreAwayError
    assert number(metrics.text(), "store_errors_total") == 2
    assert caplog.messages == ["The store is away"] * 2
    sqlite.on_away = None


def test_the_times_of_answers_are_counted_by_route_and_status(app: Flask, visitor: Visitor) -> None:
    visitor.open("/harbour-herald/letters/new")
    visitor.send({"body": ""})
    text = app.test_client().get("/metrics").data
    opened = {"route": "reader.new_letter", "method": "GET", "status": "200"}
    returned = {"route": "reader.send_letter", "method": "POST", "status": "422"}
    for labels in (opened, returned):
        assert number(text, "request_seconds_count", **labels) == 1
        assert number(text, "request_seconds_bucket", le="+Inf", **labels) == 1
        assert 0 < (number(text, "request_seconds_sum", **labels) or 0) < 10
    assert number(text, "letters_returned_total", paper="harbour-herald", channel="form") == 1
