"""Triage: selecting letters with checkboxes, and bulk decisions on them."""

from playwright.sync_api import Page, expect

from tests.browser.steps import press
from tests.browser.triage.steps import open_first, states, wait_for_letter
from webapp.rules.enums import State
from webapp.store.database import Database


def test_ticks_are_counted_and_named(queue: Page) -> None:
    bar = queue.locator("#together-bar")
    expect(bar).to_be_hidden()
    queue.keyboard.press("j")
    queue.keyboard.press("x")
    queue.get_by_label("No. 2").check()
    expect(queue.locator("#ticked")).to_have_text("2 ticked: “No. 0”, “No. 2”")
    queue.get_by_label("Tick all on this page").check()
    expect(queue.locator("#ticked")).to_have_text("3 ticked: “No. 0”, “No. 1”, “No. 2”")
    queue.get_by_label("Tick all on this page").uncheck()
    expect(bar).to_be_hidden()


def test_what_is_ticked_is_declined_together_and_undone(queue: Page, sqlite: Database) -> None:
    queue.get_by_label("Tick all on this page").check()
    press(queue, "Decline…")
    queue.get_by_label("Reason").select_option("space")
    press(queue, "Preview the message")
    press(queue, "Decline 3 letters")
    assert queue.locator("h1").inner_text() == "3 letters declined"
    assert states(sqlite) == [State.DECLINED] * 3
    press(queue, "Undo for 3 letters")
    assert states(sqlite) == [State.RECEIVED] * 3


def test_a_letter_decided_in_place_is_ticked_as_it_stands_then(queue: Page, sqlite: Database) -> None:
    open_first(queue)
    queue.keyboard.press("h")
    wait_for_letter(queue, "No. 1")
    queue.locator(".cell-tick input").first.check()
    press(queue, "Shortlist…")
    press(queue, "Shortlist 1 letter")
    assert states(sqlite)[0] is State.SHORTLISTED
