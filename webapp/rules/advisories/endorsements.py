"""Detector of endorsements: letters that ask for votes for or against somebody; returns whether one does.

Reports of votes (“the council voted for the budget”) and appeals to take part (“everybody should vote”) are
none. Each language has patterns for appeals, and for what the writer says of their own vote.
"""

import functools
import re
from collections.abc import Iterable, Iterator

from webapp.rules.advisories.hinted_patterns import HintedPattern, may_match
from webapp.rules.advisories.layout import Layout

MAX_SENTENCES = 40
MAX_SENTENCE_LENGTH = 400
"""Characters."""

_NAME = (
    r"(?:(?:the|Mr|Mrs|Ms|Dr|Sen|Rep|Councill?or|Senator|Mayor|Judge|incumbent|candidate|independent)"
    r"\.?\s){0,2}[A-Z][\w'’-]+"
)
_WHOM = (
    rf"(?:(?:the\s)?re-?election\sof\b|{_NAME}|h(?:im|er)\b|them\b|(?:our|my)\s(?:friend|neighbou?r)\b"
    rf"|a\s(?:change|woman|man"
    rf"|candidate)\b|change\b)"
)
_BALLOT_OPTION = "[“\u2018\"']?(?:yes|no|YES|NO|Yes|No)[”\u2019\"']?"
_OFFICE = (
    r"(?:mayor|council\w*|city\s\w+|county\s\w+|town\s\w+|state\s\w+|district\s\w+|senate|senator|congress"
    r"|governor"
    r"|president|(?:the\s)?school\s(?:board|committee)|sheriff|judge|assembly|house|parliament|MP|MSP|MLA"
    r"|commissioner"
    r"|supervisor|trustee|alderman|(?:re-?)?election|office|treasurer|attorney|clerk"
    r"|our\s(?:next|district|ward|town|city))"
)
_PARTY = (
    r"(?:Conservatives?|Tory|Labor|Labour|Lib(?:eral)?\s?Dem\w*|Liberals?|Greens?|NDP|SNP|Democrat\w*"
    r"|Republican\w*"
    r"|Reform|Plaid|Sinn\sFéin|DUP|independents?)"
)
_LAWMAKERS = (
    r"(?:council|councill?ors|commissioners?|board|trustees|MPs?|senators?|legislat\w+|lawmakers"
    r"|parliament|congress\w*|members|delegates|representatives|assembly|committee|government|ministers?"
    r"|party)"
)

_ENGLISH_VOTES = (
    # “Vote for Ann Lee”, “I urge you to vote No”, “Ann Lee has my vote”
    (
        rf"(?:^|[.!?:;“\"–—]\s?|\b(?:[Pp]lease|[Ll]et(?:’s|'s|\sus)|[Dd]on(?:’|')t|[Dd]o\snot)\s(?:all\s)?"
        rf"|,\s(?:so\s|then\s|(?=[Vv]ote\s{_BALLOT_OPTION}))|\band\s)"
        rf"(?:[Vv]ote|VOTE)\s(?:(?:for|FOR|against)\s{_WHOM}|{_BALLOT_OPTION}(?!\w)|{_PARTY}\b|(?:him|her"
        rf"|them"
        rf"|\w+\s[A-Z]\w+)\sout\b)"
    ),
    (
        rf"\b(?:urg\w+|encourag\w+|ask(?:ing)?|beg|implor\w+|hop(?:e|ing)|recommend\w*|invit\w+|plead\w*|want"
        rf"|join(?:ing)?|call(?:ing)?\son"
        rf"|consider|remember|planning|please|going)\b(?:(?!\b{_LAWMAKERS}\b)[^.!?]){{0,80}}?\b(?:vot(?:e"
        rf"|ing)"
        rf"|cast(?:ing)?\s(?:your|their|a|our)\s(?:vote|ballot)s?)"
        rf"\s(?:(?:for|against)\s{_WHOM}|{_BALLOT_OPTION}(?!\w)|{_PARTY}\b)"
    ),
    (
        rf"\b(?:I|we|We)(?:’ll|'ll|’m|'m|’re|'re|\swill|\sam|\sare|\sintend\sto|\splan\sto)?(?:\s(?:be|also"
        rf"|again|proudly|happily|happy\sto|proud\sto|glad\sto|pleased\sto|gladly|definitely|certainly"
        rf"|going\sto|planning\sto|both|all))*"
        rf"\s(?:vote|voting|casting\s(?:my|our)\s(?:vote|ballot)s?)\s(?:for\s{_WHOM}|{_BALLOT_OPTION}(?!\w)"
        rf"|{_PARTY}\b)"
    ),
    (
        r"\b(?:has|have|gets?|has\searned|have\searned|earned|deserves?|will\sget|will\shave|needs?"
        r"|asks?\sfor"
        r"|worthy\sof)\s"
        r"(?:(?:my|your|our)\s(?:full\s|enthusiastic\s)?(?:vote|votes)\b|(?:my|your|our)\ssupport\s(?:on|in"
        r"|at"
        r"|this)\s(?:Nov|Elec|the\s(?:poll|elec|ballot)))"
    ),
    (
        r"\b(?:levy|bond|measure|proposition|referendum|initiative|candidate|campaign)\sneeds\syour\s(?:vote"
        r"|support)\b"
    ),
    rf"\b[Gg]ive\s(?:him|her|them|{_NAME}(?:\s[A-Z]\w+)?)\s(?:your|my|our)\s(?:vote|votes|support)\b",
    rf"\b(?:is|line|choice|reason|ask)\s(?:is\s)?to\svote\sfor:?\s{_WHOM}",
    (
        r"\b(?:[Vv]ote|[Vv]oting)\s(?:only\s)?(?:for|against)\s(?:those|these|the|any|all|an?|our)"
        r"\s(?:\w+\s)?"
        r"(?:challengers?|incumbents?|newcomers?)\b"
    ),
    rf"\b(?:[Mm]y|[Oo]ur)\svotes?\s(?:goes|go|is\sgoing|will\sgo|is|will\sbe)\s(?:to|for|with)\s{_NAME}",
    (
        rf"\b(?:[Cc]ast|[Gg]ive)\s(?:{_NAME}\s)?your\s(?:vote|ballot)s?\b(?:\s(?:for|to)"
        rf"\s{_WHOM})?(?=[^.!?]{{0,60}}\b(?:for|to|on)\b)"
    ),
)
_ENGLISH_SUPPORT = (
    # “I support Ann Lee for mayor”, “re-elect Ann Lee”, “I endorse …”
    (
        rf"\b(?:urg\w+|encourag\w+|ask|hope|recommend|join|please|proud(?:ly)?|happy|pleased|I|we|We)"
        rf"\b[^.!?]{{0,60}}?"
        rf"\b(?:support|supporting|elect|electing|back|backing|choose|re-?elect(?:ing)?|vot(?:e|ing)"
        rf"\sto\s\w+)"
        rf"\s(?:{_WHOM})[^.!?]{{0,60}}?"
        rf"\b(?:for|as|to|in)\s(?:(?:the|our|your|his|her|a)\s(?:next\s)?)?(?:\w+\s)?{_OFFICE}"
    ),
    rf"\b(?:I|we|We)\s(?:\w+ly\s)?endorse\s{_WHOM}|\bendorsement\sof\s[A-Z]|\b(?:my|our|full)\sendorsement\b",
    (
        r"\bsupport\s(?:for|of)\s(?:both\s)?(?:the\s|our\s|this\s)?(?:\w+\s){0,4}(?:levy|levies|bond|ballot"
        r"|measure"
        r"|proposition|referendum|initiative|amendment)\b(?=[^.!?]*\b(?:ballot|election|vote|Nov|levy))"
    ),
    (
        r"\b(?:support|favou?r)\s(?:of\s)?(?:the\s)?(?:re-?election|election|candidacy|campaign)"
        r"\sof\s(?:\w+\s)?[A-Z]"
    ),
    (
        rf"\b(?:support|favou?r)\sof\s{_NAME}[^.!?]{{0,60}}\b(?:campaign|bid|candidacy|re-?election"
        rf"|for\s{_OFFICE})"
    ),
    (
        rf"\b(?:my|our|full)\s(?:\w+\s)?support\s(?:for|of|to|behind)\s{_NAME}[^.!?]{{0,80}}?"
        rf"\b(?:{_OFFICE}|terms?|re-?election|candidacy|campaign|bid|board)\b"
    ),
    (
        rf"(?:^|[.!?]\s|[Ll]et(?:’s|'s|\sus)\s|[Pp]lease\s|\bto\s)(?:[Rr]e-?elect|[Ee]lect|RE-ELECT|ELECT)"
        rf"\s{_NAME}"
    ),
    (
        rf"\bI\s(?:\w+ly\s)?(?:support|back|am\ssupporting|am\sbacking)\s{_NAME}(?:\s[A-Z]\w+)?\s(?:for"
        rf"|in\shis"
        rf"|in\sher)\s(?:\w+\s){{0,2}}(?:{_OFFICE}|campaign|bid|re-?election)"
    ),
)
_ENGLISH_CANDIDATES = (
    # “Ann Lee is the best candidate for mayor”
    (
        r"\bdeserves?\s(?:to\skeep|another\sterm|to\sbe\s(?:re-?)?elected|re-?election|a\s(?:second|third)"
        r"\sterm)\b"
    ),
    r"\bis\sthe\s(?:preferred|best|better|right|only|obvious|stronger)\s(?:candidate|choice\sfor)\b",
    r"\b(?:one|who\sthe\s(?:best|better|right))\scandidate\s(?:(?:that|who)\s)?(?:is|stands\sout)\b",
    (
        rf"\b(?:best|right|clear|only|obvious|better|superior|most\squalified|ideal)\s(?:choice|candidate"
        rf"|person|pick|woman|man)\s(?:for|to\s(?:be|represent|serve|lead))\s(?:(?:the|our|your|a)"
        rf"\s)?(?:next\s)?(?:\w+\s)?{_OFFICE}"
    ),
)
_ENGLISH_OFFICES = (
    # “Send Ann Lee to Congress”
    (
        rf"\b(?:[Ss]end|[Pp]ut|[Kk]eep|[Rr]eturn)\s{_NAME}(?:\s[A-Z]\w+)?\s(?:back\s)?(?:to|in|on)"
        rf"\s(?:Congress"
        rf"|the\s(?:Senate|House|council|board|Legislature|Assembly)|Parliament|Westminster|Washington|office"
        rf"|city\shall|City\sHall)"
    ),
)
_ENGLISH_MEASURES = (
    # “Yes on Measure B”
    r"\b(?:Yes|No|YES|NO)\son\s(?:Measure|Prop|Proposition|Question|Issue|Amendment|Referendum)\b",
)
_GERMAN = (
    (
        r"\b(?:[Ww]ählen\s[Ss]ie|[Ww]ählt|[Ww]ählen\swir)\s(?:(?:bitte|deshalb|daher|darum|alle|also|mit\smir"
        r"|am\s\S+(?:\s\S+)?)\s){0,3}"
        r"(?:(?:die|den|Frau|Herrn|Dr\.)\s){0,2}(?!Nummer|Telefon|Farbe|Weg|Notruf|Option|Taste"
        r"|Sie\b)[A-ZÄÖÜ]\w+"
    ),
    (
        r"\b(?:ich|wir|Ich|Wir)\s(?:werde|werden|will|wollen)\s(?:(?!\bnicht\b"
        r"|\bnie\b)[^.!?,]){0,60}(?:\b[A-ZÄÖÜ]\w+\s)(?:wählen|meine\sStimme\sgeben)\b"
    ),
    (
        r"\b(?:[Ww]erde|[Ww]ähle)\s(?:ich|wir)\s(?:(?!\bnicht\b"
        r"|\bnie\b)[^.!?,]){0,60}\b[A-ZÄÖÜ]\w+(?:\swählen)?\b(?<=wählen)"
    ),
    r"\b(?:[Mm]eine|[Uu]nsere)\sStimmen?\s(?:hat|haben|bekommt|bekommen|erhält|geht|gehen|gehört|gilt)\b",
    (
        r"\b(?:hat|bekommt|erhält|verdient|verdienen|kriegt)\s(?:\w+\s){0,5}(?:meine|Ihre|unsere|eure|deine"
        r"|jede)\s(?:\w+\s)?Stimmen?\b"
    ),
    (
        r"\b(?:[Gg]eben\sSie|[Gg]ebt|[Ss]chenken\sSie)\s(?:[^.!?]){0,60}\b(?:Ihre|eure|die)\s(?:Erst"
        r"|Zweit)?[Ss]timmen?\b"
    ),
    (
        r"\b(?:ruf\w*|bitt\w*|appellier\w*|empfehl\w*|empfiehlt)\b[^.!?]{0,100}\b(?:zu\swählen|(?:die|ihre"
        r"|Ihre)"
        r"\sStimme\szu\sgeben|zu\sstimmen)\b"
    ),
    r"\bKreuz\s(?:bei|für|hinter)\b",
    (
        r"\b(?:entscheide|entscheiden|entschied|entschieden)\s(?:ich\s|wir\s)?(?:mich|uns)"
        r"\s(?:\w+\s)?für\s[A-ZÄÖÜ]\w+\s[A-ZÄÖÜ]\w+"
    ),
    r"\b(?:[Ww]ahle|[Ee])mpfehlung(?:en)?\b[^.!?]{0,80}:\s(?:Liste\s\d|[A-ZÄÖÜ]\w+\s[A-ZÄÖÜ])",
    (
        r"\b(?:[Bb]itt\w*|möchte|ermutig\w*|empfehl\w*|rufe|werde|muss|müssen|sollten?)\b[^.!?]{0,120}"
        r"\bmit\s(?:Ja|Nein|JA|NEIN)\s(?:[^.!?]){0,60}\b(?:abzustimmen|zu\sstimmen|stimmen)\b"
    ),
    (
        r"\b(?:[Ss]timmen\sSie|[Ss]timmt|[Ss]timme\sich)\s(?:[^.!?]){0,50}\b(?:Ja|Nein|JA|NEIN"
        r"|für\s[A-ZÄÖÜ]\w+)"
        r"\b"
    ),
    r"\b(?:Ja|Nein|JA|NEIN)\s(?:zur|zum|am\s\d)\b",
)
_FRENCH = (
    (
        r"\b(?:[Vv]otez|[Vv]otons|VOTEZ)\s(?:(?:donc|massivement|utile|tous|toutes|avec\smoi|le\s\d+\s\w+)"
        r"\s){0,2}(?:pour\b|contre\b|en\sfaveur|oui\b|non\b|OUI\b|NON\b|[A-ZÉ]\w+)"
    ),
    (
        r"\b(?:je|nous|Je|Nous)\s(?:vais\svoter|voterai|voterons|allons\svoter|vote)"
        r"\s(?:(?!\bpas\b)[^.!?]){0,30}\b(?:pour|contre|oui|non|en\sfaveur)\b"
    ),
    (
        r"\b(?:appel\w+|invit\w+|encourag\w+|exhort\w+|demand\w+|conseill\w+|recommand\w+)"
        r"\b[^.!?]{0,80}\b(?:à"
        r"|de)\s(?:voter\s(?:pour|contre|en\sfaveur|oui|non)|(?:élire|réélire)\s[A-ZÉ])"
    ),
    r"\b(?:[Mm]a|[Mm]on|[Nn]otre)\s(?:voix|vote|suffrage|bulletin)\s(?:ira|va|est\sacquise?|sera)\b",
    (
        r"\b(?:donne[rz]?|accorde[rz]?|apporte[rz]?|donnons)\s(?:-?\w+\s)?(?:lui\s)?(?:votre|vos|ma|leur"
        r"|notre"
        r"|nos)\s(?:voix|suffrages?|vote)\b"
    ),
    r"\b(?:mérite|méritent|aura|a|auront)\s(?:votre|nos|ma|notre|vos)\s(?:voix|vote|suffrages?)\b",
)
_SPANISH = (
    (
        r"\b(?:[Vv]ote|[Vv]oten|[Vv]otad|[Vv]otemos|VOTE|[Vv]ota)\s(?:(?:ustedes|todos|conmigo|masivamente"
        r"|el\s\w+)\s){0,2}(?:por|a|al|en\scontra|sí|no|SÍ|NO)\s(?:la\s|el\s|los\s|las\s|un\s|una\s|doña\s"
        r"|don\s)?(?:[A-ZÁÉÍÓÚÑ]\w+|cambio)"
    ),
    (
        r"\b(?<!no\s)(?:[Vv]otaré|[Vv]oy\sa\svotar|[Vv]otaremos|[Vv]amos\sa\svotar)"
        r"\s(?:(?!\bno\b)[^.!?]){0,40}\b(?:por|a|al)\s(?:la\s|el\s|los\s|las\s|doña\s|don\s)?[A-ZÁÉÍÓÚÑ]\w+"
    ),
    (
        r"\b(?:[Hh]ay|[Tt]enemos)\sque\s(?:votar|elegir)\s(?:por|a|al)\s(?:la\s|el\s|doña\s"
        r"|don\s)?[A-ZÁÉÍÓÚÑ]\w+"
    ),
    r"\b(?:[Mm]i|[Nn]uestro)\svoto\s(?:es|será|va|irá|irán)\s(?:por|para|a)\b",
    r"\b(?:daré|doy|daremos|den|dad|da|dele|denle)\s(?:mi|su|tu|vuestro|nuestro|el)\svoto\b",
    (
        r"\b(?:pid\w+|invit\w+|anim\w+|llam\w+|rueg\w+|exhort\w+|convoc\w+|recomiend\w+)"
        r"\b[^.!?]{0,80}\b(?:vot(?:en|ar|e|éis|emos)\s(?:por|a|al|en\scontra)|(?:el|su|vuestro|tu)"
        r"\svoto\s(?:para|por|a))\b"
    ),
    r"\bmerecen?\s(?:su|tu|mi|nuestro|vuestro|el)\s(?:voto|apoyo\sen\slas\surnas)\b",
)
_PORTUGUESE = (
    (
        r"\b(?:[Vv]ote|[Vv]otem|[Vv]otemos|VOTE)\s(?:(?:todos|comigo|em\smassa)\s)?(?:em|no|na|nos|nas|contra"
        r"|sim|não|SIM|NÃO)\s?(?:[A-ZÁÉÍÓÚÂÊÔÃÕÇ]\w+|quem|no\sreferendo)?"
    ),
    (
        r"\b(?<!não\s)(?:[Vv]otarei|[Vv]ou\svotar|[Vv]otaremos|[Vv]amos\svotar)"
        r"\s(?:(?!\bnão\b)[^.!?]){0,40}\b(?:em|no|na|nos|nas)\s(?:[Dd]outor\w*\s|lista\s(?:de\s|da\s"
        r"|do\s)?)?[A-ZÁÉÍÓÚÂÊÔÃÕÇ]\w+"
    ),
    r"\b(?:[Mm]eu|[Nn]osso)\svoto\s(?:é|será|vai|irá)\s(?:para|de|da|do|por|em)\b",
    (
        r"\b(?:peço|pedimos|apelo|apelamos|convido|recomendo|exorto)\b[^.!?]{0,80}\b(?:vot(?:em|ar|e)"
        r"\s(?:em|no"
        r"|na|contra)|voto\s(?:em|no|na|para|a))\b"
    ),
    (
        r"\bmerecem?\s(?:o\s)?(?:seu|meu|nosso|vosso|teu)\svoto\b|\b(?:dê|deem|dêem|dar)\s(?:o\s)?(?:seu"
        r"|vosso"
        r"|meu|nosso)\svoto\b"
    ),
)
_ITALIAN_AND_DUTCH = (
    (
        r"\b(?:[Vv]otate|[Vv]otiamo|VOTATE)\s(?:(?:tutti|compatti|per|la|il|sì|no|SÌ|NO|contro)"
        r"\s){0,3}[A-ZÀÈ]\w+|\b[Vv]ota(?:te|iamo)\s(?:sì|no|SÌ|NO)\b"
    ),
    (
        r"\b(?:[Vv]oterò|[Vv]oteremo)\s(?:per\s)?(?:(?:la|il|lo|i|le|il\sdottor|la\sdottoressa)\s)?[A-ZÀÈ]\w+"
        r"|\b(?:[Ii]l\s)?(?:mio|nostro)\svoto\s(?:va|andrà|è|sarà)\b"
    ),
    (
        r"\b(?:invit\w+|chied\w+|esort\w+)\b[^.!?]{0,80}\b(?:a|di)\s(?:votare|sostenere)"
        r"\s(?:per\s)?(?:(?:la|il"
        r"|lo)\s)?[A-ZÀÈ]\w+|\bmerita(?:no)?\s(?:il\s)?(?:vostro|nostro|mio|suo)\svoto\b|\b[Dd](?:iamo|ate)"
        r"\s(?:il\s)?(?:nostro|vostro)\svoto\b"
    ),
    (
        r"\b[Ss]tem(?:t|men)?\s(?:(?:dus|daarom|allemaal|ook|op\s\d+\s\w+|nu|wij|ik|volgende\sweek|woensdag)"
        r"\s){0,2}op\s(?:de\s|het\s|mevrouw\s|meneer\s)?[A-Z]\w+"
    ),
    (
        r"\b(?:[Mm]ijn|[Oo]nze)\sstem\s(?:gaat|krijgt|is)\b|\bverdien(?:t|en)\s(?:uw|jouw|mijn|onze|je)"
        r"\sstem\b"
        r"|\b[Gg]eef\s(?:uw|je|jullie)\sstem\b|\bop\ste\sstemmen\b|\bte\sstemmen\sop\s[A-Z]|\b(?:krijgt"
        r"|heeft)"
        r"\smijn\sstem\b"
    ),
)
_CHINESE = (
    (
        r"(?:請|请|呼籲|呼吁|懇請|恳请|希望大家|希望各位|大家|各位|我會|我会|我們會|我们会|我將|我将|我一定|號召|号召|一起|踴躍|踊跃)"
        r"(?:(?!議員|议员|代表|委員|委员)[^。\uff01\uff1f!?]){0,25}"
        r"(?:投(?:票)?(?:給|给|支持|予)|投[^。\uff0c]{0,10}一票|把[^。]{0,8}票投|票投|支持[^。]{0,12}(?:候選人|候选人|當選|当选|連任|连任|號|号))"
        r"|(?:神聖|寶貴|宝贵|神圣|關鍵|手上)的?一票|(?:值得|配得上)(?:大家|你|我|您|我們|我们|街坊|選民|选民)[^。]{0,6}(?:一票|投票)"
        r"|我(?:的|這|这|呢)?一票(?:會|会|將|将|一定)?(?:投|給|给)|投[^。\uff0c投反]{1,8}一票"
    ),
)
_ELECTION_HINTS = (
    "vot", "ballot", "elect", "endors", "candida", "campaign", "upporting", "measure", "senate", "congress",
    "school board", "second term", "another term", "wähl", "wahl", "stimm", " stem", " op ", "kreuz", "voix",
    "suffrage", "élire", "urnas", " ja ", "nein ", "投", "票", "選", "选",
)  # fmt: skip
"""Strings, in lower case, of which nearly every letter about an election or a vote has one."""
_LANGUAGES = (
    (("vot", "Vot", "VOT", "ballot", "my support", "your support", "our support"), _ENGLISH_VOTES),
    (("support", "elect", "Elect", "ELECT", "back", "choose", "favo", "ndors"), _ENGLISH_SUPPORT),
    (("candidate", "choice", "deserve", " person", " pick", "man for", "man to"), _ENGLISH_CANDIDATES),
    (
        (
            "Congress",
            "Senate",
            "House",
            "ouncil",
            "oard",
            "Legislature",
            "Assembly",
            "Parliament",
            "Westminster",
            "Washington",
            "office",
            "hall",
            "Hall",
        ),
        _ENGLISH_OFFICES,
    ),
    (("es on ", "ES on ", "o on ", "O on "), _ENGLISH_MEASURES),
    (("wähl", "Wähl", "timme", "Kreuz", "mpfehlung", "entsch", "Ja ", "Nein ", "JA ", "NEIN "), _GERMAN),
    (("vote", "Vote", "VOTE", "votons", "Votons", "voix", "suffrage", "bulletin", "élire"), _FRENCH),
    (("vot", "Vot", "VOTE"), _SPANISH),
    (("vot", "Vot", "VOTE"), _PORTUGUESE),
    (("vot", "Vot", "VOTATE", "stem", "Stem"), _ITALIAN_AND_DUTCH),
    (("投", "一票", "支持"), _CHINESE),
)
"""Strings of which each match of some patterns has one at least, and these patterns."""
_SENTENCE = re.compile(r"[^.!?。\uff01\uff1f]+[.!?。\uff01\uff1f]*")
_ABBREVIATION = re.compile(
    r"\b(Dr|Mrs?|Ms|Sen|Rep|Gov|St|Nov|Oct|Sept|Prof|Prop|[A-Z]|(?<!\d)\d{1,2})\.(?=\s)"
)


def is_endorsement(layout: Layout) -> bool:
    """Return whether a letter asks to vote for or against somebody, or says for whom the writer votes.

    Only the first `MAX_SENTENCES` sentences with a word about votes are examined, each as far as
    `MAX_SENTENCE_LENGTH`.
    """
    folded = layout.text.lower()
    if not any(hint in folded for hint in _ELECTION_HINTS):
        return False
    appeals = may_match(_appeals(), layout.text)
    examined = 0
    for sentence in _sentences(layout, appeals):
        possible = may_match(appeals, sentence)
        examined += bool(possible)
        if examined > MAX_SENTENCES:
            break
        if any(appeal.pattern.search(sentence[:MAX_SENTENCE_LENGTH]) for appeal in possible):
            return True
    return False


def _sentences(layout: Layout, appeals: Iterable[HintedPattern]) -> Iterator[str]:
    """Yield the sentences of the paragraphs that may have an appeal in them."""
    for paragraph in layout.paragraphs:
        # Joined, as mail programs break lines within sentences; without the full stops of abbreviations.
        prose = " ".join(map(str.lstrip, paragraph))
        if may_match(appeals, prose):
            yield from map(str.strip, _SENTENCE.findall(_ABBREVIATION.sub(r"\1", prose)))


@functools.cache
def _appeals() -> tuple[HintedPattern, ...]:
    """Compile the patterns: at the first use, as that takes 40 ms."""
    return tuple(
        HintedPattern(hints, re.compile("|".join(f"(?:{pattern})" for pattern in patterns)))
        for hints, patterns in _LANGUAGES
    )
