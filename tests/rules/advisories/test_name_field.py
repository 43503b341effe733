"""The name field: several people and bodies are told from one person."""

import pytest
from faker.config import AVAILABLE_LOCALES

from tests.rules.advisories.test_signatures import faker_of
from tests.samples import HERALD, TODAY, letter
from webapp.rules.advisories.name_field import count_people, is_organisation
from webapp.rules.check import check


@pytest.mark.parametrize(
    ("name", "people"),
    [
        ("Jane Doe, John Roe and Jim Poe", 3),
        ("陳大文、李小明、黃家強", 3),
        ("Ann Lee and 14 other residents", 15),
        ("Ann and Tom Lee", 2),
        ("Иван Петров и Анна Смирнова", 2),
        ("Lee, Ann", 1),
        ("Ann Lee, PhD", 1),
        ("José Ortega y Gasset", 1),
        ("Smith Jones, Mary Ann", 1),
        ("Ana Paula da Silva Santos", 1),
        ("中村和三郎", 1),
        ("Ann Lee, Halifax, Nova Scotia", 1),
    ],
)
def test_people_in_the_name(name: str, people: int) -> None:
    assert count_people(name) == people


@pytest.mark.parametrize(
    "name",
    [
        "Year 6, St Mary's school",
        "The committee of tenants",
        "大埔居民關注組",
        "Acme Widgets Ltd",
        "The Friends of the Park",
    ],
)
def test_a_body(name: str) -> None:
    assert is_organisation(name)


@pytest.mark.parametrize(
    "name", ["Charlotte Church", "John Union", "Toni School", "Charity Okonkwo", "Simon Rada"]
)
def test_a_person_with_the_name_of_a_body(name: str) -> None:
    assert not is_organisation(name)


def test_both_are_advisories() -> None:
    for name, code in (
        ("Jane Doe and John Roe", "name.several"),
        ("Class 3B, Tai Po School", "name.organisation"),
    ):
        verdict = check(letter(name=name), HERALD, TODAY)
        assert verdict.accepted
        assert [each.code.value for each in verdict.findings] == [code]


@pytest.mark.parametrize("locale", sorted(AVAILABLE_LOCALES))
def test_names_of_every_locale_are_one_person(locale: str) -> None:
    faker = faker_of(locale)
    names = [faker.name() for _ in range(30)]
    assert [name for name in names if count_people(name) > 1 or is_organisation(name)] == []
