"""Keys of the API: how a program proves that it may hand letters in.

Whoever makes a key sees it once; only its digest is kept. It has 256 random bits, so that it is looked up by
that digest: no slow hash is needed, and no comparison tells how much of a guess was right.
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

from webapp.accounts.secret_digests import digest, new_token
from webapp.rules.submission import clean_line
from webapp.store.database import Database, StoreAwayError
from webapp.store.models import HIGHEST_NUMBER, ApiKey
from webapp.store.statements import rows_changed

PREFIX = "lettersdesk_"
"""Tells whoever finds a key somewhere, or a program that looks for lost ones, what it opens."""
LONGEST_NAME = 100
USE_NOTED_EVERY = timedelta(minutes=10)
"""A use is a write, and a busy key has several a second."""
KEY_DIGEST = "key_digest"
_KEY = re.compile(re.escape(PREFIX) + r"[A-Za-z0-9_-]{43}")


class ApiKeyRefusedError(Exception):
    """A key can't be made like this; the message says why."""


class ApiKeyMissingError(Exception):
    """There is no key of that number, or it has ended already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyHolder:
    """A program that has shown a key which works.

    Attributes:
        key_id: The number of its key.
        paper: The slug of the only paper that it may write to; all of them where empty.
    """

    key_id: int
    paper: str

    def may_write_to(self, paper: str) -> bool:
        """Tell whether the key opens the paper that the slug names."""
        return self.paper in {"", paper}


def make_key(session: Session, *, name: str, paper: str, now: datetime) -> str:
    """Make a key and return it; nobody can ever see it again.

    Args:
        session: The transaction.
        name: Who holds it.
        paper: The slug of the only paper that it opens; empty for all.
        now: The present moment.

    Raises:
        ApiKeyRefusedError: the name is empty or too long.
    """
    cleaned = clean_line(name)
    if not 1 <= len(cleaned) <= LONGEST_NAME:
        raise ApiKeyRefusedError(
            f"A key needs a name of 1 to {LONGEST_NAME} characters, which says who holds it."
        )
    key = PREFIX + new_token()
    session.add(ApiKey(key_digest=digest(key), name=cleaned, paper=paper or None, created_at=now))
    return key


def end_key(session: Session, number: int, *, now: datetime) -> ApiKey:
    """Let a key open nothing any more, from this moment on.

    Raises:
        ApiKeyMissingError: there is none of that number, or it has ended.
    """
    ending = update(ApiKey).where(ApiKey.id == number, ApiKey.ended_at.is_(None))
    if not 0 < number <= HIGHEST_NUMBER or not rows_changed(session, ending.values(ended_at=now)):
        raise ApiKeyMissingError
    return session.get_one(ApiKey, number)


def all_keys(session: Session) -> Sequence[ApiKey]:
    """List all keys, those that have ended too, in the order in which they were made."""
    return session.scalars(select(ApiKey).order_by(ApiKey.id)).all()


def holder_of(database: Database, key: str, now: datetime) -> KeyHolder | None:
    """Return who holds a key, and note that it was used; nothing where it opens nothing.

    Raises:
        StoreAwayError: the store can't be reached.
    """
    # What no key of ours looks like costs the store nothing.
    if not _KEY.fullmatch(key):
        return None
    with database.query() as session:
        found = session.execute(_working(), {KEY_DIGEST: digest(key)}).one_or_none()
    if found is None:
        return None
    if found.last_used_at is None or found.last_used_at <= now - USE_NOTED_EVERY:
        # A note that can't be made keeps nobody out.
        with suppress(StoreAwayError):
            _note_use(database, found.id, now)
    return KeyHolder(key_id=found.id, paper=found.paper or "")


def _note_use(database: Database, number: int, now: datetime) -> None:
    since = now - USE_NOTED_EVERY
    # Another thread or process may have noted it meanwhile.
    not_noted = or_(ApiKey.last_used_at.is_(None), ApiKey.last_used_at <= since)
    with database.transaction() as session:
        session.execute(update(ApiKey).where(ApiKey.id == number, not_noted).values(last_used_at=now))


# Made once: each letter through the API begins with it.
@functools.cache
def _working() -> Select[*tuple[Any, ...]]:
    return select(ApiKey.id, ApiKey.paper, ApiKey.last_used_at).where(
        ApiKey.key_digest == bindparam(KEY_DIGEST), ApiKey.ended_at.is_(None)
    )
