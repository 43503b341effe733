"""The list of domains that give out disposable mailboxes, from the package `disposable-email-domains`."""


def disposable_domains() -> frozenset[str]:
    """Return the domains, in lower case: some ten thousand, in a new set at each call.

    They are those of the installed version of the package; no network is used. The package is imported when
    the list is first needed: it takes 10 ms, and most commands don't need it.
    """
    from disposable_email_domains import blocklist  # noqa: PLC0415 -- see the docstring

    return frozenset(blocklist)
