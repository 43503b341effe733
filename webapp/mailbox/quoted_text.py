"""Quoted text: removing the message that an e-mail replies to, and the header of a forwarded one."""

import re

from webapp.mailbox.phrases import COLONS, folded, phrases
from webapp.mailbox.salutations_and_closings import addresses_editor

MOST_LINES_OF_ATTRIBUTION = 3
"""An attribution is the line above a quote: “On Tuesday, 3 March 2026 at 10:00, the Letters Desk
<letters@example.com> wrote:”. Mail clients wrap it."""

LONGEST_ATTRIBUTION = 400
"""Characters."""

_WROTE_AT_END = re.compile(
    rf"(?:wrote|writes|schrieb\b[^:]*|a écrit|escribió|ha scritto|escreveu|寫道|写道)\s*[{COLONS}]$",
    re.IGNORECASE,
)
_ATTRIBUTION = re.compile(
    # A number, and an e-mail address, a time or a year. Without them it may be the writer's own text:
    # “On Tuesday your columnist wrote:”.
    r"(?=.*\d)(?=.*(?:[^\s@]@[^\s@]|\d:\d\d|(?:19|20)\d\d)).*",
    re.DOTALL,
)
_ON_A_DAY = re.compile(r"(?:On|Am|Le|El|Il|Em|Op|Den|在|於|于) ?(?=.*\d)")
_EMAIL_ADDRESS = re.compile(r"<[^\s@<>]+@[^\s@<>]+>|\[mailto:")
_MAY_BEGIN_A_QUOTE = re.compile(rf"[{COLONS}]|^\s*[-_]")
_DASHED_HEADING = re.compile(r"[-_]{2,}([^-_]{1,60})[-_]{2,}")
ORIGINAL_MESSAGE_PHRASES = phrases("""
original message|original appointment|reply message|reply above this line|原始郵件|原始邮件|原始信件|原始訊息
ursprüngliche nachricht|message d'origine|mensaje original|messaggio originale
""")
FORWARDED_MESSAGE_PHRASES = phrases("""
forwarded message|forwarded by|begin forwarded message|fwd message
轉寄郵件|轉寄的郵件|轉寄訊息|转发邮件|转发的邮件
""")
HEADER_FIELD_NAMES = {
    phrase: kind
    for kind, listed in {
        "from": "from|von|de|da|寄件者|寄件人|發件人|发件人",
        "date": "sent|date|gesendet|datum|envoyé|enviado|data|寄件日期|傳送時間|發送時間|发送时间",
        "to": "to|cc|an|à|para|a|收件者|收件人|副本",
        "subject": "subject|betreff|objet|asunto|oggetto|主旨|主題|主题",
    }.items()
    for phrase in phrases(listed)
}
"""The kind of field that each name stands for, where a mail client puts a header into the text of a reply or
forward."""

_FIELD_NAME = re.compile(rf"\s*\*?([^\W\d_]{{1,12}})\*?\s*[{COLONS}]")
_MOST_LINES_OF_HEADER = 10
_MOST_LINES_TO_SALUTATION = 30
"""Lines from the start in which a salutation is looked for."""

_SEPARATOR = re.compile(r"\s*[-_*=]{5,}\s*")


def without_quoted_message(lines: list[str], *, is_forwarded: bool = False) -> list[str]:
    """Return ``lines`` without the message that is quoted below or above the letter.

    A quote in the middle of the text stays. All lines are returned if nothing else would be left, or if what
    is quoted begins as a letter to the editor and the rest does not.

    Args:
        lines: The text of a message.
        is_forwarded: Whether the subject says that it is forwarded. A quote below without “>” is then the
            letter.
    """
    kept = lines if is_forwarded else _without_unprefixed_quote(lines)
    kept = kept[: _end_before_quote(kept)]
    is_letter_below = _addresses_editor(lines[len(kept) :]) and not _addresses_editor(kept)
    kept = kept[_start_after_quote(kept) :]
    return kept if any(line.strip() for line in kept) and not is_letter_below else lines


def _addresses_editor(lines: list[str]) -> bool:
    """Tell whether there is a salutation to the editor in the first lines."""
    texts = (text for line in lines[:_MOST_LINES_TO_SALUTATION] if (text := line.strip("> \t")))
    return any(map(addresses_editor, texts))


def without_forward_header(lines: list[str]) -> list[str]:
    """Return ``lines`` without the header that mail clients put above a message forwarded as text.

    The header is removed only from the top of the text, and only if it has a sender and a subject.
    """
    first = _skip_empty_lines(lines, 0)
    if first == len(lines) or not _announces_forwarded(lines[first]):
        return lines
    end = start = _skip_empty_lines(lines, first + 1)
    while end < min(len(lines), start + _MOST_LINES_OF_HEADER) and lines[end].strip():
        end += 1
    return lines[end:] if {"from", "subject"} <= _header_fields(lines[start:end]) else lines


def _announces_forwarded(line: str) -> bool:
    return folded(line) in FORWARDED_MESSAGE_PHRASES


def _header_fields(lines: list[str]) -> set[str]:
    """Return the kinds of the header fields with which the lines begin; empty text for an unknown field."""
    names = (_FIELD_NAME.match(line) for line in lines)
    return {HEADER_FIELD_NAMES.get(folded(name[1]), "") for name in names if name}


def _without_unprefixed_quote(lines: list[str]) -> list[str]:
    """Cut the message answered where its lines have no “>”.

    It begins with “-----Original Message-----”, with Outlook's header lines, or with an attribution that
    holds an e-mail address.
    """
    first = _skip_empty_lines(lines, 0)
    for number in range(first + 1, len(lines)):
        line = lines[number]
        if not _MAY_BEGIN_A_QUOTE.search(line):
            continue
        heading = _DASHED_HEADING.fullmatch(line.strip())
        if (heading and folded(heading[1]) in ORIGINAL_MESSAGE_PHRASES) or _begins_header(lines, number):
            above = lines[: _end_of_text(lines[:number])]
            return lines if any(map(_announces_forwarded, above[-1:])) else above
        start = _start_of_attribution(lines, number + 1)
        if start and any(map(_EMAIL_ADDRESS.search, lines[start : number + 1])):
            # Where lines with “>” follow, only these are quoted, and the letter may be below them.
            following = _skip_empty_lines(lines, number + 1)
            return lines if following < len(lines) and _has_quote_prefix(lines[following]) else lines[:start]
    return lines


def _begins_header(lines: list[str], number: int) -> bool:
    """Tell whether line ``number`` is “From: …”, and the 5 below have a date and a recipient or subject."""
    if _header_fields([lines[number]]) != {"from"}:
        return False
    below = _header_fields(lines[number + 1 : number + 6])
    return "date" in below and bool(below & {"to", "subject"})


def _end_before_quote(lines: list[str]) -> int:
    """Return the number of the line where the lines quoted with “>” at the end begin, attribution included.

    Without any, return the number of lines.
    """
    end = _end_of_text(lines)
    start = end
    while start and (_has_quote_prefix(lines[start - 1]) or not lines[start - 1].strip()):
        start -= 1
    if start == end:
        return len(lines)
    attribution = _start_of_attribution(lines, start) if start else None
    return start if attribution is None else attribution


def _start_after_quote(lines: list[str]) -> int:
    """Return the number of the first line below a quote and its attribution at the top; 0 without them."""
    first = _skip_empty_lines(lines, 0)
    for end in range(first + 1, min(len(lines), first + MOST_LINES_OF_ATTRIBUTION) + 1):
        if _start_of_attribution(lines, end) != first:
            continue
        start = _skip_empty_lines(lines, end)
        if start == len(lines) or not _has_quote_prefix(lines[start]):
            return 0
        while start < len(lines) and (_has_quote_prefix(lines[start]) or not lines[start].strip()):
            start += 1
        return start
    return 0


def _start_of_attribution(lines: list[str], end: int) -> int | None:
    """Return the first line of an attribution (“On …, … wrote:”) that ends above line ``end``, or None."""
    last = lines[end - 1][-LONGEST_ATTRIBUTION:].rstrip()
    if not last.endswith(tuple(COLONS)) or not _WROTE_AT_END.search(last):
        return None
    for start in range(end - 1, max(-1, end - 1 - MOST_LINES_OF_ATTRIBUTION), -1):
        joined = " ".join(lines[start:end])
        if not lines[start].strip() or len(joined) > LONGEST_ATTRIBUTION:
            break
        stands_alone = start == 0 or not lines[start - 1].strip() or _ON_A_DAY.match(lines[start])
        if stands_alone and _ATTRIBUTION.match(joined):
            return start
    return None


def _has_quote_prefix(line: str) -> bool:
    return line.lstrip()[:1] == ">"


def _skip_empty_lines(lines: list[str], number: int) -> int:
    """Return the number of the first line from ``number`` on that is not empty."""
    while number < len(lines) and not lines[number].strip():
        number += 1
    return number


def _end_of_text(lines: list[str]) -> int:
    """Return the number of lines without the empty lines and separator lines at the end."""
    end = len(lines)
    while end and (not lines[end - 1].strip() or _SEPARATOR.fullmatch(lines[end - 1])):
        end -= 1
    return end
