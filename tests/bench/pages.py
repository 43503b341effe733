"""How long the desk's pages take, with few letters in the store and with many."""

import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.bench.bulk import EDITOR, grow, prepare
from tests.bench.figures import Row, milliseconds, percentile
from tests.bench.serving import kind_of, product
from tests.installation.concurrent_readers import Line
from tests.installation.server import RunningServer
from tests.samples import PASSWORD, SEAL
from webapp.store.database import Database

HEADINGS = ("page", "letters", "at the server, p50 ms", "at a client, p50 ms", "p99 ms", "of the smallest")
TIMES = 60
"""That each page is asked for, one time after another."""
QUEUE = "/desk/"
WHOLE_QUEUE = "/desk/?state=all"


def measure(folder: Path, database_url: str, sizes: Sequence[int]) -> Iterator[Row]:
    """Measure with each number of letters in turn, beginning with the smallest.

    What it takes at the server stands in the product's own log. A client beside it, with an open connection,
    waits for the page's way there and back as well.
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
    cookie, addresses = desk_pages(server)
    for name, address in addresses.items():
        with Line(server.port, cookie) as line:
            # The first may load what stays loaded.
            _seconds(line, address)
            yield name, [_seconds(line, address) for _ in range(TIMES)]


def _last_logged(server: RunningServer) -> list[float]:
    """Return the seconds that the server logged for the requests of one page, which were its last."""
    logged = (json.loads(line) for line in server.log.splitlines() if line.startswith("{"))
    return [each["milliseconds"] / 1000 for each in logged if "milliseconds" in each][-TIMES:]


def desk_pages(server: RunningServer) -> tuple[bytes, dict[str, str]]:
    """Sign in, and return the cookie and the addresses of the pages that editors work on."""
    caller = server.caller()
    sign_in = caller.get("/desk/login").fields() | {"email": EDITOR, "password": PASSWORD}
    assert caller.post("/desk/login", sign_in).status == 303
    queue = caller.get(WHOLE_QUEUE).soup
    letter = str(queue.select("table.queue tbody a[href]")[0]["href"])
    addresses = {
        "queue": QUEUE,
        "whole queue": WHOLE_QUEUE,
        "letter": letter.partition("?")[0],
        "search": f"{QUEUE}?state=all&words=tram",
        "search by two words": f"{QUEUE}?state=declined&words=slow+tram",
    }
    return caller.headers()["Cookie"].encode(), addresses


def _seconds(line: Line, address: str) -> float:
    since = time.perf_counter()
    reply = line.get(address)
    assert reply.status == 200, f"{address}: {reply.status}"
    return time.perf_counter() - since
