"""The gunicorn server: options, log, start from Python with several workers; protocol of background work."""

import gc
from collections.abc import Callable
from types import FrameType
from typing import Protocol

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.workers.base import Worker
from gunicorn.workers.gthread import ThreadWorker

THREADS = 4
"""Threads of each worker process; each answers one request at a time."""
GRACEFUL_TIMEOUT = 20
"""Seconds that requests have to finish after a SIGTERM."""


class BackgroundWork(Protocol):
    """Work that runs in each gunicorn worker process, in threads beside those that answer requests."""

    def start(self) -> None:
        """Start the threads and return."""

    def stop(self) -> None:
        """Finish the current step and end the threads."""


class ServerLog(Logger):
    """gunicorn's logger class, which hands its records to the application's log handlers."""

    def setup(self, cfg: Config) -> None:
        """Set the level and propagation alone, without gunicorn's handlers: these log whole request URLs."""
        self.cfg = cfg
        self.error_log.propagate = True
        self.error_log.setLevel(cfg.loglevel.upper())
        for level in ("critical", "error", "warning", "info", "debug", "exception"):
            # The logger's own methods, so that a record names gunicorn's source line and not this class.
            setattr(self, level, getattr(self.error_log, level))

    def access(self, *_request: object) -> None:
        """Log nothing: the application logs its requests itself, by route."""


class ServerWorker(ThreadWorker):
    """gunicorn's threaded worker, with a quick shutdown that can't block."""

    def handle_quit(self, sig: int, frame: FrameType | None) -> None:
        """End the process on SIGINT or SIGQUIT, without shutting the thread pool down first.

        That takes the pool's lock, and the signal may interrupt the very code that holds it: the worker would
        stand still until the arbiter kills it after `GRACEFUL_TIMEOUT`. Python itself ends the threads.
        """
        Worker.handle_quit(self, sig, frame)


class Server(BaseApplication):
    """A gunicorn arbiter with its workers; each worker builds its application after the fork."""

    def __init__(
        self,
        make_app: Callable[[], Flask],
        make_background_work: Callable[[], BackgroundWork],
        *,
        host: str,
        port: int,
        workers: int,
    ) -> None:
        """Collect gunicorn's options, among them the hooks that start and stop the background work.

        Args:
            make_app: As for `serve`.
            make_background_work: As for `serve`.
            host: As for `serve`.
            port: As for `serve`.
            workers: As for `serve`.
        """
        self._make_app = make_app
        self._make_background_work = make_background_work
        self._background_work: BackgroundWork | None = None
        self._options = {
            "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
            "workers": workers,
            "threads": THREADS,
            "worker_class": ServerWorker,
            "graceful_timeout": GRACEFUL_TIMEOUT,
            "timeout": 60,
            "keepalive": 5,
            "limit_request_line": 4094,
            "limit_request_fields": 60,
            "limit_request_field_size": 8190,
            "loglevel": "warning",
            "logger_class": ServerLog,
            "control_socket_disable": True,
            "proc_name": "lettersdesk",
            "post_worker_init": self._start_background_work,
            "worker_exit": self._stop_background_work,
        }
        super().__init__()

    def load_config(self) -> None:
        """Set the options; those that this version of gunicorn doesn't know are left out."""
        for name, value in self._options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:  # type: ignore[override] # an application that the stubs don't recognise
        """Build the application; gunicorn calls this in the worker process."""
        return self._make_app()

    def _start_background_work(self, worker: object) -> None:
        del worker
        _freeze_loaded_objects()
        self._background_work = self._make_background_work()
        self._background_work.start()

    def _stop_background_work(self, server: object, worker: object) -> None:
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
    """Serve until SIGTERM or SIGINT; this ends the process and never returns.

    After SIGTERM requests under way are answered first, for up to `GRACEFUL_TIMEOUT` seconds; SIGINT is
    gunicorn's quick shutdown. The objects that exist by now are excluded from garbage collection.

    Args:
        make_app: Builds the application, in each worker process.
        make_background_work: Builds the work that runs beside the requests, in each worker process.
        host: The IPv4 or IPv6 address, or host name, to listen on.
        port: The TCP port.
        workers: The number of worker processes.

    Raises:
        SystemExit: always, at the end; with another status than 0 if the server can't start.
    """
    _freeze_loaded_objects()
    Server(make_app, make_background_work, host=host, port=port, workers=workers).run()


def _freeze_loaded_objects() -> None:
    """Exclude the objects that exist by now from garbage collection.

    A full collection of them takes 60 ms, during which a worker answers no request. It also writes to each
    object, so that 12 MB loaded before the fork would no longer be shared between the workers.
    """
    gc.freeze()
