"""Letters whose matter is a list of thanks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from webapp.rules.advisories.layout import Layout

LEAST_THANKED = 3
LEAST_SHARE_OF_LETTER = 0.4
"""Of the characters: many a letter thanks three people on its way to something else."""

LONGEST_ENTRY = 220
"""Characters: a longer line below a list is the letter going on."""

_HINTS = ("hank", "HANK", "rateful", "ratitude", "ndebted", "ppreciation", "謝", "谢")

_THANKING = re.compile(
    r"\bthank(?! (?:god|goodness|heavens?|the lord|him|her|them|it|you,? and)\b)\b"
    r"(?:[ -]you(?![^.!?]{0,12}\bfor (?:your|print|publish|reading|bring)))?"
    r"|\b(?:my|our|many|special|heartfelt|sincere|sincerest|grateful|warm|warmest|huge|big|biggest|deepest"
    r"|further|more|hearty|public) thanks\b"
    r"|\bthanks(?: (?:also|too|again|as well))? (?:go|are due|to|the|all|everyone)\b"
    r"|\b(?<!less )(?<!not )(?:gratitude|grateful|indebted|appreciation) (?:also )?(?:to|for)\b"
    r"|多謝|多谢|感謝|感谢|鳴謝|鸣谢|致謝|致谢",
    re.IGNORECASE,
)
_BLAMING = re.compile(r"thanks to\b", re.IGNORECASE)
_NOT_MEANT = re.compile(
    r"\b(?:no|than|any|without|won't) thanks\b|[\"“][^\"“”]*(?:thank|grateful)", re.IGNORECASE
)
_HEADLINE = re.compile(
    r"(?!.*\bno thanks\b)(?:\w+ ){0,3}(?:thanks?(?:[ -]you)?\b|gratitude\b|grateful\b)"
    r"|.*(?:多謝|多谢|感謝|感谢|鳴謝|鸣谢)",
    re.IGNORECASE,
)
_BETWEEN_SENTENCES = re.compile(
    r" (?<=[.!?] )(?<!\b[DFM]r\. )(?<!\bM[rs]s\. )(?<!\bMs\. )(?<!\bSt\. )|(?<=[。\uff01\uff1f])(?=.)"
)
_BETWEEN_ITEMS = re.compile(
    r"[,;:、\uff0c\uff1b\uff1a]|\s(?:and|und|et|y)\s|\s?以及|(?<=[\u4e00-\u9fff])[和及與]"
)
_SOMEBODY = re.compile(
    r"(?:(?:also|all|both|especially|to|of|go|thank|you) )*"
    r"(?:(?:the|my|our|your|all|those|every|each|everyone|everybody) [a-z]"
    r"|(?:everyone|everybody|all)$|[A-ZÀ-ÞĀ-Ž][\w'’.-]*|[\u4e00-\u9fff]{2,})"
)
_NOT_SOMEBODY = re.compile(
    r"(?:for|who|which|that|when|where|because|in|on|at|with|by|from|during|through|via|making|without)\b"
    r"|(?:my|our|their|his|her|your)"
    r" (?:heartfelt|sincere|warm|thanks|gratitude|kind|time|help|support|patience)",
    re.IGNORECASE,
)
_WHAT_FOR = re.compile(r",? (?:for|who|which|that)\b|[.(]")
_BETWEEN_HEADS = re.compile(r", | and ")
_HEAD = re.compile("[A-Z]|the |The ")
_COLON = (":", "\uff1a")


@dataclass(frozen=True, slots=True)
class _Passage:
    """A sentence of thanks, or an entry of a list of them.

    Attributes:
        length: Its characters.
        thanked: About how many people or firms it names.
        blames: Whether it says no more than “thanks to”, which blames more often than it thanks.
    """

    length: int
    thanked: int
    blames: bool = False


def count_thanked(layout: Layout, headline: str) -> int:
    """Return about how many people and firms a letter thanks, if that is what it was written for; else 0."""
    if not _hints_at_thanks(layout.text):
        return 0
    passages = list(_passages_of_thanks(layout))
    is_announced = bool(_HEADLINE.match(headline))
    if not is_announced and len(passages) == 1 and passages[0].blames:
        return 0
    thanked = sum(passage.thanked for passage in passages)
    length = sum(passage.length for passage in passages)
    is_main_matter = is_announced or length >= LEAST_SHARE_OF_LETTER * sum(map(len, layout.lines))
    return thanked if thanked >= LEAST_THANKED and is_main_matter else 0


def _passages_of_thanks(layout: Layout) -> Iterator[_Passage]:
    is_listing = False
    for paragraph in layout.paragraphs:
        prose: list[str] = []
        for line in map(str.lstrip, paragraph):
            if is_listing and len(line) <= LONGEST_ENTRY:
                yield _Passage(len(line), max(1, _count_heads(line)))
                continue
            prose.append(line)
            if line.endswith(_COLON):
                is_listing = bool(_THANKING.search(" ".join(prose)))
        # A line may end within a sentence: old mail programs broke them.
        yield from _sentences_of_thanks(" ".join(prose))


def _sentences_of_thanks(prose: str) -> Iterator[_Passage]:
    if not _hints_at_thanks(prose):
        return
    for sentence in _BETWEEN_SENTENCES.split(prose):
        thanking = _THANKING.search(sentence)
        if thanking and not _NOT_MEANT.search(sentence):
            thanked = _count_somebodies(sentence[thanking.end() :])
            yield _Passage(len(sentence), thanked, blames=bool(_BLAMING.match(thanking[0])))


def _hints_at_thanks(text: str) -> bool:
    return any(hint in text for hint in _HINTS)


def _count_heads(entry: str) -> int:
    """Count the names at the head of an entry; what follows “for” or “who” is what they did."""
    heads = _BETWEEN_HEADS.split(_WHAT_FOR.split(entry, maxsplit=1)[0])
    return sum(bool(_HEAD.match(head)) for head in heads) or _count_somebodies(entry)


def _count_somebodies(text: str) -> int:
    items = map(str.strip, _BETWEEN_ITEMS.split(text.rstrip(".!?。\uff01\uff1f")))
    return sum(bool(_SOMEBODY.match(item)) and not _NOT_SOMEBODY.match(item) for item in items)
