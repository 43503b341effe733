"""The delivery worker: takes what is due to the mail server, again and again until it is told to stop."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from webapp.delivery.composing import compose, envelope_sender
from webapp.delivery.smtp import (
    ANSWER_WITHIN,
    Connection,
    MailServer,
    PutOffError,
    RefusedForGoodError,
    ServerAwayError,
)
from webapp.letters.database import Database, StoreAwayError
from webapp.letters.outbox import (
    ClaimedMessage,
    claim_due,
    give_back,
    note_put_off,
    note_refused,
    note_sent,
)

log = logging.getLogger(__name__)

BATCH = 8
"""Messages claimed at once: few enough that the slowest server ends with them before the lease does."""
LOOKS_EVERY = 2.0
"""Seconds between two looks into an empty outbox."""
LONGEST_PAUSE = 120.0
"""Seconds between two attempts to reach a server or store that is away."""


class DeliveryWorker:
    """Delivers messages; several may run at once, in any number of processes."""

    def __init__(self, database: Database, server: MailServer, clock: Callable[[], datetime]) -> None:
        """Deliver what is due in ``database`` to ``server``, by the time that ``clock`` tells."""
        self._database = database
        self._server = server
        self._clock = clock
        self._connection: Connection | None = None
        self._stopping = threading.Event()

    def run(self) -> None:
        """Deliver until `stop` is called."""
        pause = LOOKS_EVERY
        while not self._stopping.is_set():
            try:
                busy = self.deliver_due() > 0
                pause = LOOKS_EVERY
            except (ServerAwayError, StoreAwayError) as away:
                log.warning("Delivery waits: %s", away)
                busy = False
                pause = min(pause * 2, LONGEST_PAUSE)
            if not busy:
                self._hang_up()
                self._stopping.wait(pause)
        self._hang_up()

    def stop(self) -> None:
        """Ask `run` to end after the message that is under way."""
        self._stopping.set()

    def deliver_due(self) -> int:
        """Deliver one batch of what is due, and return how many messages were tried.

        Raises:
            ServerAwayError: the mail server can't be reached; the messages wait.
            StoreAwayError: the store can't be reached.
        """
        batch = claim_due(self._database, now=self._clock(), most=BATCH)
        for index, claimed in enumerate(batch):
            too_late = claimed.lease_until - self._clock() < timedelta(seconds=ANSWER_WITHIN * 4)
            if self._stopping.is_set() or too_late:
                give_back(self._database, batch[index:])
                return index
            try:
                self._deliver(claimed)
            except ServerAwayError:
                give_back(self._database, batch[index:])
                raise
        return len(batch)

    def _deliver(self, claimed: ClaimedMessage) -> None:
        try:
            mail = compose(claimed)
        except ValueError as error:
            note_refused(self._database, claimed, server_words=f"not sent: {error}")
            return
        if self._connection is None or not self._connection.is_open:
            self._connection = Connection(self._server)
        try:
            said = self._connection.send(
                mail, sender=envelope_sender(claimed), recipient=claimed.message.recipient
            )
        except RefusedForGoodError as refused:
            note_refused(self._database, claimed, server_words=str(refused))
        except PutOffError as put_off:
            note_put_off(self._database, claimed, server_words=str(put_off), now=self._clock())
        else:
            note_sent(self._database, claimed, server_words=said, now=self._clock())

    def _hang_up(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None
