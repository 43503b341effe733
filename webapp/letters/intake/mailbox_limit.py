"""The daily limit of letters with one e-mail address, through form and API together.

Each stored letter sends a receipt to the address in it, which may be that of somebody who never wrote: the
limit keeps a stranger from flooding a mailbox. The letters themselves are counted, in the database: so the
limit holds for all processes and machines, and after a restart.
"""

import functools
import math
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from webapp.letters.intake.writer_history import EMAIL, WriterMatcher, shares_key
from webapp.rules.frequency import WriterKeys
from webapp.store.models import Channel, Letter, Particulars
from webapp.store.statements import WithoutIndex

LETTERS_PER_MAILBOX = 40
"""Letters with one e-mail address in `MAILBOX_PERIOD`. A teacher may give the same one for a whole class."""
MAILBOX_PERIOD = timedelta(days=1)
COUNTED_CHANNELS = (Channel.FORM, Channel.API)
"""Channels through which strangers can send letters."""


class MailboxFullError(Exception):
    """The e-mail address has reached `LETTERS_PER_MAILBOX`; nothing was stored."""

    def __init__(self, seconds: int) -> None:
        super().__init__("the mailbox is full")
        self.seconds = seconds
        """Seconds until the limit allows another letter, rounded up."""


def refuse_if_mailbox_is_full(session: Session, keys: WriterKeys, at: datetime) -> None:
    """Raise if a letter that arrives at that moment would be one too many for its e-mail address.

    Withdrawn and erased letters count as well: their receipts were sent. Without an address there is no
    limit.

    Args:
        session: An open transaction, in which the writer's keys are locked (`lock_writer_keys`): letters that
            arrive together are counted one after the other.
        keys: The writer's keys.
        at: The moment, with a time zone.

    Raises:
        MailboxFullError: the limit is reached.
    """
    if not keys.email_key:
        return
    by_email = WriterMatcher(session, WriterKeys(keys.email_key, "", ""))
    oldest = session.scalar(_oldest_counted(), by_email.bind_values)
    if oldest is not None and oldest > at - MAILBOX_PERIOD:
        raise MailboxFullError(math.ceil((oldest + MAILBOX_PERIOD - at).total_seconds()))


@functools.cache
def _oldest_counted() -> Select[*tuple[Any, ...]]:
    """Return the statement for when the last letter but 39 with an address was received, if there is one.

    By id, which is the order of arrival of these channels: however many letters an address has, only the
    newest are read.
    """
    return (
        select(Letter.received_at)
        .join(Particulars, Particulars.letter_id == Letter.id)
        .where(shares_key(EMAIL), WithoutIndex(Letter.channel).in_(COUNTED_CHANNELS))
        .order_by(Particulars.letter_id.desc())
        .offset(LETTERS_PER_MAILBOX - 1)
        .limit(1)
    )
