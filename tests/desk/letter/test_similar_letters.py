"""What a letter's page says of the letters that share passages with it."""

import dataclasses
from datetime import timedelta

import pytest
from sqlalchemy import event

from tests.letters.similar.test_likeness import BENCH, COURIER, FERRY, compare, receive
from tests.pages import Page, Visitor
from tests.samples import BODY, SECRET_KEY
from webapp.installation.settings import Settings
from webapp.letters.intake.intake import Intake
from webapp.store.database import Database

ELSEWHERE = dataclasses.replace(COURIER, paper=dataclasses.replace(COURIER.paper, title="The Courier"))


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings of an installation with two papers."""
    return dataclasses.replace(settings, policies=(*settings.policies, ELSEWHERE))


@pytest.fixture
def intake(sqlite: Database) -> Intake:
    """The way in."""
    return Intake(sqlite, SECRET_KEY)


def open_letter(dana: Visitor, sqlite: Database, reference: str) -> Page:
    compare(sqlite)
    return dana.open(f"/desk/letters/{reference}")


def test_a_campaign_is_told_with_its_papers_its_days_and_its_words(
    dana: Visitor, sqlite: Database, intake: Intake
) -> None:
    reference = receive(intake, f"{FERRY}\n\nMy own words.", days=9)
    receive(intake, f"{FERRY} Too.", days=1, headline="Of the second day", name="Lee Ka-yan")
    receive(intake, f"{FERRY} {BENCH}", ELSEWHERE, headline="To another paper")
    receive(intake, BODY)
    page = open_letter(dana, sqlite, reference)
    assert page.all("#alike-title") == ["Letters with the same passages 2"]
    assert page.all(".alike > p") == [
        "Sent to The Courier and The Harbour Herald from 14 Mar 2026 to 15 Mar 2026 ."
    ]
    assert page.all(".alike blockquote") == [f"“{FERRY.removesuffix('.')}”"]
    assert page.all(".alike figcaption") == ["The longest passage, 41 words:"]
    assert page.all(".alike li") == [
        "Of the second day Lee Ka-yan · Received · 15 Mar 2026, 20:00 · 41 shared words",
        "To another paper Chan Tai-man · Received · 14 Mar 2026, 20:00 · The Courier · 41 shared words",
    ]


def test_letters_of_one_day(dana: Visitor, sqlite: Database, intake: Intake) -> None:
    reference = receive(intake, FERRY)
    for hours in (1, 2):
        receive(intake, f"{FERRY} {hours}.", days=hours / 24)
    page = open_letter(dana, sqlite, reference)
    assert page.all(".alike > p") == ["Sent to The Harbour Herald on 14 Mar 2026 ."]


def test_a_letter_that_shares_nothing_says_nothing_of_it(
    dana: Visitor, sqlite: Database, intake: Intake
) -> None:
    receive(intake, FERRY)
    page = open_letter(dana, sqlite, receive(intake, BODY))
    assert not page.soup.select(".alike")


def test_a_withheld_name_is_shown_by_its_twin_only_with_the_particulars(
    dana: Visitor, sqlite: Database, intake: Intake
) -> None:
    withheld = receive(intake, FERRY, withhold_name=True, withhold_reason="My employer")
    open_one = receive(intake, FERRY, ELSEWHERE, headline="The twin")
    for reference, other in ((withheld, "The twin"), (open_one, "In praise of slowness")):
        page = open_letter(dana, sqlite, reference)
        assert page.all("#alike-title") == ["Letters with the same passages 1"]
        assert not page.soup.select(".alike li")
        assert "1 letter is not listed, because it would give away a withheld name." in page.text
        if reference == withheld:
            assert "Chan Tai-man" not in page.text
        page = dana.send({}, to="/particulars")
        assert [line.startswith(other) for line in page.all(".alike li")] == [True]


def test_many_are_counted_as_far_as_they_are_looked_at(
    dana: Visitor, sqlite: Database, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.letters.similar.likeness.MOST_OF_ONE", 11)
    reference = receive(intake, FERRY)
    for number in range(12):
        receive(intake, f"{FERRY} {number}.")
    page = open_letter(dana, sqlite, reference)
    assert page.all("#alike-title") == ["Letters with the same passages 11+"]
    assert len(page.all(".alike li")) == 10


def test_the_cost_is_the_same_however_many_there_are(dana: Visitor, sqlite: Database, intake: Intake) -> None:
    asked: list[str] = []
    event.listen(sqlite.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))

    def cost(reference: str) -> int:
        asked.clear()
        assert open_letter(dana, sqlite, reference).status == 200
        return sum("letter_passages" in each or "letters.body" in each for each in asked)

    alone = receive(intake, BODY)
    reference = receive(intake, FERRY)
    receive(intake, f"{FERRY} 0.")
    compare(sqlite)
    one = cost(reference)
    for number in range(1, 12):
        receive(intake, f"{FERRY} {number}.")
    compare(sqlite)
    assert cost(reference) == one
    assert cost(alone) == one - 1


def test_a_passage_is_looked_for_from_the_moment_that_both_are_compared(
    dana: Visitor, sqlite: Database, intake: Intake
) -> None:
    reference = receive(intake, FERRY)
    receive(intake, f"{FERRY} Too.")
    assert not dana.open(f"/desk/letters/{reference}").soup.select(".alike")
    assert open_letter(dana, sqlite, reference).soup.select(".alike")


def test_days_are_those_of_the_paper(dana: Visitor, sqlite: Database, intake: Intake) -> None:
    """It is Hong Kong's next day already."""
    reference = receive(intake, FERRY)
    receive(intake, f"{FERRY} Late.", days=timedelta(hours=5) / timedelta(days=1))
    page = open_letter(dana, sqlite, reference)
    assert page.all(".alike > p") == ["Sent to The Harbour Herald on 15 Mar 2026 ."]
