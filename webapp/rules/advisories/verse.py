"""Letters in verse.

What looks most like it is prose that an old mail program broke at 60 or 76 columns. There each line is as
full as it can be: the first word of the next would not have fitted. A poet ends a line before it is full.
"""

import re
from itertools import pairwise
from statistics import median

from webapp.rules.advisories.layout import VALEDICTION, Layout

LEAST_LINES = 4
LEAST_BREAKS = 3
LEAST_LOOSE_LINES = 6
LEAST_SHARE_OF_LETTER = 0.75
"""Of the characters: four lines that are quoted do not make the letter a poem."""

LONGEST_LINE = 72
LONGEST_USUAL_LINE = 56
NARROWEST_PAGE = 24
"""Characters: no program breaks prose into lines as short as that."""

LEAST_WORDS_A_LINE = 3
MOST_LINES_LISTED = 0.2
"""Of all lines: more that begin with a bullet or a speaker, or hold numbers, make a list."""

MOST_LINES_SENTENCES = 0.65
"""Of all lines: where more end as sentences do, somebody writes a paragraph a line."""

LEAST_CAPITALS, LEAST_EARLY_WITH_CAPITALS = 0.8, 0.1
LEAST_RHYMES, LEAST_CAPITALS_WITH_RHYMES = 0.5, 0.6
LEAST_EARLY = 0.5

LOOKED_BACK_FOR_RHYME = 3
RHYMING_LETTERS = 2

_GREETING = re.compile(r"(?:dear|to|sirs?|madam|sehr geehrte\w*|editor)\b[^.?]{0,60}[,:!]?$", re.IGNORECASE)
_LISTED = re.compile(
    r"\s*(?:[-•*–·<>|+]|\(?\w{1,3}[.)]\s|\W?\w[\w ]{0,25}:|[\"“])|.*[^\s.!?,;:]\s{2,}\S|.*:$"
)
_SENTENCE_END = re.compile(r"[.!?…][\"”'’)]*$")
_DIGIT = re.compile(r"\d")
_LAST_WORD = re.compile(r"([^\W\d_]+)\W*$")
_HAN = re.compile("[\u4e00-\u9fff]")

CLASSIC_CHARACTERS = frozenset((4, 5, 7))
"""In a line of Chinese verse; all its lines are alike."""


def is_verse(layout: Layout) -> bool:
    """Tell whether a letter as a whole is a poem, rhymed or not."""
    lengths = list(map(len, layout.lines))
    least = LEAST_SHARE_OF_LETTER * sum(lengths)
    if sum(length for length in lengths if length <= LONGEST_LINE) < least:
        return False
    stanzas = _stanzas(layout)
    lines = [line for stanza in stanzas for line in stanza]
    if len(lines) < LEAST_LINES or sum(map(len, lines)) < least or max(map(len, lines)) > LONGEST_LINE:
        return False
    if _HAN.search(lines[0]):
        return _is_classic(lines)
    breaks = [pair for stanza in stanzas for pair in pairwise(stanza)]
    return len(breaks) >= LEAST_BREAKS and _has_shape(lines) and _breaks_like_verse(stanzas, lines, breaks)


def _stanzas(layout: Layout) -> list[list[str]]:
    """Return the runs of lines; where no two lines are together, somebody left a blank line after each."""
    paragraphs = [_between_greeting_and_close(paragraph) for paragraph in layout.paragraphs]
    stanzas = [paragraph for paragraph in paragraphs if len(paragraph) > 1]
    if stanzas or len(paragraphs) < LEAST_LOOSE_LINES:
        return stanzas
    return [[line for paragraph in paragraphs for line in paragraph]]


def _between_greeting_and_close(paragraph: tuple[str, ...]) -> list[str]:
    lines = list(paragraph[1:] if _GREETING.match(paragraph[0]) else paragraph)
    closes = [place for place, line in enumerate(lines) if VALEDICTION.fullmatch(line)]
    return lines[: closes[0]] if closes else lines


def _is_classic(lines: list[str]) -> bool:
    counts = {len(_HAN.findall(line)) for line in lines}
    return len(counts) == 1 and counts <= CLASSIC_CHARACTERS


def _has_shape(lines: list[str]) -> bool:
    """Tell whether lines are short, and neither a list nor a table."""
    most = max(1, MOST_LINES_LISTED * len(lines))
    return (
        median(map(len, lines)) <= LONGEST_USUAL_LINE
        and median(len(line.split()) for line in lines) >= LEAST_WORDS_A_LINE
        and sum(bool(_LISTED.match(line)) for line in lines) <= most
        and sum(bool(_DIGIT.search(line)) for line in lines) <= most
        and sum(line.istitle() for line in lines) <= most
    )


def _breaks_like_verse(stanzas: list[list[str]], lines: list[str], breaks: list[tuple[str, str]]) -> bool:
    width = max(map(len, lines))
    if width <= NARROWEST_PAGE and len(lines) >= LEAST_LOOSE_LINES:
        return True
    early = sum(len(line) + 1 + len(_first_word(after)) <= width for line, after in breaks) / len(breaks)
    capitals = sum(_first_letter(after).isupper() for _, after in breaks) / len(breaks)
    if _share_rhymed(stanzas) >= LEAST_RHYMES and capitals >= LEAST_CAPITALS_WITH_RHYMES:
        return True
    if sum(bool(_SENTENCE_END.search(line)) for line in lines) > MOST_LINES_SENTENCES * len(lines):
        return False
    if capitals >= LEAST_CAPITALS:
        return early >= LEAST_EARLY_WITH_CAPITALS
    return early >= LEAST_EARLY and len(lines) >= LEAST_LOOSE_LINES


def _first_word(line: str) -> str:
    return line.split(maxsplit=1)[0]


def _first_letter(line: str) -> str:
    return next(filter(str.isalpha, line), "")


def _share_rhymed(stanzas: list[list[str]]) -> float:
    """Return the share of lines that rhyme, by their last letters, with one of the three before or after."""
    rhymed = lines = 0
    for stanza in stanzas:
        words = [_last_word(line) for line in stanza]
        lines += len(words)
        for place, word in enumerate(words):
            near = words[max(0, place - LOOKED_BACK_FOR_RHYME) : place + LOOKED_BACK_FOR_RHYME + 1]
            rhymed += any(word != other and _rhyme(word) == _rhyme(other) != "" for other in near)
    return rhymed / lines


def _last_word(line: str) -> str:
    word = _LAST_WORD.search(line)
    return word[1].lower() if word else ""


def _rhyme(word: str) -> str:
    return word[-RHYMING_LETTERS:] if len(word) >= RHYMING_LETTERS else ""
