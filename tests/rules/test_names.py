"""Personal names: real ones of every locale are accepted, everything else is refused with its code."""

import warnings

import pytest
from faker import Faker
from faker.config import AVAILABLE_LOCALES
from hypothesis import given, strategies as st

from tests.rules.corpora import HOSTILE_PIECES, is_quick, lines, typed_and_codes
from webapp.rules.findings import Code, RefusedError
from webapp.rules.names import MAX_NAME_LENGTH, read_name
from webapp.rules.words import compose

NAMES_THAT_ALONE_ARE_PLACEHOLDERS = {"Anon"}
"""“Anon” alone means anonymous; with a surname it is a Thai name."""


@pytest.mark.parametrize("locale", sorted(AVAILABLE_LOCALES))
def test_names_of_every_locale_are_taken(locale: str) -> None:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*locale is deprecated")
        faker = Faker(locale)
    faker.seed_instance(3)
    for _ in range(100):
        first, last = faker.first_name(), faker.last_name()
        for name in {faker.name(), f"{first} {last}", first, last} - NAMES_THAT_ALONE_ARE_PLACEHOLDERS:
            assert read_name(name).text == " ".join(compose(name).split())


@pytest.mark.parametrize("name", lines("names-real"))
def test_surprising_names_are_taken(name: str) -> None:
    assert read_name(name).text == name


@pytest.mark.parametrize(("typed", "code"), typed_and_codes("names-refused"))
def test_what_is_no_name_is_refused(typed: str, code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        read_name(typed)
    assert refused.value.code == code


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\v", "\f", "\x85", "\u2028"])
def test_a_line_end_in_a_name_is_a_space(line_end: str) -> None:
    assert read_name(f"Chan{line_end}Tai-man").text == "Chan Tai-man"


@pytest.mark.parametrize(
    "name",
    [
        "Sukarno",
        "O",
        "Anaïs-Marie",
        "O’Neill",
        "Null",
        "\uff2a\uff4f",
        "王",
        "Смит",
        "தத்தை",
        " Cher ",
        "Gal·la",
        "John 5",
    ],
)
def test_a_name_of_one_part_is_single(name: str) -> None:
    assert read_name(name).is_single


@pytest.mark.parametrize(
    "name",
    ["Jo Bo", "王明", "王 明", "김철수", "山田太郎", "J.R.R.Tolkien", "Chan,Mary", "Mr T", "約翰·史密斯"],
)
def test_a_name_of_several_parts_is_not(name: str) -> None:
    assert not read_name(name).is_single


@pytest.mark.parametrize(
    "name", ["bell hooks", "JANE DOE", "van der Aa", "McDonald", "ﬁona", "\uff2a\uff4f Ng"]
)
def test_case_and_letters_stay_the_writers(name: str) -> None:
    assert read_name(f"  {name}\n").text == name


def test_the_longest_name_is_taken_and_a_longer_one_is_refused_with_both_numbers() -> None:
    longest = "Jo " + "b" * (MAX_NAME_LENGTH - 3)
    assert read_name(longest).text == longest
    with pytest.raises(RefusedError) as refused:
        read_name(longest + "b")
    assert (refused.value.code, refused.value.numbers) == (Code.NAME_TOO_LONG, {"limit": 100, "actual": 101})


def test_a_thousand_characters_are_the_most_that_are_read() -> None:
    assert read_name("Jo" + " " * 996 + "Bo").text == "Jo Bo"
    with pytest.raises(RefusedError) as refused:
        read_name("Jo" + " " * 997 + "Bo")
    assert (refused.value.code, refused.value.numbers) == (Code.NAME_TOO_LONG, {"limit": 100, "actual": 1001})


@given(st.text(st.characters()))
def test_any_text_reads_the_same_when_it_is_read_again_or_is_refused(typed: str) -> None:
    try:
        name = read_name(typed)
    except RefusedError:
        return
    assert read_name(name.text) == name


@pytest.mark.parametrize("length", [MAX_NAME_LENGTH, 10 * MAX_NAME_LENGTH, 1_000_000])
@pytest.mark.parametrize("piece", HOSTILE_PIECES)
def test_no_text_takes_long(piece: str, length: int) -> None:
    assert is_quick(read_name, (piece * length)[:length])
