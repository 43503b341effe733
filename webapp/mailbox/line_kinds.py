"""Classifying a line: name, address, place, organisation, phone number, date, prose; full stops, equal names.

In doubt a line counts as prose: what is not recognised with certainty stays in the letter.
"""

import functools
import re

from webapp.mailbox.phrases import COMMAS, folded, phrases
from webapp.rules.addresses import EAST_ASIAN_PLACES, PLACES
from webapp.rules.findings import RefusedError
from webapp.rules.names import read_name
from webapp.rules.text_folding import count_east_asian

LONGEST_NAME_LINE = 60
LONGEST_ADDRESS_LINE = 120
LONGEST_LABELLED_ADDRESS = 300
"""Characters, as are those above."""

MOST_WORDS_OF_A_NAME = 7
MOST_WORDS_OF_AN_ADDRESS_LINE = 16
MOST_EAST_ASIAN_OF_AN_ADDRESS_LINE = 40
LEAST_WORDS_OF_A_SENTENCE = 4
LEAST_PIECES_OF_A_LIST = 3
MOST_WORDS_OF_A_PIECE = 3
"""A line with a number, and with commas between pieces as short as these, is an address and no prose."""

LEAST_DIGITS_OF_A_PHONE = 8
"""Digits of a number without a label. Seven may be a postcode."""

LEAST_LABELLED_DIGITS = 3

MOST_WORDS_BESIDE_A_PHONE = 8
"""Words in a labelled number: “9123 4567 (please call after 6pm)”."""

MOST_DIGITS = 40

SENTENCE_WORDS = phrases("""
a|an|the|is|are|was|were|it|this|that|these|those|of|in|on|at|for|with|from|not|my|your|our|their|please|thank|thanks
you|we|they|have|has|had|will|would|should|must|why|what|how|who|when|here|there|no|yes
""")
"""Words that are in no name, in lower case. “and” is left out: couples sign “Jane and Bo Lee”."""

ORGANISATION_WORDS = phrases("""
association|society|council|committee|university|college|school|institute|foundation|union|group|party|company|ltd
limited|inc|corporation|federation|alliance|coalition|club|chamber|department|bureau|hospital|church|office|ministry
embassy|consulate|centre|center|professor|lecturer|director|chair|chairman|chairwoman|chairperson|president|secretary
convenor|convener|manager|officer|member|founder|editor|consultant|engineer|student|teacher|retired|spokesman
spokeswoman|spokesperson|chief|head|vice|resident|reader|citizen|taxpayer|trustee|campaign|network|letters|desk
""")

CHINESE_ORGANISATIONS = re.compile(
    "[協协学學]會|協会|大[學学]|有限公司|委員會|委员会|[主副]席|會長|会长|教授|總監|总监"
)

ADDRESS_WORDS = phrases("""
road|rd|street|st|avenue|ave|lane|drive|court|house|building|bldg|tower|towers|block|blk|flat|apartment|apt|floor
terrace|close|estate|village|square|path|suite|unit|room|rm|mansion|mansions|garden|gardens|crescent|cottage|farm|villa
villas|heights|plaza|praya|jalan|jln|lorong|taman|kampung|rue|calle|strasse|rectory|vicarage|lodge|quay|wharf
""")

_STREET = re.compile(
    r"\w(?:str\.|strasse|straße)|[路街道巷弄樓楼室座邨苑村閣]$|[路街道巷]\w{0,6}[0-9一二三四五六七八九十]+",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile("[.!?…\u3002\uff01\uff1f][\"'”’)」』]*$")
_EAST_ASIAN_STOP = re.compile("[\u3002\uff01\uff1f\uff1b]")
_ABBREVIATION = re.compile(
    r"(?:\b[A-Z]\.|\b(?:Jr|Sr|Esq|St|Rd|Ave|Ltd|Co|Kln|[A-Z]\.?[A-Z][A-Za-z]{0,2})\.)$"
)
_NOT_IN_A_NAME = re.compile("[\\d@<>:;!?/|=+*_#%$€£\u3002\uff01\uff1f\uff1a\uff1b…]|\\.\\.")
_PHONE = re.compile(
    r"[+(]{0,2}\d[\d\s()+./\u2010-\u2015-]*(?:(?:ext?|x)\.?\s*\d{1,6})?"
    r"(?:\s*[(\uff08][^()\uff08\uff09\d]{1,20}[)\uff09])?",
    re.IGNORECASE,
)
_LABELLED_PHONE = re.compile(r"[+(\d][^\n@:]{3,99}")
_NO_ADDRESS_NUMBER = re.compile(r"\bv?\d+(?:\.\d+)+\b|\b[A-Za-z]+\d\w*")
"""A version (“2.47.1”), or a name with a number in it (“A51”)."""
_SYMBOLS = re.compile(r"[^\w+(]+")
_WEB_ADDRESS = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[a-z]{2,24}(?:/\S*)?|https?://\S+", re.IGNORECASE)
_ADDRESS_NUMBER = re.compile(
    # A number before a name, and one behind it: “14 Alder Road”, “Hauptstraße 3 a”.
    r"^(?:no\.?\s|nr\.?\s|n[º°]\s?|#)?\d{1,5}[a-z]?(?:\s?[-/]\s?\d{1,4}[a-z]?)?,?\s+(?-i:[^\W\d_a-z])[^\W\d_]"
    r"|[^\W\d_]{3,}\.?,?\s+(?:no\.?\s?|nr\.?\s?|n[º°]\s?)?\d{1,5}(?:\s?[a-z])?(?:\s?[-/]\s?\d{1,4})?(?:$|,)"
    # Postcodes of Britain, Canada, the United States, the Netherlands, and of digits beside a name.
    r"|\b[a-z]{1,2}\d[a-z\d]?\s?\d[a-z]{2}\b|\b[a-z]\d[a-z]\s?\d[a-z]\d\b|\b[a-z]{2}\s\d{5}(?:-\d{4})?\b"
    r"|\b\d{4}\s?[a-z]{2}\s|(?:^|[\s,-])\d{2,3}[ -]?\d{2,3}\s+[^\W\d_]{2}|[^\W\d_]{2},?\s\d{3}\s?\d{2,3}$"
    # East Asian floors, rooms and house numbers.
    r"|\d\s*(?:號|号|樓|楼|室|座|期|丁目|番地|번지|동\b|호\b)",
    re.IGNORECASE,
)
_US_POSTCODE = re.compile(r"\d{5}-\d{4}")
"""ZIP+4: nine digits that are no phone number."""

_WEB = re.compile(r"://|\bwww\.", re.IGNORECASE)
_AGE = re.compile(r"\(?(?:aged?|form|class|year)\b.{0,12}", re.IGNORECASE)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_NUMERIC_DATE = r"\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./](?:\d{2}|\d{4})"
_DATE = re.compile(
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
    rf"(?:{_DAY}\s+{_MONTH},?(?:\s+\d{{4}})?|{_MONTH}\s+{_DAY},?(?:\s+\d{{4}})?|{_NUMERIC_DATE}"
    r"|[\d零一二三四五六七八九十]{4}年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日)",
    re.IGNORECASE,
)


def is_prose(line: str) -> bool:
    """Tell whether a line is a sentence or a part of one, judging by length, punctuation and lower case."""
    line = line.strip()
    words = _words(line)
    if len(line) > LONGEST_ADDRESS_LINE or len(words) > MOST_WORDS_OF_AN_ADDRESS_LINE:
        return True
    if len(words) >= LEAST_WORDS_OF_A_SENTENCE:
        return _is_mostly_lower_case(line) or bool(
            _SENTENCE_END.search(line) and not _ABBREVIATION.search(line)
        )
    # Chinese has no words to count, but its addresses and names have no full stops.
    east_asian = count_east_asian(line)
    return east_asian > MOST_EAST_ASIAN_OF_AN_ADDRESS_LINE or bool(
        east_asian > LEAST_WORDS_OF_A_SENTENCE and _EAST_ASIAN_STOP.search(line)
    )


def _words(line: str) -> list[str]:
    """Return the words that have letters, without opening quotation marks; a long line is cut."""
    words = line[: LONGEST_LABELLED_ADDRESS + 1].split()
    return [word.lstrip("\"'“(") for word in words if any(map(str.isalpha, word))]


def _is_lower_case(word: str) -> bool:
    # Not islower(): that is true of Georgian letters, in which names are written, too; title() keeps them.
    return word[:1].title() != word[:1]


def _is_mostly_lower_case(line: str) -> bool:
    """Tell whether most words begin in lower case.

    A list of short pieces with a number is an exception, as it may be an address: “ул. Ленина, д. 5, кв. 6”.
    """
    words = _words(line)
    if len(words) < LEAST_WORDS_OF_A_SENTENCE or 2 * sum(map(_is_lower_case, words)) <= len(words):
        return False
    pieces = re.split(f"[{COMMAS}]", line)
    is_listed = len(pieces) >= LEAST_PIECES_OF_A_LIST and any(map(str.isdigit, line))
    return not is_listed or len(words) > MOST_WORDS_OF_A_PIECE * len(pieces)


def without_final_stop(line: str) -> str:
    """Return a stripped line without its final commas and full stop; the stop of an abbreviation stays."""
    line = line.strip().rstrip(COMMAS + " ")
    return line if _ABBREVIATION.search(line) else line.removesuffix(".")


def looks_like_name(line: str, *, labelled: bool = False) -> bool:
    """Tell whether a line can be a person's name.

    Behind a label such as “Name:” it may also hold words that are usual in places and organisations.
    """
    line = line.strip()
    if not line or len(line) > LONGEST_NAME_LINE or _NOT_IN_A_NAME.search(line) or is_prose(line):
        return False
    words = _words(line)
    if not 0 < (count_east_asian(line) or len(words)) <= MOST_WORDS_OF_A_NAME:
        return False
    # Will, An and On are also names, but not in lower case.
    if {folded(word) for word in words if _is_lower_case(word)} & SENTENCE_WORDS:
        return False
    if without_final_stop(line) != line or (not labelled and (names_organisation(line) or is_place(line))):
        return False
    try:
        read_name(line)
    except RefusedError:
        return False
    return True


def looks_like_address(line: str, *, labelled: bool = False) -> bool:
    """Tell whether a line can be part of an address; behind a label such as “Address:” it may be long."""
    line = line.strip()
    if "@" in line or _WEB.search(line) or not any(map(str.isalnum, line)):
        return False
    if labelled and len(line) <= LONGEST_LABELLED_ADDRESS:
        return not _is_mostly_lower_case(line) and not is_prose(line[:LONGEST_ADDRESS_LINE].rstrip("."))
    return not is_prose(without_final_stop(line)) and not _AGE.fullmatch(line)


def continues_address(line: str) -> bool:
    """Tell whether a line below an address line can belong to the address: “Oban”, not “Why trams matter”.

    It can if it is no prose and at least half of its words are capitalised, or if it has an address sign.
    Names and salutations pass too: the caller excludes them.
    """
    words = _words(line)
    is_capitalised = 2 * sum(map(_is_lower_case, words)) <= len(words)
    return looks_like_address(line) and (is_capitalised or has_address_sign(line))


def has_address_sign(line: str) -> bool:
    """Tell whether a line has a typical part of an address: a digit, a word such as “Road”, a known place.

    The digits of a phone number, a version (“2.47.1”) or a firm (“A51 Ltd”) don't count.
    """
    if is_phone(line):
        return False
    has_number = any(map(str.isdigit, _NO_ADDRESS_NUMBER.sub("", line)))
    return has_number or names_street(line) or is_place(line)


def has_certain_address_sign(line: str) -> bool:
    """Tell whether a line has what hardly anything but an address has: the number of a house, a postcode.

    Below “-- ” other lines have digits as well: firms, mottos, machines.
    """
    if len(line) > LONGEST_LABELLED_ADDRESS or not has_address_sign(line) or names_organisation(line):
        return False
    return names_street(line) or is_place(line) or bool(_ADDRESS_NUMBER.search(line))


def names_street(line: str) -> bool:
    """Tell whether a line holds a word for a street or building; some are in names too: “Holly Street”."""
    return bool(ADDRESS_WORDS & set(folded(line).split()) or _STREET.search(line))


def is_place(line: str) -> bool:
    """Tell whether a line consists only of known districts, towns and countries."""
    if len(line) > LONGEST_ADDRESS_LINE:
        return False
    named = [folded(piece) for piece in re.split(f"[{COMMAS};、]", line.rstrip("."))]
    return any(named) and all(piece in _places() for piece in named if piece)


@functools.cache
def _places() -> frozenset[str]:
    return phrases(PLACES) | phrases(EAST_ASIAN_PLACES)


def names_organisation(line: str) -> bool:
    """Tell whether a line holds a word for an organisation, an office or an occupation."""
    return bool(ORGANISATION_WORDS & set(folded(line).split()) or CHINESE_ORGANISATIONS.search(line))


def is_phone(text: str, *, labelled: bool = False) -> bool:
    """Tell whether ``text`` has the form of a phone number; whether it exists isn't checked.

    Behind a label such as “Tel:” it may be short, and a few words may be added.
    """
    text = without_symbols(text.strip())
    digits = sum(map(str.isdigit, text))
    if digits > MOST_DIGITS:
        return False
    if labelled:
        is_number = _LABELLED_PHONE.fullmatch(text) and len(_words(text)) <= MOST_WORDS_BESIDE_A_PHONE
        return digits >= LEAST_LABELLED_DIGITS and bool(is_number)
    is_number = _PHONE.fullmatch(text) and not _US_POSTCODE.fullmatch(text) and not is_date(text)
    return digits >= LEAST_DIGITS_OF_A_PHONE and bool(is_number)


def without_symbols(text: str) -> str:
    """Return ``text`` without symbols in front of it, such as “☎” and “📱” before a number."""
    symbols = _SYMBOLS.match(text)
    return text[symbols.end() :] if symbols else text


def is_web_address(text: str) -> bool:
    """Tell whether ``text`` is only the address of a website or page."""
    return len(text) <= LONGEST_LABELLED_ADDRESS and bool(_WEB_ADDRESS.fullmatch(text.strip(" \t<>()*_|")))


def is_date(line: str) -> bool:
    """Tell whether a line is a date, such as “3 March 2026”, and nothing else."""
    return bool(_DATE.fullmatch(line.strip()))


def is_part_of_name(one: str, other: str) -> bool:
    """Tell whether all words of the name ``one`` are in the name ``other``: “Jane” in “Dr Jane Lee”.

    Their order and case don't matter. An empty name is part of none.
    """
    words = set(folded(one).split())
    return bool(words) and words <= set(folded(other).split())


def share_name_part(one: str, other: str) -> bool:
    """Tell whether two names have a word in common, or are the same without spaces.

    Of two East Asian names, one may also contain the other.
    """
    first, second = folded(one), folded(other)
    if {word for word in first.split() if len(word) > 1} & set(second.split()):
        return True
    first, second = first.replace(" ", ""), second.replace(" ", "")
    shorter, longer = sorted((first, second), key=len)
    return bool(first) and (first == second or (count_east_asian(shorter) > 1 and shorter in longer))
