"""Detector of open letters; returns whether a letter is addressed to others than the editor or paper."""

import re

from webapp.rules.advisories.layout import Layout
from webapp.rules.advisories.newspaper_titles import is_newspaper_title, is_same_paper
from webapp.rules.advisories.word_lists import word_set

LINES_AT_THE_TOP = 4
MAX_GREETING_LENGTH = 90
"""Characters."""

_OPEN_LETTER = re.compile(
    r"(?:(?:this is |here is |the following is )?an? )?open letter"
    r"(?:$|[:.,–—-]|\s+(?:to|from|for|on|about)\b)"
    r"|lettre ouverte\b|offener brief\b|carta abierta\b|carta aberta\b|lettera aperta\b|open brief aan\b"
    r"|(?:致|給|给).{1,30}(?:公開信|公开信)|(?:公開信|公开信)[:\uff1a]|открытое письмо\b",
    re.IGNORECASE,
)
_OPEN_LETTER_AT_THE_END = re.compile(r"[:–—-]\s*an open letter[.!]?$|(?:的公開信|的公开信)$", re.IGNORECASE)

_OFFICE = (
    r"(?:honou?rable|right honou?rable|hon|minister|prime minister|president|vice[- ]president|premier"
    r"|chancellor|chief (?:executive|secretary|justice|minister)|secretary|governor|mayor|senator"
    r"|congress(?:man|woman)|representative|councill?ors?|commissioner|director|ambassador"
    r"|chair(?:man|woman|person)?|ceo|principal|headmaster|headmistress|superintendent|bishop|archbishop"
    r"|pope|king|queen|prince|princess|judge|justice|general|postmaster|permanent secretary)"
)
_TITLE = r"(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|dame|lord|lady|rev|reverend|father|sister|fr|hon)\b\.?"
_TO_OFFICE = re.compile(
    # Not “To judge by the queue”: an office needs an article, a title a name.
    rf"to (?:(?:the |our |my |his |her )(?:\w+ )?{_OFFICE}\b|{_TITLE} (?-i:[A-Z]))[^.!?]*$",
    re.IGNORECASE,
)
_DEAR_OFFICE = re.compile(
    # On a line that goes on with the text, only an office or a title is an addressee.
    rf"(?:my )?dear (?:the |our )?(?:(?:mr|mrs|ms|madam|sir) )?"
    rf"(?:{_OFFICE}\b|{_TITLE} (?-i:[A-Z]))[^.!?,:]*[,:]",
    re.IGNORECASE,
)
_DEAR = re.compile(r"(?:my |our )?dear(?:est)?\s+(?P<whom>[^.?;:,!–—]+)[,:!–—-]*$", re.IGNORECASE)
_EXCELLENCY = re.compile(
    r"(?:your|his|her) (?:excellency|honou?r|majesty|royal highness|holiness|grace)[,:]?$", re.IGNORECASE
)
_OTHER_LANGUAGES = re.compile(
    r"(?:monsieur|madame) (?:le|la) (?!rédact|direct(?:eur|rice) de la (?:publication|rédaction))\w+[^.?]*,$"
    r"|sehr geehrte[r]? (?:herr|frau) (?!redakt|chefredakt)\S+[^.?]*[,!]?$"
    r"|(?:señora?|senhora?) (?:president|ministr|alcald|gobernador|prefeit|governador)\w*[^.?]*[,:]$"
    r"|(?:致|尊敬的|敬愛的|敬爱的|親愛的|亲爱的)"
    r"(?!.{0,12}(?:編輯|编辑|編者|编者|主編|主编|讀者|读者|貴報))[^。\uff1f\uff01\uff0c]{1,24}[\uff1a:]$"
    r"|уважаем(?:ый|ая) (?:господин|госпожа|президент|министр)[^.?]*[,!]$",
    re.IGNORECASE,
)

_ADDRESSES_PAPER = re.compile(
    r"\b(?:editors?|eds?|letters?|news(?:room|paper|desk)?|desk|team|staff|all|sirs?|madams?|madame|sir/madam"
    r"|gentlemen|colleagues?|friends?|whoever|whom|publishers?|sub-?editors?|opinions?|page|columnists?"
    r"|correspondents?|subscribers?|paper|journalists?|reporters?|people at)\b",
    re.IGNORECASE,
)
_SIR_WITH_NAME = re.compile(r"[Ss]ir [A-Z]\w+")
_NO_ADDRESSEE = re.compile(
    r"(?:oh|me|god|lord$|heavens?|dear|old|goodness|gods|to|is|though|as|or|and)\b", re.IGNORECASE
)
"""What follows “dear” in an exclamation (“Dear God”) or a sentence (“dear to me”)."""

_LOWER_CASE_WORDS = "of for the and to at in de van von der fellow"
MAX_ADDRESSEE_WORDS = 8
"""Words after “dear”."""
MAX_WORDS_OF_TO_LINE = 12


def is_open_letter(layout: Layout, headline: str, paper_title: str) -> bool:
    """Return whether a letter calls itself an open letter, or greets somebody but the editor or the paper.

    Only the headline, for “open letter”, and the first `LINES_AT_THE_TOP` lines are examined. A letter
    without an addressee is no open letter.
    """
    if _OPEN_LETTER.match(headline) or _OPEN_LETTER_AT_THE_END.search(headline):
        return True
    one_line_paragraphs = {
        paragraph[0] for paragraph in layout.paragraphs[:LINES_AT_THE_TOP] if len(paragraph) == 1
    }
    return any(
        _OPEN_LETTER.match(line)
        or _greets_other_addressee(line, paper_title)
        or _is_to_office(line, is_alone=line in one_line_paragraphs)
        for line in layout.lines[:LINES_AT_THE_TOP]
    )


def _greets_other_addressee(line: str, paper_title: str) -> bool:
    if office := _DEAR_OFFICE.match(line[:MAX_GREETING_LENGTH]):
        return not _ADDRESSES_PAPER.search(office[0])
    if len(line) > MAX_GREETING_LENGTH:
        return False
    if _EXCELLENCY.match(line) or _OTHER_LANGUAGES.match(line):
        return True
    dear = _DEAR.match(line)
    return dear is not None and _is_other_addressee(
        dear["whom"].strip(), paper_title, is_marked=not line[-1].isalnum()
    )


def _is_to_office(line: str, *, is_alone: bool) -> bool:
    """Return whether a line is only “To the minister”; ``is_alone``: it is a paragraph of its own."""
    if not _TO_OFFICE.match(line) or len(line.split()) > MAX_WORDS_OF_TO_LINE:
        return False
    return is_alone or line.endswith((":", ","))


def _is_other_addressee(whom: str, paper_title: str, *, is_marked: bool) -> bool:
    """Return whether the words after “dear” name another addressee; ``is_marked``: punctuation follows."""
    words = whom.split()
    if len(words) > MAX_ADDRESSEE_WORDS or _NO_ADDRESSEE.match(whom):
        return False
    if not is_marked and not all(word[0].isupper() or word in word_set(_LOWER_CASE_WORDS) for word in words):
        return False
    if is_newspaper_title(whom) or is_same_paper(whom, paper_title):
        return False
    return bool(_SIR_WITH_NAME.match(whom)) or not _ADDRESSES_PAPER.search(whom)
