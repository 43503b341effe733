"""Detector of thank-you letters; returns about how many people and businesses a letter thanks, or 0."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from webapp.rules.advisories.layout import Layout

MIN_THANKED = 3
MIN_SHARE_OF_LETTER = 0.4
"""Share of the characters that thanks must have: many letters thank three people in passing."""

MAX_ENTRY_LENGTH = 220
"""Characters; a longer line after a list of thanks is no entry of it."""

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
_THANKS_TO = re.compile(r"thanks to\b", re.IGNORECASE)
_NOT_THANKS = re.compile(
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
_THANKED_NAME = re.compile(
    r"(?:(?:also|all|both|especially|to|of|go|thank|you) )*"
    r"(?:(?:the|my|our|your|all|those|every|each|everyone|everybody) [a-z]"
    r"|(?:everyone|everybody|all)$|[A-ZÀ-ÞĀ-Ž][\w'’.-]*|[\u4e00-\u9fff]{2,})"
)
_NO_NAME = re.compile(
    r"(?:for|who|which|that|when|where|because|in|on|at|with|by|from|during|through|via|making|without)\b"
    r"|(?:my|our|their|his|her|your)"
    r" (?:heartfelt|sincere|warm|thanks|gratitude|kind|time|help|support|patience)",
    re.IGNORECASE,
)
_REASON = re.compile(r",? (?:for|who|which|that)\b|[.(]")
_BETWEEN_NAMES = re.compile(r", | and ")
_NAME_START = re.compile("[A-Z]|the |The ")
_COLON = (":", "\uff1a")


@dataclass(frozen=True, slots=True)
class _Passage:
    """A sentence of thanks, or an entry of a list of them.

    Attributes:
        length: Its length in characters.
        thanked: The approximate number of people or businesses that it names.
        is_thanks_to: Whether its thanks are only “thanks to …”, which more often blames than thanks.
    """

    length: int
    thanked: int
    is_thanks_to: bool = False


def count_thanked_names(layout: Layout, headline: str) -> int:
    """Return about how many people and businesses are thanked; 0 unless that is the main subject.

    0 too if they are fewer than `MIN_THANKED`.
    """
    if not _may_contain_thanks(layout.text):
        return 0
    passages = list(_passages_of_thanks(layout))
    is_announced = bool(_HEADLINE.match(headline))
    if not is_announced and len(passages) == 1 and passages[0].is_thanks_to:
        return 0
    thanked = sum(passage.thanked for passage in passages)
    length = sum(passage.length for passage in passages)
    is_main_subject = is_announced or length >= MIN_SHARE_OF_LETTER * sum(map(len, layout.lines))
    return thanked if thanked >= MIN_THANKED and is_main_subject else 0


def _passages_of_thanks(layout: Layout) -> Iterator[_Passage]:
    """Yield the sentences of thanks, and each line of a list that such a sentence introduces with a colon."""
    is_listing = False
    for paragraph in layout.paragraphs:
        prose: list[str] = []
        searched, has_thanks = 0, False
        for line in map(str.lstrip, paragraph):
            if is_listing and len(line) <= MAX_ENTRY_LENGTH:
                yield _Passage(len(line), max(1, _count_names_in_entry(line)))
                continue
            prose.append(line)
            if line.endswith(_COLON):
                # No thanks have a colon in them: what was searched isn't searched again.
                has_thanks = has_thanks or bool(_THANKING.search(" ".join(prose[searched:])))
                searched, is_listing = len(prose), has_thanks
        # Joined, as old mail programs break lines within sentences.
        yield from _sentences_of_thanks(" ".join(prose))


def _sentences_of_thanks(prose: str) -> Iterator[_Passage]:
    if not _may_contain_thanks(prose):
        return
    for sentence in _BETWEEN_SENTENCES.split(prose):
        thanking = _THANKING.search(sentence)
        if thanking and not _NOT_THANKS.search(sentence):
            thanked = _count_names_in_sentence(sentence[thanking.end() :])
            yield _Passage(len(sentence), thanked, is_thanks_to=bool(_THANKS_TO.match(thanking[0])))


def _may_contain_thanks(text: str) -> bool:
    return any(hint in text for hint in _HINTS)


def _count_names_in_entry(entry: str) -> int:
    """Return the number of names at the start of a list entry, before “for”, “who” and the like."""
    names = _BETWEEN_NAMES.split(_REASON.split(entry, maxsplit=1)[0])
    return sum(bool(_NAME_START.match(name)) for name in names) or _count_names_in_sentence(entry)


def _count_names_in_sentence(text: str) -> int:
    """Return the number of names in ``text``, the part of a sentence that follows its thanks."""
    items = map(str.strip, _BETWEEN_ITEMS.split(text.rstrip(".!?。\uff01\uff1f")))
    return sum(bool(_THANKED_NAME.match(item)) and not _NO_NAME.match(item) for item in items)
