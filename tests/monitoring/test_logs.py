"""A line of the log: JSON, one line whatever it holds, and nothing in it that anybody typed."""

import io
import json
import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, strategies as st
from sqlalchemy.exc import IntegrityError

from webapp.monitoring.logs import MOST_CAUSES, MOST_FRAMES, JsonFormatter, configure_logs
from webapp.store.database import Database

TYPED = "tai-man@example.com"
OURS, ANOTHERS = "webapp.somewhere", "gunicorn.error"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Where the log goes, as it does when the product runs."""
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
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def only(stream: io.StringIO) -> dict[str, object]:
    (line,) = lines(stream)
    return line


def errors(stream: io.StringIO) -> list[dict[str, Any]]:
    """Return the errors of the only line, each behind what came of it."""
    told = only(stream)["error"]
    assert isinstance(told, list)
    return told


def test_a_line_says_when_where_and_what(stream: io.StringIO) -> None:
    logging.getLogger(OURS).warning("%s letters wait", 3, extra={"facts": {"letters": 3}})
    line = only(stream)
    assert (line["level"], line["logger"], line["message"]) == ("warning", OURS, "3 letters wait")
    assert line["letters"] == 3
    assert str(line["time"]).endswith("+00:00")


@given(said=st.text(st.characters(codec="utf-8")))
def test_nobody_can_begin_a_line_of_their_own(said: str) -> None:
    record = logging.LogRecord(OURS, logging.INFO, "", 1, "said: %s", (said,), None)
    line = JsonFormatter().format(record)
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["message"] == f"said: {said}"


@pytest.mark.parametrize(
    ("say", "message"),
    [
        (lambda log: log.warning("Invalid request from ip=10.0.0.9: GET /letters/the-token"), "…"),
        (
            lambda log: log.warning("Request %s for %s took %d s", "/letters/x", TYPED, 4),
            "Request … for … took 4 s",
        ),
        (lambda log: log.warning("%(who)s waits %(seconds)d s", {"who": TYPED, "seconds": 5}), "… waits 5 s"),
        (lambda log: log.warning("exit code %d", TYPED), "…"),
    ],
)
def test_another_librarys_words_are_told_without_what_was_filled_in(
    stream: io.StringIO, say: Callable[[logging.Logger], None], message: str
) -> None:
    say(logging.getLogger(ANOTHERS))
    line = only(stream)
    assert line["message"] == message
    assert str(line["at"]).startswith("test_logs:")
    assert TYPED not in stream.getvalue()


def test_other_libraries_only_warn(stream: io.StringIO) -> None:
    logging.getLogger("flask-limiter").info("ratelimit exceeded by %s", TYPED)
    logging.getLogger(OURS).debug("Too much")
    assert stream.getvalue() == ""


def fail_in_a_chain() -> None:
    nothing: dict[str, str] = {}
    try:
        nothing[TYPED]
    except KeyError as missing:
        raise RuntimeError(f"no such writer: {TYPED}") from missing


def test_an_error_is_told_by_type_and_place_and_not_by_its_words(stream: io.StringIO) -> None:
    try:
        fail_in_a_chain()
    except RuntimeError:
        logging.getLogger(OURS).exception("It failed")
    failed, cause = errors(stream)
    assert (failed["type"], cause["type"]) == ("builtins.RuntimeError", "builtins.KeyError")
    assert failed["at"][-1].startswith("tests.monitoring.test_logs:")
    assert failed["at"][-1].endswith(" fail_in_a_chain")
    assert TYPED not in stream.getvalue()


def test_a_database_quotes_a_row_and_the_log_does_not(store: Database, stream: io.StringIO) -> None:
    insert = (
        "INSERT INTO editors (email, name, role, password_hash, created_at) VALUES ('{}', '', 'x', '', '')"
    )
    try:
        with store.transaction() as session:
            session.connection().exec_driver_sql(
                insert.format(TYPED).replace("'')", "'2026-03-14 12:00:00+00')")
            )
    except IntegrityError:
        logging.getLogger(OURS).exception("It failed")
    failed, cause = errors(stream)
    assert failed["type"] == "sqlalchemy.exc.IntegrityError"
    assert cause["code"] in {"SQLITE_CONSTRAINT_CHECK", "23514"}
    assert TYPED not in stream.getvalue()


def test_an_endless_trouble_has_an_end_in_the_log(stream: io.StringIO) -> None:
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
        logging.getLogger(OURS).exception("It failed")
    assert len(errors(stream)) == MOST_CAUSES
    assert max(len(error["at"]) for error in errors(stream)) <= MOST_FRAMES


def test_a_thread_that_fails_is_told_as_any_other_error(
    stream: io.StringIO, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # pytest looks out for such threads by the same means.
    hook = threading.excepthook
    thread = threading.Thread(target=fail_in_a_chain)
    monkeypatch.setattr(threading, "excepthook", hook)
    thread.start()
    thread.join()
    assert only(stream)["message"] == "A thread failed"
    assert TYPED not in stream.getvalue() + capfd.readouterr().err


def test_what_can_not_be_written_is_left_out_and_nothing_is_said_of_it(
    stream: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger(OURS).warning("%d", TYPED)
    logging.getLogger(OURS).warning("odd", extra={"facts": {"odd": object()}})
    assert [line["odd"] for line in lines(stream)] == ["…"]
    assert capfd.readouterr().err == ""
