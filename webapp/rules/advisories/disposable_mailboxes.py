"""E-mail domains whose mailboxes are thrown away: nobody is reached there on the day the letter runs."""

import functools
from importlib import resources

MOST_LABELS_LISTED = 4
"""The parts of the longest domain in the list; further ones in front can only be subdomains."""


def is_disposable(email_domain: str) -> bool:
    """Tell whether ``email_domain``, or a domain that it is under, gives out throw-away mailboxes.

    Relays that hide an address but go on delivering to it, such as Apple's and Mozilla's, are not meant:
    their owners can be written to.
    """
    labels = email_domain.strip(" .").lower().split(".")[-MOST_LABELS_LISTED:]
    return any(".".join(labels[place:]) in _domains() for place in range(len(labels)))


@functools.cache
def _domains() -> frozenset[str]:
    listed = (
        resources.files("webapp.rules.advisories")
        .joinpath("disposable_domains.txt")
        .read_text(encoding="utf-8")
    )
    return frozenset(line for line in listed.splitlines() if not line.startswith("#"))
