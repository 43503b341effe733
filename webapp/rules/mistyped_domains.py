"""Recognises the mistyped domain of a well-known mail provider, such as ``gmail.con``; nothing is looked up.

The writer is asked whether the provider's domain is meant, and may keep what was typed. A domain that may
exist is never questioned: only an ending that no top-level domain has, or a slip of the keyboard in a name
that no other provider bears, is evidence.
"""

import functools
from collections.abc import Iterator
from dataclasses import dataclass

from webapp.rules.countries import COUNTRIES

PROVIDERS = """
gmail.com googlemail.com hotmail.com outlook.com live.com msn.com yahoo.com ymail.com rocketmail.com
icloud.com me.com mac.com aol.com protonmail.com proton.me fastmail.com zoho.com mail.com email.com gmx.com
hotmail.co.uk hotmail.fr hotmail.de hotmail.es hotmail.it hotmail.nl hotmail.com.br live.co.uk live.fr
live.nl outlook.fr outlook.de outlook.es outlook.com.br yahoo.co.uk yahoo.fr yahoo.de yahoo.es yahoo.it
yahoo.ca yahoo.co.in yahoo.co.jp yahoo.co.id yahoo.com.au yahoo.com.br yahoo.com.hk yahoo.com.mx
yahoo.com.ph yahoo.com.sg yahoo.com.tw btinternet.com talktalk.net virginmedia.com ntlworld.com comcast.net
verizon.net att.net sbcglobal.net bellsouth.net earthlink.net cox.net charter.net shaw.ca rogers.com
telus.net sympatico.ca bigpond.com bigpond.net.au optusnet.com.au iinet.net.au xtra.co.nz eircom.net gmx.de
gmx.net gmx.at gmx.ch web.de t-online.de freenet.de bluewin.ch orange.fr wanadoo.fr laposte.net sfr.fr
free.fr libero.it virgilio.it tiscali.it alice.it ziggo.nl kpnmail.nl xs4all.nl planet.nl telenet.be
skynet.be terra.com.br uol.com.br bol.com.br telefonica.net sapo.pt netvigator.com qq.com 163.com 126.com
sina.com hanmail.net naver.com rediffmail.com singnet.com.sg hinet.net yandex.ru mail.ru
"""
"""Domains of mailboxes that anybody can have. The order is that of preference."""

COINED_NAMES = frozenset(
    {
        "gmail", "googlemail", "hotmail", "outlook", "yahoo", "icloud", "rocketmail", "protonmail",
        "btinternet", "talktalk", "virginmedia", "ntlworld", "comcast", "verizon", "sbcglobal", "bellsouth",
        "earthlink", "sympatico", "bigpond", "optusnet", "t-online", "bluewin", "wanadoo", "laposte",
        "virgilio", "netvigator", "hanmail", "rediffmail", "singnet",
    }
)  # fmt: skip
"""Names in which a slip of the keyboard is recognised: no other company and no word is so similar to them,
but for `NAMES_OF_OTHERS`. In a shorter name, or in a word such as “orange”, it can't be."""

NAMES_OF_OTHERS = frozenset({"gail"})
"""Names one slip away from a coined one that others bear."""

MAX_DOMAIN_LENGTH = 30
"""Characters; a longer domain isn't compared."""

_LONG_ENDINGS = frozenset({"com", "net", "bet", "cfa", "ftr", "jmp", "med"})
"""The endings of more than two letters that a provider has, or that one slip makes of such an ending and that
exist (IANA, Root Zone Database)."""
_ENDINGS_OF_NO_COUNTRY = frozenset({"AC", "EU", "GS", "HM", "PN", "SU", "UK"})
"""Endings of two letters that exist and aren't among `COUNTRIES`, as far as one slip makes them."""

_NEIGHBOURS = (
    "q:wa w:qesa e:wrsd r:etdf t:ryfg y:tugh u:yihj i:uojk o:ipkl p:ol a:qwsz s:awedxz d:serfcx f:drtgvc "
    "g:ftyhbv h:gyujnb j:huikmn k:jiolm l:kop z:asx x:zsdc c:xdfv v:cfgb b:vghn n:bhjm m:njk"
)
"""Keys that stand beside each other on a keyboard."""


@dataclass(frozen=True, slots=True)
class _Provider:
    """A domain, and its parts before and behind the first dot."""

    domain: str
    name: str
    ending: str


@functools.cache
def mailbox_providers() -> frozenset[str]:
    """Return the domains in which anybody can have a mailbox."""
    return frozenset(each.domain for each in _providers())


def intended_domain(domain: str) -> str | None:
    """Return the provider's domain that was probably meant; ``None`` if ``domain`` may be right.

    Args:
        domain: The part of an address behind the @, in any case. Beyond `MAX_DOMAIN_LENGTH` it may be right.
    """
    domain = domain.lower()
    if len(domain) > MAX_DOMAIN_LENGTH or any(domain == each.domain for each in _providers()):
        return None
    name, _, ending = domain.partition(".")
    is_meant = _differs_in_name if _may_exist(ending) else _differs_in_ending
    return next((each.domain for each in _providers() if is_meant(name, ending, each)), None)


def _differs_in_name(name: str, ending: str, provider: _Provider) -> bool:
    """Return whether a domain is a provider's with one slip in the name, other than in its first letter."""
    return (
        ending == provider.ending
        and name[:1] == provider.name[0]
        and name not in NAMES_OF_OTHERS
        and _is_slip_of_coined(name, provider.name)
    )


def _differs_in_ending(name: str, ending: str, provider: _Provider) -> bool:
    """Return whether a domain is a provider's with one slip in the ending, and at most one in the name."""
    return ending in _slips(provider.ending) and (
        name == provider.name or _is_slip_of_coined(name, provider.name)
    )


def _is_slip_of_coined(name: str, meant: str) -> bool:
    return meant in COINED_NAMES and name in _slips(meant)


def _may_exist(ending: str) -> bool:
    """Return whether a top-level domain may stand at the end of ``ending``.

    Of those with more than two letters only those of `_LONG_ENDINGS` are known. The others are one slip away
    from no ending of a provider, so that nothing is suggested for them.
    """
    top_level = ending.rpartition(".")[2].upper()
    if len(top_level) == len("UK"):
        return top_level in COUNTRIES or top_level in _ENDINGS_OF_NO_COUNTRY
    return top_level.lower() in _LONG_ENDINGS


@functools.cache
def _providers() -> tuple[_Provider, ...]:
    parts = ((domain, *domain.split(".", 1)) for domain in PROVIDERS.split())
    return tuple(_Provider(domain, name, ending) for domain, name, ending in parts)


@functools.cache
def _slips(word: str) -> frozenset[str]:
    """Return what ``word`` becomes by one slip: a letter left out, twice, swapped or from a key beside it."""
    return frozenset(_each_slip(word)) - {word}


def _each_slip(word: str) -> Iterator[str]:
    neighbours = {keys[0]: keys[2:] for keys in _NEIGHBOURS.split()}
    for place, letter in enumerate(word):
        before, after = word[:place], word[place + 1 :]
        yield before + after
        yield before + letter + letter + after
        yield before + after[:1] + letter + after[1:]
        for neighbour in neighbours.get(letter, ""):
            yield before + neighbour + after
            yield before + letter + neighbour + after
