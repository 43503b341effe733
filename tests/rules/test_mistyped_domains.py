"""Mistyped domains of well-known mail providers: which are asked about, and which never."""

import pytest

from webapp.rules.mistyped_domains import MAX_DOMAIN_LENGTH, PROVIDERS, intended_domain


@pytest.mark.parametrize(
    ("typed", "intended"),
    [
        ("gmail.con", "gmail.com"),
        ("gmail.cim", "gmail.com"),
        ("gmail.vom", "gmail.com"),
        ("gmail.ocm", "gmail.com"),
        ("gmail.comm", "gmail.com"),
        ("Gmail.Con", "gmail.com"),
        ("gmai.com", "gmail.com"),
        ("gmial.com", "gmail.com"),
        ("gamil.com", "gmail.com"),
        ("gmaill.com", "gmail.com"),
        ("gnail.com", "gmail.com"),
        ("gmial.con", "gmail.com"),
        ("hotmial.com", "hotmail.com"),
        ("hotmal.fr", "hotmail.fr"),
        ("hotmail.couk", "hotmail.co.uk"),
        ("yahoo.co.ukk", "yahoo.co.uk"),
        ("yahooo.com.hk", "yahoo.com.hk"),
        ("outlok.com", "outlook.com"),
        ("iclod.com", "icloud.com"),
        ("aol.con", "aol.com"),
        ("qq.con", "qq.com"),
        ("gmx.dee", "gmx.de"),
        ("web.ed", "web.de"),
        ("t-onlin.de", "t-online.de"),
        ("wanado.fr", "wanadoo.fr"),
        ("libero.itt", "libero.it"),
        ("comcast.met", "comcast.net"),
    ],
)
def test_a_slip_of_the_keyboard_is_asked_about(typed: str, intended: str) -> None:
    assert intended_domain(typed) == intended


@pytest.mark.parametrize(
    "domain",
    [
        *PROVIDERS.split(),
        # Real domains, one letter away from a provider's.
        *("ymail.com", "mail.com", "email.com", "gail.com", "qmail.com", "gmx.com", "gmx.us", "orage.fr"),
        *("me.com", "mac.co", "live.cn", "live.co", "aim.com", "web.dev", "fres.fr", "homemail.com"),
        # A provider's name below an ending that exists: it may be the provider in another country.
        *("hotmail.co", "gmail.co", "gmail.cm", "gmail.de", "yahoo.com.hk", "yahoo.com.pe", "outlook.co.th"),
        *("yahoo.net", "gmail.med", "web.bet"),
        # Domains of other organisations, also with endings that may not exist.
        *("example.com", "harbour.example", "mycompany.con", "gmail.com.example.org", "mail.gmail.com"),
        *("dpp.hku.hk", "bücher.de", "xn--bcher-kva.de", "x" * MAX_DOMAIN_LENGTH + ".con", "con", "", "."),
    ],
)
def test_what_may_be_right_is_never_asked_about(domain: str) -> None:
    assert intended_domain(domain) is None
