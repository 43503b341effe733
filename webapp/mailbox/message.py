"""An e-mail message as a submission."""

import email
import email.policy
from email.message import EmailMessage

from webapp.rules.submission import Submission


def submission_from_message(raw: bytes) -> Submission:
    """Read the submission in an e-mail: the sender's name and address, the subject, and the plain text."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    senders = message["From"].addresses if message["From"] else ()
    sender = senders[0] if senders else None
    return Submission(
        name=sender.display_name if sender else "",
        email=sender.addr_spec if sender else "",
        headline=message["Subject"] or "",
        body=_plain_text(message),
    )


def _plain_text(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    if part is None:
        return ""
    content = part.get_content()
    return content if isinstance(content, str) else ""
