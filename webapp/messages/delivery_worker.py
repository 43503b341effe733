"""The delivery worker: takes what is due to the mail server, again and again until it is told to stop."""

import logging
import re
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from webapp.messages.leases import (
    LeasedMessage,
    is_still_leased,
    lease_due,
    record_deferral,
    record_delivery,
    record_refusal,
    return_leases,
)
from webapp.messages.mime import compose
from webapp.messages.smtp import (
    LONGEST_EXCHANGE,
    Connection,
    DeferredError,
    MailServer,
    RejectedError,
    ServerAwayError,
)
from webapp.store.database import Database, StoreAwayError

log = logging.getLogger(__name__)

BATCH = 8
"""Messages claimed at once; those that a slow server leaves no time for are given back."""
LOOKS_EVERY = 2.0
"""Seconds between two looks into an empty outbox."""
LONGEST_PAUSE = 120.0
"""Seconds between two attempts to reach a server or store that is away."""
NOTES_AGAIN_AFTER = 1.0
"""Seconds after which an outcome that the store did not take is noted again."""

_ADDRESS = re.compile(r"(?<![^\s<>()\[\]])[^\s<>()\[\]]+@[^\s<>()\[\]]+")


class _NotNowError(Exception):
    """We stop, the message is ours no more, or the lease might run out before the server has answered.

    It goes back untried.
    """


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
                # A server may repeat the address that it was asked to deliver to.
                log.warning("Delivery waits: %s", _ADDRESS.sub("…", str(away)))
                busy, pause = False, min(pause * 2, LONGEST_PAUSE)
            except Exception as error:  # noqa: BLE001 -- whatever it is, delivery must not end for good
                # Its words and its trace may hold somebody's address.
                log.error("Delivery failed and is tried again: %s", type(error).__name__)  # noqa: TRY400
                busy, pause = False, min(pause * 2, LONGEST_PAUSE)
            if not busy:
                self._hang_up()
                self._stopping.wait(pause)
        self._hang_up()

    def stop(self) -> None:
        """Ask `run` to end after the message that is under way."""
        self._stopping.set()

    def deliver_due(self) -> int:
        """Deliver one batch of what is due, and return how many messages were found.

        Raises:
            ServerAwayError: the mail server can't be reached; the messages wait.
            StoreAwayError: the store can't be reached.
        """
        batch = lease_due(self._database, now=self._clock(), most=BATCH)
        for index, claimed in enumerate(batch):
            try:
                self._deliver(claimed)
            except _NotNowError:
                return_leases(self._database, batch[index:])
                break
            except ServerAwayError:
                return_leases(self._database, batch[index:])
                raise
        return len(batch)

    def _deliver(self, claimed: LeasedMessage) -> None:
        try:
            said = self._hand_over(claimed)
        except RejectedError as refused:
            words = str(refused)
            self._note(claimed, lambda: record_refusal(self._database, claimed, server_words=words))
        except DeferredError as put_off:
            words = str(put_off)
            self._note(
                claimed,
                lambda: record_deferral(self._database, claimed, server_words=words, now=self._clock()),
            )
        else:
            self._note(
                claimed,
                lambda: record_delivery(self._database, claimed, server_words=said, now=self._clock()),
            )

    def _hand_over(self, claimed: LeasedMessage) -> str:
        if self._stopping.is_set():
            raise _NotNowError
        try:
            envelope = compose(claimed)
        except Exception as error:
            # Whatever is wrong with one message, those behind it go out.
            raise RejectedError(f"not sent: {error}") from error
        was_open = self._connection is not None and self._connection.is_open
        if self._connection is None or not was_open:
            self._connection = Connection(self._server)
        if not self._has_its_turn(claimed):
            raise _NotNowError
        try:
            return self._connection.send(
                envelope.content, sender=envelope.sender, recipient=envelope.recipient
            )
        except ServerAwayError:
            # Some servers end a connection after so many messages, and take more over the next one.
            if was_open:
                return self._hand_over(claimed)
            raise
        except ValueError as error:
            self._hang_up()
            raise RejectedError(f"not sent: {error}") from error
        except (DeferredError, RejectedError):
            raise
        except Exception as error:
            # Nobody foresaw it. Were it let through, this message would hold up those behind it for good.
            self._hang_up()
            raise DeferredError(f"not sent: {type(error).__name__}") from error

    def _has_its_turn(self, claimed: LeasedMessage) -> bool:
        """Tell whether a message is ours for as long as the server may take over it, and is to be sent still.

        Those before it may have taken minutes, in which its writer was erased.
        """
        has_time = claimed.lease_until - self._clock() >= timedelta(seconds=LONGEST_EXCHANGE)
        return has_time and is_still_leased(self._database, claimed)

    def _note(self, claimed: LeasedMessage, note: Callable[[], None]) -> None:
        """Note an outcome, again and again while the store is away: a message that was sent is sent once."""
        while True:
            try:
                note()
            except StoreAwayError:
                if self._clock() >= claimed.lease_until or self._stopping.wait(NOTES_AGAIN_AFTER):
                    raise
            else:
                return

    def _hang_up(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None
