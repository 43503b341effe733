"""The log: one JSON object a line, on standard error, with nothing in it that anybody typed.

The words of an error may hold a letter, an address or a link that opens a letter: databases quote the row
that they refuse, web servers the line that they can't read. So an error is told by its type and by the
places in the program that it came through, and of what other libraries say only the words that they have
in their own text.
"""

import json
import logging
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from traceback import walk_tb
from types import TracebackType
from typing import TextIO

from flask import g, has_request_context

OURS = "webapp"
"""The loggers whose words are ours, and hold what we put into them."""
ELSEWHERE = "…"
"""Stands for what another library filled in."""
_ENCODER = json.JSONEncoder(default=lambda _unknown: ELSEWHERE)
MOST_FRAMES = 20
"""Of each error, the last ones: those before lead through the web server and the framework."""
MOST_CAUSES = 8


class JsonFormatter(logging.Formatter):
    """Writes a record as one line of JSON in ASCII, in which no character that was logged ends the line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "message": _words(record),
        }
        if not _is_ours(record):
            line["at"] = f"{record.module}:{record.lineno} {record.funcName}"
        if request_id := current_request_id():
            line["request_id"] = request_id
        line |= getattr(record, "facts", {})
        if record.exc_info and record.exc_info[1]:
            line["error"] = [
                _told(error) | {"at": list(_places(error.__traceback__))[-MOST_FRAMES:]}
                for error in _with_causes(record.exc_info[1])
            ]
        return _ENCODER.encode(line)


def configure_logs(level: str, stream: TextIO | None = None) -> None:
    """Send this process's log, and that of the processes that it forks, to ``stream``.

    Args:
        level: The least that is told of ourselves; other libraries only warn.
        stream: Standard error where none is given.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger(OURS).setLevel(level.upper())
    logging.captureWarnings(capture=True)
    # A record that can't be written would be told with all that it holds.
    logging.raiseExceptions = False
    threading.excepthook = _log_thread_that_failed


def current_request_id() -> str:
    """Return by what name the request that is being answered stands in the log."""
    return str(g.get("request_id", "")) if has_request_context() else ""


def causes(error: BaseException) -> list[dict[str, object]]:
    """Tell an error and what it came of in short, where everybody knows the place."""
    return [_told(each) for each in _with_causes(error)]


def _log_thread_that_failed(failed: threading.ExceptHookArgs) -> None:
    if failed.exc_value is not None:
        error = (failed.exc_type, failed.exc_value, failed.exc_traceback)
        logging.getLogger(OURS).error("A thread failed", exc_info=error)


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] == OURS


def _words(record: logging.LogRecord) -> str:
    if _is_ours(record):
        return record.getMessage()
    if not record.args:
        # It may have been put together before it came here, and hold anything.
        return ELSEWHERE
    try:
        return str(record.msg) % _numbers(record.args)
    except (TypeError, ValueError, KeyError):
        return ELSEWHERE


def _numbers(args: object) -> object:
    """Leave of what is filled into a message only the numbers."""
    if isinstance(args, dict):
        return {name: _number(value) for name, value in args.items()}
    return tuple(_number(value) for value in args) if isinstance(args, tuple) else _number(args)


def _number(value: object) -> object:
    return value if isinstance(value, int | float) else ELSEWHERE


def _with_causes(error: BaseException) -> Iterator[BaseException]:
    """Give an error, what it came of, what that came of, and so on."""
    cause: BaseException | None = error
    for _ in range(MOST_CAUSES):
        if cause is None:
            return
        yield cause
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)


def _told(error: BaseException) -> dict[str, object]:
    told: dict[str, object] = {"type": f"{type(error).__module__}.{type(error).__qualname__}"}
    # The drivers' own names for what went wrong: SQLITE_FULL, or five characters of SQLSTATE.
    code = getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None)
    if isinstance(code, str):
        told["code"] = code
    if isinstance(error, OSError) and error.errno is not None:
        told["errno"] = error.errno
    return told


def _places(trace: TracebackType | None) -> Iterator[str]:
    for frame, line in walk_tb(trace):
        yield f"{frame.f_globals.get('__name__', '?')}:{line} {frame.f_code.co_name}"
