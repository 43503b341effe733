"""Finding the writer's particulars in a letter: sign-off, signature, labelled lines at its start or end.

What is recognised is to be cut from the text, so that it is neither counted as words nor printed. In doubt a
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
    """Particulars that were found in lines of text, and where.

    Attributes:
        particulars: What was found.
        taken: Numbers of the lines that hold nothing else: particulars, a closing, labels.
    """

    particulars: Particulars = field(default_factory=Particulars)
    taken: frozenset[int] = frozenset()


def find_particulars(lines: list[str], known_name: str) -> Extraction:
    """Find the writer's particulars in the beginning and the end of a letter.

    Where both have the same field, the sign-off wins over the labelled lines at the beginning; a labelled
    name wins over one without a label.

    Args:
        lines: The letter without quoted messages, footers and signature.
        known_name: The name in the header or the signature of the message; empty where there is none.
    """
    ending = _find_sign_off(lines, known_name)
    beginning = _find_labelled_beginning(
        [(number, line) for number, line in enumerate(lines) if number not in ending.taken]
    )
    return Extraction(ending.particulars.completed_by(beginning.particulars), ending.taken | beginning.taken)


def find_signature(lines: list[str], known_name: str) -> Extraction:
    """Find the particulars in the signature below “-- ” that a mail program adds to a message.

    Sentences in it are left: they may belong to the letter.

    Args:
        lines: The letter without quoted messages and footers below it.
        known_name: The name in the header of the message; empty where there is none.
    """
    return _read_signature(lines, _find_signature_separator(lines), known_name)


def _find_signature_separator(lines: list[str]) -> int:
    """Return the number of the first “-- ” (RFC 3676, 4.3) among the last lines; else that of lines."""
    numbers = _last_text_lines(lines, MOST_LINES + 1)
    return next((each for each in reversed(numbers) if lines[each] == SIGNATURE_SEPARATOR), len(lines))


def _read_signature(lines: list[str], separator: int, known_name: str) -> Extraction:
    """Read the signature below ``separator``, except for sentences: they may belong to the letter."""
    block = ParticularsBlock(known_name, is_signature=True)
    taken = [number for number in range(separator + 1, len(lines)) if not _is_sentence(lines[number])]
    for number in taken:
        block.read(lines[number])
    block.end()
    return Extraction(
        block.particulars, frozenset([*range(separator, min(separator + 1, len(lines))), *taken])
    )


def _find_sign_off(lines: list[str], known_name: str) -> Extraction:
    """Read the last sign-off in the lines; if there is none, the particulars at their end."""
    for number in _last_text_lines(lines, MOST_LINES + MOST_LINES_AFTER):
        if extraction := _read_sign_off(lines, number, known_name):
            return extraction
    return _find_particulars_at_end(lines, known_name)


def _read_sign_off(lines: list[str], number: int, known_name: str) -> Extraction | None:
    """Read the sign-off that begins with a closing (“Yours faithfully,”) in line ``number``, or None."""
    closing = read_closing(lines[number])
    if not closing:
        return None
    first = number + 1
    below = lines[first:]
    if closing.rest:
        if not _is_signed(closing.rest, known_name):
            return None
        first = number
        below = [closing.rest, *below]
    if not any(line.strip() for line in below):
        return Extraction(taken=frozenset(range(number, len(lines)))) if closing.is_unambiguous else None
    block, length = _read_block(below, known_name)
    if not (block.found_anything if closing.is_unambiguous else block.name):
        return None
    if sum(bool(line.strip()) for line in below[length:]) > MOST_LINES_AFTER:
        return None
    is_kept = closing.is_sentence and not closing.is_unambiguous
    start = first if is_kept else _start_of_closing(lines, number)
    return Extraction(block.particulars, _taken(start, first, length, block))


def _taken(start: int, first: int, length: int, block: ParticularsBlock) -> frozenset[int]:
    """Return the numbers from ``start`` to the end of a block, but for its lines without particulars.

    Args:
        start: The first line, a closing above the block.
        first: The first line of the block.
        length: How many lines it has.
        block: What was read in it.
    """
    unread = {first + number for number in block.unread}
    return frozenset(number for number in range(start, first + length) if number not in unread)


def _start_of_closing(lines: list[str], number: int) -> int:
    """Return the number of a closing, or of one above it: “Yours faithfully,” above “(signed)”."""
    last = next(iter(_last_text_lines(lines[:number], 1)), None)
    closing = read_closing(lines[last]) if last is not None else None
    is_closing = closing is not None and closing.is_unambiguous and not closing.rest
    return last if is_closing and last is not None else number


def _is_signed(text: str, known_name: str) -> bool:
    """Tell whether the text after “Yours sincerely,” on its line is a name and not the rest of a sentence."""
    if known_name and share_name_part(text, known_name):
        return not is_prose(text)
    return looks_like_name(re.split(f"[{COMMAS}]", text, maxsplit=1)[0]) and not text[:1].islower()


def _read_block(lines: list[str], known_name: str) -> tuple[ParticularsBlock, int]:
    """Read lines up to a sentence or postscript; return the block, and how many lines it has."""
    block = ParticularsBlock(known_name)
    end = lines_read = 0
    for line in lines:
        if lines_read == MOST_LINES or _POSTSCRIPT.match(line) or _is_sentence(line):
            break
        block.read(line)
        lines_read += bool(line.strip())
        end += 1
    block.end()
    return block, end


def _find_particulars_at_end(lines: list[str], known_name: str) -> Extraction:
    """Read the particulars at the end of a letter without a closing."""
    for start in reversed(_possible_starts(lines)):
        block, length = _read_block(lines[start:], known_name)
        after = lines[start + length :]
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
            return Extraction(block.particulars, _taken(start, start, length, block))
    return Extraction()


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


def _find_labelled_beginning(numbered: list[tuple[int, str]]) -> Extraction:
    """Read the labelled lines above a letter; lines with an unknown label stay.

    Args:
        numbered: The lines of the letter with their numbers, without those that are taken already.
    """
    block = ParticularsBlock("")
    position = lines_read = 0
    for position, (_, line) in enumerate(numbered):  # noqa: B007 -- the last one is used below
        is_address = block.is_in_address and continues_address(line) and not is_salutation(line)
        if lines_read == MOST_LINES or (
            line.strip()
            and (_is_sentence(line) or not (is_address or has_label(line) or read_labelled_line(line)))
        ):
            break
        block.read(line)
        lines_read += bool(line.strip())
    else:
        position = len(numbered)
    block.leave_unlabelled()
    if not block.label_count:
        return Extraction()
    unread = set(block.unread)
    taken = frozenset(number for place, (number, _) in enumerate(numbered[:position]) if place not in unread)
    return Extraction(block.particulars, taken)


def _is_sentence(line: str) -> bool:
    """Tell whether a line is text of the letter: long, or prose without particulars or a name placeholder."""
    if len(line) > LONGEST_LINE:
        return True
    return is_prose(line) and not (_begins_block(line) or is_name_placeholder(line))


def _last_text_lines(lines: list[str], most: int) -> list[int]:
    """Return the numbers of the last lines that are not empty, at most ``most``, the last first."""
    numbers: list[int] = []
    for number in range(len(lines) - 1, -1, -1):
        if len(numbers) == most:
            break
        if lines[number].strip():
            numbers.append(number)
    return numbers
