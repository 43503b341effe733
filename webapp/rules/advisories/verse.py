"""Detector of verse; returns whether a letter is a poem, rhymed or not.

The text most easily mistaken for verse is prose that an old mail program broke at 60 or 76 columns. There
every line is full: the first word of the next line wouldn't have fitted. In verse, lines end early. Another
is a letter with a sentence in each line: there, only rhymes that are no chance make verse.

Verse whose line breaks were lost, or are slashes, is set as prose. It is recognised by its lines of about the
same length, some of which begin with a small word in the middle of a sentence, with a capital.
"""

import re
from itertools import pairwise
from statistics import median

from webapp.rules.advisories.layout import VALEDICTION, Layout
from webapp.rules.advisories.word_lists import word_set

MIN_LINES = 4
MIN_BREAKS = 3
"""Line breaks within stanzas."""
MIN_LINES_OF_WEAK_EVIDENCE = 6
"""Lines needed where the layout says less: single-line paragraphs, very narrow lines, few capitals."""
MIN_SHARE_OF_LETTER = 0.75
"""Share of the characters that verse must have: a letter that quotes four lines is no poem."""

MAX_LINE_LENGTH = 72
MAX_MEDIAN_LINE_LENGTH = 56
NARROWEST_PROSE = 24
"""Characters per line; no program breaks prose into lines of 24 characters."""

MIN_MEDIAN_WORDS = 3
"""Words per line."""

MAX_LIST_LINES = 0.2
"""Share of the lines; a text with more lines that begin with a bullet or a speaker's name, or contain digits,
is a list."""

MAX_SENTENCE_ENDS = 0.65
"""Share of the lines; a text with more lines that end a sentence has one paragraph per line."""

MAX_SENTENCE_ENDS_OF_FEW = 0.4
"""The same for a few very narrow lines."""

MIN_CAPITALS, MIN_EARLY_WITH_CAPITALS = 0.8, 0.1
MIN_RHYMES, MIN_CAPITALS_WITH_RHYMES = 0.5, 0.6
MIN_EARLY = 0.5
"""Shares that make verse: capitals at the start of lines with some early breaks; rhymes with capitals; or
early breaks. A break is early if the first word of the next line would have fitted."""

MIN_RHYMES_OF_SENTENCES = 0.75
"""Share of lines that rhyme where each line is a sentence: of the lines of prose, a third does by chance."""

LINES_TO_RHYME_WITH = 3
"""Lines before and after a line in which a rhyme is searched for."""
RHYMING_LETTERS = 2

MIN_SLASHES = 3
MIN_LINES_SET_AS_PROSE = 4
MIN_LINE_LENGTH = 12
MAX_DEVIATION = 0.25
"""Mean deviation of the lengths of lines from their median, by it."""
MIN_CAPITALS_SET_AS_PROSE = 2
MIN_CAPITALS_WITHIN_SENTENCES = 0.25
"""Share of the lines that begin with one of `FUNCTION_WORDS` though the line before ends no sentence."""
FUNCTION_WORDS = """
A And As At But By For From He Her His If In It Its My No Nor Not Of On Or Our She So That The Their Then
They They've This Through Till To Upon We Were What When Where Which While Who Whose With You Your Auf Da
Daß Dass Das Dem Den Der Die Doch Drum Durch Ein Eine Er Es Im In Mit Nun Ob Sich Und Uns Von Wenn Wie Wir
Zu Au Aux Car Comme Dans De Des Du Elle En Et Il Je La Le Les Mais Ne On Ou Où Pour Qu'il Quand Que Qui Sans
Se Son Sous Sur Un Une Al Con Como Cuando Del El En Entre Es Ha Hasta La Las Lo Los Me Mi Más Ni No Para
Pero Por Que Se Si Sin Sobre Su Sus Un Una Y Ya Com Da Das De Do Dos E Em Me Mas Na Nas No Nos O Os Não Para
Pelo Por Quando Que Se Sem Seu Sua Um Uma Che Chi Col Come Con Da Dal Del Della Di E È Gli Il In La Le Lo Ma
Nel Nella Non Per Più Quando Se Si Sul Tra Un Una De Een En Het Ik Met Om Op Van Voor Wij Zij
"""
"""Words that prose writes with a capital at the beginning of a sentence only, or in a name."""

_GREETING = re.compile(r"(?:dear|to|sirs?|madam|sehr geehrte\w*|editor)\b[^.?]{0,60}[,:!]?$", re.IGNORECASE)
_LIST_LINE = re.compile(
    r"\s*(?:[-•*–·<>|+]|\(?\w{1,3}[.)]\s|\W?\w[\w ]{0,25}:|[\"“])|.*[^\s.!?,;:]\s{2,}\S|.*:$"
)
_SENTENCE_END = re.compile(r"[.!?…][\"”'’)]*$")
_DIGIT = re.compile(r"\d")
_LAST_WORD = re.compile(r"([^\W\d_]+)\W*$")
_HAN = re.compile("[\u4e00-\u9fff]")

_CHINESE_MARKS = re.compile("[\uff0c。\uff1b\uff01\uff1f、\\s]+")
_CAPITAL_IN_SENTENCE = re.compile(r"[,;a-zß-ÿ] ([A-ZÀ-ÖØ-Þ][\w'’]*)")
_BEFORE_CAPITAL = re.compile(
    r"(?<=[a-zß-ÿ,;:.!?—–'’\"”]) (?=[\"“]?[A-ZÀ-ÖØ-Þ][a-zß-ÿ'’]|[AOYEÈ] )|(?<=[,;:.!?]) (?=I )"
)

CLASSICAL_CHARACTERS = frozenset((4, 5, 7))
"""Characters in a line of classical Chinese verse; all lines of a poem have the same number."""


def is_verse(layout: Layout) -> bool:
    """Return whether the letter as a whole is a poem, apart from its greeting and valediction.

    If its first line has a Chinese character, only classical verse counts: lines of 4, 5 or 7 characters, all
    of the same number.
    """
    lengths = list(map(len, layout.lines))
    least = MIN_SHARE_OF_LETTER * sum(lengths)
    if sum(length for length in lengths if length <= MAX_LINE_LENGTH) < least:
        return _is_set_as_prose(layout, least)
    stanzas = _stanzas(layout)
    lines = [line for stanza in stanzas for line in stanza]
    if len(lines) < MIN_LINES or sum(map(len, lines)) < least or max(map(len, lines)) > MAX_LINE_LENGTH:
        return _is_set_as_prose(layout, least)
    if _HAN.search(lines[0]):
        return _is_classical_chinese(lines)
    breaks = [pair for stanza in stanzas for pair in pairwise(stanza)]
    return (
        len(breaks) >= MIN_BREAKS
        and _has_shape_of_verse(lines)
        and _breaks_like_verse(stanzas, lines, breaks)
    )


def _is_set_as_prose(layout: Layout, least: float) -> bool:
    """Return whether a paragraph or several, with ``least`` characters, are verse without its line breaks."""
    is_marked = layout.text.count(" / ") >= MIN_SLASHES or bool(_HAN.search(layout.text))
    capitals = _CAPITAL_IN_SENTENCE.findall(layout.text)
    if (
        not is_marked
        and sum(word in word_set(FUNCTION_WORDS) for word in capitals) < MIN_CAPITALS_SET_AS_PROSE
    ):
        return False
    poem_length = 0
    for paragraph in layout.paragraphs:
        text = " ".join(map(str.strip, _without_greeting_and_valediction(paragraph)))
        if _is_verse_in_one_line(text):
            poem_length += sum(map(len, paragraph))
    return poem_length > 0 and poem_length >= least


def _is_verse_in_one_line(text: str) -> bool:
    if _HAN.match(text):
        # Of classical verse; a modern sentence with four parts of equal length is no letter.
        lines = [line for line in _CHINESE_MARKS.split(text) if line]
        return (
            len(lines) >= MIN_LINES
            and _is_classical_chinese(lines)
            and len(lines[0]) > min(CLASSICAL_CHARACTERS)
        )
    has_slashes = text.count(" / ") >= MIN_SLASHES
    lines = [line.strip() for line in (text.split(" / ") if has_slashes else _BEFORE_CAPITAL.split(text))]
    if has_slashes or max(map(len, lines)) > MAX_LINE_LENGTH:
        return max(map(len, lines)) <= MAX_LINE_LENGTH
    if (
        len(lines) < MIN_LINES_SET_AS_PROSE
        or median(map(len, lines)) < MIN_LINE_LENGTH
        or not _has_even_lines(lines)
    ):
        return False
    capitals = sum(
        not _SENTENCE_END.search(line) and _first_word(after) in word_set(FUNCTION_WORDS)
        for line, after in pairwise(lines)
    )
    return capitals >= max(MIN_CAPITALS_SET_AS_PROSE, MIN_CAPITALS_WITHIN_SENTENCES * len(lines))


def _stanzas(layout: Layout) -> list[list[str]]:
    """Return the paragraphs of two or more lines; if there is none, all lines as one stanza.

    The latter is a text with a blank line after each line.
    """
    paragraphs = [_without_greeting_and_valediction(paragraph) for paragraph in layout.paragraphs]
    stanzas = [paragraph for paragraph in paragraphs if len(paragraph) > 1]
    if stanzas or len(paragraphs) < MIN_LINES_OF_WEAK_EVIDENCE:
        return stanzas
    return [[line for paragraph in paragraphs for line in paragraph]]


def _without_greeting_and_valediction(paragraph: tuple[str, ...]) -> list[str]:
    lines = list(paragraph[1:] if _GREETING.match(paragraph[0]) else paragraph)
    valedictions = [index for index, line in enumerate(lines) if VALEDICTION.fullmatch(line)]
    return lines[: valedictions[0]] if valedictions else lines


def _is_classical_chinese(lines: list[str]) -> bool:
    counts = {len(_HAN.findall(line)) for line in lines}
    return len(counts) == 1 and counts <= CLASSICAL_CHARACTERS


def _has_shape_of_verse(lines: list[str]) -> bool:
    """Return whether the lines are short, and neither a list nor a table."""
    most = max(1, MAX_LIST_LINES * len(lines))
    return (
        median(map(len, lines)) <= MAX_MEDIAN_LINE_LENGTH
        and median(len(line.split()) for line in lines) >= MIN_MEDIAN_WORDS
        and sum(bool(_LIST_LINE.match(line)) for line in lines) <= most
        and sum(bool(_DIGIT.search(line)) for line in lines) <= most
        and sum(line.istitle() for line in lines) <= most
    )


def _breaks_like_verse(stanzas: list[list[str]], lines: list[str], breaks: list[tuple[str, str]]) -> bool:
    """Return whether the line breaks are those of verse and not of wrapped prose.

    ``breaks`` are the pairs of lines around each break within a stanza.
    """
    width = max(map(len, lines))
    sentence_ends = sum(bool(_SENTENCE_END.search(line)) for line in lines) / len(lines)
    if width <= NARROWEST_PROSE and (
        len(lines) >= MIN_LINES_OF_WEAK_EVIDENCE or sentence_ends <= MAX_SENTENCE_ENDS_OF_FEW
    ):
        return True
    early = sum(len(line) + 1 + len(_first_word(after)) <= width for line, after in breaks) / len(breaks)
    capitals = sum(_first_letter(after).isupper() for _, after in breaks) / len(breaks)
    rhymed = _share_rhymed(stanzas)
    if sentence_ends > MAX_SENTENCE_ENDS:
        has_equal_stanzas = len(stanzas) > 1 and len(set(map(len, stanzas))) == 1
        least = MIN_RHYMES if has_equal_stanzas else MIN_RHYMES_OF_SENTENCES
        return rhymed >= least and _has_even_lines(lines)
    if rhymed >= MIN_RHYMES and capitals >= MIN_CAPITALS_WITH_RHYMES:
        return True
    if capitals >= MIN_CAPITALS:
        return early >= MIN_EARLY_WITH_CAPITALS
    return early >= MIN_EARLY and len(lines) >= MIN_LINES_OF_WEAK_EVIDENCE


def _has_even_lines(lines: list[str]) -> bool:
    middle = median(map(len, lines))
    return sum(abs(len(line) - middle) for line in lines) <= MAX_DEVIATION * middle * len(lines)


def _first_word(line: str) -> str:
    return line.split(maxsplit=1)[0]


def _first_letter(line: str) -> str:
    return next(filter(str.isalpha, line), "")


def _share_rhymed(stanzas: list[list[str]]) -> float:
    """Return the share of lines whose last letters equal those of a line up to three before or after."""
    rhymed = lines = 0
    for stanza in stanzas:
        words = [_last_word(line) for line in stanza]
        lines += len(words)
        for index, word in enumerate(words):
            nearby = words[max(0, index - LINES_TO_RHYME_WITH) : index + LINES_TO_RHYME_WITH + 1]
            rhymed += any(
                word != other and _rhyme_ending(word) == _rhyme_ending(other) != "" for other in nearby
            )
    return rhymed / lines


def _last_word(line: str) -> str:
    word = _LAST_WORD.search(line)
    return word[1].lower() if word else ""


def _rhyme_ending(word: str) -> str:
    return word[-RHYMING_LETTERS:] if len(word) >= RHYMING_LETTERS else ""
