"""Metrics: counters of intake and requests, gauges from the database, and a database that is away."""

import dataclasses
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event, text, update

from tests.messages.sample_messages import enqueue_many
from tests.pages import Visitor
from tests.reader.letter_writer import STRICT
from tests.samples import HERALD, NOON, SEAL, SECRET_KEY, letter
from webapp.app import create_app
from webapp.installation.settings import Settings
from webapp.letters.intake.intake import Arrival, Intake, ReturnedError
from webapp.messages.leases_and_retries import lease_due, record_rejection
from webapp.messages.outbox_lists import outbox_summary
from webapp.monitoring import store_metrics as store_metrics_module
from webapp.monitoring.backlog import backlogs
from webapp.monitoring.counted_intake import CountedIntake
from webapp.monitoring.metrics import Metrics
from webapp.monitoring.store_metrics import StoreMetrics, count_store_errors
from webapp.rules.enums import State
from webapp.store.database import Database, StoreAwayError
from webapp.store.models import Channel, Letter

POST = dataclasses.replace(HERALD, paper=dataclasses.replace(HERALD.paper, slug="island-post"))
HOUR = timedelta(hours=1)
Labels = tuple[tuple[str, str], ...]


def samples(text: bytes) -> dict[tuple[str, Labels], float]:
    """Parse the text format; return values by sample name and labels."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


def sample(text: bytes, name: str, **labels: str) -> float | None:
    """Return the value of a sample, its name without ``lettersdesk_``; `None` if it is missing."""
    return samples(text).get((f"lettersdesk_{name}", tuple(sorted(labels.items()))))


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def store_metrics(store: Database) -> StoreMetrics:
    """Metrics of the database, with a clock that stands at noon."""
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
    text = metrics.text_format()
    herald = {"paper": "harbour-herald"}
    assert sample(text, "letters_accepted_total", channel="form", **herald) == 1, "sent again, it counts once"
    assert sample(text, "letters_accepted_total", channel="mail", **herald) == 1
    assert sample(text, "letters_accepted_total", channel="form", paper="island-post") == 1
    assert sample(text, "letters_returned_total", channel="form", **herald) == 2
    assert sample(text, "refusals_total", code="body.missing", channel="form") == 2
    assert sample(text, "refusals_total", code="name.missing", channel="form") == 2


def test_waiting_letters_are_counted_by_paper_and_state(
    store: Database, intake: Intake, metrics: Metrics, store_metrics: StoreMetrics
) -> None:
    for hours in (5, 3):
        intake.receive(letter(headline=f"{hours}"), HERALD, arrival(NOON - hours * HOUR))
    shortlisted = intake.receive(letter(), POST, arrival(NOON - HOUR)).reference
    declined = intake.receive(letter(headline="No"), POST, arrival()).reference
    intake.receive(letter(headline="Not confirmed"), STRICT, arrival())
    with store.transaction() as session:
        for reference, state in ((shortlisted, State.SHORTLISTED), (declined, State.DECLINED)):
            session.execute(update(Letter).where(Letter.reference == reference).values(state=state))
    text = metrics.text_format(store_metrics)
    assert sample(text, "store_up") == 1
    assert sample(text, "queue_letters", paper="harbour-herald", state="received") == 2
    assert sample(text, "queue_oldest_seconds", paper="harbour-herald", state="received") == 5 * 3600
    assert sample(text, "queue_letters", paper="island-post", state="shortlisted") == 1
    assert sample(text, "queue_oldest_seconds", paper="island-post", state="shortlisted") == 3600
    assert b"declined" not in text


def test_waiting_and_dead_messages_are_counted(
    store: Database, metrics: Metrics, store_metrics: StoreMetrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_metrics_module, "CACHE_SECONDS", -1.0)
    assert sample(metrics.text_format(store_metrics), "outbox_oldest_due_seconds") == 0
    enqueue_many(store, 3, at=NOON - HOUR)
    (leased,) = lease_due(store, now=NOON, limit=1)
    record_rejection(store, leased, server_words="550 No")
    text = metrics.text_format(store_metrics)
    assert sample(text, "outbox_messages", state="waiting") == 2
    assert sample(text, "outbox_messages", state="dead") == 1
    assert sample(text, "outbox_oldest_due_seconds") == 3600


def test_a_message_that_is_not_due_yet_is_not_overdue(
    store: Database, metrics: Metrics, store_metrics: StoreMetrics
) -> None:
    enqueue_many(store, 1, at=NOON + HOUR)
    assert sample(metrics.text_format(store_metrics), "outbox_oldest_due_seconds") == 0


def test_values_from_the_database_are_cached(
    store_metrics: StoreMetrics, metrics: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[object] = []

    def count(session: object, _present_slugs: object) -> object:
        calls.append(session)
        return backlogs(session)  # type: ignore[arg-type] # as it came

    monkeypatch.setattr(store_metrics_module, "backlogs", count)
    for _ in range(20):
        metrics.text_format(store_metrics)
    assert len(calls) == 1
    monkeypatch.setattr(store_metrics_module, "CACHE_SECONDS", -1.0)
    metrics.text_format(store_metrics)
    assert len(calls) == 2


def test_the_gauges_read_indexes_only(store: Database) -> None:
    statements: list[tuple[str, object]] = []

    def collect(*arguments: object) -> None:
        statements.append((str(arguments[2]), arguments[3]))

    with store.snapshot() as session:
        if not store.is_sqlite:
            # PostgreSQL scans a small table whatever its indexes; in production it has many rows.
            session.execute(text("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off"))
        event.listen(store.engine, "before_cursor_execute", collect)
        try:
            backlogs(session)
            outbox_summary(session)
        finally:
            event.remove(store.engine, "before_cursor_execute", collect)
        explain = "EXPLAIN QUERY PLAN" if store.is_sqlite else "EXPLAIN"
        steps = [
            str(row[-1])
            for statement, parameters in statements
            for row in session.connection().exec_driver_sql(f"{explain} {statement}", parameters)  # type: ignore[arg-type] # as they came
        ]
    read = [
        step.strip() for step in steps if re.search(r"(SCAN|SEARCH|Scan\b.*\bon) (letters|messages)", step)
    ]
    assert len(read) >= 2
    assert [
        step for step in read if not re.match(r"SEARCH .* USING COVERING INDEX|(-> +)?Index Only", step)
    ] == []


def test_a_database_that_is_away_is_counted_and_other_metrics_remain(
    sqlite: Database, metrics: Metrics, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(_session: object, _present_slugs: object) -> object:
        raise StoreAwayError

    count_store_errors(sqlite, metrics)
    monkeypatch.setattr(store_metrics_module, "backlogs", away)
    text = metrics.text_format(StoreMetrics(sqlite, lambda: NOON))
    assert sample(text, "store_up") == 0
    assert b"queue_letters" not in text
    with pytest.raises(StoreAwayError), sqlite.transaction():
        raise StoreAwayError
    assert sample(metrics.text_format(), "store_errors_total") == 2
    assert caplog.messages == ["The store is away"] * 2
    sqlite.on_away = None


def test_request_durations_are_counted_by_route_and_status(settings: Settings, sqlite: Database) -> None:
    # `app` counts for all tests that share it.
    app = create_app(settings, sqlite)
    visitor = Visitor(app)
    visitor.open("/harbour-herald/letters/new")
    visitor.send({"body": ""})
    text = app.test_client().get("/metrics").data
    opened = {"route": "reader.new_letter", "method": "GET", "status": "200"}
    returned = {"route": "reader.send_letter", "method": "POST", "status": "422"}
    for labels in (opened, returned):
        assert sample(text, "request_seconds_count", **labels) == 1
        assert sample(text, "request_seconds_bucket", le="+Inf", **labels) == 1
        assert 0 < (sample(text, "request_seconds_sum", **labels) or 0) < 10
    assert sample(text, "letters_returned_total", paper="harbour-herald", channel="form") == 1


def test_letters_under_a_former_slug_are_their_papers(store: Database, intake: Intake) -> None:
    old = dataclasses.replace(HERALD, paper=dataclasses.replace(HERALD.paper, slug="old-herald"))
    for policy, hour in ((HERALD, 0), (old, -1)):
        intake.receive(letter(), policy, Arrival(channel=Channel.FORM, at=NOON + hour * HOUR))
    with store.snapshot() as session:
        (found,) = backlogs(session, {"old-herald": "harbour-herald"})
        assert len(backlogs(session)) == 2
    assert (found.paper, found.letters, found.oldest) == ("harbour-herald", 2, NOON - HOUR)


def test_a_database_without_tables_is_down(tmp_path: Path, metrics: Metrics) -> None:
    database = Database(f"sqlite:///{tmp_path / 'letters.db'}", SEAL)
    text = metrics.text_format(StoreMetrics(database, lambda: NOON))
    assert sample(text, "store_up") == 0
