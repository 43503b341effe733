"""Benchmark of the desk's pages: response times with different numbers of stored letters."""

import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.bench.bulk import EDITOR, grow, prepare
from tests.bench.figures import Row, milliseconds, percentile
from tests.bench.serving import kind_of, product
from tests.installation.concurrent_readers import ReaderConnection
from tests.installation.server import RunningServer
from tests.samples import PASSWORD, SEAL
from webapp.store.database import Database

HEADINGS = ("page", "letters", "at the server, p50 ms", "at a client, p50 ms", "p99 ms", "of the smallest")
TIMES = 60
"""Requests for each page, one after another."""
QUEUE = "/desk/"
WHOLE_QUEUE = "/desk/?state=all"


def measure(folder: Path, database_url: str, sizes: Sequence[int]) -> Iterator[Row]:
    """Measure with each number of letters in turn, beginning with the smallest; yield table rows.

    The time at the server is taken from the server's log. The time at a client, with a keep-alive connection,
    includes the network stack and gunicorn.
    """
    database = Database(database_url, SEAL, limits_statements=False)
    sample = prepare(database)
    smallest: dict[str, float] = {}
    for size in sorted(sizes):
        letters = grow(database, sample=sample, letters=size)
        with product(folder, database_url) as server:
            for name, waits in _pages(server):
                at_server, middle = percentile(_last_logged(server), 0.5), percentile(waits, 0.5)
                smallest.setdefault(name, middle)
                yield (
                    f"{kind_of(database_url)}, {name}",
                    f"{letters:,}",
                    milliseconds(at_server),
                    milliseconds(middle),
                    milliseconds(percentile(waits, 0.99)),
                    f"{middle / smallest[name]:.1f}×",
                )
    database.dispose()


def _pages(server: RunningServer) -> Iterator[tuple[str, list[float]]]:
    cookie, urls = desk_pages(server)
    for name, url in urls.items():
        with ReaderConnection(server.port, cookie) as connection:
            # Not counted: the first request may fill caches.
            _seconds(connection, url)
            yield name, [_seconds(connection, url) for _ in range(TIMES)]


def _last_logged(server: RunningServer) -> list[float]:
    """Return the seconds that the server logged for its last `TIMES` requests: those of one page."""
    logged = (json.loads(connection) for connection in server.log.splitlines() if connection.startswith("{"))
    return [each["milliseconds"] / 1000 for each in logged if "milliseconds" in each][-TIMES:]


def desk_pages(server: RunningServer) -> tuple[bytes, dict[str, str]]:
    """Sign in; return the Cookie header and the URLs of the measured pages by name."""
    client = server.client()
    sign_in = client.get("/desk/login").fields() | {"email": EDITOR, "password": PASSWORD}
    assert client.post("/desk/login", sign_in).status == 303
    queue = client.get(WHOLE_QUEUE).soup
    letter = str(queue.select("table.queue tbody a[href]")[0]["href"])
    urls = {
        "queue": QUEUE,
        "whole queue": WHOLE_QUEUE,
        "letter": letter.partition("?")[0],
        "search": f"{QUEUE}?state=all&words=tram",
        "search by two words": f"{QUEUE}?state=declined&words=slow+tram",
    }
    return client.headers()["Cookie"].encode(), urls


def _seconds(connection: ReaderConnection, url: str) -> float:
    since = time.perf_counter()
    reply = connection.get(url)
    assert reply.status == 200, f"{url}: {reply.status}"
    return time.perf_counter() - since
