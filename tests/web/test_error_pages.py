"""Error pages: the paper's name, the cause, and whom to ask, without asking the database."""

from dataclasses import replace

import pytest
from flask import Flask, abort
from sqlalchemy import make_url

from tests.pages import Visitor
from tests.samples import HERALD, SEAL, SECRET_KEY
from webapp.app import create_app
from webapp.installation.settings import Settings
from webapp.store.database import Database

POST = replace(
    HERALD,
    paper=replace(
        HERALD.paper,
        slug="island-post",
        title="The Island Post",
        email="desk@post.example",
        telephone="+852 2123 4567",
        address="1 Main Street\nHong Kong",
    ),
)
CONTACT = "desk@post.example +852 2123 4567 1 Main Street Hong Kong"
FAILING_STATUSES = [400, 403, 404, 405, 409, 410, 413, 415, 418, 429, 500, 503]


@pytest.fixture
def app() -> Flask:
    """An application of two papers, whose database can't be reached."""
    settings = Settings(
        database_url=make_url("sqlite:////nowhere/letters.db"),
        secret_key=SECRET_KEY,
        seal=SEAL,
        policies=(HERALD, POST),
        rate_limits=False,
    )
    app = create_app(settings, Database(settings.database_url, SEAL))
    app.add_url_rule("/<paper>/fail/<int:status>", "fail", lambda paper, status: abort(status))  # noqa: ARG005
    return app


@pytest.mark.parametrize("status", FAILING_STATUSES)
def test_a_page_about_an_error_names_the_paper_of_its_address_and_how_to_reach_it(
    app: Flask, status: int
) -> None:
    page = Visitor(app).open(f"/island-post/fail/{status}")
    assert page.status == status
    assert page.all(".masthead-title") == ["The Island Post"]
    assert page.all(".imprint p") == [f"Whom to ask: the letters desk, {CONTACT}"]
    assert "The Harbour Herald" not in page.text


def test_each_status_has_a_title_of_its_own(app: Flask) -> None:
    visitor = Visitor(app)
    titles = [visitor.open(f"/island-post/fail/{status}").one("h1").get_text() for status in FAILING_STATUSES]
    # 415 and 418 are answered alike.
    assert len(set(titles)) == len(titles) - 1


def test_an_address_of_no_paper_names_all_of_them(app: Flask) -> None:
    page = Visitor(app).open("/no-such-paper/letters/new")
    assert page.all(".masthead-page") == ["The Harbour Herald · The Island Post"]
    assert page.all(".imprint p") == [
        "Whom to ask: the letters desk of The Harbour Herald, letters@harbourherald.example",
        f"Whom to ask: the letters desk of The Island Post, {CONTACT}",
    ]


def test_at_the_desk_a_colleague_is_to_be_asked(app: Flask) -> None:
    page = Visitor(app).open("/desk/no-such-page")
    assert page.all(".imprint p") == [
        "If it happens again, ask a chief of the desk, or whoever runs this server."
    ]


def test_the_imprint_keeps_the_ways_to_the_desk_apart_and_has_the_address(app: Flask) -> None:
    page = Visitor(app).open("/island-post/letters/new")
    assert page.all(".imprint p") == [f"The letters desk: {CONTACT}"]
    assert [way.get_text(strip=True) for way in page.soup.select(".imprint p > *")] == [
        "The letters desk:",
        "desk@post.example",
        "+852 2123 4567",
        "1 Main Street Hong Kong",
    ]


@pytest.mark.parametrize("url", ["/%00", "/desk/%00", "/harbour-herald%00/letters/new", "/static/%00"])
def test_nul_in_a_path_names_no_page(visitor: Visitor, url: str) -> None:
    assert visitor.open(url).status == 404
