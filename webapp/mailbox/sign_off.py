"""Taking the writer's particulars out of a letter: sign-off, signature, labelled lines at its start or end.

What is recognised is removed from the text, so that it is neither counted as words nor printed. In doubt a
line stays: a letter that is returned because its address was not recognised costs less than a sentence that
is lost.
"""

import re
from dataclasses import dataclass, field

from webapp.mailbox.labelled_lines import has_label, read_labelled_line
from webapp.mailbox.line_kinds import (
    continues_address,
    is_place,
    is_prose,
    looks_like_name,
    names_street,
    share_name_part,
)
from webapp.mailbox.line_wrapping import SIGNATURE_SEPARATOR
from webapp.mailbox.particulars import Particulars, ParticularsBlock
from webapp.mailbox.phrases import COLONS, COMMAS, LONGEST_LINE
from webapp.mailbox.salutations_and_closings import is_salutation, read_closing
from webapp.rules.placeholders import is_name_placeholder

MOST_LINES = 15
"""Lines of a sign-off, or of the labelled lines above a letter; empty ones don't count."""

MOST_LINES_AFTER = 15
"""Lines of text below a sign-off: a postscript, or a sentence about the writer."""

LEAST_FIELDS_OF_A_FORM = 2
"""Labelled fields that make the end of a letter a filled-in form."""

MOST_SENTENCES_AFTER_A_FORM = 3

_POSTSCRIPT = re.compile(r"\s*P\.?\s?(?:P\.?\s?)?S\b", re.IGNORECASE)
_DASHES = re.compile(r"\s*[-_–—]{2,}\s*")


@dataclass(frozen=True, slots=True)
class Extraction:
    """The result of taking particulars out of lines of text.

    Attributes:
        lines: The lines that are left.
        particulars: What was in the lines removed.
    """

    lines: list[str]
    particulars: Particulars = field(default_factory=Particulars)


def take_particulars(lines: list[str], known_name: str) -> Extraction:
    """Take the writer's particulars out of the beginning and the end of a letter.

    Where several places have the same field, the sign-off wins over the labelled lines at the beginning, and
    these win over the signature; a labelled name wins over one without a label.

    Args:
        lines: The letter without quoted messages and footers.
        known_name: The name in the header of the message; empty where there is none.
    """
    above, below = _split_at_signature(lines)
    signature = _read_signature(below, known_name)
    ending = _without_sign_off(above, known_name or signature.particulars.name)
    beginning = _without_labelled_beginning(ending.lines)
    particulars = ending.particulars.completed_by(beginning.particulars).completed_by(signature.particulars)
    return Extraction(_join_blocks(beginning.lines, signature.lines, []), particulars)


def _split_at_signature(lines: list[str]) -> tuple[list[str], list[str]]:
    """Split the lines at “-- ” (RFC 3676, section 4.3); below it is the mail client's signature."""
    for number in _last_text_lines(lines, MOST_LINES + 1):
        if lines[number] == SIGNATURE_SEPARATOR:
            return lines[:number], lines[number + 1 :]
    return lines, []


def _read_signature(lines: list[str], known_name: str) -> Extraction:
    """Read a signature and remove it, except for sentences: they may belong to the letter."""
    block = ParticularsBlock(known_name)
    for line in lines:
        if not _is_sentence(line):
            block.read(line)
    block.end()
    return Extraction([line for line in lines if _is_sentence(line)], block.particulars)


def _without_sign_off(lines: list[str], known_name: str) -> Extraction:
    """Read and remove the last sign-off in the lines; if there is none, the particulars at their end."""
    for number in _last_text_lines(lines, MOST_LINES + MOST_LINES_AFTER):
        if extraction := _read_sign_off(lines, number, known_name):
            return extraction
    return _without_particulars_at_end(lines, known_name)


def _read_sign_off(lines: list[str], number: int, known_name: str) -> Extraction | None:
    """Read the sign-off that begins with a closing (“Yours faithfully,”) in line ``number``, or None."""
    closing = read_closing(lines[number])
    below = lines[number + 1 :]
    if not closing:
        return None
    if closing.rest:
        if not _is_signed(closing.rest, known_name):
            return None
        below = [closing.rest, *below]
    if not any(line.strip() for line in below):
        return Extraction(lines[:number]) if closing.is_unambiguous else None
    block, after = _read_block(below, known_name)
    if not (block.found_anything if closing.is_unambiguous else block.name):
        return None
    if sum(bool(line.strip()) for line in after) > MOST_LINES_AFTER:
        return None
    is_kept = closing.is_sentence and not closing.is_unambiguous
    kept = _without_closing(lines[:number]) if not is_kept else lines[: number + 1]
    return Extraction(_join_blocks(kept, block.unread, after), block.particulars)


def _without_closing(lines: list[str]) -> list[str]:
    """Return ``lines`` without a closing at their end: “Yours faithfully,” above the closing “(signed)”."""
    last = next(iter(_last_text_lines(lines, 1)), None)
    closing = read_closing(lines[last]) if last is not None else None
    return lines[:last] if closing and closing.is_unambiguous and not closing.rest else lines


def _is_signed(text: str, known_name: str) -> bool:
    """Tell whether the text after “Yours sincerely,” on its line is a name and not the rest of a sentence."""
    if known_name and share_name_part(text, known_name):
        return not is_prose(text)
    return looks_like_name(re.split(f"[{COMMAS}]", text, maxsplit=1)[0]) and not text[:1].islower()


def _read_block(lines: list[str], known_name: str) -> tuple[ParticularsBlock, list[str]]:
    """Read lines up to a sentence or postscript; return the block, and the lines after it."""
    block = ParticularsBlock(known_name)
    end = lines_read = 0
    for line in lines:
        if lines_read == MOST_LINES or _POSTSCRIPT.match(line) or _is_sentence(line):
            break
        block.read(line)
        lines_read += bool(line.strip())
        end += 1
    block.end()
    return block, lines[end:]


def _without_particulars_at_end(lines: list[str], known_name: str) -> Extraction:
    """Read and remove the particulars at the end of a letter without a closing."""
    for start in reversed(_possible_starts(lines)):
        block, after = _read_block(lines[start:], known_name)
        is_form = block.name_is_labelled and block.label_count >= LEAST_FIELDS_OF_A_FORM
        is_signed = bool(block.name and known_name and share_name_part(block.name, known_name))
        if _belongs_to_text_above(lines, start, block) or (
            after and not _may_follow_block(after, is_form=is_form)
        ):
            continue
        if block.unread and not is_form and not (is_signed and block.label_count):
            continue
        if (
            is_signed
            or block.label_count
            or (block.name and (block.phones or _is_certain_address(block.address)))
        ):
            return Extraction(_join_blocks(lines[:start], block.unread, after), block.particulars)
    return Extraction(lines)


def _may_follow_block(after: list[str], *, is_form: bool) -> bool:
    """Tell whether text may follow a block: “I confirm that this is exclusive” below a filled-in form."""
    texts = [line for line in after if line.strip()]
    return is_form and len(texts) <= MOST_SENTENCES_AFTER_A_FORM and not any(map(is_salutation, texts))


def _is_certain_address(address: list[str]) -> bool:
    """Tell whether lines are an address even below an unknown name: a digit, and a street or place."""
    has_number = any(character.isdigit() for line in address for character in line)
    return has_number and any(names_street(line) or is_place(line) for line in address)


def _belongs_to_text_above(lines: list[str], start: int, block: ParticularsBlock) -> bool:
    """Tell whether a block may be part of the text: another address below “Write to:” or “For help, call”."""
    above = next((line.rstrip() for line in reversed(lines[:start]) if line.strip()), "")
    if block.name_is_labelled or not above:
        return False
    is_in_paragraph = start > 0 and bool(lines[start - 1].strip()) and not _DASHES.fullmatch(lines[start - 1])
    return above.endswith(tuple(COLONS)) or (is_in_paragraph and block.label_count < LEAST_FIELDS_OF_A_FORM)


def _possible_starts(lines: list[str]) -> list[int]:
    """Return the numbers of the lines where a block at the end may begin, the last line first.

    A block has no sentences in it, except a few at its end.
    """
    starts: list[int] = []
    for count, number in enumerate(_last_text_lines(lines, MOST_LINES)):
        line = lines[number]
        above = lines[number - 1] if number else ""
        if is_salutation(line) or (_is_sentence(line) and count >= MOST_SENTENCES_AFTER_A_FORM):
            break
        is_set_apart = not above.strip() or _DASHES.fullmatch(above)
        if _begins_block(line) and (
            is_set_apart or (read_labelled_line(line) and not read_labelled_line(above))
        ):
            starts.append(number)
    return starts


def _begins_block(line: str) -> bool:
    """Tell whether a line can begin a block: it is a labelled field, or a name, or begins with one."""
    block = ParticularsBlock("")
    block.read(line)
    return block.found_anything


def _without_labelled_beginning(lines: list[str]) -> Extraction:
    """Read and remove the labelled lines above a letter; lines with an unknown label stay."""
    block = ParticularsBlock("")
    kept: list[str] = []
    position = lines_read = 0
    while position < len(lines) and lines_read < MOST_LINES:
        line = lines[position]
        is_address = block.is_in_address and continues_address(line) and not is_salutation(line)
        if line.strip() and (
            _is_sentence(line) or not (is_address or has_label(line) or read_labelled_line(line))
        ):
            break
        unread_before = len(block.unread)
        block.read(line)
        block.leave_unlabelled()
        kept += block.unread[unread_before:]
        lines_read += bool(line.strip())
        position += 1
    if not block.label_count:
        return Extraction(lines)
    return Extraction(_join_blocks(kept, [], lines[position:]), block.particulars)


def _is_sentence(line: str) -> bool:
    """Tell whether a line is text of the letter: long, or prose without particulars or a name placeholder."""
    if len(line) > LONGEST_LINE:
        return True
    return is_prose(line) and not (_begins_block(line) or is_name_placeholder(line))


def _join_blocks(above: list[str], unread: list[str], below: list[str]) -> list[str]:
    """Return the lines of all three, with an empty line between them."""
    return [*above, *(["", *unread] if unread else []), *(["", *below] if below else [])]


def _last_text_lines(lines: list[str], most: int) -> list[int]:
    """Return the numbers of the last lines that are not empty, at most ``most``, the last first."""
    numbers: list[int] = []
    for number in range(len(lines) - 1, -1, -1):
        if len(numbers) == most:
            break
        if lines[number].strip():
            numbers.append(number)
    return numbers
