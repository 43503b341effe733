"""Compression of static files, and none of pages."""

import gzip
from pathlib import Path

import pytest
from flask import Flask, url_for

import webapp

STATIC = Path(webapp.__file__).parent / "static"
ACCEPTED = {"Accept-Encoding": "gzip, br"}


@pytest.mark.parametrize("name", ["paper.css", "letter-form.js"])
def test_a_static_file_comes_compressed_to_whom_can_take_it(app: Flask, name: str) -> None:
    with app.test_request_context():
        address = url_for("static", filename=name)
    client, whole = app.test_client(), (STATIC / name).read_bytes()
    with client.get(address) as plain, client.get(address, headers=ACCEPTED) as small:
        assert plain.data == gzip.decompress(small.data) == whole
        assert len(small.data) < len(whole) / 2
        assert "accept-encoding" in small.headers["Vary"].lower()
        etag = small.headers["ETag"]
        assert etag != plain.headers["ETag"]
    with client.get(address, headers=ACCEPTED | {"If-None-Match": etag}) as again:
        assert again.status_code == 304


def test_a_page_is_not_compressed(app: Flask) -> None:
    page = app.test_client().get("/harbour-herald/letters/new", headers=ACCEPTED)
    assert page.status_code == 200
    assert "Content-Encoding" not in page.headers
