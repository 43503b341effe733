"""The work behind the pages: delivering, comparing, and letting go of what has been kept long enough."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from webapp.installation.clock import now
from webapp.installation.settings import Settings
from webapp.letters.editing.withdrawal import LAPSED_AT_ONCE, lapse_unconfirmed
from webapp.letters.privacy.retention import purge
from webapp.letters.similar.comparing import compare_waiting
from webapp.messages.delivery_worker import DeliveryWorker
from webapp.store.database import Database, StoreAwayError
from webapp.store.secure_deletion import particulars_removed_since, secure_delete

log = logging.getLogger(__name__)

TIDIES_EVERY = 300.0
"""Seconds between two looks for letters that nobody confirmed."""
PURGES_EVERY = timedelta(days=1)
LONGEST_AWAY = timedelta(days=30)
"""How long a desk may stand still after an erasure before it is forgotten to clear the files behind it."""
COMPARES_EVERY = 2.0
"""Seconds between two looks for letters that are not compared yet."""
LONGEST_REST = 60.0
"""Seconds between two attempts at work that failed."""
CONNECTIONS = 3
"""To the store: one for each of the three threads."""
ENDS_WITHIN = 15.0
"""Seconds that a message under way has to end in, when the worker is stopped; one that a mail server looks
at for longer may be sent again, under the same Message-ID."""


class Worker:
    """Runs in threads of its own until it is stopped; any number of workers may run at once."""

    def __init__(self, settings: Settings) -> None:
        """Work with these settings; without a mail server messages wait."""
        self._settings = settings
        self._database = Database(
            settings.database_url, settings.seal, connections=CONNECTIONS, limits_statements=False
        )
        self._stopping = threading.Event()
        self._purged_at: datetime | None = None
        self._delivery: DeliveryWorker | None = None
        self._threads = [
            threading.Thread(target=work, name=name, daemon=True)
            for name, work in (("tidying", self._tidy), ("comparing", self._compare))
        ]
        if settings.mail_server:
            self._delivery = DeliveryWorker(self._database, settings.mail_server, now)
            self._threads.append(threading.Thread(target=self._delivery.run, name="delivery", daemon=True))

    def start(self) -> None:
        """Begin to work, in the background."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End after what is under way."""
        self._stopping.set()
        if self._delivery:
            self._delivery.stop()
        deadline = time.monotonic() + ENDS_WITHIN
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(0.0, deadline - time.monotonic()))
        self._database.dispose()

    def _tidy(self) -> None:
        def tidy() -> float:
            self.tidy()
            return TIDIES_EVERY

        self._again_and_again("Tidying", tidy, rest=TIDIES_EVERY)

    def _compare(self) -> None:
        def compare() -> float:
            since = time.monotonic()
            # As long as there are more, everybody else has the store for as long as this had it.
            return time.monotonic() - since if compare_waiting(self._database) else COMPARES_EVERY

        # Where few connections are to be had, those who serve readers come to theirs first.
        self._stopping.wait(COMPARES_EVERY)
        self._again_and_again("Comparing", compare, rest=LONGEST_REST)

    def _again_and_again(self, name: str, work: Callable[[], float], *, rest: float) -> None:
        """Work until it is time to stop; ``work`` returns for how many seconds to rest then.

        Args:
            name: What the log calls it.
            work: What is done each time.
            rest: Seconds after a time that failed.
        """
        while not self._stopping.is_set():
            pause = rest
            try:
                pause = work()
            except StoreAwayError as away:
                log.warning("%s waits: %s", name, away)
            except Exception as error:  # noqa: BLE001 -- whatever it is, the next time may be better
                # Its words and its trace may hold somebody's particulars.
                log.error("%s failed: %s", name, type(error).__name__)  # noqa: TRY400
            self._stopping.wait(pause)

    def tidy(self) -> None:
        """Let the letters lapse whose time for confirming is over; once a day purge particulars."""
        moment = now()
        for policy in self._settings.policies:
            # Whether or not the paper makes letters wait today: some may have come when it did.
            before = moment - timedelta(hours=policy.confirmation.lapse_hours)
            self._lapse(policy.paper.slug, before, moment)
        if self._purged_at is None or moment - self._purged_at >= PURGES_EVERY:
            self._purge(moment)

    def _lapse(self, paper: str, received_before: datetime, moment: datetime) -> None:
        lapsed = LAPSED_AT_ONCE
        while lapsed == LAPSED_AT_ONCE and not self._stopping.is_set():
            with self._database.transaction() as session:
                lapsed = lapse_unconfirmed(session, paper, received_before=received_before, now=moment)

    def _purge(self, moment: datetime) -> None:
        purged = 0
        for step in purge(self._database, self._settings.policies, moment):
            purged += step.letters
            if self._stopping.is_set():
                return
        # What is erased at the desk waits for this, too.
        if particulars_removed_since(self._database, moment - LONGEST_AWAY):
            secure_delete(self._database, is_stopping=self._stopping.is_set)
        self._purged_at = moment
        if purged:
            log.info("The particulars of the writers of %d letters were purged", purged)
