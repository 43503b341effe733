"""A claimed message as the bytes that go over the wire."""

from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, parseaddr

from webapp.letters.outbox import ClaimedMessage


def compose(claimed: ClaimedMessage) -> EmailMessage:
    """Return the message, with the same headers however often it is sent.

    Raises:
        ValueError: a header can't be written, for example because it holds a line end.
    """
    message = claimed.message
    mail = EmailMessage(policy=SMTP if message.recipient.isascii() else SMTPUTF8)
    mail["From"] = message.sender
    mail["To"] = message.recipient
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(claimed.created_at)
    mail["Message-ID"] = f"<{claimed.message_id}>"
    mail["Reply-To"] = message.sender
    # RFC 3834: no autoresponder answers this.
    mail["Auto-Submitted"] = "auto-replied" if message.in_reply_to else "auto-generated"
    if message.in_reply_to:
        mail["In-Reply-To"] = message.in_reply_to
        mail["References"] = message.in_reply_to
    mail.set_content(message.text_body)
    mail.add_alternative(message.html_body, subtype="html")
    return mail


def envelope_sender(claimed: ClaimedMessage) -> str:
    """Return the address that failures are reported to."""
    return parseaddr(claimed.message.sender)[1]
