"""What the server itself weighs: its start, its memory, and each of its pages with all files."""

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
from tests.installation.concurrent_readers import Crowd, Line, write_letter
from tests.installation.server import RunningServer, starting_server, wait_until
from tests.installation.steps import FORM

START_HEADINGS = ("start", "seconds")
MEMORY_HEADINGS = ("worker's memory", "whole (RSS) MB", "own share (PSS) MB")
WEIGHT_HEADINGS = ("page with all files", "HTML kB", "files", "all kB", "round trips")
READERS, LETTERS = 8, 25
"""That each worker has served before its memory is looked at."""
KILOBYTE, MEGABYTE = 1000, 1_000_000
_LINKED = re.compile(r'<(?:link|script|img)\b[^>]*?\b(?:href|src)="([^"]+)"')
_IMPORTED = re.compile(r'(?:\bfrom |\bimport |\burl\()"([^"]+)"')


def starts(folder: Path, database_url: str) -> Iterator[Row]:
    """Measure from the command to the first answer, with an empty store and then with one that is ready."""
    for name in ("with an empty store", "with a store that is there"):
        since = time.perf_counter()
        with starting_server(folder, product_settings(database_url)) as server:
            wait_until(lambda: _opens_form(server), "the form opens")
            yield f"{kind_of(database_url)}, {name}", f"{time.perf_counter() - since:.2f}"
            server.stop()


def _opens_form(server: RunningServer) -> bool:
    try:
        with Line(server.port) as line:
            return line.get(FORM).status == 200
    except OSError:
        return False


def memory(server: RunningServer, kind: str) -> Iterator[Row]:
    """Measure the workers after a crowd of readers."""
    crowd = Crowd(server.port, FORM, write_letter)
    crowd.start(READERS, letters=LETTERS)
    crowd.wait()
    for number, pid in enumerate(server.workers(), 1):
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        whole, own = (int(size) for size in re.findall(r"^[RP]ss: +(\d+) kB", rollup, re.MULTILINE))
        yield f"{kind}, worker {number}", _megabytes(whole), _megabytes(own)


def _megabytes(kibibytes: int) -> str:
    return f"{kibibytes * 1024 / MEGABYTE:.0f}"


def weight(name: str, port: int, cookie: bytes, address: str) -> Row:
    """Weigh a page with all that a browser loads for it, as it comes over the wire: headers included."""
    page = _loaded(port, cookie, address)
    loaded: dict[str, _Loaded] = {}
    waiting, trips = _named_in(address, page.text, _LINKED), 1
    while waiting := waiting - set(loaded):
        replies = {file: _loaded(port, cookie, file) for file in sorted(waiting)}
        loaded |= replies
        waiting = set().union(*(_named_in(file, reply.text, _IMPORTED) for file, reply in replies.items()))
        trips += 1
    total = page.size + sum(file.size for file in loaded.values())
    return name, f"{page.size / KILOBYTE:.1f}", str(len(loaded)), f"{total / KILOBYTE:.1f}", str(trips)


@dataclass(frozen=True, slots=True)
class _Loaded:
    """What came for one address: how many bytes, and what they say."""

    size: int
    text: str


def _loaded(port: int, cookie: bytes, address: str) -> _Loaded:
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("GET", address, headers={"Accept-Encoding": "gzip", "Cookie": cookie.decode()})
    reply = connection.getresponse()
    assert reply.status == 200, f"{address}: {reply.status}"
    body = reply.read()
    connection.close()
    head = sum(len(f"{name}: {value}\r\n") for name, value in reply.getheaders())
    text = gzip.decompress(body) if reply.getheader("Content-Encoding") == "gzip" else body
    return _Loaded(len("HTTP/1.1 200 OK\r\n\r\n") + head + len(body), text.decode())


def _named_in(address: str, text: str, pattern: re.Pattern[str]) -> set[str]:
    return {urljoin(address, name) for name in pattern.findall(text)}
