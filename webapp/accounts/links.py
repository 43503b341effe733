"""Links that are mailed to somebody: to make an account, or to choose a new password.

Only a digest of what opens them is kept; each works once, and not for long.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.accounts.accounts import EditorExistsError, account_address, change_password, make_editor
from webapp.accounts.events import BY_LINK, note_event
from webapp.accounts.secret_digests import digest, new_token
from webapp.accounts.sign_ins import sign_out_everywhere
from webapp.store.models import AccountEventKind, AccountLink, AccountLinkKind, Editor, Role
from webapp.store.statements import rows_changed

INVITATION_LASTS = timedelta(days=7)
RESET_LASTS = timedelta(hours=1)


class LinkDeadError(Exception):
    """The link is mistyped, too old, was used, or was taken back."""


def invite(session: Session, *, email: str, name: str, role: Role, by_id: int, now: datetime) -> str:
    """Let somebody make an account; return what opens the link. An earlier invitation is worth no more.

    Raises:
        EditorRefusedError: the address isn't one.
        EditorExistsError: it has an account.
    """
    address = account_address(email)
    if session.scalar(select(Editor.id).where(Editor.email == address)) is not None:
        raise EditorExistsError
    _end_waiting(session, AccountLinkKind.INVITATION, now, email=address)
    token = new_token()
    session.add(
        AccountLink(
            token_digest=digest(token),
            kind=AccountLinkKind.INVITATION,
            email=address,
            name=name,
            role=role,
            made_by_id=by_id,
            created_at=now,
            expires_at=now + INVITATION_LASTS,
        )
    )
    note_event(session, AccountEventKind.INVITED, by_id, now=now, note=role.value)
    return token


def waiting_invitations(session: Session, now: datetime) -> Sequence[AccountLink]:
    """List the invitations that can still be taken up, the newest first."""
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


def take_back_invitation(session: Session, number: int, now: datetime) -> None:
    """Let nobody take up the invitation of that number any more."""
    _end_waiting(session, AccountLinkKind.INVITATION, now, number=number)


def end_invitations_by(session: Session, editor_id: int, now: datetime) -> None:
    """Let nobody in on the word of somebody who has nobody to invite any more."""
    _end_waiting(session, AccountLinkKind.INVITATION, now, made_by_id=editor_id)


def ask_for_reset(session: Session, editor: Editor, *, now: datetime, by_id: int | None = None) -> str:
    """Let an editor choose a new password; return what opens the link. An earlier one is worth no more."""
    _end_waiting(session, AccountLinkKind.PASSWORD_RESET, now, editor_id=editor.id)
    token = new_token()
    session.add(
        AccountLink(
            token_digest=digest(token),
            kind=AccountLinkKind.PASSWORD_RESET,
            email=editor.email,
            editor_id=editor.id,
            made_by_id=by_id,
            created_at=now,
            expires_at=now + RESET_LASTS,
        )
    )
    note_event(session, AccountEventKind.PASSWORD_RESET_ASKED, editor.id, now=now, by_id=by_id)
    return token


def open_link(session: Session, kind: AccountLinkKind, token: str, now: datetime) -> AccountLink:
    """Look at what a link is for, and change nothing.

    Raises:
        LinkDeadError: it is for nothing.
    """
    link = session.scalar(
        select(AccountLink).where(AccountLink.token_digest == digest(token), AccountLink.kind == kind)
    )
    if link is None or link.used_at or link.ended_at or link.expires_at <= now:
        raise LinkDeadError
    return link


def accept_invitation(
    session: Session, token: str, *, name: str, password_hash: str, now: datetime
) -> Editor:
    """Make the account that the link is for.

    Raises:
        LinkDeadError: it is for nothing, or its address has got an account in another way.
    """
    link = _use(session, AccountLinkKind.INVITATION, token, now)
    if link.role is None:
        raise LinkDeadError
    try:
        editor = make_editor(
            session, email=link.email, name=name, role=link.role, password_hash=password_hash, now=now
        )
    except EditorExistsError as error:
        raise LinkDeadError from error
    note_event(
        session, AccountEventKind.JOINED, editor.id, now=now, by_id=link.made_by_id, note=link.role.value
    )
    return editor


def reset_password(session: Session, token: str, password_hash: str, *, now: datetime) -> None:
    """Keep the password that was chosen with a link, and sign its editor out everywhere.

    The second factor stays: whoever reads the mail is not let in by that alone.

    Raises:
        LinkDeadError: it is for nothing, or the account has ended.
    """
    link = _use(session, AccountLinkKind.PASSWORD_RESET, token, now)
    editor = session.scalar(
        select(Editor).where(Editor.id == link.editor_id, Editor.ended_at.is_(None)).with_for_update()
    )
    if editor is None:
        raise LinkDeadError
    change_password(session, editor.id, password_hash, now=now, note=BY_LINK)
    sign_out_everywhere(session, editor.id, now)


def _use(session: Session, kind: AccountLinkKind, token: str, now: datetime) -> AccountLink:
    """Use a link up, which only one of two who do so at once can."""
    link = open_link(session, kind, token, now)
    used = (
        update(AccountLink)
        .where(AccountLink.id == link.id, AccountLink.used_at.is_(None), AccountLink.ended_at.is_(None))
        .values(used_at=now)
    )
    if not rows_changed(session, used):
        raise LinkDeadError
    return link


def _end_waiting(
    session: Session,
    kind: AccountLinkKind,
    now: datetime,
    *,
    email: str | None = None,
    number: int | None = None,
    editor_id: int | None = None,
    made_by_id: int | None = None,
) -> None:
    wanted = {"email": email, "id": number, "editor_id": editor_id, "made_by_id": made_by_id}
    session.execute(
        update(AccountLink)
        .filter_by(**{name: value for name, value in wanted.items() if value is not None})
        .where(AccountLink.kind == kind, AccountLink.used_at.is_(None), AccountLink.ended_at.is_(None))
        .values(ended_at=now)
    )
