"""What was brought in before: mails and rows, which are never brought in twice.

Kept apart from the letters, as it has to hold when there is nothing left to tell a letter by: its writer was
erased, its particulars were purged, or it was withdrawn.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, false, select
from sqlalchemy.orm import Session

from webapp.store.models import Import, ImportKey, Letter
from webapp.store.statements import insert_row

ONLY_ONE = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOrigin:
    """That a submission had arrived elsewhere, and is brought in from there.

    Attributes:
        known_as: What it is told by when it is brought in again: a Message-ID, or all that stands in it.
        at: When it is brought in, with the time zone; it arrived before that.
    """

    known_as: str
    at: datetime


def is_of_import(session: Session, paper: str, import_origin: ImportOrigin) -> ColumnElement[bool]:
    """Return the condition that a letter is the one that this was brought in as before."""
    key = _key(session)
    if key is None:
        return false()
    digest = _digest(key, paper, import_origin)
    return Letter.id.in_(select(Import.letter_id).where(Import.digest == digest))


def record_import(session: Session, paper: str, import_origin: ImportOrigin, letter_id: int) -> None:
    """Keep that this was brought in as that letter.

    Raises:
        IntegrityError: another run has just done so, or has made the key in the same moment.
    """
    digest = _digest(_key(session) or _new_key(session), paper, import_origin)
    insert_row(session, Import(digest=digest, letter_id=letter_id, brought_in_at=import_origin.at))


def imported_since(moment: datetime) -> ColumnElement[bool]:
    """Return the condition that a letter came from elsewhere after ``moment``, however old it is itself."""
    return exists().where(Import.letter_id == Letter.id, Import.brought_in_at > moment)


def _key(session: Session) -> str | None:
    return session.scalar(select(ImportKey.secret))


def _new_key(session: Session) -> str:
    key = ImportKey(id=ONLY_ONE, secret=secrets.token_hex())
    session.add(key)
    session.flush()
    return key.secret


def _digest(key: str, paper: str, import_origin: ImportOrigin) -> bytes:
    # Neither a paper's slug nor what a person can write has a NUL in it; and PostgreSQL sees only the digest.
    value = f"{paper}\0{import_origin.known_as}".encode("utf-8", "surrogatepass")
    return hmac.digest(key.encode(), value, "sha256")
