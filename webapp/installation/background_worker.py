"""The background worker: threads for mail delivery, for the indexes, and for the upkeep of letters.

While it runs it holds the locks of a process that serves the store (`webapp.store.presence`).

Upkeep lapses letters that nobody confirmed, and purges particulars once a day. The daily purge ends with
secure deletion, if particulars were removed lately.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from webapp.installation.clock import ClockTrust, now
from webapp.installation.settings import Settings
from webapp.letters.editing.lapse import MAX_LAPSED_PER_TRANSACTION, lapse_unconfirmed
from webapp.letters.privacy.retention import OVERDUE_AFTER, forecast_purge, purge
from webapp.letters.search.index import FULL_TEXT_INDEX
from webapp.letters.search.reindexing import index_outdated_letters
from webapp.letters.similar.fingerprint_index import PASSAGE_FINGERPRINTS, index_waiting_letters
from webapp.messages.delivery_worker import DeliveryWorker
from webapp.rules.advisories.place_names import load_place_names
from webapp.store.database import Database, StoreAwayError
from webapp.store.derivations import raise_version
from webapp.store.presence import ServingLock, StoreBeingRestoredError
from webapp.store.seal_keys import require_registered_key
from webapp.store.secure_deletion import particulars_removed_since, secure_delete

log = logging.getLogger(__name__)

LAPSE_INTERVAL = 300.0
"""Seconds between two searches for letters whose e-mail address was not confirmed in time."""
PURGE_INTERVAL = timedelta(days=1)
SECURE_DELETION_LOOKBACK = timedelta(days=30)
"""The daily run ends with secure deletion if particulars were purged or erased within this time. It is longer
than a day, so that nothing is missed if the worker was not running."""
INDEX_INTERVAL = 2.0
"""Seconds between two searches for letters that wait for the passage index or the full-text index."""
RETRY_INTERVAL = 60.0
"""Seconds after indexing failed until it is tried again."""
CONNECTIONS = 3
"""Size of the database connection pool: one for each of the three threads that work. On PostgreSQL the locks
take one more connection."""
SERVING_LOCK_INTERVAL = 10.0
"""Seconds between two looks whether the locks of a serving process are still held: PostgreSQL forgets them
when it is restarted."""
LOADING_DELAY = 10.0
"""Seconds after the start until tables are loaded that are seldom needed: until then all else comes first."""
STOP_TIMEOUT = 15.0
"""Seconds that `stop` waits for the threads. A message that the mail server has not answered by then may be
sent again, with the same Message-ID."""


class BackgroundWorker:
    """Runs in daemon threads until it is stopped; any number of workers may share one database."""

    def __init__(self, settings: Settings) -> None:
        """Prepare the threads; without a mail server in the settings there is none for delivery.

        It creates a connection pool of its own; no connection is opened and no thread started yet.
        """
        self._settings = settings
        self._database = Database(
            settings.database_url, settings.seal, connections=CONNECTIONS, limits_statements=False
        )
        self._clock_trust = ClockTrust()
        self._serving_lock = ServingLock(self._database)
        self._stopping = threading.Event()
        self._purged_at: datetime | None = None
        self._delivery: DeliveryWorker | None = None
        self._threads = [
            threading.Thread(target=work, name=name, daemon=True)
            for name, work in (
                ("tidying", self._lapse_and_purge_repeatedly),
                ("comparing", self._index_repeatedly),
                ("serving", self._hold_serving_lock_repeatedly),
                ("loading", self._load_place_names),
            )
        ]
        if settings.mail_server:
            self._delivery = DeliveryWorker(self._database, settings.mail_server, now)
            self._threads.append(threading.Thread(target=self._delivery.run, name="delivery", daemon=True))

    def start(self) -> None:
        """Take the locks of a process that serves the store, start the threads, and return.

        They can be started only once. Where the locks can't be had yet, a thread goes on trying.

        Raises:
            RuntimeError: they were started before.
        """
        self._hold_serving_lock()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let the threads finish their current step within `STOP_TIMEOUT` seconds, and close the database.

        Threads that need longer are left; they end with the process.
        """
        self._stopping.set()
        if self._delivery:
            self._delivery.stop()
        deadline = time.monotonic() + STOP_TIMEOUT
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(0.0, deadline - time.monotonic()))
        self._serving_lock.release()
        self._database.dispose()

    def _hold_serving_lock_repeatedly(self) -> None:
        while not self._stopping.wait(SERVING_LOCK_INTERVAL):
            self._hold_serving_lock()

    def _hold_serving_lock(self) -> None:
        try:
            self._serving_lock.take()
        except StoreBeingRestoredError:
            log.warning("A backup is being restored into the store that is served")
        except StoreAwayError as away:
            log.warning("The lock of a serving process waits: %s", away)

    def _load_place_names(self) -> None:
        # So that no reader's request waits for it, the first that has a doubtful signature.
        if not self._stopping.wait(LOADING_DELAY):
            load_place_names()

    def _lapse_and_purge_repeatedly(self) -> None:
        def step() -> float:
            self.lapse_and_purge()
            return LAPSE_INTERVAL

        self._repeat("Tidying", step, pause_after_error=LAPSE_INTERVAL)

    def _index_repeatedly(self) -> None:
        not_raised = [PASSAGE_FINGERPRINTS, FULL_TEXT_INDEX]

        def step() -> float:
            while not_raised:
                raise_version(self._database, not_raised[0])
                del not_raised[0]
            since = time.monotonic()
            # New letters come before those whose words are only indexed in another way.
            done = index_waiting_letters(self._database) or index_outdated_letters(self._database)
            # While letters are waiting, leave the database to others for as long as indexing took.
            return time.monotonic() - since if done else INDEX_INTERVAL

        # Where PostgreSQL has few connections, let the threads that serve readers take theirs first.
        self._stopping.wait(INDEX_INTERVAL)
        self._repeat("Comparing", step, pause_after_error=RETRY_INTERVAL)

    def _repeat(self, name: str, step: Callable[[], float], *, pause_after_error: float) -> None:
        """Call ``step`` until the worker is stopped; any error is logged, and the next call may succeed.

        Args:
            name: The name of the work in the log.
            step: Does some of the work and returns the seconds to wait before the next call.
            pause_after_error: Seconds to wait after a call that failed.
        """
        while not self._stopping.is_set():
            pause = pause_after_error
            try:
                # With other keys than the store's nothing may be changed in it.
                require_registered_key(self._database)
                pause = step()
            except StoreAwayError as away:
                log.warning("%s waits: %s", name, away)
            except Exception as error:  # noqa: BLE001 -- whatever it is, the next time may be better
                # Message and traceback are left out: they may hold somebody's particulars.
                log.error("%s failed: %s", name, type(error).__name__)  # noqa: TRY400
            self._stopping.wait(pause)

    def lapse_and_purge(self) -> None:
        """Lapse the letters whose time for confirmation is over; once a day purge particulars as well.

        The day counts from the last purge of this object: a worker that has just started purges at once. The
        purge ends with secure deletion if particulars were removed within `SECURE_DELETION_LOOKBACK`. All is
        committed in batches; after `stop` the rest is left to the next call.

        Nothing is lapsed or purged for a day after the clock of this machine was set: neither can be undone.
        A purge that finds more overdue letters than usual waits for a person, who runs `lettersdesk purge`;
        it is tried again a day later.

        Raises:
            StoreAwayError: the database can't be reached.
        """
        moment = now()
        if not self._clock_trust.is_trusted():
            log.warning("The clock was set to %s: nothing is lapsed or purged for a day", moment.isoformat())
            return
        for policy in self._settings.policies:
            # Also where the policy asks for no confirmation: letters may be waiting from when it did.
            before = moment - timedelta(hours=policy.confirmation.lapse_hours)
            for slug in policy.paper.slugs:
                self._lapse(slug, before, moment)
        if self._purged_at is None or moment - self._purged_at >= PURGE_INTERVAL:
            self._purge(moment)

    def _lapse(self, paper: str, received_before: datetime, moment: datetime) -> None:
        lapsed = MAX_LAPSED_PER_TRANSACTION
        while lapsed == MAX_LAPSED_PER_TRANSACTION and not self._stopping.is_set():
            with self._database.transaction() as session:
                lapsed = lapse_unconfirmed(session, paper, received_before=received_before, now=moment)

    def _purge(self, moment: datetime) -> None:
        purged = 0
        with self._database.snapshot() as session:
            forecast = forecast_purge(session, self._settings.policies, moment)
        if forecast.needs_person:
            self._purged_at = moment
            log.warning(
                "The purge waits for a person: %d of %d letters would have been due for more than %d days. "
                "Look at the clock, which says %s, and at [retention]; then run: lettersdesk purge",
                forecast.overdue,
                forecast.kept,
                OVERDUE_AFTER.days,
                moment.isoformat(timespec="minutes"),
            )
            return
        for step in purge(self._database, self._settings.policies, moment):
            purged += step.letters
            if self._stopping.is_set():
                return
        # Letters that were erased at the desk depend on this, too: a web request does no secure deletion.
        if particulars_removed_since(self._database, moment - SECURE_DELETION_LOOKBACK):
            secure_delete(self._database, is_stopping=self._stopping.is_set)
        self._purged_at = moment
        if purged:
            log.info("The particulars of the writers of %d letters were purged", purged)
