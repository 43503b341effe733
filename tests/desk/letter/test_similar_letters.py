"""Letters with the same passages on a letter's page: papers, days, longest passage, and withheld names."""

import dataclasses
from datetime import timedelta

import pytest
from sqlalchemy import event

from tests.letters.similar.test_similar_letters import BENCH, COURIER, FERRY, index_all, receive
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
    """The intake on SQLite."""
    return Intake(sqlite, SECRET_KEY)


def open_letter(dana: Visitor, sqlite: Database, reference: str) -> Page:
    index_all(sqlite)
    return dana.open(f"/desk/letters/{reference}")


def test_a_campaign_is_shown_with_papers_days_and_longest_passage(
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


def test_similar_letters_of_one_day_have_one_date(dana: Visitor, sqlite: Database, intake: Intake) -> None:
    reference = receive(intake, FERRY)
    for hours in (1, 2):
        receive(intake, f"{FERRY} {hours}.", days=hours / 24)
    page = open_letter(dana, sqlite, reference)
    assert page.all(".alike > p") == ["Sent to The Harbour Herald on 14 Mar 2026 ."]


def test_a_letter_without_similar_letters_has_no_such_section(
    dana: Visitor, sqlite: Database, intake: Intake
) -> None:
    receive(intake, FERRY)
    page = open_letter(dana, sqlite, receive(intake, BODY))
    assert not page.soup.select(".alike")


def test_similar_letters_that_reveal_a_withheld_name_are_listed_only_with_the_particulars(
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


def test_the_count_stops_at_a_maximum(
    dana: Visitor, sqlite: Database, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.letters.similar.similar_letters.MAX_LETTERS_PER_FINGERPRINT", 11)
    reference = receive(intake, FERRY)
    for number in range(12):
        receive(intake, f"{FERRY} {number}.")
    page = open_letter(dana, sqlite, reference)
    assert page.all("#alike-title") == ["Letters with the same passages 11+"]
    assert len(page.all(".alike li")) == 10


def test_the_page_needs_the_same_number_of_queries_for_many_similar_letters(
    dana: Visitor, sqlite: Database, intake: Intake
) -> None:
    statements: list[str] = []
    event.listen(sqlite.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))

    def count_statements(reference: str) -> int:
        statements.clear()
        assert open_letter(dana, sqlite, reference).status == 200
        return sum("letter_passages" in each or "letters.body" in each for each in statements)

    alone = receive(intake, BODY)
    reference = receive(intake, FERRY)
    receive(intake, f"{FERRY} 0.")
    index_all(sqlite)
    one = count_statements(reference)
    for number in range(1, 12):
        receive(intake, f"{FERRY} {number}.")
    index_all(sqlite)
    assert count_statements(reference) == one
    assert count_statements(alone) == one - 1


def test_similar_letters_are_shown_once_both_are_compared(
    dana: Visitor, sqlite: Database, intake: Intake
) -> None:
    reference = receive(intake, FERRY)
    receive(intake, f"{FERRY} Too.")
    assert not dana.open(f"/desk/letters/{reference}").soup.select(".alike")
    assert open_letter(dana, sqlite, reference).soup.select(".alike")


def test_days_are_those_of_the_paper(dana: Visitor, sqlite: Database, intake: Intake) -> None:
    """The second letter was received on the next day in Hong Kong."""
    reference = receive(intake, FERRY)
    receive(intake, f"{FERRY} Late.", days=timedelta(hours=5) / timedelta(days=1))
    page = open_letter(dana, sqlite, reference)
    assert page.all(".alike > p") == ["Sent to The Harbour Herald on 15 Mar 2026 ."]
