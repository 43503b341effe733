"""Log lines: valid JSON on one line, exceptions without their messages, no personal data."""

import io
import json
import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, strategies as st
from sqlalchemy.exc import IntegrityError

from webapp.monitoring.logs import MAX_CAUSES, MAX_FRAMES, JsonFormatter, configure_logs
from webapp.store.database import Database

PERSONAL_DATA = "tai-man@example.com"
OWN, OTHER = "webapp.somewhere", "gunicorn.error"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """The stream of the log, configured as in production; the configuration is undone after the test."""
    root, ours = logging.getLogger(), logging.getLogger("webapp")
    handlers, levels, excepthook = root.handlers[:], (root.level, ours.level), threading.excepthook
    written = io.StringIO()
    configure_logs("info", written)
    yield written
    logging.captureWarnings(capture=False)
    logging.raiseExceptions = True
    threading.excepthook = excepthook
    root.handlers[:] = handlers
    root.setLevel(levels[0])
    ours.setLevel(levels[1])


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    """Return the parsed lines of the log."""
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def only_line(stream: io.StringIO) -> dict[str, object]:
    """Return the parsed single line of the log."""
    (line,) = lines(stream)
    return line


def errors(stream: io.StringIO) -> list[dict[str, Any]]:
    """Return the exceptions of the log's single line, each followed by its cause."""
    logged = only_line(stream)["error"]
    assert isinstance(logged, list)
    return logged


def test_a_line_has_time_level_logger_message_and_facts(stream: io.StringIO) -> None:
    logging.getLogger(OWN).warning("%s letters wait", 3, extra={"facts": {"letters": 3}})
    line = only_line(stream)
    assert (line["level"], line["logger"], line["message"]) == ("warning", OWN, "3 letters wait")
    assert line["letters"] == 3
    assert str(line["time"]).endswith("+00:00")


@given(said=st.text(st.characters(codec="utf-8")))
def test_logged_text_can_not_begin_a_new_line(said: str) -> None:
    record = logging.LogRecord(OWN, logging.INFO, "", 1, "said: %s", (said,), None)
    line = JsonFormatter().format(record)
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["message"] == f"said: {said}"


@pytest.mark.parametrize(
    ("say", "message"),
    [
        (lambda log: log.warning("Invalid request from ip=10.0.0.9: GET /letters/the-token"), "…"),
        (
            lambda log: log.warning("Request %s for %s took %d s", "/letters/x", PERSONAL_DATA, 4),
            "Request … for … took 4 s",
        ),
        (
            lambda log: log.warning("%(who)s waits %(seconds)d s", {"who": PERSONAL_DATA, "seconds": 5}),
            "… waits 5 s",
        ),
        (lambda log: log.warning("exit code %d", PERSONAL_DATA), "…"),
    ],
)
def test_messages_of_other_libraries_are_redacted_except_numbers(
    stream: io.StringIO, say: Callable[[logging.Logger], None], message: str
) -> None:
    say(logging.getLogger(OTHER))
    line = only_line(stream)
    assert line["message"] == message
    assert str(line["at"]).startswith("test_logs:")
    assert PERSONAL_DATA not in stream.getvalue()


def test_other_libraries_log_warnings_only(stream: io.StringIO) -> None:
    logging.getLogger("flask-limiter").info("ratelimit exceeded by %s", PERSONAL_DATA)
    logging.getLogger(OWN).debug("Too much")
    assert stream.getvalue() == ""


def raise_chained_error() -> None:
    nothing: dict[str, str] = {}
    try:
        nothing[PERSONAL_DATA]
    except KeyError as missing:
        raise RuntimeError(f"no such writer: {PERSONAL_DATA}") from missing


def test_an_exception_is_logged_by_type_and_frames_without_its_message(stream: io.StringIO) -> None:
    try:
        raise_chained_error()
    except RuntimeError:
        logging.getLogger(OWN).exception("It failed")
    failed, cause = errors(stream)
    assert (failed["type"], cause["type"]) == ("builtins.RuntimeError", "builtins.KeyError")
    assert failed["at"][-1].startswith("tests.monitoring.test_logs:")
    assert failed["at"][-1].endswith(" raise_chained_error")
    assert PERSONAL_DATA not in stream.getvalue()


def test_a_database_error_is_logged_without_the_row(store: Database, stream: io.StringIO) -> None:
    insert = (
        "INSERT INTO editors (email, name, role, password_hash, created_at) VALUES ('{}', '', 'x', '', '')"
    )
    try:
        with store.transaction() as session:
            session.connection().exec_driver_sql(
                insert.format(PERSONAL_DATA).replace("'')", "'2026-03-14 12:00:00+00')")
            )
    except IntegrityError:
        logging.getLogger(OWN).exception("It failed")
    failed, cause = errors(stream)
    assert failed["type"] == "sqlalchemy.exc.IntegrityError"
    assert cause["code"] in {"SQLITE_CONSTRAINT_CHECK", "23514"}
    assert PERSONAL_DATA not in stream.getvalue()


def test_causes_and_frames_in_the_log_are_limited(stream: io.StringIO) -> None:
    def deeper(depth: int) -> None:
        if depth == 0:
            raise ValueError
        try:
            deeper(depth - 1)
        except ValueError as error:
            raise ValueError from error

    try:
        deeper(100)
    except ValueError:
        logging.getLogger(OWN).exception("It failed")
    assert len(errors(stream)) == MAX_CAUSES
    assert max(len(error["at"]) for error in errors(stream)) <= MAX_FRAMES


def test_an_exception_that_ends_a_thread_is_logged(
    stream: io.StringIO, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # pytest uses the same hook to report exceptions that end a thread.
    hook = threading.excepthook
    thread = threading.Thread(target=raise_chained_error)
    monkeypatch.setattr(threading, "excepthook", hook)
    thread.start()
    thread.join()
    assert only_line(stream)["message"] == "A thread failed"
    assert PERSONAL_DATA not in stream.getvalue() + capfd.readouterr().err


def test_records_that_can_not_be_formatted_are_left_out_silently(
    stream: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger(OWN).warning("%d", PERSONAL_DATA)
    logging.getLogger(OWN).warning("odd", extra={"facts": {"odd": object()}})
    assert [line["odd"] for line in lines(stream)] == ["…"]
    assert capfd.readouterr().err == ""
