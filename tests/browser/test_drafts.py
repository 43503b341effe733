"""Drafts in localStorage: an unsent letter is kept in its own browser until it is sent or cleared."""

from collections.abc import Mapping

import pytest
from flask import Flask
from playwright.sync_api import Page, Request, Route, expect
from sqlalchemy import select

from tests.browser.conftest import OpenBrowser
from tests.browser.steps import (
    FORM,
    LETTER,
    field,
    fill_in,
    form_values,
    heading,
    letters_stored,
    next_page,
    press,
    reference_shown,
    send,
    send_new_letter,
    summary_title,
)
from webapp.letters.lookup import letter_for_writer
from webapp.store.database import Database
from webapp.store.models import Letter
from webapp.web.services import EXTENSION, Services

EMPTY = dict.fromkeys(LETTER, "")


def test_a_letter_outlives_its_closed_page(reader: Page) -> None:
    reader.goto(FORM)
    fill_in(reader)
    field(reader, "consent").check()
    wait_until_kept(reader)
    again = reopen(reader)
    assert form_values(again) == LETTER
    assert field(again, "consent").is_checked()
    assert "a letter by Chan Tai-man that was not sent yet" in again.locator("#draft-note").inner_text()
    expect(again.locator("#count")).to_have_text("17 of 400 words, 383 left")


def test_a_page_closed_in_mid_word_loses_nothing(reader: Page) -> None:
    other = reader.context.new_page()
    other.goto("/desk/login")
    reader.goto(FORM)
    fill_in(reader)
    reader.close(run_before_unload=True)
    wait_until_kept(other)
    other.goto(FORM)
    assert form_values(other) == LETTER


def test_a_restored_letter_can_be_sent(reader: Page, sqlite: Database) -> None:
    reader.goto(FORM)
    fill_in(reader)
    wait_until_kept(reader)
    again = reopen(reader)
    send(again)
    assert heading(again) == "We have your letter"
    assert letters_stored(sqlite) == 1


def test_an_untouched_form_leaves_no_draft(reader: Page) -> None:
    reader.goto(FORM)
    field(reader, "country").select_option("FR")
    again = reopen(reader)
    assert field(again, "country").input_value() == "HK"
    expect(again.locator("#draft-note")).to_be_hidden()


def test_a_cleared_form_is_forgotten(reader: Page) -> None:
    reader.goto(FORM)
    fill_in(reader)
    field(reader, "consent").check()
    reader.once("dialog", lambda dialog: dialog.accept())
    field(reader, "clear").click()
    assert form_values(reader) == EMPTY
    assert not field(reader, "consent").is_checked()
    expect(reader.locator("#count")).to_have_text("0 of 400 words, 400 left")
    assert form_values(reopen(reader)) == EMPTY


def test_a_form_is_not_cleared_without_a_yes(reader: Page) -> None:
    reader.goto(FORM)
    fill_in(reader)
    reader.once("dialog", lambda dialog: dialog.dismiss())
    field(reader, "clear").click()
    assert form_values(reader) == LETTER


def test_a_sent_letter_leaves_no_draft(reader: Page) -> None:
    send_new_letter(reader)
    assert reader.evaluate("localStorage.length") == 0
    assert form_values(reopen(reader)) == EMPTY


def test_a_letter_gone_back_to_after_it_was_sent_leaves_no_draft(reader: Page) -> None:
    send_new_letter(reader)
    reader.go_back()
    assert form_values(reader) == LETTER
    assert form_values(reopen(reader)) == EMPTY


def test_a_returned_letter_outlives_its_closed_page(reader: Page) -> None:
    reader.goto(FORM)
    returned = LETTER | {"phone": ""}
    fill_in(reader, returned)
    send(reader)
    assert form_values(reopen(reader)) == returned


def test_a_returned_letter_outlives_a_reload(reader: Page) -> None:
    reader.goto(FORM)
    returned = LETTER | {"phone": ""}
    fill_in(reader, returned)
    send(reader)
    reader.reload()
    assert form_values(reader) == returned


def test_changes_to_a_letter_gone_back_to_outlive_a_reload(reader: Page) -> None:
    send_new_letter(reader)
    reader.go_back()
    changed = LETTER | {"body": "I have thought better of it."}
    fill_in(reader, changed)
    wait_until_kept(reader, changed)
    reader.reload()
    assert form_values(reader) == changed


def test_a_letter_whose_answer_was_lost_is_stored_once(reader: Page, sqlite: Database) -> None:
    reader.goto(FORM)
    fill_in(reader)
    lose_the_answer(reader)
    assert letters_stored(sqlite) == 1
    again = reopen(reader)
    assert form_values(again) == LETTER
    send(again)
    assert heading(again) == "We have your letter"
    assert letters_stored(sqlite) == 1
    assert again.evaluate("localStorage.length") == 0


def test_a_letter_that_did_not_go_out_can_be_sent_again(reader: Page, sqlite: Database) -> None:
    reader.goto(FORM)
    fill_in(reader)
    reader.context.set_offline(True)
    with reader.expect_event("requestfailed"):
        reader.get_by_role("button", name="Send the letter").click()
    reader.context.set_offline(False)
    again = reopen(reader)
    assert form_values(again) == LETTER
    send(again)
    assert reference_shown(again)
    assert letters_stored(sqlite) == 1


def test_a_letter_sent_from_two_pages_leaves_no_draft(reader: Page, sqlite: Database) -> None:
    first = send_new_letter(reader)
    assert send_new_letter(reader) == first
    assert letters_stored(sqlite) == 1
    assert reader.evaluate("localStorage.length") == 0
    assert not reader.url.endswith(("#", "="))
    assert form_values(reopen(reader)) == EMPTY


def test_a_page_that_still_shows_a_letter_sent_from_another_makes_no_draft(reader: Page) -> None:
    reader.goto(FORM)
    fill_in(reader)
    wait_until_kept(reader)
    other = reader.context.new_page()
    other.goto(FORM)
    send(other)
    assert form_values(reader) == LETTER
    assert form_values(reopen(reader)) == EMPTY


def test_a_change_taken_back_in_a_sent_letter_leaves_no_draft(reader: Page) -> None:
    send_new_letter(reader)
    reader.go_back()
    field(reader, "headline").press_sequentially("!")
    field(reader, "headline").press("Backspace")
    assert form_values(reader) == LETTER
    assert form_values(reopen(reader)) == EMPTY


@pytest.mark.parametrize("way", ["own page", "confirm link"])
def test_a_letter_whose_answer_was_lost_leaves_no_draft_once_its_receipt_is_open(
    reader: Page, shared_app: Flask, sqlite: Database, way: str
) -> None:
    reader.goto(FORM)
    fill_in(reader)
    lose_the_answer(reader)
    again = reopen(reader)
    expect(again.locator("#draft-note")).to_contain_text("no answer came back")
    again.goto(own_page_of_last_letter(shared_app, sqlite, confirms=way == "confirm link"))
    assert again.evaluate("localStorage.length") == 0
    assert form_values(reopen(again)) == EMPTY


def test_a_letter_changed_after_it_was_sent_outlives_the_first_receipt(reader: Page) -> None:
    send_new_letter(reader)
    receipt = reader.url
    reader.go_back()
    changed = LETTER | {"body": "I have thought better of it."}
    fill_in(reader, changed)
    send(reader)
    assert summary_title(reader) == "You have already sent us a letter from this page"
    reader.goto(receipt)
    assert form_values(reopen(reader)) == changed


def test_another_letter_begun_meanwhile_stays_a_draft(reader: Page) -> None:
    reader.goto(FORM)
    fill_in(reader)
    send(reader)
    receipt = reader.url
    other = LETTER | {"body": "Another matter altogether."}
    reader.goto(FORM)
    fill_in(reader, other)
    wait_until_kept(reader, other)
    reader.goto(receipt)
    assert form_values(reopen(reader)) == other


def test_a_draft_stays_in_its_own_browser(reader: Page, open_browser: OpenBrowser) -> None:
    reader.goto(FORM)
    fill_in(reader)
    wait_until_kept(reader)
    stranger = open_browser()
    stranger.goto(FORM)
    assert form_values(stranger) == EMPTY


def wait_until_kept(page: Page, letter: Mapping[str, str] = LETTER) -> None:
    """Wait until the draft is in localStorage; the page stores it after a pause in typing."""
    page.wait_for_function(
        "body => JSON.parse(Object.values(localStorage)[0] ?? '{}').fields?.body === body", arg=letter["body"]
    )


def lose_the_answer(page: Page) -> None:
    """Send the open form; the server handles it, and its answer doesn't arrive."""

    def drop_answer(route: Route, request: Request) -> None:
        if request.method == "POST":
            route.fetch(max_redirects=0)
            route.abort()
        else:
            route.continue_()

    page.route("**/*", drop_answer)
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Send the letter").click()
    page.unroute_all()


def own_page_of_last_letter(app: Flask, database: Database, *, confirms: bool) -> str:
    """Return the path of the newest letter's own page, or of its link to confirm the address."""
    with database.snapshot() as session:
        token = session.scalars(select(Letter.token).order_by(Letter.id.desc())).first()
        letter = letter_for_writer(session, str(token))
    page = f"/letters/{letter.token}"
    services: Services = app.extensions[EXTENSION]
    with app.app_context():
        return f"{page}/confirm/{services.confirm_links.sign(letter)}" if confirms else page


def reopen(page: Page) -> Page:
    """Close the page and open the form in a new one of the same browser context."""
    context = page.context
    page.close(run_before_unload=False)
    again = context.new_page()
    again.goto(FORM)
    return again


def test_a_page_that_was_translated_by_a_program_counts_and_keeps_the_draft(reader: Page) -> None:
    def with_another_language(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace('<html lang="en">', '<html lang="x_!">'))

    reader.route(f"**{FORM}", with_another_language)
    reader.goto(FORM)
    fill_in(reader)
    expect(reader.locator("#count")).to_have_text("17 of 400 words, 383 left")
    wait_until_kept(reader)
    assert form_values(reopen(reader)) == LETTER


def test_a_draft_is_kept_where_the_words_cannot_be_counted(reader: Page) -> None:
    reader.route(
        "**/letter-count.js", lambda route: route.fulfill(status=200, body="", content_type="text/javascript")
    )
    reader.goto(FORM)
    fill_in(reader)
    wait_until_kept(reader)
    assert form_values(reopen(reader)) == LETTER


def test_somebody_elses_draft_is_cleared_with_one_press(reader: Page) -> None:
    reader.goto(FORM)
    fill_in(reader)
    field(reader, "country").select_option("FR")
    wait_until_kept(reader)
    again = reopen(reader)
    expect(again.locator("#draft-note")).to_contain_text(f"a letter by {LETTER['name']}")
    again.get_by_role("button", name="It is not mine").click()
    assert form_values(again) == EMPTY
    assert field(again, "country").input_value() == "HK"
    expect(again.locator("#draft-note")).to_be_hidden()
    assert form_values(reopen(again)) == EMPTY


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_returned_letter_is_shown_in_another_language(
    open_browser: OpenBrowser, sqlite: Database, *, javascript: bool
) -> None:
    page = open_browser(javascript=javascript)
    page.goto(FORM)
    fill_in(page, LETTER | {"phone": ""})
    send(page)
    assert heading(page) == "Write to the editor"
    press(page, "繁體中文")
    assert heading(page) != "Write to the editor"
    assert form_values(page) == LETTER | {"phone": ""}
    assert page.locator("#summary li").count() == 1
    assert letters_stored(sqlite) == 0
    field(page, "phone").fill(LETTER["phone"])
    with next_page(page):
        page.locator("button.primary").click()
    assert letters_stored(sqlite) == 1
