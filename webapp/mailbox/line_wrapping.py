"""Joining wrapped lines of plain text into paragraphs: format=flowed (RFC 3676) and hard-wrapped text.

Most mail clients wrap plain text at 65 to 78 characters. In format=flowed text they mark their line breaks.
In other text, a break is taken for theirs only if the next word would not have fitted on the line: verse,
lists and addresses, which the writer broke, stay as they are.
"""

import itertools
import re
from collections.abc import Iterator

from webapp.rules.words import EAST_ASIAN

SIGNATURE_SEPARATOR = "-- "
"""The line above a signature (RFC 3676, section 4.3). Its space does not make it a flowed line."""

NARROWEST_WRAP = 55
WIDEST_WRAP = 80
"""Columns of the longest line of a paragraph that counts as wrapped by a mail client."""

LEAST_SHARE_OF_WRAPS = 0.7
"""Share of the breaks in a paragraph that have to be a mail client's. A few lines may be short: some writers
press Enter once after each paragraph, with no empty line."""

_WIDE = re.compile("[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in EAST_ASIAN) + "]")
"""Characters that take two columns, as mail clients count them."""

_LIST_ITEM = re.compile(r"\s*(?:[-*•·–—]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s")
_HYPHEN_AT_END = re.compile(r"(?<=\w)-$")
_CONJUNCTION = re.compile(r"(?:and|or|to|und|oder|et|ou)\b")
_SENTENCE_END = re.compile("[.!?:;…\u3002\uff01\uff1f\uff1a\uff1b][\"'”’)」』]*$")


def unflow(lines: list[str], *, deletes_space: bool) -> list[str]:
    """Return the lines of format=flowed text with each paragraph on one line; “>>” becomes “> ”.

    A space at the beginning of a line, as RFC 3676 adds one, is removed.

    Args:
        lines: The lines of the message.
        deletes_space: Whether the space at the end of a flowed line is deleted (the parameter DelSp).
    """
    paragraphs: list[tuple[int, list[str]]] = []
    flows = False
    for line in lines:
        depth = len(line) - len(line.lstrip(">"))
        text = line[depth:].removeprefix(" ")
        is_separator = text == SIGNATURE_SEPARATOR
        if flows and not is_separator and paragraphs[-1][0] == depth:
            paragraphs[-1][1].append(text)
        else:
            paragraphs.append((depth, [text]))
        flows = text.endswith(" ") and not is_separator
        if flows and deletes_space:
            paragraphs[-1][1][-1] = text[:-1]
    return [("> " if depth else "") + "".join(parts) for depth, parts in paragraphs]


def unwrap(lines: list[str]) -> list[str]:
    """Return ``lines`` with the lines of each paragraph joined that a mail client wrapped.

    Whitespace at the end of lines is removed, and a word that was hyphenated at a wrap keeps its hyphen.
    """
    unwrapped: list[str] = []
    paragraph: list[str] = []
    for line in [*lines, ""]:
        if line.strip():
            paragraph.append(line.rstrip())
            continue
        unwrapped += _join_wrapped(paragraph)
        unwrapped.append("")
        paragraph = []
    return unwrapped[:-1]


def _join_wrapped(paragraph: list[str]) -> list[str]:
    if not NARROWEST_WRAP <= max(map(_width, paragraph), default=0) <= WIDEST_WRAP:
        return paragraph
    wraps = list(_find_wraps(paragraph))
    if not _is_wrapped(paragraph, wraps):
        return paragraph
    joined = [[paragraph[0]]]
    for line, is_wrap in zip(paragraph[1:], wraps, strict=True):
        if not is_wrap:
            joined.append([line])
            continue
        joined[-1] += _separator(joined[-1][-1], line), line.lstrip()
    return ["".join(parts) for parts in joined]


def _find_wraps(paragraph: list[str]) -> Iterator[bool]:
    """Tell for each line break whether it may be a mail client's: the next word would not have fitted.

    The limit is the longest line of the paragraph. A list item or an indented line begins a new line in any
    case.
    """
    widths = [_width(line) for line in paragraph]
    widest = max(widths, default=0)
    for (line, following), width in zip(itertools.pairwise(paragraph), widths, strict=False):
        word = re.match(r"\s*(\S{0,100})", following)
        needed = 1 + _width_of_first(word[1] if word else "")
        starts_new_line = bool(_LIST_ITEM.match(following)) or (
            following[:1].isspace() and not line[:1].isspace()
        )
        yield width + needed > widest and not starts_new_line


def _is_wrapped(paragraph: list[str], wraps: list[bool]) -> bool:
    """Tell whether a mail client wrapped the paragraph, judging by the shape of its lines."""
    if not any(wraps) or sum(wraps) < LEAST_SHARE_OF_WRAPS * len(wraps):
        return False
    # Verse and lists of sentences begin each line with a capital. With one break only, a capital may be
    # chance, so the line above has to end as a sentence does, too.
    return not all(
        following.lstrip()[:1].isupper() and (len(wraps) > 1 or _SENTENCE_END.search(line))
        for line, following in itertools.pairwise(paragraph)
    )


def _separator(line: str, following: str) -> str:
    """Return what to put between two joined lines: nothing after a hyphen or between Chinese characters."""
    if _HYPHEN_AT_END.search(line) and following[:1].islower() and not _CONJUNCTION.match(following):
        return ""
    return "" if _is_wide(line[-1:]) and _is_wide(following.lstrip()[:1]) else " "


def _width_of_first(word: str) -> int:
    """Return the columns of a line's first unit: a word, or a Chinese character with a comma after it."""
    return 4 if _is_wide(word[:1]) else _width(word)


def _width(line: str) -> int:
    """Return the columns of a line; East Asian characters take two."""
    return len(line) if line.isascii() else len(line) + len(_WIDE.findall(line))


def _is_wide(character: str) -> bool:
    return bool(_WIDE.match(character))
