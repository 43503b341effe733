"""E-mails to editors about their accounts: the invitation and the password reset.

They come from the paper where the house has one, else from the letters desk of all papers. They are returned
for the outbox, not sent; the caller has made the links. They need an application context, for the templates
and translations.
"""

from flask import render_template
from flask_babel import force_locale, gettext

from webapp.correspondence.sender import named_sender
from webapp.installation.house import House
from webapp.messages.outbox import OutgoingMessage
from webapp.rules.enums import MessageKind
from webapp.rules.text_cleaning import clean_line
from webapp.wording.house import house_name, house_subject_name
from webapp.wording.locale_formats import join_with_and
from webapp.wording.text_format import isolated


def invitation(house: House, *, recipient: str, link: str, inviter: str, language: str) -> OutgoingMessage:
    """Return the message that invites somebody to create an account.

    Args:
        house: The papers at whose desk the account is.
        recipient: The e-mail address of the person invited.
        link: The one-time URL at which the account is created.
        inviter: The name of the chief who invites.
        language: The locale of the message: that of the page on which the chief sent the invitation.
    """
    with force_locale(language):
        context = {
            "letterhead": house_name(house),
            "papers": join_with_and(house.titles),
            "link": link,
            "inviter": inviter,
            "desk": f"{house.base_url}/desk/",
        }
        return OutgoingMessage(
            kind=MessageKind.INVITATION,
            sender=named_sender(house_name(house), house.email, house.base_url),
            recipient=recipient,
            language=language,
            subject=gettext(
                "You are invited to the letters desk – %(paper)s",
                paper=isolated(clean_line(house_subject_name(house))),
            ),
            text_body=render_template("mail/desk/invitation.txt", **context),
            html_body=render_template("mail/desk/invitation.html", **context),
        )


def password_reset(house: House, *, recipient: str, link: str, language: str) -> OutgoingMessage:
    """Return the message with the link at which an editor chooses a new password.

    Args:
        house: The papers at whose desk the account is.
        recipient: The e-mail address of the account.
        link: The one-time URL at which the password is chosen.
        language: The locale of the message: that of the page on which the reset was requested.
    """
    with force_locale(language):
        context = {"letterhead": house_name(house), "link": link}
        return OutgoingMessage(
            kind=MessageKind.PASSWORD_RESET,
            sender=named_sender(house_name(house), house.email, house.base_url),
            recipient=recipient,
            language=language,
            subject=gettext(
                "Choose a new password for the letters desk – %(paper)s",
                paper=isolated(clean_line(house_subject_name(house))),
            ),
            text_body=render_template("mail/desk/password_reset.txt", **context),
            html_body=render_template("mail/desk/password_reset.html", **context),
        )
