"""Recognises personal names by lists of words (not job titles, organisations or places); for `signatures`."""

import functools
import re

from webapp.rules.addresses import EAST_ASIAN_PLACES, PLACES
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
    "王李張张劉刘陳陈楊杨黃黄趙赵吳吴周徐孫孙馬马朱胡郭何高林羅罗鄭郑梁謝谢宋唐許许韓韩馮冯鄧邓曹彭曾蕭萧田董袁潘於蔣蒋蔡余杜葉叶程蘇苏"
    "魏呂吕丁任沈姚盧卢姜崔鍾钟譚谭陸陆汪范金石廖賈贾夏韋韦付方白鄒邹孟熊秦邱江尹薛閻阎段雷侯龍龙史陶黎賀贺顧顾毛郝龔龚邵萬万錢钱嚴严覃武"
    "戴莫孔向湯汤洪關关麥麦霍甄伍岑冼歐欧司區区簡简溫温施柯翁卓連连佘倪"
)

TITLES = """
mr mrs ms miss mx dr prof professor sir dame lord lady rev reverend father fr sister brother hon capt
captain col colonel major cllr councillor judge
"""

PARTICLES = """
de da do dos das del della di du la le van von der den ter ten bin binte binti ibn al el y e zu
"""

PLACE_WORDS = """
apartment av ave avenida avenue bay beach bei block box bridge brook building calle cape central church city
close coast common cottage county court crescent cross district drive east eastern estate farm field flat
floor ford forest garden gardens gate great greater green grove hall harbor harbour haven heath heights hill
hills house island islands junction king kingdom lake lane largo les little lower mansion meadow metro mews
mount new north northern ouest park path peak piazza point port praia praça province quay rd region republic
ridge rise river road room rua saint san santa shire south southern square st state street studio sur
terrace territories tower town unit upper valley via village ville wells west western wharf wood
"""

SURNAMES_LIKE_PLACES = """
bridge brook church cross field ford forest gate green grove hall heath hill king park rise west wood
"""
"""Place words that are surnames after a given name: Ann Hall is a person, Box Hill isn't."""

GIVEN_NAMES_LIKE_PLACES = """
albert alexandra chelsea florence georgia holly hope james mercedes sidney stanley victoria virginia
"""
"""Given names that don't make a name of what follows: Victoria Park and Holly Grove are places."""

AMBIGUOUS_GIVEN_NAMES = """
al april august del di do june le van
"""
"""Given names that are particles or months too: only a surname after them makes a name."""

ORGANISATION_WORDS = """
ab academy ag agency alliance aps as asociados associados association authority band bank board bros
brothers bureau bv campaign center centre choir church citizens club co college commission committee company
consulting corp corporation council department federation filhos fils foundation friends gmbh group hb hijos
holdings hospital inc industries institute kg league library limited llc llp ltd ltda ministry museum
network nv office orchestra owners oy parents partners party plc press residents s.a s.l s.l.l sa sarl
school service services society solicitors sons spa srl stichting söhne team tenants trust union university
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
JAPANESE_SURNAMES = """
佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上
木村 斎藤 清水 山崎 森 池田 橋本 阿部 石川 山下 中島 石井 小川 前田 岡田 長谷川
藤田 後藤 近藤 村上 遠藤 青木 坂本
"""

MIN_NAME_PARTS, MAX_NAME_PARTS = 2, 7
"""Parts of a full name in an alphabet."""
MIN_EAST_ASIAN_NAME, MAX_CHINESE_NAME, MAX_EAST_ASIAN_NAME = 2, 4, 5
"""Characters of an East Asian name."""

_PART = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*\.?")
_HYPHENATED_CHINESE = re.compile(r"[A-Z][a-z]{1,6}-[a-z]{2,6}$")
_WITHOUT_ACCENTS = str.maketrans(
    "áàâäãåçéèêëíìîïñóòôöõøúùûüýąćęłńśźżčřšžğışőű", "aaaaaaceeeeiiiinoooooouuuuyacelnszzcrszgisou"
)


def looks_like_full_name(text: str) -> bool:
    """Return whether ``text`` is written like a full personal name, in a script with capitals.

    It has 2 to 7 parts, capitalised but for particles such as “von”; the first is no particle. None of them
    is a word of places, organisations or job titles, or a common word such as a month, but for a surname like
    “Hall” after a known given name or title. A given name that is a particle or a month too, such as “Al” and
    “June”, is taken for one before a known surname.
    """
    parts = text.split()
    if not MIN_NAME_PARTS <= len(parts) <= MAX_NAME_PARTS or text.casefold() in _places():
        return False
    if _has_ambiguous_given_name(parts):
        return all(map(_is_name_part, parts[1:]))
    checked = parts[:-1] if _has_surname_like_place(parts) else parts
    return all(map(_is_name_part, checked)) and parts[0].lower() not in word_set(PARTICLES)


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

    Titles and given names are searched for as the first part, surnames as the first or last one. True also
    for names in East Asian characters, and if a part is like a hyphenated Chinese given name (“Ka-wai”).

    A blank text has none.
    """
    if is_east_asian_name(text):
        return True
    parts = [part.strip(".").lower().translate(_WITHOUT_ACCENTS) for part in text.split()]
    return bool(parts) and (
        parts[0] in word_set(TITLES)
        or parts[0] in word_set(GIVEN_NAMES)
        or any(map(_HYPHENATED_CHINESE.match, text.split()))
        or not word_set(SURNAMES).isdisjoint((parts[0], parts[-1]))
    )


def is_east_asian_name(text: str) -> bool:
    """Return whether ``text`` is a Chinese, Japanese or Korean name in East Asian characters.

    It begins with one of the listed surnames, and has 2 to 5 characters; white space is ignored.
    """
    name = "".join(text.split())
    if not MIN_EAST_ASIAN_NAME <= len(name) <= MAX_EAST_ASIAN_NAME or name in _places():
        return False
    if all("\uac00" <= character <= "\ud7a3" for character in name):
        return name[0] in HANGUL_SURNAMES and name[-1] not in KOREAN_PLACE_SUFFIXES
    # 々 is the Japanese iteration mark.
    if not all("\u4e00" <= character <= "\u9fff" or character == "々" for character in name):
        return False
    is_chinese = name[0] in CHINESE_SURNAMES and len(name) <= MAX_CHINESE_NAME
    return is_chinese or name.startswith(tuple(word_set(JAPANESE_SURNAMES)))


def _is_name_part(part: str) -> bool:
    if part in word_set(PARTICLES):
        return True
    bare = part.strip(".").lower()
    return (
        part[0].isupper()
        and bool(_PART.fullmatch(part))
        and not any(
            bare in word_set(words)
            for words in (PLACE_WORDS, ORGANISATION_WORDS, JOB_TITLE_WORDS, OTHER_WORDS)
        )
    )


@functools.cache
def _places() -> frozenset[str]:
    return frozenset(re.split(r"[|\n]", f"{PLACES}|{HONG_KONG_PLACES}|{EAST_ASIAN_PLACES}"))
