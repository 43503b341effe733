"""The record of imported e-mails and spreadsheet rows, so that none is imported twice.

It is a table of its own, with keyed digests (HMAC-SHA-256) of the imported items: it must still recognise an
item when nothing in the letter identifies it any more, because its writer was erased, its particulars were
purged, or it was withdrawn.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, false, select
from sqlalchemy.orm import Session

from webapp.store.column_types import opened
from webapp.store.models import Import, ImportKey, Letter
from webapp.store.statements import insert_row

KEY_ROW_ID = 1
"""The id of the only row of `ImportKey`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOrigin:
    """Marks a submission as imported: it arrived elsewhere before, in a mailbox or a spreadsheet.

    Attributes:
        stable_key: Identifies the item whenever it is imported again: a Message-ID, or its whole content.
        imported_at: The moment of the import, with a time zone; the item arrived before it.
    """

    stable_key: str
    imported_at: datetime


def is_imported_as(session: Session, paper: str, import_origin: ImportOrigin) -> ColumnElement[bool]:
    """Return the condition that a letter is the one that this item was imported as before.

    The HMAC key is read from the database; if there is none yet the condition is false.
    """
    key = _stored_key(session)
    if key is None:
        return false()
    digest = _digest(key, paper, import_origin)
    return Letter.id.in_(select(Import.letter_id).where(Import.digest == digest))


def record_import(session: Session, paper: str, import_origin: ImportOrigin, letter_id: int) -> None:
    """Record that an item was imported as a letter; the first time, create and store the HMAC key.

    Args:
        session: An open transaction.
        paper: The slug of the letter's paper; the same item may be imported once for each paper.
        import_origin: The item.
        letter_id: The letter's id.

    Raises:
        IntegrityError: a concurrent import has recorded the item or created the HMAC key at the same time.
    """
    digest = _digest(_stored_key(session) or _create_key(session), paper, import_origin)
    insert_row(session, Import(digest=digest, letter_id=letter_id, brought_in_at=import_origin.imported_at))


def imported_since(moment: datetime) -> ColumnElement[bool]:
    """Return the condition that a letter was imported after ``moment``, however old it is itself."""
    return exists().where(Import.letter_id == Letter.id, Import.brought_in_at > moment)


def _stored_key(session: Session) -> str | None:
    """Return the HMAC key; None before the first import.

    Raises:
        SealBrokenError: none of the keys decrypts it. With another one items would be imported twice.
    """
    stored = session.scalar(select(ImportKey.secret))
    return None if stored is None else opened(stored)


def _create_key(session: Session) -> str:
    key = ImportKey(id=KEY_ROW_ID, secret=secrets.token_hex())
    session.add(key)
    session.flush()
    return key.secret


def _digest(key: str, paper: str, import_origin: ImportOrigin) -> bytes:
    # NUL is a safe separator: no slug has one. PostgreSQL, which refuses NUL, only gets the digest.
    value = f"{paper}\0{import_origin.stable_key}".encode("utf-8", "surrogatepass")
    return hmac.digest(key.encode(), value, "sha256")
