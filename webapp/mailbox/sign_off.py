"""The end of a letter, “Yours faithfully, Jane Lee, 1 Main Street”, and the labelled lines around it.

What is read is taken out of the text, so that it neither counts as words nor is printed. It errs towards
leaving: a letter that is returned for want of an address costs less than a sentence that is lost.
"""

import re
from dataclasses import dataclass, field

from webapp.mailbox.labels import has_a_label, read_labelled
from webapp.mailbox.line_kinds import (
    continues_address,
    is_place,
    is_prose,
    looks_like_name,
    names_street,
    share_a_word,
)
from webapp.mailbox.paragraphs import SIGNATURE_MARK
from webapp.mailbox.particulars import Block, Particulars
from webapp.mailbox.phrases import COLONS, COMMAS, LONGEST_LINE
from webapp.mailbox.salutations import is_salutation, read_closing
from webapp.rules.placeholders import is_name_placeholder

MOST_LINES = 15
"""Of a sign-off, or of the labelled lines above a letter; empty ones don't count."""

MOST_LINES_AFTER = 15
"""Below a sign-off: a postscript, or that the writer is a member of something."""

LEAST_FIELDS_OF_A_FORM = 2
MOST_SENTENCES_AFTER_A_FORM = 3

_POSTSCRIPT = re.compile(r"\s*P\.?\s?(?:P\.?\s?)?S\b", re.IGNORECASE)
_MARK = re.compile(r"\s*[-_–—]{2,}\s*")


@dataclass(frozen=True, slots=True)
class Read:
    """What is left of the lines, and what was in the others."""

    lines: list[str]
    particulars: Particulars = field(default_factory=Particulars)


def read_particulars(lines: list[str], known_name: str) -> Read:
    """Take the writer's particulars from the beginning and the end of a letter.

    Args:
        lines: The letter without quoted messages and footers.
        known_name: The name in the header of the message; empty where there is none.
    """
    above, below = _parted_from_signature(lines)
    signature = _of_signature(below, known_name)
    ending = _without_sign_off(above, known_name or signature.particulars.name)
    beginning = _without_labelled_beginning(ending.lines)
    said = ending.particulars.completed_by(beginning.particulars).completed_by(signature.particulars)
    return Read(_put_together(beginning.lines, signature.lines, []), said)


def _parted_from_signature(lines: list[str]) -> tuple[list[str], list[str]]:
    """Part the lines at “-- ” (RFC 3676, section 4.3), below which is what mailers add to each message."""
    for number in _text_from_end(lines, MOST_LINES + 1):
        if lines[number] == SIGNATURE_MARK:
            return lines[:number], lines[number + 1 :]
    return lines, []


def _of_signature(lines: list[str], known_name: str) -> Read:
    """Read a signature, of which only sentences are left: they may as well belong to the letter."""
    block = Block(known_name)
    for line in lines:
        if not _is_sentence(line):
            block.read(line)
    block.end()
    return Read([line for line in lines if _is_sentence(line)], block.particulars)


def _without_sign_off(lines: list[str], known_name: str) -> Read:
    for number in _text_from_end(lines, MOST_LINES + MOST_LINES_AFTER):
        if read := _below_closing(lines, number, known_name):
            return read
    return _without_unclosed_end(lines, known_name)


def _below_closing(lines: list[str], number: int, known_name: str) -> Read | None:
    """Read “Yours faithfully” in a line, and what is below it."""
    closing = read_closing(lines[number])
    below = lines[number + 1 :]
    if not closing:
        return None
    if closing.after:
        if not _is_signed(closing.after, known_name):
            return None
        below = [closing.after, *below]
    if not any(line.strip() for line in below):
        return Read(lines[:number]) if closing.is_plain else None
    block, after = _read_block(below, known_name)
    if not (block.says_something if closing.is_plain else block.name):
        return None
    if sum(bool(line.strip()) for line in after) > MOST_LINES_AFTER:
        return None
    is_kept = closing.is_sentence and not closing.is_plain
    kept = _without_closing(lines[:number]) if not is_kept else lines[: number + 1]
    return Read(_put_together(kept, block.left, after), block.particulars)


def _without_closing(lines: list[str]) -> list[str]:
    """Return ``lines`` without a closing at their end, above another one: “Yours faithfully, (signed)”."""
    last = next(iter(_text_from_end(lines, 1)), None)
    closing = read_closing(lines[last]) if last is not None else None
    return lines[:last] if closing and closing.is_plain and not closing.after else lines


def _is_signed(text: str, known_name: str) -> bool:
    """Tell whether what follows “Yours sincerely,” in its line is a name and not the rest of a sentence."""
    if known_name and share_a_word(text, known_name):
        return not is_prose(text)
    return looks_like_name(re.split(f"[{COMMAS}]", text, maxsplit=1)[0]) and not text[:1].islower()


def _read_block(lines: list[str], known_name: str) -> tuple[Block, list[str]]:
    """Read the lines below a closing, as far as they are no sentences; the others come second."""
    block = Block(known_name)
    end = read = 0
    for line in lines:
        if read == MOST_LINES or _POSTSCRIPT.match(line) or _is_sentence(line):
            break
        block.read(line)
        read += bool(line.strip())
        end += 1
    block.end()
    return block, lines[end:]


def _without_unclosed_end(lines: list[str], known_name: str) -> Read:
    """Read particulars at the end of a letter that has no “Yours faithfully”."""
    for start in reversed(_starts_of_end(lines)):
        block, after = _read_block(lines[start:], known_name)
        is_form = block.name_is_labelled and block.labels >= LEAST_FIELDS_OF_A_FORM
        is_signed = bool(block.name and known_name and share_a_word(block.name, known_name))
        if _belongs_to_text_above(lines, start, block) or (after and not _may_follow(after, is_form=is_form)):
            continue
        if block.left and not is_form and not (is_signed and block.labels):
            continue
        if is_signed or block.labels or (block.name and (block.phones or _is_certain(block.address))):
            return Read(_put_together(lines[:start], block.left, after), block.particulars)
    return Read(lines)


def _may_follow(after: list[str], *, is_form: bool) -> bool:
    """Tell whether sentences may stand below: “I confirm that this is exclusive” below a filled form."""
    texts = [line for line in after if line.strip()]
    return is_form and len(texts) <= MOST_SENTENCES_AFTER_A_FORM and not any(map(is_salutation, texts))


def _is_certain(address: list[str]) -> bool:
    """Tell whether lines are an address even below a name that nobody knows."""
    has_number = any(character.isdigit() for line in address for character in line)
    return has_number and any(names_street(line) or is_place(line) for line in address)


def _belongs_to_text_above(lines: list[str], start: int, block: Block) -> bool:
    """Tell whether the end may be somebody else's address: “Write to:”, “For help, call”."""
    above = next((line.rstrip() for line in reversed(lines[:start]) if line.strip()), "")
    if block.name_is_labelled or not above:
        return False
    is_in_paragraph = start > 0 and bool(lines[start - 1].strip()) and not _MARK.fullmatch(lines[start - 1])
    return above.endswith(tuple(COLONS)) or (is_in_paragraph and block.labels < LEAST_FIELDS_OF_A_FORM)


def _starts_of_end(lines: list[str]) -> list[int]:
    """Return where an end may begin that has no sentences in it but the last ones; the last place first."""
    starts: list[int] = []
    for place, number in enumerate(_text_from_end(lines, MOST_LINES)):
        line = lines[number]
        above = lines[number - 1] if number else ""
        if is_salutation(line) or (_is_sentence(line) and place >= MOST_SENTENCES_AFTER_A_FORM):
            break
        begins = not above.strip() or _MARK.fullmatch(above)
        if _begins_well(line) and (begins or (read_labelled(line) and not read_labelled(above))):
            starts.append(number)
    return starts


def _begins_well(line: str) -> bool:
    """Tell whether a line is a field or can begin with a name."""
    block = Block("")
    block.read(line)
    return block.says_something


def _without_labelled_beginning(lines: list[str]) -> Read:
    """Read the labelled lines above a letter; those with labels that mean nothing here stay."""
    block = Block("")
    kept: list[str] = []
    position = read = 0
    while position < len(lines) and read < MOST_LINES:
        line = lines[position]
        is_address = block.is_in_address and continues_address(line) and not is_salutation(line)
        if line.strip() and (
            _is_sentence(line) or not (is_address or has_a_label(line) or read_labelled(line))
        ):
            break
        left = len(block.left)
        block.read(line)
        block.leave_unlabelled()
        kept += block.left[left:]
        read += bool(line.strip())
        position += 1
    if not block.labels:
        return Read(lines)
    return Read(_put_together(kept, [], lines[position:]), block.particulars)


def _is_sentence(line: str) -> bool:
    if _is_long(line) or not is_prose(line):
        return _is_long(line)
    return not (_begins_well(line) or is_name_placeholder(line))


def _is_long(line: str) -> bool:
    return len(line) > LONGEST_LINE


def _put_together(above: list[str], left: list[str], below: list[str]) -> list[str]:
    return [*above, *(["", *left] if left else []), *(["", *below] if below else [])]


def _text_from_end(lines: list[str], most: int) -> list[int]:
    """Return the numbers of the last lines that aren't empty, the last first."""
    numbers: list[int] = []
    for number in range(len(lines) - 1, -1, -1):
        if len(numbers) == most:
            break
        if lines[number].strip():
            numbers.append(number)
    return numbers
