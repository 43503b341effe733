"""Kinds of e-mails by their header: letters, automatic replies, bounces, bulk mail, the paper's own."""

import re
from collections.abc import Collection
from enum import StrEnum

from webapp.mailbox.headers import Headers, decode_encoded_words, read_parameterized, split_message
from webapp.mailbox.sender_and_subject import read_addresses, read_from_field


class MailKind(StrEnum):
    """What an e-mail is; the values are in the JSON output."""

    LETTER = "letter"
    AUTOMATIC_REPLY = "automatic_reply"
    """Written by a program that answers, such as a note of absence or a read receipt."""
    BOUNCE = "bounce"
    """A mail server's report on a message that it couldn't deliver, or not yet."""
    BULK = "bulk"
    """A newsletter or an advertisement."""
    OWN = "own"
    """The paper's own, which a forwarding rule has brought back."""


_REPORT_KINDS = {
    "delivery-status": MailKind.BOUNCE,
    "disposition-notification": MailKind.AUTOMATIC_REPLY,
}
"""By the parameter report-type of a multipart/report (RFC 3464, RFC 8098)."""
_MAIL_SERVER = re.compile(r"(?:mailer[-_.]?daemon|mail[-_.]?daemon|postmaster)@?.*", re.IGNORECASE)
_UNDELIVERED = re.compile(
    r"undeliver|not delivered|delivery (?:status|failure|has failed|incomplete|delayed)"
    r"|returned (?:mail|to sender)|failure notice|mail delivery (?:failed|system)|could not be delivered"
    r"|unzustellbar|zustellung|non remis|échec|no se (?:ha )?(?:pudo )?entreg|não entregue|mancata consegna"
    r"|退信|無法傳遞|无法传递",
    re.IGNORECASE,
)
_ABSENCE = re.compile(
    r"\s*(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response|responder)|out of (?:the )?office"
    r"|on (?:annual )?leave|automatische antwort|abwesenheits|abwesend|réponse automatique|absence du bureau"
    r"|respuesta automática|fuera de la oficina|resposta automática|risposta automatica|automatisch antwoord"
    r"|autosvar|automaattinen|自動回覆|自动回复|自動応答|不在|자동 회신)",
    re.IGNORECASE,
)
_AUTORESPONDER_FIELDS = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply-from")
_BULK_PRECEDENCES = frozenset({"bulk", "junk"})


def kind_of_mail(raw: bytes, own_addresses: Collection[str] = ()) -> MailKind:
    """Return what an e-mail is, as far as its header says; a letter in doubt.

    Fields that only ask for silence (X-Auto-Response-Suppress, Precedence: list) don't matter: mail servers
    and lists add them to people's mail (RFC 3834, section 5).

    Args:
        raw: The message.
        own_addresses: The paper's addresses, from which its own messages come.
    """
    headers, _ = split_message(raw)
    content_type = read_parameterized(headers.get("content-type", ""))
    sender = read_from_field(headers.get("from", "")).address.lower()
    subject = decode_encoded_words(headers.get("subject", ""))
    report = _REPORT_KINDS.get(content_type.parameters.get("report-type", "").lower())
    if content_type.value == "multipart/report" and report:
        return report
    if "x-failed-recipients" in headers or (_MAIL_SERVER.fullmatch(sender) and _UNDELIVERED.search(subject)):
        return MailKind.BOUNCE
    is_automatic = headers.get("auto-submitted", "no").partition(";")[0].strip().lower()
    if sender and _is_own(sender, headers, own_addresses):
        return MailKind.OWN
    if is_automatic.startswith("auto-replied") or _is_autoresponse(headers, subject):
        return MailKind.AUTOMATIC_REPLY
    return MailKind.BULK if _is_bulk(headers) else MailKind.LETTER


def _is_own(sender: str, headers: Headers, own_addresses: Collection[str]) -> bool:
    """Return whether a message comes from the paper, or automatically from the address that it went to."""
    if sender in {address.casefold() for address in own_addresses}:
        return True
    is_automatic = headers.get("auto-submitted", "no").strip().lower() != "no"
    return is_automatic and sender in read_addresses(headers.get("to", ""))


def _is_autoresponse(headers: Headers, subject: str) -> bool:
    if headers.get("precedence", "").strip().lower() == "auto_reply":
        return True
    has_field = any(headers.get(name, "no").strip().lower() != "no" for name in _AUTORESPONDER_FIELDS)
    return has_field or bool(
        _ABSENCE.match(subject) and ("in-reply-to" in headers or "references" in headers)
    )


def _is_bulk(headers: Headers) -> bool:
    """Return whether a message is a newsletter's; lists on which people write can be posted to."""
    if "list-post" in headers:
        return False
    has_campaign = "list-unsubscribe" in headers and "list-id" in headers
    return has_campaign or (
        "list-unsubscribe" in headers and headers.get("precedence", "").strip().lower() in _BULK_PRECEDENCES
    )
