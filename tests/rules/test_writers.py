"""Who may write: roles that are barred at any time, a sentence that is printed, and organisations."""

import dataclasses
from datetime import date

import pytest

from tests.rules.policy.mistakes import VALID_POLICY, mistakes_in_addition
from tests.samples import HERALD, TODAY, letter
from webapp.rules.check import check
from webapp.rules.policy.loading import parse_policy
from webapp.rules.policy.sections.writers import Organisations, WriterRules
from webapp.rules.submission import Field

BARRED = """
[writers]
roles_barred = ["councillor", { en = "member of parliament", fr = "député" }]
"""
POLICY = parse_policy(VALID_POLICY + BARRED)


@pytest.mark.parametrize("interest", ["I am a Councillor in York", "Je suis député"])
def test_a_barred_role_is_pointed_out_outside_of_elections_too(interest: str) -> None:
    verdict = check(letter(interest=interest), POLICY, TODAY)
    assert verdict.accepted
    assert "interest.role_barred" in [finding.code for finding in verdict.advisories]


def test_a_letter_without_an_interest_is_not_returned_for_it() -> None:
    """A letter by e-mail has no such field."""
    assert check(letter(interest=""), POLICY, TODAY).accepted


def test_roles_of_an_election_are_barred_besides() -> None:
    policy = parse_policy(
        VALID_POLICY
        + BARRED
        + """
[[elections]]
begins = 2026-09-01
polling_day = 2026-11-03
roles_barred = ["candidate"]
"""
    )
    names = [role.in_language("en") for role in policy.roles_barred("", date(2026, 10, 1))]
    assert names == ["councillor", "member of parliament", "candidate"]
    assert len(policy.roles_barred("", date(2026, 12, 1))) == 2


def test_an_interest_that_barred_roles_need_can_not_be_off() -> None:
    assert mistakes_in_addition(f'[declarations]\ninterest = "off"{BARRED}') == [
        "2: declarations.interest: can't be “off”: “writers.roles_barred” needs it"
    ]


@pytest.mark.parametrize(
    ("organisations", "name", "found"),
    [
        (Organisations.TAKEN, "The Committee of the Harbour Society", ["name.organisation advisory"]),
        (
            Organisations.OFFICER_NAMED,
            "The Committee of the Harbour Society",
            ["name.officer_missing refusal"],
        ),
        (Organisations.NOT_TAKEN, "The Committee of the Harbour Society", ["name.organisation refusal"]),
        (Organisations.NOT_TAKEN, "Year 6, St Mary’s School", ["name.organisation refusal"]),
        (Organisations.OFFICER_NAMED, "Ann Lee, Harbour Society", ["name.organisation advisory"]),
        (Organisations.NOT_TAKEN, "Ann Lee (Harbour Society)", ["name.organisation advisory"]),
        (Organisations.OFFICER_NAMED, "Ann Lee for the Harbour Society", ["name.organisation advisory"]),
        (Organisations.NOT_TAKEN, "海港關注組", ["name.organisation refusal"]),
        (Organisations.OFFICER_NAMED, "陳大文, 海港關注組", ["name.organisation advisory"]),
        (Organisations.NOT_TAKEN, "Ann Lee", []),
        (Organisations.NOT_TAKEN, "Charity Church", []),
    ],
)
def test_letters_of_organisations(organisations: Organisations, name: str, found: list[str]) -> None:
    policy = dataclasses.replace(HERALD, writers=WriterRules(organisations=organisations))
    findings = check(letter(name=name), policy, TODAY).findings
    assert [f"{each.code} {each.severity}" for each in findings if each.field is Field.NAME] == found
