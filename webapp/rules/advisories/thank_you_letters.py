"""Detector of thank-you letters; returns about how many people and businesses a letter thanks, or 0.

A letter is one if thanks make up much of it, or if it tells a story that begins or ends with thanks, and
argues nothing: a sentence of thanks within a complaint makes no letter of thanks. Thanks to the paper or its
readers, and “thanks to the rain”, aren't counted.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from webapp.rules.advisories.hinted_patterns import HintedPattern, may_match, search_any
from webapp.rules.advisories.layout import Layout
from webapp.rules.advisories.word_lists import word_set

MIN_THANKED = 3
MIN_SHARE_OF_LETTER = 0.4
"""Share of the characters that thanks must have: many letters thank three people in passing."""

MIN_SHARE_OF_FEW = 0.5
"""The same for a letter that thanks fewer than `MIN_THANKED`."""
SENTENCES_AT_THE_TOP, SENTENCES_AT_THE_END = 3, 4
"""Sentences among which one of thanks is the point of the whole letter."""
MAX_SIGNATURE_LINES = 4
MAX_SIGNATURE_LENGTH = 60
"""Characters of a line below the last sentence."""

MAX_ENTRY_LENGTH = 220
"""Characters; a longer line after a list of thanks is no entry of it."""

_ENGLISH = HintedPattern(
    ("thank", "grateful", "gratitude", "indebted", "appreciat", "hats off"),
    re.compile(
        r"\bthank(?! (?:god|goodness|heavens?|the lord|him|her|them|it|you,? and)\b)\b"
        r"(?:[ -]you(?![^.!?]{0,12}\bfor (?:your|print|publish|reading|bring)))?"
        r"|\b(?:give|giving|say|extend|offer|send) (?:\w+ )?thanks to\b"
        r"|\b(?:want|like|wish|love|must|have|way|able) to (?:\w+ )?thank\b"
        r"|\b(?:my|our|many|special|heartfelt|sincere|sincerest|grateful|warm|warmest|huge|big|biggest"
        r"|deepest"
        r"|further|more|hearty|public) thanks\b"
        r"|\bthanks(?: (?:also|too|again|as well))? (?:go|are due|to|the|all|everyone)\b"
        r"|\b(?<!less )(?<!not )(?:gratitude|grateful|indebted|appreciation) (?:also )?to\b"
        r"|\bhats off to\b|\bhow grateful\b|\b(?:so|very|truly|deeply|forever|eternally"
        r"|most) grateful\b"
        r"|\b(?:my|our) (?:\w+ ){0,3}gratitude\b|\b(?:can(?:no|[’'])t) (?:begin to )?thank\b"
        r"|\bdebt of gratitude\b|\bappreciation (?:of|to|for)\b"
        r"|\b(?:I|we) (?:really |truly |so )?appreciate\b",
    ),
)
_GERMAN_AND_DUTCH = HintedPattern(
    ("dank",),
    re.compile(
        r"\b(?:möchte|möchten|will|wollen|wollte|darf)\b[^.!?]{0,120}\b(?:bedanken|danken?|dank (?:sagen"
        r"|aussprechen))\b"
        r"|\b(?:herzlich\w*|viele[nr]?|tausend|groß\w*|best\w*|lieb\w*|innig\w*|unser|mein|ganz besonder\w*)"
        r" (?:dank|dankeschön)\b"
        r"|\bdanke\b(?! der nachfrage)|\bdankeschön\b|\bdank (?:gilt|geht|gebührt)\b|\bbedanken? (?:mich"
        r"|uns)\b"
        r"|\b(?:bin|sind) (?:ihm|ihr|ihnen|allen|den|dem|der)\b[^.!?]{0,60}\bdankbar\b"
        r"|\bdanken (?:wir|allen|der|dem|den|ihnen|euch)\b|\b(?:wir|ich) danken?\b"
        r"|\bich (?:ihnen|euch|ihm|ihr|allen)\b[^.!?]{0,40}\bdankbar\b"
        r"|\b(?:hartelijk|heel veel|veel|duizendmaal|grote|enorme|mijn|onze) dank\b|\bbedank(?:t|en|ten)\b"
        r"|\bdankbaar\b|\bdank (?:aan|je wel|u wel)\b",
    ),
)
_FRENCH = HintedPattern(
    ("merci", "reconnaissan", "gratitude"),
    re.compile(
        r"\bremerci(?:er|e|ons|ements?)\b|\bmerci\b|\b(?:ma|notre|ma profonde|sincère) gratitude\b"
        r"|\breconnaissan(?:te?s?|ce) (?:à|aux|au|envers|pour)\b",
    ),
)
_SPANISH_AND_PORTUGUESE = HintedPattern(
    (
        "gracias",
        "agradec",
        "agradez",
        "agradeç",
        "obrigad",
        "bem haja",
        "bem-haja",
        "grato",
        "grata",
        "gratos",
        "gratas",
    ),
    re.compile(
        r"\bagradec(?:er|erle|erles|er-lhes?|emos|ido|ida|idos|imientos?|imentos?)\b|\bagradezco\b"
        r"|\bagradeç\w+"
        r"|\b(?:dar|doy|damos|darle|darles)(?: las| mis| nuestras)?(?: más \w+)? gracias\b"
        r"|\b(?:muchas|muchísimas|mil|infinitas|millones de) gracias\b"
        r"|\bgracias\b(?: (?:de (?:todo )?corazón|por|a)\b)?"
        r"|\bobrigad[oa]s?\b|\bbem[- ]hajam?\b|\bgrat[oa]s? (?:ao|à|aos|às)\b",
    ),
)
_ITALIAN = HintedPattern(
    ("ringrazi", "grazie", "gratitudine", "riconoscent"),
    re.compile(
        r"\bringrazi(?:are|amo|o|amenti|amento|arli|arla|arlo)\b|\bgrazie\b|\bgratitudine\b"
        r"|\briconoscent[ei] (?:a|al|alla|ai|agli)\b",
    ),
)
_CHINESE = HintedPattern(
    ("謝", "谢", "感激", "感恩"),
    re.compile(
        "(?:多謝|多谢|感謝|感谢|鳴謝|鸣谢|致謝|致谢|謝謝|谢谢|道謝|道谢|感激|謝意|谢意|感恩)(?![。\uff01!]|$)"
        "|(?:說|说|道|講|讲)(?:一)?(?:聲|声)(?:多謝|多谢|謝謝|谢谢|感謝|感谢)"
        "|(?:表示|致以|表達|表达)[^。]{0,10}(?:感謝|感谢|謝意|谢意|感激)|衷心(?:的)?(?:感謝|感谢|多謝|感激)"
    ),
)
_Languages: TypeAlias = tuple[HintedPattern, ...]
_THANKING: _Languages = (_ENGLISH, _GERMAN_AND_DUTCH, _FRENCH, _SPANISH_AND_PORTUGUESE, _ITALIAN, _CHINESE)
_OF_NO_WEIGHT = re.compile(
    # To the paper, its readers, in advance, or in scorn.
    r"\b(?:for|that) (?:your|you|print\w*|publish\w*|taking|reading|considering|the opportunity|allowing"
    r"|letting me"
    r"|this opportunity)\b|\bthanks?(?: you)? (?:to )?(?:the )?(?:editor|herald|times|reader)"
    r"|\bfor (?:the|his|her|their|this|that|an?)(?: [\w-]+){0,3} (?:article|editorial|column|coverage"
    r"|reporting|report"
    r"|letters?|newspaper|paper|cartoon|leader|piece|story|review)\b"
    r"|\byour (?:paper|newspaper|article|column\w*|report\w*|correspondent|editorial|coverage)\b"
    r"|\b(?:columnist|journalist|reporter|editorial board)s?\b|\bdesde ya\b|\b(?:periodistas|journalistes"
    r"|journalisten|giornalisti|jornalistas|a ustedes)\b|\bin advance\b|\bthe call\b"
    r"|\bim voraus\b|\b(?:für|über) (?:die veröffentlichung|den abdruck|den artikel|den bericht"
    r"|das interview)\b"
    r"|\bartikel|\bleserbrief|\bkommentar"
    r"|\b(?:d['’]|par )avance\b|\b(?:pour|de) (?:votre|vos|publier|la publication)\b|\bvotre (?:article"
    r"|journal|attention)"
    r"|\bgrâce à (?:elle|lui|eux|vous)\b"
    r"|\b(?:de antemano|por (?:su atención|la atención|publicar|la publicación|su tiempo|el artículo"
    r"|este espacio"
    r"|el espacio))\b|\bartículo\b"
    r"|\b(?:pel[ao] (?:sua |vossa )?(?:atenção|publicação|espaço|artigo)|desde já|antecipadamente)\b"
    r"|\bartigo\b"
    r"|\bper (?:l['’]attenzione|l['’]accoglienza|la pubblicazione|lo spazio|l['’]ospitalità|l['’]articolo)"
    r"\b|\barticolo\b"
    r"|\banticipatamente\b"
    r"|\bbij voorbaat\b|\bvoor (?:uw|het plaatsen|het artikel)\b"
    r"|刊登|貴報|贵报|編輯|编辑|報道|报道|报导|報導|多謝合作|謝謝合作|文章",
)
_FOR_YOUR = re.compile(r"\b(?:für|über) Ihre[nmrs]?\b|\bder Redaktion\b")
_CAUSE = re.compile(r"(?:gracias|grazie) (?:a|al|alla|ai|agli|alle)\b")
ARGUING_WORDS = """
should must ought unacceptable disgrace disgraceful shame shameful shamefully outrage outrageous demand
demands demanded urge urged failing failure instead wrong why scandal scandalous cuts
underfunded understaffed neglect neglected complain complaint appalling sollte sollten muss müssen müsste
müssten warum wieso skandal versagt versagen fordern fordere gefordert schande unverschämt stattdessen
unzumutbar personalmangel endlich doit doivent devrait devraient faut faudrait pourquoi honte honteux
scandale inadmissible inacceptable exige exigeons manque debería deberían vergüenza vergonzoso inaceptable
lamentable lamentablemente exijo exigimos faltan deveria deveriam vergonha vergonhoso inaceitável porquê
faltam dovrebbe dovrebbero vergogna vergognoso inaccettabile bisogna mancano moet moeten waarom schandalig
onacceptabel tekort
"""
ARGUING_PHRASES = (
    "less grateful", "not grateful", "need to", "needs to", "enough is enough", "call on", "deserve better",
    "hay que", "por qué", "por que", "é preciso", "perché non",
    "應該", "应该", "應當", "必須", "必须", "為何", "为何", "為什麼",
    "为什么", "不滿", "不满", "投訴", "投诉", "促請",
    "要求", "希望當局", "希望政府", "豈能", "难道", "難道", "改善", "不足", "批評", "失望", "檢討",
)  # fmt: skip
"""What is said in a complaint or an argument, seldom in a letter of thanks."""
_WORD = re.compile(r"[^\W\d_]+")

_THANKS_TO = re.compile(r"thanks to\b", re.IGNORECASE)
_NOT_THANKS = re.compile(
    r"\b(?:no|than|any|without|won't) thanks\b|[\"“][^\"“”]*(?:thank|grateful)|\bgott sei dank\b"
    r"|\b(?:thanks|danke|merci|gracias|grazie|obrigado) (?:for nothing|für nichts|pour rien|por nada"
    r"|di niente"
    r"|a dios|a dio)\b",
    re.IGNORECASE,
)
_HEADLINE = re.compile(
    r"(?!.*\bno thanks\b)(?:\w+ ){0,3}(?:thanks?(?:[ -]you)?\b|gratitude\b|grateful\b|dank(?:e|eschön)?\b"
    r"|merci\b"
    r"|remerciements?\b|gracias\b|agradecimientos?\b|obrigad[oa]\b|agradecimentos?\b|grazie\b"
    r"|ringraziament[oi]\b|bedankt\b)"
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


_TO_ALL = re.compile(r"\bto (?:you )?(?:all|everyone|everybody|them|him|her|both)\b")
MIN_LENGTH_OF_THANKS = 24
"""Characters; a bare “Thank you.” ends many letters."""
_CONTRAST = re.compile(
    r"\b(?:but|yet|however|aber|doch|mais|pero|mas|porém|però|ma|maar|if|wenn|si|se)\b|但|可是|不過|不过"
)


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
    languages = may_match(_THANKING, layout.text.lower())
    if not languages:
        return 0
    passages = list(_passages_of_thanks(layout, languages))
    is_announced = bool(_HEADLINE.match(headline))
    if not is_announced and len(passages) == 1 and passages[0].is_thanks_to:
        return 0
    thanked = sum(passage.thanked for passage in passages)
    length = sum(passage.length for passage in passages)
    is_main_subject = is_announced or length >= MIN_SHARE_OF_LETTER * sum(map(len, layout.lines))
    if thanked >= MIN_THANKED and is_main_subject:
        return thanked
    return max(1, thanked) if _is_about_thanks(layout, languages, is_announced=is_announced) else 0


def _is_about_thanks(layout: Layout, languages: _Languages, *, is_announced: bool) -> bool:
    """Return whether a letter that may thank one person only is about that, and argues nothing."""
    sentences = [sentence for sentence in _prose(layout) if sentence]
    thanks = [index for index, sentence in enumerate(sentences) if _is_weighty(sentence, languages)]
    if not thanks:
        return False
    share = sum(len(sentences[index]) for index in thanks) / sum(map(len, sentences))
    is_main_subject = (
        is_announced
        or share >= MIN_SHARE_OF_FEW
        or thanks[0] < SENTENCES_AT_THE_TOP
        or thanks[-1] >= len(sentences) - SENTENCES_AT_THE_END
    )
    rest = (sentence for index, sentence in enumerate(sentences) if index not in set(thanks))
    return is_main_subject and not any(map(_argues, rest))


def _prose(layout: Layout) -> Iterator[str]:
    """Yield the sentences of a letter without its greeting and signature."""
    lines = layout.lines
    last = len(lines)
    for line in reversed(lines[-MAX_SIGNATURE_LINES:]):
        if len(line) > MAX_SIGNATURE_LENGTH or line.endswith((".", "!", "?", "。", "\uff01")):
            break
        last -= 1
    for sentence in _BETWEEN_SENTENCES.split(" ".join(lines[: last or len(lines)])):
        yield sentence.strip()


def _argues(sentence: str) -> bool:
    folded = sentence.lower()
    if any(phrase in folded for phrase in ARGUING_PHRASES):
        return True
    return not word_set(ARGUING_WORDS).isdisjoint(_WORD.findall(folded))


def _is_weighty(sentence: str, languages: _Languages) -> bool:
    """Return whether a sentence thanks somebody outside the paper, and more than in passing."""
    folded = sentence.lower()
    thanking = search_any(languages, folded)
    if not thanking or _NOT_THANKS.search(sentence) or _OF_NO_WEIGHT.search(folded):
        return False
    if _FOR_YOUR.search(sentence):
        return False
    if _CAUSE.match(folded, thanking.start()) or _THANKS_TO.match(thanking[0]):
        # “Gracias a la lluvia, …” gives a cause; “¡Gracias a todos!” thanks.
        return sentence.endswith("!") or "," not in sentence
    is_long_enough = (
        len(sentence) >= MIN_LENGTH_OF_THANKS or not sentence.isascii() or bool(_TO_ALL.search(folded))
    )
    contrast = _CONTRAST.search(folded, thanking.end())
    return is_long_enough and (contrast is None or bool(search_any(languages, folded[contrast.end() :])))


def _passages_of_thanks(layout: Layout, languages: _Languages) -> Iterator[_Passage]:
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
                has_thanks = has_thanks or bool(search_any(languages, " ".join(prose[searched:]).lower()))
                searched, is_listing = len(prose), has_thanks
        # Joined, as old mail programs break lines within sentences.
        yield from _sentences_of_thanks(" ".join(prose), languages)


def _sentences_of_thanks(prose: str, languages: _Languages) -> Iterator[_Passage]:
    if not may_match(languages, prose.lower()):
        return
    for sentence in _BETWEEN_SENTENCES.split(prose):
        thanking = search_any(languages, sentence.lower())
        if not thanking or _NOT_THANKS.search(sentence):
            continue
        if not _CONTRAST.search(sentence.lower(), thanking.end()):
            thanked = _count_names_in_sentence(sentence[thanking.end() :])
            yield _Passage(len(sentence), thanked, is_thanks_to=bool(_THANKS_TO.match(thanking[0])))


def _count_names_in_entry(entry: str) -> int:
    """Return the number of names at the start of a list entry, before “for”, “who” and the like."""
    names = _BETWEEN_NAMES.split(_REASON.split(entry, maxsplit=1)[0])
    return sum(bool(_NAME_START.match(name)) for name in names) or _count_names_in_sentence(entry)


def _count_names_in_sentence(text: str) -> int:
    """Return the number of names in ``text``, the part of a sentence that follows its thanks."""
    items = map(str.strip, _BETWEEN_ITEMS.split(text.rstrip(".!?。\uff01\uff1f")))
    return sum(bool(_THANKED_NAME.match(item)) and not _NO_NAME.match(item) for item in items)
