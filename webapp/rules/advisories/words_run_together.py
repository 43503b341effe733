"""Words run together, so that fewer of them are counted.

The count of the rules is the one of a word processor, and a word processor can be talked out of a space.
What no space parts by nature is left alone: long German, Finnish or Welsh words, chemistry, addresses of
the web, hashtags, and scripts without spaces.
"""

import functools
import re
from collections.abc import Iterator
from importlib import resources
from itertools import pairwise
from typing import NamedTuple

from webapp.rules.advisories.links import count_links
from webapp.rules.advisories.word_lists import entries

LEAST_HIDDEN = 4
MOST_NEEDED = 10
WORDS_TO_ONE_HIDDEN = 25
"""Hidden words have to be a twenty-fifth of the letter to matter, and ten always do."""

LEAST_IN_HYPHEN_CHAIN = 5
MOST_NEEDED_BY_HYPHENS = 12
WORDS_TO_ONE_HYPHEN = 10
WORDS_TO_ONE_OF_A_SINGLE_CHAIN = 4
"""Good writers make a one-word-of-six now and then; more is asked before hyphens are held against them."""

LEAST_LONG_TOKEN = 14
LEAST_GLUED_LETTERS = 14
MOST_GLUED_LETTERS = 5_000
"""A thousand words: whoever runs more together is noticed all the same."""

LEAST_GLUED_WORDS = 4
LEAST_SHARE_KNOWN = 0.7
MOST_WORDS_A_LETTER = 0.36
WORDS_TO_ONE_GAP = 4
LEAST_GRAMMAR = 2
LEAST_HUMPS = 5
UNKNOWN_LETTER, SHORT_WORD, LONG_WORD, SHORT = 0.9, 1.3, 1.0, 2
"""What a reading costs, and up to how many letters a word is short: many a long word is made of such."""

MOST_TOKENS = 400
"""Tokens that are looked at closely, of each kind: a letter within any cap has no more."""

_LETTER = "A-Za-zÀ-ÖØ-öø-ɏͰ-ϿЀ-ԯ"
_JOINER = r"[.,;:!?…_*+=|~\\·•‧\u034f\u115f\u1160\u2800\u3164\uffa0]"
"""Marks after which a space belongs, signs used in its place, and characters that only look like one."""

_TIGHT = re.compile(rf"{_JOINER}(?=[{_LETTER}])")
_JOINERS = re.compile(rf"{_JOINER}+")
_HYPHENS = re.compile("[-/\u2010\u2011]")
_PART = re.compile(
    # Quotation marks may stand before and after, an apostrophe within.
    rf"[\"'(“”\u2018’]*(?P<letters>[{_LETTER}]+(?:['’][{_LETTER}]+)*)[\"')“”\u2018’]*"
)
_HUMP = re.compile("[A-Z](?=[A-Z][a-z])|[A-Z][a-z]+")
_NEVER = re.compile(
    r"^[#@</~]|@|://|\.(?:docx?|pdf|jpe?g|png|txt|xlsx?|pptx?|html?|csv|zip|mp[34]|js|net|com|org|exe|py)\b",
    re.IGNORECASE,
)
_RUN = re.compile(rf"[{_LETTER}]{{{LEAST_GLUED_LETTERS},}}")
_SPACE = re.compile(r"\s")
_STRETCHED = re.compile(r"(.)\1{3}|(..)\2{3}")

ABBREVIATIONS = """
mr mrs ms mx dr st prof rev hon sgt capt col gen lt jr sr no nos vs etc eg ie fig vol pp rm co ltd inc al cf
approx dept est ph tel op ed eds bros mt ft sq messrs mme mlle ste art str
"""
"""What is written with a full stop, and by many without the space after it."""

_LONE_WORDS = frozenset("aiI")

GRAMMAR = """
all and are because been but can could did does for from had has have her him his how not only our should than
that the their them then there they this was were what when where which who why will with would you your
"""

PAIRS = """
of in to on at by for from with and that is was but as if when because | the this they we our my their your
it he she we they you there this that | is was are were have has had will would does did can could should
does do did is was can could should would will has have are were | not
"""
NO_PAIRS = "cannot havenot weis heis atmy formy frommy tomy atour"
"""Pairs that are words, or names, in English or in another language."""


def count_hidden_words(text: str) -> int:
    """Return about how many words ``text`` has more than are counted; 0 where they are too few to matter."""
    tokens = text.split()
    long = _long_tokens(tokens)
    hidden = _hidden_by_glue(long) + sum(map(_hidden_by_joiners, _tight_tokens(text)))
    small = text.lower().split()
    if not _glued_pairs().isdisjoint(small):
        hidden += sum(map(_glued_pairs().__contains__, small))
    hidden += _hidden_by_chains(
        [hidden for token in long if (hidden := _hidden_by_hyphens(token))], len(tokens)
    )
    return hidden if hidden >= max(LEAST_HIDDEN, min(len(tokens) // WORDS_TO_ONE_HIDDEN, MOST_NEEDED)) else 0


def _hidden_by_chains(chains: list[int], tokens: int) -> int:
    """Return how many words chains of hyphens hide, unless they are few enough to be a writer's fancy."""
    hidden = sum(chains)
    words = tokens + hidden
    if len(chains) == 1:
        return hidden if hidden * WORDS_TO_ONE_OF_A_SINGLE_CHAIN >= words else 0
    return hidden if hidden >= min(words // WORDS_TO_ONE_HYPHEN, MOST_NEEDED_BY_HYPHENS) else 0


def _long_tokens(tokens: list[str]) -> list[str]:
    long = [token for token in tokens if len(token) >= LEAST_LONG_TOKEN]
    return [token for token in long[:MOST_TOKENS] if not _NEVER.search(token)]


def _hidden_by_hyphens(token: str) -> int:
    parts = [part["letters"] for part in map(_PART.fullmatch, _HYPHENS.split(token.strip(".,;:!?…"))) if part]
    if len(parts) < LEAST_IN_HYPHEN_CHAIN or _is_spelled_out(parts) or _is_name(parts):
        return 0
    return len(parts) - 1


def _is_spelled_out(parts: list[str]) -> bool:
    return sum(len(part) == 1 for part in parts) > len(parts) / 2


def _is_name(parts: list[str]) -> bool:
    """Tell whether hyphened parts are a place or a family, and not a sentence."""
    capitals = sum(part[0].isupper() for part in parts)
    known = sum(part.lower() in _common_words() for part in parts)
    return capitals > len(parts) / 2 > known


def _hidden_by_glue(tokens: list[str]) -> int:
    hidden = letters = 0
    for run in _RUN.findall(" ".join(tokens)):
        if letters < MOST_GLUED_LETTERS and not _STRETCHED.search(run):
            letters += len(run)
            hidden += _glued_words(run[:MOST_GLUED_LETTERS]) - 1
    return hidden


def _glued_words(run: str) -> int:
    """Return how many words are run together in ``run``, which has letters only; 1 where it is a word."""
    humps = _HUMP.findall(run)
    if len(humps) >= LEAST_HUMPS:
        return len(humps)
    reading = _read_without_spaces(run)
    is_glued = (
        reading.words >= LEAST_GLUED_WORDS
        and reading.known >= LEAST_SHARE_KNOWN * len(run)
        and reading.words <= MOST_WORDS_A_LETTER * len(run)
        and reading.gaps * WORDS_TO_ONE_GAP <= reading.words
        and reading.grammar >= LEAST_GRAMMAR
    )
    return reading.words if is_glued else 1


class _Reading(NamedTuple):
    """One way to part letters into words; the cheaper of two is the likelier.

    Attributes:
        cost: What its words and its unknown letters cost.
        words: The words, known or not.
        known: The letters of known words.
        gaps: The stretches between known words that are no word; long foreign words are full of them.
        grammar: The words that hold sentences together; a long word in another language has few by chance.
        ends_unknown: Whether the last letter belongs to such a stretch.
    """

    cost: float
    words: int
    known: int
    gaps: int
    grammar: int
    ends_unknown: bool


def _read_without_spaces(run: str) -> _Reading:
    common, longest = _common_words(), _longest_common_word()
    small = run.lower()
    best = [_Reading(0, 0, 0, 0, 0, ends_unknown=False)]
    for end in range(1, len(run) + 1):
        cheapest = _with_unknown_letter(best[end - 1])
        for start in range(max(0, end - longest), end):
            word = small[start:end]
            if word in common or run[start:end] == "I":
                cheapest = min(cheapest, _with_word(best[start], word))
        best.append(cheapest)
    return best[-1]


def _with_unknown_letter(before: _Reading) -> _Reading:
    begins = not before.ends_unknown
    return before._replace(
        cost=before.cost + UNKNOWN_LETTER,
        words=before.words + begins,
        gaps=before.gaps + begins,
        ends_unknown=True,
    )


def _with_word(before: _Reading, word: str) -> _Reading:
    return _Reading(
        cost=before.cost + (SHORT_WORD if len(word) <= SHORT else LONG_WORD),
        words=before.words + 1,
        known=before.known + len(word),
        gaps=before.gaps,
        grammar=before.grammar + (word in entries(GRAMMAR)),
        ends_unknown=False,
    )


@functools.cache
def _glued_pairs() -> frozenset[str]:
    """Return pairs of small words that make no word together, such as “inthe”."""
    pairs = set[str]()
    for line in PAIRS.strip().splitlines():
        firsts, seconds = map(str.split, line.split("|"))
        pairs.update(first + second for first in firsts for second in seconds)
    return frozenset(pairs - entries(NO_PAIRS))


@functools.cache
def _common_words() -> frozenset[str]:
    listed = (
        resources.files("webapp.rules.advisories").joinpath("common_words.txt").read_text(encoding="utf-8")
    )
    return frozenset(listed.split()) | {"a"}


@functools.cache
def _longest_common_word() -> int:
    return max(map(len, _common_words()))


def _tight_tokens(text: str) -> Iterator[str]:
    """Yield what stands between two spaces and has letters behind a mark that asks for a space."""
    end = 0
    for match in _TIGHT.finditer(text):
        if match.start() < end:
            continue
        start = max(text.rfind(" ", end, match.start()), text.rfind("\n", end, match.start())) + 1 or end
        space = _SPACE.search(text, match.end())
        end = space.start() if space else len(text)
        yield text[start:end]


def _hidden_by_joiners(token: str) -> int:
    if _NEVER.search(token) or count_links(token):
        return 0
    parts = [_PART.fullmatch(piece) for piece in _JOINERS.split(token)]
    return sum(
        _are_two_words(left["letters"], right["letters"]) for left, right in pairwise(parts) if left and right
    )


def _are_two_words(left: str, right: str) -> bool:
    if left.lower() in entries(ABBREVIATIONS) or left.lower() == right.lower():
        return False
    if _STRETCHED.search(left) or _STRETCHED.search(right):
        return False
    lone = [word for word in (left, right) if len(word) == 1]
    return len(lone) <= 1 and _LONE_WORDS.issuperset(lone)
