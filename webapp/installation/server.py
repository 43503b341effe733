"""Serving for real: gunicorn with several workers, started from Python."""

import ctypes
import gc
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.config import Config
from gunicorn.glogging import Logger

THREADS = 4
GRACE = 20
"""Seconds that requests under way have to end in, after a SIGTERM."""
M_ARENA_MAX = -8
"""What glibc calls the number of its heaps (its malloc.h)."""


class BackgroundWork(Protocol):
    """What goes on beside the requests, in each worker process."""

    def start(self) -> None:
        """Begin."""

    def stop(self) -> None:
        """End after what is under way."""


class ServerLog(Logger):
    """What gunicorn has to say goes the way of the product's own log."""

    def setup(self, cfg: Config) -> None:
        """Take gunicorn's own handlers out of the way, which would write whole addresses of requests."""
        self.cfg = cfg
        self.error_log.propagate = True
        self.error_log.setLevel(cfg.loglevel.upper())
        for level in ("critical", "error", "warning", "info", "debug", "exception"):
            # Called directly, so that a record shows the place that it comes from and not this class.
            setattr(self, level, getattr(self.error_log, level))

    def access(self, *_request: object) -> None:
        """Leave requests to the application, which knows them by their routes."""


class Server(BaseApplication):
    """One serving parent with its workers; each worker builds what it needs after the fork."""

    def __init__(
        self,
        make_app: Callable[[], Flask],
        make_background_work: Callable[[], BackgroundWork],
        *,
        host: str,
        port: int,
        workers: int,
    ) -> None:
        self._make_app = make_app
        self._make_background_work = make_background_work
        self._background_work: BackgroundWork | None = None
        self._options = {
            "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
            "workers": workers,
            "threads": THREADS,
            "worker_class": "gthread",
            "graceful_timeout": GRACE,
            "timeout": 60,
            "keepalive": 5,
            "limit_request_line": 4094,
            "limit_request_fields": 60,
            "limit_request_field_size": 8190,
            "loglevel": "warning",
            "logger_class": ServerLog,
            "control_socket_disable": True,
            "proc_name": "lettersdesk",
            "post_worker_init": self._begin,
            "worker_exit": self._end,
        }
        super().__init__()

    def load_config(self) -> None:
        """Take our options; those that this version of gunicorn doesn't know are for others."""
        for name, value in self._options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:  # type: ignore[override] # an application that the stubs don't recognise
        """Build the application, in the worker."""
        return self._make_app()

    def _begin(self, worker: object) -> None:
        del worker
        _let_be_what_is_loaded()
        self._background_work = self._make_background_work()
        self._background_work.start()

    def _end(self, server: object, worker: object) -> None:
        del server, worker
        if self._background_work:
            self._background_work.stop()


def serve(
    make_app: Callable[[], Flask],
    make_background_work: Callable[[], BackgroundWork],
    *,
    host: str,
    port: int,
    workers: int,
) -> None:
    """Serve until a signal ends it; requests under way are answered first."""
    _keep_one_heap()
    _let_be_what_is_loaded()
    Server(make_app, make_background_work, host=host, port=port, workers=workers).run()


def _keep_one_heap() -> None:
    """Have glibc use one heap for all threads, where there is glibc.

    One for each thread makes a worker 5 MB larger, for threads of which Python lets one work at a time.
    """
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)


def _let_be_what_is_loaded() -> None:
    """Keep Python's search for garbage away from what stays for good.

    A search through all that was loaded takes 60 ms, in which a worker answers nobody. It also leaves a mark
    on each object, which takes 12 MB of what was loaded before the fork from what the workers share.
    """
    gc.freeze()
