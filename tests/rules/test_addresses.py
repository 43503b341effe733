"""Postal addresses: real ones are accepted, everything else is refused with its code; PO boxes."""

import warnings

import pytest
from faker import Faker
from faker.config import AVAILABLE_LOCALES
from hypothesis import given, strategies as st

from tests.rules.corpora import HOSTILE_PIECES, is_quick, lines, typed_and_codes
from webapp.rules.addresses import MAX_ADDRESS_LENGTH, read_address
from webapp.rules.findings import Code, RefusedError
from webapp.rules.text_cleaning import clean_text


@pytest.mark.parametrize("locale", sorted(AVAILABLE_LOCALES))
def test_addresses_of_every_locale_are_taken(locale: str) -> None:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*locale is deprecated")
        faker = Faker(locale)
    faker.seed_instance(3)
    for address in {faker.address() for _ in range(100)}:
        assert read_address(address).text == clean_text(address)


@pytest.mark.parametrize("address", lines("addresses-real"))
def test_surprising_addresses_are_taken(address: str) -> None:
    assert read_address(address).text == address


@pytest.mark.parametrize(("typed", "code"), typed_and_codes("addresses-refused"))
def test_what_is_no_address_is_refused(typed: str, code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        read_address(typed)
    assert refused.value.code == code


@pytest.mark.parametrize("address", lines("po-boxes"))
def test_a_po_box_alone_is_noticed(address: str) -> None:
    assert read_address(address).is_po_box


@pytest.mark.parametrize("street", lines("streets"))
def test_a_po_box_beside_a_street_or_building_is_none(street: str) -> None:
    assert read_address(f"PO Box 12, {street}").is_po_box is False


@pytest.mark.parametrize(
    "address",
    [
        "PO Box 1234, 12 High Street, Leeds",
        "PO Box 1234, 12 High St Leeds",
        "Postfach 12 34, Hauptstraße 5, 50667 Köln",
        "Apartado 12, Calle Mayor 3, Madrid",
        "BP 12, 3 rue du Lac, Cotonou",
        "郵政信箱123號, 香港九龍彌敦道12號",
        "Box Hill, 12 Rose Lane",
        "Flat 2, Boxer House",
        "The Old Post Office, Lower Slaughter",
    ],
)
def test_a_street_is_where_somebody_lives(address: str) -> None:
    assert not read_address(address).is_po_box


def test_lines_are_kept() -> None:
    assert read_address(" 12 High Street\r\nLondon \r\n").text == "12 High Street\nLondon"


def test_the_longest_address_is_taken_and_a_longer_one_is_refused_with_both_numbers() -> None:
    longest = "12 " + "Llan" * ((MAX_ADDRESS_LENGTH - 3) // 4) + "x"
    assert read_address(longest).text == longest
    with pytest.raises(RefusedError) as refused:
        read_address(longest + "b")
    assert refused.value.code == Code.ADDRESS_TOO_LONG
    assert refused.value.numbers == {"limit": 500, "actual": 501}


def test_five_thousand_characters_are_the_most_that_are_read() -> None:
    nothing = "\x00" * 4988
    assert read_address(f"12 High {nothing}Lane").text == "12 High Lane"
    with pytest.raises(RefusedError) as refused:
        read_address(f"12 High {nothing}Lanes")
    assert refused.value.code == Code.ADDRESS_TOO_LONG
    assert refused.value.numbers == {"limit": 500, "actual": 5001}


@pytest.mark.parametrize(
    ("enough", "too_short"),
    [
        ("彌敦道大廈", "彌敦大廈"),
        ("彌敦道1", "彌道1"),
        ("บ้านสวนริมคลองใ", "บ้านสวนริมคลอง"),
        ("12 High", "High"),
        ("hk " * 26 + "uae", "hk " * 27),
    ],
    ids=["5 letters", "3 letters and a number", "15 letters", "2 words", "81 characters of places"],
)
def test_the_shortest_address_is_taken_and_a_shorter_one_is_incomplete(enough: str, too_short: str) -> None:
    assert read_address(enough).text == enough
    with pytest.raises(RefusedError) as refused:
        read_address(too_short)
    assert refused.value.code == Code.ADDRESS_INCOMPLETE


@given(st.text(st.characters()))
def test_any_text_reads_the_same_when_it_is_read_again_or_is_refused(typed: str) -> None:
    try:
        address = read_address(typed)
    except RefusedError:
        return
    assert read_address(address.text) == address


@pytest.mark.parametrize("length", [MAX_ADDRESS_LENGTH, 10 * MAX_ADDRESS_LENGTH, 1_000_000])
@pytest.mark.parametrize("piece", HOSTILE_PIECES)
def test_no_text_takes_long(piece: str, length: int) -> None:
    assert is_quick(read_address, (piece * length)[:length])
