"""Answers to a paper's questions at the desk: seen with a recorded look, printed ones with the name."""

import dataclasses

import pytest

from tests.pages import Visitor
from tests.rules.policy.mistakes import VALID_POLICY
from tests.samples import HERALD, NOON, SEAL, SECRET_KEY, letter
from webapp.installation.settings import Settings
from webapp.letters.intake.intake import Arrival, Intake
from webapp.rules.policy.loading import parse_policy
from webapp.store.database import Database
from webapp.store.models import Channel

POLICY = dataclasses.replace(
    HERALD,
    questions=parse_policy(
        VALID_POLICY
        + """
[questions.occupation]
title = "Occupation"
printed = true
[questions.card]
title = "Identity card"
kind = "identification"
[questions.evening]
title = "Phone in the evening"
kind = "phone"
"""
    ).questions,
)
ANSWERS = {"occupation": "baker", "card": "A123456(7)", "evening": "2987 6543"}


@pytest.fixture
def settings(sqlite: Database) -> Settings:
    """Settings of an installation whose paper has questions."""
    return Settings(
        database_url=sqlite.url, secret_key=SECRET_KEY, seal=SEAL, policies=(POLICY,), rate_limits=False
    )


def receive(sqlite: Database, **changes: str | bool) -> str:
    submission = dataclasses.replace(letter(**changes), answers=ANSWERS)
    arrival = Arrival(channel=Channel.FORM, at=NOON)
    return f"/desk/letters/{Intake(sqlite, SECRET_KEY).receive(submission, POLICY, arrival).reference}"


def test_answers_are_shown_with_the_particulars_and_a_phone_can_be_dialled(
    dana: Visitor, sqlite: Database
) -> None:
    page = dana.open(receive(sqlite))
    assert "baker" in page.all(".letter-signature")[0]
    assert "A123456(7)" not in page.text
    assert "2987" not in page.text
    page = dana.send({}, to="/particulars")
    assert "A123456(7)" in page.all(".writer dd")
    assert "+852 2987 6543" in page.all(".writer dd")
    assert "We print it under “Chan Tai-man, baker, Sai Ying Pun”. Is that right?" in page.all(
        ".questions li"
    )
    assert [link["href"] for link in page.soup.select(".number-to-tap a")][1:] == ["tel:+85229876543"]


def test_nothing_is_printed_beside_a_withheld_name(dana: Visitor, sqlite: Database) -> None:
    page = dana.open(receive(sqlite, withhold_name=True, withhold_reason="I am a nurse."))
    assert "baker" not in page.text


def test_answers_are_stored_encrypted(sqlite: Database) -> None:
    receive(sqlite)
    with sqlite.snapshot() as session:
        raw = session.connection().exec_driver_sql("SELECT contact FROM particulars").scalar_one()
    assert b"A123456" not in raw
    assert b"baker" not in raw
