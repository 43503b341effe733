"""Times that the store was away, in the log and in the numbers."""

import logging

from webapp.letters.database import Database, StoreAwayError
from webapp.watch.logs import causes
from webapp.watch.metrics import Metrics

log = logging.getLogger(__name__)


def watch_store(database: Database, metrics: Metrics) -> None:
    """Count and log each time that ``database`` is away."""

    def note(away: StoreAwayError) -> None:
        metrics.note_store_error()
        log.warning("The store is away", extra={"facts": {"error": causes(away)}})

    database.on_away = note
