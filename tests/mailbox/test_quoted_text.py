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


WROTE = "On 3 Mar 2026 at 10:00, Desk <d@example.org> wrote:"
PASTED = "From: Pools <p@council.example>\nSent: Monday 3 March 2026\nTo: me\nSubject: no"
ARTICLE = "> A bus is fast, and the paper said so on Tuesday in its leading article on\n> the terminus.\n"


@pytest.mark.parametrize(
    "attribution",
    [
        "Op zo 22 nov 2026 om 07:00 schreef De Krant <news@example.org>:",
        "Den sön 22 nov. 2026 kl 07:00 skrev Tidningen <news@example.org>:",
        "søn. 22. nov. 2026 kl. 07:00 skrev Avisen <news@example.org>:",
        "su 22. marrask. 2026 klo 7.00 Lehti <news@example.org> kirjoitti:",
        "niedz., 22 lis 2026 o 07:00 Gazeta <news@example.org> napisał(a):",
        "ne 22. 11. 2026 v 7:00 odesílatel Noviny <news@example.org> napsal:",
        "Újság <news@example.org> ezt írta (időpont: 2026. nov. 22., V, 7:00):",
        "вс, 22 нояб. 2026 г. в 07:00, Газета <news@example.org>:\nпишет:",
        "нд, 22 лист. 2026 р. о 07:00 Газета <news@example.org> пише:",
        "Στις Κυρ, 22 Νοε 2026 στις 7:00 π.μ., ο χρήστης Εφημερίδα <news@example.org> έγραψε:",
        "Gazete <news@example.org>, 22 Kas 2026 Paz, 07:00 tarihinde şunu yazdı:",
        "În dum., 22 nov. 2026 la 07:00, Ziarul <news@example.org> a scris:",
        "Pada tanggal Min, 22 Nov 2026 pukul 07.00 Koran <news@example.org> menulis:",
        "Vào CN, 22 thg 11, 2026 vào lúc 07:00 Báo <news@example.org> đã viết:",
        "2026년 11월 22일 (일) 오전 7:00, 신문 <news@example.org>님이 작성:",
        "2026年11月22日(日) 7:00 新聞 <news@example.org>さんのメッセージ:",
        "Em dom., 22 de nov. de 2026 às 07:00, Jornal <news@example.org> escreveu:",
        "---- On Sun, 22 Nov 2026 07:00:00 +0000 The Paper <news@example.org> wrote ----",
    ],
)
def test_attributions_of_many_languages_and_programs(attribution: str) -> None:
    for quoted in (ARTICLE, "A bus is fast.\n\nSo it is.\n"):
        assert read(f"{TEXT}\n\n{attribution}\n\n{quoted}").body == TEXT


@pytest.mark.parametrize(
    "names",
    [
        ("Von", "Gesendet", "An", "Betreff"),
        ("De", "Envoyé", "À", "Objet"),
        ("Van", "Verzonden", "Aan", "Onderwerp"),
        ("Från", "Skickat", "Till", "Ämne"),
        ("Fra", "Sendt", "Til", "Emne"),
        ("Lähettäjä", "Lähetetty", "Vastaanottaja", "Aihe"),
        ("Od", "Wysłano", "Do", "Temat"),
        ("От", "Отправлено", "Кому", "Тема"),
        ("Gönderen", "Gönderildi", "Kime", "Konu"),
        ("보낸 사람", "보낸 날짜", "받는 사람", "제목"),
        ("差出人", "送信日時", "宛先", "件名"),
        ("*From*", "*Sent*", "*To*", "*Subject*"),
    ],
)
def test_headers_of_many_languages_above_a_quote(names: tuple[str, str, str, str]) -> None:
    sender, date, to, subject = names
    header = f"{sender}: Desk <d@example.org>\n{date}: 22.11.2026 07:00\n{to}: Jane\n{subject}: Trams"
    assert read(f"{TEXT}\n\n{header}\n\nA bus is fast.").body == TEXT


@pytest.mark.parametrize(
    "below",
    [
        "On Sun, 22 Nov 2026 at 7:00, News<news@example.org> wrote:   A bus is fast.  It is.",
        f"{WROTE}\n\n> Editor\n> Bo Li, 2123 4567\n>\n> A bus is fast.",
        f"{WROTE}\n\n> A bus is fast, the operators have said in spring, which\nnobody knew.\n> It isn't.",
        f"{WROTE}\n\n> A bus.\n\n-- \nJane Lee\nTel: 2123 4567",
        "> A bus.\n\n________________________________\nTrams mailing list\nhttps://lists.example/trams",
        "Sent from my iPhone\n\n> A bus.\n\nVirus-free. www.avast.com\n-- \nJane Lee",
    ],
)  # fmt: skip
def test_additions_are_taken_off_again_and_again(below: str) -> None:
    long_letter = " ".join([TEXT] * 3)
    assert read(f"{long_letter}\n\n{below}").body == read(long_letter).body


@pytest.mark.parametrize(
    "text",
    [
        "On 3 March 2026 the leader <leader@council.example> wrote:\n\nIt costs too much.\n\nI disagree.",
        f"The council sent me this:\n\n{PASTED}\n\nWe are closed.\n\nThat is all that a taxpayer is worth.",
        "As the poet has it:\n\n> The tram is slow,\n> and so am I.",
        "The tram is late.\n\nSent by mail since the phone lines are down again!",
        "Caution is what the tramways lack.\n\nLinks to the harbour are slow.",
    ],
)  # fmt: skip
def test_what_the_writer_has_pasted_stays_with_all_below_it(text: str) -> None:
    assert read(text).body == text


@pytest.mark.parametrize(
    "banner",
    [
        "[EXTERNAL]",
        "*** EXTERNAL EMAIL ***",
        "CAUTION: This email originated from outside the company. Do not click\nlinks or attachments.",
        "You don't often get email from jane@example.com. Learn why this is important",
        "ACHTUNG: Diese E-Mail kommt von außerhalb. Öffnen Sie keine Anhänge von fremden Absendern.",
    ],
)  # fmt: skip
def test_the_banner_of_a_mail_gateway_is_left_out(banner: str) -> None:
    assert read(f"{banner}\n\n{TEXT}").body == TEXT


def test_a_colleagues_forward_is_the_readers_letter() -> None:
    header = "---------- Forwarded message ---------\nFrom: Bo Li <bo@example.com>\nDate: Tue, 3 Mar 2026\n"
    text = f"{header}Subject: Trams\nTo: <d@example.org>\n\n{TEXT}"
    by_colleague = read(text, sender="News <news@example.org>", subject="Fwd: Trams again")
    assert (by_colleague.name, by_colleague.email) == ("Bo Li", "bo@example.com")
    assert (by_colleague.headline, by_colleague.body) == ("Trams", TEXT)
    by_stranger = read(text, sender="Al <al@example.net>", subject="Fwd: Trams again")
    assert (by_stranger.name, by_stranger.email) == ("Al", "al@example.net")


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
