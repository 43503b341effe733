"""What is written to the desk's own people about their accounts.

Needs an application context, for the templates and the language.
"""

from flask import render_template
from flask_babel import force_locale, gettext

from webapp.correspondence.sender import sender
from webapp.messages.outbox import OutgoingMessage
from webapp.rules.policy import Policy
from webapp.rules.states import MessageKind
from webapp.rules.submission import clean_line


def invitation(
    policy: Policy, base_url: str, *, recipient: str, link: str, inviter: str, language: str
) -> OutgoingMessage:
    """Return the message that asks somebody to make an account.

    Args:
        policy: The paper in whose name it is written.
        base_url: Where the desk is.
        recipient: An address.
        link: What the account is made with.
        inviter: The chief's name.
        language: That of the page on which the chief invites.
    """
    context = {"policy": policy, "link": link, "inviter": inviter, "desk": f"{base_url}/desk/"}
    with force_locale(language):
        return OutgoingMessage(
            kind=MessageKind.INVITATION,
            sender=sender(policy.paper, base_url),
            recipient=recipient,
            language=language,
            subject=gettext(
                "You are invited to the letters desk – %(paper)s", paper=clean_line(policy.paper.title)
            ),
            text_body=render_template("mail/invitation.txt", **context),
            html_body=render_template("mail/invitation.html", **context),
        )


def password_reset(
    policy: Policy, base_url: str, *, recipient: str, link: str, language: str
) -> OutgoingMessage:
    """Return the message with which an editor chooses a new password.

    Args:
        policy: The paper in whose name it is written.
        base_url: Where the desk is.
        recipient: The account's address.
        link: What the password is chosen with.
        language: That of the page on which it was asked for.
    """
    context = {"policy": policy, "link": link}
    with force_locale(language):
        return OutgoingMessage(
            kind=MessageKind.PASSWORD_RESET,
            sender=sender(policy.paper, base_url),
            recipient=recipient,
            language=language,
            subject=gettext(
                "Choose a new password for the letters desk – %(paper)s",
                paper=clean_line(policy.paper.title),
            ),
            text_body=render_template("mail/password_reset.txt", **context),
            html_body=render_template("mail/password_reset.html", **context),
        )
