"""The From header of outgoing e-mails: the paper's title, and its address or one at the site's host."""

import re
from email.headerregistry import Address
from urllib.parse import urlsplit

from webapp.rules.policy import Paper
from webapp.rules.text_cleaning import clean_line

NO_REPLY = "no-reply"
"""Local part of the sender's address for a paper whose policy names no valid one."""
MAX_DISPLAY_NAME = 80
"""Characters of the paper's title that are shown before its address."""
_ADDRESS = re.compile(r"[^\s\x00-\x20\x7f<>@\"]{1,320}@[^\s\x00-\x20\x7f<>@\"]{1,320}")


def sender(paper: Paper, base_url: str) -> str:
    """Return the decoded value of the From header: display name and address.

    Any title and e-mail address in a policy give a valid header: the title is put on one line and cut to 80
    characters; an empty or invalid address is replaced by ``no-reply@`` and the host of ``base_url``, or
    ``localhost`` where that is an IP address.
    """
    address = paper.email if _ADDRESS.fullmatch(paper.email) else f"{NO_REPLY}@{_host(base_url)}"
    local_part, _, domain = address.rpartition("@")
    name = clean_line(paper.title)[:MAX_DISPLAY_NAME]
    return str(Address(display_name=name, username=local_part, domain=domain))


def _host(base_url: str) -> str:
    host = urlsplit(base_url).hostname or ""
    return host if host[-1:].isalpha() and ":" not in host else "localhost"
