"""Styles and scripts, which go out compressed.

Pages don't: where a secret is compressed together with what a stranger has sent in, the length gives the
secret away bit by bit (the attack is known as BREACH).
"""

import functools
import gzip
from http import HTTPStatus

from flask import Flask, Response, make_response, request

ENDPOINT = "static"
CODING = "gzip"
"""Understood by every browser, also without TLS."""
FEWEST_BYTES = 500
"""Below which the header that says so takes as much as is won."""


def compress_static_files(app: Flask) -> None:
    """Compress what ``app`` serves from its folder of static files, for browsers that can take it so."""
    serve = app.view_functions[ENDPOINT]

    def serve_small(filename: str) -> Response:
        response = make_response(serve(filename=filename))
        response.vary.add("Accept-Encoding")
        if response.status_code == HTTPStatus.OK and request.accept_encodings.find(CODING) >= 0:
            _compress(response)
        return response

    app.view_functions[ENDPOINT] = serve_small


def _compress(response: Response) -> None:
    response.direct_passthrough = False
    response.make_sequence()
    content = response.get_data()
    if len(content) < FEWEST_BYTES:
        return
    response.set_data(_compressed(content))
    response.content_encoding = CODING
    etag, is_weak = response.get_etag()
    # What is sent is another sequence of bytes than the file, under a name of its own.
    response.set_etag(f"{etag}-{CODING}", weak=bool(is_weak))
    response.make_conditional(request)


@functools.lru_cache(maxsize=64)
def _compressed(content: bytes) -> bytes:
    return gzip.compress(content)
