"""Who wrote and where they live, read from the lines that say nothing else."""

import re
from dataclasses import dataclass, field

from webapp.mailbox.labels import Label, Labelled, has_a_label, is_mailbox, read_labelled
from webapp.mailbox.line_kinds import (
    continues_address,
    is_date,
    is_part_of_name,
    is_phone,
    is_place,
    looks_like_address,
    looks_like_name,
    names_organisation,
    names_street,
    share_a_word,
    tells_where,
    without_stop,
)
from webapp.mailbox.phrases import COLONS, COMMAS

MOST_PHONES = 2

_BETWEEN_FIELDS = re.compile(
    r"\s*[|•;\t]\s*"
    rf"|,\s*(?=(?:e-?mail|tel|phone|mobile|mob|address|電話|電郵)\b[^,{COLONS}]{{0,12}}[{COLONS}])",
    re.IGNORECASE,
)
_COMMA = re.compile(rf"\s*[{COMMAS}]\s*")
_DASH = re.compile(r"\s*[-–—]{1,2}\s*(?=\w)")
_HUMBLE = "敬上|謹上|谨上|敬啟|敬启|謹啟|谨启|拜上"
_SIGNED_HUMBLY = re.compile(
    r"(?:讀者|读者|市民)?\s*(?:"
    rf"([\u3400-\u9fff·]{{2,5}}?)\s*(?:{_HUMBLE})|([\u3400-\u9fff]{{2,4}})\s+[啟启上])"
)
"""“讀者 陳大文 敬上”: in Chinese, the closing follows the name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What a writer says of themselves in the text of a message; empty where nothing is said.

    Attributes:
        name_is_labelled: Whether the name stands behind “Name:”, and is no guess.
    """

    name: str = ""
    name_is_labelled: bool = False
    address: str = ""
    phone: str = ""
    district: str = ""

    def completed_by(self, other: "Particulars") -> "Particulars":
        """Return these, with what is missing taken from ``other``."""
        takes_name = other.name and (not self.name or (other.name_is_labelled and not self.name_is_labelled))
        named = other if takes_name else self
        return Particulars(
            name=named.name,
            name_is_labelled=named.name_is_labelled,
            address=self.address or other.address,
            phone=self.phone or other.phone,
            district=self.district or other.district,
        )


@dataclass(slots=True)
class Block:
    """Lines that hold a writer's particulars, and what was read in them.

    Attributes:
        known_name: The name in the header of the message; another one isn't taken for the writer's.
        left: Lines that could not be read, in order.
        labels: How many labels were read.
    """

    known_name: str
    name: str = ""
    name_is_labelled: bool = False
    address: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    district: str = ""
    left: list[str] = field(default_factory=list)
    labels: int = 0
    is_in_address: bool = False
    _unlabelled: list[str] = field(default_factory=list)

    @property
    def particulars(self) -> Particulars:
        """What the lines say of the writer."""
        return Particulars(
            name=self.name,
            name_is_labelled=self.name_is_labelled,
            address="\n".join(self.address),
            phone=" / ".join(self.phones),
            district=self.district,
        )

    @property
    def says_something(self) -> bool:
        """Whether anything was read."""
        return bool(self.name or self.address or self.phones or self.district or self.labels)

    def read(self, line: str) -> None:
        """Read one more line."""
        line = line.strip()
        if not line:
            self.is_in_address &= not self.address
        elif self._read_fields(line) or self._read_name(line):
            pass
        elif "|" in line and looks_like_name(line.split("|")[0]):
            for piece in line.split("|"):
                self.read(piece)
        elif self.is_in_address and continues_address(line) and not has_a_label(line):
            self.address.append(line)
        else:
            self.is_in_address = False
            self._unlabelled.append(line)

    def end(self) -> None:
        """Find an address in the lines without a label, once all have been read; leave the others."""
        lines, self._unlabelled = self._unlabelled, []
        first = next((number for number, line in enumerate(lines) if _begins_address(line)), len(lines))
        start = end = first
        while 0 < start < len(lines) and self._may_be_a_house(lines[start - 1]):
            start -= 1
        while end < len(lines) and continues_address(lines[end]) and not has_a_label(lines[end]):
            end += 1
        address = lines[start:end]
        if len(address) == 1 and is_place(address[0]) and not self.district:
            self.district = address[0]
        elif self.address:
            address = []
            start = end
        else:
            self.address = address
        self.left += lines[:start] + lines[end:]

    def leave_unlabelled(self) -> None:
        """Leave all lines without a label."""
        self.left += self._unlabelled
        self._unlabelled = []

    def _may_be_a_house(self, line: str) -> bool:
        """Tell whether a line can begin an address: “The Old Rectory”; “Bo Li” may be another signature."""
        if not self.name or not looks_like_address(line) or names_organisation(line):
            return False
        return not looks_like_name(line) or names_street(line) or line.startswith("The ")

    def _read_fields(self, line: str) -> bool:
        """Read a line of which every piece has a label or needs none."""
        inside = line[1:-1] if line[0] + line[-1] == "()" else line
        pieces = [piece for piece in _BETWEEN_FIELDS.split(inside) if piece]
        labelled = [read_labelled(piece) for piece in pieces]
        fields = list(zip(pieces, labelled, strict=True))
        if not all(found or _needs_no_label(piece) for piece, found in fields):
            return False
        if any(found and self._is_taken(found) for found in labelled):
            return False
        self.is_in_address = False
        for piece, found in fields:
            if found:
                self._take(found)
            elif is_phone(piece):
                self._take_phone(piece)
        return bool(pieces)

    def _is_taken(self, found: Labelled) -> bool:
        return {
            Label.NAME: self.name_is_labelled,
            Label.ADDRESS: bool(self.address),
            Label.PHONE: len(self.phones) == MOST_PHONES,
            Label.DISTRICT: bool(self.district),
        }.get(found.label, False)

    def _take(self, found: Labelled) -> None:
        self.labels += 1
        if found.label is Label.NAME:
            self.name, self.name_is_labelled = without_stop(found.value), True
        elif found.label is Label.ADDRESS:
            self.is_in_address = True
            self.address += [found.value] if found.value else []
        elif found.label is Label.PHONE:
            self._take_phone(found.value)
        elif found.label is Label.DISTRICT:
            self.district = found.value

    def _take_phone(self, phone: str) -> None:
        if phone not in self.phones and len(self.phones) < MOST_PHONES:
            self.phones.append(phone)

    def _read_name(self, line: str) -> bool:
        """Read the name that is signed: above all that needs no label, and nobody else's."""
        if self._unlabelled or self.is_in_address:
            return False
        if self.name:
            return self._read_name_again(line)
        signed = _DASH.sub("", line, count=1) if _DASH.match(line) else line
        if humbly := _SIGNED_HUMBLY.fullmatch(signed):
            signed = humbly[1] or humbly[2]
        signed = without_stop(signed)
        name, *rest = _COMMA.split(signed, maxsplit=1)
        if rest and self._read_name_and_place(name, rest[0]):
            return True
        if looks_like_name(signed) and self._may_be(signed):
            self.name = signed
        return bool(self.name)

    def _read_name_again(self, line: str) -> bool:
        """Read the same name once more, as in “Jane” and, below it, “Dr Jane Lee”."""
        if not looks_like_name(line):
            return False
        if is_part_of_name(self.name, line) and not self.name_is_labelled:
            self.name = line
        return is_part_of_name(line, self.name)

    def _read_name_and_place(self, name: str, rest: str) -> bool:
        """Read “Jane Lee, Sai Ying Pun”, as letters are signed in print."""
        if not looks_like_name(name) or not self._may_be(name) or names_organisation(rest):
            return False
        if is_place(rest) and not self.district:
            self.district = rest
        elif looks_like_address(rest) and any(map(str.isdigit, rest)) and " " in rest and not self.address:
            self.address.append(rest)
        else:
            return False
        self.name = name
        return True

    def _may_be(self, name: str) -> bool:
        return not self.known_name or share_a_word(name, self.known_name)


def _begins_address(line: str) -> bool:
    return tells_where(line) and looks_like_address(line) and not has_a_label(line)


def _needs_no_label(piece: str) -> bool:
    return is_phone(piece) or is_mailbox(piece) or is_date(piece)
