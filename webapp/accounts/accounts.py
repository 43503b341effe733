"""Editor accounts and their errors: insert, rename, names, e-mail addresses; storing a changed password.

Accounts are added and ended and their roles changed in `administration`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.accounts.events import record_account_event
from webapp.rules.emails import read_email
from webapp.rules.findings import Finding, RefusedError, Severity
from webapp.rules.text_cleaning import clean_line
from webapp.store.models import AccountEventKind, Editor, Letter, Role

LONGEST_NAME = 100
"""Characters of an editor's name."""


class EditorExistsError(Exception):
    """An account with this e-mail address exists already; it may have ended."""


class EditorRefusedError(Exception):
    """The e-mail address or the password of an account is invalid; the message says why."""


class AddressRefusedError(EditorRefusedError):
    """The e-mail address of an account is invalid.

    Attributes:
        finding: What is wrong with it.
    """

    def __init__(self, email: str, refused: RefusedError) -> None:
        super().__init__(f"“{email}” is not an e-mail address.")
        self.finding = Finding(refused.code, Severity.REFUSAL, refused.numbers)


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
        AddressRefusedError: it is not an e-mail address.
    """
    try:
        return read_email(email).text.lower()
    except RefusedError as error:
        raise AddressRefusedError(email, error) from error


def sign_in_address(typed: str) -> str:
    """Return the stored form of the e-mail address that somebody signs in with.

    It is that of `normalize_account_email`. What is no e-mail address stays as it is, in lower case: an
    account keeps an address that the rules no longer take.
    """
    try:
        return normalize_account_email(typed)
    except EditorRefusedError:
        return typed.strip().lower()


def find_editor_by_email(session: Session, typed: str) -> Editor | None:
    """Return the account with an e-mail address, as typed, open or ended; None without one."""
    return session.scalar(select(Editor).where(Editor.email == sign_in_address(typed)))


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """An account in a list to choose from.

    Attributes:
        editor_id: The id of the account.
        distinct_name: The name; with the address where another account has the name too.
        has_ended: Whether the account has ended.
    """

    editor_id: int
    distinct_name: str
    has_ended: bool


def colleagues_with_letters(session: Session, named: Collection[int] = ()) -> tuple[Colleague, ...]:
    """Return the accounts by which letters can be filtered: first the open ones, each in the order of names.

    Of the accounts that have ended, those follow to which letters are assigned still, and those in ``named``.
    """
    has_letters = exists().where(Letter.assigned_to_id == Editor.id)
    query = (
        select(Editor.id, Editor.distinct_name, Editor.ended_at)
        .where(or_(Editor.ended_at.is_(None), Editor.id.in_(named), has_letters))
        .order_by(Editor.ended_at.is_not(None), func.lower(Editor.name), Editor.id)
    )
    return tuple(
        Colleague(editor_id=editor_id, distinct_name=distinct_name, has_ended=ended_at is not None)
        for editor_id, distinct_name, ended_at in session.execute(query)
    )
