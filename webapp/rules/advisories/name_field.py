"""Detectors of several people, and of a body, in the name field; `check_name` adds their advisories."""

import functools
import re

from webapp.rules.advisories.joined_names import read_joined_names
from webapp.rules.advisories.person_names import is_east_asian_name, looks_like_full_name
from webapp.rules.advisories.word_lists import word_set
from webapp.rules.findings import Code, FindingCollector
from webapp.rules.policy.sections.writers import Organisations
from webapp.rules.text_folding import fold

BODIES = """
committee friends council association society company ltd limited inc llc llp plc gmbh ltda school college
university union club foundation institute institution ministry department federation residents parents
pupils students tenants league alliance coalition charity trust board directorate secretariat parish
congregation choir verein gesellschaft schule grundschule gymnasium ausschuss vorstand bürgerinitiative
gewerkschaft stiftung verband klasse genossenschaft asociación comité consejo escuela colegio sociedad
sindicato fundación comunidad vecinos société école lycée conseil syndicat fondation collectif mairie
associação escola comitê comissão conselho fundação moradores associazione comitato scuola consiglio
fondazione condominio vereniging stichting gemeente förening skolan styrelsen forening skole yhdistys
koulu stowarzyszenie szkoła komitet rada spółka общество комитет школа союз совет ооо организация
товариство спілка σύλλογος σχολείο επιτροπή dernek derneği okulu yayasan komite sekolah paguyuban جمعية
الجمعية لجنة مدرسة شركة مؤسسة انجمن شورای ועד עמותת בית עמותה समिति विद्यालय संघ सोसायटी सोसाइटी সমিতি
বিদ্যালয় สมาคม โรงเรียน มูลนิธิ
"""  # noqa: RUF001
"""Words for a body of people that are no names. “Union”, “Bank” or “Church” alone don't make one."""

AMBIGUOUS_BODIES = """
charity friends union trust college board school rada choir בית council parish
"""
"""Words of `BODIES` that are surnames or given names too: only together with an article or a third word."""

_EAST_ASIAN_BODY = re.compile(
    r".+(?:公司|協會|协会|學會|学会|學校|学校|中學|中学|小學|小学|幼稚園|幼儿园|大學|大学|委員會|委员会|法團|法团|聯盟|联盟"
    r"|組織|组织|團體|团体|居民會|家教會|家長會|家长会|學生會|学生会|同學會|工會|工会|教會|教会|關注組|关注组|合作社|基金會|基金会"
    r"|互助會|街坊會|商會|商会|編輯部|编辑部|株式会社|有限会社|協議会|自治会|町内会|労働組合|の会|学園|주식회사|협회|위원회|학교"
    r"|유치원|대학교|주민회|조합|연합|모임)"
    r"|(?:株式会社|有限会社|財団法人|社団法人|주식회사|사단법인).+"
)
_OF = re.compile(
    r"(?:the |die |der |das |le |la |les |el |los |il |o |a )?"
    r"(?:\w+ )?\w+ (?:of|der|des|de|du|del|della|da|do) "
)
_CLASS = re.compile(
    r"(?:year|grade|class|form|primary|p|klasse|classe|clase|turma) \d{1,2} ?[a-z]?\b|\d[a-z]? class\b"
)


_BETWEEN_PERSON_AND_BODY = re.compile(
    r"\s*[,;()|/\uff08\uff09\uff0c\u3001]\s*|\s[-–—]\s"
    r"|\s(?:for|of|from|on behalf of|für|von|de|pour|por|per|voor|do|da)\s(?:the\s)?"
)


def count_people(name: str) -> int:
    """Return how many people the name field names; 1 if nothing says that they are more.

    “Lee, Ann” is one, as are a name and its degrees.
    """
    joined = read_joined_names(" ".join(name.split()))
    return max(1, len(joined.names) + joined.others)


def is_organisation(name: str) -> bool:
    """Return whether a name in the name field is that of a body: a committee, school, firm, class.

    For the editor, and for papers that take no letters of organisations. In doubt it is a person.
    """
    text = "".join(name.split())
    if _EAST_ASIAN_BODY.fullmatch(text):
        return True
    folded = fold(name)
    words = folded.split()
    found = {word for word in words if word in _bodies()}
    if found - _ambiguous_bodies() or _CLASS.search(folded):
        return len(words) > 1
    return bool(found) and (
        len(words) > MAX_WORDS_OF_A_NAME or words[0] == "the" or _OF.match(folded) is not None
    )


MAX_WORDS_OF_A_NAME = 2
"""Words: with more, an ambiguous word such as “School” is one of a body."""


def names_officer(name: str) -> bool:
    """Return whether the name of a body stands beside that of a person: “Ann Lee, Residents’ Association”."""
    parts = [part.strip() for part in _BETWEEN_PERSON_AND_BODY.split(name)]
    return any(
        (looks_like_full_name(part) or is_east_asian_name(part)) and not is_organisation(part)
        for part in parts
    )


def check_name(name: str, organisations: Organisations, collector: FindingCollector) -> None:
    """Advise the editor of several people or a body in the name field.

    A body is refused where the paper takes no letters of organisations, or none without an officer's name,
    unless a person is named beside it.

    Args:
        name: The name as it was read.
        organisations: What the paper's policy says of them.
        collector: Receives the finding.
    """
    if (people := count_people(name)) > 1:
        # Also “Ann Lee and 14 other residents”.
        collector.advise(Code.NAME_SEVERAL, actual=people)
    elif not is_organisation(name):
        return
    elif organisations is Organisations.TAKEN or names_officer(name):
        collector.advise(Code.NAME_ORGANISATION)
    elif organisations is Organisations.OFFICER_NAMED:
        collector.refuse(Code.NAME_OFFICER_MISSING)
    else:
        collector.refuse(Code.NAME_ORGANISATION)


@functools.cache
def _bodies() -> frozenset[str]:
    return frozenset(map(fold, word_set(BODIES)))


@functools.cache
def _ambiguous_bodies() -> frozenset[str]:
    return frozenset(map(fold, word_set(AMBIGUOUS_BODIES)))
