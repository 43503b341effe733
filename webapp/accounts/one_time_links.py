"""One-time links for invitations and password resets: create, list, check, use and revoke them; their error.

A link carries a random token, of which the database has only the SHA-256 digest. It works once, expires, and
can be revoked: by a newer one for the same address or account, an invitation also by hand or with the role
of its sender.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.accounts.accounts import (
    EditorExistsError,
    change_password,
    insert_editor,
    normalize_account_email,
)
from webapp.accounts.events import BY_LINK, record_account_event
from webapp.accounts.secret_digests import new_token, secret_digest
from webapp.accounts.sign_ins import sign_out_everywhere
from webapp.store.models import AccountEventKind, AccountLink, AccountLinkKind, Editor, Role
from webapp.store.statements import rows_changed

INVITATION_LIFETIME = timedelta(days=7)
PASSWORD_RESET_LIFETIME = timedelta(hours=1)


class InvalidLinkError(Exception):
    """The link can't be used: mistyped, expired, used, revoked, of the other kind, or its account forbids it.

    That is: the address of an invitation has an account meanwhile, or the account of a reset has ended.
    """


def create_invitation(
    session: Session, *, email: str, name: str, role: Role, by_id: int, now: datetime
) -> str:
    """Create an invitation and return its token; it sends no mail.

    Earlier invitations to the same address are revoked. The event is recorded in the log of the chief.

    Args:
        session: The transaction.
        email: The address of the invited person, as typed.
        name: As the form for the new account suggests it, up to 100 characters; may be empty. It is stored as
            it is.
        role: The role of the new account.
        by_id: The id of the chief who invites.
        now: The current time; the invitation is valid for 7 days from it.

    Raises:
        AddressRefusedError: the e-mail address is invalid.
        EditorExistsError: the address has an account, which may have ended.
    """
    address = normalize_account_email(email)
    if session.scalar(select(Editor.id).where(Editor.email == address)) is not None:
        raise EditorExistsError
    _revoke_unused(session, AccountLinkKind.INVITATION, now, email=address)
    token = new_token()
    session.add(
        AccountLink(
            token_digest=secret_digest(token),
            kind=AccountLinkKind.INVITATION,
            email=address,
            name=name,
            role=role,
            made_by_id=by_id,
            created_at=now,
            expires_at=now + INVITATION_LIFETIME,
        )
    )
    record_account_event(session, AccountEventKind.INVITED, by_id, now=now, note=role.value)
    return token


def pending_invitations(session: Session, now: datetime) -> Sequence[AccountLink]:
    """Return the invitations that can still be accepted, newest first."""
    return session.scalars(
        select(AccountLink)
        .where(
            AccountLink.kind == AccountLinkKind.INVITATION,
            AccountLink.used_at.is_(None),
            AccountLink.ended_at.is_(None),
            AccountLink.expires_at > now,
        )
        .order_by(AccountLink.id.desc())
    ).all()


def revoke_invitation(session: Session, invitation_id: int, now: datetime) -> None:
    """Revoke an invitation; nothing happens where none has this id, or it was used or revoked. No event."""
    _revoke_unused(session, AccountLinkKind.INVITATION, now, link_id=invitation_id)


def revoke_invitations_by(session: Session, editor_id: int, now: datetime) -> None:
    """Revoke all unused invitations that an editor has sent, as when the editor loses the role of chief.

    No event is recorded.
    """
    _revoke_unused(session, AccountLinkKind.INVITATION, now, made_by_id=editor_id)


def create_password_reset(
    session: Session, editor: Editor, *, now: datetime, by_id: int | None = None
) -> str:
    """Create a password reset for an editor and return its token; it sends no mail.

    Earlier resets of the same editor are revoked, and the event is recorded. The old password stays valid
    until the new one is chosen. That the account is open isn't checked.

    Args:
        session: The transaction.
        editor: Whose password is to be reset.
        now: The current time; the link is valid for 1 hour from it.
        by_id: The id of the chief who asks for it; None where the editor does.
    """
    _revoke_unused(session, AccountLinkKind.PASSWORD_RESET, now, editor_id=editor.id)
    token = new_token()
    session.add(
        AccountLink(
            token_digest=secret_digest(token),
            kind=AccountLinkKind.PASSWORD_RESET,
            email=editor.email,
            editor_id=editor.id,
            made_by_id=by_id,
            created_at=now,
            expires_at=now + PASSWORD_RESET_LIFETIME,
        )
    )
    record_account_event(session, AccountEventKind.PASSWORD_RESET_ASKED, editor.id, now=now, by_id=by_id)
    return token


def get_unused_link(session: Session, kind: AccountLinkKind, token: str, now: datetime) -> AccountLink:
    """Return a link that is still valid, without using it; whether its account is open isn't checked.

    Args:
        session: The session to read in.
        kind: What the link must be for.
        token: The secret in its URL.
        now: The current time.

    Raises:
        InvalidLinkError: no valid link of this kind has the token.
    """
    link = session.scalar(
        select(AccountLink).where(AccountLink.token_digest == secret_digest(token), AccountLink.kind == kind)
    )
    if link is None or link.used_at or link.ended_at or link.expires_at <= now:
        raise InvalidLinkError
    return link


def accept_invitation(
    session: Session, token: str, *, name: str, password_hash: str, now: datetime
) -> Editor:
    """Create the account that an invitation is for, use the invitation up and record the event.

    No sign-in is started.

    Args:
        session: The transaction.
        token: The secret in the URL of the invitation.
        name: The name that the new editor has chosen, cut to 100 characters; where empty, the part of the
            address before the @.
        password_hash: What `hash_password` returned.
        now: The current time.

    Raises:
        InvalidLinkError: no valid invitation has the token, or its address has an account meanwhile.
    """
    link = _consume_link(session, AccountLinkKind.INVITATION, token, now)
    if link.role is None:
        raise InvalidLinkError
    try:
        editor = insert_editor(
            session, email=link.email, name=name, role=link.role, password_hash=password_hash, now=now
        )
    except EditorExistsError as error:
        raise InvalidLinkError from error
    record_account_event(
        session, AccountEventKind.JOINED, editor.id, now=now, by_id=link.made_by_id, note=link.role.value
    )
    return editor


def reset_password(session: Session, token: str, password_hash: str, *, now: datetime) -> None:
    """Change the password that a link is for, sign its editor out everywhere, and use the link up.

    Second factors stay: access to the mailbox alone is not enough to sign in. The change and the end of the
    sign-ins are recorded as events; an editor who was signed in loses the claims on letters. The editor's row
    stays locked until the transaction ends, and no sign-in is started.

    Args:
        session: The transaction.
        token: The secret in the URL of the reset link.
        password_hash: What `hash_password` returned for the new password.
        now: The current time.

    Raises:
        InvalidLinkError: no valid reset has the token, or the account has ended.
    """
    link = _consume_link(session, AccountLinkKind.PASSWORD_RESET, token, now)
    editor = session.scalar(
        select(Editor).where(Editor.id == link.editor_id, Editor.ended_at.is_(None)).with_for_update()
    )
    if editor is None:
        raise InvalidLinkError
    change_password(session, editor.id, password_hash, now=now, note=BY_LINK)
    sign_out_everywhere(session, editor.id, now)


def _consume_link(session: Session, kind: AccountLinkKind, token: str, now: datetime) -> AccountLink:
    """Mark a valid link as used. Of two concurrent requests, only one updates the row.

    Raises:
        InvalidLinkError: no valid link of this kind has the token.
    """
    link = get_unused_link(session, kind, token, now)
    use = (
        update(AccountLink)
        .where(AccountLink.id == link.id, AccountLink.used_at.is_(None), AccountLink.ended_at.is_(None))
        .values(used_at=now)
    )
    if not rows_changed(session, use):
        raise InvalidLinkError
    return link


def _revoke_unused(
    session: Session,
    kind: AccountLinkKind,
    now: datetime,
    *,
    email: str | None = None,
    link_id: int | None = None,
    editor_id: int | None = None,
    made_by_id: int | None = None,
) -> None:
    conditions = {"email": email, "id": link_id, "editor_id": editor_id, "made_by_id": made_by_id}
    session.execute(
        update(AccountLink)
        .filter_by(**{name: value for name, value in conditions.items() if value is not None})
        .where(AccountLink.kind == kind, AccountLink.used_at.is_(None), AccountLink.ended_at.is_(None))
        .values(ended_at=now)
    )
