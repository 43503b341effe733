"""Detector of placeholders typed instead of a name or address (“N/A”) and keyboard mashing (“asdf”); lists.

A placeholder has to match the whole folded text: Nemo Nobody is a name. For keyboard mashing every word has
to be mashed, and no real name may count as mashed: the keyboard rows contain names (Trew, Wert, Azer, Ertz,
Смит).
"""

import functools
import re

from webapp.rules.countries import COUNTRIES
from webapp.rules.text_folding import count_east_asian, fold

PLACEHOLDER_NAMES = """
anonymous|anon|anonym|anonymus|anonyme|anonimo|anonima|anónimo|anônimo|anonymous please|anonymous reader
anonymous writer|anonymous citizen|please keep anonymous|anon y mous|a nonymous|ann onymous|name withheld
name withheld by request|name withheld on request|name withheld please|please withhold my name
please withhold name|withhold my name|withhold name|withheld|withheld by request|name and address supplied
name supplied|name and address withheld|name not for publication|not for publication|do not publish
do not print my name|concerned citizen|a concerned citizen|concerned citizens|concerned resident
a concerned resident|concerned parent|a concerned parent|concerned reader|a concerned reader
concerned taxpayer|a concerned taxpayer|concerned voter|concerned hong konger|worried resident
worried parent|worried mother|angry resident|angry citizen|angry reader|angry taxpayer|a citizen|citizen
private citizen|an ordinary citizen|ordinary citizen|a reader|a faithful reader|faithful reader
loyal reader|a loyal reader|regular reader|a regular reader|long time reader|your reader|avid reader
a resident|resident|a taxpayer|taxpayer|disgusted|disgruntled|disgusted of tunbridge wells|fed up|a mother
a father|a parent|a teacher|a nurse|a doctor|a student|a pensioner|a commuter|a voter|a subscriber
a customer|a patient|a neighbour|a well wisher|well wisher|a friend|an observer|a whistleblower
whistleblower|local resident|a local resident|hong konger|a hong konger|hongkonger|a hongkonger
proud hongkonger|n a|none|undefined|no name|noname|nameless|no name given|no name provided|nobody|no one
unknown|not applicable|not given|not provided|not available|not disclosed|undisclosed|private|confidential
secret|it's a secret|top secret|prefer not to say|i prefer not to say|rather not say|i'd rather not say
i would rather not say|not saying|not telling|not telling you|mind your own business|none of your business
who cares|you don't need to know|why do you need this|does it matter|guess who|who knows|whoever|test
testing|test test|testing testing|test user|test name|testuser|just testing|this is a test|user|username
user name|admin|administrator|name|my name|your name|your name here|name here|my full name|your full name
full name|enter name|enter your name|enter your name here|enter your full name|insert name
insert name here|type your name here|first last|first and last name|first name last name|first name
last name|surname|given name|family name|firstname|lastname|firstname lastname|first middle last|fake name
fakename|false name|not my real name|someone|somebody|anyone|anybody|everyone|some guy|random person
a person|me|just me|only me|it's me|myself|yours truly|the editor|editor|dear editor|to the editor
letters to the editor|sir|madam|sir madam|sir or madam|dear sir|mr|mrs|ms|dr|miss|mister|foo bar|foobar
foo bar baz|blah blah|blah blah blah|bla bla|bla bla bla|blabla|yada yada|yadda yadda|lorem ipsum
john q public|john q citizen|joe public|joe q public|joe bloggs|a n other|an other|pseudonym|pen name
nom de plume|nom de guerre|abc def|abc xyz|xxx yyy|asdf jkl|nunya business|nunya bizness|匿名|匿名讀者
匿名读者|匿名市民
匿名希望|匿名者|不具名|不愿透露|不願透露|不願透露姓名|不愿透露姓名|不想透露|不便透露|無名|无名|无名氏|無名氏|佚名|無名小卒|某人|某某|某某某|某君|某先生|某小姐|某女士|路人|路人甲|有心人
讀者|读者|一讀者|一读者|一名讀者|一名读者|一個讀者|一位讀者|忠實讀者|忠实读者|市民|一市民|一名市民|一個市民|一位市民|小市民|一小市民|香港市民|普通市民|憤怒市民|一市民上|香港人|一個香港人
一名香港人|網民|网民|家長|一名家長|無|无|沒有|没有|保密|不詳|不详|不知道|測試|测试|姓名|名字|我|我的名字|名無し|名無しさん|名無しの権兵衛|通行人|読者|一読者|市民の一人|テスト|なし
ななし|익명|익명의 독자|무명|무명씨|독자|이름|이름 없음|없음|테스트|аноним|анонимно
анонимный читатель|без имени|неизвестно
неизвестный|читатель|гражданин|никто|тест|имя|имя фамилия|анонім|anonyme leserin|anonymer leser|ein leser
eine leserin|ein bürger|eine bürgerin|besorgter bürger|besorgte bürgerin|wutbürger|ohne namen|kein name
keine angabe|name unbekannt|unbekannt|vorname nachname|sin nombre|un lector|una lectora|un ciudadano
una ciudadana|un ciudadano preocupado|nombre|nombre y apellido|nombre apellido|desconocido
prefiero no decirlo|prueba|sans nom|un lecteur|une lectrice|un citoyen|une citoyenne|un citoyen inquiet
citoyen inquiet|une citoyenne inquiète|inconnu|inconnue|nom prénom|prénom nom|prénom|senza nome|un lettore
una lettrice|un cittadino|una cittadina|nome cognome|nome e cognome|sconosciuto|um leitor|uma leitora
um cidadão|uma cidadã|nome completo|sem nome|desconhecido|anoniem|een lezer|een burger|bezorgde burger
voornaam achternaam|geen naam|anonim|czytelnik|isimsiz|bir okuyucu|bir vatandaş|nimetön|nimimerkki|مجهول
مجهولة|بدون اسم|مواطن|فاعل خير|ناشناس|بی نام|אנונימי|אלמוני|बेनाम|अज्ञात|ไม่ระบุชื่อ|ไม่ประสงค์ออกนาม
ẩn danh|nặc danh|vô danh|bạn đọc|tanpa nama|name der redaktion bekannt|name ist der redaktion bekannt
name und adresse der redaktion bekannt|name und anschrift der redaktion bekannt|name geändert
name der red bekannt|rentner|rentnerin|ein rentner|eine rentnerin|ein anwohner|eine anwohnerin|anwohner
anwohnerin|steuerzahler|nom connu de la rédaction|nom connu|nom et adresse connus de la rédaction
identité connue de la rédaction|nom communiqué à la rédaction|nom non publié|nom retenu|un habitant
une habitante|un riverain|un retraité|une retraitée|un contribuable|lecteur anonyme|firma retenida
nombre retenido|nombre reservado|identidad reservada|nombre conocido por la redacción
firma en poder de la redacción|carta firmada|un vecino|una vecina|un jubilado|una jubilada
un contribuyente|nome conhecido|nome conhecido da redação|nome conhecido da redacção|nome omitido
nome retido|nome reservado|identidade preservada|carta assinada|um morador|uma moradora|um contribuinte
um aposentado|uma aposentada|um munícipe|lettera firmata|nome conosciuto|nome noto alla redazione
nome e cognome noti alla redazione|firma conservata|un residente|un pensionato|una pensionata
naam bij redactie bekend|naam bij de redactie bekend|naam bekend bij de redactie|naam en adres bekend
namn känt av redaktionen|navn kendt af redaktionen|navnet er redaksjonen bekjent|nimi toimituksen tiedossa
dane do wiadomości redakcji|nazwisko znane redakcji|imię i nazwisko znane redakcji|имя известно редакции
имя и адрес известны редакции|фамилия известна редакции|житель|пенсионер|ім'я відоме редакції|ismi saklı
adı saklı|ismi mahfuz|nama ada pada redaksi|nama dirahasiakan|nama disamarkan|warga|seorang warga
xin giấu tên|đề nghị giấu tên|giấu tên|الاسم محفوظ لدى التحرير|الاسم محفوظ|اسم مستعار|قارئ|نام محفوظ
नाम गुप्त|नाम न छापें|एक नागरिक|एक पाठक|নাম প্রকাশে অনিচ্ছুক|একজন পাঠক|نام ظاہر نہ کریں|ขอสงวนนาม|สงวนนาม
이름 비공개|실명 비공개|가명|한 시민|시민|주민|학부모|氏名非公開|仮名|一主婦|主婦|一住民|会社員|ペンネーム
"""  # noqa: RUF001
"""Separated by bars and line ends; `_entries` folds them."""

MOODS = """
fed up|disgusted|disgruntled|angry|concerned|worried|anxious|annoyed|frustrated|outraged|puzzled|bemused
unhappy|dismayed|appalled|exasperated
"""
"""Signatures together with a place: “Fed up of Tai Po”. Separated as above."""

QUALITIES = """
a an the retired former concerned worried angry anxious annoyed frustrated disgusted disgruntled outraged
local ordinary regular loyal faithful unhappy longtime lifelong working
"""
"""Words before `ROLES`, none of them a given name."""

ROLES = """
teacher nurse doctor resident citizen reader parent mother father grandmother grandfather pensioner
commuter taxpayer ratepayer voter subscriber student driver cyclist pedestrian worker engineer officer
policeman soldier farmer lawyer villager tenant homeowner householder motorist passenger mum dad
"""
"""Words that say what one is, not who: “Retired teacher”, “Resident of Tai Po”."""

_OF_A_PLACE = re.compile(r"(?P<who>.+?) (?:of|from|in) \S.*")
_EAST_ASIAN_ROLE = re.compile(
    r"[一某](?:名|位|個|个|群).{0,8}?(?:居民|市民|公民|讀者|读者|家長|家长|街坊|教師|教师|老師|老师|網民|网民|村民|業主|业主"
    r"|學生|学生|納稅人|纳税人|長者|母親|父親|護士|醫生|司機|乘客|人士|退休\w{1,4})"
    # Not the given name 居民 after a surname of two characters.
    r"|(?!(?:歐陽|欧阳|司徒|上官|諸葛|诸葛|司馬|司马|東方|东方|端木|皇甫|尉遲|公孫|令狐|慕容).{2}$).{2,8}(?:居民|市民|街坊|讀者|读者|村民|網民|网民|納稅人|纳税人|の住民|在住)"
)
_EAST_ASIAN_WITHHELD = re.compile(
    r"(?:作者|讀者|读者|投稿人)?(?:真實|真实)?(?:姓名|名字|名稱|名称)(?:[及和與与、 ]?(?:地址|住址))?"
    r"(?:代存|保密|備存|备存|從略|从略|保留|不公開|不公开|隱去|隐去|不便公開|不便公开|已提供)"
)
_VOWELLESS_NAMES = frozenset({"ng"})
_USER_NAME = re.compile(r"[a-z0-9]{2,}(?:\.[a-z0-9]{2,})+\.(?P<country>[a-z]{2})")

PLACEHOLDER_ADDRESSES = """
n a|n a n a|na|none|nil|null|unknown|undefined|not applicable|not given|not provided|not available
not disclosed|undisclosed|not required|not necessary|not needed|not relevant|no address|no address given
no fixed address|no fixed abode|address|my address|your address|your address here|home address
postal address|street address|full address|address here|enter address|enter your address|insert address
address line 1|address line 1 address line 2|same address|old address|fake address|home|at home|my home
my house|my place|my flat|my apartment|in my house|in bed|my office|at work|here|right here|over here
there|somewhere|some place|someplace|somewhere else|somewhere in hong kong|anywhere|everywhere|nowhere
in the middle of nowhere|middle of nowhere|the middle of nowhere|down the road|down the street|up the road
around the corner|round the corner|next door|near you|not far from you|where i live|private|it's private
private address|personal|confidential|secret|top secret|it's a secret|withheld|address withheld
address supplied|address on request|address not for publication|not for publication
name and address supplied|name and address withheld|prefer not to say|i prefer not to say|rather not say
i'd rather not say|i would rather not say|not telling|not telling you|not saying|none of your business
mind your own business|you don't need to know|you don't need this|why do you need this
why do you need my address|will provide if needed|will give if needed|available on request|on request
upon request|to be provided|to be confirmed|to follow|tba|tbc|tbd|same|same as above|same as before
the same|as above|see above|see below|see letter|ditto|idem|ibid|test|test test|testing|testing testing
test address|this is a test|just testing|123 fake street|123 fake st|foo bar|foobar|blah|blah blah
blah blah blah|bla bla|bla bla bla|lorem ipsum|asdf jkl|anonymous|anon|me|myself|you|earth|planet earth
the earth|mother earth|the world|the universe|universe|the internet|internet|online|on line|cyberspace
in the cloud|email|by email|by e mail|via email|email only|contact me by email|see email|phone me|call me
call me first|by phone|the moon|mars|on mars|heaven|hell|hell on earth|in hell|無|无|沒有|没有|没有地址
沒有地址|不詳|不详|不知道|保密|私隱|隱私|隐私|不公開|不公开|不提供|不便提供|不便透露|不愿透露|不願透露
不想透露|恕不透露|地址|地址保密|住址|我家|家|家裡|家里|家中|同上|如上|匿名|略|測試|测试|地球|火星|互聯網
网上|住所|自宅|なし|秘密|ひみつ|非公開|内緒|テスト|없음|비밀|비공개|주소|집|우리집|테스트|нет|нет адреса
неизвестно|адрес|дома|тест|секрет|не скажу|keine|keine angabe|keine adresse|zuhause|zu hause|daheim
unbekannt|privat|geheim|siehe oben|wie oben|ninguna|ninguno|sin dirección|sin domicilio|dirección
domicilio|mi casa|en casa|en mi casa|desconocido|desconocida|privado|igual que arriba|aucune|aucun
sans adresse|adresse|chez moi|à la maison|inconnue|inconnu|privé|voir ci dessus|nessuno|nessuna|indirizzo
casa mia|a casa|sconosciuto|nenhum|sem endereço|endereço|minha casa|em casa|geen|geen adres|adres|thuis
bij mij thuis|onbekend|zie boven|brak|brak adresu|yok|adres yok|evim|evde|لا يوجد|غير معروف|سري|البيت|אין
סודי|बताना नहीं चाहता|ไม่มี|ไม่ระบุ|บ้าน|không có|nhà tôi|tidak ada|rumah
"""
"""Separated by bars and line ends; `_entries` folds them."""

MASHED_WORDS = """
abc|abcd|abcde|abcdef|abcdefg|xyz|asd|asdf|sdf|dfg|fgh|ghj|hjk|jkl|hjkl|fdsa|lkj|lkjh|asdasd|adsf|asfd
sadf|asdfg|qwe|qwer|qweqwe|rewq|poiu|mnb|mnbv|zxc|zxcv|xcv|cvb|vbn|bnm|vcxz|zxczxc|jkljkl|qaz|wsx|edc
qazwsx|qazwsxedc|qweasd|asdqwe|qweasdzxc|asdzxc|wasd|qsdf|wxcv|aoeu|asdfjkl|jklasdf|hahaha|lalala
blablabla|йцук|фыва|ывап|олдж|ячсм|фів|фіва|ασδφ|שדגכ|شسيب|شسی|ضصثق|ฟหกด|ㅁㄴㅇ|ㅁㄴㅇㄹ|ㅂㅈㄷ|ㅂㅈㄷㄱ
ㅋㅋㅋ|ㅎㅎㅎ|あああ|あいう|あいうえお|哈哈哈|呵呵呵|啊啊啊|嘻嘻嘻
"""
"""Mashed words that `KEYBOARD_ROWS` doesn't detect: too short, or leaving the row. Separated as above."""

KEYBOARD_ROWS = """
qwertyuiop|asdfghjkl|zxcvbnm|qwertzuiop|yxcvbnm|azertyuiop|qsdfghjklm|wxcvbn|pyfgcrl|aoeuidhtns|qjkxbmwvz
qwfpgjluy|arstdhneio|qwfpbjluy|arstgmneio|йцукенгшщзхъ|фывапролджэ|ячсмитьбю|йцукенгшщзхї|фівапролджє
ςερτυθιοπ|ασδφγηξκλ|ζχψωβνμ|קראטוןםפ|שדגכעיחלךף|זסבהנמצתץ|ضصثقفغعهخحجد|شسيبلاتنمكط|شسیبلاتنمکگ|ㅂㅈㄷㄱㅅ
ㅁㄴㅇㄹㅎ|ㅋㅌㅊㅍ|ๆไำพะัีรนยบล|ฟหกดเ้่าสวง|ผปแอิืทมใฝ
"""
"""The rows of letter keys of several keyboard layouts, as operating systems ship them."""

MIN_NEIGHBOURING_KEYS = 5
"""Neighbouring keys that count as mashing: with four, Trew, Wert and Смит are names."""

_MASHED_IN_ONE_ROW = re.compile(r"(?=\w*[sdfghjkl]{5})[asdfghjkl]{6,}|[zxcvbnm]{5,}")
"""Letters of the middle row only, with five consonants in a run; or of the lower row only, which has no
vowel."""

_REPEATED = re.compile(r"(.+?)\1+", re.DOTALL)


def is_name_placeholder(name: str) -> bool:
    """Return whether ``name`` as a whole is a placeholder, with or without digits, or keyboard mashing.

    Placeholders are also what says who somebody is without a name (“Retired teacher”, “Fed up of Tai Po”,
    一名大埔居民), and user names that end with a country's domain.

    False if it is empty. The caller has to limit its length, as for `fold`.
    """
    folded = fold(name)
    return (
        bool({folded, _without_digits(folded)} & _entries(PLACEHOLDER_NAMES))
        or _is_description(folded)
        or _is_user_name(name)
        or _is_mashing(folded)
    )


def is_address_placeholder(address: str) -> bool:
    """Return whether ``address`` as a whole is a placeholder, or keyboard mashing with or without digits.

    False if it is empty. The caller has to limit its length, as for `fold`.
    """
    folded = fold(address)
    return folded in _entries(PLACEHOLDER_ADDRESSES) or _is_mashing(folded)


def _is_description(folded: str) -> bool:
    """Return whether a text says what somebody is, feels, or where, in place of a name."""
    if _EAST_ASIAN_ROLE.fullmatch(folded) or _EAST_ASIAN_WITHHELD.fullmatch(folded):
        return True
    of_a_place = _OF_A_PLACE.fullmatch(folded)
    who = of_a_place["who"] if of_a_place else folded
    words = who.split()
    roles, qualities = _words(ROLES), _words(QUALITIES)
    if of_a_place and (who in _entries(MOODS) or who in roles):
        return True
    return len(words) > 1 and words[-1] in roles and all(word in roles or word in qualities for word in words)


def _is_user_name(name: str) -> bool:
    found = _USER_NAME.fullmatch(name)
    return found is not None and _is_no_name(found["country"]) and found["country"].upper() in COUNTRIES


def _is_no_name(country: str) -> bool:
    """Return whether a country's domain can't be the last syllable of a name, as in “chan.wai.li”."""
    return country not in _VOWELLESS_NAMES and not set(country) & set("aeiouy")


def _without_digits(folded: str) -> str:
    return " ".join(re.sub(r"\d+", " ", folded).split())


def _is_mashing(folded: str) -> bool:
    """Return whether at least one word is mashed and every other one is, or could be part of mashing."""
    words = _without_digits(folded).split()
    return all(_is_mashed(word) or _may_be_mashed(word) for word in words) and any(map(_is_mashed, words))


def _is_mashed(word: str) -> bool:
    """Return whether ``word`` is keyboard mashing and can't be a name or a place."""
    if (
        word in _entries(MASHED_WORDS)
        or _MASHED_IN_ONE_ROW.fullmatch(word)
        or _is_in_keyboard_row(word, MIN_NEIGHBOURING_KEYS)
    ):
        return True
    repeated = _REPEATED.fullmatch(word)
    if not repeated:
        return False
    unit = repeated[1]
    times = len(word) // len(unit)
    # Real names repeat too: 金金金, Titi, a name of one syllable three times.
    least = {1: 4 if count_east_asian(unit) else 3, 2: 4}.get(len(unit), 3)
    return times >= least or _is_mashed(unit)


def _may_be_mashed(word: str) -> bool:
    return len(set(word)) == 1 or _is_in_keyboard_row(word, MIN_NEIGHBOURING_KEYS - 1)


def _is_in_keyboard_row(word: str, least: int) -> bool:
    return len(word) >= least and (word in _rows() or word[::-1] in _rows())


@functools.cache
def _rows() -> str:
    return "|".join(_entries(KEYBOARD_ROWS))


@functools.cache
def _entries(listed: str) -> frozenset[str]:
    return frozenset(map(fold, re.split(r"[|\n]", listed.strip())))


@functools.cache
def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())
