"""Which names are newspapers', and which are the paper's own."""

import re

from webapp.rules.advisories.word_lists import entries

WORDS_OF_TITLES = """
advertiser age anzeiger argus asahi australian banner beacon bee bild bote bulletin business chronicle
citizen clarin corriere courant courier dagblad daily dawn democrat despatch diario dispatch echo economist
enquirer estado evening examiner express figaro folha gazette gazzetta globe guardian hankyoreh herald hindu
independent inquirer jornal journal krant kurier leader ledger mail mainichi mercury messaggero messenger
mirror monde monitor mundo nachrichten nacion nation news newspaper nikkei observer pais pao picayune post
pravda press presse recorder record register repubblica republic republican review rundschau scotsman
sentinel shimbun spectator spiegel stampa standard star statesman sun tageblatt tagesspiegel telegraaf
telegraph times tribune vanguard vanguardia voice weekly world yomiuri zeit zeitung
"""
"""One of these stands in the title of nearly every paper, in several languages."""

TITLES_BY_THEMSELVES = """
argus chronicle courier echo economist examiner express gazette guardian herald independent inquirer journal
mail mirror nyt observer post scmp scotsman sentinel spectator standard star statesman telegraph times
tribune wsj
"""
"""These name a paper when they stand alone; “Dear Sun” and “Dear World” greet something else."""

EAST_ASIAN_PAPER = re.compile(
    "明報|明报|蘋果日報|苹果日报|東方日報|东方日报|星島日報|星岛日报|信報|信报|大公報|大公报|文匯報|文汇报|經濟日報|经济日报|成報|太陽報"
    "|香港商報|聯合報|联合报|自由時報|自由时报|中國時報|中国时报|人民日報|人民日报|聯合早報|联合早报|南方周末|星洲日報|星洲日报"
    "|朝日新聞|読売新聞|毎日新聞|日本経済新聞|産経新聞|東京新聞|조선일보|중앙일보|동아일보|한겨레|경향신문"
)
"""By name only: the Chinese title of a paper that has an English one can't be known here."""

MOST_WORDS_OF_A_TITLE = 6
_JOINING = "the of on and for a in at le la el die der das de"
_STAFF = "editor editors editorial letters desk team staff newsroom people folks friends sirs"


def names_newspaper(name: str) -> bool:
    """Tell whether ``name`` is written like the title of a newspaper, such as “The Bay Tribune”."""
    words = name.split()
    if not 0 < len(words) <= MOST_WORDS_OF_A_TITLE or not all(map(_is_title_word, words)):
        return False
    bare = [word for word in _folded(name) if word not in entries(_JOINING)]
    if len(bare) == 1:
        return bare[0] in entries(TITLES_BY_THEMSELVES)
    return not entries(WORDS_OF_TITLES).isdisjoint(bare)


def is_same_paper(name: str, paper_title: str) -> bool:
    """Tell whether ``name`` can mean the paper: its title, a part of it, its initials, or more than it.

    “The Herald” and “HH” are The Harbour Herald, and so is “Harbour Herald on Sunday”.
    """
    words, title = _bare_words(name), _bare_words(paper_title)
    if not words or not title:
        return True
    return words <= title or title <= words or "".join(_folded(name)) in _initials(paper_title)


def _is_title_word(word: str) -> bool:
    return word[0].isupper() or word in entries(_JOINING)


def _folded(name: str) -> list[str]:
    plain = name.casefold().replace("í", "i").replace("ó", "o")
    return re.findall(r"\w[\w'’-]*", plain)


def _bare_words(name: str) -> set[str]:
    return set(_folded(name)) - entries(_JOINING) - entries(_STAFF)


def _initials(title: str) -> set[str]:
    words = _folded(title)
    return {
        "".join(word[0] for word in words),
        "".join(word[0] for word in words if word not in entries(_JOINING)),
    }
