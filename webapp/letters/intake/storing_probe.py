"""A probe that a letter could be stored at this moment: one is inserted, and the transaction rolled back."""

import secrets
from contextlib import suppress
from datetime import datetime

from sqlalchemy import text

from webapp.letters.search.index import index_new_letter
from webapp.rules.enums import State
from webapp.store.column_types import Contact
from webapp.store.database import Database
from webapp.store.models import Channel, Event, EventKind, Letter, Particulars
from webapp.store.statements import insert_row

LONGEST_WAIT = 1.0
"""Seconds to wait for the writer lock of a SQLite file, or for PostgreSQL's locks and each statement."""
SAMPLE_TEXT = "A letter – 一封信"
"""Has characters that databases without UTF-8 refuse."""


class _RollBackError(Exception):
    """Ends the probe's transaction."""


def probe_storing(database: Database, now: datetime) -> None:
    """Insert a letter with its particulars, first event and search words, and roll all of it back.

    The rows have negative ids: no sequence advances, and two probes don't wait for each other. What only a
    commit would show, such as a full disk, isn't found.

    Raises:
        SealKeyUnregisteredError: this process seals with a key that isn't the store's.
        StoreAwayError: the database can't be reached, or didn't answer within `LONGEST_WAIT`.
        sqlalchemy.exc.DatabaseError: it refuses a letter, for its encoding or missing rights, for example.
    """
    number = -1 - secrets.randbelow(2**31)
    letter = Letter(
        id=number,
        reference=secrets.token_hex(6),
        token=secrets.token_hex(16),
        paper="probe",
        channel=Channel.FORM,
        received_at=now,
        word_count=1,
        exclusive=True,
        withhold_name=False,
        consent=True,
        article_headline=SAMPLE_TEXT,
        headline=SAMPLE_TEXT,
        opening=SAMPLE_TEXT,
        body=SAMPLE_TEXT,
    )
    letter.particulars = Particulars(
        letter_id=number, printed_name=SAMPLE_TEXT, country="HK", contact=Contact(name=SAMPLE_TEXT)
    )
    with suppress(_RollBackError), database.transaction(longest_wait=LONGEST_WAIT) as session:
        if not database.is_sqlite:
            milliseconds = int(1000 * LONGEST_WAIT)
            session.execute(text(f"SET LOCAL statement_timeout = {milliseconds}"))
            session.execute(text(f"SET LOCAL lock_timeout = {milliseconds}"))
        insert_row(session, letter)
        insert_row(session, letter.particulars)
        first = Event(id=number, letter_id=number, kind=EventKind.RECEIVED, at=now, to_state=State.RECEIVED)
        insert_row(session, first)
        index_new_letter(session, letter)
        raise _RollBackError
