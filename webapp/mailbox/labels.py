"""Lines in which writers say who they are: “Name: Jane Lee”, “Mobile 9123 4567”."""

import re
from dataclasses import dataclass
from enum import Enum, auto

from webapp.mailbox.line_kinds import is_phone, is_prose, looks_like_address, looks_like_name, without_stop
from webapp.mailbox.phrases import COLONS, LONGEST_LINE, folded, phrases


class Label(Enum):
    """What a line says that it holds."""

    NAME = auto()
    ADDRESS = auto()
    PHONE = auto()
    EMAIL = auto()
    DISTRICT = auto()
    FAX = auto()


LABELS = {
    Label.NAME: phrases(
        "name|full name|name of writer|signed|姓名|真實姓名|真实姓名|中文姓名|英文姓名|名字|署名"
    ),
    Label.ADDRESS: phrases("""
        address|addr|add|residence|地址|住址|通訊地址|通讯地址|聯絡地址|联络地址
        住宅地址|郵寄地址
    """),
    Label.PHONE: phrases("""
        phone|tel|telephone|mobile|mob|cell|cellphone|handphone|hand phone|hp|h p|ph|whatsapp|contact
        t|m|p|office|home|work|direct|direct line
        電話|电话|電話號碼|电话号码|聯絡電話|联络电话|聯繫電話|联系电话|手提電話|流動電話
        手提|手機|手机|手機號碼|手机号码
    """),
    Label.EMAIL: phrases("""
        email|e mail|mail|e|email address|e mail address|電郵|电邮|電郵地址|电邮地址|電子郵件|电子邮件
        電子郵箱|邮箱|電子信箱
    """),
    Label.DISTRICT: phrases("district|town|area|neighbourhood|neighborhood|地區|地区|居住地區"),
    Label.FAX: phrases("fax|f|傳真|传真"),
}
BEFORE_A_LABEL = phrases("""
my|your|our|the|writers|writer s|senders|sender s|full|real|home|house|postal|mailing|residential|street
contact|office|work|business|day|daytime|day time|evening|personal|direct
""")
AFTER_A_LABEL = phrases("number|numbers|num|no|nos|id|line")

_BY_PHRASE = {phrase: label for label, listed in LABELS.items() for phrase in listed}

LONGEST_LABEL = 40
LONGEST_DISTRICT = 60

_MARKS = " \t\xa0*_•·"
_PARTED = re.compile(rf"([^{COLONS}=\d]{{1,{LONGEST_LABEL}}})(?:[{COLONS}=]|\s[-–—](?=\s))(.*)", re.DOTALL)
_PARTED_BY_DIGIT = re.compile(rf"([^{COLONS}=\d+(]{{1,{LONGEST_LABEL}}})((?<=[\s.])[+(\d].*)", re.DOTALL)
_BRACKETS = re.compile(r"\([^()]*\)|[（][^（）]*[）]")  # noqa: RUF001 (Chinese)
_MAILBOX = re.compile(
    r"(?:mailto:)?<?[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+>?(?:\s*<mailto:[^\s<>]+>)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A line with a label that is known; the value is empty where it is on the lines below."""

    label: Label
    value: str


def read_labelled(line: str) -> Labelled | None:
    """Read a labelled line; nothing where there is no label, or the value can't be what it announces."""
    line = line.strip(_MARKS)
    if len(line) > LONGEST_LINE:
        return None
    if parted := _PARTED.fullmatch(line):
        label, value = _label(parted[1]), parted[2].strip(_MARKS)
    elif parted := _PARTED_BY_DIGIT.fullmatch(line):
        label, value = _label(parted[1]), parted[2]
        label = label if label in {Label.PHONE, Label.FAX} else None
    else:
        return None
    return Labelled(label, value) if label and _fits(label, value) else None


def has_a_label(line: str) -> bool:
    """Tell whether a line begins as a field of a form does, known or not."""
    return len(line) <= LONGEST_LINE and bool(_PARTED.fullmatch(line.strip(_MARKS)))


def is_mailbox(text: str) -> bool:
    """Tell whether ``text`` is an e-mail address and nothing else."""
    return bool(_MAILBOX.fullmatch(text.strip()))


def _label(text: str) -> Label | None:
    """Return what a label announces; “Tel / Mobile” announces one thing, “Name and address” two."""
    named = {
        _label_of_one(part) for part in re.split(r"/(?!p\b)", _BRACKETS.sub("", text), flags=re.IGNORECASE)
    }
    return named.pop() if len(named) == 1 else None


def _label_of_one(text: str) -> Label | None:
    words = folded(text).split()
    while len(words) > 1 and words[-1] in AFTER_A_LABEL:
        del words[-1]
    while len(words) > 1 and words[0] in BEFORE_A_LABEL and " ".join(words) not in _BY_PHRASE:
        del words[0]
    return _BY_PHRASE.get(" ".join(words))


def _fits(label: Label, value: str) -> bool:
    if label is Label.ADDRESS:
        return not value or looks_like_address(value, labelled=True)
    if label is Label.NAME:
        return looks_like_name(without_stop(value), labelled=True)
    if label in {Label.PHONE, Label.FAX}:
        return is_phone(value, labelled=True)
    if label is Label.EMAIL:
        return is_mailbox(value)
    return bool(value) and len(value) <= LONGEST_DISTRICT and not is_prose(value)
