"""API keys: create, list, revoke, authenticate a request by key; the holder of a key, and errors.

A key is shown once, when it is created; the database has only its SHA-256 digest. A key has 256 random bits,
so a fast digest is enough, and the lookup by digest leaks nothing about the key through its timing.
"""

import functools
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, or_, select, update
from sqlalchemy.orm import Session

from webapp.accounts.secret_digests import new_token, secret_digest
from webapp.rules.text_cleaning import clean_line
from webapp.store.database import Database, StoreAwayError
from webapp.store.models import MAX_ROW_ID, ApiKey
from webapp.store.statements import rows_changed

PREFIX = "lettersdesk_"
"""Lets people and secret scanners recognise a leaked key."""
LONGEST_NAME = 100
"""Characters of a key's name."""
LAST_USED_UPDATE_INTERVAL = timedelta(minutes=10)
"""The least time between two writes of `ApiKey.last_used_at`: a busy key is used several times a second."""
KEY_DIGEST = "key_digest"
_KEY = re.compile(re.escape(PREFIX) + r"[A-Za-z0-9_-]{43}")


class ApiKeyRefusedError(Exception):
    """The name of a new key is empty or too long; the message says so."""


class ApiKeyMissingError(Exception):
    """There is no key with that id, or it is revoked already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyHolder:
    """The API client that an authenticated request comes from.

    Attributes:
        key_id: The id of its key.
        paper: The slug of the only paper that it may submit letters to; empty for all papers.
    """

    key_id: int
    paper: str

    def may_write_to(self, paper: str) -> bool:
        """Tell whether the key is valid for the paper with this slug."""
        return self.paper in {"", paper}


def create_api_key(session: Session, *, name: str, paper: str, now: datetime) -> str:
    """Create a key and return it in plain text; it can't be read again later. No event is recorded.

    Args:
        session: The transaction.
        name: Who holds the key, 1 to 100 characters; need not be unique.
        paper: The slug of the only paper that it is valid for; empty for all papers. It isn't checked that
            there is such a paper.
        now: The current time.

    Raises:
        ApiKeyRefusedError: the name is empty or too long.
    """
    cleaned = clean_line(name)
    if not 1 <= len(cleaned) <= LONGEST_NAME:
        raise ApiKeyRefusedError(
            f"A key needs a name of 1 to {LONGEST_NAME} characters, which says who holds it."
        )
    key = PREFIX + new_token()
    session.add(ApiKey(key_digest=secret_digest(key), name=cleaned, paper=paper or None, created_at=now))
    return key


def revoke_api_key(session: Session, key_id: int, *, now: datetime) -> ApiKey:
    """Revoke a key, and return its row; it is refused as soon as the transaction is committed.

    Raises:
        ApiKeyMissingError: there is no key with that id, or it is revoked already.
    """
    revocation = update(ApiKey).where(ApiKey.id == key_id, ApiKey.ended_at.is_(None)).values(ended_at=now)
    if not 0 < key_id <= MAX_ROW_ID or not rows_changed(session, revocation):
        raise ApiKeyMissingError
    return session.get_one(ApiKey, key_id)


def list_api_keys(session: Session) -> Sequence[ApiKey]:
    """Return all keys, revoked ones too, in the order of their creation."""
    return session.scalars(select(ApiKey).order_by(ApiKey.id)).all()


def authenticate_api_key(database: Database, key: str, now: datetime) -> ApiKeyHolder | None:
    """Return the holder of a valid key, and None for an unknown, malformed or revoked one.

    It also updates `last_used_at` in a transaction of its own, at most once in ten minutes; that the database
    is away for that write is ignored. Each call reads the database: nothing is cached.

    Raises:
        StoreAwayError: the database can't be reached to read the key.
    """
    # A malformed key is refused without a query.
    if not _KEY.fullmatch(key):
        return None
    with database.query() as session:
        found = session.execute(_active_key_query(), {KEY_DIGEST: secret_digest(key)}).one_or_none()
    if found is None:
        return None
    if found.last_used_at is None or found.last_used_at <= now - LAST_USED_UPDATE_INTERVAL:
        # The key is valid even where its use can't be recorded.
        with suppress(StoreAwayError):
            _update_last_used(database, found.id, now)
    return ApiKeyHolder(key_id=found.id, paper=found.paper or "")


def _update_last_used(database: Database, key_id: int, now: datetime) -> None:
    since = now - LAST_USED_UPDATE_INTERVAL
    # Another thread or process may have updated it since it was read.
    is_due = or_(ApiKey.last_used_at.is_(None), ApiKey.last_used_at <= since)
    with database.transaction() as session:
        session.execute(update(ApiKey).where(ApiKey.id == key_id, is_due).values(last_used_at=now))


# Built once: it runs for each API request.
@functools.cache
def _active_key_query() -> Select[*tuple[Any, ...]]:
    return select(ApiKey.id, ApiKey.paper, ApiKey.last_used_at).where(
        ApiKey.key_digest == bindparam(KEY_DIGEST), ApiKey.ended_at.is_(None)
    )
