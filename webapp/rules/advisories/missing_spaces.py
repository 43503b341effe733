"""Detector of words joined without spaces or by hyphens, which evade the word limit; returns a count.

The word count is that of a word processor, which separates words by spaces. Three ways of avoiding spaces are
detected: no separator at all, a mark or symbol without the space after it, and chains of hyphens. Not meant
are long German, Finnish or Welsh words, chemical names, web addresses, hashtags, and scripts without spaces.
"""

import functools
import re
from collections.abc import Iterator
from importlib import resources
from itertools import pairwise
from typing import NamedTuple

from webapp.rules.advisories.links import count_links
from webapp.rules.advisories.word_lists import word_set

MIN_HIDDEN = 4
ALWAYS_ENOUGH_HIDDEN = 10
TOKENS_PER_HIDDEN_WORD = 25
"""There has to be one hidden word per 25 tokens and at least 4; 10 are always enough."""

MIN_PARTS_OF_CHAIN = 5
ALWAYS_ENOUGH_IN_CHAINS = 12
WORDS_PER_WORD_IN_CHAINS = 10
WORDS_PER_WORD_IN_SINGLE_CHAIN = 4
"""Chains of hyphens need more: one hidden word per 10 words, of which 12 are always enough; if there is a
single chain, one per 4 words. Good writers use a chain like “one-word-of-six” now and then."""

MIN_LONG_TOKEN = 14
MIN_RUN_LETTERS = 14
MAX_RUN_LETTERS = 5_000
"""Letters that are segmented: about a thousand words, far more than an advisory needs."""

MIN_JOINED_WORDS = 4
MIN_SHARE_KNOWN = 0.7
MAX_WORDS_PER_LETTER = 0.36
WORDS_PER_GAP = 4
MIN_FUNCTION_WORDS = 2
"""What a segmentation needs so that a run of letters counts as joined words."""

MIN_CAMEL_CASE_WORDS = 5

UNKNOWN_LETTER_COST, SHORT_WORD_COST, LONG_WORD_COST, SHORT_WORD_LETTERS = 0.9, 1.3, 1.0, 2
"""The costs of a segmentation. Words of up to two letters cost more, as many long words contain them by
chance."""

MAX_TOKENS = 400
"""Long tokens that are examined: a letter within any word limit has no more."""

_LETTER = "A-Za-zÀ-ÖØ-öø-ɏͰ-ϿЀ-ԯ"
_JOINER = r"[.,;:!?…_*+=|~\\·•‧\u034f\u115f\u1160\u2800\u3164\uffa0]"
"""Punctuation that needs a space after it, symbols used instead of a space, and characters that look like
one."""

_JOINER_BEFORE_LETTER = re.compile(rf"{_JOINER}(?=[{_LETTER}])")
_JOINERS = re.compile(rf"{_JOINER}+")
_HYPHENS = re.compile("[-/\u2010\u2011]")
_PART = re.compile(
    # With quotation marks around it and apostrophes inside.
    rf"[\"'(“”\u2018’]*(?P<letters>[{_LETTER}]+(?:['’][{_LETTER}]+)*)[\"')“”\u2018’]*"
)
_CAMEL_CASE_WORD = re.compile("[A-Z](?=[A-Z][a-z])|[A-Z][a-z]+")
_ADDRESS_OR_FILE = re.compile(
    r"^[#@</~]|@|://|\.(?:docx?|pdf|jpe?g|png|txt|xlsx?|pptx?|html?|csv|zip|mp[34]|js|net|com|org|exe|py)\b",
    re.IGNORECASE,
)
_RUN = re.compile(rf"[{_LETTER}]{{{MIN_RUN_LETTERS},}}")
_SPACE = re.compile(r"\s")
_STRETCHED = re.compile(r"(.)\1{3}|(..)\2{3}")
"""Repeated letters, as in “soooo” or “hahahaha”."""

ABBREVIATIONS = """
mr mrs ms mx dr st prof rev hon sgt capt col gen lt jr sr no nos vs etc eg ie fig vol pp rm co ltd inc al cf
approx dept est ph tel op ed eds bros mt ft sq messrs mme mlle ste art str
"""
"""Abbreviations with a full stop, after which many writers leave out the space."""

_ONE_LETTER_WORDS = frozenset("aiI")

FUNCTION_WORDS = """
all and are because been but can could did does for from had has have her him his how not only our should than
that the their them then there they this was were what when where which who why will with would you your
"""
"""Words without which hardly an English sentence is formed."""

WORD_PAIRS = """
of in to on at by for from with and that is was but as if when because | the this they we our my their your
it he she we they you there this that | is was are were have has had will would does did can could should
does do did is was can could should would will has have are were | not
"""
"""On each line first words, a bar, second words: joined, each two of them are no word (“inthe”)."""
WORD_PAIRS_ALLOWED = "cannot havenot weis heis atmy formy frommy tomy atour"
"""Joined pairs that are words or names in English or another language."""


def count_hidden_words(text: str) -> int:
    """Return about how many words of ``text`` the word count misses; 0 if they are too few to matter.

    Long runs of letters without a separator are split at capitals, or by a list of English words: the file
    ``common_words.txt`` of this package, which is read when first needed and cached.
    """
    tokens = text.split()
    long = _long_tokens(tokens)
    hidden = _hidden_in_runs(long) + sum(map(_hidden_by_joiners, _tokens_with_joiners(text)))
    lower_case_tokens = text.lower().split()
    if not _joined_pairs().isdisjoint(lower_case_tokens):
        hidden += sum(map(_joined_pairs().__contains__, lower_case_tokens))
    hidden += _hidden_by_chains(
        [hidden for token in long if (hidden := _hidden_by_hyphens(token))], len(tokens)
    )
    least = max(MIN_HIDDEN, min(len(tokens) // TOKENS_PER_HIDDEN_WORD, ALWAYS_ENOUGH_HIDDEN))
    return hidden if hidden >= least else 0


def _hidden_by_chains(chains: list[int], tokens: int) -> int:
    """Return the number of words hidden in chains of hyphens; 0 if they are few enough to be good style."""
    hidden = sum(chains)
    words = tokens + hidden
    if len(chains) == 1:
        return hidden if hidden * WORDS_PER_WORD_IN_SINGLE_CHAIN >= words else 0
    return hidden if hidden >= min(words // WORDS_PER_WORD_IN_CHAINS, ALWAYS_ENOUGH_IN_CHAINS) else 0


def _long_tokens(tokens: list[str]) -> list[str]:
    long = [token for token in tokens if len(token) >= MIN_LONG_TOKEN]
    return [token for token in long[:MAX_TOKENS] if not _ADDRESS_OR_FILE.search(token)]


def _hidden_by_hyphens(token: str) -> int:
    """Return the number of words hidden in one token; 0 if it is no chain, spelled out or a name."""
    parts = [part["letters"] for part in map(_PART.fullmatch, _HYPHENS.split(token.strip(".,;:!?…"))) if part]
    if len(parts) < MIN_PARTS_OF_CHAIN or _is_spelled_out(parts) or _is_name(parts):
        return 0
    return len(parts) - 1


def _is_spelled_out(parts: list[str]) -> bool:
    """Return whether most parts are single letters (“c-h-e-a-p”)."""
    return sum(len(part) == 1 for part in parts) > len(parts) / 2


def _is_name(parts: list[str]) -> bool:
    """Return whether hyphenated parts are a name of a place or a family, and not a sentence."""
    capitals = sum(part[0].isupper() for part in parts)
    known = sum(part.lower() in _common_words() for part in parts)
    return capitals > len(parts) / 2 > known


def _hidden_in_runs(tokens: list[str]) -> int:
    """Return the number of words hidden in long runs of letters without any separator."""
    hidden = letters = 0
    for run in _RUN.findall(" ".join(tokens)):
        if letters < MAX_RUN_LETTERS and not _STRETCHED.search(run):
            letters += len(run)
            hidden += _count_words_in_run(run[:MAX_RUN_LETTERS]) - 1
    return hidden


def _count_words_in_run(run: str) -> int:
    """Return the number of words in ``run``, which consists of letters; 1 if it is a single word."""
    camel_case_words = _CAMEL_CASE_WORD.findall(run)
    if len(camel_case_words) >= MIN_CAMEL_CASE_WORDS:
        return len(camel_case_words)
    segmentation = _segment(run)
    is_joined = (
        segmentation.words >= MIN_JOINED_WORDS
        and segmentation.known >= MIN_SHARE_KNOWN * len(run)
        and segmentation.words <= MAX_WORDS_PER_LETTER * len(run)
        and segmentation.gaps * WORDS_PER_GAP <= segmentation.words
        and segmentation.function_words >= MIN_FUNCTION_WORDS
    )
    return segmentation.words if is_joined else 1


class _Segmentation(NamedTuple):
    """One way to split a run of letters into words; the cheapest one is the most likely.

    Attributes:
        cost: The total cost of its words and unknown letters.
        words: Words, known or unknown.
        known: Letters in known words.
        gaps: Unknown stretches between known words; long foreign words have many.
        function_words: Words in `FUNCTION_WORDS`; a long word of another language contains few by chance.
        ends_unknown: Whether the last letter belongs to an unknown stretch.
    """

    cost: float
    words: int
    known: int
    gaps: int
    function_words: int
    ends_unknown: bool


def _segment(run: str) -> _Segmentation:
    """Return the cheapest segmentation into common words and unknown stretches, by dynamic programming."""
    common, longest = _common_words(), _longest_common_word()
    lower_case = run.lower()
    best = [_Segmentation(0, 0, 0, 0, 0, ends_unknown=False)]
    for end in range(1, len(run) + 1):
        cheapest = _with_unknown_letter(best[end - 1])
        for start in range(max(0, end - longest), end):
            word = lower_case[start:end]
            if word in common or run[start:end] == "I":
                cheapest = min(cheapest, _with_word(best[start], word))
        best.append(cheapest)
    return best[-1]


def _with_unknown_letter(before: _Segmentation) -> _Segmentation:
    begins_gap = not before.ends_unknown
    return before._replace(
        cost=before.cost + UNKNOWN_LETTER_COST,
        words=before.words + begins_gap,
        gaps=before.gaps + begins_gap,
        ends_unknown=True,
    )


def _with_word(before: _Segmentation, word: str) -> _Segmentation:
    return _Segmentation(
        cost=before.cost + (SHORT_WORD_COST if len(word) <= SHORT_WORD_LETTERS else LONG_WORD_COST),
        words=before.words + 1,
        known=before.known + len(word),
        gaps=before.gaps,
        function_words=before.function_words + (word in word_set(FUNCTION_WORDS)),
        ends_unknown=False,
    )


@functools.cache
def _joined_pairs() -> frozenset[str]:
    """Return the joined pairs of short words that are no word, such as “inthe”."""
    pairs = set[str]()
    for line in WORD_PAIRS.strip().splitlines():
        firsts, seconds = map(str.split, line.split("|"))
        pairs.update(first + second for first in firsts for second in seconds)
    return frozenset(pairs - word_set(WORD_PAIRS_ALLOWED))


@functools.cache
def _common_words() -> frozenset[str]:
    listed = (
        resources.files("webapp.rules.advisories").joinpath("common_words.txt").read_text(encoding="utf-8")
    )
    return frozenset(listed.split()) | {"a"}


@functools.cache
def _longest_common_word() -> int:
    return max(map(len, _common_words()))


def _tokens_with_joiners(text: str) -> Iterator[str]:
    """Yield the tokens, separated by white space, that have a joiner before a letter."""
    end = 0
    for match in _JOINER_BEFORE_LETTER.finditer(text):
        if match.start() < end:
            continue
        start = max(text.rfind(" ", end, match.start()), text.rfind("\n", end, match.start())) + 1 or end
        space = _SPACE.search(text, match.end())
        end = space.start() if space else len(text)
        yield text[start:end]


def _hidden_by_joiners(token: str) -> int:
    """Return how many joiners in ``token`` separate two words; 0 for a link, hashtag or file name."""
    if _ADDRESS_OR_FILE.search(token) or count_links(token):
        return 0
    parts = [_PART.fullmatch(piece) for piece in _JOINERS.split(token)]
    return sum(
        _are_two_words(left["letters"], right["letters"]) for left, right in pairwise(parts) if left and right
    )


def _are_two_words(left: str, right: str) -> bool:
    """Return whether these are two words, and no abbreviation, repetition or single letters."""
    if left.lower() in word_set(ABBREVIATIONS) or left.lower() == right.lower():
        return False
    if _STRETCHED.search(left) or _STRETCHED.search(right):
        return False
    one_letter_words = [word for word in (left, right) if len(word) == 1]
    return len(one_letter_words) <= 1 and _ONE_LETTER_WORDS.issuperset(one_letter_words)
