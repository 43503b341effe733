"""Reads several names in one line: “Ann Lee, Tom Brown and 14 others”, in the world's larger languages."""

import re
from dataclasses import dataclass

from webapp.rules.advisories.person_names import (
    is_east_asian_name,
    is_east_asian_shaped,
    is_given_name,
    is_person,
    is_person_shaped,
    looks_like_full_name,
)
from webapp.rules.advisories.place_names import is_known_place

MIN_JOINED = 2
MIN_UNKNOWN_IN_LIST = 4
"""Names between commas of which none has to be a known one: a name, a town and a region look like three."""

ANDS = (
    "and und et y e i en og och ja és ve və va dan at na ir un și şi a in u și agus dhe edhe ac eta kaj"
    " an & + и й і та да και κι და და և եւ ու እና और तथा एवं व आणि र ও এবং અને ਅਤੇ ଓ ଏବଂ மற்றும்"  # noqa: RUF001
    " మరియు ಮತ್ತು കൂടാതെ සහ සමග และ กับ ແລະ និង နှင့် و او اور וגם và cùng na ne ati àti kwaye"
)
"""The word for “and”, between spaces. Without Hausa's “da”, which is a particle in Portuguese names."""

_WORDS = "|".join(sorted({re.escape(word) for word in ANDS.split()}, key=lambda word: (-len(word), word)))
_AND = re.compile(
    # In capitals only where no initial and no given name looks like it.
    rf"(?:\s*[,،;])?\s(?:{_WORDS}|And|AND|UND|ET|OCH|OG|AGUS|ΚΑΙ|И|VÀ)\s|\sและ(?=\S)"  # noqa: RUF001
)
_ATTACHED_AND = re.compile(
    # Names that begin with the letter stay whole.
    r"\sو(?!ليد|ائل|سام|فاء|حيد|ديع|سيم|داد|رد|ضاح|هيب|صفي|جدي|لاء|عد|ئام|جدان|سن|صال|قاص|هبة|اصف|اثق|جيه)(?=\S)"
    r"|\sו(?!רד|יקטור|יקי|לדימיר|ילי|רוניקה|יטלי|נונו|קנין|ייס|יצמן|ולף)(?=\S)"  # noqa: RUF001
)
"""The word for “and” as the first letter of the name that follows, in Arabic and Hebrew."""
_EAST_ASIAN_AND = re.compile(r"\s*(?:[、,;，；・·&＆及]|と|(?<=[가-힣])[과와]\s|\s(?:및|그리고)\s)\s*")  # noqa: RUF001
_EAST_ASIAN_COMMA = re.compile("[,;，；]")  # noqa: RUF001
_EAST_ASIAN_LISTING = re.compile("[、・·&＆及和與与跟同と과와및고]")  # noqa: RUF001
_EAST_ASIAN_AND_IN_NAMES = re.compile(r"\s*[和與与跟同]\s*")
"""The word for “and” in characters that given names have, too."""
_COMMA = re.compile(r"\s*[,;،、\uff0c\uff1b/]\s*")
_COUPLE = re.compile(r"\b(Mr|Dr|Prof)\.? (?:and|&) (Mrs|Ms|Dr|Prof)\.? ([^,;&]+?)(?=,|;| and | &|$)")
_EAST_ASIAN_CLOSING = re.compile(r"\s*(?:敬上|謹啟|谨启|敬啟|敬启|同啟|同启|謹上|同上|聯署|联署|上|啟|启)$")
_SHARED_SURNAME = re.compile(r"(\S+)\s(?:and|&|und|et|y|e|en|og|och|и|και|\+)\s(\S+)\s(\S+)$", re.IGNORECASE)

_OTHERS_HINT = re.compile(
    "other|more|further|additional|fellow|signator|signatures|supporters|[人名位]|weiter|ander|autre|otr|más"
    "|outr|mais|altr"
)
_OTHERS = re.compile(
    r"[,;]?(?:\s*(?:and|with|plus|&|\+))?\s+(?:the\s)?(?P<many>\d{1,5}|[a-z]+)\s+"
    r"(?:(?:other|further|more|additional|fellow)s?(?:\s[\w-]+){0,5}|(?:co-?)?signatories|signatures|supporters)\.?$"
    r"|[,;]?\s(?:und|et|y|e|en|og|och)\s(?P<before>\d{1,5})\s"
    r"(?:weitere|andere|andra|autres|otr[oa]s|más|outr[oa]s|mais|altr[ie])(?:\s[\w-]+){0,5}\.?$"
    r"|\s(?:et|y|e)\s(?:otr[oa]s|outr[oa]s|altr[ie]|d’autres)\s(?P<after>\d{1,5})(?:\s[\w-]+){0,5}\.?$"
    r"|[及和等]*(?:其他|另外)?(?P<counted>\d{1,5})[人名位].{0,6}$",
    re.IGNORECASE,
)
NUMBER_WORDS = """
one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen twenty
"""


@dataclass(frozen=True, slots=True)
class Joined:
    """The people named in one line.

    Attributes:
        names: Two or more names; empty where the line names one person or none.
        others: The number of further people without a name (“and 14 others”).
        is_sure: Whether there is an “and” between them, or most are known names: no name and address.
    """

    names: tuple[str, ...] = ()
    others: int = 0
    is_sure: bool = False


def read_joined_names(line: str, *, is_first: bool = True) -> Joined:
    """Return the people in a line, or nobody if it names one person, or a person and places.

    A place behind the last name (“Ann Lee and Tom Brown, York”) is left out.

    Args:
        line: The line, with single spaces.
        is_first: Whether no name stands above it. There “Ann and Tom Lee” is a couple, and “Ann Lee and
            Brown, Tom” are two people; below a name they are rather places: “Turks and Caicos Islands”.
    """
    text, others = _without_others(_COUPLE.sub(r"\1 \3 and \2 \3", line))
    text = _EAST_ASIAN_CLOSING.sub("", text.rstrip(" .")).strip()
    if others:
        # One name is enough beside “and 14 others”.
        parts = tuple(_COMMA.split(text))
        names = (
            _couple(text)
            or _joined_by_and(text, is_first=is_first)
            or (parts if all(map(_is_name, parts)) else ())
        )
        return Joined(names, others, is_sure=bool(names))
    if names := (_couple(text) if is_first else ()) or _joined_by_and(text, is_first=is_first):
        return Joined(names, is_sure=True)
    if names := _listed(text):
        return Joined(names, is_sure=True)
    return Joined()


def _couple(text: str) -> tuple[str, ...]:
    """Return two people with one surname: “Ann and Tom Lee”."""
    found = _SHARED_SURNAME.fullmatch(text)
    names = (f"{found[1]} {found[3]}", f"{found[2]} {found[3]}") if found else ()
    return names if all(map(looks_like_full_name, names)) else ()


def _joined_by_and(text: str, *, is_first: bool) -> tuple[str, ...]:
    """Return the names on both sides of an “and”; nobody if one side isn't written like a full name."""
    if names := _east_asian_names(text):
        return names
    for segments in (_AND.split(text), _split_at_attached_and(text)):
        if names := _people([_COMMA.split(segment.strip()) for segment in segments], is_first=is_first):
            return names
    return ()


def _split_at_attached_and(text: str) -> list[str]:
    """Split where both sides have two words: others begin with the letter, as names do."""
    segments = [text]
    for found in _ATTACHED_AND.finditer(text):
        rest = text[found.end() :]
        before = segments[-1][: len(segments[-1]) - (len(text) - found.start())]
        if len(before.split()) >= MIN_JOINED and len(rest.split()) >= MIN_JOINED:
            segments[-1:] = [before, rest]
    return segments


def _people(segments: list[list[str]], *, is_first: bool) -> tuple[str, ...]:
    """Return the names in a text split at “and” and at commas; each segment has to begin with one."""
    if len(segments) < MIN_JOINED:
        return ()
    names: list[str] = []
    for number, parts in enumerate(segments):
        is_last = number == len(segments) - 1
        is_inverted = len(parts) == MIN_JOINED and not any(" " in part for part in parts)
        if is_inverted and (is_first or is_given_name(parts[1].lower())):
            # “Lee, Ann” as in an index.
            parts = [f"{parts[1]} {parts[0]}"]  # noqa: PLW2901
        if not is_person_shaped(parts[0]):
            return ()
        # What follows the last name is a place.
        names += [part for part in (parts[:1] if is_last else parts) if is_person_shaped(part)]
    return tuple(names)


def _east_asian_names(text: str) -> tuple[str, ...]:
    """Return the names in East Asian characters, if at least half of them have a known surname."""
    names = [piece.strip() for segment in _EAST_ASIAN_AND.split(text) for piece in _pieces(segment)]
    if len(names) > MIN_JOINED and not is_east_asian_shaped(names[-1]):
        # The place where they live.
        names.pop()
    if len(names) < MIN_JOINED or not all(map(is_east_asian_shaped, names)):
        return ()
    are_written_apart = all(" " in name for name in names)
    known = sum(map(is_east_asian_name, names))
    if _EAST_ASIAN_COMMA.search(text) and not _EAST_ASIAN_LISTING.search(text):
        # “Name, town” has a comma, too.
        is_sure = all(map(is_person, names))
    else:
        is_sure = are_written_apart or (known > 0 and known * 2 >= len(names))
    return tuple(names) if is_sure else ()


def _pieces(segment: str) -> list[str]:
    """Split at an “and” that may be a character of a name: both sides need a known surname."""
    pieces = _EAST_ASIAN_AND_IN_NAMES.split(segment)
    return pieces if len(pieces) > 1 and all(map(is_east_asian_name, pieces)) else [segment]


def _listed(text: str) -> tuple[str, ...]:
    """Return the names between commas, if they are surely names."""
    parts = [part for part in _COMMA.split(text) if part]
    while len(parts) > MIN_JOINED and not _is_name(parts[-1]):
        # The place where they live.
        parts.pop()
    if len(parts) < MIN_JOINED or not all(map(_is_name, parts)):
        return ()
    others = [part for part in parts[1:] if not is_known_place(part)]
    known = sum(map(is_person, others))
    are_capitals = all(part.isupper() and " " in part for part in parts) and not text.isupper()
    is_sure = len(others) == len(parts) - 1 and (
        known * 2 >= len(others) or len(parts) >= MIN_UNKNOWN_IN_LIST or are_capitals
    )
    return tuple(parts) if is_sure else ()


def _without_others(text: str) -> tuple[str, int]:
    """Return a line without “and 14 others”, and that number; 0 if there is none."""
    match = _OTHERS.search(text) if _OTHERS_HINT.search(text) else None
    if not match:
        return text, 0
    written = match["counted"] or match["before"] or match["after"] or match["many"].lower()
    numbers = NUMBER_WORDS.split()
    others = numbers.index(written) + 1 if written in numbers else int(written) if written.isdecimal() else 0
    return (text[: match.start()], others) if others else (text, 0)


def _is_name(text: str) -> bool:
    return looks_like_full_name(text) or is_east_asian_name(text)
