"""The log, one JSON object per line: formatter, configuration, ID of the request, facts about an error.

It contains no personal data and nothing that a user typed, as long as the application's own messages don't.
Error messages may contain a letter, an address or a secret link: databases quote the row that they refuse,
web servers the line that they can't parse. So an exception is logged by its type and stack frames, without
its message, and of another library's log message only the constant text and numbers are kept.
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

OWN_LOGGER = "webapp"
"""Parent of the application's loggers; as they are logged in full, they must not contain personal data."""
REDACTED = "…"
"""Replaces text that another library filled into its message."""
MAX_FRAMES = 20
"""Stack frames logged of each exception: the innermost, as the outer ones are web server and framework."""
MAX_CAUSES = 8
"""Exceptions logged of a chain of causes."""
_ENCODER = json.JSONEncoder(default=lambda _unknown: REDACTED)


class JsonFormatter(logging.Formatter):
    """Formats a log record as one line of ASCII JSON; line ends in logged text are escaped.

    The ``facts`` of a record, a dictionary passed in ``extra``, become keys of the object, and replace keys
    of the same name; a value that JSON can't express becomes “…”. An exception becomes the key ``error``:
    types, codes and stack frames of it and its causes.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without a line end."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "message": _message(record),
        }
        if not _is_own(record):
            line["at"] = f"{record.module}:{record.lineno} {record.funcName}"
        if request_id := current_request_id():
            line["request_id"] = request_id
        line |= getattr(record, "facts", {})
        if record.exc_info and record.exc_info[1]:
            line["error"] = [
                _error_facts(error) | {"at": list(_stack_frames(error.__traceback__))[-MAX_FRAMES:]}
                for error in _cause_chain(record.exc_info[1])
            ]
        return _ENCODER.encode(line)


def configure_logs(level: str, stream: TextIO | None = None) -> None:
    """Configure logging of this process and of those that it forks; replaces all handlers of the root logger.

    Warnings and exceptions that end a thread are logged too. A record that can't be formatted is lost without
    an error.

    Args:
        level: The lowest level of the application's own messages, in any case; of other libraries only
            warnings and errors are logged.
        stream: Where the log is written; standard error by default.

    Raises:
        ValueError: there is no such level.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger(OWN_LOGGER).setLevel(level.upper())
    logging.captureWarnings(capture=True)
    # Otherwise a record that can't be formatted is printed with its arguments.
    logging.raiseExceptions = False
    threading.excepthook = _log_thread_exception


def current_request_id() -> str:
    """Return the ID of the current request, as in its log lines; empty outside of a request."""
    return str(g.get("request_id", "")) if has_request_context() else ""


def error_chain(error: BaseException) -> list[dict[str, object]]:
    """Return the types and codes of an exception and of its causes, in this order, at most `MAX_CAUSES`.

    Messages and stack frames are left out.
    """
    return [_error_facts(each) for each in _cause_chain(error)]


def _log_thread_exception(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        error = (args.exc_type, args.exc_value, args.exc_traceback)
        logging.getLogger(OWN_LOGGER).error("A thread failed", exc_info=error)


def _is_own(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] == OWN_LOGGER


def _message(record: logging.LogRecord) -> str:
    if _is_own(record):
        return record.getMessage()
    if not record.args:
        # Without arguments the message may have been formatted before, with personal data in it.
        return REDACTED
    try:
        return str(record.msg) % _redacted_args(record.args)
    except (TypeError, ValueError, KeyError):
        return REDACTED


def _redacted_args(args: object) -> object:
    """Return the arguments of a log message with everything but numbers redacted."""
    if isinstance(args, dict):
        return {name: _redacted(value) for name, value in args.items()}
    return tuple(_redacted(value) for value in args) if isinstance(args, tuple) else _redacted(args)


def _redacted(value: object) -> object:
    return value if isinstance(value, int | float) else REDACTED


def _cause_chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception, its cause or context, that one's cause, and so on, at most `MAX_CAUSES`."""
    cause: BaseException | None = error
    for _ in range(MAX_CAUSES):
        if cause is None:
            return
        yield cause
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)


def _error_facts(error: BaseException) -> dict[str, object]:
    facts: dict[str, object] = {"type": f"{type(error).__module__}.{type(error).__qualname__}"}
    # The database driver's error code: a name such as SQLITE_FULL, or a SQLSTATE of five characters.
    code = getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None)
    if isinstance(code, str):
        facts["code"] = code
    if isinstance(error, OSError) and error.errno is not None:
        facts["errno"] = error.errno
    return facts


def _stack_frames(trace: TracebackType | None) -> Iterator[str]:
    for frame, line in walk_tb(trace):
        yield f"{frame.f_globals.get('__name__', '?')}:{line} {frame.f_code.co_name}"
