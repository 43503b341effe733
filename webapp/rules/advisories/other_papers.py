"""Detector of letters addressed to another newspaper, probably sent to several; returns whether one is."""

import re
from collections.abc import Iterator

from webapp.rules.advisories.layout import Layout
from webapp.rules.advisories.newspaper_titles import EAST_ASIAN_NEWSPAPER, is_newspaper_title, is_same_paper

LINES_AT_THE_TOP = 4
MAX_ADDRESS_LINE_LENGTH = 90
"""Characters."""

_EDITOR = r"(?:(?:letters?|news|opinion|managing|sunday|features)[ -])?editors?(?:-in-chief)?"
_TO_EDITOR_OF = re.compile(
    rf"(?:(?:a )?letters? )?(?:(?:to|dear|for) )?(?:the )?(?:sir,? )?{_EDITOR}"
    r"(?:\s+(?:of|at)\s+|\s*[,:–—-]\s*)(?P<paper>[^,.:;!?]+)",
    re.IGNORECASE,
)
_EDITOR_ALONE = re.compile(rf"(?:(?:letters? )?to )?(?:the )?{_EDITOR},?$", re.IGNORECASE)
_TO_PAPER = re.compile(
    r"(?:dear (?P<dear>[^,.:;!?]+?)(?: editors?)?"
    r"|to (?P<to>[^,.:;!?]+)"
    r"|(?:for|to) the letters? (?:page|column|section|desk)s? (?:of|at) (?P<page>[^,.:;!?]+))[,:!–—-]*$",
    re.IGNORECASE,
)
_YOUR_PAPER = re.compile(
    r"[Yy]our (?<!\w[Yy]our )(?:esteemed |excellent |fine |good |great |valued |venerable |wonderful )?"
    r"(?:news)?paper,? (?P<paper>(?:[Tt]he )?[A-Z][\w'’-]*(?: (?:[A-Z][\w'’-]*|of|on|and))*)"
)
_EAST_ASIAN_EDITOR = re.compile(
    r"[《〈]?(?P<paper>[^\uff0c。《》〈〉\uff1a\s]{2,8})[》〉]?\s?(?:的)?(?:總|总|主)?(?:編輯|编辑|編集)"
)


def addresses_other_paper(layout: Layout, headline: str, paper_title: str) -> bool:
    """Return whether a letter is addressed to a paper other than ``paper_title``.

    Examined are the headline, the first `LINES_AT_THE_TOP` lines, and “your paper, The …” anywhere. A mention
    of another paper doesn't count: many letters begin with what the writer read elsewhere.
    """
    return any(not is_same_paper(paper, paper_title) for paper in _papers_addressed(layout, headline))


def _papers_addressed(layout: Layout, headline: str) -> Iterator[str]:
    """Yield the newspapers that the headline, the first lines or any “your paper” address."""
    top = (headline, *layout.lines[:LINES_AT_THE_TOP])
    for line, next_line in zip(top, (*top[1:], ""), strict=True):
        if len(line) <= MAX_ADDRESS_LINE_LENGTH:
            yield from _paper_in_line(line, next_line)
    if "our " in layout.text and "paper" in layout.text:
        for match in _YOUR_PAPER.finditer(layout.text):
            if is_newspaper_title(match["paper"]):
                yield match["paper"]


def _paper_in_line(line: str, next_line: str) -> Iterator[str]:
    """Yield the newspaper titles that a line addresses; after “The Editor”, the next line is the title."""
    name = ""
    if _EDITOR_ALONE.match(line):
        name = next_line.rstrip(",.:")
    elif match := _TO_EDITOR_OF.match(line):
        name = match["paper"].strip()
    elif match := _TO_PAPER.match(line):
        name = match["dear"] or match["page"] or match["to"]
    if is_newspaper_title(name):
        yield name
    if line.isascii():
        return
    east_asian = _EAST_ASIAN_EDITOR.search(line)
    if east_asian and (paper := EAST_ASIAN_NEWSPAPER.search(east_asian["paper"])):
        yield paper[0]
