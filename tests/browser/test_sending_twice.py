"""Sending twice (double click, back button, lost cookie): one letter is stored, a changed one is queried."""

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenBrowser
from tests.browser.steps import (
    FORM,
    LETTER,
    field,
    fill_in,
    focused,
    form_values,
    heading,
    letters_stored,
    next_page,
    reference_shown,
    send,
    send_new_letter,
    summary_title,
)
from webapp.store.database import Database

CHANGED = LETTER | {"body": "The tram is slow, and I have changed my mind about it."}


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_double_click_stores_one_letter(
    open_browser: OpenBrowser, sqlite: Database, *, javascript: bool
) -> None:
    page = open_browser(javascript=javascript)
    page.goto(FORM)
    fill_in(page)
    page.get_by_role("button", name="Send the letter").dblclick()
    expect(page.locator("h1")).to_have_text("We have your letter")
    assert letters_stored(sqlite) == 1


def test_two_presses_in_one_moment_are_one(reader: Page) -> None:
    reader.goto(FORM)
    fill_in(reader)
    sent: list[str] = []
    reader.on("request", lambda request: sent.append(request.method))
    with next_page(reader):
        reader.locator("button.primary").evaluate("button => { button.click(); button.click(); }")
    assert sent.count("POST") == 1


def test_the_button_works_again_when_nothing_came_of_the_press(reader: Page, sqlite: Database) -> None:
    reader.clock.install()
    reader.goto(FORM)
    fill_in(reader)
    reader.locator("form").evaluate(
        "form => form.addEventListener('submit', (e) => e.preventDefault(), {once: true})"
    )
    button = reader.get_by_role("button", name="Send the letter")
    button.click()
    expect(button).to_have_attribute("aria-disabled", "true")
    reader.clock.fast_forward("00:15")
    expect(button).not_to_have_attribute("aria-disabled", "true")
    send(reader)
    assert letters_stored(sqlite) == 1


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_going_back_and_sending_again_stores_one_letter(
    open_browser: OpenBrowser, sqlite: Database, *, javascript: bool
) -> None:
    page = open_browser(javascript=javascript)
    first = send_new_letter(page)
    page.go_back()
    assert form_values(page) == LETTER
    send(page)
    assert reference_shown(page) == first
    assert letters_stored(sqlite) == 1


def test_a_changed_letter_from_the_same_page_is_asked_after(reader: Page, sqlite: Database) -> None:
    first = send_new_letter(reader)
    reader.go_back()
    fill_in(reader, CHANGED)
    send(reader)
    assert summary_title(reader) == "You have already sent us a letter from this page"
    assert focused(reader) == "summary"
    assert first in reader.locator("#summary").inner_text()
    assert form_values(reader) == CHANGED
    assert letters_stored(sqlite) == 1
    send(reader)
    assert heading(reader) == "We have your letter"
    assert reference_shown(reader) != first
    assert letters_stored(sqlite) == 2


def test_a_returned_letter_can_be_gone_back_to_after_it_was_mended(reader: Page, sqlite: Database) -> None:
    reader.goto(FORM)
    fill_in(reader, LETTER | {"phone": ""})
    send(reader)
    field(reader, "phone").fill(LETTER["phone"])
    send(reader)
    first = reference_shown(reader)
    reader.go_back()
    assert form_values(reader) == LETTER
    send(reader)
    assert reference_shown(reader) == first
    assert letters_stored(sqlite) == 1


def test_a_letter_begun_on_the_cleared_form_is_another_one(reader: Page, sqlite: Database) -> None:
    send_new_letter(reader)
    reader.go_back()
    reader.once("dialog", lambda dialog: dialog.accept())
    field(reader, "clear").click()
    fill_in(reader, CHANGED)
    send(reader)
    assert heading(reader) == "We have your letter"
    assert letters_stored(sqlite) == 2


def test_two_letters_from_two_pages_are_two(reader: Page, sqlite: Database) -> None:
    send_new_letter(reader)
    reader.goto(FORM)
    fill_in(reader, CHANGED)
    send(reader)
    assert heading(reader) == "We have your letter"
    assert letters_stored(sqlite) == 2


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_letter_from_a_page_that_is_too_old_comes_back_and_can_be_sent(
    open_browser: OpenBrowser, shared_app: Flask, sqlite: Database, *, javascript: bool
) -> None:
    page = open_browser(javascript=javascript)
    page.goto(FORM)
    fill_in(page)
    page.context.clear_cookies()
    lifetime = shared_app.config["WTF_CSRF_TIME_LIMIT"]
    shared_app.config["WTF_CSRF_TIME_LIMIT"] = -1
    send(page)
    shared_app.config["WTF_CSRF_TIME_LIMIT"] = lifetime
    assert summary_title(page) == "This page was open for too long, and the letter was not sent."
    assert focused(page) == "summary"
    assert form_values(page) == LETTER
    send(page)
    assert heading(page) == "We have your letter"
    assert letters_stored(sqlite) == 1
