"""An e-mail message as a submission.

Most letters come by e-mail as free text. What is read from one is what a letters editor would copy into a
form: the letter, and beside it who wrote it and how to reach them.
"""

import dataclasses
import re

from webapp.mailbox.footers import without_footers
from webapp.mailbox.headers import split_header
from webapp.mailbox.html_text import text_of_html
from webapp.mailbox.line_kinds import share_a_word
from webapp.mailbox.paragraphs import unflow, unwrap
from webapp.mailbox.particulars import Particulars
from webapp.mailbox.parts import Contents, Markup, PartText, read_contents
from webapp.mailbox.quoted import without_forwarding, without_quoted
from webapp.mailbox.sender import read_headline, read_sender, says_forwarded
from webapp.mailbox.sign_off import read_particulars
from webapp.rules.submission import Submission

LONGEST_TEXT = 100_000
"""Characters that are read: more than twice of what the rules take, for a long message quoted below."""

MOST_FORWARDED = 3
"""Messages within messages that are opened to find a letter."""

_LINE_BREAK = re.compile("\r\n?|[\n\x0b\x0c\x85\u2028\u2029]")
_PICTURE = re.compile(r"\[(?:cid:[^\[\]\s]{1,200}|image: [^\[\]\n]{1,200})\]")
"""What Outlook and Gmail put into plain text where a picture is."""

_EMPTY_LINES = re.compile(r"\n{3,}")


def submission_from_message(raw: bytes) -> Submission:
    """Read the submission in an e-mail; any bytes give one, however little there is in it.

    The name is the sender's, from the header, unless the letter says “Name: …”, or is signed with a name of
    which the header has only a part. Address and phone are read at either end of the letter and taken out of
    it. A message without text that carries another one is read as that one.
    """
    return _submission(raw, MOST_FORWARDED)


def _submission(raw: bytes, messages_left: int) -> Submission:
    headers, content = split_header(raw.lstrip(b"\xef\xbb\xbf\r\n"))
    sender = read_sender(headers.get("from", ""))
    contents = read_contents(headers, content)
    lines, is_wrapped = _lines(contents)
    subject = headers.get("subject", "")
    lines = without_footers(without_forwarding(lines))
    lines = without_footers(without_quoted(lines, is_forwarded=says_forwarded(subject)))
    if contents.messages and messages_left and not any(line.strip() for line in lines):
        passed_on = _submission(contents.messages[0], messages_left - 1)
        has_files = contents.files or len(contents.messages) > 1
        return dataclasses.replace(passed_on, attachments=passed_on.attachments or has_files)
    read = read_particulars(lines, sender.name)
    body = "\n".join(line.rstrip() for line in (unwrap(read.lines) if is_wrapped else read.lines))
    return Submission(
        name=_name(sender.name, read.particulars),
        email=sender.address,
        phone=read.particulars.phone,
        address=read.particulars.address,
        district=read.particulars.district,
        headline=read_headline(subject),
        body=_EMPTY_LINES.sub("\n\n", body).strip(),
        attachments=contents.files or bool(contents.messages),
    )


def _name(display_name: str, said: Particulars) -> str:
    is_part = len(display_name.split()) == 1 and share_a_word(display_name, said.name)
    if said.name and (said.name_is_labelled or not display_name or is_part):
        return said.name
    return display_name


def _lines(contents: Contents) -> tuple[list[str], bool]:
    """Return the lines of the message, and whether a mailer may have broken them."""
    lines: list[str] = []
    may_be_wrapped = False
    for text in contents.texts:
        read = _lines_of(text)
        may_be_wrapped |= text.markup is Markup.PLAIN or (
            # Some mailers say that their lines flow, and break them as if they didn't.
            text.markup is Markup.FLOWED and not any(line.endswith(" ") for line in text.text.split("\n"))
        )
        lines += ["", *read] if lines else read
    return lines, may_be_wrapped


def _lines_of(text: PartText) -> list[str]:
    if text.markup is Markup.HTML:
        return text_of_html(text.text)[:LONGEST_TEXT].split("\n")
    lines = _LINE_BREAK.split(_PICTURE.sub("", text.text[:LONGEST_TEXT]))
    if text.markup is Markup.FLOWED:
        return unflow(lines, joined_exactly=text.joined_exactly)
    return lines
