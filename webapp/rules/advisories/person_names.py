"""Recognises personal names by lists of words (not job titles, organisations or places); for `signatures`."""

import functools
import re
import unicodedata

from webapp.rules.addresses import EAST_ASIAN_PLACES, PLACES
from webapp.rules.advisories.place_names import is_known_place
from webapp.rules.advisories.word_lists import word_set

GIVEN_NAMES = """
aaron abdul abdullah abigail abiodun ada adaeze adam adele adrian adwoa agnes ahmad ahmed aidan aisha akira
alan albert alejandra alejandro alessandro alex alexander alexandra alfred ali alice alison alyssa ama
amanda amara amber amina amir amy ana anastasia anders andrea andreas andrew andrzej angela angus anil anita
anjali ann anna anne annie anthony antoine antonio anwar april arjun arthur asha ashley ashok astrid audrey
austin ayesha babatunde barbara bart beata beatrice becky ben benjamin bernard beth betty bill birgit bjorn
blake bob bongani boris bradley brandi brandon brandy brenda brent brett brian brianna bridget brittany
bronwyn bruce bryan caitlin calvin cameron camille carla carlos carly carmen carol caroline carrie cassandra
catherine cecilia cedric chad charles charlotte chelsea chen cheryl chiara chidi chinua chloe chris
christian christina christine christopher christy chukwu cindy claire clara claudia clinton cody colin
connie cory courtney craig crystal curtis cynthia daisy dale dan dana daniel daniela danielle danny darren
david dawn dean debbie deborah debra deepak denis dennis derek desiree devin diana diane dick diego dieter
dimitri dominic donald donna donovan dora doreen doris dorota dorothy douglas duncan dustin dylan edith
edmund eduardo edward edwin eileen eino elaine eleanor elena elias elisa eliza elizabeth ella ellen elsa
elsie emeka emilia emily emma emre enrique eric erica erik erin ernest esi esther ethan eugene eva evan eve
evelyn fabio farah farid farouk fatima fatma fatoumata felix fernanda fernando filip fiona florence folake
frances francesca francis francisco frankie franz fred frederick gabriel gail gareth gary gavin gemma gene
geoffrey george georgina gerald gerard gerry gillian gina giorgio giovanni gita giulia gladys glen glenn
gloria gordon grace graham greg gregory greta guillermo gunter gurpreet gwen gwendolyn hakan haley hannah
hans harold harpreet harry haruka hassan hazel heather heidi helen helena helga henrik henry hilary hiroko
hiroshi holly hope howard hugh hussein ian ibrahim ida ifeoma igor imran indira ines ingrid irene iris isaac
isabel isabella ivan jaana jack jackie jacklyn jackson jacob jacqueline jaime jakob james jamila jan jane
janet jared jasmine jason javier jay jean jeff jeffery jeffrey jenna jennifer jenny jeremy jerome jerzy
jesse jessica jill jim jo joan joanna joao jocelyn jodi joe joel johan johanna johannes john jonas jonathan
jonathon jordan jordi jorge jose joseph josh joshua joy joyce juan juanita judith julia julian julie june
jurgen justin kaito kamal kamala kara karen kari karin karl karthik katarina kate katherine kathleen kathryn
kathy katie katja kayla keiko keith kelly kelsey kelvin ken kendra kenji kenneth kenta kerry kevin khalid
kim kiran kirsten klaus kofi krista kristen kristi kristin kristina kristine krzysztof kumar kurt kwabena
kwame kwesi kyle lakshmi lance larry lars laszlo latoya laura lauren laurent laurie lawrence leah lee leila
lena leo leon leonard leslie lewis lily lin linda lindsay lindsey lisa liz lorenzo lori lotte louis louise
luca lucas lucia lucy luis luiz luke lydia lynn maggie magnus mahmoud malcolm mandy manuel marc marcia marco
marcus margaret margarita maria mariana marie marilyn mario marion marissa marjorie mark marlene marta
martha martin marvin mary mateo mateusz mathew mathias matteo matthew maureen max may mayumi megan mehmet
mei melanie melinda melissa mercedes meredith michael michal michel michelle miguel mihai mikael mike minh
miranda miriam misaki misty mitchell mohamed mohammad mohammed molly monica monika monique morgan muhammad
murray mustafa nadia nancy naoko naomi natalia natalie nathan nathaniel neil ngozi nicholas nick nicola
nicole nigel nikhil nikolai nina noel nora norma norman nuno nur nuria olga oliver olivia olivier olumide
oluwaseun omar oscar oskar otto pablo paige paloma pamela paolo pascal pat patricia patrick paul paula
pauline paulo pedro peggy penelope penny percy peter petra phil philip philippe phillip phoebe phyllis
pierre pilar piotr polly pradeep pranav preston priya rachel rafael rahul raj rajesh ralph ramesh ramon
randall randy raquel rashid raul ravi ray raymond rebecca regina renata rene renee rhonda ricardo richard
rick ricky rita rob robbie robert roberta roberto robin robyn rodney rodolfo roger roland ron ronald rosa
rosalie rosalind rosalinda rosario rose rosemary rosie ross roxanne roy ruby rupert russ russell ruth ryan
ryo sabine sabrina sachiko said sakura sally salma sam samantha samuel sandra sanjay sanjeev santiago sara
sarah savannah scott sean sebastian sefton selma sergei seth shabnam shane shannon sharon shaun shawn sheila
shelby shelly sherri sherry sheryl shirley shreya sidney sigrid simon siobhan siti sofia sonia sophia sophie
sota spencer stacey stacy stanley stefan stella stephanie stephen steve steven stuart sue summer sunil
sunita suresh susan susanna suzanne suzette svetlana sylvia tabitha tadeusz takashi tamara tammy tania tanya
tara tariq tatiana taylor ted temitope terence teresa terry thandiwe thanh theo theresa thiago thomas
thomasz thuy tiffany tim timothy tina toby tom tomas tomasz tony tracey traci tracie tracy travis trevor
troy tuan tyler ulrich ursula usha valentina valerie vanessa venkat vera veronica vicki vicky victor
victoria vijay vikram viktor vincent viola virginia vivian vivien vladimir walter wanda warren wayne wei
wendy werner wesley whitney wilfred wilhelm william winnie winston wolfgang xavier xin yasmin yasmine yoko
yolanda yuki yuri yusuf yvette yvonne zachary zainab zara zoe zofia
"""

SURNAMES = """
abdullah abubakar adams adebayo adeyemi ahmed alexander ali allen alvarez andersen anderson andersson
armstrong arnold au bailey baker baldwin banerjee baptiste barnes beck begum bell bennett benson berry
bianchi bishop boateng bowman boyd bradley brewer brooks brown bryant burke burns butler byrne cai campbell
carlson carpenter carr carroll carter castro chambers chan chang chapman chau chen cheng cheung chiu cho
choi chong chow choy chu chua chung clark clarke cohen collins cook cooper costa cox crawford cruz
cunningham curtis daniels das davies davis dawson desai diallo diaz dixon dubois dunn edwards elliott ellis
eriksson evans fan ferguson fernandes fernandez fernando ferrari ferreira fischer fisher flores fok fong
ford foster fowler fox freeman fu fuller fung garcia gardner gibson gilbert gill goh gomes gomez gonzales
gonzalez gordon gore graham grant gray greene griffiths gupta hamilton hansen harris harrison hart harvey
hayes henderson hernandez herrera ho hoffmann holmes hong hopkins howard hsu hu huang hudson hughes hui hunt
hussain ip ito ivanov jackson jacobs james jansen jenkins jensen jiang johansson johnson johnston jones
jordan joshi kan kapoor kato katz kaur kaya keller kelly kennedy khan kim ko kobayashi koh kong kowalski
kozak kumar kwan kwok kwong lai lam lane larson lau lawrence lawson lee lefebvre leroy leung levy lewis li
liang lim lin liu lloyd lo lopez lui luk lynch ma mak man marshall martin martinez mason matthews mccarthy
mcdonald mehta mendez mendoza mensah meyer meyers miller mills mitchell mohamed mok montgomery moore moreau
morgan morris morrison muller murray mwangi müller nakamura ndiaye nelson ng nguyen nichols nielsen novak
nowak obrien oconnor okafor okonkwo oliveira oliver olsen olson ong ortiz osei owen owusu palmer pang
papadopoulos parker patel payne pereira perera perez perkins perry peters peterson petrov phillips pillai
poon popescu popov porter powell price pun quinn ramirez ramos ramsey rao ray reddy reid reyes reynolds
ricci rice richards richardson riley rivera robbins roberts robertson robinson rodrigues rodriguez rogers
romano romero rose ross rossi ruiz russell ryan salazar sanchez santos sato schmidt schneider schultz schulz
schwarz scott shah sharma shaw silva simmons simpson sims sin singh siu smirnov smith snyder soto spencer
stanley stephens stevens stewart stone suen sullivan sun suzuki svensson szeto tai takahashi tam tan tanaka
tang taylor teo thomas thompson tong torres tran traore tsang tse tsoi tsui tucker tung turner vargas
vasquez vega virtanen wagner wai walker wallace walsh wang warren washington watanabe watson weaver webb
weber welch wheeler white williams willis wilson wolfe wong wright wu xu yamada yamamoto yan yang yau yeung
yildirim yilmaz yip yiu young yu yuen yung zhang zhao zheng zhou zhu zimmermann
"""

CHINESE_SURNAMES = (
    "华華游喻乔喬戚柏水窦竇云雲葛奚范彭郎鲁魯昌苗凤鳳花俞袁柳酆鲍鮑费費薛殷罗畢毕滕邬鄔安常乐樂于时時傅皮卞齐"
    "齊康伍元卜平和穆祁米贝貝明臧计計成宋茅庞龐纪紀舒屈项項祝董梁阮蓝藍闵閔席季强強路娄婁危童盛骆駱虞柯管房裘"
    "缪繆干解应應宗丁宣邓郁单單杭洪包诸諸左崔吉钮龚嵇裴荣榮翁荀羊甄曲家封储儲靳辛阎焦巴弓谷车車侯宓蓬全班秋仲"
    "伊宫宁寧栾欒暴斗厉厲祖符景詹束叶黎冀浦尚农農温庄莊晏柴瞿充连艾容古易廖终步都耿满滿匡文寇广廣东東沃利蔚越"
    "隆师師巩鞏敖冷简饶饒曾沙鞠丰豐关查权權公岳楼樓商佟佴佘伯赏王李張张劉刘陳陈楊杨黃黄趙赵吳吴周徐孫孙馬马朱"
    "胡郭何高林羅鄭郑謝谢唐許许韓韩馮冯鄧曹蕭萧田潘於蔣蒋蔡余杜葉程蘇苏魏呂吕任沈姚盧卢姜鍾钟譚谭陸陆汪金石賈"
    "贾夏韋韦付方白鄒邹孟熊秦邱江尹閻段雷龍龙史陶賀贺顧顾毛郝龔邵萬万錢钱嚴严覃武戴莫孔向湯汤關麥麦霍岑冼歐欧"
    "司區区簡溫施卓連倪"
)

TITLES = """
mr mrs ms miss mx dr prof professor sir dame lord lady rev reverend father fr sister brother hon capt
captain col colonel major cllr councillor judge chief cô bà quý
"""

PARTICLES = """
ông cô an de da do dos das del della di du la le van von der den ter ten bin binte binti ibn al el y e zu
"""

PLACE_WORDS = """
apartment av ave avenida avenue bay beach bei block box bridge brook building calle cape central church
city close coast common cottage county court crescent cross district drive east eastern estate farm field
flat floor ford forest garden gardens gate great greater green grove hall harbor harbour haven heath
heights hill hills house island islands junction king kingdom lake lane largo les little lower mansion
meadow metro mews mount new north northern ouest park path peak piazza point port praia praça province
quay rd region republic ridge rise river road room rua saint san santa shire south southern square st
state street studio sur terrace territories tower town unit upper valley via village ville wells west
western wharf wood circle circles expressway prairie locks manor plaza inlet course trafficway landing
harbors viale corso vicolo contrada strada rotonda incrocio carrera paseo pasaje travessa alameda estrada
rodovia allée boulevard quai impasse ulica ulice ul nad pod jalan jl jln gang lembah straße gasse weg
platz utca út tér خیابان کوچه میدان تقاطع بلوار تونل غرب شرق شمال جنوب باغات پل طريق نهج ساحة springs
falls rapids creek fort lakes plains mountain mountains desert isle peninsula norte sul nord süd sud est
leste oeste noroeste nordeste sureste occidental oriental ciudad cidade cité provincia província provincie
provinsi departamento comunidad région landkreis kreis län kommune kommun fylke województwo powiat kraj
okres oblast județul megye kota kabupaten kecamatan kelurahan kuala kampung taman bandar pulau desa jawa
sumatera sumatra kalimantan sulawesi timur barat utara selatan tengah tenggara pradesh nadu bengal nagar
lalawigan probinsya bayan lungsod tỉnh quận huyện phường mahallesi ilçesi ili область край район город
округ республика місто село община град општина νομός δήμος प्रदेश नगर जिला ज़िला राज्य जिल्हा বিভাগ জেলা
উপজেলা மாவட்டம் மாநிலம் مدينة محافظة شارع حي منطقة ولاية شهر استان شهرستان دهستان روستای ضلع מחוז עיר רחוב
จังหวัด อำเภอ ตำบล เขต ถนน เมือง
"""

NEVER_SURNAMES = """
island islands county road street avenue ave boulevard district province region territories territory
state city town republic kingdom junction apartment building floor block estate gardens southern northern
shire
"""
"""Place words that no person is called by."""

SURNAMES_LIKE_PLACES = """
bridge brook church cross field ford forest gate green grove hall heath hill king lane park rise wells
west wood
"""
"""Place words that are surnames after a given name: Ann Hall is a person, Box Hill isn't."""

GIVEN_NAMES_LIKE_PLACES = """
albert alexandra chelsea florence georgia heather holly hope ivy rose violet james mercedes sidney stanley
victoria virginia
"""
"""Given names that don't make a name of what follows: Victoria Park and Holly Grove are places."""

AMBIGUOUS_GIVEN_NAMES = """
al april august del di do june le van
"""
"""Given names that are particles or months too: only a surname after them makes a name."""

ORGANISATION_WORDS = """
ab academy ag agency alliance aps as asociados associados association authority band bank board bros lda
kft nyrt zrt osk oyj eirl tbk pt limitada sociedad anónima industrias laboratorio laboratorios grupo
brothers bureau bv campaign center centre choir church citizens club co college commission committee
company consulting corp corporation council department federation filhos fils foundation friends gmbh
group hb hijos holdings hospital inc industries institute kg league library limited llc llp ltd ltda
ministry museum network nv office orchestra owners oy parents partners party plc press residents s.a s.l
s.l.l sa sarl school service services society solicitors sons spa srl stichting söhne team tenants trust
union university
"""

JOB_TITLE_WORDS = """
accountant administrator adviser advisor aged analyst architect assistant asst author barrister chair
chairman chairperson chairwoman chief consultant convenor coordinator deputy designer development director
editor emeritus engineer exec executive fellow former founder head honorary journalist junior lecturer
manager marketing member mgr minister nurse officer partner physician president principal research resident
retired sales scientific scientist sec secretary senior solicitor spokesman spokesperson stage student
surgeon teacher technician treas treasurer vice-president writer
"""

OTHER_WORDS = """
the a an and or of for to in on we our you your my i is are was not dear regards yours ps re tel email phone
monday tuesday wednesday thursday friday saturday sunday january february march april june july august
september october november december thank thanks please save stop
"""
"""Other words below a letter that begin with a capital."""

FIRMS = """
morgan stanley|ernst young|charles schwab|louis vuitton|calvin klein|ralph lauren|tommy hilfiger|hugo boss
michael page|robert walters|robert half|john lewis|john deere|jardine matheson|harley davidson|eli lilly
merrill lynch|edward jones|raymond james|kurt geiger|giorgio armani|marc jacobs|michael kors
"""
"""Firms that are named like one person."""

HONG_KONG_PLACES = """
chi lin|chung hom kok|clear water bay|diamond hill|fei ngo shan|fortress hill|hang hau|heng fa chuen
heng on|hung shui kiu|jardine's lookout|kai tak|kam sheung road|kam tin|kwai hing|lai king|lam tei
lau fau shan|lei muk shue|lei tung|lei yue mun|lo wu|lok ma chau|long ping|ma liu shui|ma wan|mui wo
nam cheong|ngau chi wan|ngau tau kok|peng chau|po lam|pui o|repulse bay|sai wan|sau mau ping|sha tau kok
shek kip mei|shek tong tsui|shui chuen o|siu hong|siu sai wan|so kon po|sok kwu wan|tai hang tung
tai kok tsui|tai lam|tai mei tuk|tai mong tsai|tai o|tai tam|tin shui wai|tiu keng leng|wah fu|wo che
wong chuk hang|wong nai chung|wu kai sha|yung shue wan
"""
"""Places of Hong Kong that are spelled like names and aren't in `webapp.rules.addresses.PLACES`."""

HANGUL_SURNAMES = "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민진"
KOREAN_PLACE_SUFFIXES = "시군구"
KOREAN_PROVINCE_SUFFIX = "도"
HAN_PLACE_SUFFIXES = "市区區县縣県省郡府町鎮镇鄉乡"
"""Last characters of places of three or more characters."""
JAPANESE_SURNAMES = """
佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上
木村 斎藤 清水 山崎 森 池田 橋本 阿部 石川 山下 中島 石井 小川 前田 岡田 長谷川
藤田 後藤 近藤 村上 遠藤 青木 坂本
"""

MIN_NAME_PARTS, MAX_NAME_PARTS = 2, 7
"""Parts of a full name in an alphabet."""
MAX_SYLLABLE = 6
"""Letters of a part of a Chinese name in Latin letters."""
MIN_EAST_ASIAN_NAME, MAX_CHINESE_NAME, MAX_EAST_ASIAN_NAME = 2, 4, 5
MAX_KOREAN_NAME = 4
"""Characters of an East Asian name."""

_INSIDE_PARTS = "'’‘ʻʼ`.-·\u05f3\u05f4\u200c\u200d"  # noqa: RUF001
"""Characters that stand inside the parts of names, besides letters and marks; the last two join letters."""
_EAST_ASIAN_LETTER = re.compile("[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af]")
MAX_CASELESS_PARTS, MAX_JOINED_CASELESS_PARTS = 5, 9
"""Parts of a full name in a script without capitals: longer texts are phrases there, but beside an “and”."""

FAMILY_PREFIXES = """
ó o mac mc nic ní ui al آل أبو أبا بن بنو ابن
"""
"""First parts of surnames: alone with one more part they make no full name."""

_LEGAL_FORM = re.compile(r"^(?:(?:[^\W\d_]\.){3,}|(?:[^\W\d_]\.){2,}[^\W\d_])$|[a-z][A-Z]$")
"""A legal form behind the name of a firm: S.C.P., E.I.R.L., CommV."""
_INITIAL = re.compile(r"[^\W\d_]\.")
_CAPITAL_WITHIN = 5
"""Characters at the beginning of a part that may stand before its capital: d’Arcy, hÉimhigh, al-Sayed."""
_HYPHENATED_CHINESE = re.compile(r"[A-Z][a-z]{1,6}-[a-z]{2,6}$")
_WITHOUT_ACCENTS = str.maketrans(
    "áàâäãåçéèêëíìîïñóòôöõøúùûüýąćęłńśźżčřšžğışőű", "aaaaaaceeeeiiiinoooooouuuuyacelnszzcrszgisou"
)


def looks_like_full_name(text: str) -> bool:
    """Return whether ``text`` is written like a full personal name, in a script with spaces.

    It has 2 to 7 parts, capitalised but for particles such as “von”; the first is no particle. In a script
    without capitals, such as Arabic, any 2 to 5 words are written like a name. None of them is a word of
    places, organisations or job titles, or a common word such as a month, but for a surname like “Hall” after
    a known given name or title. A given name that is a particle or a month too, such as “Al” and “June”, is
    taken for one before a known surname.
    """
    parts = text.split()
    if not _has_parts_of_a_name(parts) or _is_family_only(parts) or text.casefold() in _places():
        return False
    if _has_ambiguous_given_name(parts):
        return all(map(_is_name_part, parts[1:]))
    checked = parts[:-1] if _has_surname_like_place(parts) else parts
    return all(map(_is_name_part, checked)) and parts[0].lower() not in word_set(PARTICLES)


def is_person_shaped(text: str) -> bool:
    """Return whether ``text`` beside an “and” is a person, whatever the name, in a script with spaces.

    Unlike in `looks_like_full_name`, it may have a title in lower case before it, and words of places that
    are surnames too behind a name: “Ann Hall and Tom Wood” is no pair of places.
    """
    parts = text.split()
    if len(parts) > MIN_NAME_PARTS and parts[0].islower() and parts[0] not in word_set(OTHER_WORDS):
        # A title: pani, тов., dr.
        parts = parts[1:]
    most = MAX_JOINED_CASELESS_PARTS if all(map(is_caseless, parts)) else MAX_NAME_PARTS
    return (
        MIN_NAME_PARTS <= len(parts) <= most
        and not _is_family_only(parts)
        and text.casefold() not in _places()
        and parts[0] not in word_set(PARTICLES)
        and all(
            _is_name_part(part, may_be_place=number > 0 and part.lower() not in word_set(NEVER_SURNAMES))
            for number, part in enumerate(parts)
        )
        and not is_known_place(text)
    )


def is_person(text: str) -> bool:
    """Return whether ``text`` is surely a person: a title, or a known given name with a known surname."""
    if is_east_asian_name(text):
        return len("".join(text.split())) > MIN_EAST_ASIAN_NAME
    parts = [part.strip(".").lower().translate(_WITHOUT_ACCENTS) for part in text.split()]
    if len(parts) < MIN_NAME_PARTS or parts[-1] in word_set(PLACE_WORDS):
        return False
    return (
        parts[0] in word_set(TITLES)
        or (is_given_name(parts[0]) and is_surname(parts[-1]))
        or any(map(_HYPHENATED_CHINESE.match, text.split()))
        # 陳大文 in English: Chan Tai Man.
        or (
            len(parts) == MIN_NAME_PARTS + 1 and max(map(len, parts)) <= MAX_SYLLABLE and is_surname(parts[0])
        )
    )


def is_given_name(word: str) -> bool:
    """Return whether a word in lower case is a given name, by the list here or that of the package zxcvbn."""
    return word in word_set(GIVEN_NAMES) or word in _listed_names("female_names", "male_names")


def is_surname(word: str) -> bool:
    """Return whether a word in lower case is a surname, by the list here or that of the package zxcvbn."""
    return word in word_set(SURNAMES) or word in _listed_names("surnames")


@functools.cache
def _listed_names(*lists: str) -> frozenset[str]:
    """Return the names in some of zxcvbn's lists: of the census of the United States of 1990."""
    # Loading the package takes 60 ms and 10 MB, and most letters are judged without these names.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415 -- see above

    return frozenset(name for each in lists for name in FREQUENCY_LISTS[each])


def _has_parts_of_a_name(parts: list[str]) -> bool:
    """Return whether there are as many parts as in a full name; fewer are most where no part has capitals."""
    most = MAX_CASELESS_PARTS if parts and all(map(is_caseless, parts)) else MAX_NAME_PARTS
    return MIN_NAME_PARTS <= len(parts) <= most


def _is_family_only(parts: list[str]) -> bool:
    return len(parts) == MIN_NAME_PARTS and parts[0].lower() in word_set(FAMILY_PREFIXES) - {"al"}


def _has_ambiguous_given_name(parts: list[str]) -> bool:
    """Return whether a given name that is another word too comes before a surname: “June Brown”, “Al Lee”."""
    first, last = parts[0], parts[-1].lower().translate(_WITHOUT_ACCENTS)
    return first.istitle() and first.lower() in word_set(AMBIGUOUS_GIVEN_NAMES) and last in word_set(SURNAMES)


def _has_surname_like_place(parts: list[str]) -> bool:
    """Return whether a given name or title comes before a place word that is also a surname."""
    first, last = parts[0].strip(".").lower(), parts[-1]
    given_names_and_titles = (word_set(GIVEN_NAMES) - word_set(GIVEN_NAMES_LIKE_PLACES)) | word_set(TITLES)
    return (
        first in given_names_and_titles and last.istitle() and last.lower() in word_set(SURNAMES_LIKE_PLACES)
    )


def has_known_name_part(text: str) -> bool:
    """Return whether ``text``, which looks like a name, has a known title, given name or surname.

    Titles and given names are searched for as the first part, surnames as any other part. True also
    for names in East Asian characters, and if a part is like a hyphenated Chinese given name (“Ka-wai”).

    A blank text has none.
    """
    if is_east_asian_name(text):
        return True
    parts = [part.strip(".").lower().translate(_WITHOUT_ACCENTS) for part in text.split()]
    return bool(parts) and (
        parts[0] in word_set(TITLES)
        or is_given_name(parts[0].partition("-")[0])
        or any(map(_HYPHENATED_CHINESE.match, text.split()))
        or parts[0] in word_set(SURNAMES)
        or any(map(is_surname, parts[1:]))
        # The surname comes first in Hungary.
        or is_given_name(parts[-1])
    )


def is_east_asian_name(text: str) -> bool:
    """Return whether ``text`` is a Chinese, Japanese or Korean name in East Asian characters.

    It begins with one of the listed surnames, and has 2 to 5 characters; white space is ignored.
    """
    name = "".join(text.split())
    if _is_east_asian_place(name):
        return False
    if not MIN_EAST_ASIAN_NAME <= len(name) <= MAX_EAST_ASIAN_NAME or name in _places():
        return False
    if all("\uac00" <= character <= "\ud7a3" for character in name):
        return name[0] in HANGUL_SURNAMES and name[-1] not in KOREAN_PLACE_SUFFIXES
    # 々 is the Japanese iteration mark.
    if not all("\u4e00" <= character <= "\u9fff" or character == "々" for character in name):
        return False
    pieces = text.split()
    if len(pieces) == MIN_NAME_PARTS and len(name) > MIN_EAST_ASIAN_NAME:
        # Written apart, as in Japan: 太田 充. Places aren't, but for two of them.
        return not any(piece in _places() for piece in pieces)
    is_chinese = name[0] in CHINESE_SURNAMES and len(name) <= MAX_CHINESE_NAME
    return is_chinese or name.startswith(tuple(word_set(JAPANESE_SURNAMES)))


def _is_name_part(part: str, *, may_be_place: bool = False) -> bool:
    """Return whether a part may be one of a name; a word of places only if it ``may_be_place``."""
    if part in word_set(PARTICLES) or (_INITIAL.fullmatch(part) and part[0].isupper()):
        return True
    bare = part.strip(".").lower()
    lists = (ORGANISATION_WORDS, OTHER_WORDS) + (() if bare in word_set(TITLES) else (JOB_TITLE_WORDS,))
    return (
        (any(map(str.isupper, part[:_CAPITAL_WITHIN])) or is_caseless(part))
        and all(
            character.isalpha() or character in _INSIDE_PARTS or unicodedata.category(character)[0] == "M"
            for character in part
        )
        and not _LEGAL_FORM.search(part)
        and not any(bare in word_set(words) for words in lists)
        and (may_be_place or bare not in word_set(PLACE_WORDS))
    )


def is_east_asian_shaped(text: str) -> bool:
    """Return whether ``text`` is as long as a name in East Asian characters, whatever the surname."""
    name = "".join(text.split())
    return (
        MIN_EAST_ASIAN_NAME <= len(name) <= MAX_EAST_ASIAN_NAME + 1
        and all(map(_EAST_ASIAN_LETTER.match, name.replace("々", "一")))
        and not _is_east_asian_place(name)
        and name not in _places()
    )


def _is_east_asian_place(name: str) -> bool:
    if len(name) <= MIN_EAST_ASIAN_NAME:
        return False
    is_province = len(name) >= MAX_KOREAN_NAME and name[-1] == KOREAN_PROVINCE_SUFFIX
    return name[-1] in HAN_PLACE_SUFFIXES or name[-1] in KOREAN_PLACE_SUFFIXES or is_province


def is_caseless(part: str) -> bool:
    """Return whether a part begins with a letter of a script without capitals that has spaces."""
    return (
        unicodedata.category(part[0]) == "Lo"
        # Georgian has lower-case letters only, by Unicode, but no names in capitals.
        or "\u10d0" <= part[0] <= "\u10ff"
    ) and not _EAST_ASIAN_LETTER.match(part)


@functools.cache
def _places() -> frozenset[str]:
    return frozenset(re.split(r"[|\n]", f"{PLACES}|{HONG_KONG_PLACES}|{EAST_ASIAN_PLACES}|{FIRMS}"))
