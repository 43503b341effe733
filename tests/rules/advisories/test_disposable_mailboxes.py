"""Domains of mailboxes that are thrown away: those listed and what is below them, and no others."""

import re
from importlib import resources

import pytest

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
    assert is_disposable(domain)


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
    assert not is_disposable(domain)


def test_the_list_of_domains_is_sorted_and_clean() -> None:
    text = (
        resources.files("webapp.rules.advisories")
        .joinpath("disposable_domains.txt")
        .read_text(encoding="utf-8")
    )
    domains = [line for line in text.splitlines() if not line.startswith("#")]
    assert domains == sorted(set(domains))
    assert all(re.fullmatch(r"(?:[a-z0-9-]+\.){1,3}[a-z]{2,}", domain) for domain in domains)
