"""E-mail addresses: valid ones are accepted, invalid ones refused; spellings of one mailbox share a key."""

import pytest
from email_validator import validate_email
from hypothesis import given, strategies as st

from tests.rules.corpora import HOSTILE_PIECES, is_quick, lines, typed_and_codes
from webapp.rules.emails import MAX_EMAIL_LENGTH, read_email
from webapp.rules.findings import Code, RefusedError


@pytest.mark.parametrize("address", lines("emails-valid"))
def test_the_validators_documented_valid_examples_are_taken(address: str) -> None:
    assert read_email(address).text == validate_email(address, check_deliverability=False).normalized


@pytest.mark.parametrize("address", lines("emails-invalid"))
def test_the_validators_documented_invalid_examples_are_refused(address: str) -> None:
    with pytest.raises(RefusedError) as refused:
        read_email(address)
    assert refused.value.code == Code.EMAIL_INVALID


@pytest.mark.parametrize(("typed", "code"), typed_and_codes("emails-refused"))
def test_what_is_no_address_is_refused(typed: str, code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        read_email(typed)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "typed",
    [
        "ann\uff20example.com",
        "ann\ufe6bexample.com",
        "\uff41\uff4e\uff4e@example\u3002com",
        "ann@example\uff61com",
        "ann@example\uff0ecom",
        "Ann <ann@example.com>",
        '"Lee, Ann" <ann@example.com>',
        "李安 <ann＠example。com>",  # noqa: RUF001
        "Ann <mailto:ann@example.com>",
        "ann@example.com <mailto:ann@example.com>",
        "mailto:ann@example.com",
        "MAILTO:ann%40example.com?subject=A%20letter",
        "<ann@example.com>",
        "＜ann@example.com＞",  # noqa: RUF001
        "(ann@example.com)",
        "【 ann@example.com 】",
        "[ann@example.com]",
        "“ann@example.com”",
        "'ann@example.com'",
        "<<ann@example.com>>",
        "''ann@example.com''",
        "=?utf-8?q?Ann?= <ann@example.com>",
        "ann@example.com;",
        "ann@example.com，",  # noqa: RUF001
        "< \u200bann@example.com\u200b >",
    ],
)
def test_what_people_and_programs_write_around_an_address_is_taken_off(typed: str) -> None:
    assert read_email(typed) == read_email("ann@example.com")
    assert read_email(typed).text == "ann@example.com"


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("ann at example.com", {"reason": "no_at"}),
        ("https://example.com/ann", {"reason": "no_at"}),
        ("ann@@example.com", {"reason": "several_ats"}),
        ("ann@example.com, bob@example.com", {"reason": "several_addresses"}),
        ("ann@example.com bob@example.com", {"reason": "several_addresses"}),
        ("Ann <ann@example.com>; Bob <bob@example.com>", {"reason": "several_addresses"}),
        ("ann lee@example.com", {"reason": "space"}),
        ("ann\u200blee@example.com", {"reason": "invisible_character"}),
        ("ann,lee@example.com", {"reason": "character", "character": ","}),
        ("ann\uff0clee@example.com", {"reason": "character", "character": ","}),
        ("ann@example,com", {"reason": "character", "character": ","}),
        ("ann@exam_ple.com", {"reason": "character", "character": "_"}),
        ("@example.com", {"reason": "nothing_before_at"}),
        ("ann@", {"reason": "nothing_after_at"}),
        ("ann.@example.com", {"reason": "dots"}),
        ("ann..lee@example.com", {"reason": "dots"}),
        ("ann@example.com.", {"reason": "dots"}),
        ("ann@example", {"reason": "no_ending"}),
        ("a" * 65 + "@example.com", {"reason": "too_long"}),
        ("ann@" + "a." * 130 + "com", {"reason": "too_long"}),
        (" a" * 1000, {"reason": "too_long"}),
        ("ann@-example-.com", {"reason": "domain"}),
        ("ann@nowhere.test", {"reason": "domain"}),
        ("ann@\u2488example.com", {"reason": "domain"}),
        ("ann\ue000@example.com", {}),
        ("=?utf-8?q?ann?=@example.com", {}),
        ("=\uff1futf-8?q?ann?=@example.com", {}),
    ],
)
def test_a_refusal_says_what_is_wrong(typed: str, numbers: dict[str, str]) -> None:
    with pytest.raises(RefusedError) as refused:
        read_email(typed)
    assert (refused.value.code, refused.value.numbers) == (Code.EMAIL_INVALID, numbers)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("'jo.o'neill@example.com'", "jo.o'neill@example.com"),
        ("\ufb01ona@\ufb01nance.example.com", "fiona@finance.example.com"),
        ("\u2070jo@example.com", "0jo@example.com"),
        ("\xaejo@example.com", "\xaejo@example.com"),
    ],
)
def test_what_belongs_to_an_address_is_kept(typed: str, text: str) -> None:
    assert read_email(typed).text == text


@pytest.mark.parametrize("before", ["", " ", "\n", "\r\n \t", "\u3000", "\u202a", "\ufeff", "\u200b "])
@pytest.mark.parametrize("after", ["", " ", "\n", "\r\n \r\n", "\xa0", "\u202c", " \u200b"])
def test_what_surrounds_an_address_unseen_is_trimmed(before: str, after: str) -> None:
    assert read_email(f"{before}test@iana.org{after}").text == "test@iana.org"


def test_every_invisible_character_is_trimmed() -> None:
    ranges = ((0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F))
    invisible = "\u00ad\u180e\ufeff" + "".join(
        chr(code) for first, last in ranges for code in range(first, last + 1)
    )
    assert read_email(f"{invisible}test@iana.org{invisible}").text == "test@iana.org"


def test_four_times_the_longest_address_is_the_most_that_is_read() -> None:
    longest = "\u200b" * (4 * 254 - len("test@iana.org")) + "test@iana.org"
    assert read_email(longest).text == "test@iana.org"
    with pytest.raises(RefusedError) as refused:
        read_email(f"\u200b{longest}")
    assert refused.value.code == Code.EMAIL_INVALID


@pytest.mark.parametrize("unseen", ["\u200b", "\u200d", "\u202e", "\u2066"])
def test_within_an_address_the_unseen_is_refused(unseen: str) -> None:
    with pytest.raises(RefusedError):
        read_email(f"te{unseen}st@iana.org")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("jo@example.com", "JO@EXAMPLE.COM"),
        ("jo@example.com", "Jo+letters@example.com"),
        ("jo@example.com", "jo+a+b@Example.com "),
        ("josmith@gmail.com", "j.o.smith@gmail.com"),
        ("josmith@gmail.com", "Jo.Smith+herald@GoogleMail.com"),
        ("jeff@臺網中心.tw", "JEFF@xn--fiqq24b10vi0d.TW"),
        ("jo@\uff45xample.com", "jo@example.com"),
        ("jose\u0301@example.com", "JOSÉ@example.com"),
        ("straße@example.com", "STRASSE@example.com"),
    ],
)
def test_spellings_of_one_mailbox_share_a_key(one: str, other: str) -> None:
    assert read_email(one).key == read_email(other).key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("jo.smith@example.com", "josmith@example.com"),
        ("jo@example.com", "jo@example.org"),
        ("+jo@example.com", "+sam@example.com"),
        ("jo@xn--fiqq24b10vi0d.tw", "jo@example.tw"),
    ],
)
def test_mailboxes_of_two_people_do_not(one: str, other: str) -> None:
    assert read_email(one).key != read_email(other).key


def test_a_key_is_no_longer_than_a_column_holds() -> None:
    # Case folding turns this letter, two bytes in UTF-8, into three characters.
    address = "ΐ" * 64 + "@" + "b" * 60 + "." + "c" * 56 + ".example"
    assert len(address.encode()) == MAX_EMAIL_LENGTH
    assert len(read_email(address).key) <= 320


@given(st.text(st.characters()) | st.emails() | st.text("a@.-+é ").map(lambda text: f"a{text}@example.com"))
def test_any_text_reads_the_same_when_it_is_read_again_or_is_refused(typed: str) -> None:
    try:
        email = read_email(typed)
    except RefusedError:
        return
    assert read_email(email.text) == email
    assert max(len(email.text), len(email.key)) <= 320


@pytest.mark.parametrize("length", [MAX_EMAIL_LENGTH, 4 * MAX_EMAIL_LENGTH, 1_000_000])
@pytest.mark.parametrize("piece", HOSTILE_PIECES)
def test_no_text_takes_long(piece: str, length: int) -> None:
    text = (piece * length)[:length]
    assert is_quick(read_email, text)
    assert is_quick(read_email, f"jo@{text}"[:length])


@pytest.mark.parametrize(
    "typed",
    [
        "“" * 508 + "”" * 508,
        "(“ " * 169 + " ”)" * 169,
        "jo@example.com" + "\u200b," * 500,
        "mailto:" * 72 + "“" * 500,
    ],
    ids=["quotes", "brackets", "commas", "mailto"],
)
def test_no_layers_around_an_address_take_long(typed: str) -> None:
    assert is_quick(read_email, typed)


def test_ten_layers_around_an_address_are_the_most_that_are_taken_off() -> None:
    assert read_email("<" * 10 + "jo@example.com" + ">" * 10).text == "jo@example.com"
    with pytest.raises(RefusedError) as refused:
        read_email("<" * 11 + "jo@example.com" + ">" * 11)
    assert refused.value.numbers == {"reason": "character", "character": "<"}
