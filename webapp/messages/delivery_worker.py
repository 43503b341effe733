"""The delivery worker: a loop that leases due messages, sends them by SMTP and records each outcome."""

import logging
import re
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from time import monotonic

from webapp.messages.leases_and_retries import (
    LeasedMessage,
    is_still_leased,
    lease_due,
    lease_owners,
    record_deferral,
    record_delivery,
    record_rejection,
    return_leases,
)
from webapp.messages.mime import compose
from webapp.messages.smtp import (
    MAX_TRANSACTION_SECONDS,
    DeferredError,
    MailServer,
    RejectedError,
    ServerAwayError,
    SmtpConnection,
)
from webapp.store.database import Database, StoreAwayError
from webapp.store.liveness import LivenessLock, living_processes
from webapp.store.seal_keys import require_registered_key

log = logging.getLogger(__name__)

BATCH_SIZE = 8
"""Messages leased together; leases that would expire behind a slow message are returned."""
POLL_INTERVAL = 2.0
"""Seconds between two queries while the outbox has no due message."""
MAX_BACKOFF = 120.0
"""The most seconds between two batches after an error, such as a mail server or database that is away
(exponential backoff)."""
LIVENESS_INTERVAL = 5.0
"""Seconds between two checks of the worker's own liveness lock, which is lost if PostgreSQL is restarted."""
ENDED_AFTER = 20.0
"""Seconds for which another worker's liveness lock must be free on PostgreSQL until the worker is taken for
ended: a living one has its lock again within `LIVENESS_INTERVAL`."""
RECORD_RETRY_INTERVAL = 1.0
"""Seconds between two attempts to record an outcome while the database is away."""

_ADDRESS = re.compile(r"(?<![^\s<>()\[\]])[^\s<>()\[\]]+@[^\s<>()\[\]]+")


class _NotTriedError(Exception):
    """A message was not tried: the worker stops, the lease is lost, or it could expire before the reply.

    The lease is returned, and no attempt is counted.
    """


class DeliveryWorker:
    """Sends due messages over one SMTP connection; several workers may run, in any number of processes."""

    def __init__(self, database: Database, server: MailServer, clock: Callable[[], datetime]) -> None:
        """Prepare to send the messages in ``database`` to ``server``; ``clock`` returns the current time.

        No connection is opened and no thread started yet.
        """
        self._database = database
        self._server = server
        self._clock = clock
        self._connection: SmtpConnection | None = None
        self._stopping = threading.Event()
        self._liveness = LivenessLock(database)
        self._seen_free: dict[int, float] = {}
        """When another worker's liveness lock was first found free, by its number (monotonic time)."""

    def run(self) -> None:
        """Send due messages until `stop` is called; errors are logged, and none ends the loop.

        It blocks, and closes the connection to the mail server while no message is due. After `stop` it can't
        be run again.
        """
        ended = threading.Event()
        keeper = threading.Thread(target=self._keep_liveness, args=[ended], daemon=True)
        keeper.start()
        try:
            self._deliver_repeatedly()
        finally:
            ended.set()
            keeper.join()
            self._disconnect()
            self._liveness.release()

    def _keep_liveness(self, ended: threading.Event) -> None:
        """Keep the liveness lock beside a message that takes minutes to be sent."""
        while not ended.wait(LIVENESS_INTERVAL):
            # The loop of deliveries reports that the database is away.
            with suppress(StoreAwayError):
                self._liveness.keep()

    def _deliver_repeatedly(self) -> None:
        pause = POLL_INTERVAL
        while not self._stopping.is_set():
            try:
                busy = self.deliver_due() > 0
                pause = POLL_INTERVAL
            except (ServerAwayError, StoreAwayError) as away:
                is_mail = isinstance(away, ServerAwayError)
                server = f" for {self._server.host}:{self._server.port}" if is_mail else ""
                # A mail server may repeat the recipient's address in its reply.
                log.warning("Delivery waits%s: %s", server, _ADDRESS.sub("…", str(away)))
                busy, pause = False, min(pause * 2, MAX_BACKOFF)
            except Exception as error:  # noqa: BLE001 -- no error may end delivery for good
                # The error's message and traceback may contain an address.
                log.error("Delivery failed and is tried again: %s", type(error).__name__)  # noqa: TRY400
                busy, pause = False, min(pause * 2, MAX_BACKOFF)
            if not busy:
                self._disconnect()
                self._stopping.wait(pause)

    def stop(self) -> None:
        """Make `run` return after the message that is being sent; this doesn't wait for it."""
        self._stopping.set()

    def deliver_due(self) -> int:
        """Send one batch of due messages and record each outcome; return how many were leased.

        At most `BATCH_SIZE` are; those that were not tried count too, and their leases are returned. After
        `stop` none is sent. The connection to the mail server stays open.

        Raises:
            ServerAwayError: the mail server can't be reached; leases on messages not sent are returned.
            StoreAwayError: the database can't be reached. A message that was sent meanwhile is sent again
                when its lease expires.
            SealKeyUnregisteredError: this process seals with a key that isn't the store's; none is leased.
        """
        # With other keys than the store's no message can be read, nor an answer be stored.
        require_registered_key(self._database)
        self._liveness.keep()
        batch = lease_due(
            self._database,
            now=self._clock(),
            limit=BATCH_SIZE,
            owner=self._liveness.number,
            # This worker is at no message now: leases that it has are left from when the database was away.
            ended_owners=self._ended_workers() | {self._liveness.number},
        )
        for index, leased in enumerate(batch):
            try:
                self._deliver(leased)
            except _NotTriedError:
                return_leases(self._database, batch[index:])
                break
            except ServerAwayError:
                return_leases(self._database, batch[index:])
                raise
        return len(batch)

    def _ended_workers(self) -> frozenset[int]:
        """Return the numbers of workers that have leases, and ended without giving them back.

        Raises:
            StoreAwayError: the database can't be reached.
        """
        try:
            others = lease_owners(self._database, now=self._clock()) - {self._liveness.number}
            free = others - living_processes(self._database, others) if others else others
        except StoreAwayError:
            # The others may have lost their locks as well: they get the time to take them again.
            self._seen_free.clear()
            raise
        if self._database.is_sqlite:
            return free
        moment = monotonic()
        self._seen_free = {number: self._seen_free.get(number, moment) for number in free}
        return frozenset(number for number, since in self._seen_free.items() if moment - since >= ENDED_AFTER)

    def _deliver(self, leased: LeasedMessage) -> None:
        try:
            reply = self._send(leased)
        except RejectedError as rejected:
            reply = str(rejected)
            self._record(leased, lambda: record_rejection(self._database, leased, server_words=reply))
        except DeferredError as deferred:
            reply = str(deferred)
            self._record(
                leased,
                lambda: record_deferral(self._database, leased, server_words=reply, now=self._clock()),
            )
        else:
            self._record(
                leased,
                lambda: record_delivery(self._database, leased, server_words=reply, now=self._clock()),
            )

    def _send(self, leased: LeasedMessage) -> str:
        """Send a message over the open connection, or a new one, and return the server's reply.

        Raises:
            RejectedError: the server rejected the message, or it can't be written as an e-mail.
            DeferredError: a temporary error, or one that nobody foresaw.
            ServerAwayError: the server can't be reached.
            StoreAwayError: the database can't be reached; nothing was sent.
            _NotTriedError: the worker stops, the lease is lost, or too little of it is left.
        """
        if self._stopping.is_set():
            raise _NotTriedError
        try:
            envelope = compose(leased)
        except Exception as error:
            # A message that can't be composed must not block the ones behind it.
            raise RejectedError(f"not sent: {error}") from error
        was_open = self._connection is not None and self._connection.is_open
        if self._connection is None or not was_open:
            self._connection = SmtpConnection(self._server)
        if not self._may_send(leased):
            raise _NotTriedError
        try:
            return self._connection.send(
                envelope.content, sender=envelope.sender, recipient=envelope.recipient
            )
        except ServerAwayError:
            # Some servers close a connection after a number of messages, and accept more on a new one.
            if was_open:
                return self._send(leased)
            raise
        except ValueError as error:
            self._disconnect()
            raise RejectedError(f"not sent: {error}") from error
        except (DeferredError, RejectedError):
            raise
        except Exception as error:
            # If an unforeseen error ended the batch, this message would block the ones behind it for good.
            self._disconnect()
            raise DeferredError(f"not sent: {type(error).__name__}") from error

    def _may_send(self, leased: LeasedMessage) -> bool:
        """Tell whether the lease lasts as long as sending may take, and the message still waits.

        The messages before it in the batch may have taken minutes, in which it was cancelled or its writer
        erased.
        """
        has_time = leased.lease_until - self._clock() >= timedelta(seconds=MAX_TRANSACTION_SECONDS)
        return has_time and is_still_leased(self._database, leased)

    def _record(self, leased: LeasedMessage, record: Callable[[], None]) -> None:
        """Record an outcome, and retry while the database is away, so that a sent message is not sent again.

        Raises:
            StoreAwayError: the lease expired or the worker was stopped before the database came back.
        """
        while True:
            try:
                record()
            except StoreAwayError:
                if self._clock() >= leased.lease_until or self._stopping.wait(RECORD_RETRY_INTERVAL):
                    raise
            else:
                return

    def _disconnect(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None
