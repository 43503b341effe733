"""Automatic additions to a message: “Sent from my iPhone”, disclaimers, list footers, banners of gateways."""

import re

from webapp.mailbox.phrases import LONGEST_LINE, folded, phrases

_SENT_FROM = re.compile(r"sent (?:from|via|using|with|by)\b([^.!?]{1,80})(?:[.!]|\.com\S*)?", re.IGNORECASE)
_DEVICES_AND_APPS = phrases("""
iphone|ipad|ipod|apple|samsung|galaxy|huawei|xiaomi|redmi|oppo|vivo|oneplus|pixel|nokia|htc|lg|sony|xperia|motorola
moto|blackberry|android|windows|mobile|cell|smartphone|phone|tablet|handheld|outlook|hotmail|mail|yahoo|aol|gmail
proton|protonmail|tuta|tutanota|mailbird|fastmail|zoho|spark|airmail|email
""")
_WORDS_AROUND_DEVICES = phrases(
    "my|the|a|an|for|on|from|using|with|and|app|device|wireless|network|web|client|4g|5g"
)
_FOOTER = re.compile(
    r"yahoo mail[:-] .{5,60}|get (?:outlook|bluemail|yahoo mail|spark) (?:for|on) [^.]{0,80}"
    r"|[從从]我的 ?[\w .-]{2,40}?(?:[傳发發]送|传送|寄出)|[發发]自(?:我的)? ?[\w .-]{2,40}"
    r"|von meinem [\w .-]{2,40} gesendet|envoyé (?:de|depuis) mon [\w .-]{2,40}"
    r"|enviado desde mi [\w .-]{2,40}|inviato da(?:l mio)? [\w .-]{2,40}|verstuurd vanaf mijn [\w .-]{2,40}"
    r"|iphoneから送信|나의 iphone에서 보냄"
    r"|virus[- ]free\b.{0,80}|(?:https?://)?www\.avast\.com\S*"
    r"|this e-?mail has been (?:checked|scanned) (?:for|by) .{0,120}"
    r"|please consider the environment before printing\b.{0,60}|please think before you print\b.{0,40}",
    re.IGNORECASE,
)
_LINK_AT_END = re.compile(r"\s*(?:<\S{1,250}>|\(?https?://\S{1,250})$")

_MESSAGE = r"(?:e-?mail|message|communication|transmission)"
_DISCLAIMER_HEADING = (
    r"(?:legal |e-?mail )?(?:disclaimer|confidentiality(?: (?:notice|note|statement))?)"
    r"\b[\s*_]*(?:[:\uff1a.–-]|$)"
)
_DISCLAIMER = re.compile(
    rf"[\s*_\[(=-]*(?:{_DISCLAIMER_HEADING}"
    rf"|(?:this|the) {_MESSAGE}\b.{{0,80}}\b(?:confidential|intended|privileged)"
    rf"|(?:the )?(?:information|contents?) (?:contained |transmitted )?(?:in|of|by|with) this {_MESSAGE}"
    rf"|if you (?:are not the (?:intended|named)|have received this {_MESSAGE})"
    r"|[本此](?:電郵|电邮|電子郵件|电子邮件|郵件|邮件|訊息|信息))",
    re.IGNORECASE | re.DOTALL,
)
_LEGAL_TERM = re.compile(
    r"confidential|privileged|intended (?:solely |only |exclusively )?for"
    r"|(?:intended|named) (?:recipient|addressee)|(?:delete|destroy) (?:it|this|the|all)\b|notify the sender"
    rf"|disclos|unauthori[sz]ed|received this {_MESSAGE}|dissemination|virus|liability"
    r"|do(?:es)? not (?:necessarily )?(?:represent|reflect)"
    r"|機密|机密|保密|收件[人者]|指定收|刪除|删除|未[經经]授[權权]|法律[責责]任",
    re.IGNORECASE,
)
LEAST_LEGAL_TERMS = 3
"""Different legal terms in the first paragraph of a disclaimer. A letter about disclaimers may have one or
two."""

LONGEST_DISCLAIMER = 20_000
"""Characters that are searched for the start of a disclaimer."""

_SEPARATOR = re.compile(r"\s*(?:[-_*=~#]\s*){5,}")

MOST_LINES_OF_LIST_FOOTER = 8
_LIST_SEPARATOR = re.compile(r"\s*(?:_{30,}|-{30,}|={30,}|--~--~[-~]*)\s*")
_LIST_TERM = re.compile(
    r"mailing.?list|unsubscribe|subscri|to post|list(?:s|info|owner|serv)?\b|google groups|you received this"
    r"|groups\.io|abmelden|abbestellen|désabonner|désinscrire|darse de baja|cancelar|disiscriv",
    re.IGNORECASE,
)
_WEB_ADDRESS = re.compile(r"https?://|\bwww\.|@")

MOST_LINES_OF_BANNER = 8
LONGEST_BANNER = 600
"""Characters of a gateway's warning."""
LEAST_BANNER_TERMS = 2
"""Different typical terms in a gateway's warning."""
_BANNER_TAG = re.compile(
    r"[\s*\[<(!-]*(?:external(?: e-?mail| sender| message)?|e-?mail from outside|extern(?:e e-?mail)?|externo"
    r"|外部(?:郵件|电邮|電郵|邮件))[\s*\]>)!.:-]*",
    re.IGNORECASE,
)
_BANNER = re.compile(
    r"[\s*\[<(!⚠️-]*(?:caution|warning|attention|notice|important|external|be careful|alert"
    r"|this (?:e-?mail|message)"
    r"|you don['’]t often get|some people who received|achtung|vorsicht|hinweis|diese e-?mail|attention"
    r"|avertissement|atención|precaución|atenção|cuidado|attenzione|let op|警告|注意)",
    re.IGNORECASE,
)
_BANNER_TERM = re.compile(
    r"originat\w*|outside (?:of )?(?:the|our|your|this)|external|do not click|don['’]t click|links?\b"
    r"|attachments?|recogni[sz]e|trust\b|learn why|sender|phishing|von außerhalb|externe[nr]?|anhänge"
    r"|absender|expéditeur|pièces jointes|extérieur|liens|remitente|enlaces|adjuntos|remetente|anexos"
    r"|often get e-?mail|外部|連結|链接|附件",
    re.IGNORECASE,
)


def find_footers(lines: list[str]) -> range:
    """Return the numbers of the lines at the end that are footers, disclaimers, blank or separators."""
    end = _end_of_text(lines, len(lines))
    before = -1
    while end != before:
        before = end
        # All footers first: the search for a disclaimer reads up to `LONGEST_DISCLAIMER` above each of them.
        while end and _is_footer(lines[end - 1]):
            end = _end_of_text(lines, end - 1)
        end = _end_of_text(lines, _start_of_list_footer(lines, end))
        end = _end_of_text(lines, _start_of_disclaimer(lines, end))
    return range(end, len(lines))


def find_banner(lines: list[str]) -> range:
    """Return the numbers of the lines at the top with which a mail gateway warns of messages from outside."""
    start = _skip_empty_lines(lines, 0)
    end = start
    while end < len(lines) and lines[end].strip() and end - start < MOST_LINES_OF_BANNER:
        end += 1
    paragraph = " ".join(line.strip() for line in lines[start:end])
    if end == start or len(paragraph) > LONGEST_BANNER:
        return range(0)
    terms = {term.casefold() for term in _BANNER_TERM.findall(paragraph)}
    is_banner = _BANNER_TAG.fullmatch(paragraph) or (
        _BANNER.match(paragraph) and len(terms) >= LEAST_BANNER_TERMS
    )
    if not is_banner and _BANNER_TAG.fullmatch(lines[start].strip()):
        return range(start + 1)
    return range(end) if is_banner else range(0)


def _start_of_list_footer(lines: list[str], end: int) -> int:
    """Return the number of the separator line above a mailing list's footer ending at ``end``; else ``end``.

    A list adds a line of underscores, and below it its name and addresses of the web.
    """
    for number in range(end - 1, max(-1, end - 1 - MOST_LINES_OF_LIST_FOOTER), -1):
        if not _LIST_SEPARATOR.fullmatch(lines[number]):
            continue
        below = " ".join(lines[number + 1 : end])
        has_address = _WEB_ADDRESS.search(below)
        return number if has_address and _LIST_TERM.search(below[:LONGEST_BANNER]) else end
    return end


def _is_footer(line: str) -> bool:
    """Tell whether a line is a footer of a phone, mail app or virus scanner; a link may follow it."""
    if len(line) > LONGEST_LINE:
        return False
    text = _LINK_AT_END.sub("", line.strip(" \t*_[]()"))
    sent = _SENT_FROM.fullmatch(text)
    return bool(_FOOTER.fullmatch(text) or (sent and _names_device(sent[1])))


def _names_device(text: str) -> bool:
    """Tell whether ``text`` names a device or app and nothing else, unlike “mail as the lines are down”."""
    others = [word for word in text.split() if folded(word) not in _DEVICES_AND_APPS | _WORDS_AROUND_DEVICES]
    is_named = _DEVICES_AND_APPS & set(folded(text).split())
    return bool(is_named) and not any(word[:1].islower() and word[1:].islower() for word in others)


def _start_of_disclaimer(lines: list[str], end: int) -> int:
    """Return the number of the line where a disclaimer begins that reaches to line ``end``; else ``end``.

    Paragraphs are searched upwards, as long as each has a legal term. The first paragraph of the disclaimer
    begins with a typical phrase and has ``LEAST_LEGAL_TERMS``; a heading such as “DISCLAIMER:” above it is
    included.
    """
    found = bottom = end
    length = 0
    while bottom:
        top = bottom
        while top and lines[top - 1].strip():
            top -= 1
        length += sum(map(len, lines[top:bottom]))
        if length > LONGEST_DISCLAIMER:
            break
        paragraph = " ".join(line.strip() for line in lines[top:bottom])
        terms = {term.casefold() for term in _LEGAL_TERM.findall(paragraph)}
        if len(terms) >= LEAST_LEGAL_TERMS and _DISCLAIMER.match(paragraph):
            found = top
        elif not terms and not _DISCLAIMER.fullmatch(paragraph):
            break
        elif _DISCLAIMER.fullmatch(paragraph) and found == _skip_empty_lines(lines, bottom):
            # “DISCLAIMER:” on a line of its own, above the paragraph found.
            found = top
        bottom = _end_of_text(lines, top)
    return found


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
