"""The application, served in this process so that a browser can visit it."""

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
    """A request that goes well is not worth a line in a test's output."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        logging.getLogger(__name__).debug("%s %s %s", self.requestline, code, size)


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve ``app`` for as long as the block lasts; give its address."""
    server = make_server(HOST, 0, _whole(app), threaded=True, request_handler=_QuietHandler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _whole(app: Flask) -> WSGIApplication:
    """Answer as ``app`` does, but whole: the server leaves files open when a browser hangs up."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        body, status, headers = run_wsgi_app(app.wsgi_app, environ, buffered=True)
        start_response(status, headers.to_wsgi_list())
        return list(body)

    return answer
