"""The writer's particulars at both ends of a letter: what is taken out of the text, and what stays."""

# ruff: noqa: RUF001 - Chinese has commas and colons of its own

import warnings

import pytest
from faker import Faker
from faker.config import AVAILABLE_LOCALES
from hypothesis import given, settings, strategies as st

from tests.mailbox.sample_messages import ADDRESS, SIGN_OFF, TEXT, message, read
from webapp.mailbox.message import submission_from_message
from webapp.rules.placeholders import is_name_placeholder
from webapp.rules.submission import Submission

UNNAMED = "jane@example.com"
PHONE = "2123 4567"


def particulars(submission: Submission) -> tuple[str, str, str, str]:
    """Return the name, address, phone number and district of a submission."""
    return submission.name, submission.address, submission.phone, submission.district


@pytest.mark.parametrize(
    "end",
    [
        SIGN_OFF,
        f"Yours faithfully,\nJane Lee,\nFlat 3, 1 Main Street\nSai Ying Pun\n{PHONE}",
        f"Yours sincerely, Jane Lee\n{ADDRESS}\nMobile {PHONE}",
        f"Best regards\n\nJane Lee\n\nFlat 3, 1 Main Street\n\nSai Ying Pun\n\nPh. {PHONE}",
        f"Jane Lee\n{ADDRESS}\nTel: {PHONE}",
        f"Jane Lee\n\n{ADDRESS}\n\n{PHONE}\n\njane@example.com",
        f"Regards,\n\nFull name: Jane Lee\nHome address: {ADDRESS}\nTel / Mobile: {PHONE}\nEmail: j@a.org",
        f"*Name:* Jane Lee\n*Address (not for publication):*\n{ADDRESS}\n*Contact no.:* {PHONE}",
        f"Jane Lee\n{ADDRESS}\nTel: {PHONE} | E-mail: jane@example.com | Fax: 2123 4568",
        f"— Jane Lee\n{ADDRESS}\nT: {PHONE}",
        f"Yours etc\nJane Lee\n3 March 2026\n{ADDRESS}\nPhone number - {PHONE}",
        f"-- \nJane Lee\n{ADDRESS}\nTel: {PHONE}\nwww.example.com/jane",
        f"Jane Lee\n-- \nJane Lee | Tram Users’ Group\n{ADDRESS}\nTel: {PHONE}",
        f"Thanks,\nJane Lee\n{ADDRESS}\nTel: {PHONE}",
    ],
)
@pytest.mark.parametrize("sender", [UNNAMED, "Jane Lee <jane@example.com>", "jane <jane@example.com>"])
def test_the_end_of_a_letter(end: str, sender: str) -> None:
    submission = read(f"{TEXT}\n\n{end}\n", sender=sender)
    assert particulars(submission) == ("Jane Lee", ADDRESS, PHONE, "")
    assert submission.body == TEXT


@pytest.mark.parametrize(
    "beginning",
    [
        f"Name: Jane Lee\nAddress: {ADDRESS}\nPhone: {PHONE}",
        f"Full name: Jane Lee\n\nAddress:\n{ADDRESS}\n\nTel: {PHONE}\n\nE-mail: jane@example.com",
        f"Name: Jane Lee | Tel: {PHONE}\nAddress: {ADDRESS}",
    ],
)
def test_the_beginning_of_a_letter(beginning: str) -> None:
    submission = read(f"{beginning}\n\n{TEXT}", sender=UNNAMED)
    assert particulars(submission) == ("Jane Lee", ADDRESS, PHONE, "")
    assert submission.body == TEXT


def test_chinese_labels() -> None:
    labels = "姓名：陳大文\n地址：香港西營盤第一街1號\n電話：2123 4567\n電郵：chan@example.com\n地區：西營盤"
    expected = ("陳大文", "香港西營盤第一街1號", PHONE, "西營盤")
    for text in (f"{labels}\n\n敬啟者：\n\n電車很慢。", f"敬啟者：\n\n電車很慢。\n\n{labels}"):
        submission = read(text, sender=UNNAMED)
        assert particulars(submission) == expected
        assert submission.body == "敬啟者：\n\n電車很慢。"


def test_a_chinese_sign_off() -> None:
    for end in ("讀者 陳大文 敬上", "陳大文敬上", "此致\n敬禮\n\n陳大文"):
        submission = read(
            f"電車很慢。\n\n{end}\n香港西營盤第一街1號\n電話：2123 4567", sender="c@example.com"
        )
        assert particulars(submission) == ("陳大文", "香港西營盤第一街1號", PHONE, "")
        assert submission.body.removesuffix("\n\n此致") == "電車很慢。"


def test_the_name_and_the_town_as_they_are_printed() -> None:
    for end in ("Jane Lee, Sai Ying Pun", "Jane Lee\nSai Ying Pun", "Yours, Jane\n\nJane Lee, Sai Ying Pun."):
        submission = read(f"{TEXT}\n\n{end}")
        assert particulars(submission) == ("Jane Lee", "", "", "Sai Ying Pun")
    assert read(f"{TEXT}\n\nYours truly,\nJane Lee, 1 Main Street").address == "1 Main Street"


def test_a_district_with_a_label() -> None:
    assert read(f"{TEXT}\n\n{SIGN_OFF}\nDistrict: Sai Ying Pun").district == "Sai Ying Pun"


def test_two_numbers_are_both_kept() -> None:
    submission = read(f"{TEXT}\n\nYours sincerely,\nJane Lee\nTel: {PHONE}\nMobile: 9123 4567 (after 6pm)")
    assert submission.phone == f"{PHONE} / 9123 4567 (after 6pm)"


@pytest.mark.parametrize(
    ("sender", "signed", "name", "left"),
    [
        ("jane@example.com", "Jane Lee", "Jane Lee", ""),
        ("Jane <j@example.com>", "Jane Lee", "Jane Lee", ""),
        ("LEE <j@example.com>", "Jane Lee", "Jane Lee", ""),
        ("janelee <j@example.com>", "Jane Lee", "Jane Lee", ""),
        ("Jane Mary Lee <j@example.com>", "Jane Lee", "Jane Mary Lee", ""),
        ("Tram Fan <j@example.com>", "Jane Lee", "Tram Fan", "\n\nJane Lee"),
        ("happycat <j@example.com>", "Jane Lee", "happycat", "\n\nJane Lee"),
        ("Tram Fan <j@example.com>", "Name: Jane Lee", "Jane Lee", ""),
        ("=?utf-8?B?5aSn5paH?= <c@example.com>", "陳大文", "陳大文", ""),
        ("jane@example.com", "Jane and Bo Lee", "Jane and Bo Lee", ""),
        ("jane@example.com", "An On Will", "An On Will", ""),
        ("jane@example.com", "bell hooks", "bell hooks", ""),
        ("jane@example.com", "Name: Holly Street", "Holly Street", ""),
        ("jane@example.com", "Name withheld by request", "", "\n\nName withheld by request"),
        ("jane@example.com", "Tram Users’ Association", "", "\n\nTram Users’ Association"),
    ],
)
def test_which_name_is_the_writers(sender: str, signed: str, name: str, left: str) -> None:
    submission = read(f"{TEXT}\n\nYours faithfully,\n\n{signed}\n{ADDRESS}", sender=sender)
    assert (submission.name, submission.address) == (name, ADDRESS)
    assert submission.body == TEXT + left


def test_an_office_of_the_writer_stays_in_the_letter() -> None:
    text = f"{TEXT}\n\nYours faithfully,\nJane Lee\nConvenor, Tram Users’ Group\n{ADDRESS}\nTel: {PHONE}"
    submission = read(text)
    assert submission.body == f"{TEXT}\n\nConvenor, Tram Users’ Group"
    assert particulars(submission) == ("Jane Lee", ADDRESS, PHONE, "")


def test_a_form_with_more_in_it() -> None:
    form = f"Name: Jane Lee\nOccupation: Nurse\nAddress: {ADDRESS}\nContact number: {PHONE}"
    submission = read(f"{TEXT}\n\n{form}\nI confirm that this letter is exclusive to you.", sender=UNNAMED)
    assert particulars(submission) == ("Jane Lee", ADDRESS, PHONE, "")
    assert (
        submission.body == f"{TEXT}\n\nOccupation: Nurse\n\nI confirm that this letter is exclusive to you."
    )


def test_a_name_that_is_signed_twice() -> None:
    submission = read(f"{TEXT}\n\nBest regards\nJane\n\nDr Jane Lee\nOffice: {PHONE}", sender=UNNAMED)
    assert (submission.name, submission.phone, submission.body) == ("Dr Jane Lee", PHONE, TEXT)
    submission = read(f"{TEXT}\n\nBest regards\nJane Lee\nBo Lee", sender=UNNAMED)
    assert (submission.name, submission.body) == ("Jane Lee", f"{TEXT}\n\nBo Lee")


def test_two_closings() -> None:
    assert read(f"{TEXT}\n\nYours faithfully,\n\n(signed)\nJane Lee").body == TEXT


def test_brackets_around_fields() -> None:
    submission = read(f"{TEXT}\n\nJane Lee, Sai Kung\n(Address: 1 Main Street; tel: {PHONE})")
    assert particulars(submission) == ("Jane Lee", "1 Main Street", PHONE, "Sai Kung")


def test_an_age_is_no_address() -> None:
    submission = read(f"{TEXT}\n\nYours truly,\nJane Lee\nAged 72\n{ADDRESS}")
    assert (submission.address, submission.body) == (ADDRESS, f"{TEXT}\n\nAged 72")


def test_another_signature_stays() -> None:
    submission = read(f"{TEXT}\n\nYours faithfully,\nJane Lee\nBo Li\nWan Chai")
    assert (submission.body, submission.district) == (f"{TEXT}\n\nBo Li", "Wan Chai")
    submission = read(f"{TEXT}\n\nYours faithfully,\nJane Lee\nThe Old Rectory\n{ADDRESS}")
    assert (submission.body, submission.address) == (TEXT, f"The Old Rectory\n{ADDRESS}")


def test_a_name_is_not_taken_for_a_salutation() -> None:
    assert read(f"{TEXT}\n\nSir David Lee\n{ADDRESS}\nTel: {PHONE}", sender=UNNAMED).name == "Sir David Lee"


def test_names_and_addresses_of_all_countries() -> None:
    read_whole = tried = 0
    for locale in sorted(AVAILABLE_LOCALES):
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".*locale is deprecated")
            faker = Faker(locale)
        faker.seed_instance(3)
        for _ in range(5):
            written = faker.name(), faker.address(), "2123 4567"
            for end in ("Yours faithfully,\n{}\n{}\nTel: {}", "Name: {}\nAddress: {}\nPhone: {}"):
                submission = read(f"{TEXT}\n\n{end.format(*written)}", sender=UNNAMED)
                assert submission.body.startswith(TEXT)
                tried += 1
                read_whole += (*particulars(submission)[:3], submission.body) == (*written, TEXT)
    assert read_whole > 0.98 * tried


@pytest.mark.parametrize(
    ("end", "address", "phone"),
    [
        ("-- \nJane Lee\nMutt 2.47.1", "", ""),
        ("-- \nJane Lee\n☎ +44 1632 960123", "", "+44 1632 960123"),
        ("-- \nJane Lee\n📱2123 4567", "", "2123 4567"),
        ("-- \nJane Lee\n42 is the answer", "", ""),
        ("-- \nJane Lee\n14 Alder Road, Fernhill FH2 3AB", "14 Alder Road, Fernhill FH2 3AB", ""),
        ("-- \nJane Lee\nHauptstraße 3\n10115 Berlin", "Hauptstraße 3\n10115 Berlin", ""),
        ("Jane Lee\njane@example.com\n01632 960123\nwww.lee.example", "", "01632 960123"),
        (
            "Jane Lee\n14 Alder Road, Fernhill FH2 3AB\n\nMy phone number, not for print, is 01632 960123.",
            "14 Alder Road, Fernhill FH2 3AB",
            "01632 960123",
        ),
        ("Jane Lee\n\nYou can reach me on 01632 960123 (not for print).", "", "01632 960123"),
        ("Jane Lee\n\nI can be contacted during the day at +44 1632 960123.", "", "+44 1632 960123"),
        ("Jane Lee\n\nMeine Telefonnummer (nicht zum Abdruck) ist 030 901820.", "", "030 901820"),
        ("Jane Lee\n\n我的電話是 2123 4567。", "", "2123 4567"),
    ],
)
def test_addresses_and_phones_of_many_forms(end: str, address: str, phone: str) -> None:
    submission = read(f"{TEXT}\n\n{end}\n", sender="Jane Lee <jane@example.com>")
    assert (submission.address, submission.phone, submission.body) == (address, phone, TEXT)


@pytest.mark.parametrize(
    "last",
    ["Call the tramways on 2548 7102.", "Readers can contact the depot at 2548 7102.", "My number is up."],
)
def test_the_number_of_somebody_else_stays(last: str) -> None:
    submission = read(f"{TEXT}\n\n{last}")
    assert (submission.phone, submission.body) == ("", f"{TEXT}\n\n{last}")


def test_a_postscript_stays() -> None:
    submission = read(f"{TEXT}\n\n{SIGN_OFF}\n\nPS: It is green.\nCall the tramways on 2548 7102.")
    assert submission.body == f"{TEXT}\n\nPS: It is green.\nCall the tramways on 2548 7102."
    assert submission.phone == PHONE


def test_thanks_are_a_sentence_and_stay() -> None:
    assert read(f"{TEXT}\n\nThank you.\n\nJane Lee\n{ADDRESS}").body == f"{TEXT}\n\nThank you."


def test_lines_with_unknown_labels_stay() -> None:
    submission = read(f"Name: Jane Lee\nWord count: 17\nTel: {PHONE}\n\n{TEXT}")
    assert (submission.body, submission.phone) == (f"Word count: 17\n\n{TEXT}", PHONE)


def test_a_heading_below_an_address_stays() -> None:
    submission = read(f"Address: 1 Main Street\nWhy trams matter\n\n{TEXT}")
    assert (submission.address, submission.body) == ("1 Main Street", f"Why trams matter\n\n{TEXT}")


def test_particulars_without_a_letter() -> None:
    submission = read(SIGN_OFF)
    assert (submission.body, *particulars(submission)) == ("", "Jane Lee", ADDRESS, PHONE, "")


@pytest.mark.parametrize(
    "text",
    [
        "Readers can write to:\n\nThe Tram Company\n1 Main Street\nCentral\nTel: 2548 7102",
        "Who needs help may call\nthe Samaritans\nTel: 2896 0000",
        "Name: a small word for a big thing.\n\nAddress: the root of it first.",
        "The tram is slow.\n\nThank you, Hong Kong.",
        "The tram is slow.\n\nYours truly has been riding it since 1997.",
        "I remain, with best wishes to all who ride the tram,\nslow.",
        "The tram is slow.\n\nWake Up, Hong Kong",
        "The tram is slow.\n\nMark Twain",
        "The tram is slow.\n\n— Mark Twain",
        "Best wishes\n\nare what the tram needs, and it needs them now more than it ever did.\n\nSlow it is.",
        "Stops:\n\nCentral\nWan Chai\nNorth Point",
        "The tram is slow.\n\nIt goes from Kennedy Town to Shau Kei Wan\nand has done so since 1904",
        "Dear Editor\n\nTrams!",
        "Why trams matter\n\nThe tram is slow.",
        "The tram is slow.\n\nBOUNDARY\nmessage 2",
        "Q: Why is the tram slow?\nA: It is not.",
        "It was written in 1904.\n\n3 March 2026",
        "Tel Aviv has no tram.\n\nTel Aviv 2026 will.",
        "The last words were:\n\nYours faithfully",
    ],
)
@pytest.mark.parametrize("sender", [UNNAMED, "Jane Lee <jane@example.com>"])
def test_what_may_belong_to_the_letter_stays(text: str, sender: str) -> None:
    submission = read(text, sender=sender)
    assert submission.body == text.removesuffix("\n\nYours faithfully")
    assert (submission.address, submission.phone, submission.district) == ("", "", "")


SENTENCES = (
    st.lists(st.text("abcdefghij", min_size=2, max_size=7), min_size=6, max_size=14)
    .map(lambda words: " ".join(words).capitalize() + ".")
    .filter(lambda sentence: not is_name_placeholder(sentence))
)
ENDS = st.sampled_from(
    [
        "",
        SIGN_OFF,
        "Thanks.\n\nJane",
        f"Jane Lee\n{ADDRESS}",
        f"Name: Jane Lee\nTel: {PHONE}",
        "-- \nJane\nTel: 2123 4567",
        "Sent from my iPhone",
        "Regards\nJane Lee\nThe writer is a member of something in a town that has a tram.",
    ]
)
MIDDLES = st.sampled_from(
    ["Yours faithfully,", "Tel: 2548 7102", "Name: Jane Lee", "-- ", "> So it is.", ADDRESS, "Regards"]
)  # fmt: skip


@given(st.lists(SENTENCES, min_size=2, max_size=12), st.data())
@settings(max_examples=300)
def test_no_sentence_is_ever_lost(sentences: list[str], data: st.DataObject) -> None:
    middle = data.draw(st.integers(1, len(sentences) - 1))
    paragraphs = [*sentences[:middle], data.draw(MIDDLES), *sentences[middle:]]
    ends = data.draw(st.lists(ENDS, max_size=2))
    raw = message("\n\n".join([*paragraphs, *ends]), sender=data.draw(st.sampled_from([UNNAMED, "Jane"])))
    body = submission_from_message(raw).body
    assert [sentence for sentence in sentences if sentence not in body] == []
