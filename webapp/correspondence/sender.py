"""The From header of outgoing e-mails: the sender's name, and its address or one at the site's host."""

import re
from email.headerregistry import Address
from urllib.parse import urlsplit

from webapp.rules.policy import Paper
from webapp.rules.text_cleaning import clean_line

NO_REPLY = "no-reply"
"""Local part of the sender's address where a policy names no valid one, or the papers have several."""
MAX_DISPLAY_NAME = 80
"""Characters of the sender's name that are shown before its address."""
_ADDRESS = re.compile(r"[^\s\x00-\x20\x7f<>@\"]{1,320}@[^\s\x00-\x20\x7f<>@\"]{1,320}")


def sender(paper: Paper, base_url: str) -> str:
    """Return the decoded value of the From header for a paper: its title and address; see `named_sender`."""
    return named_sender(paper.title, paper.email, base_url)


def named_sender(name: str, email: str, base_url: str) -> str:
    """Return the decoded value of the From header: display name and address.

    Any name and e-mail address in a policy give a valid header: the name is put on one line and cut to 80
    characters; an empty or invalid address is replaced by ``no-reply@`` and the host of ``base_url``, or
    ``localhost`` where that is an IP address.
    """
    address = email if _ADDRESS.fullmatch(email) else f"{NO_REPLY}@{_host(base_url)}"
    local_part, _, domain = address.rpartition("@")
    name = clean_line(name)[:MAX_DISPLAY_NAME]
    return str(Address(display_name=name, username=local_part, domain=domain))


def _host(base_url: str) -> str:
    host = urlsplit(base_url).hostname or ""
    return host if host[-1:].isalpha() and ":" not in host else "localhost"
