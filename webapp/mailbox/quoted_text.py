"""Quoted text: the message that an e-mail replies to, the header of a forwarded one; in 30 languages."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from webapp.mailbox.phrases import COLONS, folded, phrases
from webapp.mailbox.salutations_and_closings import addresses_editor

MOST_LINES_OF_ATTRIBUTION = 3
"""An attribution is the line above a quote: “On Tuesday, 3 March 2026 at 10:00, the Letters Desk
<letters@example.com> wrote:”. Mail clients wrap it."""

LONGEST_ATTRIBUTION = 400
"""Characters."""

LEAST_WORDS_OF_A_LETTER = 40
"""Words above a quote that make a letter; with fewer, what is quoted may be one: “Did you get this?”"""

NARROWEST_WRAPPED_LINE = 55
"""Characters of a quoted line whose rest, without “>”, a mail program may have put on the line below."""

_WROTE = re.compile(
    # ca, cs, da/nb/sv, de, en, es, fi, fr, hr/sr, hu, id/ms, it, nl, pl, pt.
    r"\b(?:va escriure|napsala?|skrev|schrieb|wrote|writes|escribió|kirjoitti|a écrit|napisa(?:o|la)|írta"
    r"|menulis|ha scritto|schreef|napisał\(?a?\)?|pisze|escreveu"
    # ro, sk, sl, tr, vi, el, bg, ru, uk, he, ar, ko, ja, zh.
    r"|a scris|napísala?|je napisala?|yazdı|đã viết|έγραψε|написа|написал\(?а?\)?|пишет"  # noqa: RUF001
    r"|написа(?:в|ла)|пише"
    r"|כתבה?|كتب)(?!\w)|님이 작성|작성:|書きました|のメッセージ|寫道|写道",
    re.IGNORECASE,
)
_ATTRIBUTION = re.compile(
    # A number, and an e-mail address, a time or a year. Without them it may be the writer's own text:
    # “On Tuesday your columnist wrote:”.
    r"(?=.*\d)(?=.*(?:[^\s@]@[^\s@]|\d:\d\d|(?:19|20)\d\d)).*",
    re.DOTALL,
)
_ON_A_DAY = re.compile(
    r"(?:On|Am|Le|El|Il|Em|Op|Den|Dne|Dňa|Dana|W dniu|Στις|Vào|Pada|במועד|في|ב|在|於|于) ?(?=.*\d)"
)
_TIME = re.compile(r"\d[:.h]\d\d")
_EMAIL_ADDRESS = re.compile(
    r"<[^\s@<>]+@([^\s@<>]+)>|\[mailto:[^\s@\]]+@([^\s@\]]+)|[^\s@<>:\[(]+@([^\s@<>;,:\])]+)"
)
_MAY_BEGIN_A_QUOTE = re.compile(rf"[{COLONS}]|^\s*[-_]")
_DASHED_HEADING = re.compile(r"[-_*]{2,}([^-_*]{1,60})[-_*]{2,}")
_DASHES = ("--", "__")
_QUOTE_ON_ONE_LINE = re.compile(
    r"\s*(?:On|Am|Le|El|Il|Em|Op|Den) [^<>]{8,120}<[^\s@<>]+@[^\s@<>]+>[^:]{0,20}[:\uff1a]\s*(?=\S)"
)
"""As Yahoo's app writes it: the attribution, and what is quoted behind it."""
ORIGINAL_MESSAGE_PHRASES = phrases("""
original message|original appointment|reply message|reply above this line|原始郵件|原始邮件|原始信件|原始訊息
ursprüngliche nachricht|originalnachricht|message d'origine|message original|mensaje original
messaggio originale|mensagem original|oorspronkelijk bericht|originalmeddelande|oprindelig meddelelse
opprinnelig melding
alkuperäinen viesti|oryginalna wiadomość|wiadomość oryginalna|původní zpráva|pôvodná správa|eredeti üzenet
исходное сообщение|оригинальное сообщение|пересылаемое сообщение|вихідне повідомлення|αρχικό μήνυμα
özgün ileti|orijinal mesaj|mesaj original|originalna poruka|pesan asli|thư gốc|원본 메시지|元のメッセージ
""")
FORWARDED_MESSAGE_PHRASES = phrases("""
forwarded message|forwarded by|begin forwarded message|fwd message
轉寄郵件|轉寄的郵件|轉寄訊息|转发邮件|转发的邮件
weitergeleitete nachricht|anfang der weitergeleiteten nachricht|message transféré|début du message transféré
mensaje reenviado|inicio del mensaje reenviado|messaggio inoltrato|inizio messaggio inoltrato
mensagem encaminhada|início da mensagem encaminhada|doorgestuurd bericht|vidarebefordrat meddelande
videresendt meddelelse|videresendt melding|przekazana wiadomość|пересланное сообщение|переслане повідомлення
""")
HEADER_FIELD_NAMES = {
    phrase: kind
    for kind, listed in {
        "from": (
            "from|von|de|da|van|från|fra|lähettäjä|od|feladó|от|від|από|gönderen|kimden|from|de la|dari|từ"
            "|보낸 사람|보낸사람|差出人|送信者|寄件者|寄件人|發件人|发件人"
        ),
        "date": (
            "sent|date|gesendet|datum|envoyé|enviado|enviada em|enviado el|fecha|data|inviato|verzonden"
            "|skickat|sendt|dato|lähetetty|päiväys|wysłano|odesláno|odoslané|küldve|dátum|отправлено|дата|надіслано"
            "|ημερομηνία|εστάλη|gönderildi|tarih|trimis|poslano|dikirim|đã gửi|보낸 날짜|送信日時|日付"
            "|寄件日期|傳送時間|發送時間|发送时间|日期"
        ),
        "to": (
            "to|cc|an|à|para|a|aan|till|til|vastaanottaja|do|komu|pre|címzett|кому|προς|kime|către|za|kepada"
            "|đến|받는 사람|받는사람|宛先|收件者|收件人|副本"
        ),
        "subject": (
            "subject|betreff|objet|asunto|oggetto|assunto|onderwerp|ämne|emne|aihe|temat|předmět|predmet|tárgy"
            "|тема|θέμα|konu|subiect|naslov|perihal|chủ đề|제목|件名|主旨|主題|主题"
        ),
    }.items()
    for phrase in phrases(listed)
}
"""The kind of field that each name stands for, where a mail client puts a header into the text of a reply or
forward."""

_FIELD = re.compile(rf"[\s>]*\*?([^\W\d_][^\d_{COLONS}*]{{0,20}}?)\s?\*?\s*[{COLONS}]\*?\s*(.*)")
_MOST_LINES_OF_HEADER = 10
_LONGEST_HEADER = 1000
"""Characters in which an address is looked for."""
_MOST_LINES_TO_SALUTATION = 30
"""Lines from the start in which a salutation is looked for."""

_SEPARATOR = re.compile(r"\s*[-_*=]{5,}\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyContext:
    """What the header of a message says about the message that may be quoted in it.

    Attributes:
        domains: Domains of the addresses that the message went to, in lower case: the paper's.
        is_reply: Whether the header names a message that it replies to.
        is_forward: Whether the subject says that it is forwarded. A quote below without “>” is then the
            letter.
    """

    domains: Collection[str] = ()
    is_reply: bool = False
    is_forward: bool = False


@dataclass(frozen=True, slots=True)
class ForwardHeader:
    """The header of a message that was forwarded as text.

    Attributes:
        length: How many lines from the top of the text belong to it.
        sender: The value of its From field.
        subject: The value of its Subject field.
    """

    length: int = 0
    sender: str = ""
    subject: str = ""


def find_quoted_message(lines: list[str], context: ReplyContext) -> list[int]:
    """Return the numbers of the lines that are quoted below or above the letter, attributions included.

    A quote in the middle of the text stays, and so does a message that the writer has pasted. None are
    returned if nothing else would be left, or if what is quoted begins as a letter to the editor and the rest
    is no letter.

    Args:
        lines: The text of a message.
        context: What its header says.
    """
    end = len(lines) if context.is_forward else _end_before_unprefixed_quote(lines, context)
    end = _end_before_quote(lines[:end], context)
    start = _start_after_quote(lines[:end])
    kept = lines[start:end]
    words = sum(len(line.split()) for line in kept)
    is_letter_below = words < LEAST_WORDS_OF_A_LETTER and (
        _addresses_editor(lines[end:]) and not _addresses_editor(kept)
    )
    if not words or is_letter_below:
        return []
    return [*range(start), *range(end, len(lines))]


def _addresses_editor(lines: list[str]) -> bool:
    """Tell whether there is a salutation to the editor in the first lines."""
    texts = (text for line in lines[:_MOST_LINES_TO_SALUTATION] if (text := line.strip("> \t")))
    return any(map(addresses_editor, texts))


def read_forward_header(lines: list[str]) -> ForwardHeader:
    """Read the header that mail clients put above a message forwarded as text.

    It is read only at the top of the text, and only if it has a sender and a subject.
    """
    first = _skip_empty_lines(lines, 0)
    if first == len(lines) or not _announces_forwarded(lines[first]):
        return ForwardHeader()
    end = start = _skip_empty_lines(lines, first + 1)
    while end < min(len(lines), start + _MOST_LINES_OF_HEADER) and lines[end].strip():
        end += 1
    fields = _header_fields(lines[start:end])
    if not {"from", "subject"} <= fields.keys():
        return ForwardHeader()
    return ForwardHeader(end, fields["from"], fields["subject"])


def _announces_forwarded(line: str) -> bool:
    return folded(line) in FORWARDED_MESSAGE_PHRASES


def _header_fields(lines: list[str]) -> dict[str, str]:
    """Return the header fields with which the lines begin, by their kinds, of which "" is unknown."""
    fields: dict[str, str] = {}
    for line in lines:
        if field := _FIELD.fullmatch(line):
            fields.setdefault(HEADER_FIELD_NAMES.get(folded(field[1]), ""), field[2].strip())
    return fields


def _end_before_unprefixed_quote(lines: list[str], context: ReplyContext) -> int:
    """Return the number of the line where a message answered begins whose lines have no “>”; else of lines.

    It begins with “-----Original Message-----”, with Outlook's header lines, or with an attribution, and is
    the paper's, or the message is a reply. What the writer has pasted below “They sent me this:” is none.
    """
    first = _skip_empty_lines(lines, 0)
    for number in range(first + 1, len(lines)):
        line = lines[number]
        if not _MAY_BEGIN_A_QUOTE.search(line):
            continue
        heading = _DASHED_HEADING.fullmatch(line.strip())
        is_marked = bool(heading and folded(heading[1]) in ORIGINAL_MESSAGE_PHRASES)
        if is_marked or _begins_answered_header(lines, number, context):
            above = _end_of_text(lines, number)
            is_pasted = not is_marked and lines[above - 1].rstrip().endswith(tuple(COLONS))
            if is_pasted:
                continue
            return len(lines) if any(map(_announces_forwarded, lines[above - 1 : above])) else above
        if _is_quote_on_one_line(line, context):
            return number
        start = _start_of_attribution(lines, number + 1)
        if start and _is_answered(" ".join(lines[start : number + 1]), context):
            # Where lines with “>” follow, only these are quoted, and the letter may be below them.
            following = _skip_empty_lines(lines, number + 1)
            return len(lines) if following < len(lines) and _has_quote_prefix(lines[following]) else start
    return len(lines)


def _is_quote_on_one_line(line: str, context: ReplyContext) -> bool:
    match = _QUOTE_ON_ONE_LINE.match(line[: 2 * LONGEST_ATTRIBUTION])
    return bool(match and _WROTE.search(match[0]) and _is_from_paper(match[0], context))


def _is_answered(attribution: str, context: ReplyContext) -> bool:
    """Tell whether an attribution stands above the message answered, not above what the writer quotes."""
    has_address = bool(_EMAIL_ADDRESS.search(attribution))
    is_automatic = context.is_reply and bool(_TIME.search(attribution))
    return has_address and (is_automatic or _is_from_paper(attribution, context))


def _is_from_paper(text: str, context: ReplyContext) -> bool:
    """Tell whether an e-mail address in ``text`` has one of the domains that the message went to."""
    domains = {next(filter(None, found)).lower() for found in _EMAIL_ADDRESS.findall(text[:_LONGEST_HEADER])}
    return not domains.isdisjoint(context.domains)


def _begins_answered_header(lines: list[str], number: int, context: ReplyContext) -> bool:
    """Tell whether line ``number`` is “From: …” of the message answered, and those below go on with it.

    The five below have a date and a recipient or subject.
    """
    sender = _header_fields([lines[number]]).get("from")
    if sender is None:
        return False
    below = _header_fields(lines[number + 1 : number + 6])
    if "date" not in below or not below.keys() & {"to", "subject"}:
        return False
    header = " ".join([sender, *below.values()])
    return context.is_reply or _is_from_paper(header, context)


def _end_before_quote(lines: list[str], context: ReplyContext) -> int:
    """Return the number of the line where the lines quoted with “>” at the end begin, attribution included.

    Without any, return the number of lines; and without an attribution, if the writer leads over to it with a
    colon.
    """
    end = _end_of_text(lines, len(lines))
    start = end
    while start and (not lines[start - 1].strip() or _is_quoted(lines, start - 1)):
        start -= 1
    start += next((number for number, line in enumerate(lines[start:end]) if line.strip()), 0)
    if start == end:
        return len(lines)
    attribution = _start_of_attribution(lines, _end_of_text(lines, start))
    if attribution is not None:
        return attribution
    above = _end_of_text(lines, start)
    is_own = above and not context.is_reply and lines[above - 1].rstrip().endswith(tuple(COLONS))
    return len(lines) if is_own else start


def _is_quoted(lines: list[str], number: int) -> bool:
    """Tell whether a line has a “>”, or is the rest of one above that a mail program has wrapped."""
    if _has_quote_prefix(lines[number]):
        return True
    above = lines[number - 1] if number else ""
    if not _has_quote_prefix(above) or len(above) < NARROWEST_WRAPPED_LINE:
        return False
    below = lines[number + 1] if number + 1 < len(lines) else ""
    return _has_quote_prefix(below) or (not below.strip() and lines[number].lstrip()[:1].islower())


def _start_after_quote(lines: list[str]) -> int:
    """Return the number of the first line below a quote and its attribution at the top; 0 without them."""
    first = _skip_empty_lines(lines, 0)
    for end in range(first + 1, min(len(lines), first + MOST_LINES_OF_ATTRIBUTION) + 1):
        if _start_of_attribution(lines, end) != first:
            continue
        start = _skip_empty_lines(lines, end)
        if start == len(lines) or not _has_quote_prefix(lines[start]):
            return 0
        while start < len(lines) and (_is_quoted(lines, start) or not lines[start].strip()):
            start += 1
        return start
    return 0


def _start_of_attribution(lines: list[str], end: int) -> int | None:
    """Return the first line of an attribution (“On …, … wrote:”) that ends above line ``end``, or None."""
    if not end:
        return None
    last = lines[end - 1][-LONGEST_ATTRIBUTION:].strip()
    if last.startswith(_DASHES) and last.endswith(_DASHES):
        # As Zoho writes it: “---- On Sun, 22 Nov 2026 07:00:00 +0000 … wrote ----”.
        inside = last.strip("-_ ")
        return end - 1 if _WROTE.search(inside) and _ATTRIBUTION.match(inside) else None
    above = " ".join(lines[max(0, end - MOST_LINES_OF_ATTRIBUTION) : end])
    if not last.endswith(tuple(COLONS)) or not _WROTE.search(above[-LONGEST_ATTRIBUTION:]):
        return None
    for start in range(end - 1, max(-1, end - 1 - MOST_LINES_OF_ATTRIBUTION), -1):
        joined = " ".join(lines[start:end])
        if not lines[start].strip() or len(joined) > LONGEST_ATTRIBUTION:
            break
        stands_alone = start == 0 or not lines[start - 1].strip() or _ON_A_DAY.match(lines[start])
        if stands_alone and _WROTE.search(joined) and _ATTRIBUTION.match(joined):
            return start
    return None


def _has_quote_prefix(line: str) -> bool:
    return line.lstrip()[:1] == ">"


def _skip_empty_lines(lines: list[str], number: int) -> int:
    """Return the number of the first line from ``number`` on that is not empty."""
    while number < len(lines) and not lines[number].strip():
        number += 1
    return number


def _end_of_text(lines: list[str], end: int) -> int:
    """Return ``end`` without the empty lines and separator lines above it."""
    while end and (not lines[end - 1].strip() or _SEPARATOR.fullmatch(lines[end - 1])):
        end -= 1
    return end
