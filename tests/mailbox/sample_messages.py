"""Messages as readers' mailers send them."""

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
    """Return a message with that header and, after it, ``content`` as it is."""
    header = (
        f"From: {sender}\r\nTo: letters@example.org\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    )
    return header.encode() + (content.encode() if isinstance(content, str) else content)


def part(content: str | bytes, content_type: str = PLAIN, **fields: str) -> bytes:
    """Return a part of a message; ``fields`` are more fields of its header, with underscores for hyphens."""
    header = {"Content-Type": content_type}
    header |= {name.replace("_", "-"): value for name, value in fields.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in header.items())
    return f"{lines}\r\n".encode() + (content.encode() if isinstance(content, str) else content)


def several(kind: str, *parts: bytes, boundary: str = "=_b") -> bytes:
    """Return a part that consists of parts."""
    inside = b"".join(b"--%b\r\n%b\r\n" % (boundary.encode(), each) for each in parts)
    return part(inside + f"--{boundary}--\r\n".encode(), f'multipart/{kind}; boundary="{boundary}"')


def mail(body: bytes, *, sender: str = SENDER, subject: str = "On trams") -> bytes:
    """Return the message of which ``body`` is the outermost part."""
    return f"From: {sender}\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n".encode() + body


def read(text: str, *, sender: str = SENDER, subject: str = "On trams") -> Submission:
    """Return the submission in a plain message."""
    return submission_from_message(message(text, sender=sender, subject=subject))


def read_html(page: str) -> Submission:
    """Return the submission in a message of HTML only."""
    return submission_from_message(message(page, content_type=HTML))
