"""A house of several papers: none of them stands for all, neither its name nor its language nor its clock."""

import dataclasses
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from tests.desk.account_steps import arrive
from tests.pages import Visitor
from tests.samples import HERALD, SECRET_KEY, letter
from webapp.app import create_app
from webapp.desk.account.passkey_requests import webauthn_relying_party
from webapp.installation.house import House
from webapp.installation.settings import Settings
from webapp.letters.intake.intake import Arrival, Intake
from webapp.rules.policy import Policy
from webapp.store.database import Database
from webapp.store.models import Channel, Role
from webapp.web.page_filters import installation_time, moment
from webapp.wording.house import house_account_name

BASE = "https://letters.example.com"
TRAMS = "https://www.example.com/trams"


def paper(slug: str, title: str, zone: str, language: str = "en") -> Policy:
    """Return the policy of another paper of the house."""
    changed = dataclasses.replace(
        HERALD.paper, slug=slug, title=title, time_zone=ZoneInfo(zone), language=language
    )
    return dataclasses.replace(HERALD, paper=changed)


AMERICAN = paper("a-courier", "A Courier", "America/Los_Angeles")
NEIGHBOUR = paper("a-neighbour", "A Neighbour", "Asia/Singapore")
CHINESE = paper("a-chinese", "A Chinese Paper", "Asia/Hong_Kong", "zh_Hant")
"""Each comes before the Harbour Herald, which is in Hong Kong."""


def application(settings: Settings, sqlite: Database, *policies: Policy) -> Flask:
    return create_app(dataclasses.replace(settings, policies=policies, base_url=BASE), sqlite)


@pytest.mark.parametrize(
    ("others", "shown"),
    [
        ((), "14 Mar 2026, 20:00"),
        ((NEIGHBOUR,), "14 Mar 2026, 20:00"),
        ((AMERICAN,), "14 Mar 2026, 12:00 UTC"),
    ],
    ids=["one paper", "one time", "several times"],
)
def test_what_belongs_to_no_paper_has_the_time_of_all(
    settings: Settings, sqlite: Database, others: tuple[Policy, ...], shown: str
) -> None:
    at = datetime(2026, 3, 14, 12, tzinfo=UTC)
    with application(settings, sqlite, *others, HERALD).test_request_context():
        assert installation_time(at).striptags() == moment(at, None).striptags() == shown
        assert moment(at, AMERICAN).striptags() == "14 Mar 2026, 05:00"


@pytest.mark.parametrize(
    ("policies", "language"),
    [((CHINESE,), "zh-Hant"), ((CHINESE, HERALD), "en"), ((HERALD, AMERICAN), "en")],
)
def test_pages_of_no_paper_are_in_the_language_of_all(
    settings: Settings, sqlite: Database, policies: tuple[Policy, ...], language: str
) -> None:
    visitor = Visitor(application(settings, sqlite, *policies))
    assert visitor.open("/desk/login").one("html")["lang"] == language


def test_second_factors_are_those_of_the_desk(settings: Settings, sqlite: Database) -> None:
    with application(settings, sqlite, AMERICAN, HERALD).test_request_context():
        site = webauthn_relying_party()
        assert site
        assert site.name == "Letters desk, letters.example.com"
    assert house_account_name(House((HERALD,), BASE)) == HERALD.paper.title


def test_days_of_receipt_are_days_at_each_letter_s_paper(settings: Settings, sqlite: Database) -> None:
    intake = Intake(sqlite, SECRET_KEY)
    # In Los Angeles it is still the 13th, in Hong Kong the 14th already.
    at = datetime(2026, 3, 14, 2, tzinfo=UTC)
    for policy, headline in ((AMERICAN, "At the Courier"), (HERALD, "At the Herald")):
        sent = letter(headline=headline, email=f"{policy.paper.slug}@example.com")
        intake.receive(sent, policy, Arrival(channel=Channel.FORM, at=at))
    visitor = arrive(application(settings, sqlite, AMERICAN, HERALD), sqlite, "Dana", Role.EDITOR)
    for query, found in {
        "since=2026-03-14": ["At the Herald"],
        "until=2026-03-13": ["At the Courier"],
        "since=2026-03-13&until=2026-03-13": ["At the Courier"],
        "since=2026-03-13&until=2026-03-14": ["At the Courier", "At the Herald"],
        "since=2026-03-14&words=tram": ["At the Herald"],
        "since=2026-03-14&paper=a-courier": [],
        "since=2026-03-13&paper=a-courier": ["At the Courier"],
    }.items():
        assert sorted(visitor.open(f"/desk/?{query}").all(".queue .what a")) == found, query


def test_articles_and_the_list_behind_them_agree(settings: Settings, sqlite: Database) -> None:
    intake = Intake(sqlite, SECRET_KEY)
    for policy in (AMERICAN, HERALD):
        sent = letter(article_url=TRAMS, email=f"{policy.paper.slug}@example.com")
        intake.receive(sent, policy, Arrival(channel=Channel.FORM, at=datetime.now(UTC)))
    visitor = arrive(application(settings, sqlite, AMERICAN, HERALD), sqlite, "Dana", Role.EDITOR)
    for query in ("", "?paper=a-courier", "?span=week"):
        page = visitor.open(f"/desk/stories{query}")
        link = str(page.one(".stories td.what a")["href"])
        rows = visitor.open(link).all(".queue tbody tr")
        assert page.all(".stories td.cell-letters") == [str(len(rows))], query
        assert "since" in parse_qs(urlsplit(link).query)
