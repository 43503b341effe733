"""Labelled lines with a writer's particulars: “Name: Jane Lee”, “Mobile 9123 4567”; labels and values."""

import re
from dataclasses import dataclass
from enum import Enum, auto

from webapp.mailbox.line_kinds import (
    is_phone,
    is_prose,
    looks_like_address,
    looks_like_name,
    without_final_stop,
)
from webapp.mailbox.phrases import COLONS, LONGEST_LINE, folded, phrases


class Label(Enum):
    """What a label announces."""

    NAME = auto()
    ADDRESS = auto()
    PHONE = auto()
    EMAIL = auto()
    DISTRICT = auto()
    FAX = auto()


LABEL_PHRASES = {
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
LABEL_PREFIXES = phrases("""
my|your|our|the|writers|writer s|senders|sender s|full|real|home|house|postal|mailing|residential|street
contact|office|work|business|day|daytime|day time|evening|personal|direct
""")
"""Words that may stand before a label: “My home address”."""

LABEL_SUFFIXES = phrases("number|numbers|num|no|nos|id|line")
"""Words that may stand after a label: “Phone number”."""

_BY_PHRASE = {phrase: label for label, listed in LABEL_PHRASES.items() for phrase in listed}

LONGEST_LABEL = 40
LONGEST_DISTRICT = 60
"""Characters, both."""

_DECORATION = " \t\xa0*_•·"
_LABEL_AND_VALUE = re.compile(
    rf"([^{COLONS}=\d]{{1,{LONGEST_LABEL}}})(?:[{COLONS}=]|\s[-–—](?=\s))(.*)", re.DOTALL
)
_LABEL_AND_NUMBER = re.compile(rf"([^{COLONS}=\d+(]{{1,{LONGEST_LABEL}}})((?<=[\s.])[+(\d].*)", re.DOTALL)
LONGEST_PHONE_SENTENCE = 150
_PHONE_SENTENCE = re.compile(
    r"[^.!?\d]{0,40}?(?:\b(?:my|our)\b[^.!?\d]{0,40}\b(?:phone|telephone|mobile|cell|tel|landline|number)\b"
    r"|\b(?:ring|call|reach|contact|phone|text)\s+(?:me|us)\b"
    r"|\bI (?:can|may) be (?:reached|contacted|rung|called|phoned)\b"
    r"|\bmeine? (?:telefon|handy|mobil)\w*|\berreichen (?:sie )?mich\b|\bmon (?:numéro|téléphone|portable)\b"
    r"|\bjoindre au\b|\bjoignable au\b|\bmi (?:teléfono|móvil|número)\b"
    r"|\bmeu (?:telefone|celular|número)\b|\bil mio (?:telefono|numero|cellulare)\b"
    r"|\bmijn (?:telefoon|mobiel)\w*|我的(?:電話|电话|手機|手机|手提|聯絡電話|联系电话))"
    r"[^.!?\d+(]{0,60}(?:\([^()\d]{0,40}\)[^.!?\d+(]{0,20})?([+(]?\d[\d\s()./-]{4,20}\d)"
    r"(?:\s*[,;(][^.!?\d]{0,60}|\s[^.!?\d]{0,40})?[.!。]?",
    re.IGNORECASE,
)
"""A sentence that gives the writer's number, often with “not for publication” in it."""
_BRACKETS = re.compile(r"\([^()]*\)|[（][^（）]*[）]")  # noqa: RUF001 (Chinese)
_AT_SIGNS, _FULL_STOPS = "@\uff20\ufe6b", ".\u3002\uff0e\uff61"
"""Those of an East Asian keyboard too, which `read_email` understands."""
# An at sign in a class beside one would be matched in many ways, and a long line of them in cubic time.
_EMAIL_ADDRESS = re.compile(
    rf"(?:mailto:)?<?[^\s{_AT_SIGNS}<>]+[{_AT_SIGNS}]([^\s{_AT_SIGNS}<>]+)>?(?:\s*<mailto:[^\s<>]+>)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class LabelledLine:
    """A line with a known label; the value is empty where it is on the lines below."""

    label: Label
    value: str


def read_labelled_line(line: str) -> LabelledLine | None:
    """Read a labelled line; None if it has no known label, or the value does not fit the label."""
    line = line.strip(_DECORATION)
    if len(line) > LONGEST_LINE:
        return None
    if len(line) <= LONGEST_PHONE_SENTENCE and (match := _PHONE_SENTENCE.fullmatch(line)):
        return LabelledLine(Label.PHONE, match[1].strip()) if is_phone(match[1]) else None
    if match := _LABEL_AND_VALUE.fullmatch(line):
        label, value = _known_label(match[1]), match[2].strip(_DECORATION)
    elif match := _LABEL_AND_NUMBER.fullmatch(line):
        label, value = _known_label(match[1]), match[2]
        label = label if label in {Label.PHONE, Label.FAX} else None
    else:
        return None
    return LabelledLine(label, value) if label and _value_fits(label, value) else None


def has_label(line: str) -> bool:
    """Tell whether a line has the form of a label and a value, whether or not the label is known."""
    return len(line) <= LONGEST_LINE and bool(_LABEL_AND_VALUE.fullmatch(line.strip(_DECORATION)))


def is_email_address(text: str) -> bool:
    """Tell whether ``text`` is only an e-mail address, with or without “mailto:” and <…>."""
    match = _EMAIL_ADDRESS.fullmatch(text.strip())
    return match is not None and not set(_FULL_STOPS).isdisjoint(match[1][1:-1])


def _known_label(text: str) -> Label | None:
    """Return the label that ``text`` stands for; None for an unknown one, and for two: “Name / Address”."""
    named = {
        _known_label_of_part(part)
        for part in re.split(r"/(?!p\b)", _BRACKETS.sub("", text), flags=re.IGNORECASE)
    }
    return named.pop() if len(named) == 1 else None


def _known_label_of_part(text: str) -> Label | None:
    """Return the label of one phrase, ignoring words around it: “My home address”, “Phone number”."""
    words = folded(text).split()
    while len(words) > 1 and words[-1] in LABEL_SUFFIXES:
        del words[-1]
    while len(words) > 1 and words[0] in LABEL_PREFIXES and " ".join(words) not in _BY_PHRASE:
        del words[0]
    return _BY_PHRASE.get(" ".join(words))


def _value_fits(label: Label, value: str) -> bool:
    """Tell whether a value can be what its label announces; only an address may be empty here."""
    if label is Label.ADDRESS:
        return not value or looks_like_address(value, labelled=True)
    if label is Label.NAME:
        return looks_like_name(without_final_stop(value), labelled=True)
    if label in {Label.PHONE, Label.FAX}:
        return is_phone(value, labelled=True)
    if label is Label.EMAIL:
        return is_email_address(value)
    return bool(value) and len(value) <= LONGEST_DISTRICT and not is_prose(value)
