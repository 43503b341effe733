"""Sample e-mail messages: builders for raw messages and MIME parts, and functions that read them."""

from webapp.mailbox.message import submission_from_message
from webapp.rules.submission import Submission

SENDER = "Jane Lee <jane@example.com>"
TEXT = "Dear Editor,\n\nThe tram is slow. That is its use.\n\nIt gives one time to look."
ADDRESS = "Flat 3, 1 Main Street\nSai Ying Pun"
SIGN_OFF = f"Yours faithfully,\n\nJane Lee\n{ADDRESS}\nTel: 2123 4567"
PLAIN = 'text/plain; charset="utf-8"'
HTML = 'text/html; charset="utf-8"'


def message(
    content: str | bytes,
    *,
    sender: str = SENDER,
    subject: str = "On trams",
    content_type: str = PLAIN,
    encoding: str = "8bit",
) -> bytes:
    """Return a raw message of one part; nothing is encoded.

    Args:
        content: The body as it is to be sent.
        sender: The value of the From field.
        subject: The value of the Subject field.
        content_type: The value of the Content-Type field.
        encoding: The value of the Content-Transfer-Encoding field.
    """
    header = (
        f"From: {sender}\r\nTo: letters@example.org\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    )
    return header.encode() + (content.encode() if isinstance(content, str) else content)


def part(content: str | bytes, content_type: str = PLAIN, **fields: str) -> bytes:
    """Return a MIME part; ``fields`` are further header fields, with underscores for hyphens."""
    header = {"Content-Type": content_type}
    header |= {name.replace("_", "-"): value for name, value in fields.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in header.items())
    return f"{lines}\r\n".encode() + (content.encode() if isinstance(content, str) else content)


def multipart(kind: str, *parts: bytes, boundary: str = "=_b") -> bytes:
    """Return a part of type multipart/``kind`` that holds ``parts``."""
    inside = b"".join(b"--%b\r\n%b\r\n" % (boundary.encode(), each) for each in parts)
    return part(inside + f"--{boundary}--\r\n".encode(), f'multipart/{kind}; boundary="{boundary}"')


def mail(body: bytes, *, sender: str = SENDER, subject: str = "On trams") -> bytes:
    """Return a message whose outermost part is ``body``, header fields included."""
    return f"From: {sender}\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n".encode() + body


def read(text: str, *, sender: str = SENDER, subject: str = "On trams") -> Submission:
    """Return the submission read from a plain-text message."""
    return submission_from_message(message(text, sender=sender, subject=subject))


def read_html(page: str) -> Submission:
    """Return the submission read from a message of HTML only."""
    return submission_from_message(message(page, content_type=HTML))
