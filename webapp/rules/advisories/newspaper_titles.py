"""Recognises titles of newspapers for detectors, and whether one means the paper that got the letter."""

import re

from webapp.rules.advisories.word_lists import word_set

TITLE_WORDS = """
advertiser age anzeiger argus asahi australian banner beacon bee bild bote bulletin business chronicle
citizen clarin corriere courant courier dagblad daily dawn democrat despatch diario dispatch echo economist
enquirer estado evening examiner express figaro folha gazette gazzetta globe guardian hankyoreh herald hindu
independent inquirer jornal journal krant kurier leader ledger mail mainichi mercury messaggero messenger
mirror monde monitor mundo nachrichten nacion nation news newspaper nikkei observer pais pao picayune post
pravda press presse recorder record register repubblica republic republican review rundschau scotsman
sentinel shimbun spectator spiegel stampa standard star statesman sun tageblatt tagesspiegel telegraaf
telegraph times tribune vanguard vanguardia voice weekly world yomiuri zeit zeitung
"""
"""Words of which nearly every newspaper's title contains one, in several languages."""

ONE_WORD_TITLES = """
argus chronicle courier echo economist examiner express gazette guardian herald independent inquirer journal
mail mirror nyt observer post scmp scotsman sentinel spectator standard star statesman telegraph times
tribune wsj
"""
"""Words that alone mean a newspaper; left out are those of “Dear Sun” and “Dear World”."""

EAST_ASIAN_NEWSPAPER = re.compile(
    "明報|明报|蘋果日報|苹果日报|東方日報|东方日报|星島日報|星岛日报|信報|信报|大公報|大公报|文匯報|文汇报|經濟日報|经济日报|成報|太陽報"
    "|香港商報|聯合報|联合报|自由時報|自由时报|中國時報|中国时报|人民日報|人民日报|聯合早報|联合早报|南方周末|星洲日報|星洲日报"
    "|朝日新聞|読売新聞|毎日新聞|日本経済新聞|産経新聞|東京新聞|조선일보|중앙일보|동아일보|한겨레|경향신문"
)
"""Listed by title: the Chinese title of a paper whose policy gives the English one can't be known here."""

MAX_TITLE_WORDS = 6
_CONNECTING_WORDS = "the of on and for a in at le la el die der das de"
_STAFF_WORDS = "editor editors editorial letters desk team staff newsroom people folks friends sirs"


def is_newspaper_title(name: str) -> bool:
    """Return whether ``name`` is written like the title of a newspaper, such as “The Bay Tribune”.

    False if it is empty or a title in East Asian characters, which `EAST_ASIAN_NEWSPAPER` lists.
    """
    words = name.split()
    if not 0 < len(words) <= MAX_TITLE_WORDS or not all(map(_is_title_word, words)):
        return False
    significant = [word for word in _folded_words(name) if word not in word_set(_CONNECTING_WORDS)]
    if len(significant) == 1:
        return significant[0] in word_set(ONE_WORD_TITLES)
    return not word_set(TITLE_WORDS).isdisjoint(significant)


def is_same_paper(name: str, paper_title: str) -> bool:
    """Return whether ``name`` can mean the paper: its title, a part or more of it, or its initials.

    “The Herald”, “HH” and “Harbour Herald on Sunday” mean The Harbour Herald. True also if ``name`` or
    ``paper_title`` has no word of its own, such as “the editor”.
    """
    words, title = _significant_words(name), _significant_words(paper_title)
    if not words or not title:
        return True
    return words <= title or title <= words or "".join(_folded_words(name)) in _initials(paper_title)


def _is_title_word(word: str) -> bool:
    return word[0].isupper() or word in word_set(_CONNECTING_WORDS)


def _folded_words(name: str) -> list[str]:
    plain = name.casefold().replace("í", "i").replace("ó", "o")
    return re.findall(r"\w[\w'’-]*", plain)


def _significant_words(name: str) -> set[str]:
    return set(_folded_words(name)) - word_set(_CONNECTING_WORDS) - word_set(_STAFF_WORDS)


def _initials(title: str) -> set[str]:
    words = _folded_words(title)
    return {
        "".join(word[0] for word in words),
        "".join(word[0] for word in words if word not in word_set(_CONNECTING_WORDS)),
    }
