"""What people type where they don't want to say who they are or where they live.

Compared whole, after folding case, accents and punctuation: somebody called Nemo Nobody has a name.
"""

import functools
import re
import unicodedata

STAND_IN_NAMES = """
anonymous|anon|anonym|anonymus|anonyme|anonimo|anonima|anonymous please|anonymous reader
anonymous writer|name withheld|name withheld by request|name withheld on request
name and address supplied|name supplied|name and address withheld|withheld|withhold name
name not for publication|concerned citizen|a concerned citizen|concerned resident
a concerned resident|concerned parent|a concerned parent|concerned reader|a concerned reader
concerned taxpayer|a citizen|citizen|a reader|reader|a resident|resident|a taxpayer|taxpayer
angry taxpayer|disgusted|disgruntled|a mother|a father|a parent|parent|a teacher|a student
a commuter|a voter|a subscriber|regular reader|long time reader|a well wisher|well wisher|a friend
local resident|a local resident|hong konger|a hong konger|hongkonger|proud hongkonger|n a|none|null
undefined|no name|noname|nobody|no one|unknown|not applicable|not given|private|confidential|secret
prefer not to say|rather not say|not telling|mind your own business|none of your business|test
tester|testing|test test|test user|user|username|admin|administrator|name|my name|your name
full name|first last|first name last name|first name|last name|surname|firstname lastname|someone
somebody|person|me|myself|i|editor|the editor|sir|madam|mr|mrs|ms|dr|miss|asdf|asdfgh|asdfghjkl
asdf asdf|asdf jkl|qwerty|qwertyuiop|qwer|zxcv|zxcvbn|zxcvbnm|hjkl|sdf|dfg|fgh|abc|abcd|abc def|xyz
xxx|foo bar|foobar|blah|blah blah|lorem ipsum|john q public|joe public|joe bloggs|pseudonym|匿名
無名|无名|无名氏|無名氏|佚名|讀者|读者|市民|一市民|一讀者|一市民上|無|无|測試|测试|姓名|名無し
名無しさん|익명|무명|аноним|без имени|anonyme leserin|anonymer leser|sin nombre|sans nom|senza nome
ohne namen
"""
"""Folded, parted by bars and line ends."""

STAND_IN_ADDRESSES = """
n a|na|none|nil|null|unknown|not applicable|not given|no address|no fixed address|no fixed abode
address|my address|home address|postal address|home|at home|my home|my house|here|somewhere|anywhere
nowhere|private|confidential|secret|withheld|address withheld|address supplied
name and address supplied|prefer not to say|rather not say|none of your business
mind your own business|will provide if needed|available on request|on request|upon request
to be provided|same as above|as above|see above|test|test test|testing|test address|asdf|asdf asdf
asdf jkl|qwerty|qwerty uiop|foo bar|blah blah|lorem ipsum|anonymous|earth|planet earth|the earth
the world|the internet|internet|online|email|by email|the moon|無|无|沒有|没有|不詳|保密|地址|住址
家|匿名|測試|测试|不便透露
"""
"""Folded, parted by bars and line ends."""

_NOT_LETTERS = re.compile(r"[\W_]+")
_ONE_CHARACTER_REPEATED = re.compile(r"(\w)\1{2,}( \1+)*")


def fold(text: str) -> str:
    """Return ``text`` for comparing: no case, no accents, no punctuation, single spaces."""
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return _NOT_LETTERS.sub(" ", bare.casefold()).strip()


def is_name_stand_in(name: str) -> bool:
    """Tell whether ``name`` is what somebody types instead of a name."""
    return _is_listed(name, STAND_IN_NAMES)


def is_address_stand_in(address: str) -> bool:
    """Tell whether ``address`` is what somebody types instead of an address."""
    return _is_listed(address, STAND_IN_ADDRESSES)


def _is_listed(text: str, stand_ins: str) -> bool:
    folded = fold(text)
    return folded in _entries(stand_ins) or bool(_ONE_CHARACTER_REPEATED.fullmatch(folded))


@functools.cache
def _entries(stand_ins: str) -> frozenset[str]:
    return frozenset(re.split(r"[|\n]", stand_ins.strip()))
