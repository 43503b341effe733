"""Benchmarks of a server's start-up time, its memory, and the bytes a browser loads for a page."""

import gzip
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urljoin

from tests.bench.figures import Row
from tests.bench.serving import kind_of, product_settings
from tests.installation.concurrent_readers import ConcurrentReaders, ReaderConnection, sample_letter
from tests.installation.server import RunningServer, started_server, wait_until
from tests.installation.steps import FORM

START_HEADINGS = ("start", "seconds")
MEMORY_HEADINGS = ("worker's memory", "whole (RSS) MB", "own share (PSS) MB")
WEIGHT_HEADINGS = ("page with all files", "HTML kB", "files", "all kB", "round trips")
READERS, LETTERS = 8, 25
"""Concurrent readers, and letters of each, before the memory is measured."""
KILOBYTE, MEGABYTE = 1000, 1_000_000
_LINKED = re.compile(r'<(?:link|script|img)\b[^>]*?\b(?:href|src)="([^"]+)"')
_IMPORTED = re.compile(r'(?:\bfrom |\bimport |\burl\()"([^"]+)"')


def starts(folder: Path, database_url: str) -> Iterator[Row]:
    """Measure the time from the command to the first page, with an empty database and with a migrated one."""
    for name in ("with an empty store", "with a store that is there"):
        since = time.perf_counter()
        with started_server(folder, product_settings(database_url), forked=False) as server:
            wait_until(lambda: _opens_form(server), "the form opens")
            yield f"{kind_of(database_url)}, {name}", f"{time.perf_counter() - since:.2f}"
            server.stop()


def _opens_form(server: RunningServer) -> bool:
    try:
        with ReaderConnection(server.port) as connection:
            return connection.get(FORM).status == 200
    except OSError:
        return False


def memory(server: RunningServer, kind: str) -> Iterator[Row]:
    """Measure RSS and PSS of each worker after many letters; yield table rows."""
    readers = ConcurrentReaders(server.port, FORM, sample_letter)
    readers.start(READERS, letters=LETTERS)
    readers.wait()
    for number, pid in enumerate(server.worker_pids(), 1):
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        whole, own = (int(size) for size in re.findall(r"^[RP]ss: +(\d+) kB", rollup, re.MULTILINE))
        yield f"{kind}, worker {number}", _megabytes(whole), _megabytes(own)


def _megabytes(kibibytes: int) -> str:
    return f"{kibibytes * 1024 / MEGABYTE:.0f}"


def weight(name: str, port: int, cookie: bytes, url: str) -> Row:
    """Load a page with all its files and return the row with their sizes as transferred, headers included.

    Args:
        name: The page's name in the table.
        port: The server's port.
        cookie: The Cookie header.
        url: The URL path of the page.
    """
    page = _load(port, cookie, url)
    loaded: dict[str, _Resource] = {}
    waiting, trips = _linked_urls(url, page.text, _LINKED), 1
    while waiting := waiting - set(loaded):
        replies = {file: _load(port, cookie, file) for file in sorted(waiting)}
        loaded |= replies
        waiting = set().union(*(_linked_urls(file, reply.text, _IMPORTED) for file, reply in replies.items()))
        trips += 1
    total = page.size + sum(file.size for file in loaded.values())
    return name, f"{page.size / KILOBYTE:.1f}", str(len(loaded)), f"{total / KILOBYTE:.1f}", str(trips)


@dataclass(frozen=True, slots=True)
class _Resource:
    """A response: its size as transferred, in bytes, and its decompressed text."""

    size: int
    text: str


def _load(port: int, cookie: bytes, url: str) -> _Resource:
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("GET", url, headers={"Accept-Encoding": "gzip", "Cookie": cookie.decode()})
    reply = connection.getresponse()
    assert reply.status == 200, f"{url}: {reply.status}"
    body = reply.read()
    connection.close()
    head = sum(len(f"{name}: {value}\r\n") for name, value in reply.getheaders())
    text = gzip.decompress(body) if reply.getheader("Content-Encoding") == "gzip" else body
    return _Resource(len("HTTP/1.1 200 OK\r\n\r\n") + head + len(body), text.decode())


def _linked_urls(url: str, text: str, pattern: re.Pattern[str]) -> set[str]:
    return {urljoin(url, name) for name in pattern.findall(text)}
