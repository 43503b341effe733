"""Phone numbers in the text, which readers would ring if they were printed."""

import re

from phonenumbers import Leniency, PhoneNumberMatcher

MOST_CANDIDATES = 60
"""Rows of digits that are looked at: each costs as much as all other signs together."""

CONTEXT_BEFORE = 40
CONTEXT_AFTER = 25
MOST_TRIES = 8

_ENOUGH_DIGITS = re.compile(r"\d(?:[\s().~‐-―/-]{0,3}\d){5}")  # noqa: RUF001 (the dashes that people type)
_DIGITS = re.compile(
    # Neither part of a code or a price nor the end of a decimal or a date.
    r"(?<![A-Za-z0-9$£€¥₩₹#])(?<!\d[.,/-])[+(]{0,2}\d(?:[\s().~‐-―/-]{0,3}\d){5,24}(?![A-Za-z0-9])"  # noqa: RUF001 (the dashes that people type)
)
_ABROAD = re.compile(r"(?<!\d)00(?=[1-9]\d)")

_CALLED = re.compile(
    r"\b(?:tel|telephone|phone|call|calling|called|ring|ringing|rang|dial|mobile|mob|cell|cellphone|fax|text"
    r"|sms|whatsapp|signal|wechat|hotline|helpline|line|contact|reach(?:ed)?|my number|number is"
    r"|téléphone|tél|appel\w*|portable|telefon\w*|handy|ruf\w*|nummer|teléfono|móvil|llam\w*|celular|cellulare"
    r"|chiam\w*|telefone|ligu?e\w*)\b"
    r"|致電|致电|電話|电话|手機|手机|手提|聯絡|联络|联系|聯繫|打給|熱線|热线|携帯|전화|연락|тел|звон|โทร|هاتف|جوال|טלפון",
    re.IGNORECASE,
)
_NOT_CALLED_BEFORE = re.compile(
    r"(?:\b(?:no|nos|ref|reference|case|invoice|account|acct|order|ticket|patent|serial|model|lot|docket|file"
    r"|policy|permit|licence|license|isbn|issn|item|page|pages|bill|receipt|code|version|section|id|#)\b[.:#]?"
    r"(?:\s(?:is|was|number|no))?[.:]?|[$£€¥₩₹#]|\b(?:hkd|usd|rmb|sgd|gbp|eur|rs)\.?)\s?$",
    re.IGNORECASE,
)
_COUNTED_AFTER = re.compile(
    r"-[a-z]"
    r"|\s?(?:%|per ?cent|million|billion|votes?|voters?|people|persons|passengers?|dollars?|pounds?|euros?"
    r"|yen|yuan|cents?|units?|copies|copy|tonn?es?|tons|trees|cars|vehicles|homes|flats|households|kilo\w*|kgs?"
    r"|kms?|miles|met(?:re|er)s?|litres?|shares|visitors|residents|seats|signatures|items|元|人|票|次|萬|万|個|个|名|港元|円|원)"
    r"(?![a-z])",
    re.IGNORECASE,
)
_TWO_YEARS = re.compile(r"\(?(?:1[89]|20)\d\d\D+(?:1[89]|20)\d\d\D*$")


def count_phone_numbers(text: str, country: str) -> int:
    """Return how many valid phone numbers ``text`` has, of ``country`` or with the code of theirs."""
    if not _ENOUGH_DIGITS.search(text):
        return 0
    candidates = zip(range(MOST_CANDIDATES), _DIGITS.finditer(text), strict=False)
    return sum(_count_in(candidate, text, country) for _, candidate in candidates)


def _count_in(candidate: re.Match[str], text: str, country: str) -> int:
    before = text[max(0, candidate.start() - CONTEXT_BEFORE) : candidate.start()]
    after = text[candidate.end() : candidate.end() + CONTEXT_AFTER]
    digits = candidate[0]
    is_called = digits.startswith("+") or bool(_CALLED.search(before) or _CALLED.search(after))
    if not is_called and (
        _NOT_CALLED_BEFORE.search(before) or _COUNTED_AFTER.match(after) or _TWO_YEARS.match(digits)
    ):
        return 0
    leniency = Leniency.VALID if is_called else Leniency.STRICT_GROUPING
    return _count_matches(digits, country, leniency) or _count_matches(
        _ABROAD.sub("+", digits), country, leniency
    )


def _count_matches(digits: str, country: str, leniency: int) -> int:
    return sum(1 for _ in PhoneNumberMatcher(digits, country, leniency=leniency, max_tries=MOST_TRIES))
