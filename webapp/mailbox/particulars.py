"""Parsing a block of lines into a writer's particulars: name, address, phone numbers, district."""

import re
from dataclasses import dataclass, field

from webapp.mailbox.labelled_lines import Label, LabelledLine, has_label, is_email_address, read_labelled_line
from webapp.mailbox.line_kinds import (
    continues_address,
    has_address_sign,
    has_certain_address_sign,
    is_date,
    is_part_of_name,
    is_phone,
    is_place,
    is_web_address,
    looks_like_address,
    looks_like_name,
    names_organisation,
    names_street,
    share_name_part,
    without_final_stop,
    without_symbols,
)
from webapp.mailbox.phrases import COLONS, COMMAS, LONGEST_LINE

MOST_PHONES = 2

_BETWEEN_FIELDS = re.compile(
    r"\s*[|•;\t]\s*"
    rf"|,\s*(?=(?:e-?mail|tel|phone|mobile|mob|address|電話|電郵)\b[^,{COLONS}]{{0,12}}[{COLONS}])",
    re.IGNORECASE,
)
_COMMA = re.compile(rf"\s*[{COMMAS}]\s*")
_DASH = re.compile(r"\s*[-–—]{1,2}\s*(?=\w)")
_CHINESE_CLOSINGS = "敬上|謹上|谨上|敬啟|敬启|謹啟|谨启|拜上"
_CHINESE_SIGNATURE = re.compile(
    r"(?:讀者|读者|市民)?\s*(?:"
    rf"([\u3400-\u9fff·]{{2,5}}?)\s*(?:{_CHINESE_CLOSINGS})|([\u3400-\u9fff]{{2,4}})\s+[啟启上])"
)
"""As in “讀者 陳大文 敬上”: in Chinese, the closing follows the name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """A writer's particulars as found in the text of a message; a field that was not found is empty.

    Attributes:
        name: Full name as signed.
        name_is_labelled: Whether the name was behind a label such as “Name:”; else it is recognised by its
            form.
        address: Home address, in lines.
        phone: Phone numbers as written, separated by “ / ”.
        district: Town or district to print under the letter.
    """

    name: str = ""
    name_is_labelled: bool = False
    address: str = ""
    phone: str = ""
    district: str = ""

    def completed_by(self, other: "Particulars") -> "Particulars":
        """Return these, with empty fields taken from ``other``.

        A labelled name in ``other`` replaces a name without a label.
        """
        takes_other_name = other.name and (
            not self.name or (other.name_is_labelled and not self.name_is_labelled)
        )
        name_source = other if takes_other_name else self
        return Particulars(
            name=name_source.name,
            name_is_labelled=name_source.name_is_labelled,
            address=self.address or other.address,
            phone=self.phone or other.phone,
            district=self.district or other.district,
        )


@dataclass(slots=True)
class ParticularsBlock:
    """A block of lines with a writer's particulars, parsed line by line.

    Call ``read`` for each line; then ``end``, to find an address in the lines without a label, or
    ``leave_unlabelled``.

    Attributes:
        known_name: The name in the header of the message; without a label, no other name is taken for the
            writer's.
        is_signature: Whether it stands below “-- ”, where a line needs more to be taken for an address.
        name: The name found; this and the four below are empty or false until something is found.
        name_is_labelled: Whether it was behind a label.
        address: In lines.
        phones: At most ``MOST_PHONES``.
        district: Town or district.
        unread: Numbers of the lines that hold no particulars, in order; the first call of ``read`` is 0.
        label_count: Number of labelled fields that were read.
        is_in_address: Whether the next line may continue an address.
    """

    known_name: str
    is_signature: bool = False
    name: str = ""
    name_is_labelled: bool = False
    address: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    district: str = ""
    unread: list[int] = field(default_factory=list)
    label_count: int = 0
    is_in_address: bool = False
    _unlabelled: list[tuple[int, str]] = field(default_factory=list)
    _number: int = -1
    _read: set[int] = field(default_factory=set)

    @property
    def particulars(self) -> Particulars:
        """The particulars found so far."""
        return Particulars(
            name=self.name,
            name_is_labelled=self.name_is_labelled,
            address="\n".join(self.address),
            phone=" / ".join(self.phones),
            district=self.district,
        )

    @property
    def found_anything(self) -> bool:
        """Whether any particulars or labels were found."""
        return bool(self.name or self.address or self.phones or self.district or self.label_count)

    def read(self, line: str) -> None:
        """Parse the next line; unlabelled lines other than names wait for ``end`` or ``leave_unlabelled``.

        A line of more than `LONGEST_LINE` characters is text: it is not parsed, and counts as unlabelled.
        """
        self._number += 1
        self._read_piece(line.strip())

    def _read_piece(self, line: str) -> None:
        """Parse a line, or a part of one with bars in it."""
        if not line:
            self.is_in_address &= not self.address
        elif len(line) > LONGEST_LINE:
            self.is_in_address = False
            self._unlabelled.append((self._number, line))
        elif self._read_fields(line) or self._read_name(line):
            self._read.add(self._number)
        elif "|" in line and looks_like_name(line.partition("|")[0]):
            for piece in line.split("|"):
                self._read_piece(piece.strip())
        elif self.is_in_address and continues_address(line) and not has_label(line):
            self.address.append(line)
            self._read.add(self._number)
        else:
            self.is_in_address = False
            self._unlabelled.append((self._number, line))

    def end(self) -> None:
        """Find an address, or a district, in the lines without a label; the others become ``unread``."""
        numbers, lines = [number for number, _ in self._unlabelled], [line for _, line in self._unlabelled]
        self._unlabelled = []
        first = next((number for number, line in enumerate(lines) if self._begins_address(line)), len(lines))
        start = end = first
        while 0 < start < len(lines) and self._may_begin_address(lines[start - 1]):
            start -= 1
        while end < len(lines) and continues_address(lines[end]) and not has_label(lines[end]):
            end += 1
        address = lines[start:end]
        if len(address) == 1 and is_place(address[0]) and not self.district:
            self.district = address[0]
        elif self.address:
            address = []
            start = end
        else:
            self.address = address
        self._read.update(numbers[start:end])
        self._leave(numbers[:start] + numbers[end:])

    def leave_unlabelled(self) -> None:
        """Make all lines without a label ``unread``, without looking for an address in them."""
        self._leave([number for number, _ in self._unlabelled])
        self._unlabelled = []

    def _leave(self, numbers: list[int]) -> None:
        # A line with bars in it is read if a part of it is.
        self.unread += dict.fromkeys(number for number in numbers if number not in self._read)

    def _begins_address(self, line: str) -> bool:
        has_sign = has_certain_address_sign if self.is_signature else has_address_sign
        return has_sign(line) and looks_like_address(line) and not has_label(line)

    def _may_begin_address(self, line: str) -> bool:
        """Tell whether a line above an address can begin it: “The Old Rectory”, but not the name “Bo Li”."""
        if not self.name or not looks_like_address(line) or names_organisation(line):
            return False
        return not looks_like_name(line) or names_street(line) or line.startswith("The ")

    def _read_fields(self, line: str) -> bool:
        """Read a line if each field in it has a label or needs none; return whether it was read."""
        inside = line[1:-1] if line[0] + line[-1] == "()" else line
        pieces = [piece for piece in _BETWEEN_FIELDS.split(inside) if piece]
        labelled_lines = [read_labelled_line(piece) for piece in pieces]
        fields = list(zip(pieces, labelled_lines, strict=True))
        if not all(found or _is_field_without_label(piece) for piece, found in fields):
            return False
        if any(found and self._is_filled(found) for found in labelled_lines):
            return False
        self.is_in_address = False
        for piece, found in fields:
            if found:
                self._store(found)
            elif is_phone(piece):
                self._add_phone(without_symbols(piece))
        return bool(pieces)

    def _is_filled(self, found: LabelledLine) -> bool:
        """Tell whether the field that a line announces has a value already."""
        return {
            Label.NAME: self.name_is_labelled,
            Label.ADDRESS: bool(self.address),
            Label.PHONE: len(self.phones) == MOST_PHONES,
            Label.DISTRICT: bool(self.district),
        }.get(found.label, False)

    def _store(self, found: LabelledLine) -> None:
        self.label_count += 1
        if found.label is Label.NAME:
            self.name, self.name_is_labelled = without_final_stop(found.value), True
        elif found.label is Label.ADDRESS:
            self.is_in_address = True
            self.address += [found.value] if found.value else []
        elif found.label is Label.PHONE:
            self._add_phone(found.value)
        elif found.label is Label.DISTRICT:
            self.district = found.value

    def _add_phone(self, phone: str) -> None:
        if phone not in self.phones and len(self.phones) < MOST_PHONES:
            self.phones.append(phone)

    def _read_name(self, line: str) -> bool:
        """Read the signature: the first line without a label, if it is a name that may be the writer's."""
        if self._unlabelled or self.is_in_address:
            return False
        if self.name:
            return self._read_repeated_name(line)
        signed = _DASH.sub("", line, count=1) if _DASH.match(line) else line
        if chinese := _CHINESE_SIGNATURE.fullmatch(signed):
            signed = chinese[1] or chinese[2]
        signed = without_final_stop(signed)
        name, *rest = _COMMA.split(signed, maxsplit=1)
        if rest and self._read_name_and_place(name, rest[0]):
            return True
        if looks_like_name(signed) and self._may_be_writer(signed):
            self.name = signed
        return bool(self.name)

    def _read_repeated_name(self, line: str) -> bool:
        """Read a second form of the name, as in “Jane” and, below it, “Dr Jane Lee”; keep the longer."""
        if not looks_like_name(line):
            return False
        if is_part_of_name(self.name, line) and not self.name_is_labelled:
            self.name = line
        return is_part_of_name(line, self.name)

    def _read_name_and_place(self, name: str, rest: str) -> bool:
        """Read a name with a place or an address after a comma: “Jane Lee, Sai Ying Pun”."""
        if not looks_like_name(name) or not self._may_be_writer(name) or names_organisation(rest):
            return False
        if is_place(rest) and not self.district:
            self.district = rest
        elif looks_like_address(rest) and any(map(str.isdigit, rest)) and " " in rest and not self.address:
            self.address.append(rest)
        else:
            return False
        self.name = name
        return True

    def _may_be_writer(self, name: str) -> bool:
        return not self.known_name or share_name_part(name, self.known_name)


def _is_field_without_label(piece: str) -> bool:
    return is_phone(piece) or is_email_address(piece) or is_date(piece) or is_web_address(piece)
