"""Triage: opening letters beside the list, browser history, phones, and keeping unsaved notes."""

import re

from playwright.sync_api import Page, expect

from tests.browser.triage.steps import NOTE, PHONE, expect_status, headline_open, open_first, wait_for_letter


def test_a_letter_opens_beside_the_list(queue: Page, references: list[str]) -> None:
    queue.get_by_role("link", name="No. 1").click()
    wait_for_letter(queue, "No. 1")
    pane, rows = (queue.locator(part).bounding_box() for part in ("#pane", ".triage-list"))
    assert pane
    assert rows
    assert rows["x"] + rows["width"] <= pane["x"]
    assert queue.url.endswith(f"/desk/#{references[1]}")
    assert queue.title().startswith("No. 1")
    expect(queue.locator("#pane .page-title")).to_be_focused()
    expect(queue.locator("tr[aria-current]")).to_have_attribute("id", references[1])


def test_the_page_has_one_first_heading_and_the_letter_stands_below_it(queue: Page) -> None:
    queue.get_by_role("link", name="No. 1").click()
    wait_for_letter(queue, "No. 1")
    assert queue.locator("h1").all_inner_texts() == ["Received"]
    assert queue.locator("#pane h2:not([aria-level])").all_inner_texts() == ["No. 1"]
    expect(queue.get_by_role("heading", name="Decide")).to_have_attribute("aria-level", "3")


def test_on_a_phone_the_letter_takes_the_place_of_the_list(queue: Page) -> None:
    queue.set_viewport_size(PHONE)
    queue.get_by_role("link", name="No. 1").click()
    wait_for_letter(queue, "No. 1")
    expect(queue.locator(".triage-list")).to_be_hidden()
    queue.go_back()
    expect(queue.locator("#pane")).to_be_hidden()
    expect(queue.locator(".triage-list")).to_be_visible()
    expect(queue.get_by_role("link", name="No. 1")).to_be_focused()


def test_reload_and_the_way_back_keep_the_place(queue: Page) -> None:
    open_first(queue)
    queue.keyboard.press("j")
    wait_for_letter(queue, "No. 1")
    queue.reload()
    wait_for_letter(queue, "No. 1")
    queue.go_back()
    expect(queue.locator("#pane")).to_be_hidden()
    queue.go_forward()
    wait_for_letter(queue, "No. 1")


def test_another_tab_opens_the_letter_on_its_own_page(queue: Page, references: list[str]) -> None:
    with queue.context.expect_page() as opening:
        queue.get_by_role("link", name="No. 1").click(modifiers=["Control"])
    # A new tab has loaded an empty page before the letter's.
    expect(opening.value).to_have_url(re.compile(f"/desk/letters/{references[1]}$"))
    expect(queue.locator("#pane")).to_be_hidden()


def test_a_note_that_was_begun_is_there_when_the_letter_is_looked_at_again(queue: Page) -> None:
    note = queue.locator("#pane [data-key=n]")
    open_first(queue)
    queue.keyboard.press("h")
    wait_for_letter(queue, "No. 1")
    queue.keyboard.press("k")
    wait_for_letter(queue, "No. 0")
    note.fill(NOTE)
    queue.keyboard.press("Escape")
    queue.keyboard.press("j")
    wait_for_letter(queue, "No. 1")
    assert note.input_value() == ""
    queue.keyboard.press("Escape")
    queue.get_by_role("link", name="No. 0").click()
    wait_for_letter(queue, "No. 0")
    assert note.input_value() == NOTE
    queue.keyboard.press("z")
    expect_status(queue, "Undone: “No. 0” is back in its earlier state, Received.")
    assert note.input_value() == NOTE


def test_who_was_signed_out_meanwhile_comes_back_to_the_letter(queue: Page, references: list[str]) -> None:
    open_first(queue)
    queue.context.clear_cookies()
    queue.keyboard.press("j")
    expect(queue.get_by_role("heading", name="Sign in")).to_be_visible()
    assert references[1] in queue.url


def test_where_the_desk_can_not_be_reached_nothing_is_done(queue: Page) -> None:
    open_first(queue)
    queue.evaluate("reach = fetch; void (fetch = () => Promise.reject(new TypeError('away')))")
    queue.keyboard.press("j")
    expect_status(queue, "The desk can’t be reached just now. Nothing was done.")
    assert headline_open(queue) == "No. 0"
    queue.evaluate("void (fetch = reach)")
    queue.keyboard.press("k")
    queue.keyboard.press("j")
    wait_for_letter(queue, "No. 1")
