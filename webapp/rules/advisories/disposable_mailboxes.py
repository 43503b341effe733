"""Detector of disposable mailboxes, by a given list of domains; `check_mailbox` adds the advisory."""

from collections.abc import Container

from webapp.rules.findings import Code, FindingCollector
from webapp.rules.sender import Sender


def is_disposable(email_domain: str, disposable_domains: Container[str]) -> bool:
    """Return whether ``email_domain``, or a domain above it, is one of ``disposable_domains``.

    Args:
        email_domain: The part of an address behind the @, in any case, with or without a final dot.
        disposable_domains: Domains in lower case, such as ``mailinator.com``. Relays that forward to a
            lasting mailbox, such as Apple's and Mozilla's, don't belong to them: their owners can be reached.
    """
    labels = email_domain.strip(" .").lower().split(".")
    return any(".".join(labels[place:]) in disposable_domains for place in range(len(labels)))


def check_mailbox(sender: Sender, disposable_domains: Container[str], collector: FindingCollector) -> None:
    """Add an advisory if the writer's e-mail domain, or one above it, is one of ``disposable_domains``.

    Nothing is added if the writer has no e-mail address.
    """
    if sender.email and is_disposable(sender.email.key.rpartition("@")[2], disposable_domains):
        collector.advise(Code.EMAIL_DISPOSABLE)
