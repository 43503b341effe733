"""Detector of open letters; returns whether a letter is addressed to others than the editor or paper."""

import re
from collections.abc import Iterator
from itertools import takewhile

from webapp.rules.advisories.layout import Layout
from webapp.rules.advisories.newspaper_titles import is_newspaper_title, is_same_paper
from webapp.rules.advisories.word_lists import word_set

LINES_AT_THE_TOP = 4
MAX_GREETING_LENGTH = 90
"""Characters."""
MAX_ADDRESS_LINES = 12
MAX_ADDRESS_LINE_LENGTH = 45
"""Characters."""
_GREETS = re.compile(r"(?:my )?dear\b", re.IGNORECASE)
_DIGIT = re.compile(r"\d")

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
    r"(?:your (?:excellency|honou?r|majesty|royal highness|holiness|grace)|exzellenz|eure exzellenz"
    r"|votre excellence|su excelencia|vossa excelência|eccellenza)(?:[,:]|$)",
    re.IGNORECASE,
)
_ADDRESSES_PAPER = re.compile(
    r"\b(?:editors?|eds?|letters?|news(?:room|paper|desk)?|desk|team|staff|all|sirs?|madams?|madame|sir/madam"
    r"|gentlemen|colleagues?|friends?|whoever|whom|publishers?|sub-?editors?|opinions?|page|columnists?"
    r"|correspondents?|subscribers?|readers?|paper|journalists?|reporters?|people at)\b",
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


_NAME = (
    r"(?-i:[A-ZÀ-ÖØ-Þ][\w'’.-]*)(?:\s(?:(?:de|da|do|dos|van|von|der|den|zu|di|della|du)"
    r"\s)*(?-i:[A-ZÀ-ÖØ-Þ][\w'’.-]*)){0,4}"
)
_OFFICE_ELSEWHERE = (
    r"(?:bürgermeister|oberbürgermeister|bundes|minister|landrat|landrätin|präsident|kanzler|stadtrat"
    r"|stadträt"
    r"|gemeinderat|senator|abgeordnet|intendant|bischof|papst|schulleiter|direktor|vorstand|staatsrat"
    r"|regierungsrat"
    r"|maire|préfet|préfète|président|député|sénat|ministre|conseill|évêque|recteur|proviseur|chancel"
    r"|alcald|consejer|portavoz|president|ministr|gobernador|conseller|concejal|diputad|senador|rector"
    r"|obispo|delegad|rey\b"
    r"|reina\b"
    r"|prefeit|governador|vereador|deputad|autarca|secretári|bispo|reitor"
    r"|sindac|assessor|prefett|onorevol|governator|preside\b|rettor|cancellier|vescov|premier"
    r"|burgemeester|wethouder|koning|staatssecretaris|gedeputeerde|kamerlid|premier|commissaris|medeburger"
    r"|mitbürger|concittadin|conciudadan|concidad|concitoyen|bürgerinnen"
    r"|college|gemeenteraad|raadslid|raadsleden)"
)
_GREETING_WORDS = (
    r"(?:(?:sehr\s)?(?:geehrte|verehrte|geschätzte|werte)[rs]?\b|liebe[rs]?\b|hallo\b"
    r"|ch(?:er|ère)s?\b|estimad[oa]s?\b|querid[oa]s?\b|apreciad[oa]s?\b|distinguid[oa]s?\b"
    r"|prezad[oa]s?\b|car[oaie]\b|caríssim[oa]\b|ex\.?m[oa]s?\.?(?=\s)|excelentíssim[oa]\b"
    r"|gentil(?:e|issim[oa]|i)\b|egregi[oa]?\b|illustr(?:e|issim[oa])\b|stimat[oa]\b"
    r"|(?:stim|egr|gent|ill|spett)\.(?:mo|ma|le)?"
    r"|geachte?\b|hooggeachte\b|beste\b|waarde\b|уважаем(?:ый|ая|ые)\b|дорог(?:ой|ая|ие)\b|szanown[aiy]\b)"
)
_GREETING = re.compile(
    # “Sehr geehrter Herr Frank, zwar …”, “Caro Sindaco,”: seven words, and a mark or the end of the line.
    rf"{_GREETING_WORDS}(?P<whom>(?:\s(?:[^\s,:;!?.–—]{{1,4}}\.|[^\s,:;!?.–—]+)){{1,7}}?)\s*(?:[,:!–—]|$)",
    re.IGNORECASE,
)
_TITLE_ELSEWHERE = (
    r"(?:monsieur|madame|mademoiselle|m\.|mme|messieurs|mesdames|señora?s?|sr[ae]?s?\.|senhora?s?|dona|doña"
    r"|don|dottor(?:e|essa)?|dott\.|professor\w*|profesora?|doctora?|docteur"
    r"|signora?|signori|sig(?:\.(?:ra)?|\b)|herr|frau|meneer|mevrouw|mijnheer|heer|excmo\.?|excma\.?)"
)
_TITLE_AND_OFFICE = re.compile(
    # “Señor alcalde: Le escribo …”, “Monsieur le Maire, …”: without an article nobody is spoken of like that,
    # but in French.
    rf"{_TITLE_ELSEWHERE}\s(?:(?:(?:le|la|les|de|het"
    rf"|l['’])\s?)?(?:{_TITLE_ELSEWHERE}\s)?(?:\w+\s){{0,1}}?{_OFFICE_ELSEWHERE}\w*)"
    r"(?P<rest>(?:\s[^\s,:;!?.–—]+){0,6}?)\s*(?P<mark>[,:!–—]|$)",
    re.IGNORECASE,
)
_TITLE_AND_NAME = re.compile(
    rf"(?:{_TITLE_ELSEWHERE}|{_TITLE})\s{_NAME}\s*(?P<mark>[,:!–—]|$)(?P<vocative>)",
    re.IGNORECASE,
)
_OFFICE_AND_NAME = re.compile(
    # “Premier Ann Lee, the residents …”, “Mr. Mayor, …”, “Prime Minister, …”
    rf"(?:(?:mr|mrs|ms|madam|madame|sir)\b\.?\s(?P<vocative>{_OFFICE}|speaker|chairman)\b"
    rf"|(?-i:(?=[A-Z])){_OFFICE}\b)(?:\s{_NAME})?\s*(?P<mark>[,:!–—]|$)",
    re.IGNORECASE,
)
_NAME_AND_YOU = re.compile(
    rf"(?-i:[A-ZÀ-Þ][\w'’.-]*)\s{_NAME}\s*[,:–—]\s(?:you(?:’|'|\b)(?!\sknow\b)|your\s|Sie\s|vous\s|votre\s"
    rf"|vos\s|usted\s)",
    re.IGNORECASE,
)
_TO_OFFICE_ELSEWHERE = re.compile(
    r"(?:an (?:den|die|das|herrn|frau)|à (?:l['’]attention de |monsieur |madame )*(?:monsieur "
    r"|madame )?(?:le|la|l['’]|m\.|mme)?"
    r"|(?:al|a la|a los|a las)(?: señora?)?|(?:ao|à|aos|às)(?: senhora?)?|(?:al|alla|ai|agli)(?: signora?)?"
    r"|aan (?:de|het|mevrouw|meneer))"
    rf"\s?(?:\w+\s)?{_OFFICE_ELSEWHERE}[^.!?]*$",
    re.IGNORECASE,
)
_CHINESE_ADDRESSEE = re.compile(
    r"(?:致|給|给|尊敬的|敬愛的|敬爱的|親愛的|亲爱的)?(?P<whom>[\w·]{0,14}?"
    r"(?:先生|女士|小姐|太太|部長|部长|局長|局长|市長|市长|區長|区长|縣長|县长|省長|省长|鎮長|镇长|村長|村长|特首|司長|司长|署長|署长|處長|处长"
    r"|議員|议员|總統|总统|總理|总理|校長|校长|主席|書記|书记|院長|院长|行政長官|行政长官|主任|董事長|董事长|總裁|总裁|閣下|阁下|大人|官員|官员))"
    r"(?:們|们)?(?:先生|女士|閣下|阁下|台鑒|台鉴|鈞鑒|钧鉴|惠鑒)?"
    r"(?:(?:您|你)(?:們|们)?好|[\uff1a:](?!\s*[「“\"『])|$|(?P<comma>[\uff0c,]))"
)
_CHINESE_GREETING = re.compile(
    r"(?:致|尊敬的|敬愛的|敬爱的|親愛的|亲爱的)(?P<whom>[^。\uff1f\uff01\uff0c,:\uff1a\s]{1,24})(?:[\uff1a:\uff0c,]|$)"
)
_CHINESE_YOU = re.compile("[你您]|閣下|阁下|貴[局署部司府]|贵[局署部司府]")
_CHINESE_PAPER = re.compile(
    "編輯|编辑|編者|编者|主編|主编|總編|总编|讀者|读者|貴報|贵报|報社|报社|記者|记者|專欄"
)

_PAPER_ELSEWHERE = re.compile(
    r"\b(?:redaktion\w*|redakteur\w*|chefredakt\w*|herausgeber\w*|leserbrief\w*|lese(?:r|rin|rinnen)\b"
    r"|damen und herren"
    r"|zeitung\w*|\w*blatt|anzeiger|kurier|leute|kolleg\w*|freunde?|rédact\w*|lect(?:eur|rice)s?|courrier"
    r"|journal\b|ami[es]*\b|monsieur$"
    r"|madame$"
    r"|direct(?:eur|rice)$|direct(?:eur|rice) (?:de|du) (?:la |votre )?(?:publication|rédaction|journal|\w*$)"
    r"|director[ae]?s?$|diret(?:or|ora|tore|trice)s?$|direttor\w*$|directora? (?:de|del) \w+"
    r"|diretora? d[aoe] \w+"
    r"|direttore d\w+ \w+|redac\w*|redação|redacción|redacção|redazion\w*|editor\w*|amig[oa]s?|coleg[ah]s?"
    r"|leitor\w*|lector\w*"
    r"|lettor\w*|lettric\w*|amic[ioa]\b|lezer\w*|redactie\w*|hoofdredact\w*|krant\w*|periódico|diario"
    r"|jornal|giornale"
    r"|señor(?:es|as)?$|senhor(?:es|as)?$|signor[ei]?$|heer$|mevrouw$|mijnheer$|heren$|todos|alle|allen"
    r"|tutti|tous)\b",
    re.IGNORECASE,
)
_SPEAKS_TO = re.compile(
    r"\b(?:you|your|yours|yourself|you['’](?:re|ve|ll|d))\b"
    r"(?!\s(?:\w+\s)?(?:article|report|reported|reports|paper|newspaper|editorial|correspondent|columnist"
    r"|readers?"
    r"|front page|pages?|coverage|issue|edition|reporter|story|headline|leader|letters?|published?|print\w*"
    r"|quoted?"
    r"|know\b|can\b|see\b|might\b))"
    r"|\b(?-i:Sie|Ihnen|Ihre?[nmrs]?)\b(?!\s(?:Artikel|Bericht|Blatt|Zeitung|Leser|Redaktion|Kommentar))"
    r"|\b(?:du|dein\w*|dir|euch|eure?)\b"
    r"|\b(?:vous|votre|vos)\b(?!\s(?:article|journal|lecteurs|colonnes|édition|numéro))|-vous\b"
    r"|\b(?:usted(?:es)?|le (?:escrib|pid|rueg|ruego|agrad|record|digo|pregunt|invit|sugier)\w+"
    r"|(?:no )?(?:sabe|dice|prometió|puede) usted)\b"
    r"|\b(?:o senhor|a senhora|vossa|você|escrevo-lhe|peço-lhe|lhe (?:escrev|peç|pergunt)\w+|seu governo"
    r"|sua excelência)\b"
    r"|\b(?:lei|voi|vostr[oaie]|suo|sua|le scrivo|le chiedo|la invito|la prego)\b(?!\s(?:giornale"
    r"|articolo))|\b(?:u|uw|jij|jouw|je)\b(?!\s(?:krant|artikel))",
    re.IGNORECASE,
)
_APPOSITION = re.compile(
    r"\s*(?:who|whose|whom|which|qui|que|dont|der|die|das|den|quien|cuyo|cuya|che|il quale|wie|wiens)\b",
    re.IGNORECASE,
)
_QUOTATION = re.compile('[“"«„][^“”"«»„]*[”"»“]')
_PERSON = re.compile(
    rf"(?:(?:le|la|les|de|het|l['’]|mis|miei|minhas?|nostr[oa])\s?)?(?:{_TITLE_ELSEWHERE}\s\w"
    rf"|\w{{0,30}}{_OFFICE_ELSEWHERE}|{_OFFICE}\b"
    r"|господин|госпожа|президент|министр|(?-i:[A-ZÀ-ÖØ-ÞА-Я]))",
    re.IGNORECASE,
)
_WISHES = re.compile(r"gr[üu](?:ß|ss)e|wünsche|groeten|wensen|saluti|regards|cordialement", re.IGNORECASE)
_TITLE_AT_START = re.compile(rf"(?:{_TITLE_ELSEWHERE}|madame?|sir)\b\.?", re.IGNORECASE)
_HAN = re.compile("[\u4e00-\u9fff]")

_TO_SOMEBODY = re.compile(
    r"to (?:the|all|whoever|everyone|everybody|those|my|our) (?P<whom>[^.!?:]{3,120})[:,] (?:you|your"
    r"|please|i hope)\b",
    re.IGNORECASE,
)
_PAPER_GREETING = re.compile(
    r"(?:to the editor|dear editor|dear sir|letter to the editor|editor|sir|madam"
    r"|sehr geehrte damen und herren"
    r"|sehr geehrte redaktion|señor director|sr\. director|monsieur le rédacteur(?: en chef)?"
    r"|senhor diretor|caro direttore"
    r"|geachte redactie|編輯先生|编辑先生)\s?[,:.–—\uff1a-]+\s*",
    re.IGNORECASE,
)
CHARACTERS_SPOKEN_TO = 320
"""Characters behind a name at the top in which a “you” is searched for."""
MAX_LINE_BEFORE = 60
"""Characters; below a longer line without a mark at its end, a line goes on with a sentence."""


def is_open_letter(layout: Layout, headline: str, paper_title: str) -> bool:
    """Return whether a letter calls itself an open letter, or greets somebody but the editor or the paper.

    Only the headline and the first `LINES_AT_THE_TOP` lines are examined, and whether the text behind a name
    speaks to that person. A greeting may be a line of its own, go on with the text, or be broken into two
    lines. A letter without an addressee is no open letter.
    """
    if _OPEN_LETTER.match(headline) or _OPEN_LETTER_AT_THE_END.search(headline):
        return True
    if _greets_other_addressee(headline, paper_title):
        return True
    one_line_paragraphs = {
        paragraph[0] for paragraph in layout.paragraphs[:LINES_AT_THE_TOP] if len(paragraph) == 1
    }
    top = layout.lines[: LINES_AT_THE_TOP + _lines_of_addresses(layout)]
    return any(
        _OPEN_LETTER.match(line)
        or _greets_other_addressee(line, paper_title)
        or _is_to_office(line, is_alone=line in one_line_paragraphs)
        for line in top
    ) or any(_speaks_to_other_addressee(text, end) for text, end in _beginnings(layout))


def _lines_of_addresses(layout: Layout) -> int:
    """Return how many of the first lines are addresses above a greeting, as in a letter on paper."""
    lines = list(
        takewhile(
            lambda line: len(line) <= MAX_ADDRESS_LINE_LENGTH and not _GREETS.match(line),
            layout.lines[:MAX_ADDRESS_LINES],
        )
    )
    # A poem has short lines, too, but seldom a house number among them.
    return len(lines) if any(map(_DIGIT.search, lines)) else 0


def _beginnings(layout: Layout) -> Iterator[tuple[str, int]]:
    """Yield the text from each of the first lines on, and where that line ends in it.

    Line breaks are spaces in it. Lines within a sentence are left out, and so is a greeting of the paper.
    """
    lines = layout.lines[: LINES_AT_THE_TOP + CHARACTERS_SPOKEN_TO // 20]
    before = ""
    for index, line in enumerate(lines[:LINES_AT_THE_TOP]):
        if len(before) <= MAX_LINE_BEFORE or before.endswith((".", "!", "?", ":", ",", "\uff1a", "。")):
            text = " ".join(" ".join(lines[index:])[: MAX_GREETING_LENGTH + CHARACTERS_SPOKEN_TO].split())
            end = len(line)
            if paper := _PAPER_GREETING.match(text):
                text, end = text[paper.end() :], max(0, end - paper.end())
            yield text, end
        before = line


def _speaks_to_other_addressee(text: str, end_of_line: int) -> bool:
    """Return whether a text begins with the name or office of somebody, and speaks to them."""
    if _HAN.match(text):
        return _speaks_to_other_in_chinese(text, end_of_line)
    lines = (text, text[:end_of_line])
    return _calls_by_name(text) or any(
        _greets_person(line) or _calls_by_office(line, text) or _calls_by_title(line, text) for line in lines
    )


def _greets_person(line: str) -> bool:
    """Return whether a line begins with “Sehr geehrter Herr Frank,” or the like in another language."""
    greeting = _GREETING.match(line)
    whom = greeting["whom"].strip() if greeting else ""
    if not whom or _PAPER_ELSEWHERE.search(whom):
        return False
    return bool(_PERSON.match(whom)) and not _WISHES.match(whom)


def _calls_by_office(line: str, text: str) -> bool:
    """Return whether a line begins with “Señor alcalde:” or the like; ``text`` goes on after the line."""
    office = _TITLE_AND_OFFICE.match(line)
    if not office or _PAPER_ELSEWHERE.search(office[0].rstrip(" ,:!–—")):
        return False
    is_greeting = office["mark"] in {":", ""} or office.end() == len(line)
    is_french = office[0].lower().startswith(("mon", "mad", "mme", "m."))
    return is_greeting or not is_french or _is_spoken_to(text, office.end())


def _calls_by_title(line: str, text: str) -> bool:
    """Return whether a line begins with “Premier Ann Lee,” or “Mr. Mayor,”, and the text speaks to them."""
    for pattern in (_OFFICE_AND_NAME, _TITLE_AND_NAME):
        named = pattern.match(line)
        if named and _is_name_of_other(named):
            return bool(named["vocative"]) or _is_spoken_to(text, named.end())
    return False


def _calls_by_name(text: str) -> bool:
    """Return whether a text begins with “Ann Lee, you …” or “To the driver of the bus: you …”."""
    somebody = _TO_SOMEBODY.match(text)
    if somebody and not _ADDRESSES_PAPER.search(somebody["whom"]):
        return True
    named = _NAME_AND_YOU.match(text)
    return named is not None and _is_name_of_other(named) and _is_spoken_to(text, 0)


def _is_name_of_other(named: re.Match[str]) -> bool:
    """Return whether a name doesn't mean the editor, the paper or its readers."""
    if _PAPER_ELSEWHERE.search(named[0].rstrip(" ,:!–—")):
        return False
    return not _ADDRESSES_PAPER.search(_TITLE_AT_START.sub("", named[0]))


def _is_spoken_to(text: str, start: int) -> bool:
    """Return whether the text behind a name, from ``start`` on, has a “you” in it that isn't the paper."""
    after = text[start : start + CHARACTERS_SPOKEN_TO]
    if _APPOSITION.match(after):
        return False
    return bool(_SPEAKS_TO.search(_QUOTATION.sub("", after)))


def _speaks_to_other_in_chinese(text: str, end_of_line: int) -> bool:
    for line in (text[:end_of_line], text):
        greeting = _CHINESE_GREETING.match(line)
        if greeting and not _CHINESE_PAPER.search(greeting[0]):
            return True
        addressee = _CHINESE_ADDRESSEE.match(line)
        if (
            addressee
            and not _CHINESE_PAPER.search(addressee[0])
            and addressee["whom"] not in {"先生", "女士", "小姐"}
        ) and (not addressee["comma"] or _CHINESE_YOU.search(text[addressee.end() : addressee.end() + 80])):
            return True
    return False


def _greets_other_addressee(line: str, paper_title: str) -> bool:
    if office := _DEAR_OFFICE.match(line[:MAX_GREETING_LENGTH]):
        return not _ADDRESSES_PAPER.search(office[0])
    if len(line) > MAX_GREETING_LENGTH:
        return False
    if _EXCELLENCY.match(line):
        return True
    dear = _DEAR.match(line)
    return dear is not None and _is_other_addressee(
        dear["whom"].strip(), paper_title, is_marked=not line[-1].isalnum()
    )


def _is_to_office(line: str, *, is_alone: bool) -> bool:
    """Return whether a line is only “To the minister”; ``is_alone``: it is a paragraph of its own."""
    introduction = line.partition(":")[0] + ":" if ":" in line[:MAX_GREETING_LENGTH] else line
    if len(introduction.split()) > MAX_WORDS_OF_TO_LINE:
        return False
    if _TO_OFFICE.match(introduction) or _TO_OFFICE_ELSEWHERE.match(introduction):
        return is_alone or introduction.endswith((":", ","))
    return False


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
