"""Personal names as signatures are told from dates, places and sentences."""

import pytest

from webapp.rules.advisories.person_names import has_known_name_part, looks_like_full_name


@pytest.mark.parametrize(
    "name",
    [
        "April Jones",
        "June Brown",
        "August Müller",
        "Al Gore",
        "Van Morrison",
        "Del Evans",
        "Le Nguyen",
        "June de la Cruz",
        "Jane Lee",
        "Ann Hall",
        "Ludwig van Beethoven",
    ],
)
def test_a_full_name(name: str) -> None:
    assert looks_like_full_name(name)


@pytest.mark.parametrize(
    "text",
    [
        "June Newsletter",
        "April Fools",
        "June was cold",
        "In June",
        "On April Brown wrote",
        "Al Khobar",
        "Van Buren Street",
        "le Nguyen",
        "AL GORE",
        "van Morrison",
        "De Silva",
        "Monday Lee",
        "",
        "June",
    ],
)
def test_no_full_name(text: str) -> None:
    assert not looks_like_full_name(text)


@pytest.mark.parametrize("text", ["", " ", "\n", "\u3000"])
def test_nothing_has_no_known_part(text: str) -> None:
    assert not has_known_name_part(text)
