"""Handing a link about an account on: by mail, and by hand where there is no mail server."""

from flask import url_for
from sqlalchemy.orm import Session

from webapp.accounts.links import ask_for_reset
from webapp.correspondence import to_editors as account_mail
from webapp.installation.clock import now
from webapp.messages.outbox import add_to_outbox
from webapp.store.models import Editor
from webapp.web.languages import page_language
from webapp.web.services import services


def mail_invitation(session: Session, *, recipient: str, token: str, inviter: str) -> None:
    """Put an invitation into the outbox, in the transaction that makes it."""
    settings = services().settings
    message = account_mail.invitation(
        settings.policies[0],
        settings.base_url,
        recipient=recipient,
        link=join_address(token),
        inviter=inviter,
        language=page_language(),
    )
    add_to_outbox(session, message, letter_id=None, now=now())


def mail_reset(session: Session, editor: Editor, *, by_id: int | None = None) -> str:
    """Let an editor choose a new password and put the link into the outbox; return what opens it."""
    settings = services().settings
    token = ask_for_reset(session, editor, now=now(), by_id=by_id)
    message = account_mail.password_reset(
        settings.policies[0],
        settings.base_url,
        recipient=editor.email,
        link=reset_address(token),
        language=page_language(),
    )
    add_to_outbox(session, message, letter_id=None, now=now())
    return token


def join_address(token: str) -> str:
    """Return where somebody makes the account that they were invited to."""
    return services().settings.base_url + url_for("desk.join_page", token=token)


def reset_address(token: str) -> str:
    """Return where an editor chooses a new password."""
    return services().settings.base_url + url_for("desk.new_password_page", token=token)


def is_handed_on_by_hand() -> bool:
    """Tell whether a chief has to pass links on, as nothing here delivers mail."""
    return services().settings.mail_server is None
