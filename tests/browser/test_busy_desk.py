"""Proof of work in the browser while the desk is busy, waiting without JavaScript, and the honeypot field."""

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import monitored_page
from tests.browser.site import served
from tests.browser.steps import (
    FORM,
    LETTER,
    field,
    fill_in,
    focused,
    form_values,
    letters_stored,
    send,
    summary_title,
)
from tests.browser.tour.site import UNBROKEN
from webapp.app import create_app
from webapp.installation.settings import Settings
from webapp.reader import proof_of_work
from webapp.store.database import Database

OpenPage = Callable[..., Page]


@pytest.fixture
def open_busy_site(chromium: Browser, counting: Settings, sqlite: Database) -> Iterator[OpenPage]:
    """A function that opens pages at a site that two letters a minute make busy."""
    busy = dataclasses.replace(counting, busy_from=2)
    with served(create_app(busy, sqlite)) as site, ExitStack() as stack:

        def open_one(*, javascript: bool = True) -> Page:
            page, _ = stack.enter_context(monitored_page(chromium, site, javascript=javascript))
            return page

        yield open_one


def make_busy(page: Page) -> None:
    """Send three letters, one more than `busy_from`: the sliding window counts older ones for less."""
    page.goto(FORM)
    for _ in range(3):
        fill_in(page, {"body": UNBROKEN})
        send(page)
        assert summary_title(page).endswith("before we can take your letter")


def test_a_letter_written_while_the_desk_is_busy_just_arrives(
    open_busy_site: OpenPage, sqlite: Database
) -> None:
    make_busy(open_busy_site())
    page = open_busy_site()
    page.goto(FORM)
    fill_in(page)
    expect(field(page, "proof")).not_to_have_value("")
    send(page)
    assert page.locator("h1").inner_text() == "We have your letter"
    assert letters_stored(sqlite) == 1


def test_a_press_that_comes_before_the_work_is_done_waits_for_it(
    open_busy_site: OpenPage, sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_busy(open_busy_site())
    monkeypatch.setattr(proof_of_work, "FEWEST_BITS", 19)
    page = open_busy_site()
    page.goto(FORM)
    fill_in(page)
    page.locator("button.primary").evaluate("button => { button.click(); button.click(); }")
    expect(page.locator("h1")).to_have_text("We have your letter", timeout=30_000)
    assert letters_stored(sqlite) == 1


def test_a_form_from_before_comes_back_with_all_that_was_typed_and_the_next_press_sends_it(
    open_busy_site: OpenPage, sqlite: Database
) -> None:
    page = open_busy_site()
    page.goto(FORM)
    fill_in(page)
    make_busy(open_busy_site())
    send(page)
    assert summary_title(page) == "A great many letters are arriving just now."
    assert focused(page) == "summary"
    assert form_values(page) == LETTER
    send(page)
    assert page.locator("h1").inner_text() == "We have your letter"
    assert letters_stored(sqlite) == 1


def test_a_form_that_was_cleared_is_worked_for_again(open_busy_site: OpenPage, sqlite: Database) -> None:
    make_busy(open_busy_site())
    page = open_busy_site()
    page.goto(FORM)
    fill_in(page)
    expect(field(page, "proof")).not_to_have_value("")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Clear the form").click()
    fill_in(page)
    send(page)
    assert page.locator("h1").inner_text() == "We have your letter"
    assert letters_stored(sqlite) == 1


def test_without_javascript_the_letter_arrives_after_a_wait(
    open_busy_site: OpenPage, sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_busy(open_busy_site())
    page = open_busy_site(javascript=False)
    page.goto(FORM)
    fill_in(page)
    send(page)
    assert summary_title(page) == "A great many letters are arriving just now."
    assert form_values(page) == LETTER
    monkeypatch.setattr(proof_of_work, "WAIT_SECONDS", 0)
    send(page)
    assert page.locator("h1").inner_text() == "We have your letter"
    assert letters_stored(sqlite) == 1


def test_nobody_comes_upon_the_trap(open_busy_site: OpenPage) -> None:
    page = open_busy_site()
    page.goto(FORM)
    expect(field(page, "website")).to_be_hidden()
    expect(page.get_by_role("textbox", name="Leave this field empty")).to_have_count(0)
    passed = set()
    for _ in range(30):
        page.keyboard.press("Tab")
        passed.add(focused(page))
    assert "body" in passed
    assert "website" not in passed
