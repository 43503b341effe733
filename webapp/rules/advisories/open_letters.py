"""Letters to somebody other than the editor."""

import re

from webapp.rules.advisories.layout import Layout
from webapp.rules.advisories.newspaper_names import is_same_paper, names_newspaper
from webapp.rules.advisories.word_lists import entries

LINES_AT_THE_TOP = 4
LONGEST_GREETING = 90

_CALLED_OPEN = re.compile(
    r"(?:(?:this is |here is |the following is )?an? )?open letter"
    r"(?:$|[:.,–—-]|\s+(?:to|from|for|on|about)\b)"
    r"|lettre ouverte\b|offener brief\b|carta abierta\b|carta aberta\b|lettera aperta\b|open brief aan\b"
    r"|(?:致|給|给).{1,30}(?:公開信|公开信)|(?:公開信|公开信)[:\uff1a]|открытое письмо\b",
    re.IGNORECASE,
)
_CALLED_OPEN_AT_THE_END = re.compile(r"[:–—-]\s*an open letter[.!]?$|(?:的公開信|的公开信)$", re.IGNORECASE)

_OFFICE = (
    r"(?:honou?rable|right honou?rable|hon|minister|prime minister|president|vice[- ]president|premier"
    r"|chancellor|chief (?:executive|secretary|justice|minister)|secretary|governor|mayor|senator"
    r"|congress(?:man|woman)|representative|councill?ors?|commissioner|director|ambassador"
    r"|chair(?:man|woman|person)?|ceo|principal|headmaster|headmistress|superintendent|bishop|archbishop"
    r"|pope|king|queen|prince|princess|judge|justice|general|postmaster|permanent secretary)"
)
_TITLE = r"(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|dame|lord|lady|rev|reverend|father|sister|fr|hon)\b\.?"
_TO_OFFICE = re.compile(
    # “To judge by the queue” addresses nobody.
    rf"to (?:(?:the |our |my |his |her )(?:\w+ )?{_OFFICE}\b|{_TITLE} (?-i:[A-Z]))[^.!?]*$",
    re.IGNORECASE,
)
_DEAR_OFFICE = re.compile(
    # In one line with the text that follows, only an office or a title is somebody.
    rf"(?:my )?dear (?:the |our )?(?:(?:mr|mrs|ms|madam|sir) )?"
    rf"(?:{_OFFICE}\b|{_TITLE} (?-i:[A-Z]))[^.!?,:]*[,:]",
    re.IGNORECASE,
)
_DEAR = re.compile(r"(?:my |our )?dear(?:est)?\s+(?P<whom>[^.?;:,!–—]+)[,:!–—-]*$", re.IGNORECASE)
_EXCELLENCY = re.compile(
    r"(?:your|his|her) (?:excellency|honou?r|majesty|royal highness|holiness|grace)[,:]?$", re.IGNORECASE
)
_ABROAD = re.compile(
    r"(?:monsieur|madame) (?:le|la) (?!rédact|direct(?:eur|rice) de la (?:publication|rédaction))\w+[^.?]*,$"
    r"|sehr geehrte[r]? (?:herr|frau) (?!redakt|chefredakt)\S+[^.?]*[,!]?$"
    r"|(?:señora?|senhora?) (?:president|ministr|alcald|gobernador|prefeit|governador)\w*[^.?]*[,:]$"
    r"|(?:致|尊敬的|敬愛的|敬爱的|親愛的|亲爱的)"
    r"(?!.{0,12}(?:編輯|编辑|編者|编者|主編|主编|讀者|读者|貴報))[^。\uff1f\uff01\uff0c]{1,24}[\uff1a:]$"
    r"|уважаем(?:ый|ая) (?:господин|госпожа|президент|министр)[^.?]*[,!]$",
    re.IGNORECASE,
)

_THE_PAPER = re.compile(
    r"\b(?:editors?|eds?|letters?|news(?:room|paper|desk)?|desk|team|staff|all|sirs?|madams?|madame|sir/madam"
    r"|gentlemen|colleagues?|friends?|whoever|whom|publishers?|sub-?editors?|opinions?|page|columnists?"
    r"|correspondents?|subscribers?|paper|journalists?|reporters?|people at)\b",
    re.IGNORECASE,
)
_SIR_SOMEBODY = re.compile(r"[Ss]ir [A-Z]\w+")
_NOBODY = re.compile(
    r"(?:oh|me|god|lord$|heavens?|dear|old|goodness|gods|to|is|though|as|or|and)\b", re.IGNORECASE
)
"""How an exclamation goes on, or a sentence about what costs much or is loved."""

_SMALL_WORDS = "of for the and to at in de van von der fellow"
MOST_WORDS_ADDRESSED = 8
MOST_WORDS_OF_ADDRESS = 12


def is_open_letter(layout: Layout, headline: str, paper_title: str) -> bool:
    """Tell whether a letter calls itself open, or greets somebody who is neither editor nor paper."""
    if _CALLED_OPEN.match(headline) or _CALLED_OPEN_AT_THE_END.search(headline):
        return True
    alone = {paragraph[0] for paragraph in layout.paragraphs[:LINES_AT_THE_TOP] if len(paragraph) == 1}
    return any(
        _CALLED_OPEN.match(line)
        or _greets_somebody(line, paper_title)
        or _is_for_office(line, is_alone=line in alone)
        for line in layout.lines[:LINES_AT_THE_TOP]
    )


def _greets_somebody(line: str, paper_title: str) -> bool:
    if office := _DEAR_OFFICE.match(line[:LONGEST_GREETING]):
        return not _THE_PAPER.search(office[0])
    if len(line) > LONGEST_GREETING:
        return False
    if _EXCELLENCY.match(line) or _ABROAD.match(line):
        return True
    dear = _DEAR.match(line)
    return dear is not None and _is_somebody(
        dear["whom"].strip(), paper_title, is_marked=not line[-1].isalnum()
    )


def _is_for_office(line: str, *, is_alone: bool) -> bool:
    """Tell whether a line says “to the minister” and no more; ``is_alone``, between blank lines."""
    if not _TO_OFFICE.match(line) or len(line.split()) > MOST_WORDS_OF_ADDRESS:
        return False
    return is_alone or line.endswith((":", ","))


def _is_somebody(whom: str, paper_title: str, *, is_marked: bool) -> bool:
    """Tell whether a greeting without its “dear” is to somebody; ``is_marked``, with a comma after it."""
    words = whom.split()
    if len(words) > MOST_WORDS_ADDRESSED or _NOBODY.match(whom):
        return False
    if not is_marked and not all(word[0].isupper() or word in entries(_SMALL_WORDS) for word in words):
        return False
    if names_newspaper(whom) or is_same_paper(whom, paper_title):
        return False
    return bool(_SIR_SOMEBODY.match(whom)) or not _THE_PAPER.search(whom)
