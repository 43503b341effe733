"""Domains of mailboxes that are thrown away: those listed and what is below them, and no others."""

import pytest

from webapp.installation.disposable_domains import disposable_domains
from webapp.rules.advisories.disposable_mailboxes import is_disposable


@pytest.mark.parametrize(
    "domain",
    [
        "mailinator.com",
        "x.mailinator.com",
        "a.b.c.d.mailinator.com",
        "YOPMAIL.com",
        "guerrillamail.com.",
        "10minutemail.com",
    ],
)
def test_thrown_away(domain: str) -> None:
    assert is_disposable(domain, disposable_domains())


@pytest.mark.parametrize(
    "domain",
    [
        "",
        "com",
        "gmail.com",
        "outlook.com",
        "qq.com",
        "163.com",
        "proton.me",
        "protonmail.com",
        "icloud.com",
        "privaterelay.appleid.com",
        "mozmail.com",
        "relay.firefox.com",
        "duck.com",
        "simplelogin.com",
        "anonaddy.me",
        "fastmail.com",
        "gmx.de",
        "notmailinator.com.example",
        "mailinator.com.example.org",
        "xmailinator.com",
        "example.com",
    ],
)
def test_kept(domain: str) -> None:
    assert not is_disposable(domain, disposable_domains())


def test_domains_are_given_to_the_rule_and_none_is_built_in() -> None:
    assert not is_disposable("mailinator.com", frozenset())
    assert is_disposable("a.b.example.com", {"example.com"})
