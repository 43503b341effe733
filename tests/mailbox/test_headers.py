"""Header fields: sender from From, headline from Subject, folding, line ends, missing empty line."""

# ruff: noqa: RUF001 - Chinese has commas and colons of its own

import pytest

from tests.mailbox.sample_messages import TEXT, message, read
from webapp.mailbox.mail_files import is_message
from webapp.mailbox.message import submission_from_message


@pytest.mark.parametrize(
    ("sender", "name", "address"),
    [
        ("Jane Lee <jane@example.com>", "Jane Lee", "jane@example.com"),
        ("jane@example.com", "", "jane@example.com"),
        ("<jane@example.com>", "", "jane@example.com"),
        ('"Lee, Jane" <jane@example.com>', "Jane Lee", "jane@example.com"),
        ("Lee, Jane <jane@example.com>", "Jane Lee", "jane@example.com"),
        ('"LEE, Jane Mary (Central)" <jane@example.com>', "Jane Mary LEE", "jane@example.com"),
        ('"Jane Lee, PhD" <jane@example.com>', "Jane Lee, PhD", "jane@example.com"),
        ('"Jane \\"Jay\\" Lee" <jane@example.com>', 'Jane "Jay" Lee', "jane@example.com"),
        ("\"'Jane Lee'\" <jane@example.com>", "Jane Lee", "jane@example.com"),
        ('"jane@example.com" <jane@example.com>', "", "jane@example.com"),
        ("jane@example.com (Jane Lee)", "Jane Lee", "jane@example.com"),
        ("Jane Lee (home) <jane@example.com>", "Jane Lee", "jane@example.com"),
        ("=?utf-8?Q?Zo=C3=AB?= =?utf-8?Q?_Chan?= <zoe@example.com>", "Zoë Chan", "zoe@example.com"),
        ("=?UTF-8?B?6Zmz5aSn5paH?= <chan@example.com>", "陳大文", "chan@example.com"),
        ("=?utf-8?Q?Lee,_Jane?= <jane@example.com>", "Jane Lee", "jane@example.com"),
        ("=?big5?B?s6+kaqTl?= <chan@example.com>", "陳大文", "chan@example.com"),
        ("=?x-nothing?Q?Jane?= <jane@example.com>", "Jane", "jane@example.com"),
        ("=?utf-8?B?6Zmz5aSn?=\r\n =?utf-8?B?5paH?= <chan@example.com>", "陳大文", "chan@example.com"),
        ("Zoë Chan <zoe@example.com>", "Zoë Chan", "zoe@example.com"),
        ("Jane\r\n\tLee\r\n <jane@example.com>", "Jane Lee", "jane@example.com"),
        ("Jane Lee <jane@example.com>, Bo Li <bo@example.com>", "Jane Lee", "jane@example.com"),
        ("jane@example.com, bo@example.com", "", "jane@example.com"),
        ("Jane Lee", "Jane Lee", ""),
        ("", "", ""),
        ("<>", "", ""),
        ('"Jane <jane@example.com', "", "jane@example.com"),
    ],
)
def test_the_sender(sender: str, name: str, address: str) -> None:
    submission = read(TEXT, sender=sender)
    assert (submission.name, submission.email) == (name, address)


@pytest.mark.parametrize(
    ("header", "addresses"),
    [
        ("", ""),
        ("To: letters@herald.example\r\n", "letters@herald.example"),
        (
            (
                'To: The Herald <Letters@Herald.example>,\r\n "Jo, @home" <jo@example.com>\r\n'
                "Cc: <jo@example.com>; desk@courier.example (Desk)\r\n"
            ),
            "letters@herald.example jo@example.com desk@courier.example",
        ),
        ('To: "jo@example.com" <jo@example.com>\r\n', "jo@example.com"),
        ("To: undisclosed-recipients:;\r\n", ""),
        (f"Cc: {', '.join(f'{number}@a.example' for number in range(200))}\r\n", "first 100"),
    ],
)
def test_the_addressees(header: str, addresses: str) -> None:
    if addresses == "first 100":
        addresses = " ".join(f"{number}@a.example" for number in range(100))
    raw = f"From: jane@example.com\r\n{header}\r\n{TEXT}".encode()
    assert submission_from_message(raw).copies == addresses


@pytest.mark.parametrize(
    ("sender", "other_fields", "name"),
    [
        ("Form <noreply@forms.example>", "Reply-To: Jane Lee <jane@example.com>", "Jane Lee"),
        ("Form <website@herald.example>", "Reply-To: Jane Lee <jane@example.com>", "Jane Lee"),
        ("Jane via List <t@lists.example>", "Reply-To: Jane Lee <j@example.com>\r\nList-Id: <t>", "Jane Lee"),
        ("Bo Li <bo@a.example>", "Reply-To: Trams <t@l.example>\r\nList-Post: <mailto:t@l.example>", "Bo Li"),
        ("Bo Li <bo@example.com>", "Reply-To: Secretary <jane@example.com>", "Bo Li"),
        ("Form <noreply@forms.example>", "", "Form"),
    ],
)  # fmt: skip
def test_who_wrote_where_replies_go_to_somebody_else(sender: str, other_fields: str, name: str) -> None:
    raw = f"From: {sender}\r\n{other_fields}\r\n\r\n{TEXT}".replace("\r\n\r\n\r\n", "\r\n\r\n").encode()
    assert submission_from_message(raw).name == name


def test_a_name_in_the_charset_of_the_body() -> None:
    raw = "From: 王小明 <w@example.com>\nContent-Type: text/plain; charset=gb2312\n\n慢。".encode("gb2312")
    assert submission_from_message(raw).name == "王小明"


@pytest.mark.parametrize("above", [b"   \n", b"\t\r\n\r\n", b"\xef\xbb\xbf\n", b"570\n", b"570      \r\n"])
def test_what_programs_put_above_a_header(above: bytes) -> None:
    raw = above + message(TEXT)
    assert is_message(raw)
    submission = submission_from_message(raw)
    assert (submission.name, submission.body) == ("Jane Lee", TEXT)


def test_the_property_list_below_a_message_of_apple_mail() -> None:
    below = b'\n<?xml version="1.0"?>\n<!DOCTYPE plist PUBLIC "a">\n<plist><dict></dict></plist>\n'
    assert submission_from_message(b"570\n" + message(TEXT) + below).body == TEXT


def test_an_encoded_word_that_was_cut_within_a_character() -> None:
    assert read(TEXT, sender="=?utf-8?B?6Zmz5aQ=?= =?utf-8?B?p+aWhw==?= <c@example.com>").name == "陳大文"


@pytest.mark.parametrize(
    ("subject", "headline"),
    [
        ("In praise of slowness", "In praise of slowness"),
        ("Re: In praise of slowness", "In praise of slowness"),
        ("RE: Fwd: FW: [EXTERNAL] Trams", "Trams"),
        ("Re[2]: Trams", "Trams"),
        ("回覆：電車", "電車"),
        ("Letter to the Editor", ""),
        ("Letter to the editor: Trams", "Trams"),
        ("Letters to the Editor - Trams", "Trams"),
        ("Letter to the Editor – for publication", ""),
        ("LETTER FOR PUBLICATION: Trams", "Trams"),
        ("For publication", ""),
        ("Letters: Trams", "Trams"),
        ("Letter", ""),
        ("(Letter to the editor) Trams", "(Letter to the editor) Trams"),
        ("Letters, bills and trams", "Letters, bills and trams"),
        ("Letters to the editor are dying", "Letters to the editor are dying"),
        ("Reform: a tram for every street", "Reform: a tram for every street"),
        ("(no subject)", ""),
        ("", ""),
        ("=?utf-8?Q?Re:_Letter_to_the_editor:_=E2=80=9CTrams=E2=80=9D?=", "“Trams”"),
        ("In praise\r\n of slowness", "In praise of slowness"),
        ("=?utf-8?Q?In_praise?=\r\n =?utf-8?Q?_of?= slowness", "In praise of slowness"),
    ],
)
def test_the_headline(subject: str, headline: str) -> None:
    assert read(TEXT, subject=subject).headline == headline


def test_of_a_repeated_field_the_first_is_read() -> None:
    raw = message(TEXT).replace(b"To: ", b"Subject: Another\r\n and more\r\nTo: ").replace(b"On trams", b"")
    assert submission_from_message(raw).headline == "Another and more"
    raw = b"From: a@example.com\nSubject: One\nSubject: Two\n folded\n\nText\n"
    assert submission_from_message(raw).headline == "One"


def test_an_mbox_separator_before_the_header_is_skipped() -> None:
    submission = submission_from_message(b"\r\nFrom jane Sat Mar 14 12:00:00 2026\r\n" + message(TEXT))
    assert (submission.email, submission.body) == ("jane@example.com", TEXT)


def test_a_text_without_an_empty_line_after_the_header_is_not_lost() -> None:
    submission = submission_from_message(b"From: jane@example.com\nThe tram is slow.\n\nTruly.\n")
    assert submission.body == "The tram is slow.\n\nTruly."


def test_line_ends_of_all_kinds() -> None:
    for end in (b"\n", b"\r"):
        assert submission_from_message(message(TEXT.replace("\n", "\r\n")).replace(b"\r\n", end)).body == TEXT


def test_nothing_gives_an_empty_submission() -> None:
    assert submission_from_message(b"") == submission_from_message(b"\r\n\r\n")
    assert submission_from_message(b"").body == ""
