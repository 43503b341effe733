"""Detector of street addresses in a text that may be somebody's home; returns a count.

Letters on a building site or a shop name its address too. So an address only counts if the words around it
say that somebody lives there, if it has a flat's number or a postcode, or if it stands in a line by itself,
as below a signature.
"""

import re
from collections.abc import Iterator
from itertools import islice

from webapp.rules.advisories.layout import Layout

MAX_ADDRESS_LINE_LENGTH = 90
"""Characters; a longer line is a sentence."""
LINES_AT_THE_END = 24
"""Lines below the last sentence in which an address may stand by itself."""
MAX_ADDRESSES = 20
"""Addresses within sentences that are examined."""
CONTEXT_BEFORE = 70
CONTEXT_AFTER = 50
"""Characters of the same sentence around an address in which words about a home are searched for."""

_ENGLISH_STREET = (
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Close|Court|Ct|Crescent|Cres|Way|Place|Pl|Terrace"
    r"|Gardens"
    r"|Grove|Square|Boulevard|Blvd|Path|Row|Hill|Walk|Mews|Parade|Highway|Circle|Cir|Trail|Parkway|Pkwy|Rise"
    r"|View|Green|Cottages?|Villas?|Mansions?|Estate)"
)
_OF = r"(?:(?:de|du|des|del|della|delle|dei|do|da|dos|das|la|le|les|los|las|el|lo|van|den|der)\s|d['’]|l['’])"
_CAPITALISED = r"[A-ZÀ-ÖØ-Þ0-9][\w'’.-]*"
_NAMES = rf"{_OF}{{0,3}}{_CAPITALISED}(?:\s{_OF}{{0,3}}{_CAPITALISED}){{0,4}}"
_NUMBER_BEHIND = (
    r",?\s(?:n\.?\s?[º°]\.?\s?|núm(?:ero|\.)?\s?|num(?:ero|\.)?\s?|nr\.?\s?|#\s?)?\d{1,4}[A-Za-z]?\b"
)
_NUMBER_IN_FRONT = r"\d{1,5}[A-Za-z]?"
"""What may stand before it is checked by `_start`: a lookbehind is slow."""
_PART_OF_NUMBER = frozenset("0123456789$£€.,/-")
_ENGLISH = re.compile(
    # 14 Old Kiln Path
    _NUMBER_IN_FRONT + r"(?:[-–/]\d{1,4}[A-Za-z]?)?,?\s(?:[NSEW]\.?\s)?"
    rf"(?:[A-Z][\w'’.-]*\s){{1,4}}?{_ENGLISH_STREET}\b"
)
_FRENCH = re.compile(
    # 8 bis, rue des Lilas
    _NUMBER_IN_FRONT + r"(?:\s?(?:bis|ter))?,?\s"
    rf"(?:rue|avenue|av\.|boulevard|bd|place|chemin|impasse|allée|quai|route)\s{_NAMES}"
)
_GERMAN_AND_DUTCH = re.compile(
    # Gartenstraße 12, Lange Straße 12, Keizersgracht 401: the end of the name, see `_start`.
    r"(?:traße|trasse|tr\.|gasse|[Aa]llee|damm|ufer|steig|platz|ring|straat|laan|gracht|kade|singel"
    r"|dijk|plein"
    r"|dreef|steeg|weg)\s\d{1,4}\s?[a-z]?\b"
)
_ROMANCE = re.compile(
    # calle Mayor, 12; Rua das Flores, n.º 3; Via Garibaldi 5
    r"(?:[Cc]alle|C/|[Aa]venida|[Aa]vd?a?\.|[Pp]laza|[Pp]aseo|[Cc]arrera|[Cc]amino|[Rr]onda|[Rr]ua"
    r"|[Tt]ravessa"
    r"|[Ll]argo|[Pp]raça|[Aa]lameda|[Vv]ia|[Vv]iale|[Pp]iazza|[Cc]orso|[Vv]icolo|[Ss]trada)\s?"
    rf"{_NAMES}{_NUMBER_BEHIND}"
)
_CHINESE = re.compile(
    # 青山道12號, 中山路三段5号
    r"[\u4e00-\u9fff]{2,8}(?:道|街|路|里|巷|徑|径|弄|圍|围|段)\s?\d{1,4}(?:-\d{1,4})?[A-Za-z]?\s?(?:號|号)"
)
_ADDRESSES = (_ENGLISH, _FRENCH, _GERMAN_AND_DUTCH, _ROMANCE, _CHINESE)
_ENDS_OF_NAMES = (
    "traße", "trasse", "tr.", "gasse", "allee", "Allee", "damm", "ufer", "steig", "platz", "ring", "straat",
    "laan", "gracht", "kade", "singel", "dijk", "plein", "dreef", "steeg", "weg",
)  # fmt: skip
MAX_STREET_NAME_LENGTH = 40
"""Characters before the end of a German or Dutch street's name that may belong to it."""
_STREET_NAME_BEFORE = re.compile(
    r"(?:(?:[A-ZÄÖÜ][\w-]+\s){1,2}S|[A-ZÄÖÜ][\w-]{1,30}"
    r"|(?:[A-ZÄÖÜ][\w-]+\s){1,2}(?=$))$"
)
_HAN = re.compile("[\u4e00-\u9fff]")
_NUMBER = re.compile(r"\d+")
MAX_DISTANCE = 60
"""Characters from the number of a house to the other end of the street's name."""

_HOME = re.compile(
    r"\b(?:liv(?:e|es|ed|ing)|resid(?:e|es|ed|ing|ence)|homes?|house|my (?:flat|apartment)|address|moved"
    r"|grew up"
    r"|born|neighbou?rs?|tenants?|next door|write to me|write to us|visit (?:me|us|him|her|them)"
    r"|come (?:round )?to"
    r"|(?:my|our) (?:\w+ )?(?:room|bedroom|garden|kitchen|windows?|cellar|door)|bei (?:uns|mir)|wohn\w*"
    r"|lebe|leben|lebt|anschrift|adresse|zu hause|daheim|mein haus|nachbar\w*|elternhaus"
    r"|habit\w*|demeur\w*|domicil\w*|chez (?:moi|nous|lui|elle)|ma maison|mon appartement|voisin\w*"
    r"|viv(?:o|e|en|imos|ía|íamos|iendo|emos|em)|resid(?:o|en|imos|ente|entes)|mi casa|mi piso|dirección"
    r"|vecin[oa]s?"
    r"|mor(?:o|a|am|amos|ada|ava|ador|adora)|endereço|minha casa|vizinh[oa]s?"
    r"|abit(?:o|a|ano|iamo|iamo|azione|avo)|risied[oe]|casa mia|mia casa|indirizzo|vicin[oi] di casa"
    r"|woon\w*|wonen\w*|mijn huis|adres|buren|buurman|buurvrouw)\b"
    r"|住|家|寓|地址|鄰居|邻居",
    re.IGNORECASE,
)
_LIVES = re.compile(
    r"\b(?:I|[Ww]e) (?:have |both |still |also )?(?:lived?|reside)\b|\b(?:to|see|visit) (?:me|us) at\b"
    r"|\b[Ww]ohnen? (?:ich|wir)\b|\b(?:[Ii]ch|[Ww]ir) wohnen?\b|\b[Jj]['’]habite\b|\b[Nn]ous habitons\b"
    r"|\b[Vv]iv(?:o|imos) en\b|\b[Mm]or(?:o|amos) n[ao]s?\b|\b[Aa]bit(?:o|iamo)\b|\b[Ii]k woon\b"
    r"|\b[Ww]ij wonen\b"
    r"|我(?:們|们|家)?住"
)
_NO_HOME = re.compile(
    r"\b(?:shop|store|café|cafe|restaurant|office|offices|library|school|museum|station|church"
    r"|court(?:house)?"
    r"|council|hall|site|development|hotel|pub|clinic|hospital|company|headquarters"
    r"|geschäft|laden|büro|rathaus|schule|museum|baustelle|magasin|mairie|école|bureau|chantier|tienda"
    r"|oficina"
    r"|ayuntamiento|escuela|colegio|loja|escritório|escola|negozio|ufficio|scuola|comune|winkel|kantoor"
    r"|gemeente)\b"
    r"|商店|辦公|办公|學校|学校|圖書館|图书馆|餐廳|餐厅|地盤|工地",
    re.IGNORECASE,
)
_FLAT_BEFORE = re.compile(
    r"(?:flat|apt\.?|apartment|unit|room|rm\.?|suite|floor|block|appartement|appt\.?|piso)\s[\w/]{1,5},?\s$",
    re.IGNORECASE,
)
_FLAT_OR_POSTCODE_BEHIND = re.compile(
    r",?\s?(?:#\s?\d|apt\.?\s|apartment\s|unit\s\d|flat\s|\d{1,2}\s?[º°ª]|bloco\s|apto?\.?\s|ap\.\s"
    r"|(?:[\w'’-]+,?\s){0,3}(?:[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b|[A-Z]{2}\s\d{5}\b)"
    r"|(?:,\s|\sin\s)?\d{4,5}(?:-\d{3})?\s(?:[A-Z]{2}\s)?[A-ZÄÖÜÉ]\w+"
    r"|.{0,8}\d{1,2}(?:樓|楼)|.{0,8}\d{1,4}室)"
)
_NAME_AND_COMMA = re.compile(rf"(?:{_CAPITALISED},?\s){{0,5}}{_CAPITALISED}[,:]\s")
_END_OF_ADDRESS_LINE = re.compile(rf"(?:,?\s{_CAPITALISED}){{0,8}}[.,\s]*")
_SENTENCE_END = re.compile(r"[.!?](?=\s+[A-ZÀ-Þ])|[。\uff01\uff1f\n]")

PUBLIC_ADDRESSES = frozenset({"10 Downing Street", "11 Downing Street", "221B Baker Street"})
"""Addresses that everybody knows."""


def count_street_addresses(layout: Layout) -> int:
    """Return the number of street addresses in a letter that may be somebody's home."""
    text = layout.text
    addresses = (
        address
        for start, end in _windows(text)
        for kind in _ADDRESSES
        for address in kind.finditer(text, start, end)
    )
    in_prose = sum(map(_may_be_home, islice(addresses, MAX_ADDRESSES)))
    return in_prose or sum(map(_is_address_line, _lines_below_last_sentence(layout)))


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """Yield the parts of a text around its digits, without overlap: an address has a number."""
    start = end = 0
    for number in _NUMBER.finditer(text):
        if number.start() - MAX_DISTANCE > end:
            if end:
                yield start, end
            start = max(0, number.start() - MAX_DISTANCE)
        end = number.end() + MAX_DISTANCE
    if end:
        yield start, end


def _lines_below_last_sentence(layout: Layout) -> Iterator[str]:
    for line in reversed(layout.lines[-LINES_AT_THE_END:]):
        if line.endswith((".", "!", "?", "。")) and not _is_address_line(line):
            return
        yield line


def _may_be_home(match: re.Match[str]) -> bool:
    start, text = _start(match), match.string
    if match[0] in PUBLIC_ADDRESSES or start < 0:
        return False
    before = _SENTENCE_END.split(text[max(0, start - CONTEXT_BEFORE) : start])[-1]
    after = text[match.end() : match.end() + CONTEXT_AFTER]
    if _FLAT_BEFORE.search(before) or _FLAT_OR_POSTCODE_BEHIND.match(after):
        return True
    if _HAN.match(match[0]):
        # Nothing separates the street's name from the words before it.
        before += match[0]
    around = f"{before} … {_SENTENCE_END.split(after, maxsplit=1)[0]}"
    return bool(_LIVES.search(around)) or (bool(_HOME.search(around)) and not _NO_HOME.search(around))


def _start(match: re.Match[str]) -> int:
    """Return where an address begins; -1 if its first word or number is the end of another one.

    Of a German or Dutch name of a street, only the end was searched for. Words before it belong to it if it
    is a word of its own: “Lange Straße”.
    """
    text, start = match.string, match.start()
    before = text[max(0, start - MAX_STREET_NAME_LENGTH) : start]
    if match[0].startswith(_ENDS_OF_NAMES):
        name = _STREET_NAME_BEFORE.search(before)
        return start - len(name[0]) if name else -1
    is_part = before[-1:].isalnum() or (match[0][0].isdecimal() and before[-1:] in _PART_OF_NUMBER)
    return -1 if before and is_part else start


def _is_address_line(line: str) -> bool:
    """Return whether a line is an address, alone or behind a name: “Jane Lee, 14 Mill Lane, York”."""
    if len(line) > MAX_ADDRESS_LINE_LENGTH:
        return False
    address = next((found for kind in _ADDRESSES if (found := kind.search(line))), None)
    if not address or address[0] in PUBLIC_ADDRESSES or (start := _start(address)) < 0:
        return False
    before, after = line[:start], line[address.end() :]
    return bool((not before or _NAME_AND_COMMA.fullmatch(before)) and _END_OF_ADDRESS_LINE.fullmatch(after))
