"""Serving the application from a thread of the test process, for the browser."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import run_wsgi_app

HOST = "127.0.0.1"


class _QuietHandler(WSGIRequestHandler):
    """Logs requests at debug level only, to keep the output of the tests short."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        logging.getLogger(__name__).debug("%s %s %s", self.requestline, code, size)


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve ``app`` until the end of the block; yield its base URL."""
    server = make_server(HOST, 0, _buffered(app), threaded=True, request_handler=_QuietHandler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _buffered(app: Flask) -> WSGIApplication:
    """Wrap ``app`` to return buffered responses: the server leaves files open if a browser disconnects."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        body, status, headers = run_wsgi_app(app.wsgi_app, environ, buffered=True)
        start_response(status, headers.to_wsgi_list())
        return list(body)

    return answer
