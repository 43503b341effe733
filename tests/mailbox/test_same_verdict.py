"""The same letter gets the same verdict whether it is typed into the form or sent as an e-mail."""

import dataclasses
from email import policy
from email.message import EmailMessage

import pytest

from tests.samples import BODY, HERALD, PARTICULARS, TODAY
from webapp.mailbox.message import submission_from_message
from webapp.rules.check import check
from webapp.rules.findings import Code, Severity
from webapp.rules.submission import Submission

HEADLINE = "In praise of slowness"
SENDER = f"{PARTICULARS['name']} <{PARTICULARS['email']}>"
SIGN_OFF = (
    f"Yours faithfully,\n\n{PARTICULARS['name']}\n{PARTICULARS['address']}\nTel: {PARTICULARS['phone']}"
)
LABELS = (
    f"Name: {PARTICULARS['name']}\nAddress: {PARTICULARS['address']}\nPhone: {PARTICULARS['phone']}\n"
    f"District: {PARTICULARS['district']}"
)


def as_typed(body: str, **changes: str) -> Submission:
    """Return the submission of a filled-in form."""
    return Submission.from_mapping({**PARTICULARS, "headline": HEADLINE, "body": body, **changes})


def as_sent(text: str, *, subtype: str = "plain", sender: str = SENDER) -> Submission:
    """Return the submission read from an e-mail with this text."""
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = sender
    message["Subject"] = f"Letter to the Editor: {HEADLINE}"
    message.set_content(text, subtype=subtype)
    return submission_from_message(message.as_bytes())


def as_page(text: str) -> str:
    """Return a text as HTML, each line in a <div>, as webmail writes it."""
    return "".join(f"<div>{line or '<br>'}</div>" for line in text.split("\n"))


@pytest.mark.parametrize(
    "body", [BODY, f"Sir,\n\n{BODY}", "slow " * 399 + "tram.", "slow " * 400 + "tram.", "電車" * 9]
)
@pytest.mark.parametrize(
    "around", [f"%s\n\n{SIGN_OFF}\nDistrict: Sai Ying Pun", f"%s\n\n{LABELS}", f"{LABELS}\n\n%s"]
)
@pytest.mark.parametrize("subtype", ["plain", "html"])
def test_the_same_letter_has_the_same_verdict(body: str, around: str, subtype: str) -> None:
    text = around.replace("%s", body)
    sent = as_sent(as_page(text) if subtype == "html" else text, subtype=subtype)
    typed = as_typed(body.strip())
    assert dataclasses.replace(sent, body=" ".join(sent.body.split())) == dataclasses.replace(
        typed, body=" ".join(typed.body.split()), email_confirmed=True, full_name_confirmed=True
    )
    of_sent, of_typed = (check(submission, HERALD, TODAY) for submission in (sent, typed))
    assert (of_sent.word_count, of_sent.findings) == (of_typed.word_count, of_typed.findings)
    assert of_sent.accepted == of_typed.accepted


def test_nobody_is_asked_about_the_address_that_a_mail_came_from() -> None:
    sent = as_sent(f"{BODY}\n\n{SIGN_OFF}", sender="Ann Lee <ann@gmail.con>")
    assert check(sent, HERALD, TODAY).accepted


@pytest.mark.parametrize("sender", ["Suryani <suryani@example.com>", "王 <wong@example.com>"])
def test_a_name_of_one_part_is_an_advisory_by_mail_where_no_box_can_be_ticked(sender: str) -> None:
    verdict = check(as_sent(f"{BODY}\n\n{SIGN_OFF.partition(chr(10))[0]}", sender=sender), HERALD, TODAY)
    assert (Code.NAME_SINGLE, Severity.ADVISORY) in [(each.code, each.severity) for each in verdict.findings]
    assert Code.NAME_SINGLE not in [each.code for each in verdict.refusals]


@pytest.mark.parametrize("missing", ["name", "address", "phone"])
def test_a_missing_field_is_missing_in_both(missing: str) -> None:
    lines = {
        "name": f"Name: {PARTICULARS['name']}",
        "address": f"Address: {PARTICULARS['address']}",
        "phone": f"Phone: {PARTICULARS['phone']}",
    }
    text = "\n".join([BODY, "", *(line for field, line in lines.items() if field != missing)])
    sent = as_sent(text, sender=PARTICULARS["email"])
    of_sent = check(sent, HERALD, TODAY)
    of_typed = check(as_typed(BODY, district="", **{missing: ""}), HERALD, TODAY)
    assert (of_sent.word_count, of_sent.findings) == (of_typed.word_count, of_typed.findings)
