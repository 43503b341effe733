"""Reading an e-mail message as a submission: letter text, headline, who wrote it, and their particulars.

Most letters come by e-mail as free text. This module calls the others of the package in order: header, MIME
parts, conversion to lines of text, removal of footers and quoted messages, extraction of the particulars,
unwrapping.
"""

import dataclasses
import re
from collections.abc import Iterator

from webapp.mailbox.footers import without_footers
from webapp.mailbox.headers import split_header
from webapp.mailbox.html_text import html_to_text
from webapp.mailbox.line_kinds import share_name_part
from webapp.mailbox.line_wrapping import unflow, unwrap
from webapp.mailbox.mime_parts import MessageContents, PartText, TextFormat, read_contents
from webapp.mailbox.particulars import Particulars
from webapp.mailbox.quoted_text import without_forward_header, without_quoted_message
from webapp.mailbox.sender_and_subject import (
    headline_from_subject,
    is_forward,
    read_addresses,
    read_from_field,
)
from webapp.mailbox.sign_off import take_particulars
from webapp.rules.submission import Submission

LONGEST_TEXT = 100_000
"""Characters of each text part that are read: more than twice what the rules accept, to leave room for a long
message quoted below."""

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
    ``email_confirmed`` is always true, as nobody types the sender's address. No other field is set. Quoted
    messages, footers and closings are removed from the text.
    """
    return _read_submission(raw, DEEPEST_FORWARDING)


def _read_submission(raw: bytes, forwards_left: int) -> Submission:
    """Read a message; ``forwards_left`` levels of attached messages may still be opened."""
    headers, content = split_header(raw.lstrip(b"\xef\xbb\xbf\r\n"))
    sender = read_from_field(headers.get("from", ""))
    contents = read_contents(headers, content)
    lines, may_be_wrapped = _text_lines(contents)
    subject = headers.get("subject", "")
    lines = without_footers(without_forward_header(lines))
    lines = without_footers(without_quoted_message(lines, is_forwarded=is_forward(subject)))
    if contents.messages and forwards_left and not any(line.strip() for line in lines):
        forwarded = _read_submission(contents.messages[0], forwards_left - 1)
        has_files = contents.has_files or len(contents.messages) > 1
        # Somebody at the paper may have forwarded it: whom it was written to isn't known.
        return dataclasses.replace(forwarded, attachments=forwarded.attachments or has_files, copies="")
    extracted = take_particulars(lines, sender.name)
    particulars = extracted.particulars
    body = "\n".join(
        line.rstrip() for line in (unwrap(extracted.lines) if may_be_wrapped else extracted.lines)
    )
    return Submission(
        name=_choose_name(sender.name, particulars),
        email=sender.address,
        # The address that the message came from isn't typed by hand: nobody is asked about it.
        email_confirmed=True,
        phone=particulars.phone,
        address=particulars.address,
        district=particulars.district,
        headline=headline_from_subject(subject),
        body=_EMPTY_LINES.sub("\n\n", body).strip(),
        attachments=contents.has_files or bool(contents.messages),
        copies=" ".join(read_addresses(headers.get("to", ""), headers.get("cc", ""))),
    )


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
    return lines
