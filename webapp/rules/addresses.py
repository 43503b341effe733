"""Postal addresses of any country: parsed, PO boxes recognised, non-addresses refused; names of places.

No postcode is required, as Hong Kong has none, and no house number, as houses have names.
"""

import functools
import re
from dataclasses import dataclass

from webapp.rules.findings import Code, RefusedError
from webapp.rules.placeholders import is_address_placeholder
from webapp.rules.text_cleaning import clean_text
from webapp.rules.text_folding import (
    contains_bare_domain,
    contains_markup,
    contains_url_or_email,
    count_east_asian,
    fold,
    visible,
)

MAX_ADDRESS_LENGTH = 500
"""Characters, after cleaning."""

_MAX_TYPED_LENGTH = 10 * MAX_ADDRESS_LENGTH
"""Characters as typed, combining marks and spaces included; more are refused unread."""

MIN_EAST_ASIAN_LETTERS = 5
"""East Asian letters that an address written without spaces needs: a shorter one names a town but no
street."""

MIN_EAST_ASIAN_LETTERS_WITH_NUMBER = 3
"""The same for an address with a house number, such as 旺角道12號."""

MIN_SOUTH_EAST_ASIAN_CHARACTERS = 15
"""Characters that an address in Thai, Lao, Burmese or Khmer needs: the name of Bangkok alone has 13."""

PLACES = """
hong kong|hong kong sar|hong kong sar china|hong kong s a r|hongkong|hk|hksar|hong kong island|hk island
kowloon|new territories|nt|n t|kln|lantau|lantau island|lamma island|cheung chau|aberdeen|admiralty
ap lei chau|causeway bay|central|chai wan|cheung sha wan|choi hung|discovery bay|fanling|fo tan
happy valley|ho man tin|hung hom|jordan|kennedy town|kowloon bay|kowloon city|kowloon tong|kwai chung
kwai fong|kwai tsing|kwun tong|lai chi kok|lam tin|lok fu|ma on shan|mei foo|mid levels|mong kok|mongkok
north point|pok fu lam|pokfulam|quarry bay|sai kung|sai wan ho|sai ying pun|san po kong|sha tin|shatin
sham shui po|shau kei wan|shek o|sheung shui|sheung wan|southern district|stanley|tai hang|tai koo|tai po
tai wai|taikoo shing|the peak|tin hau|tin shui wai|to kwa wan|tseung kwan o|tsim sha tsui|tst|tsing yi
tsuen wan|tuen mun|tung chung|wan chai|wanchai|wong tai sin|yau ma tei|yau tong|yuen long
abu dhabi|addis ababa|amsterdam|ankara|athens|auckland|baghdad|bangkok|barcelona|beijing|beirut|belfast
berlin|birmingham|bogota|boston|brisbane|bristol|brussels|budapest|buenos aires|cairo|calgary|canberra
cape town|cardiff|chennai|chicago|copenhagen|delhi|dhaka|dubai|dublin|durban|edinburgh|geneva|glasgow
greater london|guangzhou|hamburg|hanoi|helsinki|ho chi minh city|houston|istanbul|jakarta|johannesburg
karachi|kolkata|kuala lumpur|kyiv|lagos|leeds|lima|lisbon|liverpool|london|los angeles|macau|madrid
manchester|manila|melbourne|metro manila|mexico city|miami|milan|montreal|moscow|mumbai|munich|nairobi
new delhi|new york|new york city|nyc|osaka|oslo|ottawa|paris|perth|philadelphia|prague|quezon city
rio de janeiro|riyadh|rome|saint petersburg|salt lake city|san diego|san francisco|santiago|sao paulo
seattle|seoul|shanghai|shenzhen|singapore|st petersburg|stockholm|sydney|taipei|tehran|tel aviv|tokyo
toronto|vancouver|vienna|warsaw|washington|washington dc|washington d c|wellington|yangon|zurich
afghanistan|albania|algeria|andorra|angola|antigua and barbuda|argentina|armenia|aruba|australia|austria
azerbaijan|bahamas|bahrain|bangladesh|barbados|belarus|belgium|belize|benin|bermuda|bhutan|bolivia
bosnia|bosnia and herzegovina|botswana|brazil|british virgin islands|brunei|bulgaria|burkina faso|burma
burundi|cambodia|cameroon|canada|cape verde|cayman islands|central african republic|chad|channel islands
chile|china|colombia|comoros|congo|cook islands|costa rica|cote d'ivoire|croatia|cuba|curacao|cyprus
czech republic|czechia|democratic republic of the congo|denmark|djibouti|dominica|dominican republic
east timor|ecuador|egypt|el salvador|england|equatorial guinea|eritrea|estonia|eswatini|ethiopia
falkland islands|faroe islands|fiji|finland|france|french guiana|french polynesia|gabon|gambia|georgia
germany|ghana|gibraltar|great britain|greece|greenland|grenada|guadeloupe|guam|guatemala|guernsey|guinea
guinea bissau|guyana|haiti|holland|honduras|hungary|iceland|india|indonesia|iran|iraq|ireland|isle of man
israel|italy|ivory coast|jamaica|japan|jersey|kazakhstan|kenya|kiribati|kosovo|kuwait|kyrgyzstan|laos
latvia|lebanon|lesotho|liberia|libya|liechtenstein|lithuania|luxembourg|macao|madagascar|mainland china
malawi|malaysia|maldives|mali|malta|marshall islands|martinique|mauritania|mauritius|mexico|micronesia
moldova|monaco|mongolia|montenegro|montserrat|morocco|mozambique|myanmar|namibia|nauru|nepal|netherlands
new caledonia|new south wales|new zealand|nicaragua|niger|nigeria|niue|norfolk island|north korea
north macedonia|northern ireland|norway|oman|pakistan|palau|palestine|panama|papua new guinea|paraguay
people's republic of china|peru|philippines|poland|portugal|pr china|prc|puerto rico|qatar
republic of ireland|republic of korea|reunion|romania|russia|russian federation|rwanda|saint helena
saint kitts and nevis|saint lucia|saint vincent and the grenadines|samoa|san marino|sao tome and principe
saudi arabia|scotland|senegal|serbia|seychelles|sierra leone|slovakia|slovenia|solomon islands|somalia
south africa|south korea|south sudan|spain|sri lanka|st lucia|sudan|suriname|sweden|switzerland|syria
tahiti|taiwan|tajikistan|tanzania|thailand|timor leste|togo|tonga|trinidad|trinidad and tobago|tunisia
turkey|turkiye|turkmenistan|turks and caicos islands|tuvalu|uae|uganda|uk|ukraine|united arab emirates
united kingdom|united states|united states of america|uruguay|us|u s|usa|u s a|uzbekistan|vanuatu
vatican city|venezuela|vietnam|viet nam|wales|western australia|western sahara|yemen|zambia|zimbabwe
"""
"""Countries, the largest cities and the districts of Hong Kong, folded (see `fold`), separated by bars and
line ends: names that are no complete address by themselves."""

EAST_ASIAN_PLACES = """
中華人民共和國|中华人民共和国|中國|中国|香港特別行政區|香港特别行政区|香港島|香港岛|香港|九龍|九龙|新界|離島|大嶼山|港島|澳門|澳门|台灣
台湾|臺灣|台北市|臺北市|台北|臺北|高雄|台中|台南|北京市|北京|上海市|上海|廣東省|广东省|廣州市|广州市|廣州|广州|深圳市|深圳|新加坡|馬來西亞
英國|英国|美國|美国|加拿大|澳洲|中西區|中西区|灣仔區|灣仔|湾仔|東區|南區|油尖旺區|油尖旺|深水埗區|深水埗|九龍城區|九龍城|黃大仙區|黃大仙
觀塘區|觀塘|观塘|葵青區|葵青|荃灣區|荃灣|荃湾|屯門區|屯門|屯门|元朗區|元朗|北區|大埔區|大埔|沙田區|沙田|西貢區|西貢|西贡|離島區|中環|中环
金鐘|上環|西環|銅鑼灣|铜锣湾|北角|鰂魚涌|太古|筲箕灣|柴灣|香港仔|鴨脷洲|赤柱|尖沙咀|尖沙嘴|佐敦|油麻地|旺角|太子|紅磡|土瓜灣|九龍塘|九龍灣
何文田|長沙灣|荔枝角|美孚|鑽石山|藍田|油塘|將軍澳|将军澳|調景嶺|坑口|寶琳|馬鞍山|大圍|火炭|粉嶺|上水|天水圍|葵涌|葵芳|青衣|東涌|愉景灣|長洲
日本国|日本|東京都|東京|大阪府|大阪市|大阪|京都府|京都市|京都|横浜市|横浜|神奈川県|名古屋市|名古屋|福岡市|福岡県|福岡|札幌市|札幌|北海道|沖縄県|沖縄
대한민국|한국|서울특별시|서울시|서울|부산광역시|부산시|부산|인천광역시|인천|대구광역시|대구|대전|광주|경기도|제주도
"""

MAX_PLACES_LENGTH = 80
"""Characters: a longer address has more in it than a city and its country, so the search for them is
skipped."""

_SEPARATOR = re.compile(r"[\s,;、]+")
_SOUTH_EAST_ASIAN = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")

_PO_BOX = re.compile(
    r"\b(?:g\.?\s?)?p\.?\s?o\.?\s?b(?:\.|ox\b)|\bpob\s?\d|\bpost(?:al)?\s?office\s?box\b|\bpost\s?box\b"
    r"|\b(?:private|locked)\s(?:mail\s)?bag\b|\bpostfach\b|\bpost(?:bus|boks|lada)\b|\bposbus\b|\bcasilla\b"
    r"|\bapartado\s(?:postal|de\scorreos|\d)|\bapdo\b|\bbo[iî]te\spostale\b|\bcase\spostale\b|\bb\.?p\.?\s?\d"
    r"|\bcaixa\spostal\b|\bcasella\spostale\b|\bskrytka\spocztowa\b|\bpeti\ssurat\b|\bkotak\spos\b"
    r"|\bhộp\sthư\b|\bposta\skutusu\b"
    r"|ταχυδρομική\sθυρίδα|τ\.?θ\.?\s?\d|а/я|абонентский\sящик"  # noqa: RUF001 (Greek and Russian)
    r"|郵政信箱|邮政信箱|信箱|私書箱|사서함|ตู้\s?ปณ|صندوق\sبريد|ص\.?\s?ب\.?\s?\d|ת\.?ד\.?\s?\d",
    re.IGNORECASE,
)
_STREET = re.compile(
    # “St” is a street only after a word: “St John’s” is a town.
    r"(?<=\w\s)st\b|\b(?:road|rd|street|avenue|ave|lane|drive|court|house|building|bldg|tower|block|flat"
    r"|apartment|apt|floor|terrace|close|estate|village|square|path|suite|unit|mansion|gardens?|crescent"
    r"|cottage|farm|gate|way|calle|carrera|avenida|rua|travessa|praça|plaza|rue|boulevard|bd|chemin|allée"
    r"|place|impasse|via|viale|piazza|corso|ul|ulica|aleja|jalan|jln|lorong|kampung|đường|phố|sokak|caddesi"
    r"|mahallesi)\b"
    r"|(?:str\.|strasse|straße|weg|platz|gasse|laan|straat|plein|gracht|gatan?|vägen|vej|katu|utca)(?!\w)"
    r"|улица|ул\.|проспект|переулок|[路街道巷弄樓楼室座邨]|丁目|番地|[로길]\s?\d|ถนน|ซอย|หมู่|شارع|רחוב",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """A postal address.

    Attributes:
        text: The address as typed, cleaned; its line breaks are kept.
        is_po_box: Whether it names a PO box and no street or building.
    """

    text: str
    is_po_box: bool


def read_address(typed: str) -> PostalAddress:
    """Parse a postal address. A PO box is not refused.

    Raises:
        RefusedError: It is empty, too long, contains markup, an e-mail address or a web address with a scheme
            or ``www.``, consists of domain names, is a placeholder such as “N/A”, or is incomplete: without a
            letter, a single word, too few characters of a script without spaces, or only a city, district or
            country.
    """
    typed = typed.strip()
    if len(typed) > _MAX_TYPED_LENGTH:
        raise RefusedError(Code.ADDRESS_TOO_LONG, limit=MAX_ADDRESS_LENGTH, actual=len(typed))
    text = clean_text(typed)
    if len(text) > MAX_ADDRESS_LENGTH:
        raise RefusedError(Code.ADDRESS_TOO_LONG, limit=MAX_ADDRESS_LENGTH, actual=len(text))
    address = visible(text)
    if not address:
        raise RefusedError(Code.ADDRESS_MISSING)
    if contains_markup(address):
        raise RefusedError(Code.ADDRESS_MARKUP)
    pieces = [piece for piece in _SEPARATOR.split(address) if any(map(str.isalnum, piece))]
    if contains_url_or_email(address) or (pieces and all(map(contains_bare_domain, pieces))):
        raise RefusedError(Code.ADDRESS_CONTACT)
    if is_address_placeholder(address):
        raise RefusedError(Code.ADDRESS_STAND_IN)
    if not _is_long_enough(pieces) or _is_places_only(address):
        raise RefusedError(Code.ADDRESS_INCOMPLETE)
    return PostalAddress(text, is_po_box=not _STREET.search(address) and bool(_PO_BOX.search(address)))


def _is_long_enough(pieces: list[str]) -> bool:
    """Return whether there is more than one word, or enough characters of a script written without spaces."""
    joined = "".join(pieces)
    if not any(map(str.isalpha, joined)):
        return False
    least = MIN_EAST_ASIAN_LETTERS_WITH_NUMBER if any(map(str.isdigit, joined)) else MIN_EAST_ASIAN_LETTERS
    if (
        count_east_asian(joined) >= least
        or len(_SOUTH_EAST_ASIAN.findall(joined)) >= MIN_SOUTH_EAST_ASIAN_CHARACTERS
    ):
        return True
    return sum(not count_east_asian(piece) for piece in pieces) > 1


def _is_places_only(address: str) -> bool:
    """Return whether nothing is left of the address without the names of places."""
    # A digit is in no place's name: most addresses end here, before a search that takes 0.1 ms.
    if len(address) > MAX_PLACES_LENGTH or any(map(str.isdigit, address)):
        return False
    return not _places_pattern().sub("", fold(address)).strip()


@functools.cache
def _places_pattern() -> re.Pattern[str]:
    spaced, unspaced = (
        # Alternatives are tried in order: of two names that begin alike, the longer one has to come first.
        "|".join(map(re.escape, sorted(map(fold, re.split(r"[|\n]", listed.strip())), key=len, reverse=True)))
        for listed in (PLACES, EAST_ASIAN_PLACES)
    )
    return re.compile(rf"(?<!\w)(?:the )?(?:{spaced})(?!\w)|{unspaced}")
