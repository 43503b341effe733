"""Detector of phone numbers in a text, which readers might call if they were printed; returns a count."""

import re

from phonenumbers import Leniency, PhoneNumberMatcher

MAX_CANDIDATES = 60
"""Groups of digits that are examined: each costs as much time as all other detectors together."""

CONTEXT_BEFORE = 40
CONTEXT_AFTER = 25
"""Characters around a group of digits in which words such as “call” are searched for."""

MAX_TRIES = 8
"""Invalid candidates within a group of digits after which libphonenumber gives up."""

_ENOUGH_DIGITS = re.compile(r"\d(?:[\s().~‐-―/-]{0,3}\d){5}")  # noqa: RUF001 (the dashes that people type)
_DIGITS = re.compile(
    # Not part of a code or a price, nor the end of a decimal number or a date.
    r"(?<![A-Za-z0-9$£€¥₩₹#])(?<!\d[.,/-])[+(]{0,2}\d(?:[\s().~‐-―/-]{0,3}\d){5,24}(?![A-Za-z0-9])"  # noqa: RUF001 (the dashes that people type)
)
_INTERNATIONAL_PREFIX = re.compile(r"(?<!\d)00(?=[1-9]\d)")

_PHONE_WORDS = re.compile(
    r"\b(?:tel|telephone|phone|call|calling|called|ring|ringing|rang|dial|mobile|mob|cell|cellphone|fax|text"
    r"|sms|whatsapp|signal|wechat|hotline|helpline|line|contact|reach(?:ed)?|my number|number is"
    r"|téléphone|tél|appel\w*|portable|telefon\w*|handy|ruf\w*|nummer|teléfono|móvil|llam\w*|celular|cellulare"
    r"|chiam\w*|telefone|ligu?e\w*)\b"
    r"|致電|致电|電話|电话|手機|手机|手提|聯絡|联络|联系|聯繫|打給|熱線|热线|携帯|전화|연락|тел|звон|โทร|هاتف|جوال|טלפון",
    re.IGNORECASE,
)
_OTHER_NUMBER_BEFORE = re.compile(
    r"(?:\b(?:no|nos|ref|reference|case|invoice|account|acct|order|ticket|patent|serial|model|lot|docket|file"
    r"|policy|permit|licence|license|isbn|issn|item|page|pages|bill|receipt|code|version|section|id|#)\b[.:#]?"
    r"(?:\s(?:is|was|number|no))?[.:]?|[$£€¥₩₹#]|\b(?:hkd|usd|rmb|sgd|gbp|eur|rs)\.?)\s?$",
    re.IGNORECASE,
)
_UNIT_AFTER = re.compile(
    r"-[a-z]"
    r"|\s?(?:%|per ?cent|million|billion|votes?|voters?|people|persons|passengers?|dollars?|pounds?|euros?"
    r"|yen|yuan|cents?|units?|copies|copy|tonn?es?|tons|trees|cars|vehicles|homes|flats|households|kilo\w*|kgs?"
    r"|kms?|miles|met(?:re|er)s?|litres?|shares|visitors|residents|seats|signatures|items|元|人|票|次|萬|万|個|个|名|港元|円|원)"
    r"(?![a-z])",
    re.IGNORECASE,
)
_YEAR_RANGE = re.compile(r"\(?(?:1[89]|20)\d\d\D+(?:1[89]|20)\d\d\D*$")


def count_phone_numbers(text: str, country: str) -> int:
    """Return the number of valid phone numbers in ``text``, of ``country`` or with a country code.

    Only the first `MAX_CANDIDATES` groups of digits are examined. Without a word such as “call” nearby,
    numbers that look like a reference, an amount or years don't count, and the digits have to be grouped as
    usual in their country.
    """
    if not _ENOUGH_DIGITS.search(text):
        return 0
    candidates = zip(range(MAX_CANDIDATES), _DIGITS.finditer(text), strict=False)
    return sum(_count_in(candidate, text, country) for _, candidate in candidates)


def _count_in(candidate: re.Match[str], text: str, country: str) -> int:
    before = text[max(0, candidate.start() - CONTEXT_BEFORE) : candidate.start()]
    after = text[candidate.end() : candidate.end() + CONTEXT_AFTER]
    digits = candidate[0]
    is_marked_as_phone = digits.startswith("+") or bool(
        _PHONE_WORDS.search(before) or _PHONE_WORDS.search(after)
    )
    if not is_marked_as_phone and (
        _OTHER_NUMBER_BEFORE.search(before) or _UNIT_AFTER.match(after) or _YEAR_RANGE.match(digits)
    ):
        return 0
    leniency = Leniency.VALID if is_marked_as_phone else Leniency.STRICT_GROUPING
    return _count_matches(digits, country, leniency) or _count_matches(
        _INTERNATIONAL_PREFIX.sub("+", digits), country, leniency
    )


def _count_matches(digits: str, country: str, leniency: int) -> int:
    return sum(1 for _ in PhoneNumberMatcher(digits, country, leniency=leniency, max_tries=MAX_TRIES))
