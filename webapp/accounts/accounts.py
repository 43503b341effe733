"""Editor accounts and their errors: create, rename, names, e-mail addresses; hash, verify, change passwords.

Passwords are hashed with Argon2id. Accounts are ended and their roles changed in `administration`.
"""

import functools
import secrets
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.accounts.events import record_account_event
from webapp.rules.emails import read_email
from webapp.rules.findings import RefusedError
from webapp.rules.text_cleaning import clean_line
from webapp.store.database import Database
from webapp.store.models import AccountEventKind, Editor, Role

LONGEST_NAME = 100
"""Characters of an editor's name."""
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 1000
"""Characters; the upper limit only bounds the cost of hashing."""


class EditorExistsError(Exception):
    """An account with this e-mail address exists already; it may have ended."""


class EditorRefusedError(Exception):
    """The e-mail address or the password of an account is invalid; the message says why."""


def add_editor(database: Database, *, email: str, name: str, role: Role, password: str, now: datetime) -> int:
    """Create an account in a transaction of its own, and return its id; no account event is recorded.

    Args:
        database: Where to create it.
        email: The address to sign in with, as typed.
        name: As colleagues see it; where empty, the part of the address before the @. It is cut to 100
            characters.
        role: What the editor may do.
        password: In plain text, 10 to 1000 characters.
        now: The current time.

    Raises:
        EditorRefusedError: the e-mail address is invalid, or the password is too short or too long.
        EditorExistsError: the address has an account, which may have ended.
        StoreAwayError: the database can't be reached.
    """
    address = normalize_account_email(email)
    password_hash = hash_password(password)
    with database.transaction() as session:
        editor = insert_editor(
            session, email=address, name=name, role=role, password_hash=password_hash, now=now
        )
        return editor.id


def insert_editor(
    session: Session, *, email: str, name: str, role: Role, password_hash: str, now: datetime
) -> Editor:
    """Insert an account within the caller's transaction and return it; no account event is recorded.

    The row is flushed in a savepoint: the account has its id, and an error leaves the transaction usable.

    Args:
        session: The caller's transaction.
        email: An address that `normalize_account_email` returned.
        name: As colleagues see it; where empty, the part of the address before the @. It is cut to 100
            characters.
        role: What the editor may do.
        password_hash: What `hash_password` returned.
        now: The current time.

    Raises:
        EditorExistsError: the address has an account, which may have ended.
    """
    editor = Editor(
        email=email,
        name=clean_line(name)[:LONGEST_NAME] or email.partition("@")[0],
        role=role,
        password_hash=password_hash,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(editor)
    except IntegrityError as error:
        raise EditorExistsError from error
    return editor


def normalize_account_email(email: str) -> str:
    """Return an e-mail address as `Editor.email` stores it: normalised, in lower case.

    Raises:
        EditorRefusedError: it is not an e-mail address.
    """
    try:
        return read_email(email).text.lower()
    except RefusedError as error:
        raise EditorRefusedError(f"“{email}” is not an e-mail address.") from error


def rename_editor(session: Session, editor_id: int, name: str) -> None:
    """Change an editor's name, put on one line and cut to 100 characters; no account event is recorded.

    The caller checks that it isn't empty. An unknown id changes nothing.
    """
    session.execute(update(Editor).where(Editor.id == editor_id).values(name=clean_line(name)[:LONGEST_NAME]))


def change_password(
    session: Session, editor_id: int, password_hash: str, *, now: datetime, note: str = ""
) -> None:
    """Replace an editor's password and record the event; sign-ins don't end by this.

    Args:
        session: The transaction.
        editor_id: Whose password it is.
        password_hash: What `hash_password` returned for the new password.
        now: The current time.
        note: How it was changed: `BY_LINK`, or nothing where the editor was signed in.
    """
    session.execute(update(Editor).where(Editor.id == editor_id).values(password_hash=password_hash))
    record_account_event(session, AccountEventKind.PASSWORD_CHANGED, editor_id, now=now, note=note)


def editor_names(session: Session) -> dict[int, str]:
    """Return the names of all accounts that have not ended, by id, in the order of the names."""
    query = select(Editor.id, Editor.name).where(Editor.ended_at.is_(None)).order_by(Editor.name, Editor.id)
    return {row.id: row.name for row in session.execute(query)}


def hash_password(password: str) -> str:
    """Return the Argon2id hash of a password. It is slow on purpose: call it outside write transactions.

    Raises:
        EditorRefusedError: the password is too short or too long.
    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise EditorRefusedError(
            f"A password has from {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters; this one has "
            f"{len(password)}."
        )
    return _hasher().hash(password)


def password_matches(password: str, password_hash: str | None) -> bool:
    """Tell whether a password has this hash.

    Without a hash (no such account) the answer is no, and takes as long as for a wrong password; the first
    time in a process it takes twice as long. It is also no for a hash that is not Argon2's. Of the password
    only the first 1000 characters are compared.
    """
    try:
        _hasher().verify(password_hash or _dummy_hash(), password[:LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def needs_rehash(password_hash: str) -> bool:
    """Tell whether a hash was made with other Argon2 parameters than the current ones.

    Raises:
        InvalidHashError: it is not an Argon2 hash (a `ValueError` of the library `argon2`).
    """
    return _hasher().check_needs_rehash(password_hash)


@functools.cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@functools.cache
def _dummy_hash() -> str:
    """Return the hash of a random password, to verify against where there is no account."""
    return _hasher().hash(secrets.token_urlsafe())
