"""Phone numbers: those of every country are parsed in every spelling; what can't be dialled is refused."""

import phonenumbers
import pytest
from hypothesis import example, given, strategies as st
from phonenumbers import PhoneMetadata, PhoneNumberFormat, PhoneNumberType

from tests.rules.corpora import HOSTILE_PIECES, is_quick, lines, typed_and_codes
from webapp.rules.findings import Code, RefusedError
from webapp.rules.phones import MAX_PHONE_LENGTH, read_phone

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
TYPES = [kind for name, kind in vars(PhoneNumberType).items() if name.isupper()]
WRITTEN = [
    PhoneNumberFormat.NATIONAL,
    PhoneNumberFormat.INTERNATIONAL,
    PhoneNumberFormat.E164,
    PhoneNumberFormat.RFC3966,
]
HOME = "+85221234567"


@pytest.mark.parametrize("region", REGIONS)
def test_every_countrys_example_numbers_are_read_in_every_format(region: str) -> None:
    examples = [phonenumbers.example_number_for_type(region, kind) for kind in TYPES]
    for number in filter(None, examples):
        e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
        is_valid = phonenumbers.is_valid_number(number)
        for written in WRITTEN:
            phone = read_phone(phonenumbers.format_number(number, written), region)
            assert (phone.e164, phone.is_valid) == (e164, is_valid)


@pytest.mark.parametrize("region", REGIONS)
def test_every_countrys_example_numbers_are_read_from_hong_kong(region: str) -> None:
    examples = [phonenumbers.example_number_for_type(region, kind) for kind in TYPES]
    for number in filter(None, examples):
        e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
        international = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
        assert read_phone(international, "HK").e164 == e164
        assert read_phone(international.replace("+", "00"), "HK").e164 == e164


@pytest.mark.parametrize("code", sorted(phonenumbers.COUNTRY_CODES_FOR_NON_GEO_REGIONS))
def test_numbers_of_no_country_are_read(code: int) -> None:
    example = phonenumbers.example_number_for_non_geo_entity(code)
    assert example
    for written in (PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.E164):
        phone = read_phone(phonenumbers.format_number(example, written), "HK")
        assert phone.e164 == phonenumbers.format_number(example, PhoneNumberFormat.E164)
        assert phone.is_valid


@pytest.mark.parametrize("typed", lines("phones-home"))
def test_spellings_of_one_number(typed: str) -> None:
    phone = read_phone(typed, "HK")
    assert (phone.e164, phone.extension, phone.is_valid) == (HOME, "", True)


@pytest.mark.parametrize(
    ("typed", "country", "e164"),
    [
        ("8123 4567", "HK", "+85281234567"),
        ("001 44 20 7946 0958", "HK", "+442079460958"),
        ("0061 (0)2 9876 5432", "HK", "+61298765432"),
        ("0113 496 0000", "GB", "+441134960000"),
        ("+44 (0)20 7946 0958", "GB", "+442079460958"),
        ("00852 2123 4567", "US", HOME),
        ("011 852 2123 4567", "US", HOME),
        ("0011 65 6123 4567", "AU", "+6561234567"),
        ("8~10 852 2123 4567", "RU", HOME),
        ("+39 (0)6 1234 5678", "IT", "+390612345678"),
        ("1-800-FLOWERS", "US", "+18003569377"),
        ("+1 800 GOT JUNK", "HK", "+18004685865"),
        ("13 CABS", "AU", "+61132227"),
        ("030/123456", "DE", "+4930123456"),
        ("030 / 123456", "DE", "+4930123456"),
        ("0732/08742294", "AT", "+4373208742294"),
        ("030 123456 / 030 123457", "DE", "+4930123456"),
        ("030 12345678 home", "DE", "+493012345678"),
        ("212-555-0123 (cell) 212-555-0199 (home)", "US", "+12125550123"),
    ],
)
def test_what_depends_on_the_country(typed: str, country: str, e164: str) -> None:
    phone = read_phone(typed, country)
    assert (phone.e164, phone.is_valid, phone.typed) == (e164, True, typed)


@pytest.mark.parametrize("typed", lines("phones-extension-12"))
def test_an_extension_is_kept(typed: str) -> None:
    phone = read_phone(typed, "HK")
    assert (phone.e164, phone.extension) == (HOME, "12")


@pytest.mark.parametrize(
    ("typed", "e164"),
    [
        ("00852 1123 4567", "+85211234567"),
        ("+852 1123 4567", "+85211234567"),
        ("1123 4567 OFFICE", "+85211234567"),
    ],
)
def test_a_number_as_long_as_others_but_not_in_use_is_taken_as_possible(typed: str, e164: str) -> None:
    phone = read_phone(typed, "HK")
    assert (phone.e164, phone.is_valid) == (e164, False)


def test_numbers_have_at_least_four_digits_after_the_country_code() -> None:
    assert not read_phone("+43 1000", "HK").is_valid
    with pytest.raises(RefusedError) as refused:
        read_phone("+43 100", "HK")
    assert refused.value.code == Code.PHONE_IMPOSSIBLE


def test_the_longest_text_with_a_number_is_taken_and_a_longer_one_is_refused() -> None:
    longest = f"2123 4567 {'x' * 90}"
    assert len(longest) == MAX_PHONE_LENGTH
    padded = "2123" + " " * 992 + "4567"
    for typed in (longest, padded):
        assert read_phone(typed, "HK").e164 == HOME
    for typed in (f"{longest}x", padded.replace(" ", "  ", 1)):
        with pytest.raises(RefusedError) as refused:
            read_phone(typed, "HK")
        assert refused.value.code == Code.PHONE_IMPOSSIBLE


@pytest.mark.parametrize("country", ["HK", "US"])
@pytest.mark.parametrize(("typed", "code"), typed_and_codes("phones-refused"))
def test_what_cannot_be_dialled_is_refused(typed: str, code: str, country: str) -> None:
    with pytest.raises(RefusedError) as refused:
        read_phone(typed, country)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("typed", "country"),
    [
        ("18222", "HK"),
        ("116 123", "GB"),
        ("116117", "DE"),
        ("10086", "CN"),
        ("+49 116117", "HK"),
        ("+86 10086", "HK"),
    ],
)
def test_helplines_and_service_numbers_are_refused(typed: str, country: str) -> None:
    with pytest.raises(RefusedError) as refused:
        read_phone(typed, country)
    assert refused.value.code == Code.PHONE_IMPOSSIBLE


@pytest.mark.parametrize("region", REGIONS)
def test_emergency_numbers_are_refused_everywhere(region: str) -> None:
    metadata = PhoneMetadata.short_metadata_for_region(region)
    own = metadata.emergency.example_number if metadata and metadata.emergency else None
    for number in {own or "112", "112", "911", "999", "110", "119", "000"}:
        with pytest.raises(RefusedError) as refused:
            read_phone(number, region)
        assert refused.value.code == Code.PHONE_IMPOSSIBLE


@example("000000", "AT")
@given(st.text(st.characters()) | st.text("0123456789+()/- .x٣"), st.sampled_from([*REGIONS, "AQ", ""]))
def test_any_text_is_a_number_that_can_be_kept_or_refused(typed: str, country: str) -> None:
    try:
        phone = read_phone(typed, country)
    except RefusedError:
        return
    assert phone.e164.startswith("+")
    assert 5 <= len(phone.e164) <= 20
    assert len(phone.typed) <= MAX_PHONE_LENGTH
    assert read_phone(phone.typed, country) == phone
    again = read_phone(phone.e164, country)
    assert (again.e164, again.is_valid) == (phone.e164, phone.is_valid)


@pytest.mark.parametrize("length", [MAX_PHONE_LENGTH, 10 * MAX_PHONE_LENGTH, 1_000_000])
@pytest.mark.parametrize("piece", HOSTILE_PIECES)
def test_no_text_takes_long(piece: str, length: int) -> None:
    assert is_quick(lambda typed: read_phone(typed, "HK"), (piece * length)[:length])
