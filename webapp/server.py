"""Serving for real: gunicorn with several workers, started from Python."""

from collections.abc import Callable

from flask import Flask
from gunicorn.app.base import BaseApplication

WORKERS = 2
THREADS = 4
GRACE = 20
"""Seconds that requests under way have to end in, after a SIGTERM."""


class Server(BaseApplication):
    """One serving parent with its workers; each worker builds an application of its own after the fork."""

    def __init__(self, make_app: Callable[[], Flask], *, host: str, port: int) -> None:
        self._make_app = make_app
        self._options = {
            "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
            "workers": WORKERS,
            "threads": THREADS,
            "worker_class": "gthread",
            "graceful_timeout": GRACE,
            "timeout": 60,
            "keepalive": 5,
            "limit_request_line": 4094,
            "limit_request_fields": 60,
            "limit_request_field_size": 8190,
            "loglevel": "warning",
            "control_socket_disable": True,
            "proc_name": "lettersdesk",
        }
        super().__init__()

    def load_config(self) -> None:
        """Take our options."""
        for name, value in self._options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:  # type: ignore[override] # an application that gunicorn's stubs don't recognise
        """Build the application, in the worker."""
        return self._make_app()


def serve(make_app: Callable[[], Flask], *, host: str, port: int) -> None:
    """Serve until a signal ends it; requests under way are answered first."""
    Server(make_app, host=host, port=port).run()
