"""Quoted messages, forwarded headers, footers, disclaimers: what is removed from a letter, what stays."""

# ruff: noqa: RUF001 - Chinese has commas and colons of its own

import pytest

from tests.mailbox.sample_messages import TEXT, read

HEADER = "From: Letters Desk <d@example.org>\nSent: Tuesday, 3 March 2026 10:00\nTo: Jane Lee\nSubject: Trams"
DISCLAIMER = (
    "This e-mail and any attachments are confidential and intended solely for the addressee. If you\n"
    "are not the intended recipient, please notify the sender and delete it."
)


@pytest.mark.parametrize(
    "below",
    [
        "> A bus is fast.\n>\n> So it is.",
        "On Tue, 3 Mar 2026 at 10:00, Letters Desk <d@example.org> wrote:\n\n> A bus is fast.\n",
        "On Tue, 3 Mar 2026 at 10:00, Letters Desk <letters.desk@example.org>\nwrote:\n> A bus is fast.",
        "On 3 March 2026, at 10:00, Letters Desk\n<letters.desk@example.org>\nwrote:\n\n> A bus is fast.",
        "On 3 Mar 2026, at 10:00, Letters Desk <d@example.org> wrote:\n\nA bus is fast.\n\nSo it is.",
        "Am 03.03.26 um 10:00 schrieb Letters Desk:\n> A bus is fast.",
        "Letters Desk <d@example.org> 於 2026年3月3日 週二 上午10:00寫道：\n\n> 巴士很快。",
        f"{HEADER}\n\nA bus is fast.",
        f"________________________________\n{HEADER}\n\nA bus is fast.",
        f"-----Original Message-----\n{HEADER}\n\nA bus is fast.",
        "----- Original Message -----\n\nA bus is fast.",
        "寄件者: Desk <d@example.org>\n寄件日期: 2026年3月3日\n收件者: Jane\n主旨: 電車\n\n巴士很快。",
        "Sent from my iPhone",
        "Sent from my Samsung Galaxy smartphone.",
        "Sent from Mail for Windows",
        "Sent from Outlook for iOS<https://aka.ms/o0ukef>",
        "Get Outlook for Android",
        "從我的 iPhone 傳送",
        "发自我的 iPhone",
        "Envoyé de mon iPhone",
        "Virus-free. www.avast.com",
        "This email has been checked for viruses by Avast antivirus software.\nwww.avast.com",
        DISCLAIMER,
        f"_______________\n\nCONFIDENTIALITY NOTICE:\n\n{DISCLAIMER}\n\nWe accept no liability for viruses.",
        "本電郵及其附件的內容屬機密，只供收件人使用。如你並非收件人，請刪除本電郵。",
        "Sent from my iPad\n\nOn 3 Mar 2026, at 10:00, Desk <d@example.org> wrote:\n\n> A bus is fast.",
        f"{DISCLAIMER}\n\nPlease consider the environment before printing this e-mail.\n\n{HEADER}\n\nA bus.",
    ],
)  # fmt: skip
def test_quotes_and_footers_below_a_letter_are_left_out(below: str) -> None:
    assert read(f"{TEXT}\n\n{below}\n").body == TEXT


def test_a_quote_above_the_letter_is_left_out() -> None:
    above = "On 3 Mar 2026, at 10:00, Letters Desk <d@example.org> wrote:\n> A bus is fast.\n>\n> So it is.\n"
    assert read(f"{above}\n{TEXT}").body == TEXT


@pytest.mark.parametrize(
    "text",
    [
        "On Tuesday, your columnist wrote:\n\nA bus is fast.\n\nIt is not.",
        "On 3 March 2026, your columnist wrote:\n\n“A bus is fast.”\n\nIt is not.",
        "You wrote:\n> A bus is fast.\nIt is not.",
        "I disagree.\n\nOn 3 Mar 2026, at 10:00, Desk <d@example.org> wrote:\n> A bus is fast.\n\nIt is not.",
        "From: my window, I see trams.\nTo: the depot they go.\n\nSlowly.",
        "They say:\n\nSent from my iPhone\n\nunder every letter.",
        "My bank writes “this e-mail is confidential”.\n\nIf you are not the intended recipient, laugh.",
        "This message is intended for the minister.\n\nA tram is slow.",
        "> A bus is fast.\n\nIt is not.",
        "> Dear Editor,\n>\n> The tram is slow.",
        "I was sent from the depot to the terminus by tram",
        "See below.\n\nBegin forwarded message:\n\nFrom: Jane\nDate: 3 March 2026\nSubject: Trams\n\nSlow.",
    ],
)  # fmt: skip
def test_text_that_may_be_the_writers_own_stays(text: str) -> None:
    assert read(text).body == text


def test_a_quoted_letter_to_the_editor_stays() -> None:
    for quoted in (
        f"{HEADER}\n\n{TEXT}",
        "On 3 Mar 2026, at 10:00, Jane <j@a.org> wrote:\n\n> Sir,\n>\n> Slow.",
    ):
        assert read(f"Did you get this?\n\n{quoted}").body == f"Did you get this?\n\n{quoted}"


def test_a_forwarded_message_below_the_text_stays() -> None:
    text = f"Please print this.\n\n{HEADER}\n\nThe tram is slow."
    assert read(text, subject="FW: Trams").body == text


def test_the_header_above_a_message_forwarded_as_text_is_left_out() -> None:
    header = "---------- Forwarded message ---------\nFrom: Bo Li <bo@example.com>\nDate: Tue, 3 Mar 2026\n"
    submission = read(f"\n{header}Subject: Trams\nTo: <d@example.org>\n\n\n{TEXT}", subject="Fwd: Trams")
    assert (submission.body, submission.headline) == (TEXT, "Trams")


def test_a_message_of_nothing_but_a_footer_is_empty() -> None:
    assert read("Sent from my iPhone").body == ""
