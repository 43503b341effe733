"""Detector of bank account numbers, such as an IBAN; counts and blanks them.

Readers who are asked to pay into an account have to be able to trust the paper that prints it.
"""

import functools
import re
from collections.abc import Callable

IBAN_LENGTHS = """
AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24
FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32
LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22
SA24 SC31 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20
"""
"""Characters of an IBAN by country (SWIFT, IBAN Registry)."""

_ENOUGH_DIGITS = re.compile(r"\d(?:[ -]?\d){5}")
_IBAN = re.compile(
    r"(?<![A-Za-z0-9])(?P<number>[A-Z]{2}\d\d(?:[ -]?[A-Z0-9]){11,30})", re.IGNORECASE | re.ASCII
)

_NUMBER = r"(?P<number>\d(?:[ -]{0,3}\d){6,24})(?!\d)"
_LABELLED = re.compile(
    r"(?:\b(?:bank (?:account|acct)|account|acct|a/c|sort code|BSB|routing number|CLABE|RIB"
    r"|(?:spenden|bank|giro)?konto(?:nummer|verbindung)?|kto|cuenta(?: bancaria| corriente)?"
    r"|conta(?: bancária| corrente)?|compte(?: bancaire)?|conto(?: corrente)?|c/c|rekening(?:nummer)?|NIB)\b"
    r"|(?:帳|账|賬)(?:戶|户|號|号)|(?:戶|户)口)"
    # Up to three short words or marks: “number is”, “n.º”, “號碼”.
    r"[ .:\uff1a#-]{0,3}(?:(?:no|nos|num|number|nr|nummer|numéro|número|numero|núm|n\.?[º°]|號碼|号码"
    r"|is|ist|es|é"
    r"|est|est le|lautet|為|为|是)[ .:\uff1a#-]{0,3}){0,3}" + _NUMBER,
    re.IGNORECASE,
)
_IBAN_BEFORE = re.compile(r"\biban(?: is| ist| est| es| é)?[ :.\uff1a]*$", re.IGNORECASE)
CONTEXT_OF_IBAN = 12
"""Characters before a number in which it is called an IBAN."""
_ABOUT_BANKS = re.compile(
    r"\b(?:bank\w*|banco|banque|banca|bancári\w+|bancari\w+|sort code|bsb|iban|bic|swift|donat\w+|donar"
    r"|donativ\w+"
    r"|doaç\w+|doar|don|dons|donazion\w+|spend\w+|überweis\w+|transfer\w*|virement|deposit\w*|depósito\w*"
    r"|payable"
    r"|pay|paid|paga\w*|einzahl\w+|konto\w*|sparkasse|hsbc|barclays|lloyds|natwest|fund|funds|giften|storten"
    r"|overmaken|rekening\w*|credit union|building society)\b"
    r"|銀行|银行|捐款|轉帳|转账|轉賬|匯|汇|存入|滙豐|恒生|入數",
    re.IGNORECASE,
)
CONTEXT = 100
"""Characters around a labelled number in which a word about banks is searched for: shops have accounts."""


def count_and_blank_bank_accounts(text: str) -> tuple[int, str]:
    """Return the number of bank account numbers in ``text``, and the text with spaces in place of them.

    An IBAN counts if its check digits are right; another number if a word such as “account” stands before it,
    and one about banks or payments nearby.
    """
    if not _ENOUGH_DIGITS.search(text):
        return 0, text
    ibans, remaining_text = _count_and_blank(_IBAN, _end_of_iban, text)
    others, remaining_text = _count_and_blank(_LABELLED, _end_of_labelled, remaining_text)
    return ibans + others, remaining_text


def _count_and_blank(
    pattern: re.Pattern[str], end_of: Callable[[re.Match[str]], int | None], text: str
) -> tuple[int, str]:
    """Count and blank what ``pattern`` matches, from its group ``number`` as far as ``end_of`` says."""
    pieces, done, count = [], 0, 0
    for match in pattern.finditer(text):
        if end := end_of(match):
            count += 1
            pieces += [text[done : match.start("number")], " " * (end - match.start("number"))]
            done = end
    return count, "".join((*pieces, text[done:]))


def _end_of_iban(match: re.Match[str]) -> int | None:
    """Return where the IBAN ends; ``None`` if there is none. What follows it may look like a part of it."""
    if _IBAN_BEFORE.search(match.string[max(0, match.start() - CONTEXT_OF_IBAN) : match.start()]):
        # The writer says that it is one: a digit may be mistyped.
        return match.end()
    length = _iban_lengths().get(match["number"][:2].upper(), 0)
    characters = 0
    for place, character in enumerate(match["number"]):
        characters += character.isalnum()
        if length and characters == length:
            iban = "".join(filter(str.isalnum, match["number"][: place + 1])).upper()
            # ISO 7064 MOD 97-10, letters as two digits.
            digits = "".join(str(int(each, 36)) for each in iban[4:] + iban[:4])
            return match.start() + place + 1 if int(digits) % 97 == 1 else None
    return None


def _end_of_labelled(match: re.Match[str]) -> int | None:
    around = match.string[max(0, match.start() - CONTEXT) : match.end() + CONTEXT]
    return match.end() if _ABOUT_BANKS.search(around) else None


@functools.cache
def _iban_lengths() -> dict[str, int]:
    return {entry[:2]: int(entry[2:]) for entry in IBAN_LENGTHS.split()}
