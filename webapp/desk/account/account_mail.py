"""URLs of one-time account links, and queueing the mails with them (invitation; reset, which it creates).

Also here: whether a mail server is configured.
"""

from flask import url_for
from sqlalchemy.orm import Session

from webapp.accounts.one_time_links import create_password_reset
from webapp.correspondence import to_editors
from webapp.installation.clock import now
from webapp.messages.outbox import add_to_outbox
from webapp.store.models import Editor
from webapp.web.languages import page_language
from webapp.web.services import services


def mail_invitation(session: Session, *, recipient: str, token: str, inviter: str) -> None:
    """Put the mail with an invitation's link into the outbox, also where no mail server is configured.

    It is in the language of the request. The caller has created the invitation.

    Args:
        session: The transaction that creates the invitation.
        recipient: The e-mail address of the invited person.
        token: What `create_invitation` returned.
        inviter: The name of the chief who invites.
    """
    message = to_editors.invitation(
        services().settings.house,
        recipient=recipient,
        link=invitation_url(token),
        inviter=inviter,
        language=page_language(),
    )
    add_to_outbox(session, message, letter_id=None, now=now())


def mail_password_reset(session: Session, editor: Editor, *, by_id: int | None = None) -> str:
    """Create a password reset, put the mail with its link into the outbox, and return its token.

    All of it happens in the caller's transaction, also where no mail server is configured. Earlier resets of
    the editor are revoked, and an event is recorded. ``by_id`` is the id of the chief who asks for it; None
    where the editor does.
    """
    token = create_password_reset(session, editor, now=now(), by_id=by_id)
    message = to_editors.password_reset(
        services().settings.house,
        recipient=editor.email,
        link=password_reset_url(token),
        language=page_language(),
    )
    add_to_outbox(session, message, letter_id=None, now=now())
    return token


def invitation_url(token: str) -> str:
    """Return the URL at which an invitation is accepted."""
    return services().settings.base_url + url_for("desk.join_page", token=token)


def password_reset_url(token: str) -> str:
    """Return the URL at which a new password is chosen."""
    return services().settings.base_url + url_for("desk.new_password_page", token=token)


def is_mail_disabled() -> bool:
    """Tell whether no mail server is configured, so that a chief must pass links on by hand."""
    return services().settings.mail_server is None
