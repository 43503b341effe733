"""E-mails to editors about their accounts: the invitation and the password reset.

They are returned for the outbox, not sent; the caller has made the links. They need an application context,
for the templates and translations.
"""

from flask import render_template
from flask_babel import force_locale, gettext

from webapp.correspondence.sender import sender
from webapp.messages.outbox import OutgoingMessage
from webapp.rules.enums import MessageKind
from webapp.rules.policy import Policy
from webapp.rules.text_cleaning import clean_line


def invitation(
    policy: Policy, base_url: str, *, recipient: str, link: str, inviter: str, language: str
) -> OutgoingMessage:
    """Return the message that invites somebody to create an account.

    Args:
        policy: The policy of the paper that is the sender.
        base_url: The installation's base URL, without a slash at the end.
        recipient: The e-mail address of the person invited.
        link: The one-time URL at which the account is created.
        inviter: The name of the chief who invites.
        language: The locale of the message: that of the page on which the chief sent the invitation.
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
    """Return the message with the link at which an editor chooses a new password.

    Args:
        policy: The policy of the paper that is the sender.
        base_url: The installation's base URL, without a slash at the end.
        recipient: The e-mail address of the account.
        link: The one-time URL at which the password is chosen.
        language: The locale of the message: that of the page on which the reset was requested.
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
