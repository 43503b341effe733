"""Detector of several signatures; returns the number of people who signed below a letter, 0 for one."""

import re
from collections import Counter
from dataclasses import dataclass

from webapp.rules.advisories.layout import VALEDICTION, Layout
from webapp.rules.advisories.person_names import has_known_name_part, is_east_asian_name, looks_like_full_name

MIN_SIGNATURES = 2
MIN_UNKNOWN_NAMES = 4
"""Number of names from which none needs a known part: a name and two address lines look like three names."""

MAX_SIGNATURE_LINES = 60
MAX_SIGNATURE_LINE_LENGTH = 400
"""Characters; a longer line is taken for a sentence."""
MAX_LINE_END_LENGTH = 100
"""Characters at the end of a line that are examined to tell whether it is a sentence."""

MAX_LOWER_CASE_WORDS = 5
"""Lower-case words in a line that isn't a sentence, such as “on behalf of the tenants of Block C”."""

_SENTENCE_END = re.compile(r"[.!?…][\"”’)]*$")
_LOWER_CASE_WORD = re.compile(r"(?<!\w)[a-z]{2,}(?!\w)")
_LIST_MARKER = re.compile(r"(?:\(?\d{1,3}[.)]|[-•*–—])\s*")
_PARENTHESIS = re.compile(r"\s*\([^)]*\)|\s*\uff08[^\uff09]*\uff09")
_COUPLE = re.compile(r"\b(Mr|Dr|Prof)\.? (?:and|&) (Mrs|Ms|Dr|Prof)\.? ([^,;&]+?)(?=,|;| and | &|$)")
_AFTER_NAME = re.compile(r"\s*[,;]\s|\s[–—-]\s|\s*\|")
_AND = re.compile(r"(?:,\s|\s)(?:and|&|und|et|y|\+)\s|[和及與]")
_BETWEEN_NAMES = re.compile(r"\s*[,;、\uff0c\uff1b]\s*(?:and\s|&\s)?|\s(?:and|&|und|et|y|\+|/)\s|[和及與]")
_EAST_ASIAN_CLOSING = re.compile(r"\s*(?:敬上|謹啟|谨启|敬啟|敬启|同啟|同启|謹上|同上|聯署|联署|上|啟|启)$")

_OTHERS_HINT = re.compile("other|more|further|additional|fellow|signator|signatures|supporters|[人名位]")
_OTHERS = re.compile(
    r"[,;]?(?:\s*(?:and|with|plus|&|\+))?\s+(?:the\s)?(?P<many>\d{1,5}|[a-z]+)\s+"
    r"(?:(?:other|further|more|additional|fellow)s?(?:\s[\w-]+){0,5}|(?:co-?)?signatories|signatures|supporters)\.?$"
    r"|等?(?:另外)?(?P<counted>\d{1,5})[人名位].{0,6}$",
    re.IGNORECASE,
)
NUMBER_WORDS = """
one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen twenty
"""


@dataclass(frozen=True, slots=True)
class _Signers:
    """The people who sign in one line.

    Attributes:
        names: Their names.
        others: The number of further people without a name (“and 14 others”).
        is_sure: Whether they are joined by “and” and one has a known name: the line is no name and address.
    """

    names: tuple[str, ...]
    others: int = 0
    is_sure: bool = False


def count_signatures(layout: Layout) -> int:
    """Return how many people signed at the end; 0 if only one did, or the other lines may be an address.

    People of whom only the number is given (“and 14 others”) count.
    """
    lines = list(map(_signers, _signature_lines(layout)))
    names = [name for line in lines for name in line.names]
    others = sum(line.others for line in lines)
    total = len(names) + others
    if total < MIN_SIGNATURES or not names:
        return 0
    return total if others or any(line.is_sure for line in lines) or _are_personal_names(names) else 0


def _are_personal_names(names: list[str]) -> bool:
    """Return whether the names after the first one are of people.

    The first line is a name anyway; the lines below it may be an address.
    """
    surnames = Counter(name.split()[-1] for name in names)
    other_names = names[1:]
    sure = sum(has_known_name_part(name) or surnames[name.split()[-1]] > 1 for name in other_names)
    return len(names) >= MIN_UNKNOWN_NAMES or sure * 2 >= len(other_names)


def _signature_lines(layout: Layout) -> list[str]:
    """Return the lines below the last sentence, in order, without the valediction."""
    signature_lines: list[str] = []
    for line in reversed(layout.lines[-MAX_SIGNATURE_LINES:]):
        closing = VALEDICTION.match(line)
        if closing:
            return [rest for rest in (line[closing.end() :], *signature_lines) if rest]
        if line.endswith((":", "\uff1a")):
            # A colon introduces a list of something else.
            return []
        if _is_sentence(line):
            return signature_lines
        signature_lines.insert(0, line)
    return []


def _is_sentence(line: str) -> bool:
    if len(line) > MAX_SIGNATURE_LINE_LENGTH or line[-1] in "。\uff01\uff1f":
        return True
    end = line[-MAX_LINE_END_LENGTH:]
    lower_case_words = len(_LOWER_CASE_WORD.findall(_PARENTHESIS.sub("", end)))
    if lower_case_words <= 1 or (lower_case_words <= MAX_LOWER_CASE_WORDS and not _SENTENCE_END.search(end)):
        return False
    return not (_OTHERS_HINT.search(end) and _OTHERS.search(end))


def _signers(line: str) -> _Signers:
    # With single spaces: the patterns below try each part of a run of them.
    line = " ".join(line.split())
    text = _PARENTHESIS.sub("", _LIST_MARKER.sub("", line, count=1)).rstrip(" .")
    text, others = _without_others(_COUPLE.sub(r"\1 \3 and \2 \3", text))
    text = _EAST_ASIAN_CLOSING.sub("", text).strip()
    joint_names = _with_shared_surname([name for name in _BETWEEN_NAMES.split(text) if name])
    is_joined = bool(_AND.search(text))
    if is_joined and len(joint_names) > MIN_SIGNATURES and not _is_signer(joint_names[-1]):
        # The last part is the place where they all live.
        joint_names.pop()
    if len(joint_names) > 1 and all(map(_is_signer, joint_names)):
        return _Signers(tuple(joint_names), others, is_joined and any(map(has_known_name_part, joint_names)))
    name = _AFTER_NAME.split(text, maxsplit=1)[0]
    return _Signers((name,) if _is_signer(name) else (), others)


def _without_others(text: str) -> tuple[str, int]:
    """Return a line without “and 14 others”, and that number; 0 if there is none."""
    match = _OTHERS.search(text) if _OTHERS_HINT.search(text) else None
    if not match:
        return text, 0
    written = match["counted"] or match["many"].lower()
    numbers = NUMBER_WORDS.split()
    others = numbers.index(written) + 1 if written in numbers else int(written) if written.isdecimal() else 0
    return (text[: match.start()], others) if others else (text, 0)


def _with_shared_surname(names: list[str]) -> list[str]:
    """Return a couple's names in full: “John & Mary Smith” are John Smith and Mary Smith."""
    if len(names) != MIN_SIGNATURES or " " in names[0] or " " not in names[1]:
        return names
    return [f"{names[0]} {names[1].split()[-1]}", names[1]]


def _is_signer(name: str) -> bool:
    return looks_like_full_name(name) or is_east_asian_name(name)
