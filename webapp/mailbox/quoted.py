"""What a mailer put below or above a letter: the message that it answers."""

import re

from webapp.mailbox.phrases import COLONS, folded, phrases
from webapp.mailbox.salutations import addresses_editor

MOST_LINES_OF_AN_ATTRIBUTION = 3
"""“On Tuesday, 3 March 2026 at 10:00, the Letters Desk <letters@example.com> wrote:” is broken by mailers."""

LONGEST_ATTRIBUTION = 400

_WROTE = re.compile(
    rf"(?:wrote|writes|schrieb\b[^:]*|a écrit|escribió|ha scritto|escreveu|寫道|写道)\s*[{COLONS}]$",
    re.IGNORECASE,
)
_ATTRIBUTION = re.compile(
    # A day and who wrote: the letters of readers begin with “On Tuesday your columnist wrote” too.
    r"(?=.*\d)(?=.*(?:[^\s@]@[^\s@]|\d:\d\d|(?:19|20)\d\d)).*",
    re.DOTALL,
)
_ON_A_DAY = re.compile(r"(?:On|Am|Le|El|Il|Em|Op|Den|在|於|于) ?(?=.*\d)")
_MAILBOX = re.compile(r"<[^\s@<>]+@[^\s@<>]+>|\[mailto:")
_MAY_BEGIN_A_QUOTE = re.compile(rf"[{COLONS}]|^\s*[-_]")
_DASHED = re.compile(r"[-_]{2,}([^-_]{1,60})[-_]{2,}")
ORIGINAL = phrases("""
original message|original appointment|reply message|reply above this line|原始郵件|原始邮件|原始信件|原始訊息
ursprüngliche nachricht|message d'origine|mensaje original|messaggio originale
""")
FORWARDED = phrases("""
forwarded message|forwarded by|begin forwarded message|fwd message
轉寄郵件|轉寄的郵件|轉寄訊息|转发邮件|转发的邮件
""")
FIELDS = {
    phrase: kind
    for kind, listed in {
        "from": "from|von|de|da|寄件者|寄件人|發件人|发件人",
        "date": "sent|date|gesendet|datum|envoyé|enviado|data|寄件日期|傳送時間|發送時間|发送时间",
        "to": "to|cc|an|à|para|a|收件者|收件人|副本",
        "subject": "subject|betreff|objet|asunto|oggetto|主旨|主題|主题",
    }.items()
    for phrase in phrases(listed)
}
"""What mailers call the fields of a header that they put into the text."""

_FIELD_NAME = re.compile(rf"\s*\*?([^\W\d_]{{1,12}})\*?\s*[{COLONS}]")
_MOST_LINES_OF_A_HEADER = 10
_MOST_LINES_LOOKED_AT = 30
_SEPARATOR = re.compile(r"\s*[-_*=]{5,}\s*")


def without_quoted(lines: list[str], *, is_forwarded: bool = False) -> list[str]:
    """Return ``lines`` without the message that is quoted below or above them.

    Only what stands at an end is taken out, and nothing if there would be nothing left, or if what is quoted
    is a letter to the editor and what is left is not.

    Args:
        lines: The text of a message.
        is_forwarded: Whether its subject says so: then a message without marks below it is the letter.
    """
    kept = lines if is_forwarded else _without_unmarked(lines)
    kept = kept[: _end_before_quote(kept)]
    is_letter_below = _addresses_editor(lines[len(kept) :]) and not _addresses_editor(kept)
    kept = kept[_start_after_quote(kept) :]
    return kept if any(line.strip() for line in kept) and not is_letter_below else lines


def _addresses_editor(lines: list[str]) -> bool:
    """Tell whether a letter begins within the first lines."""
    texts = (text for line in lines[:_MOST_LINES_LOOKED_AT] if (text := line.strip("> \t")))
    return any(map(addresses_editor, texts))


def without_forwarding(lines: list[str]) -> list[str]:
    """Return ``lines`` without the header that a mailer puts above a message that is forwarded as text."""
    first = _next_text(lines, 0)
    if first == len(lines) or not _announces_forwarded(lines[first]):
        return lines
    end = start = _next_text(lines, first + 1)
    while end < min(len(lines), start + _MOST_LINES_OF_A_HEADER) and lines[end].strip():
        end += 1
    return lines[end:] if {"from", "subject"} <= _fields(lines[start:end]) else lines


def _announces_forwarded(line: str) -> bool:
    return folded(line) in FORWARDED


def _fields(lines: list[str]) -> set[str]:
    """Return which fields of a header the lines hold."""
    names = (_FIELD_NAME.match(line) for line in lines)
    return {FIELDS.get(folded(name[1]), "") for name in names if name}


def _without_unmarked(lines: list[str]) -> list[str]:
    """Cut where Outlook's header of the message answered, or an attribution with an address, begins."""
    first = _next_text(lines, 0)
    for number in range(first + 1, len(lines)):
        line = lines[number]
        if not _MAY_BEGIN_A_QUOTE.search(line):
            continue
        dashed = _DASHED.fullmatch(line.strip())
        if (dashed and folded(dashed[1]) in ORIGINAL) or _begins_header(lines, number):
            above = lines[: _end_of_text(lines[:number])]
            return lines if any(map(_announces_forwarded, above[-1:])) else above
        start = _start_of_attribution(lines, number + 1)
        if start and any(map(_MAILBOX.search, lines[start : number + 1])):
            # Where marks follow, they tell what is quoted, and the letter may stand below.
            following = _next_text(lines, number + 1)
            return lines if following < len(lines) and _is_quoted(lines[following]) else lines[:start]
    return lines


def _begins_header(lines: list[str], number: int) -> bool:
    if _fields([lines[number]]) != {"from"}:
        return False
    below = _fields(lines[number + 1 : number + 6])
    return "date" in below and bool(below & {"to", "subject"})


def _end_before_quote(lines: list[str]) -> int:
    """Return where the lines end, without the quoted ones at the end and the attribution above them."""
    end = _end_of_text(lines)
    start = end
    while start and (_is_quoted(lines[start - 1]) or not lines[start - 1].strip()):
        start -= 1
    if start == end:
        return len(lines)
    attribution = _start_of_attribution(lines, start) if start else None
    return start if attribution is None else attribution


def _start_after_quote(lines: list[str]) -> int:
    """Return where the letter starts below a quoted message, which an attribution must be above."""
    first = _next_text(lines, 0)
    for end in range(first + 1, min(len(lines), first + MOST_LINES_OF_AN_ATTRIBUTION) + 1):
        if _start_of_attribution(lines, end) != first:
            continue
        start = _next_text(lines, end)
        if start == len(lines) or not _is_quoted(lines[start]):
            return 0
        while start < len(lines) and (_is_quoted(lines[start]) or not lines[start].strip()):
            start += 1
        return start
    return 0


def _start_of_attribution(lines: list[str], end: int) -> int | None:
    """Return where “On …, … wrote:” begins that ends above the line ``end``; nothing where there is none."""
    last = lines[end - 1][-LONGEST_ATTRIBUTION:].rstrip()
    if not last.endswith(tuple(COLONS)) or not _WROTE.search(last):
        return None
    for start in range(end - 1, max(-1, end - 1 - MOST_LINES_OF_AN_ATTRIBUTION), -1):
        together = " ".join(lines[start:end])
        if not lines[start].strip() or len(together) > LONGEST_ATTRIBUTION:
            break
        stands_alone = start == 0 or not lines[start - 1].strip() or _ON_A_DAY.match(lines[start])
        if stands_alone and _ATTRIBUTION.match(together):
            return start
    return None


def _is_quoted(line: str) -> bool:
    return line.lstrip()[:1] == ">"


def _next_text(lines: list[str], number: int) -> int:
    while number < len(lines) and not lines[number].strip():
        number += 1
    return number


def _end_of_text(lines: list[str]) -> int:
    end = len(lines)
    while end and (not lines[end - 1].strip() or _SEPARATOR.fullmatch(lines[end - 1])):
        end -= 1
    return end
