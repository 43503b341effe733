"""Whom a message is from."""

import re
from email.headerregistry import Address
from urllib.parse import urlsplit

from webapp.rules.policy import Paper
from webapp.rules.submission import clean_line

NOBODY = "no-reply"
"""Who writes for a paper whose policy names no address; a policy that has one is the remedy."""
LONGEST_SENDER = 80
"""Characters of a paper's name in front of its address."""
_ADDRESS = re.compile(r"[^\s\x00-\x20\x7f<>@\"]{1,320}@[^\s\x00-\x20\x7f<>@\"]{1,320}")


def sender(paper: Paper, base_url: str) -> str:
    """Return the From header, as people read it; none of a paper's names turns a message away."""
    address = paper.email if _ADDRESS.fullmatch(paper.email) else f"{NOBODY}@{_host(base_url)}"
    local_part, _, domain = address.rpartition("@")
    name = clean_line(paper.title)[:LONGEST_SENDER]
    return str(Address(display_name=name, username=local_part, domain=domain))


def _host(base_url: str) -> str:
    host = urlsplit(base_url).hostname or ""
    return host if host[-1:].isalpha() and ":" not in host else "localhost"
