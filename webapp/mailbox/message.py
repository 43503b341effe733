"""Reading an e-mail message as a submission: letter text, headline, who wrote it, and their particulars.

Most letters come by e-mail as free text. This module calls the others of the package in order: header, MIME
parts, conversion to lines of text, removal of footers and quoted messages, extraction of the particulars,
unwrapping.
"""

import dataclasses
import re
from collections.abc import Iterator

from webapp.mailbox.footers import find_banner, find_footers
from webapp.mailbox.headers import split_message
from webapp.mailbox.html_text import html_to_text
from webapp.mailbox.inline_files import find_pgp_armour, find_uuencoded, unescape_signed
from webapp.mailbox.line_kinds import share_name_part
from webapp.mailbox.line_wrapping import unflow, unwrap
from webapp.mailbox.message_text import CutKind, MessageText
from webapp.mailbox.mime_parts import MessageContents, PartText, TextFormat, read_contents
from webapp.mailbox.particulars import Particulars
from webapp.mailbox.quoted_text import ReplyContext, find_quoted_message, read_forward_header
from webapp.mailbox.sender_and_subject import (
    headline_from_subject,
    is_forward,
    read_addresses,
    read_from_field,
    read_sender,
)
from webapp.mailbox.sign_off import find_particulars, find_signature
from webapp.rules.mistyped_domains import mailbox_providers
from webapp.rules.submission import Submission

LONGEST_TEXT = 100_000
"""Characters of each text part that are read: more than twice what the rules accept, to leave room for a long
message quoted below."""

MOST_ROUNDS = 5
"""How often the additions of programs are looked for, each time below those that were found before."""

DEEPEST_FORWARDING = 3
"""Levels of messages attached to messages that are opened to find a letter."""

_LINE_BREAK = re.compile("\r\n?|[\n\x0b\x0c\x85\u2028\u2029]")
_IMAGE_PLACEHOLDER = re.compile(r"\[(?:cid:[^\[\]\s]{1,200}|image: [^\[\]\n]{1,200})\]")
"""What Outlook and Gmail put into plain text in the place of an image."""

_EMPTY_LINES = re.compile(r"\n{3,}")


def submission_from_message(raw: bytes) -> Submission:
    """Read the submission in an e-mail. Never raises: any bytes give a submission, if only an empty one.

    The name is the sender's in the From field, unless the letter says “Name: …”, or is signed with a fuller
    form of a one-word sender's name, or the From field has none. Address, phone number and district are read
    at both ends of the letter and removed from its text. A message that has no text and carries another
    message is read as that one.

    The headline is the subject without its prefixes; ``attachments`` tells whether there are files;
    ``copies`` are the addresses of the To and Cc fields, but not where the letter is a message in a message;
    ``email_confirmed`` is always true, as nobody types the sender's address, and so is
    ``full_name_confirmed``: nobody can tick a box in an e-mail, and the receipt asks for the rest of a name
    of one part. No other field is set. Quoted messages, footers and closings are removed from the text.
    """
    return _read_submission(raw, DEEPEST_FORWARDING)


def _read_submission(raw: bytes, forwards_left: int) -> Submission:
    """Read a message; ``forwards_left`` levels of attached messages may still be opened."""
    headers, content = split_message(raw)
    sender = read_sender(headers)
    contents = read_contents(headers, content)
    lines, may_be_wrapped = _text_lines(contents)
    subject = headers.get("subject", "")
    addressees = read_addresses(headers.get("to", ""), headers.get("cc", ""))
    text = MessageText(lines)
    files = find_uuencoded(text.lines)
    text.cut(CutKind.FILE, [*files, *find_pgp_armour(text.lines)])
    context = ReplyContext(
        domains=frozenset(address.rpartition("@")[2] for address in addressees),
        is_reply=bool(headers.get("in-reply-to") or headers.get("references")),
        is_forward=is_forward(subject),
    )
    forward = read_forward_header(text.lines)
    if forward.sender and _is_colleague(sender.address, context):
        sender, subject = read_from_field(forward.sender), forward.subject
    signature = _cut_additions(text, sender.name, context)
    if contents.messages and forwards_left and not any(line.strip() for line in text.lines):
        forwarded = _read_submission(contents.messages[0], forwards_left - 1)
        has_files = contents.has_files or len(contents.messages) > 1
        # Somebody at the paper may have forwarded it: whom it was written to isn't known.
        return dataclasses.replace(forwarded, attachments=forwarded.attachments or has_files, copies="")
    extraction = find_particulars(text.lines, sender.name or signature.name)
    particulars = extraction.particulars.completed_by(signature)
    text.cut(CutKind.PARTICULARS, extraction.taken)
    body = "\n".join(line.rstrip() for line in (unwrap(text.lines) if may_be_wrapped else text.lines))
    return Submission(
        name=_choose_name(sender.name, particulars),
        email=sender.address,
        # The address that the message came from isn't typed by hand: nobody is asked about it.
        email_confirmed=True,
        # No e-mail can tick the box; the receipt asks for the rest of a name of one part.
        full_name_confirmed=True,
        phone=particulars.phone,
        address=particulars.address,
        district=particulars.district,
        headline=headline_from_subject(subject),
        body=_EMPTY_LINES.sub("\n\n", body).strip(),
        attachments=contents.has_files or bool(contents.messages or files),
        copies=" ".join(addressees),
    )


def _is_colleague(address: str, context: ReplyContext) -> bool:
    """Tell whether somebody at the paper sent a message: from the domain that it went to."""
    domain = address.rpartition("@")[2].lower()
    return domain in context.domains and domain not in mailbox_providers()


def _cut_additions(text: MessageText, known_name: str, context: ReplyContext) -> Particulars:
    """Cut what programs added to a message, and return the particulars in a signature among it.

    Each kind is looked for again as long as anything is found: below a quote there may be a signature, and
    below that the footer of a mailing list.

    Args:
        text: The message.
        known_name: The name in its header; empty where there is none.
        context: What else its header says.
    """
    particulars = Particulars()
    text.cut(CutKind.BANNER, find_banner(text.lines))
    text.cut(CutKind.HEADER, range(read_forward_header(text.lines).length))
    for _ in range(MOST_ROUNDS):
        left = len(text.lines)
        text.cut(CutKind.FOOTER, find_footers(text.lines))
        text.cut(CutKind.QUOTE, find_quoted_message(text.lines, context))
        signature = find_signature(text.lines, known_name)
        particulars = particulars.completed_by(signature.particulars)
        text.cut(CutKind.SIGNATURE, signature.taken)
        if len(text.lines) == left:
            break
    return particulars


def _choose_name(display_name: str, particulars: Particulars) -> str:
    """Return the writer's name: that of the From field, or the one in the letter if it is more reliable."""
    is_part = len(display_name.split()) == 1 and share_name_part(display_name, particulars.name)
    if particulars.name and (particulars.name_is_labelled or not display_name or is_part):
        return particulars.name
    return display_name


def _text_lines(contents: MessageContents) -> tuple[list[str], bool]:
    """Return the lines of the message, and whether a mail client may have wrapped them."""
    lines: list[str] = []
    may_be_wrapped = False
    for text in contents.texts:
        part_lines = _part_lines(text)
        may_be_wrapped |= text.format is TextFormat.PLAIN or (
            # Some mail clients declare format=flowed, but wrap lines as in plain text.
            text.format is TextFormat.FLOWED and not any(line.endswith(" ") for line in text.text.split("\n"))
        )
        lines += ["", *part_lines] if lines else part_lines
    return list(_without_repeated_blank_lines(lines)), may_be_wrapped


def _without_repeated_blank_lines(lines: list[str]) -> Iterator[str]:
    """Yield ``lines`` with one blank line in place of several: each reader skips them again and again."""
    is_below_blank = False
    for line in lines:
        is_blank = not line.strip()
        if not (is_blank and is_below_blank):
            yield line
        is_below_blank = is_blank


def _part_lines(text: PartText) -> list[str]:
    if text.format is TextFormat.HTML:
        return html_to_text(text.text)[:LONGEST_TEXT].split("\n")
    lines = _LINE_BREAK.split(_IMAGE_PLACEHOLDER.sub("", text.text[:LONGEST_TEXT]))
    if text.format is TextFormat.FLOWED:
        return unflow(lines, deletes_space=text.deletes_space)
    return unescape_signed(lines)
