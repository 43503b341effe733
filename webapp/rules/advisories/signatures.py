"""How many people signed a letter below its text."""

import re
from collections import Counter
from dataclasses import dataclass

from webapp.rules.advisories.layout import VALEDICTION, Layout
from webapp.rules.advisories.names_and_titles import is_east_asian_name, is_name, is_surely_name

LEAST_SIGNATURES = 2
LEAST_OF_UNKNOWN_NAMES = 4
"""A name and two lines of an address look like three unknown names."""

MOST_LINES_BELOW = 60
LONGEST_LINE_BELOW = 400
LONGEST_END = 100
"""Characters at the end of a line, which tell whether it is a sentence."""

MOST_SMALL_WORDS = 5
"""In one line, before it is a sentence: “on behalf of the tenants of Block C” is none."""

_SENTENCE_END = re.compile(r"[.!?…][\"”’)]*$")
_SMALL_WORD = re.compile(r"(?<!\w)[a-z]{2,}(?!\w)")
_MARK = re.compile(r"(?:\(?\d{1,3}[.)]|[-•*–—])\s*")
_REMARK = re.compile(r"\s*\([^)]*\)|\s*\uff08[^\uff09]*\uff09")
_COUPLE = re.compile(r"\b(Mr|Dr|Prof)\.? (?:and|&) (Mrs|Ms|Dr|Prof)\.? ([^,;&]+?)(?=,|;| and | &|$)")
_AFTER_NAME = re.compile(r"\s*[,;]\s|\s[–—-]\s|\s*\|")
_AND = re.compile(r"(?:,\s|\s)(?:and|&|und|et|y|\+)\s|[和及與]")
_BETWEEN_NAMES = re.compile(r"\s*[,;、\uff0c\uff1b]\s*(?:and\s|&\s)?|\s(?:and|&|und|et|y|\+|/)\s|[和及與]")
_EAST_ASIAN_CLOSE = re.compile(r"\s*(?:敬上|謹啟|谨启|敬啟|敬启|同啟|同启|謹上|同上|聯署|联署|上|啟|启)$")

_COUNTED = re.compile("other|more|further|additional|fellow|signator|signatures|supporters|[人名位]")
_OTHERS = re.compile(
    r"[,;]?(?:\s*(?:and|with|plus|&|\+))?\s+(?:the\s)?(?P<many>\d{1,5}|[a-z]+)\s+"
    r"(?:(?:other|further|more|additional|fellow)s?(?:\s[\w-]+){0,5}|(?:co-?)?signatories|signatures|supporters)\.?$"
    r"|等?(?:另外)?(?P<counted>\d{1,5})[人名位].{0,6}$",
    re.IGNORECASE,
)
NUMBERS = """
one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen twenty
"""


@dataclass(frozen=True, slots=True)
class _Signers:
    """Who signs in one line.

    Attributes:
        names: Those who are named.
        others: How many more are counted.
        is_sure: Whether it says itself that there are several, by an “and”.
    """

    names: tuple[str, ...]
    others: int = 0
    is_sure: bool = False


def count_signatures(layout: Layout) -> int:
    """Return how many people signed at the end, where there are several; else 0."""
    lines = list(map(_signers, _lines_below(layout)))
    names = [name for line in lines for name in line.names]
    others = sum(line.others for line in lines)
    total = len(names) + others
    if total < LEAST_SIGNATURES or not names:
        return 0
    return total if others or any(line.is_sure for line in lines) or _are_people(names) else 0


def _are_people(names: list[str]) -> bool:
    """Tell whether the names after the first one are people's.

    The first line is a name in any case; what is below may be where its bearer lives.
    """
    surnames = Counter(name.split()[-1] for name in names)
    after = names[1:]
    sure = sum(is_surely_name(name) or surnames[name.split()[-1]] > 1 for name in after)
    return len(names) >= LEAST_OF_UNKNOWN_NAMES or sure * 2 >= len(after)


def _lines_below(layout: Layout) -> list[str]:
    """Return the lines below the last sentence of a letter, from top to bottom, without the valediction."""
    below: list[str] = []
    for line in reversed(layout.lines[-MOST_LINES_BELOW:]):
        closing = VALEDICTION.match(line)
        if closing:
            return [rest for rest in (line[closing.end() :], *below) if rest]
        if line.endswith((":", "\uff1a")):
            # What a colon announces is a list of something else.
            return []
        if _is_sentence(line):
            return below
        below.insert(0, line)
    return []


def _is_sentence(line: str) -> bool:
    if len(line) > LONGEST_LINE_BELOW or line[-1] in "。\uff01\uff1f":
        return True
    end = line[-LONGEST_END:]
    small = len(_SMALL_WORD.findall(_REMARK.sub("", end)))
    if small <= 1 or (small <= MOST_SMALL_WORDS and not _SENTENCE_END.search(end)):
        return False
    return not (_COUNTED.search(end) and _OTHERS.search(end))


def _signers(line: str) -> _Signers:
    text = _REMARK.sub("", _MARK.sub("", line, count=1)).rstrip(" .")
    text, others = _without_others(_COUPLE.sub(r"\1 \3 and \2 \3", text))
    text = _EAST_ASIAN_CLOSE.sub("", text).strip()
    together = _with_shared_surname([name for name in _BETWEEN_NAMES.split(text) if name])
    is_joined = bool(_AND.search(text))
    if is_joined and len(together) > LEAST_SIGNATURES and not _is_signer(together[-1]):
        # Where they live, after all of them.
        together.pop()
    if len(together) > 1 and all(map(_is_signer, together)):
        return _Signers(tuple(together), others, is_joined and any(map(is_surely_name, together)))
    alone = _AFTER_NAME.split(text, maxsplit=1)[0]
    return _Signers((alone,) if _is_signer(alone) else (), others)


def _without_others(text: str) -> tuple[str, int]:
    """Return a line without the count of those it does not name, and the count."""
    match = _OTHERS.search(text) if _COUNTED.search(text) else None
    if not match:
        return text, 0
    written = match["counted"] or match["many"].lower()
    numbers = NUMBERS.split()
    others = numbers.index(written) + 1 if written in numbers else int(written) if written.isdecimal() else 0
    return (text[: match.start()], others) if others else (text, 0)


def _with_shared_surname(names: list[str]) -> list[str]:
    """Return the names of a couple with the surname that they share, as in “John & Mary Smith”."""
    if len(names) != LEAST_SIGNATURES or " " in names[0] or " " not in names[1]:
        return names
    return [f"{names[0]} {names[1].split()[-1]}", names[1]]


def _is_signer(name: str) -> bool:
    return is_name(name) or is_east_asian_name(name)
