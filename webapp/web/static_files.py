"""Static files: gzip compression, cached in memory; addresses of another version's files.

Pages are not compressed: where a page holds a secret beside text that an attacker can choose, its compressed
length reveals the secret bit by bit (the BREACH attack).
"""

import functools
import gzip
from http import HTTPStatus

from flask import Flask, Response, make_response, request

ENDPOINT = "static"
CONTENT_CODING = "gzip"
"""Supported by every browser, also over plain HTTP."""
MIN_BYTES = 500
"""Smaller files are sent as they are: compression saves less than its header takes."""


def serve_static_files_of_other_versions(app: Flask) -> None:
    """Serve the static files of ``app`` also under the version of others, uncached.

    While several machines are upgraded, the page of one may ask another for its files. Those of this version
    are better than none, but must not be kept under the other's address.
    """

    def serve_other_version(version: str, filename: str) -> Response:
        del version
        response = make_response(app.view_functions[ENDPOINT](filename=filename))
        response.headers["Cache-Control"] = "no-store"
        return response

    app.add_url_rule("/static/<version>/<path:filename>", "static_of_other_version", serve_other_version)


def compress_static_files(app: Flask) -> None:
    """Replace the static view of ``app`` by one that compresses files for clients that accept gzip.

    Files below `MIN_BYTES` stay as they are. A compressed file has an ETag of its own.
    """
    serve = app.view_functions[ENDPOINT]

    def serve_compressed(filename: str) -> Response:
        response = make_response(serve(filename=filename))
        response.vary.add("Accept-Encoding")
        if response.status_code == HTTPStatus.OK and request.accept_encodings.find(CONTENT_CODING) >= 0:
            _compress(response)
        return response

    app.view_functions[ENDPOINT] = serve_compressed


def _compress(response: Response) -> None:
    response.direct_passthrough = False
    response.make_sequence()
    content = response.get_data()
    if len(content) < MIN_BYTES:
        return
    response.set_data(_compressed(content))
    response.content_encoding = CONTENT_CODING
    etag, is_weak = response.get_etag()
    # A strong ETag names one sequence of bytes, so the compressed file needs its own.
    response.set_etag(f"{etag}-{CONTENT_CODING}", weak=bool(is_weak))
    response.make_conditional(request)


@functools.lru_cache(maxsize=64)
def _compressed(content: bytes) -> bytes:
    return gzip.compress(content)
