"""The server: gunicorn's processes around waitress' connections; protocol of background work.

gunicorn's parent process holds the listening socket, starts worker processes, replaces those that die and
stops them. In each worker waitress reads requests and sends responses (`webapp.installation.connections`).
"""

import gc
import logging
import os
import signal
import time
from collections.abc import Callable, Collection
from types import FrameType
from typing import TYPE_CHECKING, Protocol, cast

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.sock import BaseSocket
from gunicorn.workers.base import Worker

from webapp.installation.connections import ConnectionServer

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

log = logging.getLogger(__name__)

THREADS = 4
"""Threads of each worker process; each answers one request at a time."""
GRACEFUL_TIMEOUT = 20
"""Seconds that requests have to finish after a SIGTERM."""
_LONGEST_POLL = 1.0
"""Seconds that a worker waits for something to do before it tells its parent that it lives."""
_LONGEST_STOPPING_POLL = 0.1


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


class ServerWorker(Worker):
    """A gunicorn worker process that serves by `webapp.installation.connections`."""

    connections: ConnectionServer | None = None

    def init_signals(self) -> None:
        """Install the signal handlers; the signals that `ServerArbiter` ignores are ignored here too."""
        super().init_signals()
        for number in (signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2):
            signal.signal(number, signal.SIG_IGN)

    def run(self) -> None:
        """Serve until a SIGTERM; then answer requests under way for up to `GRACEFUL_TIMEOUT` seconds."""
        server = cast("Server", self.app)
        [listener] = self.sockets
        self.connections = connections = ConnectionServer(
            cast("WSGIApplication", self.wsgi),
            cast("BaseSocket", listener).sock,
            threads=THREADS,
            own_threads=server.own_threads,
            max_body_bytes=server.max_body_bytes,
        )
        while self.alive and self.ppid == os.getppid():
            self.notify()
            connections.poll(_LONGEST_POLL)
        connections.stop_accepting()
        deadline = time.monotonic() + GRACEFUL_TIMEOUT
        while connections.has_connections() and time.monotonic() < deadline:
            self.notify()
            connections.poll(_LONGEST_STOPPING_POLL)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop, on SIGTERM."""
        super().handle_exit(sig, frame)
        if self.connections:
            self.connections.pull_trigger()


class ServerArbiter(Arbiter):
    """gunicorn's parent process, which starts the workers and replaces those that end.

    It stops on SIGTERM, SIGINT and SIGQUIT. Other signals, by which gunicorn starts itself anew, changes the
    number of its workers or reopens files, are ignored: the terminal sends some of them to background jobs,
    and `lettersdesk run` can't be started anew from within.
    """

    def handle_hup(self) -> None:
        """Ignore SIGHUP."""
        self._ignore("SIGHUP")

    def handle_ttin(self) -> None:
        """Ignore SIGTTIN."""
        self._ignore("SIGTTIN")

    def handle_ttou(self) -> None:
        """Ignore SIGTTOU."""
        self._ignore("SIGTTOU")

    def handle_usr1(self) -> None:
        """Ignore SIGUSR1."""
        self._ignore("SIGUSR1")

    def handle_usr2(self) -> None:
        """Ignore SIGUSR2."""
        self._ignore("SIGUSR2")

    def _ignore(self, name: str) -> None:
        log.warning("%s is ignored: restart the server to change its settings or version", name)


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
        max_body_bytes: int,
        own_threads: Collection[str] = (),
    ) -> None:
        """Collect gunicorn's options, among them the hooks that start and stop the background work.

        Args:
            make_app: As for `serve`.
            make_background_work: As for `serve`.
            host: As for `serve`.
            port: As for `serve`.
            workers: As for `serve`.
            max_body_bytes: As for `serve`.
            own_threads: As for `serve`.
        """
        self.max_body_bytes = max_body_bytes
        self.own_threads = own_threads
        self._make_app = make_app
        self._make_background_work = make_background_work
        self._background_work: BackgroundWork | None = None
        self._options = {
            "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
            "workers": workers,
            "worker_class": ServerWorker,
            "graceful_timeout": GRACEFUL_TIMEOUT,
            "timeout": 60,
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

    def run(self) -> None:
        """Run the parent process, until it exits."""
        ServerArbiter(self).run()

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
    max_body_bytes: int,
    own_threads: Collection[str] = (),
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
        max_body_bytes: The size of the largest request body that is accepted, in bytes.
        own_threads: Paths that have a thread of their own each: they are answered while all others wait.

    Raises:
        SystemExit: always, at the end; with another status than 0 if the server can't start.
    """
    _freeze_loaded_objects()
    server = Server(
        make_app,
        make_background_work,
        host=host,
        port=port,
        workers=workers,
        max_body_bytes=max_body_bytes,
        own_threads=own_threads,
    )
    server.run()


def _freeze_loaded_objects() -> None:
    """Exclude the objects that exist by now from garbage collection.

    A full collection of them takes 60 ms, during which a worker answers no request. It also writes to each
    object, so that 12 MB loaded before the fork would no longer be shared between the workers.
    """
    gc.freeze()
