"""Compression of static files, and none of pages; files under the address of another version."""

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


def test_a_static_file_of_another_version_is_served_but_not_kept(app: Flask) -> None:
    with app.test_request_context():
        address = url_for("static", filename="paper.css")
    client = app.test_client()
    with client.get(address) as this, client.get("/static/0123456789ab/paper.css", headers=ACCEPTED) as other:
        assert gzip.decompress(other.data) == this.data
        assert (other.headers["Cache-Control"], other.headers["Content-Type"]) == (
            "no-store",
            this.headers["Content-Type"],
        )
        assert "max-age" in this.headers["Cache-Control"]
    assert client.get("/static/0123456789ab/none.css").status_code == 404


def test_a_page_is_not_compressed(app: Flask) -> None:
    page = app.test_client().get("/harbour-herald/letters/new", headers=ACCEPTED)
    assert page.status_code == 200
    assert "Content-Encoding" not in page.headers
