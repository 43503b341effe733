"""Lines that were broken at the width of a screen, put together to paragraphs again.

Most mailers break plain text at 65 to 78 characters. Verse, lists and addresses are broken by their writer,
and stay as they are: a break was a mailer's only if the next word would not have fitted on the line.
"""

import itertools
import re
from collections.abc import Iterator

from webapp.rules.words import EAST_ASIAN

NARROWEST = 55
"""Columns of the longest line of a paragraph that a mailer broke."""

WIDEST = 80

LEAST_SHARE_OF_FULL_LINES = 0.7
"""Of the breaks in a paragraph. Writers who press Enter after each paragraph leave some lines short."""

_WIDE = re.compile("[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in EAST_ASIAN) + "]")
"""Characters that take two columns, as a mailer counts them."""

_ITEM = re.compile(r"\s*(?:[-*•·–—]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s")
_OPEN_END = re.compile(r"(?<=\w)-$")
_JOINING_WORD = re.compile(r"(?:and|or|to|und|oder|et|ou)\b")
_SENTENCE_END = re.compile("[.!?:;…\u3002\uff01\uff1f\uff1a\uff1b][\"'”’)」』]*$")


def unwrap(lines: list[str]) -> list[str]:
    """Return ``lines`` with those joined that a mailer broke."""
    unwrapped: list[str] = []
    paragraph: list[str] = []
    for line in [*lines, ""]:
        if line.strip():
            paragraph.append(line.rstrip())
            continue
        unwrapped += _joined(paragraph)
        unwrapped.append("")
        paragraph = []
    return unwrapped[:-1]


def _joined(paragraph: list[str]) -> list[str]:
    breaks = list(_mailers_breaks(paragraph))
    if not _is_wrapped(paragraph, breaks):
        return paragraph
    joined = [[paragraph[0]]]
    for line, is_mailers in zip(paragraph[1:], breaks, strict=True):
        if not is_mailers:
            joined.append([line])
            continue
        joined[-1] += _between(joined[-1][-1], line), line.lstrip()
    return ["".join(parts) for parts in joined]


def _mailers_breaks(paragraph: list[str]) -> Iterator[bool]:
    """Tell of each break whether the word after it would have made the line longer than the longest is."""
    widths = [_width(line) for line in paragraph]
    widest = max(widths, default=0)
    for (line, following), width in zip(itertools.pairwise(paragraph), widths, strict=False):
        word = re.match(r"\s*(\S{0,100})", following)
        needed = 1 + _width_of_first(word[1] if word else "")
        is_new = bool(_ITEM.match(following)) or (following[:1].isspace() and not line[:1].isspace())
        yield width + needed > widest and not is_new


def _is_wrapped(paragraph: list[str], breaks: list[bool]) -> bool:
    """Tell whether a mailer broke the paragraph, as far as its form goes."""
    if not any(breaks) or not NARROWEST <= max(map(_width, paragraph)) <= WIDEST:
        return False
    if sum(breaks) < LEAST_SHARE_OF_FULL_LINES * len(breaks):
        return False
    # Verse of even lines begins each with a capital, and a list of sentences ends each with a full stop.
    return not all(
        following.lstrip()[:1].isupper() and (len(breaks) > 1 or _SENTENCE_END.search(line))
        for line, following in itertools.pairwise(paragraph)
    )


def _between(line: str, following: str) -> str:
    if _OPEN_END.search(line) and following[:1].islower() and not _JOINING_WORD.match(following):
        return ""
    return "" if _is_wide(line[-1:]) and _is_wide(following.lstrip()[:1]) else " "


def _width_of_first(word: str) -> int:
    """Return the columns of what can't be parted: a word, or a Chinese character with the comma after it."""
    return 4 if _is_wide(word[:1]) else _width(word)


def _width(line: str) -> int:
    return len(line) if line.isascii() else len(line) + len(_WIDE.findall(line))


def _is_wide(character: str) -> bool:
    return bool(_WIDE.match(character))


SIGNATURE_MARK = "-- "
"""The line above a signature (RFC 3676, section 4.3); its space does not make it flow."""


def unflow(lines: list[str], *, joined_exactly: bool) -> list[str]:
    """Return ``lines`` with each paragraph in one; quoted lines begin with “> ”.

    Args:
        lines: Lines as they came.
        joined_exactly: Whether the last space of a line was added by the mailer (the parameter DelSp).
    """
    paragraphs: list[tuple[int, list[str]]] = []
    flows = False
    for line in lines:
        depth = len(line) - len(line.lstrip(">"))
        text = line[depth:].removeprefix(" ")
        is_mark = text == SIGNATURE_MARK
        if flows and not is_mark and paragraphs[-1][0] == depth:
            paragraphs[-1][1].append(text)
        else:
            paragraphs.append((depth, [text]))
        flows = text.endswith(" ") and not is_mark
        if flows and joined_exactly:
            paragraphs[-1][1][-1] = text[:-1]
    return [("> " if depth else "") + "".join(parts) for depth, parts in paragraphs]
